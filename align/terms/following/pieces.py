"""The smallest pieces of a text that a rendering can begin or end with, and what lies between them.

A piece of English is a word, or each part of a hyphenated one; of Chinese each character, as a word
segmenter would tie renderings to its own borders. A plus sign belongs to the word before it (A4P+,
以行动促维和”+) and a hanging hyphen too ("troop- and"), so that none can be cut off.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.language.folding import fold
from align.language.languages import Code, Language, language_of
from align.language.scripts import HAN
from align.language.words import word_set

Span = tuple[int, int]

# What the gap before a piece holds, as bits. The gap after the last piece is one more.
EDGE = 1  # the beginning or end of the text
JOINED = 2  # a hyphen, slash or apostrophe without a space: the two are one compound
COMMA = 4
STOP = 8  # . ; : ! ? and their Chinese forms
OPENS = 16  # an opening bracket or quotation mark
CLOSES = 32
NAME = 64  # a capitalised name runs across

# What a piece is, as bits.
FUNCTION = 1  # a word that no term begins or ends with: of, the, 的
CAPITAL = 2
DIGITS = 4
AND = 8  # joins two heads: and, or, 和, 与
PLUS = 16  # ends in a plus, or is the Plus of a name
ACRONYM = 32

_PLUS = r"(?:[\"'”’」』》]? ?[+＋⁺](?![A-Za-z\d]))?"
_LATIN = r"(?:(?![" + HAN + r"])[^\W_])+(?:[.&](?=[^\W_])(?:(?![" + HAN + r"])[^\W_])+)*"
_ENGLISH = re.compile(
    rf"{_LATIN}(?:\+\+|{_PLUS})(?:[-‐‑–](?=\s+(?:and|or|to|and/or)\b|,))?|[{HAN}]"
)
_CHINESE = re.compile(rf"[{HAN}]{_PLUS}|{_LATIN}{_PLUS}")
_PIECE: dict[Code, re.Pattern[str]] = {"zh": _CHINESE, "en": _ENGLISH}
_JOINT = re.compile(r"[-‐‑–/’'·]")
_OPEN, _CLOSE = "“‘「『《〈（([【", "”’」』》〉）)]】"
_STOPS = ".;:!?。；：！？…—\n"
SMALL_ENGLISH = word_set(
    "a an the of for in on at to by with from and or nor but that which who its their his her this"
    " these those as is was were be been being had has have would will should could may might must"
    " also than then such it they he she not into upon under between among through during within"
    " said there all any each every both more most other some i we you our your my me us him them"
    " are am do does did so if when where what how can shall about over after before against"
)
SMALL_CHINESE = frozenset(
    "的了和与及或在为对将并也都而其该是有被于从向等这那各所把让使就说我你他她它们着地得"
)
_SMALL: dict[Code, Collection[str]] = {"zh": SMALL_CHINESE, "en": SMALL_ENGLISH}
_ANDS = word_set("and or nor 和 与 及 或 、")
_LINKS = word_set("of for and the on in to la de du des against from with at")
_MONTHS = word_set(
    "January February March April May June July August September October November December"
)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one text.

    `spans` (n, 2) are characters; `kinds` (n,) and `gaps` (n + 1,) hold the bits above, `gaps[i]` of
    what stands before piece i; `forms` (n,) are numbers that equal words share, whatever their case
    and number.
    """

    spans: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    gaps: NDArray[np.uint8]
    forms: NDArray[np.uint64]
    words: tuple[str, ...]  # folded


def read_pieces(text: str, lang: str) -> Pieces:
    """The pieces of `text`; `lang` is "zh" or another.

    >>> text = "troop- and police-contributing countries’ A4P+"
    >>> [text[a:b] for a, b in read_pieces(text, "en").spans.tolist()]
    ['troop-', 'and', 'police', 'contributing', 'countries', 'A4P+']
    >>> [int(gap) for gap in read_pieces("（甲）A4P", "zh").gaps]
    [17, 32, 1]
    """
    language = language_of(lang)
    spans = [match.span() for match in _PIECE[language.rules].finditer(text)]
    if not language.is_chinese:
        spans = [(a, b) for a, b in spans if not _possessive(text, a, b)]
    some = [_piece(text[start:end], language) for start, end in spans]
    kinds = [piece.kind for piece in some]
    gaps = _gaps(text, spans)
    if not language.is_chinese:
        _mark_names(text, spans, kinds, gaps)
    return Pieces(
        np.array(spans, np.int32).reshape(-1, 2),
        np.array(kinds, np.uint8),
        np.array(gaps, np.uint8),
        np.array([piece.form for piece in some], np.uint64),
        tuple(piece.word for piece in some),
    )


def piece_forms(text: str, lang: str) -> NDArray[np.uint64]:
    """The forms of `read_pieces` alone.

    >>> from align.language.languages import ENGLISH
    >>> piece_forms("The missions’ reports", "en").tolist() == [
    ...     form(word, ENGLISH) for word in ("the", "mission", "report")
    ... ]
    True
    """
    language = language_of(lang)
    pattern = _PIECE[language.rules]
    if language.is_chinese or ("'" not in text and "’" not in text):
        pieces = pattern.findall(text)
    else:
        pieces = [m.group() for m in pattern.finditer(text) if not _possessive(text, *m.span())]
    return np.array([_piece(piece, language).form for piece in pieces], np.uint64)


class _Piece(NamedTuple):
    """What a piece is wherever it stands."""

    word: str  # folded
    kind: int
    form: int


@lru_cache(maxsize=1 << 16)
def _piece(piece: str, language: Language) -> _Piece:
    word = fold(piece)
    return _Piece(word, _kind(piece, word, language), form(word, language))


def form(word: str, language: Language) -> int:
    """A number that a folded word shares with its plural.

    >>> from align.language.languages import ENGLISH
    >>> form("mission", ENGLISH) == form("missions", ENGLISH)
    True
    >>> form("a4p", ENGLISH) == form("a4p+", ENGLISH)
    False
    """
    return (
        zlib.crc32((word if language.is_chinese else stem(word)).encode("utf-8", "surrogatepass"))
        + 1
    )


def stem(word: str) -> str:
    """A folded English word without its plural ending: ``agencies`` and ``agency`` → ``agenc``."""
    word = word.rstrip("-‐‑–")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3]
    if word.endswith("y") and len(word) > 3 and word[-2] not in "aeiou":
        return word[:-1]
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def _possessive(text: str, start: int, end: int) -> bool:
    return end - start == 1 and text[start] in "sS" and start > 0 and text[start - 1] in "'’"


def _kind(piece: str, word: str, language: Language) -> int:
    kind = 0
    if word in _SMALL[language.rules] and (
        language.is_chinese or piece != word.upper() or len(piece) == 1
    ):
        kind |= FUNCTION
    if piece[0].isupper():
        kind |= CAPITAL
    if any(char.isdigit() for char in piece):
        kind |= DIGITS
    if word in _ANDS:
        kind |= AND
    if piece[-1] in "+＋⁺" or piece in ("Plus", "PLUS"):
        kind |= PLUS
    if sum(char.isupper() for char in piece) > 1:
        kind |= ACRONYM
    return kind


def _gaps(text: str, spans: list[Span]) -> list[int]:
    starts = [start for start, _ in spans]
    ends = [end for _, end in spans]
    gaps = []
    last = len(spans)
    for at, (low, high) in enumerate(zip([0, *ends], [*starts, len(text)], strict=True)):
        gap = EDGE if at in (0, last) else 0
        between = text[low:high]
        if between and between != " ":
            if len(between) == 1 and 0 < at < last and _JOINT.match(between):
                gap |= JOINED
            else:
                gap |= _marks(between)
        gaps.append(gap)
    return gaps if spans else [EDGE]


def _marks(between: str) -> int:
    gap = 0
    straight = between.count('"')
    for char in between:
        if char in _OPEN:
            gap |= OPENS
        elif char in _CLOSE:
            gap |= CLOSES
        elif char in ",，、":
            gap |= COMMA
        elif char in _STOPS:
            gap |= STOP
    if straight:  # a straight quotation mark opens after a space and closes before one
        gap |= OPENS if between.endswith('"') else CLOSES
    return gap


def _mark_names(text: str, spans: list[Span], kinds: list[int], gaps: list[int]) -> None:
    """Mark the gaps that a capitalised name runs across: Bureau | of | Budget."""
    previous: int | None = None
    for at, (start, end) in enumerate(spans):
        word = text[start:end]
        if gaps[at] & (COMMA | STOP | OPENS | CLOSES):
            previous = None
        if word in _MONTHS:
            previous = None  # the Water Convention in March
        elif kinds[at] & CAPITAL:
            if previous is not None:
                for gap in range(previous + 1, at + 1):
                    gaps[gap] |= NAME
            previous = at
        elif word not in _LINKS:
            previous = None
    if len(spans) > 1 and gaps[1] & NAME and not kinds[0] & ACRONYM:
        word = text[spans[0][0] : spans[0][1]]
        if word.lower() in SMALL_ENGLISH or not _capitalised_again(spans, kinds):
            gaps[1] &= ~NAME  # the first word has a capital anyway


def _capitalised_again(spans: list[Span], kinds: list[int]) -> bool:
    """Whether the text's first word is part of a name: another capital follows it at once."""
    return bool(len(spans) > 1 and kinds[1] & CAPITAL)
