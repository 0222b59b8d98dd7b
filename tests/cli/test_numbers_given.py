"""Numbers on the command line: every option of every command refuses what is no number for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from align.cli import app
from align.errors import AlignError


def _commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, found in getattr(command, "commands", {}).items():
        yield from _commands(found, (*words, name))
    if not getattr(command, "commands", None):
        yield words, command


def _numeric() -> list[tuple[tuple[str, ...], str, list[str], bool]]:
    """Command, option, its required words, and whether it is a whole number."""
    found = []
    for words, command in _commands(get_command(app)):
        needed = []
        for param in command.params:
            if param.required and param.param_type_name == "argument":
                needed += ["x"] * max(param.nargs, 1)
            elif param.required:
                needed += [param.opts[-1], "x"]
        for param in command.params:
            kind = param.type.name.split()[0]
            if param.param_type_name == "option" and kind in ("integer", "float", "int"):
                found.append((words, param.opts[-1], needed, kind != "float"))
    return found


NUMERIC = _numeric()


def test_every_command_is_looked_at() -> None:
    options = {(" ".join(words), option) for words, option, _, _ in NUMERIC}
    assert {
        ("batch", "--gpus"),
        ("memory export", "--every"),
        ("terms extract", "--least"),
    } < options


@pytest.mark.parametrize(
    ("words", "option", "needed", "whole"),
    NUMERIC,
    ids=[f"{' '.join(words)} {option}" for words, option, _, _ in NUMERIC],
)
@pytest.mark.parametrize("value", ["nan", "inf", "1e400", "abc", "", "-1e400", "64-bits"])
def test_no_number_of_this_world_gets_in(
    words: tuple[str, ...],
    option: str,
    needed: list[str],
    whole: bool,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The option is named before anything is read: the files given are not there."""
    monkeypatch.chdir(tmp_path)
    if value == "64-bits":  # a fraction may be large: what is beyond sense is each command's own
        value = str(2**63) if whole else "x"
    done = CliRunner().invoke(app, [*words, *needed, option, value], standalone_mode=False)
    error = done.exception
    assert isinstance(error, AlignError) or hasattr(error, "format_message"), error
    assert option in (error.format_message() if hasattr(error, "format_message") else str(error))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["memory", "export", "m.db", "-o", "o.tmx", "--confidence", "nan"],
            (
                "align: memory export: Invalid value for '--confidence': nan is no number; see "
                "align memory export -h\n"
            ),
        ),
        (
            ["lookup", "港口", "--limit", "0"],
            (
                "align: lookup: Invalid value for '-n' / '--limit': 0: 1 or more is wanted; see "
                "align lookup -h\n"
            ),
        ),
        (
            ["reference", "a.txt", "-o", "o.html", "--min", "101"],
            (
                "align: reference: Invalid value for '--min': 101: 30 to 100 is wanted; see "
                "align reference -h\n"
            ),
        ),
        (
            ["memory", "export", "m.db", "-o", "o.tmx", "--watch", "--every", "1e308"],
            (
                "align: memory export: Invalid value for '--every': 1e+308: 0.1 to 86400 is wanted; see "
                "align memory export -h\n"
            ),
        ),
        (
            ["memory", "concordance", "港口", "--limit", "1" + "0" * 30],
            (
                "align: memory concordance: Invalid value for '-n' / '--limit': the number is too large; "
                "see align memory concordance -h\n"
            ),
        ),
        (
            ["pairs", "in", "--timeout", "-1"],
            "align: --timeout -1: give a number from 0, for no limit, to 1,000,000\n",
        ),
        (
            ["lookup", "港口", "--limit", "9" * 5000],
            (
                f"align: lookup: Invalid value for '-n' / '--limit': '{'9' * 59}… is no whole number; "
                "see align lookup -h\n"
            ),
        ),
    ],
    ids=["nan", "least", "range", "wait", "64-bits", "limit", "endless"],
)
def test_what_is_wanted_is_said(tmp_path: Path, words: list[str], line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "align", *words], capture_output=True, text=True, cwd=tmp_path, check=False
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, line)
