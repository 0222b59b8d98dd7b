"""Changing single units of a memory in PostgreSQL: added, corrected, given a state, taken out.

Each is one transaction, and says which version of the unit it is about: who has seen an older one
is told (StaleError), so that of two who change a unit at once neither overwrites the other. A text
is never edited in place: a correction is a new unit, to which all that the old one had goes over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Addition:
    """A unit that somebody adds by hand; `note` is called in its transaction."""

    unit: TranslationUnit
    origin: str
    now: str
    note: Note

    def __post_init__(self) -> None:
        if not self.unit.source.strip() or not self.unit.target.strip():
            raise InputError("a unit needs a text on either side")

    @property
    def texts(self) -> tuple[str, str]:
        """Both texts as they are stored, the Chinese one first."""
        turned = chinese_first(self.unit)
        return turned.source.strip(), turned.target.strip()


def add_all(memory: PostgresMemory, additions: Sequence[Addition]) -> list[Versioned]:
    """Store units in one transaction; one with texts that are there gains a place.

    The statements are as many for twenty units as for one: who waits for the memory's lock is
    written by whoever gets it (`align.server.additions`).
    """
    connection = memory.connection
    texts = [one.texts for one in additions]
    with explained(memory.address), writing(connection, memory.number):
        there = _numbers(memory, texts)
        by_origin: dict[tuple[str, str], list[TranslationUnit]] = {}
        for one in additions:
            by_origin.setdefault((one.origin, one.now), []).append(one.unit)
        for (origin, now), units in by_origin.items():
            DatabaseWriter(connection, _run(memory, origin, now), origin).write(units)
        numbers = _numbers(memory, texts)
        gained: Counter[int] = Counter()
        told = []
        for pair in texts:
            told.append("gained a place" if pair in there else "added")
            gained[numbers[pair]] += pair in there
            there.setdefault(pair, numbers[pair])
        more = {number: count for number, count in gained.items() if count}
        if more:
            connection.execute(
                "UPDATE units u SET version = u.version + n.more"
                " FROM unnest(%s::bigint[], %s::int[]) AS n(id, more) WHERE u.id = n.id",
                (list(more), list(more.values())),
            )
        found = _many(memory, sorted(gained))
        answers = [found[numbers[pair]] for pair in texts]
        for one, what, answer in zip(additions, told, answers, strict=True):
            one.note(what, answer.id, None, _said(answer))
        return answers


def add(
    memory: PostgresMemory, unit: TranslationUnit, *, origin: str, now: str, note: Note
) -> Versioned:
    """Store one unit; one with these texts gains a place. Raises InputError where a side is empty."""
    return add_all(memory, [Addition(unit, origin, now, note)])[0]


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
    return _many(memory, [number]).get(number)


def _many(memory: PostgresMemory, numbers: Sequence[int]) -> dict[int, Versioned]:
    rows = memory.connection.execute(
        "SELECT id, version FROM units WHERE id = ANY(%s)", (list(numbers),)
    ).fetchall()
    stored = read(memory.connection, numbers)
    return {
        int(number): Versioned(int(number), int(version), stored[number])
        for number, version in rows
        if number in stored
    }


def _changed(memory: PostgresMemory, number: int) -> Versioned:
    found = _found(memory, number)
    assert found is not None
    return found


def _number(memory: PostgresMemory, source: str, target: str) -> int | None:
    """The number of the unit with exactly these texts; None where there is none."""
    return _numbers(memory, [(source, target)]).get((source, target))


def _numbers(
    memory: PostgresMemory, texts: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """The numbers of the units with exactly these texts, the first where there are several."""
    keys = [
        [of_folded(one) for one in gram_table.folded([pair[side] for pair in texts])]
        for side in (0, 1)
    ]
    sources, targets = [pair[0] for pair in texts], [pair[1] for pair in texts]
    rows = memory.connection.execute(
        "SELECT u.source, u.target, min(u.id) FROM"
        " unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS n(s, t, source, target)"
        " JOIN units u ON u.source_key = n.s AND u.target_key = n.t AND u.source = n.source"
        " AND u.target = n.target GROUP BY u.source, u.target",
        (*keys, sources, targets),
    )
    return {(source, target): int(number) for source, target, number in rows}


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
