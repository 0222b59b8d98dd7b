"""Cells of a row that the aligner left alone on both sides, paired by their place in the row.

A heading such as 序号 / No. is too short to be known by what it says. Where two rows have as many
segments and one is paired with that of its place, those left over stand in the same columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from align.datatypes import Alignment, Bead, Document


class _Place(NamedTuple):
    """Where a segment stands in a table."""

    row: int  # its paragraph
    column: int  # segments before it in the row
    n_columns: int


def paired_cells(alignment: Alignment, source: Document, target: Document) -> Alignment:
    """`alignment` with pairs for cells that were alone on both sides at the same place of two rows.

    A pair's confidence is what the alignment left for it: the probability that neither is alone.
    """
    ours, theirs = _places(source), _places(target)
    if not ours or not theirs:
        return alignment
    joined = set()
    for bead in alignment.beads:
        if bead.type == "1-1":
            one, other = ours.get(bead.source.start), theirs.get(bead.target.start)
            if one and other and one[1:] == other[1:]:
                joined.add((one.row, other.row))
    beads: list[Bead] = []
    for alone, run in groupby(alignment.beads, key=lambda bead: bead.type in ("1-0", "0-1")):
        held = list(run)
        rows = _rows(held, ours, theirs) if alone else None
        beads += _pairs(held) if rows in joined else held
    return replace(alignment, beads=tuple(beads))


def _places(document: Document) -> dict[int, _Place]:
    """The places of the segments that stand in rows of tables, by segment."""
    found: dict[int, _Place] = {}
    for row, held in groupby(
        range(len(document.segments)), lambda at: document.segments[at].paragraph
    ):
        cells = list(held)
        if document.paragraphs[row].kind == "row":
            found |= {at: _Place(row, column, len(cells)) for column, at in enumerate(cells)}
    return found


def _rows(
    beads: Sequence[Bead], ours: Mapping[int, _Place], theirs: Mapping[int, _Place]
) -> tuple[int, int] | None:
    """The two rows in which lone segments stand at the same places; None where they do not."""
    sources = [ours.get(bead.source.start) for bead in beads if len(bead.source)]
    targets = [theirs.get(bead.target.start) for bead in beads if len(bead.target)]
    rows = {place and place.row for place in sources}, {place and place.row for place in targets}
    if len(rows[0]) != 1 or len(rows[1]) != 1:
        return None
    if [place and place[1:] for place in sources] != [place and place[1:] for place in targets]:
        return None
    (source,), (target,) = rows
    return None if source is None or target is None else (source, target)


def _pairs(beads: Sequence[Bead]) -> list[Bead]:
    """Lone segments of two sides as pairs, in order."""
    sources = [bead for bead in beads if len(bead.source)]
    targets = [bead for bead in beads if len(bead.target)]
    return [
        Bead(one.source, other.target, round(1 - max(one.confidence, other.confidence), 4))
        for one, other in zip(sources, targets, strict=True)
    ]
