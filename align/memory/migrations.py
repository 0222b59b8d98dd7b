"""The schema of a memory file, as numbered steps from an empty file to the present one.

``PRAGMA user_version`` holds the number of the last step taken. A step once released is never
edited: a change of the schema is a new step at the end, and a file upgrades when it is opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from align.errors import MemoryFileError
from align.memory import textindex
from align.memory.keys import form, key, mixed, signed

APPLICATION_ID = 0x414C544D  # "ALTM" in the header: tells a memory from any other SQLite file

_UNITS = """
CREATE TABLE languages(
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, target TEXT NOT NULL, UNIQUE(source, target));
CREATE TABLE signatures(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE origins(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
-- One row a run of `add`; `position` is how far into the stream of units it has committed.
CREATE TABLE imports(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, stream TEXT UNIQUE, date TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL DEFAULT 0,
    merged INTEGER NOT NULL DEFAULT 0, unaligned INTEGER NOT NULL DEFAULT 0,
    finished INTEGER NOT NULL DEFAULT 0);
-- A pair of texts, once. The keys are hashes of the folded texts: equal keys are then compared.
CREATE TABLE units(
    id INTEGER PRIMARY KEY, languages INTEGER NOT NULL REFERENCES languages,
    source_key INTEGER NOT NULL, target_key INTEGER NOT NULL,
    source TEXT NOT NULL, target TEXT NOT NULL);
CREATE INDEX units_by_source ON units(source_key, target_key);
CREATE INDEX units_by_target ON units(target_key);
-- Every place a unit comes from.
CREATE TABLE provenance(
    unit INTEGER NOT NULL REFERENCES units, origin INTEGER NOT NULL REFERENCES origins,
    tuid TEXT NOT NULL, import INTEGER NOT NULL REFERENCES imports,
    languages INTEGER NOT NULL REFERENCES languages, confidence REAL, bead_type TEXT,
    paragraph TEXT, symbol TEXT, page INTEGER, speaker TEXT, created TEXT, changed TEXT,
    signature INTEGER REFERENCES signatures, state TEXT, note TEXT, props TEXT,
    PRIMARY KEY(unit, origin, tuid)) WITHOUT ROWID;
CREATE INDEX provenance_by_origin ON provenance(origin, unit);
-- `content` is the sum of the keys of all units modulo 2**64: what an index was made from.
CREATE TABLE state(units INTEGER NOT NULL, content INTEGER NOT NULL);
INSERT INTO state VALUES (0, 0);
"""

_TEXT_INDEX = """
CREATE TABLE grams(
    block INTEGER NOT NULL, gram INTEGER NOT NULL, units BLOB NOT NULL,
    PRIMARY KEY(block, gram)) WITHOUT ROWID;
CREATE TABLE lengths(block INTEGER PRIMARY KEY, lengths BLOB NOT NULL);
"""


def _first(connection: sqlite3.Connection) -> None:
    _run(connection, _UNITS)


def _second(connection: sqlite3.Connection) -> None:
    """Text search: postings of characters, character pairs and words."""
    _run(connection, _TEXT_INDEX)
    textindex.rebuild(connection)


def _third(connection: sqlite3.Connection) -> None:
    """Which way of folding the keys and grams were made with."""
    connection.execute("ALTER TABLE state ADD COLUMN form TEXT NOT NULL DEFAULT ''")
    connection.execute("UPDATE state SET form = ?", (form(),))


def _fourth(connection: sqlite3.Connection) -> None:
    """The last units may wait outside the tables of the index, where an older align misses them."""


STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _second, _third, _fourth)


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Run the statements of one step in the transaction that is open."""
    # Not executescript: it commits first, and a step must be taken whole or not at all.
    lines = (line for line in script.splitlines() if not line.startswith("--"))
    for statement in "\n".join(lines).split(";"):
        if statement.strip():
            connection.execute(statement)


def version(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of an open file; 0 when it is empty.

    Raises MemoryFileError when the file is another program's or of a newer version of this one,
    sqlite3.DatabaseError when it has lost its state.
    """
    number: int = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (tables or number or application):
        raise MemoryFileError(f"{path}: an SQLite file, but not a translation memory")
    if number > len(STEPS):
        raise MemoryFileError(
            f"{path}: made by a newer version of align (schema {number}, this one knows"
            f" {len(STEPS)}); update align"
        )
    current = number == len(STEPS)
    if current and not connection.execute("SELECT EXISTS(SELECT 1 FROM state)").fetchone()[0]:
        raise sqlite3.DatabaseError("what it holds is not noted in it")
    return number


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Take the steps that the file lacks, all in one transaction; make its keys of one form."""
    if version(connection, path) == len(STEPS) and _form_of(connection) == form():
        return
    with connection:  # commits, or rolls back what a full disk has not rolled back already
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have taken them while this one waited for the lock.
        for number in range(version(connection, path), len(STEPS)):
            STEPS[number](connection)
        if _form_of(connection) != form():
            refold(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")


def _form_of(connection: sqlite3.Connection) -> str:
    return str(connection.execute("SELECT form FROM state").fetchone()[0])


def refold(connection: sqlite3.Connection) -> None:
    """Make keys and grams anew, after the tables that fold characters have changed."""
    content = last = 0
    while rows := connection.execute(
        "SELECT id, source, target FROM units WHERE id > ? ORDER BY id LIMIT 10000", (last,)
    ).fetchall():
        keys = [(key(source), key(target), unit) for unit, source, target in rows]
        connection.executemany("UPDATE units SET source_key = ?, target_key = ? WHERE id = ?", keys)
        content += sum(mixed(source, target) for source, target, _ in keys)
        last = rows[-1][0]
    connection.execute("UPDATE state SET content = ?, form = ?", (signed(content), form()))
    textindex.rebuild(connection)
