"""Adapting the embedded model to translations that it cannot know."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from align.cli.model import in_words
from align.datatypes import TranslationUnit
from align.embedding.adapting import AdaptReport, adapt
from align.embedding.static import StaticEncoder
from align.errors import InputError, ModelError
from align.formats.tmx import write_units

# A code that no dictionary gives: what each word stands for here is to be learnt from the pairs.
CODE = {
    "天鹅": "walrus",
    "铁锅": "lantern",
    "月亮": "gravel",
    "红薯": "violin",
    "钟楼": "meadow",
    "手套": "comet",
    "沙漠": "ladder",
    "竹笋": "anchor",
    "邮票": "thunder",
    "白鸽": "pepper",
}


def coded() -> list[tuple[str, str]]:
    return [
        ("".join(f"{word}，" for word in words), " ".join(CODE[word] for word in words))
        for words in itertools.permutations(CODE, 3)
    ]


def test_what_the_pairs_say_is_learnt(tmp_path: Path, embedded: StaticEncoder) -> None:
    pairs = [pair for k, pair in enumerate(coded()) if k % 2]
    report = adapt(pairs, tmp_path / "mine", epochs=6)
    assert report.trained + report.held_out <= 360
    assert report.held_out > 20
    assert max(report.before) < 0.2
    assert min(report.after) > 2 * max(report.before)
    adapted = StaticEncoder(tmp_path / "mine")
    assert adapted.revision == report.revision != embedded.revision
    swan, walrus, moon = adapted.encode(["天鹅", "walrus", "gravel"])
    assert swan @ walrus > swan @ moon
    # What compares single words comes along.
    ours, theirs = embedded.words.correction, adapted.words.correction
    assert ours is not None
    assert theirs is not None
    assert (ours.packed == theirs.packed).all()
    # What the pairs do not speak of stays where it was.
    old, new = (encoder.encode(["安全理事会"])[0] for encoder in (embedded, adapted))
    assert old @ new == pytest.approx(1.0, abs=1e-3)


def test_too_few_pairs_and_wrong_folders(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="99 pairs are too few"):
        adapt(coded()[:99] * 2, tmp_path / "mine")
    (tmp_path / "notes").mkdir()
    with pytest.raises(InputError, match="not a model folder"):
        adapt(coded(), tmp_path / "notes")
    with pytest.raises(ModelError, match="not a static model"):
        adapt(coded(), tmp_path / "mine", base=tmp_path / "notes")


def align(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "align", *arguments], capture_output=True, text=True, check=False
    )


def test_the_command(tmp_path: Path) -> None:
    tmx = tmp_path / "mine.tmx"
    units = [TranslationUnit(zh, en) for zh, en in coded()[:300]]
    with tmx.open("wb") as file:
        write_units(file, iter(units), created="20240101T000000Z")
    folder = tmp_path / "mine"
    run = align("model", "train", str(tmx), "-o", str(folder), "--epochs", "1", "--json")
    assert (run.returncode, run.stderr) == (0, "")
    report = json.loads(run.stdout)
    assert report["trained"] + report["held_out"] <= 300
    assert report["folder"] == str(folder)
    shown = align("model", "show", str(folder), "--json")
    assert json.loads(shown.stdout)["revision"] == report["revision"]


def test_the_report_in_words() -> None:
    report = AdaptReport(270, 30, (0.5, 0.25), (1.0, 0.875), Path("mine"), "0123456789ab")
    assert in_words(report).splitlines() == [
        "trained on 270 pairs; retrieval 1 of 30 held-out pairs, source to target / back:",
        "before  50.0% / 25.0%",
        "after   100.0% / 87.5%",
        "mine  use it with --model mine",
    ]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    run = align("model", "train", str(tmp_path / "no.tmx"), "-o", str(tmp_path / "mine"))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == f"align: {tmp_path}/no.tmx: no such file\n"
    assert not (tmp_path / "mine").exists()


def test_list_and_show() -> None:
    first = align("model", "list").stdout.splitlines()[0].split("\t")
    assert first[:2] == ["zh-en-static", "static"]
    listed = json.loads(align("model", "list", "--json").stdout.splitlines()[0])
    assert sorted(listed) == ["bytes", "folder", "kind", "name"]
    shown = json.loads(align("model", "show", "--json").stdout)
    assert shown["kind"] == "static"
    assert shown["folder"] == listed["folder"]
