"""Put what was aligned into a memory: one writer, in manifest order, as often as wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from align.batch.journal import Record, digest, open_journal
from align.batch.run import tmx_path
from align.formats import tmx
from align.memory import TranslationMemory


def fill_memory(
    memory_path: Path,
    records: Sequence[Record],
    out: Path,
    *,
    now: str,
    suffix: str = "",
    watch: Callable[[Record], None] = lambda record: None,
) -> tuple[int, int]:
    """Add the units of all done pairs; return how many are new and how many were there already.

    What this folder has put into the memory before is left alone; what has changed since is taken
    out first. Killed in the middle, the next call goes on. Raises MemoryFileError as memories do.
    """
    added = merged = 0
    home = digest(str(memory_path.resolve()))[:16]
    with (
        TranslationMemory.open(memory_path, create=True) as memory,
        open_journal(out / f"memory-{home}{suffix}.log") as journal,
    ):
        for record in records:
            before = journal.last.get(record.id)
            stale = before is not None and before.output != record.output
            if before is not None and (stale or record.status == "failed"):
                memory.remove(record.id)
            if record.status == "done":
                report = memory.add(
                    tmx.read_units(tmx_path(out, record.id)),
                    origin=record.id,
                    now=now,
                    stream=digest([record.id, record.output]),
                )
                added += report.added
                merged += report.merged
            if before is None or stale:
                journal.add(record)
            watch(record)
    return added, merged
