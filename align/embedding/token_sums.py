"""Sums of token vectors over many texts at once, as much of them as a core's cache holds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from align.embedding.stored import Rows

_TOKENS_AT_ONCE = 2048  # their vectors fit in a core's cache


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
