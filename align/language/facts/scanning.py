"""The forms in which a language writes facts, tried in their order wherever one may begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from align.language.facts.fact import Fact, FactKind, Reading, Strength, Value
from align.language.facts.prefixes import Alphabet, Masks, heads

Reader = Callable[["re.Match[str]"], Iterator[Fact]]
Match = Callable[[str, int], "re.Match[str] | None"]


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing facts: a pattern and what reads its matches.

    A reader that yields nothing steps over what was matched; one that yields facts which end
    before the match has only looked ahead. `needs` spares a form that may begin with any letter.
    """

    pattern: str
    read: Reader
    needs: str = ""  # characters of which the text must hold one; "" for none in particular


class Scanner:
    """The forms of a language; `begins` is a character class of what any of them begins with."""

    def __init__(self, begins: str, forms: Sequence[Form]) -> None:
        self._begins = re.compile(begins)
        self._forms = [(re.compile(form.pattern).match, form.read) for form in forms]
        self._needs = [form.needs for form in forms]
        self._needed = [
            (needs, re.compile(f"[{re.escape(needs)}]").search)
            for needs in sorted({form.needs for form in forms if form.needs})
        ]
        self._patterns = [form.pattern for form in forms]
        self._alphabet: Alphabet | None = None
        self._heads: list[Masks] = []
        self._may: dict[str, list[tuple[tuple[Match, Reader], str]]] = {}
        self._of: dict[frozenset[str], dict[str, tuple[tuple[Match, Reader], ...]]] = {}

    def read(self, text: str) -> list[Fact]:
        """The facts of `text` in order of their forms' beginnings."""
        found: list[Fact] = []
        at = 0
        there = frozenset(needs for needs, search in self._needed if search(text))
        search, of = self._begins.search, self._of.setdefault(there, {})
        while start := search(text, at):
            at = start.start()
            key = text[at : at + 2]
            some = of.get(key)
            if some is None:
                some = of[key] = self._beginning(key, there)
            for match, read in some:
                own = match(text, at)
                if own is not None:
                    facts_ = list(read(own))
                    found += facts_
                    loud = [fact.end for fact in facts_ if fact.strength != "mute"]
                    at = max(max(loud, default=own.end()), at + 1)
                    break
            else:
                at += 1
        return found

    def _beginning(self, key: str, there: frozenset[str]) -> tuple[tuple[Match, Reader], ...]:
        """The forms that may begin with two characters (one at the end of a text), in their order.

        `there` is what the text holds of what forms need.
        """
        some = self._may.get(key)
        if some is None:
            some = self._may[key] = self._by_heads(key)
        return tuple(form for form, needs in some if not needs or needs in there)

    def _by_heads(self, key: str) -> list[tuple[tuple[Match, Reader], str]]:
        """The forms that may begin with two characters, and what each needs."""
        if self._alphabet is None:
            self._alphabet = Alphabet(self._patterns)
            self._heads = [heads(pattern, self._alphabet) for pattern in self._patterns]
        first = self._alphabet.bit(key[0])
        second = self._alphabet.bit(key[1]) if len(key) > 1 else self._alphabet.all
        return [
            (form, needs)
            for form, masks, needs in zip(self._forms, self._heads, self._needs, strict=True)
            if masks.get(first, 0) & second
        ]


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
