"""Which encoding a text file is in, decided without guessing where the bytes decide."""

from __future__ import annotations

import codecs
import os
import re
from typing import NamedTuple

from align.document.common_characters import COMMON
from align.document.damaged_text import Damaged, read_damaged, warning
from align.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# In Chinese read as another encoding half of the bytes are odd; of a text with damage, few are.
_ODD_OF_OTHERS = 10
_PLAUSIBLE = 0.2  # a tenth of the characters common: what a wrong reading reaches by chance
_ENOUGH = 1 << 16  # bytes that a statistical decision looks at


class Decoded(NamedTuple):
    """A text, the encoding that it was read in, and what of its bytes could not be read so."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """The text of `data` and the name of the encoding that it is in.

    A byte order mark decides, then UTF-8, then the plausibility of the characters that UTF-16,
    GB18030 and Big5 make of the bytes. A few bytes that are not in the encoding are named in a
    warning and read as U+FFFD, or as the curly quote or accent that Windows writes with them.
    Raises InputError for binary data, for an unknown `encoding`, and where the bytes are not in
    the encoding that was asked for.
    """
    if encoding is not None:
        return _decode_as(data, encoding, name)
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _with_bom(data, codec, name)
    sound = None if _mostly_null(data) else _strict(data, "utf-8")
    if sound is not None:
        return Decoded(_checked(sound, name), "utf-8")
    damaged = None if _mostly_null(data) else read_damaged(data, "utf-8")
    if damaged is not None and damaged.is_likely:
        return _warned(damaged, "utf-8", name)
    plausible = _most_plausible(data)
    if isinstance(plausible, str):
        return Decoded(_checked(data.decode(plausible), name), plausible)
    if plausible is not None:
        return _warned(plausible[0], plausible[1], name)
    raise InputError(f"{name}: {_no_text(data, name)}")


# What files of these names are; the content of one that is damaged or renamed says nothing.
_NAMED = {
    ".pdf": "PDF", ".docx": "Word document", ".doc": "Word document", ".odt": "OpenDocument text",
    ".rtf": "RTF file", ".zip": "ZIP archive", ".xlsx": "workbook", ".xls": "workbook",
}  # fmt: skip


def _no_text(data: bytes, name: str) -> str:
    """Why bytes are no text, and what to do: a damaged file, another kind, an unknown encoding."""
    kind = _NAMED.get(os.path.splitext(name)[1].lower())
    if kind is not None:
        return f"no {kind}, whatever its name says; it is damaged or incomplete: get a whole copy"
    if _is_binary(data.decode("latin-1")):
        return "no text and no document of a known kind; give a TXT, PDF, DOCX or HTML file"
    return (
        "text in no encoding that is recognised (UTF-8, UTF-16, GB18030, Big5); name its encoding"
        " with --encoding, or save it as UTF-8"
    )


def _is_binary(text: str) -> bool:
    """Whether one in a thousand characters, or more, is one that no text holds."""
    return len(_BINARY.findall(text[: 1 << 20])) * 1000 > min(len(text), 1 << 20)


def decode_declared(data: bytes, codec: str) -> Decoded | None:
    """`data` in the encoding that the file itself names; None where it plainly is not in it."""
    try:
        return Decoded(data.decode(codec).removeprefix("\ufeff"), codec)
    except LookupError:
        return None
    except UnicodeDecodeError:
        damaged = read_damaged(data, codec)
    if not damaged.is_likely or _plausibility(damaged.text[:_ENOUGH]) < _PLAUSIBLE:
        return None
    return Decoded(damaged.text.removeprefix("\ufeff"), codec, (warning(damaged.odd, codec),))


def _warned(damaged: Damaged, codec: str, name: str) -> Decoded:
    said = (warning(damaged.odd, codec),) if damaged.odd else ()
    return Decoded(_checked(damaged.text, name), codec, said)


def _with_bom(data: bytes, codec: str, name: str) -> Decoded:
    text = _strict(data, codec)
    if text is not None:
        return Decoded(_checked(text, name), codec)
    damaged = read_damaged(data, codec)
    if not damaged.is_likely:
        raise InputError(f"{name}: begins as {codec} but is damaged; save it again")
    return _warned(damaged, codec, name)


def _decode_as(data: bytes, encoding: str, name: str) -> Decoded:
    try:
        codec = codecs.lookup(encoding)
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        damaged = read_damaged(data, codec.name)
        # Asked for by name, it is also believed of a text that has hardly anything but ASCII.
        if not damaged.is_likely and len(damaged.odd) * _ODD_OF_OTHERS > len(damaged.text):
            raise InputError(
                f"{name}: byte {error.start} is not {encoding}; leave --encoding out to have the "
                "encoding detected"
            ) from error
        text = damaged.text.removeprefix("\ufeff")
        return _warned(damaged._replace(text=text), codec.name, name)
    except (LookupError, ValueError) as error:
        raise InputError(
            f"--encoding {encoding}: no such text encoding; try utf-8, utf-16, gb18030 or big5"
        ) from error
    if not isinstance(text, str):
        raise InputError(f"--encoding {encoding}: not a text encoding; try utf-8 or gb18030")
    return Decoded(_checked(text.removeprefix("\ufeff"), name), codec.name)


def _checked(text: str, name: str) -> str:
    """`text`, unless it holds what no text holds."""
    found = _BINARY.search(text)
    if found and _is_binary(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(
            f"{name}:{line}: control characters, so this is no text file; give a TXT, PDF, DOCX or "
            "HTML file"
        )
    return text


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _mostly_null(data: bytes) -> bool:
    head = data[:_ENOUGH]
    return head.count(0) * 50 > len(head)


def _most_plausible(data: bytes) -> str | tuple[Damaged, str] | None:
    """The codec whose reading of `data` looks most like text, with the reading if it is damaged."""
    candidates = ("utf-16-le", "utf-16-be", "gb18030", "big5", "cp950", "big5hkscs")
    best: tuple[float, str] | None = None
    for codec in candidates:
        text = _strict(data, codec)
        if text is None:
            continue
        score = _plausibility(text[:_ENOUGH])
        if best is None or score > best[0] + 1e-9:
            best = score, codec
    if best is not None and best[0] >= _PLAUSIBLE:
        return best[1]
    if _is_western(data):
        return "cp1252"
    return _most_plausible_damaged(data) or _damaged_western(data) or _second_opinion(data)


def _most_plausible_damaged(data: bytes) -> tuple[Damaged, str] | None:
    """Chinese but for a few bytes, judged by the beginning of the text."""
    judged = []
    for codec in ("gb18030", "big5hkscs"):
        head = read_damaged(data[:_ENOUGH], codec)
        if head.is_likely:
            judged.append((_plausibility(head.text), -len(head.odd), codec))
    if not judged or max(judged)[0] < _PLAUSIBLE:
        return None
    codec = max(judged)[2]
    damaged = read_damaged(data, codec)
    return (damaged, codec) if damaged.is_likely else None


def _plausibility(text: str) -> float:
    """How much of `text` is what Chinese or English text is made of, 0 to 1."""
    if not text or _BINARY.search(text):
        return 0.0
    wide = [char for char in text if char > "\x7f"]
    if not wide:
        return 1.0
    common = sum(char in COMMON for char in wide) / len(wide)
    # Running text has about half of its characters among the common ones; a wrong reading a tenth.
    return min(1.0, 2 * common)


def _is_western(data: bytes) -> bool:
    """Mostly ASCII with the typographic quotes and dashes, or accents, of Windows."""
    high = sum(byte >= 0x80 for byte in data[:_ENOUGH])
    return high * 10 < len(data[:_ENOUGH]) and _strict(data, "cp1252") is not None


def _damaged_western(data: bytes) -> tuple[Damaged, str] | None:
    """Mostly ASCII, with curly quotes and the like, and a few bytes that Windows does not define.

    Guesses would take the quotes for letters of Polish or Arabic.
    """
    damaged = read_damaged(data, "cp1252")
    mostly_ascii = (damaged.sound + len(damaged.odd)) * 10 < len(data)
    return (damaged, "cp1252") if mostly_ascii and damaged.is_likely else None


def _second_opinion(data: bytes) -> str | None:
    """What charset-normalizer says, where it is sure: texts in languages that we refuse later."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_ENOUGH]).best()
    # Its guesses for the Macintosh take the curly quotes of a damaged text for Polish letters.
    if (
        best is None
        or best.chaos > 0.1
        or best.encoding.startswith("mac")
        or _strict(data, best.encoding) is None
    ):
        return None
    return best.encoding
