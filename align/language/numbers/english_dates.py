"""How English writes dates, months, decades and the time of day."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.language.numbers.dates import date_value
from align.language.numbers.forms import Form, Reading

MONTHS = {
    name: index
    for index, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_NAMES = (
    r"Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?"
    r"(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
_MONTH = rf"(?:{_NAMES}|{_NAMES.upper()})\b\.?"
_TENS = ("twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet")
_WORDS_TOO = ("March", "May", "August")  # by itself such a month may be another word


def _month(written: str) -> int:
    return MONTHS[written.rstrip(".").lower()]


def _read_date(match: re.Match[str]) -> Iterator[Reading]:
    """5 May 2024, and ranges of days."""
    month, year = _month(match["m1"]), match["y1"]
    more = match["d1more"]
    end = match.end("d1") if more else match.end()
    yield Reading("date", date_value(year, month, match["d1"]), match.start(), end)
    days = list(re.finditer(r"\d+", more or ""))
    for place, day in enumerate(days):
        start = match.start("d1more") + day.start()
        last = match.end() if place == len(days) - 1 else match.start("d1more") + day.end()
        yield Reading("date", date_value(year, month, day.group()), start, last)


def _read_month_first(match: re.Match[str]) -> Iterator[Reading]:
    """May 5, 2024; May 2024."""
    year, month = match["y2"] or match["y3"], _month(match["m2"])
    last = match["d2last"]
    end = match.end("d2") if last else match.end()
    yield Reading("date", date_value(year, month, match["d2"]), match.start(), end)
    if last:  # March 4 to 6, 2018
        yield Reading("date", date_value(year, month, last), match.start("d2last"), match.end())


def _read_month(match: re.Match[str]) -> Iterator[Reading]:
    month = match.group()
    firm = month not in _WORDS_TOO
    yield Reading("date", date_value(None, _month(month)), *match.span(), firm)


def _read_decade(match: re.Match[str]) -> Iterator[Reading]:
    """the 1990s, the nineties."""
    if match["dec"]:
        yield Reading("date", match["dec"] + "s", match.start("dec"), match.end())
        return
    tens = match["tens"] or f"{_TENS.index(match['tenword'].lower()) + 2}0"
    yield Reading("date", f"19{tens}s", *match.span(), firm=False)  # or of another century


def _read_time(match: re.Match[str]) -> Iterator[Reading]:
    """3.30 p.m., half past three, and ranges."""
    if match["th"]:
        afternoon = match["thalf"] == "p"
        if match["tlast"] and int(match["th"]) % 12 > int(match["tlast"]) % 12:
            afternoon = not afternoon  # 11 to 1 p.m.
        hour = int(match["th"]) % 12 + (12 if afternoon else 0)
        value = f"{hour:02d}:{match['tm'] or '00'}"
    elif match["t2h"]:
        value = f"{int(match['t2h']):02d}:{match['t2m']}"
    else:
        value = "12:00"
    yield Reading("time", value, *match.span())


DATE = Form(
    "date",
    r"(?P<d1>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?P<d1more>(?:(?:\s?-\s?|,\s|"
    r"\s(?:to|and|or|through)\s|,\sand\s)(?:3[01]|[12]\d|0?[1-9])"
    rf"(?!\d)){{0,4}})\s(?:of\s)?(?P<m1>{_MONTH})(?:,?\s(?P<y1>(?:18|19|20)\d\d)(?!\d))?",
    _read_date,
)
MONTH_FIRST = Form(
    "datem",
    rf"(?<![A-Za-z])(?P<m2>{_MONTH})\s(?:(?P<d2>3[01]|[12]\d|0?[1-9])(?:st|nd|"
    r"rd|th)?(?:(?:\s?-\s?|\s(?:to|through)\s)(?P<d2last>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?)?"
    r"(?![\d,.]*\d|\s?%|\sper\s?cent)(?:,?\s(?P<y2>(?:18|19|20)\d\d)(?!\d))?|(?:of\s)?"
    r"(?P<y3>(?:18|19|20)\d\d)(?!\d))",
    _read_month_first,
)
MONTH = Form(
    "month",
    r"(?<![A-Za-z])(?:January|February|(?<=in )March|April|(?<=in )May|June|"
    r"July|August|September|October|November|December)(?![a-z])",
    _read_month,
)
DECADE = Form(
    "decade",
    r"(?P<dec>(?:18|19|20)\d0)'?s(?![a-z])|(?<![A-Za-z\d.,])(?P<tens>[2-9]0)'?s(?![a-z])|"
    rf"(?<![A-Za-z])(?P<tenword>(?i:{'|'.join(_TENS)}))ies(?![a-z])",
    _read_decade,
)
_HOUR = r"(?:1[0-2]|0?\d)"
TIME = Form(
    "time",
    rf"(?<![\d:.])(?P<th>{_HOUR})(?:[.:](?P<tm>[0-5]\d))?"
    rf"(?=(?:(?:\sto\s|\sand\s|\s?-\s?)(?P<tlast>{_HOUR})(?:[.:][0-5]\d)?)?\s?"
    r"(?P<thalf>[ap])\.?\s?m(?:\.|\b))(?:\s?[ap]\.?\s?m(?:\.|\b))?|"
    r"(?<![\d:.])(?P<t2h>[01]?\d|2[0-3]|24(?=:00)):(?P<t2m>[0-5]\d)(?![\d:])|(?:12\s|(?<=at\s))noon\b",
    _read_time,
)
