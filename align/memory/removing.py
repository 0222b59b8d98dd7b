"""Taking units out of a memory: by origin, or because they differ from others in form only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from align.datatypes import TranslationUnit
from align.language.folding import simplify
from align.language.tags import primary
from align.memory import grams, textindex
from align.memory.connection import transaction
from align.memory.keys import key, mixed, normal
from align.memory.store import Stored, read
from align.memory.writing import change_state, chinese_first


def remove(connection: sqlite3.Connection, origin: str) -> tuple[int, int]:
    """Remove what came from an origin or an import of this name.

    Returns how many provenances and how many units went; a unit that another origin holds stays.
    """
    with transaction(connection):
        condition = (
            "(origin IN (SELECT id FROM origins WHERE name = ?)"
            " OR import IN (SELECT id FROM imports WHERE name = ?))"
        )
        rows = connection.execute(
            f"SELECT unit, import FROM provenance WHERE {condition}", (origin, origin)
        ).fetchall()
        connection.execute(f"DELETE FROM provenance WHERE {condition}", (origin, origin))
        gone = _drop_orphans(connection, sorted({unit for unit, _ in rows}))
        # The same file may be added again later: its import must not count as done.
        for run in sorted({run for _, run in rows}):
            connection.execute("UPDATE imports SET stream = NULL WHERE id = ?", (run,))
        connection.execute("DELETE FROM imports WHERE id NOT IN (SELECT import FROM provenance)")
        connection.execute("DELETE FROM origins WHERE id NOT IN (SELECT origin FROM provenance)")
    return len(rows), gone


def _drop_orphans(connection: sqlite3.Connection, units: Sequence[int]) -> int:
    """Delete those of `units` (ascending) that no provenance holds any longer; returns how many."""
    gone = 0
    for start in range(0, len(units), 1000):
        part = units[start : start + 1000]
        rows = connection.execute(
            "SELECT id, source_key, target_key, source, target FROM units"
            f" WHERE id IN ({','.join('?' * len(part))})"
            " AND NOT EXISTS (SELECT 1 FROM provenance WHERE unit = units.id) ORDER BY id",
            part,
        ).fetchall()
        if not rows:
            continue
        folded = [grams.folded([row[column] for row in rows]) for column in (3, 4)]
        textindex.remove(connection, list(zip((row[0] for row in rows), *folded, strict=True)))
        connection.executemany("DELETE FROM units WHERE id = ?", [(row[0],) for row in rows])
        change_state(connection, -len(rows), -sum(mixed(row[1], row[2]) for row in rows))
        gone += len(rows)
    return gone


def drop(connection: sqlite3.Connection, places: Iterable[TranslationUnit]) -> int:
    """Take places out, told by texts, origin and id; how many were there."""
    gone = 0
    with transaction(connection):
        units: set[int] = set()
        for place in places:
            turned = chinese_first(place)
            texts = turned.source.strip(), turned.target.strip()
            rows = connection.execute(
                "SELECT p.unit, p.origin FROM units u JOIN provenance p ON p.unit = u.id"
                " JOIN origins o ON o.id = p.origin WHERE u.source_key = ? AND u.target_key = ?"
                " AND u.source = ? AND u.target = ? AND o.name = ? AND p.tuid = ?",
                (key(texts[0]), key(texts[1]), *texts, place.origin, place.id),
            ).fetchall()
            for unit, origin in rows:
                connection.execute(
                    "DELETE FROM provenance WHERE unit = ? AND origin = ? AND tuid = ?",
                    (unit, origin, place.id),
                )
                units.add(unit)
                gone += 1
        _drop_orphans(connection, sorted(units))
    return gone


def merge(connection: sqlite3.Connection, keep: int, others: Sequence[int]) -> None:
    """Give the provenances of `others` to `keep` and drop these units, in one transaction."""
    for other in others:
        connection.execute("UPDATE OR IGNORE provenance SET unit = ? WHERE unit = ?", (keep, other))
        connection.execute("DELETE FROM provenance WHERE unit = ?", (other,))


def same_but_for_form(connection: sqlite3.Connection) -> Iterator[list[int]]:
    """Groups of units whose texts differ in case, width or spaces only, not in script."""
    return groups_of_one_form(
        connection.execute(
            "SELECT a.id, a.source, a.target, l.source, l.target FROM units a JOIN languages l"
            " ON l.id = a.languages WHERE EXISTS (SELECT 1 FROM units b WHERE b.id <> a.id"
            " AND b.source_key = a.source_key AND b.target_key = a.target_key) ORDER BY a.id"
        )
    )


def groups_of_one_form(
    rows: Iterable[tuple[int, str, str, str, str]],
) -> Iterator[list[int]]:
    """The groups among units that share their keys: number, texts, languages of each."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for unit, source, target, source_lang, target_lang in rows:
        form = [(normal(text), text == simplify(text)) for text in (source, target)]
        languages = primary(source_lang), primary(target_lang)
        groups.setdefault((*form, *languages), []).append(unit)
    return (group for group in groups.values() if len(group) > 1)


def dedupe(connection: sqlite3.Connection) -> int:
    """Merge units whose texts differ in case, width or spaces only into the best of each.

    Returns how many units went; their provenances are kept with the unit that stays.
    """
    with transaction(connection):
        dropped: list[int] = []
        for group in list(same_but_for_form(connection)):
            stored = read(connection, group)
            best = min(stored.values(), key=Stored.rank)
            others = [unit for unit in group if unit != best.id]
            merge(connection, best.id, others)
            dropped += others
        return _drop_orphans(connection, sorted(dropped))
