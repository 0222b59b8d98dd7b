"""Which tokens keep company over the units at hand: names and words that the encoder never saw.

Only pairs of tokens that meet twice say anything. They are counted once, into a sorted table; the few
units with very many tokens, whose pairs would fill memory, keep a row of bits a token instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import Tokens

MOST_UNITS = 4096  # units that are looked at: more say nothing new of a token in doubt
FEW = 8  # fewer units than this say nothing about company
# Pairs of tokens that are counted in a table, 8 bytes each while it is made: twice as many as
# `MOST_UNITS` units of 30 words have.
_PAIRS = 8_000_000
_SEEN = (
    1 << 22
)  # bits, as bytes: of a table of 300,000 pairs one strange pair in fourteen is sought

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Side:
    """The tokens of one language: places 1 to n, 0 for unknown ones."""

    places: Ints  # of each token id, and 0 behind the highest
    counts: NDArray[np.int32]  # (n + 1,): units that hold it
    bits: NDArray[np.uint64]  # (n + 1, words): the large units that hold it

    def of(self, ids: NDArray[np.int32]) -> Ints:
        """The places of tokens."""
        return self.places[np.minimum(ids, len(self.places) - 1)]  # -1 is the last, too


class Company:
    """How often tokens of one language and of the other meet in units."""

    def __init__(
        self, langs: tuple[str, str], sides: tuple[_Side, _Side], keys: Ints, meetings: Ints
    ) -> None:
        self._langs = langs
        self._sides = dict(zip(langs, sides, strict=True))
        self._width = len(sides[1].counts)
        self._keys, self._meetings = keys, meetings.astype(np.int32)
        self._seen = np.zeros(_SEEN, np.bool_)
        self._seen[_mixed(keys)] = True

    @classmethod
    def of(cls, sides: dict[str, Tokens]) -> Self | None:
        """Company of the units whose texts have these tokens, by two languages; None where too few.

        Both have the same number of texts, at most `MOST_UNITS`.
        """
        n = min(len(tokens.bounds) - 1 for tokens in sides.values())
        if n < FEW:
            return None
        one, other = sides
        ours, theirs = (_Held.of(tokens, n) for tokens in sides.values())
        pairs = np.diff(ours.bounds) * np.diff(theirs.bounds)
        order = np.argsort(pairs, kind="stable")
        large = np.zeros(n, np.bool_)
        large[order[np.cumsum(pairs[order]) > _PAIRS]] = True
        width = len(theirs.counts)
        keys, meetings = _counted(_pairs(ours, theirs, np.flatnonzero(~large), width))
        if not large.any():  # else a single meeting may be one of two
            keys, meetings = keys[meetings > 1], meetings[meetings > 1]
        made = (ours.side(large), theirs.side(large))
        return cls((one, other), made, keys, meetings)

    def between(
        self, ours: NDArray[np.int32], theirs: NDArray[np.int32], langs: tuple[str, str]
    ) -> Floats:
        """Damped Dice of each pair of tokens, float32 (units, n, m), in [0, 1).

        `ours` (units, n) are tokens of the first language, `theirs` (units, m) of the second.
        """
        one, other = self._sides[langs[0]], self._sides[langs[1]]
        left, right = one.of(ours), other.of(theirs)
        if langs == self._langs:
            keys = (left * self._width)[:, :, None] + right[:, None, :]
        else:
            keys = left[:, :, None] + (right * self._width)[:, None, :]
        together = self._met(keys)
        for word in range(one.bits.shape[1]):
            both = one.bits[left, word][:, :, None] & other.bits[right, word][:, None, :]
            together += np.bitwise_count(both)
        found = np.zeros(together.shape, np.float32)
        some = np.nonzero(together > 1)
        unit, row, column = some
        alone = one.counts[left[unit, row]] + other.counts[right[unit, column]]
        found[some] = damped_dice(together[some], alone)
        return found

    def _met(self, keys: Ints) -> NDArray[np.int32]:
        """How often pairs of tokens meet, by their keys."""
        found = np.zeros(keys.shape, np.int32)
        if not len(self._keys):
            return found
        some = np.nonzero(self._seen[_mixed(keys)])
        asked = keys[some]
        places = np.minimum(np.searchsorted(self._keys, asked), len(self._keys) - 1)
        found[some] = np.where(self._keys[places] == asked, self._meetings[places], 0)
        return found


def _mixed(keys: Ints) -> Ints:
    """A place in a table of `_SEEN` for each key."""
    return (keys * np.int64(0x9E3779B1)) >> np.int64(16) & np.int64(_SEEN - 1)


@dataclass(frozen=True, slots=True)
class _Held:
    """Which tokens the units hold, each once a unit: places from 1, those that stand once left out."""

    known: Ints  # token ids, rising
    counts: NDArray[np.int32]  # (tokens + 1,), 0 for unknown ones
    places: Ints  # of all units, one after another
    bounds: Ints  # (units + 1,)

    @classmethod
    def of(cls, tokens: Tokens, n: int) -> Self:
        """The tokens of the first n units."""
        units = np.repeat(np.arange(n), np.diff(tokens.bounds[: n + 1]))
        known, place = np.unique(tokens.ids[: len(units)].astype(np.int64), return_inverse=True)
        width = len(known) + 1
        once = np.unique(units * width + place + 1)
        units, places = np.divmod(once, width)
        counts = np.bincount(places, minlength=width).astype(np.int32)
        again = counts[places] > 1
        bounds = np.zeros(n + 1, np.int64)
        np.cumsum(np.bincount(units[again], minlength=n), out=bounds[1:])
        return cls(known, counts, places[again], bounds)

    def side(self, large: NDArray[np.bool_]) -> _Side:
        """What is asked of these tokens; `large` (units,) are those that keep bits."""
        highest = int(self.known[-1]) if len(self.known) else 0
        places = np.zeros(highest + 2, np.int64)
        places[self.known] = np.arange(1, len(self.known) + 1)
        number = np.cumsum(large) - 1
        bits = np.zeros((len(self.counts), -(-int(large.sum()) // 64)), np.uint64)
        units = np.repeat(np.arange(len(large)), np.diff(self.bounds))
        some = large[units]
        at = number[units[some]]
        one = np.uint64(1) << (at % 64).astype(np.uint64)
        np.bitwise_or.at(bits, (self.places[some], at // 64), one)
        return _Side(places, self.counts, bits)


def _pairs(ours: _Held, theirs: _Held, units: Ints, width: int) -> Ints:
    """The key of each pair of tokens that meet in a unit, once a unit."""
    n, m = np.diff(ours.bounds)[units], np.diff(theirs.bounds)[units]
    first = np.repeat(ours.bounds[units], n) + _counting(n)  # places of our tokens
    many = np.repeat(m, n)  # what each of them meets
    left = np.repeat(ours.places[first], many)
    right = theirs.places[np.repeat(np.repeat(theirs.bounds[units], n), many) + _counting(many)]
    keys: Ints = left * width + right
    return keys


def _counting(lengths: Ints) -> Ints:
    """0 to n - 1 for each n of `lengths`, one after another."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) - np.repeat(ends - lengths, lengths)


def _counted(keys: Ints) -> tuple[Ints, Ints]:
    """Keys in rising order, each once, and how often each stood."""
    keys = np.sort(keys)
    first = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    return keys[first], np.diff(first, append=len(keys))


def damped_dice(together: NDArray[np.int32], alone: NDArray[np.int32]) -> Floats:
    """Dice's coefficient of two tokens that meet `together` times, less for few meetings.

    `alone` is the sum of how often either stands anywhere. A single meeting says nothing.

    >>> damped_dice(np.array([1, 3]), np.array([2, 6])).tolist()
    [0.0, 0.5]
    """
    trust = np.maximum(together - 1, 0) / (together + 1)
    return np.asarray(2.0 * together / np.maximum(alone, 1) * trust, np.float32)


CONTEXT = 3  # pieces that a neighbour is foretold by: more are too seldom met again


class Bonds:
    """How tightly runs are bound to what stands beside them, over all texts at hand.

    Where 利益攸关 is always followed by 方, the run that ends before 方 is cut short (the field's
    accessor variety: Feng et al. 2004).
    """

    def __init__(self, texts: Sequence[NDArray[np.uint64]]) -> None:
        end = np.zeros(1, np.uint64)
        flat = np.concatenate([part for text in texts for part in (text, end)] or [end])
        self._counts = [_Counts(_windows(flat, size)) for size in range(1, CONTEXT + 2)]

    def gaps(self, forms: NDArray[np.uint64]) -> Floats:
        """For each gap between pieces, float32 (2, CONTEXT, n + 1), in [0, 1).

        [0, k - 1] is how sure the next piece is, given the k before the gap; [1, k - 1] how sure the
        piece before it is, given the k behind. Damped where the k were seldom met.
        """
        n = len(forms)
        found = np.zeros((2, CONTEXT, n + 1), np.float32)
        counts = [one.of(_windows(forms, size)) for size, one in enumerate(self._counts, 1)]
        for k in range(1, CONTEXT + 1):
            if n <= k:
                break
            whole, alone = counts[k], counts[k - 1]  # windows of k + 1 and of k pieces
            trust = np.maximum(whole - 1, 0) / (whole + 1)
            found[0, k - 1, k:n] = whole / np.maximum(alone[: n - k], 1) * trust
            found[1, k - 1, 1 : n - k + 1] = whole / np.maximum(alone[1 : n - k + 1], 1) * trust
        return found


def _windows(forms: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """A number for each run of `size` pieces."""
    n = len(forms) - size + 1
    if n <= 0:
        return np.zeros(0, np.uint64)
    found = np.zeros(n, np.uint64)
    for step in range(size):
        found = found * np.uint64(0x9E3779B97F4A7C15) + forms[step : step + n]
    return found


class _Counts:
    def __init__(self, keys: NDArray[np.uint64]) -> None:
        self._keys, self._counts = np.unique(keys, return_counts=True)

    def of(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        if not len(self._keys):
            return np.zeros(len(keys), np.int64)
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[places] == keys, self._counts[places], 0)
