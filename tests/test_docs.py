"""The documentation is true: its commands and its Python run, its options exist, its pages are current."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from align.cli import app

ROOT = Path(__file__).resolve().parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
# The Chinese README has the commands and the code of the English one to the letter: a test below.
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), *READMES]
COMMAND = re.compile(r"^\$ (align .+)$", re.MULTILINE)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
IDS = [str(page.relative_to(ROOT)) for page in PAGES]


def blocks(text: str) -> list[str]:
    return [line for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL) for line in COMMAND.findall(block)]  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_command_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = blocks(page.read_text(encoding="utf-8"))
    if not found or page == READMES[1]:
        return
    if "zh" in page.parts:  # the same commands as in the English page, which are run there
        english = page.parents[2] / "tutorials" / page.name
        there = blocks(english.read_text(encoding="utf-8"))
        assert {command.replace(" --ui zh", "") for command in found} <= set(there)
        return
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for command in found:
        result = CliRunner().invoke(app, shlex.split(command)[1:])
        assert result.exit_code == 0, f"{command}\n{result.output}\n{result.exception}"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_python_block_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = PYTHON.findall(page.read_text(encoding="utf-8"))
    if not found or page == READMES[1]:
        return
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    monkeypatch.chdir(tmp_path)
    values: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        for block in found:
            exec(compile(block, str(page), "exec"), values)
    assert said.getvalue().strip()


def test_the_readme_says_the_same_in_both_languages() -> None:
    """Its commands, its code, its links and every number."""
    english, chinese = (page.read_text(encoding="utf-8") for page in READMES)
    assert blocks(english) == blocks(chinese)
    assert PYTHON.findall(english) == PYTHON.findall(chinese)

    def numbers(text: str) -> list[str]:
        table = text[text.index("|---|") :]
        return sorted(re.findall(r"\d[\d.]*\d|\d", table[: table.index("## ")]))

    words = {"six": "6", "five": "5", "六": "6", "五": "5"}
    for word, figure in words.items():
        english, chinese = (
            english.replace(f" {word} ", f" {figure} "),
            chinese.replace(word, figure),
        )
    assert [n for n in numbers(english) if len(n) > 1] == [
        n for n in numbers(chinese) if len(n) > 1
    ]


@pytest.mark.parametrize("page", [*READMES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_what_a_readme_links_to_is_there(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link


def options_of(command: str) -> set[str]:
    """The options of a command, by its words."""
    found: object = typer.main.get_command(app)
    for word in command.split()[1:]:
        children = getattr(found, "commands", None)
        if not children or word not in children:
            break
        found = children[word]
    known = {"--help"}
    for parameter in found.params:  # type: ignore[attr-defined]
        known |= {*parameter.opts, *parameter.secondary_opts}
    return known


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_option_that_a_page_shows_exists(page: Path) -> None:
    for line in page.read_text(encoding="utf-8").splitlines():
        for shown in re.findall(r"align (?:[a-z]+ )+[^`|]*", line):
            words = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", shown)
            assert set(words) <= options_of(shown), shown


def test_the_generated_pages_are_current() -> None:
    script = ROOT / "scripts" / "documentation" / "generate.py"
    result = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.slow
def test_the_site_builds_without_a_broken_link(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="mkdocs-material is not installed: the extra docs")
    config = ROOT / "scripts" / "documentation" / "mkdocs.yml"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(config)]
    result = subprocess.run(
        [*command, "-d", str(tmp_path / "site")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert result.returncode == 0, result.stderr + result.stdout
    assert (tmp_path / "site" / "index.html").is_file()
