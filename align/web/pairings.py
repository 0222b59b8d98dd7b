"""Many documents at once: their pairs found, then aligned one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["finding", "found", "aligning", "done", "failed"]
Status = Literal["found", "waiting", "reading", "aligning", "done", "failed", "unrelated"]


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two documents that belong together, by their paths, and how that was found."""

    zh: str
    en: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundPairs:
    """The pairs among some documents, and those without a partner with the reason."""

    pairs: tuple[FoundPair, ...]
    alone: tuple[tuple[str, str], ...]


@dataclass
class PairState:
    """A pair on its way: keys and names of its documents, what came of it."""

    first: str
    second: str
    names: tuple[str, str]
    reason: str
    status: Status = "found"
    error: str = ""
    project: str = ""  # key of what was made
    units: int = 0
    waiting: int = 0  # units to review


@dataclass
class Pairings:
    """The pairs of a folder or of what was dropped, found and then aligned."""

    id: str
    stage: Stage = "finding"
    error: str = ""
    read: int = 0
    total: int = 0
    pairs: list[PairState] = field(default_factory=list)
    alone: list[tuple[str, str]] = field(default_factory=list)  # name, reason
