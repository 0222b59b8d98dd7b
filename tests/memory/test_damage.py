"""Damaged files: one clear line, what can be read is saved, and a changed index is made anew."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.errors import MemoryFileError
from align.memory import TranslationMemory
from align.memory.repairing import repair
from align.memory.vectors import index_path, intact, read_header

from .conftest import NOW, ToyEncoder


def units(count: int) -> list[TranslationUnit]:
    draw = random.Random(1)
    return [
        TranslationUnit(
            "".join(draw.choices("港口码头渡轮船舶航道灯塔", k=20)) + f"{n}。",
            " ".join(draw.choices("port pier ferry ship channel lighthouse".split(), k=12))
            + f" {n}.",
            id=str(n),
            origin=f"file {n % 7}",
        )
        for n in range(count)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "m.db"
    with TranslationMemory.open(place, create=True) as memory:
        memory.add(units(1500), origin="x", now=NOW)
    return place


def texts(path: Path) -> set[tuple[str, str]]:
    with TranslationMemory.open(path) as memory:
        return {(unit.source, unit.target) for unit in memory.units()}


def spoil(path: Path, seed: int, pages: int) -> None:
    """Overwrite some pages beyond the first."""
    data = bytearray(path.read_bytes())
    draw = random.Random(seed)
    for _ in range(pages):
        at = draw.randrange(1, len(data) // 4096) * 4096
        data[at : at + 4096] = draw.randbytes(4096)
    path.write_bytes(data)


def use_all_of(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        list(memory.units())
        memory.stats()
        memory.search("港口码头渡轮", limit=5)
        memory.add(units(1600), origin="y", now=NOW)


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_memory_says_so_in_one_line_and_what_is_left_is_saved(
    path: Path, tmp_path: Path, seed: int
) -> None:
    before = texts(path)
    spoil(path, seed, pages=6)
    with pytest.raises(MemoryFileError, match=r"damaged .* `align memory repair "):
        use_all_of(path)
    new = tmp_path / "new.db"
    report = repair(path, new)
    saved = texts(new)
    assert len(saved) == report.units
    assert len(before & saved) >= len(before) * 0.6
    with TranslationMemory.open(new) as memory:
        source = next(iter(before & saved))[0]
        assert memory.search(source, limit=1)[0].score == 1.0
        memory.add(units(1600), origin="y", now=NOW)
        assert len(memory) >= 1600


@pytest.mark.parametrize("share", [0.5, 0.8, 0.99])
def test_of_a_memory_cut_short_the_first_part_is_saved_soon(
    path: Path, tmp_path: Path, share: float
) -> None:
    before, data = texts(path), path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    begun = time.process_time()
    report = repair(path, tmp_path / "new.db")
    assert time.process_time() - begun < 30  # of half the file: minutes, key by key to no end
    saved = texts(tmp_path / "new.db")
    assert len(saved) == report.units
    assert saved <= before
    assert len(saved) >= len(before) * (share - 0.4)
    assert report.lost <= len(before)


def test_a_sound_memory_is_saved_whole(path: Path, tmp_path: Path) -> None:
    report = repair(path, tmp_path / "new.db")
    assert (report.units, report.places, report.lost, report.places_lost) == (1500, 1500, 0, 0)
    assert texts(tmp_path / "new.db") == texts(path)
    with (
        TranslationMemory.open(path) as old,
        TranslationMemory.open(tmp_path / "new.db") as new,
    ):
        assert new.stats().origins == old.stats().origins
        assert list(new.units()) == list(old.units())
    with pytest.raises(MemoryFileError, match="exists already"):
        repair(path, tmp_path / "new.db")


def test_what_is_no_memory_cannot_be_saved(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database, but long enough to be one" * 100)
    with pytest.raises(MemoryFileError, match="not a translation memory"):
        repair(tmp_path / "a.db", tmp_path / "b.db")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.db"]


@pytest.mark.parametrize("place", [0.01, 0.3, 0.6, 0.97])
def test_an_index_with_a_changed_byte_is_made_anew(tmp_path: Path, place: float) -> None:
    path = tmp_path / "m.db"
    with TranslationMemory.open(path, create=True, encoder=ToyEncoder()) as memory:
        memory.add(units(50), origin="x", now=NOW)
        memory.refresh_index()
    index = index_path(path)
    whole = index.read_bytes()
    assert intact(index)
    data = bytearray(whole)
    data[int(place * len(data))] ^= 0x40
    index.write_bytes(data)
    assert not intact(index) or read_header(index) is None
    with TranslationMemory.open(path, encoder=ToyEncoder()) as memory:
        assert memory.search(units(50)[3].source, kinds=("semantic",), limit=1)
    assert index.read_bytes() == whole


def test_a_memory_that_is_being_made_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    path.write_bytes(b"")

    def make() -> None:
        time.sleep(0.2)
        TranslationMemory.open(path, create=True).close()

    maker = threading.Thread(target=make)
    maker.start()
    with TranslationMemory.open(path) as memory:
        assert len(memory) == 0
    maker.join()


def test_an_old_empty_file_is_told_at_once(tmp_path: Path) -> None:
    import os

    path = tmp_path / "m.db"
    path.write_bytes(b"")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    begun = time.monotonic()
    with pytest.raises(MemoryFileError, match="empty, no translation memory yet"):
        TranslationMemory.open(path)
    assert time.monotonic() - begun < 1.0


def _without_schema(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_schema WHERE name = 'units'")
        connection.commit()


def _with_a_changed_schema(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE units", b"CREAXE TABXE units"))


def _overwritten(first: int, last: int) -> Callable[[Path], None]:
    def overwrite(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[first:last] = random.Random(1).randbytes(last - first)
        path.write_bytes(data)

    return overwrite


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param(_without_schema, id="a table missing"),
        pytest.param(_with_a_changed_schema, id="a word of the schema"),
        pytest.param(_overwritten(0, 100), id="the header"),
        pytest.param(_overwritten(100, 4096), id="the schema"),
        pytest.param(_overwritten(0, 4096), id="the first page"),
    ],
)
def test_units_are_saved_where_the_schema_is_lost(
    path: Path, tmp_path: Path, spoiled: Callable[[Path], None]
) -> None:
    before = texts(path)
    spoiled(path)
    with pytest.raises(MemoryFileError, match=r"damaged .* memory repair|not a translation memory"):
        use_all_of(path)
    report = repair(path, tmp_path / "new.db")
    assert (report.units, report.lost) == (1500, 0)
    assert texts(tmp_path / "new.db") == before


def test_another_database_is_not_read_as_a_memory(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        for number in range(20):  # tables on the pages where a memory has its own
            connection.execute(f"CREATE TABLE t{number} (a, b, c, d, e, f)")
            connection.execute(f"INSERT INTO t{number} VALUES (1, 1, 1, 1, '水壶', 'kettle')")
        connection.commit()
    with pytest.raises(MemoryFileError, match="not one unit can be read"):
        repair(tmp_path / "a.db", tmp_path / "b.db")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.db"]


def test_a_memory_that_lost_its_state_is_damaged(path: Path, tmp_path: Path) -> None:
    before = texts(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM state")
        connection.commit()
    for read_only in (True, False):
        with pytest.raises(MemoryFileError, match=r"damaged .* `align memory repair "):
            TranslationMemory.open(path, read_only=read_only)
    repair(path, tmp_path / "new.db")
    assert texts(tmp_path / "new.db") == before


@pytest.mark.parametrize(
    ("size", "rest"),
    [
        pytest.param(
            100,
            "or one that has lost its beginning; .* `align memory repair .*m.db NEW`",
            id="zeros",
        ),
    ],
)
def test_a_lost_header_is_told_of_repair(path: Path, size: int, rest: str) -> None:
    with path.open("r+b") as file:
        file.write(bytes(size))
    with pytest.raises(MemoryFileError, match=rest):
        TranslationMemory.open(path)


@pytest.mark.parametrize(
    "data",
    [
        b"zh,en\n",
        b"PK\x03\x04" + bytes(900),
        b"%PDF-1.7\n" + bytes(900),
        b"\x89PNG\r\n\x1a\n" + bytes(900),
    ],
    ids=["table", "zip", "pdf", "picture"],
)
def test_another_file_is_not_called_a_damaged_memory(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "f").write_bytes(data * 20)
    with pytest.raises(
        MemoryFileError, match="f: not a translation memory; if it holds units, `align memory add"
    ):
        TranslationMemory.open(tmp_path / "f")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE units SET source = X'E6B8AF' WHERE id = 7",
        "UPDATE units SET target = X'FF00' WHERE id = 7",
        "UPDATE units SET target = CAST(X'FF80' AS TEXT) WHERE id = 7",
        "UPDATE languages SET source = X'FF' WHERE id = 1",
        "UPDATE origins SET name = X'FF' WHERE id = 1",
        "UPDATE provenance SET note = X'00' WHERE unit = 7",
        "UPDATE provenance SET confidence = 'sure' WHERE unit = 7",
        "UPDATE provenance SET page = 'nine' WHERE unit = 7",
        "UPDATE provenance SET tuid = X'41' WHERE unit = 7",
    ],
    ids=["source", "target", "half", "language", "origin", "note", "confidence", "page", "id"],
)
def test_values_of_a_wrong_type_are_damage_that_can_be_repaired(
    path: Path, tmp_path: Path, change: str
) -> None:
    """SQLite keeps any value in any column: another program, or a fault, may have left one."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(change)
    ways: list[Callable[[TranslationMemory], object]] = [
        lambda memory: list(memory.units()),
        lambda memory: list(memory.places()),
        lambda memory: memory.search(units(7)[6].source, limit=5),
    ]
    for way in ways:
        with (
            pytest.raises(MemoryFileError, match=r"damaged .* `align memory repair"),
            TranslationMemory.open(path, encoder=ToyEncoder()) as memory,
        ):
            way(memory)
    report = repair(path, tmp_path / "new.db")
    assert (report.units, report.lost) == (1500, 0)
    with TranslationMemory.open(tmp_path / "new.db", encoder=ToyEncoder()) as memory:
        assert len(list(memory.units())) == len(list(memory.places())) == 1500
