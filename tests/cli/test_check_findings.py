"""`align check` on files: the source is what the file says, and findings point into the translation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from align.cli import app
from align.errors import InputError

ZH, EN = "安全理事会开会。", "The Safety Council met."
GLOSSARY = "zh\ten\n安全理事会\tSecurity Council\n"


def check(*arguments: str | Path) -> tuple[int, list[dict[str, Any]], str]:
    result = CliRunner().invoke(app, ["check", *map(str, arguments), "--json"])
    rows = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return result.exit_code, rows, result.stderr


def tmx(srclang: str) -> str:
    return f"""<?xml version="1.0"?>
<tmx version="1.4"><header creationtool="t" creationtoolversion="1" segtype="sentence" o-tmf="t"
 adminlang="en" srclang="{srclang}" datatype="plaintext"/><body>
<tu tuid="t1">
<tuv xml:lang="zh-CN"><seg>{ZH}</seg></tuv>
<tuv xml:lang="en-US"><seg>{EN}</seg></tuv>
</tu>
</body></tmx>
"""


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    path = tmp_path / "terms.tsv"
    path.write_text(GLOSSARY, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("srclang", "source", "expected", "line"),
    [
        ("zh-CN", "安全理事会", "Security Council", 6),
        ("*all*", "安全理事会", "Security Council", 6),
    ],
)
def test_the_srclang_of_a_tmx_is_the_source(
    tmp_path: Path, terms: Path, srclang: str, source: str, expected: str, line: int
) -> None:
    path = tmp_path / "a.tmx"
    path.write_text(tmx(srclang), encoding="utf-8")
    code, found, said = check(path, "--terms", terms)
    (one,) = [row for row in found if row["rule"] == "term-missing"]
    assert (code, one["source"], one["expected"][0], one["line"]) == (1, source, expected, line)
    assert one["file"] == str(path)
    assert "every unit has both sides" in said


def test_a_tmx_from_english_is_checked_as_a_translation_into_chinese(
    tmp_path: Path, terms: Path
) -> None:
    path = tmp_path / "a.tmx"
    text = tmx("en-US").replace(ZH, "安保委员会开会。").replace(EN, "The Security Council met.")
    path.write_text(text, encoding="utf-8")
    code, found, _ = check(path, "--terms", terms)
    (one,) = [row for row in found if row["rule"] == "term-missing"]
    assert (code, one["source"], one["expected"][0]) == (1, "Security Council", "安全理事会")
    assert one["line"] == 5
    assert check(path, "--terms", terms, "--src-lang", "zh")[1] != found


@pytest.mark.parametrize(
    ("text", "row", "into"),
    [
        (f"zh\ten\n{ZH}\t{EN}\n", 2, "Security Council"),
        ("en\tzh\nThe Security Council met.\t安保委员会开会。\n", 2, "安全理事会"),
        ("English (US)\tChinese (Simplified)\nThe Security Council met.\t安保委员会开会。\n", 2, "安全理事会"),
        (f"{ZH}\t{EN}\n他们开会。\tThey met.\n", 1, "Security Council"),
        (f"source\ttarget\n{ZH}\t{EN}\n", 2, "Security Council"),
    ],
    ids=["zh first", "en first", "headers in words", "no header", "source and target"],
)  # fmt: skip
def test_the_first_column_of_a_table_is_the_source(
    tmp_path: Path, terms: Path, text: str, row: int, into: str
) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(text, encoding="utf-8")
    _, found, _ = check(path, "--terms", terms)
    (one,) = [one for one in found if one["rule"] == "term-missing"]
    assert (one["expected"][0], one["row"], one["line"]) == (into, row, None)


def test_findings_on_two_documents_point_into_the_translation(tmp_path: Path, terms: Path) -> None:
    zh, en = tmp_path / "zh.txt", tmp_path / "en.txt"
    zh.write_text("会议开始了。\n\n主席说欢迎各位代表。\n\n安全理事会开会。\n", encoding="utf-8")
    en.write_text(
        "The meeting began.\n\nThe Chair welcomed the delegates.\n\nThe Safety Council met.\n",
        encoding="utf-8",
    )
    _, found, said = check(zh, en, "--terms", terms)
    (one,) = [row for row in found if row["rule"] == "term-missing"]
    assert (one["file"], one["line"]) == (str(en), 5)
    assert "every unit has both sides" not in said


def test_a_document_alone_lacks_its_translation(tmp_path: Path) -> None:
    path = tmp_path / "zh.txt"
    path.write_text("会议开始了。\n主席致辞。\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(path)])
    assert isinstance(result.exception, InputError)
    assert "its translation is missing" in str(result.exception)


def test_messages_in_chinese(tmp_path: Path, terms: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(f"zh\ten\n{ZH}\t{EN}\n", encoding="utf-8")
    asked = check(path, "--terms", terms, "--lang", "zh")[1]
    assert asked[0]["message"] == asked[0]["message_zh"]
    assert asked[0]["message"].startswith("“安全理事会”应译为“Security Council”")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert check(path, "--terms", terms)[1] == asked
    assert check(path, "--terms", terms, "--lang", "en")[1][0]["message"].startswith(
        "“安全理事会” should"
    )


def test_sarif_describes_its_rules(tmp_path: Path, terms: Path) -> None:
    path = tmp_path / "a.tmx"
    path.write_text(tmx("zh-CN"), encoding="utf-8")
    result = CliRunner().invoke(
        app, ["check", str(path), "--terms", str(terms), "--format", "sarif"]
    )
    (run,) = json.loads(result.stdout)["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["id"] == "term-missing"
    assert rule["fullDescription"]["text"].startswith("The source has a term")
    assert rule["properties"]["name_zh"] == "术语译法与术语库不符"
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 6, "snippet": {"text": "Safety Council"}}


def test_one_mistake_is_one_finding(tmp_path: Path) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text(
        "zh\ten\tforbidden\n世界气象组织\tWorld Meteorological Organization\tWorld Weather Organization\n"
        "气象组织\tWMO\tWorld Weather Organization\n",
        encoding="utf-8",
    )
    path = tmp_path / "a.tsv"
    path.write_text(
        "zh\ten\n世界气象组织（气象组织）开会。\tThe World Weather Organization met.\n",
        encoding="utf-8",
    )
    _, found, _ = check(path, "--terms", terms)
    (one,) = found
    assert one["source"] == "世界气象组织"
    assert one["source_spans"] == [[0, 6], [7, 11]]


def test_a_finding_in_a_workbook_of_several_sheets_names_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("Signs")
    assert first is not None
    first.append(["中文", "English"])
    first.append(["泵站有12台水泵。", "The station has 12 pumps."])
    second.append(["English", "中文"])
    second.append(["Gate 7 is open.", "7号闸门开着。"])
    second.append(["The bridge bears 40 tonnes.", "桥梁承重30吨。"])
    path = tmp_path / "strings.xlsx"
    book.save(path)
    code, found, _ = check(path)
    told = [
        (one["file"], one["row"], one["expected"]) for one in found if one["severity"] == "error"
    ]
    assert (code, told) == (1, [(f"{path}(Signs)", 3, ["40吨"])])


def test_several_files_are_each_checked_by_themselves(tmp_path: Path, terms: Path) -> None:
    wrong, right = tmp_path / "wrong.tmx", tmp_path / "right.tmx"
    wrong.write_text(tmx("zh-CN"), encoding="utf-8")
    right.write_text(tmx("zh-CN").replace("Safety", "Security"), encoding="utf-8")
    lines = tmp_path / "lines.jsonl"
    record = {"source": "共7人。", "target": "There are 8 persons.", "source_lang": "zh-CN"}
    lines.write_text(json.dumps(record | {"target_lang": "en-US"}) + "\n", encoding="utf-8")
    code, found, _ = check(right, wrong, lines, "--terms", terms)
    alone = [check(path, "--terms", terms)[1] for path in (right, wrong, lines)]
    places = [(row["file"], row["rule"], row["line"]) for row in found]
    assert places == [(row["file"], row["rule"], row["line"]) for rows in alone for row in rows]
    assert {Path(place[0]).name for place in places} == {"wrong.tmx", "lines.jsonl"}
    assert code == 1
    assert check(right, lines, "--terms", terms, "--off", "number-mismatch")[0] == 0


def test_several_files_have_one_baseline_and_one_page(tmp_path: Path, terms: Path) -> None:
    """A page and a baseline go by the texts of a unit: those of the file that it is in."""
    first, second = tmp_path / "first.tmx", tmp_path / "second.tmx"
    first.write_text(tmx("zh-CN").replace("Safety", "Security"), encoding="utf-8")
    second.write_text(tmx("zh-CN"), encoding="utf-8")
    kept, page = tmp_path / "kept.json", tmp_path / "page.html"
    assert check(second, "--terms", terms, "--write-baseline", kept)[0] == 1
    assert check(first, second, "--terms", terms, "--baseline", kept)[:2] == (0, [])
    arguments = ["check", str(first), str(second), "--terms", str(terms), "-o", str(page)]
    assert CliRunner().invoke(app, arguments).exit_code == 1
    assert "Safety" in page.read_text(encoding="utf-8")
    assert "The Security Council met" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("a.tmx", "a.tmx"), "given twice"),
        (("a.tmx", "b.txt", "c.tmx"), "b.txt: among several files only"),
        (("a.csv", "b.csv", "c.csv"), "a.csv: among several files only"),
        (("a.xlf", "b.xlf", "-o", "c.xlf"), "one file"),
    ],
    ids=["twice", "a document", "tables", "a copy"],
)
def test_several_files_of_which_one_is_none_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.tmx", "c.tmx", "b.txt"):
        Path(name).write_text(tmx("zh-CN"), encoding="utf-8")
    for name in ("a.xlf", "b.xlf"):
        Path(name).write_text(XLIFF, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        CliRunner().invoke(app, ["check", *names], catch_exceptions=False)


XLIFF = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a" source-language="zh-CN" target-language="en" datatype="plaintext"><body>
<trans-unit id="1"><source>开会。</source><target>A meeting.</target></trans-unit>
</body></file></xliff>
"""
