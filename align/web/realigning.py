"""Align again what lies between decided rows, and only that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from align.datatypes import Alignment, Bead, Document
from align.project.edits import Change, Row, replaced

Pins = tuple[tuple[range, range], ...]
# Aligns two documents with these beads fixed.
Aligner = Callable[[Document, Document, Pins], Alignment]

MARGIN = 200  # rows around a gap that are given as pins: lengths and words of the surroundings


def realign(
    rows: Sequence[Row],
    start: int,
    stop: int,
    documents: tuple[Document, Document],
    aligner: Aligner,
) -> Change:
    """The change that re-aligns rows ``start … stop``; decided rows among them stay as they are.

    The rows around are given to the aligner as pins, so that it knows the place but not more than
    it needs: re-aligning a page of a long book takes as long as re-aligning a short text.
    """
    first, last = max(start - MARGIN, 0), min(stop + MARGIN, len(rows))
    window = rows[first:last]
    at = (window[0].source.start, window[0].target.start)
    end = (window[-1].source.stop, window[-1].target.stop)
    parts = [
        replace(document, segments=document.segments[a:b])
        for document, a, b in zip(documents, at, end, strict=True)
    ]
    pins = tuple(
        (_moved(row.source, -at[0]), _moved(row.target, -at[1]))
        for index, row in enumerate(window, first)
        if row.decided or not start <= index < stop
    )
    found = aligner(parts[0], parts[1], pins)
    beads = [
        Bead(_moved(bead.source, at[0]), _moved(bead.target, at[1]), bead.confidence)
        for bead in found.beads
    ]
    inside = _between(beads, rows[start], rows[stop - 1])
    return replaced(rows, start, stop, inside)


def _moved(old: range, step: int) -> range:
    return range(old.start + step, old.stop + step)


def _between(beads: Sequence[Bead], first: Row, last: Row) -> list[Bead]:
    """The beads that cover what lies from the first to the last row."""
    begin = (first.source.start, first.target.start)
    end = (last.source.stop, last.target.stop)
    return [bead for bead in beads if begin <= (bead.source.start, bead.target.start) < end]
