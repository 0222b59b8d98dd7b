"""Words of which one contradicts another: rise and fall, north and south, he and she.

``data/poles.tsv`` holds the axes. An axis with one pole in the source and only others in the
translation is a contradiction; how far a word can be trusted to mean its pole (通过 adopts a
resolution, or is "through") is learned, see ``align.terms.checking.weights``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from align.language.facts.fact import Fact, Reading

_WORD = re.compile(r"[A-Za-z]+(?:[-.'’][A-Za-z]+)*\.?")
_LONGEST = 4  # words of an English form
_PART = re.compile(r"第[^第，。；、]{1,10}?(章|条|段|节|款|页|卷|部分)")
_PARTS = {
    "章": "chapter",
    "条": "article",
    "段": "paragraph",
    "节": "section",
    "页": "page",
    "卷": "volume",
}


class Entry(NamedTuple):
    """An axis and the pole of it that a word stands for."""

    axis: str
    pole: str


Lexicon = dict[str, tuple[Entry, ...]]


@cache
def lexicons() -> tuple[Lexicon, Lexicon]:
    """The words of the poles, Chinese and English; an English form may end in ``*``."""
    text = (files(__package__) / "data" / "poles.tsv").read_text("utf-8")
    sides: tuple[Lexicon, Lexicon] = ({}, {})
    for line in text.splitlines():
        if not line or line[0] == "#":
            continue
        axis, pole, *words = line.split("\t")
        for lexicon, cell in zip(sides, words, strict=False):
            for word in cell.split():
                lexicon[word] = (*lexicon.get(word, ()), Entry(axis, pole))
    return sides


def poles(text: str, *, chinese: bool) -> list[Fact]:
    """The poles that a text names; each fact's text is the form of the lexicon that names it."""
    read = _chinese if chinese else _english
    return [
        Fact((Reading("pole", entry.pole, entry.axis),), start, end, form, "soft")
        for start, end, form, entries in read(text)
        for entry in entries
        if entry.axis != "-"
    ]


@cache
def _chinese_starts() -> dict[str, tuple[int, ...]]:
    starts: dict[str, set[int]] = {}
    for word in lexicons()[0]:
        starts.setdefault(word[0], set()).add(len(word))
    return {char: tuple(sorted(sizes, reverse=True)) for char, sizes in starts.items()}


def _chinese(text: str) -> Iterator[tuple[int, int, str, tuple[Entry, ...]]]:
    lexicon, starts = lexicons()[0], _chinese_starts()
    at = 0
    while at < len(text):
        for size in starts.get(text[at], ()):
            word = text[at : at + size]
            if word in lexicon:
                yield at, at + size, word, lexicon[word]
                at += size - 1
                break
        at += 1
    for match in _PART.finditer(text):
        if match[1] in _PARTS:
            yield match.start(1), match.end(1), match[1], (Entry("partof", _PARTS[match[1]]),)


@cache
def _stems() -> tuple[Lexicon, tuple[int, ...]]:
    stems = {form[:-1]: entries for form, entries in lexicons()[1].items() if form.endswith("*")}
    return stems, tuple(sorted({len(stem) for stem in stems}, reverse=True))


def _english(text: str) -> Iterator[tuple[int, int, str, tuple[Entry, ...]]]:
    lexicon = lexicons()[1]
    tokens = [
        (m.start(), m.end(), m.group().lower().replace("’", "'")) for m in _WORD.finditer(text)
    ]
    at = 0
    while at < len(tokens):
        for size in range(min(_LONGEST, len(tokens) - at), 0, -1):
            some = tokens[at : at + size]
            form = "_".join(word for _, _, word in some)
            found = lexicon.get(form) or lexicon.get(form.rstrip("."))
            if not found and size == 1:
                found, stem = _stemmed(form.rstrip("."))
                if found:
                    end = some[-1][1] - form.endswith(".")
                    yield some[0][0], end, stem, found
                    break
            if found:
                dotted = form not in lexicon and form.endswith(".")
                yield some[0][0], some[-1][1] - dotted, form.rstrip(".") if dotted else form, found
                at += size - 1
                break
        at += 1


@cache
def _stemmed(word: str) -> tuple[tuple[Entry, ...], str]:
    stems, sizes = _stems()
    for size in sizes:
        if len(word) >= size and (entries := stems.get(word[:size])):
            return entries, word[:size] + "*"
    return (), word
