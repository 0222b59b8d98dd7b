"""How English writes facts: the order in which its forms are tried, and what counts by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from align.language.facts import english_calendar as calendar
from align.language.facts import shared
from align.language.facts.chinese_amounts import figure_value
from align.language.facts.english_amounts import (
    FIGURE,
    WORD_RUN,
    Found,
    measured,
    multiple,
    words_value,
)
from align.language.facts.fact import Fact, Reading
from align.language.facts.names import ENGLISH_NAMES
from align.language.facts.scanning import Form, Scanner, fact, number
from align.language.facts.units import english_units, signs
from align.language.numbers.forms import beginnings

_ONES = "one two three four five six seven eight nine ten eleven twelve".split()
_FOLD = {word: n for n, word in enumerate(_ONES, 1)} | {"hundred": 100, "thousand": 1000, "mani": 0}
_MULTIPLES = {"doubl": 2, "tripl": 3, "trebl": 3, "quadrupl": 4, "quintupl": 5, "sextupl": 6}
_LOOSE = {
    "both": 2,
    "twice": 2,
    "couple": 2,
    "pair": 2,
    "thrice": 3,
    "once": 1,
    "single": 1,
    "dozen": 12,
    "zero": 0,
    "no": 0,
    "none": 0,
    "nobody": 0,
    "either": 2,
    "neither": 2,
    "twin": 2,
    "dual": 2,
    "triple": 3,
    "half-dozen": 6,
    "solitary": 1,
    "sole": 1,
    "another": 1,
    "lone": 1,
    "quarterly": 3,
    "all": 100,
}


def _read_figure(match: re.Match[str]) -> Iterator[Fact]:
    value = figure_value(match["n"])
    if value is None:
        yield fact(match.string, match.span(), "code", match["n"])
        return
    if match["th"]:
        yield fact(match.string, (match.start("n"), match.end("th")), "ordinal", value)
        return
    sign = ""
    if match["cur"]:
        found = signs()[1].match(match.string, match.start())
        sign = found[0] if found else ""
    yield from measured(match.string, Found(value, match.start(), match.end("n"), True, sign))


_IN_TIME = re.compile(r"quarters$", re.IGNORECASE)
_OF_IT = re.compile(r"\s(?:of|from)\b")

# One second is a measure; a second one is another one, which Chinese need not count.
_BEFORE_SECOND = re.compile(
    r"(?<![A-Za-z])(?:(?P<one>one|single|split)[\s-]|an?\s)$", re.IGNORECASE
)


def _read_words(match: re.Match[str]) -> Iterator[Fact]:
    text = match.string
    if "_" in text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]:
        return  # third_party
    found = words_value(match)
    for place, (kind, written, start, end) in enumerate(found):
        if kind == "ordinal":
            value = Fraction(written)
            strength = (
                "soft" if value == 1 or (value < 6 and text[end : end + 1] == ",") else "firm"
            )
            also = (number("share", 1 / value),) if value > 2 else ()
            if value == 2 and (before := _BEFORE_SECOND.search(text, 0, start)):
                if before["one"]:
                    yield fact(text, (start, end), "quantity", 1, "second", strength="mute")
                    continue
                strength = "mute"
            yield fact(text, (start, end), "ordinal", value, strength=strength, also=also)
        elif kind == "fraction":
            top, _, bottom = written.partition("/")
            if bottom == "4" and _IN_TIME.search(text, start, end) and not _OF_IT.match(text, end):
                # Three quarters are nine months as well as 75 %.
                yield _quarters(text, (start, end), int(top))
                continue
            yield from _fraction(text, start, end, Fraction(int(top), int(bottom)))
        elif kind == "percent":
            yield from measured(
                text,
                Found(
                    Fraction(written.rstrip("%")), start, _before_percent(text, start, end), False
                ),
            )
        else:
            value = Fraction(written)
            last = place == len(found) - 1
            if last or re.match(r"[\s-](?:to|or|and)[\s-]", text[end : end + 5]):
                yield from measured(text, Found(value, start, end, False))
            else:
                yield fact(text, (start, end), "number", value, strength="soft")


def _quarters(text: str, span: tuple[int, int], many: int) -> Fact:
    also = (number("share", Fraction(many, 4)), number("number", many))
    return fact(text, span, "quantity", many, "quarter", strength="soft", also=also)


def _before_percent(text: str, start: int, end: int) -> int:
    tail = re.search(r"\s?%$|[\s-]per[\s-]?cent$", text[start:end])
    return start + tail.start() if tail else end


_OF_A_POINT = re.compile(r"\s(?:(?:(?:of\s)?an?\s)?(?:percentage|per\scent)\s|of\sa\s)point\b")
_OF_A_PERCENT = re.compile(r"\s(?:of\s)?(?:an?|one|1)\s?(?:per\s?cent(?!age)|%)")
_OF_A_SCALE = re.compile(r"\sof\sa(?=\s(?i:thousand|million|billion|trillion)\b)")


def _fraction(text: str, start: int, end: int, value: Fraction) -> Iterator[Fact]:
    if point := _OF_A_POINT.match(text, end):
        yield fact(text, (start, point.end()), "points", value / 100)
        return
    if percent := _OF_A_PERCENT.match(text, end):
        yield fact(text, (start, percent.end()), "share", value / 100)
        return
    if scale := _OF_A_SCALE.match(text, end):
        yield from measured(text, Found(value, start, scale.end(), True))
        return
    unit = re.compile(r"[\s-](?:of\s)?an?\s").match(text, end)  # half a year
    measure = english_units().match(text, unit.end() - 1 if unit else end)
    if measure and (unit or text[end] == "-" or measure[0] in ("hour", "mi", "km", "year")):
        also = (number("share", value),)
        span = (start, measure[1])
        yield fact(text, span, "quantity", value, measure[0], strength="soft", also=also)
        return
    also = (number("multiple", value),)
    yield fact(
        text,
        (start, end),
        "share",
        value,
        strength="soft" if value == Fraction(1, 2) else "firm",
        also=also,
    )


_AND_PART = re.compile(
    r"[\s-]and[\s-]a[\s-](?P<part>half|quarter|third)\b(?!\s(?:of|to|hour|year|century|decade))",
    re.IGNORECASE,
)
_PARTS = {"half": Fraction(1, 2), "quarter": Fraction(1, 4), "third": Fraction(1, 3)}


def _read_a_unit(match: re.Match[str]) -> Iterator[Fact]:
    """An hour and a half; a year later, in which the one is only said by the article."""
    text = match.string
    unit = english_units().match(text, match.end("a") - 1)
    if unit is None:
        return
    more = _AND_PART.match(text, unit[1])
    if more:
        part = _PARTS[(more["part"] or "third").lower()]
        yield fact(text, (match.start(), more.end()), "quantity", 1 + part, unit[0])
    else:
        yield _one_unit(text, (match.start(), unit[1]), unit[0])


def _one_unit(text: str, span: tuple[int, int], unit: str) -> Fact:
    """A fortnight is two weeks, and half a month (半个月)."""
    also = (number("quantity", Fraction(1, 2), "month"),) if unit == "fortnight" else ()
    return fact(text, span, "quantity", 1, unit, strength="mute", also=also)


def _read_half_unit(match: re.Match[str]) -> Iterator[Fact]:
    half = match.start() + 4
    if _OF_A_POINT.match(match.string, half) or _OF_A_PERCENT.match(match.string, half):
        yield from _fraction(match.string, match.start(), match.start() + 4, Fraction(1, 2))
        return
    unit = english_units().match(match.string, match.end("a") - 1)
    if unit:
        also = (number("share", Fraction(1, 2)),)
        yield fact(
            match.string,
            (match.start(), unit[1]),
            "quantity",
            Fraction(1, 2),
            unit[0],
            strength="soft",
            also=also,
        )
    else:
        also = (number("multiple", Fraction(1, 2)),)
        yield fact(
            match.string,
            (match.start(), match.start() + 4),
            "share",
            Fraction(1, 2),
            strength="soft",
            also=also,
        )


def _read_half_scale(match: re.Match[str]) -> Iterator[Fact]:
    value = {
        "hundred": 50,
        "thousand": 500,
        "million": 500_000,
        "billion": 5 * 10**8,
        "trillion": 5 * 10**11,
        "dozen": 6,
    }[match["s"].lower()]
    yield from measured(match.string, Found(Fraction(value), match.start(), match.end("s"), False))


def _read_multiple(match: re.Match[str]) -> Iterator[Fact]:
    word = match.group().lower()
    if word.startswith("halv"):
        yield fact(
            match.string,
            match.span(),
            "share",
            Fraction(1, 2),
            also=(number("multiple", Fraction(1, 2)),),
        )
        return
    value = next(v for stem, v in _MULTIPLES.items() if word.startswith(stem))
    also = (number("number", value), Reading("share", Fraction(value - 1), "more"))
    soft = word in ("double", "triple", "treble")
    yield fact(
        match.string,
        match.span(),
        "multiple",
        value,
        also=also,
        strength="soft" if soft else "firm",
    )


def _read_fold(match: re.Match[str]) -> Iterator[Fact]:
    value = _FOLD.get(match["w"].lower())
    if value:
        yield from multiple(match.string, match.span(), Fraction(value))


def _read_loose(match: re.Match[str]) -> Iterator[Fact]:
    word = match.group().lower()
    value = _LOOSE[word]
    also: tuple[Reading, ...] = ()
    strength = "mute"
    if word in ("twice", "thrice"):
        also, strength = (number("multiple", value),), "soft"
    if word == "once" and re.match(
        r"[.;]|\W*$|\sa\s(?:day|week|month|year)\b", match.string[match.end() :]
    ):
        strength = "soft"
    if word == "all":
        yield fact(match.string, match.span(), "share", 1, strength="mute")
        return
    yield fact(match.string, match.span(), "number", value, strength=strength, also=also)


def _read_majority(match: re.Match[str]) -> Iterator[Fact]:
    yield fact(match.string, match.span(), "share", Fraction(1, 2), strength="mute")


def _read_of(match: re.Match[str]) -> Iterator[Fact]:
    """One in five, three out of every four, 9 in 10."""
    top, bottom = (_small(match[name]) for name in ("top", "bottom"))
    share = top / bottom if bottom else Fraction(0)
    if not 0 < share < 1:
        yield fact(match.string, match.span("top"), "number", top, strength="soft")
        yield fact(match.string, match.span("bottom"), "number", bottom, strength="soft")
        return
    yield fact(match.string, match.span(), "share", share, strength="soft")
    yield fact(match.string, match.span("top"), "number", top, strength="mute")
    yield fact(match.string, match.span("bottom"), "number", bottom, strength="mute")


def _small(written: str) -> Fraction:
    value = figure_value(written) if written[0].isdigit() else None
    if value is None:
        run = re.compile(WORD_RUN).match(written)
        value = Fraction(words_value(run)[0][1]) if run and words_value(run) else Fraction(0)
    return value


def _read_roman(match: re.Match[str]) -> Iterator[Fact]:
    value = shared.roman_value(match["r"])
    if value:
        labelled = match["w"] is not None
        yield fact(
            match.string, match.span("r"), "ordinal", value, strength="firm" if labelled else "mute"
        )


def _read_heading(match: re.Match[str]) -> Iterator[Fact]:
    """ "I. Background", "C. Staff": it only answers, as a name's initials look alike."""
    first, *others = shared.label_places(match["l"])
    also = [number("label", place) for place in others]
    yield fact(match.string, match.span("l"), "label", first, strength="mute", also=also)


def _read_first(match: re.Match[str]) -> Iterator[Fact]:
    value = {"firstly": 1, "secondly": 2, "thirdly": 3, "fourthly": 4, "fifthly": 5}.get(
        match.group().lower(), 1
    )
    yield fact(match.string, match.span(), "ordinal", value, strength="soft")


def _read_no(match: re.Match[str]) -> Iterator[Fact]:
    yield fact(match.string, match.span("n"), "ordinal", Fraction(match["n"]))


def _read_lettered(match: re.Match[str]) -> Iterator[Fact]:
    yield fact(
        match.string, match.span("l"), "label", ord(match["l"].upper()) - 64, strength="soft"
    )


def _read_unit_fraction(match: re.Match[str]) -> Iterator[Fact]:
    value = {
        "quarter": 4,
        "third": 3,
        "fourth": 4,
        "fifth": 5,
        "sixth": 6,
        "seventh": 7,
        "eighth": 8,
        "ninth": 9,
        "tenth": 10,
        "hundredth": 100,
    }[match["p"].lower()]
    yield from _fraction(match.string, match.start(), match.end(), Fraction(1, value))


def _read_small_part(match: re.Match[str]) -> Iterator[Fact]:
    top = match["top"].lower().replace(",", "")
    many = int(top) if top.isdigit() else _FOLD.get(top, 1)
    below = _SMALL_PARTS[match["part"].lower().replace("-", " ")]
    yield fact(match.string, match.span(), "share", Fraction(many, below))


_WORD_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_SMALL = rf"(?:\d{{1,3}}(?:,\d{{3}})?(?!\d)|(?i:{'|'.join(_WORD_NUMBERS[1:])}))"
_OF = Form(
    rf"(?<![A-Za-z0-9.,])(?P<top>{_SMALL})(?:\s(?:persons?|people))?[ -](?:in|out[ -]of"
    rf"|of[ -](?=every))[ -](?:every[ -])?(?P<bottom>{_SMALL}|(?i:twenty|hundred|fiftee"
    r"n))(?![A-Za-z0-9,.-]*[A-Za-z0-9%]|[ -]per)(?!\s(?:years?|days?|months?|weeks?|ho"
    r"urs?|minutes?|million|percent|per))",
    _read_of,
)
_FIGURE = Form(
    rf"(?<![A-Za-z0-9_])(?:(?P<cur>{signs()[0]})\s?(?!\d+\.\d+\.\d))?(?P<n>{FIGURE})(?P<th>(?:st|nd|rd|th)(?![a-z]))?",
    _read_figure,
)
_NOT_NUMBERS = Form(
    r"(?<![A-Za-z])(?:(?i:covid-19|no one|one another|one day|once again|at once|once "
    r"more|someone|second-hand|secondhand|one-sided|no longer|the one hand|first of al"
    r"l|for one thing|zero in|seconded|one by one|at one time|one side|as one|one more"
    r" time|on the other hand)|the Internet of Things)(?![A-Za-z])",
    lambda m: _mute_inside(m),
)


def _mute_inside(match: re.Match[str]) -> Iterator[Fact]:
    for word, value in (
        ("one", 1),
        ("no ", 0),
        ("once", 1),
        ("second", 2),
        ("first", 1),
        ("zero", 0),
    ):
        if word in match.group().lower():
            yield fact(match.string, match.span(), "number", value, strength="mute")


_A_UNIT = Form(
    r"(?<![A-Za-z])(?P<a>(?i:an?)\s)(?=(?:second|minute|hour|day|week|fortnight|month|"
    r"year|decade|century|kilomet|mile|kilogram|ton|metre|meter)(?:s|-long)?)",
    _read_a_unit,
)
_BARE_UNIT = Form(
    r"(?<![A-Za-z])(?i:decade|century|fortnight)(?![A-Za-z])", lambda m: _bare_unit(m)
)
# The measure, not the ordinal: 50 requests per second; 100 times a second.
_PER_SECOND = Form(
    r"(?<![A-Za-z])(?i:per|an?)\s(?i:second)(?=(?<=per second)(?![A-Za-z])|[.,;:)]|$)",
    lambda m: iter((fact(m.string, m.span(), "quantity", 1, "second", strength="mute"),)),
)
_TEN_DAYS = Form(
    r"(?<![A-Za-z])(?i:(?:first|second|last|middle|final)\s(?:ten|10)\sdays)(?=\sof)",
    lambda m: iter(()),
)
_LUNAR = Form(rf"(?P<o>{calendar.ORDINAL})\s(?i:lunar\s)?(?i:month)(?![a-z])", lambda m: _lunar(m))


def _lunar(match: re.Match[str]) -> Iterator[Fact]:
    month = calendar.ordinal_value(match["o"])
    also = (number("ordinal", month),)
    yield fact(match.string, match.span(), "date", (None, month, None), strength="soft", also=also)


def _bare_unit(match: re.Match[str]) -> Iterator[Fact]:
    yield _one_unit(match.string, match.span(), match.group().lower())


# How often: half-yearly is every six months and twice a year; every second week is every two weeks.
_TWICE = Form(
    r"(?<![A-Za-z])(?i:half[\s-]yearly|semi-?annual(?:ly)?|biannual(?:ly)?|twice[\s-](?:a[\s-]year|yearly))(?![A-Za-z])",
    lambda m: _read_twice(m),
)
_EVERY_OTHER = Form(
    r"(?<![A-Za-z])(?i:every)\s(?P<n>(?i:second|other|third|fourth|fifth))(?P<u>\s(?i:day|week|month|quarter|year))(?![A-Za-z])",
    lambda m: _read_every_other(m),
)


def _read_twice(match: re.Match[str]) -> Iterator[Fact]:
    also = (number("number", 2), number("share", Fraction(1, 2)))
    half = Fraction(1, 2)
    yield fact(match.string, match.span(), "quantity", half, "year", strength="soft", also=also)


def _read_every_other(match: re.Match[str]) -> Iterator[Fact]:
    unit = english_units().match(match.string, match.start("u"))
    if unit:
        value = {"second": 2, "other": 2, "third": 3, "fourth": 4, "fifth": 5}[match["n"].lower()]
        also = (number("ordinal", value), number("number", value))
        span = match.span()
        yield fact(match.string, span, "quantity", value, unit[0], strength="soft", also=also)


_HALF_UNIT = Form(r"(?<![A-Za-z])(?i:half)[\s-](?P<a>(?i:an?|of an?)\s)(?=[a-z])", _read_half_unit)
_HALF_SCALE = Form(
    r"(?<![A-Za-z])(?i:half)[\s-](?i:an?[\s-])?(?P<s>(?i:hundred|thousand|million|bill"
    r"ion|trillion|dozen))(?![a-z])",
    _read_half_scale,
)
_MULTIPLE = Form(
    r"(?<![A-Za-z])(?i:(?:doubl|tripl|trebl|quadrupl|quintupl|sextupl)(?:e|es|ed|ing)|"
    r"halv(?:e|es|ed|ing))(?![a-z-])",
    _read_multiple,
)
_FOLD_FORM = Form(rf"(?<![A-Za-z])(?P<w>(?i:{'|'.join(_FOLD)}))-?fold(?![a-z])", _read_fold)
_LOOSE_FORM = Form(
    rf"(?<![A-Za-z])(?i:{'|'.join(sorted(_LOOSE, key=len, reverse=True))})(?![a-z])", _read_loose
)
_MAJORITY = Form(r"(?<![A-Za-z])(?i:majority|most)(?![a-z])", _read_majority)
_UNIT_FRACTION = Form(
    r"(?<![A-Za-z])(?i:an?)\s(?P<p>(?i:quarter|third|fourth|fifth|sixth|seventh|eighth"
    r"|ninth|tenth|hundredth))(?=\s(?:of\b|from|to\b|in\b|less|more|higher|lower|percentage)|[.,;"
    r"]|$)",
    _read_unit_fraction,
)
_SMALL_PARTS = {
    "ten thousand": 10**4,
    "hundred thousand": 10**5,
    "million": 10**6,
    "billion": 10**9,
}
_SMALL_PART = Form(  # five ten-thousandths, a millionth
    rf"(?<![A-Za-z0-9.,])(?P<top>{_SMALL}|(?i:an?))[\s-](?P<part>(?i:(?:ten|hundred)[\s-]thousand|[mb]illion))ths?(?![a-z])",
    _read_small_part,
)
_ROMAN = Form(
    r"(?<![A-Za-z])(?:(?P<w>(?i:annex|appendix|chapter|part|section|volume|vol\.|artic"
    r"le|figure|table|book|title|phase|stage|category|class(?!\sX)|type(?!\sX)|schedule|war|chap\.|s"
    r"ect\.|group|tier|level|grade|parts|chapters|annexes|sections)\s)(?P<r>[IVXL]+))("
    r"?![A-Za-z/])",
    _read_roman,
)
_HEADING = Form(r"(?<![\s\S])(?P<l>[IVXL]{1,6}|[A-H])\.(?=\s[A-Z])", _read_heading)
_BARE_ROMAN = Form(r"(?<![A-Za-z(])(?P<w>(?!))?(?P<r>[IVXL]{2,6})(?![A-Za-z+])", _read_roman)
_FIRST = Form(
    r"(?<![A-Za-z])(?i:firstly|secondly|thirdly|fourthly|fifthly|inaugural|maiden)(?![a-z])",
    _read_first,
)
_JUBILEES = {
    "centenar": 100, "centennial": 100, "sesquicentennial": 150, "bicentenar": 200, "bicentennial": 200,
    "tercentenar": 300, "tricentennial": 300, "quatercentenar": 400, "quincentenar": 500,
}  # fmt: skip
_JUBILEE = Form(
    rf"(?<![A-Za-z])(?P<name>(?i:{'|'.join(_JUBILEES)}))(?i:y|ies|ians?|s)?(?![a-z])",
    lambda m: iter((fact(m.string, m.span(), "quantity", _JUBILEES[m["name"].lower()], "year"),)),
)
_NO = Form(
    r"(?<![A-Za-z])(?:[Nn]os?\.|[Nn]umber)\s?(?!(?:1\d|20)\d\d-\d\d)(?P<n>\d{1,6})(?![\d,./]*\d)",
    _read_no,
)
_LETTERED = Form(
    r"(?<![A-Za-z])(?i:part(?:y|ies)|categor(?:y|ies)|class(?:es)?|type|group|schedule"
    r"|level|grade|annex|appendix|exhibit|attachment|zone|building|team|option|plan|li"
    r"st|table|section)\s(?P<l>[A-F])(?![A-Za-z0-9_'])",
    _read_lettered,
)

_BEGIN_WORDS = [
    *"zero one two three four five six seven eight nine ten eleven twelve thirteen fou"
    "rteen fifteen sixteen".split(),
    *"seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred".split(),
]
del beginnings, _BEGIN_WORDS

ENGLISH_FORMS = Scanner(
    r"(?<![A-Za-z])[0-9A-Za-z+$€£¥₹₩₽(%{</½¼¾⅓⅔⅛\u2160-\u217b\u2460-\u249b\u3220-\u3229']",
    (
        shared.HEAD,
        shared.INNER,
        shared.CIRCLED,
        shared.URL,
        shared.WWW,
        shared.PATH,
        shared.MOMENT,
        shared.MONTH_OF_YEAR,
        shared.EMAIL,
        shared.PHONE,
        shared.PLACEHOLDER,
        shared.SYMBOL,
        ENGLISH_NAMES,
        calendar.PLAN,
        _PER_SECOND,
        _TEN_DAYS,
        _LUNAR,
        _NOT_NUMBERS,
        calendar.MERIDIEM,
        calendar.MONTH_SPAN,
        calendar.DAY_OF_MONTH,
        calendar.DATE,
        calendar.MONTH_FIRST,
        calendar.MONTH,
        calendar.ISO,
        calendar.DAY_FIRST,
        shared.VERSION,
        calendar.DECADE,
        calendar.CENTURY,
        calendar.THIS_CENTURY,
        calendar.ERA,
        shared.RESOLUTION,
        calendar.YEARS,
        calendar.STRETCH,
        calendar.MONTHS_TO,
        calendar.QUARTER,
        calendar.HALF_YEAR,
        calendar.WEEKDAY,
        calendar.COLON,
        calendar.PAST,
        calendar.AT_WORDS,
        calendar.IN_PART,
        calendar.CLOCK,
        calendar.NOON,
        calendar.DAY,
        shared.VULGAR,
        _NO,
        _HEADING,
        shared.ROMAN_SIGN,
        _ROMAN,
        shared.LABEL,
        _LETTERED,
        shared.SLASHED,
        shared.IDENTIFIER,
        shared.CODE,
        _BARE_ROMAN,
        _OF,
        _TWICE,
        _EVERY_OTHER,
        _FOLD_FORM,
        _MULTIPLE,
        _HALF_SCALE,
        _HALF_UNIT,
        _UNIT_FRACTION,
        _SMALL_PART,
        _FIGURE,
        _LOOSE_FORM,
        Form(WORD_RUN, _read_words),
        _A_UNIT,
        _BARE_UNIT,
        _JUBILEE,
        _FIRST,
        _MAJORITY,
    ),
)
