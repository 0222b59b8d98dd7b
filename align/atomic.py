"""Replace a file whole or not at all; what a killed run left behind goes with the next one."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from align.errors import InputError

_ENDING = ".align-tmp"
_MOST_NAME = 60  # bytes of the file's name in the temporary one's: a name has at most 255 in all
_SCRATCH = "align-scratch-"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_swept: set[tuple[int, Path]] = set()  # process and folder: each folder is looked through once


_about_to_replace: Callable[[Path, Path], None] | None = None


def before_replacing(tell: Callable[[Path, Path], None]) -> None:
    """Have `tell` called with each file's real path and the new file that takes its place next.

    What it notes is noted when a kill comes right after; size and time of the new file stay.
    """
    global _about_to_replace
    _about_to_replace = tell


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Yield a binary file beside `path` that takes its place when the block ends without an error.

    On an error, also an interruption, the temporary file goes and `path` is as it was; what an
    earlier process left when it was killed goes too. The new file keeps the mode of the old one, or
    what the umask gives. Raises InputError, naming `path`, when the folder cannot be written or the
    disk is full.

    What is no plain file (a pipe, /dev/null) stays in its place and is written to at the end.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        with _into(path) as file:
            yield file
        return
    named, path = path, real_place(path)
    try:
        file, temporary = temporary_beside(path)
    except OSError as error:
        raise InputError(
            f"{named}: cannot write here ({error.strerror}); choose another place for the output"
        ) from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode_of(path))
        if _about_to_replace is not None:
            _about_to_replace(path, temporary)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _FULL and error.filename is None:
            raise InputError(
                f"{named}: cannot be written ({error.strerror}); nothing was changed, make room and "
                "give the command again"
            ) from error
        raise


def real_place(path: Path) -> Path:
    """The file that is replaced by writing to `path`: a link stays, what it points to is replaced.

    Raises InputError for a link that leads back to itself.
    """
    place = Path(os.path.realpath(path))
    if place.is_symlink():
        raise InputError(f"{path}: is a link that leads to itself; remove it, or name another file")
    return place


@contextlib.contextmanager
def _into(path: Path) -> Iterator[IO[bytes]]:
    """A temporary file that is written to a device or a pipe once the block has ended well."""
    with scratch_folder() as folder, (folder / "written").open("w+b") as file:
        yield file
        file.flush()
        file.seek(0)
        try:
            with path.open("wb") as out:
                shutil.copyfileobj(file, out)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise InputError(f"{path}: cannot be written ({error.strerror})") from error


@contextlib.contextmanager
def scratch_folder(place: Path | None = None) -> Iterator[Path]:
    """A folder for temporary files that goes when the block ends, or, after a kill, the next time.

    It is in `place`, where what is made in it can be moved from, or where temporary files usually are.
    """
    place = place or Path(tempfile.gettempdir())
    _sweep(place)
    with (
        tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=place) as folder,
        Path(folder, _ENDING).open("wb") as mark,
    ):
        _lock(mark)
        yield Path(folder)


def temporary_beside(path: Path) -> tuple[IO[bytes], Path]:
    """A new file in the folder of `path`, open for writing, that no later run leaves lying there.

    Its ``name`` is a path, so that it can be read back. Raises OSError.
    """
    _sweep(path.parent)
    short = os.fsencode(path.name)[:_MOST_NAME].decode("utf-8", "ignore")
    while True:
        handle, name = tempfile.mkstemp(prefix=f".{short}.", suffix=_ENDING, dir=path.parent)
        os.close(handle)
        file = Path(name).open("r+b")  # noqa: SIM115 - whoever asked for it closes it
        _lock(file, wait=True)
        if os.fstat(file.fileno()).st_nlink:
            return file, Path(name)
        file.close()  # another process took it for one that was left: between its birth and its lock


def _lock(file: IO[bytes], *, wait: bool = False) -> bool:
    """Mark a file as in use for as long as it is open; False where another process uses it."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows: nothing is swept there
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sweep(folder: Path) -> None:
    """Remove our temporary files in a folder whose processes have ended, once a process."""
    if (os.getpid(), folder) in _swept:
        return
    _swept.add((os.getpid(), folder))
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.name.startswith(_SCRATCH):
                    _remove_scratch(Path(entry.path))
                elif entry.name.startswith(".") and entry.name.endswith(_ENDING):
                    _remove_unused(Path(entry.path))


def _remove_unused(path: Path) -> bool:
    with path.open("rb") as file:
        if not _lock(file):
            return False
        path.unlink()
    return True


def _remove_scratch(folder: Path) -> None:
    if _remove_unused(folder / _ENDING):
        shutil.rmtree(folder, ignore_errors=True)


def mode_of(path: Path) -> int:
    """The permissions of a file, or those that a new one there would get."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
