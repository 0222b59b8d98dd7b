"""A translation memory: a SQLite file of units, searched by text and, beside it, by meaning."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder
from align.errors import ModelError
from align.memory import concordance as lookup
from align.memory import removing, store, writing
from align.memory.candidates import candidates
from align.memory.connection import connect, explained, remove_unused, snapshot
from align.memory.protocol import Stats
from align.memory.searching import Searching
from align.memory.store import Selection, Stored
from align.memory.textindex import TextIndex
from align.memory.vectors import VectorIndex, index_path, read_header
from align.memory.writing import AddReport


class TranslationMemory(Searching):
    """A memory in one SQLite file; several may read while one writes.

    Use as a context manager: one that is new goes when the block ends with an error before a unit
    is in it. Its methods may be called from several threads, one at a time.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, encoder: Encoder | None) -> None:
        super().__init__(encoder)
        self.path = path
        self._connection = connection
        self._index = TextIndex(connection)
        self._vectors: VectorIndex | None = None
        self._is_new = False

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        create: bool = False,
        read_only: bool = False,
        encoder: Encoder | None = None,
    ) -> Self:
        """Open a memory; an older one is upgraded first.

        Without an `encoder` the embedded model is loaded when the first search by meaning is made.
        Raises MemoryFileError when there is no memory there, or it is locked, newer or damaged.
        """
        path = Path(path)
        is_new = create and not path.exists()
        memory = cls(path, connect(path, create=create, read_only=read_only), encoder)
        memory._is_new = is_new
        return memory

    @property
    def name(self) -> str:
        """What the memory is called."""
        return self.path.stem

    def reopened(self) -> Self:
        """The same memory over a connection of its own, for reading: none survives a fork."""
        again = type(self).open(self.path, read_only=True, encoder=self._encoder)
        again.admits = self.admits
        return again

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if error is not None and self._is_new:
            remove_unused(self.path)

    def __len__(self) -> int:
        with self._lock, explained(self.path):
            return int(self._connection.execute("SELECT units FROM state").fetchone()[0])

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

        A unit that names its own origin keeps it; the others come from `origin`. `stream` is a hash
        of what the units are read from: the same import again continues where it was cut short.
        `saved` is told the counts after every commit. `now` is YYYYMMDDThhmmssZ or a datetime.
        """
        with self._lock, explained(self.path):
            return writing.add(
                self._connection, units, origin=origin, now=stamp(now), stream=stream, saved=saved
            )

    def units(
        self,
        origin: str | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
        confidence: float | None = None,
    ) -> Iterator[TranslationUnit]:
        """The units in the order they came in, or those of an origin, of dates, of a confidence.

        Each is given once, with the best of its provenances that fit.
        """
        selection = Selection(origin, since, until, confidence)
        with explained(self.path):
            for stored in store.select(self._connection, selection, self.admits):
                yield stored.unit

    def places(self) -> Iterator[TranslationUnit]:
        """Every place of every unit, as a unit with the values that it has there."""
        with explained(self.path):
            yield from store.places(self._connection)

    def drop(self, places: Iterable[TranslationUnit]) -> int:
        """Take places out, told by texts, origin and id; how many were there."""
        with self._lock, explained(self.path):
            return removing.drop(self._connection, places)

    def revision(self) -> str:
        """Another text whenever anybody has changed something; for who watches."""
        with self._lock, explained(self.path):
            ours = self._connection.total_changes
            return f"{self._connection.execute('PRAGMA data_version').fetchone()[0]}.{ours}"

    def stats(self) -> Stats:
        """Counts of what the memory holds."""
        with self._reading():
            rows = self._connection.execute
            languages = rows(
                "SELECT l.source, l.target, count(*) FROM units u JOIN languages l"
                " ON l.id = u.languages GROUP BY l.id ORDER BY 3 DESC, 1, 2"
            )
            origins = rows(
                "SELECT o.name, count(DISTINCT unit) FROM provenance p JOIN origins o"
                " ON o.id = p.origin GROUP BY o.id ORDER BY 2 DESC, 1"
            )
            states = rows(
                "SELECT coalesce(state, ''), count(DISTINCT unit) FROM provenance"
                " GROUP BY 1 ORDER BY 1"
            )
            unfinished = rows(
                "SELECT name, position FROM imports WHERE finished = 0 AND stream IS NOT NULL"
                " AND position > 0 ORDER BY id"
            )
            places = rows("SELECT count(*) FROM provenance").fetchone()[0]
            return Stats(
                units=len(self),
                provenances=places,
                languages=tuple(languages),
                origins=tuple(origins),
                states=tuple(states),
                unfinished=tuple(unfinished),
                bytes=rows("PRAGMA page_count").fetchone()[0]
                * rows("PRAGMA page_size").fetchone()[0],
                index=self.index_status(),
            )

    def index_status(self) -> str:
        """Whether the index of meanings fits the units, for people; "none" where there is none."""
        header = read_header(index_path(self.path))
        if header is None:
            return "none"
        try:
            with self._reading():
                return self._meanings().status()
        except ModelError:
            return f"made with {header.model}@{header.revision}, which is not here"

    def remove(self, origin: str) -> tuple[int, int]:
        """Remove what came from an origin, or from the import of this name.

        Returns how many provenances and how many units went; a unit that has another stays.
        """
        with self._lock, explained(self.path):
            return removing.remove(self._connection, origin)

    def dedupe(self) -> int:
        """Merge units that differ in case, width or spaces only; returns how many went."""
        with self._lock, explained(self.path):
            return removing.dedupe(self._connection)

    # ------------------------------------------------------------ what the searches ask for

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, explained(self.path), snapshot(self._connection):
            yield

    def _languages(self) -> list[tuple[str, str]]:
        rows = self._connection.execute("SELECT id, source, target FROM languages")
        return [(source, target) for _, source, target in store.only_texts(rows)]

    def _same(self, text: str, side: int) -> list[int]:
        return store.same_key(self._connection, text, side)

    def _candidates(self, text: str, side: int, minimum: float, most: int) -> list[int]:
        near = candidates(self._index, text, side, minimum=minimum, most=most)
        return [int(unit) for unit in near]

    def _texts(self, ids: Sequence[int], side: int) -> dict[int, tuple[str, str]]:
        return store.texts(self._connection, ids, side)

    def _both_texts(self, ids: Sequence[int]) -> list[tuple[int, tuple[str, str]]]:
        return store.both_texts(self._connection, ids)

    def _stored(self, ids: Sequence[int]) -> dict[int, Stored]:
        return store.read(self._connection, ids, self.admits)

    def _places(self, query: lookup.Query, sides: Sequence[int]) -> _Places:
        return _Places(*lookup.matching(self._index, query, sides))

    def _held(self) -> TextIndex:
        return self._index

    def _meanings(self) -> VectorIndex:
        if self._vectors is None:
            encoder = self._encoder or load_encoder()
            self._vectors = VectorIndex(self.path, self._connection, encoder)
        return self._vectors


@dataclass(frozen=True, slots=True)
class _Places:
    """Units of a concordance with the lengths of their texts, in order of their ids."""

    ids: NDArray[np.int64]
    sizes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    def shortest(self, start: int, end: int) -> list[int]:
        """The ids in the places `start` to `end` when those of the shortest texts come first."""
        return lookup.shortest_first(self.ids, self.sizes, start, end)


def stamp(now: str | datetime) -> str:
    """A moment as units hold it: YYYYMMDDThhmmssZ."""
    return now if isinstance(now, str) else f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
