"""A term in another form: inflected, derived, reordered, split by a coordination, or shortened.

*vetoed* renders 否决 as *veto* does, *consensus was reached* 达成共识, *the First and Third
Committees* 第一委员会, and 安理会 stands for 安全理事会. None of these is the termbase's own wording,
and none is a wrong term.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from align.language.folding import fold
from align.language.tags import is_chinese
from align.language.words import word_set, words
from align.terms.capitals import is_name

Span = tuple[int, int]
Kind = Literal["inflected", "reordered", "split", "short-form"]


@dataclass(frozen=True, slots=True)
class Form:
    """``text[start:end]`` is a term in another form."""

    start: int
    end: int
    kind: Kind


def other_form(text: str, expected: Sequence[str], lang: str, *, name: bool) -> Form | None:
    """Where `text` has one of the `expected` designations in another form; None where it has none.

    Of a name only a split form (in its own order, with its capitals) and a Chinese short form count.
    """
    look = _chinese_form if is_chinese(lang) else _english_form
    return next((form for one in expected if (form := look(text, one, name))), None)


# --- English ------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_STOP = re.compile(r"[.!?;:](?:\s|$)")
_JOINS = re.compile(r"\b(?:and|or)\b|,")
_FUNCTION = word_set(
    "a an and as at by for from in of on or over per the to under upon via with is are was were be"
    " been being have has had will would shall should may might can could must not also its their"
    " his her our this that these those which who it they"
)


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    stem: str
    weighty: bool


# What makes of a doing its doer: 审计 is audit, 审计人员 are auditors. Never the other way round, as
# an employer is no employee.
_DOER = ("or", "er", "ist", "ee", "r")


def _alike(wanted: _Word, got: _Word) -> bool:
    """Whether `got` is a form of `wanted`, or derived from it."""
    if wanted.stem == got.stem:
        if got.text.startswith(wanted.text):  # monitor, monitored
            return True
        doer = next((end for end in _DOER if wanted.text.rstrip("s").endswith(end)), "")
        return got.text.rstrip("s").endswith(doer)
    return any(got.stem == wanted.stem + ending for ending in _DOER)


def _english_form(text: str, term: str, name: bool) -> Form | None:
    wanted = [word for word in _stems(term) if word.weighty]
    if not wanted or any(not word.stem.isalpha() for word in wanted):
        return None  # A4P has no other form
    if name and len(wanted) < 2:
        return None
    got = _stems(text)
    places = [[at for at, one in enumerate(got) if _alike(word, one)] for word in wanted]
    if not all(places):
        return None
    for first in range(len(got)):
        chosen = _window(got, places, first, text)
        if chosen is None:
            continue
        span = got[min(chosen)].start, got[max(chosen)].end
        inside = text[span[0] : span[1]]
        in_order = list(chosen) == sorted(chosen)
        if name:
            if in_order and _JOINS.search(inside) and is_name(_JOINS.sub(" ", inside)):
                return Form(*span, "split")
            continue
        strangers = sum(one.weighty for one in got[min(chosen) : max(chosen) + 1]) - len(wanted)
        kind: Kind = "inflected" if not strangers and in_order else "reordered"
        if strangers and _JOINS.search(inside):
            kind = "split"
        return Form(*span, kind)
    return None


def _window(
    got: Sequence[_Word], places: Sequence[Sequence[int]], first: int, text: str
) -> tuple[int, ...] | None:
    """A place for each wanted word from `first` on, near one another and in one clause.

    A coordination or a modifier puts at most as many weighty words between as the term has.
    """
    chosen = []
    for some in places:
        place = next((at for at in some if at >= first and at not in chosen), None)
        if place is None:
            return None
        chosen.append(place)
    low, high = min(chosen), max(chosen)
    if low != first or _STOP.search(text, got[low].end, got[high].start + 1):
        return None
    between = sum(one.weighty for one in got[low : high + 1]) - len(places)
    return tuple(chosen) if between <= len(places) else None


@lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[_Word, ...]:
    return tuple(
        _Word(*match.span(), lower, _stem(lower), lower not in _FUNCTION)
        for match in _WORD.finditer(text)
        for lower in [match.group().lower()]
    )


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """What a word's inflected and derived forms share: kept → keep, environmental → environ.

    The dictionary forms are simplemma's, the stems Porter's second stemmer's.
    """
    from simplemma import lemmatize

    stem = str(lemmatize(re.sub(r"['’]s?$", "", word), lang="en")).lower()
    while (shorter := str(_stemmer().stemWord(stem))) != stem:  # environmental, environment
        stem = shorter
    return stem


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


# --- Chinese ------------------------------------------------------------------------------------

_CLAUSE = re.compile(r"[^，。；：！？,.;:!?\n]+")
_SHORTEST = 2  # characters that a short form must have more than, as two stand in many words


def _chinese_form(text: str, term: str, name: bool) -> Form | None:
    folded, wanted = fold(text), fold(term)
    if wanted in folded:
        return None  # it is all there, but in another word
    if not name and (found := _parted(folded, wanted)):
        return Form(*found, "reordered")
    if found := _shortened(folded, wanted):
        return Form(*found, "short-form")
    return None


def _parted(text: str, term: str) -> Span | None:
    """The clause part that holds every word of the term, parted or in another order."""
    parts = [term[start:end] for start, end in words(term, "zh")]
    if len(parts) < 2 or any(len(part) < 2 for part in parts):
        return None
    for clause in _CLAUSE.finditer(text):
        at = [clause.group().find(part) for part in parts]
        if min(at) >= 0:
            low = min(at)
            high = max(place + len(part) for place, part in zip(at, parts, strict=True))
            if high - low <= 2 * len(term):
                return clause.start() + low, clause.start() + high
    return None


def _shortened(text: str, term: str) -> Span | None:
    """A short form of a name: characters of it in their order, its last at the end.

    安理会 is one of 安全理事会, 维和行动 of 维持和平行动, 气象组织 of 世界气象组织.
    """
    if len(term) < 4:
        return None
    best: Span | None = None
    at = text.find(term[-1])
    while at >= 0:
        start, rest = at, len(term) - 1
        while start > 0 and rest > 0:
            place = term.rfind(text[start - 1], 0, rest)
            if place < 0:
                break
            start, rest = start - 1, place
        size = at + 1 - start
        if _SHORTEST < size < len(term) and (best is None or size > best[1] - best[0]):
            best = start, at + 1
        at = text.find(term[-1], at + 1)
    return best
