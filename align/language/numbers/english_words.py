"""How English writes numbers in words: runs of them cut into cardinals, ordinals and fractions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from align.language.numbers.figures import plain_value
from align.language.numbers.forms import Form, Reading

SCALES = {
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_CENTURIES = ("eighteen", "nineteen", "twenty")  # of years: the twenty of "twenty twenty"
_CARDINALS = {word: value for value, word in enumerate(_UNITS)}
_CARDINALS |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "hundredth": 100,
    "thousandth": 1000,
}
_ORDINALS |= {word + "th": _CARDINALS[word] for word in _UNITS[13:]}
_ORDINALS |= {word[:-1] + "ieth": _CARDINALS[word] for word in _TENS}
_SHARES = [word for word, value in _ORDINALS.items() if 3 <= value <= 10]
_PARTS = {word + "s": value for word, value in _ORDINALS.items() if value > 2}
_PARTS |= {"half": 2, "halves": 2, "quarter": 4, "quarters": 4}
_ARTICLES = ("a", "an")
_LOOSE = {
    "both": 2,
    "twice": 2,
    "twofold": 2,
    "double": 2,
    "doubled": 2,
    "doubling": 2,
    "couple": 2,
    "pair": 2,
    "thrice": 3,
    "threefold": 3,
    "triple": 3,
    "tripled": 3,
    "fourfold": 4,
    "fivefold": 5,
    "tenfold": 10,
    "once": 1,
    "single": 1,
    "dozen": 12,
    "decade": 10,
}
_LOOSE_WORD = "|".join(sorted(_LOOSE, key=len, reverse=True))
_WORDS = sorted(
    {*_CARDINALS, *SCALES, *_ORDINALS, *_PARTS, "dozen", "decades"}, key=len, reverse=True
)
NUMBER_WORDS = frozenset((*_WORDS, *_LOOSE))
_WORD = "(?:" + "|".join(_WORDS) + r")(?![a-z])"
_SCALE = "(?:" + "|".join(SCALES) + ")"
# "A hundred" is one hundred; a third *of* something, or *by* a third, is no third one.
_SHARE = f"(?:quarter|{'|'.join(_SHARES)})"
_BEFORE_SHARE = "|".join(
    f"(?<={word} )" for word in ("by", "than", "over", "nearly", "almost", "about")
)
_NO_SHARE = r"[A-Za-z-]| (?:party|parties|time)"
_ARTICLE = (
    rf"an? (?={_SCALE}(?![a-z])|{_SHARE} of\b)|"
    rf"(?:{_BEFORE_SHARE})an? (?={_SHARE}(?!{_NO_SHARE}))"
)
COUNTED_BY_ARTICLE = frozenset((*SCALES, "quarter", *_SHARES))
_TOKEN = re.compile(r"[a-z]+")
_PERCENT_TAIL = re.compile(r"\s?%|[\s-]per\s?cent\b")


class _Token(NamedTuple):
    word: str
    start: int
    end: int


def _read_words(match: re.Match[str]) -> Iterator[Reading]:
    """Numbers in words, as many as a run of them holds."""
    base = match.start()
    tokens = [
        _Token(word.group(), base + word.start(), base + word.end())
        for word in _TOKEN.finditer(match.group().lower())
    ]
    at = 0
    while at < len(tokens):
        reading, at = _one_number(tokens, at, match.string)
        if reading is not None:
            yield reading


def _one_number(tokens: list[_Token], at: int, text: str) -> tuple[Reading | None, int]:
    """The number that begins at token `at`, if one does, and the place after it."""
    word, start, end = tokens[at]
    if word in _ORDINALS:
        value = _ORDINALS[word]
        return Reading("ordinal", str(value), start, end, firm=value >= 10), at + 1
    if word == "half":
        return Reading("fraction", "1/2", start, end, firm=False), at + 1
    if (
        word not in _CARDINALS and word not in _ARTICLES
    ):  # "hundred" or "thirds" by itself counts nothing
        return None, at + 1
    return _counted(tokens, at, text)


def _counted(tokens: list[_Token], at: int, text: str) -> tuple[Reading, int]:
    """The number that begins with the cardinal at `at`; it may turn out an ordinal or a fraction."""
    word, start, end = tokens[at]
    total, group = 0, _CARDINALS.get(word, 1)
    while (at := _after(tokens, at)) < len(tokens):
        last, (word, _, word_end) = word, tokens[at]
        closed = _closed(word, last, total, group)
        if closed is not None:
            return closed._replace(start=start, end=word_end), at + 1
        grown = _grown(word, last, total, group)
        if grown is None:
            break
        (total, group), end = grown, word_end
    percent = _PERCENT_TAIL.match(text, end)
    if percent:
        return Reading("percent", f"{total + group}%", start, percent.end()), at
    return Reading("number", str(total + group), start, end, firm=False), at


def _after(tokens: list[_Token], at: int) -> int:
    """The place after token `at`, past the "and" of "one hundred and five".

    After the "and" of "two hundred and three hundred" another number begins.
    """
    word = tokens[at].word
    ahead = [token.word for token in tokens[at + 1 : at + 4]]
    joined = len(ahead) > 1 and ahead[0] == "and" and word in SCALES and word not in ahead
    return at + 2 if joined and (ahead[1] in _CARDINALS or ahead[1] in _ORDINALS) else at + 1


def _closed(word: str, last: str, total: int, group: int) -> Reading | None:
    """What `word` makes of the number before it, where nothing more can follow."""
    if word == "decades":
        return Reading("number", str((total + group) * 10), 0, 0, firm=False)
    if word in _ORDINALS and _joins(last, _ORDINALS[word]):
        return Reading("ordinal", str(total + group + _ORDINALS[word]), 0, 0)
    if word in _PARTS and (group > 1 or not word.endswith("s")):
        return Reading("fraction", f"{total + group}/{_PARTS[word]}", 0, 0)
    if word in _ORDINALS and word not in ("first", "second") and total + group == 1:
        return Reading("fraction", f"1/{_ORDINALS[word]}", 0, 0)
    return None


def _grown(word: str, last: str, total: int, group: int) -> tuple[int, int] | None:
    """The number with `word` put to it: what is counted, and what a scale may still multiply."""
    if word == "hundred" and group < 100:
        return total, group * 100
    if word == "dozen" and group < 100:
        return total, group * 12
    if word in _TENS and last in _CENTURIES and not total:  # nineteen ninety
        return 0, group * 100 + _CARDINALS[word]
    if word in SCALES and word != "hundred":
        scale = SCALES[word]
        if group and total % (1000 * scale) == 0:
            return total + group * scale, 0
        if not group and total < scale:  # two thousand million
            return total * scale, 0
    if word in _CARDINALS and _joins(last, _CARDINALS[word]):
        return total, group + _CARDINALS[word]
    return None


def _joins(last: str, value: int) -> bool:
    """Whether a number word of `value` goes on the number that ends in `last`: forty-two."""
    if last in _TENS:
        return 0 < value < 10
    return last in SCALES and value < 100


def _read_loose(match: re.Match[str]) -> Iterator[Reading]:
    yield Reading("number", str(_LOOSE[match.group().lower()]), *match.span(), firm=False)


def _read_half_of(match: re.Match[str]) -> Iterator[Reading]:
    value = (SCALES | {"dozen": 12})[match["hof"].lower()] // 2
    yield Reading("number", str(value), *match.span(), firm=False)


def _read_and_half(match: re.Match[str]) -> Iterator[Reading]:
    scale = SCALES[match["xscale"].lower()] if match["xscale"] else 1
    value = plain_value(f"{_CARDINALS[match['xword'].lower()]}.5", scale)
    yield Reading("number", value, *match.span(), firm=False)


def _read_share(match: re.Match[str]) -> Iterator[Reading]:
    """two thirds, a quarter."""
    top, bottom = (_CARDINALS[match[name].lower()] for name in ("top", "bottom"))
    if top < bottom:
        yield Reading("fraction", f"{top}/{bottom}", *match.span(), firm=False)
    else:
        yield Reading("number", str(top), *match.span("top"), firm=False)
        yield Reading("number", str(bottom), *match.span("bottom"), firm=False)


SHARE = Form(  # three in four, one out of every ten
    "share",
    rf"(?<![A-Za-z])(?i:(?P<top>{'|'.join(_UNITS[1:10])})[ -](?:in|out[ -]of)[ -](?:every[ -])?"
    rf"(?P<bottom>{'|'.join(_UNITS[2:11])})(?![A-Za-z-]))",
    _read_share,
)
HALF_OF = Form(
    "halfof",
    rf"(?<![A-Za-z])(?i:half[ -]an?[ -](?P<hof>{_SCALE}|dozen)(?![a-z]))",
    _read_half_of,
)
AND_HALF = Form(
    "andhalf",
    rf"(?<![A-Za-z])(?i:(?P<xword>{'|'.join(_UNITS[1:])})[ -]and[ -]a[ -]half(?![a-z])"
    rf"(?:[ -](?P<xscale>{_SCALE})(?![a-z]))?)",
    _read_and_half,
)
WORDS = Form(
    "han",
    rf"(?<![A-Za-z])(?i:(?:{_ARTICLE})?{_WORD}(?:(?:[ -]|[ -]and[ -]){_WORD})*)",
    _read_words,
)
LOOSE = Form("loose", rf"(?<![A-Za-z])(?i:{_LOOSE_WORD})(?![a-z])", _read_loose)
