"""When one fact renders another, and when it stands in another's place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from align.language.facts.fact import LONGEST, Fact, Reading
from align.language.facts.units import same_currency, units

# A converted measure is rounded: 120 km are called 75 miles (0.6 % more), 1.8 m six feet (1.6 %).
_ROUNDED = 0.03
_DEGREES = 0.6  # of Celsius, by which a converted temperature may be rounded
_TIMES = frozenset({"year", "day", "week", "month", "hour", "minute", "second", "year-old"})
_PLAIN = frozenset({"number", "ordinal", "label"})
# Kinds of which one may have been put where the other should stand.
_RIVALS = (
    frozenset({"number", "quantity", "money", "ordinal", "multiple", "share", "points"}),
    frozenset({"date", "decade", "century"}),
    frozenset({"date", "number", "ordinal"}),
    frozenset({"ordinal", "label", "quarter", "half", "plan", "century", "number"}),
    frozenset({"symbol", "code", "number"}),
    frozenset({"time", "number"}),
)


def agree(one: Fact, other: Fact) -> bool:
    """Whether two facts can render each other, in any of their readings.

    A date without its year agrees with the full one, 50 % with a half, C-34 with 34, a measure
    with its conversion, a full hour with its number, and the 1990s with 90.
    """
    if one.readings[0].kind == "pole":  # of which a text has many; they have one reading
        return one.readings == other.readings
    return any(_same(a, b) or _same(b, a) for a in one.readings for b in other.readings)


Key = tuple[object, ...]


def agreement_keys(fact: Fact) -> frozenset[Key]:
    """What facts that agree have in common: two that share no key do not render each other.

    >>> from align.language.facts import facts
    >>> from align.language.languages import CHINESE, ENGLISH
    >>> (year,), (full,) = facts("2021年", CHINESE), facts("3 May 2021", ENGLISH)
    >>> bool(agreement_keys(year) & agreement_keys(full))
    True
    """
    return frozenset(key for reading in fact.readings for key in _keys(reading))


def _keys(reading: Reading) -> Iterator[Key]:
    kind, value = reading.kind, reading.value
    if isinstance(value, tuple):
        yield from (("part", place, part) for place, part in enumerate(value) if part is not None)
        yield from (("value", part) for part in (value[0], value[2]) if part is not None)
        return
    yield "value", value
    if kind in ("code", "symbol"):
        text = str(value)
        yield "letters", _bare(text)
        yield from (("figures", value) for value in _figures(text))
        yield "parts", tuple(re.findall(r"\d+", text))
        yield from (("end", text[at:]) for at in (0, *_after_slashes(text)))
    elif kind in ("number", "ordinal"):
        yield "figures", value
    elif kind == "decade" and isinstance(value, Fraction):
        yield "value", value % 100
    elif kind == "time" and isinstance(value, Fraction):
        yield from (("value", hour) for hour in (value / 60, value / 60 - 12))
    elif kind == "quantity" and isinstance(value, Fraction):
        yield from _measure_keys(value, reading.unit)


def _after_slashes(text: str) -> list[int]:
    return [match.end() for match in re.finditer("/", text)]


# A step is as wide as measures that agree lie apart, so that those are in one step or in two beside
# each other: each is entered in its own and the next.
_STEP = -math.log(1 - _ROUNDED)


def _measure_keys(value: Fraction, unit: str) -> Iterator[Key]:
    known = units().get(unit)
    if known is None:
        return
    if known.dimension == "temperature":
        steps = [("temperature", _celsius(known.id, value) / _DEGREES)]
    else:
        sizes = [(known.dimension, float(value) * known.factor)]
        if known.id in _DAYS:
            sizes.append(("days", float(value) * _DAYS[known.id]))
        steps = [
            (f"{name}{'-' if size < 0 else ''}", math.log(abs(size)) / _STEP if size else -1e6)
            for name, size in sizes
        ]
    for name, step in steps:
        # A hair wider, as logarithms are rounded.
        own = math.floor(step * (1 - 1e-9))
        yield from (("measure", name, own + more) for more in (0, 1))


def rivals(one: Fact, other: Fact) -> bool:
    """Whether `other` may stand in the place of `one` by its kind."""
    kinds = {one.kind, other.kind}
    if "pole" in kinds:
        return len(kinds) == 1 and one.unit == other.unit
    if len(kinds) == 1 or any(kinds <= group for group in _RIVALS):
        return True
    return any(a.kind == b.kind for a in one.readings for b in other.readings)


def _same(one: Reading, other: Reading) -> bool:
    kinds = (one.kind, other.kind)
    if one.kind == other.kind:
        return _same_kind(one, other)
    if one.kind in _PLAIN and other.kind in _PLAIN:
        return one.value == other.value
    if kinds == ("number", "date"):
        return _of_date(one.value, other.value)
    if kinds == ("ordinal", "date"):
        assert isinstance(other.value, tuple)
        return other.value[2] is not None and one.value == other.value[2]
    if kinds in (("number", "quantity"), ("number", "money")):
        return one.value == other.value
    if kinds == ("ordinal", "quantity"):  # 第二天, two days on
        return one.value == other.value and other.unit in _TIMES
    if one.kind == "number" and other.kind in ("quarter", "half", "plan", "century"):
        return one.value == other.value
    if one.kind == "ordinal" and other.kind in ("quarter", "half", "plan", "century", "multiple"):
        return one.value == other.value and other.kind != "multiple"
    if kinds == ("number", "multiple"):
        return one.value == other.value
    if kinds == ("share", "multiple"):
        return one.value == other.value and not one.unit
    if kinds == ("number", "decade"):
        assert isinstance(other.value, Fraction)
        return one.value in (other.value, other.value % 100)
    if kinds == ("number", "time"):
        assert isinstance(one.value, Fraction)
        assert isinstance(other.value, Fraction)
        return other.value % 60 == 0 and one.value in (other.value / 60, other.value / 60 - 12)
    if one.kind in ("number", "ordinal") and other.kind in ("code", "symbol"):
        return one.value in _figures(str(other.value))
    if kinds == ("code", "symbol"):
        return _bare(one.value) == _bare(other.value)
    return False


def _figures(text: str) -> set[Fraction]:
    """The numbers in a code, whole and with what follows a point: 1, 18 and 1.18 in V1.18."""
    found = [*re.findall(r"\d+", text), *re.findall(r"\d+\.\d+", text)]
    return {Fraction(number) for number in found if len(number) <= LONGEST}


def _same_code(one: str, other: str) -> bool:
    """Whether two codes are one; a version may be written with what it is of: 8.3.0, PHP8.3.0."""
    if _bare(one) == _bare(other):
        return True
    plain = one[:1].isdigit() != other[:1].isdigit()
    return plain and re.findall(r"\d+", one) == re.findall(r"\d+", other)


def _bare(value: object) -> str:
    return re.sub(r"[^0-9A-Z]", "", str(value).upper())


def _same_kind(one: Reading, other: Reading) -> bool:
    if one.kind == "date":
        return _same_date(one.value, other.value)
    if one.kind == "money":
        return one.value == other.value and same_currency(one.unit, other.unit)
    if one.kind == "quantity":
        return _same_quantity(one, other)
    if one.kind == "symbol":
        ours, theirs = str(one.value), str(other.value)
        return ours == theirs or ours.endswith("/" + theirs) or theirs.endswith("/" + ours)
    if one.kind == "code":
        return _same_code(str(one.value), str(other.value))
    if one.kind == "pole":
        return one.value == other.value and one.unit == other.unit
    return one.value == other.value


def _same_quantity(one: Reading, other: Reading) -> bool:
    ours, theirs = units().get(one.unit), units().get(other.unit)
    if ours is None or theirs is None or ours.id == theirs.id:
        return one.value == other.value
    assert isinstance(one.value, Fraction)
    assert isinstance(other.value, Fraction)
    if "degree" in (ours.id, theirs.id):
        return one.value == other.value and {ours.dimension, theirs.dimension} <= {
            "temperature",
            "degree",
        }
    if ours.dimension != theirs.dimension:
        return _loose_span(ours.id, theirs.id, one.value, other.value)
    if ours.dimension == "temperature":
        return abs(_celsius(ours.id, one.value) - _celsius(theirs.id, other.value)) <= _DEGREES
    a, b = float(one.value) * ours.factor, float(other.value) * theirs.factor
    return abs(a - b) <= _ROUNDED * max(abs(a), abs(b))


# Days of the units of time that are not of one length: for 365天 and a year, 30 days and a month.
_DAYS = {"day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 30.4, "quarter": 91.3, "year": 365.2}


def _loose_span(ours: str, theirs: str, one: Fraction, other: Fraction) -> bool:
    if ours not in _DAYS or theirs not in _DAYS:
        return False
    a, b = float(one) * _DAYS[ours], float(other) * _DAYS[theirs]
    return abs(a - b) <= _ROUNDED * max(a, b)


def _celsius(unit: str, value: Fraction) -> float:
    return float(value) if unit == "C" else (float(value) - 32) * 5 / 9


def _same_date(one: object, other: object) -> bool:
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    pairs = list(zip(one, other, strict=True))
    return all(a == b or a is None or b is None for a, b in pairs) and any(
        a is not None and a == b for a, b in pairs
    )


def _of_date(value: object, date: object) -> bool:
    assert isinstance(date, tuple)
    assert isinstance(value, Fraction)
    return value in date[:1] or value in date[2:]
