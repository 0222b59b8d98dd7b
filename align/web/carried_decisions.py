"""Take a reviewer's decisions over when the documents are read again: found by their sentences.

A sentence's key is a hash of its text and how many sentences with that text came before it. When
the documents are read again, by a better reader or after a correction, each decided row is looked
for by its keys; what is found is pinned in the new alignment, what is not is told.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from align.datatypes import Segment
from align.project.edits import Row, crossed

Key = tuple[str, int]


def content_keys(segments: Sequence[Segment]) -> list[Key]:
    """A key a sentence: the hash of its text without spaces, and its number among equal ones."""
    seen: Counter[str] = Counter()
    keys = []
    for segment in segments:
        digest = hashlib.sha256("".join(segment.text.split()).encode("utf-8", "replace"))
        name = digest.hexdigest()[:20]
        keys.append((name, seen[name]))
        seen[name] += 1
    return keys


@dataclass(frozen=True, slots=True)
class Carried:
    """Decided rows at their new places, in order and without overlap, and those that are lost."""

    rows: tuple[Row, ...]
    lost: tuple[Row, ...]
    crossed: tuple[Row, ...] = ()  # those whose translation stands elsewhere, at their new places


def carry(
    rows: Sequence[Row],
    old: tuple[Sequence[Segment], Sequence[Segment]],
    new: tuple[Sequence[Segment], Sequence[Segment]],
) -> Carried:
    """Where the decided ones of `rows` stand among the `new` sentences of both sides."""
    maps = [_mapping(old[side], new[side]) for side in (0, 1)]
    apart = crossed(rows)
    moved: list[tuple[Row, Row]] = []
    across: list[Row] = []
    lost: list[Row] = []
    for row in rows:
        if not row.decided:
            continue
        source, target = _moved(row.source, maps[0]), _moved(row.target, maps[1])
        if source is None or target is None:
            lost.append(row)
        elif row.id in apart:
            across.append(replace(row, source=source, target=target))
        else:
            moved.append((row, replace(row, source=source, target=target)))
    kept = _chain([after for _, after in moved])
    lost += [before for before, after in moved if not any(after is row for row in kept)]
    return Carried(tuple(kept), tuple(lost), tuple(across))


def _mapping(old: Sequence[Segment], new: Sequence[Segment]) -> list[int | None]:
    """For each old sentence the index of the new one with the same key."""
    places = {key: index for index, key in enumerate(content_keys(new))}
    return [places.get(key) for key in content_keys(old)]


def follow(old: Sequence[Segment], new: Sequence[Segment], index: int) -> int:
    """Where a sentence, or the nearest one before it that is still there, stands among new ones."""
    places = _mapping(old, new)
    for at in range(min(index, len(places) - 1), -1, -1):
        found = places[at]
        if found is not None:
            return found
    return 0


def _moved(old: range, places: Sequence[int | None]) -> range | None:
    """The run of new sentences that holds just these old ones; for none, the place between."""
    if not len(old):
        if old.start == 0:
            return range(0)
        before = places[old.start - 1]
        after = places[old.start] if old.start < len(places) else None
        place = before + 1 if before is not None else after
        return None if place is None else range(place, place)
    found = [places[index] for index in old]
    if found[0] is None:
        return None
    expected = range(found[0], found[0] + len(old))
    return expected if found == list(expected) else None


def _chain(rows: Sequence[Row]) -> list[Row]:
    """The longest run of rows that ascends on both sides, so that one stray costs only itself."""
    for borders in (_source, _target):
        tails: list[int] = []  # index of the row that ends the best chain of each length
        keys: list[int] = []
        previous: list[int] = []
        for index, row in enumerate(rows):
            start, stop = borders(row)
            place = bisect_right(keys, start)  # chains that end at or before this row
            previous.append(tails[place - 1] if place else -1)
            if place == len(tails):
                tails.append(index)
                keys.append(stop)
            elif stop < keys[place]:
                tails[place], keys[place] = index, stop
        rows = _traced(rows, tails, previous)
    return list(rows)


def _source(row: Row) -> tuple[int, int]:
    return row.source.start, row.source.stop


def _target(row: Row) -> tuple[int, int]:
    return row.target.start, row.target.stop


def _traced(rows: Sequence[Row], tails: Sequence[int], previous: Sequence[int]) -> list[Row]:
    chain = []
    at = tails[-1] if tails else -1
    while at >= 0:
        chain.append(rows[at])
        at = previous[at]
    return chain[::-1]
