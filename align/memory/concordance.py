"""Every unit that contains some words or their near variants, found through the gram postings.

Near variants: traditional and simplified, case, width, plural, hyphenated or written together
(peacekeeping, peace-keeping), a space inside Chinese. Chinese is matched by characters, so a phrase
that a word segmenter would cut is found like any other, and so is a single character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from align.errors import InputError
from align.language.folding import fold
from align.memory import grams
from align.memory.grams import HAN
from align.memory.textindex import TextIndex, first_id

Spans = tuple[tuple[int, int], ...]
Mask = NDArray[np.bool_]
_PIECE = re.compile(rf"[{HAN}]|[^\W{HAN}]+|[^\s\w]")
_LETTER = rf"[^\W{HAN}]"
_SPLIT = 3  # letters that either half of a word in two parts must have
_LONGEST_DIVIDED = 40  # letters; the longest word of a large dictionary has 45, and no hyphen
_MOST = 2_000  # characters of a query; more are no word or phrase, and no pattern should have them
_NOT_HELD = 1 << 20  # longer than any length that is kept
_ID_BITS = 40
_MERGE = 4  # letters that each of two words must have to match written together


@dataclass(frozen=True, slots=True)
class Need:
    """What a unit must hold: all the grams of at least one of the alternatives."""

    alternatives: tuple[tuple[int, ...], ...]

    def held_by(self, held: dict[int, NDArray[np.uint16]], count: int) -> Mask:
        """Which of a block's `count` units fulfil it, given the postings of its grams there."""
        any_of = np.zeros(count, bool)
        for alternative in self.alternatives:
            if all(gram in held for gram in alternative):
                any_of |= reduce(np.logical_and, (_mask(held[g], count) for g in alternative))
        return any_of


@dataclass(frozen=True, slots=True)
class Query:
    """Words to look for: the grams that a unit must hold, and the pattern that its text matches."""

    words: str
    needs: tuple[Need, ...]
    pattern: re.Pattern[str]
    certain: bool  # whether every unit with the grams matches the pattern

    def spans(self, text: str) -> Spans:
        """Where the words or their variants are in `text`."""
        return tuple(match.span() for match in self.pattern.finditer(fold(text)))


def parse(words: str) -> Query:
    """The query for some words.

    Raises InputError when they hold neither a letter, a digit nor a Chinese character.
    """
    if len(words) > _MOST:
        raise InputError(
            f"{words[:40]!r} …: {len(words):,} characters; give a word or a phrase of at most {_MOST:,}"
        )
    folded = fold(words).strip()
    pieces = _without_hyphens(list(_PIECE.finditer(folded)))
    needs = tuple(_needs(pieces, folded))
    if not needs:
        raise InputError(f"{words!r}: nothing to search for; give a word, a number or a character")
    certain = len(needs) == 1 and all(len(part) == 1 for part in needs[0].alternatives)
    certain = certain and all(piece[0][0].isalnum() for piece in pieces)
    return Query(words, needs, re.compile(_pattern(pieces)), certain)


def forms(word: str) -> tuple[str, ...]:
    """A folded English word with its plural or singular; what has digits stays as it is.

    >>> forms("policies"), forms("mandate"), forms("a4p")
    (('policies', 'policie', 'policy'), ('mandate', 'mandates'), ('a4p',))
    """
    found = [word]
    if not word.isascii() or not word.isalpha() or len(word) < 3:
        return (word,)
    if word.endswith("s"):
        if not word.endswith(("ss", "us", "is")):
            found.append(word[:-1])
        if word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
            found.append(word[:-2])
        if word.endswith("ies") and len(word) > 4:
            found.append(word[:-3] + "y")
    elif word.endswith("y") and word[-2] not in "aeiou":
        found.append(word[:-1] + "ies")
    elif word.endswith(("x", "z", "ch", "sh", "o")):
        found += [word + "es", word + "s"]
    else:
        found.append(word + "s")
    if word.endswith("ss"):
        found.append(word + "es")
    return tuple(dict.fromkeys(found))


def _is_word(piece: re.Match[str]) -> bool:
    return re.fullmatch(rf"{_LETTER}+", piece[0]) is not None and not piece[0].startswith("_")


def _is_han(piece: re.Match[str]) -> bool:
    return re.fullmatch(rf"[{HAN}]", piece[0]) is not None


def _needs(pieces: Sequence[re.Match[str]], folded: str) -> Iterator[Need]:
    """What a unit must hold for each word or run of characters, as grams."""
    for run in _han_runs(pieces):
        wanted = [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
        for text in dict.fromkeys(wanted):
            yield Need(((_gram(text),),))
    for place, piece in enumerate(pieces):
        if _is_word(piece):
            yield Need(tuple(dict.fromkeys(_alternatives(pieces, place, folded))))


def _han_runs(pieces: Sequence[re.Match[str]]) -> list[str]:
    """The runs of Chinese characters; spaces between them do not part a run."""
    text = "".join(piece[0] if _is_han(piece) else " " for piece in pieces)
    return text.split()


def _gram(text: str) -> int:
    """The gram of a word, a character, or a pair of them (pairs sort after characters)."""
    return int(grams.of(text)[-1])


def _alternatives(
    pieces: Sequence[re.Match[str]], place: int, folded: str
) -> Iterator[tuple[int, ...]]:
    """The grams by which a word can be in a text: as it is, its plural, in two parts, or joined."""
    word = pieces[place][0]
    for form in forms(word):
        yield (_gram(form),)
    for cut in _cuts(word):
        for form in forms(word[cut:]):
            yield (_gram(word[:cut]), _gram(form))
    for left, right in ((place - 1, place), (place, place + 1)):
        if left >= 0 and right < len(pieces) and _may_join(pieces[left], pieces[right], folded):
            for form in forms(pieces[right][0]):
                yield (_gram(pieces[left][0] + form),)


def _may_join(left: re.Match[str], right: re.Match[str], folded: str) -> bool:
    """Whether two words may also be written as one: both have letters enough, a space between."""
    return (
        _is_word(left)
        and _is_word(right)
        and not folded[left.end() : right.start()].strip(" -")
        and min(len(left[0]), len(right[0])) >= _MERGE
    )


def _pattern(pieces: Sequence[re.Match[str]]) -> str:
    """The regular expression that finds the words in a folded text."""
    parts: list[str] = []
    last: re.Match[str] | None = None
    for piece in pieces:
        parts.append(_between(last, piece))
        parts.append(_word_pattern(piece[0]) if _is_word(piece) else re.escape(piece[0]))
        last = piece
    start = rf"(?<!{_LETTER})" if _is_word(pieces[0]) else ""
    end = rf"(?!{_LETTER})" if _is_word(pieces[-1]) else ""
    return start + "".join(parts) + end


def _without_hyphens(pieces: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """All pieces but hyphens between two words: peace-keeping is like peace keeping."""
    return [
        piece
        for place, piece in enumerate(pieces)
        if piece[0] != "-"
        or not 0 < place < len(pieces) - 1
        or not (_is_word(pieces[place - 1]) and _is_word(pieces[place + 1]))
    ]


def _between(last: re.Match[str] | None, piece: re.Match[str]) -> str:
    """What may stand between two pieces of the words."""
    if last is None:
        return ""
    if _is_word(last) and _is_word(piece):
        joins = min(len(last[0]), len(piece[0])) >= _MERGE
        return r"[\s-]*" if joins else r"[\s-]+"
    return r"\s?"


def _word_pattern(word: str) -> str:
    """A word in its forms, with or without a hyphen inside: where the index can find both parts."""
    found = []
    for form in forms(word):
        found.append(form)
        found += [f"{form[:cut]}-{form[cut:]}" for cut in _cuts(word) if cut <= len(form) - _SPLIT]
    return "(?:" + "|".join(map(re.escape, found)) + ")"


def _cuts(word: str) -> range:
    """Where a word may be in two parts: only English ones may."""
    english = word.isascii() and word.isalpha() and len(word) <= _LONGEST_DIVIDED
    return range(_SPLIT, len(word) - _SPLIT + 1) if english else range(0)


def _mask(units: NDArray[np.uint16], count: int) -> Mask:
    mask = np.zeros(count, bool)
    mask[units] = True
    return mask


def matching(
    index: TextIndex, query: Query, sides: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The units that hold the grams of `query` on one of `sides`, each once, in order of their ids.

    Returns the ids and the lengths in characters of the texts that hold them: the shorter of two.
    """
    wanted = sorted({gram for need in query.needs for part in need.alternatives for gram in part})
    ids: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    sizes: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    lengths = index.lengths()
    for first in index.blocks(0):
        shortest = np.full(len(lengths[first]), _NOT_HELD, np.int64)
        for block in (first + side for side in sides):
            held = dict(index.units(wanted, block))
            masks = (need.held_by(held, len(shortest)) for need in query.needs)
            fits = reduce(np.logical_and, masks)
            np.minimum(shortest, lengths[block], out=shortest, where=fits)
        units = np.flatnonzero(shortest != _NOT_HELD)
        ids.append(units + first_id(first))
        sizes.append(shortest[units])
    return np.concatenate(ids), np.concatenate(sizes)


def shortest_first(
    ids: NDArray[np.int64], sizes: NDArray[np.int64], start: int, end: int
) -> list[int]:
    """The ids in the places `start` to `end` when those of the shortest texts come first."""
    order = sizes << _ID_BITS | ids
    if end < len(order):  # for one page of half a million, a partition is ten times faster
        order = np.partition(order, end)[:end]
    order.sort()
    return [int(each) for each in order[start:end] & (1 << _ID_BITS) - 1]
