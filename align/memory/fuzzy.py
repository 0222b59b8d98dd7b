"""The fuzzy match rate, as translation tools show it, and the differences that explain it.

Chinese counts by characters, everything else by words. Numbers and dates are placeables: any of
them stands for any other, for the translator only puts in the new value. What is left after that,
1 - edits / length of the longer text, is lowered a little for each thing that still has to be
touched: another number, other punctuation, other case or width. Where the texts state other facts,
the translation is wrong as it stands, and its rate is below NEAR_EXACT however alike the words are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from align.language.folding import fold
from align.language.languages import language_of
from align.memory.grams import HAN

if TYPE_CHECKING:
    from align.language.facts import Fact

NUMBER_PENALTY = 0.01  # a number or date of another value
PUNCTUATION_PENALTY = 0.01  # a mark more or less
FORM_PENALTY = 0.01  # case, width or script, once
MOST_PENALTY = 0.05
# The band (95-99 %) that translation tools fill in, and that is confirmed with hardly a look.
NEAR_EXACT = 0.95
OUTDATED_PENALTY = 1 - NEAR_EXACT  # where the texts state other facts: none is in that band

_TOKEN = re.compile(rf"[{HAN}]|[^\W{HAN}]+|[^\s\w]")
_PLACEABLE = "\0"


@dataclass(frozen=True, slots=True)
class Token:
    """A character of Chinese, a word, a mark or a placeable, with where it stands in the text."""

    text: str  # folded; of a placeable its value
    start: int
    end: int
    kind: Literal["word", "mark", "placeable"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of the query and the stretch of the match that stands for it; half-open spans."""

    kind: Literal["equal", "replace", "delete", "insert"]
    query: tuple[int, int]
    match: tuple[int, int]


def tokens(text: str, lang: str, *, placeables: bool = True) -> tuple[Token, ...]:
    """The tokens of `text`; its numbers and dates are one placeable each.

    >>> [token.text for token in tokens("共有 5 000 人。", "zh")]
    ['共', '有', '5000', '人', '。']
    """
    folded = fold(text)
    found: list[Token] = []
    spans = _quantities(text, lang) if placeables else []
    at = 0
    for start, end, value in [*spans, (len(text), len(text), "")]:
        for match in _TOKEN.finditer(folded, at, start):
            word = match[0][0] == "_" or match[0][0].isalnum()
            found.append(Token(match[0], *match.span(), "word" if word else "mark"))
        if end > start:
            found.append(Token(value, start, end, "placeable"))
        at = max(at, end)
    return tuple(found)


def _quantities(text: str, lang: str) -> list[tuple[int, int, str]]:
    """Start, end and value of each number and date."""
    # A search of words alone need not load the patterns of numbers.
    from align.language.numbers import quantities

    return [(found.start, found.end, found.value) for found in quantities(text, lang)]


def rate(query: str, text: str, lang: str) -> float:
    """The match rate of `text` for `query`, in [0, 1]; 1 only where they are the same.

    >>> rate("The meeting rose early", "the meeting rose early", "en")
    0.99
    >>> rate("The meeting rose at 6 p.m.", "The meeting rose at 5 p.m.", "en")
    0.94
    """
    return Rater(query, lang).rate(text)


def rate_with_values_put_in(query: str, text: str, lang: str) -> float:
    """The match rate where the translation of `text` has been given the values of `query`."""
    return _wording(query, tokens(query, lang), text, tokens(text, lang))


class Rater:
    """Rates many texts for one query, whose tokens it finds once."""

    def __init__(self, query: str, lang: str) -> None:
        self._query = query
        self._lang = lang
        self._tokens = tokens(query, lang)

    def rate(self, text: str) -> float:
        """The match rate of `text`."""
        if self._query == text:
            return 1.0
        return _rate(self._query, self._tokens, text, tokens(text, self._lang), self._lang)


def near(
    queries: Sequence[str], texts: Sequence[str], lang: str, least: float
) -> Iterator[tuple[int, int, float]]:
    """Of all queries with all texts the pairs whose match rate is at least `least`: places and rate.

    The distances are computed all at once, on texts in which each token is one character.
    """
    kinds: dict[str, str] = {}
    ours, theirs = ([tokens(text, lang) for text in side] for side in (queries, texts))

    def coded(of: Sequence[Token]) -> str:
        return "".join(
            kinds.setdefault(text, chr(0x10000 + len(kinds) % 0xFFFF)) for text in _content(of)
        )

    codes = [[coded(each) for each in side] for side in (ours, theirs)]
    for first in range(0, len(queries), _AT_ONCE):
        part = codes[0][first : first + _AT_ONCE]
        rates = process.cdist(
            part, codes[1], scorer=Levenshtein.normalized_similarity, score_cutoff=least
        )
        for at, there in np.argwhere(rates >= least).tolist():
            here = first + at
            rate = _rate(queries[here], ours[here], texts[there], theirs[there], lang)
            if queries[here] == texts[there]:
                rate = 1.0
            if rate >= least:
                yield here, there, rate


_AT_ONCE = 256  # queries: with 100,000 texts their rates are 100 MB


def _rate(
    query: str, ours: Sequence[Token], text: str, theirs: Sequence[Token], lang: str
) -> float:
    """The match rate of two texts, given by their tokens."""
    found = _wording(query, ours, text, theirs)
    if found < NEAR_EXACT or not any(stated_otherwise(query, text, lang)):
        return found
    return round(found - OUTDATED_PENALTY, 4)


def stated_otherwise(query: str, text: str, lang: str) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The facts (numbers, dates, measures …) that only the query states, and only the text."""
    from align.language.facts import changes

    return changes(query, text, language_of(lang))


def _wording(query: str, ours: Sequence[Token], text: str, theirs: Sequence[Token]) -> float:
    """How alike two texts are but for their values."""
    first, second = _content(ours), _content(theirs)
    longer = max(len(first), len(second))
    if not longer:
        return 0.99 if fold(query) == fold(text) else 0.0
    similarity = 1.0 - Levenshtein.distance(first, second) / longer
    return round(max(0.0, similarity - _penalty(query, ours, text, theirs)), 4)


def _content(of: Sequence[Token]) -> list[str]:
    return [_PLACEABLE if t.kind == "placeable" else t.text for t in of if t.kind != "mark"]


def _penalty(query: str, ours: Sequence[Token], text: str, theirs: Sequence[Token]) -> float:
    """What is taken off for numbers, marks and forms that still have to be touched."""
    penalty = _unlike(ours, theirs, "placeable") * NUMBER_PENALTY
    penalty += _unlike(ours, theirs, "mark") * PUNCTUATION_PENALTY
    if _content(ours) == _content(theirs):
        written = [
            [each[t.start : t.end] for t in tokens_ if t.kind == "word"]
            for each, tokens_ in ((query, ours), (text, theirs))
        ]
        # Texts that differ are never 100 %, be it by a space.
        if written[0] != written[1] or not penalty:
            penalty += FORM_PENALTY
    return min(MOST_PENALTY, penalty)


def _unlike(ours: Sequence[Token], theirs: Sequence[Token], kind: str) -> int:
    """How many tokens of a kind one text has that the other has not; the greater of both sides."""
    first = Counter(token.text for token in ours if token.kind == kind)
    second = Counter(token.text for token in theirs if token.kind == kind)
    return max((first - second).total(), (second - first).total())


def differences(query: str, text: str, lang: str) -> tuple[Difference, ...]:
    """How `text` differs from `query`, in stretches that cover both texts from end to end."""
    ours, theirs = (tokens(each, lang, placeables=True) for each in (query, text))
    values = ([_written(query, t) for t in ours], [_written(text, t) for t in theirs])
    found: list[Difference] = []
    at_query = at_match = 0
    for step in Levenshtein.opcodes(*values):
        end_query = _end(query, ours, step.src_end)
        end_match = _end(text, theirs, step.dest_end)
        kind: Literal["equal", "replace", "delete", "insert"]
        kind = "equal" if step.tag == "equal" else _kind(end_query - at_query, end_match - at_match)
        found.append(Difference(kind, (at_query, end_query), (at_match, end_match)))
        at_query, at_match = end_query, end_match
    if at_query < len(query) or at_match < len(text):  # nothing but space, so no token at all
        found.append(Difference("replace", (at_query, len(query)), (at_match, len(text))))
    return tuple(found)


def _written(text: str, token: Token) -> str:
    return text[token.start : token.end]


def _kind(query: int, match: int) -> Literal["replace", "delete", "insert"]:
    if query and match:
        return "replace"
    return "delete" if query else "insert"


def _end(text: str, of: Sequence[Token], count: int) -> int:
    """Where the stretch of the first `count` tokens ends: where the next token begins."""
    return of[count].start if count < len(of) else len(text)
