"""A translation memory in PostgreSQL, behind the same methods as one in a file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder
from align.memory import concordance as lookup
from align.memory.memory import stamp
from align.memory.postgres import schema, units, writing
from align.memory.postgres.address import Address, connect, explained
from align.memory.postgres.grams import GramIndex, Places
from align.memory.postgres.meanings import VectorTable
from align.memory.protocol import Stats
from align.memory.searching import Searching
from align.memory.store import Selection, Stored
from align.memory.writing import AddReport, add_to

if TYPE_CHECKING:
    import psycopg


LARGE = 2_000  # units of an import after which the indexes are put in order


class PostgresMemory(Searching):
    """A memory of a database that many read and write at once.

    Use as a context manager. Its methods may be called from several threads, one at a time; open
    one for each thread that should not wait.
    """

    def __init__(
        self,
        address: Address,
        connection: psycopg.Connection[Any],
        number: int,
        encoder: Encoder | None,
        *,
        read_only: bool,
        approved_only: bool,
    ) -> None:
        super().__init__(encoder)
        self.address = address
        self.number = number
        self.connection = connection
        self.read_only = read_only
        self.approved_only = approved_only
        self._grams = GramIndex(connection, approved=approved_only)
        self._vectors: VectorTable | None = None
        self._spoken: list[tuple[str, str]] = []  # as of the moment that is being read

    @classmethod
    def open(
        cls,
        place: str | Address,
        *,
        create: bool = False,
        read_only: bool = False,
        encoder: Encoder | None = None,
        approved_only: bool = False,
    ) -> Self:
        """Open a memory of a database; an older one is upgraded first.

        With `approved_only` no unit answers that nobody has approved. Raises MemoryFileError where
        the database cannot be reached, or there is no such memory in it.
        """
        address = Address.parse(place) if isinstance(place, str) else place
        connection = connect(address)
        try:
            number = schema.opened(connection, address, create=create, read_only=read_only)
            if read_only:
                connection.execute("SET default_transaction_read_only = on")
        except BaseException:
            connection.close()
            raise
        return cls(
            address, connection, number, encoder, read_only=read_only, approved_only=approved_only
        )

    @property
    def name(self) -> str:
        """What the memory is called."""
        return self.address.memory

    def reopened(self) -> Self:
        """The same memory over a connection of its own, for reading: none survives a fork."""
        again = type(self).open(
            self.address, read_only=True, encoder=self._encoder, approved_only=self.approved_only
        )
        again.admits = self.admits
        return again

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        with self._lock, explained(self.address):
            row = self.connection.execute("SELECT units FROM state").fetchone()
            assert row is not None
            return int(row[0])

    def add(
        self,
        units: Iterable[TranslationUnit],
        *,
        origin: str,
        now: str | datetime,
        stream: str | None = None,
        saved: Callable[[AddReport], None] | None = None,
    ) -> AddReport:
        """Store units in transactions of some thousands; those that are there gain a provenance.

        What `align.memory.TranslationMemory.add` says holds here.
        """
        sink = writing.Sink(self.connection, self.number)
        with self._lock, explained(self.address):
            try:
                report = add_to(
                    sink, units, origin=origin, now=stamp(now), stream=stream, saved=saved
                )
            finally:
                if not self.connection.closed and sink.saved >= LARGE:
                    sink.settle()
        return report

    def units(
        self,
        origin: str | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
        confidence: float | None = None,
    ) -> Iterator[TranslationUnit]:
        """The units in the order they came in, or those of an origin, of dates, of a confidence."""
        for stored in self.select(Selection(origin, since, until, confidence)):
            yield stored.unit

    def places(self) -> Iterator[TranslationUnit]:
        """Every place of every unit, as a unit with the values that it has there."""
        with explained(self.address):
            yield from units.places(self.connection)

    def drop(self, places: Iterable[TranslationUnit]) -> int:
        """Take places out, told by texts, origin and id; how many were there."""
        with self._lock, explained(self.address):
            return writing.drop(self.connection, self.number, places)

    def select(self, selection: Selection) -> Iterator[Stored]:
        """The selected units with their numbers, in the order they came in."""
        with explained(self.address):
            yield from units.select(
                self.connection, selection, approved=self.approved_only, admits=self.admits
            )

    def languages(self) -> list[tuple[str, str]]:
        """The pairs of languages, source and target, that units have or had."""
        with self._reading():
            return self._languages()

    def revision(self) -> str:
        """Another text whenever anybody has changed something, soon after; for who watches."""
        with self._lock, explained(self.address):
            row = self.connection.execute(
                "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del), (SELECT units FROM state)"
                " FROM pg_stat_user_tables WHERE schemaname = %s"
                " AND relname IN ('units', 'provenance')",
                (f"align_m{self.number}",),
            ).fetchone()
            return str(row)

    def stats(self) -> Stats:
        """Counts of what the memory holds."""
        with self._reading():
            rows = self.connection.execute
            languages = rows(
                "SELECT l.source, l.target, count(*) FROM units u JOIN languages l"
                " ON l.id = u.languages GROUP BY l.id ORDER BY 3 DESC, 1, 2"
            )
            origins = rows(
                "SELECT o.name, count(DISTINCT unit) FROM provenance p JOIN origins o"
                " ON o.id = p.origin GROUP BY o.id ORDER BY 2 DESC, 1"
            )
            states = rows(
                "SELECT coalesce(state, ''), count(DISTINCT unit) FROM provenance GROUP BY 1 ORDER BY 1"
            )
            unfinished = rows(
                "SELECT name, position FROM imports WHERE NOT finished AND stream IS NOT NULL"
                " AND position > 0 ORDER BY id"
            )
            found = {
                "languages": tuple(languages),
                "origins": tuple(origins),
                "states": tuple(states),
                "unfinished": tuple(unfinished),
            }
            counted = rows("SELECT count(*) FROM provenance").fetchone()
            size = rows(
                "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c"
                " WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r'",
                (f"align_m{self.number}",),
            ).fetchone()
            held = rows("SELECT units FROM state").fetchone()
            assert counted is not None
            assert size is not None
            assert held is not None
            return Stats(
                units=int(held[0]),
                provenances=int(counted[0]),
                bytes=int(size[0]),
                index=self.index_status(),
                **found,
            )

    def index_status(self) -> str:
        """Whether the vectors fit the units, for people; "none" where there are none."""
        with self._reading():
            row = self.connection.execute("SELECT encoder FROM state").fetchone()
            if row is None or row[0] is None:
                return "none"
            return self._meanings().status()

    def refresh_index(
        self, progress: Callable[[int, int], None] | None = None, *, anew: bool = False
    ) -> bool:
        """Bring the vectors up to date; whether there was anything to do."""
        with self._lock, explained(self.address):
            return self._meanings().refresh(progress, anew=anew)

    def remove(self, origin: str) -> tuple[int, int]:
        """Remove what came from an origin, or from the import of this name."""
        with self._lock, explained(self.address):
            return writing.remove(self.connection, self.number, origin)

    def dedupe(self) -> int:
        """Merge units that differ in case, width or spaces only; returns how many went."""
        with self._lock, explained(self.address):
            return writing.dedupe(self.connection, self.number)

    # ------------------------------------------------------------ what the searches ask for

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """A transaction in which everything is of one moment."""
        from psycopg.pq import TransactionStatus

        with self._lock, explained(self.address):
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                yield
                return
            # What every search asks first comes with the BEGIN: each statement by itself is a way
            # to the server and back.
            cursor = self.connection.execute(
                "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT source, target FROM languages"
            )
            cursor.nextset()
            self._spoken = cursor.fetchall()
            try:
                yield
            except BaseException:
                if not self.connection.closed:
                    self.connection.rollback()
                raise
            self.connection.commit()

    def _languages(self) -> list[tuple[str, str]]:
        return self._spoken

    def _same(self, text: str, side: int) -> list[int]:
        return units.same_key(self.connection, text, side, approved=self.approved_only)

    def _candidates(self, text: str, side: int, minimum: float, most: int) -> list[int]:
        return self._grams.candidates(text, side, minimum, most)

    def _texts(self, ids: Sequence[int], side: int) -> dict[int, tuple[str, str]]:
        return units.texts(self.connection, ids, side)

    def _both_texts(self, ids: Sequence[int]) -> list[tuple[int, tuple[str, str]]]:
        return units.both_texts(self.connection, ids)

    def _stored(self, ids: Sequence[int]) -> dict[int, Stored]:
        return units.read(self.connection, ids, self.admits)

    def _places(self, query: lookup.Query, sides: Sequence[int]) -> Places:
        return self._grams.places(query, sides)

    def _held(self) -> GramIndex:
        return self._grams

    def _meanings(self) -> VectorTable:
        if self._vectors is None:
            encoder = self._encoder or load_encoder()
            self._vectors = VectorTable(
                self.connection, encoder, self._another, approved=self.approved_only
            )
        return self._vectors

    def _another(self) -> psycopg.Connection[Any]:
        connection = connect(self.address)
        connection.execute(f"SET search_path = align_m{self.number}, public")
        return connection
