"""Files of units in and out, and what is said of those that are none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.formats.tmx import ReadReport
from align.language import tags
from align.memory import exchange

from .test_store import FULL

PLAIN = TranslationUnit("=1+1", "@cmd \x07|calc", "zh-CN", "en-US", id="2", origin="o")


@pytest.mark.parametrize("name", ["u.jsonl", "u.xlsx", "u.csv", "u.tsv"])
def test_what_is_written_is_what_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    written = [FULL, TranslationUnit("+86", "-1", id="2", origin="o", confidence=1.0)]
    assert exchange.write_file(path, written, created=None) == 2
    expected = written
    if name != "u.jsonl":  # a table has no column for props
        expected = [replace(unit, props=()) for unit in written]
    assert list(exchange.read_file(path)) == expected


def test_tmx_carries_what_our_units_carry(tmp_path: Path) -> None:
    path = tmp_path / "u.tmx"
    exchange.write_file(path, [FULL], created="20260101T000000Z", target_lang="en-GB")
    assert list(exchange.read_file(path, target_lang="en-GB")) == [FULL]


def test_nothing_that_a_spreadsheet_computes_is_written(tmp_path: Path) -> None:
    exchange.write_file(tmp_path / "u.xlsx", [PLAIN], created=None)
    exchange.write_file(tmp_path / "u.csv", [PLAIN], created=None)
    sheet = openpyxl.load_workbook(tmp_path / "u.xlsx").active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert "\x07" not in (tmp_path / "u.csv").read_text("utf-8-sig")
    assert "'=1+1" in (tmp_path / "u.csv").read_text("utf-8-sig")


def test_tables_of_other_people(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "ID,中文,English,Confidence\n7,维和,peacekeeping,0.5\n", "utf-8"
    )
    (tmp_path / "b.tsv").write_text("zh-Hant\ten_GB\n維和\tpeace\n\tempty\n", "utf-8")
    assert list(exchange.read_file(tmp_path / "a.csv")) == [
        TranslationUnit("维和", "peacekeeping", "zh", "en", id="7", confidence=0.5)
    ]
    assert list(exchange.read_file(tmp_path / "b.tsv")) == [
        TranslationUnit("維和", "peace", "zh-Hant", "en-GB"),
        TranslationUnit("", "empty", "zh-Hant", "en-GB"),
    ]


def test_lines_of_a_pair(tmp_path: Path) -> None:
    record = {"source": "维和", "target": "peace", "confidence": 0.5, "bead": "1-1", "else": [1]}
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n\n", "utf-8")
    assert list(exchange.read_file(tmp_path / "a.jsonl")) == [
        TranslationUnit("维和", "peace", confidence=0.5, bead_type="1-1")
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.log", "", "its name must end in .tmx, .xlsx"),
        ("a.pdf", "%PDF-1.7", "align pair makes units of it and its translation"),
        ("a.csv", "a,b\n1,2\n", "a.csv: needs a column for each language"),
        (
            "a.csv",
            "zh,en,confidence\n1,2,much\n",
            "a.csv:2: the value of confidence cannot be read",
        ),
        ("a.jsonl", '{"source": "a", "target": "b"}\n{', "a.jsonl:2: not JSON"),
        ("a.jsonl", '{"source": "a"}\n', "a.jsonl:1: a line needs the keys source and target"),
        ("a.jsonl", "[1]\n", "a.jsonl:1: a line needs the keys"),
        ("a.jsonl", '{"source": "a", "target": "b", "page": "x"}\n', "the value of page"),
        ("a.tmx", "<html/>", "not a TMX"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(FormatError, match=message):
        list(exchange.read_file(tmp_path / name))


def test_another_kind_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="cannot write this"):
        exchange.write_file(tmp_path / "a.pdf", [FULL], created=None)
    assert not (tmp_path / "a.pdf").exists()


def test_the_same_bytes_read_in_the_same_way_are_the_same_stream(tmp_path: Path) -> None:
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text("zh,en\n1,2\n")
    two.write_text("zh,en\n1,2\n")
    assert exchange.stream_id(one, "zh", None) == exchange.stream_id(two, "zh", None)
    assert exchange.stream_id(one, "zh", None) != exchange.stream_id(one, None, "zh")


def test_what_a_reviewer_rejected_is_left_out_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "sheet.tsv"
    file.write_text("zh\ten\tstate\n水。\tWater.\t\n火。\tFibre.\trejected\n", encoding="utf-8")
    report = ReadReport()
    assert [unit.source for unit in exchange.read_file(file, report=report)] == ["水。"]
    assert dict(report.skipped) == {"rejected by a reviewer": 1}


HARBOUR = ("The harbour closes at nine.", "港口九点关闭。")


@pytest.mark.parametrize(
    ("head", "rows", "wanted"),
    [
        pytest.param("source\ttarget", [HARBOUR], ("en", "zh"), id="english-first"),
        pytest.param("source\ttarget", [HARBOUR[::-1]], ("zh", "en"), id="chinese-first"),
        pytest.param("Target\tSource", [HARBOUR[::-1]], ("en", "zh"), id="target-before-source"),
        pytest.param(
            "source\ttarget",
            [HARBOUR, HARBOUR, ("See 附件 A.", "见附件A。")],
            ("en", "zh"),
            id="chinese-words",
        ),
        pytest.param("source\ttarget", [("A4P", "2026")], ("zh", "en"), id="no-script-to-go-by"),
        pytest.param("en\tzh", [HARBOUR], ("en", "zh"), id="named"),
        pytest.param(
            "source\ttarget",
            [("2024", "2024"), ("A/RES/78/1", "A/RES/78/1"), ("", ""), HARBOUR],
            ("en", "zh"),
            id="rows-that-say-nothing",
        ),
    ],
)
def test_what_columns_are_written_in_tells_the_direction(
    tmp_path: Path, head: str, rows: list[tuple[str, str]], wanted: tuple[str, str]
) -> None:
    path = tmp_path / "u.tsv"
    path.write_text("\n".join([head, *map("\t".join, rows)]) + "\n", encoding="utf-8")
    unit = next(exchange.read_file(path, as_file=True))
    assert (tags.primary(unit.source_lang), tags.primary(unit.target_lang)) == wanted
    # For a memory Chinese is the source, in whatever column it stands.
    kept = list(exchange.read_file(path))
    assert {tags.primary(unit.source_lang) for unit in kept} == {"zh"}
    if HARBOUR in rows or HARBOUR[::-1] in rows:
        assert HARBOUR[1] in {unit.source for unit in kept}


def test_lines_without_languages_are_read_by_their_script(tmp_path: Path) -> None:
    path = tmp_path / "u.jsonl"
    pairs = [HARBOUR, HARBOUR[::-1], ("A4P", "A4P")]
    lines = [json.dumps({"source": source, "target": target}) for source, target in pairs]
    path.write_text("\n".join(lines), encoding="utf-8")
    units = list(exchange.read_file(path, as_file=True))
    assert [tags.primary(unit.source_lang) for unit in units] == ["en", "zh", "zh"]


def test_a_column_that_names_the_language_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "u.tsv"
    path.write_text(
        "source\ttarget\tsource_lang\ttarget_lang\n" + "\t".join([*HARBOUR, "en", "zh"])
    )
    for as_file in (True, False):
        (unit,) = exchange.read_file(path, as_file=as_file)
        assert (unit.source, unit.source_lang) == (HARBOUR[0], "en")


def workbook(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_every_sheet_with_both_languages_is_read_by_its_own_header(tmp_path: Path) -> None:
    sheets = {
        "Menu": [["中文", "English"], ["关闭", "Close"]],
        "Empty": [],
        "Notes": [["what is open"], ["ask the client"]],
        "Help": [["English", "Comment", "中文"], ["Where is my file?", "", "我的文件在哪里？"]],
    }
    report = ReadReport()
    path = workbook(tmp_path / "strings.xlsx", sheets)
    units = list(exchange.read_file(path, report=report))
    assert [(unit.source, unit.target) for unit in units] == [
        ("关闭", "Close"),
        ("我的文件在哪里？", "Where is my file?"),
    ]
    assert report.sheets == ["Menu", "Help"]
    assert report.lines == [2, 2]
    assert report.skipped == {"the sheet “Notes”, without units of both languages": 1}


def test_a_workbook_without_both_languages_is_refused_by_its_first_sheet(tmp_path: Path) -> None:
    sheets = {"Notes": [["who", "when"], ["me", "now"]], "More": [["open", "by"], ["all", "May"]]}
    with pytest.raises(FormatError, match=r"Notes.*needs a column for each language"):
        list(exchange.read_file(workbook(tmp_path / "n.xlsx", sheets)))


@pytest.mark.parametrize(
    "notes",
    [
        [["To do"], ["who", "what"], ["Li", "check", "by Monday"]],
        [["a", "a"], ["b", "c"]],
        [["Strings", "412", "", "done"], ["", "17", "open", "", "late"]],
        [["2024-01-03"], ["2024-02-11"]],
    ],
    ids=["a row too long", "a name twice", "gaps", "dates"],
)
def test_a_sheet_that_is_no_table_of_units_does_not_stop_the_others(
    notes: list[list[str]], tmp_path: Path
) -> None:
    sheets = {"Notes": notes, "Menu": [["中文", "English"], ["关闭", "Close"]]}
    report = ReadReport()
    units = list(exchange.read_file(workbook(tmp_path / "w.xlsx", sheets), report=report))
    assert [unit.target for unit in units] == ["Close"]
    assert (report.sheets, report.lines) == (["Menu"], [2])
    assert report.skipped == {"the sheet “Notes”, without units of both languages": 1}


@pytest.mark.parametrize(
    "rows",
    [
        [["中文", "English"], ["打开", "Open", "too much"]],
        [[f"第{n}扇门", f"Gate {n}"] for n in range(250)] + [["退出", "Quit", "", "more"]],
    ],
    ids=["by its header", "by what was read"],
)
def test_a_fault_in_a_sheet_of_units_is_one(rows: list[list[str]], tmp_path: Path) -> None:
    sheets = {"Menu": [["中文", "English"], ["关闭", "Close"]], "More": rows}
    with pytest.raises(FormatError, match=r"w\.xlsx\(More\)"):
        list(exchange.read_file(workbook(tmp_path / "w.xlsx", sheets)))
