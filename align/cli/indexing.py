"""The index of meanings of a memory, brought up to date while the user sees how far it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from align.cli.output import progress_stream

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


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, when that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=progress_stream()), transient=True) as bars:
        bar = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total)
