"""What each term became: every rendering found, with counts, paragraphs and speakers."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from align.datatypes import Concept, TranslationUnit
from align.language.tags import primary, same_language
from align.terms.index import TermIndex
from align.terms.matcher import Matcher, is_acronym
from align.terms.termbase import Termbase
from align.terms.wordalign import Rendering, WordAligner, normalised

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """One occurrence of a term and of what stands for it; (0, 0) where nothing was found."""

    unit: int
    source_span: Span
    target_span: Span
    score: float


@dataclass(frozen=True, slots=True)
class RenderingCount:
    """One rendering of a term with all its places; `status` is the termbase's verdict on it."""

    text: str  # the commonest way it is written, "" where no rendering was found
    places: tuple[Place, ...]
    status: str | None = None
    score: float = 0.0

    @property
    def count(self) -> int:
        """How often the term became this."""
        return len(self.places)


@dataclass(frozen=True, slots=True)
class TermRenderings:
    """A term with everything that it became, the commonest first."""

    term: str
    lang: str
    renderings: tuple[RenderingCount, ...]

    @property
    def count(self) -> int:
        """How often the term occurs."""
        return sum(rendering.count for rendering in self.renderings)

    @property
    def consistency(self) -> float:
        """The share of the commonest rendering among the occurrences whose rendering was found."""
        counts = [r.count for r in self.renderings if r.text]
        return max(counts) / sum(counts) if counts else 1.0


def find_terms(
    terms: Sequence[str], units: Sequence[TranslationUnit], *, lang: str = "zh"
) -> dict[str, list[tuple[int, Span]]]:
    """Where each of `terms` occurs on that language's side, as (unit, span); longer ones mask."""
    matcher = Matcher(list(terms), lang)
    found: dict[str, list[tuple[int, Span]]] = {term: [] for term in terms}
    for place, unit in enumerate(units):
        for one in matcher.find(side(unit, lang)[0]):
            found[terms[one.pattern]].append((place, (one.start, one.end)))
    return found


def side(unit: TranslationUnit, lang: str) -> tuple[str, str]:
    """The text of a unit in `lang` and the other one."""
    if same_language(unit.source_lang, lang) or not same_language(unit.target_lang, lang):
        return unit.source, unit.target
    return unit.target, unit.source


def term_renderings(
    occurrences: Mapping[str, Sequence[tuple[int, Span]]],
    units: Sequence[TranslationUnit],
    aligner: WordAligner,
    *,
    lang: str = "zh",
    termbase: Termbase | None = None,
) -> list[TermRenderings]:
    """What each term became, the most inconsistent terms first.

    A rendering that the termbase knows is taken where it stands; else the word alignment says where
    the term went, and of its proposals the one that other units with the term share is chosen.
    """
    finder = _Finder(units, aligner, lang, termbase)
    found = [finder.term(term, places) for term, places in occurrences.items() if places]
    return sorted(found, key=lambda t: (-_disorder(t), t.term))


def _disorder(term: TermRenderings) -> float:
    """How much of a term's use departs from its commonest rendering, more for forbidden ones."""
    odd = (1 - term.consistency) * term.count
    bad = sum(r.count for r in term.renderings if r.status in ("deprecated", "superseded"))
    return odd + 2 * bad + term.count / 1e6


_PROPOSED = 12  # proposals of the word alignment that are looked at for each occurrence
_COMPANY = 0.2
_KNOWN = 0.5  # least score of what the termbase knows
_SHARED = 0.1
_OTHER_SIDE = {"zh": "en", "en": "zh"}


class _Finder:
    def __init__(
        self,
        units: Sequence[TranslationUnit],
        aligner: WordAligner,
        lang: str,
        termbase: Termbase | None,
    ) -> None:
        self.units = units
        self.aligner = aligner
        self.lang = primary(lang)
        self.other = _OTHER_SIDE[self.lang]
        self.index = TermIndex(termbase.concepts, self.lang, self.other) if termbase else None
        self.texts = [f" {key(side(unit, self.lang)[1])} " for unit in units]
        self.holding: dict[str, frozenset[int]] = {}

    def term(self, term: str, places: Sequence[tuple[int, Span]]) -> TermRenderings:
        """All renderings of one term."""
        known = self._known(term)
        status = self._statuses(term)
        own = {unit for unit, _ in places}
        counts: dict[str, list[tuple[Place, str]]] = {}
        proposals = [self._proposals(unit, span, known) for unit, span in places]
        for (unit, span), proposed in zip(places, proposals, strict=True):
            best = self._best(proposed, own)
            if best is None:
                counts.setdefault("", []).append((Place(unit, span, (0, 0), 0.0), ""))
            else:
                place = Place(unit, span, (best.start, best.end), round(best.score, 4))
                counts.setdefault(key(best.text), []).append((place, best.text))
        renderings = [_count(found, status.get(form)) for form, found in counts.items()]
        renderings.sort(key=lambda r: (not r.text, -r.count, -r.score, r.text))
        return TermRenderings(term, self.lang, tuple(renderings))

    def _statuses(self, term: str) -> dict[str, str]:
        """The termbase's verdict on each rendering that it knows for the term."""
        if self.index is None:
            return {}
        found: dict[str, str] = {}
        for concept in self._concepts(term):
            for one in concept.in_language(self.other):
                found.setdefault(key(one.text), one.status)
        return found

    def _concepts(self, term: str) -> list[Concept]:
        if self.index is None:
            return []
        return [
            self.index.concepts[concept]
            for mention in self.index.mentions(term)
            if (mention.start, mention.end) == (0, len(term))
            for concept in mention.group
        ]

    def _known(self, term: str) -> Matcher | None:
        """A matcher of what the termbase says the term may or must not be."""
        texts = [t.text for c in self._concepts(term) for t in c.in_language(self.other)]
        if is_acronym(term):
            texts.append(term)  # it may stand as it is: A4P与A4P+
        return Matcher(list(dict.fromkeys(texts)), self.other) if texts else None

    def _proposals(self, unit: int, span: Span, known: Matcher | None) -> list[Rendering]:
        source, target = side(self.units[unit], self.lang)
        if not target:
            return []
        proposed = self.aligner.renderings(
            source, target, span, limit=_PROPOSED, target_lang=self.other
        )
        proposed = _in_brackets(source, target, span, proposed)
        if known is None:
            return proposed
        standing = [
            Rendering(o.start, o.end, target[o.start : o.end], 0.0) for o in known.find(target)
        ]
        if not standing:
            return proposed
        # Several may stand there: the one that the alignment points at.
        best = max(standing, key=lambda r: (_overlap(r, proposed), r.end - r.start, -r.start))
        return [replace(best, score=max(_overlap(best, proposed), _KNOWN))]

    def _best(self, proposed: Sequence[Rendering], own: set[int]) -> Rendering | None:
        """The proposal that scores best and that the term's other units share."""
        best: tuple[float, Rendering] | None = None
        for one in proposed:
            form = key(one.text)
            if not form:
                continue
            value = max(one.score, 1e-6) * self._support(form, own)
            if best is None or value > best[0]:
                best = (value, one)
        return best[1] if best else None

    def _support(self, form: str, own: set[int]) -> float:
        if len(own) < 2:
            return 1.0
        if form not in self.holding:
            needle = f" {form}" if self.other == "en" else form
            self.holding[form] = frozenset(
                at for at, text in enumerate(self.texts) if needle in text
            )
        holding = self.holding[form]
        shared = len(holding & own)
        dice = 2 * shared / (len(own) + max(len(holding), 1))
        return 1 - _COMPANY + _COMPANY * dice + _SHARED * math.log(max(shared, 1))


_BRACKETS = re.compile(r"[(（]([^()（）]{2,40})[)）]")


def _in_brackets(
    source: str, target: str, span: Span, proposed: Sequence[Rendering]
) -> list[Rendering]:
    """Where the term is all that brackets hold, so is its rendering: (MINUSMA), (马里稳定团)."""
    spans = {match.span(1) for match in _BRACKETS.finditer(source)}
    if span not in spans or len(spans) != 1:
        return list(proposed)
    whole = [match.span(1) for match in _BRACKETS.finditer(target)]
    if len(whole) != 1:
        return list(proposed)
    (start, end), best = whole[0], max((r.score for r in proposed), default=0.0)
    sure = any(start <= r.start and r.end <= end and r.score >= best for r in proposed)
    if not sure and not is_acronym(target[start:end]):
        return list(proposed)
    return [Rendering(start, end, target[start:end], best)]


def _overlap(one: Rendering, proposed: Sequence[Rendering]) -> float:
    return max(
        (r.score for r in proposed if r.start < one.end and one.start < r.end), default=0.0
    )  # fmt: skip


def _count(found: Sequence[tuple[Place, str]], status: str | None) -> RenderingCount:
    text = Counter(text for _, text in found).most_common(1)[0][0]
    places = tuple(place for place, _ in found)
    score = sum(place.score for place in places) / len(places)
    return RenderingCount(text, places, status, round(score, 4))


_NO_WORD = re.compile(r"[^\w+]+")


def key(text: str) -> str:
    """What renderings are compared by: folded, without articles at the edges, plural or hyphens.

    >>> key("the Troop-contributing countries") == key("troop contributing country")
    True
    """
    return _NO_WORD.sub(" ", normalised(text)).strip()
