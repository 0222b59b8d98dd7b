"""Whether a text is hard-wrapped, how wide, and how its lines are spaced: told by statistics."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from align.language.languages import Language
from align.language.scripts import FULL_WIDTH, HAN

_TERMINAL = re.compile(r"[.!?。！？…:：;；][\"'”’）)」』】》\]]*$")
_FIRST_WORD = re.compile(r"\S{1,40}")
_WESTERN_START = re.compile(f"[^\\s{HAN}{FULL_WIDTH}]{{1,20}}")
_MIN_PAIRS = 3
_NARROWEST, _WIDEST = 24, 300  # columns that a margin can be
_VERSE = 40  # columns that no line of verse fills
_MOST_MARGINS = 3  # cover page, body, annex
_NARROW_SHARE = 0.55  # no column of text is narrower, beside a wider one, than this part of it
_NEAR = 10  # lines within which another line of the same width must stand


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How the lines of a document were broken.

    ``wrapped``: lines end where a margin was, not where a paragraph does. ``margins``: the full
    width where each line stands (index → columns), Chinese characters counted twice. ``gap``: how
    many blank lines stand between two lines of one paragraph.
    """

    wrapped: bool
    margins: Mapping[int, int] = field(default_factory=dict)
    gap: int = 0


def width(line: str) -> int:
    """Columns that `line` takes, a wide character two.

    >>> width("维和 A4P")
    8
    """
    return len(line) if line.isascii() else len(line.encode("gbk", "replace"))


def need(line: str, *, language: Language) -> int:
    """Columns that must be free for the beginning of `line` to stand on the line before."""
    if not language.is_chinese:
        match = _FIRST_WORD.match(line)
        return 1 + (width(match[0]) if match else 0)
    match = _WESTERN_START.match(line)
    return width(match[0]) if match else 2


def is_open(line: str) -> bool:
    """Whether no stop, colon or semicolon ends `line`."""
    return _TERMINAL.search(line[-8:]) is None


def examine(
    lines: Sequence[str], widths: Sequence[int], content: Sequence[int], *, language: Language
) -> Wrapping:
    """Decide from the non-blank lines (`content`: their indices) how a text was broken.

    `lines` are stripped; `widths` count their indents in.
    """
    pairs = list(itertools.pairwise(content))
    if len(pairs) < _MIN_PAIRS:
        return Wrapping(False)
    margins = _margins(lines, widths, content, 5 if language.is_chinese else 14)
    gaps = Counter(min(right - left - 1, 4) for left, right in pairs)
    below = 0
    for gap in range(4):
        below += gaps[gap]
        if not gaps[gap] or below * 4 < len(pairs):
            continue
        chosen = [pair for pair in pairs if pair[1] - pair[0] - 1 <= gap]
        if len(chosen) >= _MIN_PAIRS and _is_wrapped(
            lines, widths, chosen, margins, language=language
        ):
            return Wrapping(True, margins, gap)
    return Wrapping(False)


def _is_wrapped(
    lines: Sequence[str],
    widths: Sequence[int],
    pairs: Sequence[tuple[int, int]],
    margins: Mapping[int, int],
    *,
    language: Language,
) -> bool:
    """Whether many lines break where the margin is, in mid-sentence.

    Many: a good part of all lines; or, where short lines abound (title pages, tables), most of
    those that reach the margin, and most of those that are open and longer than half of it.
    """
    broken = reaching = long_open = 0
    for left, right in pairs:
        first, second, columns, margin = lines[left], lines[right], widths[left], margins[left]
        if columns > _WIDEST:
            continue
        full = columns + need(second, language=language) > (
            margin - 5 if language.is_chinese else margin * 0.8
        )
        reaching += full
        if language.is_chinese and margin < _VERSE and not first[-1].isalnum():
            continue  # a comma may end a line of verse
        opened = is_open(first) and (language.is_chinese or second[0].islower())
        broken += opened and full
        long_open += opened and 2 * columns > margin
    if broken >= 0.3 * len(pairs):
        return True
    return broken >= 4 and 2 * broken >= reaching and 5 * broken >= 3 * long_open


def _margins(
    lines: Sequence[str], widths: Sequence[int], content: Sequence[int], ragged: int
) -> dict[int, int]:
    """The full width where each line stands.

    A document has few margins (a wide cover page, a narrow body): widths at which lines pile up.
    A line belongs to the narrowest of them that it fits in and that other lines nearby reach; a
    line wider than all of them, to the widest line near it but one.
    """
    piles = _piles([widths[index] for index in content if is_open(lines[index])], ragged)
    reaching = [
        list(
            itertools.accumulate(
                (pile - ragged < widths[index] <= pile for index in content), initial=0
            )
        )
        for pile in piles
    ]
    found = {}
    for place, index in enumerate(content):
        wide = widths[index]
        if place + 1 < len(content):
            wide = max(wide, widths[content[place + 1]])
        start, end = max(0, place - _NEAR), min(len(content), place + _NEAR + 1)
        for pile, counts in zip(piles, reaching, strict=True):
            if wide <= pile and counts[end] - counts[start] > 1:
                found[index] = pile
                break
        else:
            near = sorted(widths[other] for other in content[max(0, place - 4) : place + 5])
            fitting = [pile for pile in piles if wide <= pile]
            found[index] = fitting[-1] if fitting else max(near[-2:][0], _NARROWEST)
    return found


def _piles(widths: Sequence[int], ragged: int) -> list[int]:
    """The widths at which lines pile up, ascending: many lines end within `ragged` below them."""
    counts = [0] * (_WIDEST + 4)
    for each in widths:
        if each <= _WIDEST:
            counts[each] += 1
    found: list[int] = []
    for _ in range(_MOST_MARGINS):
        best, pile = _largest_pile(counts, ragged)
        if found and pile < max(6, len(widths) // 12):
            break
        # A few short lines may end alike by chance: a narrow column must be a good part of a text.
        narrow_column = 6 * pile > len(widths) and best > _NARROW_SHARE * max(found, default=0)
        if not found or best > found[0] or narrow_column:
            found.append(best)
        for at in range(max(0, best - 2 * ragged), best + 4):
            counts[at] = 0
    return sorted(found)


def _largest_pile(counts: Sequence[int], ragged: int) -> tuple[int, int]:
    """The width below which most text ends, and how many lines do.

    Text, not lines, is counted first: short lines of a title page may well be more.
    """
    sums = [0, *itertools.accumulate(counts)]
    pile = [sums[at + 1] - sums[max(0, at + 1 - ragged)] for at in range(_WIDEST + 1)]
    best = max(
        range(_NARROWEST, _WIDEST + 1), key=[at * n for at, n in enumerate(pile)].__getitem__
    )
    best = max(range(max(_NARROWEST, best - ragged), best + 1), key=pile.__getitem__)
    return best, pile[best]
