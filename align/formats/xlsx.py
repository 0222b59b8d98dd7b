"""XLSX sheets as rows of text: read in bounded memory, written so that no cell can do harm.

The one module that owns openpyxl; it is imported only when a sheet is read or written.
"""

from __future__ import annotations

import re
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from lzma import LZMAError
from typing import IO, TYPE_CHECKING, Any, TypeVar

from align.errors import AlignError, FormatError
from align.formats import xml
from align.outside import character

if TYPE_CHECKING:
    from openpyxl import Workbook

T = TypeVar("T")
MAX_UNCOMPRESSED = 2 << 30
MAX_PARTS = 10_000
MAX_ROWS = 1_048_576  # what a sheet can hold
MAX_COLUMNS = 16_384
MAX_CELL = 32_767
EPOCH = datetime(1980, 1, 1)  # the earliest moment that a ZIP can hold

Cell = str | int | float | None

# ECMA-376, ST_Xstring: a character that XML cannot hold stands as _xHHHH_.
# One beyond the BMP stands as two of them.
_ESCAPED = re.compile(
    r"_x([Dd][89ABab][0-9A-Fa-f]{2})__x([Dd][C-Fc-f][0-9A-Fa-f]{2})_|_x([0-9A-Fa-f]{4})_"
)
_TO_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# A number with its sign (-5, +1,000.5, -3 %) is no formula: it stays as scripts and CAT tools read it.
_NUMBER = r"[+\-]\d+(?:[,.  ]\d+)*[  ]?%?\s*\Z"
# Quotation marks are no part of a cell for a spreadsheet that opens a table of text.
_FORMULA = re.compile(rf"[\s\"]*(?!{_NUMBER})[=+\-@＝＋－＠]|[\t\r\n]")


def begins_like_formula(text: str) -> bool:
    """Whether a spreadsheet that is given `text` to type in might compute it.

    >>> [begins_like_formula(text) for text in ("=1+1", "A4P+", " -2", '"=1+1"')]
    [True, False, False, True]
    """
    return _FORMULA.match(text) is not None


def escape(text: str) -> str:
    """`text` as a sheet stores it: an escape stays an escape, a carriage return survives XML.

    >>> escape("a_x0041_b\\r")
    'a_x005F_x0041_b_x000D_'
    """
    if "_x" in text:
        text = _TO_ESCAPE.sub("_x005F_", text)
    return text.replace("\r", "_x000D_") if "\r" in text else text


def unescape(text: str) -> str:
    """What a sheet's stored text means; the inverse of `escape`.

    >>> unescape("a_x005F_x0041_b_x000D_")
    'a_x0041_b\\r'
    """
    if "_x" not in text:
        return text
    return _ESCAPED.sub(_meant, text)


def _meant(found: re.Match[str]) -> str:
    """The character of an escape; NUL and half a character, which no text holds, stay escapes."""
    if found[1]:
        pair = int(found[1], 16).to_bytes(2, "big") + int(found[2], 16).to_bytes(2, "big")
        return pair.decode("utf-16-be")
    return character(int(found[3], 16)) or found[0] if found[3] != "0000" else found[0]


# Reading


def read_sheet(
    file: IO[bytes], name: str, *, sheet: str | None = None, merged: bool = False
) -> Generator[tuple[int, list[str]], None, None]:
    """The rows of a sheet (the first by default) that hold something, with 1-based numbers, as text.

    `merged` gives every cell of a merged range the range's text, which is stored in its first.
    Formulas are never computed: the value that was stored with them counts. Raises FormatError
    where the file is no XLSX, has no such sheet, or would unpack to more than 2 GB.
    """
    strings = _checked(file, name)
    with _opened(file, name) as workbook:
        names = _titles(workbook, name)
        if sheet is not None and sheet not in names:
            present = ", ".join(names)
            raise FormatError(f"{name}: there is no sheet {sheet!r}; there are: {present}")
        table: Any = workbook[sheet or names[0]]
        # openpyxl's own table of strings loses the difference between _x0041_ and an escaped one.
        table._shared_strings = strings
        spans: list[_Merged] = []
        if merged:
            with table._get_source() as part:
                spans = _merged_ranges(part, name)
        with table._get_source() as part:
            for number, cells in _rows(table, part, workbook, name):
                yield number, _filled(cells, number, spans)


def sheet_names(file: IO[bytes], name: str) -> list[str]:
    """The titles of a workbook's sheets with cells. Raises FormatError as `read_sheet` does."""
    _checked(file, name)
    with _opened(file, name) as workbook:
        return _titles(workbook, name)


def _titles(workbook: Workbook, name: str) -> list[str]:
    """Charts on sheets of their own have no cells. Raises FormatError where there are only such."""
    titles = [sheet.title for sheet in workbook.worksheets]
    if not titles:
        raise FormatError(f"{name}: there is no sheet with cells in the workbook")
    return titles


@contextmanager
def _opened(file: IO[bytes], name: str) -> Iterator[Workbook]:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():  # of styles and extensions, which are nothing to us
            warnings.simplefilter("ignore")
            workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl lets through whatever a damaged file provokes
        raise FormatError(f"{name}: not a sheet that can be read ({error})") from error
    try:
        yield workbook
    except (AlignError, GeneratorExit):
        raise
    except Exception as error:  # as above
        raise FormatError(f"{name}: the sheet is damaged ({error})") from error
    finally:
        workbook.close()


def _rows(
    table: Any, part: IO[bytes], workbook: Workbook, name: str
) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, each up to its last cell that does.

    openpyxl's own rows would give every empty one before a cell far down, and every empty cell.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    parser = WorkSheetParser(
        part,
        table._shared_strings,
        data_only=True,
        epoch=workbook.epoch,
        date_formats=workbook._date_formats,  # type: ignore[attr-defined]
        timedelta_formats=workbook._timedelta_formats,  # type: ignore[attr-defined]
    )
    for number, cells in _quietly(parser.parse()):
        texts = {cell["column"]: _text(cell["value"]) for cell in cells}
        filled = [column for column, text in texts.items() if text]
        last = max(filled, default=0)
        if number > MAX_ROWS or last > MAX_COLUMNS or min(filled, default=1) < 1:
            raise FormatError(
                f"{name}: a cell in row {number}, column {last}: no sheet can have it"
            )
        if last:
            yield number, [texts.get(column, "") for column in range(1, last + 1)]


def _quietly(rows: Iterator[T]) -> Iterator[T]:
    """The same without openpyxl's warnings of dates that are none."""
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                row = next(rows)
            except StopIteration:
                return
        yield row


@dataclass(slots=True)
class _Merged:
    """A merged range, 1-based and inclusive, and the text of its first cell once it is read."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int
    text: str = ""


_MOST_MERGED = 10_000  # ranges; with more a sheet is a form, and each row would ask them all


def _merged_ranges(part: IO[bytes], name: str) -> list[_Merged]:
    """The merged ranges of a sheet by their first rows; openpyxl leaves them out of a stream."""
    from openpyxl.utils.cell import range_boundaries

    found: list[_Merged] = []
    with xml.reading(part, name=name) as document:
        for item in document.records("mergeCell"):
            edges = range_boundaries(item.get("ref") or "")
            left, top, right, bottom = (int(edge or 0) for edge in edges)
            found.append(_Merged(top, bottom, left, min(right, MAX_COLUMNS)))
            if len(found) > _MOST_MERGED:
                return []
    return sorted(found, key=lambda span: (span.first_row, span.first_column))


def _filled(cells: list[str], number: int, spans: list[_Merged]) -> list[str]:
    """A row with the text of each merged range in all of the cells that it covers."""
    spans[:] = [span for span in spans if span.last_row >= number]
    for span in spans:
        if span.first_row > number:
            break
        low, high = span.first_column - 1, span.last_column
        if number == span.first_row:
            span.text = cells[low] if 0 <= low < len(cells) else ""
        if span.text:
            cells += [""] * (high - len(cells))
            cells[low:high] = [span.text] * (high - low)
    return cells


def _checked(file: IO[bytes], name: str) -> list[str]:
    """Refuse what is no XLSX or would unpack to too much; give the shared strings as stored."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            if total > MAX_UNCOMPRESSED or len(parts) > MAX_PARTS:
                raise FormatError(
                    f"{name}: {len(parts)} parts that unpack to {total >> 20} MB: too much for a "
                    "sheet; export it as CSV"
                )
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names:
                raise FormatError(f"{name}: not an XLSX (a ZIP without [Content_Types].xml)")
            refuse_doctypes(archive, name)
            return _shared_strings(archive, name)
    except zipfile.BadZipFile as error:
        raise FormatError(f"{name}: not an XLSX (no ZIP archive: {error})") from error
    except (RuntimeError, KeyError, ValueError, EOFError, OSError, zlib.error, LZMAError) as error:
        # encrypted, compressed in a way that Python does not know, damaged
        raise FormatError(f"{name}: cannot be unpacked ({error})") from error


def refuse_doctypes(archive: zipfile.ZipFile, name: str) -> None:
    """Raise FormatError where a part has a DTD, which the packaging standard forbids."""
    for part in archive.infolist():
        _refuse_doctype(archive, part, name)


_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
_XML_BEGINS = (b"<", "<?xm".encode("cp037"))  # the second in EBCDIC, as XML 1.0, appendix F has it


def _refuse_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    with archive.open(part) as file:
        head = b""
        while not head and (data := file.read(1 << 16)):  # thousands of blanks may come first
            head = data.lstrip(_BEFORE_XML)
        if not head.startswith(_XML_BEGINS):
            return  # a picture, a font
    with (
        archive.open(part) as file,
        xml.reading(file, name=f"{name}({part.filename})") as document,
    ):
        if document.root.doctype is not None:
            raise FormatError(f"{name}: {part.filename} has a document type; that is not allowed")


def _shared_strings(archive: zipfile.ZipFile, name: str) -> list[str]:
    with archive.open("[Content_Types].xml") as file, xml.reading(file, name=name) as document:
        parts = [
            (item.get("PartName") or "").lstrip("/")
            for item in document.records("Override")
            if (item.get("ContentType") or "").endswith("sharedStrings+xml")
        ]
    strings: list[str] = []
    for part in parts[:1]:
        with archive.open(part) as file, xml.reading(file, name=f"{name}({part})") as document:
            strings.extend(_string(item) for item in document.records("si"))
    return strings


def _string(item: xml.Element) -> str:
    """The text of a shared string, of its runs too; not the reading that is printed above it."""
    parts: list[str] = []
    for child in item:
        if xml.local(child) == "t":
            parts.append(child.text or "")
        elif xml.local(child) == "r":
            parts.extend(text.text or "" for text in child if xml.local(text) == "t")
    return "".join(parts)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return unescape(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        at_midnight = value.time() == time(0)
        return value.date().isoformat() if at_midnight else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


# Writing


def write_sheet(
    file: IO[bytes],
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str = "Sheet1",
    now: datetime | None = None,
) -> None:
    """Write one sheet, a row at a time; the same rows and `now` give the same bytes.

    A text is a text whatever it begins with: no cell is a formula, and what looks like one carries
    quotePrefix, so that it stays a text when it is edited. Raises FormatError for what a sheet
    cannot hold (rows, characters in a cell); nothing is cut.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    bold, wrapped = Font(bold=True), Alignment(vertical="top", wrap_text=True)
    for index in range(1, len(columns) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = 30
    header = [text_cell(sheet, name) for name in columns]
    for cell in header:
        cell.font = bold
    sheet.append(header)
    try:
        for number, row in enumerate(rows, 2):
            sheet.append(_cells(sheet, row, number, wrapped))
    except BaseException:
        _abandon(sheet)
        raise
    save(workbook, file, now=now)


def _cells(sheet: Any, row: Sequence[Cell], number: int, alignment: Any) -> list[Any]:
    if number > MAX_ROWS:
        raise FormatError(f"a sheet holds {MAX_ROWS} rows, not more; write CSV instead")
    cells: list[Any] = []
    for value in row:
        if isinstance(value, str) and value:
            if len(value) > MAX_CELL:
                raise FormatError(
                    f"row {number}: a cell of a sheet holds {MAX_CELL} characters, this text has "
                    f"{len(value)}; write CSV instead"
                )
            cell = text_cell(sheet, value)
            cell.alignment = alignment
            cells.append(cell)
        else:
            cells.append(None if value == "" else value)
    return cells


def _abandon(sheet: Any) -> None:
    """End a sheet that will not be saved; openpyxl keeps its rows in a temporary file."""
    sheet.close()
    sheet._writer.cleanup()


def text_cell(sheet: Any, text: str) -> Any:
    """A cell for a write-only sheet that holds `text` and can never be a formula.

    `text` must hold no character that XML forbids (see `xml.remove_forbidden`).
    """
    from openpyxl.cell import WriteOnlyCell

    cell: Any = WriteOnlyCell(sheet)
    return set_text(cell, text)


def set_text(cell: Any, text: str) -> Any:
    """Put `text` into any cell of openpyxl as a text, whatever it begins with."""
    stored = escape(text)
    cell.value = "" if begins_like_formula(text) else stored
    if cell.value != stored:
        cell._value = stored  # past openpyxl, which would make a formula of it
        cell.quotePrefix = True
    cell.data_type = "s"
    return cell


def save(workbook: Workbook, file: IO[bytes], *, now: datetime | None = None) -> None:
    """Save a workbook so that the same content and `now` give the same bytes."""
    when = max(now or EPOCH, EPOCH.replace(tzinfo=now.tzinfo) if now else EPOCH)
    stamp = when.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    workbook.properties.creator = "align"
    with tempfile.TemporaryFile() as raw:
        workbook.save(raw)
        with (
            zipfile.ZipFile(raw) as source,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for part in source.infolist():
                fixed = zipfile.ZipInfo(part.filename, when.timetuple()[:6])
                fixed.compress_type = zipfile.ZIP_DEFLATED
                fixed.file_size = part.file_size
                with source.open(part) as old, target.open(fixed, "w") as new:
                    if part.filename == "docProps/core.xml":
                        new.write(_MOMENT.sub(rb"\g<1>" + stamp + rb"\g<2>", old.read()))
                    else:
                        while chunk := old.read(1 << 20):
                            new.write(chunk)


_MOMENT = re.compile(
    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)"
)
