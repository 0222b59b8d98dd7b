"""The index of meanings of a memory, brought up to date while the user sees how far it is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from align.cli.progress import progress

if TYPE_CHECKING:
    from align.memory import Memory, ReadableMemory


def refresh(memory: ReadableMemory) -> bool:
    """Index what is not indexed yet; whether there was anything to do."""
    with progress("indexing meanings") as advance:
        return memory.refresh_index(advance if sys.stderr.isatty() else None)


def refresh_after_adding(memory: Memory) -> None:
    """Index new units, unless the index was made with a model that only `--model` would name."""
    from align.errors import ModelError

    if "made with" in memory.index_status():
        return
    try:
        refresh(memory)
    except ModelError as error:  # the units are in the memory all the same
        sys.stderr.write(f"{memory.name}: no index of meanings: {error}\n")
