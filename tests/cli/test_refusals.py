"""What is refused: one fault, one line, exit code 2, and nothing made."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from align.cli import app
from align.cli.parsing import Commands
from align.errors import AlignError


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit code, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def run(*args: str, cwd: Path) -> Ended:
    """A command in this process; `main` makes a line of what it raises (see test_robust)."""
    with contextlib.chdir(cwd):
        result = CliRunner().invoke(app, args, standalone_mode=False)
    error = result.exception
    if error is None:
        return Ended(result.exit_code, result.stdout, result.stderr)
    if isinstance(error, OSError) and error.filename is not None:  # as `main` tells it
        return Ended(
            2, result.stdout, f"{result.stderr}align: {error.filename}: {error.strerror}\n"
        )
    line = error.format_message() if hasattr(error, "format_message") else str(error)
    assert isinstance(error, AlignError) or hasattr(error, "format_message"), error
    return Ended(2, result.stdout, f"{result.stderr}align: {line}\n")


def refused(result: Ended, *words: str) -> None:
    """One clear line, exit code 2, nothing on stdout."""
    message = result.stderr
    assert (result.returncode, result.stdout, message.count("\n")) == (2, "", 1), message
    assert message.startswith("align: ")
    for word in words:
        assert word in message


ZH = "港口今天上午重新开放。\n渔民们都很高兴。\n"
EN = "The harbour opened again this morning.\nThe fishermen were all glad.\n"
UNITS = "zh\ten\n港口今天上午重新开放。\tThe harbour opened again this morning.\n"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a text of either language, units, a termbase, and files without units."""
    (tmp_path / "zh.txt").write_text(ZH, "utf-8")
    (tmp_path / "en.txt").write_text(EN, "utf-8")
    (tmp_path / "u.tsv").write_text(UNITS, "utf-8")
    (tmp_path / "t.csv").write_text("zh,en\n港口,harbour\n", "utf-8")
    (tmp_path / "none.jsonl").write_text("")
    (tmp_path / "head.tsv").write_text("zh\ten\n")
    others = "".join(f'<tuv xml:lang="{lang}"><seg>x</seg></tuv>' for lang in ("fr", "de"))
    (tmp_path / "others.tmx").write_text(
        '<tmx version="1.4"><header srclang="zh" adminlang="en" datatype="x" segtype="sentence" '
        'o-tmf="x" creationtool="x" creationtoolversion="1"/><body>'
        f"<tu>{others}</tu></body></tmx>"
    )
    return tmp_path


def files(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


@pytest.mark.parametrize("name", ["zh.txt", "en.txt", "none.jsonl", "head.tsv", "others.tmx"])
@pytest.mark.parametrize(
    "command",
    [("memory", "add", "new.db"), ("check",), ("lookup", "港口", "-m")],
    ids=["memory add", "check", "lookup"],
)
def test_a_file_without_units_is_told(desk: Path, command: tuple[str, ...], name: str) -> None:
    before = files(desk)
    refused(run(*command, name, cwd=desk), name, "units")
    assert files(desk) == before  # no memory is made for it


def test_a_file_without_units_among_others(desk: Path) -> None:
    result = run("memory", "add", "m.db", "u.tsv", "others.tmx", cwd=desk)
    told = result.stderr.splitlines()
    assert result.returncode == 2
    assert told[0] == "u.tsv: 1 unit read: 1 new, 0 already there"
    assert told[1].startswith("align: others.tmx: no units were read (1 skipped: no source tuv")
    assert len(told) == 2


SAME = {
    "pair": ("pair", "zh.txt", "./zh.txt", "-o", "o.tmx"),
    "pair by a link": ("pair", "zh.txt", "link.txt", "-o", "o.tmx"),
    "check": ("check", "zh.txt", "./zh.txt"),
    "revise old and new": ("revise", "zh.txt", "en.txt", "zh.txt", "-o", "o.xlsx"),
    "revise old twice": ("revise", "zh.txt", "link.txt", "en.txt", "-o", "o.xlsx"),
    "revise translation": ("revise", "zh.txt", "en.txt", "en.txt", "-o", "o.xlsx"),
}


@pytest.mark.parametrize("command", SAME.values(), ids=SAME.keys())
def test_one_file_does_not_stand_for_two(desk: Path, command: tuple[str, ...]) -> None:
    os.link(desk / "zh.txt", desk / "link.txt")
    before = files(desk)
    refused(run(*command, cwd=desk), "given twice")
    assert files(desk) == before


# Options that say the language of a text, and those that say how a command speaks.
OF_TEXTS = {
    "show": ("show", "zh.txt", "--lang"),
    "reference": ("reference", "zh.txt", "-m", "u.tsv", "--lang"),
    "search": ("memory", "search", "u.tsv", "港口", "--lang"),
    "concordance": ("memory", "concordance", "u.tsv", "港口", "--lang"),
    "lookup": ("lookup", "港口", "--terms", "t.csv", "--lang"),
    "pair": ("pair", "zh.txt", "en.txt", "-o", "o.tmx", "--src-lang"),
    "check source": ("check", "u.tsv", "--src-lang"),
    "check target": ("check", "zh.txt", "en.txt", "--tgt-lang"),
    "batch": ("batch", ".", "-o", "out", "--tgt-lang"),
    "serve": ("serve", ".", "--src-lang"),
    "config": ("config", "set", "--here", "languages.source"),
}
OF_MESSAGES = {
    "check": ("check", "u.tsv", "--lang"),
    "check ui": ("check", "u.tsv", "--ui"),
    "reference": ("reference", "zh.txt", "-m", "u.tsv", "-o", "o.html", "--ui"),
    "revise": ("revise", "zh.txt", "en.txt", "zh.txt", "-o", "o.xlsx", "--ui"),
    "config": ("config", "set", "--here", "languages.messages"),
}


@pytest.mark.parametrize("command", OF_TEXTS.values(), ids=OF_TEXTS.keys())
def test_a_language_that_is_not_read_is_refused(desk: Path, command: tuple[str, ...]) -> None:
    before = files(desk)
    refused(run(*command, "fr", cwd=desk), "zh-CN", "en-GB")
    assert files(desk) == before


@pytest.mark.parametrize("command", OF_MESSAGES.values(), ids=OF_MESSAGES.keys())
def test_messages_are_in_english_or_chinese(desk: Path, command: tuple[str, ...]) -> None:
    before = files(desk)
    refused(run(*command, "fr", cwd=desk), "en", "zh")
    assert files(desk) == before


@pytest.mark.parametrize("option", ["--lang", "--ui"])
def test_messages_are_in_the_language_that_is_asked_for(desk: Path, option: str) -> None:
    (desk / "w.tsv").write_text("zh\ten\n港口有12艘船。\tThe harbour has 13 ships.\n", "utf-8")
    told = {
        lang: json.loads(
            run("check", "w.tsv", "--json", option, lang, cwd=desk).stdout.splitlines()[0]
        )["message"]
        for lang in ("en", "zh", "zh-Hant")
    }
    assert told["zh"] == told["zh-Hant"] != told["en"]
    assert not re.search("[\u4e00-\u9fff]", told["en"])


@pytest.mark.parametrize("command", ["show", "check"])
def test_the_help_says_whose_language_it_is(command: str) -> None:
    text = " ".join(run(command, "--help", cwd=Path()).stdout.split())
    assert {"show": "Language of the document", "check": "Language of the messages"}[
        command
    ] in text


@pytest.mark.parametrize("option", ["--include", "--exclude"])
@pytest.mark.parametrize(
    "command",
    [
        ("lookup", "港口", "-m", "u.tsv"),
        ("memory", "search", "u.tsv", "港口"),
        ("memory", "concordance", "u.tsv", "港口"),
        ("reference", "zh.txt", "-m", "u.tsv"),
        ("serve", ".", "-m", "u.tsv"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_condition_on_no_field_is_refused(
    desk: Path, command: tuple[str, ...], option: str
) -> None:
    refused(run(*command, option, "orgin=u", cwd=desk), "orgin", "origin, symbol, year, state")


@pytest.mark.parametrize(
    "condition",
    [("--include", "foo"), ("--include", "year=1890"), ("--exclude", "origin=u.tsv")],
    ids=["origin", "year", "all but it"],
)
def test_conditions_that_leave_nothing_are_told(desk: Path, condition: tuple[str, str]) -> None:
    refused(run("lookup", "港口", "-m", "u.tsv", *condition, cwd=desk), " ".join(condition))
    kept = run("lookup", "港口", "-m", "u.tsv", "--include", "u.tsv", cwd=desk)
    assert (kept.returncode, "harbour" in kept.stdout) == (0, True)


def test_conditions_without_a_memory_are_refused(desk: Path) -> None:
    refused(run("lookup", "港口", "--terms", "t.csv", "--include", "u", cwd=desk), "--include")


TWICE = {
    "pair": ("pair", "zh.txt", "en.txt", "-o", "a.tmx", "-o", "b.xlsx"),
    "long and short": ("pair", "zh.txt", "en.txt", "-o", "a.tmx", "--output=b.tmx"),
    "check": ("check", "u.tsv", "-o", "a.txt", "-o", "b.txt"),
    "export": ("memory", "export", "m.db", "-o", "a.tmx", "-o", "b.tmx"),
    "extract": ("terms", "extract", "u.tsv", "-oa.csv", "-ob.csv"),
    "limit": ("lookup", "港口", "--terms", "t.csv", "-n", "3", "-n", "4"),
    "of all commands": ("--config", "a.toml", "--config", "b.toml", "show", "zh.txt"),
}


@pytest.mark.parametrize("command", TWICE.values(), ids=TWICE.keys())
def test_an_option_of_one_value_is_given_once(desk: Path, command: tuple[str, ...]) -> None:
    before = files(desk)
    refused(run(*command, cwd=desk), "given 2 times")
    assert files(desk) == before


def test_options_of_many_values_and_switches_may_come_again(desk: Path) -> None:
    result = run(
        "lookup", "港口", "--terms", "t.csv", "--terms", "t.csv", "--json", "--json", cwd=desk
    )
    assert result.returncode == 0, result.stderr


def test_every_set_of_commands_holds_to_it() -> None:
    sets = [app, *(group.typer_instance for group in app.registered_groups)]
    assert [type(each) for each in sets] == [Commands] * 5


def test_a_folder_of_results_is_made_for_documents_only(desk: Path) -> None:
    before = files(desk)
    refused(run("batch", "zh.txt", "-o", "out", cwd=desk), "zh.txt: a folder or a manifest")
    assert files(desk) == before


@pytest.mark.parametrize("option", ["--max-size", "--timeout"])
@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400", "-1", "1e300"])
def test_a_limit_is_a_number_that_can_be_counted_to(desk: Path, option: str, number: str) -> None:
    before = files(desk)
    refused(run("batch", ".", "-o", "out", option, number, cwd=desk), option)
    assert files(desk) == before


def test_a_link_to_itself_is_no_fault_of_ours(desk: Path) -> None:
    (desk / "loop").symlink_to("loop")
    refused(run("serve", "loop", cwd=desk), "loop: ")
    refused(run("show", "loop", cwd=desk), "loop: ")
    (desk / "there.tmx").symlink_to("back.tmx")
    (desk / "back.tmx").symlink_to("there.tmx")
    for place in ("loop", "there.tmx"):
        for more in ((), ("--overwrite",)):
            told = run("pair", "zh.txt", "en.txt", "-o", place, *more, cwd=desk)
            refused(told, f"{place}: is a link that leads to itself")
        assert (desk / place).is_symlink()


def test_a_document_that_was_cut_short_is_called_so(desk: Path) -> None:
    with zipfile.ZipFile(desk / "whole.docx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>" * 50)
    data = (desk / "whole.docx").read_bytes()
    (desk / "cut.docx").write_bytes(data[: len(data) // 2])
    refused(run("show", "cut.docx", cwd=desk), "cut.docx: a damaged ZIP", "cut short")
    with zipfile.ZipFile(desk / "other.docx", "w") as archive:
        archive.writestr("a.txt", "x")
    refused(run("show", "other.docx", cwd=desk), "other.docx: a ZIP archive")


@pytest.mark.parametrize("name", ["u.tsv", "u.csv", "u.jsonl"])
def test_packed_tables_are_read_as_other_packed_files(desk: Path, name: str) -> None:
    text = {
        "u.tsv": UNITS,
        "u.csv": UNITS.replace("\t", ","),
        "u.jsonl": '{"source": "港口。", "target": "A harbour."}\n',
    }[name]
    (desk / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    result = run("memory", "add", "m.db", f"{name}.gz", cwd=desk)
    assert result.stderr == f"{name}.gz: 1 unit read: 1 new, 0 already there\n"


READERS = {
    "check": ["check", "{}"],
    "check two": ["check", "zh.txt", "{}"],
    "add": ["memory", "add", "m.db", "{}"],
    "add to": ["memory", "add", "{}", "u.tsv"],
    "search": ["memory", "search", "{}", "港口"],
    "lookup": ["lookup", "港口", "-m", "{}"],
    "terms": ["check", "u.tsv", "--terms", "{}"],
    "validate": ["validate", "{}"],
    "extract": ["terms", "extract", "{}"],
    "adapt": ["model", "train", "{}", "-o", "model"],
    "show": ["show", "{}"],
    "pair": ["pair", "zh.txt", "{}", "-o", "o.tmx"],
}


@pytest.mark.parametrize("words", READERS.values(), ids=READERS)
def test_a_place_that_is_no_file_is_called_what_it_is(words: list[str], desk: Path) -> None:
    (desk / "folder").mkdir(exist_ok=True)
    (desk / "round").symlink_to("round")
    for place, said in {
        "folder": "folder: ",
        ".": " a folder",
        "/": " a folder",
        "round": "Too many levels of symbolic links",
        "n" * 300: "File name too long",
    }.items():
        got = run(*(word.format(place) for word in words), cwd=desk)
        refused(got, said)
        assert ("a folder" in got.stderr) == (place in ("folder", ".", "/")), got.stderr
        assert "no such" not in got.stderr
        assert "this user" not in got.stderr
        assert not (desk / "m.db").exists()
    os.mkfifo(desk / "pipe")
    if words[0] not in ("show", "pair", "validate"):  # these read a pipe as they read a file
        refused(run(*(word.format("pipe") for word in words), cwd=desk), "not a plain file")


WIDE = "\t".join(f"column {k}" for k in range(20_000)) + "\n" + "1\t" * 19_999 + "1\n"
TABLES = {
    "units": (["check", "wide.tsv"], 2),
    "memory": (["memory", "add", "m.db", "wide.tsv"], 2),
    "terms": (["check", "u.tsv", "--terms", "wide.tsv"], 2),
    "manifest": (["batch", "wide.csv", "-o", "out"], 2),
    "checklist": (["check", "u.tsv", "--checklist", "wide.tsv"], 2),
    "waivers": (["check", "u.tsv", "--waivers", "wide.tsv"], 2),
    "more than zh and en": (["check", "u.tsv", "--terms", "both.tsv"], 0),
}


@pytest.mark.parametrize(("words", "code"), TABLES.values(), ids=TABLES)
def test_a_table_of_many_columns_has_a_few_named(words: list[str], code: int, desk: Path) -> None:
    (desk / "wide.tsv").write_text(WIDE)
    (desk / "wide.csv").write_text(WIDE.replace("\t", ","))
    (desk / "both.tsv").write_text("zh\ten\t" + WIDE.replace("\n", "\n港口\tharbour\t", 1), "utf-8")
    got = run(*words, cwd=desk)
    assert got.returncode == code, got.stderr[:500]
    assert len(got.stderr) < 1_000
    assert " more" in got.stderr
