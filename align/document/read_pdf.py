"""The text layer of a PDF, page by page."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from typing import Any

from align.document.blocks import RawDocument
from align.document.pdf import pictures
from align.document.pdf.characters import Characters, Reader
from align.document.pdf.fragments import fragments
from align.document.pdf.native import address_of
from align.document.pdf.pages import Page, to_document
from align.document.pdf.rulings import Rulings, read_rulings
from align.document.pdf.tags import TagReader, Tags
from align.document.pdf.unmapped import mend_unmapped
from align.errors import InputError

_LONGEST_TAG = 100  # UTF-16 units; RFC 5646 asks for 35 at least
MAX_PAGES = 10_000
MAX_CHARACTERS = 200 << 20
_MIN_CHARACTERS_PER_PAGE = 3


def read_pdf(data: bytes, name: str) -> RawDocument:
    """The lines of a PDF in reading order.

    Raises InputError for a damaged or encrypted file, for too many pages, and for a scan, which
    has no text layer.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        n_pages = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise InputError(
                f"{name}: encrypted PDF; remove its password first (print it to a new PDF)"
            ) from error
        raise InputError(f"{name}: damaged PDF that cannot be opened") from error
    with document:
        if n_pages > MAX_PAGES:
            raise InputError(f"{name}: {n_pages} pages, more than {MAX_PAGES}; divide it")
        characters, rulings, tags = _read(document, n_pages, name)
        unread = _pictures(document, characters)
        languages = _languages(document)
    characters = mend_unmapped(characters, data)
    pages = [
        Page(
            each.width,
            each.height,
            tuple(fragments(each, said.element_of if said else {})),
            lines,
            said,
        )
        for each, lines, said in zip(characters, rulings, tags, strict=True)
    ]
    letters = sum(len(fragment.text) for page in pages for fragment in page.fragments)
    if letters < _MIN_CHARACTERS_PER_PAGE * n_pages or not letters:
        raise InputError(
            f"{name}: no text layer in this PDF: its pages are scanned images and need OCR first"
        )
    read = to_document(pages)
    return replace(read, warnings=(*read.warnings, *unread), languages=languages)


def _languages(document: Any) -> tuple[str, ...]:
    """The language that a PDF states for all of its text, if it does."""
    import pypdfium2.raw as pdfium

    held = (ctypes.c_ushort * _LONGEST_TAG)()
    size = pdfium.FPDFCatalog_GetLanguage(document, held, ctypes.sizeof(held))
    if not 2 < size <= ctypes.sizeof(held):
        return ()
    return (bytes(held)[: size - 2].decode("utf-16-le", "replace"),)


def _pictures(document: Any, characters: list[Characters]) -> tuple[str, ...]:
    """A warning for pages that are pictures: between readable ones they would be lost in silence."""
    import pypdfium2

    found = []
    for number in pictures.nearly_empty([len(each.codes) for each in characters]):
        page = document[number]
        try:
            if pictures.is_mostly_pictures(page):
                found.append(number + 1)
        except pypdfium2.PdfiumError:
            continue  # a damaged picture is none that someone could read
        finally:
            page.close()
    return (pictures.warning(found),) if found else ()


def _read(
    document: Any, n_pages: int, name: str
) -> tuple[list[Characters], list[Rulings], list[Tags | None]]:
    """The characters, the drawn lines and the tags of each page."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    tagged = bool(pdfium.FPDFCatalog_IsTagged(document))
    reader = Reader(tagged=tagged)
    tag_reader = TagReader() if tagged else None
    tags: list[Tags | None] = []
    characters: list[Characters] = []
    rulings: list[Rulings] = []
    size = 0
    for number in range(n_pages):
        try:
            found, lines, said = _page(document, number, reader, tag_reader)
        except pypdfium2.PdfiumError as error:
            raise InputError(
                f"{name}: page {number + 1} is damaged and cannot be read; print the file to a new "
                "PDF, or leave that page out"
            ) from error
        size += len(found.codes)
        if size > MAX_CHARACTERS:
            raise InputError(f"{name}: more than {MAX_CHARACTERS >> 20} million characters")
        characters.append(found)
        rulings.append(lines)
        tags.append(said)
    return characters, rulings, tags


def _page(
    document: Any, number: int, reader: Reader, tag_reader: TagReader | None
) -> tuple[Characters, Rulings, Tags | None]:
    page = document[number]
    try:
        layer = page.get_textpage()
        try:
            tags = tag_reader.read(address_of(page)) if tag_reader else None
            return reader.read(page, layer), read_rulings(page), tags
        finally:
            layer.close()
    finally:
        page.close()
