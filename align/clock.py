"""The one place where the tool reads the time, so that a run can be repeated exactly."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from align.errors import InputError
from align.outside import whole_number

_LAST = 253_402_300_799  # the last second of the year 9999, beyond which no date is written


def fixed() -> datetime | None:
    """What SOURCE_DATE_EPOCH (seconds since 1970) says the time is; None where it is not set.

    Raises InputError where it says no time.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not text:
        return None
    seconds = whole_number(text, most=_LAST)
    if seconds is None:
        raise InputError(f"SOURCE_DATE_EPOCH is {text!r}, not a number of seconds since 1970")
    return datetime.fromtimestamp(seconds, UTC)


def now() -> datetime:
    """The time in UTC, or what SOURCE_DATE_EPOCH says it is."""
    return fixed() or datetime.now(UTC)


def stamp() -> str:
    """`now` as TMX writes it: YYYYMMDDThhmmssZ."""
    return now().strftime("%Y%m%dT%H%M%SZ")


def day(stamp: str) -> str:
    """The day of a stamp as ISO writes it; empty where it has none.

    >>> day("20261130T120000Z"), day("2026")
    ('2026-11-30', '')
    """
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}" if len(stamp) >= 8 else ""
