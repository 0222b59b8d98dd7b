"""Replace a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from align.errors import InputError


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Yield a binary file beside `path` that takes its place when the block ends without an error.

    On an error, also an interruption, the temporary file goes and `path` is as it was. The new file
    keeps the mode of the old one, or what the umask gives. Raises InputError when the folder cannot
    be written.
    """
    path = Path(os.path.realpath(path))  # a link stays a link: what it points to is replaced
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent
        )
    except OSError as error:
        raise InputError(
            f"{path}: cannot write here ({error.strerror}); choose another place for the output"
        ) from error
    os.close(handle)
    temporary = Path(name)
    try:
        with temporary.open("wb") as file:  # its .name is a path, so that it can be read back
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(path))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
