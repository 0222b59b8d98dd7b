"""Which sentences of the two sides are compared at all: those that a bead of the band may hold.

Each sentence reaches over a run of other-side sentences that shifts along with the band. What is
computed for it has a value for each of them, so that cost follows the width of the band; sentences
are taken in blocks, at fixed places of the document, so that results do not depend on how the work
is divided.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.alignment.lattice.band import Band
from align.alignment.lattice.bead_types import MAX_SENTENCES

Ints = NDArray[np.int64]

BLOCK = 32  # sentences
NEAR = 3  # sentences on either side that could have covered one that is left alone
_RUNS = MAX_SENTENCES - 1


@dataclass(frozen=True, slots=True)
class Window:
    """Sentence k of one side is compared with the other side's sentences first[k] … last[k] - 1.

    They may lie before the other side's beginning or beyond its end; neither ever falls.
    """

    first: Ints  # (sentences,)
    last: Ints  # (sentences,)


def windows_of(band: Band) -> tuple[Window, Window]:
    """The reach of the source's and of the target's sentences: runs of beads, and what is near."""
    columns = np.arange(band.n_target + 1)
    top = np.searchsorted(band.high, columns, side="left")  # rows that hold each column
    bottom = np.searchsorted(band.low, columns, side="right") - 1
    return _window(band.low, band.high), _window(top, bottom)


def _window(low: Ints, high: Ints) -> Window:
    """From the boundaries of the other side, low … high, where beads begin at each boundary."""
    sentences = np.arange(len(low) - 1)
    begun = np.maximum(sentences - (_RUNS - 1), 0)  # the first boundary of a bead with the sentence
    return Window(low[begun] - NEAR, high[:-1] + _RUNS + 1)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Whole blocks of one side's sentences, each with a grid: sentences by other-side sentences.

    The cell of sentence k and other-side sentence j is ``base[k - first] + j``.
    """

    first: int  # sentences [first, last)
    last: int
    reach: Ints  # (sentences,): the first other-side sentence of each
    base: Ints  # (sentences,)
    widths: list[int]  # of each block's grid
    starts: list[int]  # first cell of each block
    size: int  # cells of all blocks

    def sentences(self, block: int) -> slice:
        """The sentences of a block."""
        begin = self.first + block * BLOCK
        return slice(begin, min(begin + BLOCK, self.last))

    def around(self, sentences: slice) -> range:
        """The blocks that hold some of these sentences."""
        begin, end = max(sentences.start, self.first), min(sentences.stop, self.last)
        if begin >= end:
            return range(0)
        return range((begin - self.first) // BLOCK, -(-(end - self.first) // BLOCK))


def blocks_of(reach: Window, first: int, last: int) -> Blocks:
    """The blocks that hold the sentences [first, last) of a side."""
    first = max(first, 0) // BLOCK * BLOCK
    last = max(min(-(-last // BLOCK) * BLOCK, len(reach.first)), first)
    here = slice(first, last)
    heads = np.arange(0, last - first, BLOCK)
    widths = (
        np.maximum.reduceat(reach.last[here] - reach.first[here], heads) if len(heads) else heads
    )
    own = np.repeat(widths, BLOCK)[: last - first]  # the width of each sentence's grid
    cells = np.cumsum(own) - own
    return Blocks(
        first=first,
        last=last,
        reach=reach.first[here],
        base=cells - reach.first[here],
        widths=widths.tolist(),
        starts=cells[heads].tolist(),
        size=int(own.sum()),
    )
