"""Amounts as English writes them: in figures or words, with scales, signs, measures, currencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from align.language.facts.chinese_amounts import DECIMAL_COMMA, figure_value
from align.language.facts.fact import Fact, Reading
from align.language.facts.scanning import fact, number
from align.language.facts.units import english_currencies, english_units
from align.language.numbers.english_words import WORDS

FIGURE = rf"(?:{DECIMAL_COMMA}|(?:\d{{1,3}}(?:[ ,]\d{{3}})+(?!\d)|\d+)(?:\.\d+)?|(?<![\d.])\.\d+)"
# Some write a comma after a scale: two million, three hundred thousand.
WORD_RUN = WORDS.pattern.replace(
    "[ -]and[ -])",
    "[ -]and[ -]|(?<=thousand), |(?<=million), |(?<=billion), |(?<=trillion), )",
)
_SCALES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "tn": 10**12, "k": 1000, "dozen": 12,
    "crore": 10**7, "lakh": 10**5,
}  # fmt: skip
_SCALE = re.compile(
    r"\+?[\s-]?(hundred|thousand|million|billion|trillion|dozen|mln|mn|bn|crore|lakh)s?(?![a-z])",
    re.IGNORECASE,
)
_THOUSAND = re.compile(r"[kK](?![A-Za-z])")
_SHORT_SCALE = re.compile(r"\s?(m|mn|bn|tn|k|M|B|K)(?![A-Za-z])")
_RANGE = re.compile(
    rf"(?:\sto\s|\s?[-—]\s?|\sand\s|\sor\s)(?:(?:US\s?)?[$€£¥]\s?)?(?:{FIGURE}|(?:[a-z]+-)?[a-z]+)"
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion)(?![a-z]))?"
    r"(?P<share>\s?%|[\s-]per[\s-]?cent\b)?(?P<points>\s(?:percentage\s)?points?\b)?"
)
_SHARE = re.compile(r"\s?%(?!\w)|[\s-]per[\s-]?cent\b|\s?pct\b")
_POINTS = re.compile(
    r"(?:\s?%|[\s-]per[\s-]?cent(?:age)?|[\s-]percentage)?[\s-](?:percentage[\s-])?poi"
    r"nts?\b|\s?pp\b|\s?p\.p\."
)
_BASIS = re.compile(r"[\s-]?(?:basis[\s-]points?|bps?\b)")
_BELOW_LINE = {
    "‰": 10**3, "thousand": 10**3, "mil": 10**3, "mille": 10**3, "1000": 10**3,
    "‱": 10**4, "ten thousand": 10**4, "10000": 10**4, "hundred thousand": 10**5, "100000": 10**5,
    "ppm": 10**6, "million": 10**6, "1 million": 10**6, "1000000": 10**6, "ppb": 10**9, "billion": 10**9,
}  # fmt: skip
_MILLE = re.compile(  # 3 per 100,000, one part per million, two in every thousand
    r"\s?(?P<sign>[‰‱]|pp[mb]\b)|(?:\sparts?)?(?:\sper|\sin(?=\s(?:an?|one|every|each|1)))\s"
    r"(?:(?:an?|one|every|each)\s)?(?P<below>(?:(?:ten|hundred)\s)?thousand|mille?|(?:1\s)?million|billion"
    r"|1,?000,?000|100?,?000|1,?000)\b(?![\d,%])"
)
_OFF = re.compile(r"\s(?:off|discount|price reduction)\b|\s?-?off\b")
_DISCOUNT_OF = re.compile(r"discount of\s$")
_FOLD = re.compile(r"[\s-]?fold\b")
_TIMES = re.compile(
    r"\stimes\b(?P<more>\s(?:more|higher|greater|larger|bigger|faster|longer)\b)?(?P<a"
    r"s>\s(?:as|the|that|what|its|their|his|her|last|those|this|over)\b)?"
)
_AND_HALF = re.compile(r"[\s-]and[\s-]a[\s-]half\b")
_BELOW = re.compile(r"\s?(?:degrees?\s)?(?:Celsius\s|C\s)?below\s(?:zero|freezing)")
_MINUS = re.compile(r"(?:\bminus\s|\bnegative\s|(?<![\w)%.,-])-)$", re.IGNORECASE)


class Found(NamedTuple):
    """A number before its measure is looked at."""

    value: Fraction
    start: int
    end: int
    digits: bool
    sign: str = ""  # currency before it


def scaled(text: str, found: Found) -> Found:
    """The number with the scale that follows it: 5.5 billion, $5m."""
    value, end = found.value, found.end
    while match := _SCALE.match(text, end):
        word = match[1].lower()
        if not found.digits and word != "dozen":
            break
        value, end = value * _SCALES[word], match.end()
    if end == found.end and found.sign and (match := _SHORT_SCALE.match(text, end)):
        value, end = (
            value
            * _SCALES[match[1].lower().replace("b", "bn") if match[1] == "B" else match[1].lower()],
            match.end(),
        )
    return found._replace(value=value, end=end)


def measured(text: str, found: Found) -> Iterator[Fact]:
    """The fact that a number makes with what stands around it."""
    found = _negated(text, scaled(text, found))
    value, start, end = found.value, found.start, found.end
    if half := _AND_HALF.match(text, end):
        value, end = value + Fraction(1, 2), half.end()
        if scale := _SCALE.match(text, end):
            value, end = value * _SCALES[scale[1].lower()], scale.end()
    span = (start, end)
    if not found.sign:
        if match := _MILLE.match(text, end):
            below = _BELOW_LINE[(match["sign"] or match["below"]).replace(",", "")]
            also = (number("number", value),)
            yield fact(text, (start, match.end()), "share", value / below, also=also)
            yield fact(text, (end, match.end()), "number", below, strength="mute")
            return
        if match := _BASIS.match(text, end):
            yield fact(text, (start, match.end()), "points", value / 10_000)
            return
        if (match := _POINTS.match(text, end)) and (
            "cent" in match.group() or "pp" in match.group() or "%" in match.group()
        ):
            yield fact(text, (start, match.end()), "points", value / 100)
            return
        if match := _SHARE.match(text, end):
            yield _share(text, (start, match.end()), value / 100)
            return
        if match := _FOLD.match(text, end):
            yield from multiple(text, (start, match.end()), value)
            return
        if match := _TIMES.match(text, end):
            yield from _times(text, start, match, value)
            return
    if (
        found.digits
        and re.fullmatch(r"[012]\d[0-5]\d", text[start:end])
        and re.compile(r"\s(?:hours|hrs)\b").match(text, end)
    ):
        yield fact(text, (start, end + 6), "time", (value // 100) * 60 + value % 100)
        return
    if rest := _RANGE.match(text, end):
        if rest["share"] and value < 1000:
            kind = "points" if rest["points"] else "share"
            yield fact(text, span, kind, value / 100)
            return
        if rest["scale"] and value < 1000 and end == found.end and (found.digits or value > 1):
            low = value * _SCALES[rest["scale"]]
            plain = (number("number", value),)
            if found.sign:
                yield fact(text, span, "money", low, found.sign, also=plain)
            else:
                yield fact(text, span, "number", low, also=plain)
            return
    if found.sign:
        tail = english_currencies().match(text, end)
        yield fact(text, (start, tail[1] if tail else end), "money", value, found.sign)
        return
    yield from _with_unit(text, found, value, span)


def _with_unit(text: str, found: Found, value: Fraction, span: tuple[int, int]) -> Iterator[Fact]:
    start, end = span
    weak = "soft" if not found.digits and value <= 2 else "firm"
    if currency := english_currencies().match(text, end):
        also = (number("quantity", value, "lb"),) if text[end + 1 : end + 6] == "pound" else ()
        if text.startswith((" real", " rand", " won"), end) and not found.digits:
            yield fact(text, span, "number", value, strength="soft")
            return
        yield fact(
            text, (start, currency[1]), "money", value, currency[0], also=also, strength=weak
        )
        return
    if unit := english_units().match(text, end):
        id, end = unit
        if (half := _AND_HALF.match(text, end)) and value.denominator == 1:
            value, end = value + Fraction(1, 2), half.end()
        if below := _BELOW.match(text, end):
            value, end = -abs(value), below.end()
        also = ()
        if (id == "second" and text.endswith("second", start, end)) or id == "quarter":
            weak, also = "soft", (number("number", value),)
        if id == "fortnight":
            also = (number("quantity", value / 2, "month"),)
        if id == "decade":
            also = (number("quantity", value * 10, "year"),)
        yield fact(text, (start, end), "quantity", value, id, strength=weak, also=also)
        return
    if below := _BELOW.match(text, end):
        yield fact(text, (start, below.end()), "quantity", -abs(value), "degree")
        return
    yield plain_number(text, found, value, span)


def plain_number(text: str, found: Found, value: Fraction, span: tuple[int, int]) -> Fact:
    """A number that counts what has no unit."""
    also: tuple[Reading, ...] = ()
    if re.compile(r"\spoints?\b").match(text, span[1]):
        return fact(text, span, "number", value, also=(number("points", value / 100),))
    if found.digits:
        written = text[span[0] : span[1]]
        if written.isdigit() and len(written) == 4 and 1000 <= value <= 2100:
            also = (Reading("date", (int(value), None, None)),)
        elif re.fullmatch(r"(?:[01]?\d|2[0-3])\.[0-5]\d", written):
            hour, _, minute = written.partition(".")
            at = int(hour) * 60 + int(minute)
            also = (number("time", at), number("time", (at + 720) % 1440))
        if _THOUSAND.match(text, span[1]):  # 274k occurrences
            also = (*also, number("number", value * 1000))
        return fact(text, span, "number", value, also=also)
    strength = "firm" if value > 12 else "soft"
    if value == 1 and _pronoun(text, span):
        strength = "mute"
    return fact(text, span, "number", value, strength=strength)


def _pronoun(text: str, span: tuple[int, int]) -> bool:
    """Whether "one" stands for somebody or something: one of them, this one, one another."""
    after = text[span[1] : span[1] + 12]
    before = text[max(0, span[0] - 8) : span[0]].lower()
    return bool(
        re.match(
            r"\s(?:of|another|who|that|which|can|must|should|may|could|might|would|is|day|has)"
            r"\b|['’]s|[.,;:!?)]|$",
            after,
        )
    ) or before.endswith(
        ("this ", "that ", "the ", "which ", "each ", "no ", "any ", "new ", "only ")
    )


def _negated(text: str, found: Found) -> Found:
    before = _MINUS.search(text[max(0, found.start - 9) : found.start])
    if before is None or (
        before.group() == "-" and re.search(r"\d\s*-$", text[max(0, found.start - 5) : found.start])
    ):
        return found
    return found._replace(value=-found.value, start=found.start - len(before.group()))


def _share(text: str, span: tuple[int, int], value: Fraction) -> Fact:
    if _OFF.match(text, span[1]) or _DISCOUNT_OF.search(text[max(0, span[0] - 15) : span[0]]):
        return fact(text, span, "share", 1 - value)
    also: tuple[Reading, ...] = ()
    if value >= 1 and re.search(
        r"\bby\s(?:about |some |around |nearly |almost |more than |over )?$",
        text[max(0, span[0] - 20) : span[0]],
    ):
        also = (number("multiple", 1 + value),)
    if value < 1 and _CUT_BY.search(text[max(0, span[0] - 60) : span[0]]):
        also = (number("share", value, "cut"),)
    return fact(text, span, "share", value, also=also)


# reduced by four fifths: what is left is a fifth. What is reduced stands between, one noun phrase: 40
# characters hold it, and 60 hold it with the verb and the adverb after "by".
_CUT_BY = re.compile(
    r"\b(?:fell|fall\w*|drop\w*|declin\w+|decreas\w+|reduc\w+|cut|cuts|cutting|shr[aiu]nk\w*|lower\w*)\b"
    r"[^.;,]{0,40}\bby\s(?:about |some |around |nearly |almost |more than |over |as much as )?$",
    re.IGNORECASE,
)


def multiple(text: str, span: tuple[int, int], value: Fraction) -> Iterator[Fact]:
    """So many times as much, or increased so many times over."""
    yield fact(text, span, "multiple", value, also=(number("number", value),))


def _times(text: str, start: int, match: re.Match[str], value: Fraction) -> Iterator[Fact]:
    span = (start, match.start() + len(" times"))
    if match["more"]:
        also = (number("multiple", value + 1), number("number", value))
        yield fact(text, span, "multiple", value, also=also)
    elif match["as"]:
        yield fact(text, span, "multiple", value, also=(number("number", value),))
    else:
        yield fact(
            text,
            span,
            "number",
            value,
            also=(number("multiple", value),),
            strength="soft" if value < 13 else "firm",
        )


def words_value(match: re.Match[str]) -> list[tuple[str, str, int, int]]:
    """The numbers of a run of number words: kind, value, and where each stands."""
    assert WORDS.read is not None
    return [(r.kind, r.value, r.start, r.end) for r in WORDS.read(match)]


_INNER = re.compile(rf"\d+|{WORD_RUN}")


def inner_numbers(match: re.Match[str]) -> Iterator[tuple[tuple[int, int], Fraction]]:
    """The numbers inside a name, and where each stands."""
    for inner in _INNER.finditer(match.string, match.start(), match.end()):
        if inner.group().isdigit():
            value = figure_value(inner.group())
            if value is not None:
                yield inner.span(), value
            continue
        own = re.compile(WORD_RUN).match(match.string, inner.start(), match.end())
        for kind, written, start, end in words_value(own) if own else ():
            if kind in ("number", "ordinal") and written.isdigit():
                yield (start, end), Fraction(written)
