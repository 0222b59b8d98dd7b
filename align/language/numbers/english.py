"""How English writes quantities: the order in which its forms are tried, and its figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from align.language.numbers import alike
from align.language.numbers.english_dates import DATE, DECADE, MONTH, MONTH_FIRST, MONTHS, TIME
from align.language.numbers.english_words import (
    AND_HALF,
    COUNTED_BY_ARTICLE,
    HALF_OF,
    LOOSE,
    NUMBER_WORDS,
    SCALES,
    SHARE,
    WORDS,
)
from align.language.numbers.figures import NUMBER, SIGNS, long_figure, plain_value, year_or_number
from align.language.numbers.forms import Form, Grammar, Reading, beginnings

_SCALES = SCALES | {"m": 10**6, "M": 10**6, "mn": 10**6, "bn": 10**9}
_SCALE = r"(?:hundred|thousand|million|billion|trillion|mn|bn)(?![a-z])"
_MONEY = {
    "dollar": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "yuan": "CNY",
    "yen": "JPY",
    "rouble": "RUB",
    "renminbi": "CNY",
}
_CURRENCY = "|".join(_MONEY)
_MONEY_TAIL = re.compile(rf"\s(?:United States |US )?(?P<money>{_CURRENCY})s?\b")
_ROMANS = {
    numeral: value
    for value, numeral in enumerate(
        "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split(), start=1
    )
}


def _cases(words: Iterable[str]) -> set[str]:
    return {form for word in words for form in (word, word.title(), word.upper())}


# What no quantity begins in: marks, and words that are neither number words nor months and go on to
# no figure, slash or mail address.
_BEGINNINGS = beginnings(
    _cases(NUMBER_WORDS) | {*map(str.title, MONTHS), *map(str.upper, MONTHS), "noon", "US", "www."}
)
_COUNTED = beginnings(_cases(COUNTED_BY_ARTICLE))
_PASSED = (
    rf"(?!{_BEGINNINGS}|[nN][oO] |[aA][nN]? (?:{_COUNTED})|[IVX]+(?![A-Za-z]))"
    r"[A-Za-z]+(?![A-Za-z]|-?[0-9]|/|:/|[\w.]*@)[^0-9A-Za-z$€£¥]*"
    r"|[^0-9A-Za-z$€£¥]+"
)


def _read_number(match: re.Match[str]) -> Iterator[Reading]:
    """A number in figures with its ordinal ending, scale, percent or currency."""
    written = match["nnum"]
    start, end = match.span()
    if match["nth"]:
        yield Reading("ordinal", plain_value(written), start, match.end("nth"))
        return
    scale, percent = match["nscale"], match["npct"]
    if match["nrange"] is not None and not long_figure(written):
        scale, percent = scale or match["nrscale"], match["nrpct"]
    value = plain_value(written, _SCALES[scale] if scale else 1)
    if percent:
        yield Reading("percent", value + "%", start, end)
        return
    tail = _MONEY_TAIL.match(match.string, end) if scale else None
    currency = match["nmoney"] or (tail and tail["money"])
    unit = _MONEY.get(currency or "", SIGNS.get((match["cur"] or "").strip()[-1:], ""))
    kind = "money" if unit else year_or_number(value, written)
    yield Reading(kind, value, start, tail.end() if tail else end, unit=unit)


def _read_roman(match: re.Match[str]) -> Iterator[Reading]:
    value = _ROMANS.get(match["rnum"])
    if value is not None:
        yield Reading("ordinal", str(value), *match.span(), firm=False)


# Words whose numbers count nothing; they are stepped over so that no part of them is read.
_NOT_NUMBERS = Form("word", r"(?<![A-Za-z])(?:COVID-19|covid-19|Covid-19|(?i:no one|one another))")
_NUMBER = Form(
    "number",
    rf"(?<![A-Za-z0-9])(?P<cur>(?:US\s?)?\$\s?|€\s?|£\s?|¥\s?)?"
    rf"(?P<nnum>{NUMBER})(?P<nth>(?:st|nd|rd|th)(?![a-z]))?(?:[\s-]?"
    rf"(?P<nscale>{_SCALE}|(?(cur)[mM]\b|(?!))))?(?:(?P<npct>\s?%|[\s-]per[\s-]?cent\b|"
    rf"\spercentage\spoints?\b)|(?P<nrange>(?=(?:\sto\s|\sand\s|\s?-\s?|\sor\s)"
    rf"(?:(?:US\s?)?[$€£¥]\s?)?(?P<nr>{NUMBER})(?:[\s-]?(?P<nrscale>{_SCALE})|(?P<nrpct>\s?%|"
    rf"\sper\s?cent\b))))|(?:-|\s)(?P<nmoney>{_CURRENCY})s?\b)?",
    _read_number,
)
_ROMAN = Form(
    "roman",
    r"(?:(?<=hapter )|(?<=Article )|(?<=Section )|(?<=World War )|(?<=nnex )|"
    r"(?<=Volume )|(?<=[Pp]hase )|(?<=[Pp]art ))(?P<rnum>[IVX]+)(?![A-Za-z])",
    _read_roman,
)

ENGLISH = Grammar(
    _PASSED,
    (
        alike.URL,
        alike.SYMBOL,
        _NOT_NUMBERS,
        DATE,
        MONTH_FIRST,
        MONTH,
        alike.ISO,
        DECADE,
        alike.RESOLUTION,
        alike.PERIOD,
        TIME,
        alike.SLASHED,
        alike.CODE,
        _NUMBER,
        SHARE,
        HALF_OF,
        AND_HALF,
        WORDS,
        LOOSE,
        _ROMAN,
    ),
)
