"""The value of a date, with its year or without."""

from __future__ import annotations


def date_value(year: str | None, month: int, day: str | None = None) -> str:
    """A date as ISO 8601 writes it.

    >>> date_value("2023", 12, "5"), date_value("2023", 12), date_value(None, 12, "5")
    ('2023-12-05', '2023-12', '--12-05')
    """
    head = f"{year}-" if year else "--"
    return f"{head}{month:02d}" + (f"-{int(day):02d}" if day else "")
