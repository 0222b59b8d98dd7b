"""Reading units from a memory, each with the best of its provenances."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from align.datatypes import Props, TranslationUnit
from align.formats.units import FIELDS, props_in
from align.memory.keys import key

Admits = Callable[[TranslationUnit], bool]  # whether a place of a unit may answer
APPROVED = frozenset({"reviewed", "approved", "final", "signed-off"})
_STATES = dict.fromkeys(APPROVED, 0) | {"draft": 2, "rejected": 3}
# A row holds the unit's number, its fields in the order of FIELDS, and when it changed last.
UNIT = ", ".join(
    ("u.id", *(field.stored for field in FIELDS), "coalesce(p.changed, p.created, i.date)")
)
_AT = {field.name: place for place, field in enumerate(FIELDS, 1)}
_STATE, _CONFIDENCE, _ORIGIN, _ID, _PAGE = map(
    _AT.__getitem__, ("state", "confidence", "origin", "id", "page")
)
_LAST_CHANGE = len(FIELDS) + 1
FROM = (
    " FROM units u JOIN provenance p ON p.unit = u.id JOIN languages l ON l.id = u.languages"
    " JOIN origins o ON o.id = p.origin JOIN imports i ON i.id = p.import"
    " LEFT JOIN signatures s ON s.id = p.signature"
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A unit as the memory holds it, with the best of its provenances."""

    id: int
    unit: TranslationUnit
    origins: int  # how many different ones it comes from
    date: str  # of its last change, creation or, failing these, import

    def rank(self) -> tuple[int, int, float, str, int]:
        """Ascending, best first: reviewed, from more places, surer, newer."""
        confidence = -1.0 if self.unit.confidence is None else self.unit.confidence
        return (state_rank(self.unit), -self.origins, -confidence, _newest(self.date), self.id)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which units: each condition that is given must hold for one provenance of the unit."""

    origin: str | None = None  # its name, or the name of the import that brought it
    since: str | None = None  # date, inclusive: YYYYMMDD, or longer
    until: str | None = None  # date, inclusive
    confidence: float | None = None  # at least this; units without one are left out

    def where(self, *, mark: str = "?", true: str = "1") -> tuple[str, list[str | float]]:
        """The condition in SQL, and its values; `mark` is the dialect's for a value."""
        parts: list[str] = [true]
        values: list[str | float] = []
        date = "coalesce(p.changed, p.created, i.date)"
        if self.origin is not None:
            parts.append(f"(o.name = {mark} OR i.name = {mark})")
            values += [self.origin, self.origin]
        if self.since is not None:
            parts.append(f"{date} >= {mark}")
            values.append(self.since)
        if self.until is not None:
            parts.append(f"substr({date}, 1, {mark}) <= {mark}")
            values += [len(self.until), self.until]
        if self.confidence is not None:
            parts.append(f"p.confidence >= {mark}")
            values.append(self.confidence)
        return " AND ".join(parts), values


def state_rank(unit: TranslationUnit) -> int:
    """Ascending, best first: reviewed, neither, drafts, rejected."""
    return _STATES.get(unit.state or "", 1)


def _newest(date: str) -> str:
    """A key by which later dates sort first."""
    return "".join(chr(0x7F - ord(char)) for char in date)


def read(
    connection: sqlite3.Connection, ids: Sequence[int], admits: Admits | None = None
) -> dict[int, Stored]:
    """The units of these ids; those that are not there, or not admitted, are left out."""
    found: dict[int, Stored] = {}
    for start in range(0, len(ids), 1000):
        part = [int(unit) for unit in ids[start : start + 1000]]
        rows = connection.execute(
            f"SELECT {UNIT}{FROM} WHERE u.id IN ({','.join('?' * len(part))}) ORDER BY u.id", part
        )
        found.update((stored.id, stored) for stored in grouped(rows, admits))
    return found


def same_key(connection: sqlite3.Connection, text: str, side: int) -> list[int]:
    """The units whose text on `side` is the same when folded."""
    column = "target_key" if side else "source_key"
    rows = connection.execute(
        f"SELECT id FROM units WHERE {column} = ? ORDER BY id LIMIT 1000", (key(text),)
    )
    return [row[0] for row in rows]


def texts(
    connection: sqlite3.Connection, ids: Sequence[int], side: int
) -> dict[int, tuple[str, str]]:
    """The text on `side` of each unit, and its language."""
    column = "target" if side else "source"
    rows = connection.execute(
        f"SELECT u.id, u.{column}, l.{column} FROM units u JOIN languages l ON l.id = u.languages"
        f" WHERE u.id IN ({','.join('?' * len(ids))})",
        ids,
    )
    return {unit: (text, lang) for unit, text, lang in only_texts(rows)}


def both_texts(
    connection: sqlite3.Connection, ids: Sequence[int]
) -> list[tuple[int, tuple[str, str]]]:
    """Source and target of each unit."""
    found: list[tuple[int, tuple[str, str]]] = []
    for start in range(0, len(ids), 1000):
        part = ids[start : start + 1000]
        rows = connection.execute(
            f"SELECT id, source, target FROM units WHERE id IN ({','.join('?' * len(part))})", part
        )
        found += [(unit, (source, target)) for unit, source, target in only_texts(rows)]
    return found


def select(
    connection: sqlite3.Connection, selection: Selection, admits: Admits | None = None
) -> Iterator[Stored]:
    """The selected units in the order they came in, read in parts, so that writers may go on."""
    where, values = selection.where()
    query = f"SELECT {UNIT}{FROM} WHERE p.unit > ? AND {where} ORDER BY p.unit LIMIT ?"
    return in_parts(
        lambda last, most: connection.execute(query, (last, *values, most)).fetchall(), admits
    )


def in_parts(
    read: Callable[[int, int], list[tuple[Any, ...]]], admits: Admits | None = None
) -> Iterator[Stored]:
    """Units by their numbers; `read` gives the rows of UNIT after a number, at most so many."""
    last, most = 0, 4000
    while True:
        rows = read(last, most)
        groups = list(by_unit(rows))
        if len(rows) == most:
            groups.pop()  # perhaps not whole
            most *= 1 if groups else 2
        elif not groups:
            return
        for group in groups:
            last = group[0][0]
            yield from grouped(group, admits)


def places(connection: sqlite3.Connection) -> Iterator[TranslationUnit]:
    """Every place of every unit, as a unit with the values that it has there."""
    last = connection.execute("SELECT coalesce(max(id), 0) FROM units").fetchone()[0]
    for first in range(0, last, _PLACES):
        rows = connection.execute(
            f"SELECT {UNIT}{FROM} WHERE p.unit > ? AND p.unit <= ? ORDER BY p.unit, o.name, p.tuid",
            (first, first + _PLACES),
        ).fetchall()
        for row in rows:
            _check_types(row)
            yield place(row)


_PLACES = 4_000  # units whose places are read at once


def place(row: tuple[Any, ...]) -> TranslationUnit:
    """One place from a row of UNIT."""
    values = {name: row[at] for name, at in _AT.items()}
    return TranslationUnit(**values | {"props": _props(values["props"])})


def grouped(rows: Iterable[tuple[Any, ...]], admits: Admits | None = None) -> Iterator[Stored]:
    """Units from rows of UNIT, those of one unit together; of places that are admitted only."""
    return filter(None, (_stored(group, admits) for group in by_unit(rows)))


def by_unit(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of UNIT, those of one unit together."""
    group: list[tuple[Any, ...]] = []
    for row in rows:
        _check_types(row)
        if group and row[0] != group[0][0]:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def only_texts(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The same rows of a number and two texts; DatabaseError where one of them is bytes."""
    for row in rows:
        if not (isinstance(row[1], str) and isinstance(row[2], str)):
            raise sqlite3.DatabaseError(f"row {row[0]} holds bytes where a text stands")
        yield row


_KINDS = frozenset({int, float, str, type(None)})


def _check_types(row: tuple[Any, ...]) -> None:
    """Raise DatabaseError for a row of UNIT that another program, or a fault, has filled wrongly.

    SQLite keeps bytes in a column of texts, and letters in one of numbers.
    """
    numbers = row[_CONFIDENCE], row[_PAGE]
    if not _KINDS.issuperset(map(type, row)) or any(isinstance(each, str) for each in numbers):
        raise sqlite3.DatabaseError(
            f"unit {row[0]} holds what is no text or number where one stands"
        )


def _stored(rows: list[tuple[Any, ...]], admits: Admits | None = None) -> Stored | None:
    """The unit with the best of its places, None where none is admitted."""
    if admits is not None:
        rows = [row for row in rows if admits(place(row))]
        if not rows:
            return None
    best = rows[0]
    if len(rows) > 1:
        best = min(
            rows,
            key=lambda row: (
                _STATES.get(row[_STATE] or "", 1),
                -(row[_CONFIDENCE] or 0.0),
                _newest(row[_LAST_CHANGE]),
                row[_ORIGIN],
                row[_ID],
            ),
        )
    return Stored(
        best[0],
        place(best),
        len({row[_ORIGIN] for row in rows}),
        max(row[_LAST_CHANGE] for row in rows),
    )


def _props(text: str | None) -> Props:
    return props_in(json.loads(text)) if text else ()
