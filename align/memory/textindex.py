"""Which units hold which grams: postings in SQLite tables beside the units.

A block is 65,536 consecutive units of one side; a row of ``grams`` holds one gram's units within a
block as 16-bit numbers, so that numpy counts, joins and intersects them without a loop, and the
rows of new units are appended in the transaction that saves the units.

A unit that is added alone would rewrite the rows of its grams, half a megabyte in a large memory. So
the last few units wait: who reads takes their grams from their texts, and the transaction that makes
them `WAITING` appends them all.

Why not SQLite's own full-text search: over the Chinese side of 200,000 units (`scripts/bench memory
--units 200000 --fts`) FTS5's trigrams cannot find a phrase of one or two characters, half of those
asked. FTS5 over single characters finds them all, in 0.6 ms where these postings take 0.3 ms, but
needs 53 to 74 ms for the units most similar to a sentence, where they take 1.6 to 2.0 ms; its index
is as large (16 MB a side).
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.memory import grams as gram_table
from align.memory import store

BLOCK = 1 << 16
# Units that wait at most: a reader takes 6 ms to read as many, once after each change.
WAITING = 512
BUDGET = 400_000  # postings read for a query: about 5 ms
SIDES = ("source", "target")
Ids = NDArray[np.int64]

_APPEND = (  # `||` makes text of two blobs; the cast takes its bytes as they are
    "INSERT INTO grams VALUES (?, ?, ?) ON CONFLICT(block, gram)"
    " DO UPDATE SET units = CAST(units || excluded.units AS BLOB)"
)


def add(connection: sqlite3.Connection, first: int, texts: Sequence[tuple[str, str]]) -> None:
    """Index the folded texts of consecutive new units, the first of which has the id `first`.

    They are the last ones of the memory and stored already. Few of them are left waiting.
    """
    last = indexed(connection)
    if last < first and first + len(texts) - 1 - last < WAITING:
        return
    if last < first - 1:
        catch_up(connection, first - 1)
    append(connection, first, texts)


def indexed(connection: sqlite3.Connection) -> int:
    """The id of the last unit that the tables of the index hold, removed ones included; else 0."""
    row = connection.execute(
        "SELECT block, length(lengths) FROM lengths ORDER BY block DESC LIMIT 1"
    ).fetchone()
    return first_id(row[0]) + row[1] // 2 - 1 if row else 0


def catch_up(connection: sqlite3.Connection, last: int | None = None) -> None:
    """Index the units that wait, up to the id `last`."""
    rows = _waiting(connection, last)
    for number, group in itertools.groupby(rows, key=lambda row: row[0] // BLOCK):
        texts = {unit: both for unit, *both in group}
        first = max(indexed(connection) + 1, number * BLOCK)
        block = [texts.get(unit, ["", ""]) for unit in range(first, max(texts) + 1)]
        sides = [gram_table.folded([both[side] for both in block]) for side in (0, 1)]
        append(connection, first, list(zip(*sides, strict=True)))


def _waiting(connection: sqlite3.Connection, last: int | None = None) -> list[tuple[int, str, str]]:
    """Id and texts of the units that are not in the tables of the index, in order."""
    return connection.execute(
        "SELECT id, source, target FROM units WHERE id > ? AND id <= ? ORDER BY id",
        (indexed(connection), last if last is not None else 1 << 62),
    ).fetchall()


def append(connection: sqlite3.Connection, first: int, texts: Sequence[tuple[str, str]]) -> None:
    """Write the folded texts of consecutive units into the tables, from the id `first` on."""
    done = 0
    while done < len(texts):
        part = texts[done : done + BLOCK - (first + done) % BLOCK]
        for side in range(2):
            _append_block(connection, first + done, side, [pair[side] for pair in part])
        done += len(part)


def _append_block(connection: sqlite3.Connection, first: int, side: int, texts: list[str]) -> None:
    block, offset = first // BLOCK * 2 + side, first % BLOCK
    keys, owners = gram_table.postings(texts)
    connection.executemany(_APPEND, _rows(block, keys, owners + np.uint16(offset)))
    row = connection.execute("SELECT lengths FROM lengths WHERE block = ?", (block,)).fetchone()
    known = (row[0] if row else b"")[: offset * 2].ljust(offset * 2, b"\0")
    new = np.minimum([len(text) for text in texts], 0xFFFF).astype("<u2").tobytes()
    connection.execute("INSERT OR REPLACE INTO lengths VALUES (?, ?)", (block, known + new))


def _rows(
    block: int, keys: NDArray[np.int64], units: NDArray[np.uint16]
) -> Iterable[tuple[int, int, bytes]]:
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    data = units.astype("<u2").tobytes()
    ends = (np.append(starts[1:], len(keys)) * 2).tolist() if len(keys) else []
    for key, start, end in zip(keys[starts].tolist(), (starts * 2).tolist(), ends, strict=True):
        yield block, key, data[start:end]


def remove(connection: sqlite3.Connection, units: Sequence[tuple[int, str, str]]) -> None:
    """Take units (id, folded source, folded target) out of the index; `units` are in id order."""
    catch_up(connection)
    for number, group in itertools.groupby(units, key=lambda unit: unit[0] // BLOCK):
        gone = list(group)
        offsets = np.array([unit[0] % BLOCK for unit in gone], np.uint16)
        for side in range(2):
            block = number * 2 + side
            keys, owners = gram_table.postings([texts[side] for _, *texts in gone])
            _take_out(connection, block, _rows(block, keys, offsets[owners]))
            row = connection.execute("SELECT lengths FROM lengths WHERE block = ?", (block,))
            lengths = np.frombuffer(row.fetchone()[0], "<u2").copy()
            lengths[offsets] = 0
            connection.execute(
                "UPDATE lengths SET lengths = ? WHERE block = ?", (lengths.tobytes(), block)
            )


def _take_out(
    connection: sqlite3.Connection, block: int, rows: Iterable[tuple[int, int, bytes]]
) -> None:
    for _, gram, data in rows:
        found = connection.execute(
            "SELECT units FROM grams WHERE block = ? AND gram = ?", (block, gram)
        ).fetchone()
        held = np.frombuffer(found[0], "<u2") if found else np.zeros(0, "<u2")
        left = held[~np.isin(held, np.frombuffer(data, "<u2"))]
        if len(left):
            connection.execute(
                "UPDATE grams SET units = ? WHERE block = ? AND gram = ?",
                (left.tobytes(), block, gram),
            )
        else:
            connection.execute("DELETE FROM grams WHERE block = ? AND gram = ?", (block, gram))


def rebuild(connection: sqlite3.Connection) -> None:
    """Index all units anew."""
    connection.execute("DELETE FROM grams")
    connection.execute("DELETE FROM lengths")
    last = connection.execute("SELECT coalesce(max(id), -1) FROM units").fetchone()[0]
    for first in range(0, last + 1, BLOCK):
        rows = connection.execute(
            "SELECT id, source, target FROM units WHERE id BETWEEN ? AND ?",
            (first, first + BLOCK - 1),
        )
        texts = {unit: (source, target) for unit, source, target in rows}
        block = [texts.get(unit, ("", "")) for unit in range(first, max(texts, default=first) + 1)]
        sides = [gram_table.folded([both[side] for both in block]) for side in (0, 1)]
        append(connection, first, list(zip(*sides, strict=True)))


class TextIndex:
    """Reads the postings of one memory; remembers the lengths of texts between two changes."""

    budget = BUDGET

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._state: tuple[int, ...] | None = None
        self._lengths: dict[int, NDArray[np.uint16]] = {}
        self._waiting: dict[int, dict[int, NDArray[np.uint16]]] = {}  # by block, then by gram
        # The last query's postings: searches for similar units and for passages read the same.
        self._asked: tuple[int, ...] = ()
        self._held: dict[int, list[tuple[int, NDArray[np.uint16]]]] = {}

    def lengths(self) -> dict[int, NDArray[np.uint16]]:
        """The length in characters of every text, by block; 0 where a unit was removed."""
        units, content = self._connection.execute("SELECT units, content FROM state").fetchone()
        state = (units, content, indexed(self._connection))
        if state != self._state:
            rows = self._connection.execute("SELECT block, lengths FROM lengths ORDER BY block")
            self._lengths = {block: np.frombuffer(blob, "<u2") for block, blob in rows}
            self._read_waiting()
            self._state = state
            self._held = {}
        return self._lengths

    def _read_waiting(self) -> None:
        """Take lengths and grams of the units that wait from their texts."""
        self._waiting = {}
        rows = _waiting(self._connection)
        for number, group in itertools.groupby(rows, key=lambda row: row[0] // BLOCK):
            ids, *both = zip(*group, strict=True)
            offsets = np.array(ids, np.int64) % BLOCK
            for side in range(2):
                block = number * 2 + side
                texts = gram_table.folded(both[side])
                known = self._lengths.get(block, np.zeros(0, np.uint16))
                lengths = np.zeros(int(offsets[-1]) + 1, np.uint16)
                lengths[: len(known)] = known
                lengths[offsets] = np.minimum([len(text) for text in texts], 0xFFFF)
                self._lengths[block] = lengths
                keys, owners = gram_table.postings(texts)
                self._waiting[block] = {
                    gram: np.frombuffer(data, "<u2")
                    for _, gram, data in _rows(block, keys, offsets[owners].astype(np.uint16))
                }

    def blocks(self, side: int) -> list[int]:
        """The blocks of a side, in the order of their units."""
        return [block for block in self.lengths() if block % 2 == side]

    def total(self, side: int) -> int:
        """Texts of a side, those that were removed since included."""
        return sum(len(self.lengths()[block]) for block in self.blocks(side))

    def sharing(self, weights: Mapping[int, float], side: int, most: int) -> list[int]:
        """The `most` units that share most of these grams by weight, more than one of them."""
        floor = max(weights.values())
        ids: list[Ids] = [np.zeros(0, np.int64)]
        scores: list[NDArray[np.float32]] = [np.zeros(0, np.float32)]
        for block in self.blocks(side):
            score = np.zeros(len(self.lengths()[block]), np.float32)
            for gram, units in self.units(list(weights), block):
                score[units] += weights[gram]
            held = np.flatnonzero(score > floor)
            if len(held) > most:
                held = held[np.argpartition(-score[held], most)[:most]]
            ids.append(held + first_id(block))
            scores.append(score[held])
        all_ids, all_scores = np.concatenate(ids), np.concatenate(scores)
        order = np.lexsort((all_ids, -all_scores))[:most]
        return [int(unit) for unit in all_ids[order]]

    def texts(self, ids: Sequence[int], side: int) -> dict[int, tuple[str, str]]:
        """The text on `side` of each unit, and its language."""
        return store.texts(self._connection, ids, side)

    def counts(self, grams: Sequence[int], side: int) -> dict[int, int]:
        """How many units hold each gram; those that none holds are left out."""
        blocks = self.blocks(side)
        rows = self._select("gram, sum(length(units)) / 2", grams, blocks, "GROUP BY gram")
        found = {gram: int(count) for gram, count in rows}
        for waiting in (self._waiting[block] for block in blocks if block in self._waiting):
            for gram in grams:
                if gram in waiting:
                    found[gram] = found.get(gram, 0) + len(waiting[gram])
        return found

    def units(self, grams: Sequence[int], block: int) -> list[tuple[int, NDArray[np.uint16]]]:
        """The grams that occur in a block, each with its units there, ascending, as offsets."""
        if tuple(grams) != self._asked:
            self._asked, self._held = tuple(grams), {}
        if block not in self._held:
            rows = self._select("gram, units", grams, [block])
            found = {gram: np.frombuffer(blob, "<u2") for gram, blob in rows}
            waiting = self._waiting.get(block, {})
            for gram in waiting.keys() & set(grams):
                before = found.get(gram)
                new = waiting[gram]
                found[gram] = new if before is None else np.concatenate((before, new))
            self._held[block] = sorted(found.items(), key=lambda item: item[0])
        return self._held[block]

    def _select(
        self, what: str, grams: Sequence[int], blocks: Sequence[int], group: str = ""
    ) -> list[tuple[int, Any]]:
        marks = ",".join("?" * len(blocks)), ",".join("?" * len(grams))
        statement = f"SELECT {what} FROM grams WHERE block IN ({marks[0]}) AND gram IN ({marks[1]})"
        return self._connection.execute(f"{statement} {group}", (*blocks, *grams)).fetchall()


def first_id(block: int) -> int:
    """The id of the first unit of a block."""
    return block // 2 * BLOCK
