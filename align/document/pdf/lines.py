"""A row of fragments as a line of text: gaps, raised marks, leaders, glyphs of symbol fonts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from align.document.blocks import Box
from align.document.leaders import ends_entry, leaders
from align.document.pdf.fragments import RAISED_ALONE, WIDE_GAP, Fragment, bounds

# Words of a line are further apart than this many font sizes where no space says so; the narrowest
# space of the usual fonts is 0.2, kerning stays below 0.1.
_WORD_GAP = 0.15
_CELL_GAP = 2  # font sizes: what divides cells, or a title and its page number, is wider
_UNEVEN = 0.2  # points; what rounding makes is a tenth of it
_WIDE = "\u2e80"  # from here on scripts are written without spaces
_RAISED_SIZE = 0.85  # of the line's size; office programs set superscripts at 0.58 to 0.67
_RAISED_BY = 0.1  # font sizes
_NUMERAL = re.compile(r"[\d,\s*†‡§¶a-z\[\]()]{1,6}|[-−–+]\s?[\dn]{1,3}|n[-−–+]\d")

_MARK = re.compile(r"[\d,\s*†‡§¶\[\]()]{1,6}")  # of a note, as large as the text
# No space stands before these, but after a mark.
_STOPS = re.compile(r"[,.;:!?)\]，。；：、！？）」』》]")


class Raised(NamedTuple):
    """A small raised run of a line: a note's mark or a power; it stands before character `at`."""

    at: int
    text: str


class Line(NamedTuple):
    """A line of text as it stands on a page."""

    text: str
    box: Box
    size: float
    bold: bool
    gapped: bool  # a wide gap stands inside: cells, or a title and its page number
    contents: bool  # leaders stood in it
    raised: tuple[Raised, ...] = ()
    word: float = 0.0  # points that its first word takes
    head: int = 0  # characters of a raised mark that it begins with


def line_of(row: Sequence[Fragment]) -> Line:
    """The line that fragments from left to right make."""
    if len(row) == 1:
        return _finished(row[0].text, row, row[0].font.size, row[0].font.bold, False, [])
    weights: Counter[float] = Counter()
    bold = letters = 0
    for fragment in row:
        n = len(fragment.text)
        weights[fragment.font.size] += n
        letters += n
        bold += n * fragment.font.bold
    size = max(weights, key=lambda each: (weights[each], each))
    main = [fragment for fragment in row if fragment.font.size == size]
    text = max(main, key=lambda f: len(f.text)).box
    parts: list[str] = []
    raised: list[Raised] = []
    length = 0
    gapped = False
    before: Fragment | None = None
    for fragment in row:
        if before is not None and _is_raised(fragment, size, text):
            raised.append(Raised(length, fragment.text.strip()))
            before = fragment
            continue
        if before is not None:
            gap = fragment.box.left - before.box.right
            # The mark of a note stands raised before its text, close or not.
            marked = (
                before is row[0]
                and before.font.size <= _RAISED_SIZE * size
                and _NUMERAL.fullmatch(before.text) is not None
            )
            stop = raised and raised[-1].at == length and _STOPS.match(fragment.text)
            if parts and not stop and (fragment.blank or marked or gap > _WORD_GAP * size):
                parts.append(_white_space(before, fragment, gap / size))
                length += len(parts[-1])
                gapped = gapped or gap > _CELL_GAP * size
        parts.append(fragment.text)
        length += len(fragment.text)
        before = fragment
    return _finished("".join(parts), row, size, 2 * bold > letters, gapped, raised)


def _white_space(before: Fragment, after: Fragment, gap: float) -> str:
    """What stands between two fragments that are `gap` font sizes apart.

    A tab is a gap that was set on purpose: no space of Chinese text is so wide that it divides
    fragments, but between characters that are spread out (通 知).
    """
    if gap > _CELL_GAP:
        return "\t"
    spread = len(before.text) == 1 and before.text >= _WIDE
    wide = before.text[-1] >= _WIDE or after.text[0] >= _WIDE
    if gap > WIDE_GAP and wide and not spread and not after.blank.strip(" "):
        return "\t"
    return after.blank or " "


def _finished(
    text: str,
    row: Sequence[Fragment],
    size: float,
    bold: bool,
    gapped: bool,
    raised: list[Raised],
) -> Line:
    """The line with its leaders, if it has any, as one gap."""
    found = leaders(text)
    if found is not None:
        text = f"{text[: found[0]]}\t{text[found[1] :]}"
        raised = [each for each in raised if each.at <= found[0]]
    return Line(
        text,
        bounds(row),
        size,
        bold,
        gapped,
        found is not None,
        tuple(raised),
        _first_word(row),
        len(row[0].text) if is_raised_mark(row) else 0,
    )


def _first_word(row: Sequence[Fragment]) -> float:
    """The width of a row's first word, which may go on from font to font."""
    width = 0.0
    for at, fragment in enumerate(row):
        width += fragment.word
        if at + 1 == len(row) or fragment.word < fragment.box.width - _UNEVEN:
            break
        after = row[at + 1]
        gap = after.box.left - fragment.box.right
        if after.blank or gap > _WORD_GAP * fragment.font.size or after.text[:1] >= _WIDE:
            break
    return width


def is_raised_mark(row: Sequence[Fragment]) -> bool:
    """Whether a row begins with a small raised mark, as a note does.

    A row of two columns may begin so in either; the first is asked.
    """
    if len(row) < 2:
        return False
    return _is_raised(row[0], row[1].font.size, row[1].box)


def _is_raised(mark: Fragment, size: float, text: Box) -> bool:
    """Whether a fragment is a mark raised above `text` of a `size`: smaller, or as large, head and
    foot; the box of a ligature's letter may lack what is below the line."""
    if mark.font.size <= _RAISED_SIZE * size:
        above = mark.box.bottom < text.bottom - _RAISED_BY * size
        return above and _NUMERAL.fullmatch(mark.text) is not None
    by = RAISED_ALONE * size
    above = mark.box.bottom < text.bottom - by and mark.box.top < text.top - by
    return above and _MARK.fullmatch(mark.text) is not None


_ONLY_LEADERS = re.compile(r"[.·•…‥．・。﹒\uf02e_\s–—-]+")


def with_leaders_joined(row: Sequence[Fragment]) -> list[Fragment]:
    """A row whose title, leaders and page number are one fragment, so that no column is seen
    between them."""
    n = len(row)
    for at, fragment in enumerate(row):
        dots = fragment.text.replace(" ", "")
        if not (
            (len(dots) >= 4 and _ONLY_LEADERS.fullmatch(dots)) or "...." in dots or "……" in dots
        ):
            continue
        first = at - 1 if at and _ONLY_LEADERS.match(fragment.text.replace(" ", "")[:3]) else at
        last = at
        while last + 1 < n and (
            _ONLY_LEADERS.fullmatch(row[last + 1].text) or ends_entry(row[last + 1].text)
        ):
            last += 1
            if not _ONLY_LEADERS.fullmatch(row[last].text):
                break
        if last > first:
            text = " ".join(each.text for each in row[first : last + 1])
            joined = row[first]._replace(text=text, box=bounds(row[first : last + 1]))
            return [*row[:first], joined, *with_leaders_joined(row[last + 1 :])]
    return list(row)
