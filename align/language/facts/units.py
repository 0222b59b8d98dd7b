"""Units of measurement and currencies: one table for both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from align.language.scripts import HAN


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, its dimension, and how many of the dimension's base units it is."""

    id: str
    dimension: str
    factor: float


def _rows(name: str) -> list[list[str]]:
    text = (files(__package__) / "data" / name).read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    return [row + [""] * (5 - len(row)) for row in rows]


@cache
def units() -> dict[str, Unit]:
    """The units by their id."""
    return {row[2]: Unit(row[2], row[0], float(row[1])) for row in _rows("units.tsv")}


def _alternatives(pairs: list[tuple[str, str]]) -> tuple[str, tuple[str, ...]]:
    """A pattern of one group a form, the longest form first, and each group's id."""
    pairs = sorted(pairs, key=lambda pair: len(re.sub(r"\(.*?\)", "", pair[0])), reverse=True)
    return "|".join(f"({form})" for form, _ in pairs), tuple(id for _, id in pairs)


class UnitReader:
    """Reads a unit or a currency where one stands."""

    def __init__(self, pairs: list[tuple[str, str]], before: str = "", after: str = "") -> None:
        pattern, self._ids = _alternatives(pairs)
        self._pattern = re.compile(f"{before}(?:{pattern}){after}")

    def match(self, text: str, at: int) -> tuple[str, int] | None:
        """The id of what stands at `at` and where it ends."""
        found = self._pattern.match(text, at)
        return (self._ids[(found.lastindex or 1) - 1], found.end()) if found else None


def _forms(rows: list[list[str]], id: int, column: int) -> list[tuple[str, str]]:
    return [(form, row[id]) for row in rows for form in _split(row[column]) if form]


def _split(cell: str) -> list[str]:
    """The alternatives of a cell; a bar inside brackets parts nothing."""
    parts, depth, last = [], 0, 0
    for place, char in enumerate(cell):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            parts.append(cell[last:place])
            last = place + 1
    return [*parts, cell[last:]]


@cache
def chinese_names() -> dict[str, str]:
    """What Chinese calls a unit or a currency first, by its id; a bare dollar is of America."""
    names: dict[str, str] = {"dollar": "美元"}
    for name, id, column in (("units.tsv", 2, 3), ("currencies.tsv", 0, 1)):
        for row in _rows(name):
            first = re.sub(r"\(.*?\)|[?]", "", _split(row[column])[0])
            if first and re.fullmatch(f"[{HAN}]+", first):
                names.setdefault(row[id], first)
    return names


@cache
def chinese_units() -> UnitReader:
    """Units after a Chinese number: 公里, 个月. Signs such as km are written there too."""
    rows = _rows("units.tsv")
    signs = [
        (form, id) for form, id in _forms(rows, 2, 4) if re.fullmatch(r"[A-Za-z]{1,3}[²³23]?", form)
    ]
    latin = [
        (rf"{form}(?![A-Za-z])", id) for form, id in signs if form not in ("l", "li", "mu", "s")
    ]
    return UnitReader(_forms(rows, 2, 3) + latin, before=r"\s?")


# Signs whose plural would be a word or another sign: "version 2.2 has", 5 ms.
_NO_PLURAL = frozenset("ha m g l t h W B ft in kn".split())


@cache
def english_units() -> UnitReader:
    """Units after an English number, in the singular or plural: kilometres, sq km, -year-old."""
    forms = [
        (form if form in _NO_PLURAL else rf"{form}(?:s|es)?", id)
        for form, id in _forms(_rows("units.tsv"), 2, 4)
    ]
    return UnitReader(forms, before=r"(?:[\s-]|\s?(?=[°℃℉])|(?<=\d))", after=r"(?![A-Za-z²³])")


@cache
def chinese_currencies() -> UnitReader:
    """Currencies after a Chinese number."""
    return UnitReader(_forms(_rows("currencies.tsv"), 0, 1), before=r"\s?")


@cache
def english_currencies() -> UnitReader:
    """Currencies after an English number, in the singular or plural."""
    forms = [(rf"{form}s?", id) for form, id in _forms(_rows("currencies.tsv"), 0, 2)]
    return UnitReader(forms, before=r"[\s-]", after=r"(?![A-Za-z])")


@cache
def signs() -> tuple[str, UnitReader]:
    """The signs and codes that stand before an amount: as a pattern, and its reader."""
    pairs = _forms(_rows("currencies.tsv"), 0, 3)
    return _alternatives([(f, i) for f, i in pairs])[0].replace("(", "(?:"), UnitReader(pairs)


# Which currencies a vague name may be of: a dollar of anywhere, pounds of Britain or Egypt.
KIN = {
    "dollar": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"}),
    "franc": frozenset({"CHF", "XAF"}),
    "krone": frozenset({"SEK", "NOK", "DKK"}),
    "yen-yuan": frozenset({"JPY", "CNY"}),
    "GBP": frozenset({"EGP"}),
    "MXN": frozenset({"PHP"}),
}


def same_currency(one: str, other: str) -> bool:
    """Whether two currencies may be the same one.

    >>> same_currency("USD", "dollar"), same_currency("USD", "EUR"), same_currency("", "EUR")
    (True, False, True)
    """
    if not one or not other or one == other:
        return True
    return other in KIN.get(one, ()) or one in KIN.get(other, ())
