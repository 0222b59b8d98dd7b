"""Opening a memory file: one writer, many readers, errors that a user can act on."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from align.atomic import mode_of, temporary_beside
from align.errors import MemoryFileError
from align.file_kinds import kind_of_file
from align.memory import migrations
from align.outside import no_file

BUSY_SECONDS = 20.0
_BEING_MADE = 2.0  # seconds from the birth of a file to its tables, on a slow disk
_EMPTY = "{path}: empty, no translation memory yet; `align memory add` makes it one"


def connect(path: Path, *, create: bool, read_only: bool) -> sqlite3.Connection:
    """Open a memory file of the present schema; upgrade an older one.

    Raises MemoryFileError when there is none, it is not a memory, is newer, or cannot be opened.
    """
    if why := no_file(path):
        if path.exists() or why.startswith("cannot be read"):
            raise MemoryFileError(f"{path}: {why}; a translation memory is one file")
        if not create or read_only:
            raise MemoryFileError(
                f"{path}: no such translation memory; `align memory add` makes one"
            )
    try:
        with explained(path):
            if why:
                _make(path)
            if read_only and not _older(path):
                return _reading(path)
            connection = _opened(path, "rwc" if create else "rw")
            if not create and not _made(connection, path):
                connection.close()
                raise MemoryFileError(_EMPTY.format(path=path))
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -131072")  # the indexes of a million units
            connection.execute("PRAGMA wal_autocheckpoint = 16384")  # pages: 64 MiB
            migrations.migrate(connection, path)
            return connection
    except sqlite3.Error as error:
        raise MemoryFileError(f"{path}: cannot be opened ({_reason(path, error)})") from error


def _make(path: Path) -> None:
    """Make a new memory and put it in its place whole, so that nobody ever sees half of one.

    One that another program has put there meanwhile stays. Where files cannot be linked none is
    made here.
    """
    place = Path(os.path.realpath(path))  # a link to nothing: the memory is made where it points
    try:
        file, temporary = temporary_beside(place)
    except OSError as error:
        raise MemoryFileError(f"{path}: cannot be made ({_refused(place, error)})") from error
    with file:
        try:
            with closing(_connection(temporary, "mode=rw")) as connection:
                connection.execute("PRAGMA journal_mode = MEMORY")  # a kill leaves no second file
                connection.execute("PRAGMA synchronous = FULL")
                migrations.migrate(connection, path)
            temporary.chmod(mode_of(place))
            with contextlib.suppress(OSError):
                os.link(temporary, place)
        finally:
            temporary.unlink(missing_ok=True)


def remove_unused(path: Path) -> None:
    """Remove a memory that holds no unit and that no other program has open."""
    with (
        contextlib.suppress(sqlite3.Error, OSError),
        closing(_connection(path, "mode=rw")) as connection,
    ):
        connection.execute("PRAGMA busy_timeout = 0")
        # From its log back to a journal: SQLite does that for the only one that has the file open.
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            return
        connection.execute("BEGIN EXCLUSIVE")
        if not connection.execute("SELECT EXISTS(SELECT 1 FROM units)").fetchone()[0]:
            path.unlink()


def _refused(path: Path, error: OSError) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    if isinstance(error, PermissionError):
        return f"this user cannot write in {path.parent.absolute()}"
    return error.strerror or str(error)


def _reason(path: Path, error: sqlite3.Error) -> str:
    """Why SQLite cannot open a file, in words of the file system."""
    if "unable to open" not in str(error):
        return str(error)
    try:
        path.open("r+b").close()
    except OSError as refused:
        return _refused(path, refused)
    return f"this user cannot write in {path.parent.absolute()}"


def _older(path: Path) -> bool:
    """Whether a memory is of an older schema; raises MemoryFileError for one that holds nothing."""
    connection = _reading(path)
    try:
        number = migrations.version(connection, path) if _made(connection, path) else 0
    finally:
        connection.close()
    if number == 0:
        raise MemoryFileError(_EMPTY.format(path=path))
    return number < len(migrations.STEPS)


def _made(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether a memory is in the file; one that another program is just making is waited for."""
    while migrations.version(connection, path) == 0:
        if time.time() - path.stat().st_mtime > _BEING_MADE:
            return False
        time.sleep(0.02)
    return True


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, able to clear away its log, where the file allows that.

    SQLite's own read-only connections leave the files of the log behind them.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        connection = _opened(path, "rw")
        connection.execute("PRAGMA query_only = ON")
        return connection
    return _opened(path, "ro")


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    """A connection; read-only without a log where the folder cannot be written to."""
    try:
        return _connection(path, f"mode={mode}")
    except sqlite3.OperationalError as error:
        # In a folder that this user cannot write to no log can be kept; where there is none, none
        # is needed.
        denied = "unable to open" in str(error) or "readonly" in str(error)
        if mode != "ro" or not denied or path.with_name(path.name + "-wal").exists():
            raise
        return _connection(path, "mode=ro&immutable=1")


def _connection(path: Path, options: str) -> sqlite3.Connection:
    """A connection with our settings, which several threads may use in turn."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA cache_size = -65536")  # 64 MiB
    connection.execute("PRAGMA mmap_size = 1073741824")
    return connection


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors that a user can act on into a MemoryFileError of one line."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise MemoryFileError(
                f"{path}: another program is writing to this memory; try again when it is done"
            ) from error
        if "readonly" in str(error):
            raise MemoryFileError(f"{path}: this memory is read-only") from error
        if "full" in str(error):
            raise MemoryFileError(
                f"{path}: the disk is full; make room and give the command again, what was saved"
                " before is safe"
            ) from error
        if "unable to open" in str(error):
            raise MemoryFileError(f"{path}: cannot be opened ({_reason(path, error)})") from error
        if "I/O error" in str(error):
            raise MemoryFileError(  # also where a quota or the file's size has come to its limit
                f"{path}: the disk is full or fails ({error}); what was saved before is safe"
            ) from error
        raise damaged(path, error) from error
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise MemoryFileError(f"{path}: {_what_else(path)}") from error
        raise damaged(path, error) from error


_DOCUMENTS = (b"PK", b"%PDF")  # they hold NUL as well, and are no memory that has lost its header


def _what_else(path: Path) -> str:
    """Of a file that SQLite does not know: whether it may be a damaged memory, and what to do."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        head = b""
    if b"\0" in head and not head.startswith(_DOCUMENTS) and kind_of_file(head) is None:
        return (
            "not a translation memory, or one that has lost its beginning; restore it from a copy, "
            f"or save the units that can still be read with `align memory repair {path} NEW`"
        )
    return f"not a translation memory; if it holds units, `align memory add NEW {path}` makes one"


def damaged(path: Path, error: sqlite3.Error) -> MemoryFileError:
    """The error for a file that SQLite finds damaged, in whatever words."""
    return MemoryFileError(
        f"{path}: damaged ({error}); restore it from a copy, or save the units that can still be "
        f"read with `align memory repair {path} NEW`"
    )


@contextlib.contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Let all that the block reads be of one moment, whatever another program writes meanwhile."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what the block writes, all or nothing; within another one, with that one."""
    if connection.in_transaction:
        yield
        return
    with connection:  # commits, or rolls back what a full disk has not rolled back already
        connection.execute("BEGIN IMMEDIATE")
        yield
