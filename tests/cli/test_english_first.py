"""An English document and its Chinese translation: every output says what the source is."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from unittest import mock

import openpyxl
import pytest
from typer.testing import CliRunner

from align.alignment.bead_files import read_beads
from align.cli import app
from align.cli.configuration import VARIABLE
from align.formats import tmx
from align.language.tags import primary
from align.report.sheet import read_sheet


def run(*args: str | Path) -> str:
    """A command that ends well, and what it says."""
    with mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": "1700000000"}):
        result = CliRunner().invoke(app, [str(arg) for arg in args])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, corpora: Path) -> Path:
    """A folder with all that `align pair` writes for a press release, English first and second."""
    folder = tmp_path_factory.mktemp("english-first")
    zh, en = corpora / "press-release" / "zh.txt", corpora / "press-release" / "en.txt"
    forms = ("tmx", "jsonl", "xlsx", "html", "beads")
    outputs = [folder / f"o.{form}" for form in forms]
    options = ("-o", "--jsonl", "--xlsx", "--report", "--beads")
    told = run(
        "pair", en, zh, *(part for pair in zip(options, outputs, strict=True) for part in pair)
    )
    assert re.search(r"^\d+ units from English, ", told, re.MULTILINE)
    assert "if it is the translation, give it second" in told
    told = run("pair", zh, en, "-o", folder / "z.tmx", "--beads", folder / "z.beads")
    assert "give it second" not in told
    return folder


def test_the_alignment_is_that_of_the_other_way_turned_round(made: Path) -> None:
    turned = [(target, source) for source, target in read_beads(made / "z.beads")]
    assert read_beads(made / "o.beads") == turned


def test_units_say_what_they_were_translated_from(made: Path) -> None:
    with (made / "o.tmx").open("rb") as file:
        units = list(tmx.read_units(file, as_file=True))
    assert {(primary(u.source_lang), primary(u.target_lang)) for u in units} == {("en", "zh")}
    assert b'srclang="en-US"' in (made / "o.tmx").read_bytes()
    lines = [json.loads(line) for line in (made / "o.jsonl").read_text("utf-8").splitlines()]
    whole = [line for line in lines if line["source"] and line["target"]]
    assert [line["source"] for line in whole] == [unit.source for unit in units]
    with (made / "z.tmx").open("rb") as file:
        others = list(tmx.read_units(file, as_file=True))
    assert [(u.target, u.source) for u in others] == [(u.source, u.target) for u in units]


def test_the_report_names_its_columns(made: Path) -> None:
    page = (made / "o.html").read_text("utf-8")
    heads = re.findall(r'<th scope="col">(Chinese|English)</th>', page)
    assert heads[:2] == ["English", "Chinese"]
    assert "Down: English sentences" in page
    assert re.search(r'<p lang="en-US">[A-Z]', page)
    assert re.search(r'<p lang="zh-CN">[\u4e00-\u9fff]', page)


def test_a_review_sheet_comes_back_as_it_was_sent(made: Path) -> None:
    book = openpyxl.load_workbook(made / "o.xlsx")
    sheet = book["Review"]
    assert [cell.value for cell in sheet[1]][2:4] == ["English", "Chinese"]
    sheet["D2"] = "港口照常开放。"
    sheet.insert_rows(3)
    sheet["C3"], sheet["D3"] = "The lamp is lit.", "灯亮着。"
    book.save(made / "back.xlsx")
    with (made / "back.xlsx").open("rb") as file:
        review = read_sheet(file)
    assert [str(change.kind) for change in review.changes] == ["target", "added"]
    assert {primary(unit.source_lang) for unit in review.units} == {"en"}
    assert review.units[0].target == "港口照常开放。"
    assert review.units[1].source == "The lamp is lit."


def test_a_memory_writes_its_units_from_the_language_that_is_asked(
    made: Path, tmp_path: Path
) -> None:
    memory = tmp_path / "m.db"
    run("memory", "add", memory, made / "o.tmx")
    run("memory", "export", memory, "-o", tmp_path / "plain.tmx")
    run("memory", "export", memory, "-o", tmp_path / "en.tmx", "--src-lang", "en-GB")
    run("memory", "export", memory, "-o", tmp_path / "en.csv", "--src-lang", "en-GB")
    found = {}
    for name in ("plain", "en"):
        with (tmp_path / f"{name}.tmx").open("rb") as file:
            found[name] = list(tmx.read_units(file, as_file=True))
    assert [(u.target, u.source) for u in found["plain"]] == [
        (u.source, u.target) for u in found["en"]
    ]
    assert {primary(unit.source_lang) for unit in found["en"]} == {"en"}
    rows = (tmp_path / "en.csv").read_text("utf-8-sig").splitlines()
    assert found["en"][0].source in rows[1].split(",", 1)[0]


def test_references_of_an_english_document_are_written_from_english(
    made: Path, tmp_path: Path, corpora: Path
) -> None:
    out = tmp_path / "r.tmx"
    run("reference", corpora / "press-release" / "en.txt", "-m", made / "o.tmx", "-o", out)
    with out.open("rb") as file:
        units = list(tmx.read_units(file, as_file=True))
    assert units
    assert {(primary(u.source_lang), primary(u.target_lang)) for u in units} == {("en", "zh")}
    assert b'srclang="en-US"' in out.read_bytes()


def test_an_archive_from_english_is_merged_from_english(tmp_path: Path, corpora: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for lang in ("zh", "en"):
        text = (corpora / "press-release" / f"{lang}.txt").read_bytes()
        (folder / f"press_{lang}.txt").write_bytes(text)
    run(
        "batch", folder, "-o", tmp_path / "out", "--src-lang", "en", "--merge", tmp_path / "all.tmx"
    )
    with (tmp_path / "all.tmx").open("rb") as file:
        units = list(tmx.read_units(file, as_file=True))
    assert units
    assert {(primary(u.source_lang), primary(u.target_lang)) for u in units} == {("en", "zh")}


def test_a_report_without_a_check_says_so(made: Path) -> None:
    page = (made / "o.html").read_text("utf-8")
    assert "were not checked: give --terms" in page
    assert "Nothing was found" not in page


def test_who_says_the_languages_is_told_nothing_of_the_order(tmp_path: Path, corpora: Path) -> None:
    folder = corpora / "press-release"
    told = run(
        "pair",
        folder / "en.txt",
        folder / "zh.txt",
        "-o",
        tmp_path / "o.tmx",
        "--src-lang",
        "en-GB",
    )
    assert "units from English" in told
    assert "give it second" not in told


@pytest.mark.parametrize("english_first", [True, False], ids=["English first", "Chinese first"])
def test_configured_languages_are_those_of_the_texts(
    english_first: bool, tmp_path: Path, corpora: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "align.toml").write_text('[languages]\nsource = "zh-HK"\ntarget = "en-GB"\n')
    monkeypatch.setenv(VARIABLE, str(tmp_path / "align.toml"))
    monkeypatch.chdir(tmp_path)
    files = [corpora / "press-release" / f"{name}.txt" for name in ("zh", "en")]
    wanted = ["zh-HK", "en-GB"]
    if english_first:
        files.reverse()
        wanted.reverse()
    run("pair", *files, "-o", "o.tmx")
    with open("o.tmx", "rb") as file:
        unit = next(tmx.read_units(file, as_file=True))
    assert [unit.source_lang, unit.target_lang] == wanted


HARBOUR = [
    ("The harbour opened in 1931.", "港口于1931年启用。"),
    ("It was built by workers from the northern villages.", "它由北部村庄的工人建成。"),
    ("A lighthouse was added four years later.", "四年后增建了一座灯塔。"),
    ("The keeper and her two sons lit the lamp every evening.", "看守人和两个儿子每晚点灯。"),
    ("Today the lamp is electric.", "如今灯已改用电力。"),
    ("Visitors may climb the tower on Sundays.", "游客星期日可以登塔。"),
]


def test_findings_speak_of_the_chinese_translation(tmp_path: Path) -> None:
    en, zh = tmp_path / "en.txt", tmp_path / "zh.txt"
    en.write_text("\n\n".join(english for english, _ in HARBOUR), "utf-8")
    zh.write_text("\n\n".join(chinese for _, chinese in HARBOUR[:3] + HARBOUR[4:]), "utf-8")
    result = CliRunner().invoke(app, ["check", str(en), str(zh), "--json"])
    (omitted,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert (omitted["rule"], omitted["severity"]) == ("omission", "error")
    assert omitted["source"] == HARBOUR[3][0]
    assert omitted["file"] == str(zh)


def test_last_years_pair_may_be_in_this_order(made: Path, corpora: Path) -> None:
    folder = corpora / "press-release"
    en, zh = folder / "en.txt", folder / "zh.txt"
    later = made / "later.txt"
    later.write_bytes(en.read_bytes())
    told = run("revise", en, zh, later, "-o", made / "new.jsonl")
    assert re.match(
        r"\d+ unchanged, 0 moved, 0 with new numbers, 0 changed, 0 new, 0 dropped", told
    )
    lines = (made / "new.jsonl").read_text("utf-8").splitlines()
    assert any(re.search("[\u4e00-\u9fff]", line) for line in lines)
