"""What every translation memory offers, whether a file on a desk or a database that a team shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from align.datatypes import Match, MatchKind, TranslationUnit
from align.memory.passages import Passage
from align.memory.searching import KINDS, Concordance, ConcordanceHit, Locate, Side
from align.memory.vectors import Progress
from align.memory.writing import AddReport


@dataclass(frozen=True, slots=True)
class Stats:
    """What a memory holds."""

    units: int
    provenances: int
    languages: tuple[tuple[str, str, int], ...]  # source, target, units
    origins: tuple[tuple[str, int], ...]  # name, units
    states: tuple[tuple[str, int], ...]  # reviewer's state ("" for none), units
    unfinished: tuple[tuple[str, int], ...]  # imports that were cut short: name, units read
    bytes: int
    index: str  # of meaning: "none", "up to date", "out of date: …"


class ReadableMemory(Protocol):
    """Units with every place that they come from, searched by words and by meaning.

    Use as a context manager. Its methods may be called from several threads, one at a time. The
    errors of what keeps it are MemoryFileError, of one line that a user can act on. One memory is
    such, and so are several that are asked as one (`align.memory.several`).
    """

    @property
    def name(self) -> str:
        """What the memory is called."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def __len__(self) -> int: ...

    def close(self) -> None:
        """Release what keeps the memory."""

    def reopened(self) -> Self:
        """The same memory over a connection of its own, for reading: none survives a fork."""

    def units(
        self,
        origin: str | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
        confidence: float | None = None,
    ) -> Iterator[TranslationUnit]:
        """The units in the order they came in, or those of an origin, of dates, of a confidence."""

    def places(self) -> Iterator[TranslationUnit]:
        """Every place of every unit, as a unit with the values that it has there."""

    def search(
        self,
        text: str,
        *,
        lang: str | None = None,
        limit: int = 10,
        minimum: float = 0.7,
        kinds: Sequence[MatchKind] = KINDS,
    ) -> list[Match]:
        """Units like `text`, best first: the same text, then similar wording, then meaning."""

    def concordance(
        self,
        words: str,
        *,
        lang: str | None = None,
        limit: int | None = None,
        locate: Locate | None = None,
    ) -> list[ConcordanceHit]:
        """The units that contain `words` or their near variants."""

    def concordance_page(
        self,
        words: str,
        *,
        lang: str | None = None,
        limit: int | None = 20,
        locate: Locate | None = None,
    ) -> Concordance:
        """The first hits of a concordance with the number of all."""

    def passages(
        self, text: str, *, lang: str | None = None
    ) -> list[tuple[Passage, TranslationUnit, Side]]:
        """Stretches of `text` that units hold, each with its unit and the side it is on."""

    def nearest(self, texts: Sequence[str], *, limit: int = 10) -> list[list[Match]]:
        """For each text the units nearest in meaning, best first."""

    def texts(self, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Source and target of the units of these ids; those that are not there are left out."""

    def refresh_index(self, progress: Progress | None = None) -> bool:
        """Bring the index of meanings up to date; whether there was anything to do."""

    def index_status(self) -> str:
        """Whether the index of meanings fits the units, for people; "none" where there is none."""

    def revision(self) -> str:
        """Another text whenever anybody has changed something, soon after; for who watches."""

    def stats(self) -> Stats:
        """Counts of what the memory holds."""


class Memory(ReadableMemory, Protocol):
    """A memory that units can be added to and taken out of."""

    def add(
        self,
        units: Iterable[TranslationUnit],
        *,
        origin: str,
        now: str | datetime,
        stream: str | None = None,
        saved: Callable[[AddReport], None] | None = None,
    ) -> AddReport:
        """Store units; those that are there gain a provenance. An import resumes by its `stream`."""

    def drop(self, places: Iterable[TranslationUnit]) -> int:
        """Take places out, told by texts, origin and id; how many were there."""

    def remove(self, origin: str) -> tuple[int, int]:
        """Remove what came from an origin: how many provenances and how many units went."""

    def dedupe(self) -> int:
        """Merge units that differ in case, width or spaces only; returns how many went."""
