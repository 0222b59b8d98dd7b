"""How far a command is, for someone who waits at a terminal; elsewhere nothing is said."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from align.cli.output import progress_stream
from align.outside import shown

_CLEAR = "\r\x1b[K"


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


@contextmanager
def stages() -> Iterator[Callable[[str], None]]:
    """A line on stderr that says what is being done, and goes away at the end.

    Without a thread, unlike a spinner: the commands that use it start processes.
    """
    if not sys.stderr.isatty():
        yield lambda what: None
        return
    stream = progress_stream()

    def say(what: str) -> None:
        width = shutil.get_terminal_size().columns - 3
        stream.write(f"{_CLEAR}{shown(what)[:width]} …")
        stream.flush()

    try:
        yield say
    finally:
        stream.write(_CLEAR)
        stream.flush()
