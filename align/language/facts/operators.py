"""Words that turn or bind what is said: not, must, may, and, or, only, before, more, if.

``data/operators.tsv`` holds them by axis and class: shall and may are classes of the axis "duty". A
word may stand on several axes ("never" denies and says how often).
"""

from __future__ import annotations

import functools
import operator
import re
import sys
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from align.language.facts.prefixes import Alphabet, heads
from align.language.languages import Code, Language

_TWICE = "twice"
_OTHER = "-"
DENIAL = "negation"
# What a form is held by: an English one is a whole word.
_NOT_AFTER: dict[Code, str] = {"zh": "", "en": "(?<![A-Za-z-])"}
_NOT_BEFORE: dict[Code, str] = {"zh": "", "en": "(?![A-Za-z-])"}


class Operator(NamedTuple):
    """An operator in a text: ``text[start:end]`` is of a class of an axis."""

    axis: str
    name: str  # of its class
    start: int
    end: int

    @property
    def key(self) -> str:
        """The class and its axis, as the weights name them."""
        return f"{self.axis}:{self.name}"


class Words:
    """The words of a language: a pattern by axis, and the class of each of its groups.

    "-" and "twice" have patterns of their own. Which axes may have a word at a place is told by its two
    characters: most begin none.
    """

    def __init__(self, code: Code) -> None:
        text = (files(__package__) / "data" / "operators.tsv").read_text("utf-8")
        by_axis: dict[str, list[str]] = {}
        self.class_of: dict[str, str] = {}
        for line in text.splitlines():
            if not line or line[0] == "#":
                continue
            lang, axis, name, words = line.split("\t")
            if lang != code:
                continue
            if axis == _OTHER:
                by_axis[name] = [f"(?:{words})"]
                continue
            group = f"{axis}_{name}"
            self.class_of[group] = name
            by_axis.setdefault(axis, []).append(f"(?P<{group}>{words})")
        written = {
            axis: f"(?i:{_NOT_AFTER[code]}(?:{'|'.join(some)}){_NOT_BEFORE[code]})"
            for axis, some in by_axis.items()
        }
        self.patterns = {axis: re.compile(pattern) for axis, pattern in written.items()}
        self._alphabet = Alphabet(written.values())
        self._heads = {axis: heads(pattern, self._alphabet) for axis, pattern in written.items()}
        first = functools.reduce(operator.or_, (bit for own in self._heads.values() for bit in own))
        self._begins = re.compile(_NOT_AFTER[code] + self._alphabet.one_of(first))
        self._may: dict[str, tuple[str, ...]] = {}

    def spans(self, text: str) -> Iterator[tuple[str, re.Match[str]]]:
        """Every match of each axis' pattern, as its `finditer` gives them, by their places."""
        ends = dict.fromkeys(self.patterns, 0)
        may = self._may
        for begin in self._begins.finditer(text):
            at = begin.start()
            key = text[at : at + 2]
            axes = may.get(key)
            if axes is None:
                axes = may[key] = self._beginning(key)
            for axis in axes:
                if at >= ends[axis] and (match := self.patterns[axis].match(text, at)) is not None:
                    ends[axis] = match.end()
                    yield axis, match

    def _beginning(self, key: str) -> tuple[str, ...]:
        """The axes of which a word may begin with two characters, or with the last of a text."""
        first = self._alphabet.bit(key[0])
        second = self._alphabet.bit(key[1]) if len(key) > 1 else self._alphabet.all
        return tuple(axis for axis, masks in self._heads.items() if masks.get(first, 0) & second)


@cache
def words(code: Code) -> Words:
    """The words of a language, read once."""
    return Words(code)


@cache
def classes(language: Language) -> dict[str, tuple[str, ...]]:
    """The classes of each axis of a language."""
    known = words(language.rules)
    return {
        axis: tuple(known.class_of[group] for group in pattern.groupindex)
        for axis, pattern in known.patterns.items()
        if pattern.groupindex
    }


def without_twice(text: str, language: Language) -> str:
    """A text with what denies twice, and so affirms, blanked out; places stay.

    >>> from align.language.languages import ENGLISH
    >>> without_twice("not only here", ENGLISH)
    '         here'
    """
    pattern = words(language.rules).patterns[_TWICE]
    return pattern.sub(lambda match: " " * len(match.group()), text)


def operators(text: str, language: Language) -> list[Operator]:
    """The operators of a text by their places; `text` is in simplified characters."""
    known = words(language.rules)
    spans = list(known.spans(text))
    if any(axis == _TWICE for axis, _ in spans):
        denials = known.patterns[DENIAL].finditer(without_twice(text, language))
        spans = [one for one in spans if one[0] != DENIAL] + [(DENIAL, one) for one in denials]
    others = [match.span() for axis, match in spans if axis == _OTHER]
    found = [
        Operator(axis, known.class_of[match.lastgroup or ""], *match.span())
        for axis, match in spans
        if axis not in (_OTHER, _TWICE) and not _stepped_over(match.span(), others)
    ]
    return sorted(found, key=lambda one: (one.start, one.end, one.axis))


def _stepped_over(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    """Whether a span lies in a longer one of the others, which are in order and apart."""
    at = bisect_right(others, (span[0], sys.maxsize)) - 1
    if at < 0:
        return False
    low, high = others[at]
    return span[1] <= high and high - low > span[1] - span[0]
