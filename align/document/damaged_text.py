"""Text whose bytes are in an encoding but for a few: read as it, with every odd place named.

UTF-8 finds its feet again after a bad byte. In GB18030 and Big5 a lost byte shifts all that
follows it in a run, into characters that are valid and wrong; so the bytes to leave out are those
that make the rest read best.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from align.document.common_characters import COMMON

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_SHOWN = 5  # places that a warning names
# Bytes below 0x30 are never a part of a longer character in GB18030 or Big5.
_BETWEEN_SURE_BYTES = re.compile(rb"[\x00-\x2f]+|[^\x00-\x2f]+")
_LONGEST_PIECE = 1 << 16  # bytes without a line end, space or comma: no text
_ESCAPED = re.compile("[\udc80-\udcff]+")  # what surrogateescape makes of odd bytes
_UNREADABLE = re.compile(REPLACEMENT + "+")


class OddByte(NamedTuple):
    """A byte that its encoding cannot hold (None: one of several), and what it was read as."""

    line: int
    byte: int | None
    read_as: str


class Damaged(NamedTuple):
    """A text with its odd bytes, and how many of its characters are beyond ASCII and sound."""

    text: str
    odd: tuple[OddByte, ...]
    sound: int

    @property
    def is_likely(self) -> bool:
        """Whether the encoding is right and the bytes are wrong: as many sound characters as odd
        bytes. Chinese text in another encoding has four odd bytes for each that is valid by chance.
        """
        return self.sound >= len(self.odd)


def read_damaged(data: bytes, codec: str) -> Damaged:
    """`data` as `codec`, with what it cannot hold as U+FFFD. Linear.

    A single odd byte among ASCII is read as Windows' cp1252 has it: a curly quote, an accent.
    """
    if codec.startswith("utf-8"):
        return _read_utf8(data, codec)
    if codec.startswith(("gb", "big5", "cp95")):
        return _read_two_byte(data, codec)
    text = data.decode(codec, "replace")
    places = (match.start() for match in _UNREADABLE.finditer(text))
    line = _LineCounter(text)
    odd = tuple(OddByte(line(at), None, REPLACEMENT) for at in places)
    return Damaged(text, odd, _sound(text))


def _read_utf8(data: bytes, codec: str) -> Damaged:
    text = data.decode(codec, "surrogateescape")
    line = _LineCounter(text)
    odd: list[OddByte] = []

    def mended(match: re.Match[str]) -> str:
        bytes_ = [ord(char) - 0xDC00 for char in match[0]]
        around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
        lone = len(bytes_) == 1 and around.isascii()
        read_as = bytes(bytes_).decode("cp1252", "replace") if lone else REPLACEMENT
        odd.extend(OddByte(line(match.start()), byte, read_as) for byte in bytes_)
        return read_as

    sound = sum(char > "\x7f" for char in text) - sum(map(len, _ESCAPED.findall(text)))
    return Damaged(_ESCAPED.sub(mended, text), tuple(odd), sound)


def _read_two_byte(data: bytes, codec: str) -> Damaged:
    parts: list[str] = []
    odd: list[OddByte] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if number > 1:
            parts.append("\n")
        try:
            parts.append(line.decode(codec))
            continue
        except UnicodeDecodeError:
            pass
        for piece in _BETWEEN_SURE_BYTES.findall(line):
            text, dropped = _mend(piece, codec)
            parts.append(text)
            odd += [OddByte(number, byte, REPLACEMENT) for byte in dropped]
    text = "".join(parts)
    return Damaged(text, tuple(odd), _sound(text))


def _sound(text: str) -> int:
    return sum(char > "\x7f" for char in text) - text.count(REPLACEMENT)


class _LineCounter:
    """The lines of ascending offsets, each part of the text counted once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def __call__(self, offset: int) -> int:
        self._line += self._text.count("\n", self._at, offset)
        self._at = offset
        return self._line


def _mend(piece: bytes, codec: str) -> tuple[str, list[int]]:
    """A piece of text without the fewest bytes that let it be read, and those bytes.

    Of all ways to leave out as few, the one that keeps most of the characters that running text is
    made of; of those the one that leaves out the latest.
    """
    try:
        return piece.decode(codec), []
    except UnicodeDecodeError:
        if len(piece) > _LONGEST_PIECE:
            text = piece.decode(codec, "replace")
            return text, [ord("?")] * text.count(REPLACEMENT)
    # From the end: the best (fewest left out, most common characters) and the first step to it.
    best: list[tuple[int, int]] = [(0, 0)] * (len(piece) + 1)
    steps: list[str] = [""] * len(piece)
    for at in range(len(piece) - 1, -1, -1):
        left_out, common = best[at + 1]
        best[at] = (left_out - 1, common)
        for width in (1, 2, 4) if piece[at] >= 0x80 else (1,):
            char = _character(piece[at : at + width], codec)
            if char and at + width <= len(piece):
                left_out, common = best[at + width]
                reached = (left_out, common + (char in COMMON))
                if reached >= best[at]:
                    best[at], steps[at] = reached, char
    parts: list[str] = []
    dropped: list[int] = []
    at = 0
    while at < len(piece):
        parts.append(steps[at] or REPLACEMENT)
        if not steps[at]:
            dropped.append(piece[at])
        at += len(steps[at].encode(codec)) if steps[at] else 1
    return "".join(parts), dropped


@lru_cache(1 << 16)
def _character(data: bytes, codec: str) -> str:
    """The one character that `data` is in `codec`; nothing where it is none or several."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return ""
    return text if len(text) == 1 and len(text.encode(codec)) == len(data) else ""


def warning(odd: tuple[OddByte, ...], codec: str) -> str:
    """One sentence for the user: which bytes, in which lines, read as what."""
    places = [
        f"line {one.line}"
        + (f" (0x{one.byte:02X}" if one.byte is not None else " (bytes")
        + f" {_said(one.read_as)})"
        for one in odd[:_SHOWN]
    ]
    more = f" and {len(odd) - _SHOWN} more" if len(odd) > _SHOWN else ""
    count = "1 byte is" if len(odd) == 1 else f"{len(odd)} bytes are"
    return f"{count} not {codec}: {', '.join(places)}{more}"


def _said(read_as: str) -> str:
    if read_as == REPLACEMENT:
        return "unreadable"
    return f"read as {read_as if read_as.isprintable() else f'U+{ord(read_as):04X}'}"
