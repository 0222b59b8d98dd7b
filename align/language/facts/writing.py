"""A fact's value in plain words, as a reviser writes it: $5.5 billion, 16 November 2018, 下午3时."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from align.language.facts.fact import Reading
from align.language.facts.units import chinese_names
from align.language.languages import Code, Language

_SIGNS = {"USD": "$", "dollar": "$", "EUR": "€", "GBP": "£"}
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_Date = tuple[int | None, int | None, int | None]


def plain_value(reading: Reading, language: Language) -> str:
    """What a reading says, in Chinese or English.

    >>> from align.language.languages import CHINESE, ENGLISH
    >>> plain_value(Reading("money", Fraction(5_500_000_000), "USD"), ENGLISH)
    '$5.5 billion'
    >>> plain_value(Reading("date", (None, 11, 16)), ENGLISH)
    '16 November'
    >>> plain_value(Reading("money", Fraction(5_500_000_000), "dollar"), CHINESE)
    '55亿美元'
    """
    value, unit, manner = reading.value, reading.unit, _MANNERS[language.rules]
    if isinstance(value, tuple):
        return manner.date(value)
    if isinstance(value, str):
        return value
    match reading.kind:
        case "money":
            return manner.money(figures(value, language), unit)
        case "share" if (value * 1000).denominator != 1:
            return f"{value}"
        case "share":
            return f"{figures(value * 100, language)}%"
        case "points":
            return figures(value * 100, language) + manner.points
        case "multiple":
            return figures(value, language) + manner.times
        case "time":
            return f"{int(value) // 60}:{int(value) % 60:02d}"
        case "weekday":
            return manner.days[int(value) - 1]
        case "decade":
            return f"{int(value)}{manner.decade}"
        case "century":
            return manner.century(int(value))
        case "quarter":
            return manner.quarter(int(value))
        case "half" if value in (1, 2):
            return manner.halves[int(value) - 1]
        case "ordinal" | "plan" if value.denominator == 1:
            return manner.ordinal(int(value))
        case "quantity":
            return manner.quantity(figures(value, language), unit)
    return figures(value, language)


def figures(value: Fraction, language: Language) -> str:
    """A number in figures, from a million (Chinese: ten thousand) on with its scale.

    >>> from align.language.languages import CHINESE, ENGLISH
    >>> figures(Fraction(5000), ENGLISH), figures(Fraction(15_000), CHINESE)
    ('5,000', '1.5万')
    """
    for scale, name in _MANNERS[language.rules].scales:
        part = value / scale
        if abs(part) >= 1 and (part * 1000).denominator == 1:
            return _decimal(part) + name
    return _decimal(value)


def _decimal(value: Fraction) -> str:
    if value.denominator == 1:
        return f"{value.numerator:,}"
    if 10**6 % value.denominator == 0:
        return f"{float(value):,.6f}".rstrip("0").rstrip(".")
    return str(value)


def _ordinal(value: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{'th' if value % 100 in (11, 12, 13) else ending}"


def _chinese_date(value: _Date) -> str:
    parts = zip(value, "年月日", strict=True)
    before = "公元前" if value[0] is not None and value[0] < 0 else ""
    return before + "".join(f"{abs(number)}{sign}" for number, sign in parts if number is not None)


def _english_date(value: _Date) -> str:
    year, month, day = value
    words = [
        str(day) if day is not None and month else _ordinal(day) if day is not None else "",
        _MONTHS[month - 1] if month else "",
        f"{-year} BC" if year is not None and year < 0 else str(year) if year is not None else "",
    ]
    return " ".join(word for word in words if word)


def _chinese_quantity(figure: str, unit: str) -> str:
    return figure + chinese_names().get(unit, f" {unit}")


# Signs as they are printed, and what is a word in the plural where its id is none.
_PRINTED = {
    "C": "°C", "F": "°F", "m2": "m²", "km2": "km²", "m3": "m³", "km3": "km³", "um": "µm", "ug": "µg",
    "mi2": "square miles", "ft2": "square feet", "year-old": "years old", "mi": "miles",
    "nmi": "nautical miles", "kn": "knots", "ft": "feet", "in": "inches", "century": "centuries",
    "yd": "yards", "bbl": "barrels", "gal": "gallons",
}  # fmt: skip
_UNCHANGED = frozenset(("li", "mu", "jin", "lb", "oz", "rpm"))  # words and signs without a plural
_SINGULAR = {
    "feet": "foot", "inches": "inch", "centuries": "century", "years old": "year old",
    "square feet": "square foot",
}  # fmt: skip


def _english_quantity(figure: str, unit: str) -> str:
    name = _PRINTED.get(unit, unit)
    if unit not in _PRINTED and unit not in _UNCHANGED and re.fullmatch(r"[a-z]{3,}", unit):
        name = f"{unit}s"
    if figure in ("1", "-1"):
        name = _SINGULAR.get(name, re.sub(r"(?<=[a-z]{2})s$", "", name))
    return f"{figure} {name}"


def _english_money(figure: str, unit: str) -> str:
    return _SIGNS[unit] + figure if unit in _SIGNS else f"{unit} {figure}"


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a language writes values; figures come with their scale."""

    scales: tuple[tuple[int, str], ...]
    days: tuple[str, ...]  # from Monday
    points: str  # percentage points
    times: str
    decade: str
    century: Callable[[int], str]
    ordinal: Callable[[int], str]
    money: Callable[[str, str], str]  # (figure, currency)
    quantity: Callable[[str, str], str]  # (figure, unit)
    quarter: Callable[[int], str]
    halves: tuple[str, str]  # of a year
    date: Callable[[_Date], str]


_MANNERS: dict[Code, _Manner] = {
    "zh": _Manner(
        scales=((10**12, "万亿"), (10**8, "亿"), (10**4, "万")),
        days=tuple(f"星期{day}" for day in "一二三四五六日"),
        points="个百分点",
        times="倍",
        decade="年代",
        century=lambda number: f"{number}世纪",
        ordinal=lambda number: f"第{number}",
        money=lambda figure, unit: (
            f"{figure}元" if unit == "CNY" else _chinese_quantity(figure, unit)
        ),
        quantity=_chinese_quantity,
        quarter=lambda number: f"第{number}季度",
        halves=("上半年", "下半年"),
        date=_chinese_date,
    ),
    "en": _Manner(
        scales=((10**12, " trillion"), (10**9, " billion"), (10**6, " million")),
        days=tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()),
        points=" percentage points",
        times=" times",
        decade="s",
        century=lambda number: f"{_ordinal(number)} century",
        ordinal=_ordinal,
        money=_english_money,
        quantity=_english_quantity,
        quarter=lambda number: f"{_ordinal(number)} quarter",
        halves=("first half", "second half"),
        date=_english_date,
    ),
}
