"""Vectors of runs of sentences by prefix sums: no overlap is ever encoded twice."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import TokenEncoder, Tokens, Vectors
from align.embedding.stored import Rows

_TOKENS_AT_ONCE = 2048  # their vectors fit in a core's cache


class PrefixSums:
    """Sums of token vectors over any run of texts, each a difference of two rows.

    `rows` is float64 (n + 1, dim): a float32 sum over a whole book would lose the last sentence.
    """

    def __init__(self, encoder: TokenEncoder, tokens: Tokens) -> None:
        sums = token_sums(encoder.matrix, tokens.ids, tokens.bounds)
        self.rows = np.zeros((len(sums) + 1, sums.shape[1]))
        np.cumsum(sums, axis=0, dtype=np.float64, out=self.rows[1:])

    def vectors(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Vectors:
        """Unit rows, float32 (len(starts), dim), of the texts ``starts[k]:ends[k]`` taken as one.

        Equal to encoding the joined texts, as far as joining makes no new token; a run without any
        token gives zeros.
        """
        rows = self.rows[ends] - self.rows[starts]
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        np.divide(rows, norms, out=rows, where=norms > 1e-9)
        rows[norms[:, 0] <= 1e-9] = 0.0
        return rows.astype(np.float32)

    def windows(self, size: int) -> Vectors:
        """Unit rows of every run of `size` texts, float32 (n - size + 1, dim)."""
        starts = np.arange(max(len(self.rows) - size, 0))
        return self.vectors(starts, starts + size)


def token_sums(
    matrix: Rows, ids: NDArray[np.int32], bounds: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The sum of token vectors over each ``ids[bounds[k]:bounds[k + 1]]``, float32 (texts, dim)."""
    rows = np.zeros((len(bounds) - 1, matrix.shape[1]), np.float32)
    starts, n = bounds[:-1], len(ids)
    for first in range(0, n, _TOKENS_AT_ONCE):
        last = min(first + _TOKENS_AT_ONCE, n)
        low = int(np.searchsorted(bounds, first, "right")) - 1
        high = int(np.searchsorted(starts, last, "left"))
        block = matrix[ids[first:last]]
        # One call a text: `reduceat` does them all at once and takes twice as long.
        cuts = np.clip(bounds[low : high + 1] - first, 0, len(block)).tolist()
        for text, (begin, end) in enumerate(pairwise(cuts), start=low):
            rows[text] += np.add.reduce(block[begin:end], axis=0)
    return rows
