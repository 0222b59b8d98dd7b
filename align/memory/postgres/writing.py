"""Changing a memory in PostgreSQL: adding, removing, merging, correcting. One writer at a time each.

A writer takes the memory's lock for its transaction, so that numbers follow each other and counts
are right; readers never wait for it.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from align.datatypes import TranslationUnit
from align.errors import MemoryFileError
from align.memory import grams as gram_table
from align.memory.keys import key, mixed, signed
from align.memory.postgres import grams
from align.memory.postgres.units import read
from align.memory.removing import groups_of_one_form
from align.memory.store import APPROVED, Stored
from align.memory.writing import PLACE_COLUMNS, NewUnit, Writer, chinese_first

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_MANY = 200  # places from which COPY into a table of its own is quicker than one statement each
_LOCK = 0x414C0000  # of one memory: this and its number
_UPDATED = ", ".join(
    f"{name} = excluded.{name}" for name in PLACE_COLUMNS if name not in ("unit", "origin", "tuid")
)
_CONFLICT = f" ON CONFLICT (unit, origin, tuid) DO UPDATE SET {_UPDATED}"
_KEY = tuple(PLACE_COLUMNS.index(name) for name in ("unit", "origin", "tuid"))


@contextlib.contextmanager
def writing(connection: Connection, number: int) -> Iterator[None]:
    """A transaction that holds the lock of memory `number`."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK + number,))
        yield


class Sink:
    """The database as a sink of units; each call is a transaction of its own."""

    def __init__(self, connection: Connection, number: int) -> None:
        self._connection = connection
        self._number = number
        self.saved = 0  # units

    def begin(self, name: str, now: str, stream: str | None) -> tuple[int, int, bool]:
        """The import's number, how many units it has committed, and whether it was finished."""
        with writing(self._connection, self._number):
            row = self._connection.execute(
                "SELECT id, position, finished FROM imports WHERE stream = %s", (stream,)
            ).fetchone()
            if row is None:
                row = self._connection.execute(
                    "INSERT INTO imports(name, stream, date) VALUES (%s, %s, %s)"
                    " RETURNING id, position, finished",
                    (name, stream, now),
                ).fetchone()
            assert row is not None
            return int(row[0]), int(row[1]), bool(row[2])

    def write(
        self, run: int, origin: str, position: int, batch: Sequence[TranslationUnit]
    ) -> Counter[str]:
        """Store the units of an import from its `position` on; what became of them, counted."""
        with writing(self._connection, self._number):
            if len(batch) >= _MANY:
                self._connection.execute("SET LOCAL gin_pending_list_limit = '64MB'")
            counts = DatabaseWriter(self._connection, run, origin).write(batch)
            cursor = self._connection.execute(
                "UPDATE imports SET position = position + %s, added = added + %s,"
                " merged = merged + %s, unaligned = unaligned + %s WHERE id = %s AND position = %s",
                (
                    len(batch),
                    counts["added"],
                    counts["merged"],
                    counts["unaligned"],
                    run,
                    position,
                ),
            )
            if cursor.rowcount != 1:
                raise MemoryFileError(
                    f"{origin}: another program is doing the same import; let it finish"
                )
        self.saved += len(batch)
        return counts

    def settle(self) -> None:
        """After a large import: what waits goes into the indexes, and the planner counts anew."""
        for side in grams.SIDES:
            self._connection.execute(
                "SELECT gin_clean_pending_list(%s::regclass)", (f"search_{side}",)
            )
        self._connection.execute("ANALYZE units, provenance, search, gram_counts")

    def finish(self, run: int) -> None:
        """Note that an import is whole."""
        self._connection.execute("UPDATE imports SET finished = true WHERE id = %s", (run,))


class DatabaseWriter(Writer):
    """Writes one batch into the database."""

    def __init__(self, connection: Connection, run: int, origin: str) -> None:
        super().__init__(run, origin)
        self._connection = connection

    def _following(self) -> int:
        row = self._connection.execute("SELECT following FROM state").fetchone()
        assert row is not None
        return int(row[0])

    def _save(self, rows: list[NewUnit], places: list[tuple[Any, ...]]) -> None:
        if rows:
            add_units(self._connection, rows)
        self._save_places(list({tuple(row[at] for at in _KEY): row for row in places}.values()))

    def _save_places(self, places: list[tuple[Any, ...]]) -> None:
        """Write places: a few by statements, many by COPY."""
        names = ", ".join(PLACE_COLUMNS)
        marks = ", ".join(["%s"] * len(PLACE_COLUMNS))
        with self._connection.cursor() as cursor:
            if len(places) < _MANY:
                cursor.executemany(
                    f"INSERT INTO provenance({names}) VALUES ({marks}){_CONFLICT}", places
                )
            else:
                cursor.execute(
                    "CREATE TEMPORARY TABLE IF NOT EXISTS arriving (LIKE provenance)"
                    " ON COMMIT DELETE ROWS"
                )
                with cursor.copy(f"COPY arriving({names}) FROM STDIN") as copy:
                    for place in places:
                        copy.write_row(place)
                cursor.execute(
                    f"INSERT INTO provenance({names}) SELECT {names} FROM arriving{_CONFLICT}"
                )
                cursor.execute("TRUNCATE arriving")
        mark_approved(self._connection, sorted({place[0] for place in places}))

    def _known(self, keys: set[tuple[int, int]]) -> dict[tuple[str, ...], int]:
        from align.language.tags import primary

        wanted = sorted(keys)
        rows = self._connection.execute(
            "SELECT l.source, l.target, u.source, u.target, u.id"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(s, t)"
            " JOIN units u ON u.source_key = s AND u.target_key = t"
            " JOIN languages l ON l.id = u.languages",
            ([pair[0] for pair in wanted], [pair[1] for pair in wanted]),
        )
        return {
            (primary(source_lang), primary(target_lang), source, target): number
            for source_lang, target_lang, source, target, number in rows
        }

    def _insert(self, table: str, values: Mapping[str, str]) -> int:
        names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        where = " AND ".join(f"{name} = %s" for name in values)
        given = tuple(values.values())
        find = f"SELECT id FROM {table} WHERE {where}"
        row = self._connection.execute(find, given).fetchone()
        if row is None:
            row = self._connection.execute(
                f"INSERT INTO {table}({names}) VALUES ({marks}) RETURNING id", given
            ).fetchone()
        assert row is not None
        return int(row[0])


def add_units(connection: Connection, rows: Sequence[NewUnit]) -> None:
    """Store new units and index their texts; in a transaction that holds the memory's lock."""
    held = [grams.of_units([row.folded[side] for row in rows]) for side in (0, 1)]
    lengths = [(min(len(r.folded[0]), 0xFFFF), min(len(r.folded[1]), 0xFFFF)) for r in rows]
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY units(id, languages, source_key, target_key, source, target) FROM STDIN"
        ) as copy:
            for row in rows:
                copy.write_row((row.number, row.languages, *row.keys, *row.texts))
        with cursor.copy("COPY search FROM STDIN (FORMAT binary)") as copy:
            numbers = [row.number for row in rows]
            for part in grams.copied(numbers, lengths, [False] * len(rows), (held[0], held[1])):
                copy.write(part)
    for side in (0, 1):
        grams.count(connection, side, np.concatenate(held[side]), 1)
    change_state(
        connection,
        len(rows),
        sum(mixed(*row.keys) for row in rows),
        max(r.number for r in rows) + 1,
    )


def change_state(
    connection: Connection, units: int, content: int, following: int | None = None
) -> None:
    """Note that the units changed: their number, the sum of `mixed` over them, the next number."""
    row = connection.execute("SELECT units, content, following FROM state").fetchone()
    assert row is not None
    connection.execute(
        "UPDATE state SET units = %s, content = %s, following = %s",
        (row[0] + units, signed(row[1] + content), max(row[2], following or 0)),
    )


def mark_approved(connection: Connection, units: Sequence[int]) -> None:
    """Note for the searches which of these units somebody has approved."""
    connection.execute(
        "WITH now AS (SELECT s.unit, EXISTS (SELECT 1 FROM provenance p WHERE p.unit = s.unit"
        " AND p.state = ANY(%s)) AS approved FROM search s WHERE s.unit = ANY(%s))"
        " UPDATE search s SET approved = now.approved FROM now"
        " WHERE s.unit = now.unit AND s.approved <> now.approved",
        (sorted(APPROVED), list(units)),
    )


def remove(connection: Connection, number: int, origin: str) -> tuple[int, int]:
    """Remove what came from an origin or an import of this name: places and units that went."""
    condition = (
        "(origin IN (SELECT id FROM origins WHERE name = %s)"
        " OR import IN (SELECT id FROM imports WHERE name = %s))"
    )
    with writing(connection, number):
        rows = connection.execute(
            f"DELETE FROM provenance WHERE {condition} RETURNING unit, import", (origin, origin)
        ).fetchall()
        units = sorted({unit for unit, _ in rows})
        gone = drop_orphans(connection, units)
        mark_approved(connection, units)
        # The same file may be added again later: its import must not count as done.
        connection.execute(
            "UPDATE imports SET stream = NULL WHERE id = ANY(%s)",
            (sorted({run for _, run in rows}),),
        )
        connection.execute(
            "DELETE FROM imports i WHERE NOT EXISTS (SELECT 1 FROM provenance WHERE import = i.id)"
        )
        connection.execute(
            "DELETE FROM origins o WHERE NOT EXISTS (SELECT 1 FROM provenance WHERE origin = o.id)"
        )
    return len(rows), gone


def drop(connection: Connection, number: int, places: Iterable[TranslationUnit]) -> int:
    """Take places out, told by texts, origin and id; how many were there."""
    units: list[int] = []
    with writing(connection, number):
        for place in places:
            turned = chinese_first(place)
            texts = turned.source.strip(), turned.target.strip()
            rows = connection.execute(
                "DELETE FROM provenance p USING units u, origins o WHERE u.id = p.unit"
                " AND o.id = p.origin AND u.source_key = %s AND u.target_key = %s"
                " AND u.source = %s AND u.target = %s AND o.name = %s AND p.tuid = %s"
                " RETURNING p.unit",
                (key(texts[0]), key(texts[1]), *texts, place.origin, place.id),
            )
            units += [row[0] for row in rows]
        drop_orphans(connection, units)
        mark_approved(connection, units)
        connection.execute("UPDATE units SET version = version + 1 WHERE id = ANY(%s)", (units,))
    return len(units)


def drop_orphans(connection: Connection, units: Sequence[int]) -> int:
    """Delete those of `units` that no provenance holds any longer; returns how many."""
    rows = connection.execute(
        "DELETE FROM units u WHERE u.id = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM provenance WHERE unit = u.id)"
        " RETURNING u.source_key, u.target_key, u.source, u.target",
        (list(units),),
    ).fetchall()
    if rows:
        for side in (0, 1):
            held = grams.of_units(gram_table.folded([row[2 + side] for row in rows]))
            grams.count(connection, side, np.concatenate(held), -1)
        change_state(connection, -len(rows), -sum(mixed(row[0], row[1]) for row in rows))
    return len(rows)


def merge(connection: Connection, keep: int, others: Sequence[int]) -> None:
    """Give the provenances of `others` to `keep`; what it has already stays as it is."""
    connection.execute(
        f"INSERT INTO provenance({', '.join(PLACE_COLUMNS)})"
        f" SELECT %s, {', '.join(PLACE_COLUMNS[1:])} FROM provenance WHERE unit = ANY(%s)"
        " ORDER BY unit ON CONFLICT DO NOTHING",
        (keep, list(others)),
    )
    connection.execute("DELETE FROM provenance WHERE unit = ANY(%s)", (list(others),))


def dedupe(connection: Connection, number: int) -> int:
    """Merge units whose texts differ in case, width or spaces only into the best of each."""
    with writing(connection, number):
        rows = connection.execute(
            "SELECT a.id, a.source, a.target, l.source, l.target FROM units a JOIN languages l"
            " ON l.id = a.languages WHERE EXISTS (SELECT 1 FROM units b WHERE b.id <> a.id"
            " AND b.source_key = a.source_key AND b.target_key = a.target_key) ORDER BY a.id"
        )
        dropped: list[int] = []
        kept: list[int] = []
        for group in list(groups_of_one_form(rows)):
            best = min(read(connection, group).values(), key=Stored.rank)
            others = [unit for unit in group if unit != best.id]
            merge(connection, best.id, others)
            dropped += others
            kept.append(best.id)
        mark_approved(connection, kept)
        return drop_orphans(connection, sorted(dropped))
