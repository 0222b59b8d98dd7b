"""How English writes dates, weekdays, periods and the time of day."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.language.facts.chinese_calendar import read_day_first, times
from align.language.facts.fact import Fact, Reading
from align.language.facts.periods import PARTS, stretch
from align.language.facts.scanning import Form, Reader, fact, number
from align.language.numbers import english_dates
from align.language.numbers.english_dates import MONTHS
from align.language.numbers.english_words import WORDS
from align.language.numbers.forms import Form as DateForm

_ONES = "one two three four five six seven eight nine ten eleven twelve".split()
_ORDINAL_DIGITS = r"\d{1,2}(?:st|nd|rd|th)"
_ORDINAL_WORDS = (
    r"(?:twenty[- ]|thirty[- ])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
    r"tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eig"
    r"hteenth|nineteenth|twentieth"
)
ORDINAL = rf"(?:{_ORDINAL_DIGITS}|(?i:{_ORDINAL_WORDS}))"
_WORD_MONTHS = (
    "May",
    "March",
    "Mar",
    "MAY",
    "MARCH",
    "August",
    "Sept",
    "Sep",
    "Dec",
    "Jan",
    "Oct",
    "Nov",
    "Apr",
    "Jun",
    "Jul",
    "Aug",
    "Feb",
)


def ordinal_value(written: str) -> int:
    """The value of an ordinal in figures or words.

    >>> ordinal_value("21st"), ordinal_value("twenty-first"), ordinal_value("Thirteenth")
    (21, 21, 13)
    """
    if written[0].isdigit():
        return int(re.sub(r"\D", "", written))
    match = re.compile(WORDS.pattern).match(written)
    assert match is not None
    assert WORDS.read is not None
    return int(next(iter(WORDS.read(match))).value)


def date_parts(value: str) -> tuple[int | None, int | None, int | None]:
    """A date as `align.language.numbers` writes it, in its parts."""
    year, rest = (None, value[2:]) if value.startswith("--") else (int(value[:4]), value[5:])
    month, _, day = rest.partition("-")
    return year, int(month), int(day) if day else None


def _read_dates(form: DateForm) -> Reader:
    def read(match: re.Match[str]) -> Iterator[Fact]:
        assert form.read is not None
        assert form.read is not None
        for one in form.read(match):
            parts = date_parts(one.value)
            if parts[0] is None and (short := re.match(r",?\s'(\d\d)\b", match.string[one.end :])):
                parts = (int(short[1]) + (2000 if int(short[1]) < 50 else 1900), *parts[1:])
            yield fact(match.string, (one.start, _undotted(match, one.end)), "date", parts)

    return read


def _undotted(match: re.Match[str], end: int) -> int:
    """Where a date ends without the full stop of its sentence: 16 November. but 16 Nov."""
    return end - bool(_WHOLE_MONTH.search(match.string, match.start(), end))


_WHOLE_MONTH = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\.\Z",
    re.IGNORECASE,
)


def _read_month(match: re.Match[str]) -> Iterator[Fact]:
    month = MONTHS[match["m"].rstrip(".").lower()]
    strength = "firm"
    if match["m"].rstrip(".") in _WORD_MONTHS:
        text = match.string
        before = re.search(
            r"(?:\b(?:in|of|since|until|by|last|next|this|from|to|and|between|during|before|af"
            r"ter|early|late|mid|through|till|every|each)[\s-]|-)$",
            text[max(0, match.start() - 9) : match.start()].lower(),
        )
        strength = "soft" if before else "mute"
    year = int(match["y"]) if match["y"] else None
    if match["sy"]:
        year = int(match["sy"]) + (2000 if int(match["sy"]) < 50 else 1900)
        strength = "firm"
    yield fact(match.string, match.span(), "date", (year, month, None), strength=strength)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _read_weekday(match: re.Match[str]) -> Iterator[Fact]:
    day = _DAYS.index(match.group()[:3].lower()) + 1
    yield fact(match.string, match.span(), "weekday", day)


def _read_quarter(match: re.Match[str]) -> Iterator[Fact]:
    last = (match["o"] or "").lower() == "final"
    value = 4 if last else int(match["q"]) if match["q"] else ordinal_value(match["o"])
    if value < 5:
        yield fact(match.string, match.span(), "quarter", value)


def _read_half(match: re.Match[str]) -> Iterator[Fact]:
    word = match.group().lower()
    value = 2 if word.startswith(("second", "latter", "last", "h2", "2h", "other")) else 1
    yield fact(match.string, match.span(), "half", value)


def _read_stretch(match: re.Match[str]) -> Iterator[Fact]:
    """The first three months; but the last three are those before now."""
    unit, first = match["unit"].lower(), match["first"] is not None
    yield from stretch(match.string, match.span(), _hour(match["n"]), unit, first=first)


def _read_months_to(match: re.Match[str]) -> Iterator[Fact]:
    """Three months to June: the second quarter."""
    many, last = _hour(match["n"]), MONTHS[match["m"].lower()]
    part = PARTS.get((last - many + 1, last))
    also = (part,) if part else ()
    yield fact(match.string, match.span("months"), "quantity", many, "month", also=also)


def _read_decade(match: re.Match[str]) -> Iterator[Fact]:
    if match["dec"]:
        yield fact(match.string, match.span(), "decade", int(match["dec"]))
        return
    if match["tens"]:
        tens = int(match["tens"])
    else:
        word = match["word"].lower()
        tens = next(
            n * 10
            for n, w in enumerate(
                ("twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet"), 2
            )
            if word.startswith(w)
        )
    also: tuple[Reading, ...] = (
        number("decade", 1800 + tens),
        number("decade", 2000 + tens),
        number("quantity", tens, "year"),
    )
    if match["tens"]:  # a timeout of 30s
        also += (number("quantity", tens, "second"),)
    yield fact(match.string, match.span(), "decade", 1900 + tens, also=also, strength="soft")


def _read_century(match: re.Match[str]) -> Iterator[Fact]:
    value = ordinal_value(match["o"])
    yield fact(
        match.string, match.span(), "century", value, also=(number("decade", value * 100 - 100),)
    )
    if match["o2"]:
        yield fact(match.string, match.span("o2"), "century", ordinal_value(match["o2"]))


def _read_plan(match: re.Match[str]) -> Iterator[Fact]:
    yield fact(match.string, match.span(), "plan", ordinal_value(match["o"]))
    yield fact(match.string, match.span(), "number", 5, strength="mute")


def _read_era(match: re.Match[str]) -> Iterator[Fact]:
    year = int((match["y"] or match["y2"]).replace(",", ""))
    if match["bc"]:
        year = -year
    yield fact(match.string, match.span(), "date", (year, None, None))


def _hour(written: str) -> int:
    return int(written) if written.isdigit() else _ONES.index(written.lower()) + 1


_MINUTES = {"quarter": 15, "half": 30, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}


def _half_of_day(after: str) -> int | None:
    """What is added to the hour of twelve: 12 for the afternoon, None where nothing is said."""
    match = re.match(
        r"\s?(?:(?P<am>a\.?\s?m\b\.?|in the (?:early )?morning|(?:on \w+ )?morning)|(?P<pm"
r">p\.?\s?m\b\.?|in the (?:afternoon|evening)|at night|(?:tomorrow |this )?(?:afte"
r"rnoon|evening)))",
        after, re.IGNORECASE,
    )  # fmt: skip
    if match is None:
        return None
    return 0 if match["am"] else 12


def _read_past(match: re.Match[str]) -> Iterator[Fact]:
    minute = _MINUTES.get(match["min"].lower()) or int(re.sub(r"\D", "", match["min"]) or 0)
    hour = _hour(match["h"])
    minute = -minute if match["to"].lower() in ("to", "of", "before") else minute
    after = re.sub(r"^\so'?clock", "", match.string[match.end() :])
    yield from _at(match, hour, minute, _half_of_day(after))


def _at(
    match: re.Match[str], hour: int, minute: int, half: int | None, strength: str = "firm"
) -> Iterator[Fact]:
    if hour > 24:
        return
    if half is not None:
        hour = hour % 12 + half
    sure = half is not None or hour > 12
    yield from times(match.string, match.span(), hour, minute, sure, strength=strength)


def _read_clock(match: re.Match[str]) -> Iterator[Fact]:
    hour = _hour(match["h"])
    minute = match["m"]
    value = int(minute) if minute and minute.isdigit() else _word_minute(minute)
    half = _half_of_day(match.string[match.end() :])
    yield from _at(match, hour, value, half)


def _word_minute(written: str | None) -> int:
    if not written:
        return 0
    return {
        "fifteen": 15,
        "thirty": 30,
        "forty-five": 45,
        "twenty": 20,
        "ten": 10,
        "forty": 40,
        "fifty": 50,
    }[written.lower()]


def _read_meridiem(match: re.Match[str]) -> Iterator[Fact]:
    """3.05 p.m., 3 to 6 p.m., 9–11.30 a.m."""
    half = 12 if match["half"].lower() == "p" else 0
    last = int(match["h"]) % 12 + half
    if match["h0"]:
        first = int(match["h0"]) % 12 + half
        if first > last:
            first -= 12
        yield from times(
            match.string, (match.start(), match.end("h0")), first, int(match["m0"] or 0), True
        )
    minute = int(match["m"] or 0)
    start = match.start("h")
    noon = last % 12 == 0 and not minute
    also = (number("time", 720), number("time", 0)) if noon else ()
    yield from times(match.string, (start, match.end()), last, minute, True, also=also)


def _read_colon(match: re.Match[str]) -> Iterator[Fact]:
    half = _half_of_day(match.string[match.end() :])
    hour = int(match["h"])
    if half is not None and hour <= 12:
        hour = hour % 12 + half
    sure = half is not None or hour > 12 or (len(match["h"]) == 2 and hour < 10)
    yield from times(match.string, match.span(), hour, int(match["m"] or match["m2"]), sure)


def _read_noon(match: re.Match[str]) -> Iterator[Fact]:
    word = match.group().lower()
    at = 0 if "midnight" in word else 720
    yield fact(match.string, match.span(), "time", at, strength="firm" if "12" in word else "soft")


def _read_day(match: re.Match[str]) -> Iterator[Fact]:
    day = ordinal_value(match["o"])
    if day <= 31:
        yield fact(
            match.string,
            match.span(),
            "date",
            (None, None, day),
            also=(number("ordinal", day),),
            strength="soft",
        )


def _read_years(match: re.Match[str]) -> Iterator[Fact]:
    text, first, last = match.string, match["a"], match["b"]
    full = last if len(last) == 4 else first[:2] + last
    yield fact(text, match.span("a"), "date", (int(first), None, None))
    also = (Reading("date", (None, int(last), None)),) if len(last) == 2 and int(last) <= 12 else ()
    yield fact(text, match.span("b"), "date", (int(full), None, None), also=also)


def _read_figures(match: re.Match[str]) -> Iterator[Fact]:
    year, month, day = (int(match[name]) for name in ("y", "m", "d"))
    yield fact(match.string, match.span(), "date", (year, month, day))


_HOUR_WORD = rf"(?:1[0-2]|[1-9]|(?i:{'|'.join(_ONES)}))"
_NAMES = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT = r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
PLAN = Form(
    rf"(?P<o>{ORDINAL})[\s-](?:national\s)?(?:(?i:five)|5)[-\s](?i:year)[\s-](?i:plan)s"
    r"?(?:\speriod)?|(?P<o3>(?!))",
    _read_plan,
)
DATE = Form(english_dates.DATE.pattern, _read_dates(english_dates.DATE))
# This twelfth day of May 2023, as treaties and deeds are signed.
DAY_OF_MONTH = Form(
    rf"(?<![A-Za-z0-9])(?P<o>{ORDINAL})\s(?i:day\s)?of\s(?P<m>{_NAMES})(?![A-Za-z])"
    r"(?:,?\s(?:in\sthe\syear\s)?(?P<y>(?:1[5-9]|20)\d\d)(?!\d))?",
    lambda m: _read_day_of_month(m),
)


def _read_day_of_month(match: re.Match[str]) -> Iterator[Fact]:
    day, month = ordinal_value(match["o"]), _NAMES.split("|").index(match["m"]) + 1
    year = int(match["y"]) if match["y"] else None
    yield fact(match.string, match.span(), "date", (year, month, day))


MONTH_FIRST = Form(english_dates.MONTH_FIRST.pattern, _read_dates(english_dates.MONTH_FIRST))
MONTH = Form(
    rf"(?<![A-Za-z])(?P<m>{_NAMES}|{_NAMES.upper()}|(?:{_SHORT})(?:\.|(?=[\s,)])))"
    r"(?![A-Za-z])(?:\s'(?P<sy>\d\d)\b|,?\s(?P<y>(?!))|)",
    _read_month,
)
WEEKDAY = Form(
    r"(?<![A-Za-z])(?i:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)s?(?!["
    r"A-Za-z])|(?<![A-Za-z])(?:Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat)(?:\.|(?=,))",
    _read_weekday,
)


def _read_months(match: re.Match[str]) -> Iterator[Fact]:
    """January to June: as much as the first half of the year, which it need not be called."""
    first, last = (MONTHS[match[name].lower()] for name in ("m1", "m2"))
    whole = match["and"] is None or last == first + 1
    if whole and (first, last) in PARTS:
        part = PARTS[first, last]
        yield fact(match.string, match.span(), part.kind, part.value, strength="mute")
    if whole and last > first:
        many = last - first + 1
        yield fact(match.string, match.span(), "quantity", many, "month", strength="mute")
    strength = "firm" if match["and"] else "soft"
    for name, month in (("m1", first), ("m2", last)):
        span = match.span(name)
        yield fact(match.string, span, "date", (None, month, None), strength=strength)


MONTH_SPAN = Form(
    rf"(?<![A-Za-z])(?P<between>[Bb]etween\s)?(?P<m1>{_NAMES})"
    rf"(?(between)\sand\s|\s?(?:to|through|until|-|–|(?P<and>and))\s?)(?P<m2>{_NAMES})(?![A-Za-z]|\s\d)",
    _read_months,
)
STRETCH = Form(
    rf"(?<![A-Za-z])(?:(?P<first>(?i:first|initial|opening))|(?i:last|final|closing))\s"
    rf"(?P<n>{_HOUR_WORD})\s(?P<unit>month|quarter)s(?![a-z])",
    _read_stretch,
)
MONTHS_TO = Form(
    rf"(?<![A-Za-z0-9])(?P<months>(?P<n>{_HOUR_WORD})\smonths)(?=\s(?:to|ended|ending|through|up to)\s"
    rf"(?:the\s)?(?:\d\d?(?:st|nd|rd|th)?\s(?:of\s)?)?(?P<m>{_NAMES})(?![a-z]))",
    _read_months_to,
)
QUARTER = Form(
    r"(?<![A-Za-z0-9])(?:Q(?P<q>[1-4])(?!\d)|(?P<o>1st|2nd|3rd|4th|(?i:first|second|th"
    r"ird|fourth|final))[\s-](?i:quarter)(?![a-z]))",
    _read_quarter,
)
HALF_YEAR = Form(
    r"(?<![A-Za-z0-9])(?i:(?:first|second|latter|last)[\s-]half(?=\s(?:of\s)?(?:the\s)"
    r"?(?:(?:current|same|following|next|last|previous|fiscal|financial)\s)?(?:year|\d"
    r"{4}|'|this|last|next))|H[12](?![A-Za-z0-9])|[12]H(?!\w"
    r"))",
    _read_half,
)
DECADE = Form(
    r"(?P<dec>(?:1[5-9]|20)\d0)'?s(?![a-z])|(?<![A-Za-z\d.,])'?(?P<tens>[2-9]0)'?s(?!["
    r"a-z])|(?<![A-Za-z])(?P<word>(?i:(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet"
    r")ies))(?![a-z])",
    _read_decade,
)
# last century, this century: as in Chinese, they answer for the number and ask for none.
THIS_CENTURY = Form(
    r"(?i:(?P<last>last|previous)|this|present|current|new)\s(?i:century)(?![A-Za-z])",
    lambda m: iter([fact(m.string, m.span(), "century", 20 if m["last"] else 21, strength="mute")]),
)
CENTURY = Form(
    rf"(?<![A-Za-z0-9])(?P<o>{ORDINAL})(?:(?:\s(?:and|to|or)\s|-)(?P<o2>{ORDINAL}))?[\s"
    r"-](?i:centur(?:y|ies))",
    _read_century,
)
ERA = Form(
    r"(?<![\d.])(?P<y>\d{1,2},?\d{1,3}|\d)\s?(?:(?P<bc>B\.?\s?C\.?(?:\s?E\.?)?)|A\.D\."
    r"|AD|C\.?E\.?)(?![A-Za-z])|AD\s(?P<y2>\d{1,4})",
    _read_era,
)
YEARS = Form(
    r"(?<![\d/.,])(?P<a>1\d{3}|20\d\d)\s?[/-]\s?(?P<b>(?:1[0-9]|20)\d\d|\d\d)(?![\d/-]|,\d)",
    _read_years,
)
ISO = Form(
    r"(?<![\d./-])(?P<y>(?:1[5-9]|20)\d\d)[-./](?P<m>1[0-2]|0?[1-9])[-./](?P<d>3[01]|["
    r"12]\d|0?[1-9])(?![\d/-]|\.\d)",
    _read_figures,
)
DAY_FIRST = Form(
    r"(?<![\d./-])(?P<a>3[01]|[12]\d|0?[1-9])[./-](?P<b>3[01]|[12]\d|0?[1-9])[./-](?P<"
    r"y>(?:1[5-9]|20)\d\d|(?<=[/.])\d\d)(?![\d/-]|\.\d)",
    read_day_first,
)
DAY = Form(
    rf"(?<=[Tt]he )(?P<o>{ORDINAL})(?=[.,;]|\sof\s(?:the|this|that|last|next)\s(?:\w+\s)?month|$)",
    _read_day,
)
PAST = Form(
    r"(?<![A-Za-z0-9])(?:(?i:a)\s)?(?P<min>(?i:quarter|half|twenty-five|twenty|five|te"
    rf"n)|\d{{1,2}}\sminutes)\s(?P<to>(?i:past|to|after|before))\s(?P<h>{_HOUR_WORD})(?"
    r"![A-Za-z0-9,.]*(?:[0-9%]|\spercent|\sper\scent)|-)(?=\s(?:o'?clock|in|on|at|a\.?"
    r"m|p\.?m|and|this|when|tomorrow|the)|[.,;]|\W*$)",
    _read_past,
)
CLOCK = Form(
    rf"(?<![A-Za-z0-9])(?P<h>{_HOUR_WORD}|1[3-9]|2[0-4])(?:\s(?P<m>(?!)))?\so'?clock|(?"
    r"<=at )(?P<h2>(?!))",
    lambda m: _read_clock(m) if m["h"] else iter(()),
)
AT_WORDS = Form(
    rf"(?<=[Aa]t )(?P<h>(?i:{'|'.join(_ONES)}))\s(?P<m>(?i:fifteen|thirty|forty-five|fo"
    r"rty|twenty|ten|fifty))(?![a-z-])|(?<![A-Za-z0-9])(?P<h3>(?!))",
    _read_clock,
)
IN_PART = Form(
    rf"(?<![A-Za-z0-9:.])(?P<h>{_HOUR_WORD})(?P<m>(?!))?(?=\sin\sthe\s(?:early\s)?(?:mo"
    r"rning|afternoon|evening)|\sat\snight)",
    _read_clock,
)
_H = r"(?:1[0-2]|0?\d)"
MERIDIEM = Form(
    rf"(?<![\d:.,])(?:(?P<h0>{_H})(?:[.:](?P<m0>[0-5]\d))?(?:\sto\s|\sand\s|\s?[-—]\s?)"
    rf")?(?P<h>{_H})(?:[.:](?P<m>[0-5]\d))?\s?(?P<half>[apAP])\.?\s?[mM](?:\.|\b)",
    _read_meridiem,
)
COLON = Form(
    r"(?<![\d:.])(?P<h>[01]?\d|2[0-4])(?::(?P<m>[0-5]\d)(?![\d:])|\.(?P<m2>[0-5]\d)(?="
    r"\s(?:in\sthe\s(?:early\s)?(?:morning|afternoon|evening)|at\snight)))",
    _read_colon,
)
NOON = Form(r"(?<![A-Za-z])(?i:(?:12\s)?noon|midday|(?:12\s)?midnight)(?![A-Za-z])", _read_noon)
