"""What is this called: the termbase's entry, what the memory shows that it became, near terms."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from rapidfuzz import fuzz, process

from align.datatypes import Concept, Term, TranslationUnit
from align.embedding.protocol import Encoder, TokenEncoder, gives_tokens
from align.language.folding import fold
from align.language.scripts import HAN, language_of_words
from align.language.tags import same_language
from align.language.words import crossing
from align.terms.following.pieces import SMALL_CHINESE, SMALL_ENGLISH
from align.terms.matcher import Matcher, term_key
from align.terms.names import is_loose, name_concepts, only_answers
from align.terms.renderings import SURE, Place, find_terms, key, side, term_renderings
from align.terms.searched_text import searched_text
from align.terms.short_forms import other_forms
from align.terms.termbase import ACCEPTED, Termbase
from align.terms.word_forms import other_word_forms
from align.terms.wordalign import WordAligner

if TYPE_CHECKING:
    from align.memory import ReadableMemory

# "part": the words hold the term, as a sentence does, or the term holds the words.
EntryKind = Literal["exact", "part", "fuzzy", "semantic"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LookupOptions:
    """How much is shown and how far is looked."""

    lang: str | None = None  # of the words; None: Chinese where they hold a Chinese character
    entries: int = 10
    renderings: int = 10
    examples: int = 3  # of each rendering
    near: int = 10
    minimum: float = 0.7  # of a fuzzy or semantic match
    units: int = 500  # of the memory that are read
    company: int = 500  # other units of the memory that say which words keep company


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept of the termbase that the words name, or nearly."""

    concept: Concept
    term: Term  # the one that matched
    kind: EntryKind
    score: float


@dataclass(frozen=True, slots=True)
class Example:
    """A unit with the words and their rendering: half-open spans into its two texts."""

    unit: TranslationUnit
    source_spans: tuple[Span, ...]
    target_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One rendering that the memory shows, with where and how often."""

    text: str
    count: int
    score: float  # the probability that the places are rightly found, in [0, 1]
    status: str | None  # the termbase's verdict
    origins: tuple[tuple[str, int], ...]
    first: str | None  # date of the earliest and the latest unit
    last: str | None
    examples: tuple[Example, ...]

    @property
    def sure(self) -> bool:
        """Whether it may be shown as an answer, not as a guess.

        It may where the termbase knows it, or its probability is at least one half: by then it is
        likelier right than wrong, as the probabilities are calibrated.
        """
        return self.status is not None or self.score >= SURE


@dataclass(frozen=True, slots=True)
class Lookup:
    """The answer to a question."""

    query: str
    lang: str
    entries: tuple[Entry, ...]  # exact first, semantic last, the best before others
    renderings: tuple[Evidence, ...]  # the commonest first
    occurrences: int  # of the words in the units read
    near: tuple[Example, ...]  # units of like meaning, where the words are nowhere
    forms: tuple[str, ...] = ()  # other forms of the same concept, whose renderings are counted too

    @property
    def sure(self) -> bool:
        """Whether the first rendering may be shown as the answer, not as a guess."""
        return bool(self.renderings) and self.renderings[0].sure


def lookup(
    text: str,
    *,
    termbase: Termbase | None = None,
    memory: ReadableMemory | None = None,
    encoder: Encoder | Callable[[], Encoder] | None = None,
    options: LookupOptions | None = None,
) -> Lookup:
    """Everything that is known about `text`, in either language.

    Quotation marks around `text` are left out. `encoder` may be a function that loads one: it is
    called only where the termbase has no exact entry or a memory is asked. Without an encoder whose
    tokens have vectors the memory tells no renderings, and nothing is found by meaning.
    """
    options = options or LookupOptions()
    text = unquoted(" ".join(text.split()))
    lang = options.lang or language_of_words(text)
    entries = find_entries(text, lang, termbase, encoder, options) if termbase else ()
    renderings: tuple[Evidence, ...] = ()
    forms: tuple[str, ...] = ()
    occurrences = 0
    near: tuple[Example, ...] = ()
    if memory is not None:
        loaded = encoder() if callable(encoder) else encoder
        renderings, occurrences, forms = _evidence(
            text, lang, memory, termbase, loaded, options
        )  # fmt: skip
        if not occurrences and lang == "en":
            for form in other_word_forms(text):
                if not memory.concordance(form, lang=lang, limit=1):
                    continue
                renderings, occurrences, forms = _evidence(
                    form, lang, memory, termbase, loaded, options
                )
                if occurrences:
                    forms = (form, *forms)
                    break
        if not occurrences:
            near = _alike(text, lang, memory, options)
    return Lookup(text, lang, tuple(entries), renderings, occurrences, near, forms)


def unquoted(text: str) -> str:
    """`text` without the quotation marks or title marks around it, a plus behind them kept.

    >>> unquoted("“A4P”"), unquoted("“以行动促维和”+"), unquoted("《宪章》")
    ('A4P', '以行动促维和+', '宪章')
    """
    match = _QUOTED.fullmatch(text)
    return match[1] + match[2] if match else text


_QUOTED = re.compile(r"[“\"‘'「『《](.+?)[”\"’'」』》](\s?[+＋]?)")


# --- the termbase -------------------------------------------------------------------------------


def find_entries(
    text: str,
    lang: str,
    termbase: Termbase,
    encoder: Encoder | Callable[[], Encoder] | None,
    options: LookupOptions,
) -> tuple[Entry, ...]:
    """The concepts that `text` names: exactly, in nearly the same words, or by meaning."""
    found: dict[str, Entry] = {}
    for concept, term in termbase.find(text):
        found.setdefault(concept.id, Entry(concept, term, "exact", 1.0))
    pool = [(c, t) for c in termbase for t in c.terms if same_language(t.lang, lang)]
    # Beside an exact entry, parts are an aside: not worth the loading of a dictionary of words.
    crossed = _uncrossed if found else crossing
    for concept, term, score in _parts(text, lang, pool, crossed):
        found.setdefault(concept.id, Entry(concept, term, "part", score))
    for concept, term, score in _written_alike(text, pool, options):
        found.setdefault(concept.id, Entry(concept, term, "fuzzy", score))
    exact = any(entry.kind == "exact" for entry in found.values())
    if encoder is not None and not exact and len(found) < options.entries:
        encoder = encoder() if callable(encoder) else encoder
        for concept, term, score in _meant_alike(text, pool, encoder, options):
            found.setdefault(concept.id, Entry(concept, term, "semantic", score))
    order = {"exact": 0, "part": 1, "fuzzy": 1, "semantic": 2}
    ranked = sorted(found.values(), key=lambda e: (order[e.kind], -e.score, e.concept.id))
    return tuple(ranked[: options.entries])


_Pool = Sequence[tuple[Concept, Term]]


def _uncrossed(_text: str, _start: int, _end: int) -> float:
    """In place of `crossing`, where no word is taken to lie across a border."""
    return 0.0


def _parts(
    text: str, lang: str, pool: _Pool, crossed: Callable[[str, int, int], float]
) -> list[tuple[Concept, Term, float]]:
    """The terms that the words name, longest first, and those that name the words.

    Borders count: dues is no part of residues, nor A4P of A4P+. `score` is the shared length.
    """
    query = term_key(text, lang)
    haystack = searched_text(text, "zh" if lang == "zh" else "en").folded.replace("-", " ")
    needle = query if lang == "zh" else query[: max(3, len(query) - 2)]
    scores: dict[int, float] = {}
    # The automaton and the borders take time: only for what shares its beginning.
    folded = [fold(term.text).replace("-", " ").strip(" \"'") for _, term in pool]
    some = [at for at, other in enumerate(folded) if other[: _BEGINNING[lang]] in haystack]
    for one in Matcher([pool[at][1].text for at in some], lang, crossed=crossed).find(text):
        scores[some[one.pattern]] = (one.end - one.start) / len(text)
    whole = Matcher([text], lang, crossed=crossed)
    for at, other in enumerate(folded):
        if len(other) > len(query) > 1 and needle in other and whole.find(pool[at][1].text):
            scores[at] = max(scores.get(at, 0.0), len(text) / len(other))
    return [(*pool[at], round(min(score, 1.0), 4)) for at, score in scores.items()]


_BEGINNING = {"zh": 2, "en": 3}


def _written_alike(
    text: str, pool: _Pool, options: LookupOptions
) -> list[tuple[Concept, Term, float]]:
    folded = fold(text)
    texts = [fold(term.text) for _, term in pool]
    cutoff = 100 * options.minimum
    matches = process.extract(folded, texts, scorer=fuzz.ratio, limit=50, score_cutoff=cutoff)
    return [(*pool[place], round(score / 100, 4)) for _, score, place in matches]


def _meant_alike(
    text: str, pool: _Pool, encoder: Encoder, options: LookupOptions
) -> list[tuple[Concept, Term, float]]:
    if not pool:
        return []
    rows = encoder.encode([term.text for _, term in pool])
    scores = rows @ encoder.encode([text])[0]
    best = np.argsort(-scores, kind="stable")[: options.entries]
    return [
        (*pool[place], round(float(scores[place]), 4))
        for place in best
        if scores[place] >= options.minimum - _LOOSER
    ]


_LOOSER = 0.15  # cosines of short phrases are lower than shares of equal letters


# --- the memory ---------------------------------------------------------------------------------


def _units_with(
    text: str, lang: str, memory: ReadableMemory, options: LookupOptions
) -> list[TranslationUnit]:
    """The units that hold `text`; those left untranslated only where there are no others."""
    units = [hit.unit for hit in memory.concordance(text, lang=lang, limit=options.units)]
    translated = [unit for unit in units if unit.source.split() != unit.target.split()]
    return translated or units


def _evidence(
    text: str,
    lang: str,
    memory: ReadableMemory,
    termbase: Termbase | None,
    encoder: Encoder | None,
    options: LookupOptions,
) -> tuple[tuple[Evidence, ...], int, tuple[str, ...]]:
    """The renderings that the memory shows, how often the words occur, and their other forms."""
    units = _units_with(text, lang, memory, options)
    longer = _longer_terms(text, lang, termbase)
    crossed = _careful(encoder) if gives_tokens(encoder) else crossing
    if not find_terms([text, *longer], units, lang=lang, crossed=crossed)[text]:
        return (), 0, ()
    forms = other_forms(text, lang, (side(unit, lang)[0] for unit in units))[:_FORMS]
    for form in forms:
        units += _units_with(form, lang, memory, options)
    units = list(dict.fromkeys(units))
    found_places = find_terms([text, *forms, *longer], units, lang=lang, crossed=crossed)
    places = [place for form in (text, *forms) for place in found_places[form]]
    if not gives_tokens(encoder):
        return (), len(places), tuple(forms)
    seen = {(unit.source, unit.target) for unit in units}
    company = itertools.islice(memory.units(), options.company)
    others = [unit for unit in company if (unit.source, unit.target) not in seen]
    read = [*units, *others]
    aligner = WordAligner(encoder, read)
    names = None if termbase and termbase.find(text) else names_of(text, lang)
    (found,) = term_renderings({text: places}, read, aligner, lang=lang, termbase=names or termbase)
    weights = _context_weights([p for r in found.renderings for p in r.places], units, lang)
    ranked = sorted(
        (r for r in found.renderings if r.text),
        key=lambda r: (-sum(p.score * weights[p.unit, p.source_span] for p in r.places), r.text),
    )
    evidence = [
        _one(r.text, r.places, None if names else r.status, r.score, units, lang, options)
        for r in ranked
    ]
    return tuple(evidence[: options.renderings]), len(places), tuple(forms)


def names_of(text: str, lang: str) -> Termbase | None:
    """What the built-in list says that a country's or a body's name is called in the other language.

    None where `text` is no such name, or may mean something else as well. Names are the words that
    the model follows worst: 大 of 大韩民国 answers to nothing, and an acronym to no word at all.

    >>> [one.text for concept in names_of("大韩民国", "zh") for one in concept.in_language("en")]
    ['Republic of Korea']
    >>> names_of("理事会", "zh") is None
    True
    """
    found = []
    for concept, term in _names().find(text):
        if not same_language(term.lang, lang) or not _means_this(term):
            continue
        others = (one for one in concept.terms if not same_language(one.lang, lang))
        answers = tuple(one for one in others if _means_this(one))
        found.append(replace(concept, terms=(term, *answers)))
    return Termbase(found) if found else None


def _means_this(term: Term) -> bool:
    return term.status in ACCEPTED and not is_loose(term) and not only_answers(term)


@cache
def _names() -> Termbase:
    return Termbase(name_concepts())


def _careful(encoder: TokenEncoder) -> Callable[[str, int, int], float]:
    """`crossing`, asked only where a token of the encoder lies across a border.

    Most borders need no dictionary, whose loading takes longer than all else of a lookup.
    """

    @lru_cache(maxsize=1024)
    def tokens(text: str) -> list[tuple[int, int]]:
        return [(int(a), int(b)) for a, b in encoder.tokenize([text]).spans]

    def crossed(text: str, start: int, end: int) -> float:
        across = any(a < start < b or a < end < b for a, b in tokens(text))
        # 维持和平行动者, 被请求方: others than those that the words by themselves name.
        named = text.startswith("者", end) or text.endswith("被", 0, start)
        return crossing(text, start, end) if across or named else 0.0

    return crossed


def _context_weights(
    places: Sequence[Place], units: Sequence[TranslationUnit], lang: str
) -> dict[tuple[int, Span], float]:
    """How much each occurrence counts: the less, the more others have the same word beside it.

    Contexts are evidence, not occurrences (accessor variety, Feng et al. 2004): where 和平行动 stands
    in 维持和平行动 fifty times and by itself six times, the six say what it is called by itself.
    """
    beside = {
        (p.unit, p.source_span): _beside(side(units[p.unit], lang)[0], p.source_span)
        for p in places
    }
    counts = [Counter(pair[k] for pair in beside.values()) for k in (0, 1)]
    return {
        place: math.prod(
            1.0 if not word else counts[k][word] ** -0.5 for k, word in enumerate(pair)
        )
        for place, pair in beside.items()
    }


def _beside(text: str, span: Span) -> tuple[str, str]:
    """The piece right before a span and the one right behind it, "" at a mark or a small word."""
    before = _LAST_PIECE.search(text, 0, span[0])
    after = _NEXT_PIECE.match(text, span[1])
    return _context(before), _context(after)


def _context(match: re.Match[str] | None) -> str:
    """What counts as a context: each mark, border and small word is one of its own."""
    word = match[0].strip().lower() if match else ""
    return "" if word in SMALL_ENGLISH or word in SMALL_CHINESE else word


_LAST_PIECE = re.compile(rf"(?:[{HAN}]|[A-Za-z0-9]+[ -]?)$")
_NEXT_PIECE = re.compile(rf"[{HAN}]|[ -]?[A-Za-z0-9]+")

_FORMS = 2  # other forms of a concept that are looked up with it


def _longer_terms(text: str, lang: str, termbase: Termbase | None) -> list[str]:
    """The termbase's terms that hold the words: where they stand, something else is named."""
    if termbase is None:
        return []
    wanted = fold(text)
    terms = (t.text for c in termbase for t in c.in_language(lang))
    return sorted({t for t in terms if wanted in fold(t) and key(t) != key(text)})


def _one(
    text: str,
    places: Sequence[Place],
    status: str | None,
    score: float,
    units: Sequence[TranslationUnit],
    lang: str,
    options: LookupOptions,
) -> Evidence:
    origins = Counter(units[place.unit].origin or "" for place in places)
    dates = sorted(d for p in places if (d := units[p.unit].changed or units[p.unit].created))
    best = sorted(places, key=lambda p: (-p.score, len(units[p.unit].source), p.unit))
    by_unit: dict[int, list[Place]] = {}
    for place in best:
        by_unit.setdefault(place.unit, []).append(place)
    shown = list(by_unit.items())[: options.examples]
    examples = tuple(_example(units[unit], held, lang) for unit, held in shown)
    return Evidence(
        text,
        len(places),
        score,
        status,
        tuple(sorted((o, n) for o, n in origins.items() if o)),
        dates[0] if dates else None,
        dates[-1] if dates else None,
        examples,
    )


def _example(unit: TranslationUnit, places: Sequence[Place], lang: str) -> Example:
    """A unit with all its places: a full form and its short form are marked together."""
    asked = _apart([place.source_span for place in places])
    answered = _apart([place.target_span for place in places])
    if side(unit, lang)[0] is unit.source:
        return Example(unit, asked, answered)
    return Example(unit, answered, asked)


def _apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, without those that overlap one before them."""
    kept: list[Span] = []
    for start, end in spans:  # the surest place first
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end))
    return tuple(sorted(kept))


def _alike(
    text: str, lang: str, memory: ReadableMemory, options: LookupOptions
) -> tuple[Example, ...]:
    matches = memory.search(text, lang=lang, limit=options.near, minimum=options.minimum)
    return tuple(Example(match.unit, (), ()) for match in matches)
