"""The commands themselves: align pairs, align batch, exit codes, what they leave behind."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from align import project
from align.embedding.folders import embedded_folder
from align.formats import tmx
from align.memory import TranslationMemory
from align.project import edits

ROOT = Path(__file__).resolve().parents[2]

needs_model = pytest.mark.skipif(
    not embedded_folder().is_dir(), reason="the embedded model is not in models/"
)


def align(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment.pop("SOURCE_DATE_EPOCH", None)
    return subprocess.run(
        [sys.executable, "-m", "align", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


@pytest.fixture
def archive(tmp_path: Path, corpora: Path) -> Path:
    """Three pairs: one by name, one by symbol, one by content; a stranger and a broken PDF."""
    folder = tmp_path / "in"
    folder.mkdir()
    for source, name in (
        ("press-release/zh.txt", "release-zh.txt"),
        ("press-release/en.txt", "release-en.txt"),
        ("resolution/zh.txt", "104.txt"),
        ("resolution/en.txt", "233.txt"),
        ("feature/zh.txt", "377.txt"),
        ("feature/en.txt", "411.txt"),
    ):
        shutil.copy(corpora / source, folder / name)
    (folder / "502.txt").write_text(
        "Rain is expected in the afternoon. Take an umbrella.\n\nThe shop closes at six.\n", "utf-8"
    )
    (folder / "650.pdf").write_bytes(b"%PDF-1.7\nbroken")
    return folder


@needs_model
def test_pairs_shows_reasons_and_what_stays_alone(archive: Path, tmp_path: Path) -> None:
    result = align("pairs", "in", "-o", "m.csv", "--workers", "1", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert "3 pairs (1 by content, 1 by name, 1 by symbol), 2 unpaired" in result.stderr
    rows = table(tmp_path / "m.csv")
    assert [(row["zh"], row["en"], row["reason"].split()[0]) for row in rows[:3]] == [
        ("in/104.txt", "in/233.txt", "symbol"),
        ("in/377.txt", "in/411.txt", "content"),
        ("in/release-zh.txt", "in/release-en.txt", "name"),
    ]
    assert all(0.45 < float(row["confidence"]) <= 1 for row in rows[:3])
    assert {row["zh"] or row["en"]: row["reason"][:16] for row in rows[3:]} == {
        "in/502.txt": "no partner; noth",
        "in/650.pdf": "cannot be read: ",
    }


@needs_model
def test_reports_and_projects_stand_beside_each_tmx(archive: Path, tmp_path: Path) -> None:
    command = ["batch", "in", "-o", "out", "--report", "--project"]
    assert align(*command, cwd=tmp_path).returncode == 0
    folder = tmp_path / "out" / "tmx"
    names = sorted(path.stem for path in folder.glob("*.tmx"))
    assert len(names) == 3
    page = (tmp_path / "out" / "summary.html").read_text("utf-8")
    for name in names:
        for place in (f"{name}.tmx", f"{name}.html", f"{name}.tmx.alignproject"):
            assert (folder / place).is_file()
            assert f'href="tmx/{quote(place)}"' in page
        made = project.read_project(folder / f"{name}.tmx.alignproject")
        digest = hashlib.sha256((folder / f"{name}.tmx").read_bytes()).hexdigest()
        assert made.head.tmx == digest
        assert [(folder / file).resolve().parent for file in made.head.files] == [
            archive.resolve(), archive.resolve(),
        ]  # fmt: skip
    # Decisions outlive a second run: of a pair that is done, and of one whose document changed.
    worked_on = [project.open_project(folder / f"{name}.tmx.alignproject") for name in names[:2]]
    for opened in worked_on:
        opened.do(edits.comment(opened.rows, 0, "seen"))
        opened.close()
    source = (folder / worked_on[1].head.files[0]).resolve()
    source.write_bytes(source.read_bytes() + "\n\n最后又加了一句。\n".encode())
    second = align(*command, cwd=tmp_path)
    assert "1 aligned now" in second.stdout
    assert len(project.read_project(worked_on[0].path).past) == 1
    assert project.read_project(worked_on[1].path).past == []
    kept = project.read_project(Path(f"{worked_on[1].path}.old"))
    assert [change.what for change in kept.past] == ["comment"]
    # A report that is gone is made again; the decisions stay.
    (folder / f"{names[0]}.html").unlink()
    assert "1 aligned now" in align(*command, cwd=tmp_path).stdout
    assert (folder / f"{names[0]}.html").is_file()
    assert len(project.read_project(worked_on[0].path).past) == 1


@needs_model
def test_an_archive_from_folder_to_memory(archive: Path, tmp_path: Path) -> None:
    command = ["batch", "in", "-o", "out", "--merge", "all.tmx", "--memory", "m.db"]
    first = align(*command, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("3 pairs (3 aligned now, 0 failed), 2 documents unpaired\n")
    files = sorted((tmp_path / "out" / "tmx").iterdir())
    assert len(files) == 3
    assert [finding for file in files for finding in tmx.validate(file)] == []
    merged = list(tmx.read_units(tmp_path / "all.tmx"))
    single = [unit for file in files for unit in tmx.read_units(file)]
    texts = {(unit.source, unit.target) for unit in single}
    assert {(unit.source, unit.target) for unit in merged} == texts
    assert len(merged) == len(texts) > 150
    with TranslationMemory.open(tmp_path / "m.db", read_only=True) as memory:
        assert len(memory) == len(texts)
    before = {path: path.read_bytes() for path in [*files, tmp_path / "all.tmx"]}
    second = align(*command, cwd=tmp_path)
    assert second.stdout.startswith("3 pairs (0 aligned now, 0 failed)")
    assert {path: path.read_bytes() for path in before} == before
    # The manifest that was left behind gives the same again.
    third = align("batch", "out/manifest.csv", "-o", "out2", "--json", cwd=tmp_path)
    assert third.returncode == 0, third.stderr
    lines = [json.loads(line) for line in third.stdout.splitlines()]
    assert sorted(line["units"] for line in lines) == sorted(
        sum(1 for _ in tmx.read_units(file)) for file in files
    )
    assert {path.name: path.read_bytes() for path in (tmp_path / "out2" / "tmx").iterdir()} == {
        path.name: path.read_bytes() for path in files
    }


@needs_model
def test_results_among_the_documents_are_none_of_them(archive: Path, tmp_path: Path) -> None:
    (archive / "old.doc").touch()
    for aligned in (3, 0):
        result = align("batch", "in", "-o", "in/out", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert result.stdout.startswith(
            f"3 pairs ({aligned} aligned now, 0 failed), 2 documents unpaired\n"
        )
        assert result.stderr.splitlines() == [
            "3 pairs (1 by content, 1 by name, 1 by symbol), 2 unpaired",
            "files of other types passed over, by ending: 1 .doc",
        ]


@needs_model
def test_ctrl_c_says_how_to_go_on(tmp_path: Path, corpora: Path) -> None:
    for number in range(20):  # of 0.2 s each: some seconds are left when the first is there
        for lang in ("zh", "en"):
            text = (corpora / f"press-release/{lang}.txt").read_text("utf-8")
            (tmp_path / f"{number}-{lang}.txt").write_text(f"{text}\n{number}\n", "utf-8")
    command = [sys.executable, "-m", "align", "batch", ".", "-o", "out", "--workers", "1"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None and not list(tmp_path.glob("out/tmx/*.tmx")):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=120)[1]
    assert process.returncode == 130, errors
    assert errors.endswith("align: interrupted; the same command goes on where it was\n")
    left = align("batch", ".", "-o", "out", cwd=tmp_path)
    assert left.returncode == 0, left.stderr
    assert left.stdout.startswith("20 pairs (")
    assert "20 aligned now" not in left.stdout
    assert len(list(tmp_path.glob("out/tmx/*"))) == 20


@needs_model
def test_a_shard_names_its_own_summary(archive: Path, tmp_path: Path) -> None:
    counts = []
    for part in ("1/2", "2/2"):
        result = align("batch", "in", "-o", "out", "--shard", part, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        summary = result.stdout.splitlines()[-1].removeprefix("summary: ")
        assert summary == f"out/summary-{part.replace('/', '-of-')}.html"
        counts.append(len(table(tmp_path / summary.replace(".html", ".csv"))))
    assert sum(counts) == 3


@needs_model
def test_a_failure_is_told_and_exits_1(archive: Path, tmp_path: Path, corpora: Path) -> None:
    (tmp_path / "m.csv").write_text(
        "zh,en\nin/104.txt,in/650.pdf\nin/104.txt,in/233.txt\nin/104.txt,in/none.txt\n"
        "in/233.txt,in/104.txt\nin/377.txt,\n",
        "utf-8",
    )
    result = align("batch", "m.csv", "-o", "out", cwd=tmp_path)
    assert result.returncode == 1
    assert "4 pairs (3 aligned now, 3 failed), 1 document unpaired" in result.stdout
    failures = [line for line in result.stderr.splitlines() if line.startswith("failed: ")]
    assert len(failures) == 3
    assert "in/650.pdf: damaged PDF" in failures[0]
    assert "in/none.txt: cannot be read" in failures[1]
    assert "the wrong way round" in failures[2]
    page = (tmp_path / "out" / "summary.html").read_text("utf-8")
    assert "the wrong way round" in page
    rows = table(tmp_path / "out/summary.csv")
    assert [row["status"] for row in rows] == ["failed", "done", "failed", "failed"]


@needs_model
def test_pairing_by_name_reads_nothing(archive: Path, tmp_path: Path) -> None:
    result = align("pairs", "in", "--by", "name", "--no-verify", "--json", cwd=tmp_path)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [entry["reason"] for entry in found] == ["name"] + ["no partner by name"] * 6
    assert found[0]["confidence"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["batch", "in", "-o", "out", "--shard", "3/2"], "--shard 3/2"),
        (["batch", "in", "-o", "out", "--shard", "one"], "--shard one"),
        (["batch", "in", "-o", "out", "--engine", "spark"], "--engine spark"),
        (["batch", "in", "-o", "out", "--ray-address", "auto"], "--ray-address is for Ray"),
        (["batch", "in", "-o", "out", "--gpus", "1"], "--gpus is for Ray"),
        (["batch", "nowhere", "-o", "out"], "nowhere: no such folder"),
        (["batch", "empty", "-o", "out"], "empty: no documents here"),
        (["batch", "none.csv", "-o", "out"], "none.csv: cannot be read"),
        (["batch", "header.csv", "-o", "out"], "header.csv: no pair is listed"),
        (["batch", "in", "-o", "out"], "out/manifest.csv says why of each"),
        (["batch", "in/a.txt", "in/a.txt", "-o", "out"], "align pair takes two documents"),
        (["batch", "in", "-o", "file"], "file: a folder is wanted"),
        (["pairs", "in", "--by", "smell"], "--by smell"),
        (["pairs", "in", "--by", "name", "--pattern", "x"], "--pattern"),
    ],
)
@needs_model
def test_bad_usage_is_one_line_and_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("A.", "utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "header.csv").write_text("zh,en\n", "utf-8")
    result = align(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith("align: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
