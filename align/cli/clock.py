"""The one place where the command line reads the time, so that a run can be repeated exactly."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def now() -> datetime:
    """The time in UTC, or what SOURCE_DATE_EPOCH (seconds since 1970) says it is."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    if fixed.isdigit():
        return datetime.fromtimestamp(int(fixed), UTC)
    return datetime.now(UTC)


def stamp() -> str:
    """`now` as TMX writes it: YYYYMMDDThhmmssZ."""
    return now().strftime("%Y%m%dT%H%M%SZ")
