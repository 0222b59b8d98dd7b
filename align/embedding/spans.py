"""Vectors of runs of sentences by prefix sums: no overlap is ever encoded twice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import TokenEncoder, Tokens, Vectors


class PrefixSums:
    """Sums of token vectors over any run of texts, each a difference of two rows.

    `rows` is float64 (n + 1, dim): a float32 sum over a whole book would lose the last sentence.
    """

    def __init__(self, encoder: TokenEncoder, tokens: Tokens) -> None:
        sums = text_sums(encoder.matrix, tokens)
        self.rows = np.zeros((len(sums) + 1, sums.shape[1]))
        np.cumsum(sums, axis=0, out=self.rows[1:])

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


def text_sums(matrix: NDArray[np.float32], tokens: Tokens) -> NDArray[np.float64]:
    """The sum of each text's token vectors, float64 (texts, dim)."""
    sums = np.zeros((len(tokens.bounds) - 1, matrix.shape[1]))
    full = np.flatnonzero(np.diff(tokens.bounds))
    for first in range(0, len(full), 256):
        some = full[first : first + 256]
        low, high = tokens.bounds[some[0]], tokens.bounds[some[-1] + 1]
        vectors = matrix[tokens.ids[low:high]].astype(np.float64)
        sums[some] = np.add.reduceat(vectors, tokens.bounds[some] - low, axis=0)
    return sums
