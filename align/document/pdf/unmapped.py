"""Characters that PDFium cannot map, by the maps of the file's fonts themselves.

PDFium gives the code of such a glyph in place of its character and says so. A font's map (ToUnicode)
may hold the code all the same: PDFium does not read ranges that cross from xxFF to xx00. What no map
holds becomes U+FFFD, which align.document.letters counts.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from align.document.pdf.characters import USUAL, Characters

_OPEN = 0xFFFD
# Of the codes: a text has hardly any other, of the glyphs of the broken fonts seen three in a
# hundred fall among ideographs.
_MOSTLY = 0.9
_MOST_CODES = 1 << 17  # of a map: codes have two bytes
_DEEPEST = 8  # forms within forms
_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_CHAR = re.compile(rb"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>")
_RANGE = re.compile(
    rb"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>\s*(?:<([0-9A-Fa-f\s]+)>|\[([^\]]*)\])"
)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]+)>")
_SUBSET = re.compile(r"^[A-Z]{6}\+")


def mend_unmapped(pages: Sequence[Characters], data: bytes) -> list[Characters]:
    """The pages with characters for what PDFium could not map, U+FFFD for what nothing maps."""
    affected = [at for at, page in enumerate(pages) if _unmapped(page).any()]
    mended = list(pages)
    if not affected or _are_characters([pages[at] for at in affected]):
        return mended
    maps = dict(zip(affected, _maps_of_pages(data, affected), strict=True))
    for at in affected:
        page = pages[at]
        codes = page.codes.copy()
        for place in np.flatnonzero(_unmapped(page)).tolist():
            known = maps[at].get(_bare(page.styles[page.fonts[place]].name), {})
            codes[place] = known.get(int(codes[place]), _OPEN)
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


def _bare(name: str) -> str:
    """A font's name without the tag of its subset, which PDFium leaves out of some."""
    return _SUBSET.sub("", name)


def _maps_of_pages(data: bytes, numbers: Sequence[int]) -> list[dict[str, dict[int, int]]]:
    """Of each page the maps of its fonts by name; empty where the file is too damaged to look."""
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    found: list[dict[str, dict[int, int]]] = [{} for _ in numbers]
    read: dict[Any, dict[int, int]] = {}  # of each map, by its object
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        count = len(reader.pages)
    except Exception:  # pypdf raises many kinds for damaged files; the characters stay open then
        return found
    for maps, number in zip(found, numbers, strict=True):
        if number >= count:
            continue
        try:
            for name, stream in _fonts(reader.pages[number].get("/Resources"), 0):
                key = getattr(stream, "idnum", None) or id(stream)
                if key not in read:
                    read[key] = read_map(stream.get_object().get_data())
                _add(maps.setdefault(name, {}), read[key])
        except Exception:  # as above, for one page
            continue
    return found


def _fonts(resources: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """The name and map of each font among the resources of a page and of the forms on it."""
    if resources is None or depth > _DEEPEST:
        return
    for font in _values(resources, "/Font"):
        if "/ToUnicode" in font:
            stream = font.raw_get("/ToUnicode")
            names = {font.get("/BaseFont", "")}
            for descendant in font.get("/DescendantFonts") or ():
                names.add(descendant.get_object().get("/BaseFont", ""))
            yield from ((_bare(str(name).lstrip("/")), stream) for name in sorted(names))
    for form in _values(resources, "/XObject"):
        if form.get("/Subtype") == "/Form":
            yield from _fonts(form.get("/Resources"), depth + 1)


def _values(resources: Any, kind: str) -> Iterator[Any]:
    """The objects of one kind among resources."""
    named = resources.get_object().get(kind)
    for value in named.get_object().values() if named is not None else ():
        yield value.get_object()


def _add(known: dict[int, int], more: dict[int, int]) -> None:
    """Add a map to another of the same name: codes on which they differ are known no longer."""
    for code, char in more.items():
        if known.setdefault(code, char) != char:
            known[code] = _OPEN


def read_map(data: bytes) -> dict[int, int]:
    """The characters of a font's codes, by a CMap's own text; codes of several characters are left out.

    >>> read_map(b"1 beginbfrange <00fe> <0101> <4e00> endbfrange")
    {254: 19968, 255: 19969, 256: 19970, 257: 19971}
    """
    found: dict[int, int] = {}
    for section in _SECTION.finditer(data):
        kind, body = section.groups()
        if kind == b"bfchar":
            for code, char in _CHAR.findall(body):
                _set(found, int(b"".join(code.split()), 16), _character(char))
            continue
        for first, last, char, chars in _RANGE.findall(body):
            start, end = (int(b"".join(each.split()), 16) for each in (first, last))
            if not 0 <= end - start < _MOST_CODES - len(found):
                continue
            if char:
                begin = _character(char)
                for code in range(start, end + 1) if begin is not None else ():
                    _set(found, code, begin + code - start if begin is not None else None)
            else:
                for code, each in zip(range(start, end + 1), _HEX.findall(chars), strict=False):
                    _set(found, code, _character(each))
    return found


def _set(found: dict[int, int], code: int, char: int | None) -> None:
    if char is not None and 0 < char < 0x110000 and len(found) < _MOST_CODES:
        found[code] = char


def _character(written: bytes) -> int | None:
    """The one character that hexadecimal UTF-16 stands for; None for several or none."""
    try:
        text = bytes.fromhex(written.decode("ascii")).decode("utf-16-be")
    except ValueError:
        return None
    return ord(text) if len(text) == 1 else None
