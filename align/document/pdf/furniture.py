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
from statistics import median

from align.document import furniture
from align.document.blocks import Box

_SAME_PLACE = 2.0  # points: programs place headers exactly; scaled pages differ by rounding
_EDGE_ROWS = 5  # UN pages have a symbol, a title, a rule and a job number at most
_LARGER = 1.12  # of the size of the text: what is set larger is a heading, whatever its place
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_NUMERALS = re.compile(r"\d+|\b[ivxlc]+\b")
_BARE = re.compile(r"[-–—]?\s?(?:\d{1,4}|[ivxlc]{1,7})\s?[-–—]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A line across the whole width of a page, for judging its place."""

    text: str
    box: Box
    size: float
    artifact: bool


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
    _by_words(pages, symbol, found)
    for page, rows in enumerate(pages):
        for row, each in enumerate(rows):
            if each.artifact and (page, row) not in found and each.size <= _LARGER * size:
                found[page, row] = Found(furniture.RUNNING_HEADER, "marked as artifact in the file")
    return _outermost(found, pages)


def _bands(pages: Sequence[Sequence[Row]], edge: str, leading: float) -> list[list[_Candidate]]:
    """Rows near an edge, those at the same height of different pages together."""
    candidates = []
    for page, rows in enumerate(pages):
        n = len(rows)
        for row in range(min(n, _EDGE_ROWS)):
            at = row if edge == "top" else n - 1 - row
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
    held = {each.page for each in band}
    if len(held) < 2:
        return
    rows = {(each.page, each.row): pages[each.page][each.row] for each in band}
    place = f"at the same height in the {edge} band of {len(held)} of {len(pages)} pages"
    counting = _counting(rows)
    forms = Counter(_NUMERALS.sub("#", row.text.lower()) for row in rows.values())
    exact = Counter(row.text for row in rows.values())
    known = set()
    for key, row in rows.items():
        if not _is_outer(key, pages, edge, found):
            continue
        large = row.size > _LARGER * size
        form = _NUMERALS.sub("#", row.text.lower())
        if key in counting and (not large or _BARE.fullmatch(row.text)):
            found[key] = Found(furniture.PAGE_NUMBER, f"its number counts the pages, {place}")
        elif large and 2 * exact[row.text] < len(pages):
            continue
        elif forms[form] >= 2 and _NUMERALS.sub("", row.text).strip():
            same = f"the same words on {forms[form]} pages"
            found[key] = Found(_kind(row.text), f"{same}, {place}")
        else:
            continue
        known.add(key)
    # What else stands where most pages have furniture: section titles that change.
    if 2 * len(held) >= len(pages) and 2 * len(known) >= len(rows):
        sizes = {pages[page][row].size for page, row in known}
        gaps = sorted(each.gap for each in band if (each.page, each.row) in known)
        for each in band:
            key = each.page, each.row
            if key in found or rows[key].size not in sizes or each.gap < 0.9 * gaps[0]:
                continue
            if _is_outer(key, pages, edge, found):
                found[key] = Found(_kind(rows[key].text), f"others of its kind, {place}")
        return
    # Titles that change on every page: smaller than the text and always apart from it.
    if (
        len(held) >= 3
        and 3 * len(held) >= 2 * len(pages)
        and len(held) == len(band)
        and all(row.size < 0.95 * size for row in rows.values())
        and min(each.gap for each in band) > 1.5
    ):
        for key, row in rows.items():
            if key not in found and _is_outer(key, pages, edge, found):
                found[key] = Found(_kind(row.text), f"small and apart from the text, {place}")


def _kind(text: str) -> str:
    if _BARE.fullmatch(text):
        return furniture.PAGE_NUMBER
    return furniture.reason_of(text) or furniture.RUNNING_HEADER


def _counting(rows: dict[tuple[int, int], Row]) -> set[tuple[int, int]]:
    """The rows that hold a number which grows by one from page to page."""
    votes: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for (page, row), each in rows.items():
        for match in _NUMBER.finditer(each.text):
            votes[int(match[0]) - page].add((page, row))
    if not votes:
        return set()
    best = max(votes.values(), key=len)
    pages = {page for page, _ in best}
    return best if len(pages) >= 2 and 2 * len(best) >= len(rows) else set()


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
                reason = furniture.reason_of(text)
                if reason is None and symbol and text.replace(" ", "") == symbol:
                    reason = furniture.DOCUMENT_SYMBOL
                if reason is None and len(pages) > 1 and _DIGITS.fullmatch(text) and len(text) < 5:
                    reason = furniture.PAGE_NUMBER
                if reason is None:
                    break
                found[page, row] = Found(reason, f"outermost at the {edge} of its page")


def _outermost(
    found: dict[tuple[int, int], Found], pages: Sequence[Sequence[Row]]
) -> dict[tuple[int, int], Found]:
    """`found` without pages that would be left with nothing but a heading's text."""
    return dict(sorted(found.items()))
