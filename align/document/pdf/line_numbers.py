"""Numbers of lines in a margin, as drafts of laws and court papers have: no part of the text."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from align.document.blocks import Box
from align.document.pdf.characters import Font
from align.document.pdf.fragments import Fragment, reads_on
from align.language.scripts import FULL_WIDTH, HAN

_LEAST = 8  # numbers that count line by line: a list of fewer items may count so
_LEAST_APART = 3  # numbers on every fifth or tenth line, which nothing else counts
_MOST = 0.8  # of the steps from number to number: a row in two sizes, or two cells, counts as two
_EDGE = 2.0  # points within which numbers begin or end together
# Sentences run on from a fifth (dialogue) to nine tenths (laws) of the lines of the corpora to the
# next, and all but a few of those lines are full. The rows of a table and the items of a list end
# where they end: of those that might be read on, a third are as long as the longest by chance.
_READ_ON, _FULL = 0.15, 0.7
_ROOM = 2.5  # font sizes: what a line broken by hand after so many letters may lack
# Lines, and of all, that end at the very edge, are longer than names (in font sizes), and that
# sentences run on from. The Chinese corpora have 0.12 (a budget with tables) and more.
_JUSTIFIED, _SHARE, _LONG = 3, 0.08, 15.0
_CELLS = 0.3  # of the lines. A press release with three tables has 0.21 of cells
_WIDE_GAP = 2.0  # font sizes: between the cells of a table, which numbers its rows as well
_UNNUMBERED = 2  # rows of a page: its header and footer
_SMALLER = 0.9  # of the text's size: programs set the numbers at three quarters or four fifths
# Font sizes between the feet of a number and its line; the feet of two fonts' boxes are 0.15 apart,
# raised marks stand 0.3 higher.
_FOOT = 0.25
_LEFT, _RIGHT, _BETWEEN = 0, -1, 1
_SPACED = 3.5  # font sizes: drafts are set in double lines, 2.4 apart
_LABEL = re.compile(r"(\d{1,4})[.)]?(?:\s+|$)")
_WIDE = re.compile(f"[{HAN}{FULL_WIDTH}]")


class LineNumber(NamedTuple):
    """A number of a line: its page, row and fragment, 0-based; and what is left of that row."""

    page: int
    row: int
    text: str
    rest: list[Fragment]


class _Numbered(NamedTuple):
    row: int
    line: int  # which line of its column the row is
    number: int
    text: str
    place: Box  # of the fragment that holds the number
    font: Font
    rest: list[Fragment]
    beside: Fragment | None  # the text nearest to it


def find_line_numbers(pages: Sequence[Sequence[Sequence[Fragment]]]) -> list[LineNumber]:
    """The line numbers of pages' rows.

    They stand at one side of the rows, or at both, or between two columns, and grow as the lines of
    their column do, by one from each to the next, or by five in five; and sentences run on from one
    numbered line to the next. Rows of tables and the items of lists are numbered as well, and keep
    their numbers: each is there by itself.
    """
    kept = [list(page) for page in pages]
    taken = []
    for side in (_LEFT, _RIGHT, _BETWEEN):
        for each in _at_side(kept, side):
            kept[each.page][each.row] = each.rest
            taken.append(each)
    return taken


def _at_side(pages: Sequence[Sequence[Sequence[Fragment]]], side: int) -> list[LineNumber]:
    """The line numbers at one side of the rows."""
    found = [_in_column(list(_candidates(page, side))) for page in pages]
    if max(map(len, found), default=0) < _LEAST_APART:
        return []
    found = [_with_lines(each, page) for each, page in zip(found, pages, strict=True)]
    held = [each if _counts(each) else [] for each in found]
    step = min((_step(each) for each in held if each), default=1)
    least = _LEAST_APART if step > 1 else _LEAST
    if sum(map(len, held)) < least or (side == _BETWEEN and step == 1):
        return []
    if not (
        _set_apart(pages, held)
        or _are_lines(_texts(pages, held))
        or (step > 1 and _are_lines(_texts(pages, held, whole=False)))
    ):
        return []
    return [
        LineNumber(number, each.row, each.text, each.rest)
        for number, page in enumerate(_with_short_pages(held, found, step))
        for each in (_realigned(page) if side == _LEFT else page)
    ]


def _with_lines(held: list[_Numbered], page: Sequence[Sequence[Fragment]]) -> list[_Numbered]:
    """The numbers of a page with the lines that they stand at, counted in their own column: the
    lines of another column have feet of their own, and rows to themselves."""
    if not _stand_close(held):
        return held
    column = _column(held)
    own = {(each.row, each.place) for each in held}
    feet: list[float] = []
    for at, row in enumerate(page):
        feet += [f.box.bottom for f in _within(row, column) if (at, f.box) not in own][:1]
    feet.sort()
    for each in held:  # one beside a blank line stands at a line of its own
        near = _FOOT * each.font.size
        place = bisect(feet, each.place.bottom - near)
        if place == len(feet) or feet[place] > each.place.bottom + near:
            feet.insert(place, each.place.bottom)
    return [
        each._replace(line=bisect(feet, each.place.bottom - _FOOT * each.font.size))
        for each in held
    ]


def _stand_close(held: Sequence[_Numbered]) -> bool:
    """Whether the lines from number to number would be as close as lines are: a cheap look first, as
    many a document numbers its paragraphs."""
    steps = [
        (b.place.bottom - a.place.bottom) / (b.number - a.number)
        for a, b in pairwise(held)
        if b.number > a.number
    ]
    if not steps:
        return len(held) > 0
    sizes = [each.beside.font.size if each.beside else each.font.size for each in held]
    return median(steps) < _SPACED * median(sizes)


def _column(held: Sequence[_Numbered]) -> tuple[float, float]:
    """From where to where the text beside numbers reaches."""
    beside = [each.beside.box for each in held if each.beside is not None]
    if not beside:
        return float("-inf"), float("inf")
    return min(box.left for box in beside), max(box.right for box in beside)


def _within(row: Sequence[Fragment], column: tuple[float, float]) -> list[Fragment]:
    """What of a row stands in a column."""
    return [f for f in row if f.box.left < column[1] and f.box.right > column[0]]


def _counts(held: Sequence[_Numbered]) -> bool:
    """Whether numbers of a page count the lines of their column."""
    even = sum(b.number - a.number == b.line - a.line for a, b in pairwise(held))
    return even >= max(2, _MOST * (len(held) - 1))


def _with_short_pages(
    held: Sequence[list[_Numbered]], found: Sequence[list[_Numbered]], step: int
) -> Iterator[list[_Numbered]]:
    """The numbered rows with those of pages that have one or two numbers.

    A last page of two lines shows no count of its own, but goes on with that of the page before,
    or begins anew as others do, and at their place.
    """
    last: list[_Numbered] = []
    for sure, few in zip(held, found, strict=True):
        if not sure and last and few and few[0].number in (last[-1].number + step, step):
            edges = few[0].place, last[-1].place
            aligned = any(abs(edges[0][side] - edges[1][side]) <= _EDGE for side in (0, 2))
            even = all(b.number - a.number == b.line - a.line for a, b in pairwise(few))
            sure = few if aligned and even else []
        yield sure
        last = sure or last


def _candidates(page: Sequence[Sequence[Fragment]], side: int) -> Iterator[_Numbered]:
    for at, row in enumerate(page):
        places = range(1, len(row) - 1) if side == _BETWEEN else [side % len(row)] if row else []
        for place in places:
            if row[place].text[0].isdecimal():
                found = _candidate(at, row, place, side)
                if found is not None:
                    yield found


def _candidate(at: int, row: Sequence[Fragment], place: int, side: int) -> _Numbered | None:
    """The number that the fragment at a place of a row may be, or begin with at the left side."""
    fragment = row[place]
    match = _LABEL.match(fragment.text)
    if match is None or (side != _LEFT and match.end() < len(fragment.text)):
        return None
    rest = [*row[:place], *row[place + 1 :]]
    box = fragment.box
    if match.end() < len(fragment.text):  # no gap divides it from the text of its line
        edge = box.left + box.width * _width(match[0]) / _width(fragment.text)
        text = fragment.text[match.end() :]
        rest.insert(0, fragment._replace(text=text, box=box._replace(left=edge)))
        box = box._replace(right=edge)
    beside = (rest[-1] if side == _RIGHT else rest[place]) if rest else None
    return _Numbered(at, at, int(match[1]), match[0].strip(), box, fragment.font, rest, beside)


def _width(text: str) -> int:
    """How wide a text is, in halves of a Chinese character."""
    return len(text) + len(_WIDE.findall(text))


def _in_column(held: list[_Numbered]) -> list[_Numbered]:
    """Those of the numbers that begin or end at one place."""
    best: list[_Numbered] = []
    for edge in (0, 2):
        places = Counter(round(each.place[edge] / _EDGE) for each in held)
        for place, _ in places.most_common(1):
            near = [each for each in held if abs(each.place[edge] / _EDGE - place) <= 1]
            best = max(best, near, key=len)
    return best


def _step(held: Sequence[_Numbered]) -> int:
    """How many lines stand from one number to the next."""
    steps = [b.number - a.number for a, b in pairwise(held)]
    step = Counter(steps).most_common(1)[0][0]
    return step if all(each.number % step == 0 for each in held) else 1


def _set_apart(
    pages: Sequence[Sequence[Sequence[Fragment]]], held: Sequence[Sequence[_Numbered]]
) -> bool:
    """Whether the numbers are not set as text is: marked as artifacts, or smaller than each line and
    on its foot, one on every line of every page. The numbers of notes stand raised."""
    numbered = [each for page in held for each in page]
    if all(each.font.artifact for each in numbered):
        return True
    for page, own in zip(pages, held, strict=True):
        if own and len(own) < len(page) - _UNNUMBERED:
            return False
    return all(
        each.rest
        and each.font.size < _SMALLER * each.rest[0].font.size
        and abs(each.place.bottom - each.rest[0].box.bottom) < _FOOT * each.rest[0].font.size
        for each in numbered
    )


def _texts(
    pages: Sequence[Sequence[Sequence[Fragment]]],
    held: Sequence[Sequence[_Numbered]],
    *,
    whole: bool = True,
) -> list[list[Sequence[Fragment]]]:
    """Of each page the rows beside the numbers and between them: all of each, or what stands in the
    column beside the numbers."""
    texts: list[list[Sequence[Fragment]]] = []
    for page, numbered in zip(pages, held, strict=True):
        if numbered:
            own = {each.row: each.rest for each in numbered}
            rows = (own.get(at, page[at]) for at in range(numbered[0].row, numbered[-1].row + 1))
            column = _column(numbered)
            held_rows = (row if whole else _within(row, column) for row in rows)
            texts.append([row for row in held_rows if row])
    return texts


def _are_lines(texts: Sequence[Sequence[Sequence[Fragment]]]) -> bool:
    """Whether what stands beside numbers, and between them, is running text."""
    lines = [row for text in texts for row in text]
    if not lines:
        return False
    size = median(row[0].font.size for row in lines)
    right = sorted(row[-1].box.right for row in lines)[int(0.95 * (len(lines) - 1))]
    read_on = full = justified = 0
    for text in texts:
        for before, after in pairwise(text):
            if not reads_on(before, after):
                continue
            read_on += 1
            start, end = before[0].box.left, before[-1].box.right
            full += end + _first_word(after[0]) > right - _ROOM * size
            justified += (
                abs(end - right) <= _EDGE
                and end - start >= _LONG * size
                and _WIDE.match(after[0].text) is not None
                and not _has_cells(before, size)
            )
    cells = sum(_has_cells(row, size) for row in lines)
    runs_on = (
        read_on >= max(2, _READ_ON * len(lines))
        and full >= _FULL * read_on
        and cells <= _CELLS * len(lines)
    )
    # A heading or a cell of Chinese may be read on as well, as nothing shows where it begins.
    runs_on = runs_on or justified >= max(_JUSTIFIED, _SHARE * len(lines))
    return runs_on and _has_sentences(lines)


def _has_cells(row: Sequence[Fragment], size: float) -> bool:
    """Whether a gap of a row is as wide as between cells."""
    return any(b.box.left - a.box.right > _WIDE_GAP * size for a, b in pairwise(row))


def _has_sentences(lines: Sequence[Sequence[Fragment]]) -> bool:
    """Whether sentences end or pause in lines: a list of names as long as each other has none."""
    marked = sum(
        any(re.search(r"[,;.!?，。；！？、：:](?=\s?\w)", f.text) for f in row) for row in lines
    )
    return 5 * marked >= len(lines)


def _first_word(fragment: Fragment) -> float:
    """The width in points of a fragment's first word, a Chinese character being one."""
    text = fragment.text.strip()
    word = text[:1] if _WIDE.match(text) else text.split(maxsplit=1)[0] + " "
    return fragment.box.width * min(1.0, len(word) / len(text))


def _realigned(held: Sequence[_Numbered]) -> list[_Numbered]:
    """The numbered rows, with one left edge for those texts that no gap divides from a number.

    Where the text began is reckoned from the number of letters: good enough to say whether the
    texts stand below each other or the numbers do, not to tell an indented line.
    """
    cut = [each for each in held if each.rest and each.rest[0].box.left <= each.place.right]
    if not cut:
        return list(held)
    texts = [each.rest[0].box.left for each in cut]
    numbers = [each.place.left for each in cut]
    left = median(texts if _spread(texts) <= _spread(numbers) else numbers)
    aligned = []
    for each in held:
        if each.rest and each.rest[0].box.left <= each.place.right:
            first = each.rest[0]
            first = first._replace(box=first.box._replace(left=left))
            each = each._replace(rest=[first, *each.rest[1:]])
        aligned.append(each)
    return aligned


def _spread(places: Sequence[float]) -> float:
    middle = median(places)
    return median(abs(place - middle) for place in places)
