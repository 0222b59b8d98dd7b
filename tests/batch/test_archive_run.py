"""A run over an archive: skipped, redone, resumed, sharded; always the same bytes."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from batch_recipes import UNFORESEEN, LineRecipe

from align.batch.archive_run import (
    BatchReport,
    Engine,
    PairOutcome,
    PairTask,
    Recipe,
    Shard,
    WritingRecipe,
    run_batch,
    tmx_path,
)
from align.batch.journal import Record, open_journal, read_records
from align.batch.local_engine import Done, run_local
from align.batch.manifest import Entry, pair_id
from align.errors import InputError

Archive = tuple[Entry, ...]


def make_archive(folder: Path, count: int, orders: dict[int, str] | None = None) -> Archive:
    """`count` pairs of three lines each; `orders` replaces the first Chinese line of some."""
    folder.mkdir(exist_ok=True)
    entries = []
    for number in range(count):
        first = (orders or {}).get(number, f"第{number}号文件")
        zh, en = folder / f"{number}-zh.txt", folder / f"{number}-en.txt"
        zh.write_text(f"{first}\n维持和平\n第三行{number % 2}\n", "utf-8")
        en.write_text(f"Document {number}\nPeacekeeping\nLine three {number % 2}?\n", "utf-8")
        entries.append(Entry(str(zh), str(en), "name", 1.0, pair_id(zh.name, en.name)))
    return tuple(entries)


def local(workers: int = 2, timeout: float | None = 10.0) -> Engine:
    return partial(run_local, workers=workers, timeout=timeout)


def contents(out: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (out / "tmx").iterdir()
    }


def fresh_ids(entries: Archive, recipe: LineRecipe, out: Path) -> tuple[BatchReport, list[int]]:
    """The report and the numbers of the pairs that were done in this run."""
    seen: list[str] = []

    def watch(entry: Entry, record: Record, fresh: bool) -> None:
        if fresh:
            seen.append(entry.id)

    report = run_batch(entries, recipe, out, engine=local(), watch=watch)
    return report, sorted(int(pair.split("-")[0]) for pair in seen)


def test_the_number_of_workers_changes_no_byte(tmp_path: Path) -> None:
    entries = make_archive(tmp_path / "in", 12)
    for workers in (1, 3):
        report = run_batch(entries, LineRecipe(), tmp_path / str(workers), engine=local(workers))
        assert [record.units for record in report.records] == [3] * 12
        assert report.aligned == 12
    assert contents(tmp_path / "1") == contents(tmp_path / "3")
    assert len(contents(tmp_path / "1")) == 12


def test_only_what_changed_is_done_again(tmp_path: Path) -> None:
    entries = make_archive(tmp_path / "in", 6)
    out = tmp_path / "out"
    assert fresh_ids(entries, LineRecipe(), out)[1] == [0, 1, 2, 3, 4, 5]
    assert fresh_ids(entries, LineRecipe(), out)[1] == []
    Path(entries[2].en).write_text("Changed\nPeacekeeping\nLine\n", "utf-8")
    tmx_path(out, entries[4].id).unlink()
    tmx_path(out, entries[5].id).write_bytes(b"half a fi")
    report, fresh = fresh_ids(entries, LineRecipe(), out)
    assert fresh == [2, 4, 5]
    assert report.aligned == 3
    assert b"Changed" in tmx_path(out, entries[2].id).read_bytes()
    os.utime(entries[1].zh)  # touched, not changed
    assert fresh_ids(entries, LineRecipe(), out)[1] == []
    assert fresh_ids(entries, LineRecipe(version="2"), out)[1] == [0, 1, 2, 3, 4, 5]


def test_failures_are_reported_and_passed_over(tmp_path: Path) -> None:
    orders = {1: "BAD", 2: "BUG", 3: "HANG", 4: "DIE", 7: f"die once at {tmp_path / 'died'}"}
    entries = make_archive(tmp_path / "in", 10, orders)
    Path(entries[5].zh).unlink()
    Path(entries[6].en).write_bytes(b"")
    Path(entries[8].zh).write_text("大" * 4000, "utf-8")
    report = run_batch(
        entries, LineRecipe(), tmp_path / "out", engine=local(timeout=3.0), max_bytes=10_000
    )
    reasons = {entry.id.split("-")[0]: record.reason for entry, record in report.failed}
    assert reasons == {
        "1": "the PDF is corrupt",
        "2": UNFORESEEN,
        "3": "took more than 3 s and was stopped",
        "4": "its worker died (SIGKILL: out of memory or killed)",
        "5": f"{entries[5].zh}: cannot be read (No such file or directory)",
        "6": f"{entries[6].en}: the file is empty",
        "8": f"{entries[8].zh}: 0.0 MB, more than --max-size 0.01 MB",
    }
    done = {record.id.split("-")[0] for record in report.records if record.status == "done"}
    assert done == {"0", "7", "9"}
    assert len(contents(tmp_path / "out")) == 3


def test_bad_documents_are_not_tried_again_but_accidents_are(tmp_path: Path) -> None:
    entries = make_archive(tmp_path / "in", 3, {0: "BAD", 1: "BUG"})
    out = tmp_path / "out"
    assert fresh_ids(entries, LineRecipe(), out)[1] == [0, 1, 2]
    report, fresh = fresh_ids(entries, LineRecipe(), out)
    assert fresh == [1]
    assert len(report.failed) == 2
    make_archive(tmp_path / "in", 3)
    report, fresh = fresh_ids(entries, LineRecipe(), out)
    assert fresh == [0, 1]
    assert report.failed == ()


def test_a_document_that_became_bad_leaves_no_old_result(tmp_path: Path) -> None:
    entries = make_archive(tmp_path / "in", 1)
    out = tmp_path / "out"
    run_batch(entries, LineRecipe(), out, engine=local())
    make_archive(tmp_path / "in", 1, {0: "BAD"})
    run_batch(entries, LineRecipe(), out, engine=local())
    assert contents(out) == {}


def test_what_is_not_in_the_archive_any_more_is_told(tmp_path: Path) -> None:
    entries = make_archive(tmp_path / "in", 5)
    run_batch(entries, LineRecipe(), tmp_path / "out", engine=local())
    report = run_batch(entries[:3], LineRecipe(), tmp_path / "out", engine=local())
    assert (len(report.records), report.aligned, report.left_over) == (3, 0, 2)


def test_shards_share_the_work_and_the_whole_finds_it_done(tmp_path: Path) -> None:
    entries = make_archive(tmp_path / "in", 20)
    out = tmp_path / "out"
    parts = [
        run_batch(entries, LineRecipe(), out, engine=local(1), shard=Shard(number, 3)).entries
        for number in (1, 2, 3)
    ]
    assert sorted(entry.id for part in parts for entry in part) == sorted(e.id for e in entries)
    assert all(parts)
    assert fresh_ids(entries, LineRecipe(), out)[1] == []
    run_batch(entries, LineRecipe(), tmp_path / "whole", engine=local())
    assert contents(out) == contents(tmp_path / "whole")


@pytest.mark.parametrize(("number", "count"), [(0, 3), (4, 3), (1, 0)])
def test_a_shard_that_does_not_exist(number: int, count: int) -> None:
    with pytest.raises(InputError, match="--shard"):
        Shard(number, count)


def test_two_runs_cannot_share_a_folder(tmp_path: Path) -> None:
    with (
        open_journal(tmp_path / "journal.jsonl"),
        pytest.raises(InputError, match="another align batch"),
        open_journal(tmp_path / "journal.jsonl"),
    ):
        pass


def test_a_torn_last_line_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with open_journal(path) as journal:
        journal.add(Record("a", "f", "done", notes=("三",)))
        journal.add(Record("b", "f", "done"))
    path.write_bytes(path.read_bytes()[:-7])
    with open_journal(path) as journal:
        assert list(journal.last) == ["a"]
        journal.add(Record("c", "f", "failed", "input", "why"))
    assert read_records(path)[0] == [
        Record("a", "f", "done", notes=("三",)),
        Record("c", "f", "failed", "input", "why"),
    ]


DRIVER = """
import sys
from functools import partial
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from batch_recipes import LineRecipe
from align.batch.local_engine import Done, run_local
from align.batch.manifest import read_manifest
from align.batch.archive_run import run_batch

if __name__ == "__main__":
    run_batch(read_manifest(sys.argv[2]), LineRecipe(pause=0.02, gate=Path(sys.argv[3]).parent / "gate"),
              Path(sys.argv[3]),
              engine=partial(run_local, workers=2))
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("victim", ["driver", "worker", "template"])
def test_killed_at_random_moments_it_goes_on_to_the_same_bytes(
    tmp_path: Path, seed: int, victim: str
) -> None:
    entries = make_archive(tmp_path / "in", 40)
    rows = "".join(f"{entry.zh},{entry.en},{entry.id}\n" for entry in entries)
    (tmp_path / "pairs.csv").write_text(f"zh,en,id\n{rows}", "utf-8")
    (tmp_path / "drive.py").write_text(DRIVER, "utf-8")
    run_batch(entries, LineRecipe(), tmp_path / "calm", engine=local())
    out = tmp_path / "out"
    command: list[str | Path] = [
        sys.executable,
        tmp_path / "drive.py",
        Path(__file__).parent,
        tmp_path / "pairs.csv",
        out,
    ]
    chance = random.Random(seed)
    moments = sorted(chance.sample(range(1, 30), 3))  # how many pairs are done before each kill
    if victim == "driver":
        for moment in moments:
            (tmp_path / "gate").write_text(str(moment))
            process = subprocess.Popen(command)
            assert _when_done(process, out, moment, chance), "it ended before it could be killed"
            process.kill()
            process.wait()
        (tmp_path / "gate").unlink()
        subprocess.run(command, check=True, timeout=300)
    else:
        (tmp_path / "gate").write_text(str(moments[0]))
        process = subprocess.Popen(command)
        kills = 0
        for moment, following in zip(moments, [*moments[1:], 41], strict=True):
            while _when_done(process, out, moment, chance):
                if _kill_one(process.pid, victim, chance):
                    kills += 1
                    break
            (tmp_path / "gate").write_text(str(following))
        assert process.wait(300) == 0
        assert kills == 3
    report, _ = fresh_ids(entries, LineRecipe(), out)  # twice unlucky documents have another go
    assert report.failed == ()
    assert contents(out) == contents(tmp_path / "calm")


def _when_done(
    process: subprocess.Popen[bytes], out: Path, count: int, chance: random.Random
) -> bool:
    """Wait until `count` pairs are done and a moment more; False where the process ended."""
    journal = out / "journal.jsonl"
    while process.poll() is None:
        if journal.exists() and journal.read_bytes().count(b"\n") >= count:
            time.sleep(chance.uniform(0, 0.05))
            return process.poll() is None
        time.sleep(0.005)
    return False


def _kill_one(driver: int, victim: str, chance: random.Random) -> int:
    templates = list(_children(driver))
    workers = [worker for template in templates for worker in _children(template)]
    victims = [pid for pid in (templates if victim == "template" else workers) if _may_die(pid)]
    if not victims:
        return 0
    try:
        os.kill(chance.choice(victims), signal.SIGKILL)
    except ProcessLookupError:  # it ended in between
        return 0
    return 1


def _may_die(pid: int) -> bool:
    """Whether it is there still, and not multiprocessing's own helper."""
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _children(pid: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            yield int(stat.parent.name)


def test_what_cannot_be_written_is_one_line_and_the_rest_stays(tmp_path: Path) -> None:
    entries = make_archive(tmp_path / "in", 3)
    out = tmp_path / "out"
    obstacle = tmp_path / "out" / "tmx" / f".{entries[1].id}.tmx.tmp"
    obstacle.mkdir(parents=True)
    engine = partial(run_local, workers=1, timeout=60.0)
    with pytest.raises(InputError, match=r"1-zh-\w+\.tmx: cannot be written .* once there is room"):
        run_batch(entries, LineRecipe(), out, engine=engine)
    assert [path.name for path in (out / "tmx").glob("*.tmx")] == [f"{entries[0].id}.tmx"]
    obstacle.rmdir()
    report, fresh = fresh_ids(entries, LineRecipe(), out)
    assert (report.aligned, fresh) == (2, [1, 2])


@pytest.mark.parametrize("seen", [True, False], ids=["shared folder", "another machine's folder"])
def test_workers_that_write_themselves_give_the_same_files(tmp_path: Path, seen: bool) -> None:
    entries = make_archive(tmp_path / "in", 12, {5: "BAD"})
    calm = run_batch(entries, LineRecipe(), tmp_path / "calm", engine=local())
    out = tmp_path / "out"
    came: list[bytes | None] = []

    def engine(recipe: Recipe, tasks: Iterable[PairTask]) -> Generator[Done[PairTask, PairOutcome]]:
        assert isinstance(recipe, WritingRecipe)
        here = recipe if seen else replace(recipe, out=str(tmp_path / "elsewhere"))
        for done in run_local(here, tasks, workers=2, timeout=60.0):
            came.extend([done.result.tmx] if done.result else [])
            yield done

    report = run_batch(entries, LineRecipe(), out, engine=engine, workers_write=True)
    assert contents(out) == contents(tmp_path / "calm")  # nothing but the TMX files is left
    assert [data is None for data in came] == [seen] * 11
    assert report.records == calm.records
    again, fresh = fresh_ids(entries, LineRecipe(), out)
    assert fresh == []
    assert len(again.records) == 12


def test_a_file_that_a_worker_wrote_where_nobody_sees_it_is_said(tmp_path: Path) -> None:
    entries = make_archive(tmp_path / "in", 3)

    def engine(recipe: Recipe, tasks: Iterable[PairTask]) -> Generator[Done[PairTask, PairOutcome]]:
        for done in run_local(recipe, tasks, workers=1, timeout=60.0):
            for path in (tmp_path / "out" / "tmx").glob("*.tmx"):
                path.unlink()
            yield done

    with pytest.raises(InputError, match="give a folder for the output that every machine sees"):
        run_batch(entries, LineRecipe(), tmp_path / "out", engine=engine, workers_write=True)
