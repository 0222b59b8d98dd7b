"""Changing single units of a memory in PostgreSQL: added, corrected, given a state, taken out.

Each is one transaction, and says which version of the unit it is about: who has seen an older one
is told (StaleError), so that of two who change a unit at once neither overwrites the other. A text
is never edited in place: a correction is a new unit, to which all that the old one had goes over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from align.datatypes import TranslationUnit
from align.errors import AlignError, InputError
from align.memory import grams as gram_table
from align.memory.keys import of_folded
from align.memory.postgres.address import explained
from align.memory.postgres.units import read
from align.memory.postgres.writing import (
    DatabaseWriter,
    add_units,
    drop_orphans,
    mark_approved,
    merge,
    writing,
)
from align.memory.store import Stored
from align.memory.writing import NewUnit, chinese_first

if TYPE_CHECKING:
    from align.memory.postgres.memory import PostgresMemory

# Called in the transaction of a change with what it did: action, unit, before, after.
Note = Callable[[str, int, Mapping[str, Any] | None, Mapping[str, Any] | None], None]


class StaleError(AlignError):
    """Somebody else has changed the unit since; `version` is the present one, None where it is gone."""

    def __init__(self, unit: int, version: int | None) -> None:
        now = "is not there any more" if version is None else f"is of version {version} now"
        super().__init__(f"unit {unit} {now}; look at it again before you change it")
        self.unit = unit
        self.version = version


@dataclass(frozen=True, slots=True)
class Versioned:
    """A unit with its number and version."""

    id: int
    version: int
    stored: Stored


def get(memory: PostgresMemory, number: int) -> Versioned | None:
    """A unit by its number; None where there is none, or the policy keeps it back."""
    with explained(memory.address):
        found = _found(memory, number)
        if found is not None and memory.approved_only:
            row = memory.connection.execute(
                "SELECT approved FROM search WHERE unit = %s", (number,)
            ).fetchone()
            return found if row == (True,) else None
        return found


def add(
    memory: PostgresMemory, unit: TranslationUnit, *, origin: str, now: str, note: Note
) -> Versioned:
    """Store one unit; one with these texts gains a place. Raises InputError where a side is empty."""
    if not unit.source.strip() or not unit.target.strip():
        raise InputError("a unit needs a text on either side")
    connection = memory.connection
    with explained(memory.address), writing(connection, memory.number):
        run = _run(memory, origin, now)
        writer = DatabaseWriter(connection, run, origin)
        counts = writer.write([unit])
        turned = chinese_first(unit)
        number = _number(memory, turned.source.strip(), turned.target.strip())
        assert number is not None
        connection.execute(
            "UPDATE units SET version = version + %s WHERE id = %s", (counts["merged"], number)
        )
        found = _changed(memory, number)
        note("added" if counts["added"] else "gained a place", number, None, _said(found))
        return found


def set_state(
    memory: PostgresMemory, number: int, version: int, state: str, *, now: str, note: Note
) -> Versioned:
    """Give a unit a state, wherever it comes from. Raises StaleError."""
    connection = memory.connection
    with explained(memory.address), writing(connection, memory.number):
        before = _present(memory, number, version)
        connection.execute(
            "UPDATE provenance SET state = %s, changed = %s WHERE unit = %s", (state, now, number)
        )
        connection.execute("UPDATE units SET version = version + 1 WHERE id = %s", (number,))
        mark_approved(connection, [number])
        after = _changed(memory, number)
        note("given a state", number, _said(before), _said(after))
        return after


def correct(
    memory: PostgresMemory,
    number: int,
    version: int,
    texts: tuple[str, str],
    *,
    state: str | None,
    now: str,
    note: Note,
) -> Versioned:
    """Replace a unit's texts: it gets another number, and all its places. Raises StaleError.

    Where another unit has these texts already, the places go to that one.
    """
    source, target = texts[0].strip(), texts[1].strip()
    if not source or not target:
        raise InputError("a unit needs a text on either side")
    connection = memory.connection
    with explained(memory.address), writing(connection, memory.number):
        before = _present(memory, number, version)
        new = _number(memory, source, target)
        if new is None:
            row = connection.execute(
                "SELECT following, (SELECT languages FROM units WHERE id = %s) FROM state",
                (number,),
            ).fetchone()
            assert row is not None
            folded = gram_table.folded([source, target])
            keys = of_folded(folded[0]), of_folded(folded[1])
            new = int(row[0])
            add_units(
                connection, [NewUnit(new, row[1], keys, (source, target), (folded[0], folded[1]))]
            )
        if new != number:
            merge(connection, new, [number])
            drop_orphans(connection, [number])
        connection.execute(
            "UPDATE provenance SET state = %s, changed = %s WHERE unit = %s", (state, now, new)
        )
        connection.execute(
            "UPDATE units SET version = greatest(version, %s) + 1 WHERE id = %s", (version, new)
        )
        mark_approved(connection, [new])
        after = _changed(memory, new)
        note("corrected", number, _said(before), _said(after))
        return after


def delete(memory: PostgresMemory, number: int, version: int, *, note: Note) -> None:
    """Take a unit out with all its places. Raises StaleError."""
    connection = memory.connection
    with explained(memory.address), writing(connection, memory.number):
        before = _present(memory, number, version)
        connection.execute("DELETE FROM provenance WHERE unit = %s", (number,))
        drop_orphans(connection, [number])
        note("removed", number, _said(before), None)


def _present(memory: PostgresMemory, number: int, version: int) -> Versioned:
    found = _found(memory, number)
    if found is None or found.version != version:
        raise StaleError(number, found.version if found else None)
    return found


def _found(memory: PostgresMemory, number: int) -> Versioned | None:
    row = memory.connection.execute("SELECT version FROM units WHERE id = %s", (number,)).fetchone()
    stored = read(memory.connection, [number]).get(number)
    return Versioned(number, int(row[0]), stored) if row and stored else None


def _changed(memory: PostgresMemory, number: int) -> Versioned:
    found = _found(memory, number)
    assert found is not None
    return found


def _number(memory: PostgresMemory, source: str, target: str) -> int | None:
    """The number of the unit with exactly these texts; None where there is none."""
    folded = gram_table.folded([source, target])
    row = memory.connection.execute(
        "SELECT id FROM units WHERE source_key = %s AND target_key = %s AND source = %s"
        " AND target = %s ORDER BY id LIMIT 1",
        (of_folded(folded[0]), of_folded(folded[1]), source, target),
    ).fetchone()
    return int(row[0]) if row else None


def _run(memory: PostgresMemory, origin: str, now: str) -> int:
    """One import for all that somebody adds by hand."""
    row = memory.connection.execute(
        "INSERT INTO imports(name, stream, date, finished) VALUES (%s, %s, %s, true)"
        " ON CONFLICT (stream) DO UPDATE SET name = excluded.name RETURNING id",
        (origin, f"by hand: {origin}", now),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _said(found: Versioned) -> dict[str, Any]:
    from align.formats.units import to_record

    return {"id": found.id, "version": found.version, **to_record(found.stored.unit)}
