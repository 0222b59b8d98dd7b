"""Without torch, sentence-transformers and scipy everything works but other models and training."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "sentence_transformers", "scipy")
# Makes the heavy packages as good as not installed, then runs the command line.
PROGRAM = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {HEAVY!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
from align.cli import main
sys.argv = ["align", *sys.argv[1:]]
main()
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
    )


def test_the_light_list_is_the_whole_one_without_the_heavy() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    heavy = {"torch", "sentence-transformers", "scipy"}
    wanted = [
        line for line in project["dependencies"] if line.split(">")[0].split("<")[0] not in heavy
    ]
    text = (ROOT / "scripts" / "light.txt").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if not line.startswith("#")] == wanted


def test_a_day_s_work_needs_nothing_heavy(tmp_path: Path, corpora: Path) -> None:
    folder, terms = corpora / "press-release", corpora / "terms.tsv"
    out, memory = tmp_path / "out.tmx", tmp_path / "memory.db"
    pair = run("pair", folder / "zh.txt", folder / "en.txt", "-o", out, "--memory", memory)
    assert pair.returncode == 0, pair.stderr
    lookup = run("lookup", "秘书长", "--terms", terms, "--memory", memory)
    assert lookup.returncode == 0, lookup.stderr
    assert "Secretary-General" in lookup.stdout
    check = run("check", out, "--terms", terms, "--fail-on", "never")
    assert check.returncode == 0, check.stderr
    reference = run("reference", folder / "zh.txt", "-m", memory, "-o", tmp_path / "r.html")
    assert reference.returncode == 0, reference.stderr


def test_a_transformer_that_is_asked_for_is_missed_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[]")
    (tmp_path / "zh.txt").write_text("港口。")
    (tmp_path / "en.txt").write_text("A port.")
    files = (tmp_path / "zh.txt", tmp_path / "en.txt", "-o", tmp_path / "o.tmx")
    result = run("pair", *files, "--model", tmp_path)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "sentence-transformers" in result.stderr


def test_a_model_that_is_not_here_is_missed_with_all_that_it_needs(tmp_path: Path) -> None:
    """Who fetches the model first would be told of the library only after it."""
    (tmp_path / "zh.txt").write_text("港口。")
    (tmp_path / "en.txt").write_text("A port.")
    files = (tmp_path / "zh.txt", tmp_path / "en.txt", "-o", tmp_path / "o.tmx")
    result = run("pair", *files, "--model", "nobody/nothing")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "hf download nobody/nothing" in result.stderr
    assert "pip install sentence-transformers" in result.stderr


def test_every_dependency_has_a_tried_version() -> None:
    requirements = pytest.importorskip("packaging.requirements")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "scripts" / "constraints.txt").read_text(encoding="utf-8")
    tried = dict(line.split("==") for line in text.splitlines() if not line.startswith("#"))
    wanted = [*project["dependencies"], *project["optional-dependencies"]["ray"]]
    for requirement in map(requirements.Requirement, wanted):
        assert requirement.specifier.contains(tried[requirement.name.lower()]), requirement
