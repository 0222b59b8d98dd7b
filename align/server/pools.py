"""Connections that are kept open between requests: opening one takes longer than most answers."""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from align.errors import MemoryFileError
from align.forked import cores
from align.memory.postgres.address import Address, connect, explained
from align.memory.postgres.memory import PostgresMemory

if TYPE_CHECKING:
    import psycopg

    from align.embedding.protocol import Encoder

MOST = 24  # connections in use at once; PostgreSQL allows 100 unless told otherwise
IDLE = 8  # that are kept of one kind
# Requests that ask a memory at once, for each core. It moves waiting, and makes none less: of fifty
# clients without pauses on two cores p95 is .70-.74 s with 3 and .87-1.03 without a limit (concordances
# .8, 1.4-1.7; new units .37, 1.0), but p50 .37 and .26-.29, and p95 of matches .65 and .34-.40.
AT_ONCE = 3
PATIENCE = 10.0  # seconds that a request waits for one


class BusyError(MemoryFileError):
    """All connections are in use."""


class Pools:
    """Connections to one database: for the server's own tables, and one kind for each memory."""

    def __init__(
        self, address: Address, encoder: Encoder | None, *, patience: float = PATIENCE
    ) -> None:
        self.address = address
        self.patience = patience  # seconds that a request waits for a turn, and for a connection
        self._encoder = encoder
        self._free = threading.BoundedSemaphore(MOST)
        self._turns = threading.BoundedSemaphore(AT_ONCE * cores())
        self._lock = threading.Lock()
        self._idle: dict[object, list[Any]] = defaultdict(list)
        self._closed = False

    @contextlib.contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection for the server's own tables."""
        with (
            self._one("own", lambda: connect(self.address), lambda c: c) as found,
            explained(self.address),
        ):
            yield found

    @contextlib.contextmanager
    def turns(self) -> Iterator[None]:
        """A turn of a request that searches or changes a memory: more at once only hinder each other.

        Raises BusyError where none is free for a while.
        """
        if not self._turns.acquire(timeout=self.patience):
            raise BusyError("the server is busy; ask again in a moment")
        try:
            yield
        finally:
            self._turns.release()

    @contextlib.contextmanager
    def memory(self, name: str, *, approved_only: bool) -> Iterator[PostgresMemory]:
        """A memory, for this thread alone. Raises MemoryFileError where there is none."""
        address = Address(self.address.url, name)

        def make() -> PostgresMemory:
            return PostgresMemory.open(address, encoder=self._encoder, approved_only=approved_only)

        with self._one((name, approved_only), make, lambda memory: memory.connection) as found:
            yield found

    @contextlib.contextmanager
    def _one(
        self, kind: object, make: Callable[[], Any], connection: Callable[[Any], Any]
    ) -> Iterator[Any]:
        """A connection or memory of a kind: one that is free, else a new one, within limits."""
        from psycopg.pq import TransactionStatus

        # A handler holds one of the server's own and asks for a memory: both count once.
        counted = kind != "own"
        if counted and not self._free.acquire(timeout=self.patience):
            raise BusyError("the server is busy; ask again in a moment")
        try:
            with self._lock:
                held = self._idle[kind].pop() if self._idle[kind] else None
            found = make() if held is None else held  # an empty memory is false
            try:
                yield found
            finally:
                of = connection(found)
                broken = of.closed or of.info.transaction_status != TransactionStatus.IDLE
                with self._lock:
                    if broken:  # the database was restarted: the others are broken as well
                        dropped = [found, *self._idle.pop(kind, [])]
                    elif len(self._idle[kind]) < IDLE and not self._closed:
                        self._idle[kind].append(found)
                        dropped = []
                    else:
                        dropped = [found]
                for each in dropped:
                    each.close()
        finally:
            if counted:
                self._free.release()

    def close(self) -> None:
        """Close all that are idle, and those in use when they come back."""
        with self._lock:
            self._closed = True
            kept = [each for many in self._idle.values() for each in many]
            self._idle.clear()
        for each in kept:
            each.close()
