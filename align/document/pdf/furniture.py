"""What pages carry besides the text, told by its place: the same band of page after page.

A header or footer stands at the same height of most pages, outside of the text and apart from it,
whatever it says. What stands there on one page only is furniture if the band is known from other
pages; a line is known by its words alone (`3/9`, `23-12345`) only at the very edge of a page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from align.document import furniture
from align.document.blocks import Box

_SAME_PLACE = 2.0  # points: programs place headers exactly; scaled pages differ by rounding
_EDGE_ROWS = 5  # UN pages have a symbol, a title, a rule and a job number at most
_LARGER = 1.12  # of the size of the text: what is set larger is a heading, whatever its place
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_NUMERALS = re.compile(r"\d+|\b[ivxlc]+\b")
_ENDS = re.compile(r"(?:^|\s)(\d{1,4})(?=\s*$)|^(\d{1,4})(?=\s)")
_MOST = 0.6  # of the rows at one height: half may be chance, and some pages have no header
_APART = 1.4  # lines: further than the text's own from the next row
_CLOSE = 1.1  # lines: as close as in a paragraph
_SAME_SIZE = 0.1  # points
_FULL = 0.85  # of the widest line: the last word that had no room aside
_SMALLER = 0.95  # of the text's size
_BARE = re.compile(r"[-–—]?\s?(?:\d{1,4}|[ivxlc]{1,7})\s?[-–—]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A line across the whole width of a page, for judging its place."""

    text: str
    box: Box
    size: float
    artifact: bool
    note: bool = False  # begins with a raised mark, as notes do and furniture does not


@dataclass(frozen=True, slots=True)
class Found:
    """Why a row is furniture."""

    reason: str
    evidence: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    page: int
    row: int
    place: float  # of the edge that looks outwards
    gap: float  # to the next row inwards, in lines of text


def find_furniture(
    pages: Sequence[Sequence[Row]], size: float, leading: float, symbol: str | None
) -> dict[tuple[int, int], Found]:
    """The rows of pages that are furniture: (page, row), 0-based, to the reason.

    `size` and `leading` are those of the text, in points.
    """
    found: dict[tuple[int, int], Found] = {}
    for edge in ("top", "foot"):
        bands = _bands(pages, edge, leading)
        for band in bands:
            _judge(band, pages, edge, size, found)
        _outermost_alike(pages, edge, leading, found)
        _give_back_text(pages, edge, size, leading, found)
    _by_words(pages, symbol, found)
    for page, rows in enumerate(pages):
        for row, each in enumerate(rows):
            if each.artifact and (page, row) not in found and each.size <= _LARGER * size:
                found[page, row] = Found(furniture.RUNNING_HEADER, "marked as artifact in the file")
    if len(found) == sum(map(len, pages)):  # a header stands beside text; here is none
        found = {key: why for key, why in found.items() if why.reason != furniture.RUNNING_HEADER}
    return found


def _outermost_alike(
    pages: Sequence[Sequence[Row]],
    edge: str,
    leading: float,
    found: dict[tuple[int, int], Found],
) -> None:
    """Add the outermost rows of all pages if they say the same within a line's height.

    A browser sets a header that is repeated a margin lower on the first page. Rows with cells are
    the head of a table that goes on.
    """
    keys = [
        (page, 0 if edge == "top" else len(rows) - 1) for page, rows in enumerate(pages) if rows
    ]
    rows = [pages[page][row] for page, row in keys]
    if len(rows) < 2 or len({row.text for row in rows}) > 1 or all(key in found for key in keys):
        return
    places = [row.box.bottom for row in rows]
    text = rows[0].text
    if max(places) - min(places) <= leading and "\t" not in text and not _reads_on(text):
        evidence = f"the same words outermost at the {edge} of all {len(rows)} pages"
        for key in keys:
            found.setdefault(key, Found(_kind(text), evidence))


def _give_back_text(
    pages: Sequence[Sequence[Row]],
    edge: str,
    size: float,
    leading: float,
    found: dict[tuple[int, int], Found],
) -> None:
    """Take full lines that the text goes on from, and what is inside of them, out of `found`.

    Pages of forms say the same at the same place, header or not. A header in the size of
    the text fills no line that another follows as closely as in a paragraph.
    """
    for page, rows in enumerate(pages):
        order = range(len(rows)) if edge == "top" else range(len(rows) - 1, -1, -1)
        width = max((row.box.width for row in rows), default=0.0)
        is_text = False
        for at in order:
            key = page, at
            if key not in found:
                break
            if _BARE.fullmatch(rows[at].text) or rows[at].size < _SMALLER * size:
                continue
            is_text = is_text or any(
                _reads_over(upper, lower, width, leading)
                for upper, lower in pairwise(rows[max(0, at - 1) : at + 2])
            )
            if is_text and not rows[at].artifact:
                del found[key]


def _reads_over(upper: Row, lower: Row, width: float, leading: float) -> bool:
    """Whether a row is a full line of text, and the next one stands as close as in a paragraph."""
    return (
        upper.box.width >= _FULL * width
        and "\t" not in upper.text
        and not (upper.artifact or lower.artifact)
        and abs(upper.size - lower.size) < _SAME_SIZE
        and lower.box.bottom - upper.box.bottom <= _CLOSE * leading
    )


def _bands(pages: Sequence[Sequence[Row]], edge: str, leading: float) -> list[list[_Candidate]]:
    """Rows near an edge, those at the same height of different pages together."""
    candidates = []
    for page, rows in enumerate(pages):
        n = len(rows)
        for row in range(min(n, _EDGE_ROWS)):
            at = row if edge == "top" else n - 1 - row
            if rows[at].note:
                continue
            inner = at + 1 if edge == "top" else at - 1
            if 0 <= inner < n:
                upper, lower = sorted((rows[at].box, rows[inner].box), key=lambda box: box.top)
                gap = (lower.bottom - upper.bottom) / leading
            else:
                gap = 9.0
            box = rows[at].box
            candidates.append(_Candidate(page, at, box.bottom, gap))
    candidates.sort(key=lambda each: each.place)
    bands: list[list[_Candidate]] = []
    for each in candidates:
        if bands and each.place - bands[-1][-1].place <= _SAME_PLACE:
            bands[-1].append(each)
        else:
            bands.append([each])
    # From the edge inwards, so that what stands outside is judged first.
    bands.sort(key=lambda band: median(each.place for each in band), reverse=edge == "foot")
    return bands


def _judge(
    band: Sequence[_Candidate],
    pages: Sequence[Sequence[Row]],
    edge: str,
    size: float,
    found: dict[tuple[int, int], Found],
) -> None:
    """Add the rows of a band that are furniture."""
    band = [each for each in band if _is_outer((each.page, each.row), pages, edge, found)]
    held = {each.page for each in band}
    if len(held) < 2:
        return
    rows = {(each.page, each.row): pages[each.page][each.row] for each in band}
    place = f"at the same height in the {edge} band of {len(held)} of {len(pages)} pages"
    counting = _counting(rows, len(held))
    forms = Counter(_form(row.text) for row in rows.values())
    titles = Counter(_title(row.text) for row in rows.values())
    exact = Counter(row.text for row in rows.values())
    known: dict[tuple[int, int], Found] = {}
    for key, row in rows.items():
        large = row.size > _LARGER * size
        # Numbers that do not count the pages are those of sections, articles and figures.
        times = forms[_form(row.text)] if key in counting else titles[_title(row.text)]
        if key in counting and (not large or _BARE.fullmatch(row.text)):
            known[key] = Found(furniture.PAGE_NUMBER, f"its number counts the pages, {place}")
        elif large and 2 * exact[row.text] < len(pages):
            continue  # a title of a slide, a heading at the head of each chapter
        elif times >= 2 and _reads_on(row.text) and 5 * times < 4 * len(held):
            continue  # a label or half a sentence, however often it comes
        elif times >= 2 and _NUMERALS.sub("", row.text).strip(" -–—/|"):
            known[key] = Found(_kind(row.text), f"the same words on {times} pages, {place}")
    # Where the text itself begins on every page, other words stand on most of them.
    if _MOST * len(rows) > len(known):
        known = {}
    found.update(known)
    gaps = sorted(each.gap for each in band)
    # What else stands where most pages have furniture: section titles that change.
    if known and 2 * len(held) >= len(pages):
        sizes = {pages[page][row].size for page, row in known}
        least = min(each.gap for each in band if (each.page, each.row) in known)
        for each in band:
            key = each.page, each.row
            if key not in found and rows[key].size in sizes and each.gap >= max(least, _APART):
                found[key] = Found(_kind(rows[key].text), f"others of its kind, {place}")
    # Titles that change on every page: smaller than the text and always apart from it.
    elif (
        len(held) >= 3
        and 3 * len(held) >= 2 * len(pages)
        and len(held) == len(band)
        and all(row.size < _SMALLER * size for row in rows.values())
        and gaps[0] > _APART
    ):
        for key, row in rows.items():
            found[key] = Found(_kind(row.text), f"small and apart from the text, {place}")


def _form(text: str) -> str:
    """The words of a row with its numbers left open."""
    return _NUMERALS.sub("#", text.lower())


def _title(text: str) -> str:
    """The words of a row with its figures, Roman numerals left open."""
    return _NUMERALS.sub(lambda found: found[0] if found[0].isdecimal() else "#", text.lower())


def _reads_on(text: str) -> bool:
    """Whether a row is a label or a part of a sentence by its form."""
    return text[:1].islower() or text.rstrip()[-1:] in ":：,，、;；"


def _kind(text: str) -> str:
    if _BARE.fullmatch(text):
        return furniture.PAGE_NUMBER
    return furniture.reason_of(text) or furniture.RUNNING_HEADER


def _counting(rows: dict[tuple[int, int], Row], pages: int) -> set[tuple[int, int]]:
    """The rows that hold a number which grows by one from page to page.

    A number within a sentence may do so by chance on two pages: where the words around it differ
    as well, it must stand at an end of its row, and on most pages.
    """
    votes: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for (page, row), each in rows.items():
        for match in _NUMBER.finditer(each.text):
            votes[int(match[0]) - page].add((page, row))
    if not votes:
        return set()
    best = max(votes.values(), key=len)
    offset = next(offset for offset, held in votes.items() if held is best)
    forms = Counter(_form(rows[key].text) for key in best)
    sure = {key for key in best if forms[_form(rows[key].text)] >= 2}
    if len(best) >= max(3, _MOST * pages):
        for page, row in best:
            ends = {match[1] or match[2] for match in _ENDS.finditer(rows[page, row].text)}
            if str(offset + page) in ends:
                sure.add((page, row))
    return sure if len({page for page, _ in sure}) >= 2 else set()


def _is_outer(
    key: tuple[int, int],
    pages: Sequence[Sequence[Row]],
    edge: str,
    found: dict[tuple[int, int], Found],
) -> bool:
    """Whether all rows between this one and the edge of its page are furniture."""
    page, row = key
    outside = range(row) if edge == "top" else range(row + 1, len(pages[page]))
    return all((page, other) in found for other in outside)


def _by_words(
    pages: Sequence[Sequence[Row]], symbol: str | None, found: dict[tuple[int, int], Found]
) -> None:
    """Page and job numbers and the document's own symbol at the very edge of a page."""
    for page, rows in enumerate(pages):
        for edge in ("top", "foot"):
            for row in range(len(rows)) if edge == "top" else range(len(rows) - 1, -1, -1):
                if (page, row) in found:
                    continue
                text = rows[row].text
                if rows[row].note:
                    break
                reason = furniture.reason_of(text)
                if reason is None and symbol and text.replace(" ", "") == symbol:
                    reason = furniture.DOCUMENT_SYMBOL
                if reason is None and len(pages) > 1 and _DIGITS.fullmatch(text) and len(text) < 5:
                    reason = furniture.PAGE_NUMBER
                if reason is None:
                    break
                found[page, row] = Found(reason, f"outermost at the {edge} of its page")
