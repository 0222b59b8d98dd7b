"""Which reader a file needs, and what no reader takes."""

from __future__ import annotations

from pathlib import Path

from align.document.blocks import RawDocument, from_text
from align.document.encoding import decode
from align.document.read_html import looks_like_html, read_html
from align.document.read_markdown import SUFFIXES as MARKDOWN
from align.document.read_markdown import read_markdown
from align.document.read_subtitles import is_subtitles, read_subtitles
from align.document.through_office import as_docx, kind_of
from align.errors import InputError
from align.file_kinds import kind_of_file, kind_of_units

MAX_BYTES = 200 << 20


def load(path: Path, name: str) -> bytes:
    """The bytes of a file. Raises InputError when there is none or it is too large."""
    try:
        if path.is_dir():
            raise InputError(f"{name}: is a folder; give a file")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError(f"{name}: no such file") from error
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror})") from error


def to_blocks(data: bytes, name: str, *, encoding: str | None = None) -> RawDocument:
    """The blocks of a document, its format told by its content; Markdown alone by its name.

    `encoding` is for text and HTML; PDF and DOCX say themselves. Raises InputError for what is
    empty, too large, damaged, or no document.
    """
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{name}: more than the {MAX_BYTES >> 20} MB that one document may have; divide it"
        )
    if not data.strip():
        raise InputError(f"{name}: empty; give a document with text")
    if b"%PDF-" in data[:1024]:
        from align.document.read_pdf import read_pdf

        return read_pdf(data, name)
    if (other := kind_of_file(data) or kind_of_units(data)) is not None:
        raise InputError(f"{name}: {other}")
    if kind_of(data) is not None:
        from align.document.read_docx import read_docx

        return read_docx(as_docx(data, name), name)
    if data.startswith(b"PK\x03\x04"):
        from align.document.read_docx import is_docx, read_docx

        if is_docx(data):
            return read_docx(data, name)
        raise InputError(
            f"{name}: a damaged ZIP archive or Office file, perhaps cut short; get a whole copy"
        )
    if looks_like_html(data, name):
        return read_html(data, name, encoding=encoding)
    if name.lower().endswith(MARKDOWN):
        return read_markdown(data, name, encoding=encoding)
    return _read_text(data, name, encoding)


def _read_text(data: bytes, name: str, encoding: str | None) -> RawDocument:
    text, codec, warnings = decode(data, name, encoding)
    if not any(line.strip() for line in text.split("\n")):
        raise InputError(f"{name}: nothing but white space; give a document with text")
    if is_subtitles(text):
        return read_subtitles(text, name, encoding=codec, warnings=warnings)
    return from_text(text, codec, warnings)
