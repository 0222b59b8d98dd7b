"""The terms of a termbase in one direction: what a text names and how the other side may say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from align.datatypes import Concept
from align.language.tags import is_chinese
from align.terms.matcher import Matcher, Occurrence, is_acronym, masked
from align.terms.names import COUNTRY
from align.terms.termbase import accepted, forbidden, is_name, preferred

Span = tuple[int, int]
Group = tuple[int, ...]  # concepts that share a source term


@dataclass(frozen=True, slots=True)
class Mention:
    """A source term in a text, with the concepts that it may stand for."""

    start: int
    end: int
    group: Group


class TermIndex:
    """Terms of `concepts` from one language to another, each string kept once."""

    def __init__(self, concepts: Iterable[Concept], source_lang: str, target_lang: str) -> None:
        self.concepts = tuple(concepts)
        self.target_lang = target_lang
        sources: dict[str, list[int]] = {}
        targets: dict[str, int] = {}
        self.accepted: list[list[int]] = []
        self.forbidden: list[list[int]] = []
        for place, concept in enumerate(self.concepts):
            for term in concept.in_language(source_lang):
                sources.setdefault(term.text, []).append(place)
            if is_chinese(source_lang):
                # Chinese texts name what has an English acronym by it: A4P+已取得进展.
                for text in dict.fromkeys(term.text for term in accepted(concept, "en")):
                    if len(text) > 2 and is_acronym(text):
                        sources.setdefault(text, []).append(place)
            for kept, terms in (
                (self.accepted, accepted(concept, target_lang)),
                (self.forbidden, forbidden(concept, target_lang)),
            ):
                kept.append([targets.setdefault(term.text, len(targets)) for term in terms])
        self._source_groups = [tuple(dict.fromkeys(places)) for places in sources.values()]
        self.target_texts = list(targets)
        self._known = frozenset(targets)
        self._sources = Matcher(list(sources), source_lang)
        self._targets = Matcher(self.target_texts, target_lang)
        self._all_accepted = frozenset(place for places in self.accepted for place in places)
        self._names = [is_name(preferred(concept, "en") or "") for concept in self.concepts]
        self.names = frozenset(at for at, text in enumerate(self.target_texts) if is_name(text))
        self.may = lru_cache(maxsize=65536)(self._may)
        self.must_not = lru_cache(maxsize=65536)(self._must_not)
        self.mentions = lru_cache(maxsize=64)(self._mentions)
        self.hits = lru_cache(maxsize=64)(self._hits)

    def __len__(self) -> int:
        return len(self._sources)

    def label(self, concept: int) -> str:
        """The preferred target term, "" where there is none."""
        places = self.accepted[concept]
        return self.target_texts[places[0]] if places else ""

    def knows(self, text: str) -> bool:
        """Whether `text` is a target term, whatever its status."""
        return text in self._known

    def is_name(self, group: Group) -> bool:
        """Whether the concepts of a group are names or titles, which must not be missed."""
        return all(self._names[concept] for concept in group)

    def is_country(self, group: Group) -> bool:
        """Whether a group is a country's name from the built-in list."""
        return all(self.concepts[concept].id.startswith(COUNTRY) for concept in group)

    def _may(self, group: Group) -> frozenset[int]:
        """The target terms that render a group."""
        return frozenset(place for concept in group for place in self.accepted[concept])

    def _must_not(self, group: Group) -> frozenset[int]:
        """The target terms that are forbidden for every concept of a group."""
        bad = [set(self.forbidden[concept]) for concept in group]
        return frozenset(set.intersection(*bad)) - self.may(group)

    def expected(self, group: Group) -> tuple[str, ...]:
        """The accepted renderings in words, preferred first."""
        texts = (self.target_texts[p] for concept in group for p in self.accepted[concept])
        return tuple(dict.fromkeys(texts))

    def _mentions(self, text: str) -> tuple[Mention, ...]:
        found: dict[Span, list[int]] = {}
        for one in self._sources.find(text):
            found.setdefault((one.start, one.end), []).append(one.pattern)
        mentions = []
        for (start, end), patterns in found.items():
            group = [c for p in patterns for c in self._source_groups[p] if self.accepted[c]]
            if group:
                mentions.append(Mention(start, end, tuple(dict.fromkeys(group))))
        return tuple(mentions)

    def _hits(self, text: str) -> tuple[Occurrence, ...]:
        return tuple(self._targets.all(text))

    def reading(self, text: str, groups: Iterable[Group]) -> list[Occurrence]:
        """The target terms of a text after masking, when the source names `groups`.

        Every accepted term masks, as it is a real name; forbidden ones only of the groups.
        """
        bad = frozenset(place for group in groups for place in self.must_not(group))
        return masked(
            one
            for one in self.hits(text)
            if one.pattern in self._all_accepted or one.pattern in bad
        )
