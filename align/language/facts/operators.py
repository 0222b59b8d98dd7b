"""Words that turn or bind what is said: not, must, may, and, or, only, before, more, if.

``data/operators.tsv`` holds them by axis and class: shall and may are classes of the axis "duty". A
word may stand on several axes ("never" denies and says how often).
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from align.language.languages import Code, Language

_TWICE = "twice"
_OTHER = "-"
DENIAL = "negation"
# What a form is held by: an English one is a whole word.
_WHOLE: dict[Code, str] = {"zh": "(?:{})", "en": r"(?<![A-Za-z-])(?:{})(?![A-Za-z-])"}


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


@cache
def _patterns(code: Code) -> tuple[dict[str, re.Pattern[str]], dict[str, str]]:
    """A pattern by axis, and the class of each of its groups; "-" and "twice" have their own."""
    text = (files(__package__) / "data" / "operators.tsv").read_text("utf-8")
    by_axis: dict[str, list[str]] = {}
    class_of: dict[str, str] = {}
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
        class_of[group] = name
        by_axis.setdefault(axis, []).append(f"(?P<{group}>{words})")
    wrap = _WHOLE[code]
    return {
        axis: re.compile(wrap.format("|".join(some)), re.IGNORECASE)
        for axis, some in by_axis.items()
    }, class_of


@cache
def classes(language: Language) -> dict[str, tuple[str, ...]]:
    """The classes of each axis of a language."""
    patterns, class_of = _patterns(language.rules)
    return {
        axis: tuple(class_of[group] for group in pattern.groupindex)
        for axis, pattern in patterns.items()
        if pattern.groupindex
    }


def without_twice(text: str, language: Language) -> str:
    """A text with what denies twice, and so affirms, blanked out; places stay.

    >>> from align.language.languages import ENGLISH
    >>> without_twice("not only here", ENGLISH)
    '         here'
    """
    pattern = _patterns(language.rules)[0][_TWICE]
    return pattern.sub(lambda match: " " * len(match.group()), text)


def operators(text: str, language: Language) -> list[Operator]:
    """The operators of a text by their places; `text` is in simplified characters."""
    patterns, class_of = _patterns(language.rules)
    once = without_twice(text, language)
    others = [match.span() for match in patterns[_OTHER].finditer(text)]
    found = []
    for axis, pattern in patterns.items():
        if axis in (_OTHER, _TWICE):
            continue
        for match in pattern.finditer(once if axis == DENIAL else text):
            if not _stepped_over(match.span(), others):
                found.append(Operator(axis, class_of[match.lastgroup or ""], *match.span()))
    return sorted(found, key=lambda one: (one.start, one.end, one.axis))


def _stepped_over(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    """Whether a span lies in a longer one of the others, which are in order and apart."""
    at = bisect_right(others, (span[0], sys.maxsize)) - 1
    if at < 0:
        return False
    low, high = others[at]
    return span[1] <= high and high - low > span[1] - span[0]
