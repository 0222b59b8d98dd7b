"""The FAISS index of meanings beside a memory: a cache of the vectors of its units.

A unit has one vector, the mean of those of its two texts, for both languages share one space: with
a second translation as the query it finds the unit as well as two vectors would, in half the space.
The kind of the index goes by the number of units (`align.memory.indexes`).

What the index was made from stands at the end of its file, after what FAISS reads: model, revision,
width, units, their content hash. Where that disagrees with the memory the index is made anew; where
the memory has only grown, the new units are added to it.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from align.atomic import replacing
from align.embedding.nearest import library
from align.embedding.protocol import Encoder, Vectors, gives_tokens
from align.errors import AlignError, FormatError
from align.memory import indexes
from align.memory.keys import mixed, signed
from align.memory.meaning import unit_vectors
from align.memory.store import only_texts
from align.outside import json_in

TAIL_MOST = 2_000  # new units that a search embeds on the fly rather than have the index written
GROWTH = 2.0  # an inverted index is trained anew when it has grown by this factor
LONG = 50_000  # units that take so many seconds to embed that a user should know
CHUNK = 8_192  # units embedded at once
KEPT_EVERY = 60.0  # seconds after which what has been indexed is kept: who stops loses no more

log = logging.getLogger(__name__)

_MAGIC = b"ALTMVEC2"  # the last digit is raised when the vectors are made otherwise
_TAIL = 24  # bytes: size of the header, checksum, magic
Progress = Callable[[int, int], None]  # units done, units in all


@dataclass(frozen=True, slots=True)
class Header:
    """What an index was made from."""

    model: str
    revision: str
    dim: int
    units: int
    content: int  # hash of the units, as the memory keeps it
    last: int  # id of the last unit
    trained: int  # units when the inverted lists were trained; 0 of an exact index


@dataclass(frozen=True, slots=True)
class Near:
    """A unit that the index found, and its cosine similarity."""

    unit: int
    similarity: float


class VectorIndex:
    """The vectors of one memory for one encoder; the index file is read when first needed."""

    def __init__(self, memory: Path, connection: sqlite3.Connection, encoder: Encoder) -> None:
        self.path = index_path(memory)
        self._connection = connection
        self.encoder = encoder
        self._index: Any = None
        self._header: Header | None = None
        self._tail: tuple[tuple[int, int], NDArray[np.int64], Vectors] | None = None

    def search(self, vectors: Vectors, most: int) -> list[list[Near]]:
        """The units nearest to each row, most similar first; `most` of each at most."""
        self._ready()
        held = max(
            1, min(most, self._index.ntotal)
        )  # FAISS makes room for all that it is asked for
        similarities, ids = self._index.search(np.ascontiguousarray(vectors), held)
        tail_ids, tail = self._in_tail()
        found: list[list[Near]] = []
        for row, vector in enumerate(vectors):
            pairs = list(zip(ids[row].tolist(), similarities[row].tolist(), strict=True))
            pairs += zip(tail_ids.tolist(), (tail @ vector).tolist(), strict=True)
            near = [Near(unit, similarity) for unit, similarity in pairs if unit >= 0]
            near.sort(key=lambda each: (-each.similarity, each.unit))
            found.append(near[:most])
        return found

    def refresh(self, progress: Progress | None = None) -> bool:
        """Bring the index file up to date; whether there was anything to do."""
        reason, header = self._disagreement()
        if reason is None:
            return False
        units, _ = self._state()
        index = None
        if header is not None and reason == "new units" and not self._outgrown(header, units):
            index = self._loaded(mapped=False)
        if index is None or header is None:
            index, header = self._made(units)
        todo = units - header.units
        if progress is None and todo >= LONG:
            log.warning("%s: indexing the meanings of %s units, once", self.path, f"{todo:,}")
        done, kept = header, time.monotonic()
        for done in self._extend(index, header):
            if progress:
                progress(done.units, units)
            if done.units < units and time.monotonic() - kept > KEPT_EVERY:
                self._keep(index, done)
                kept = time.monotonic()
        self._keep(index, done)
        self._index, self._header, self._tail = index, done, None
        return True

    def _loaded(self, *, mapped: bool) -> Any:
        """The index of the file; None where a byte of it has changed since it was written."""
        return indexes.load(self.path, mapped=mapped) if intact(self.path) else None

    def _keep(self, index: Any, header: Header) -> None:
        """Write the index file, which needs not hold all units yet: those missing are new ones."""
        try:
            _write(self.path, index, header)
        except (AlignError, OSError) as error:  # kept in memory
            reason = error.strerror if isinstance(error, OSError) else "no writing in this folder"
            log.warning("%s: cannot be kept (%s), so it is made each time", self.path, reason)

    def status(self) -> str:
        """Whether the index file fits the memory, for people."""
        reason, _ = self._disagreement()
        return "up to date" if reason is None else f"out of date: {reason}"

    def _ready(self) -> None:
        """Have an index at hand that covers the memory but for a short tail."""
        units, content = self._state()
        header = self._header or read_header(self.path)
        if not self._covers(header, units, content):
            self._index = self._header = None
            reason, header = self._disagreement()
            short = header is not None and units - header.units <= TAIL_MOST
            if reason != "new units" or not short:
                self.refresh()
                return
        if self._index is None:
            self._index, self._header = self._loaded(mapped=True), header
        if self._index is None:  # damaged
            self.path.unlink(missing_ok=True)
            self._header = None
            self.refresh()

    def _covers(self, header: Header | None, units: int, content: int) -> bool:
        if header is None:
            return False
        if (header.units, header.content) == (units, content):
            return self._fits(header) is None
        return self._tail is not None and self._tail[0] == (units, content)

    def _disagreement(self) -> tuple[str | None, Header | None]:
        """Why the index file does not fit the memory (None: it does), and its header."""
        header = read_header(self.path)
        if header is None:
            return "none", None
        if reason := self._fits(header):
            return reason, header
        units, content = self._state()
        if (header.units, header.content) == (units, content):
            return None, header
        rows = self._connection.execute(
            "SELECT source_key, target_key FROM units WHERE id > ?", (header.last,)
        ).fetchall()
        grown = sum(mixed(*keys) for keys in rows)
        if (
            header.units + len(rows) == units
            and (header.content + grown - content) % (1 << 64) == 0
        ):
            return "new units", header
        return "units were removed or changed", header

    def _fits(self, header: Header) -> str | None:
        encoder = self.encoder
        if (header.revision, header.dim) != (encoder.revision, encoder.dim):
            return (
                f"made with {header.model}@{header.revision}, not {encoder.name}@{encoder.revision}"
            )
        return None

    def _state(self) -> tuple[int, int]:
        units, content = self._connection.execute("SELECT units, content FROM state").fetchone()
        return int(units), int(content)

    def _outgrown(self, header: Header, units: int) -> bool:
        if not header.trained:
            return units > indexes.FLAT_MOST
        bytes_no_more = header.trained <= indexes.BYTES_MOST < units
        return bytes_no_more or units > GROWTH * header.trained

    def _made(self, units: int) -> tuple[Any, Header]:
        """An empty index of the kind that fits the number of units, trained where it needs that."""
        encoder = self.encoder
        rough = gives_tokens(encoder)  # then a memory ranks what is found again
        sample = partial(self._sample, units)
        index = indexes.empty(encoder.dim, units, sample, rough=rough)
        trained = units if indexes.lists_of(index) else 0
        return index, Header(encoder.name, encoder.revision, encoder.dim, 0, 0, 0, trained)

    def _sample(self, units: int, most: int) -> Vectors:
        """Vectors of units taken at equal distances from all."""
        step = max(1, units // most)
        rows = self._connection.execute(
            "SELECT source, target FROM (SELECT source, target, row_number() OVER (ORDER BY id)"
            " AS place FROM units) WHERE place % ? = 0",
            (step,),
        ).fetchall()
        return self._embedded(rows)

    def _embedded(self, rows: Sequence[tuple[str, str]]) -> Vectors:
        """The unit row of each unit: the mean of its texts; zeros where neither has a token."""
        return unit_vectors(self.encoder.encode([text for row in rows for text in row]))

    def _extend(self, index: Any, header: Header) -> Iterator[Header]:
        """Add the units after the last one of `header`; the header after each part of them."""
        for numbers, vectors, added in self._vectors(header.last):
            with indexes.filling(index):
                index.add_with_ids(vectors, numbers)
            header = replace(
                header,
                units=int(index.ntotal),
                content=signed(header.content + added),
                last=int(numbers[-1]),
            )
            yield header

    def _vectors(self, last: int) -> Iterator[tuple[NDArray[np.int64], Vectors, int]]:
        """The units after `last`, some thousands at a time: ids, vectors and their content hash."""
        while True:
            rows = self._connection.execute(
                "SELECT id, source, target, source_key, target_key FROM units WHERE id > ?"
                " ORDER BY id LIMIT ?",
                (last, CHUNK),
            ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield (
                np.array([row[0] for row in rows], np.int64),
                self._embedded([row[1:3] for row in only_texts(rows)]),
                sum(mixed(*row[3:]) for row in rows),
            )

    def _in_tail(self) -> tuple[NDArray[np.int64], Vectors]:
        """The vectors of the units that the index does not have yet."""
        assert self._header is not None
        state = self._state()
        empty = np.zeros(0, np.int64), np.zeros((0, self.encoder.dim), np.float32)
        if state == (self._header.units, self._header.content):
            return empty
        if self._tail is None or self._tail[0] != state:
            parts = [part[:2] for part in self._vectors(self._header.last)] or [empty]
            numbers, rows = (np.concatenate(column) for column in zip(*parts, strict=True))
            self._tail = state, numbers, rows
        return self._tail[1], self._tail[2]


def index_path(memory: Path) -> Path:
    """Where the index of a memory is: beside it."""
    return memory.with_name(memory.name + ".faiss")


def read_header(path: Path) -> Header | None:
    """What an index was made from; None when there is no index or it is not one of ours."""
    try:
        with path.open("rb") as file:
            size, _ = _tail(file)
            file.seek(-_TAIL - size, 2)
            header = Header(**json_in(file.read(size), str(path)))
    except (OSError, ValueError, TypeError, FormatError):
        return None
    kinds = {"str": str, "int": int}
    sound = all(
        type(getattr(header, each.name)) is kinds[str(each.type)] for each in fields(header)
    )
    return header if sound else None


def _tail(file: IO[bytes]) -> tuple[int, int]:
    """The size of the header and the checksum of all before the tail; ValueError for another file."""
    file.seek(-_TAIL, 2)
    tail = file.read(_TAIL)
    size = int.from_bytes(tail[:8], "little")
    if tail[-8:] != _MAGIC or size > 65_536:
        raise ValueError("not an index of a memory")
    return size, int.from_bytes(tail[8:16], "little")


def intact(path: Path) -> bool:
    """Whether an index file is as it was written: FAISS believes what it reads, and may crash."""
    try:
        with path.open("rb") as file:
            _, checksum = _tail(file)
            left = file.seek(-_TAIL, 2)
            file.seek(0)
            found = 0
            while left:
                piece = file.read(min(left, 1 << 20))
                if not piece:
                    return False
                found = zlib.crc32(piece, found)
                left -= len(piece)
    except (OSError, ValueError):
        return False
    return found == checksum


def _write(path: Path, index: Any, header: Header) -> None:
    faiss = library()
    with replacing(path) as file:
        checksum = 0

        def write(data: bytes) -> int:
            nonlocal checksum
            checksum = zlib.crc32(data, checksum)
            return file.write(data)

        faiss.write_index(index, faiss.PyCallbackIOWriter(write))
        data = json.dumps(asdict(header), sort_keys=True).encode()
        write(data)
        file.write(len(data).to_bytes(8, "little") + checksum.to_bytes(8, "little") + _MAGIC)
