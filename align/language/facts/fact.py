"""A fact of a text: a quantity, a date, an item's label …, with all the ways to read it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

FactKind = Literal[
    "number",  # 5 000, 三百: a bare count
    "quantity",  # 120公里: a number with a unit of measurement
    "money",
    "share",  # 33 %, two thirds, 八折: a part of a whole
    "points",  # percentage points
    "multiple",  # tripled, 增加了两倍
    "date",  # (year, month, day), any of them None
    "weekday",  # 1 is Monday
    "quarter",
    "half",  # of a year
    "decade",  # its first year
    "century",
    "plan",  # a five-year plan's ordinal
    "time",  # minutes after midnight
    "ordinal",
    "label",  # (c), （三）, 丙: the place of an item in its list
    "symbol",  # A/RES/70/1
    "code",  # ISO 9001, F-16
    "url",
    "placeholder",  # %s, {0}, <b>
    "pole",  # one side of an axis, its unit: up of trend
    "negation",
    "operator",  # a class of an axis, its unit: may of duty
    "roles",  # who does what to whom
    "exchanged",  # two facts that have changed places
    "item",  # of a list
    "clause",
    "title",  # of a work, or what else is quoted
    "word",  # that nothing answers
    "name",  # of a person, a place, a body
]
# firm: a translation must keep it. soft: it may be dropped, but not turned into another one.
# mute: it may answer for a fact of the other side and is never missed itself (one, a, 一国两制).
Strength = Literal["firm", "soft", "mute"]
DateValue = tuple[int | None, int | None, int | None]
Value = Fraction | DateValue | str

LONGEST = 40  # figures of a number; longer runs are identifiers


class Reading(NamedTuple):
    """One way to read a fact; `unit` is a unit's or a currency's id, or what a label counts."""

    kind: FactKind
    value: Value
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in a text; ``text[start:end]`` is how it is written there.

    `readings` holds at least one, the likeliest first: 12.09.2018 may be of September or of
    December, ``three times`` may be a multiple or a count.
    """

    readings: tuple[Reading, ...]
    start: int
    end: int
    text: str
    strength: Strength = "firm"

    @property
    def kind(self) -> FactKind:
        """The kind of the likeliest reading."""
        return self.readings[0].kind

    @property
    def value(self) -> Value:
        """The value of the likeliest reading."""
        return self.readings[0].value

    @property
    def unit(self) -> str:
        """The unit of the likeliest reading."""
        return self.readings[0].unit
