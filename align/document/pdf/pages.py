"""From the pages of a PDF to blocks: one a line, in reading order, with place and font."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from align.datatypes import Removal
from align.document.blocks import Block, Box, Cell, Mark, RawDocument, Role
from align.document.leaders import ends_entry
from align.document.pdf.annotations import find_annotations
from align.document.pdf.columns import Area, Arranger
from align.document.pdf.continuing import joined
from align.document.pdf.fragments import Fragment, bounds, rows
from align.document.pdf.furniture import Row, find_furniture
from align.document.pdf.line_numbers import find_line_numbers
from align.document.pdf.lines import Line, is_raised_mark, line_of, with_leaders_joined
from align.document.pdf.notes import find_notes, lead_of, mark_of, plain
from align.document.pdf.ruled import ruled_tables
from align.document.pdf.rulings import Grid, Rulings, grids
from align.document.pdf.slanted import take_slanted
from align.document.pdf.tagged import Stated, Statements, in_tagged_order, parts_of_content
from align.document.pdf.tags import Tags
from align.document.symbols import document_symbol

_WIDE_TABLE = 0.6  # of the text's width: a table above this stands across all columns
_HEAD_ROWS = 30
_EVEN = 1.5  # points within which lines end together; typesetters are exact to a fifth of one
_NOTE_RULE = 0.6  # of the column: the line above notes is a third or two inches long


@dataclass(frozen=True, slots=True)
class Page:
    """What was read from a page."""

    width: float
    height: float
    fragments: tuple[Fragment, ...]
    rulings: Rulings
    tags: Tags | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """The sizes of a document's text in points, by which distances on its pages are judged."""

    size: float
    leading: float


def to_document(pages: Sequence[Page]) -> RawDocument:
    """The blocks of a document's pages in reading order, with what was taken out."""
    level, slanted, removals = take_slanted([page.fragments for page in pages])
    page_rows = [rows(fragments) for fragments in level]
    removals += _without_line_numbers(page_rows) + _without_annotations(page_rows)
    measures = _measures(page_rows)
    made = _Lines()
    judged = [[_judged(row, made.of(row)) for row in found] for found in page_rows]
    head = (row.text for found in judged for row in found[:_HEAD_ROWS])
    symbol = document_symbol(head)
    removed = find_furniture(judged, measures.size, measures.leading, symbol)
    for number, (page, found) in enumerate(zip(pages, page_rows, strict=True)):
        here = {at for of, at in removed if of == number}
        for at in parts_of_content(found, here, page.tags):
            del removed[number, at]
    kept = [
        [
            fragment
            for at, row in enumerate(found)
            if (number, at) not in removed
            for fragment in with_leaders_joined(row)
        ]
        for number, found in enumerate(page_rows)
    ]
    arranged = _arranged(kept, pages)
    blocks: list[Block] = []
    table = 0
    statements = Statements()
    for number, (page, found, areas) in enumerate(zip(pages, page_rows, arranged, strict=True)):
        for at in range(len(found)):
            why = removed.get((number, at))
            if why is not None:
                text = judged[number][at].text
                removals.append(
                    Removal(len(blocks) + 1, text, why.reason, why.evidence, number + 1)
                )
        areas = [*areas, *(Area(([each],), each.box) for each in slanted[number])]
        tables = {area.table for area in areas if area.table is not None}
        lines = [[made.of(row) for row in area.rows] for area in areas]
        stated = statements.of(areas, page.tags)
        note = next((block.note for block in reversed(blocks) if block.note is not None), None)
        made_here = _blocks(
            areas, lines, number + 1, table, len(blocks), measures.size, page.rulings, stated, note
        )
        blocks = joined(blocks, list(made_here))
        table += max(tables, default=-1) + 1
    return RawDocument(tuple(blocks), torn=True, removals=tuple(removals), symbol=symbol)


def _arranged(kept: Sequence[Sequence[Fragment]], pages: Sequence[Page]) -> list[list[Area]]:
    """The areas of each page in reading order: that of its tags, where they are sound.

    A tree that goes astray on most of its pages is no guide on the others.
    """
    arranger = Arranger()
    found = [_areas(held, page, arranger) for held, page in zip(kept, pages, strict=True)]
    tagged = [
        in_tagged_order(areas, page.tags) if page.tags is not None and areas else None
        for areas, page in zip(found, pages, strict=True)
    ]
    asked = sum(page.tags is not None for page in pages)
    if 2 * sum(each is not None for each in tagged) < asked:
        return found
    return [other or areas for areas, other in zip(found, tagged, strict=True)]


def _without_line_numbers(page_rows: Sequence[list[list[Fragment]]]) -> list[Removal]:
    """Take the numbers of lines out of the pages' rows; what was taken."""
    removals = []
    emptied = []
    for page, row, text, rest in find_line_numbers(page_rows):
        evidence = "in the margin, counting the lines of the page"
        removals.append(Removal(row + 1, text, "line number", evidence, page + 1))
        page_rows[page][row] = rest
        if not rest:
            emptied.append((page, row))
    for page, row in sorted(emptied, reverse=True):
        del page_rows[page][row]
    return removals


def _without_annotations(page_rows: Sequence[list[list[Fragment]]]) -> list[Removal]:
    """Take readings and dots of emphasis out of the pages' rows; what was taken."""
    removals = []
    for number, found in enumerate(page_rows):
        for at, reason in sorted(find_annotations(found), reverse=True):
            text = " ".join(fragment.text for fragment in found[at])
            evidence = "small, right beside the characters of a line"
            removals.append(Removal(at + 1, text, reason, evidence, number + 1))
            del found[at]
    return removals


def _measures(page_rows: Sequence[Sequence[Sequence[Fragment]]]) -> Measures:
    """The size in which most characters are set, and the distance of their lines."""
    letters: Counter[float] = Counter()
    for found in page_rows:
        for row in found:
            for fragment in row:
                letters[fragment.font.size] += len(fragment.text)
    size = max(letters, key=lambda each: (letters[each], each), default=10.0)
    steps = []
    for found in page_rows:
        lines = [bounds(row).bottom for row in found if row[0].font.size == size]
        steps += [after - before for before, after in itertools.pairwise(lines)]
    steps = [step for step in steps if 0.8 * size < step < 3 * size]
    # Lines of one paragraph are most; 1.2 is what typesetting programs choose by themselves.
    return Measures(size, median(steps) if steps else 1.2 * size)


class _Lines:
    """The lines of rows. A row that no column divides is asked for twice and made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, ...], tuple[Sequence[Fragment], Line]] = {}

    def of(self, row: Sequence[Fragment]) -> Line:
        """The line that `row` makes."""
        key = tuple(map(id, row))
        found = self._made.get(key)
        if found is None:  # with the row, so that no other object gets its fragments' addresses
            found = self._made[key] = row, line_of(row)
        return found[1]


def _judged(row: Sequence[Fragment], line: Line) -> Row:
    artifact = all(f.font.artifact for f in row)
    return Row(line.text, line.box, line.size, artifact, is_raised_mark(row))


def _areas(kept: Sequence[Fragment], page: Page, arranger: Arranger) -> list[Area]:
    """The areas of a page in reading order, the cells of ruled tables among them."""
    if not kept:
        return []
    em = _usual_size(kept)
    rules = page.rulings.across
    found = _filled_grids(page.rulings, kept, em)
    rest: list[Fragment] = list(kept)
    tables: list[tuple[Box, list[Area]]] = []
    taken: set[int] = set()
    for grid, places in found:
        filled: dict[tuple[int, int], list[Fragment]] = {}
        for at, place in places.items():
            if at not in taken:
                filled.setdefault(place, []).append(kept[at])
        taken |= places.keys()
        cells = _cells(filled, em, arranger)
        tables.append((grid.box, _framed(cells, grid.box) if grid.is_frame else cells))
    if taken:
        rest = [fragment for at, fragment in enumerate(kept) if at not in taken]
    if len(rules) > 1:
        for box, cells, held in ruled_tables(rest, rules, em):
            tables.append((box, cells))
            taken = set(map(id, held))
            rest = [fragment for fragment in rest if id(fragment) not in taken]
    tables.sort(key=lambda each: each[0].top)
    areas: list[Area] = []
    width = bounds(kept).width
    narrow = []
    for box, cells in tables:
        if box.width >= _WIDE_TABLE * width:
            above = [f for f in rest if (f.box.top + f.box.bottom) / 2 <= box.top]
            rest = [f for f in rest if (f.box.top + f.box.bottom) / 2 > box.top]
            areas += arranger.arrange(above, em, rules) + cells
        else:
            narrow.append((box, cells))
    areas += arranger.arrange(rest, em, rules)
    for box, cells in narrow:
        areas = _inserted(areas, box, cells)
    return _numbered(areas)


def _usual_size(kept: Sequence[Fragment]) -> float:
    """The median font size of a page's characters, in points."""
    sizes: Counter[float] = Counter()
    for fragment in kept:
        sizes[fragment.font.size] += len(fragment.text)
    half = sizes.total() / 2
    for size in sorted(sizes):
        half -= sizes[size]
        if half <= 0:
            return size
    return 0.0


def _numbered(areas: Iterable[Area]) -> list[Area]:
    """`areas` with a number for each table: a new one begins where rows count from 0 again."""
    found = []
    number = -1
    before: tuple[int, int] | None = None
    for area in areas:
        if area.cell is not None:
            if before is None or area.cell < before:
                number += 1
            area = Area(area.rows, area.frame, number, area.cell)
        before = area.cell
        found.append(area)
    return found


def _within(grid: Grid, other: Grid) -> bool:
    return (
        grid is not other
        and grid.box.left >= other.box.left - 1
        and grid.box.right <= other.box.right + 1
        and grid.box.top >= other.box.top - 1
        and grid.box.bottom <= other.box.bottom + 1
        and grid.box != other.box
    )


def _filled_grids(
    rulings: Rulings, kept: Sequence[Fragment], em: float
) -> list[tuple[Grid, dict[int, tuple[int, int]]]]:
    """The grids of a page that hold text, with the cell of each fragment in them by its index.

    Text stands in two columns of a table's grid: a drawing's lines hold none, and the lines
    under links make cells of one column.
    """
    found = []
    for grid in grids(rulings, em):
        places = {}
        for at, fragment in enumerate(kept):
            box = fragment.box
            x = min(box.left + box.height / 2, (box.left + box.right) / 2)
            place = grid.cell(x, (box.top + box.bottom) / 2)
            if place is not None:
                places[at] = place
        if grid.is_frame:
            # One line in a frame is a title or a button, and a frame around all says nothing.
            lines = rows([kept[at] for at in places])
            if len(lines) >= 2 and len(places) < len(kept):
                found.append((grid, places))
        elif len({column for _, column in places.values()}) >= 2:
            found.append((grid, places))
    return [
        (grid, places)
        for grid, places in found
        if not any(_within(grid, other) for other, _ in found)
    ]


def _cells(
    cells: dict[tuple[int, int], list[Fragment]], em: float, arranger: Arranger
) -> list[Area]:
    """The areas of the cells of a ruled table, row by row."""
    return [
        Area(area.rows, area.frame, 0, place)
        for place, held in sorted(cells.items())
        for area in arranger.arrange(held, em)
    ]


def _framed(areas: Sequence[Area], box: Box) -> list[Area]:
    """The areas in a drawn frame, which ends as far from its text on the right as on the left."""
    inset = min(area.frame.left for area in areas) - box.left
    right = max(area.frame.right for area in areas)
    if len(areas) > 1 or right > box.right - inset + 1:
        return [Area(area.rows, area.frame) for area in areas]
    (area,) = areas
    return [Area(area.rows, area.frame._replace(right=box.right - inset))]


def _inserted(areas: list[Area], box: Box, cells: list[Area]) -> list[Area]:
    """`areas` with the cells of a table after the last text of its column that stands above it."""
    best: tuple[float, int, int] | None = None
    middle = (box.left + box.right) / 2
    for at, area in enumerate(areas):
        if area.table is not None or not area.frame.left - 1 <= middle <= area.frame.right + 1:
            continue
        for row, line in enumerate(area.rows):
            place = bounds(line)
            if place.bottom <= box.top + 0.5 * place.height and (
                best is None or place.bottom > best[0]
            ):
                best = place.bottom, at, row
    if best is None:
        return cells + areas
    _, at, row = best
    area = areas[at]
    before = [Area(area.rows[: row + 1], area.frame)]
    after = [Area(area.rows[row + 1 :], area.frame)] if area.rows[row + 1 :] else []
    return areas[:at] + before + cells + after + areas[at + 1 :]


def _blocks(
    areas: Sequence[Area],
    lines: Sequence[Sequence[Line]],
    page: int,
    table: int,
    count: int,
    size: float,
    rulings: Rulings,
    stated: Sequence[Sequence[Stated]],
    note: str | None,
) -> Iterator[Block]:
    """The blocks of a page's areas and their lines: notes found, the marks in the text matched.

    `note` is the key of the last note before the page.
    """
    notes = _tagged_notes(lines, stated, page, note) or _notes(areas, lines, page, size, rulings)
    marks = {note.partition(":")[2] for note in notes.values()}
    called = {mark for held in lines for line in held for mark in _raised_in(line)}
    explained = {mark_of(line.text[: line.head] + " -") for held in lines for line in held} & called
    marks |= explained  # by the notes of a table, which stand below it
    lines = [
        [_without_wide_spaces(line, held, at) for at, line in enumerate(held)]
        if area.cell is None
        else held
        for area, held in zip(areas, lines, strict=True)
    ]
    for number, area in enumerate(areas):
        cell = None
        if area.table is not None and area.cell is not None:
            cell = Cell(table + area.table, *area.cell)
        for at, line in enumerate(lines[number]):
            count += 1
            text, found = _with_marks(line, page, marks if (number, at) not in notes else set())
            said, own = stated[number][at], notes.get((number, at))
            lead = lead_of(text, own) if own else 0
            if line.head and own is None:
                if mark_of(text) in explained:
                    lead = line.head
                else:
                    text = text[: line.head].translate(_SUPERSCRIPT) + text[line.head :]
            yield Block(
                text,
                count,
                starts=said.starts,
                page=page,
                box=line.box,
                frame=area.frame,
                size=line.size,
                bold=line.bold,
                word=line.word,
                role="heading" if said.heading else _role(lines[number], at),
                cell=cell,
                note=own,
                marks=found,
                lead=lead,
            )


def _notes(
    areas: Sequence[Area],
    lines: Sequence[Sequence[Line]],
    page: int,
    size: float,
    rulings: Rulings,
) -> dict[tuple[int, int], str]:
    """The keys of the notes to which lines of areas belong, by where the lines stand."""
    notes: dict[tuple[int, int], str] = {}
    marks = {mark for held in lines for line in held for mark in _named(line)}
    for number, area in enumerate(areas):
        if area.cell is None:
            rules = [
                rule.at
                for rule in rulings.across
                if abs(rule.start - area.frame.left) < size
                and rule.end - rule.start < _NOTE_RULE * area.frame.width
            ]
            for at, note in find_notes(lines[number], size, rules, marks).items():
                notes[number, at] = f"{page}:{note.mark}"
    return notes


_IN_BRACKETS = re.compile(r"[\[(（](\d{1,3}|[*†‡§¶]{1,3})[\])）]|([¹²³⁰⁴-⁹]{1,3}|[①-⑳*†‡])")


def _named(line: Line) -> Iterator[str]:
    """The marks in a line that may refer to notes: raised, in brackets, or signs of their own."""
    yield from _raised_in(line)
    for found in _IN_BRACKETS.finditer(line.text, 1 if line.text else 0):
        yield plain(found[0])


def _raised_in(line: Line) -> Iterator[str]:
    """The raised marks in a line."""
    for raised in line.raised:
        yield from map(plain, re.split("[,，]", raised.text))


def _tagged_notes(
    lines: Sequence[Sequence[Line]],
    stated: Sequence[Sequence[Stated]],
    page: int,
    before: str | None,
) -> dict[tuple[int, int], str]:
    """The keys of the notes to which lines belong, as tags say it; a note that the page before
    begins has the key that it has there."""
    notes: dict[tuple[int, int], str] = {}
    known: dict[int, str] = {}
    for number, held in enumerate(lines):
        for at, line in enumerate(held):
            note = stated[number][at].note
            if note is not None:
                own = f"{page}:{mark_of(line.text)}"
                goes_on = not known and stated[number][at].starts is False
                known.setdefault(note, before if goes_on and before is not None else own)
                notes[number, at] = known[note]
    return notes


def _without_wide_spaces(line: Line, lines: Sequence[Line], at: int) -> Line:
    """A line whose gaps are the spaces of justified text, with spaces for them.

    Where few words fill a narrow column, the spaces are as wide as what divides cells. Then each
    word is apart from the next, the line ends where those around it end, and no row with cells
    stands beside it.
    """
    beside = [lines[other] for other in (at - 1, at + 1) if 0 <= other < len(lines)]
    if (
        not line.gapped
        or line.contents
        or " " in line.text
        or any(other.gapped for other in beside)
        or not any(abs(other.box.right - line.box.right) < _EVEN for other in beside)
    ):
        return line
    return line._replace(text=line.text.replace("\t", " "), gapped=False)


def _role(lines: Sequence[Line], at: int) -> Role | None:
    """What a line is by its gaps: an entry of a contents list, or a row of cells.

    Entries of the first level may have no leaders; among others that have, a gap and a number
    at the same edge make one.
    """
    line = lines[at]
    if line.contents:
        return "contents"
    if not line.gapped:
        return None
    beside = [lines[other] for other in (at - 1, at + 1) if 0 <= other < len(lines)]
    if ends_entry(line.text.rsplit("\t", 1)[-1]) and any(
        other.contents and abs(other.box.right - line.box.right) < _EVEN for other in beside
    ):
        return "contents"
    return "row"


_SUPERSCRIPT = str.maketrans("0123456789+-−–n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")


_POWERS = ("2", "3")
_LENGTH = re.compile(r"(?:^|[\d\s])(?:[kcdm]?m|ft|in|mi|yd)$|(?:[公英]里|[厘毫千]?米)$")


def _with_marks(line: Line, page: int, marks: set[str]) -> tuple[str, tuple[Mark, ...]]:
    """A line's text and the marks in it; what is raised and marks no note stays as an exponent."""
    if not line.raised:
        return line.text, ()
    parts: list[str] = []
    found: list[Mark] = []
    at = length = 0
    for raised in line.raised:
        parts.append(line.text[at : raised.at])
        length += raised.at - at
        at = raised.at
        names = [plain(each) for each in re.split("[,，]", raised.text)]
        is_power = raised.text in _POWERS and _LENGTH.search(line.text[: raised.at]) is not None
        if not is_power and all(name in marks for name in names):
            found += [Mark(length, name, f"{page}:{name}") for name in names]
        else:
            parts.append(raised.text.translate(_SUPERSCRIPT))
            length += len(raised.text)
    parts.append(line.text[at:])
    return "".join(parts), tuple(found)
