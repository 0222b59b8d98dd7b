"""A quantity of a text, and when two of them can render each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import gcd
from typing import Literal

QuantityKind = Literal[
    "number", "percent", "fraction", "ordinal", "year", "date", "time", "money", "symbol", "code"
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text; ``text[start:end]`` is how it is written there.

    `value` by kind: number, ordinal, year and money ``"3000000"``; percent ``"33%"``; fraction
    ``"2/3"``; date ``"2023-12-05"``, ``"2023-12"``, ``"--12-05"``, ``"--12"`` or ``"1990s"``; time
    ``"15:05"``; symbol ``"A/C.4/78/SR.12"``, ``"2538(2020)"`` or ``"78/1"``; code ``"C-34"``.
    """

    kind: QuantityKind
    value: str
    start: int
    end: int
    text: str
    firm: bool = True
    unit: str = ""  # currency code of money


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities can render each other, although written with more or less detail.

    A date without its year agrees with the full one, ``50%`` with a half, ``C-34`` with 34, a
    resolution's number with its whole symbol, a full hour with its number on the clock, and the
    1990s with 90.
    """
    if one.value == other.value:
        return one.unit == other.unit or not one.unit or not other.unit
    if one.kind == other.kind == "date":
        return _dates_agree(one.value, other.value)
    if one.kind == other.kind == "symbol":
        return one.value.endswith("/" + other.value) or other.value.endswith("/" + one.value)
    kinds = {one.kind, other.kind}
    if kinds <= {"percent", "fraction"}:
        return _ratio(one.value) == _ratio(other.value)
    if "code" in kinds:
        code, plain = (one, other) if one.kind == "code" else (other, one)
        return plain.value in re.findall(r"\d+", code.value)
    if kinds == {"time", "number"}:
        hour, number = (one, other) if one.kind == "time" else (other, one)
        return _on_the_clock(hour.value, number.value)
    if kinds == {"date", "number"}:
        decade, number = (one, other) if one.kind == "date" else (other, one)
        return decade.value[2:] == number.value + "s"
    if kinds == {"date", "year"}:
        date, year = (one, other) if one.kind == "date" else (other, one)
        return date.value[:4] == year.value
    return False


def _dates_agree(one: str, other: str) -> bool:
    """Whether two dates say the same as far as both say it."""
    if "s" in one or "s" in other:
        return False
    ours, theirs = _date_parts(one), _date_parts(other)
    pairs = list(zip(ours, theirs, strict=True))
    return all(a == b or not a or not b for a, b in pairs) and any(a and a == b for a, b in pairs)


def _date_parts(value: str) -> tuple[str, str, str]:
    year, rest = ("", value[2:]) if value.startswith("--") else (value[:4], value[5:])
    month, _, day = rest.partition("-")
    return year, month, day


def _on_the_clock(time: str, number: str) -> bool:
    hour, _, minutes = time.partition(":")
    return minutes == "00" and number in (str(int(hour)), str(int(hour) - 12))


def _ratio(value: str) -> tuple[int, int] | None:
    """A percentage or fraction as numerator and denominator; None for another value."""
    if value.endswith("%"):
        whole, _, part = value[:-1].partition(".")
        top, bottom = int(whole + part), 100 * 10 ** len(part)
    else:
        above, _, below = value.partition("/")
        top, bottom = int(above), int(below)
    common = gcd(top, bottom)
    return (top // common, bottom // common) if common else None
