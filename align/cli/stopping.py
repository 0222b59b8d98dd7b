"""Ctrl+C, SIGTERM and SIGHUP end a command alike: what it was writing is cleaned up, and it says so."""

from __future__ import annotations

import signal


class Stopped(BaseException):
    """Someone asks this process to end. No Exception, so that nothing but cleaning up catches it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


def stop_cleanly() -> None:
    """Raise `Stopped` at each of these signals that is not ignored (as nohup does)."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, frame: object) -> None:
    raise Stopped(number)
