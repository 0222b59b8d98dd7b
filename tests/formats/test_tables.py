"""Tables: every cell comes back, none can be computed, and other tools' files are understood."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart

from align.errors import FormatError, InputError
from align.formats import tables, xlsx, xml
from align.formats.tables import Kind

KINDS: tuple[Kind, ...] = ("csv", "tsv", "xlsx")


def written(rows: list[dict[str, Any]], columns: list[str], kind: Kind, **options: Any) -> bytes:
    file = io.BytesIO()
    tables.write_table(file, rows, columns, kind=kind, **options)
    return file.getvalue()


def read(data: bytes | str, kind: Kind, **options: Any) -> list[dict[str, str]]:
    data = data.encode() if isinstance(data, str) else data
    return list(tables.read_table(io.BytesIO(data), kind=kind, **options))


_CELLS = st.lists(
    st.one_of(
        st.characters(),
        st.sampled_from("=+-@\t\r\n'\" ,;|＝_\x00\x0b\ud800\u2028\x85水"),
        st.sampled_from(["_x0041_", "x005F_", "_x000D_"]),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(_CELLS, _CELLS), max_size=4))
@example(rows=[("'=1", "''+1"), ("_x0041_", "_x005F_x0041_"), ("\r\n", "a\rb")])
@example(rows=[('"', '"a"b'), ('a\n"', '\t"'), (" '@x", "'\n")])
def test_what_is_written_is_read(kind: Kind, rows: list[tuple[str, str]]) -> None:
    table = [{"a": one, "b": other} for one, other in rows]
    clean = [{key: xml.remove_forbidden(cell)[0] for key, cell in row.items()} for row in table]
    back = read(written(table, ["a", "b"], kind), kind)
    assert back == [row for row in clean if any(cell.strip() for cell in row.values())]


@given(_CELLS)
def test_the_guard_is_reversible_and_guards(text: str) -> None:
    guarded = tables.guard(text)
    assert tables.unguard(guarded) == text
    assert not xlsx.begins_like_formula(guarded)


@given(_CELLS)
def test_the_escape_of_sheets_is_reversible(text: str) -> None:
    assert xlsx.unescape(xlsx.escape(text)) == text


ATTACKS = [
    "=1+1",
    "+1+1",
    "-1-1",
    "-1%+cmd|' /C calc'!A0",
    "- 1",
    "+A1",
    "--1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "=cmd|' /C calc'!A0",
    "＝1",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_no_cell_of_a_csv_begins_like_a_formula(kind: Kind, attack: str) -> None:
    text = written([{"a": attack, "b": "x"}], ["a", "b"], kind).decode("utf-8-sig")
    cell = text.split("\n", 1)[1].lstrip('"')
    assert cell.startswith("'")


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_of_a_sheet_is_a_formula(attack: str) -> None:
    data = written([{"a": attack, "b": "plain"}], ["a", "b"], "xlsx")
    row = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0][2]
    assert [cell.data_type for cell in row] == ["s", "s"]
    assert [cell.quotePrefix for cell in row] == [True, False]
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_a_header_is_guarded_too() -> None:
    assert written([], ["=1", "b"], "csv") == b"\xef\xbb\xbf'=1,b\r\n"
    assert read(written([{"=1": "x", "b": "y"}], ["=1", "b"], "csv"), "csv") == [
        {"=1": "x", "b": "y"}
    ]


def test_the_bytes_of_csv_and_tsv() -> None:
    rows: list[dict[str, Any]] = [
        {"zh": "水", "en": 'the "well", here', "n": 3, "x": 0.5},
        {"zh": "火\n", "en": None},
    ]
    columns = ["zh", "en", "n", "x"]
    assert written(rows, columns, "csv").decode("utf-8-sig") == (
        'zh,en,n,x\r\n水,"the ""well"", here",3,0.5\r\n"火\n",,,\r\n'
    )
    assert written(rows, columns, "tsv").decode() == (
        'zh\ten\tn\tx\n水\t"the ""well"", here"\t3\t0.5\n"火\n"\t\t\t\n'
    )


@pytest.mark.parametrize("now", [None, datetime(2024, 2, 29, 12, 30, 10, tzinfo=UTC)])
def test_the_same_rows_give_the_same_sheet(now: datetime | None) -> None:
    rows: list[dict[str, Any]] = [{"a": "水", "b": 1}]
    data = written(rows, ["a", "b"], "xlsx", now=now)
    assert data == written(rows, ["a", "b"], "xlsx", now=now)
    archive = zipfile.ZipFile(io.BytesIO(data))
    moment = now or xlsx.EPOCH
    assert {info.date_time for info in archive.infolist()} == {moment.timetuple()[:6]}
    core = archive.read("docProps/core.xml").decode()
    assert core.count(moment.strftime(">%Y-%m-%dT%H:%M:%SZ<")) == 2


def test_removed_characters_are_counted() -> None:
    for kind in KINDS:
        file = io.BytesIO()
        report = tables.write_table(file, [{"a": "x\x00y\ud800"}], ["a"], kind=kind)
        assert report == tables.TableReport(1, 2)


# Reading what others wrote


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_encodings(kind: Kind, encoding: str) -> None:
    text = "zh,en\n井水,the well\n".replace(",", "," if kind == "csv" else "\t")
    assert read(text.encode(encoding), kind) == [{"zh": "井水", "en": "the well"}]


def test_a_multibyte_character_across_the_border_of_two_chunks() -> None:
    text = "zh\n" + "x" * ((1 << 20) - 4) + "井\n"
    assert read(text, "csv")[0]["zh"].endswith("x井")
    assert read(text.encode("gb18030"), "csv")[0]["zh"].endswith("x井")


def test_an_encoding_may_be_said() -> None:
    assert read("zh\n維持\n".encode("big5"), "csv", encoding="big5") == [{"zh": "維持"}]
    with pytest.raises(InputError, match="cannot be read as utf-8"):
        read("zh\n維持\n".encode("big5"), "csv", encoding="utf-8")
    with pytest.raises(InputError, match="no encoding 'klingon'"):
        read("zh\n水\n", "csv", encoding="klingon")


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(InputError, match="neither UTF-8"):
        read(b"zh\n\xff\xff\xff\x01\n", "csv")


@pytest.mark.parametrize(
    "text",
    [
        "zh,en\n水,water\n",
        "zh;en\r\n水;water\r\n",
        "zh\ten\n水\twater",
        "sep=;\nzh;en\n水;water\n",
        "sep=,\r\nzh,en\r\n水,water\r\n",
        '"zh","en"\n"水","water"\n',
        "\n\nzh,en,,\n\n水,water,,\n,,,\n",
        "zh,en\r水,water\r",
        " zh , en \n水,water\n",
    ],
)
def test_dialects_of_csv(text: str) -> None:
    assert read(text, "csv") == [{"zh": "水", "en": "water"}]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('水\tthe "well"', ["水", 'the "well"']),
        ('"well" here\t水', ['"well" here', "水"]),
        ('"well"\t水', ["well", "水"]),
        ('"a ""b"" c"\t"d\te"', ['a "b" c', "d\te"]),
        ('"open\t水', ['"open', "水"]),
    ],
)
def test_quotes_in_tsv(line: str, cells: list[str]) -> None:
    """A quote that opens no well-formed quoted cell is a character like any other."""
    rows = read(f"a\tb\n{line}\nlast\trow\n", "tsv")
    assert [list(row.values()) for row in rows] == [cells, ["last", "row"]]


def test_lines_are_counted_through_quoted_line_breaks() -> None:
    for kind, separator in (("csv", ","), ("tsv", "\t")):
        text = f'a{separator}b\n"1\n2"{separator}x\n\n3{separator}y\n'
        numbered = tables.numbered(io.BytesIO(text.encode()), kind=kind)  # type: ignore[arg-type]
        assert [(line, row["b"]) for line, row in numbered] == [(2, "x"), (5, "y")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "table is empty"),
        ("a,b,a\n1,2,3\n", r"<input>:1: the header has the column 'a' twice"),
        ("a,,,b\n1,2,3,4\n", "column without a name"),
        ("a,b\n1,2\n1,2,3\n", r"<input>:3: 3 cells, but the header names 2 columns"),
        ('a,b\n1,"2\n3,4\n', r"<input>:2: "),
        ('a,b\n1,"2" x\n', r"<input>:2: "),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(text, "csv")


def test_short_rows_are_filled() -> None:
    assert read("a,b\n1\n", "csv") == [{"a": "1", "b": ""}]


def test_kinds_by_name(tmp_path: Path) -> None:
    for name in ("t.csv", "t.TSV", "t.xlsx"):
        path = tmp_path / name
        tables.write_table(path, [{"a": "水"}], ["a"])
        assert list(tables.read_table(path)) == [{"a": "水"}]
    with pytest.raises(FormatError, match=r"give a \.csv, \.tsv, \.xlsx"):
        tables.write_table(tmp_path / "t.pdf", [], ["a"])


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")
    with pytest.raises(FormatError, match="unknown columns: b"):
        tables.write_table(path, [{"a": "1"}, {"b": "2"}], ["a"])
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pipe_can_be_read() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    for kind in KINDS:
        data = written([{"a": "水"}], ["a"], kind)
        assert list(tables.read_table(Pipe(data), kind=kind)) == [{"a": "水"}]


# Sheets


def sheet_of(rows: list[list[Any]]) -> bytes:
    """A sheet as another tool would write it, with shared strings."""
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_types_of_other_sheets() -> None:
    data = sheet_of(
        [
            ["a", "b", "c", "d", "e"],
            [1, 2.5, True, datetime(2024, 2, 29), datetime(2024, 2, 29, 8, 30)],
            [None, 3.0, "水 ", "_x0041_", ""],
        ]
    )
    assert read(data, "xlsx") == [
        {"a": "1", "b": "2.5", "c": "TRUE", "d": "2024-02-29", "e": "2024-02-29 08:30:00"},
        {"a": "", "b": "3", "c": "水 ", "d": "A", "e": ""},
    ]


def _undeclared(content: bytes) -> bytes:
    """The XML of a part without its declaration, which must be the very first."""
    return content.partition(b"?>")[2] if content.startswith(b"<?xml") else content


def replaced(data: bytes, part: str, change: Any) -> bytes:
    """The archive with one part changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        assert part in old.namelist()
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == part else content)
    return file.getvalue()


def shared(*items: str) -> bytes:
    """A sheet with the header a, b, … and a row of shared strings, as Excel itself writes it."""
    names = [[chr(ord("a") + index) for index in range(len(items))]] * 2
    data = sheet_of(names)
    for index in range(len(items)):
        place = f'<c r="{chr(ord("A") + index)}2" t="'
        inline = f'{place}inlineStr"><is><t>{names[1][index]}</t></is>'.encode()
        data = replaced(
            data,
            "xl/worksheets/sheet1.xml",
            lambda content, inline=inline, place=place, index=index: content.replace(
                inline, f'{place}s"><v>{index}</v>'.encode()
            ),
        )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    data = replaced(
        data,
        "[Content_Types].xml",
        lambda content: content.replace(
            b"</Types>",
            f'<Override PartName="/xl/strings.xml" ContentType="{kind}"/></Types>'.encode(),
        ),
    )
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a") as archive:
        strings = "".join(f"<si>{item}</si>" for item in items)
        namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr("xl/strings.xml", f'<sst xmlns="{namespace}">{strings}</sst>')
    return file.getvalue()


def test_escapes_and_runs_in_shared_strings() -> None:
    data = shared(
        "<t>_x005F_x000D_ and _x000D_</t>",
        "<r><t>京</t></r><r><t>都</t></r><rPh sb='0' eb='2'><t>きょう</t></rPh>",
        "<t xml:space='preserve'> x </t>",
    )
    assert read(data, "xlsx") == [{"a": "_x000D_ and \r", "b": "京都", "c": " x "}]


def test_a_sheet_is_chosen_by_name() -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["a"])
    second = workbook.create_sheet("术语")
    second.append(["b"])
    second.append(["x"])
    file = io.BytesIO()
    workbook.save(file)
    assert read(file.getvalue(), "xlsx", sheet="术语") == [{"b": "x"}]
    with pytest.raises(FormatError, match=r"no sheet 'c'; there are: Sheet, 术语"):
        read(file.getvalue(), "xlsx", sheet="c")


def with_a_chart(tables: int) -> bytes:
    """A workbook that begins with a sheet that is a chart, and has so many others."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.create_chartsheet("Chart").add_chart(BarChart())
    for number in range(tables):
        sheet = workbook.create_sheet(f"Table {number}")
        sheet.append(["a"])
        sheet.append([f"x{number}"])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_chart_on_a_sheet_of_its_own_is_no_table() -> None:
    data = with_a_chart(tables=2)
    assert tables.sheets(io.BytesIO(data), kind="xlsx") == ["Table 0", "Table 1"]
    assert read(data, "xlsx") == [{"a": "x0"}]
    with pytest.raises(FormatError, match=r"no sheet 'Chart'; there are: Table 0, Table 1"):
        read(data, "xlsx", sheet="Chart")


@pytest.mark.parametrize(
    "data",
    [with_a_chart(tables=0), replaced(sheet_of([["a"]]), "xl/workbook.xml", lambda _: b"<x/>")],
    ids=["a chart only", "none"],
)
def test_a_workbook_without_a_table_is_told(data: bytes) -> None:
    for ask in (lambda: read(data, "xlsx"), lambda: tables.sheets(io.BytesIO(data), kind="xlsx")):
        with pytest.raises(FormatError, match="no sheet with cells"):
            ask()


def claiming(size: int) -> bytes:
    """A sheet of which one part says in the archive's directory that it has this size."""
    file = io.BytesIO(sheet_of([["a"], ["x"]]))
    with zipfile.ZipFile(file, "a") as archive:
        archive.getinfo("xl/worksheets/sheet1.xml").file_size = size
        archive.writestr("more", b"")  # so that the directory is written anew
    return file.getvalue()


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(FormatError, match="3072 MB: too much for a sheet"):
        read(claiming(3 << 30), "xlsx")


def test_an_archive_that_lies_about_its_sizes_is_not_unpacked() -> None:
    """What is read is never more than what was announced and checked."""
    with pytest.raises(FormatError):
        read(claiming(300), "xlsx")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: b"no zip", "no ZIP archive"),
        (lambda data: data[:500], "no ZIP archive"),
        (
            lambda data: replaced(
                data, "xl/workbook.xml", lambda content: b"<!DOCTYPE x>" + content
            ),
            "document type",
        ),
        (
            lambda data: replaced(
                data,
                "xl/worksheets/sheet1.xml",
                lambda content: b'<!DOCTYPE x [<!ENTITY a "b">]>' + content,
            ),
            "entities",
        ),
        (
            lambda data: replaced(
                data,
                "xl/workbook.xml",
                lambda content: b" " * 70_000 + b"<!DOCTYPE x>" + _undeclared(content),
            ),
            "document type",
        ),
        (
            lambda data: replaced(
                data,
                "docProps/core.xml",
                lambda content: (
                    '<?xml version="1.0" encoding="cp037"?><!DOCTYPE x>'
                    + _undeclared(content).decode()
                ).encode("cp037"),
            ),
            "document type|EBCDIC",
        ),
        (lambda data: replaced(data, "xl/workbook.xml", lambda content: b"<x/>"), "no sheet"),
        (
            lambda data: replaced(
                data,
                "xl/worksheets/sheet1.xml",
                lambda content: content.replace(b'<row r="2"', b'<row r="99999999"'),
            ),
            "no sheet can have it",
        ),
        (
            lambda data: replaced(
                data, "xl/worksheets/sheet1.xml", lambda content: content[: len(content) // 2]
            ),
            "damaged",
        ),
    ],
)
def test_broken_and_hostile_sheets(change: Any, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(change(sheet_of([["a", "b"], ["x", "y"]])), "xlsx")


def test_what_a_sheet_cannot_hold_is_not_cut() -> None:
    with pytest.raises(FormatError, match="row 3: a cell of a sheet holds 32767 characters"):
        written([{"a": "x"}, {"a": "x" * 32_768}], ["a"], "xlsx")
    whole = "水" * 32_767
    assert read(written([{"a": whole}], ["a"], "xlsx"), "xlsx") == [{"a": whole}]


_TRADITIONAL = "zh,en\n維持和平行動,peacekeeping operations\n安全理事會,Security Council\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "big5"])
def test_traditional_tables_in_every_encoding(encoding: str) -> None:
    rows = read(_TRADITIONAL.encode(encoding), "csv")
    assert [row["zh"] for row in rows] == ["維持和平行動", "安全理事會"]


def test_an_error_in_a_row_closes_the_reader_before_its_file(tmp_path: Path) -> None:
    # Else Python reports the reader's end, with a traceback, after the one line of the error.
    path = tmp_path / "t.csv"
    path.write_text("zh,en\n甲,a,b,c\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"t\.csv:2: 4 cells"):
        list(tables.read_table(path))


@pytest.mark.parametrize(
    ("place", "message"),
    [("B1048576", None), ("XFD2", "16384 cells, but the header names 2"), ("XFE2", "no sheet can have"),
     ("B1048577", "no sheet can have it")],
    ids=["far-down", "far-right", "beyond-the-right", "beyond-the-end"],
)  # fmt: skip
def test_a_cell_far_away_costs_nothing(place: str, message: str | None) -> None:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = f'<row r="{row}"><c r="{place}" t="str"><v>far</v></c></row>'.encode()
    data = written([{"zh": "一", "en": "one"}], ["zh", "en"], "xlsx")
    data = replaced(
        data,
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(b"</sheetData>", far + b"</sheetData>"),
    )
    if message is None:
        assert read(data, "xlsx") == [{"zh": "一", "en": "one"}, {"zh": "", "en": "far"}]
    else:
        with pytest.raises(FormatError, match=message):
            read(data, "xlsx")


@pytest.mark.parametrize(
    ("stored", "meant"),
    [("_xD83D__xDE00_", "\U0001f600"), ("a_xD800_b", "a_xD800_b"), ("_x0000_", "_x0000_"),
     ("_xDE00__xD83D_", "_xDE00__xD83D_"), ("_x005F_x0000_", "_x0000_")],
    ids=["two-halves", "one-half", "nul", "halves-turned-round", "escaped"],
)  # fmt: skip
def test_an_escape_of_what_no_text_holds_stays_an_escape(stored: str, meant: str) -> None:
    assert xlsx.unescape(stored) == meant


def test_nul_in_a_table_is_refused_with_its_line() -> None:
    with pytest.raises(FormatError, match=r":3: the character NUL"):
        read("zh,en\na,b\nc,d\0\n", "csv")


def _quoted_by_csv(record: str) -> list[str] | None:
    """The brute-force twin: what Python's csv makes of it, if it is one row."""
    try:
        rows = list(csv.reader(io.StringIO(record, newline=""), delimiter="\t", strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _tab_rows_by_csv(text: str) -> list[list[str]]:
    lines = list(io.StringIO(text, newline=""))
    rows = []
    while lines:
        taken = 1
        row = None
        if lines[0].startswith('"') or '\t"' in lines[0]:
            while (row := _quoted_by_csv("".join(lines[:taken]))) is None and taken < len(lines):
                taken += 1
        if row is None:
            row, taken = lines[0].rstrip("\r\n").split("\t"), 1
        rows.append(row)
        lines = lines[taken:]
    return rows


@settings(max_examples=500, derandomize=True)
@given(st.text(st.sampled_from('ab"\t\n'), max_size=24))
@example('"a\tb "c\n"a\tb "c\n')
@example('"a\nb"\tc\n""""\t"\n')
def test_quoted_cells_of_a_tsv_are_those_of_csv(text: str) -> None:
    file = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")
    assert [row for _, row in tables._tab_rows(file)] == _tab_rows_by_csv(text)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_computes_whatever_a_spreadsheet_divides_at(separator: str) -> None:
    attacks = ['"=1+1"', '""@x', "a;=1+1", ";+1", 'b;"=1"', '\' "-1"', "c\t=1"]
    rows = [{"a": attack, "b": "x"} for attack in attacks]
    data = written(rows, ["a", "b"], "csv")
    assert read(data, "csv") == rows
    text = data.decode("utf-8-sig")
    for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        for cell in line:
            assert not xlsx.begins_like_formula(cell), line


def test_no_quoted_cell_of_a_tsv_computes() -> None:
    rows = [{"a": attack, "b": "x"} for attack in ('"=1+1"', '""@x', '\' "-1"')]
    data = written(rows, ["a", "b"], "tsv")
    assert read(data, "tsv") == rows
    assert data.decode().splitlines()[1] == '"\'""=1+1"""\tx'
