"""Put what was aligned into a memory: one writer, in manifest order, as often as wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from align.batch.archive_run import tmx_path
from align.batch.journal import Journal, Record, digest, open_journal
from align.datatypes import TranslationUnit
from align.formats import tmx
from align.memory.opening import open_memory
from align.memory.postgres.address import is_address

_PAIRS = 200  # that go into a memory in one import: each import costs several syncs of the disk


def fill_memory(
    place: str | Path,
    records: Sequence[Record],
    out: Path,
    *,
    now: str,
    suffix: str = "",
    origins: Mapping[str, str] | None = None,
    watch: Callable[[Record], None] = lambda record: None,
) -> tuple[int, int]:
    """Add the units of all done pairs; return how many are new and how many were there already.

    What this folder has put into the memory before is left alone; what has changed since is taken
    out first. Killed in the middle, the next call goes on. `origins` says what the units of a pair,
    by its id, are from; else it is their id. Raises MemoryFileError as memories do.
    """
    named = origins or {}
    added = merged = 0
    shared = is_address(str(place))
    home = digest(str(place) if shared else str(Path(place).resolve()))[:16]
    made = not shared and not Path(place).exists()
    with (
        open_memory(place, create=True) as memory,
        open_journal(out / f"memory-{home}{suffix}.log") as journal,
    ):
        known = (
            {} if made or not len(memory) else dict(journal.last)
        )  # a memory that was deleted has forgotten all
        todo = [
            record
            for record in records
            if record.id not in known or known[record.id].output != record.output
        ]
        for number in range(0, len(todo), _PAIRS):
            some = todo[number : number + _PAIRS]
            for record in some:
                if record.id in known and known[record.id].output:
                    for origin in {record.id, named.get(record.id, record.id)}:
                        memory.remove(origin)
            report = memory.add(
                _units(some, out), origin="align batch", now=now, stream=_stream(journal, some)
            )
            added += report.added
            merged += report.merged
            journal.add(*some)
            for record in some:
                watch(record)
    return added, merged


def _units(records: Iterable[Record], out: Path) -> Iterator[TranslationUnit]:
    """The units of done pairs; each says what it is from."""
    for record in records:
        if record.status == "done":
            yield from tmx.read_units(tmx_path(out, record.id))


def _stream(journal: Journal, records: Iterable[Record]) -> str:
    """What tells this import from every other: after a kill it is the same, later it is not.

    A document that changes and changes back must be added again, so its content is not enough.
    """
    return digest([journal.size, [[record.id, record.output] for record in records]])
