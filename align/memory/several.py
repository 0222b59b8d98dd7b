"""Several memories asked as one: in order of priority, some of them at a penalty, some filtered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from align.datatypes import TranslationUnit
from align.memory.protocol import Memory
from align.memory.store import APPROVED


@dataclass(frozen=True, slots=True)
class Only:
    """Which units of the memories may answer; every condition that is given must hold.

    `include` and `exclude` hold texts that an origin or a symbol begins with, years ("2019") that
    a symbol or date is of, or states ("reviewed").
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def admits(self, unit: TranslationUnit) -> bool:
        """Whether a unit may answer."""
        if any(_is(unit, text) for text in self.exclude):
            return False
        return not self.include or any(_is(unit, text) for text in self.include)


def _is(unit: TranslationUnit, text: str) -> bool:
    if text in (unit.state or "", *([] if unit.state else ["unreviewed"])):
        return True
    if len(text) == 4 and text.isdigit():
        dated = (unit.changed or unit.created or "").startswith(text)
        return dated or f"({text})" in (unit.symbol or "") or f"/{text}/" in (unit.symbol or "")
    return (unit.origin or "").startswith(text) or (unit.symbol or "").startswith(text)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A memory with its name, its place in the order, and what its matches lose, in [0, 1]."""

    name: str
    memory: Memory
    penalty: float = 0.0
    only: Only = field(default_factory=Only)

    def admits(self, unit: TranslationUnit) -> bool:
        """Whether a unit of this memory may answer."""
        return self.only.admits(unit)


def rank(shelves: Sequence[Shelf], shelf: Shelf, unit: TranslationUnit) -> tuple[int, int]:
    """Ascending, best first, for matches of one score: reviewed ones, then the memories' order."""
    return (unit.state not in APPROVED, shelves.index(shelf))
