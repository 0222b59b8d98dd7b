"""Words of which one contradicts another: rise and fall, north and south, he and she.

``data/poles.tsv`` holds the axes. An axis with one pole in the source and only others in the
translation is a contradiction; how far a word can be trusted to mean its pole (通过 adopts a
resolution, or is "through") is learned, see ``align.terms.checking.weights``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from align.language.facts.fact import Fact, Reading
from align.language.languages import Language

_WORD = re.compile(r"[A-Za-z]+(?:[-.'’][A-Za-z]+)*\.?")
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


def poles(text: str, language: Language) -> list[Fact]:
    """The poles that a text names; each fact's text is the form of the lexicon that names it."""
    read = _chinese if language.is_chinese else _english
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
    stems = {
        form[:-1]: entries
        for form, entries in lexicons()[1].items()
        if form.endswith("*") and "_" not in form
    }
    return stems, tuple(sorted({len(stem) for stem in stems}, reverse=True))


@cache
def _english_starts() -> dict[str, tuple[int, ...]]:
    """The numbers of words of the forms that begin with a word, the most first."""
    starts: dict[str, set[int]] = {}
    for form in lexicons()[1]:
        first, *rest = form.split("_")
        starts.setdefault(first, set()).add(len(rest) + 1)
    return {word: tuple(sorted(sizes, reverse=True)) for word, sizes in starts.items()}


def _english(text: str) -> Iterator[tuple[int, int, str, tuple[Entry, ...]]]:
    lexicon = lexicons()[1]
    tokens = list(_WORD.finditer(text))
    free = 0  # the first word that no form has taken
    for at, match in enumerate(tokens):
        known = _begun(match.group())
        if known is None or at < free:
            continue
        start = match.start()
        for size in known.sizes:
            some = tokens[at : at + size]
            if len(some) < size:
                continue
            words = [_bare(some[0].group()), *(_lower(one.group()) for one in some[1:])]
            form = _form(words)
            if form:
                dotted = words[-1].endswith(".") and not form.endswith(".")
                yield start, some[-1].end() - dotted, form, lexicon[form]
                free = at + size
                break
        else:
            if known.entries:
                yield start, match.end() - match.group().endswith("."), known.stem, known.entries


class _Begun(NamedTuple):
    """What may begin with a word: forms of so many words, the most first, or a stem's entries."""

    sizes: tuple[int, ...]
    entries: tuple[Entry, ...]
    stem: str


def _lower(word: str) -> str:
    return word.lower().replace("’", "'")


def _bare(word: str) -> str:
    """The word in small letters, won't and cannot as what they begin forms as: not."""
    lower = _lower(word)
    return "not" if lower.endswith("n't") or lower == "cannot" else lower


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """The forms of several words that end in ``*``, by all but their last word."""
    found: dict[str, tuple[str, ...]] = {}
    for form in lexicons()[1]:
        if form.endswith("*") and "_" in form:
            first = form.rpartition("_")[0]
            found[first] = (*found.get(first, ()), form)
    return found


def _form(words: Sequence[str]) -> str | None:
    """The form that words are: as it stands, or with an ending, or with any word inside.

    not_allow* is not allowing too, deputy_*_minister a deputy foreign minister.
    """
    lexicon, form = lexicons()[1], "_".join(words)
    inside = "_".join([words[0], *("*" for _ in words[1:-1]), words[-1]])
    for one in (form, form.rstrip("."), inside):
        if one in lexicon:
            return one
    some = _phrases().get("_".join(words[:-1]), ())
    return next((one for one in some if form.startswith(one[:-1])), None)


@lru_cache(maxsize=1 << 16)
def _begun(written: str) -> _Begun | None:
    """What may begin with a word as it is written; None for nothing, as for most words."""
    starts = _english_starts()
    word = _bare(written)
    plain = word.rstrip(".")
    sizes = tuple(sorted({*starts.get(word, ()), *starts.get(plain, ())}, reverse=True))
    entries, stem = _stemmed(plain)
    return _Begun(sizes, entries, stem) if sizes or entries else None


def _stemmed(word: str) -> tuple[tuple[Entry, ...], str]:
    stems, sizes = _stems()
    for size in sizes:
        if len(word) >= size and (entries := stems.get(word[:size])):
            return entries, word[:size] + "*"
    return (), word
