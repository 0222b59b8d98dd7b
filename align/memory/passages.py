"""Passages that a memory holds of a text: stretches that were written before, word for word or nearly.

A resolution quoted in a report, a formula of last year's budget: no whole unit is like the
sentence, but a part of one is. The units that share the rarest grams of the sentence are read, and
their common runs of words (Chinese: characters) are found, whatever else either text says.

What is worth showing is told by chance, not by length: a run counts where a memory of this size
would next to never hold it by accident (see CHANCE), so that two names of bodies are enough and ten
everyday words are not.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from align.language.folding import fold
from align.memory import grams
from align.memory.candidates import Postings, rarest
from align.memory.grams import HAN

Span = tuple[int, int]

READ = 60  # units read for a sentence; with 200 `scripts/bench reference` found no more
# The expected number of accidental passages in a sentence that is allowed, if words came
# independently. They do not: with 2e-6 a UN record has 0.09 (Chinese) and 0.05 (English) passages a
# sentence in 960,000 everyday sentences, nearly all of them true phrases; with 0.01 it has 1.1 and 0.7.
CHANCE = 2e-6
_SAME_PLACE = 16  # places of one pair of words in a sentence that are followed
_GAP = 3  # words that may differ inside a passage that was changed in few places
_TOKEN = re.compile(rf"[{HAN}]|[^\W{HAN}]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text that a unit holds.

    `span` is where it is in the text that was asked for, `found` where it is in the unit's text on
    the side that was searched, both half-open. `likeness` is the share of its words that are the
    same and in the same order; `information`, in nats, says how unlikely chance makes it; `count`
    how many of the units that were read hold as much of it.
    """

    span: Span
    found: Span
    unit_id: int
    likeness: float
    information: float
    count: int


class Held(Postings, Protocol):
    """What a memory is asked for here: its postings, and the texts of units."""

    def sharing(self, weights: Mapping[int, float], side: int, most: int) -> list[int]:
        """The `most` units that share most of these grams by weight, best first.

        A unit that holds one of them only, however rare, holds no passage: it is left out.
        """

    def texts(self, ids: Sequence[int], side: int) -> dict[int, tuple[str, str]]:
        """The text on `side` of each unit, and its language."""


def passages(
    held: Held,
    text: str,
    side: int,
    *,
    excluded: frozenset[int] = frozenset(),
) -> list[Passage]:
    """The passages of `text` that units hold on `side`, in the order of the text, without overlap.

    The most telling come first where they overlap: what is left of the others has to be worth
    showing by itself. `excluded` units are passed over. Time grows with the units that are read,
    not with the memory.
    """
    query = _Tokens.of(text)
    if len(query.words) < 2:
        return []
    information, least = _information(held, query, side)
    weights = dict(rarest(held, text, side))
    likely = held.sharing(weights, side, READ + len(excluded)) if weights else []
    ids = [unit for unit in likely if unit not in excluded]
    if not ids:
        return []
    found: list[_Found] = []
    for unit, (other, _) in held.texts(ids, side).items():
        theirs = _Tokens.of(other)
        for run in _runs(query, theirs):
            told = information.of(run.first, run.last) * run.likeness
            if told >= least:
                found.append(_Found(told, run, unit, theirs))
    return _chosen(query, found, information, least)


# --- the words of a text and what they tell -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tokens:
    words: list[str]
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> _Tokens:
        matches = list(_TOKEN.finditer(fold(text)))
        return cls(
            [m[0] for m in matches], [m.start() for m in matches], [m.end() for m in matches]
        )


@dataclass(frozen=True, slots=True)
class _Information:
    """Sums over the first tokens: what words tell, and what pairs of Chinese characters do."""

    words: NDArray[np.float64]
    pairs: NDArray[np.float64]

    def of(self, first: int, last: int) -> float:
        """What the tokens [first, last) tell, in nats."""
        words = self.words[last] - self.words[first]
        # A character stands in two pairs: half of each is its own.
        pairs = (self.pairs[max(last - 1, first)] - self.pairs[first]) / 2
        return float(words + pairs)


def _information(held: Postings, query: _Tokens, side: int) -> tuple[_Information, float]:
    """What each part of the query tells, and how much a passage has to tell at least."""
    total = max(2, held.total(side))
    size = len(query.words)
    han = [_is_han(word) for word in query.words]
    # The gram that tells a token: a word's own; of a Chinese character that of the pair it begins.
    wanted_texts = [
        word + query.words[at + 1] if han[at] and at + 1 < size and han[at + 1] else word
        for at, word in enumerate(query.words)
    ]
    last = grams.last_of(wanted_texts)
    of_word = [-1 if han[at] else last[at] for at in range(size)]
    of_pair = [last[at] if han[at] and at + 1 < size and han[at + 1] else -1 for at in range(size)]
    wanted = sorted({gram for gram in (*of_word, *of_pair) if gram >= 0})
    counts = held.counts(wanted, side) if wanted else {}

    def sums(keys: Sequence[int]) -> NDArray[np.float64]:
        # A gram that the memory lacks cannot be in a passage: it tells nothing.
        told = [math.log(total / counts[key]) if key in counts else 0.0 for key in keys]
        return np.concatenate(([0.0], np.cumsum(told)))

    return _Information(sums(of_word), sums(of_pair)), math.log(total / CHANCE)


def _is_han(word: str) -> bool:
    return len(word) == 1 and re.match(f"[{HAN}]", word) is not None


# --- common runs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """Tokens [first, last) of the query that stand as tokens [start, end) in a unit's text."""

    first: int
    last: int
    start: int
    end: int
    likeness: float


@dataclass(frozen=True, slots=True)
class _Found:
    told: float
    run: _Run
    unit: int
    theirs: _Tokens


def _runs(query: _Tokens, theirs: _Tokens) -> list[_Run]:
    """The maximal common runs of two texts, those that a few words part joined."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at in range(len(query.words) - 1):
        pair = places[query.words[at], query.words[at + 1]]
        if len(pair) < _SAME_PLACE:
            pair.append(at)
    found: list[tuple[int, int, int]] = []  # place in the query, in the other text, words
    ends: dict[int, int] = {}  # by diagonal: where its last run ends in the other text
    ours, others = query.words, theirs.words
    for at in range(len(others) - 1):
        for place in places.get((others[at], others[at + 1]), ()):
            if ends.get(place - at, -1) > at:
                continue
            size = 2
            while (
                place + size < len(ours)
                and at + size < len(others)
                and ours[place + size] == others[at + size]
            ):
                size += 1
            ends[place - at] = at + size
            found.append((place, at, size))
    joined: list[list[int]] = []  # first, last, start, end, words that are the same
    for place, at, size in sorted(found):
        for last in reversed(joined[-_SAME_PLACE:]):
            ahead, behind = place - last[1], at - last[3]
            if 0 <= ahead <= _GAP and 0 <= behind <= _GAP:
                last[1], last[3] = place + size, at + size
                last[4] += size
                break
        else:
            joined.append([place, place + size, at, at + size, size])
    runs = [_run(*each) for each in joined]
    # Each part by itself too: a passage that is the same may tell more than one that was changed.
    runs += [_run(place, place + size, at, at + size, size) for place, at, size in found]
    return runs


def _run(first: int, last: int, start: int, end: int, same: int) -> _Run:
    return _Run(first, last, start, end, same / max(last - first, end - start))


def _chosen(
    query: _Tokens, found: list[_Found], information: _Information, least: float
) -> list[Passage]:
    """The most telling passages that do not overlap, in the order of the text."""
    found.sort(key=lambda each: (-each.told, each.run.first, each.unit))
    free = [True] * len(query.words)
    chosen: list[Passage] = []
    for each in found:
        run = _trimmed(each.run, free)
        if run is None:
            continue
        told = information.of(run.first, run.last) * run.likeness
        if told < least:
            continue
        free[run.first : run.last] = [False] * (run.last - run.first)
        holders = {
            other.unit
            for other in found
            if other.run.first <= run.first
            and other.run.last >= run.last
            and other.run.likeness >= run.likeness
        }
        chosen.append(
            Passage(
                (query.starts[run.first], query.ends[run.last - 1]),
                (each.theirs.starts[run.start], each.theirs.ends[run.end - 1]),
                each.unit,
                round(run.likeness, 4),
                told,
                len(holders),
            )
        )
    return sorted(chosen, key=lambda each: each.span)


def _trimmed(run: _Run, free: Sequence[bool]) -> _Run | None:
    """The run without what a better one took at its ends; None where nothing of use is left."""
    first, last = run.first, run.last
    while first < last and not free[first]:
        first += 1
    while last > first and not free[last - 1]:
        last -= 1
    if last - first < 2 or not all(free[first:last]):
        return None
    if (first, last) == (run.first, run.last):
        return run
    if run.likeness < 1:
        return None  # where its parts stand in the other text is not known
    return _Run(first, last, run.start + first - run.first, run.end - (run.last - last), 1.0)
