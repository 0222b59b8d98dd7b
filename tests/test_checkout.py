"""The scripts of a checkout: what failed does not count as done, what is wrong is said in one line."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import align
from align.cli import app
from align.formats.units import from_record

ROOT = Path(__file__).resolve().parent.parent
BASH = ["bash", "--noprofile", "--norc", "-c"]

MUTANTS = tomllib.loads((ROOT / "scripts/mutation/mutants.toml").read_text("utf-8"))["mutant"]


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant["id"] for mutant in MUTANTS])
def test_what_a_mutant_turns_round_stands_once_in_its_file(mutant: dict[str, Any]) -> None:
    """A line that was written anew leaves a decision that `scripts/mutate` no longer tries."""
    assert (ROOT / mutant["file"]).read_text("utf-8").count(mutant["old"]) == 1
    assert mutant["new"] != mutant["old"]
    assert [name for name in mutant["tests"] if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(("outcome", "done"), [(1, False), (0, True)], ids=["failed", "installed"])
def test_an_installation_that_failed_is_made_again(
    tmp_path: Path, outcome: int, done: bool
) -> None:
    (tmp_path / "scripts").mkdir()
    script = (ROOT / "scripts" / "environment").read_text(encoding="utf-8")
    (tmp_path / "scripts" / "environment").write_text(script, encoding="utf-8")
    (tmp_path / "pyproject.toml").touch()
    programs = tmp_path / "venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text(f"#!/bin/sh\nexit {outcome}\n", encoding="utf-8")
    (programs / "python").chmod(0o755)
    ran = subprocess.run(
        [*BASH, f"source {tmp_path}/scripts/environment '[test]'; echo $?"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "ALIGN_VENV": str(tmp_path / "venv")},
    )
    assert ran.stdout.strip() == ("0" if done else "2")
    assert bool(list((tmp_path / "venv").glob(".installed-*"))) is done


@pytest.mark.parametrize(
    ("present", "asked"),
    [
        ([], ["-r ROOT/scripts/light.txt", "--no-deps --editable ROOT"]),
        ([".installed-light"], []),
        ([".installed-_test_ray_train_"], []),
    ],
    ids=["new", "again", "after the tests"],
)
def test_the_demonstration_installs_no_torch(
    tmp_path: Path, present: list[str], asked: list[str]
) -> None:
    (tmp_path / "scripts").mkdir()
    script = (ROOT / "scripts" / "environment").read_text(encoding="utf-8")
    (tmp_path / "scripts" / "environment").write_text(script, encoding="utf-8")
    (tmp_path / "pyproject.toml").touch()
    os.utime(tmp_path / "pyproject.toml", (1, 1))
    programs = tmp_path / "venv" / "bin"
    programs.mkdir(parents=True)
    for name in present:
        (tmp_path / "venv" / name).touch()
    said = f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\n'
    (programs / "python").write_text(said, encoding="utf-8")
    (programs / "python").chmod(0o755)
    demo = (ROOT / "scripts" / "demo").read_text(encoding="utf-8")
    (sourced,) = [line for line in demo.splitlines() if line.startswith("source ")]
    assert sourced == 'source "$(dirname "$0")/environment" light'
    subprocess.run(
        [*BASH, f"set -euo pipefail; source {tmp_path}/scripts/environment light"],
        capture_output=True,
        check=True,
        env={**os.environ, "ALIGN_VENV": str(tmp_path / "venv")},
    )
    lines = (tmp_path / "asked").read_text().splitlines() if asked else []
    assert (tmp_path / "asked").exists() is bool(asked)
    usual = "-m pip install -qq --no-compile --disable-pip-version-check "
    assert [line.removeprefix(usual).replace(str(tmp_path), "ROOT") for line in lines] == asked


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["soon"], "MAJOR.MINOR.PATCH"), (["1.2.3", "--now"], "--dry-run"), ([], "the version")],
    ids=["no version", "no option", "nothing"],
)
def test_a_release_of_something_else_is_refused(arguments: list[str], word: str) -> None:
    command = ["bash", str(ROOT / "scripts" / "release"), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.returncode != 0
    assert word in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_the_hooks_take_the_files_of_a_commit_all_at_once(tmp_path: Path) -> None:
    """pre-commit gives a hook every file that has changed; two of them are no document and its translation."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"^  entry: align (.+)$", text, re.MULTILINE)
    patterns = re.findall(r"^  files: (.+)$", text, re.MULTILINE)
    assert entries == ["check", "validate"]
    record = {"source": "港口。", "target": "A port.", "source_lang": "zh-CN", "target_lang": "en"}
    for entry, pattern in zip(entries, patterns, strict=True):
        names = [f"{name}.tmx" for name in "ab"]
        assert all(re.search(pattern, name) for name in names)
        for name in names:
            (tmp_path / name).unlink(missing_ok=True)
            align.write_units(tmp_path / name, [from_record(record, name)])
        result = CliRunner().invoke(app, [entry, *(str(tmp_path / name) for name in names)])
        assert result.exit_code == 0, result.output
