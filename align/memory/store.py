"""The SQLite file of a translation memory: units, where they come from, and imports that resume.

One writer and any number of readers at once (write-ahead log). Two units are the same when both
texts are, apart from space at the ends and the region of the language; each is stored once, and
every place it comes from is kept.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from align.datatypes import Props, TranslationUnit
from align.errors import MemoryFileError
from align.formats.languages import primary
from align.language.folding import simplify
from align.memory import grams, migrations, textindex
from align.memory.keys import key, mixed, normal, of_folded, signed

BATCH = 16_384  # units a transaction
BUSY_SECONDS = 20.0

_STATES = {"reviewed": 0, "approved": 0, "final": 0, "signed-off": 0, "draft": 2, "rejected": 3}
_UNIT = (
    "u.id, u.source, u.target, l.source, l.target, p.tuid, p.confidence, p.bead_type, p.paragraph,"
    " p.symbol, p.page, p.speaker, o.name, p.created, p.changed, s.text, p.state, p.note, p.props,"
    " coalesce(p.changed, p.created, i.date)"
)
_FROM = (
    " FROM units u JOIN provenance p ON p.unit = u.id JOIN languages l ON l.id = u.languages"
    " JOIN origins o ON o.id = p.origin JOIN imports i ON i.id = p.import"
    " LEFT JOIN signatures s ON s.id = p.signature"
)


@dataclass(frozen=True, slots=True)
class AddReport:
    """What one call of `add` did; counts are of units that are committed."""

    read: int = 0  # units taken from the stream, `resumed` included
    added: int = 0  # new to the memory
    merged: int = 0  # already there: only their provenance was recorded
    unaligned: int = 0  # one side empty: not stored
    resumed: int = 0  # saved by an earlier, interrupted run of the same import


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
        return (_state(self.unit), -self.origins, -confidence, _newest(self.date), self.id)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which units: each condition that is given must hold for one provenance of the unit."""

    origin: str | None = None  # its name, or the name of the import that brought it
    since: str | None = None  # date, inclusive: YYYYMMDD, or longer
    until: str | None = None  # date, inclusive
    confidence: float | None = None  # at least this; units without one are left out

    def where(self) -> tuple[str, list[str | float]]:
        """The condition in SQL, and its values."""
        parts: list[str] = ["1"]
        values: list[str | float] = []
        date = "coalesce(p.changed, p.created, i.date)"
        if self.origin is not None:
            parts.append("(o.name = ? OR i.name = ?)")
            values += [self.origin, self.origin]
        if self.since is not None:
            parts.append(f"{date} >= ?")
            values.append(self.since)
        if self.until is not None:
            parts.append(f"substr({date}, 1, ?) <= ?")
            values += [len(self.until), self.until]
        if self.confidence is not None:
            parts.append("p.confidence >= ?")
            values.append(self.confidence)
        return " AND ".join(parts), values


def chinese_first(unit: TranslationUnit) -> TranslationUnit:
    """The same unit with the Chinese side as its source, so that both directions merge."""
    if primary(unit.target_lang) != "zh" or primary(unit.source_lang) == "zh":
        return unit
    return replace(
        unit,
        source=unit.target,
        target=unit.source,
        source_lang=unit.target_lang,
        target_lang=unit.source_lang,
    )


def _state(unit: TranslationUnit) -> int:
    return _STATES.get(unit.state or "", 1)


def _newest(date: str) -> str:
    """A key by which later dates sort first."""
    return "".join(chr(0x7F - ord(char)) for char in date)


def connect(path: Path, *, create: bool, read_only: bool) -> sqlite3.Connection:
    """Open a memory file of the present schema; upgrade an older one.

    Raises MemoryFileError when there is none, it is not a memory, is newer, or cannot be opened.
    """
    if not path.is_file():
        if not create or read_only:
            raise MemoryFileError(
                f"{path}: no such translation memory; `align memory add` makes one"
            )
        if path.exists():
            raise MemoryFileError(f"{path}: not a file; a translation memory is one file")
    try:
        with explained(path):
            if read_only and not _older(path):
                return _opened(path, "ro")
            connection = _opened(path, "rwc" if create else "rw")
            if not create and migrations.version(connection, path) == 0:
                connection.close()
                raise MemoryFileError(f"{path}: empty, not a translation memory")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -131072")  # the indexes of a million units
            connection.execute("PRAGMA wal_autocheckpoint = 16384")  # pages: 64 MiB
            migrations.migrate(connection, path)
            return connection
    except sqlite3.Error as error:
        raise MemoryFileError(f"{path}: cannot be opened ({error})") from error


def _older(path: Path) -> bool:
    connection = _opened(path, "ro")
    try:
        number = migrations.version(connection, path)
    finally:
        connection.close()
    if number == 0:
        raise MemoryFileError(f"{path}: empty, not a translation memory")
    return number < len(migrations.STEPS)


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    try:
        return _connection(path, f"mode={mode}")
    except sqlite3.OperationalError as error:
        # In a folder that this user cannot write to no log can be kept; where there is none, none
        # is needed.
        denied = "unable to open" in str(error) or "readonly" in str(error)
        if mode != "ro" or not denied or path.with_name(path.name + "-wal").exists():
            raise
        return _connection(path, "mode=ro&immutable=1")


def _connection(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA cache_size = -65536")  # 64 MiB
    connection.execute("PRAGMA mmap_size = 1073741824")
    return connection


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors that a user can act on into a MemoryFileError of one line."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise MemoryFileError(
                f"{path}: another program is writing to this memory; try again when it is done"
            ) from error
        if "readonly" in str(error):
            raise MemoryFileError(f"{path}: this memory is read-only") from error
        raise
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise MemoryFileError(f"{path}: not a translation memory") from error
        if "malformed" in str(error):
            raise MemoryFileError(f"{path}: damaged ({error}); restore it from a copy") from error
        raise


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what the block writes, all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


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
    """
    with transaction(connection):
        run, start, finished = _begin(connection, origin, now, stream)
    report = AddReport(read=start, resumed=start)
    if finished:
        return report
    iterator = islice(units, start, None)
    while batch := list(islice(iterator, BATCH)):
        with transaction(connection):
            counts = _Writer(connection, run, origin).write(batch)
            _record(connection, run, start, report.read, len(batch), counts)
        report = replace(
            report,
            read=report.read + len(batch),
            added=report.added + counts["added"],
            merged=report.merged + counts["merged"],
            unaligned=report.unaligned + counts["unaligned"],
        )
        if saved:
            saved(report)
    with transaction(connection):
        connection.execute("UPDATE imports SET finished = 1 WHERE id = ?", (run,))
    return report


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
    start: int,
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
        raise MemoryFileError("another program is doing the same import; let it finish")


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
        write(f"INSERT OR REPLACE INTO provenance VALUES ({','.join('?' * 17)})", places)
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
        return (
            number,
            self._name("origins", "name", unit.origin or self._origin),
            unit.id,
            self._run,
            languages,
            unit.confidence,
            unit.bead_type,
            unit.paragraph,
            unit.symbol,
            unit.page,
            unit.speaker,
            unit.created,
            unit.changed,
            self._name("signatures", "text", unit.signature) if unit.signature else None,
            unit.state,
            unit.note,
            json.dumps(unit.props, ensure_ascii=False) if unit.props else None,
        )

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


def read(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Stored]:
    """The units of these ids; those that are not there are left out."""
    found: dict[int, Stored] = {}
    for start in range(0, len(ids), 1000):
        part = [int(unit) for unit in ids[start : start + 1000]]
        rows = connection.execute(
            f"SELECT {_UNIT}{_FROM} WHERE u.id IN ({','.join('?' * len(part))}) ORDER BY u.id", part
        )
        found.update((stored.id, stored) for stored in _grouped(rows))
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
    return {unit: (text, lang) for unit, text, lang in rows}


def both_texts(
    connection: sqlite3.Connection, ids: Sequence[int]
) -> list[tuple[int, tuple[str, str]]]:
    """Source and target of each unit."""
    rows = connection.execute(
        f"SELECT id, source, target FROM units WHERE id IN ({','.join('?' * len(ids))})", ids
    )
    return [(unit, (source, target)) for unit, source, target in rows]


def select(connection: sqlite3.Connection, selection: Selection) -> Iterator[Stored]:
    """The selected units in the order they came in, read in parts, so that writers may go on."""
    where, values = selection.where()
    last = 0
    while True:
        ids = connection.execute(
            "SELECT DISTINCT u.id FROM units u JOIN provenance p ON p.unit = u.id"
            " JOIN origins o ON o.id = p.origin JOIN imports i ON i.id = p.import"
            f" WHERE u.id > ? AND {where} ORDER BY u.id LIMIT 1000",
            (last, *values),
        ).fetchall()
        if not ids:
            return
        rows = connection.execute(
            f"SELECT {_UNIT}{_FROM} WHERE u.id IN ({','.join('?' * len(ids))}) AND {where}"
            " ORDER BY u.id",
            [row[0] for row in ids] + values,
        )
        yield from list(_grouped(rows))
        last = ids[-1][0]


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Iterator[Stored]:
    group: list[tuple[Any, ...]] = []
    for row in rows:
        if group and row[0] != group[0][0]:
            yield _stored(group)
            group = []
        group.append(row)
    if group:
        yield _stored(group)


def _stored(rows: list[tuple[Any, ...]]) -> Stored:
    best = rows[0]
    if len(rows) > 1:
        best = min(
            rows,
            key=lambda row: (
                _STATES.get(row[16] or "", 1),
                -(row[6] or 0.0),
                _newest(row[19]),
                row[12],
                row[5],
            ),
        )
    unit = TranslationUnit(
        source=best[1],
        target=best[2],
        source_lang=best[3],
        target_lang=best[4],
        id=best[5],
        confidence=best[6],
        bead_type=best[7],
        paragraph=best[8],
        symbol=best[9],
        page=best[10],
        speaker=best[11],
        origin=best[12],
        created=best[13],
        changed=best[14],
        signature=best[15],
        state=best[16],
        note=best[17],
        props=_props(best[18]),
    )
    return Stored(best[0], unit, len({row[12] for row in rows}), max(row[19] for row in rows))


def _props(text: str | None) -> Props:
    return tuple((name, value) for name, value in json.loads(text)) if text else ()


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


def merge(connection: sqlite3.Connection, keep: int, others: Sequence[int]) -> None:
    """Give the provenances of `others` to `keep` and drop these units, in one transaction."""
    for other in others:
        connection.execute("UPDATE OR IGNORE provenance SET unit = ? WHERE unit = ?", (keep, other))
        connection.execute("DELETE FROM provenance WHERE unit = ?", (other,))


def same_but_for_form(connection: sqlite3.Connection) -> Iterator[list[int]]:
    """Groups of units whose texts differ in case, width or spaces only, not in script."""
    rows = connection.execute(
        "SELECT a.id, a.source, a.target, l.source, l.target FROM units a JOIN languages l"
        " ON l.id = a.languages WHERE EXISTS (SELECT 1 FROM units b WHERE b.id <> a.id"
        " AND b.source_key = a.source_key AND b.target_key = a.target_key) ORDER BY a.id"
    )
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
