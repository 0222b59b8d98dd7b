"""Spreadsheets that are safe to open: text stays text, and the same input gives the same bytes."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any

from align.errors import FormatError
from align.formats import xlsx
from align.report.package import repack

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell

LONGEST_CELL = 32_767  # what Excel's file format allows in one cell
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")  # how the format writes a character by its number


def clean(text: str) -> str:
    """`text` as a cell can hold it: control characters that XML forbids become U+FFFD.

    >>> clean("a" + chr(11) + "b")
    'a\\ufffdb'
    """
    return _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def unescape(text: str) -> str:
    """The text that a cell means: ``_x000D_`` stands for a character, ``_x005F_`` for its own `_`.

    >>> unescape("a_x000A_b _x005F_x000A_")
    'a\\nb _x000A_'
    """
    return xlsx.unescape(text)


def check_lengths(texts: Iterable[str]) -> None:
    """Raise FormatError when a text is longer than a cell may be; cutting it would be a loss."""
    for text in texts:
        if len(text) > LONGEST_CELL:
            raise FormatError(
                f"a text of {len(text):,} characters does not fit a spreadsheet cell "
                f"(at most {LONGEST_CELL:,}): {text[:40]}…; leave the unit out or write JSON lines"
            )


def text_cell(sheet: Any, text: str, *, style: str | None = None) -> Cell:
    """A cell that holds `text` as a string whatever it begins with, never a formula."""
    from openpyxl.cell import WriteOnlyCell

    cell: Cell = WriteOnlyCell(sheet)
    if text:
        cell.value = _ESCAPE.sub(r"_x005F_x\1_", clean(text))
        cell.data_type = "s"
    if style:
        cell.style = style
    if xlsx.begins_like_formula(text):
        cell.quotePrefix = True
    return cell


def add_styles(book: Workbook) -> None:
    """The named styles that the sheets here use: head, text, mono, number."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

    line = Side(style="thin", color="D9D9D9")
    border = Border(bottom=line)
    top = Alignment(vertical="top")
    head = NamedStyle("head", font=Font(bold=True, color="FFFFFF"))
    head.fill = PatternFill("solid", fgColor="2F4858")
    head.alignment = Alignment(vertical="center", wrap_text=True)
    text = NamedStyle("text", alignment=Alignment(vertical="top", wrap_text=True), border=border)
    mono = NamedStyle("mono", alignment=top, border=border, font=Font(color="666666", size=9))
    number = NamedStyle("number", alignment=top, border=border, number_format="0.00")
    for style in (head, text, mono, number):
        book.add_named_style(style)


def begin_sheet(
    book: Workbook, title: str, columns: Sequence[tuple[str, float]], *, freeze: str = "A2"
) -> Any:
    """A new sheet with a bold frozen head row that prints on paper as it should.

    `columns` are (heading, width in characters).
    """
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    for index, (_, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = freeze
    _set_print(sheet)
    sheet.append([text_cell(sheet, heading, style="head") for heading, _ in columns])
    return sheet


# Points of a line of the default font (Calibri 11), and the most that Excel gives a row.
_LINE, _HIGHEST = 15.0, 409.0


def lines_of(text: str, width: float) -> int:
    """About how many lines a text takes in a column of `width` characters, wrapped.

    A column's width counts digits of the default font; a Chinese character is two of them wide.

    >>> lines_of("ab", 10), lines_of("一二三四五六", 10), lines_of("a\\nb", 10)
    (1, 2, 2)
    """
    room = max(width - 1.0, 1.0)
    return sum(
        max(1, math.ceil(sum(2.1 if char >= "\u2e80" else 1.0 for char in line) / room))
        for line in text.split("\n")
    )


def set_height(sheet: Any, row: int, texts: Sequence[str], widths: Sequence[float]) -> None:
    """Make a row as high as its longest text, before it is written; no program does so on paper."""
    lines = max(lines_of(text, width) for text, width in zip(texts, widths, strict=True))
    sheet.row_dimensions[row].height = min(_LINE * lines + 3.0, _HIGHEST)


def _set_print(sheet: Any) -> None:
    """Landscape, as wide as the paper, the head on every page, pages numbered.

    Before the first row, with which openpyxl writes what says so.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.center.text = "&P / &N"


def save(book: Workbook, file: IO[bytes]) -> None:
    """Write the workbook with fixed dates, so that equal content is equal bytes."""
    raw = io.BytesIO()
    book.save(raw)
    repack(raw, file)
