"""Reading order by white space: columns, tables without rulings, and what stands around them.

A gutter is a strip of white as high as several lines, with lines that begin at its right edge. On
both sides of a column gutter stand lines of running text, which fill their column or keep lines of
their own; beside a table's gutter stand cells of the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from align.document.blocks import Box
from align.document.labels import bullet_end, is_item, is_label
from align.document.leaders import ends_entry
from align.document.pdf.fragments import Fragment, bounds, reads_on, rows
from align.document.pdf.rulings import Ruling

Row = list[Fragment]

_LEAST_ROWS = 3  # two lines may leave the same white by chance
_ALIGNED = 1.5  # points within which lines begin together; typesetters are exact to a fifth of one
_GUTTER = 0.9  # font sizes; as wide as what divides fragments
_HANGING = 0.6  # font sizes by which an opening quotation mark or bracket may hang into a gutter
_FILLED = 0.15  # of a column's width: what a ragged right edge leaves, a word of eight letters
_NARROWEST = 9  # font sizes: newspapers set 22 letters a line, which are ten; cells hold less
_SAME_FOOT = 0.12  # font sizes; programs set a row's cells to the point
# Of two columns whose lines have nothing to do with each other two feet in ten meet at a leading
# of 1.2 font sizes (2 * 0.12 / 1.2); twice that keeps tables with cells centred in their rows.
_BY_CHANCE = 0.4
_LARGER = 1.06  # of the text's size: what the next step of the usual sizes is more than
_INDENT = 0.7  # font sizes; the first lines of English stand in by one, those of Chinese by two
_KINSOKU = 1.5  # font sizes that a full line may lack, as no line of Chinese begins with a stop
_ITEM = 2.2  # font sizes that the lines of an item hang in from its sign; programs set 0.8 to 2
_PARTING = 3  # font sizes: more than two blank lines, which part no paragraphs of one column
_ABOUT = 1.5  # font sizes: the inset of a box, or another leading
_SOLID = 0.6  # font sizes between the lines of a cell: none is led by more than 1.6
_NEARLY_ALL = 0.8  # lines; a heading or the end of a quotation stands at the margin as well
_MOST_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Area:
    """Rows that are read one after another; the frame is the column in which they stand.

    In a table ``cell`` is (row, column) counted within the table, and ``table`` its number on the
    page.
    """

    rows: tuple[Row, ...]
    frame: Box
    table: int | None = None
    cell: tuple[int, int] | None = None


class Arranger:
    """Puts pages in reading order, and learns from each where the document's columns begin."""

    def __init__(self) -> None:
        self._known: list[float] = []

    def arrange(
        self, found: Sequence[Fragment], em: float, rules: Sequence[Ruling] = ()
    ) -> list[Area]:
        """The areas of a page's fragments in reading order; `em` is the page's usual font size.

        `rules` are lines drawn across the page: no column of text goes on below one that crosses
        its gutter.
        """
        return self._arrange(list(found), em, rules, 0)

    def _arrange(
        self, found: list[Fragment], em: float, rules: Sequence[Ruling], depth: int
    ) -> list[Area]:
        if not found:
            return []
        gutter = None
        if depth < _MOST_DEPTH:
            gutter = _gutter(found, em, rules, self._known)
        if gutter is None:
            return [Area(tuple(rows(found)), bounds(found))]
        above = [f for f in found if _middle(f) < gutter.top]
        below = [f for f in found if _middle(f) >= gutter.bottom]
        inside = [f for f in found if gutter.top <= _middle(f) < gutter.bottom]
        areas = self._arrange(above, em, rules, depth + 1)
        if gutter.columns:
            if not any(abs(gutter.x - x) <= _ALIGNED for x in self._known):
                self._known.append(gutter.x)
            edge = gutter.x - _HANGING * em
            left = [f for f in inside if f.box.left < edge]
            right = [f for f in inside if f.box.left >= edge]
            foot = _next_section(left, right, em)
            below = [f for f in inside if _middle(f) >= foot] + below
            left = [f for f in left if _middle(f) < foot]
            right = [f for f in right if _middle(f) < foot]
            areas += self._arrange(left, em, rules, depth + 1)
            areas += self._arrange(right, em, rules, depth + 1)
        else:
            areas += _table(inside, em)
        return areas + self._arrange(below, em, rules, depth + 1)


def _next_section(left: list[Fragment], right: list[Fragment], em: float) -> float:
    """Where a heading over both columns ends what they hold above it; infinity where none does.

    It may be so short that it reaches into the left column only. Then nothing stands beside it, and
    it is the last of its column, as no heading is; or a sentence goes on from the line above it to
    the head of the right column; or the white around it goes through both columns.
    """
    heavy = sum(len(f.text) for f in left if f.font.bold)
    bold = 2 * heavy < sum(len(f.text) for f in left)
    lines, others = rows(left), rows(right)
    above = True  # all lines so far are headings: they stand above both columns anyway
    for at, line in enumerate(lines):
        if not _is_heading(line, em, bold=bold):
            above = False
        if above or not _is_heading(line, em, bold=bold):
            continue
        box = bounds(line)
        if any(f.box.top < box.bottom and f.box.bottom > box.top for f in right):
            continue
        higher = [row for row in others if _middle(row[0]) < box.top]
        lower = others[len(higher) :]
        after = [other for other in lines[at + 1 :] if not _is_heading(other, em, bold=bold)]
        before = lines[at - 1]
        end = bounds(before).bottom + _SAME_FOOT * em
        if not after and not lower and not any(f.box.bottom > end for f in right):
            return box.top
        # Unless the foot of the left column goes on there, as where headings stand in columns.
        torn = (
            reads_on(before, others[0])
            and not reads_on(lines[-1], others[0])
            and not _is_heading(before, em, bold=bold)
        )
        if torn or (after and lower and _white_through(before, after[0], higher, lower, em)):
            return box.top
    return float("inf")


def _white_through(
    before: Row, after: Row, higher: Sequence[Row], lower: Sequence[Row], em: float
) -> bool:
    """Whether the white around a heading in the left column goes through the right one.

    It is between the lines `before` and `after` it on the left, and between `higher` and `lower` ones
    on the right. Both columns begin anew below it: on one line, where the white above it is free on
    the right, or within a line or so (a box or figure may be the first), where the right one has more
    white there than parts paragraphs. The picture of a figure is white, too, and ends anywhere.
    """
    foot = bounds(higher[-1]).bottom if higher else float("-inf")
    first = min(lower, key=lambda row: bounds(row).top)
    level = abs(_foot(after) - _foot(first))
    if foot <= bounds(before).bottom + _SAME_FOOT * em and level < _SAME_FOOT * em:
        return True
    top = bounds(first).top
    apart = abs(bounds(after).top - top)
    return bool(higher) and top - foot > _PARTING * em and apart < _ABOUT * em


def _is_heading(line: Row, em: float, *, bold: bool) -> bool:
    """Whether a line is set larger than the text, or bolder where `bold` tells it from the text."""
    return all(f.font.size > _LARGER * em or (bold and f.font.bold) for f in line)


def _middle(fragment: Fragment) -> float:
    return (fragment.box.top + fragment.box.bottom) / 2


@dataclass(frozen=True, slots=True)
class _Gutter:
    x: float  # its right edge
    top: float
    bottom: float
    columns: bool  # between columns of text, not between cells


def _gutter(
    found: Sequence[Fragment], em: float, rules: Sequence[Ruling], known: Sequence[float]
) -> _Gutter | None:
    """The highest gutter between columns of text among fragments, or else between cells.

    Where other pages have columns that begin at `known` places, a line on either side is enough.
    The `rules` end columns, not cells.
    """
    columns, cells = _highest(found, em, rules, known)
    if columns is None and rules:
        _, cells = _highest(found, em, (), ())
    return columns or cells


def _highest(
    found: Sequence[Fragment], em: float, rules: Sequence[Ruling], known: Sequence[float]
) -> tuple[_Gutter | None, _Gutter | None]:
    """The highest gutter between columns of text, and the highest between cells."""
    boxes = np.array([fragment.box for fragment in found])
    left, right = boxes[:, 0], boxes[:, 2]
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    best: dict[bool, tuple[float, _Gutter | None]] = {True: (-1.0, None), False: (-1.0, None)}
    leftmost = left.min()
    for x, least, reach in _beginnings(found, left, leftmost + em, em, known):
        hanging = x - _HANGING * em
        blocking = (left < hanging) & (right > x - _GUTTER * em)
        crossing = [r.at for r in rules if r.start < x - _GUTTER * em and r.end > x + em]
        edges = np.sort(np.concatenate(([-np.inf], middle[blocking], crossing, [np.inf])))
        begins = middle[(left >= x - _ALIGNED) & (left <= x + reach)]
        counts = np.bincount(np.searchsorted(edges, begins, side="right") - 1)
        for place in np.flatnonzero(counts >= least).tolist():
            top, bottom = edges[place], edges[place + 1]
            inside = (middle > top) & (middle < bottom) & ~blocking
            here = [found[at] for at in np.flatnonzero(inside).tolist()]
            before = [f for f in here if f.box.right <= x - _GUTTER * em + _ALIGNED]
            after = [f for f in here if f.box.left >= hanging]
            if len(before) < least or not after:
                continue
            height = min(_height(before), _height(after))
            if height <= best[True][0] and height <= best[False][0]:
                continue
            sides = rows(before), rows(after)
            columns = (least == 1 and _are_lines(sides[0])) or _divides(*sides, em)
            if columns is None or height <= best[columns][0]:
                continue
            if not columns:
                # Words of justified lines begin one below the other by chance.
                if least == 1 or len(column_starts(here, em)) < 2:
                    continue
                before = _beside(before, after, em)
            first = min(f.box.top for f in (*before, *after))
            last = max(f.box.bottom for f in (*before, *after))
            best[columns] = height, _Gutter(float(x), first, last, columns)
    return best[True][1], best[False][1]


def _beside(before: Sequence[Fragment], after: Sequence[Fragment], em: float) -> list[Fragment]:
    """The first column of a table: above and below the other cells no more than the lines of a cell,
    which are of one size and set solid."""
    top, foot = min(f.box.top for f in after), max(f.box.bottom for f in after)
    held = [f for f in before if f.box.bottom > top and f.box.top < foot]
    higher = rows([f for f in before if f.box.bottom <= top])
    for row in reversed(higher):
        if not _goes_with(row, held) or top - bounds(row).bottom > _SOLID * em:
            break
        held += row
        top = bounds(row).top
    for row in rows([f for f in before if f.box.top >= foot]):
        if not _goes_with(row, held) or bounds(row).top - foot > _SOLID * em:
            break
        held += row
        foot = bounds(row).bottom
    return held


def _goes_with(row: Row, held: Sequence[Fragment]) -> bool:
    return any(row[0].font.size == f.font.size for f in held)


def _are_lines(before: Sequence[Row]) -> bool:
    """Whether what stands before a known gutter is text, not the label of what is beside it."""
    return not all(is_label(row[-1].text) for row in before)


def _beginnings(
    found: Sequence[Fragment],
    left: np.ndarray,
    leftmost: float,
    em: float,
    known: Sequence[float],
) -> list[tuple[float, int, float]]:
    """Where fragments begin one below the other, how many must, and how far in others may begin.

    Three must, or one where other pages have a column. The lines of an item hang in from its sign.
    """
    order = np.argsort(left, kind="stable")
    order = order[left[order] > leftmost]
    ordered = left[order]
    places = [(x, 1, _ALIGNED) for x in known if bool((np.abs(left - x) <= _ALIGNED).any())]
    at = 0
    while at < len(ordered):
        end = int(np.searchsorted(ordered, ordered[at] + _ALIGNED, side="right"))
        hanging = int(np.searchsorted(ordered, ordered[at] + _ITEM * em, side="right"))
        x = float(ordered[at])
        if end - at >= _LEAST_ROWS:
            places.append((x, _LEAST_ROWS, _ALIGNED))
        elif hanging - at >= _LEAST_ROWS and all(_opens_item(found[k]) for k in order[at:end]):
            places.append((x, _LEAST_ROWS, _ITEM * em))
        at = end
    return places + _right_aligned(found, leftmost)


def _right_aligned(found: Sequence[Fragment], leftmost: float) -> list[tuple[float, int, float]]:
    """Where columns of figures begin that end one below the other, as `_beginnings`."""
    figures = sorted(
        (f.box.right, f.box.left)
        for f in found
        if f.box.left > leftmost and not any(map(str.isalpha, f.text))
    )
    places = []
    at = 0
    while at < len(figures):
        end = at
        while end < len(figures) and figures[end][0] <= figures[at][0] + _ALIGNED:
            end += 1
        lefts = [left for _, left in figures[at:end]]
        x, last = min(lefts), max(lefts)
        if end - at >= _LEAST_ROWS and last > x + _ALIGNED:
            places.append((x, _LEAST_ROWS, last - x + _ALIGNED))
        at = end
    return places


def _opens_item(fragment: Fragment) -> bool:
    """Whether a fragment begins as an item of a list does: with a sign or label, not with a figure."""
    text = fragment.text
    return (
        bullet_end(text) > 0 or is_item(text) or (is_label(text) and not text.strip().isdecimal())
    )


def _height(found: Sequence[Fragment]) -> float:
    return max(f.box.bottom for f in found) - min(f.box.top for f in found)


def _divides(before: Sequence[Row], after: Sequence[Row], em: float) -> bool | None:
    """What a gutter divides: True columns of text, False cells of rows, None nothing."""
    if len(before) < _LEAST_ROWS or len(after) < _LEAST_ROWS:
        return None
    # The label of an item stands before its text: the fragment nearest to the gutter.
    if all(is_label(row[-1].text) for row in before):
        return None
    # What stands beside the gutter itself: further columns have gutters of their own.
    beside_it = [_cells(row, em)[-1] for row in before], [_cells(row, em)[0] for row in after]
    abreast = _abreast(*beside_it)
    # Figures at the edge may stand a little off, as the page numbers of a contents list do.
    if all(abreast) and any(all(map(_is_figure, side)) for side in abreast):
        return False
    if all(_is_filled(side, em) for side in abreast):
        return True
    if all(_is_indented_text(side, em) or _are_items(side) for side in abreast):
        return True
    # Cells of a row stand on one line. Columns of text do so by chance, or all the way down.
    level = _level(before, after, em)
    widest = max(bounds(f for row in side for f in row).width for side in beside_it)
    if level < _BY_CHANCE and widest >= _NARROWEST * em:
        return True
    return level < 0.5


def _is_figure(row: Row) -> bool:
    """Whether a row has no letter, or is the number of a page."""
    return all(not any(map(str.isalpha, f.text)) or ends_entry(f.text) for f in row)


def _abreast(before: Sequence[Row], after: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The rows of either side that stand no higher and no lower than the other side does."""
    sides = []
    for side, other in ((before, after), (after, before)):
        frame = bounds(f for row in other for f in row)
        sides.append([row for row in side if frame.top <= _middle(row[0]) <= frame.bottom])
    return sides[0], sides[1]


def _is_indented_text(column: Sequence[Row], em: float) -> bool:
    """Whether the first lines of paragraphs stand in and the others go on from full lines.

    The lines of a cell begin together, or hang: then those at the margin begin something.
    """
    if not column:
        return False
    left = [row[0].box.left for row in column]
    right = [max(f.box.right for f in row) for row in column]
    margin, edge = min(left), max(right)
    inside = [place - margin > _INDENT * em for place in left]
    goes_on = going = 0
    for at in range(1, len(column)):
        if not inside[at]:
            going += 1
            goes_on += right[at - 1] + _first_word(column[at][0]) > edge - _KINSOKU * em
    return sum(inside) >= 2 and going >= 2 and goes_on > _NEARLY_ALL * going


def _are_items(column: Sequence[Row]) -> bool:
    """Whether a column is a list, its first line an item and another one below: no table has signs
    before the cells of two columns."""
    return (
        len(column) > 1
        and _opens_item(column[0][0])
        and sum(_opens_item(row[0]) for row in column) > 1
    )


def _level(before: Sequence[Row], after: Sequence[Row], em: float) -> float:
    """The share of rows, on the side that has fewer, that stand level with one beside them."""
    feet = [np.array([_foot(row) for row in side]) for side in (before, after)]
    fewer, more = sorted(feet, key=len)
    return float(np.mean(np.abs(fewer[:, None] - more[None, :]).min(axis=1) < _SAME_FOOT * em))


def _foot(row: Row) -> float:
    """Where the text of a row stands, in points from the top."""
    return max(row, key=lambda f: len(f.text)).box.bottom


def _is_filled(column: Sequence[Row], em: float) -> bool:
    """Whether most lines reach the right edge of their column and more than a cell would hold."""
    if not column:
        return False
    right = [max(f.box.right for f in row) for row in column]
    frame = bounds(f for row in column for f in row)
    if frame.width < _NARROWEST * em:
        return False
    reaching = sum(edge >= frame.right - _FILLED * frame.width for edge in right)
    return 2 * reaching >= len(column)


def _cells(row: Row, em: float) -> list[Row]:
    """A row cut at gaps that no justified line has, the one after a label aside."""
    cells: list[Row] = [[row[0]]]
    for before, after in pairwise(row):
        if after.box.left - before.box.right > 2 * em and not is_label(before.text):
            cells.append([])
        cells[-1].append(after)
    return cells


def _table(inside: Sequence[Fragment], em: float) -> list[Area]:
    """The cells of rows that only white space divides, row by row."""
    starts = column_starts(inside, em)
    lines = rows(inside)
    table: list[list[Row]] = []  # of each row its lines
    for line, begins in zip(lines, row_starts(lines, starts), strict=True):
        if begins or not table:
            table.append([])
        table[-1].append(line)
    right = bounds(inside).right
    return [
        area
        for number, row in enumerate(table)
        for area in cells_of(row, starts, right, number, em)
    ]


def cells_of(
    row: Sequence[Row], starts: Sequence[float], right: float, number: int, em: float
) -> list[Area]:
    """The cells of one row of a table whose columns begin at `starts`."""
    areas = []
    for column, start in enumerate(starts):
        last = column + 1 == len(starts)
        end = float("inf") if last else starts[column + 1]
        first = float("-inf") if column == 0 else start
        cell = [[f for f in line if first <= f.box.left < end] for line in row]
        cell = [line for line in cell if line]
        if cell:
            edge = right if last else end - _GUTTER * em
            box = Box(start, cell[0][0].box.top, edge, cell[-1][0].box.bottom)
            areas.append(Area(tuple(cell), box, 0, (number, column)))
    return areas


def column_starts(inside: Sequence[Fragment], em: float) -> list[float]:
    """The left edges of the columns: after each strip of white through all rows."""
    starts: list[float] = []
    reached = -np.inf
    for box in sorted(fragment.box for fragment in inside):
        if box.left > reached + _GUTTER * em or not starts:
            starts.append(box.left - _ALIGNED)
        reached = max(reached, box.right)
    return starts


def row_starts(lines: Sequence[Row], starts: Sequence[float]) -> list[bool]:
    """Which lines begin a row of the table.

    Where rows stand further apart than the lines of a cell, the gaps tell; else a line with text
    in the first column begins a row.
    """
    tops = [bounds(line).top for line in lines]
    gaps = np.diff(tops)
    ends = [*starts[1:], np.inf]
    filled = [
        {int(np.searchsorted(ends, f.box.left, side="right")) for f in line} for line in lines
    ]
    first = [0 in columns for columns in filled]
    if len(gaps):
        least, most = float(gaps.min()), float(gaps.max())
        # Lines of a cell are set solid; a row adds the padding of two cells, a fifth of a line
        # in the tightest tables of the usual programs.
        if most > 1.2 * least:
            apart = (gaps > (least + min(most, 2 * least)) / 2).tolist()
            if wrap(_parts(lines, apart), ends):
                return [True, *apart]
            if not all(first):
                if all(begins or not first[at + 1] for at, begins in enumerate(apart)):
                    return [True, *apart]
            elif not all(len(columns) == len(starts) for columns in filled):
                # A line that goes on leaves some column empty.
                return [
                    True,
                    *(
                        begins or len(filled[at + 1]) == len(starts)
                        for at, begins in enumerate(apart)
                    ),
                ]
    return [True, *first[1:]]


def _parts(lines: Sequence[Row], apart: Sequence[bool]) -> list[list[Row]]:
    """Lines in groups that gaps part."""
    parts = [[lines[0]]]
    for line, begins in zip(lines[1:], apart, strict=True):
        if begins:
            parts.append([])
        parts[-1].append(line)
    return parts


def wrap(
    parts: Sequence[Sequence[Row]], ends: Sequence[float], padding: float | None = None
) -> bool:
    """Whether the lines of each part go on in their cells, as the ends of lines tell.

    A cell's line is broken where the next word has no room in its column; lines that are rows of
    their own end wherever their text does. Columns end at `ends`, less `padding`; where that is
    not known, with their longest line.
    """
    widest: dict[int, float] = {}
    if padding is not None:
        widest = {column: end - padding for column, end in enumerate(ends) if end < np.inf}
    cells: list[dict[int, list[Fragment]]] = []
    for part in parts:
        columns: dict[int, list[Fragment]] = {}
        for line in part:
            for fragment in line:
                column = int(np.searchsorted(ends, fragment.box.left, side="right"))
                columns.setdefault(column, []).append(fragment)
                edge = min(fragment.box.right, ends[column])
                widest[column] = max(widest.get(column, 0.0), edge)
        cells.append(columns)
    full = broken = 0
    for columns in cells:
        for column, held in columns.items():
            for before, after in pairwise(held):
                if before.box.bottom <= after.box.top + before.box.height / 2:
                    broken += 1
                    full += before.box.right + _first_word(after) > widest[column]
    return broken > 0 and 2 * full > broken


def _first_word(fragment: Fragment) -> float:
    """The width of a fragment's first word, a Chinese character being one, with its space."""
    text = fragment.text.strip()
    if not text:
        return 0.0
    word = text[0] if text[0] >= "\u2e80" else text.split(maxsplit=1)[0] + " "
    return fragment.box.width * min(1.0, len(word) / len(text))
