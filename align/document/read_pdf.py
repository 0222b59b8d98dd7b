"""The text layer of a PDF, page by page."""

from __future__ import annotations

from typing import Any

from align.document.blocks import RawDocument
from align.document.pdf.characters import Reader
from align.document.pdf.fragments import fragments
from align.document.pdf.pages import Page, to_document
from align.document.pdf.rulings import read_rulings
from align.errors import InputError

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
        pages = _pages(document, n_pages, name)
    letters = sum(len(fragment.text) for page in pages for fragment in page.fragments)
    if letters < _MIN_CHARACTERS_PER_PAGE * n_pages or not letters:
        raise InputError(
            f"{name}: no text layer in this PDF: its pages are scanned images and need OCR first"
        )
    return to_document(pages)


def _pages(document: Any, n_pages: int, name: str) -> list[Page]:
    import pypdfium2

    reader = Reader()
    pages: list[Page] = []
    size = 0
    for number in range(n_pages):
        try:
            page, characters = _page(document, number, reader)
        except pypdfium2.PdfiumError as error:
            raise InputError(
                f"{name}: page {number + 1} is damaged and cannot be read; print the file to a new "
                "PDF, or leave that page out"
            ) from error
        size += characters
        if size > MAX_CHARACTERS:
            raise InputError(f"{name}: more than {MAX_CHARACTERS >> 20} million characters")
        pages.append(page)
    return pages


def _page(document: Any, number: int, reader: Reader) -> tuple[Page, int]:
    """What stands on a page, and how many characters it has."""
    page = document[number]
    try:
        layer = page.get_textpage()
        try:
            read = reader.read(page, layer)
        finally:
            layer.close()
        found = Page(read.width, read.height, tuple(fragments(read)), read_rulings(page))
        return found, len(read.codes)
    finally:
        page.close()
