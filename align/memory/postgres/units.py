"""Reading units from a memory in PostgreSQL: by number, by text, by selection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from align.datatypes import TranslationUnit
from align.memory.keys import key
from align.memory.store import FROM, UNIT, Admits, Selection, Stored, grouped, in_parts, place

if TYPE_CHECKING:
    import psycopg

_SIDES = ("source", "target")
_PLACES = 4_000  # units whose places are read at once
_APPROVED = " AND EXISTS (SELECT 1 FROM search a WHERE a.unit = u.id AND a.approved)"


def read(
    connection: psycopg.Connection[Any], ids: Sequence[int], admits: Admits | None = None
) -> dict[int, Stored]:
    """The units of these ids; those that are not there, or not admitted, are left out."""
    rows = connection.execute(
        f"SELECT {UNIT}{FROM} WHERE u.id = ANY(%s) ORDER BY u.id", ([int(unit) for unit in ids],)
    )
    return {stored.id: stored for stored in grouped(rows, admits)}


def same_key(
    connection: psycopg.Connection[Any], text: str, side: int, *, approved: bool
) -> list[int]:
    """The units whose text on `side` is the same when folded."""
    rows = connection.execute(
        f"SELECT u.id FROM units u WHERE u.{_SIDES[side]}_key = %s{_APPROVED if approved else ''}"
        " ORDER BY u.id LIMIT 1000",
        (key(text),),
    )
    return [row[0] for row in rows]


def texts(
    connection: psycopg.Connection[Any], ids: Sequence[int], side: int
) -> dict[int, tuple[str, str]]:
    """The text on `side` of each unit, and its language."""
    column = _SIDES[side]
    rows = connection.execute(
        f"SELECT u.id, u.{column}, l.{column} FROM units u JOIN languages l ON l.id = u.languages"
        " WHERE u.id = ANY(%s) ORDER BY u.id",
        ([int(unit) for unit in ids],),
    )
    return {unit: (text, lang) for unit, text, lang in rows}


def both_texts(
    connection: psycopg.Connection[Any], ids: Sequence[int]
) -> list[tuple[int, tuple[str, str]]]:
    """Source and target of each unit, in order of their ids."""
    rows = connection.execute(
        "SELECT id, source, target FROM units WHERE id = ANY(%s) ORDER BY id",
        ([int(unit) for unit in ids],),
    )
    return [(unit, (source, target)) for unit, source, target in rows]


def places(connection: psycopg.Connection[Any]) -> Iterator[TranslationUnit]:
    """Every place of every unit, as a unit with the values that it has there."""
    row = connection.execute("SELECT following FROM state").fetchone()
    assert row is not None
    for first in range(0, row[0], _PLACES):
        rows = connection.execute(
            f"SELECT {UNIT}{FROM} WHERE p.unit > %s AND p.unit <= %s"
            " ORDER BY p.unit, o.name, p.tuid",
            (first, first + _PLACES),
        ).fetchall()
        yield from (place(row) for row in rows)


def select(
    connection: psycopg.Connection[Any],
    selection: Selection,
    *,
    approved: bool,
    admits: Admits | None = None,
) -> Iterator[Stored]:
    """The selected units in the order they came in, read in parts, so that writers may go on."""
    where, values = selection.where(mark="%s", true="true")
    where += _APPROVED if approved else ""
    query = f"SELECT {UNIT}{FROM} WHERE p.unit > %s AND {where} ORDER BY p.unit LIMIT %s"
    return in_parts(
        lambda last, most: connection.execute(query, (last, *values, most)).fetchall(), admits
    )
