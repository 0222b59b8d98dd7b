"""Whoever reads standard output or error may leave (head, less): no file that was asked for is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from align.formats import tmx
from align.memory import TranslationMemory
from align.project import beside

ZH = "委员会审议了灯塔的维修计划。\n\n计划耗资三亿美元。\n\n下次会议定于五月举行。\n"
EN = (
    "The Committee considered the plan for repairing the lighthouses.\n\n"
    "The plan will cost $300 million.\n\nThe next meeting will be held in May.\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "zh.txt").write_text(ZH, encoding="utf-8")
    (tmp_path / "en.txt").write_text(EN, encoding="utf-8")
    return tmp_path


def unread(desk: Path, *arguments: str, errors: bool = False) -> tuple[int, str]:
    """Run a command whose standard output, or all that it says, nobody reads from the beginning."""
    ours, theirs = os.pipe()
    os.close(ours)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "SOURCE_DATE_EPOCH": "1700000000"}
    try:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "align", *arguments],
            cwd=desk, stdout=theirs, stderr=theirs if errors else subprocess.PIPE,
            env=environment, check=False,
        )  # fmt: skip
    finally:
        os.close(theirs)
    return done.returncode, (done.stderr or b"").decode()


def units(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in tmx.read_units(file))


def test_a_pair_is_in_every_file(desk: Path) -> None:
    outputs = ["-o", "a.tmx", "--xlsx", "a.xlsx", "--report", "a.html", "--memory", "a.db"]
    code, said = unread(desk, "pair", "zh.txt", "en.txt", *outputs, "--jsonl", "-")
    assert (code, "Traceback" in said) == (0, False)
    assert units(desk / "a.tmx") == 3
    assert load_workbook(desk / "a.xlsx").worksheets[0].max_row == 4
    assert "lighthouses" in (desk / "a.html").read_text("utf-8")
    assert beside(desk / "a.tmx").is_file()
    with TranslationMemory.open(desk / "a.db") as memory:
        assert len(memory) == 3


def test_a_tmx_that_nobody_reads_leaves_the_other_files(desk: Path) -> None:
    code, _ = unread(desk, "pair", "zh.txt", "en.txt", "-o", "-", "--jsonl", "a.jsonl")
    assert code == 0
    assert len((desk / "a.jsonl").read_text("utf-8").splitlines()) == 3


def test_a_list_that_nobody_reads_leaves_the_files(desk: Path) -> None:
    code, _ = unread(desk, "pair", "zh.txt", "en.txt", "-o", "a.tmx", "--review", "3")
    assert (code, units(desk / "a.tmx")) == (0, 3)


def test_remarks_that_nobody_reads_stop_nothing(desk: Path) -> None:
    code, _ = unread(desk, "pair", "zh.txt", "en.txt", "-o", "a.tmx", "--jsonl", "-", errors=True)
    assert (code, units(desk / "a.tmx")) == (0, 3)


def test_a_sheet_that_comes_back_is_in_every_file(desk: Path) -> None:
    assert unread(desk, "pair", "zh.txt", "en.txt", "-o", "a.tmx", "--xlsx", "a.xlsx")[0] == 0
    given = ["pair", "--from-xlsx", "a.xlsx", "-o", "b.tmx", "--memory", "b.db", "--jsonl", "-"]
    assert unread(desk, *given)[0] == 0
    assert units(desk / "b.tmx") == 3
    assert (desk / "b.db").is_file()


def test_every_file_is_added_to_a_memory(desk: Path) -> None:
    assert unread(desk, "pair", "zh.txt", "en.txt", "-o", "a.tmx")[0] == 0
    (desk / "b.tmx").write_bytes((desk / "a.tmx").read_bytes().replace(b"Committee", b"Council"))
    assert unread(desk, "memory", "add", "m.db", "a.tmx", "b.tmx", "--json")[0] == 0
    with TranslationMemory.open(desk / "m.db") as memory:
        assert len(memory) == 4


def test_candidates_are_in_their_file_and_on_standard_output(desk: Path) -> None:
    assert unread(desk, "pair", "zh.txt", "en.txt", "-o", "a.tmx")[0] == 0
    assert unread(desk, "terms", "extract", "a.tmx", "--json", "-o", "t.csv")[0] == 0
    assert (desk / "t.csv").read_text("utf-8-sig").startswith("zh,en,")


def test_a_manifest_is_written(desk: Path) -> None:
    for lang in ("zh", "en"):
        (desk / "in" / lang).mkdir(parents=True)
        (desk / f"{lang}.txt").rename(desk / "in" / lang / "1.txt")
    assert unread(desk, "pairs", "in", "--json", "-o", "m.csv")[0] == 0
    assert "1.txt" in (desk / "m.csv").read_text("utf-8-sig")


def test_an_archive_is_aligned_whole(desk: Path) -> None:
    for lang in ("zh", "en"):
        (desk / "in" / lang).mkdir(parents=True)
        (desk / f"{lang}.txt").rename(desk / "in" / lang / "1.txt")
    code, _ = unread(desk, "batch", "in", "-o", "out", "--merge", "all.tmx", "--json", errors=True)
    assert (code, units(desk / "all.tmx")) == (0, 3)
    assert (desk / "out" / "summary.html").is_file()


def test_findings_that_nobody_reads_leave_the_baseline(desk: Path) -> None:
    unit = {"source": "五艘船", "target": "six ships", "source_lang": "zh", "target_lang": "en"}
    (desk / "u.jsonl").write_text(json.dumps(unit) + "\n", encoding="utf-8")
    unread(desk, "check", "u.jsonl", "--write-baseline", "b.json")
    assert (desk / "b.json").stat().st_size > 2
