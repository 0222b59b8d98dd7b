"""Rows of tables that only white space divides: wrapped cells, and lines that are rows."""

from __future__ import annotations

from align.document.blocks import Box
from align.document.pdf.characters import Font
from align.document.pdf.columns import column_starts, row_starts
from align.document.pdf.fragments import Fragment, rows

EM = 10.0
FONT = Font(EM, False, 0.0, False)


def cell(text: str, left: float, top: float) -> Fragment:
    """A fragment whose letters are half an em wide."""
    box = Box(left, top, left + len(text) * EM / 2, top + EM)
    return Fragment(text, box, FONT, 0, False)


def table(lines: list[tuple[float, str, str]]) -> list[bool]:
    found = [
        cell(text, left, top)
        for top, *pair in lines
        for left, text in zip((50, 300), pair, strict=True)
        if text
    ]
    return row_starts(rows(found), column_starts(found, EM))


def test_cells_that_are_wrapped_are_parted_by_the_gaps_between_rows() -> None:
    lines = [
        (100.0, "The harbour board was asked", "Nobody answered until the first"),
        (114.0, "to repair the northern quay", "days of spring."),
        (128.0, "before winter.", ""),
        (152.0, "Ships from the islands now", "The ferries wait for the evening"),
        (166.0, "come in at night.", "train from the capital, and for the"),
        (180.0, "", "mail."),
    ]
    assert table(lines) == [True, False, False, True, False, False]


def test_lines_that_are_rows_stay_rows_where_groups_stand_apart() -> None:
    lines = [
        (100.0, "Port of entry", "Tons"),
        (124.0, "Northern quay", "1,200"),
        (138.0, "Old mole", "70"),
        (152.0, "Ferry landing at the island", "8"),
        (176.0, "All", "1,278"),
        (190.0, "Of these coal", "900"),
    ]
    assert table(lines) == [True] * 6
