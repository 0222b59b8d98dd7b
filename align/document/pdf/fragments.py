"""From characters to fragments (what stands together on a line) and rows of fragments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

import numpy as np

from align.document.blocks import Box
from align.document.pdf.characters import Characters, Font
from align.language.scripts import FULL_WIDTH, HAN

# PDFium's two marks for a hyphen at a line end, whether the author's or the typesetter's.
_HYPHENS = (0x02, 0xFFFE)
_SPACES = np.array(
    [0x20, 0xA0, 0x1680, *range(0x2000, 0x200C), 0x202F, 0x205F, 0x3000, 0xFEFF, 0xAD], np.uint32
)
# A wider gap than this many font sizes divides fragments. No justified space is wider but by
# accident, and rows put together again what no gutter divides.
WIDE_GAP = 0.9
_SAME_LINE = 0.5  # of the lower box overlaps: half is what a superscript still keeps
_UNEVEN = 0.2  # points; what rounding makes is a tenth of it
_LONGEST_FILLING = 12  # characters: what a font lacks is a sign, a letter or a name
_BACK = 0.1  # font sizes: no kerning sets a character before the one that it follows
_FITTING = 0.3  # of its width that the gap of a line may differ from what fills it
_WIDE = 0x2E80  # from here on scripts are written without spaces
_IDEOGRAPHIC_SPACE = 0x3000
_SPACES_OF_TEXT = (
    2  # ideographic spaces: one divides words, two spread 姓名 over four; more are layout
)
# Font sizes that a mark of the text's own size stands raised by; programs raise it by a third, and
# the feet of two fonts' boxes are 0.15 apart.
RAISED_ALONE = 0.25
_TOUCHING = 0.05  # font sizes: a space that PDFium reckons from a gap is a sixth at least
_MARKS = np.array([ord(each) for each in "0123456789*†‡§"], np.uint32)
_NO_TAGS: Mapping[int, int] = {}
_LARGEST_BOX = 1.7  # font sizes: ascent and descent of text fonts; a box above says nothing


class Fragment(NamedTuple):
    """Characters of one size that stand together on a line."""

    text: str
    box: Box
    font: Font
    at: int  # place of the first character in the page's order
    blank: str  # the white space before it on its line: "", a space, or ideographic spaces
    content: int = -1  # the marked content of its first character
    word: float = 0.0  # points that its first word takes, or its first Chinese character


def fragments(page: Characters, element_of: Mapping[int, int] = _NO_TAGS) -> list[Fragment]:
    """The fragments of a page in the order of the file.

    White space becomes one space inside, but for ideographic spaces: authors type them.

    `element_of` says for marked content which paragraph holds it: no fragment is of two.
    """
    codes, boxes = page.codes, page.boxes
    made_up = page.fonts < 0
    hyphen = np.isin(codes, _HYPHENS) & ~page.unmapped
    blank = (codes < 0x20) & ~hyphen | np.isin(codes, _SPACES) | (made_up & ~hyphen)
    glyphs = np.flatnonzero(~blank & ~made_up)
    if not len(glyphs):
        return []
    codes, fonts = codes[glyphs], page.fonts[glyphs]
    codes = np.where(hyphen[glyphs], ord("-"), codes)
    sizes = np.array([font.size for font in page.styles], np.float32)[fonts]
    angles = np.array([font.angle for font in page.styles], np.float32)[fonts]
    artifacts = np.array([font.artifact for font in page.styles], np.bool_)[fonts]
    boxes = _trimmed(boxes[glyphs], sizes)
    spaced = np.diff(glyphs, prepend=glyphs[0]) > 1
    typed = np.cumsum((page.codes == _IDEOGRAPHIC_SPACE) & blank)[glyphs]
    typed = np.diff(typed, prepend=typed[0])
    left, top, right, bottom = boxes.T
    overlap = np.minimum(bottom[1:], bottom[:-1]) - np.maximum(top[1:], top[:-1])
    lower = np.minimum(bottom[1:] - top[1:], bottom[:-1] - top[:-1])
    gap = left[1:] - right[:-1]
    size = np.maximum(sizes[1:], sizes[:-1])
    breaks = (
        (overlap < _SAME_LINE * lower)
        | (gap > (WIDE_GAP + np.minimum(typed[1:], _SPACES_OF_TEXT)) * size)
        | (gap < -size)
        | (np.abs(sizes[1:] - sizes[:-1]) > 0.05 * size)
        | (artifacts[1:] != artifacts[:-1])
    )
    marks = np.isin(codes, _MARKS)
    raised = np.minimum(np.abs(bottom[1:] - bottom[:-1]), np.abs(top[1:] - top[:-1]))
    breaks |= (marks[1:] | marks[:-1]) & (raised > RAISED_ALONE * size)
    # PDFium sees a line's end after each character of some pages, and no room is there.
    written = np.diff(np.cumsum(blank & (page.codes >= ord(" ")))[glyphs], prepend=0) > 0
    spaced[1:] &= written[1:] | breaks | (gap > _TOUCHING * size)
    contents = page.contents[glyphs]
    if element_of:
        numbers, which = np.unique(contents, return_inverse=True)
        elements = np.array([element_of.get(each, -1) for each in numbers.tolist()])[which]
        breaks |= elements[1:] != elements[:-1]
    turned = (angles[1:] != 0) | (angles[:-1] != 0)
    if turned.any():  # text that runs upwards or across keeps its order in the file
        same = angles[1:] == angles[:-1]
        near = np.abs(
            np.stack((gap, top[1:] - bottom[:-1], left[:-1] - right[1:], top[:-1] - bottom[1:]))
        )
        breaks = np.where(turned, ~same | (near.min(axis=0) > 2 * size), breaks)
    back = ~breaks & (left[1:] < left[:-1] - _BACK * size) & ~turned
    for at in np.flatnonzero(back).tolist():
        edge = right[at] - _BACK * size[at]
        breaks[at] = True
        spaced[at + 1] = False
        for after in range(at + 2, min(at + 2 + _LONGEST_FILLING, len(glyphs))):
            if left[after] >= edge or breaks[after - 1]:
                spaced[after] &= bool(breaks[after - 1])
                breaks[after - 1] = True
                break
    starts = np.concatenate(([0], np.flatnonzero(breaks) + 1, [len(glyphs)]))
    filled = _filled_gaps(starts, boxes)
    if filled:
        starts = np.union1d(starts, [at for at, _ in filled])
        for at, inserted in filled:  # the gap that PDFium saw there is none
            spaced[at] = spaced[inserted] = False
    tops = np.minimum.reduceat(top, starts[:-1])
    bottoms = np.maximum.reduceat(bottom, starts[:-1])
    lefts = np.minimum.reduceat(left, starts[:-1])
    rights = np.maximum.reduceat(right, starts[:-1])
    # Fonts of one size differ in height: a fragment is as high as most of its characters, so that
    # a mark of another font makes no line higher than its neighbours.
    lows = np.minimum.reduceat(bottom, starts[:-1])
    highs = np.maximum.reduceat(top, starts[:-1])
    for at in np.flatnonzero((bottoms - lows > _UNEVEN) | (highs - tops > _UNEVEN)).tolist():
        if angles[starts[at]] == 0:
            inside = slice(starts[at], starts[at + 1])
            tops[at], bottoms[at] = median(top[inside].tolist()), median(bottom[inside].tolist())
    # Before each character the white space that stood there.
    blanks = np.where(spaced, np.maximum(typed, 1), 0)
    places = np.arange(len(codes)) + np.cumsum(blanks)
    signs = np.where(typed > 0, _IDEOGRAPHIC_SPACE, ord(" ")).astype("<u4")
    spread = np.repeat(signs, blanks + 1)
    spread[places] = codes
    text = spread.tobytes().decode("utf-32-le", "surrogatepass")
    halves = bool(((codes >= 0xD800) & (codes < 0xE000)).any())
    styles = _usual_styles(fonts, starts)
    first, last = starts[:-1], starts[1:] - 1
    wide = codes >= _WIDE
    begins = spaced | wide
    begins[1:] |= wide[:-1]
    begins[first] = True
    words = np.append(np.flatnonzero(begins), len(codes))
    ends = words[np.searchsorted(words, first, side="right")] - 1
    widths = np.maximum(right[ends] - left[first], 0.0)
    return [
        Fragment(
            _whole(text[begin : end + 1]) if halves else text[begin : end + 1],
            Box(*box),
            page.styles[style],
            at,
            text[begin - n_blanks : begin],
            content,
            word,
        )
        for begin, end, box, style, at, n_blanks, content, word in zip(
            places[first].tolist(),
            places[last].tolist(),
            np.stack((lefts, tops, rights, bottoms), axis=1).tolist(),
            styles.tolist(),
            glyphs[first].tolist(),
            blanks[first].tolist(),
            contents[first].tolist(),
            widths.tolist(),
            strict=True,
        )
    ]


def _whole(text: str) -> str:
    """`text` with characters beyond the BMP that PDFium gives as two halves; a half without its
    other is U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _filled_gaps(starts: np.ndarray, boxes: np.ndarray) -> list[tuple[int, int]]:
    """Where a fragment that was drawn later stands in a gap of another: the glyph after the gap,
    and the first glyph of what fills it.

    Office programs draw the characters that a line's font lacks, and another has, by themselves:
    10⁻³ as 10, a gap, ³ and then the sign.
    """
    first, last = starts[:-1], starts[1:] - 1
    left, right = boxes[first, 0], boxes[last, 2]
    short = np.flatnonzero((last - first < _LONGEST_FILLING) & (right > left))
    long = np.flatnonzero(last > first)
    if not len(short) or not len(long):
        return []
    middle = (boxes[first, 1] + boxes[first, 3]) / 2
    inside = (
        (left[long] < left[short, None])
        & (right[long] > right[short, None])
        & (boxes[first[long], 1] < middle[short, None])
        & (boxes[first[long], 3] > middle[short, None])
    )
    found = []
    for at, host in np.argwhere(inside).tolist():
        begin, end = int(first[long[host]]), int(last[long[host]])
        centre = (left[short[at]] + right[short[at]]) / 2
        after = begin + int(np.searchsorted(boxes[begin : end + 1, 0], centre))
        if begin < after <= end:
            gap = boxes[after, 0] - boxes[after - 1, 2]
            width = right[short[at]] - left[short[at]]
            if abs(gap - width) <= _FITTING * width and boxes[after - 1, 2] <= centre:
                found.append((after, int(first[short[at]])))
    return found


def _usual_styles(fonts: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The style that most characters of each fragment have; `starts` ends with their number."""
    styles = np.minimum.reduceat(fonts, starts[:-1])
    for at in np.flatnonzero(np.maximum.reduceat(fonts, starts[:-1]) > styles).tolist():
        styles[at] = np.bincount(fonts[starts[at] : starts[at + 1]]).argmax()
    return styles


def _trimmed(boxes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """`boxes` with those higher than any text font cut to the font's size at their foot."""
    high = boxes[:, 3] - boxes[:, 1] > _LARGEST_BOX * sizes
    if high.any():
        boxes = boxes.copy()
        middle = (boxes[:, 1] + boxes[:, 3]) / 2
        boxes[:, 1] = np.where(high, middle - sizes * 0.6, boxes[:, 1])
        boxes[:, 3] = np.where(high, middle + sizes * 0.6, boxes[:, 3])
    return boxes


def rows(found: Sequence[Fragment]) -> list[list[Fragment]]:
    """Fragments that stand beside one another, each row from left to right, from top to bottom.

    An initial that is as high as several lines belongs to the first of them.
    """
    if len(found) < 2:
        return [list(found)] if found else []
    usual = median([box.bottom - box.top for _, box, *_ in found])
    # Two lines are 2.2 times as high as one; a large heading is longer than two characters.
    initials = [f for f in found if len(f.text) <= 2 and f.box.height > 1.8 * usual]
    rest = [f for f in found if f not in initials] if initials else list(found)
    if not rest:
        initials, rest = [], list(found)
    rest.sort(key=lambda f: (f.box.top + f.box.bottom, f.box.left))
    made: list[list[Fragment]] = []
    spans: list[tuple[float, float]] = []
    for fragment in rest:
        _, top, _, bottom = fragment.box
        height = bottom - top
        for at in range(len(made) - 1, max(-1, len(made) - 4), -1):
            first, last = spans[at]
            shared = (bottom if bottom < last else last) - (top if top > first else first)
            if shared >= _SAME_LINE * (height if height < last - first else last - first):
                made[at].append(fragment)
                if height > last - first:
                    spans[at] = (top, bottom)
                break
        else:
            made.append([fragment])
            spans.append((top, bottom))
    for fragment in initials:
        for at, (first, last) in enumerate(spans):
            if min(fragment.box.bottom, last) - max(fragment.box.top, first) > 0.5 * (last - first):
                made[at].append(fragment)
                break
        else:
            made.append([fragment])
            spans.append((fragment.box.top, fragment.box.bottom))
    for row in made:
        if len(row) > 1:
            row.sort(key=lambda f: (f.box.left, f.at))
    made.sort(key=_top)
    return made


_ENDED = re.compile(r"[.!?:;。！？：；…][\"'”’）)」』】》\]]*$")
_GOES_ON = re.compile(f"[a-z\u00df-\u00ff{HAN}{FULL_WIDTH}]")


def reads_on(before: Sequence[Fragment], after: Sequence[Fragment]) -> bool:
    """Whether a sentence may go on from one line to another: it ends in none, and begins in none."""
    return not _ENDED.search(before[-1].text) and _GOES_ON.match(after[0].text) is not None


def _top(row: Sequence[Fragment]) -> float:
    """The top of the fragment that fills most of a row."""
    if len(row) == 1:
        return row[0].box.top
    return max(row, key=lambda f: f.box.height * len(f.text)).box.top


def bounds(found: Iterable[Fragment]) -> Box:
    """The smallest box around fragments."""
    boxes = [fragment.box for fragment in found]
    if len(boxes) == 1:
        return boxes[0]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))
