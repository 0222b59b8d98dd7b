"""The dots between a title of a contents page and its page number: one gap, whatever made them."""

from __future__ import annotations

import re

# Dots, middle dots, ellipses, lines and the like. Looked for from the first blank of a run only, and
# without going back: a megabyte of blanks is read once.
_LEADERS = re.compile(r"(?<!\s)\s*+(?:(?:[.·•…‥．・。﹒\uf02e_–—-]\s?+){4,}+|…{2,}+)\s*+")
_PAGE = re.compile(r"\s*(?:[-–—]?\s?(?:\d{1,4}|[ivxlc]{1,7})\s?[-–—]?)\s*$")
_ANY = frozenset(".·…‥．・﹒_")
# What all leaders have, and hardly any other line.
_MAY_BE = re.compile(r"[.·•…‥．・。﹒\uf02e_–—-]\s?[.·•…‥．・。﹒\uf02e_–—-]")


def leaders(text: str) -> tuple[int, int] | None:
    """Where leaders stand in a line of a contents page; None where there are none.

    >>> leaders("1) Introduction ........ 3")
    (15, 25)
    >>> leaders("and so on ...")
    """
    if not _MAY_BE.search(text) or _ANY.isdisjoint(text):
        return None
    found = None
    for match in _LEADERS.finditer(text):
        if match.start() and _PAGE.match(text, match.end()):
            found = match.span()
    return found


def ends_entry(text: str) -> bool:
    """Whether `text` is nothing but the page number of an entry."""
    return _PAGE.fullmatch(text) is not None
