"""Rows of tables in plain text, told by their columns, and the cells of rows on a page."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from align.document.labels import label_of

# Gaps of three spaces, as justified lines have not, or of two between figures.
_COLUMNS = re.compile(r"\S(?: {3,}|[ ]*\t[ \t]*)(?=\S)")
_WIDE_GAP = 5
_LEADERS = re.compile(r"\S\s?(?:\.{5,}|…{3,}|·{6,}|(?:\. ){5,})")
_FIGURE_COLUMNS = re.compile(r"\S(?:\s{2,}[-+–−(]?[$€£¥]?\d[\d,. ]*[%)]?){2,}$")
_FIGURE = re.compile(r"[-+–−(]?[$€£¥]?\d[\d,. ]*[%)]?")
_FIGURES = re.compile(r"[^\d,;，；。]{2,60}(?:\s[-+–−(]?[$€£¥]?(?!0\d)\d[\d,.]*[%)]?){2,}$")


_LEAST_CELLS = 3  # two may be a label and its text
_ANSWER = re.compile(r"[(（]?([A-Ha-h])[)）.．、]\s*\S")


def cells_of(line: str) -> list[str]:
    """The cells of a line with gaps, as tabs; the line itself where it may be no row of a table.

    >>> cells_of("Japan\\t4,500,000\\t20%"), cells_of("1 200\\t1 350"), cells_of("Name:\\tAna")
    (['Japan', '4,500,000', '20%'], ['1 200', '1 350'], ['Name:\\tAna'])
    >>> cells_of("A. oil\\tB. coal")
    ['A. oil', 'B. coal']
    """
    cells = [cell for cell in map(str.strip, line.split("\t")) if cell]
    are_figures = all(_FIGURE.fullmatch(cell) for cell in cells)
    answers = "".join(found[1] for found in map(_ANSWER.match, cells) if found)
    are_answers = len(answers) == len(cells) and answers in "ABCDEFGHabcdefgh"
    return cells if len(cells) >= _LEAST_CELLS or are_figures or are_answers else [line]


def table_rows(lines: Sequence[str], removed: Collection[int]) -> frozenset[int]:
    """Lines that are rows of a table, told by their columns."""
    return frozenset(
        index for index, line in enumerate(lines) if line and index not in removed and is_row(line)
    )


def is_row(line: str) -> bool:
    """Whether a stripped line is a row of a table.

    >>> is_row("Japan   4,500,000   20%"), is_row("Togo 45,000 50,000"), is_row("and 5 000")
    (True, True, False)
    """
    if _LEADERS.search(line):
        return True
    if "   " in line or "\t" in line:
        columns = _COLUMNS.findall(line, label_of(line)[1])
        if len(columns) >= 2 or any(len(gap) > _WIDE_GAP for gap in columns):
            return True
    if line[-1] not in "0123456789%)" or len(line) > 200:
        return False
    return bool(_FIGURE_COLUMNS.search(line) or (line.isascii() and _FIGURES.fullmatch(line)))
