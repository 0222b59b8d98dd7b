"""Whether a text is hard-wrapped, how wide, and how its lines are spaced: told by statistics."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from align.language.scripts import FULL_WIDTH, HAN

_TERMINAL = re.compile(r"[.!?。！？…:：;；][\"'”’）)」』】》\]]*$")
_FIRST_WORD = re.compile(r"\S{1,40}")
_WESTERN_START = re.compile(f"[^\\s{HAN}{FULL_WIDTH}]{{1,20}}")
_MIN_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How the lines of a document were broken.

    ``wrapped``: lines end where a margin was, not where a paragraph does. ``margin``: the usual
    full width, Chinese characters counted twice. ``gap``: how many blank lines stand between two
    lines of one paragraph.
    """

    wrapped: bool
    margin: int = 0
    gap: int = 0


def width(line: str) -> int:
    """Columns that `line` takes, a wide character two.

    >>> width("维和 A4P")
    8
    """
    return len(line) if line.isascii() else len(line.encode("gbk", "replace"))


def need(line: str, *, chinese: bool) -> int:
    """Columns that must be free for the beginning of `line` to stand on the line before."""
    if not chinese:
        match = _FIRST_WORD.match(line)
        return 1 + (width(match[0]) if match else 0)
    match = _WESTERN_START.match(line)
    return width(match[0]) if match else 2


def is_open(line: str) -> bool:
    """Whether no stop, colon or semicolon ends `line`."""
    return _TERMINAL.search(line[-8:]) is None


def examine(
    lines: Sequence[str], widths: Sequence[int], content: Sequence[int], *, chinese: bool
) -> Wrapping:
    """Decide from the non-blank lines (`content`: their indices) how a text was broken.

    `lines` are stripped; `widths` count their indents in.
    """
    pairs = list(itertools.pairwise(content))
    if len(pairs) < _MIN_PAIRS:
        return Wrapping(False)
    gaps = Counter(min(right - left - 1, 4) for left, right in pairs)
    below = 0
    for gap in range(4):
        below += gaps[gap]
        if not gaps[gap] or below * 4 < len(pairs):
            continue
        chosen = [pair for pair in pairs if pair[1] - pair[0] - 1 <= gap]
        margin = _margin(widths, chosen)
        if len(chosen) >= _MIN_PAIRS and _is_wrapped(
            lines, widths, chosen, margin, chinese=chinese
        ):
            return Wrapping(True, margin, gap)
    return Wrapping(False)


def _margin(widths: Sequence[int], pairs: Sequence[tuple[int, int]]) -> int:
    """The width that the widest twentieth of the lines exceeds."""
    ordered = sorted(widths[left] for left, _ in pairs)
    return ordered[len(ordered) * 19 // 20 if len(ordered) >= 20 else -1]


def _is_wrapped(
    lines: Sequence[str],
    widths: Sequence[int],
    pairs: Sequence[tuple[int, int]],
    margin: int,
    *,
    chinese: bool,
) -> bool:
    """Whether the lines of many `pairs` break where the margin is, in mid-sentence."""
    if margin < 24 or margin > 400:
        return False
    broken = 0
    for left, right in pairs:
        first, second = lines[left], lines[right]
        if not is_open(first):
            continue
        if chinese:
            broken += widths[left] + need(second, chinese=True) > margin - 5
        else:
            broken += second[0].islower() and (
                widths[left] + need(second, chinese=False) > margin * 0.85
            )
    return broken >= 0.3 * len(pairs)
