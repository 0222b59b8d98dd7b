"""English phrases that may be terms: names whole, and words that stand together between small ones.

What answers to them in Chinese is proposed beside the phrases of the Chinese side: word segmentation
cuts names that it does not know (发达国家集团 out of 最不发达国家集团), and what is a verb in Chinese is
often a noun in English (使用多种语文, multilingualism).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import numpy as np

from align.language.words import word_set
from align.terms.following import pieces as bits
from align.terms.following.batch import Text
from align.terms.following.pieces import SMALL_ENGLISH

Span = tuple[int, int]

# What answers across a clause's border, or is a possessive's tail, is no phrase.
BROKEN = re.compile(r"[，。；！？…\n]|^[的了]|[的了]$|[（(][^）)]*$|^[^（(]*[）)]")
# What stands between a subject and its predicate. The last word may be a noun (political will), and
# one with a capital a name's (May).
_PREDICATES = word_set(
    "is are was were be been being am has have had does did shall should must can could will would"
    " may might cannot"
)
# Where a noun phrase has one within, a small word or a mark stands before it (heads of the missions).
_ARTICLES = word_set("the a an it its them their")
_LONGEST = 5  # words of a phrase that is no name: longer ones are seldom headwords in dictionaries
_MARKS = bits.COMMA | bits.STOP | bits.OPENS | bits.CLOSES


def is_clause(phrase: str) -> bool:
    """Whether a phrase has a predicate, or a verb before an article, as no term has.

    >>> [is_clause(one) for one in ("peat shall be kept", "political will", "Urges the Council")]
    [True, False, True]
    """
    words = phrase.split()
    return not _PREDICATES.isdisjoint(words[:-1]) or any(
        word in _ARTICLES and before[-1].isalpha() and before.lower() not in SMALL_ENGLISH
        for before, word in itertools.pairwise(words)
    )


def is_quantity(phrase: str) -> bool:
    """Whether a phrase is a number of things, or one thing by its number, and no name or compound.

    >>> [is_quantity(one) for one in ("90 days", "two fens", "paragraph 1", "Part III")]
    [True, True, True, True]
    >>> [is_quantity(one) for one in ("2030 Agenda", "two-stage audit", "Group of 77", "4x4 drive")]
    [False, False, False, False]
    """
    words = phrase.split()
    counted = words[0].isdigit() or words[0].lower() in _CARDINALS
    named = all(word[0].isupper() for word in words[1:])
    return len(words) > 1 and (
        (counted and not named) or (len(words) == 2 and bool(_LABEL.fullmatch(words[1])))
    )


_CARDINALS = word_set(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty"
    " seventy eighty ninety hundred thousand million"
)
_LABEL = re.compile(r"#?\d+|[IVX]+|\(?[a-z]\)")


def phrases(text: Text) -> list[Span]:
    """The spans of `text`, in characters, that may be terms."""
    spans = text.pieces.spans
    found = {*_names(text), *_chunks(text)}
    return sorted((int(spans[a, 0]), int(spans[b - 1, 1])) for a, b in found)


def _names(text: Text) -> Iterator[Span]:
    """Capitalised names and acronyms, and up to three that "and" or a comma parts.

    The Department of Management Strategy, Policy and Compliance is one name, the General Assembly and
    the Security Council are two: what the Chinese side has decides.
    """
    parts: list[Span] = []  # of which each stands beside the one before
    for start, end, beside in _name_parts(text):
        parts = [*parts[-2:], (start, end)] if beside else [(start, end)]
        for first, _ in parts:
            yield first, end


def _name_parts(text: Text) -> Iterator[tuple[int, int, bool]]:
    """Names without "and" in them, and whether one follows the one before directly."""
    kinds, gaps = text.pieces.kinds, text.pieces.gaps
    n, at, last = len(kinds), 0, -2
    while at < n:
        if not kinds[at] & (bits.CAPITAL | bits.ACRONYM) or kinds[at] & bits.FUNCTION:
            at += 1
            continue
        end = at + 1
        while end < n and gaps[end] & bits.NAME and not kinds[end] & bits.AND:
            end += 1
        while end > at + 1 and kinds[end - 1] & bits.FUNCTION:
            end -= 1
        joined = bool(last > 0 and _joint(text, last, at))
        if end > at + 1 or kinds[at] & bits.ACRONYM or joined:
            yield at, end, joined
        at = last = end


def _joint(text: Text, start: int, end: int) -> bool:
    """Whether no more than a comma, or an "and", stands between two names."""
    kinds, gaps = text.pieces.kinds[start:end], text.pieces.gaps[start : end + 1]
    if np.any(gaps & (_MARKS ^ bits.COMMA)):
        return False
    return bool(len(kinds) <= 2 and (kinds & (bits.AND | bits.FUNCTION)).all())


def _chunks(text: Text) -> Iterator[Span]:
    """Runs of words without small ones between them, two that "of" joins, and what ends each."""
    kinds, gaps, words = text.pieces.kinds, text.pieces.gaps, text.pieces.words
    runs = []
    at, n = 0, len(kinds)
    while at < n:
        if kinds[at] & bits.FUNCTION:
            at += 1
            continue
        end = at + 1
        while end < n and not (kinds[end] & bits.FUNCTION or gaps[end] & _MARKS):
            end += 1
        runs.append((at, end))
        at = end
    for place, (start, end) in enumerate(runs):
        for first in range(max(start, end - _LONGEST), end):
            yield first, end
        if place and start - runs[place - 1][1] in (1, 2):
            between = words[runs[place - 1][1] : start]
            marked = np.any(gaps[runs[place - 1][1] : start + 1] & _MARKS)
            if between[0] == "of" and between[1:] in ((), ("the",)) and not marked:
                yield runs[place - 1][1] - 1, end
