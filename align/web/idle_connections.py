"""A connection that says nothing, or too little, is closed: uvicorn itself waits for ever."""

from __future__ import annotations

import asyncio
from typing import Any

SECONDS = (
    15.0  # for the head of a request; a browser opens connections ahead and can open them again
)


def timely_protocol(seconds: float = SECONDS) -> type[asyncio.Protocol]:
    """uvicorn's HTTP protocol, which closes a connection that has sent no whole request for so long."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Timely(H11Protocol):
        _overdue: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.cycle is not None and not self.cycle.response_complete:
                self._stop()  # a request is being answered; its body has a limit of its own
            elif self._overdue is None:
                self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop()
            super().connection_lost(exc)

        def _wait(self) -> None:
            self._overdue = self.loop.call_later(seconds, self._close)

        def _stop(self) -> None:
            if self._overdue is not None:
                self._overdue.cancel()
                self._overdue = None

        def _close(self) -> None:
            self._overdue = None
            if self.cycle is None or self.cycle.response_complete:
                self.transport.close()

    return Timely
