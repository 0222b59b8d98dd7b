"""The lines drawn on a page, and the grids of tables that they make."""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from align.document.blocks import Box
from align.document.pdf.characters import shown
from align.document.pdf.native import ADDRESS, INTEGER, POINTER, address_of, function

_THIN = 2.5  # points: a drawn line; the thickest border of office programs is 2.25 but for art
_TOUCHING = 3.0  # points between the end of a line and the line that it meets
_MOST_OBJECTS = 20_000  # of a page; maps and drawings have more, tables have not
_MOST_RULINGS = 2_000
_MOST_DEPTH = 3  # of forms within forms
_PATH, _FORM = 2, 5
_LINE = 0  # of the segments of a path
_Matrix = tuple[float, float, float, float, float, float]


class Ruling(NamedTuple):
    """A line that runs along or down the page: at `at` from `start` to `end`, in points."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Rulings:
    """The lines of a page, the origin at its top left corner."""

    across: tuple[Ruling, ...]
    down: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of one table, at least two rows and two columns, or of one frame."""

    box: Box
    across: tuple[Ruling, ...]
    down: tuple[Ruling, ...]
    tops: tuple[float, ...]  # of its rows
    lefts: tuple[float, ...]  # of its columns

    @property
    def is_frame(self) -> bool:
        """Whether it is drawn around one text, with nothing inside."""
        return len(self.tops) == 2

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of the cell in which a point stands, None outside; a cell that goes over
        several rows or columns has the number of its first."""
        if not (self.box.left <= x <= self.box.right and self.box.top <= y <= self.box.bottom):
            return None
        row = [at for at, start, end in self.across if at <= y and start <= x <= end]
        column = [at for at, start, end in self.down if at <= x and start <= y <= end]
        return (
            _nearest(self.tops, max(row, default=self.box.top)),
            _nearest(self.lefts, max(column, default=self.box.left)),
        )


def _nearest(places: Sequence[float], place: float) -> int:
    after = bisect_left(places, place)
    if after == 0:
        return 0
    if after == len(places) or place - places[after - 1] <= places[after] - place:
        return after - 1
    return after


def _distinct(places: Iterable[float]) -> tuple[float, ...]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _TOUCHING:
            found.append(place)
    return tuple(found)


def read_rulings(page: Any) -> Rulings:
    """The lines of a page (a pypdfium2 page) as it is shown."""
    found = list(_boxes(address_of(page)))
    if not found:
        return Rulings((), ())
    width, height = page.get_size()
    across: list[Ruling] = []
    down: list[Ruling] = []
    for x0, y0, x1, y1 in shown(np.array(found), page).tolist():
        wide, high = x1 - x0, y1 - y0
        if wide > 0.9 * width and high > 0.9 * height:
            continue  # the page's background
        if high <= _THIN < wide:
            across.append(Ruling((y0 + y1) / 2, x0, x1))
        elif wide <= _THIN < high:
            down.append(Ruling((x0 + x1) / 2, y0, y1))
        elif wide > _THIN and high > _THIN:
            across += [Ruling(y0, x0, x1), Ruling(y1, x0, x1)]
            down += [Ruling(x0, y0, y1), Ruling(x1, y0, y1)]
        if len(across) + len(down) > _MOST_RULINGS:
            return Rulings((), ())
    return Rulings(_merged(across), _merged(down))


class _Objects:
    """Asks PDFium about the objects of a page, which are addresses."""

    def __init__(self) -> None:
        floats, pointer, integer = [POINTER] * 4, POINTER, INTEGER
        self.count = function("FPDFPage_CountObjects", integer, pointer)
        self.at = function("FPDFPage_GetObject", ADDRESS, pointer, integer)
        self.kind = function("FPDFPageObj_GetType", integer, pointer)
        self.count_in_form = function("FPDFFormObj_CountObjects", integer, pointer)
        self.in_form = function("FPDFFormObj_GetObject", ADDRESS, pointer, ctypes.c_ulong)
        self.count_segments = function("FPDFPath_CountSegments", integer, pointer)
        self._segment = function("FPDFPath_GetPathSegment", ADDRESS, pointer, integer)
        self._segment_kind = function("FPDFPathSegment_GetType", integer, pointer)
        self._point = function("FPDFPathSegment_GetPoint", integer, pointer, pointer, pointer)
        self._bounds = function("FPDFPageObj_GetBounds", integer, pointer, *floats)
        self._matrix = function("FPDFPageObj_GetMatrix", integer, pointer, pointer)
        self._values = (ctypes.c_float * 6)()
        self._places = [ctypes.addressof(self._values) + 4 * at for at in range(6)]

    def bounds(self, item: int) -> tuple[float, ...] | None:
        """Left, foot, right and top of an object."""
        return tuple(self._values[:4]) if self._bounds(item, *self._places[:4]) else None

    def matrix(self, item: int) -> _Matrix:
        """The matrix by which an object is drawn."""
        self._matrix(item, self._places[0])
        a, b, c, d, e, f = self._values
        return a, b, c, d, e, f

    def segment(self, item: int, at: int) -> tuple[tuple[float, float], int]:
        """The end of a segment of a path, and what it is."""
        found = self._segment(item, at)
        self._point(found, *self._places[:2])
        return (self._values[0], self._values[1]), self._segment_kind(found)


def _boxes(page: int) -> Iterator[tuple[float, float, float, float]]:
    """The bounds of what is drawn on the page at an address: straight lines and rectangles one by
    one."""
    objects = _Objects()
    n = min(objects.count(page), _MOST_OBJECTS)
    items = list(map(objects.at, repeat(page), range(n)))
    kinds = map(objects.kind, items)
    identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    stack = [
        (item, kind, identity, 0)
        for item, kind in zip(items, kinds, strict=True)
        if kind in (_PATH, _FORM)
    ]
    stack.reverse()
    while stack:
        item, kind, matrix, depth = stack.pop()
        if kind == _FORM and depth < _MOST_DEPTH:
            inner = _product(objects.matrix(item), matrix)
            for at in range(min(objects.count_in_form(item), _MOST_OBJECTS)):
                within = objects.in_form(item, at)
                stack.append((within, objects.kind(within), inner, depth + 1))
        elif kind == _PATH:
            yield from _path(item, matrix, objects)


def _path(
    item: int, matrix: _Matrix, objects: _Objects
) -> Iterator[tuple[float, float, float, float]]:
    box = objects.bounds(item)
    if box is None:
        return
    segments = objects.count_segments(item)
    whole = _moved(box, matrix)
    if segments <= 5 or min(whole[2] - whole[0], whole[3] - whole[1]) <= _THIN:
        yield whole
        return
    full = _product(objects.matrix(item), matrix)
    before: tuple[float, float] | None = None
    for at in range(min(segments, _MOST_RULINGS)):
        point, kind = objects.segment(item, at)
        if before is not None and kind == _LINE:
            box = (
                min(before[0], point[0]), min(before[1], point[1]),
                max(before[0], point[0]), max(before[1], point[1]),
            )  # fmt: skip
            if min(box[2] - box[0], box[3] - box[1]) < 0.5:
                yield _moved(box, full)
        before = point


def _product(first: _Matrix, second: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
            e * g + f * i + k, e * h + f * j + m)  # fmt: skip


def _moved(box: Sequence[float], matrix: _Matrix) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = matrix
    xs = (a * box[0] + c * box[1] + e, a * box[2] + c * box[3] + e)
    ys = (b * box[0] + d * box[1] + f, b * box[2] + d * box[3] + f)
    return min(xs), min(ys), max(xs), max(ys)


def _merged(found: list[Ruling]) -> tuple[Ruling, ...]:
    """Lines that go on where another ends, made one."""
    merged: list[Ruling] = []
    for ruling in sorted(found, key=lambda r: (round(r.at), r.start)):
        last = merged[-1] if merged else None
        if last and abs(last.at - ruling.at) <= 1.0 and ruling.start <= last.end + _TOUCHING:
            merged[-1] = Ruling(last.at, last.start, max(last.end, ruling.end))
        else:
            merged.append(ruling)
    return tuple(merged)


def grids(rulings: Rulings, em: float) -> list[Grid]:
    """The grids of tables, lines that meet, and the frames drawn around text: grids of one cell.

    `em` is the font size in points. A line shorter than a line of text is high divides no cells:
    it belongs to a drawing.
    """
    across = [ruling for ruling in rulings.across if ruling.end - ruling.start >= em]
    down = [ruling for ruling in rulings.down if ruling.end - ruling.start >= em]
    parent = list(range(len(across) + len(down)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for i, a in enumerate(across):
        for j, d in enumerate(down):
            if (
                a.start - _TOUCHING <= d.at <= a.end + _TOUCHING
                and d.start - _TOUCHING <= a.at <= d.end + _TOUCHING
            ):
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for at in range(len(parent)):
        lines = groups.setdefault(root(at), ([], []))
        if at < len(across):
            lines[0].append(across[at])
        else:
            lines[1].append(down[at - len(across)])
    found = []
    for horizontal, vertical in groups.values():
        row_tops = _distinct(r.at for r in horizontal)
        column_lefts = _distinct(r.at for r in vertical)
        frame = len(row_tops) == len(column_lefts) == 2
        if frame or (len(row_tops) > 2 and len(column_lefts) > 2):
            lefts = [r.start for r in horizontal] + [r.at for r in vertical]
            rights = [r.end for r in horizontal] + [r.at for r in vertical]
            tops = [r.start for r in vertical] + [r.at for r in horizontal]
            feet = [r.end for r in vertical] + [r.at for r in horizontal]
            box = Box(min(lefts), min(tops), max(rights), max(feet))
            found.append(Grid(box, tuple(horizontal), tuple(vertical), row_tops, column_lefts))
    return sorted(found, key=lambda grid: (grid.box.top, grid.box.left))
