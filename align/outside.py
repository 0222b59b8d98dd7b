"""The bounds of the outside world: numbers, JSON and text enter and leave through one place each.

What is written in files of others is hostile until it has passed here: digits that are no ASCII
digits, numbers with five thousand of them, JSON a hundred thousand levels deep, halves of characters
(lone surrogates), NUL, and control characters that a terminal obeys.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from align.errors import FormatError

# SQLite holds 64 bits, and so do arrays; no page, sentence or list number comes near.
LARGEST = 2**63 - 1
_MOST_DIGITS = 18  # always below LARGEST
MAX_DEPTH = 100  # own files are five levels deep, tokenizers and model configurations ten
MAX_JSON = 256 << 20  # bytes of one value: a project of the largest document has about 100 MB

# What the names of documents end in, where a folder holds other files as well. A single file that is
# named is read by its content, whatever it is called.
DOCUMENTS = frozenset(
    ".txt .text .pdf .docx .html .htm .xhtml .md .markdown .mdown .mkd .srt .vtt".split()
)

_LONE = re.compile("[\ud800-\udfff]")
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")
# Characters that a terminal, an editor or a viewer obeys rather than shows: C0 but tab and line
# feed, DEL and C1, the line separators of Unicode, and what turns the direction of writing round.
_OBEYED = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def no_file(path: Path) -> str:
    """Why no plain file can be read at `path`, for the middle of a message; "" where one can.

    >>> no_file(Path(".")), no_file(Path("nowhere")), no_file(Path(__file__))
    ('is a folder, not a file', 'no such file', '')
    """
    try:
        kind = os.stat(path).st_mode
    except FileNotFoundError:
        gone = os.readlink(path) if path.is_symlink() else ""
        return f"is a link to {gone}, where nothing is" if gone else "no such file"
    except NotADirectoryError:
        return "no such file"
    except (OSError, ValueError) as error:  # a loop of links, a name too long, NUL in it
        return f"cannot be read ({getattr(error, 'strerror', None) or error})"
    if stat.S_ISREG(kind):
        return ""
    return "is a folder, not a file" if stat.S_ISDIR(kind) else "not a plain file"


def few_of(names: Iterable[str], most: int = 12) -> str:
    """Names for a message, and how many more there are: a hostile table has twenty thousand.

    >>> few_of(["zh", "en"]), few_of([]), few_of("abcde", 2)
    ('zh, en', 'none', 'a, b and 3 more')
    """
    known = list(names)
    more = f" and {len(known) - most:,} more" if len(known) > most else ""
    return (", ".join(name[:40] for name in known[:most]) or "none") + more


def whole_number(text: str, *, most: int = LARGEST) -> int | None:
    """The number that `text` writes in ASCII digits, None where it writes none up to `most`.

    >>> whole_number("012"), whole_number("²"), whole_number("-1"), whole_number("9" * 5000)
    (12, None, None, None)
    """
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) > _MOST_DIGITS:
        text = text.lstrip("0") or "0"
        if len(text) > _MOST_DIGITS:
            return None
    number = int(text)
    return number if number <= most else None


def page_number(value: object) -> int | None:
    """A page of a record from outside, as a number or in digits; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST // 2:
        value = int(value)
    if isinstance(value, int):
        return value if 0 <= value <= LARGEST else None
    return whole_number(value.strip()) if isinstance(value, str) else None


def probability(value: object) -> float | None:
    """A confidence of a record from outside; None where it is no number from 0 to 1.

    >>> probability("0.5"), probability(1), probability("nan"), probability(1e400), probability([])
    (0.5, 1.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0.0 <= number <= 1.0 else None


def is_text(text: str) -> bool:
    """Whether `text` holds whole characters only, and no NUL: what files and databases can hold."""
    return _NOT_TEXT.search(text) is None


def text_in(text: str, place: str) -> str:
    """`text`; raises FormatError, naming `place`, for NUL and for half a character."""
    found = _NOT_TEXT.search(text)
    if found is None:
        return text
    what = "the character NUL" if found[0] == "\0" else "half a character (a lone surrogate)"
    raise FormatError(
        f"{place}: {what} (U+{ord(found[0]):04X}) in a text; mend it in the program that wrote it"
    )


def character(code: int) -> str | None:
    """The character with this number, None where there is none: above U+10FFFF, or half a one."""
    return chr(code) if 0 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF else None


def json_in(data: str | bytes, place: str, *, most: int = MAX_JSON) -> Any:
    """The value of a JSON text (UTF-8 where it is bytes) of at most `most` bytes or characters.

    Raises FormatError, its message beginning with `place`: for what is not JSON or too large, is
    nested more than a hundred levels deep, holds NaN, Infinity or a whole number of more than 64
    bits, half a character (``"\\ud800"``) or NUL.
    """
    if len(data) > most:
        raise FormatError(f"{place}: {len(data):,} bytes of JSON, more than the {most:,} allowed")
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise FormatError(f"{place}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    try:
        value = _DECODER.decode(text)
    except RecursionError as error:
        raise FormatError(f"{place}: JSON nested more than {MAX_DEPTH} levels deep") from error
    except ValueError as error:
        raise FormatError(f"{place}: not JSON ({_reason(error)})") from error
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(value, place)
    if "\\u0000" in text or "\\ud" in text or "\\uD" in text or not is_text(text):
        _check_texts(value, place)
    return value


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):  # its own count of lines misleads in a line
        return f"{error.msg} at character {error.pos + 1}"
    return str(error)


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS + 2 or abs(number := int(digits)) > LARGEST:
        raise ValueError(f"a number of {len(digits)} digits, more than 64 bits hold")
    return number


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_constant=_constant)


def _check_depth(value: Any, place: str) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH + 1):
        inside = (each.values() if isinstance(each, dict) else each for each in level)
        level = [each for part in inside for each in part if isinstance(each, dict | list)]
        if not level:
            return
    raise FormatError(f"{place}: JSON nested more than {MAX_DEPTH} levels deep")


def _check_texts(value: Any, place: str) -> None:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            text_in(each, place)
        elif isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            waiting += each


def refuse_entities(element: Any, place: str) -> None:
    """Raise FormatError, naming `place`, where the file of an lxml element declares entities.

    Asked of the parsed file, so it does not matter where in the file the DOCTYPE stands.
    """
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise FormatError(
            f"{place}: the file declares entities of its own; they are never expanded, as they can "
            "be used to attack the reader; remove the declarations"
        )


def json_out(value: Any, **options: Any) -> str:
    """`value` as JSON in readable characters, none of them one that a terminal or viewer obeys.

    >>> json_out({"a": "中\\x9b\\x1b"})
    '{"a": "中\\\\u009b\\\\u001b"}'
    """
    return shown(json.dumps(value, ensure_ascii=False, **options))


def shown(text: str) -> str:
    """`text` for a terminal or a log: what would be obeyed rather than shown stands as its escape.

    In JSON this is the same text, as these characters stand in its strings only.

    >>> shown("a\\x1b[31mb\\n")
    'a\\\\u001b[31mb\\n'
    """
    if _OBEYED.search(text) is None:
        return text
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def whole(text: str) -> str:
    """`text` with U+FFFD for each half a character, so that it can be encoded; the length stays."""
    return _LONE.sub("\ufffd", text)
