"""Tables as rows of dicts: CSV, TSV and XLSX, read whatever wrote them, written to do no harm.

A cell that a spreadsheet might compute (it begins with = + - @, a tab or a line break, perhaps
after spaces) gets an apostrophe before it in CSV and TSV, and one more if it has one already;
reading takes one off such cells again, so that what was written is what is read. In XLSX such cells
are texts by type.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from align.atomic import replacing
from align.errors import FormatError, InputError
from align.formats import xlsx, xml
from align.formats.xlsx import Cell
from align.outside import few_of

Kind = Literal["csv", "tsv", "xlsx"]
Source = Path | IO[bytes]

_KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "tsv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
_CHUNK = 1 << 20
_BATCH = 500
_NO_LIMIT = 2**31 - 1  # csv refuses cells above 131,072 characters otherwise
_QUOTED_LINES = 1000  # a quoted TSV cell of more lines than this is taken for a stray quote
_QUOTE_BEGINS = re.compile(r'(?:^|\t)"')
_GUARDED = re.compile(r"'+(?:[\s\"]*[=+\-@＝＋－＠]|[\t\r\n])")
# What a cell is quoted for besides its own separator: many spreadsheets divide a CSV at semicolons
# or tabs, and what stands after one would be a cell of its own.
_QUOTED_FOR = {"csv": ";\t\r\n", "tsv": "\r\n"}


@dataclass(frozen=True, slots=True)
class TableReport:
    """What was written: rows, and characters that no table may hold and that were removed."""

    rows: int
    removed_characters: int = 0


def kind_of(path: Path) -> Kind:
    """The kind of table that a file's name announces; FormatError where it announces none."""
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise FormatError(
            f"{path}: no table of terms or units; give a .csv, .tsv, .xlsx, or a .tbx of terms"
        )
    return kind


def guard(text: str) -> str:
    """`text` for a cell of a CSV or TSV, so that no spreadsheet computes it; else as it is.

    >>> guard("=1+1"), guard("-5"), guard("'=1"), guard("'tis")
    ("'=1+1", '-5', "''=1", "'tis")
    """
    return f"'{text}" if xlsx.begins_like_formula(text) or _GUARDED.match(text) else text


def unguard(text: str) -> str:
    """The inverse of `guard`.

    >>> unguard("'=1+1"), unguard("''=1"), unguard("'tis")
    ('=1+1', "'=1", "'tis")
    """
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


# Reading


def read_table(
    source: Source,
    *,
    kind: Kind | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Iterator[dict[str, str]]:
    """The rows of a table by their header's names, "" where a cell is missing; see `numbered`."""
    rows = numbered(source, kind=kind, encoding=encoding, sheet=sheet)
    return (row for _, row in rows)


def numbered(
    source: Source,
    *,
    kind: Kind | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table, each with the line (XLSX: the row) where it begins.

    The encoding is UTF-8, UTF-16, GB18030 or Big5, as the bytes tell; a .csv may use , ; or a tab.
    Empty rows are passed over. Raises FormatError, with the line, for a header that is missing or
    names a column twice, and for a row with more cells than the header; InputError where the bytes
    are no text.
    """
    columns: list[str] = []
    name = xml.name_of(source)
    with closing(rows(source, kind=kind, encoding=encoding, sheet=sheet)) as found:
        for line, cells in found:
            if not columns:
                columns = header(cells, name, line)
            else:
                yield line, named_cells(columns, cells, name, line)
    if not columns:
        raise FormatError(f"{name}: the table is empty; it needs a row of column names")


def rows(
    source: Source,
    *,
    kind: Kind | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    merged: bool = False,
) -> Generator[tuple[int, list[str]], None, None]:
    """The rows of a table as they stand, its header too, each with its line; but for empty ones.

    `merged` gives every cell of a merged range (XLSX) the range's text.
    """
    with _opened(source) as (file, name):
        kind = kind or kind_of(Path(name))
        if kind == "xlsx":
            found = xlsx.read_sheet(file, name, sheet=sheet, merged=merged)
        else:
            found = _delimited(file, name, kind, encoding)
        with closing(found):  # before the file is: an error here must not leave it a traceback
            for line, cells in found:
                if any(cell.strip() for cell in cells):
                    yield line, cells


def sheets(source: Source, *, kind: Kind | None = None) -> list[str | None]:
    """The names of a workbook's sheets; [None] for a table that has none."""
    with _opened(source) as (file, name):
        start = file.tell()
        if (kind or kind_of(Path(name))) != "xlsx":
            return [None]
        names = xlsx.sheet_names(file, name)
        file.seek(start)
        return list(names)


def header(cells: list[str], name: str, line: int) -> list[str]:
    """The names in a row of column names; raises FormatError where one is there twice."""
    columns = [cell.strip() for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    for column, count in Counter(columns).items():
        if count > 1:
            shown = f"the column {column!r}" if column else "a column without a name"
            raise FormatError(f"{name}:{line}: the header has {shown} twice")
    return columns


def named_cells(columns: list[str], cells: list[str], name: str, line: int) -> dict[str, str]:
    """A row by its columns' names, "" where a cell is missing; FormatError for one too many."""
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        raise FormatError(
            f"{name}:{line}: {len(cells)} cells, but the header names {len(columns)} columns "
            "(a separator inside a cell needs quotes around the cell)"
        )
    if any("\0" in cell for cell in cells):
        raise FormatError(f"{name}:{line}: the character NUL in a cell; save the table again")
    padded = cells[: len(columns)] + [""] * (len(columns) - len(cells))
    return dict(zip(columns, padded, strict=True))


@contextmanager
def _opened(source: Source) -> Iterator[tuple[IO[bytes], str]]:
    """A seekable binary file and its name."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file, str(source)
        return
    name = xml.name_of(source)
    if source.seekable():
        yield source, name
        return
    with tempfile.SpooledTemporaryFile(max_size=64 << 20) as spooled:
        while chunk := source.read(_CHUNK):
            spooled.write(chunk)
        spooled.seek(0)
        yield spooled, name


def _delimited(
    file: IO[bytes], name: str, kind: Kind, encoding: str | None
) -> Generator[tuple[int, list[str]], None, None]:
    """The rows of a CSV or TSV with their line numbers."""
    start = file.tell()
    encoding = encoding or detect_encoding(file, name)
    file.seek(start)
    try:
        text = io.TextIOWrapper(file, encoding=encoding, newline="")
    except LookupError as error:
        raise InputError(f"{name}: there is no encoding {encoding!r}") from error
    try:
        rows = _tab_rows(text) if kind == "tsv" else _comma_rows(text, name)
        for line, cells in rows:
            yield line, [unguard(cell) for cell in cells]
    except UnicodeError as error:
        raise InputError(f"{name}: cannot be read as {encoding} ({error})") from error
    finally:
        with suppress(ValueError):  # closed already, where nobody read to the end
            text.detach()


def detect_encoding(file: IO[bytes], name: str) -> str:
    """The encoding of a table from its bytes, all of them; leaves the file at its end."""
    head = file.read(_CHUNK)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # UTF-16 without its mark: a header's separators and line end give it away, on the same side each.
    nuls = {at % 2 for at, byte in enumerate(head[:200]) if not byte}
    if len(nuls) == 1 and head[:200].count(0) > 1:
        return "utf-16-le" if nuls == {1} else "utf-16-be"
    codes = ("utf-8", "gb18030", "big5hkscs")
    candidates = {code: codecs.getincrementaldecoder(code)() for code in codes}
    chunk = head
    while True:
        for code, decoder in list(candidates.items()):
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                del candidates[code]
        if not chunk or not candidates:
            break
        chunk = file.read(_CHUNK)
    if not candidates:
        raise InputError(f"{name}: neither UTF-8, UTF-16, GB18030 nor Big5; save it as UTF-8")
    if len(candidates) == 2 and "utf-8" not in candidates:  # Big5 is GB18030 too, but nonsense
        from align.document.encoding import decode

        likely = decode(head.rpartition(b"\n")[0] or head, name).encoding
        return "big5hkscs" if likely.startswith("big5") else "gb18030"
    return next(iter(candidates))


def _comma_rows(text: io.TextIOWrapper, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV, whose delimiter the first line tells."""
    first = text.readline()
    passed = 0
    if found := re.fullmatch(r"sep=(.)\r?\n?", first):  # a hint that Excel writes and reads
        delimiter, lines, passed = found[1], itertools.chain(text), 1
    else:
        delimiter, lines = _delimiter(first), itertools.chain([first], text)
    csv.field_size_limit(_NO_LIMIT)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1 + passed
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + passed + 1
    except csv.Error as error:
        raise FormatError(
            f"{name}:{line}: {error} (a quote inside a quoted cell is written twice)"
        ) from error


def _delimiter(line: str) -> str:
    """The separator of the header line: the one that gives most cells, a comma on a draw."""
    unquoted = re.sub(r'"[^"]*"', "", line)
    return max(",;\t", key=unquoted.count)


def _tab_rows(text: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """Lines cut at tabs. A cell may be quoted as in CSV; a quote that fits no such cell is text.

    Where a quoted cell goes on over lines, those are read ahead and given back if it does not end.
    That happens once for a line: a line that begins a quoted cell ends one that is open, or makes
    nonsense of it, so time grows with the text.
    """
    pending: deque[str] = deque()
    line = 0
    while first := pending.popleft() if pending else text.readline():
        line += 1
        if not _QUOTE_BEGINS.search(first):
            yield line, first.rstrip("\r\n").split("\t")
            continue
        record = _QuotedRecord()
        taken = [first]
        while record.takes(taken[-1]) and len(taken) <= _QUOTED_LINES:
            more = pending.popleft() if pending else text.readline()
            if not more:
                break
            taken.append(more)
        if record.row is not None:
            yield line, record.row
            line += len(taken) - 1
        else:
            pending.extendleft(reversed(taken[1:]))
            yield line, first.rstrip("\r\n").split("\t")


class _QuotedRecord:
    """A line of which a cell is quoted, and the lines that it goes on over; each is read once.

    `row` holds its cells when it is whole; None before that, and where it is not quoted as in CSV.
    """

    def __init__(self) -> None:
        self.row: list[str] | None = None
        self._cells: list[str] = []
        self._open: list[str] | None = None  # the parts of the quoted cell that has not ended

    def takes(self, line: str) -> bool:
        """Read a line; whether the record goes on in the next one."""
        at = 0
        while True:
            if self._open is not None:
                end = line.find('"', at)
                self._open.append(line[at : end if end >= 0 else None])
                if end < 0:
                    return True
                at = end + 1
                if line.startswith('"', at):
                    self._open.append('"')
                    at += 1
                    continue
                self._cells.append("".join(self._open))
                self._open = None
                if not line[at:].rstrip("\r\n"):
                    break
                if line[at] != "\t":
                    return False
                at += 1
            if line.startswith('"', at):
                self._open = []
                at += 1
                continue
            end = line.find("\t", at)
            if end < 0:
                self._cells.append(line[at:].rstrip("\r\n"))
                break
            self._cells.append(line[at:end])
            at = end + 1
        self.row = self._cells
        return False


# Writing


def write_table(
    target: Source,
    rows: Iterable[Mapping[str, Cell]],
    columns: Sequence[str],
    *,
    kind: Kind | None = None,
    title: str = "Sheet1",
    now: datetime | None = None,
) -> TableReport:
    """Write rows under a header; the same rows (and `now`, for XLSX) give the same bytes.

    A path is replaced whole or not at all. CSV is UTF-8 with a mark, which Excel needs, and CRLF;
    TSV is UTF-8 with LF. Characters that XML forbids are removed and counted. Raises FormatError
    for what an XLSX cannot hold, and for a row with a key that is no column.
    """
    if isinstance(target, Path):
        with replacing(target) as file:
            return write_table(
                file, rows, columns, kind=kind or kind_of(target), title=title, now=now
            )
    if kind is None:
        raise FormatError("say which kind of table to write: csv, tsv or xlsx")
    count = removed = 0

    def cells(change: Callable[[str], str]) -> Iterator[list[Cell]]:
        nonlocal count, removed
        for row in rows:
            if extra := row.keys() - set(columns):
                raise FormatError(f"a row has cells for unknown columns: {few_of(sorted(extra))}")
            count += 1
            values: list[Cell] = []
            for column in columns:
                value = row.get(column)
                if isinstance(value, str):
                    if not value.isprintable():
                        value, gone = xml.remove_forbidden(value)
                        removed += gone
                    value = change(value)
                values.append(value)
            yield values

    if kind == "xlsx":
        xlsx.write_sheet(target, columns, cells(lambda text: text), title=title, now=now)
    else:
        _write_delimited(target, columns, cells(guard), kind)
    return TableReport(count, removed)


def _write_delimited(
    file: IO[bytes], columns: Sequence[str], rows: Iterator[list[Cell]], kind: Kind
) -> None:
    """Write a CSV or TSV in which no cell is computed."""
    if kind == "csv":
        file.write(codecs.BOM_UTF8)
    lines = _Lines(_QUOTED_FOR[kind], "\r\n" if kind == "csv" else "\n")
    writer = csv.writer(
        lines, delimiter="," if kind == "csv" else "\t", lineterminator=lines.believed
    )
    writer.writerow([guard(column) for column in columns])
    for number, row in enumerate(rows, 1):
        writer.writerow(row)
        if number % _BATCH == 0:
            file.write(lines.taken())
    file.write(lines.taken())


class _Lines:
    """Collects what csv writes, with the line end of our choice.

    csv itself must believe in another: it quotes a cell for the characters of its line end only.
    """

    def __init__(self, believed: str, end: str) -> None:
        self.believed = believed
        self._end = end
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        self._lines.append(line.removesuffix(self.believed) + self._end)

    def taken(self) -> bytes:
        """What has been collected since the last call, as UTF-8."""
        lines = "".join(self._lines).encode("utf-8")
        self._lines.clear()
        return lines
