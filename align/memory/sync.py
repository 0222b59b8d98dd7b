"""Two memories made one: what either has gained, changed or given up goes to the other.

What is compared is places: a unit in its origin, by the origin and the unit's id there (where it has
none, by its texts). What both had after the last time is remembered in a file beside the local
memory, so that a correction on one side is told from another opinion on the other:

* new on one side: it is added to the other;
* changed or removed on one side, as before on the other: the other follows;
* changed on both, or changed here and removed there: a conflict. Both texts are kept in both
  memories, the local one under an id of its own as a draft; where only the state, a note or the like
  differ, the later change stands.

Every version that leaves a memory is written down beside the local one first, so nothing is lost.
Stopped in the middle, the next run goes on: nothing is done twice.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from align.datatypes import TranslationUnit
from align.formats.units import to_record
from align.language.tags import primary
from align.memory.protocol import Memory
from align.memory.store import APPROVED
from align.outside import json_out

Kind = Literal["text", "details", "removed here", "removed there"]
_Hashes = dict[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that was changed on both sides, with both versions; None where it was removed."""

    kind: Kind
    local: TranslationUnit | None
    remote: TranslationUnit | None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run did, or would do."""

    to_remote: int = 0  # places added or changed there
    to_local: int = 0
    removed_remote: int = 0
    removed_local: int = 0
    conflicts: tuple[Conflict, ...] = ()


@dataclass(slots=True)
class _Plan:
    """What is to be done on each side: identities, by where the version that stands is."""

    to_remote: set[bytes]
    to_local: set[bytes]
    drop_remote: set[bytes]
    drop_local: set[bytes]
    contested: set[bytes]


def sync(
    local: Memory, remote: Memory, *, state: Path, kept: Path, now: str, dry_run: bool = False
) -> SyncReport:
    """Bring two memories together. `state` remembers the last time; `kept` gets what is replaced.

    With `dry_run` nothing is changed.
    """
    several = _several(local) | _several(remote)
    plan = _planned(_hashes(local, several), _hashes(remote, several), _remembered(state))
    wanted = plan.to_remote | plan.to_local | plan.drop_local | plan.drop_remote | plan.contested
    ours, theirs = _units(local, wanted, several), _units(remote, wanted, several)
    conflicts, add_local, add_remote, drop_local, drop_remote = _settled(plan, ours, theirs, now)
    report = SyncReport(
        len(add_remote), len(add_local), len(plan.drop_remote), len(plan.drop_local), conflicts
    )
    if dry_run:
        return report
    _write_down(kept, conflicts, drop_local, drop_remote, now)
    for memory, drop, add in ((remote, drop_remote, add_remote), (local, drop_local, add_local)):
        # Dropped first, as it is written down: cut off between the two, the next run finds the
        # version that stands on the other side.
        memory.drop(drop)
        memory.add(add, origin="sync", now=now)
    _remember(state, _hashes(local, several), _hashes(remote, several))
    return report


def identity(unit: TranslationUnit, several: Set[bytes] = frozenset()) -> bytes:
    """What tells one place from another: its origin, and its id there or else its texts.

    `several` are identities that more than one place has: those are told apart by their texts too.
    """
    if unit.id:
        found = _digest((unit.origin or "", unit.id))
        if found not in several:
            return found
    return _digest((unit.origin or "", unit.id, unit.source, unit.target))


def value(unit: TranslationUnit) -> bytes:
    """What a place says, but for the region of its languages, which a memory keeps once a unit."""
    plain = replace(
        unit, source_lang=primary(unit.source_lang), target_lang=primary(unit.target_lang)
    )
    return _digest((json_out(to_record(plain), sort_keys=True),))


def _digest(parts: tuple[str, ...]) -> bytes:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=16).digest()


def _several(memory: Memory) -> set[bytes]:
    """The identities that more than one place of a memory has."""
    seen: set[bytes] = set()
    twice: set[bytes] = set()
    for unit in memory.places():
        at = identity(unit)
        (twice if at in seen else seen).add(at)
    return twice


def _hashes(memory: Memory, several: Set[bytes]) -> _Hashes:
    return {identity(unit, several): value(unit) for unit in memory.places()}


def _units(memory: Memory, wanted: Set[bytes], several: Set[bytes]) -> dict[bytes, TranslationUnit]:
    if not wanted:
        return {}
    return {at: unit for unit in memory.places() if (at := identity(unit, several)) in wanted}


def _planned(here: _Hashes, there: _Hashes, before: Mapping[bytes, bytes]) -> _Plan:
    plan = _Plan(set(), set(), set(), set(), set())
    for at in here.keys() | there.keys():
        ours, theirs, old = here.get(at), there.get(at), before.get(at)
        if ours == theirs:
            continue
        if ours == old:  # only the other side has changed it
            (plan.drop_local if theirs is None else plan.to_local).add(at)
        elif theirs == old:
            (plan.drop_remote if ours is None else plan.to_remote).add(at)
        else:
            plan.contested.add(at)
    return plan


def _settled(
    plan: _Plan,
    ours: Mapping[bytes, TranslationUnit],
    theirs: Mapping[bytes, TranslationUnit],
    now: str,
) -> tuple[
    tuple[Conflict, ...],
    list[TranslationUnit],
    list[TranslationUnit],
    list[TranslationUnit],
    list[TranslationUnit],
]:
    """The conflicts; then what is added here and there, and dropped here and there."""
    add_local = [theirs[at] for at in sorted(plan.to_local) if at in theirs]
    add_remote = [ours[at] for at in sorted(plan.to_remote) if at in ours]
    drop_local = [ours[at] for at in sorted(plan.drop_local) if at in ours]
    drop_remote = [theirs[at] for at in sorted(plan.drop_remote) if at in theirs]
    # A changed text is another unit: the place has to leave the old one.
    drop_local += [ours[at] for at in sorted(plan.to_local) if _moved(ours.get(at), theirs.get(at))]
    drop_remote += [
        theirs[at] for at in sorted(plan.to_remote) if _moved(theirs.get(at), ours.get(at))
    ]
    conflicts: list[Conflict] = []
    for at in sorted(plan.contested):
        mine, other = ours.get(at), theirs.get(at)
        if mine is None and other is not None:
            conflicts.append(Conflict("removed here", None, other))
            add_local.append(other)
        elif other is None and mine is not None:
            conflicts.append(Conflict("removed there", mine, None))
            add_remote.append(mine)
        elif mine is not None and other is not None and _moved(mine, other):
            conflicts.append(Conflict("text", mine, other))
            mark = value(mine).hex()[:8]
            note = "; ".join(part for part in (mine.note, "differs from the team's unit") if part)
            variant = replace(mine, id=f"{mine.id}~{mark}", state="draft", note=note, changed=now)
            add_local += [other, variant]
            add_remote.append(variant)
            drop_local.append(mine)
        elif mine is not None and other is not None:
            conflicts.append(Conflict("details", mine, other))
            if _weight(mine) > _weight(other):
                add_remote.append(mine)
            else:
                add_local.append(other)
    return tuple(conflicts), add_local, add_remote, drop_local, drop_remote


def _moved(one: TranslationUnit | None, other: TranslationUnit | None) -> bool:
    """Whether both are there, with different texts."""
    if one is None or other is None:
        return False
    return (one.source, one.target) != (other.source, other.target)


def _weight(unit: TranslationUnit) -> tuple[str, bool, bytes]:
    """The later change stands; of one moment that which is approved, else always the same one."""
    return unit.changed or unit.created or "", unit.state in APPROVED, value(unit)


def _write_down(
    path: Path,
    conflicts: Iterable[Conflict],
    drop_local: Iterable[TranslationUnit],
    drop_remote: Iterable[TranslationUnit],
    now: str,
) -> None:
    lines: list[dict[str, object]] = [
        {
            "conflict": each.kind,
            "local": to_record(each.local) if each.local else None,
            "remote": to_record(each.remote) if each.remote else None,
        }
        for each in conflicts
    ]
    lines += [{"replaced": "local", "local": to_record(unit)} for unit in drop_local]
    lines += [{"replaced": "remote", "remote": to_record(unit)} for unit in drop_remote]
    if lines:
        with path.open("a", encoding="utf-8") as file:
            for line in lines:
                file.write(json_out({"at": now, **line}) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _remembered(path: Path) -> _Hashes:
    if not path.is_file():
        return {}
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return dict(connection.execute("SELECT place, value FROM places"))


def _remember(path: Path, here: _Hashes, there: _Hashes) -> None:
    """Keep what both sides have alike; what changed meanwhile is looked at the next time."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS places(place BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
        )
        connection.execute("DELETE FROM places")
        connection.executemany("INSERT INTO places VALUES (?, ?)", _alike(here, there))


def _alike(here: _Hashes, there: _Hashes) -> Iterator[tuple[bytes, bytes]]:
    return ((at, kept) for at, kept in sorted(here.items()) if there.get(at) == kept)


def kept_path(local: Path) -> Path:
    """Where what a sync replaces is written down: beside the memory."""
    return local.with_name(local.name + ".replaced.jsonl")


def state_path(local: Path, address: str) -> Path:
    """Where the last sync with an address is remembered: beside the memory."""
    mark = blake2b(address.encode(), digest_size=6).hexdigest()
    return local.with_name(f"{local.name}.sync-{mark}")
