"""A page put in the order of its tags, where they are sound: runs of paragraphs, cells, notes.

Geometry says where a page's columns are; the tree says what comes after what. A tree is believed
where its order goes down the columns of the page and it holds nearly all of the text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from align.document.blocks import Box
from align.document.pdf.columns import Area, Row
from align.document.pdf.fragments import Fragment, bounds, rows
from align.document.pdf.tags import Element, Tags

_COVERED = 0.9  # of the letters: headings and pictures drawn without tags leave a tenth at most
_ASTRAY = 0.1  # of the steps: well tagged pages stay below 0.11, shuffled ones are at 0.5


class Stated(NamedTuple):
    """What tags say of a row; the default where they say nothing."""

    starts: bool | None = None  # whether it begins a paragraph
    heading: bool = False
    note: int | None = None  # which note of the page it belongs to


class Statements:
    """What the tags of one page after the other say of its rows, in reading order."""

    def __init__(self) -> None:
        self._page = 0
        # The paragraph of the row before, in the text and in the notes.
        self._before: dict[bool, tuple[int, int, Element] | None] = {}
        self._cells: dict[int, tuple[int, Element]] = {}  # of each column the last cell's, by page

    def of(self, areas: Sequence[Area], tags: Tags | None) -> list[list[Stated]]:
        """Of each row of each of the next page's areas what tags say."""
        self._page += 1
        seen: set[int] = set()
        return [[self._say(row, tags, seen) for row in area.rows] for area in areas]

    def _say(self, row: Row, tags: Tags | None, seen: set[int]) -> Stated:
        at = _element_of(row, tags)
        if at is None or tags is None:
            self._before[False] = None
            return Stated()
        element = tags.elements[at]
        in_note = element.note is not None
        before = self._before.get(in_note)
        self._before[in_note] = self._page, at, element
        starts: bool | None = None
        if before is not None and before[:2] == (self._page, at):
            starts = False
        elif at not in seen:
            starts = True
            if element.goes_on_from:
                last = before and (before[0], before[2])
                if element.cell is not None:
                    last = self._cells.get(element.cell[2])
                goes_on = last is not None and last[0] == self._page - 1 and last[1].goes_on
                starts = False if goes_on else None
        # A run of text that stands by itself may hold several paragraphs: lines alone tell.
        if element.kind == "Span" and starts is False:
            starts = None
        if element.cell is not None:
            self._cells[element.cell[2]] = self._page, element
        seen.add(at)
        return Stated(starts, element.kind[:1] == "H", element.note)


def _element_of(row: Row, tags: Tags | None) -> int | None:
    """The paragraph of a page to which most of a row belongs; None where no tag says it."""
    if tags is None:
        return None
    found: Counter[int] = Counter()
    for fragment in row:
        at = tags.element_of.get(fragment.content)
        if at is not None:
            found[at] += len(fragment.text)
    return max(found, key=lambda at: (found[at], -at)) if found else None


def parts_of_content(
    found: Sequence[Row], removed: Collection[int], tags: Tags | None
) -> Iterator[int]:
    """Of the rows of a page that are `removed` as furniture, those that are a part of what stays.

    A header or footer is whole elements: a line of a paragraph that goes on among the text, or of a
    table that does, is none, but for the head of a table that is set again. An element that is most
    of the page says nothing: it may hold all.
    """
    if tags is None or not removed:
        return
    rows_of: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    again: set[int] = set()  # the head of a table, which belongs to its first page
    for at, row in enumerate(found):
        owners = {tags.element_of.get(fragment.content) for fragment in row} - {None}
        held = [(owner, tags.elements[owner]) for owner in owners if owner is not None]
        for owner, element in held:
            cell = element.cell
            rows_of[("P", owner) if cell is None else ("Table", cell[0])].add(at)
        if held and all(element.cell and element.goes_on_from for _, element in held):
            again.add(at)
    kept: set[int] = set()
    for (kind, _), own in rows_of.items():
        whole = own.issubset(removed) or own.isdisjoint(removed)
        if not whole and (kind == "Table" or 2 * len(own) <= len(found)):
            kept |= own
    yield from sorted(kept.intersection(removed) - again)


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows of one paragraph in one column."""

    element: int
    rows: tuple[Row, ...]
    box: Box
    area: int  # of geometry, where most of it stands


def in_tagged_order(areas: Sequence[Area], tags: Tags) -> list[Area] | None:
    """The areas of a page (`areas` as geometry found them) in the order of its tags.

    None where the tags hold too little of the page or go astray on it.
    """
    held: defaultdict[int, list[tuple[Fragment, int]]] = defaultdict(list)
    loose: defaultdict[int | None, list[tuple[Row, int]]] = defaultdict(list)
    before: int | None = None
    covered = letters = 0
    for number, area in enumerate(areas):
        for row in area.rows:
            owners = _owners(row, tags)
            letters += sum(len(fragment.text) for fragment in row)
            if owners is None:
                loose[before].append((row, number))
                continue
            for fragment, owner in zip(row, owners, strict=True):
                held[owner].append((fragment, number))
                covered += len(fragment.text)
                before = owner
    if not held or covered < _COVERED * letters:
        return None
    runs = [run for at in sorted(held) for run in _runs(at, held[at], tags)]
    if _astray(runs, areas, tags) > _ASTRAY:
        return None
    found = _loose_areas(loose[None], areas)
    for at, run in enumerate(runs):
        cell = tags.elements[run.element].cell
        area = Area(run.rows, areas[run.area].frame)
        if cell is not None:
            area = replace(area, table=cell[0], cell=cell[1:])
        last = found[-1] if found else None
        if (
            cell is None
            and last is not None
            and last.cell is None
            and last.frame == area.frame
            and last.rows[-1][0].box.top < area.rows[0][0].box.top
        ):
            found[-1] = replace(last, rows=last.rows + area.rows)
        else:
            found.append(area)
        if at + 1 == len(runs) or runs[at + 1].element != run.element:
            found += _loose_areas(loose[run.element], areas)
    return found


def _loose_areas(loose: Iterable[tuple[Row, int]], areas: Sequence[Area]) -> list[Area]:
    return [Area((row,), areas[number].frame) for row, number in loose]


def _owners(row: Row, tags: Tags) -> list[int] | None:
    """The paragraph of each fragment of a row; what no tag holds goes with what stands after it, or
    else before. None where none of the row is tagged."""
    owners = [tags.element_of.get(fragment.content) for fragment in row]
    known = [owner for owner in owners if owner is not None]
    if not known:
        return None
    found = []
    after = known[-1]
    for owner in reversed(owners):
        after = after if owner is None else owner
        found.append(after)
    return found[::-1]


def _runs(element: int, held: Sequence[tuple[Fragment, int]], tags: Tags) -> list[_Run]:
    """The runs of one paragraph: a new one where it goes on at the head of a column to the right."""
    ordered = sorted(held, key=lambda each: (tags.rank_of.get(each[0].content, -1), each[0].at))
    parts: list[list[tuple[Fragment, int]]] = []
    right = 0.0
    for each in ordered:
        box = each[0].box
        if not parts or (box.bottom <= parts[-1][-1][0].box.top and box.left >= right):
            parts.append([])
            right = 0.0
        parts[-1].append(each)
        right = max(right, box.right)
    return [
        _Run(
            element,
            tuple(rows([fragment for fragment, _ in part])),
            bounds(fragment for fragment, _ in part),
            Counter(number for _, number in part).most_common(1)[0][0],
        )
        for part in parts
    ]


def _astray(runs: Sequence[_Run], areas: Sequence[Area], tags: Tags) -> float:
    """The share of steps from run to run that no reader takes: up within a column, or back to a
    column that was left."""
    steps = astray = 0
    left: set[int] = set()
    text = [run for run in runs if tags.elements[run.element].note is None]
    for a, b in pairwise(text):
        if tags.elements[b.element].cell is not None:
            continue
        steps += 1
        shared = min(a.box.right, b.box.right) - max(a.box.left, b.box.left)
        beside = shared > 0.5 * min(a.box.width, b.box.width)
        up = beside and b.box.top < a.box.top - 1
        back = False
        if areas[a.area].cell is None and areas[b.area].cell is None and a.area != b.area:
            left.add(a.area)
            back = b.area in left
        astray += up or back
    return astray / steps if steps else 0.0
