"""Footnotes: small lines at the foot of a page or column that begin with a mark."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from align.document.pdf.lines import Line

_SMALLER = 0.95  # of the text's size; office programs set notes a sixth smaller
_MARK = re.compile(
    r"[\[(（]?(?P<mark>\d{1,3}|[*†‡§¶]{1,3}|[a-z](?=[\s)）]))[\])）.]?\s*(?=\S)"
    r"|(?P<raised>[¹²³⁰⁴-⁹]{1,3}|[①-⑳])\s*(?=\S)"
)
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True, slots=True)
class Note:
    """A line that belongs to a note, and the note's mark."""

    mark: str


def plain(mark: str) -> str:
    """A mark as note and text have it alike: `[12]`, `12`, `¹²` are one.

    >>> plain("[12]"), plain("¹²"), plain("*")
    ('12', '12', '*')
    """
    return mark.translate(_PLAIN).strip(" []()（）.")


def mark_of(text: str) -> str:
    """The mark with which the text of a note begins, empty for none.

    >>> mark_of("[12] See above."), mark_of("The cap is set out elsewhere.")
    ('12', '')
    """
    match = _MARK.match(text)
    return plain(match["mark"] or match["raised"]) if match else ""


def lead_of(text: str, key: str) -> int:
    """How many characters at the head of a note's line are its mark, if `key` is of that mark.

    >>> lead_of("[12] See above.", "3:12"), lead_of("12 wells were dug.", "3:11")
    (4, 0)
    """
    match = _MARK.match(text)
    is_own = match is not None and mark_of(text) == key.partition(":")[2]
    return len(match[0].rstrip()) if match is not None and is_own else 0


def find_notes(
    lines: Sequence[Line], size: float, rules: Sequence[float], marks: Collection[str]
) -> dict[int, Note]:
    """The lines of a column that are notes, by their index; `lines` are from top to bottom.

    Notes are what ends the column in smaller type, from the first line on that begins with a
    mark; or what stands below one of the `rules` (their heights), drawn there to divide it off,
    where its mark is among the `marks` of the page's text: a chart has lines and numbers, too.
    """
    first = len(lines)
    while first and lines[first - 1].size <= _SMALLER * size:
        first -= 1
    below = [
        at
        for at, line in enumerate(lines)
        if any(rule < line.box.top + 0.5 * line.size for rule in rules) and at > 0
    ]
    if below and below[0] < first and mark_of(lines[below[0]].text) in marks:
        first = below[0]
    while first < len(lines) and not _MARK.match(lines[first].text):
        first += 1
    found: dict[int, Note] = {}
    mark = ""
    left = min((line.box.left for line in lines[first:]), default=0.0)
    for at in range(first, len(lines)):
        match = _MARK.match(lines[at].text)
        # The lines of a note hang below its mark or run back to the margin without one.
        if match and lines[at].box.left <= left + 3 * lines[at].size:
            mark = plain(match["mark"] or match["raised"])
        found[at] = Note(mark)
    return found
