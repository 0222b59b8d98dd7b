"""Tables whose rows are told by lines or shades across and whose columns are told by white space."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from align.document.blocks import Box
from align.document.pdf.columns import Area, cells_of, column_starts, row_starts, wrap
from align.document.pdf.fragments import Fragment, bounds, rows
from align.document.pdf.rulings import Ruling

_SHORTEST = 5.0  # font sizes: a line shorter than a few words underlines something
_LEAST_ROWS = 3  # a rule below the heads and one at the foot make two stretches of any table
_PADDING = 2.0  # font sizes between two cells' texts in the tables of the usual programs, at most
_ALIKE = 1.5  # font sizes by which the ends of a table's lines differ (shades overhang rules)


def ruled_tables(
    found: Sequence[Fragment], across: Sequence[Ruling], em: float
) -> list[tuple[Box, list[Area], list[Fragment]]]:
    """Tables between lines of one width: box, cells row by row, and the fragments in them.

    A stretch between two lines belongs to a table when the white between its columns goes through
    all of the table's stretches; running text, which fills its line, ends the table.
    """
    tables = []
    taken: set[int] = set()
    boxes = np.array([fragment.box for fragment in found]).reshape(-1, 4)
    left, right = boxes[:, 0], boxes[:, 2]
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    for lines in _alike(across, em):
        stretch: list[list[Fragment]] = []
        top = lines[0].at
        for upper, lower in itertools.pairwise(lines):
            places = np.flatnonzero(
                (upper.at <= middle)
                & (middle < lower.at)
                & (upper.start - em <= left)
                & (right <= upper.end + em)
            )
            here = [found[at] for at in places.tolist() if id(found[at]) not in taken]
            if not here:
                continue
            joined = [f for held in stretch for f in held] + here
            if len(column_starts(here, em)) >= 2 and len(column_starts(joined, em)) >= 2:
                if not stretch:
                    top = upper.at
                stretch.append(here)
                bottom = lower.at
                continue
            if stretch:
                tables.append(_table(stretch, top, bottom, em))
            stretch = []
        if stretch:
            tables.append(_table(stretch, top, bottom, em))
        taken |= {id(f) for _, _, held in tables for f in held}
    return sorted((table for table in tables if table[1]), key=lambda table: table[0].top)


def _alike(across: Sequence[Ruling], em: float) -> list[list[Ruling]]:
    """Lines of about the same ends, from top to bottom."""
    groups: list[list[Ruling]] = []
    for ruling in sorted(across):
        if ruling.end - ruling.start < _SHORTEST * em:
            continue
        for group in groups:
            if (
                abs(group[0].start - ruling.start) <= _ALIKE * em
                and abs(group[0].end - ruling.end) <= _ALIKE * em
            ):
                group.append(ruling)
                break
        else:
            groups.append([ruling])
    return [group for group in groups if len(group) >= 2]


def _table(
    stretch: Sequence[Sequence[Fragment]], top: float, bottom: float, em: float
) -> tuple[Box, list[Area], list[Fragment]]:
    held = [f for part in stretch for f in part]
    starts = column_starts(held, em)
    areas: list[Area] = []
    number = 0
    frame = bounds(held)
    parts = [rows(part) for part in stretch]
    # Rules divide rows where the lines between two of them are full and go on; between those above
    # and below a whole table's rows, cells end where they end.
    whole = len(parts) >= _LEAST_ROWS and wrap(parts, [*starts[1:], float("inf")], _PADDING * em)
    for lines in parts:
        row: list[list[list[Fragment]]] = []
        begin = [True] + [False] * (len(lines) - 1) if whole else row_starts(lines, starts)
        for line, begins in zip(lines, begin, strict=True):
            if begins or not row:
                row.append([])
            row[-1].append(line)
        for each in row:
            areas += cells_of(each, starts, frame.right, number, em)
            number += 1
    # A row that a page break left alone has three cells; two may be a line and its page number.
    if number < 2 and len(starts) < 3:
        return frame, [], []
    return Box(frame.left, top, frame.right, bottom), areas, held
