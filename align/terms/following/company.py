"""Which tokens keep company over the units at hand: names and words that the encoder never saw.

Each token has a row of bits, one a unit; how often two meet is the number of bits that both have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import Tokens

MOST_UNITS = 4096  # bits of a row: 512 bytes a token; further units are in the next block
FEW = 8  # fewer units than this say nothing about company

Floats = NDArray[np.float32]


class Company:
    """How often tokens of one language and of the other meet in units."""

    def __init__(self, bits: dict[str, tuple[NDArray[np.int64], NDArray[np.uint64]]]) -> None:
        # Language → token ids, rising, and their rows; one row of zeros more for unknown ones.
        self._bits = bits
        self._counts = {
            lang: np.bitwise_count(rows).sum(axis=1, dtype=np.int32)
            for lang, (_, rows) in bits.items()
        }

    @classmethod
    def of(cls, sides: dict[str, Tokens]) -> Self | None:
        """Company of the units whose texts have these tokens, by language; None where too few.

        All languages have the same number of texts, at most `MOST_UNITS`.
        """
        n = min(len(tokens.bounds) - 1 for tokens in sides.values())
        if n < FEW:
            return None
        return cls({lang: _rows(tokens, n) for lang, tokens in sides.items()})

    def between(
        self, ours: NDArray[np.int32], theirs: NDArray[np.int32], langs: tuple[str, str]
    ) -> Floats:
        """Damped Dice of each pair of tokens, float32 (units, n, m), in [0, 1).

        `ours` (units, n) are tokens of the first language, `theirs` (units, m) of the second.
        """
        left, right = self._places(ours, langs[0]), self._places(theirs, langs[1])
        ours_bits = self._bits[langs[0]][1][left]
        theirs_bits = self._bits[langs[1]][1][right]
        together = np.zeros((*left.shape, right.shape[1]), np.int32)
        for word in range(ours_bits.shape[2]):
            both = ours_bits[:, :, None, word] & theirs_bits[:, None, :, word]
            together += np.bitwise_count(both)
        alone = self._counts[langs[0]][left][:, :, None] + self._counts[langs[1]][right][:, None, :]
        return damped_dice(together, alone)

    def _places(self, ids: NDArray[np.int32], lang: str) -> NDArray[np.intp]:
        known = self._bits[lang][0]
        if not len(known):
            return np.zeros(ids.shape, np.intp)
        places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
        return np.where(known[places] == ids, places, len(known))


def damped_dice(together: NDArray[np.int32], alone: NDArray[np.int32]) -> Floats:
    """Dice's coefficient of two tokens that meet `together` times, less for few meetings.

    `alone` is the sum of how often either stands anywhere. A single meeting says nothing.

    >>> damped_dice(np.array([1, 3]), np.array([2, 6])).tolist()
    [0.0, 0.5]
    """
    trust = np.maximum(together - 1, 0) / (together + 1)
    return np.asarray(2.0 * together / np.maximum(alone, 1) * trust, np.float32)


def _rows(tokens: Tokens, n: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    units = np.repeat(np.arange(n), np.diff(tokens.bounds[: n + 1]))
    known, place = np.unique(tokens.ids[: len(units)].astype(np.int64), return_inverse=True)
    width = -(-n // 64)
    rows = np.zeros((len(known) + 1, width), np.uint64)
    np.bitwise_or.at(rows, (place, units // 64), np.uint64(1) << (units % 64).astype(np.uint64))
    return known, rows


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
