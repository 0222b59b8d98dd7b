"""Files that users send: kept, then added to their memory by one worker, with progress.

A job outlives the server: what was left when it ended is taken up again, and an import goes on
where it had committed.
"""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.clock import stamp
from align.errors import AlignError, InputError
from align.formats.tmx import ReadReport
from align.memory import AddReport, exchange

if TYPE_CHECKING:
    from align.server.pools import Pools

MOST = 8 << 30  # bytes of one file
_JOB_LOCK = 0x414C4A42  # "ALJB": one worker a database

log = logging.getLogger(__name__)


class Jobs:
    """The jobs of a database, and the thread that does them."""

    def __init__(self, pools: Pools, folder: Path) -> None:
        self._pools = pools
        self._folder = folder
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work; what an earlier server left undone comes first."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._work, name="align-imports", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the present batch; the job goes on when a server is started again."""
        self._stop.set()
        self._wake.set()
        if self._thread:
            self._thread.join(30)

    async def receive(
        self, parts: AsyncIterator[bytes], *, user: str, memory: str, name: str
    ) -> dict[str, Any]:
        """Keep a file and make a job of it. Raises InputError where its name or size is not right."""
        from starlette.concurrency import run_in_threadpool

        name = os.path.basename(name.replace("\\", "/"))[-200:]
        suffixes = "".join(Path(name).suffixes[-2:]).lower()
        kind = exchange.kind_of(Path(name))
        if kind not in exchange.KINDS:
            raise InputError(
                f"{name[:80]!r}: not a file of units; its name must end in"
                f" {', '.join(exchange.KINDS)}"
            )
        number = str(uuid.uuid4())
        ending = kind + (".gz" if suffixes.endswith(".gz") else "")
        place = self._folder / f"{number}{ending}"
        size = 0
        try:
            with place.open("xb") as file:
                async for part in parts:
                    size += len(part)
                    if size > MOST:
                        raise InputError(f"{name}: more than {MOST:,} bytes")
                    await run_in_threadpool(file.write, part)
                file.flush()
                await run_in_threadpool(os.fsync, file.fileno())
            return await run_in_threadpool(self._queue, number, user, memory, name, place, size)
        except BaseException:
            place.unlink(missing_ok=True)
            raise

    def _queue(
        self, number: str, user: str, memory: str, name: str, place: Path, size: int
    ) -> dict[str, Any]:
        """Write a job down before its upload is acknowledged."""
        with self._pools.connection() as connection:
            connection.execute(
                'INSERT INTO align.jobs(id, "user", memory, file, place, size)'
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (number, user, memory, name, place.name, size),
            )
        self._wake.set()
        return {"job": number, "state": "waiting"}

    def of(self, number: str) -> dict[str, Any] | None:
        """How far a job is; None where there is none."""
        with self._pools.connection() as connection:
            row = connection.execute(
                'SELECT id, "user", memory, file, state, done, bytes, size, added, merged, skipped,'
                " error FROM align.jobs WHERE id = %s",
                (number,),
            ).fetchone()
        keys = (
            *("job", "user", "memory", "file", "state", "units", "bytes", "size"),
            *("added", "merged", "skipped", "error"),
        )
        return dict(zip(keys, row, strict=True)) if row else None

    def _work(self) -> None:
        """Do jobs until told to stop; a database that is away is asked again."""
        while not self._stop.is_set():
            try:
                done = self._next()
            except AlignError as error:  # the database is away: the next round tries again
                log.warning("imports: %s", error)
                done = False
            except Exception:
                log.exception("imports: trying again")
                done = False
            if not done:
                self._wake.wait(2.0)
                self._wake.clear()

    def _next(self) -> bool:
        """Do the oldest job that is not done; whether there was one."""
        with self._pools.connection() as connection:
            lock = connection.execute("SELECT pg_try_advisory_lock(%s)", (_JOB_LOCK,)).fetchone()
            if lock != (True,):
                return False
            try:
                row = connection.execute(
                    'SELECT id, "user", memory, file, place FROM align.jobs'
                    " WHERE state IN ('waiting', 'running') ORDER BY at, id LIMIT 1"
                ).fetchone()
                if row is None:
                    return False
                self._do(connection, *row)
                return True
            finally:
                if not connection.closed:
                    connection.execute("SELECT pg_advisory_unlock(%s)", (_JOB_LOCK,))

    def _do(
        self, connection: Any, number: str, user: str, memory: str, name: str, place: str
    ) -> None:
        """Add the file of one job, in transactions, telling how far it is."""
        from psycopg.types.json import Jsonb

        path = self._folder / place
        update = "UPDATE align.jobs SET state = %s, done = %s, bytes = %s WHERE id = %s"
        handles: list[Any] = []

        def saved(report: AddReport) -> None:
            open_ = handles and not handles[-1].closed
            at = handles[-1].tell() if open_ else path.stat().st_size
            connection.execute(update, ("running", report.read, at, number))
            if self._stop.is_set():
                raise _StoppedError

        read = ReadReport()
        try:
            with self._pools.memory(memory, approved_only=False) as held:
                connection.execute(update, ("running", 0, 0, number))
                units = exchange.read_file(path, report=read, opened=handles.append)
                report = held.add(
                    units,
                    origin=name,
                    now=stamp(),
                    stream=exchange.stream_id(path, name),
                    saved=saved,
                )
        except _StoppedError:
            return
        except (AlignError, OSError) as error:
            if connection.closed:
                raise
            told = str(error).replace(str(path), name)
            connection.execute(
                "UPDATE align.jobs SET state = 'failed', error = %s WHERE id = %s", (told, number)
            )
            path.unlink(missing_ok=True)
            return
        with connection.transaction():
            connection.execute(
                "UPDATE align.jobs SET state = 'done', done = %s, bytes = size, added = %s,"
                " merged = %s, skipped = %s WHERE id = %s",
                (report.read, report.added, report.merged, Jsonb(dict(read.skipped)), number),
            )
            from align.server.store import note

            counts = {"file": name, "new": report.added, "already there": report.merged}
            note(connection, user, "file added", ("memory", memory, ""), None, counts)
        path.unlink(missing_ok=True)


class _StoppedError(Exception):
    """The server ends; the job waits for the next one."""


class Indexer:
    """Gives new units their vectors soon after they came, so that no search has to."""

    def __init__(self, pools: Pools, names: Callable[[], list[str]]) -> None:
        self._pools = pools
        self._names = names
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look for new units."""
        self._thread = threading.Thread(target=self._work, name="align-meanings", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop; what has no vector yet gets it the next time."""
        self._stop.set()
        if self._thread:
            self._thread.join(30)

    def _work(self) -> None:
        """Bring the vectors of memories up to date while nothing else is asked."""
        while not self._stop.wait(2.0):
            try:
                for name in self._names():
                    with self._pools.memory(name, approved_only=False) as memory:
                        if memory.index_status() in ("none", "out of date: new units") and len(
                            memory
                        ):
                            memory.refresh_index()
            except AlignError as error:
                log.warning("meanings: %s", error)
            except Exception:
                log.exception("meanings: trying again")
