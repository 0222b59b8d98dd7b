"""Adding units to a memory: duplicates merged, provenances kept, imports that resume.

Two units are the same when both texts are, apart from space at the ends and the region of the
language; each is stored once, and every place it comes from is kept.
"""

from __future__ import annotations

import json
import sqlite3
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Protocol

from align.datatypes import TranslationUnit
from align.errors import AlignError, MemoryFileError
from align.formats.units import FIELDS
from align.language.tags import is_chinese, primary
from align.memory import grams, textindex
from align.memory.connection import transaction
from align.memory.keys import mixed, of_folded, signed

BATCH = 16_384  # units a transaction


@dataclass(frozen=True, slots=True)
class AddReport:
    """What one call of `add` did; counts are of units that are committed."""

    read: int = 0  # units taken from the stream, `resumed` included
    added: int = 0  # new to the memory
    merged: int = 0  # already there: only their provenance was recorded
    unaligned: int = 0  # one side empty: not stored
    resumed: int = 0  # saved by an earlier, interrupted run of the same import


def add(
    connection: sqlite3.Connection,
    units: Iterable[TranslationUnit],
    *,
    origin: str,
    now: str,
    stream: str | None = None,
    saved: Callable[[AddReport], None] | None = None,
) -> AddReport:
    """Store a stream of units in transactions of some thousands.

    `stream` identifies the content of the stream: the same one again continues where the last
    commit was, and does nothing when it was finished. `saved` is told the counts after each commit.
    Where the stream ends in an error, what it gave before is saved, and then the error raised.
    """
    sink = _File(connection)
    if saved is None and isinstance(units, Sequence) and len(units) <= BATCH:
        with transaction(connection):  # one wait for the disk in place of three
            return add_to(sink, units, origin=origin, now=now, stream=stream)
    return add_to(sink, units, origin=origin, now=now, stream=stream, saved=saved)


class Sink(Protocol):
    """Where units are stored; each call is a transaction of its own."""

    def begin(self, name: str, now: str, stream: str | None) -> tuple[int, int, bool]:
        """The import's number, how many units it has committed, and whether it was finished."""

    def write(
        self, run: int, origin: str, position: int, batch: Sequence[TranslationUnit]
    ) -> Counter[str]:
        """Store the units of an import from its `position` on; what became of them, counted."""

    def finish(self, run: int) -> None:
        """Note that an import is whole."""


def add_to(
    sink: Sink,
    units: Iterable[TranslationUnit],
    *,
    origin: str,
    now: str,
    stream: str | None = None,
    saved: Callable[[AddReport], None] | None = None,
) -> AddReport:
    """What `add` says, for whatever keeps the units."""
    run, start, finished = sink.begin(origin, now, stream)
    report = AddReport(read=start, resumed=start)
    if finished:
        return report
    iterator = islice(units, start, None)
    error: Exception | None = None
    while error is None:
        batch, error = _taken(iterator)
        if not batch:
            break
        counts = sink.write(run, origin, report.read, batch)
        report = replace(
            report,
            read=report.read + len(batch),
            added=report.added + counts["added"],
            merged=report.merged + counts["merged"],
            unaligned=report.unaligned + counts["unaligned"],
        )
        if saved:
            saved(report)
    if error is not None:
        raise error
    sink.finish(run)
    return report


class _File:
    """The SQLite file as a sink."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self, name: str, now: str, stream: str | None) -> tuple[int, int, bool]:
        with transaction(self._connection):
            return _begin(self._connection, name, now, stream)

    def write(
        self, run: int, origin: str, position: int, batch: Sequence[TranslationUnit]
    ) -> Counter[str]:
        with transaction(self._connection):
            counts = _FileWriter(self._connection, run, origin).write(batch)
            _record(self._connection, run, origin, position, len(batch), counts)
        return counts

    def finish(self, run: int) -> None:
        with transaction(self._connection):
            self._connection.execute("UPDATE imports SET finished = 1 WHERE id = ?", (run,))


def _taken(
    units: Iterator[TranslationUnit],
) -> tuple[list[TranslationUnit], AlignError | OSError | None]:
    """The units of one transaction, and the error that ended them before their time."""
    batch: list[TranslationUnit] = []
    try:
        batch.extend(islice(units, BATCH))
    except (AlignError, OSError) as error:
        return batch, error
    return batch, None


def _begin(
    connection: sqlite3.Connection, name: str, now: str, stream: str | None
) -> tuple[int, int, bool]:
    """The import's row, how many units it has committed, and whether it was finished."""
    row = connection.execute(
        "SELECT id, position, finished FROM imports WHERE stream = ?", (stream,)
    ).fetchone()
    if row is None:
        cursor = connection.execute(
            "INSERT INTO imports(name, stream, date) VALUES (?, ?, ?)", (name, stream, now)
        )
        row = (cursor.lastrowid, 0, 0)
    return int(row[0]), int(row[1]), bool(row[2])


def _record(
    connection: sqlite3.Connection,
    run: int,
    origin: str,
    position: int,
    count: int,
    counts: Counter[str],
) -> None:
    cursor = connection.execute(
        "UPDATE imports SET position = position + ?, added = added + ?, merged = merged + ?,"
        " unaligned = unaligned + ? WHERE id = ? AND position = ?",
        (count, counts["added"], counts["merged"], counts["unaligned"], run, position),
    )
    if cursor.rowcount != 1:
        raise MemoryFileError(f"{origin}: another program is doing the same import; let it finish")


# The fields whose values each place of a unit keeps as they are, and the statement that writes one.
_OWN = tuple(field.name for field in FIELDS if field.column and field.kind != "props")
PLACE_COLUMNS = (
    *("unit", "origin", "import", "languages", "signature", "props"),
    *(field.column for field in FIELDS if field.column and field.kind != "props"),
)
_INSERT_PLACE = (
    f"INSERT OR REPLACE INTO provenance({', '.join(PLACE_COLUMNS)})"
    f" VALUES ({', '.join('?' * len(PLACE_COLUMNS))})"
)


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that a memory does not have yet: its row, and its texts folded."""

    number: int
    languages: int
    keys: tuple[int, int]
    texts: tuple[str, str]
    folded: tuple[str, str]


class Writer(ABC):
    """Writes one batch of units inside a transaction, whatever keeps them."""

    def __init__(self, run: int, origin: str) -> None:
        self._run = run
        self._origin = origin
        self._names: dict[tuple[str, ...], int] = {}

    def write(self, batch: Sequence[TranslationUnit]) -> Counter[str]:
        pairs = [
            (given, unit, (unit.source.strip(), unit.target.strip()))
            for given in batch
            for unit in [chinese_first(given)]
        ]
        pairs = [each for each in pairs if all(each[2])]
        folded = [grams.folded([texts[side] for _, _, texts in pairs]) for side in (0, 1)]
        keys = list(zip(*(map(of_folded, texts) for texts in folded), strict=True))
        known = self._known(set(keys))
        following = self._following()
        rows: list[NewUnit] = []
        places: list[tuple[Any, ...]] = []
        for at, (given, unit, texts) in enumerate(pairs):
            same = (primary(unit.source_lang), primary(unit.target_lang), *texts)
            languages = self._name("languages", source=unit.source_lang, target=unit.target_lang)
            number = known.setdefault(same, following + len(rows))
            if number == following + len(rows):
                both = folded[0][at], folded[1][at]
                rows.append(NewUnit(number, languages, keys[at], texts, both))
            places.append(self._place(number, languages, given))
        self._save(rows, places)
        return Counter(
            added=len(rows), merged=len(pairs) - len(rows), unaligned=len(batch) - len(pairs)
        )

    @abstractmethod
    def _following(self) -> int:
        """The number of the next new unit."""

    @abstractmethod
    def _save(self, rows: list[NewUnit], places: list[tuple[Any, ...]]) -> None:
        """Store new units, index them, and store the places (in the order of PLACE_COLUMNS)."""

    @abstractmethod
    def _known(self, keys: set[tuple[int, int]]) -> dict[tuple[str, ...], int]:
        """The units that the memory has with these keys: languages and texts, and the id."""

    @abstractmethod
    def _insert(self, table: str, values: Mapping[str, str]) -> int:
        """The number of a row of languages, origins or signatures, which is made where it lacks."""

    def _place(self, number: int, languages: int, unit: TranslationUnit) -> tuple[Any, ...]:
        named = (
            number,
            self._name("origins", name=unit.origin or self._origin),
            self._run,
            languages,
            self._name("signatures", text=unit.signature) if unit.signature else None,
            json.dumps(unit.props, ensure_ascii=False) if unit.props else None,
        )
        return (*named, *[getattr(unit, name) for name in _OWN])

    def _name(self, table: str, **values: str) -> int:
        key = (table, *values.values())
        if key not in self._names:
            self._names[key] = self._insert(table, values)
        return self._names[key]


class _FileWriter(Writer):
    """Writes into a SQLite file."""

    def __init__(self, connection: sqlite3.Connection, run: int, origin: str) -> None:
        super().__init__(run, origin)
        self._connection = connection

    def _following(self) -> int:
        row = self._connection.execute("SELECT coalesce(max(id), 0) + 1 FROM units").fetchone()
        return int(row[0])

    def _save(self, rows: list[NewUnit], places: list[tuple[Any, ...]]) -> None:
        write = self._connection.executemany
        units = ((row.number, row.languages, *row.keys, *row.texts) for row in rows)
        write("INSERT INTO units VALUES (?, ?, ?, ?, ?, ?)", units)
        write(_INSERT_PLACE, places)
        if rows:
            textindex.add(self._connection, rows[0].number, [row.folded for row in rows])
            change_state(self._connection, len(rows), sum(mixed(*row.keys) for row in rows))

    def _known(self, keys: set[tuple[int, int]]) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = {}
        wanted = sorted(keys)
        for start in range(0, len(wanted), 1000):
            part = wanted[start : start + 1000]
            rows = self._connection.execute(
                f"WITH wanted(s, t) AS (VALUES {','.join(['(?, ?)'] * len(part))})"
                " SELECT l.source, l.target, u.source, u.target, u.id FROM wanted"
                " CROSS JOIN units u ON u.source_key = s AND u.target_key = t"
                " JOIN languages l ON l.id = u.languages",
                [value for pair in part for value in pair],
            )
            for source_lang, target_lang, source, target, number in rows:
                found[primary(source_lang), primary(target_lang), source, target] = number
        return found

    def _insert(self, table: str, values: Mapping[str, str]) -> int:
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        self._connection.execute(
            f"INSERT OR IGNORE INTO {table}({names}) VALUES ({marks})", tuple(values.values())
        )
        where = " AND ".join(f"{name} = ?" for name in values)
        row = self._connection.execute(
            f"SELECT id FROM {table} WHERE {where}", tuple(values.values())
        ).fetchone()
        return int(row[0])


def change_state(connection: sqlite3.Connection, units: int, content: int) -> None:
    """Note that the units changed: their number, and the sum of `mixed` over them."""
    count, before = connection.execute("SELECT units, content FROM state").fetchone()
    connection.execute(
        "UPDATE state SET units = ?, content = ?", (count + units, signed(before + content))
    )


def chinese_first(unit: TranslationUnit) -> TranslationUnit:
    """The same unit with the Chinese side as its source, so that both directions merge."""
    if not is_chinese(unit.target_lang) or is_chinese(unit.source_lang):
        return unit
    return unit.turned()
