"""Which reader a file needs, and what no reader takes."""

from __future__ import annotations

from pathlib import Path

from align.document.encoding import decode
from align.document.raw import RawText, from_text
from align.errors import InputError

MAX_BYTES = 200 << 20


def load(path: Path, name: str) -> bytes:
    """The bytes of a file. Raises InputError when there is none or it is too large or empty."""
    try:
        if path.is_dir():
            raise InputError(f"{name}: is a folder; give a file")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"{name}: {size >> 20} MB are more than the {MAX_BYTES >> 20} MB that one document "
                "may have; divide it"
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{name}: no such file") from error
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror})") from error


def to_lines(data: bytes, name: str, *, encoding: str | None) -> RawText:
    """The raw lines of a document of any format, told by its content."""
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{name}: more than the {MAX_BYTES >> 20} MB that one document may have; divide it"
        )
    if not data.strip():
        raise InputError(f"{name}: empty; give a document with text")
    text, codec = decode(data, name, encoding)
    if not text.strip():
        raise InputError(f"{name}: nothing but white space; give a document with text")
    return from_text(text, codec)
