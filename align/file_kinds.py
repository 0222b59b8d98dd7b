"""What a file is that nothing here reads, by its content: in words, with what to do instead."""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple


class FileKind(NamedTuple):
    """A kind of file: "an image", and what its user does to go on: "run text recognition …"."""

    name: str
    advice: str

    def __str__(self) -> str:
        return f"{self.name}; {self.advice}"


_TABLE = (
    "if each row is a unit, give it to align check or align memory add; if it is a review sheet, to"
    " align pair --from-xlsx; else save its text as DOCX"
)
_IMAGE = FileKind("an image", "give a file with text, or run text recognition (OCR) first")
_SOUND = FileKind("a recording", "give a file with text: its subtitles (SRT, VTT) or a transcript")
_WORKBOOK = FileKind("an Excel workbook", _TABLE)
_OTHER_WORKBOOK = FileKind("a workbook that is no XLSX", f"save it as XLSX: {_TABLE}")
_SLIDES = FileKind("a presentation", "save it as PDF, or its text as DOCX")
_LOCKED = FileKind(
    "an Office file with a password", "open it, take the password off, and save it again"
)
_MAIL = FileKind("an Outlook message", "save it as HTML or text")
_BOOK = FileKind("an e-book", "save it as DOCX or HTML")
_ARCHIVE = "unpack it and give its documents: two to align pair, a folder to align batch"
_ZIP = FileKind("a ZIP archive", _ARCHIVE)
_PROGRAM = FileKind("a program", "give a document")
_FONT = FileKind("a font", "give a document")
_PRINT = FileKind("a file for a printer (PostScript)", "save it as PDF")
_SCAN = FileKind("a DjVu scan", "save it as PDF, and run text recognition (OCR) if it has no text")
_DATABASE = FileKind("a database", "align memory search and align check take it if it is a memory")

# Where the bytes stand, the bytes, and what begins with them.
_BEGINNINGS = (
    (0, b"\x89PNG", _IMAGE),
    (0, b"\xff\xd8\xff", _IMAGE),
    (0, b"GIF8", _IMAGE),
    (0, b"II*\0", _IMAGE),
    (0, b"MM\0*", _IMAGE),
    (8, b"WEBP", _IMAGE),
    (0, b"\0\0\0\x0cjP  ", _IMAGE),  # JPEG 2000
    (4, b"ftyphei", _IMAGE),
    (4, b"ftypmif1", _IMAGE),
    (4, b"ftypavif", _IMAGE),
    (0, b"8BPS", _IMAGE),
    (4, b"ftyp", _SOUND),
    (8, b"WAVE", _SOUND),
    (8, b"AVI ", _SOUND),
    (0, b"ID3", _SOUND),
    (0, b"OggS", _SOUND),
    (0, b"fLaC", _SOUND),
    (0, b"\x1aE\xdf\xa3", _SOUND),  # Matroska, WebM
    (0, b"\x1f\x8b", FileKind("a gzip archive", _ARCHIVE)),
    (0, b"BZh", FileKind("a bzip2 archive", _ARCHIVE)),
    (0, b"\xfd7zXZ", FileKind("an xz archive", _ARCHIVE)),
    (0, b"7z\xbc\xaf", FileKind("a 7z archive", _ARCHIVE)),
    (0, b"Rar!", FileKind("a RAR archive", _ARCHIVE)),
    (257, b"ustar", FileKind("a TAR archive", _ARCHIVE)),
    (0, b"AT&TFORM", _SCAN),
    (0, b"%!PS", _PRINT),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"SQLite format 3", _DATABASE),
    (0, b"OTTO\0", _FONT),
    (0, b"\0\1\0\0\0", _FONT),
    (0, b"wOF", _FONT),
)
# What a ZIP archive is by a part of it, or by the type that its first part states.
_PARTS = (
    ("xl/", _WORKBOOK),
    ("ppt/", _SLIDES),
    ("META-INF/container.xml", _BOOK),
    ("EncryptionInfo", _LOCKED),
)
_TYPES = (
    (b"opendocument.spreadsheet", _OTHER_WORKBOOK),
    (b"opendocument.presentation", _SLIDES),
    (b"application/epub+zip", _BOOK),
)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, and what is encrypted
_STREAMS = (
    ("EncryptedPackage", _LOCKED),
    ("WordDocument", None),
    ("Workbook", _OTHER_WORKBOOK),
    ("Book", _OTHER_WORKBOOK),
    ("PowerPoint Document", _SLIDES),
    ("__properties_version1.0", _MAIL),
)
_ENTRY = 128  # bytes of an entry in a compound file's directory; it begins with the stream's name
_ALIGNED = (
    "its units are aligned already: align check checks them, align serve shows them, align memory add"
    " keeps them"
)
_TERMBASE = FileKind("a termbase (TBX)", "give it to a command with --terms")
_UNITS = {
    "tmx": FileKind("a translation memory (TMX)", _ALIGNED),
    "xliff": FileKind("a bilingual file (XLIFF)", _ALIGNED),
    "martif": _TERMBASE,
    "tbx": _TERMBASE,
}
_CATALOGUE = FileKind("a catalogue of messages (PO)", _ALIGNED)
_PROJECT = FileKind("a project of align", "open it with align serve")
_HEAD = 4096  # bytes in which the root element of an XML file begins
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<[?!][^>]*>\s*)*<(tmx|xliff|martif|tbx)[\s>]"
)
_MESSAGE = re.compile(rb'(?:msgid|msgctxt|domain)\s*"')
_EXECUTABLE = re.compile(rb"MZ.{58}(.{4})", re.DOTALL)


def kind_of_file(data: bytes) -> FileKind | None:
    """What `data` is; None for what is or may be a document.

    >>> print(kind_of_file(b"GIF89a"))
    an image; give a file with text, or run text recognition (OCR) first
    """
    for at, magic, kind in _BEGINNINGS:
        if data.startswith(magic, at):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(_COMPOUND):
        return next((kind for name, kind in _STREAMS if _has_stream(data, name)), None)
    return _PROGRAM if _is_executable(data) else None


def kind_of_units(data: bytes) -> FileKind | None:
    """What a file of units or terms is, which no document is; None for any other.

    >>> print(kind_of_units(b'<?xml version="1.0"?><tbx style="dca">'))
    a termbase (TBX); give it to a command with --terms
    """
    if data.startswith(b'{"align-project"'):
        return _PROJECT
    head = data[:_HEAD].replace(b"\0", b"")
    if root := _ROOT.match(head):
        return _UNITS[root[1].decode()]
    return _CATALOGUE if _is_catalogue(head) else None


def _is_catalogue(head: bytes) -> bool:
    """Whether the first line that is no comment begins a message of gettext."""
    lines = (line.strip() for line in head.lstrip(b"\xef\xbb\xbf\xff\xfe").splitlines())
    first = next((line for line in lines if line and not line.startswith(b"#")), b"")
    return _MESSAGE.match(first) is not None


def _kind_of_zip(data: bytes) -> FileKind | None:
    """What a ZIP archive is; None where it is damaged, or a document."""
    stated = next((kind for type, kind in _TYPES if type in data[:200]), None)
    if stated is not None or b"opendocument.text" in data[:200]:
        return stated
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name.replace("\\", "/").lstrip("/") for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    if any(name.lower().startswith("word/") for name in names):
        return None
    return next((kind for part, kind in _PARTS if any(n.startswith(part) for n in names)), _ZIP)


def _has_stream(data: bytes, name: str) -> bool:
    """Whether a compound file's directory has a stream of this name: at the head of an entry."""
    sought = (name + "\0").encode("utf-16-le")
    at = data.find(sought)
    while at >= 0 and at % _ENTRY:
        at = data.find(sought, at + 1)
    return at >= 0


def _is_executable(data: bytes) -> bool:
    """Whether it is a program of Windows: MZ, and PE where its header says."""
    header = _EXECUTABLE.match(data)
    at = int.from_bytes(header[1], "little") if header else len(data)
    return data.startswith(b"PE\0\0", at)
