"""The lattice as arrays: which edges begin and end in each node, and in what order to walk.

One lattice, pieces of one, or several documents' lattices side by side: what is side by side is
walked together, which is several times as quick as one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.alignment.lattice.band import Band
from align.alignment.lattice.bead_types import MATCHES, N_MATCHES

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lattice:
    """Nodes of one or several pieces, numbered one after the other; `none` stands for no node.

    `rows` holds, for each step, the nodes of one row of every piece that has so many.
    """

    rows: Sequence[slice | Ints]
    first: Ints  # where paths may begin: places among the nodes of the first step
    last: Ints  # nodes where paths may end
    before: Ints  # (n_nodes, N_MATCHES): node where the match that ends here begins
    after: Ints  # (n_nodes, N_MATCHES): node where the match that begins here ends
    above: Ints  # (n_nodes,): node one source sentence before
    below: Ints  # (n_nodes,): node one source sentence on
    heads: Ints  # the first node of each row of each piece
    begins: Ints  # the first node of each piece

    @property
    def none(self) -> int:
        return len(self.above)


def whole(band: Band) -> Lattice:
    """The lattice of a band, from corner to corner."""
    return piece(band, 0, len(band.low))


def piece(band: Band, first: int, last: int) -> Lattice:
    """Rows first..last (exclusive) of a band's lattice.

    Paths begin and end at any node, but for the document's own beginning and end.
    """
    return _cut(band, neighbours(band, first, last), first, last)


def pieces(band: Band, cuts: Sequence[tuple[int, int]]) -> Lattice:
    """Pieces (first, last) of a band's lattice, rising, side by side."""
    around = neighbours(band, cuts[0][0], cuts[-1][1])
    return beside([_cut(band, around, first, last) for first, last in cuts])


class Neighbours(NamedTuple):
    """Node numbers of the whole band for the nodes of some rows; -1 for no node."""

    base: int  # number of the first node
    before: Ints
    after: Ints
    above: Ints
    below: Ints


def neighbours(band: Band, first: int, last: int) -> Neighbours:
    """The neighbours of the nodes of rows first..last (exclusive)."""
    i, j = band.nodes(first, last)
    before = np.empty((len(i), N_MATCHES), dtype=np.int64)
    after = np.empty((len(i), N_MATCHES), dtype=np.int64)
    for kind, (a, b) in enumerate(MATCHES):
        before[:, kind] = band.number(i - a, j - b)
        after[:, kind] = band.number(i + a, j + b)
    above, below = band.number(i - 1, j), band.number(i + 1, j)
    return Neighbours(int(band.offset[first]), before, after, above, below)


def _cut(band: Band, around: Neighbours, first: int, last: int) -> Lattice:
    """The lattice of rows first..last (exclusive), which are among those of `around`."""
    offset = band.offset[first : last + 1] - band.offset[first]
    begin, none, last_row = int(band.offset[first]), int(offset[-1]), int(offset[-2])
    here = slice(begin - around.base, begin - around.base + none)

    def own(numbers: Ints) -> Ints:
        found = numbers[here] - begin
        found[(found < 0) | (found >= none)] = none
        return found

    return Lattice(
        rows=[slice(x, y) for x, y in pairwise(offset.tolist())],
        first=np.arange(offset[1] if first else 1),
        last=np.arange(last_row if last < len(band.low) else none - 1, none),
        before=own(around.before),
        after=own(around.after),
        above=own(around.above),
        below=own(around.below),
        heads=offset[:-1],
        begins=np.zeros(1, dtype=np.int64),
    )


def beside(lattices: Sequence[Lattice]) -> Lattice:
    """Lattices as pieces of one, in this order; each must be a single piece itself."""
    bases = np.concatenate([[0], np.cumsum([lattice.none for lattice in lattices])])
    none = int(bases[-1])
    steps = zip_longest(
        *(
            [
                np.arange(row.start, row.stop) + base
                for row in lattice.rows
                if isinstance(row, slice)
            ]
            for lattice, base in zip(lattices, bases.tolist(), strict=False)
        )
    )
    rows = [np.concatenate([row for row in step if row is not None]) for step in steps]
    widths = [lattice.rows[0].stop for lattice in lattices if isinstance(lattice.rows[0], slice)]
    places = np.concatenate([[0], np.cumsum(widths)])

    def moved(parts: Iterable[Ints]) -> Ints:
        found = []
        for lattice, base, part in zip(lattices, bases.tolist(), parts, strict=False):
            shifted = part + base
            shifted[part == lattice.none] = none
            found.append(shifted)
        return np.concatenate(found)

    firsts = [x.first + place for x, place in zip(lattices, places.tolist(), strict=False)]
    return Lattice(
        rows=rows,
        first=np.concatenate(firsts),
        last=moved(lattice.last for lattice in lattices),
        before=moved(lattice.before for lattice in lattices),
        after=moved(lattice.after for lattice in lattices),
        above=moved(lattice.above for lattice in lattices),
        below=moved(lattice.below for lattice in lattices),
        heads=moved(lattice.heads for lattice in lattices),
        begins=bases[:-1],
    )
