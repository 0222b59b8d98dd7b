"""Numbers of lines in a margin, as drafts of laws and court papers have: no part of the text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from align.document.pdf.fragments import Fragment, bounds

_LEAST = 8  # numbers: a list of fewer items may count so
_MOST = 0.8  # of the steps from number to number: a row in two sizes, or two cells, counts as two
# Of the numbered lines. The corpora fill 0.21 (dialogue, tables) to 0.38 of them; items of a list
# and rows of a table end where they end. A press release with three tables has 0.21 of cells.
_WRAPPED, _CELLS = 0.2, 0.3
_WIDE_GAP = 2.0  # font sizes: between the cells of a table, which numbers its rows as well


def find_line_numbers(
    pages: Sequence[Sequence[Sequence[Fragment]]],
) -> set[tuple[int, int, int]]:
    """Where line numbers stand: (page, row of the page, fragment of the row), all 0-based.

    They stand at one side of the rows and grow as the rows do, by one from each to the next, or
    by five in five; what they stand beside is running text: it fills its lines, and few rows have
    cells. Rows of tables and the items of lists are numbered as well, and keep their numbers.
    """
    for side in (0, -1):
        held = [_numbered(page, side) for page in pages]
        if _are_lines([each for page in held for each in page]):
            return {
                (number, at, 0 if side == 0 else len(pages[number][at]) - 1)
                for number, page in enumerate(held)
                for at, _, _ in page
            }
    return set()


_Numbered = tuple[int, int, Sequence[Fragment]]  # the row's place, its number, what is beside it


def _numbered(page: Sequence[Sequence[Fragment]], side: int) -> list[_Numbered]:
    """The rows of a page that begin (or end) with a number, where the numbers count the rows."""
    held = []
    for at, row in enumerate(page):
        if len(row) > 1 and row[side].text.isdecimal() and len(row[side].text) <= 4:
            held.append((at, int(row[side].text), row[1:] if side == 0 else row[:-1]))
    even = sum(b[1] - a[1] == b[0] - a[0] for a, b in pairwise(held))
    return held if even >= max(2, _MOST * (len(held) - 1)) else []


def _are_lines(held: Sequence[_Numbered]) -> bool:
    """Whether what stands beside the numbers is running text."""
    if len(held) < _LEAST:
        return False
    right = max(bounds(rest).right for _, _, rest in held)
    size = median([rest[0].font.size for _, _, rest in held])
    full = sum(bounds(rest).right > right - _WIDE_GAP * size for _, _, rest in held)
    cells = sum(
        any(b.box.left - a.box.right > _WIDE_GAP * size for a, b in pairwise(rest))
        for _, _, rest in held
    )
    return full >= _WRAPPED * len(held) and cells <= _CELLS * len(held)
