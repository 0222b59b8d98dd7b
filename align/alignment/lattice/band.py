"""The part of the lattice that is looked at: for each source boundary a run of target boundaries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Band:
    """Nodes (i, j) with ``low[i] <= j <= high[i]``, numbered row by row.

    A node is a boundary: i source sentences and j target sentences lie before it. `low` and `high`
    have n_source + 1 entries, neither ever falls, row 0 holds j = 0 and the last row j = n_target.
    """

    low: Ints
    high: Ints
    offset: Ints  # (n_source + 2,): number of the first node of each row; the last is the total

    @property
    def n_source(self) -> int:
        """Number of source sentences."""
        return len(self.low) - 1

    @property
    def n_target(self) -> int:
        """Number of target sentences."""
        return int(self.high[-1])

    @property
    def n_nodes(self) -> int:
        """Number of nodes in all rows."""
        return int(self.offset[-1])

    def nodes(self, first: int = 0, last: int | None = None) -> tuple[Ints, Ints]:
        """Source and target boundary of every node of rows first..last (exclusive), in order."""
        last = len(self.low) if last is None else last
        widths = self.high[first:last] - self.low[first:last] + 1
        rows = np.repeat(np.arange(first, last), widths)
        columns = np.arange(self.offset[first], self.offset[last])
        return rows, columns - (self.offset[rows] - self.low[rows])

    def number(self, i: Ints, j: Ints) -> Ints:
        """Node numbers of boundaries (i, j), -1 for those outside the band."""
        rows = np.clip(i, 0, self.n_source)
        inside = (i == rows) & (j >= self.low[rows]) & (j <= self.high[rows])
        return np.where(inside, self.offset[rows] + j - self.low[rows], -1)


def make_band(low: Ints, high: Ints, n_target: int) -> Band:
    """A band from per-row bounds, made monotone and connected to both corners."""
    low = np.clip(np.asarray(low, dtype=np.int64), 0, n_target)
    high = np.clip(np.asarray(high, dtype=np.int64), 0, n_target)
    low[0] = 0
    high[-1] = n_target
    low = np.minimum.accumulate(low[::-1])[::-1]
    high = np.maximum.accumulate(high)
    # A step of one source sentence must find a node in the next row.
    low[1:] = np.minimum(low[1:], high[:-1] + 1)
    low = np.minimum.accumulate(low[::-1])[::-1]
    offset = np.zeros(len(low) + 1, dtype=np.int64)
    np.cumsum(high - low + 1, out=offset[1:])
    return Band(np.ascontiguousarray(low), np.ascontiguousarray(high), offset)
