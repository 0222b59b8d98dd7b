"""Text set across a page at a slant: watermarks, which are no part of it, and labels of figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import pi

from align.datatypes import Removal
from align.document.pdf.fragments import Fragment

# Radians from upright and from running up or down the page: italics of a matrix lean by 0.2 to 0.3,
# and are told apart where the angle is measured, along the line of text.
_SLANT = 0.1
_SHARE = 0.5  # of the pages: a watermark stands on all, but for a title page or an annex


def is_slanted(fragment: Fragment) -> bool:
    """Whether a fragment's line runs neither level nor straight up or down."""
    angle = fragment.font.angle % (pi / 2)
    return _SLANT < angle < pi / 2 - _SLANT


def take_slanted(
    pages: Sequence[Sequence[Fragment]],
) -> tuple[list[list[Fragment]], list[list[Fragment]], list[Removal]]:
    """The level fragments of pages, the slanted ones that stay, and what is a watermark.

    A watermark says the same at a slant on half of the pages or more, and on two at least.
    """
    slanted = [[each for each in page if is_slanted(each)] for page in pages]
    times = Counter(text for page in slanted for text in {each.text.strip() for each in page})
    least = max(2.0, _SHARE * len(pages))
    removals = []
    kept: list[list[Fragment]] = []
    for number, page in enumerate(slanted, start=1):
        kept.append([])
        for each in page:
            found = times[each.text.strip()]
            if found < least:
                kept[-1].append(each)
                continue
            evidence = f"set at a slant on {found} of {len(pages)} pages"
            removals.append(Removal(1, each.text.strip(), "watermark", evidence, number))
    level = [
        [each for each in page if not is_slanted(each)] if some else list(page)
        for page, some in zip(pages, slanted, strict=True)
    ]
    return level, kept, removals
