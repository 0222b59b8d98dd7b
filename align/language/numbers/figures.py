"""Numbers written in figures: 5 000, 5,000 and 1.25."""

from __future__ import annotations

from align.language.numbers.quantity import QuantityKind

NUMBER = r"(?:\d{1,3}(?:[ ,]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY"}
_DIGITS_TRUSTED = 30  # longer runs are identifiers: kept as written


def plain_value(written: str, scale: int = 1) -> str:
    """The value of `written` times `scale`, exactly.

    >>> plain_value("1.25", 10_000), plain_value("5 000")
    ('12500', '5000')
    """
    digits = written.replace(" ", "").replace(",", "")
    whole, _, part = digits.partition(".")
    if len(whole) > _DIGITS_TRUSTED or len(part) > _DIGITS_TRUSTED:
        return digits
    bottom = 10 ** len(part)
    value, rest = divmod(int(whole + part) * scale, bottom)
    if not rest:
        return str(value)
    return f"{value}.{str(rest).zfill(len(part)).rstrip('0')}"


def long_figure(written: str) -> bool:
    """Whether a figure stands for itself, and not for the thousands or hundredths of what follows.

    In "3 to 5 million" the 3 is of millions too; in "2018 to 20 per cent" the 2018 is of nothing.
    """
    return len(written.partition(".")[0]) > 3


def year_or_number(value: str, written: str) -> QuantityKind:
    """Which of the two a figure by itself is: 2023 may be a year, 2,023 is none."""
    plain = written.isdigit() and len(written) == 4 and "1800" <= value <= "2100"
    return "year" if plain else "number"
