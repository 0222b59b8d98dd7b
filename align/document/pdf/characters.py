"""The characters of a PDF page with their boxes and fonts, as arrays.

PDFium answers one question about one character at a time, and a page has thousands of them. The
codes come in one call; the boxes' calls are mapped over the indices and write straight into an
array; fonts are asked for where a run of characters may begin only.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import repeat
from math import atan2, hypot, pi
from typing import Any

import numpy as np
import numpy.typing as npt

from align.document.pdf.native import ADDRESS, INTEGER, POINTER, address_of, function

# PDFium's two marks for a hyphen at a line end.
_HYPHEN, _OTHER_HYPHEN = 0xFFFE, 0x02
_ARTIFACT = "Artifact".encode("utf-16-le")
_BYTES_PER_BOX = 16  # four 32-bit floats: left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Font:
    """How a run of characters is set."""

    size: float  # points on the page, whatever matrix makes them
    bold: bool
    angle: float  # radians, counter-clockwise; 0 for upright text
    artifact: bool  # marked as no content by the program that wrote the PDF
    name: str = ""


@dataclass(frozen=True, slots=True)
class Characters:
    """The n characters of a page in the order of the file.

    ``codes`` (n,) code points; ``boxes`` (n, 4) left, top, right, bottom in points from the page's
    top left corner, as high as the font is, whatever the glyph; ``fonts`` (n,) indices into
    ``styles``, -1 for what PDFium made up itself (spaces, line ends); ``unmapped`` (n,) where the
    file does not say which character a glyph is; ``contents`` (n,) the number of the marked content
    of each character, -1 for none.
    """

    width: float
    height: float
    codes: npt.NDArray[np.uint32]
    boxes: npt.NDArray[np.float32]
    fonts: npt.NDArray[np.int32]
    styles: tuple[Font, ...]
    unmapped: npt.NDArray[np.bool_]
    contents: npt.NDArray[np.int32]


class Reader:
    """Reads the characters of the pages of one document, with their marked content if it has tags."""

    def __init__(self, *, tagged: bool = False) -> None:
        self._tagged = tagged
        self._content = function("FPDFPageObj_GetMarkedContentID", ctypes.c_int, POINTER)
        pointer, integer = POINTER, INTEGER
        self._all = function("FPDFText_GetText", integer, pointer, integer, integer, pointer)
        self._unicode = function("FPDFText_GetUnicode", ctypes.c_uint, pointer, integer)
        self._box = function("FPDFText_GetLooseCharBox", integer, pointer, integer, pointer)
        # As an integer: 0 for none.
        self._object = function("FPDFText_GetTextObject", ADDRESS, pointer, integer)
        self._matrix = function("FPDFText_GetMatrix", integer, pointer, integer, pointer)
        self._size = function("FPDFText_GetFontSize", ctypes.c_double, pointer, integer)
        self._weight = function("FPDFText_GetFontWeight", integer, pointer, integer)
        self._name = function(
            "FPDFText_GetFontInfo",
            ctypes.c_ulong,
            pointer,
            integer,
            pointer,
            ctypes.c_ulong,
            pointer,
        )
        self._text_font = function("FPDFTextObj_GetFont", ADDRESS, pointer)
        self._marks = function("FPDFPageObj_CountMarks", integer, pointer)
        self._mark = function("FPDFPageObj_GetMark", ADDRESS, pointer, ctypes.c_ulong)
        self._mark_name = function(
            "FPDFPageObjMark_GetName", integer, pointer, pointer, ctypes.c_ulong, pointer
        )
        self._length = ctypes.c_ulong()
        self._tight = function("FPDFText_GetCharBox", integer, *[pointer, integer], *[pointer] * 4)
        self._origin = function(
            "FPDFText_GetCharOrigin", integer, pointer, integer, pointer, pointer
        )
        self._four, self._two = (ctypes.c_double * 4)(), (ctypes.c_double * 2)()
        self._turned = 0.0  # radians by which the viewer turns the page clockwise
        self._six = (ctypes.c_float * 6)()
        self._six_at = ctypes.addressof(self._six)
        self._text = ctypes.create_string_buffer(128)
        self._flags = integer()
        self._named: dict[int, tuple[str, bool]] = {}  # name and whether bold, of the page's fonts
        self._made: dict[tuple[int, float, float, float, float, float, bool], Font] = {}
        self._unmapped = function("FPDFText_HasUnicodeMapError", integer, pointer, integer)

    def read(self, page: Any, layer: Any) -> Characters:
        """The characters of a page (a pypdfium2 page and its text page)."""
        import pypdfium2.raw as pdfium

        self._turned = max(0, pdfium.FPDFPage_GetRotation(page)) % 4 * (pi / 2)
        self._named.clear()  # closing a page may free its fonts, whose addresses come again
        self._made.clear()
        handle = address_of(layer)
        n = max(0, pdfium.FPDFText_CountChars(layer))
        indices = range(n)
        codes = self._codes(handle, n)
        boxes = np.zeros((n, 4), np.float32)
        base = boxes.ctypes.data
        places = range(base, base + _BYTES_PER_BOX * n, _BYTES_PER_BOX)
        deque(map(self._box, repeat(handle), indices, places), maxlen=0)
        # A file with characters that are not mapped shows some from scripts that no text mixes.
        odd = np.ones(n, np.bool_)
        for first, last in USUAL:
            odd &= (codes < first) | (codes > last)
        unmapped = np.zeros(n, np.bool_)
        if not odd.any():
            objects = self._objects(handle, codes, boxes)
        else:  # a code may stand for anything then, blanks among them
            objects = np.fromiter(map(self._object, repeat(handle), indices), np.uint64, n)
            flags = map(self._unmapped, repeat(handle), indices)
            unmapped = np.fromiter(flags, np.int32, n) > 0
        distinct, firsts, which = numbered(objects)
        styles: list[Font] = []
        number: dict[Font, int] = {}
        to_style = np.full(len(distinct), -1, np.int32)
        to_content = np.full(len(distinct), -1, np.int32)
        # By the object that a font is: few are made, and each is asked for.
        known: dict[int, int] = {}
        for at, (address, first) in enumerate(zip(distinct.tolist(), firsts.tolist(), strict=True)):
            if not address:
                continue
            font = self._font(handle, first, address)
            style = known.get(id(font))
            if style is None:
                style = known[id(font)] = number.setdefault(font, len(styles))
                if style == len(styles):
                    styles.append(font)
            to_style[at] = style
            if self._tagged:
                to_content[at] = self._content(address)
        own, contents = to_style[which], to_content[which]
        self._raise(handle, codes, boxes, own, styles)
        once = _once(codes, boxes, own, lambda at: int(self._object(handle, at) or 0))
        if once is not None:
            codes, boxes, own, unmapped = codes[once], boxes[once], own[once], unmapped[once]
            contents = contents[once]
        width, height = _turn(boxes, page)
        return Characters(width, height, codes, boxes, own, tuple(styles), unmapped, contents)

    def _raise(
        self,
        handle: int,
        codes: npt.NDArray[np.uint32],
        boxes: npt.NDArray[np.float32],
        own: npt.NDArray[np.int32],
        styles: list[Font],
    ) -> None:
        """Give figures that a font draws raised the size and the box that they are drawn with.

        A font may hold small raised figures of its own: the file then gives the text's size for
        them, and the height of a line. A run of figures is asked for from its last one on, for a
        mark may follow a number.
        """
        digit = (codes >= 0x30) & (codes <= 0x39) & (own >= 0)
        if not digit.any():
            return
        last = digit.copy()
        last[:-1] &= ~digit[1:]
        for end in np.flatnonzero(last).tolist():
            start = end + 1
            font = styles[own[end]]
            top = foot = lowest = 0.0
            while start and digit[start - 1] and own[start - 1] == own[end] and not font.angle:
                edges = self._drawn(handle, start - 1, font)
                if edges is None:
                    break
                foot, top, lowest = edges
                start -= 1
            if start > end:
                continue
            if start and codes[start - 1] in _SIGNS and own[start - 1] == own[end]:
                edges = self._drawn(handle, start - 1, font)
                if edges is not None and edges[2] >= lowest:  # a sign on the line stands lower
                    start -= 1
            small = replace(font, size=round(font.size * _SUPERIOR, 1))
            if small not in styles:
                styles.append(small)
            own[start : end + 1] = styles.index(small)
            boxes[start : end + 1, 1], boxes[start : end + 1, 3] = top, foot

    def _drawn(self, handle: int, index: int, font: Font) -> tuple[float, float, float] | None:
        """The line's height, the top and the foot of a character that is drawn small and raised;
        None of others."""
        tight = ctypes.addressof(self._four)
        self._tight(handle, index, tight, tight + 8, tight + 16, tight + 24)
        _, _, foot, top = self._four
        if top - foot > _SMALL * font.size:
            return None
        there = ctypes.addressof(self._two)
        self._origin(handle, index, there, there + 8)
        line = self._two[1]
        return (line, top, foot) if foot - line >= _RAISED_FOOT * font.size else None

    def _codes(self, handle: int, n: int) -> npt.NDArray[np.uint32]:
        """The code points of a page's n characters."""
        units = np.zeros(n + 1, np.uint16)
        written = self._all(handle, 0, n, units.ctypes.data) - 1
        # The text of a page leaves out what has no code, and has two units for what is beyond
        # the BMP; then characters are asked for one by one.
        if written == n and not ((units >= 0xD800) & (units < 0xE000)).any():
            return units[:n].astype(np.uint32)
        return np.fromiter(map(self._unicode, repeat(handle), range(n)), np.uint32, n)

    def _objects(
        self,
        handle: int,
        codes: npt.NDArray[np.uint32],
        boxes: npt.NDArray[np.float32],
    ) -> npt.NDArray[np.uint64]:
        """The text object of each character, 0 for what PDFium made up.

        The characters of a word that are equally high are of one object in effect: it is asked
        for at the first of them. White space is its own.
        """
        n = len(codes)
        blank = codes <= 0x20
        first = np.ones(n, np.bool_)
        first[1:] = (
            blank[1:]
            | blank[:-1]
            | (codes[1:] == _HYPHEN)
            | (codes[:-1] == _HYPHEN)
            | (boxes[1:, 1] != boxes[:-1, 1])
            | (boxes[1:, 3] != boxes[:-1, 3])
        )
        first &= ~blank | (codes == _OTHER_HYPHEN)
        asked = np.flatnonzero(first)
        found = np.fromiter(
            map(self._object, repeat(handle), asked.tolist()), np.uint64, len(asked)
        )
        runs = np.diff(asked, append=n)
        objects = np.zeros(n, np.uint64)
        objects[n - int(runs.sum()) :] = np.repeat(found, runs)
        objects[blank & (codes != _OTHER_HYPHEN)] = 0
        return objects

    def _font(self, handle: int, index: int, address: int) -> Font:
        """The font of a text object, by one of its characters."""
        self._matrix(handle, index, self._six_at)
        a, b, c, d, _, _ = self._six
        font = self._text_font(address)
        if font not in self._named:
            self._name(
                handle, index, ctypes.addressof(self._text), 128, ctypes.addressof(self._flags)
            )
            written = self._text.value
            heavy = self._weight(handle, index) >= 600
            heavy = heavy or any(word in written.lower() for word in _BOLD)
            self._named[font] = written.decode("utf-8", "replace"), heavy
        key = font, a, b, c, d, self._size(handle, index), self._is_artifact(address)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._style(*key)
        return made

    def _style(
        self, font: int, a: float, b: float, c: float, d: float, size: float, artifact: bool
    ) -> Font:
        """The font with this address as a matrix and a size set it."""
        angle = atan2(b, a) - self._turned
        angle = round((angle + pi) % (2 * pi) - pi, 2)
        if abs(angle) < _UPRIGHT:
            angle = 0.0
        name, bold = self._named[font]
        return Font(round(size * (hypot(c, d) or 1.0), 1), bold, angle, artifact, name)

    def _is_artifact(self, address: int) -> bool:
        """Whether the program marked an object as page furniture."""
        for at in range(max(0, self._marks(address))):
            mark = self._mark(address, at)
            named = self._mark_name(
                mark, ctypes.addressof(self._text), 32, ctypes.addressof(self._length)
            )
            if named and self._text.raw.startswith(_ARTIFACT):
                return True
        return False


def _once(
    codes: npt.NDArray[np.uint32],
    boxes: npt.NDArray[np.float32],
    own: npt.NDArray[np.int32],
    object_of: Callable[[int], int],
) -> npt.NDArray[np.int64] | None:
    """The indices without characters that are drawn again at their own place; None where none is.

    Shadows and false bold are drawn so. PDFium leaves out what is drawn again, but for characters
    whose text the file states apart from their glyph (ActualText). Letters of one ligature have one
    place as well, and are of one object.
    """
    places = (boxes[:, :2] * _STEPS).astype(np.int64) & 0xFFFFF  # of a page of 3.6 m at most
    keys = (codes.astype(np.int64) << 40) | (places[:, 0] << 20) | places[:, 1]
    drawn = np.flatnonzero((own >= 0) & (codes > 0x20))
    ordered = np.sort(keys[drawn])
    if not (ordered[1:] == ordered[:-1]).any():
        return None
    _, first, which = np.unique(keys[drawn], return_index=True, return_inverse=True)
    before = drawn[first[which]]
    again = [
        at
        for at, other in zip(drawn.tolist(), before.tolist(), strict=True)
        if at != other and object_of(at) != object_of(other)
    ]
    return np.delete(np.arange(len(codes)), again) if again else None


def numbered(
    objects: npt.NDArray[np.uint64],
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The distinct addresses of objects as they come first, where that is, and which each one is.

    Not by size: an address is chance, and what is numbered by it differs from run to run.

    >>> numbered(np.array([9, 9, 3, 9, 5], np.uint64))
    (array([9, 3, 5], dtype=uint64), array([0, 2, 4]), array([0, 0, 1, 0, 2]))
    """
    begins = np.flatnonzero(np.concatenate(([True], objects[1:] != objects[:-1])))[: len(objects)]
    number: dict[int, int] = {}
    runs = [number.setdefault(each, len(number)) for each in objects[begins].tolist()]
    distinct = np.array(list(number), np.uint64)
    which = np.repeat(np.array(runs, np.int64), np.diff(begins, append=len(objects)))
    firsts = np.zeros(len(number), np.int64)
    firsts[runs[::-1]] = begins[::-1]
    return distinct, firsts, which


_SIGNS = np.array([ord(sign) for sign in "-−–+"], np.uint32)  # of exponents
# Code points that texts consist of: Latin, punctuation, ideographs and their punctuation, and what
# PDFium writes for line ends and hyphens at them.
USUAL = (
    (0x0A, 0x0D), (0x20, 0x7E), (0xA0, 0xFF), (0x2000, 0x206F), (0x3000, 0x303F), (0x4E00, 0x9FFF),
    (0xFF00, 0xFFEF), (0xFFFE, 0xFFFE),
)  # fmt: skip
# The names that foundries give to heavy cuts; a font file that is not embedded states no weight.
_BOLD = (b"bold", b"black", b"heavy", b"demi", b"simhei", b",b")
# Font sizes. Superior figures of text fonts stand 0.3 to 0.4 above the line and are 0.35 to 0.45
# high, 0.6 of the usual ones (Libertinus, Noto, Charis); old-style figures stand on the line.
_RAISED_FOOT, _SMALL, _SUPERIOR = 0.2, 0.55, 0.6
_STEPS = 100  # of a point: what is drawn again has the same place to the last digit written
_UPRIGHT = 0.1  # oblique cuts made by a matrix shear the y axis only; 6 degrees is no text line


def _turn(boxes: npt.NDArray[np.float32], page: Any) -> tuple[float, float]:
    """Make `boxes` count from the top left corner of the page as it is shown; give its size."""
    width, height = page.get_size()
    boxes[:] = shown(boxes[:, [0, 3, 2, 1]], page)
    return float(width), float(height)


def shown(boxes: npt.NDArray[Any], page: Any) -> npt.NDArray[Any]:
    """Boxes (n, 4) in the file's coordinates (left, foot, right, top, upwards) as they are shown:
    left, top, right, bottom from the top left corner of the turned and cropped page."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    left, bottom, _, _ = page.get_bbox()
    turned = max(0, pdfium.FPDFPage_GetRotation(page)) % 4
    x0, y0, x1, y1 = (
        boxes[:, 0] - left,
        boxes[:, 1] - bottom,
        boxes[:, 2] - left,
        boxes[:, 3] - bottom,
    )
    if turned == 0:
        edges = (x0, height - y1, x1, height - y0)
    elif turned == 1:
        edges = (y0, x0, y1, x1)
    elif turned == 2:
        edges = (width - x1, y0, width - x0, y1)
    else:
        edges = (width - y1, height - x1, width - y0, height - x0)
    return np.stack(edges, axis=1)
