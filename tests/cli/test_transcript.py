"""What is said: every command's help, and the slips that everybody makes, each in one clear line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from align.cli import app
from align.errors import AlignError


def commands(name: str = "", group: Any = None) -> Iterator[tuple[str, ...]]:
    found = group if group is not None else typer.main.get_command(app)
    children = getattr(found, "commands", None)
    if not children:
        yield tuple(name.split())
        return
    for child in sorted(children):
        yield from commands(f"{name} {child}", children[child])


COMMANDS = list(commands())


def said(place: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """The exit code and what is said, an error as `align` tells it."""
    monkeypatch.chdir(place)
    result = CliRunner().invoke(app, words)
    if isinstance(result.exception, AlignError):
        return 2, f"align: {' '.join(str(result.exception).split())}"
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("words", COMMANDS, ids=["-".join(words) for words in COMMANDS])
def test_every_command_explains_itself(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    short = said(tmp_path, monkeypatch, *words, "-h")
    assert short == said(tmp_path, monkeypatch, *words, "--help")
    code, text = short
    assert code == 0
    lines = text.splitlines()
    assert all(len(line) <= 80 for line in lines)
    # The first sentence of the help says what the command is for; every option has a help.
    assert lines[0].startswith("Usage: ")
    assert next(line for line in lines[1:] if line.strip()).strip()[0].isupper()
    command = typer.main.get_command(app)
    for word in words:
        command = command.commands[word]  # type: ignore[attr-defined]
    assert all(getattr(each, "help", None) for each in command.params), [
        each.name for each in command.params if not getattr(each, "help", None)
    ]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "zh.txt").write_text("灯塔看守人每晚点灯。\n海港在冬天关闭。\n", encoding="utf-8")
    (tmp_path / "en.txt").write_text("The keeper lights the lamp.\nThe harbour is closed.\n")
    (tmp_path / "t.csv").write_text("zh,en\n灯塔,lighthouse\n", encoding="utf-8")
    (tmp_path / "u.csv").write_text("source,target\n灯塔,lighthouse\n", encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "empty.tmx").touch()
    (tmp_path / "folder").mkdir()
    return tmp_path


# What is typed, and what the one line must say: which file or word is meant, and what to do.
SLIPS = {
    "pair-missing": (("pair", "zh.txt", "no.txt", "-o", "o.tmx"), "no.txt: no such file"),
    "pair-empty": (("pair", "zh.txt", "empty.txt", "-o", "o.tmx"), "empty.txt: empty"),
    "pair-folder": (("pair", "zh.txt", "folder", "-o", "o.tmx"), "folder: is a folder"),
    "pair-to-folder": (("pair", "zh.txt", "en.txt", "-o", "folder"), "folder: is a folder; name a file"),
    "pair-nowhere": (("pair", "zh.txt", "en.txt", "-o", "no/o.tmx"), "there is no folder"),
    "pair-onto-itself": (("pair", "zh.txt", "en.txt", "-o", "en.txt"), "en.txt: "),
    "pair-no-output": (("pair", "zh.txt", "en.txt"), "name an output, such as -o OUT.tmx"),
    "pair-language": (("pair", "zh.txt", "en.txt", "-o", "o.tmx", "--src-lang", "klingon"), "klingon"),
    "show-missing": (("show", "no.txt"), "no.txt: no such file"),
    "show-folder": (("show", "folder"), "folder: is a folder"),
    "check-document": (("check", "zh.txt"), "its translation is missing: align check zh.txt TRANSLATION"),
    "check-terms": (("check", "u.csv", "--terms", "no.csv"), "no.csv: no such termbase"),
    "check-rule": (("check", "u.csv", "--off", "nonsense"), "--off nonsense: no such rule"),
    "lookup-nowhere": (("lookup", "灯塔"), "nowhere to look"),
    "lookup-memory": (("lookup", "灯塔", "-m", "no.db"), "no.db: no such memory"),
    "lookup-nothing": (("lookup", " ", "--terms", "t.csv"), "TEXT is empty"),
    "lookup-penalty": (("memory", "search", "灯塔", "-m", "u.csv", "--penalty", "7"), "a share from 0 to 1"),
    "search-no-memory": (("memory", "search", "灯塔"), "no memory: give -m MEMORY"),
    "search-words": (("memory", "search", "the", "lamp", "is", "lit"), "quotation marks"),
    "search-condition": (("memory", "search", "灯塔", "-m", "u.csv", "--include", "year=soon"), "year=soon"),
    "search-twice": (("memory", "search", "灯塔", "-m", "u.csv", "-m", "u.csv"), "given twice"),
    "memory-turned-round": (("memory", "add", "t.csv", "u.csv"), "t.csv: not a translation memory"),
    "reference-no-memory": (("reference", "zh.txt"), "no memory: give -m MEMORY"),
    "evaluate-tmx": (("evaluate", "u.csv", "u.csv"), "not a bead"),
    "validate-text": (("validate", "zh.txt"), "zh.txt: neither TMX, TBX nor XLIFF but text without tags"),
    "validate-folder": (("validate", "folder"), "folder: this is a folder"),
    "convert-itself": (("terms", "convert", "t.csv", "t.csv"), "t.csv: is the file itself"),
    "serve-missing": (("serve", "no.tmx", "--no-open"), "no.tmx: no such file or folder"),
    "config-key": (("config", "set", "memory", "x"), "did you mean memories?"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "line"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_told_in_one_line(
    place: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], line: str
) -> None:
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    code, text = said(place, monkeypatch, *words)
    assert code == 2
    assert text.startswith("align: ")
    assert line in text
    assert len(text) < 600
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("piar", "zh.txt", "en.txt"), "pair"),
        (("memory", "serach", "x"), "search"),
        (("pair", "zh.txt", "en.txt", "--outptu", "o.tmx"), "--output"),
        (("check", "u.csv", "--term", "t.csv"), "--terms"),
    ],
    ids=["command", "subcommand", "option", "short-option"],
)
def test_a_typing_error_is_met_with_what_was_meant(
    place: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], meant: str
) -> None:
    code, text = said(place, monkeypatch, *words)
    assert code == 2
    assert meant in text.splitlines()[-1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write anywhere")
def test_without_rights(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "folder").chmod(0o500)
    (place / "zh.txt").chmod(0)
    try:
        assert "zh.txt" in said(place, monkeypatch, "show", "zh.txt")[1]
        code, text = said(place, monkeypatch, "terms", "convert", "t.csv", "folder/o.csv")
        assert (code, "cannot write here" in text) == (2, True)
    finally:
        (place / "folder").chmod(0o700)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands(shell: str) -> None:
    """What a shell asks once `align --install-completion` has been given."""
    env = {
        **os.environ,
        "_ALIGN_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": "align memory con",
        "COMP_WORDS": "align memory con",
        "COMP_CWORD": "2",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    program = "import sys; sys.argv = ['align']; from align.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False
    )
    assert "concordance" in result.stdout


def test_search_shows_nothing_below_the_minimum(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "v.csv").write_text(
        "zh,en\n灯塔看守人每晚点灯,The keeper lights the lamp\n船在海上,The ship is at sea\n",
        encoding="utf-8",
    )
    code, text = said(
        place, monkeypatch, "memory", "search", "v.csv", "灯塔看守人每早点灯", "--min", "60"
    )
    assert code == 0
    rates = [int(line.split("%")[0]) for line in text.splitlines() if "%  " in line]
    assert rates
    assert min(rates) >= 60
    code, text = said(place, monkeypatch, "memory", "search", "v.csv", "港口费", "--min", "95")
    assert (code, "%  " in text) == (0, False)
    assert "no exact or fuzzy or semantic match" in text
