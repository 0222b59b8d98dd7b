"""Items of a list that runs on in one paragraph: 1. … 2. …, a. … b. …, （一）…（二）…, • … • …"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from align.document.labels import normalised
from align.language.abbreviations import NUMBER_NEEDED
from align.language.scripts import FULL_WIDTH, HAN

_HAN_NUMERAL = "一二三四五六七八九十"
_ROMAN_VALUES = {
    numeral: value
    for value, numeral in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(), start=1
    )
}
_BULLETS = "•●■▪◆◦∙⁃‣"
_LABEL = re.compile(
    rf"""
    (?<![\w.,/$€£¥-])
    (?:(?P<bullet>[{_BULLETS}])[ ]?)?
    (?:
        (?P<plain>\d{{1,3}}|[a-z]|[ivx]{{2,5}}|[A-H])(?P<stop>\.\)|[.)）．])(?!\d)
      | (?P<listed>\d{{1,3}}|[{_HAN_NUMERAL}]{{1,3}}|[A-H])(?P<comma>、)
      | (?P<open>[(（])[ ]?(?P<inner>\d{{1,3}}|[a-z]|[A-H]|[ivx]{{2,5}}|[{_HAN_NUMERAL}]{{1,3}})[ ]?[)）]
      | (?P<circled>[①-⑳])
      | (?(bullet)|(?!))
    )
    """,
    re.VERBOSE,
)
_HAN_LABEL = re.compile(  # no space stands before it
    rf"(?<=[{HAN}{FULL_WIDTH}])(?:(?P<plain>\d{{1,3}}|[A-H])(?P<stop>[.．)）])(?!\d)"
    r"|(?P<listed>\d{1,3}|[A-H])(?P<comma>、)|(?P<circled>[①-⑳]))"
)
_BARE = re.compile(
    rf"(?:[{_BULLETS}]\s?)?"
    r"(?:(?:\d{1,3}|[a-zA-Z]|x{0,3}(?:ix|iv|v?i{1,3}|v)|x{1,3})(?:\.\)|[.．)）、])"
    rf"|[(（]\s?(?:\d{{1,3}}|[a-z]{{1,2}}|[ivx]{{1,5}}|[{_HAN_NUMERAL}]{{1,3}})\s?[)）][.．、]?)"
)
_STOPS = frozenset("。！？｡.!?…．")
_GOES_ON = frozenset(",;，；、")
_AND = re.compile(r"(?:\b(?:and|or)|和|及|或|与|與|以及)$")
_CLOSERS = "\"'”’）)」』】]"
_LAST_WORD = re.compile(r"([A-Za-z]+)$")
_NAMED = re.compile(  # "the second item 3. …": what an ordinal names takes no number after it
    r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|next|previous|"
    r"other|each|every|this|that|same|whole)\s(?:\w+\s)?\w+$",
    re.IGNORECASE,
)
_COUNTED_ZH = re.compile(r"[第节節条條款项項段页頁表图圖章和至到为為是有]$")

_BULLET = "•"
_ANSWERS = 3  # of an examination; two capitals may be initials
_LONGEST = 10  # characters of a bare label: "• (viii)."

Before = Literal["start", "colon", "stop", "run-in", "bare", "glued", "counted"]


@dataclass(frozen=True, slots=True)
class _Label:
    """A label in running text: its span, its form ("1.", "(a"), what number it may stand for."""

    start: int
    end: int
    form: str
    values: tuple[int, ...]
    before: Before


@dataclass(slots=True)
class _List:
    """The labels of a list so far, and the form and number that would continue it."""

    labels: list[_Label]
    awaits: tuple[tuple[str, int], ...] = ()


def is_bare_label(text: str) -> bool:
    """Whether `text` is nothing but a label, which opens an item: ``2.``, ``(a)``, ``• 3.)``."""
    return len(text) <= _LONGEST and _BARE.fullmatch(text) is not None


def item_starts(text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Where items of running lists open in `text`, and the spans of their labels. Linear.

    A list is at least two labels of one form that count on by one. Its items stand alone where the
    one before ends with a stop or with nothing; after a comma or a semicolon the sentence goes on.
    Of answers to choose from (A. … B. … C. …) each stands alone.

    >>> item_starts("1. Mend the roof 2. Paint the door")
    ([17], [(0, 2), (17, 19)])
    """
    cuts: set[int] = set()
    spans: list[tuple[int, int]] = []
    for labels in _lists(text):
        spans += [(label.start, label.end) for label in labels]
        answers = labels[0].form.startswith("A")
        opened = [label.start for label in labels[1:] if answers or _stands_alone(label)]
        cuts.update(opened)
        if opened and labels[0].before == "colon":
            cuts.add(labels[0].start)
    return sorted(cuts), sorted(spans)


def _stands_alone(label: _Label) -> bool:
    return label.before in ("stop", "bare") or label.form == _BULLET


def _lists(text: str) -> list[list[_Label]]:
    """Runs of labels that count on, each of two items or more."""
    waiting: dict[tuple[str, int], _List] = {}
    found: list[_List] = []
    for label in _labels(text):
        keys = [(label.form, value) for value in label.values]
        current = next((waiting[key] for key in keys if key in waiting), None)
        if current is not None and _continues(label):
            if len(current.labels) == 1:
                found.append(current)
            current.labels.append(label)
            for key in current.awaits:
                if waiting.get(key) is current:
                    del waiting[key]
        elif _opens(label):
            current = _List([label])
        else:
            continue
        step = 0 if label.form == _BULLET else 1
        current.awaits = tuple((form, value + step) for form, value in keys)
        waiting.update(dict.fromkeys(current.awaits, current))
    return [run.labels for run in found if not run.labels[0].form.startswith("A") or _choose(run)]


def _choose(run: _List) -> bool:
    """Whether capitals are labels: each after a stop, or of three answers or more to choose from.

    A. Lake, B. Stone are initials; A、B、C三点 has nothing to choose.
    """
    labels = run.labels
    if all(label.before == "stop" for label in labels[1:]):
        return True
    return (
        len(labels) >= _ANSWERS
        and labels[0].values == (1,)
        and labels[0].before in ("start", "colon", "stop")
        and all(a.end < b.start for a, b in pairwise(labels))
    )


def _opens(label: _Label) -> bool:
    """A list begins at the head, after a colon or a stop, or with its first number anywhere."""
    if label.before in ("start", "colon", "stop"):
        return True
    return 1 in label.values and label.before != "counted" and label.form != _BULLET


def _continues(label: _Label) -> bool:
    if label.form.startswith("A"):
        return True  # told once all are known
    return label.before in ("stop", "run-in", "bare", "colon")


def _labels(text: str) -> Iterator[_Label]:
    at = 0
    matches = [*_LABEL.finditer(text), *_HAN_LABEL.finditer(text)]
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if match.start() >= at:
            label = _label(text, match)
            if label is not None:
                at = label.end
                yield label


def _label(text: str, match: re.Match[str]) -> _Label | None:
    groups = match.groupdict()
    name = next((groups[g] for g in ("plain", "listed", "inner", "circled") if groups.get(g)), "")
    rest = text[match.end() : match.end() + 60].strip()
    if not rest or (not name and rest[0] == groups.get("bullet")):
        return None  # nothing follows, or a row of signs
    suffix = groups.get("stop") or groups.get("comma") or groups.get("open") or ""
    kind, values = _values(name)
    needs_space = bool(name) and not groups.get("circled")
    before = _before(text, match.start(), needs_space)
    return _Label(match.start(), match.end(), kind + suffix, values, before)


def _values(name: str) -> tuple[str, tuple[int, ...]]:
    """The kind of a label and the numbers that it may stand for: "i" is 1 and the ninth letter."""
    if not name:
        return _BULLET, (1,)
    if "A" <= name <= "H":
        return "A", (ord(name) - 64,)
    if name.isascii() and name.isalpha():
        roman = _ROMAN_VALUES.get(name)
        letter = ord(name) - 96 if len(name) == 1 else None
        return "a", tuple(value for value in (letter, roman) if value is not None)
    value = normalised(name)
    return ("一" if name[0] in _HAN_NUMERAL else "1"), (int(value),) if value.isdecimal() else ()


def _before(text: str, at: int, needs_space: bool) -> Before:
    """What stands before a place where an item may open."""
    before = text[max(0, at - 40) : at]
    bare = before.rstrip()
    if not bare:
        return "start"
    if bare[-1] in ":：":
        return "colon"
    if bare[-1] in _GOES_ON or _AND.search(bare):
        return "run-in"
    if bare[-1] in _STOPS or (bare[-1] in _CLOSERS and bare.rstrip(_CLOSERS)[-1:] in _STOPS):
        return "stop"
    word = _LAST_WORD.search(bare)
    if not word:
        counted = _COUNTED_ZH.search(bare) is not None
    else:
        counted = word[1].lower() in NUMBER_NEEDED and not _NAMED.search(bare)
    if counted:
        return "counted"
    return "glued" if needs_space and before == bare else "bare"
