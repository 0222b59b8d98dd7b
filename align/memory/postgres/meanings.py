"""The meanings of a memory's units in pgvector: compared one by one, or by HNSW where there are many.

All that share a memory share its vectors, so that they are made by one encoder: another one is
refused until somebody has them made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import Encoder, Vectors
from align.errors import ModelError
from align.memory.indexes import FLAT_MOST
from align.memory.meaning import unit_vectors
from align.memory.vectors import CHUNK, TAIL_MOST, Near, Progress

if TYPE_CHECKING:
    import psycopg

_LOCK = 0x414C5645  # "ALVE": one program makes vectors at a time
_WIDER = 2  # places of the graph that a search looks at for each that is asked for


class VectorTable:
    """The vectors of one memory for one encoder."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        encoder: Encoder,
        another: Callable[[], psycopg.Connection[Any]],
        *,
        approved: bool = False,
    ) -> None:
        self._connection = connection
        self.encoder = encoder
        self._another = (
            another  # a connection that may write, beside the one whose snapshot is read
        )
        self._approved = approved
        self._tail: tuple[tuple[int, int], NDArray[np.int64], Vectors] | None = None

    def search(self, vectors: Vectors, most: int) -> list[list[Near]]:
        """The units nearest to each row, most similar first; `most` of each at most."""
        units, _, _, waiting = self._state(self._connection)
        if not units:
            return [[] for _ in vectors]
        if waiting > TAIL_MOST:
            self.refresh()
            with self._another() as connection:  # the snapshot of before does not see the new ones
                return self._found(connection, vectors, most)
        return self._found(self._connection, vectors, most)

    def _found(
        self, connection: psycopg.Connection[Any], vectors: Vectors, most: int
    ) -> list[list[Near]]:
        """The units nearest to each vector: of the graph, and of those not in it yet."""
        self._fits(connection)
        ids, tail = self._in_tail(connection)
        dim = self.encoder.dim
        only = " JOIN search s ON s.unit = v.unit AND s.approved" if self._approved else ""
        connection.execute(
            "SELECT set_config('hnsw.ef_search', %s, false)",
            (str(min(1000, max(40, _WIDER * most))),),
        )
        connection.execute("SET hnsw.iterative_scan = strict_order")
        found = []
        for vector in vectors:
            near = [
                Near(int(unit), float(score))
                for unit, score in zip(ids, tail @ vector, strict=True)
            ]
            if vector.any():
                written = written_vector(vector)
                rows = connection.execute(
                    f"SELECT v.unit, -(v.vector::halfvec({dim}) <#> %s::halfvec({dim}))"
                    f" FROM vectors v{only} ORDER BY v.vector::halfvec({dim}) <#> %s::halfvec({dim})"
                    " LIMIT %s",
                    (written, written, most),
                )
                near += [Near(unit, float(similarity)) for unit, similarity in rows]
            near.sort(key=lambda each: (-each.similarity, each.unit))
            found.append(near[:most])
        return found

    def refresh(self, progress: Progress | None = None, *, anew: bool = False) -> bool:
        """Bring the vectors up to date; whether there was anything to do.

        Raises ModelError where they were made by another encoder, unless they are made `anew`.
        """
        with self._another() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))  # until it is closed
            if anew:
                with connection.transaction():
                    connection.execute("DROP INDEX IF EXISTS vectors_near")
                    connection.execute("TRUNCATE vectors")
                    connection.execute("UPDATE state SET indexed = 0, encoder = NULL, dim = NULL")
            self._fits(connection)
            units, start, _, waiting = self._state(connection)
            if not waiting:
                self._graph(connection, units)
                return False
            done = units - waiting
            last: int | None = start
            while last is not None:
                last, count = self._extend(connection, last)
                done += count
                if progress:
                    progress(done, units)
            self._graph(connection, units)
            return True

    def status(self) -> str:
        """Whether the vectors fit the memory, for people."""
        row = self._connection.execute("SELECT encoder FROM state").fetchone()
        if row is None or row[0] is None:
            return "none"
        try:
            self._fits(self._connection)
        except ModelError:
            return f"made with {row[0]}, not {self._signature()}"
        waiting = self._state(self._connection)[3]
        return "up to date" if not waiting else "out of date: new units"

    def _signature(self) -> str:
        return f"{self.encoder.name}@{self.encoder.revision}"

    def _fits(self, connection: psycopg.Connection[Any]) -> None:
        """Raise where the vectors are of another encoder or size."""
        row = connection.execute("SELECT encoder, dim FROM state").fetchone()
        assert row is not None
        made, dim = row
        if made is None:
            return
        if (str(made).rpartition("@")[2], dim) != (self.encoder.revision, self.encoder.dim):
            raise ModelError(
                f"the memory's meanings were made with {made}, not {self._signature()}; name that"
                " --model, or have all made anew with `align memory index --anew`"
            )

    @staticmethod
    def _state(connection: psycopg.Connection[Any]) -> tuple[int, int, int, int]:
        """Units, the last that has a vector, the next number, and how many wait for a vector."""
        row = connection.execute("SELECT units, indexed, following FROM state").fetchone()
        assert row is not None
        units, indexed, following = row
        waiting = 0
        if indexed < following - 1:
            counted = connection.execute(
                "SELECT count(*) FROM units WHERE id > %s", (indexed,)
            ).fetchone()
            assert counted is not None
            waiting = int(counted[0])
        return int(units), int(indexed), int(following), waiting

    def _extend(self, connection: psycopg.Connection[Any], last: int) -> tuple[int | None, int]:
        """Give the next units after `last` their vectors, in one transaction."""
        rows = connection.execute(
            "SELECT id, source, target FROM units WHERE id > %s ORDER BY id LIMIT %s", (last, CHUNK)
        ).fetchall()
        if not rows:
            return None, 0
        made = self._embedded([row[1:] for row in rows])
        with connection.transaction():
            kept = connection.execute(  # none of them goes while its vector comes
                "SELECT id FROM units WHERE id = ANY(%s) FOR KEY SHARE", ([row[0] for row in rows],)
            )
            there = {row[0] for row in kept}
            with connection.cursor() as cursor, cursor.copy("COPY vectors FROM STDIN") as copy:
                for row, vector in zip(rows, made, strict=True):
                    if row[0] in there:
                        copy.write_row((row[0], written_vector(vector)))
            connection.execute(
                "UPDATE state SET indexed = %s, encoder = %s, dim = %s",
                (rows[-1][0], self._signature(), self.encoder.dim),
            )
        return int(rows[-1][0]), len(rows)

    def _graph(self, connection: psycopg.Connection[Any], units: int) -> None:
        """An HNSW index where comparing all vectors would take too long."""
        if units <= FLAT_MOST:
            return
        row = connection.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('vectors_near')"
        ).fetchone()
        if row == (True,):
            return
        # Beside the writers, who would wait for minutes; one that was cut short is made anew.
        connection.execute("DROP INDEX IF EXISTS vectors_near")
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute(
            "CREATE INDEX CONCURRENTLY vectors_near ON vectors USING hnsw"
            f" ((vector::halfvec({self.encoder.dim})) halfvec_ip_ops)"
        )

    def _embedded(self, rows: list[tuple[str, str]]) -> Vectors:
        return unit_vectors(self.encoder.encode([text for row in rows for text in row]))

    def _in_tail(self, connection: psycopg.Connection[Any]) -> tuple[NDArray[np.int64], Vectors]:
        """The vectors of the units that have none in the table yet."""
        _, indexed, following, waiting = self._state(connection)
        if not waiting:
            return np.zeros(0, np.int64), np.zeros((0, self.encoder.dim), np.float32)
        if self._tail is None or self._tail[0] != (indexed, following):
            only = "JOIN search s ON s.unit = u.id AND s.approved" if self._approved else ""
            rows = connection.execute(
                f"SELECT u.id, u.source, u.target FROM units u {only} WHERE u.id > %s ORDER BY u.id",
                (indexed,),
            ).fetchall()
            ids = np.array([row[0] for row in rows], np.int64)
            made = (
                self._embedded([row[1:] for row in rows])
                if rows
                else np.zeros((0, self.encoder.dim), np.float32)
            )
            if self._approved:  # what is approved changes without a new unit
                return ids, made
            self._tail = (indexed, following), ids, made
        return self._tail[1], self._tail[2]


def written_vector(vector: NDArray[np.float32]) -> str:
    """A vector as pgvector reads it; seven digits are what a float32 holds."""
    return "[" + ",".join(format(value, ".7g") for value in vector.tolist()) + "]"
