"""Forms that both languages write alike: symbols of documents, codes, ISO dates, periods."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.language.numbers.dates import date_value
from align.language.numbers.forms import Form, Reading


def _read_symbol(match: re.Match[str]) -> Iterator[Reading]:
    yield Reading("symbol", match.group().replace(" ", ""), *match.span())


def _read_code(match: re.Match[str]) -> Iterator[Reading]:
    yield Reading("code", match.group().upper(), *match.span(), firm=False)


def _read_iso(match: re.Match[str]) -> Iterator[Reading]:
    value = date_value(match["iyear"], int(match["imonth"]), match["iday"])
    yield Reading("date", value, *match.span())


def _read_period(match: re.Match[str]) -> Iterator[Reading]:
    """Two years with a dash: 2019-2020, 2019-20."""
    first, last = re.findall(r"\d+", match.group())
    start, end = match.span()
    yield Reading("year", first, start, start + 4)
    full = last if len(last) == 4 else first[:2] + last
    if len(last) == 2 and int(full) <= int(first):  # 2023-05 is a month, 2023/11 a session
        full = last.lstrip("0")
    yield Reading("year", full, end - len(last), end)


def _read_slashed(match: re.Match[str]) -> Iterator[Reading]:
    """Figures with a slash: a fraction, a season of two years, part of a symbol."""
    written = match.group().replace(" ", "")
    parts = written.split("/")
    small = len(parts) == 2 and all(part.isdigit() for part in parts)
    fraction = small and 0 < int(parts[0]) < int(parts[1]) <= 10
    yield Reading("fraction" if fraction else "symbol", written, *match.span())


URL = Form("url", r"(?:https?://|(?<![A-Za-z])www\.)[^\s，。；）]+|[\w.]+@[\w.]+")
SYMBOL = Form(
    "symbol",
    r"(?<![\w/])[A-Z]{1,6}(?:/[A-Za-z0-9][A-Za-z0-9.+-]*)*/(?:[A-Z][A-Za-z.]*)?\d+(?:[A-Za-z0-9.+-]*[A-Za-z0-9+])?"
    r"(?:/[A-Za-z0-9.+-]*[A-Za-z0-9+])*(?:\s?\((?:19|20)\d\d\))?",
    _read_symbol,
)
RESOLUTION = Form("resolution", r"(?<![\d/])\d{1,4}\s?\((?:(?:19|20)\d\d|[IVXLC]+)\)", _read_symbol)
ISO = Form(
    "iso",
    r"(?<![\d./])(?P<iyear>(?:19|20)\d\d)(?P<isign>[-./])(?P<imonth>1[0-2]|0?[1-9])(?P=isign)"
    r"(?P<iday>3[01]|[12]\d|0?[1-9])(?![\d/-]|\.\d)",
    _read_iso,
)
PERIOD = Form(
    "period",
    r"(?<![\d/])(?:19|20)\d\d\s?[/-]\s?(?:(?:19|20)\d\d|\d\d)(?![\d/])",
    _read_period,
)
SLASHED = Form(
    "slashed",
    r"(?<![\w/.])\d{1,4}/\d{1,4}(?:/\d{1,4})*(?:\s?[A-Z](?![A-Za-z]))?(?![\w/])",
    _read_slashed,
)
CODE = Form(
    "code",
    r"(?<![A-Za-z0-9])(?!(?i:mid|pre|post|early|late|since)-)"
    r"(?=[A-Za-z]*[A-Z])[A-Za-z]{1,10}-?\d+[A-Za-z0-9+]*(?:-\d+)?",
    _read_code,
)
