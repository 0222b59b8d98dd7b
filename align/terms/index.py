"""The terms of a termbase in one direction: what a text names and how the other side may say it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache

from align.datatypes import Concept, Term
from align.language.languages import language_of
from align.language.scripts import is_han
from align.terms.capitals import is_name
from align.terms.designations import is_short_form
from align.terms.matcher import Matcher, Occurrence, is_acronym, masked
from align.terms.names import COUNTRY, Family, family, is_loose, only_answers
from align.terms.termbase import ACCEPTED, accepted, forbidden, preferred

Span = tuple[int, int]
Group = tuple[int, ...]  # concepts that share a source term


@dataclass(frozen=True, slots=True)
class Mention:
    """A source term in a text, with the concepts that it may stand for.

    `weak` where it may as well mean something else: by a short form of its name (the Department), a
    country's adjective, a term that is not to be used, or a name without its capitals.
    """

    start: int
    end: int
    group: Group
    weak: bool = False


class TermIndex:
    """Terms of `concepts` from one language to another, each string kept once."""

    def __init__(self, concepts: Iterable[Concept], source_lang: str, target_lang: str) -> None:
        self.concepts = tuple(concepts)
        self.source_lang, self.target_lang = source_lang, target_lang
        self.source_language = language_of(source_lang)
        self.target_language = language_of(target_lang)
        sources: dict[str, list[int]] = {}
        strong: set[str] = set()
        targets: dict[str, int] = {}
        self.accepted: list[list[int]] = []
        self.forbidden: list[list[int]] = []
        self._families = [family(concept.id) for concept in self.concepts]
        self._stand_ins: list[list[int]] = []
        sure: set[str] = set()
        for place, concept in enumerate(self.concepts):
            first = preferred(concept, source_lang) or ""
            built_in = bool(self._families[place])
            for term in concept.in_language(source_lang):
                if built_in and only_answers(term):
                    continue
                sources.setdefault(term.text, []).append(place)
                # The built-in list says of each form whether it may mean something else.
                weak = is_loose(term) if built_in else is_short_form(term.text, first)
                if term.status in ACCEPTED and not weak:
                    strong.add(term.text)
            # Chinese texts name what has an English acronym by it: A4P+已取得进展.
            acronyms = [
                term.text
                for term in accepted(concept, "en")
                if len(term.text) > 2
                and is_acronym(term.text)
                and not (built_in and (is_loose(term) or only_answers(term)))
            ]
            terms = accepted(concept, target_lang)
            stand_ins = [term.text for term in terms if built_in and only_answers(term)]
            right = [term.text for term in terms if not (built_in and only_answers(term))]
            country = concept.id.startswith(COUNTRY)
            sure.update(
                term.text for term in terms if country or not (built_in and _asks_nothing(term))
            )
            if self.source_language.is_chinese:
                for text in dict.fromkeys(acronyms):
                    sources.setdefault(text, []).append(place)
                    strong.add(text)
            elif right and self.target_language.is_chinese:
                right += acronyms
                sure.update(acronyms)
            bad = [term.text for term in forbidden(concept, target_lang)]
            for kept, texts in (
                (self.accepted, right),
                (self.forbidden, bad),
                (self._stand_ins, stand_ins),
            ):
                unique = dict.fromkeys(texts)
                kept.append([targets.setdefault(text, len(targets)) for text in unique])
        self._source_groups = [tuple(dict.fromkeys(places)) for places in sources.values()]
        self._strong = [text in strong for text in sources]
        self.target_texts = list(targets)
        self._known = frozenset(targets)
        self._sources = Matcher(list(sources), source_lang)
        self._targets = Matcher(self.target_texts, target_lang)
        self.owners: list[list[int]] = [[] for _ in targets]  # target text → concepts it renders
        for concept_place, places in enumerate(self.accepted):
            for place in places:
                self.owners[place].append(concept_place)
        # Target texts that only a name of the built-in list has, and that may mean something else.
        self.loose = frozenset(
            at for at, text in enumerate(self.target_texts) if self.owners[at] and text not in sure
        )
        self._all_accepted = frozenset(place for places in self.accepted for place in places)
        self._names = [is_name(preferred(concept, "en") or "") for concept in self.concepts]
        self.names = self._target_names()
        self.may = lru_cache(maxsize=65536)(self._may)
        self.must_not = lru_cache(maxsize=65536)(self._must_not)
        # Of the units that a check looks at from all sides in turn (`checking.units`), twice over.
        self.mentions = lru_cache(maxsize=4096)(self._mentions)
        self.hits = lru_cache(maxsize=64)(self._hits)

    def __len__(self) -> int:
        return len(self._sources)

    def _target_names(self) -> frozenset[int]:
        """The target texts that name something: by their own capitals, or their concept's."""
        if self.target_language.is_chinese:
            owned = enumerate(self.owners)
            named = (at for at, owners in owned if any(self._names[c] for c in owners))
        else:
            named = (at for at, text in enumerate(self.target_texts) if is_name(text))
        answers = {at for places in self._stand_ins for at in places if not self.owners[at]}
        return frozenset(named) - self.loose - answers

    def decide_names(self, own: int, names: Container[int]) -> None:
        """Of the first `own` concepts, whose capitals say nothing, only `names` are names."""
        for concept in range(own):
            self._names[concept] = concept in names
        self.names = frozenset(
            at
            for at, owners in enumerate(self.owners)
            if any(self._names[concept] for concept in owners)
            and (at in self.names or any(concept < own for concept in owners))
            and at not in self.loose
        )

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

    def source_texts(self, concept: int) -> list[str]:
        """The terms of a concept in the source language."""
        return [term.text for term in self.concepts[concept].in_language(self.source_lang)]

    def family(self, group: Group) -> Family:
        """What kind of name of the built-in list a group is, "" where the termbase has it."""
        own = {self._families[concept] for concept in group}
        return own.pop() if len(own) == 1 else ""

    def is_built_in(self, place: int) -> bool:
        """Whether only names of the built-in list have a target text."""
        owners = self.owners[place]
        return bool(owners) and all(self._families[concept] for concept in owners)

    def same_family(self, group: Group, place: int) -> bool:
        """Whether a target text may be put wrongly for a group: of two places, never for a body."""
        theirs = {self._families[concept] for concept in self.owners[place]}
        mine = self.family(group)
        return mine in theirs or (mine in ("", "body") and not theirs.isdisjoint({"", "body"}))

    def stand_ins(self, group: Group) -> frozenset[int]:
        """The target texts that are right for a group and ask for nothing: the Council, 特别代表."""
        return frozenset(at for concept in group for at in self._stand_ins[concept])

    def is_country(self, group: Group) -> bool:
        """Whether a group is a country's name from the built-in list."""
        return all(self.concepts[concept].id.startswith(COUNTRY) for concept in group)

    def _may(self, group: Group) -> frozenset[int]:
        """The target terms that render a group: the termbase's, and no others that it forbids."""
        own = [concept for concept in group if not self._families[concept]]
        some = frozenset(place for concept in group for place in self.accepted[concept])
        if not own or len(own) == len(group):
            return some
        right = {place for concept in own for place in self.accepted[concept]}
        return some - {at for concept in own for at in self.forbidden[concept] if at not in right}

    def _must_not(self, group: Group) -> frozenset[int]:
        """The target terms that are forbidden for every concept of a group."""
        own = [concept for concept in group if not self._families[concept]]  # has the last word
        bad = [set(self.forbidden[concept]) for concept in own or group]
        return frozenset(set.intersection(*bad)) - self.may(group)

    def expected(self, group: Group) -> tuple[str, ...]:
        """The accepted renderings in words, preferred first."""
        own = [concept for concept in group if not self._families[concept]]  # has the last word
        texts = (self.target_texts[at] for concept in own or group for at in self.accepted[concept])
        return tuple(dict.fromkeys(texts))

    def _mentions(self, text: str) -> tuple[Mention, ...]:
        found: dict[Span, list[Occurrence]] = {}
        for one in self._sources.find(text):
            if (
                one.end - one.start > 1
                or not self.source_language.is_chinese
                or _stands_alone(text, one.start)
            ):
                found.setdefault((one.start, one.end), []).append(one)
        mentions = []
        for (start, end), some in found.items():
            places = [c for o in some for c in self._source_groups[o.pattern] if self.accepted[c]]
            if places:
                group = tuple(dict.fromkeys(places))
                weak = not any(
                    self._strong[o.pattern]
                    and (o.sure or end - start == 1)
                    and (o.cased or not self.is_name(group))
                    for o in some
                )
                mentions.append(Mention(start, end, group, weak))
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


def _asks_nothing(term: Term) -> bool:
    return only_answers(term) or is_loose(term)


_COUNTS = frozenset("一二三四五六七八九十百千万亿两兩半几幾数數0123456789")


def _stands_alone(text: str, at: int) -> bool:
    """Whether one Chinese character is a word by itself: a measure after its number, or alone.

    里 is one in 五里, and none in 这里 or 房间里.
    """
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if before in _COUNTS and before:
        return text[at] not in _COUNTS or not (after and is_han(after))  # 二两, but not 二百
    return not (before and is_han(before)) and not (after and is_han(after))
