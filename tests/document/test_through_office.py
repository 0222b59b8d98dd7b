"""Files that LibreOffice turns into Word documents, with it and without."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from align.document import read_document
from align.document.through_office import as_docx, find_office, kind_of
from align.errors import InputError

RTF = rb"{\rtf1\ansi The lamp {\b was} lit.\par It burns.}"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def odt() -> bytes:
    """An OpenDocument text as LibreOffice writes it, with as little as it needs."""
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f'<office:document-content {names} office:version="1.2"><office:body><office:text>'
            "<text:p>图书馆在山上。</text:p><text:p>灯亮了。</text:p></office:text></office:body>"
            "</office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry '
            'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
        )
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "suffix"), [(RTF, ".rtf"), (OLD, ".doc"), (odt(), ".odt")], ids=["rtf", "doc", "odt"]
)
def test_kinds(data: bytes, suffix: str) -> None:
    kind = kind_of(data)
    assert kind is not None
    assert kind[1] == suffix


def test_without_libreoffice_one_line_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        InputError, match=r"old: an old Office file .* install it, or save the file"
    ):
        as_docx(OLD, "old")


def program(folder: Path, lines: str) -> str:
    """A program in LibreOffice's place."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)
    return str(path)


def test_a_program_that_hangs_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(InputError, match="took more than 1 s; save the file as DOCX"):
        as_docx(RTF, "file", program=program(tmp_path, "sleep 300 & sleep 300"), seconds=1)
    assert time.monotonic() - begun < 60


def test_a_program_that_fails_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"could not open \(no lamp\)"):
        as_docx(RTF, "file", program=program(tmp_path, "echo no lamp"))


@pytest.mark.parametrize("part", ["content.xml", "META-INF/manifest.xml", "styles.xml"])
@pytest.mark.parametrize("before", ["", " " * 70_000], ids=["first", "after-blanks"])
def test_declared_entities_never_reach_libreoffice(tmp_path: Path, part: str, before: str) -> None:
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(odt())) as old, zipfile.ZipFile(changed, "w") as new:
        for name in [*old.namelist(), "styles.xml"]:
            data = old.read(name) if name in old.namelist() else b"<a/>"
            doctype = f'{before}<!DOCTYPE a [<!ENTITY b "lamp">]>' if name == part else ""
            new.writestr(name, doctype.encode() + data)
    called = tmp_path / "called"
    with pytest.raises(InputError, match=f"{part.lower()}: the file declares entities of its own"):
        as_docx(
            changed.getvalue(),
            "file",
            program=program(tmp_path, f"touch {called}"),
        )
    assert not called.exists()


@pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("data", "found"),
    [(RTF, "The lamp was lit.\nIt burns."), (odt(), "图书馆在山上。\n灯亮了。")],
    ids=["rtf", "odt"],
)
def test_through_libreoffice(data: bytes, found: str) -> None:
    assert read_document(BytesIO(data), name="file").text == found
