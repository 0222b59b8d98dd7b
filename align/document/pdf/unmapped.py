"""Characters that PDFium cannot map, read by a second library from the same page.

PDFium gives the code of such a glyph in place of its character and says so. pypdf reads some of the
maps that PDFium does not (ranges that cross from xxFF to xx00). What stands between the same
characters in both is the same;
what stays open becomes U+FFFD, which align.document.letters counts.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from align.document.pdf.characters import USUAL, Characters

_OPEN = "\ufffd"
_CONTEXT = 4  # characters on either side: three repeat by chance within a page of Chinese
_LONGEST = 12  # unmapped characters in a row that are looked up together
# Of the codes: a text has hardly any other, of the glyphs of the broken fonts seen three in a
# hundred fall among ideographs.
_MOSTLY = 0.9
_LEAST_SHARE = 0.8  # of the places where a code was found: pages mix fonts, and misreadings differ


def mend_unmapped(pages: Sequence[Characters], data: bytes) -> list[Characters]:
    """The pages with characters for what PDFium could not map, U+FFFD for what nothing maps."""
    affected = [at for at, page in enumerate(pages) if _unmapped(page).any()]
    mended = list(pages)
    if not affected or _are_characters([pages[at] for at in affected]):
        return mended
    votes: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for at, text in _second_reading(data, affected):
        for code, char in _found(pages[at], text):
            votes[code][char] += 1
    known = {}
    for code, chars in votes.items():
        char, times = chars.most_common(1)[0]
        if times >= _LEAST_SHARE * chars.total():
            known[code] = ord(char)
    for at in affected:
        page = pages[at]
        codes = page.codes.copy()
        for place in np.flatnonzero(_unmapped(page)).tolist():
            codes[place] = known.get(int(codes[place]), ord(_OPEN))
        mended[at] = replace(page, codes=codes, unmapped=np.zeros_like(page.unmapped))
    return mended


def _are_characters(pages: Sequence[Characters]) -> bool:
    """Whether what PDFium says it cannot map are characters after all.

    A font with a map of its own for Chinese (UniGB-UCS2 and its kin) needs no other; PDFium reads
    it, and complains. Then the codes are those of a text; those of glyphs scatter over all scripts.
    """
    codes = np.concatenate([page.codes[_unmapped(page)] for page in pages])
    usual = (codes >= 0x2E80) & (codes < 0x3000)  # radicals
    for first, last in USUAL:
        usual |= (codes >= first) & (codes <= last)
    return bool(usual.mean() > _MOSTLY)


def _unmapped(page: Characters) -> np.ndarray:
    return page.unmapped & (page.fonts >= 0)


def _second_reading(data: bytes, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
    """What pypdf reads on pages, without white space."""
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        count = len(reader.pages)
    except Exception:  # pypdf raises many kinds for damaged files; the characters stay open then
        return
    for number in numbers:
        if number < count:
            try:
                text = reader.pages[number].extract_text()
            except Exception:  # as above, for one page
                continue
            yield number, "".join(text.split())


def _found(page: Characters, text: str) -> Iterator[tuple[int, str]]:
    """Codes of unmapped characters and what stands in their place in `text`."""
    shown = page.fonts >= 0
    codes = page.codes[shown]
    unmapped = page.unmapped[shown]
    keep = unmapped | (codes > 0x20)
    codes, unmapped = codes[keep], unmapped[keep]
    chars = [
        _OPEN if odd else chr(code)
        for code, odd in zip(codes.tolist(), unmapped.tolist(), strict=True)
    ]
    spaces = [at for at, char in enumerate(chars) if char.isspace()]
    for at in reversed(spaces):
        del chars[at]
    kept = np.delete(codes, spaces)
    own = "".join(chars)
    for match in re.finditer(f"{_OPEN}+", own):
        start, end = match.span()
        before, after = own[max(0, start - _CONTEXT) : start], own[end : end + _CONTEXT]
        before = before.rsplit(_OPEN, 1)[-1]
        after = after.split(_OPEN, 1)[0]
        if end - start > _LONGEST or len(before) + len(after) < _CONTEXT:
            continue
        pattern = f"{re.escape(before)}(.{{{end - start}}}){re.escape(after)}"
        readings = set(re.findall(pattern, text))
        if len(readings) == 1:
            yield from zip(kept[start:end].tolist(), readings.pop(), strict=True)
