"""The forms in which quantities are written: one pattern each, with what reads its matches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from align.language.numbers.quantity import QuantityKind


class Reading(NamedTuple):
    """What a reader makes of a match: a quantity but for the text that it cuts out."""

    kind: QuantityKind
    value: str
    start: int
    end: int
    firm: bool = True
    unit: str = ""


_STRIDE = 1_000  # runs at once: each is remembered until the last has matched
_TELLING = 4  # letters of a word by which it is known from most others

Reader = Callable[["re.Match[str]"], Iterator[Reading]]


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing quantities; without a reader what it matches is stepped over."""

    name: str
    pattern: str
    read: Reader | None = None


class Grammar:
    """The forms of a language, tried in their order wherever a quantity may begin.

    `passed` matches the runs in which none can, so that they are crossed in one stride: a mere
    shortcut, without which the same is found.
    """

    def __init__(self, passed: str, forms: Sequence[Form]) -> None:
        self.forms = tuple(forms)
        ways = "|".join(f"(?P<{form.name}>{form.pattern})" for form in forms)
        self._pattern = re.compile(f"(?:{passed}){{1,{_STRIDE}}}|{ways}", re.ASCII)
        self._readers = {form.name: form.read for form in forms if form.read is not None}

    def read(self, text: str) -> list[Reading]:
        """The readings of `text` in order, none overlapping."""
        found: list[Reading] = []
        for match in self._pattern.finditer(text):
            name = match.lastgroup
            if name is not None and name in self._readers:
                found.extend(self._readers[name](match))
        return found


def beginnings(words: Iterable[str]) -> str:
    """A pattern for the first letters of `words`, by which each is known from most other words.

    >>> beginnings(["one", "once", "twenty"])
    'o(?:nce|ne)|t(?:wen)'
    """
    tails: dict[str, set[str]] = {}
    for word in words:
        tails.setdefault(word[0], set()).add(word[1:_TELLING])
    return "|".join(f"{first}(?:{'|'.join(sorted(tails[first]))})" for first in sorted(tails))
