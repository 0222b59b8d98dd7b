"""What stands between title marks, brackets and quotation marks, and is no place to cut."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from align.language.languages import Language
from align.language.scripts import HAN

_CLOSING = {
    "《": "》", "〈": "〉", "（": "）", "(": ")", "［": "］", "[": "]", "【": "】",
    "“": "”", "「": "」", "『": "』",
}  # fmt: skip
_OPENING = {close: opening for opening, close in _CLOSING.items()}
_MARKS = re.compile("[" + re.escape("".join({*_CLOSING, *_OPENING, '"'})) + "]")
_TITLES = "《〈"
_BRACKETS = "（([［【"
_QUOTES = '“「『"'
_STOPS = "。！？｡.!?…"
_ENDED = re.compile(rf"[{re.escape(_STOPS)}：:；;][{re.escape(''.join(_OPENING))}\"'’ ]*$")
_FULL_STOP = re.compile(r"[。｡…]|\.(?=\s)")
_CHINESE_BEFORE = re.compile(f"[{HAN}A-Za-z0-9（(]")
_CHINESE_AFTER = re.compile(f"[{HAN}）)]")
_HANGS_ON = re.compile("[就便才后後时時等这這一]")
_ENGLISH_BEFORE = re.compile(r"[A-Za-z0-9)] $")
_ENGLISH_AFTER = re.compile(r"\s+[a-z]|[,;:.)]")


class Enclosed(NamedTuple):
    """A pair of marks: the places of the opening and of the closing one."""

    start: int
    end: int


def enclosed(text: str) -> list[Enclosed]:
    """The pairs of marks in `text`, by their closing marks. Linear; marks without a mate are none.

    >>> enclosed("《走（吧）》》")
    [Enclosed(start=2, end=4), Enclosed(start=0, end=5)]
    """
    found: list[Enclosed] = []
    stack: list[tuple[str, int]] = []
    waiting: defaultdict[str, int] = defaultdict(int)
    for match in _MARKS.finditer(text):
        char, at = match[0], match.start()
        straight = char == '"'
        opening = char if straight else _OPENING.get(char, "")
        if opening and waiting[opening] and not (straight and _opens(text, at)):
            while True:
                mark, start = stack.pop()
                waiting[mark] -= 1
                if mark == opening:
                    found.append(Enclosed(start, at))
                    break
        elif char in _CLOSING or straight:
            stack.append((char, at))
            waiting[char] += 1
    return found


def _opens(text: str, at: int) -> bool:
    """Whether a straight quotation mark opens: a space or nothing before it, text after it."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (not before or before.isspace()) and bool(after) and not after.isspace()


def closed_to_cuts(text: str, *, language: Language) -> list[Enclosed]:
    """The pairs within which no sentence ends.

    Title marks; brackets within a sentence; quotations that are a name or a word of the sentence
    around them (`He saw "Run! Old Man" twice`), not speech.
    """
    pairs = (pair for pair in enclosed(text) if _is_closed(text, pair, language))
    return [_with_what_hangs_on(text, pair) if language.is_chinese else pair for pair in pairs]


def _is_closed(text: str, pair: Enclosed, language: Language) -> bool:
    mark = text[pair.start]
    if mark in _TITLES:
        return True
    if mark in _BRACKETS:
        return _within_a_sentence(text, pair.start) and not _is_prose(text, pair)
    inside = text[pair.start + 1 : pair.end]
    return _is_quoted_name(text, pair, inside, language) if mark in _QUOTES else False


def _with_what_hangs_on(text: str, pair: Enclosed) -> Enclosed:
    """A quotation with the place after it where the same sentence plainly goes on: “…？”就走了."""
    if text[pair.start] in _QUOTES and _HANGS_ON.match(text, pair.end + 1):
        return Enclosed(pair.start, pair.end + 1)
    return pair


def _within_a_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 20) : at].rstrip()
    return bool(before) and not _ENDED.search(before)


def _is_prose(text: str, pair: Enclosed) -> bool:
    """A bracket of several clauses is cut as running text is; the one in gold has three commas."""
    inside = text[pair.start : pair.end]
    return inside.count("；") + inside.count(";") > 0 or inside.count("，") + inside.count(",") > 2


def _is_quoted_name(text: str, pair: Enclosed, inside: str, language: Language) -> bool:
    if not language.is_chinese:
        return (
            bool(_ENGLISH_BEFORE.search(text[max(0, pair.start - 2) : pair.start]))
            and bool(_ENGLISH_AFTER.match(text, pair.end + 1))
            and not _FULL_STOP.search(inside)
        )
    if not _CHINESE_AFTER.match(text, pair.end + 1) or _FULL_STOP.search(inside):
        return False
    if inside[-1:] not in _STOPS:
        return "，" not in inside  # a name with a mark in it, wherever it stands
    return pair.start > 0 and bool(_CHINESE_BEFORE.match(text[pair.start - 1]))
