"""A fact's value in plain words, as a reviser writes it: $5.5 billion, 16 November 2018, 下午3时."""

from __future__ import annotations

from fractions import Fraction

from align.language.facts.fact import Reading
from align.language.facts.units import chinese_names

_SIGNS = {"USD": "$", "dollar": "$", "EUR": "€", "GBP": "£"}
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_ZH_DAYS = "一二三四五六日"
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
_ZH_SCALES = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))


def plain_value(reading: Reading, *, chinese: bool) -> str:
    """What a reading says, in Chinese or English.

    >>> plain_value(Reading("money", Fraction(5_500_000_000), "USD"), chinese=False)
    '$5.5 billion'
    >>> plain_value(Reading("date", (None, 11, 16)), chinese=False)
    '16 November'
    >>> plain_value(Reading("money", Fraction(5_500_000_000), "dollar"), chinese=True)
    '55亿美元'
    """
    value, unit = reading.value, reading.unit
    if isinstance(value, tuple):
        return _date(value, chinese=chinese)
    if isinstance(value, str):
        return value
    if reading.kind == "money":
        figure = figures(value, chinese=chinese)
        if chinese:
            return figure + ("元" if unit == "CNY" else chinese_names().get(unit, f" {unit}"))
        return _SIGNS[unit] + figure if unit in _SIGNS else f"{unit} {figure}"
    if reading.kind == "share":
        return (
            f"{figures(value * 100, chinese=chinese)}%"
            if (value * 1000).denominator == 1
            else f"{value}"
        )
    if reading.kind == "points":
        return figures(value * 100, chinese=chinese) + (
            "个百分点" if chinese else " percentage points"
        )
    if reading.kind == "multiple":
        return figures(value, chinese=chinese) + ("倍" if chinese else " times")
    if reading.kind == "time":
        return f"{int(value) // 60}:{int(value) % 60:02d}"
    if reading.kind == "weekday":
        return f"星期{_ZH_DAYS[int(value) - 1]}" if chinese else _DAYS[int(value) - 1]
    if reading.kind == "decade":
        return f"{int(value)}年代" if chinese else f"{int(value)}s"
    if reading.kind == "century":
        return f"{int(value)}世纪" if chinese else f"{_ordinal(int(value))} century"
    if reading.kind in ("ordinal", "quarter", "half", "plan") and value.denominator == 1:
        return f"第{int(value)}" if chinese else _ordinal(int(value))
    if reading.kind == "quantity":
        if chinese and unit in chinese_names():
            return figures(value, chinese=True) + chinese_names()[unit]
        return f"{figures(value, chinese=chinese)} {unit}"
    return figures(value, chinese=chinese)


def figures(value: Fraction, *, chinese: bool) -> str:
    """A number in figures, from a million (Chinese: ten thousand) on with its scale.

    >>> figures(Fraction(5000), chinese=False), figures(Fraction(15_000), chinese=True)
    ('5,000', '1.5万')
    """
    for scale, name in _ZH_SCALES if chinese else _SCALES:
        part = value / scale
        if abs(part) >= 1 and (part * 1000).denominator == 1:
            return _decimal(part) + ("" if chinese else " ") + name
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


def _date(value: tuple[int | None, int | None, int | None], *, chinese: bool) -> str:
    year, month, day = value
    if chinese:
        parts = ((year, "年"), (month, "月"), (day, "日"))
        before = "公元前" if year is not None and year < 0 else ""
        return before + "".join(
            f"{abs(number)}{sign}" for number, sign in parts if number is not None
        )
    words = [
        str(day) if day is not None and month else _ordinal(day) if day is not None else "",
        _MONTHS[month - 1] if month else "",
        f"{-year} BC" if year is not None and year < 0 else str(year) if year is not None else "",
    ]
    return " ".join(word for word in words if word)
