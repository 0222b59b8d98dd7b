"""What is no document says what it is and what to do, in one line."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from align.document import read_document
from align.errors import AlignError, InputError
from align.file_kinds import kind_of_file, kind_of_units
from align.memory import exchange

NOISE = bytes((7 * i * i + 13 * i) % 251 for i in range(3000))


def zipped(*names: str, mimetype: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "<x/>")
    return file.getvalue()


def compound(stream: str) -> bytes:
    """A compound file (Office before 2007) whose directory has this stream, a text that says Workbook."""
    entry = stream.encode("utf-16-le").ljust(128, b"\0")
    root = "Root Entry".encode("utf-16-le").ljust(128, b"\0")
    text = "The Workbook\0 ".encode("utf-16-le") * 9
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + root + entry + text


def workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.create_sheet().append(["灯塔", "lighthouse"])
    book.save(file)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return file.getvalue()


def program() -> bytes:
    return (
        (b"MZ".ljust(60, b"\0") + (128).to_bytes(4, "little")).ljust(128, b"\0") + b"PE\0\0" + NOISE
    )


KINDS = {
    "xlsx": (workbook, "an Excel workbook; if each row is a unit, give it to align check"),
    "xls": (lambda: compound("Workbook"), "a workbook that is no XLSX; save it as XLSX"),
    "ods": (lambda: zipped("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"), "a workbook that is no XLSX"),
    "pptx": (lambda: zipped("[Content_Types].xml", "ppt/presentation.xml"), "a presentation; save it as PDF"),
    "ppt": (lambda: compound("PowerPoint Document"), "a presentation"),
    "odp": (lambda: zipped(mimetype="application/vnd.oasis.opendocument.presentation"), "a presentation"),
    "epub": (lambda: zipped("META-INF/container.xml", mimetype="application/epub+zip"), "an e-book"),
    "locked": (lambda: compound("EncryptedPackage"), "an Office file with a password; open it, take"),
    "mail": (lambda: compound("__properties_version1.0"), "an Outlook message"),
    "zip": (lambda: zipped("zh.txt", "en.txt"), "a ZIP archive; unpack it and give its documents"),
    "tar": (tarred, "a TAR archive; unpack it"),
    "gzip": (lambda: b"\x1f\x8b\x08" + NOISE, "a gzip archive"),
    "rar": (lambda: b"Rar!\x1a\x07" + NOISE, "a RAR archive"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + NOISE, "an image; give a file with text, or run text"),
    "jpeg": (lambda: b"\xff\xd8\xff\xe0" + NOISE, "an image"),
    "tiff": (lambda: b"II*\0" + NOISE, "an image"),
    "webp": (lambda: b"RIFF\x10\0\0\0WEBPVP8 " + NOISE, "an image"),
    "heic": (lambda: b"\0\0\0\x18ftypheic" + NOISE, "an image"),
    "mp4": (lambda: b"\0\0\0\x18ftypisom" + NOISE, "a recording; give a file with text"),
    "mp3": (lambda: b"ID3\x03" + NOISE, "a recording"),
    "wav": (lambda: b"RIFF\x10\0\0\0WAVEfmt " + NOISE, "a recording"),
    "djvu": (lambda: b"AT&TFORM" + NOISE, "a DjVu scan; save it as PDF"),
    "postscript": (lambda: b"%!PS-Adobe-3.0\n(Hello) show\n", "a file for a printer (PostScript)"),
    "program": (program, "a program"),
    "font": (lambda: b"\0\1\0\0\0\x10" + NOISE, "a font"),
    "database": (lambda: b"SQLite format 3\0" + NOISE, "a database"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_document_is_named_whatever_it_is_called(kind: str) -> None:
    make, wanted = KINDS[kind]
    data = make()
    for name in ("report.pdf", "report.docx", "report"):
        with pytest.raises(InputError) as caught:
            read_document(io.BytesIO(data), name=name)
        assert str(caught.value).startswith(f"{name}: {wanted}")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["zip", "png", "ppt", "database"])
def test_what_holds_no_units_is_named(tmp_path: Path, kind: str) -> None:
    make, wanted = KINDS[kind]
    path = tmp_path / "given.bin"
    path.write_bytes(make())
    with pytest.raises(AlignError) as caught:
        list(exchange.read_file(path))
    assert str(caught.value).startswith(f"{path}: no file of units but {wanted}")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", NOISE, "a.pdf: no PDF, whatever its name says; it is damaged or incomplete"),
        ("a.DOCX", NOISE, "a.DOCX: no Word document, whatever its name says"),
        ("a.xlsx", NOISE, "a.xlsx: no workbook, whatever its name says"),
        ("a.txt", NOISE, "a.txt: no text and no document of a known kind; give a TXT, PDF"),
        ("a", os.urandom, "a: no text and no document of a known kind"),
        ("a.txt", bytes(0x80 + at * at % 127 for at in range(2000)), "a.txt: text in no encoding that"),
        ("a.docx", zipped("x.txt")[:60], "a.docx: a damaged ZIP archive or Office file"),
    ],
    ids=["pdf", "docx", "xlsx", "text", "random", "unknown-encoding", "cut-short"],
)  # fmt: skip
def test_what_cannot_be_told_says_what_its_name_promised(
    name: str, data: bytes | Callable[[int], bytes], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_document(io.BytesIO(data if isinstance(data, bytes) else data(4000)), name=name)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (
            '<?xml version="1.0"?>\n<!-- made -->\n<tmx version="1.4"><body/></tmx>',
            "a translation memory",
        ),
        ("<tmx version='1.4'></tmx>", "a translation memory (TMX)"),
        ('<!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"/>', "a translation memory (TMX)"),
        ('<xliff version="2.1" xmlns="urn:x"/>', "a bilingual file (XLIFF)"),
        ('<?xml version="1.0"?><martif type="TBX"/>', "a termbase (TBX)"),
        ('{"align-project": 3}\n', "a project of align"),
        ('msgid ""\nmsgstr ""\n', "a catalogue of messages (PO)"),
        ('# Mill\n#, fuzzy\n\nmsgctxt "door"\nmsgid "Open"\n', "a catalogue of messages (PO)"),
        ("# msgid stands first\nin a catalogue of messages", None),
        ("<p>In TMX a unit is <tmx></p>", None),
        ("tmx is the name of a format", None),
    ],
    ids=range(11),
)
def test_files_of_units_are_no_documents(data: str, wanted: str | None) -> None:
    for encoded in (data.encode(), data.encode("utf-16")):
        found = kind_of_units(encoded)
        if wanted is None:
            assert found is None
        elif not (data.startswith("{") and encoded.startswith(b"\xff\xfe")):
            assert found is not None
            assert found.name.startswith(wanted)


@pytest.mark.parametrize(
    "data",
    [compound("WordDocument"), zipped("word/document.xml"), b"{\\rtf1}", b"MZ, he wrote.", b"%PDF-1.7"],
    ids=["doc", "docx", "rtf", "text", "pdf"],
)  # fmt: skip
def test_documents_are_not_taken_for_others(data: bytes) -> None:
    assert kind_of_file(data) is None
