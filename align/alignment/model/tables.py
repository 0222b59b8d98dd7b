"""What the features read: for every node of some rows of the band, what beads find that begin there.

For a bead of a source and b target sentences that begins at node (i, j), the source side's tables
hold what its sentences i … i + a - 1 find in the run of b target sentences from j on, the target
side's what the sentences j … j + b - 1 find in the run of a source sentences from i on. What one
sentence finds in each run is computed first, in grids; a bead's tables add up its sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.alignment.lattice.band import Band
from align.alignment.lattice.bead_types import MAX_SENTENCES
from align.alignment.lattice.comparison_window import (
    BLOCK,
    NEAR,
    Blocks,
    Window,
    blocks_of,
    windows_of,
)
from align.alignment.model import coverage
from align.alignment.model.pair import Pair
from align.alignment.reading.sides import TokenRuns

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_RUNS = MAX_SENTENCES - 1
_CELLS = 80_000  # of the grids of one side: all tables together take some 20 MB
_GRIDS = 5
_MASS, _VALUES, _DOTS, _WORST, _OUTSIDE = range(_GRIDS)  # as in `Runs`


@dataclass(frozen=True, slots=True)
class Runs:
    """Tables of one side for beads (a, b): arrays (nodes,).

    Entry [a - 1][b - 1] of the source's and [b - 1][a - 1] of the target's: the first index counts
    the sentences that are covered, the second the run that covers them.
    """

    mass: list[list[Floats]]  # covered weight of the sentences
    rest: list[list[Floats]]  # the same without the run's first sentence; entry 0 is for runs of 2
    worst: list[list[Floats]]  # share of their worst covered clause
    outside: list[list[Floats]]  # most that a clause of theirs would gain from just outside the run
    values: list[list[Floats]]  # weight of the numbers and names that the run has too
    dots: list[list[Floats]]  # dot product of the summed sentence vectors; the source's only
    near_mass: Floats  # (nodes,): of the first sentence, the most that one near the node covers
    near_cosine: Floats  # (nodes,): its highest cosine with one near the node

    @classmethod
    def empty(cls, nodes: int) -> Runs:
        """Nothing found."""
        zeros = np.zeros(nodes, dtype=np.float32)
        none = [[zeros] * (_RUNS - k) for k in range(_RUNS)]
        return cls(none, none, none, none, none, none, zeros, zeros)


@dataclass(frozen=True, slots=True)
class Tables:
    """What beads find that begin at the nodes of the rows [first, last), row by row."""

    first: int
    last: int
    source: Runs
    target: Runs


def stacks(pair: Pair, band: Band, stretch: tuple[int, int] | None = None) -> Iterator[Tables]:
    """Walk the band's rows, or a stretch (from, to) of them, from top to bottom.

    Memory is that of one stack of rows, whatever the document.
    """
    both = windows_of(band)
    for first, last in _rows(both, stretch or (0, len(band.low))):
        yield _stack(pair, band, both, first, last)


def _rows(both: tuple[Window, Window], stretch: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Cut a stretch of rows where the grids of those before would become too large."""
    begin, end = stretch
    first, size = begin, 0
    while begin < end:
        stop = min((begin // BLOCK + 1) * BLOCK, end)
        width = int(np.max(both[0].last[begin:stop] - both[0].first[begin:stop], initial=0))
        if size and size + width * BLOCK > _CELLS:
            yield first, begin
            first, size = begin, 0
        size += width * BLOCK
        begin = stop
    yield first, end


def _stack(pair: Pair, band: Band, both: tuple[Window, Window], first: int, last: int) -> Tables:
    """The tables of some rows of the band, one for each size of bead."""
    n, m = pair.shape
    low, high = int(band.low[first]), int(band.high[last - 1])
    source = _Grids(blocks_of(both[0], first, min(last - 1 + _RUNS, n)), pair.source.tokens)
    target = _Grids(blocks_of(both[1], low, min(high + _RUNS, m)), pair.target.tokens)
    # Beads are also compared with what is just outside them, single sentences with what is near.
    for begin in range(max(first - NEAR, 0) // BLOCK * BLOCK, min(last + _RUNS, n), BLOCK):
        _compare(pair, both, slice(begin, min(begin + BLOCK, n)), source, target)
    source.cover(pair.source.values, pair.target.values)
    target.cover(pair.target.values, pair.source.values)
    i, j = band.nodes(first, last)
    return Tables(first, last, source.at(i, j), target.at(j, i))


def _compare(
    pair: Pair, both: tuple[Window, Window], rows: slice, source: _Grids, target: _Grids
) -> None:
    """Compare a block of source sentences with all target sentences that it or that reach it."""
    reach, back = both
    begin = min(int(reach.first[rows.start]), int(np.searchsorted(back.last, rows.start, "right")))
    end = max(
        int(reach.last[rows.stop - 1]), int(np.searchsorted(back.first, rows.stop - 1, "right"))
    )
    columns = slice(max(begin, 0), min(end, len(pair.target)))
    if columns.start >= columns.stop:
        return
    dots = pair.source.vectors[rows] @ pair.target.vectors[columns].T
    norms = pair.source_runs.norms[0, rows, None] * pair.target_runs.norms[0, None, columns]
    cosines = dots / norms
    found = coverage.similarities(
        pair.source.tokens, pair.target.tokens, rows, columns, pair.unit, pair.word_pairs
    )
    source.put(rows, columns, found.by_target, found.source_place, dots, cosines)
    target.put(columns, rows, found.by_source, found.target_place, dots.T, cosines.T)


class _Grids:
    """What the sentences of some blocks of one side find in each run of the other side."""

    def __init__(self, blocks: Blocks, tokens: TokenRuns) -> None:
        self.blocks, self.tokens = blocks, tokens
        size = max(blocks.size, 1)
        self.grids = np.zeros((_GRIDS, _RUNS, size), dtype=np.float32)
        self.cosines = np.zeros(size, dtype=np.float32)
        self.best = [
            np.zeros((len(self._tokens(blocks.sentences(block))), width), dtype=np.float32)
            for block, width in enumerate(blocks.widths)
        ]  # of each block: similarity of its tokens to other-side sentences

    def _tokens(self, sentences: slice) -> range:
        bounds = self.tokens.bounds
        return range(int(bounds[sentences.start]), int(bounds[sentences.stop]))

    def _grid(self, table: Floats, block: int) -> Floats:
        """A block's part of a table (…, cells), as (…, sentences, other sentences)."""
        begin, width = self.blocks.starts[block], self.blocks.widths[block]
        here = self.blocks.sentences(block)
        size = here.stop - here.start
        return table[..., begin : begin + size * width].reshape(*table.shape[:-1], size, width)

    def put(
        self,
        here: slice,
        others: slice,
        best: Floats,
        place: NDArray[np.intp],
        dots: Floats,
        cosines: Floats,
    ) -> None:
        """Keep, of what sentences `here` and `others` have in common, the part within reach.

        `best` is (different tokens, others), `place` the row of each token of `here`; `dots` and
        `cosines` are (here, others). No pair of sentences may come twice.
        """
        blocks, bounds = self.blocks, self.tokens.bounds
        for block in blocks.around(here):
            whole, width = blocks.sentences(block), blocks.widths[block]
            begin, end = max(whole.start, here.start), min(whole.stop, here.stop)
            starts = blocks.reach[begin - blocks.first : end - blocks.first] - others.start
            rows = np.arange(begin - here.start, end - here.start)
            for table, found in ((self.grids[_DOTS, 0], dots), (self.cosines, cosines)):
                grid = self._grid(table, block)[begin - whole.start : end - whole.start]
                grid += _shifted(found, rows, starts, width)
            tokens = self._tokens(slice(begin, end))
            rows = place[tokens.start - bounds[here.start] : tokens.stop - bounds[here.start]]
            starts = np.repeat(starts, np.diff(bounds[begin : end + 1]))
            first = self._tokens(whole).start
            kept = self.best[block][tokens.start - first : tokens.stop - first]
            kept += _shifted(best, rows, starts, width)

    def cover(self, values: TokenRuns, other_values: TokenRuns) -> None:
        """Fill the grids from what was put: for each sentence and each run of other sentences."""
        blocks, n_others = self.blocks, len(other_values.bounds) - 1
        for block, best in enumerate(self.best):
            here, width = blocks.sentences(block), blocks.widths[block]
            found = coverage.coverage(best, self.tokens, here)
            grid = self._grid(self.grids, block)
            for k, table in ((_MASS, found.mass), (_WORST, found.worst), (_OUTSIDE, found.outside)):
                grid[k] = table.swapaxes(0, 1)
            starts = blocks.reach[here.start - blocks.first : here.stop - blocks.first]
            others = slice(max(int(starts[0]), 0), min(int(starts[-1]) + width, n_others))
            shared = coverage.shared(values, other_values, here, others)
            if shared is not None:
                flat = shared.swapaxes(0, 1).reshape(-1, shared.shape[2])
                moved = np.tile(starts - others.start, _RUNS)
                shape = grid[_VALUES].shape
                grid[_VALUES] = _shifted(flat, np.arange(len(flat)), moved, width).reshape(shape)
            dots = grid[_DOTS]
            for size in range(1, _RUNS):
                dots[size] = dots[size - 1]
                dots[size, :, : width - size] += dots[0, :, size:]

    def at(self, sentences: Ints, others: Ints) -> Runs:
        """Tables of beads that begin at boundaries (sentences, others) of the two sides."""
        last = len(self.blocks.base) - 1
        if last < 0:  # no sentence is left: no bead begins here
            return Runs.empty(len(sentences))
        rows = sentences - self.blocks.first
        # Beads that would go beyond the last sentence find something, but nobody asks for it.
        cells = [self.blocks.base.take(np.minimum(rows + k, last)) + others for k in range(_RUNS)]
        folds = {_WORST: np.minimum, _OUTSIDE: np.maximum}
        found = [_folded(self.grids[k], cells, folds.get(k, np.add)) for k in range(_GRIDS)]
        shorter = [some + 1 for some in cells[:-1]]  # runs without their first sentence
        near = [cells[0] + step for step in range(-NEAR, NEAR)]
        return Runs(
            mass=found[_MASS],
            rest=_folded(self.grids[_MASS, :-1], shorter, np.add),
            worst=found[_WORST],
            outside=found[_OUTSIDE],
            values=found[_VALUES],
            dots=found[_DOTS],
            near_mass=_highest(self.grids[_MASS, 0], near),
            near_cosine=_highest(self.cosines, near),
        )


def _shifted(table: Floats, rows: Ints, starts: Ints, width: int) -> Floats:
    """Of each of `rows` of a table, `width` columns from its start on; beyond the table are zeros."""
    height, columns = table.shape
    padded = np.zeros((height, columns + 2 * width), dtype=np.float32)
    padded[:, width : width + columns] = table
    down, right = padded.strides
    windows: Floats = (
        np.ndarray(  # overlapping, as `sliding_window_view` gives them in a tenth of the speed
            (height, columns + width + 1, width), np.float32, padded, strides=(down, right, right)
        )
    )
    found: Floats = windows[rows, np.clip(starts + width, 0, columns + width)]
    return found


def _folded(grid: Floats, cells: list[Ints], fold: np.ufunc) -> list[list[Floats]]:
    """For 1 … 7 covered sentences and runs that fit beside them: their values, folded into one."""
    levels: list[list[Floats]] = [[] for _ in cells]
    for run, table in enumerate(grid):
        level = table.take(cells[0], mode="clip")
        levels[0].append(level)
        for covered in range(1, len(cells) - run):
            level = fold(level, table.take(cells[covered], mode="clip"))
            levels[covered].append(level)
    return levels


def _highest(table: Floats, cells: list[Ints]) -> Floats:
    """The highest value, at least 0, of several cells."""
    best = np.zeros(len(cells[0]), dtype=np.float32)
    for some in cells:
        np.maximum(best, table.take(some, mode="clip"), out=best)
    return best
