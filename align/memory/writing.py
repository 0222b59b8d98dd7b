"""Adding units to a memory: duplicates merged, provenances kept, imports that resume.

Two units are the same when both texts are, apart from space at the ends and the region of the
language; each is stored once, and every place it comes from is kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

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
    with transaction(connection):
        run, start, finished = _begin(connection, origin, now, stream)
    report = AddReport(read=start, resumed=start)
    if finished:
        return report
    iterator = islice(units, start, None)
    error: Exception | None = None
    while error is None:
        batch, error = _taken(iterator)
        if not batch:
            break
        with transaction(connection):
            counts = _Writer(connection, run, origin).write(batch)
            _record(connection, run, origin, report.read, len(batch), counts)
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
    with transaction(connection):
        connection.execute("UPDATE imports SET finished = 1 WHERE id = ?", (run,))
    return report


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
_COLUMNS = (
    *("unit", "origin", "import", "languages", "signature", "props"),
    *(field.column for field in FIELDS if field.column and field.kind != "props"),
)
_INSERT_PLACE = (
    f"INSERT OR REPLACE INTO provenance({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join('?' * len(_COLUMNS))})"
)


class _Writer:
    """Writes one batch of units inside a transaction."""

    def __init__(self, connection: sqlite3.Connection, run: int, origin: str) -> None:
        self._connection = connection
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
        following = _next_id(self._connection)
        rows: list[tuple[Any, ...]] = []
        places: list[tuple[Any, ...]] = []
        indexed: list[tuple[str, str]] = []
        for at, (given, unit, texts) in enumerate(pairs):
            same = (primary(unit.source_lang), primary(unit.target_lang), *texts)
            languages = self._languages(unit)
            number = known.setdefault(same, following + len(rows))
            if number == following + len(rows):
                rows.append((number, languages, *keys[at], *texts))
                indexed.append((folded[0][at], folded[1][at]))
            places.append(self._place(number, languages, given))
        self._save(rows, places, indexed)
        return Counter(
            added=len(rows), merged=len(pairs) - len(rows), unaligned=len(batch) - len(pairs)
        )

    def _save(
        self,
        rows: list[tuple[Any, ...]],
        places: list[tuple[Any, ...]],
        folded: list[tuple[str, str]],
    ) -> None:
        write = self._connection.executemany
        write("INSERT INTO units VALUES (?, ?, ?, ?, ?, ?)", rows)
        write(_INSERT_PLACE, places)
        if rows:
            textindex.append(self._connection, rows[0][0], folded)
            change_state(self._connection, len(rows), sum(mixed(row[2], row[3]) for row in rows))

    def _known(self, keys: set[tuple[int, int]]) -> dict[tuple[str, ...], int]:
        """The units that the memory has with these keys: languages and texts, and the id."""
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

    def _place(self, number: int, languages: int, unit: TranslationUnit) -> tuple[Any, ...]:
        named = (
            number,
            self._name("origins", "name", unit.origin or self._origin),
            self._run,
            languages,
            self._name("signatures", "text", unit.signature) if unit.signature else None,
            json.dumps(unit.props, ensure_ascii=False) if unit.props else None,
        )
        return (*named, *[getattr(unit, name) for name in _OWN])

    def _languages(self, unit: TranslationUnit) -> int:
        found = self._names.get((unit.source_lang, unit.target_lang))
        if found is None:
            values = (unit.source_lang, unit.target_lang)
            self._connection.execute(
                "INSERT OR IGNORE INTO languages(source, target) VALUES (?, ?)", values
            )
            row = self._connection.execute(
                "SELECT id FROM languages WHERE source = ? AND target = ?", values
            ).fetchone()
            found = self._names[values] = int(row[0])
        return found

    def _name(self, table: str, column: str, value: str) -> int:
        found = self._names.get((table, column, value))
        if found is None:
            self._connection.execute(
                f"INSERT OR IGNORE INTO {table}({column}) VALUES (?)", (value,)
            )
            row = self._connection.execute(
                f"SELECT id FROM {table} WHERE {column} = ?", (value,)
            ).fetchone()
            found = self._names[table, column, value] = int(row[0])
        return found


def _next_id(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM units").fetchone()[0])


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
    return replace(
        unit,
        source=unit.target,
        target=unit.source,
        source_lang=unit.target_lang,
        target_lang=unit.source_lang,
    )
