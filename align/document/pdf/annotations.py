"""Small signs above and below characters: readings of Chinese characters, dots of emphasis."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from align.document.pdf.fragments import Fragment, bounds
from align.language.scripts import HAN

_SMALL = 0.65  # of the size of the line: browsers and office programs set readings at half
_NEAR = 0.35  # font sizes from the line
_LONGEST = 12  # letters of a reading; a character's has six at most, a word's two or three of them
_DOTS = re.compile("[•·●○◦∙‧﹅﹆、.]+")
_READING = re.compile(
    "[a-zA-Z\u00c0-\u024f\u1e00-\u1eff\u3041-\u30ff\u3105-\u312f'’\u02c7\u02ca\u02cb\u02d9 ]+"
)
_HAN = re.compile(f"[{HAN}]")


def find_annotations(page: Sequence[Sequence[Fragment]]) -> Iterator[tuple[int, str]]:
    """The rows of a page that annotate the line beside them, and what they are.

    Emphasis is nothing but dots, below or above its line; a reading stands above Chinese
    characters and is spelt in another script. Both are far smaller than the line and touch it.
    """
    beside: tuple[int, ...]
    for at, row in enumerate(page):
        words = [fragment.text.strip() for fragment in row]
        if all(_DOTS.fullmatch(word.replace(" ", "")) for word in words):
            reason, beside = "emphasis mark", (at - 1, at + 1)
        elif all(len(word) <= _LONGEST and _READING.fullmatch(word) for word in words):
            reason, beside = "phonetic guide", (at + 1,)
        else:
            continue
        for other in beside:
            if 0 <= other < len(page) and _annotates(row, page[other], reason):
                yield at, reason
                break


def _annotates(row: Sequence[Fragment], line: Sequence[Fragment], reason: str) -> bool:
    """Whether each part of a row stands over or under characters of a line."""
    size = max(fragment.font.size for fragment in line)
    own, base = bounds(row), bounds(line)
    apart = max(base.top - own.bottom, own.top - base.bottom)
    if apart > _NEAR * size or max(f.font.size for f in row) > _SMALL * size:
        return False
    for fragment in row:
        middle = (fragment.box.left + fragment.box.right) / 2
        under = [f for f in line if f.box.left <= middle <= f.box.right]
        if not under or (reason == "phonetic guide" and not _HAN.search(under[0].text)):
            return False
    return True
