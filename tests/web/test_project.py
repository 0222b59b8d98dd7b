"""The project file: every change is on the disk before it is shown, and comes back."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.sample import SIGNATURE, document, numbered, units_of

from align import project
from align.datatypes import Alignment, Document, Removal
from align.errors import FormatError, InputError
from align.project import Head, Project, edits
from align.project.edits import EditError, Row
from align.web.carried_decisions import carry, content_keys
from align.web.realigning import Pins, realign
from web.site import one_to_one


def made(path: Path, count: int = 8) -> Project:
    source, target, alignment = numbered(count, {2: (1, 2), 5: (2, 1)})
    head = Head(source, target, SIGNATURE, ("zh.txt", "en.txt"), units_of(alignment))
    return project.create(path / "p.alignproject", head, edits.rows_of(alignment.beads))


def join(side: str, first: str, second: str) -> str:
    return first + second


def shown(row: Row, side: str) -> str:
    return "x"


def work(opened: Project) -> None:
    opened.do(edits.merge(opened.rows, 0, join, shown), now="20260101T000000Z")
    opened.do(edits.edit_text(opened.rows, 3, "target", "Ein \U00020000 text\u2028.", "old"))
    opened.do(edits.set_state(opened.rows, 3, "reviewed"))
    opened.do(edits.shift(opened.rows, 1, "target", 1))
    opened.undo()
    opened.do(edits.pin(opened.rows, 4, True))
    opened.do(edits.edit_text(opened.rows, 5, "source", "", "old"))
    opened.undo()


def test_everything_comes_back(tmp_path: Path) -> None:
    first = made(tmp_path)
    work(first)
    first.close()
    again = project.open_project(first.path)
    assert (again.rows, again.past, again.future) == (first.rows, first.past, first.future)
    stripped = replace(first.head, source=replace(first.head.source, removals=()))
    assert again.head == stripped
    again.redo()
    assert again.rows[5].source_text == ""
    again.close()


def test_warnings_of_reading_come_back_and_what_was_removed_as_one(tmp_path: Path) -> None:
    source, target, alignment = numbered(4, {})
    header = Removal(3, "which the wardens keep,", "running header", page=2)
    source = replace(source, warnings=("one byte is damaged",), removals=(header, header))
    head = Head(source, target, SIGNATURE, ("zh.txt", "en.txt"), units_of(alignment))
    opened = project.create(tmp_path / "p.alignproject", head, edits.rows_of(alignment.beads))
    opened.close()
    again = project.open_project(opened.path)
    again.close()
    assert again.head.source.warnings == (
        "one byte is damaged",
        (
            "removed as running header, but it reads as text: which the wardens keep, (page 2); "
            "align show prints all that was removed"
        ),
    )
    assert again.head.target.warnings == ()


def test_a_last_line_that_a_kill_cut_short_goes_and_the_rest_stays(tmp_path: Path) -> None:
    first = made(tmp_path)
    work(first)
    first.close()
    whole = first.path.read_bytes()
    lines = whole.splitlines(keepends=True)
    for cut in (1, 10, len(lines[-1]) - 1):
        first.path.write_bytes(b"".join(lines[:-1]) + lines[-1][:cut])
        again = project.open_project(first.path)
        assert again.rows[5].source_text == ""  # the undo in the last line did not happen
        again.undo()
        again.close()
        again = project.open_project(first.path)
        assert again.rows == first.rows
        again.close()


def test_a_killed_process_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    opened = made(tmp_path, 30)
    opened.close()
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from align import project\n"
        "from align.project import edits\n"
        "p = project.open_project(Path(sys.argv[1]))\n"
        "for n in range(1000):\n"
        "    p.do(edits.comment(p.rows, n % 30, str(n)))\n"
        "    print(n, flush=True)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(opened.path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    told = 0
    for line in child.stdout:
        told = int(line)
        if told >= 40:
            os.kill(child.pid, signal.SIGKILL)
            break
    child.wait()
    child.stdout.close()
    again = project.open_project(opened.path)
    assert max(int(row.comment or -1) for row in again.rows) >= told
    again.close()


def test_two_servers_cannot_write_the_same_project(tmp_path: Path) -> None:
    opened = made(tmp_path)
    with pytest.raises(InputError, match="open in another"):
        project.open_project(opened.path)
    opened.close()
    project.open_project(opened.path).close()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a project"),
        (b"[]\n", "not a project"),
        (b'{"align-project": 99}\n', "version 99"),
        (b"\xff\xfe\n", "not a project"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.alignproject"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        project.open_project(path)


def test_a_change_that_does_not_fit_is_told_with_its_line(tmp_path: Path) -> None:
    opened = made(tmp_path)
    work(opened)
    opened.close()
    lines = opened.path.read_bytes().splitlines(keepends=True)
    broken = json.loads(lines[2])
    broken["at"] += 1
    lines[2] = json.dumps(broken).encode() + b"\n"
    opened.path.write_bytes(b"".join(lines))
    with pytest.raises(FormatError, match=r"p\.alignproject:3: this change does not fit"):
        project.open_project(opened.path)


def test_nothing_is_saved_when_a_change_does_not_fit(tmp_path: Path) -> None:
    opened = made(tmp_path)
    change = edits.pin(opened.rows, 0, True)
    opened.do(change)
    before = opened.path.read_bytes()
    with pytest.raises(ValueError, match="does not fit"):
        opened.do(change)
    assert opened.path.read_bytes() == before
    opened.undo()
    with pytest.raises(EditError, match="nothing to undo"):
        opened.undo()
    opened.close()


class FullDisk(io.FileIO):
    """A file on a disk that takes ten more bytes."""

    def write(self, data: Any) -> int:
        """Some, then nothing."""
        if self.tell() >= self.limit:
            raise OSError(28, "No space left on device")
        return super().write(bytes(data)[: self.limit - self.tell()])

    limit = 0


def test_a_full_disk_leaves_the_project_as_it_was(tmp_path: Path) -> None:
    opened = made(tmp_path)
    work(opened)
    before, rows = opened.path.read_bytes(), list(opened.rows)
    opened.close()
    opened = project.open_project(opened.path)
    opened.file.close()
    full = FullDisk(opened.path, "r+b")
    full.limit = len(before) + 10
    full.seek(0, 2)
    opened.file = full
    with pytest.raises(InputError, match="No space left"):
        opened.do(edits.pin(opened.rows, 0, False))
    assert (opened.rows, opened.path.read_bytes()) == (rows, before)
    full.limit += 10_000
    opened.do(edits.pin(opened.rows, 0, False))
    opened.close()
    project.open_project(opened.path).close()


# ------------------------------------------------------------------------------ re-extraction


def texts(count: int) -> list[str]:
    return [f"第{n}句。" for n in range(count)]


def test_equal_sentences_are_told_apart_by_their_number() -> None:
    keys = content_keys(document("d", "zh-CN", ["一。", "二。", "一。", "一 。"]).segments)
    assert [number for _, number in keys] == [0, 0, 1, 2]
    assert keys[0][0] == keys[2][0] == keys[3][0] != keys[1][0]


def test_decisions_follow_their_sentences_when_the_reader_changes() -> None:
    old = [document("z", "zh-CN", texts(8)), document("e", "en-US", [f"S{n}." for n in range(8)])]
    new = [
        document("z", "zh-CN", ["新。", *texts(8)]),  # a sentence more at the beginning
        document("e", "en-US", ["S0.", "S1.", "S2 is", "cut.", *[f"S{n}." for n in range(3, 8)]]),
    ]
    rows = [Row(range(n, n + 1), range(n, n + 1), 0.9) for n in range(8)]
    rows[1] = replace(rows[1], state="reviewed")
    rows[2] = replace(rows[2], pinned=True)  # its English sentence is no more
    rows[6] = replace(rows[6], target_text="mine")
    carried = carry(rows, (old[0].segments, old[1].segments), (new[0].segments, new[1].segments))
    assert [(r.source, r.target) for r in carried.rows] == [
        (range(2, 3), range(1, 2)), (range(7, 8), range(7, 8)),
    ]  # fmt: skip
    assert (carried.rows[0].state, carried.rows[1].target_text) == ("reviewed", "mine")
    assert carried.lost == (rows[2],)


def test_a_stray_costs_only_itself() -> None:
    old = document("z", "zh-CN", texts(6)).segments
    moved = document("z", "zh-CN", ["第5句。", *texts(5)]).segments
    rows = [Row(range(n, n + 1), range(n, n + 1), None, pinned=True) for n in range(6)]
    carried = carry(rows, (old, old), (moved, old))
    assert [row.target.start for row in carried.rows] == [0, 1, 2, 3, 4]
    assert carried.lost == (rows[5],)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)).filter(any), min_size=1, max_size=8)
)
def test_unchanged_documents_keep_every_decision(sizes: list[tuple[int, int]]) -> None:
    rows, s, t = [], 0, 0
    for a, b in sizes:
        rows.append(Row(range(s, s + a), range(t, t + b), None, pinned=True))
        s, t = s + a, t + b
    both = tuple(document("d", "zh-CN", texts(n)).segments for n in (s, t))
    carried = carry(rows, (both[0], both[1]), (both[0], both[1]))
    assert (carried.rows, carried.lost) == (tuple(rows), ())


# -------------------------------------------------------------------------------- re-aligning


def test_only_what_lies_between_pins_is_aligned_again() -> None:
    source, target = document("z", "zh-CN", texts(9)), document("e", "en-US", texts(9))
    sizes = [(1, 1), (1, 1), (2, 1), (1, 2), (1, 1), (2, 1), (1, 2)]
    rows, s, t = [], 0, 0
    for a, b in sizes:
        rows.append(Row(range(s, s + a), range(t, t + b), 0.4))
        s, t = s + a, t + b
    rows[1] = replace(rows[1], pinned=True)
    rows[4] = replace(rows[4], state="reviewed")
    start, stop = edits.gaps_around(rows, 3)
    change = realign(rows, start, stop, (source, target), one_to_one)
    after = list(rows)
    edits.apply(after, change)
    assert [(len(r.source), len(r.target)) for r in after] == [
        (1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (2, 1), (1, 2),
    ]  # fmt: skip
    assert after[:2] == rows[:2]
    assert after[5:] == rows[4:]
    # at a decided row: the runs on both sides, and the row stays
    start, stop = edits.gaps_around(after, 5)
    edits.apply(after, realign(after, start, stop, (source, target), one_to_one))
    assert after[5] == rows[4]
    assert [(len(r.source), len(r.target)) for r in after[6:]] == [(1, 1)] * 3


def test_a_long_document_is_aligned_again_in_a_window() -> None:
    count = 2_000
    source = document("z", "zh-CN", texts(count))
    target = document("e", "en-US", texts(count))
    rows = [Row(range(n, n + 1), range(n, n + 1), 0.9, pinned=n % 10 == 0) for n in range(count)]
    seen: list[int] = []

    def watching(zh: Document, en: Document, pins: Pins) -> Alignment:
        seen.append(len(zh.segments))
        return one_to_one(zh, en, pins)

    change = realign(rows, *edits.gaps_around(rows, 1_005), (source, target), watching)
    assert (change.at, len(change.old), len(change.new)) == (1_001, 9, 9)
    assert seen == [409]
