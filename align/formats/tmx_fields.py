"""How a translation unit's fields stand in TMX: as props, as attributes, as dates."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from align.formats.units import PROPS

# Attributes of a tu that a unit carries among its props, and that become attributes again.
ATTRIBUTES = ("creationid", "changeid", "usagecount", "lastusagedate")
FIELDS = {field.prop: field.name for field in PROPS}
_DATE = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?(?:Z|\+00:?00)?)?",
    re.ASCII,
)


@lru_cache(maxsize=4096)
def date(text: str) -> str | None:
    """`text` as TMX writes a date, or None where it is no date that a calendar has.

    >>> date("2024-02-29 08:30:00"), date("20230229T083000Z")
    ('20240229T083000Z', None)
    """
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        parts = [int(part or 0) for part in found.groups()]
        datetime(*parts)  # type: ignore[arg-type]
    except ValueError:
        return None
    return "{:04}{:02}{:02}T{:02}{:02}{:02}Z".format(*parts)
