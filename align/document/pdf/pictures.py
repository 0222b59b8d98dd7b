"""Pages whose text is in pictures: what stands there cannot be read, and that must be said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

# Of pages of 13 real documents those with pictures for text had at most 4 % of the letters of a
# full page, and pictures on 68 % of the page at least; title pages had as few letters, and 1 %.
_FEW = 0.1
_MUCH = 0.5
_FULL = 0.9  # the quantile of the pages' letters that stands for a full page
_CELLS = 50  # of the raster, along and down a page
_MOST_PICTURES = 20_000  # of a page: one drawn in pieces had 586
_MOST_DEPTH = 3  # of forms within forms
_IMAGE = 3  # FPDF_PAGEOBJ_IMAGE


def nearly_empty(letters: Sequence[int]) -> list[int]:
    """The pages, 0-based, with hardly any of the letters that a full page of the document has.

    >>> nearly_empty([1800, 12, 1500, 1700, 900])
    [1]
    """
    full = float(np.quantile(letters, _FULL)) if letters else 0.0
    return [number for number, count in enumerate(letters) if count < _FEW * full]


def is_mostly_pictures(page: Any) -> bool:
    """Whether pictures cover more than half of a page of pdfium."""
    width, height = page.get_size()
    covered = np.zeros((_CELLS, _CELLS), dtype=bool)
    for number, picture in enumerate(page.get_objects(filter=[_IMAGE], max_depth=_MOST_DEPTH)):
        if number >= _MOST_PICTURES:
            break
        left, bottom, right, top = picture.get_bounds()
        covered[_cells(bottom, top, height), _cells(left, right, width)] = True
    return bool(covered.mean() > _MUCH)


def warning(pages: Sequence[int]) -> str:
    """What the user is told of these pages, 1-based.

    >>> warning([6])
    'page 6 is a picture with hardly any text: what stands in it was not read; read it with OCR'
    """
    if len(pages) == 1:
        return (
            f"page {pages[0]} is a picture with hardly any text: what stands in it was not read; "
            "read it with OCR"
        )
    return (
        f"pages {_listed(pages)} are pictures with hardly any text: what stands in them was not "
        "read; read them with OCR"
    )


def _cells(start: float, end: float, whole: float) -> slice:
    """The cells of the raster from a place to another one, in points."""
    if not (whole > 0 and math.isfinite(start) and math.isfinite(end)):
        return slice(0, 0)
    first, last = (min(max(place / whole * _CELLS, 0.0), _CELLS) for place in (start, end))
    return slice(math.floor(first), math.ceil(last))


def _listed(pages: Sequence[int], most: int = 12) -> str:
    shown = ", ".join(map(str, pages[:most]))
    return f"{shown} and {len(pages) - most} more" if len(pages) > most else shown
