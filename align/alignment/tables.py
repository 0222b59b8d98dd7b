"""What the features read, as grids: windows of the band stacked, so that one call serves them all.

For a bead of a source and b target sentences that begins at node (i, j), the source side's tables
hold what its sentences i … i + a - 1 find in the run of b target sentences from j on, the target
side's what the sentences j … j + b - 1 find in the run of a source sentences from i on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.alignment import lexical
from align.alignment.band import Band
from align.alignment.kinds import MAX_SENTENCES
from align.alignment.lexical import Window
from align.alignment.pair import Pair

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_RUNS = MAX_SENTENCES - 1
ROWS = 32  # of a window: more waste cells, fewer waste calls
_CELLS = 40_000  # of a stack: its tables take some 20 MB


@dataclass(frozen=True, slots=True)
class Runs:
    """Tables of one side for beads (a, b), by flat cell.

    Entry [a - 1][b - 1] of the source's and [b - 1][a - 1] of the target's: the first index counts
    the sentences that are covered, the second the run that covers them.
    """

    mass: list[Floats]  # covered weight of the sentences
    worst: list[Floats]  # share of their worst covered clause
    outside: list[Floats]  # most that a clause of theirs would gain from just outside the run
    values: list[Floats]  # numbers and names that the run has too


@dataclass(frozen=True, slots=True)
class Tables:
    """A stack of windows. A node's cell is a place in its flat grids."""

    first: int  # source rows [first, last) whose nodes are described
    last: int
    width: int  # columns of a grid: the cell below is so many cells on
    row: Ints  # (last - first,): cell of node (i, j) is row[i - first] + j
    corner: Ints  # the same for `dots`, whose grids are one row and column larger
    dots: NDArray[np.float64]  # flat: 2-d running sums of dot products of sentence vectors
    cosines: Floats  # flat
    source: Runs
    target: Runs


def stacks(pair: Pair, band: Band, stretch: tuple[int, int] | None = None) -> Iterator[Tables]:
    """Walk the band's rows, or a stretch (from, to) of them, from top to bottom.

    Memory is that of one stack, whatever the document.
    """
    for group in _groups(lexical.windows(band, stretch or (0, len(band.low)), ROWS)):
        yield _stack(pair, group)


def _groups(windows: Iterable[Window]) -> Iterator[list[Window]]:
    """Windows that follow each other, as many as fit into one stack."""
    group: list[Window] = []
    for window in windows:
        size = (len(group) + 1) * max(w.height * w.width for w in [*group, window])
        if group and size > _CELLS:
            yield group
            group = []
        group.append(window)
    if group:
        yield group


def _stack(pair: Pair, windows: list[Window]) -> Tables:
    height = max(window.height for window in windows)
    width = max(window.width for window in windows)
    shape = (len(windows), height, width)
    products = np.zeros(shape, dtype=np.float32)
    cosines = np.zeros(shape, dtype=np.float32)
    source = np.zeros((4, _RUNS, *shape), dtype=np.float32)
    target = np.zeros((4, _RUNS, *shape), dtype=np.float32)
    for at, window in enumerate(windows):
        _fill(pair, window, products[at], cosines[at], source[:, :, at], target[:, :, at])
    dots = np.zeros((len(windows), height + 1, width + 1))
    np.cumsum(products, axis=1, dtype=np.float64, out=dots[:, 1:, 1:])
    np.cumsum(dots, axis=2, out=dots)
    return Tables(
        first=windows[0].first,
        last=windows[-1].last,
        width=width,
        row=_places(windows, height, width),
        corner=_places(windows, height + 1, width + 1),
        dots=dots.ravel(),
        cosines=cosines.ravel(),
        source=_accumulate(source, width),
        target=_accumulate(target, 1),
    )


def _places(windows: list[Window], height: int, width: int) -> Ints:
    parts = [
        at * height * width + (np.arange(w.first, w.last) - w.top) * width - w.left
        for at, w in enumerate(windows)
    ]
    return np.concatenate(parts)


def _fill(
    pair: Pair, window: Window, products: Floats, cosines: Floats, source: Floats, target: Floats
) -> None:
    """Compute one window's tables: `source` and `target` are (4, runs, height, width)."""
    rows = slice(window.source.start - window.top, window.source.stop - window.top)
    columns = slice(window.target.start - window.left, window.target.stop - window.left)
    here = (rows, columns)
    if rows.start == rows.stop or columns.start == columns.stop:
        return
    products[here] = pair.source.vectors[window.source] @ pair.target.vectors[window.target].T
    norms = pair.source_norms[0, window.source, None] * pair.target_norms[0, None, window.target]
    cosines[here] = products[here] / norms
    by_target, by_source = lexical.similarities(
        pair.source.tokens, pair.target.tokens, window, pair.unit, pair.lexicon
    )
    of_source, of_target = lexical.shared(pair.source.values, pair.target.values, window)
    turned = target.swapaxes(2, 3)
    for tables, best, shared, tokens, sentences, places in (
        (source, by_target, of_source, pair.source.tokens, window.source, here),
        (turned, by_source, of_target, pair.target.tokens, window.target, (columns, rows)),
    ):
        found = lexical.coverage(best, tokens, sentences)
        for k, table in enumerate((found.mass, shared, found.worst, found.outside)):
            tables[k][:, *places] = table.swapaxes(0, 1)


def _accumulate(tables: Floats, step: int) -> Runs:
    """For 1 … 7 covered sentences: sums, minima and maxima of their tables.

    `tables` is (4, runs, …); the next sentence of a run lies `step` cells on. Cells whose run
    leaves the grid hold what no bead asks for.
    """
    flat = tables.reshape(4, _RUNS, -1)
    levels = [flat]
    for size in range(2, _RUNS + 1):
        far, runs = (size - 1) * step, _RUNS + 1 - size
        level = np.zeros((4, runs, flat.shape[2]), dtype=np.float32)
        last, added, out = levels[-1][:, :runs, :-far], flat[:, :runs, far:], level[:, :, :-far]
        np.add(last[:2], added[:2], out=out[:2])
        np.minimum(last[2], added[2], out=out[2])
        np.maximum(last[3], added[3], out=out[3])
        levels.append(level)
    mass, values, worst, outside = ([level[k] for level in levels] for k in range(4))
    return Runs(mass, worst, outside, values)
