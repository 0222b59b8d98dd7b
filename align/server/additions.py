"""Units that are added at the same time are written together.

A memory has one writer at a time, and a transaction takes much the same for one unit as for twenty.
So whoever gets the turn writes all that wait for it; each request answers when its own unit is on
the disk, as before.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from align.memory.postgres.changing import Addition, Versioned, add_all
from align.server.pools import BusyError

if TYPE_CHECKING:
    from align.memory.postgres.memory import PostgresMemory
    from align.server.pools import Pools

# Given the memory that a unit is written over, what is to be written.
Prepared = Callable[["PostgresMemory"], Addition]

_MOST = 100  # written at once: 50 clients that all add wait at two a turn


@dataclass(slots=True, eq=False)
class _Waiting:
    """A unit whose request waits, and what became of it."""

    prepared: Prepared
    done: bool = False
    found: Versioned | None = None
    error: Exception | None = None


class Additions:
    """The units that wait for their memories, each for a turn as long as for a connection."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools
        self._lock = threading.Lock()
        self.waiting: dict[str, list[_Waiting]] = defaultdict(list)
        self._turns: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def add(self, memory: str, prepared: Prepared) -> Versioned:
        """Store a unit, with those that wait beside it; raises what its writing raised.

        Raises BusyError, and stores nothing, where the memory stays taken (by a dedupe, say): fifty
        that wait for it without an end would hold every thread of the server.
        """
        mine = _Waiting(prepared)
        with self._lock:
            self.waiting[memory].append(mine)
            turn = self._turns[memory]
        while not mine.done:
            if not turn.acquire(timeout=self._pools.patience):
                self._withdraw(memory, mine)
                continue
            try:
                if not mine.done:
                    self._write(memory)
            finally:
                turn.release()
        if mine.error is not None:
            raise mine.error
        assert mine.found is not None
        return mine.found

    def _withdraw(self, memory: str, mine: _Waiting) -> None:
        """Wait no longer; one that is being written already stays, for it may be stored."""
        with self._lock:
            if mine not in self.waiting[memory]:
                return
            self.waiting[memory].remove(mine)
        raise BusyError("the memory is busy; send the unit again in a moment")

    def _write(self, memory: str) -> None:
        """Write those that have waited longest; a faulty one among them fails alone."""
        with self._lock:
            some = self.waiting[memory][:_MOST]
            del self.waiting[memory][: len(some)]
        try:
            self._together(memory, some)
        except BusyError as error:
            # No connection: none of them is at fault, and one by itself would fare no better.
            for one in some:
                one.error, one.done = error, True
        except Exception as error:
            if len(some) == 1:
                some[0].error, some[0].done = error, True
                return
            for one in some:
                try:
                    self._together(memory, [one])
                except Exception as own:
                    one.error, one.done = own, True

    def _together(self, memory: str, some: list[_Waiting]) -> None:
        with self._pools.memory(memory, approved_only=False) as opened:
            found = add_all(opened, [one.prepared(opened) for one in some])
        for one, answer in zip(some, found, strict=True):
            one.found, one.done = answer, True
