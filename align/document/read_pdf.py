"""The text layer of a PDF, page by page."""

from __future__ import annotations

from bisect import bisect_right

from align.document.blocks import Block, RawDocument
from align.errors import InputError

# A line ends with CR LF; other control characters come from fonts without names for their glyphs.
_LINE_ENDS: dict[int, str | None] = dict.fromkeys(range(0x20))
_LINE_ENDS |= {0x09: "\t", 0x0A: "\n", 0x02: "-\n", 0xFFFE: "-\n", 0x0C: "\n"}
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
        lines, starts = _pages(document, n_pages, name)
    letters = sum(len(line.strip()) for line in lines)
    if letters < _MIN_CHARACTERS_PER_PAGE * n_pages or not letters:
        raise InputError(
            f"{name}: no text layer in this PDF: its pages are scanned images and need OCR first"
        )
    return RawDocument(
        tuple(
            Block(line, number, page=bisect_right(starts, number - 1))
            for number, line in enumerate(lines, start=1)
        ),
        torn=True,
    )


def _pages(document: object, n_pages: int, name: str) -> tuple[list[str], list[int]]:
    import pypdfium2

    lines: list[str] = []
    starts: list[int] = []
    size = 0
    for number in range(n_pages):
        starts.append(len(lines))
        try:
            text = _page_text(document, number)
        except pypdfium2.PdfiumError as error:
            raise InputError(
                f"{name}: page {number + 1} is damaged and cannot be read; print the file to a new "
                "PDF, or leave that page out"
            ) from error
        size += len(text)
        if size > MAX_CHARACTERS:
            raise InputError(f"{name}: more than {MAX_CHARACTERS >> 20} million characters")
        lines.extend(text.split("\n"))
    return lines, starts


def _page_text(document: object, number: int) -> str:
    """The text of a page, its line ends made LF.

    PDFium writes U+FFFE (U+0002 in the past) for a hyphen and the line end after it, whether the
    hyphen is the author's or the typesetter's: reflow decides that.
    """
    page = document[number]  # type: ignore[index]
    try:
        layer = page.get_textpage()
        try:
            text: str = layer.get_text_range()
        finally:
            layer.close()
    finally:
        page.close()
    return text.translate(_LINE_ENDS)
