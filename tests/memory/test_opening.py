"""A file of units is as good as a memory, for reading."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.errors import MemoryFileError
from align.memory import migrations
from align.memory.exchange import write_file
from align.memory.opening import open_memory
from align.memory.protocol import Memory

UNITS = [
    TranslationUnit("水壶很烫。", "The kettle is hot.", id="a"),
    TranslationUnit("花园很大。", "The garden is large.", id="b"),
]


@pytest.mark.parametrize("name", ["a.tmx", "a.xlsx", "a.csv", "a.jsonl"])
def test_a_file_of_units_answers_and_leaves_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    write_file(tmp_path / name, UNITS)
    with open_memory(tmp_path / name, read_only=True) as memory:
        (match,) = memory.search("花园很大。", lang="zh", limit=1, kinds=("exact",))
        assert (match.unit.target, match.unit.origin) == ("The garden is large.", name)
        (other,) = memory.search("The kettle is hot", limit=1, kinds=("fuzzy",))
        assert other.unit.id == "a"
        with memory.reopened() as again:
            assert len(again) == 2
        assert [hits[0].unit.id for hits in memory.nearest(["一把热水壶"], limit=1)] == ["a"]
    assert not list((tmp_path / "t").iterdir())


def test_it_is_not_written_to(tmp_path: Path) -> None:
    write_file(tmp_path / "a.tmx", UNITS)
    before = (tmp_path / "a.tmx").read_bytes()
    with pytest.raises(MemoryFileError, match="not a translation memory"):
        open_memory(tmp_path / "a.tmx")
    assert (tmp_path / "a.tmx").read_bytes() == before


def test_a_memory_that_is_called_so_is_one(tmp_path: Path) -> None:
    with open_memory(tmp_path / "m.csv", create=True) as made:
        made.add(UNITS, origin="o", now="20240101T000000Z")
    with open_memory(tmp_path / "m.csv", read_only=True) as memory:
        assert {unit.origin for unit in memory.units()} == {"o"}


def test_an_exact_match_is_read_in_one_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its texts are not asked for first: over a network each question is a way there and back."""
    with open_memory(tmp_path / "m.db", create=True) as memory:
        memory.add(UNITS, origin="o", now="20240101T000000Z")
        monkeypatch.setattr(type(memory), "_texts", lambda *_: pytest.fail("asked for the texts"))
        (match,) = memory.search("花园很大。", lang="zh", kinds=("exact",))
        assert match.unit.id == "b"


def test_a_memory_that_cannot_be_begun_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE units(id)")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrations, "STEPS", (full,))
    with pytest.raises(MemoryFileError, match=r"m\.db: the disk is full"):
        open_memory(tmp_path / "m.db", create=True)
    assert list(tmp_path.iterdir()) == []


def faulty(units: int) -> Iterator[TranslationUnit]:
    yield from UNITS[:units]
    raise KeyboardInterrupt


@pytest.mark.parametrize("units", [0, 1])
def test_a_new_memory_goes_with_the_fault_before_its_first_unit(tmp_path: Path, units: int) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        open_memory(tmp_path / "m.db", create=True) as memory,
    ):
        memory.add(faulty(units), origin="o", now="20240101T000000Z")
    assert list(tmp_path.iterdir()) == []


def test_a_new_memory_stays_with_units_or_when_another_program_has_it(tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        open_memory(tmp_path / "kept.db", create=True) as memory,
    ):
        begun_and_broken(memory)
    with open_memory(tmp_path / "kept.db", read_only=True) as memory:
        assert len(memory) == 2
    with open_memory(tmp_path / "old.db", create=True) as memory:
        other = open_memory(tmp_path / "old.db")
        memory.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    with other:
        other.add(UNITS, origin="o", now="20240101T000000Z")
    with open_memory(tmp_path / "old.db", read_only=True) as memory:
        assert len(memory) == 2


def begun_and_broken(memory: Memory) -> None:
    memory.add(UNITS, origin="o", now="20240101T000000Z")
    memory.add(faulty(0), origin="p", now="20240101T000000Z")


def test_a_memory_is_made_where_a_link_points(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to("far.db")
    with open_memory(tmp_path / "link.db", create=True) as memory:
        memory.add(UNITS, origin="o", now="20240101T000000Z")
    assert (tmp_path / "link.db").is_symlink()
    with open_memory(tmp_path / "far.db", read_only=True) as memory:
        assert len(memory) == 2
    umask = os.umask(0o022)
    os.umask(umask)
    assert (tmp_path / "far.db").stat().st_mode & 0o777 == 0o666 & ~umask


_MAKING = """
import resource, sys
from pathlib import Path
from align.datatypes import TranslationUnit
from align.errors import MemoryFileError
from align.memory import TranslationMemory
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
units = [TranslationUnit(f"第{k}个水壶很烫。" * 9, f"Kettle {k} is hot. " * 9) for k in range(900)]
try:
    with TranslationMemory.open(Path(sys.argv[1]), create=True) as memory:
        memory.add(units, origin="o", now="20240101T000000Z")
        print(len(memory))
except MemoryFileError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limit there")
def test_wherever_the_disk_fills_it_is_not_the_memory_that_is_called_damaged(
    tmp_path: Path,
) -> None:
    def made(limit: int) -> str:
        command = [sys.executable, "-c", _MAKING, str(tmp_path / "m.db"), str(limit)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    told = [made(limit) for limit in (1_000, 5_000, 20_000, 40_000, 150_000)]
    for line in told:
        assert line.startswith(f"{tmp_path / 'm.db'}: the disk is full or fails"), told
    assert made(1 << 30) == "900"  # once there is room
