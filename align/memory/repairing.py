"""What can be read of a damaged memory, saved into a new one.

SQLite says that a file is damaged when it comes to the page that is; what stands on the others can
still be read. Rows are copied in ranges of their keys, and a range that cannot be read is halved
until the rows that are lost stand alone. What can be made from the units (keys, grams, state) is.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from align.atomic import scratch_folder
from align.errors import MemoryFileError
from align.language.tags import is_well_formed, normalise
from align.memory import migrations

_STEP = 512  # rows of one range
_ROWS_A_PAGE = 16  # a page of 4 KB holds as many units of two sentences with their keys, or more
# A table's last key, where that is not to be read: its end is where no rows come.
_UNKNOWN = 1 << 40
_SPARSE = 1 << 20  # ids without a row that are passed over before a table is taken to have ended


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was saved: units and the places that they come from; and what could not be read."""

    units: int
    places: int
    lost: int  # units
    places_lost: int  # units of which places are lost


def repair(damaged: Path, new: Path) -> RepairReport:
    """Copy what can be read of a memory into the new file `new`.

    Raises MemoryFileError when there is no such file, `new` exists, or nothing can be read.
    """
    if not damaged.is_file():
        raise MemoryFileError(f"{damaged}: no such translation memory")
    if new.exists():
        raise MemoryFileError(f"{new}: exists already; name a new file to save into")
    with scratch_folder() as folder:
        # A copy, so that nothing is written to the damaged file, not even the end of its log.
        copy = folder / "damaged.db"
        for ending in ("", "-wal"):
            part = damaged.with_name(damaged.name + ending)
            if part.is_file():
                copy.with_name(copy.name + ending).write_bytes(part.read_bytes())
        try:
            return _saved_by_any_schema(copy, damaged, new)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


def _saved_by_any_schema(copy: Path, damaged: Path, new: Path) -> RepairReport:
    """What is read by the file's own first page or, where that is lost, by the one of a new memory."""
    try:
        return _saved(copy, damaged, new)
    except MemoryFileError:
        if not _first_page_is_lost(copy):
            raise
        new.unlink(missing_ok=True)
        _renew_first_page(copy)
        with contextlib.suppress(MemoryFileError):
            return _saved(copy, damaged, new)
        raise


def _first_page_is_lost(copy: Path) -> bool:
    """Whether header and schema say nothing of a memory, and not that the file is something else."""
    try:
        with closing(sqlite3.connect(copy)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            tables = connection.execute("SELECT name FROM sqlite_schema").fetchall()
    except sqlite3.DatabaseError:
        return True
    return application == migrations.APPLICATION_ID and ("units",) not in tables


def _renew_first_page(copy: Path) -> None:
    """Give a file the header and schema of a new memory.

    The tables of all memories are made in the same order, so they begin on the same pages.
    """
    made = copy.with_name("made.db")
    with closing(sqlite3.connect(made, isolation_level=None)) as connection:
        migrations.migrate(connection, made)
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with made.open("rb") as file:
        first = bytearray(file.read(size))
    first[18:20] = b"\2\2"  # with a log, as memories have (https://www.sqlite.org/fileformat.html)
    first[28:32] = (copy.stat().st_size // size).to_bytes(4, "big")  # how many pages there are
    with copy.open("r+b") as file:
        file.write(first)


def _saved(copy: Path, damaged: Path, new: Path) -> RepairReport:
    source = sqlite3.connect(copy, isolation_level=None)
    # A file that was cut short: SQLite reads the pages that are there only to one who may mend it.
    source.execute("PRAGMA writable_schema = ON")
    source.text_factory = lambda data: data.decode("utf-8", "replace")
    target = sqlite3.connect(new, isolation_level=None)
    try:
        migrations.migrate(target, new)
        target.execute("BEGIN IMMEDIATE")
        for table in ("languages", "signatures", "origins", "imports"):
            _copy(source, target, table, "id", damaged)
        lost = _copy(source, target, "units", "id", damaged)
        with contextlib.suppress(sqlite3.DatabaseError, TypeError):
            held = source.execute("SELECT units FROM state").fetchone()[0]
            lost = max(lost, held - _count(target, "units"))
        places_lost = _copy(source, target, "provenance", "unit", damaged)
        units = _count(target, "units")
        if not units:
            raise MemoryFileError(f"{damaged}: not one unit can be read; restore it from a copy")
        _made_whole(target)
        migrations.refold(target)
        target.execute("UPDATE state SET units = ?", (units,))
        target.execute("COMMIT")
        places = _count(target, "provenance")
        return RepairReport(units, places, lost, places_lost)
    finally:
        source.close()
        target.close()


def _copy(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str, key: str, damaged: Path
) -> int:
    """Copy a table's rows; returns how many keys could not be read."""
    described = list(target.execute(f"PRAGMA table_info({table})"))
    columns = [row[1] for row in described]
    kinds = [(row[2], 0 if row[3] else None) for row in described]  # its type, what stands for none
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    lost = 0
    for rows in _ranges(source, f"SELECT {names} FROM {table}", table, key, damaged):
        if rows is None:
            lost += 1
        else:
            sound = [
                [_of_kind(each, *kind) for each, kind in zip(row, kinds, strict=True)]
                for row in rows
            ]
            target.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", sound)
    return lost


def _of_kind(value: Any, kind: str, none: int | None) -> Any:
    """A column's value as its kind has it: bytes among texts read as one, no letters for numbers."""
    if kind == "TEXT" and isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return none if kind in ("INTEGER", "REAL") and isinstance(value, str | bytes) else value


def _ranges(
    source: sqlite3.Connection, select: str, table: str, key: str, damaged: Path
) -> Iterator[list[Any] | None]:
    """Rows of a table by ranges of its key; None for a key whose row cannot be read.

    Where the table's end cannot be read either, keys after the last row are nobody's loss: None is
    given for those before a row only.
    """
    first, last = 0, _last(source, table, key)
    empty = waiting_lost = 0
    while first <= last and empty < _SPARSE:
        found = 0
        if last == _UNKNOWN and empty and not _any(source, table, key, first):
            empty, waiting_lost = empty + _STEP, waiting_lost + _STEP
            first += _STEP
            continue
        waiting = [(first, first + _STEP - 1)]
        while waiting:
            low, high = waiting.pop()
            try:
                rows = source.execute(
                    f"{select} WHERE {key} BETWEEN ? AND ?", (low, high)
                ).fetchall()
            except sqlite3.DatabaseError as error:
                if "not a database" in str(error):
                    raise MemoryFileError(
                        f"{damaged}: not a translation memory, or damaged at its very beginning; "
                        "restore it from a copy"
                    ) from error
                if "no such" in str(error):
                    return
                if low == high:
                    waiting_lost += 1
                else:
                    middle = (low + high) // 2
                    waiting += [(middle + 1, high), (low, middle)]
                continue
            found += len(rows)
            if rows or last != _UNKNOWN:
                yield from [None] * waiting_lost
                waiting_lost = 0
            yield rows
        empty = 0 if found else empty + _STEP
        first += _STEP
    if last != _UNKNOWN:
        yield from [None] * waiting_lost


def _any(source: sqlite3.Connection, table: str, key: str, first: int) -> bool:
    """Whether a page can be read among those of the keys from `first` on, by every sixteenth."""
    for place in range(first, first + _STEP, _ROWS_A_PAGE):
        with contextlib.suppress(sqlite3.DatabaseError):
            source.execute(f"SELECT 1 FROM {table} WHERE {key} = ?", (place,)).fetchone()
            return True
    return False


def _last(source: sqlite3.Connection, table: str, key: str) -> int:
    try:
        return int(source.execute(f"SELECT coalesce(max({key}), -1) FROM {table}").fetchone()[0])
    except (sqlite3.DatabaseError, TypeError, ValueError):
        return _UNKNOWN


def _made_whole(target: sqlite3.Connection) -> None:
    """Give what lost its names or its places new ones, and drop what has lost its texts."""
    target.execute("DELETE FROM units WHERE typeof(source) != 'text' OR typeof(target) != 'text'")
    known = target.execute("SELECT id, source, target FROM languages").fetchall()
    nonsense = [
        (id,) for id, *tags in known if not all(is_well_formed(normalise(tag)) for tag in tags)
    ]
    target.executemany("DELETE FROM languages WHERE id = ?", nonsense)
    target.execute(
        "INSERT OR IGNORE INTO languages SELECT DISTINCT languages, 'zh', 'en' || '-x-' || languages"
        " FROM units WHERE languages NOT IN (SELECT id FROM languages)"
    )
    target.execute("DELETE FROM provenance WHERE unit NOT IN (SELECT id FROM units)")
    target.execute(
        "INSERT OR IGNORE INTO imports(id, name, date, finished)"
        " SELECT DISTINCT import, 'repaired', '', 1 FROM provenance"
        " WHERE import NOT IN (SELECT id FROM imports)"
    )
    target.execute(
        "INSERT OR IGNORE INTO origins SELECT DISTINCT origin, 'repaired ' || origin FROM provenance"
        " WHERE origin NOT IN (SELECT id FROM origins)"
    )
    target.execute(
        "UPDATE provenance SET languages = (SELECT languages FROM units WHERE id = unit)"
        " WHERE languages NOT IN (SELECT id FROM languages)"
    )
    target.execute(
        "UPDATE provenance SET signature = NULL WHERE signature NOT IN (SELECT id FROM signatures)"
    )
    target.execute("INSERT OR IGNORE INTO origins(name) VALUES ('repaired')")
    target.execute(
        "INSERT OR IGNORE INTO imports(id, name, date, finished)"
        " SELECT coalesce(max(id), 0) + 1, 'repaired', '', 1 FROM imports"
    )
    target.execute(
        "INSERT INTO provenance(unit, origin, tuid, import, languages)"
        " SELECT id, (SELECT id FROM origins WHERE name = 'repaired'), '',"
        " (SELECT max(id) FROM imports), languages"
        " FROM units WHERE id NOT IN (SELECT unit FROM provenance)"
    )


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
