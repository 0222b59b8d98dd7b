"""`align pair` as a user meets it: what it writes, what it says, what it refuses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from align.alignment.bead_files import read_beads
from align.datatypes import Bead, check_partition
from align.formats import tmx


def run(*args: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "align", *map(str, args)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
        check=False,
    )


def refused(result: subprocess.CompletedProcess[bytes], *words: str) -> None:
    """One clear line, exit code 2, nothing on stdout."""
    message = result.stderr.decode()
    assert result.returncode == 2, message
    assert result.stdout == b""
    assert message.startswith("align: ")
    assert message.count("\n") == 1
    for word in words:
        assert word in message


@pytest.fixture(scope="module")
def pair(corpora: Path) -> tuple[Path, Path]:
    return corpora / "press-release" / "zh.txt", corpora / "press-release" / "en.txt"


def test_every_output_holds_every_sentence(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    result = run(
        "pair", *pair, "-o", "o.tmx", "--jsonl", "o.jsonl", "--tsv", "o.tsv", "--beads", "o.beads",
        "--xlsx", "o.xlsx", "--report", "o.html", "--memory", "m.db", "--review", "2", cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr.decode()
    lines = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text("utf-8").splitlines()]
    beads = read_beads(tmp_path / "o.beads")
    assert len(lines) == len(beads) == len((tmp_path / "o.tsv").read_text("utf-8").splitlines())
    check_partition(
        [
            Bead(range(s[0], s[-1] + 1) if s else range(at[0], at[0]),
                 range(t[0], t[-1] + 1) if t else range(at[1], at[1]))
            for (s, t), at in zip(beads, _places(beads), strict=True)
        ],
        sum(len(s) for s, _ in beads),
        sum(len(t) for _, t in beads),
    )  # fmt: skip
    whole = [line for line in lines if line["source"] and line["target"]]
    units = list(tmx.read_units(tmp_path / "o.tmx"))
    assert [(u.source, u.target) for u in units] == [(w["source"], w["target"]) for w in whole]
    assert all(u.confidence is not None and u.signature and u.bead_type for u in units)
    assert not [f for f in tmx.validate(tmp_path / "o.tmx") if f.severity == "error"]
    said = result.stderr.decode()
    assert f"{len(lines)} units" in said
    assert "to review" in said
    assert len([line for line in lines if not line["source"]]) == said.count("unaligned target [")
    assert result.stdout.decode().count("\n    ") == 4  # two units to review, two lines each


def _places(
    beads: list[tuple[tuple[int, ...], tuple[int, ...]]],
) -> list[tuple[int, int]]:
    places, i, j = [], 0, 0
    for source, target in beads:
        places.append((i, j))
        i, j = i + len(source), j + len(target)
    return places


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    for name in ("a", "b"):
        assert (
            run(
                "pair", *pair, "-o", f"{name}.tmx", "--xlsx", f"{name}.xlsx", cwd=tmp_path
            ).returncode
            == 0
        )
    assert (tmp_path / "a.tmx").read_bytes() == (tmp_path / "b.tmx").read_bytes()
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_encodings_are_found_out(tmp_path: Path, pair: tuple[Path, Path], encoding: str) -> None:
    text = pair[0].read_text("utf-8")
    (tmp_path / "zh.txt").write_bytes(text.encode(encoding))
    result = run("pair", "zh.txt", pair[1], "--jsonl", "-", cwd=tmp_path)
    assert result.returncode == 0, result.stderr.decode()
    plain = run("pair", pair[0], pair[1], "--jsonl", "-", cwd=tmp_path)
    assert result.stdout == plain.stdout


def test_traditional_text_stays_traditional(tmp_path: Path, corpora: Path) -> None:
    source = corpora / "feature" / "zh.txt"
    (tmp_path / "zh.txt").write_bytes(source.read_text("utf-8").encode("big5", "ignore"))
    result = run("pair", "zh.txt", corpora / "feature" / "en.txt", "-o", "-", cwd=tmp_path)
    assert result.returncode == 0, result.stderr.decode()
    assert b'xml:lang="zh-TW"' in result.stdout
    assert "臺南" in result.stdout.decode()
    assert "台南人" not in result.stdout.decode()


def test_a_pipe_on_stdin(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    result = run("pair", "-", pair[1], "--beads", "-", cwd=tmp_path, stdin=pair[0].read_bytes())
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout.startswith(b"[0]:[0]\n")


def test_wrong_inputs_are_refused(tmp_path: Path, pair: tuple[Path, Path], corpora: Path) -> None:
    zh, en = pair
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "blank.txt").write_text(" \n\n")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "french.txt").write_text("Le conseil a adopté la résolution sur la paix. " * 9)
    other = corpora / "feature" / "en.txt"
    for args, words in (
        ((zh, corpora / "resolution" / "zh.txt"), ("English was expected", "like the other")),
        ((en, other), ("Chinese was expected", "like the other")),
        ((zh, other), ("translations of each other", "--force")),
        ((zh, "empty.txt"), ("empty.txt",)),
        ((zh, "blank.txt"), ("blank.txt",)),
        ((zh, "binary.txt"), ("binary.txt",)),
        ((zh, "french.txt"), ("french.txt", "another language")),
        ((zh, "missing.txt"), ("missing.txt",)),
        ((zh, tmp_path), (tmp_path.name,)),
        ((zh, zh), ("given twice",)),
        ((zh,), ("two files",)),
    ):
        refused(run("pair", *args, "-o", "out.tmx", cwd=tmp_path), *words)
        assert not (tmp_path / "out.tmx").exists()
        assert not list(tmp_path.glob(".*.tmp"))


def test_wrong_outputs_are_refused(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    source = tmp_path / "zh.txt"
    source.write_bytes(pair[0].read_bytes())
    before = source.read_bytes()
    refused(run("pair", source, pair[1], "-o", source, cwd=tmp_path), "zh.txt")
    assert source.read_bytes() == before
    refused(run("pair", source, pair[1], cwd=tmp_path), "nothing to write")
    refused(run("pair", source, pair[1], "-o", "no/such/o.tmx", cwd=tmp_path), "no folder")
    refused(run("pair", source, pair[1], "-o", "-", "--tsv", "-", cwd=tmp_path), "only one")
    refused(
        run("pair", source, pair[1], "-o", "o.tmx", "--model", "no/such-model", cwd=tmp_path),
        "no/such-model",
    )


def test_a_failure_keeps_the_old_file(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    (tmp_path / "o.tmx").write_text("precious")
    refused(run("pair", pair[1], pair[1], "-o", "o.tmx", "--overwrite", cwd=tmp_path), "twice")
    refused(run("pair", *pair, "-o", "o.tmx", cwd=tmp_path), "replace it with --overwrite")
    assert (tmp_path / "o.tmx").read_text() == "precious"


def test_one_sentence_a_line(tmp_path: Path, corpora: Path) -> None:
    folder = corpora / "resolution"
    result = run(
        "pair", folder / "resolution.zh", folder / "resolution.en", "--pre-segmented",
        "--beads", "o.beads", cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr.decode()
    scored = run("evaluate", folder / "resolution.gold", "o.beads", "--json", cwd=tmp_path)
    found = json.loads(scored.stdout)
    assert found["f1_strict"] >= 0.9
    assert found["gold_beads"] == 72


def test_a_reviewed_sheet_comes_back_as_tmx(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    assert run("pair", *pair, "--xlsx", "o.xlsx", "-o", "o.tmx", cwd=tmp_path).returncode == 0
    result = run("pair", "--from-xlsx", "o.xlsx", "-o", "back.tmx", cwd=tmp_path)
    assert result.returncode == 0, result.stderr.decode()
    texts = [
        [(u.source, u.target) for u in tmx.read_units(tmp_path / name)]
        for name in ("o.tmx", "back.tmx")
    ]
    assert texts[0] == texts[1]


def test_evaluate_wants_pairs(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("[0]:[0]\n")
    refused(run("evaluate", "a", cwd=tmp_path), "GOLD FOUND")


@pytest.mark.shared
def test_the_record(tmp_path: Path, shared: Path) -> None:
    """The real input: right structure, nothing cut, the hard beads right, in seconds."""
    folder = shared / "record"
    result = run(
        "pair", folder / "zh.txt", folder / "en.txt", "-o", "r.tmx", "--jsonl", "r.jsonl",
        cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr.decode()
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    for line in lines:
        first = line["source"].split(".")[0]
        if first.isdigit() and line["target"]:
            assert line["target"].startswith(f"{first}. "), line
    at = next(line for line in lines if line["source"].startswith("32.更好的培训"))
    assert at["target"].startswith("32. Better training")
    heading = next(line for line in lines if line["source"].startswith("议程项目51"))
    assert heading["target"].startswith("Agenda item 51")
    assert heading["target"].endswith("all their aspects")
    two = [line for line in lines if line["paragraph"] == "19" and line["bead_type"] == "2-2"]
    assert len(two) == 1
    assert "300万美元" in two[0]["source"]
    assert "$3 million" in two[0]["target"]


def test_every_unit_says_when_and_by_whom_it_was_made(tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text("水壶很烫。\n\n花园很大，里面有三棵树。\n", encoding="utf-8")
    english = "The kettle is hot.\n\nThe garden is large, with three trees in it.\n"
    (tmp_path / "en.txt").write_text(english, encoding="utf-8")
    run("pair", "zh.txt", "en.txt", "-o", "out.tmx", "--author", "li", cwd=tmp_path)
    found = re.findall(r"<tu [^>]*>", (tmp_path / "out.tmx").read_text(encoding="utf-8"))
    assert len(found) == 2
    assert all('creationdate="20231114T221320Z"' in tu for tu in found)
    assert all('creationid="li"' in tu for tu in found)
