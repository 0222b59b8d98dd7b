"""What each term became: every rendering found, with counts, paragraphs and speakers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from align.datatypes import Concept, TranslationUnit
from align.language.folding import fold
from align.language.languages import language_of
from align.language.tags import same_language
from align.language.words import crossing, word_set
from align.terms.coordination import conjunct, coordination
from align.terms.following.model import Answer, Question, Run, other
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
    terms: Sequence[str],
    units: Sequence[TranslationUnit],
    *,
    lang: str = "zh",
    crossed: Callable[[str, int, int], float] = crossing,
) -> dict[str, list[tuple[int, Span]]]:
    """Where each of `terms` occurs on that language's side, as (unit, span); longer ones mask.

    `crossed` says of a span of a folded Chinese text what `words.crossing` says.
    """
    matcher = Matcher(list(terms), lang, crossed=crossed)
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

    The rendering of a term is decided for all its occurrences together, then placed in each: what
    one unit leaves open the others settle. A rendering that the termbase knows is taken where it
    stands, the one that the span went to where several do.
    """
    finder = _Finder(units, aligner, lang, termbase)
    found = finder.terms({term: places for term, places in occurrences.items() if places})
    return sorted(found, key=lambda t: (-_disorder(t), t.term))


def _disorder(term: TermRenderings) -> float:
    """How many occurrences of a term probably depart from its commonest rendering.

    Forbidden ones count twice more. A rendering counts by its probability: one that is only a doubt
    of the alignment is no inconsistency.
    """
    sums = sorted((sum(p.score for p in r.places) for r in term.renderings if r.text), reverse=True)
    bad = sum(r.count for r in term.renderings if r.status in ("deprecated", "superseded"))
    return sum(sums[1:]) + 2 * bad + term.count / 1e6


class _Finder:
    def __init__(
        self,
        units: Sequence[TranslationUnit],
        aligner: WordAligner,
        lang: str,
        termbase: Termbase | None,
    ) -> None:
        self.units = units
        self.follower = aligner.follower
        self.lang = language_of(lang).rules
        self.other = other(self.lang)
        self.index = TermIndex(termbase.concepts, self.lang, self.other) if termbase else None

    def terms(self, occurrences: Mapping[str, Sequence[tuple[int, Span]]]) -> list[TermRenderings]:
        """All renderings of some terms, followed in one go."""
        asked: list[Question] = []
        whose: list[tuple[str, int, Span]] = []
        for group, (term, places) in enumerate(occurrences.items()):
            for unit, span in places:
                source, target = side(self.units[unit], self.lang)
                if target:
                    target = _unrepeated(source[slice(*span)], target)
                    asked.append(Question(source, target, span, group))
                    whose.append((term, unit, span))
        answers = self.follower.answers(asked, self.other) if asked else []
        by_place = dict(zip(whose, answers, strict=True))
        return [self._term(term, places, by_place) for term, places in occurrences.items()]

    def _term(
        self,
        term: str,
        places: Sequence[tuple[int, Span]],
        by_place: Mapping[tuple[str, int, Span], Answer],
    ) -> TermRenderings:
        known = self._known(term)
        status = self._statuses(term)
        counts: dict[str, list[tuple[Place, str]]] = {}
        for unit, span in places:
            answer = by_place.get((term, unit, span))
            best = self._best(unit, span, answer, known) if answer else None
            if best is None:
                counts.setdefault("", []).append((Place(unit, span, (0, 0), 0.0), ""))
            else:
                place = Place(unit, span, (best.start, best.end), round(best.score, 4))
                counts.setdefault(lemma_key(best.text), []).append((place, best.text))
        renderings = [_count(found, status) for found in counts.values()]
        renderings.sort(key=lambda r: (not r.text, -r.count, -r.score, r.text))
        return TermRenderings(term, self.lang, tuple(renderings))

    def _statuses(self, term: str) -> dict[str, str]:
        """The termbase's verdict on each rendering that it knows for the term."""
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
        if texts and is_acronym(term):
            texts.append(term)  # it may stand as it is: A4P与A4P+
        return Matcher(list(dict.fromkeys(texts)), self.other) if texts else None

    def _best(
        self, unit: int, span: Span, answer: Answer, known: Matcher | None
    ) -> Rendering | None:
        source, target = side(self.units[unit], self.lang)
        if known is not None and (standing := known.find(target)):
            # Several may stand there: the one that the span went to.
            spans = [(o.start, o.end) for o in standing]
            likely = [answer.within(span) for span in spans]
            best = max(range(len(spans)), key=lambda at: (likely[at], spans[at][1] - spans[at][0]))
            start, end = spans[best]
            return Rendering(start, end, target[start:end], max(likely[best], SURE))
        if not answer.runs or answer.nothing > answer.runs[0].probability:
            return None
        run = _beside(source, span, target, answer)
        start = run.start + (
            len(m[0]) if (m := _SMALL_WORDS.match(target[run.start : run.end])) else 0
        )
        text = self._reading(source, span, target[start : run.end])
        return Rendering(start, run.end, text, run.probability)

    def _reading(self, source: str, span: Span, text: str) -> str:
        """The conjunct that a span is, where its rendering shares a part with another's."""
        found = coordination(text) if self.other == "en" else None
        which = conjunct(source, span, len(found.readings)) if found else None
        return found.readings[which] if found and which is not None else text


def _beside(source: str, span: Span, target: str, answer: Answer) -> Run:
    """The likeliest run; for an acronym that brackets repeat, the form that stands before them.

    A4P went to 以行动促维和 where the other side has 以行动促维和（A4P）.
    """
    best = answer.runs[0]
    asked = source[span[0] : span[1]]
    if not is_acronym(asked) or fold(target[best.start : best.end]) != fold(asked):
        return best
    if not _OPENED.search(target, 0, best.start):
        return best
    for run in answer.runs[1:]:
        if _OPENED.fullmatch(target, run.end, best.start):
            return replace(run, probability=min(best.probability + run.probability, 1.0))
    return best


def _unrepeated(asked: str, target: str) -> str:
    """`target` with blanks where brackets repeat the words that are asked: they are not translated.

    Of an acronym `_beside` says what it is called: it may be all there is.

    >>> _unrepeated("sea protest", "海事声明(sea protest)")
    '海事声明             '
    """
    if is_acronym(asked) or asked not in target:
        return target
    repeated = rf"[(（]\s*{re.escape(asked)}\s*[)）]"
    return re.sub(repeated, lambda found: " " * len(found[0]), target)


# Small words before a rendering are none of it; The and A of a title may be.
_SMALL_WORDS = re.compile(
    r"(?:(?:the|an?|of|for|in|on|at|to|by|with|from|and|or|that|its?|their) )+(?=\w)"
)
_OPENED = re.compile(r"[”\"’'」』》]?\s*[(（]\s*$")

# By definition the probability from which a rendering is likelier right than wrong; they are true
# within 6 points (scripts/bench calibration --sentences 1000: 3.5 and 5.8 too high on average).
# What the termbase knows has it at least, as the termbase is evidence itself.
SURE = 0.5


def _count(found: Sequence[tuple[Place, str]], status: Mapping[str, str]) -> RenderingCount:
    texts = Counter(text for _, text in found)
    text = max(texts, key=lambda t: (key(t) in status, texts[t], -len(t), t))
    places = tuple(place for place, _ in found)
    score = sum(place.score for place in places) / len(places)
    return RenderingCount(text, places, status.get(key(text)), round(score, 4))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


_WEAK = word_set("the a an of for in on to and or")


@lru_cache(maxsize=65536)
def lemma_key(text: str) -> str:
    """What renderings are counted as one by: number, verb forms and small words apart.

    >>> lemma_key("contributing to the mission") == lemma_key("contributed to missions")
    True
    >>> lemma_key("financing gap") == lemma_key("financing shortfall")
    False
    """
    plain = key(text)
    if not plain.isascii():
        return plain
    words = [word for word in plain.split() if word not in _WEAK]
    return " ".join(word if "+" in word else str(_stemmer().stemWord(word)) for word in words)


_NO_WORD = re.compile(r"[^\w+]+")


def key(text: str) -> str:
    """What renderings are compared by: folded, without articles at the edges, plural or hyphens.

    >>> key("the Troop-contributing countries") == key("troop contributing country")
    True
    """
    return _NO_WORD.sub(" ", normalised(text)).strip()
