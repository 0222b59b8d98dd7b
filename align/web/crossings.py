"""Where a project's translation is in another order than its source, as the page shows it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from align.project import edits
from align.project.edits import Row


@dataclass(frozen=True, slots=True)
class Crossings:
    """The crossed rows by their ids, each with the row after whose translation its own stands."""

    ahead: Mapping[str, str | None] = field(default_factory=dict)  # None: it begins the translation
    passed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the same the other way

    def shown(self, row_id: str) -> tuple[object, ...]:
        """All that a row shows of crossings."""
        return (row_id in self.ahead, self.ahead.get(row_id), self.passed.get(row_id, ()))

    def differing(self, other: Crossings) -> set[str]:
        """The rows that show something else of these crossings than of others."""
        ids = {*self.ahead, *self.passed, *other.ahead, *other.passed}
        return {row_id for row_id in ids if self.shown(row_id) != other.shown(row_id)}


def crossings_of(rows: Sequence[Row]) -> Crossings:
    """What is crossed in rows.

    >>> rows = [Row(range(k, k + 1), range(t, t + 1)) for k, t in enumerate((2, 0, 1))]
    >>> crossings_of(rows)
    Crossings(ahead={'0-2': '2-1'}, passed={'2-1': ('0-2',)})
    """
    crossed = edits.crossed(rows)
    if not crossed:
        return Crossings()
    held = sorted((row for row in rows if len(row.target)), key=lambda row: row.target.start)
    starts = [row.target.start for row in held]
    ahead: dict[str, str | None] = {}
    passed: dict[str, tuple[str, ...]] = {}
    for row in held:
        if row.id not in crossed:
            continue
        place = bisect_right(starts, row.target.start) - 2
        before = held[place].id if place >= 0 else None
        ahead[row.id] = before
        if before is not None:
            passed[before] = (*passed.get(before, ()), row.id)
    return Crossings(ahead, passed)
