"""What people and scripts are shown: where units are from, days, counts, cells, the words of help."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from align.cli import app
from align.cli.output import many
from align.datatypes import TranslationUnit
from align.formats import tmx
from align.memory import TranslationMemory


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def filled(path: Path, *units: TranslationUnit) -> Path:
    with TranslationMemory.open(path, create=True) as memory:
        memory.add(units, origin="harbour.docx", now="20261130T080000Z")
    return path


def archive(folder: Path, en: str = "The harbour is closed in winter.") -> None:
    for lang, text in (("zh", "港口冬季关闭。"), ("en", en)):
        (folder / "2019" / lang).mkdir(parents=True, exist_ok=True)
        (folder / "2019" / lang / "harbour rules.txt").write_text(text + "\n", encoding="utf-8")


def test_units_of_an_archive_name_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    archive(tmp_path / "in")
    command = ("batch", "in", "-o", "out", "--memory", "m.db", "--merge", "all.tmx", "--overwrite")
    run(*command)
    stats = run("memory", "stats", "m.db")
    (name,) = re.findall(r"from (harbour rules\.txt \([0-9a-f]{8}\))", stats)
    with Path("all.tmx").open("rb") as file:
        assert [unit.origin for unit in tmx.read_units(file)] == [name]
    archive(tmp_path / "in", en="The port is shut in winter.")
    run(*command)  # what the document said before leaves the memory
    with TranslationMemory.open("m.db", read_only=True) as memory:
        assert [unit.target for unit in memory.units()] == ["The port is shut in winter."]
    assert name in run("lookup", "港口", "-m", "m.db")


def test_units_under_the_id_of_an_earlier_version_leave_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from align.batch.journal import Record
    from align.batch.memory_filling import fill_memory

    (tmp_path / "tmx").mkdir()
    fill = {"out": tmp_path, "now": "20261130T080000Z"}
    for origin, target, output in (("a-1", "old", "1"), ("a.txt (a-1)", "new", "2")):
        with (tmp_path / "tmx" / "a-1.tmx").open("wb") as file:
            tmx.write_units(file, [TranslationUnit("港", target, origin=origin)])
        record = Record("a-1", "f", "done", output=output)
        fill_memory(tmp_path / "m.db", [record], origins={"a-1": "a.txt (a-1)"}, **fill)  # type: ignore[arg-type]
    with TranslationMemory.open(tmp_path / "m.db", read_only=True) as memory:
        assert [(unit.target, unit.origin) for unit in memory.units()] == [("new", "a.txt (a-1)")]


def test_days_are_written_as_iso_does_and_one_day_once(tmp_path: Path) -> None:
    one = TranslationUnit("灯塔关闭了。", "The lighthouse was closed.", created="20261130T070000Z")
    later = TranslationUnit(
        "灯塔开放了。", "The lighthouse was opened.", created="20261201T070000Z"
    )
    shown = run("lookup", "灯塔", "-m", filled(tmp_path / "one.db", one))
    assert "(harbour.docx 1, 2026-11-30)" in shown
    shown = run("lookup", "灯塔", "-m", filled(tmp_path / "two.db", one, later))
    assert "2026-11-30–2026-12-01" in shown
    assert not re.search(r"2026113|2026120", shown)


CELLS = [
    ("-5", "-5"),
    ("+1,000.5", "+1,000.5"),
    ("-3 %", "-3 %"),
    ("−5", "−5"),
    ("A-1", "A-1"),
    ("'tis the keeper", "'tis the keeper"),
    ("=1+1", "'=1+1"),
    ("-1+1", "'-1+1"),
    ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
    ("@SUM(A1)", "'@SUM(A1)"),
]


def test_only_what_a_spreadsheet_computes_is_altered_in_a_table(tmp_path: Path) -> None:
    units = [TranslationUnit(f"第{at}格", text, id=str(at)) for at, (text, _) in enumerate(CELLS)]
    memory = filled(tmp_path / "m.db", *units)
    for name, delimiter in (("u.tsv", "\t"), ("u.csv", ",")):
        run("memory", "export", memory, "-o", tmp_path / name)
        text = (tmp_path / name).read_text("utf-8-sig")
        rows = {
            row["source"]: row["target"]
            for row in csv.DictReader(io.StringIO(text), delimiter=delimiter)
        }
        assert [rows[f"第{at}格"] for at in range(len(CELLS))] == [cell for _, cell in CELLS]
        again = tmp_path / f"{name}.db"
        run("memory", "add", again, tmp_path / name)
        with TranslationMemory.open(again, read_only=True) as read:
            assert {unit.target for unit in read.units()} == {text for text, _ in CELLS}


def test_the_table_of_a_pair_keeps_numbers(tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text("-5\n=1+1\n", encoding="utf-8")
    (tmp_path / "en.txt").write_text("-5\n=1+1\n", encoding="utf-8")
    files = (tmp_path / "zh.txt", tmp_path / "en.txt", "--tsv", tmp_path / "u.tsv")
    run("pair", *files, "--pre-segmented", "--force", "--src-lang", "zh", "--tgt-lang", "en")
    rows = [line.split("\t")[:2] for line in (tmp_path / "u.tsv").read_text("utf-8").splitlines()]
    assert rows == [["-5", "-5"], ["'=1+1", "'=1+1"]]


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [(1, "finding", "1 finding"), (0, "unit", "0 units"), (1000, "reply", "1,000 replies")],
    ids=["one", "none", "many"],
)
def test_one_is_not_many(count: int, noun: str, said: str) -> None:
    assert many(count, noun) == said


def test_one_of_each_is_said_in_the_singular(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    archive(tmp_path / "in")
    said = run("batch", "in", "-o", "out", "--memory", "m.db", "--merge", "all.tmx")
    said += run("memory", "export", "m.db", "-o", "u.tmx") + run("memory", "stats", "m.db")
    said += run("show", "in/2019/zh/harbour rules.txt") + run("pairs", "in", "-o", "m.csv")
    said += run("check", "u.tmx") + run("terms", "extract", "u.tmx", "--limit", "1", "-o", "t.csv")
    assert "1 pair (" in said
    assert re.findall(r"\b1 (?:[a-z]+ )?[a-z]+s\b", said) == []


def commands(name: str = "align", command: object = None) -> list[tuple[str, object]]:
    command = command or typer.main.get_command(app)
    children = getattr(command, "commands", {})
    below = [each for child in children for each in commands(f"{name} {child}", children[child])]
    return below or [(name, command)]


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_help_is_in_eighty_columns_and_names_every_value(name: str, command: object) -> None:
    result = CliRunner().invoke(app, [*name.split()[1:], "-h"], env={"COLUMNS": "80"})
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert not re.search(r"<[a-z ]+>|\{[A-Z]", result.output)
    for option in command.params:  # type: ignore[attr-defined]
        if option.param_type_name == "option" and not option.is_flag:
            assert re.search(rf"{option.opts[-1]}\s+{re.escape(option.metavar)}", result.output)
    page = (Path(__file__).parents[2] / "docs" / "reference" / "commands.md").read_text("utf-8")
    section = page.split(f"## `{name}`\n")[1].split("\n## ")[0]
    for option in command.params:  # type: ignore[attr-defined]
        if option.param_type_name == "option" and not option.is_flag:
            assert f"`{option.metavar}`".replace("|", r"\|") in section


def test_the_name_of_the_program_is_that_of_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "align", "pair", "-h"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage: align pair [OPTIONS]")


TRIALS = Path(__file__).parents[2] / "scripts" / "documentation" / "trials.tsv"


def test_the_transcript_tries_commands_that_exist() -> None:
    lines = [line for line in TRIALS.read_text("utf-8").splitlines() if line[0] != "#"]
    tried = {line.split("\t")[0] for line in lines}
    known = {name.removeprefix("align ") for name, _ in commands()}
    assert tried <= known
    # What is left waits for somebody at the other end, or needs an editor or a database.
    assert known - tried == {"config edit", "config unset", "mcp", "memory sync", "server"}


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["lookup", "灯塔", "港口"], "align: lookup: not expected here: 港口 (what has blanks goes between"),
        (["evaluate", "a.beads"], "align: a.beads: its partner is missing"),
        (["batch", "in", "-o", "out", "--shard", "5/4"], "align: --shard 5/4: parts are 1/N to N/N"),
        (["pair", "a", "--review", "x"], "align: pair: Invalid value for '--review': 'x' is no whole number;"),
        (["pairs", "in", "--timeout", "x"], "align: pairs: Invalid value for '--timeout': 'x' is no number;"),
    ],
    ids=["extra-word", "odd-file", "shard", "number", "fraction"],
)  # fmt: skip
def test_slips_say_what_to_do(tmp_path: Path, words: list[str], line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "align", *words], capture_output=True, text=True, cwd=tmp_path, check=False
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(line)
