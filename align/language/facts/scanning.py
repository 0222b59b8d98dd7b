"""The forms in which a language writes facts, tried in their order wherever one may begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from align.language.facts.fact import Fact, FactKind, Reading, Strength, Value

Reader = Callable[["re.Match[str]"], Iterator[Fact]]
_GROUP = re.compile(r"\(\?P<\w+>|(?<!\\)\((?!\?)")


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing facts: a pattern and what reads its matches.

    A reader that yields nothing steps over what was matched; one that yields facts which end
    before the match has only looked ahead.
    """

    pattern: str
    read: Reader


class Scanner:
    """The forms of a language; `begins` is a character class of what any of them begins with."""

    def __init__(self, begins: str, forms: Sequence[Form]) -> None:
        ways = "|".join(f"({_GROUP.sub('(?:', form.pattern)})" for form in forms)
        self._all = re.compile(f"(?={begins})(?:{ways})")
        self._forms = [(re.compile(form.pattern), form.read) for form in forms]

    def read(self, text: str) -> list[Fact]:
        """The facts of `text` in order of their forms' beginnings."""
        found: list[Fact] = []
        at = 0
        while match := self._all.search(text, at):
            pattern, read = self._forms[(match.lastindex or 1) - 1]
            own = pattern.match(text, match.start())
            assert own is not None
            some = list(read(own))
            found += some
            loud = [fact.end for fact in some if fact.strength != "mute"]
            at = max(max(loud, default=match.end()), match.start() + 1)
        return found


def fact(
    text: str,
    span: tuple[int, int],
    kind: str,
    value: Value | int,
    unit: str = "",
    *,
    strength: str = "firm",
    also: Sequence[Reading] = (),
) -> Fact:
    """A fact of ``text[span]``, whole numbers as fractions; `kind` and `strength` are a Fact's."""
    exact: Value = Fraction(value) if isinstance(value, int) else value
    first = Reading(cast(FactKind, kind), exact, unit)
    return Fact((first, *also), *span, text[span[0] : span[1]], cast(Strength, strength))


def number(kind: FactKind, value: Fraction | int, unit: str = "") -> Reading:
    """A further way to read a fact."""
    return Reading(kind, Fraction(value), unit)
