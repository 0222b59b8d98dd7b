"""Where commands write: files, standard output, the terminal; no text can give orders to a terminal.

A result goes through `written`, whole or not at all, and a remark through `tell`.

Standard output and error are wrapped once, in `main`; what the tool itself styles passes through
`styled`, whose codes carry a mark of this process that no file can know.
"""

from __future__ import annotations

import io
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TextIO

from align.outside import shown

_MARK = secrets.token_hex(8)
_ESCAPE = f"\x1b{_MARK}"


class Shown(io.TextIOWrapper):
    """A text stream that shows control characters instead of sending them (see `outside.shown`)."""

    def write(self, text: str) -> int:
        """Write `text`; returns its length as it was given."""
        super().write(shown(text).replace(f"\\u001b{_MARK}", "\x1b"))
        return len(text)


class Remarks(Shown):
    """Standard error: where nobody reads it any more, the work goes on all the same."""

    def write(self, text: str) -> int:
        """Write `text`, or drop it."""
        try:
            return super().write(text)
        except BrokenPipeError:
            discard(2)
            return len(text)


def protect() -> None:
    """Wrap standard output and error; a stream that has no bytes below (a test's) stays."""
    for name in ("stdout", "stderr"):
        stream: Any = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and not isinstance(stream, Shown):
            stream.flush()
            wrapped = (Shown if name == "stdout" else Remarks)(
                stream.buffer,
                encoding=stream.encoding,
                errors="backslashreplace",  # a character that the encoding lacks is no error
                line_buffering=stream.line_buffering,
                write_through=stream.write_through,
            )
            setattr(sys, name, wrapped)


def styled(text: str, **style: Any) -> str:
    """`text` for a terminal's standard output with typer's colours; elsewhere as it is."""
    import typer

    if not sys.stdout.isatty():
        return text
    codes = typer.style("\0", **style).split("\0")
    if not isinstance(sys.stdout, Shown):
        return codes[0] + text + codes[1]
    before, after = (code.replace("\x1b", _ESCAPE) for code in codes)
    return before + text + after


def progress_stream() -> TextIO:
    """Standard error as a progress bar needs it, which moves the cursor."""
    return sys.__stderr__ or sys.stderr


@contextmanager
def written(place: str | Path) -> Iterator[IO[bytes]]:
    """The file for a result, which takes its place once the block has ended well; - is stdout.

    Whoever reads standard output may have had enough of it (head, less): the block ends there, and
    what the command has still to do is done.
    """
    from align.atomic import replacing

    if str(place) == "-":
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            discard()
    else:
        with replacing(Path(place)) as file:
            yield file


def discard(stream: int = 1) -> None:
    """Let nothing more be written to standard output (or 2, error), at the end of the process too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream)
    os.close(nowhere)


def announce(line: str) -> None:
    """How far a task is, on standard output; where nobody reads it, the task goes on."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        discard()


def is_stdout(file: IO[bytes]) -> bool:
    """Whether a file that `written` gave is standard output, which cannot be read again."""
    return file is sys.stdout.buffer


def many(count: int, one: str) -> str:
    """A count with its noun.

    >>> many(1, "unit"), many(1200, "unit"), many(0, "reply")
    ('1 unit', '1,200 units', '0 replies')
    """
    several = f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"
    return f"{count:,} {one if count == 1 else several}"


def tell(line: str) -> None:
    """A remark on standard error, in a line of its own: standard output is for results."""
    sys.stderr.write(line + "\n")
