"""The grams of units as bigint[] under GIN: what SQLite's postings answer, asked of PostgreSQL.

PostgreSQL's own trigrams cannot find a Chinese phrase of two characters without reading all texts;
arrays of the project's grams can, and count, join and intersect like postings.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from align.memory import grams as gram_table
from align.memory.candidates import LEAST, best, fitting, rarest
from align.memory.concordance import Query
from align.memory.postgres import units

if TYPE_CHECKING:
    import psycopg

SIDES = ("source", "target")
# Postings read for one search, each a row. Over 959,777 real units the first answer to 120 changed
# sentences was SQLite's (which reads 400,000) with 20,000 and with 6,000, in half the time, and to 118
# of them with 2,500.
BUDGET = 6_000
_ELEMENT = np.dtype([("size", ">i4"), ("value", ">i8")])
_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_COPY_END = struct.pack(">h", -1)
_BIGINT = 20  # the type's number in PostgreSQL's catalogue


def of_units(folded: Sequence[str]) -> list[NDArray[np.int64]]:
    """The distinct grams of each folded text, ascending."""
    keys, owners = gram_table.postings(folded)
    order = np.argsort(owners, kind="stable")
    ends = np.cumsum(np.bincount(owners, minlength=len(folded)))
    return np.split(keys[order], ends[:-1]) if len(folded) else []


def copied(
    numbers: Sequence[int],
    lengths: Sequence[tuple[int, int]],
    approved: Sequence[bool],
    grams: tuple[Sequence[NDArray[np.int64]], Sequence[NDArray[np.int64]]],
) -> Iterator[bytes]:
    """The rows of ``search`` in the form of COPY … (FORMAT binary), which needs no parsing."""
    yield _COPY_HEADER
    for at, number in enumerate(numbers):
        head = struct.pack(
            ">hiqiiiii?", 6, 8, number, 4, lengths[at][0], 4, lengths[at][1], 1, approved[at]
        )
        yield head + _array(grams[0][at]) + _array(grams[1][at])
    yield _COPY_END


def _array(grams: NDArray[np.int64]) -> bytes:
    """A bigint[] as COPY's binary form has it."""
    if not len(grams):
        return struct.pack(">iiii", 12, 0, 0, _BIGINT)
    elements = np.empty(len(grams), _ELEMENT)
    elements["size"], elements["value"] = 8, grams
    data = struct.pack(">iiiii", 1, 0, _BIGINT, len(grams), 1) + elements.tobytes()
    return struct.pack(">i", len(data)) + data


def count(
    connection: psycopg.Connection[Any], side: int, grams: NDArray[np.int64], by: int
) -> None:
    """Add `by` (1 or -1) to the number of units of each gram, for every time that it is given."""
    if not len(grams):
        return
    kinds, times = np.unique(grams, return_counts=True)
    connection.execute(
        "INSERT INTO gram_counts AS c SELECT %s, gram, units FROM unnest(%s::bigint[], %s::bigint[])"
        " AS n(gram, units) ON CONFLICT (side, gram) DO UPDATE SET units = c.units + excluded.units",
        (side, kinds.tolist(), (times * by).tolist()),
    )
    if by < 0:
        connection.execute(
            "DELETE FROM gram_counts WHERE side = %s AND gram = ANY(%s) AND units <= 0",
            (side, kinds.tolist()),
        )


class GramIndex:
    """What a memory's searches ask of its postings."""

    budget = BUDGET

    def __init__(self, connection: psycopg.Connection[Any], *, approved: bool = False) -> None:
        self.connection = self._connection = connection
        self._approved = " AND s.approved" if approved else ""

    def total(self, side: int) -> int:
        """Texts of a side, those that were removed since included."""
        row = self._connection.execute("SELECT following FROM state").fetchone()
        assert row is not None
        return int(row[0])

    def counts(self, grams: Sequence[int], side: int) -> dict[int, int]:
        """How many units hold each gram; those that none holds are left out."""
        rows = self._connection.execute(
            "SELECT gram, units FROM gram_counts WHERE side = %s AND gram = ANY(%s)",
            (side, list(grams)),
        )
        return dict(rows.fetchall())

    def texts(self, ids: Sequence[int], side: int) -> dict[int, tuple[str, str]]:
        """The text on `side` of each unit, and its language."""
        return units.texts(self._connection, ids, side)

    def candidates(self, text: str, side: int, minimum: float, most: int) -> list[int]:
        """At most `most` ids of units whose text may match at `minimum`, likeliest first."""
        chosen = dict(rarest(self, text, side))
        if not chosen:
            return []
        ids, lengths, scores = self._scored(chosen, side, fitting(text, minimum))
        kept = scores > LEAST * sum(chosen.values())
        ratio = lengths[kept].astype(np.float32) / len(text)
        rated = scores[kept] * np.minimum(ratio, 1 / ratio)
        return [int(unit) for unit in best(ids[kept], rated, most)]

    def sharing(self, weights: Mapping[int, float], side: int, most: int) -> list[int]:
        """The `most` units that share most of these grams by weight, more than one of them."""
        ids, _, scores = self._scored(weights, side, None)
        kept = scores > max(weights.values())
        return [int(unit) for unit in best(ids[kept], scores[kept], most)]

    def _scored(
        self, weights: Mapping[int, float], side: int, fitting: tuple[float, float] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """The units that hold any of the grams: ids, ascending, lengths, and summed weights."""
        name = SIDES[side]
        within = f" AND s.{name}_length BETWEEN %s AND %s" if fitting else ""
        rows = self._connection.execute(
            f"SELECT q.gram, array_agg(s.unit), array_agg(s.{name}_length)"
            " FROM unnest(%s::bigint[]) AS q(gram) JOIN LATERAL (SELECT s.unit,"
            f" s.{name}_length FROM search s WHERE s.{name}_grams @> ARRAY[q.gram]{within}"
            f"{self._approved}) s ON true GROUP BY q.gram ORDER BY q.gram",
            (list(weights), *(fitting or ())),
        ).fetchall()
        if not rows:
            empty = np.zeros(0, np.int64)
            return empty, empty, np.zeros(0, np.float32)
        held = np.concatenate([np.array(ids, np.int64) for _, ids, _ in rows])
        sizes = np.concatenate([np.array(lengths, np.int64) for _, _, lengths in rows])
        ids, first, places = np.unique(held, return_index=True, return_inverse=True)
        scores = np.zeros(len(ids), np.float32)
        end = 0
        for gram, of_gram, _ in rows:  # in the order in which SQLite's postings are added up
            start, end = end, end + len(of_gram)
            scores[places[start:end]] += weights[gram]
        return ids, sizes[first], scores

    def places(self, query: Query, sides: Sequence[int]) -> Places:
        """The units that hold the grams of `query` on one of `sides`."""
        return Places(self, query, sides, self._approved)


class Places:
    """The units of a concordance, which the server counts and orders."""

    def __init__(self, index: GramIndex, query: Query, sides: Sequence[int], approved: str) -> None:
        self._index = index
        self._parts: list[str] = []
        self._values: list[list[list[int]]] = []
        self._count: int | None = 0
        for side in sides:
            needs, counts = self._present(query, side)
            if not all(needs):
                continue  # no unit has one of the words
            conditions = [self._condition(need, SIDES[side]) for need in needs]
            self._values.append([list(part) for need in needs for part in need])
            self._parts.append(
                f"SELECT s.unit, s.{SIDES[side]}_length AS size FROM search s"
                f" WHERE {' AND '.join(conditions)}{approved}"
            )
            one = len(needs) == 1 and len(needs[0]) == 1 and len(needs[0][0]) == 1
            # One gram on one side is counted already; everything else has to be.
            known = one and not approved and len(self._parts) == 1
            self._count = counts[needs[0][0][0]] if known else None

    def _present(
        self, query: Query, side: int
    ) -> tuple[list[list[tuple[int, ...]]], dict[int, int]]:
        """Of each need the alternatives whose grams there are, and how many units hold each gram."""
        asked = {gram for need in query.needs for part in need.alternatives for gram in part}
        counts = self._index.counts(sorted(asked), side)
        there = [
            [part for part in need.alternatives if all(gram in counts for gram in part)]
            for need in query.needs
        ]
        return there, counts

    @staticmethod
    def _condition(need: Sequence[tuple[int, ...]], side: str) -> str:
        each = [f"s.{side}_grams @> %s::bigint[]" for _ in need]
        return f"({' OR '.join(each)})"

    def __len__(self) -> int:
        if self._count is None:
            both = " UNION ".join(f"SELECT unit FROM ({part}) AS held" for part in self._parts)
            only = f"SELECT count(*) FROM ({self._parts[0]}) AS held"
            row = self._index.connection.execute(
                only if len(self._parts) == 1 else f"SELECT count(*) FROM ({both}) AS sides",
                [value for values in self._values for value in values],
            ).fetchone()
            assert row is not None
            self._count = int(row[0])
        return self._count

    def shortest(self, start: int, end: int) -> list[int]:
        """The ids in the places `start` to `end` when those of the shortest texts come first.

        Who is among the first of all is among the first of a side: of each only these are taken,
        for a common word by walking the index of lengths.
        """
        each = " UNION ALL ".join(f"({part} ORDER BY size, unit LIMIT %s)" for part in self._parts)
        rows = self._index.connection.execute(
            f"SELECT unit FROM (SELECT unit, min(size) AS size FROM ({each}) AS sides GROUP BY unit)"
            " AS held ORDER BY size, unit LIMIT %s OFFSET %s",
            (
                *(value for values in self._values for value in (*values, end)),
                end - start,
                start,
            ),
        )
        return [int(row[0]) for row in rows]
