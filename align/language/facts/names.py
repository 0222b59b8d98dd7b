"""Names and fixed words that hold numerals: they are what they are called, not how many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from align.language.facts.fact import Fact
from align.language.facts.scanning import Form, fact


@cache
def names() -> tuple[tuple[str, str], ...]:
    """The Chinese and the English pattern of each name."""
    text = (files(__package__) / "data" / "names.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    return tuple((row[0], row[1] if len(row) > 1 else "") for row in rows)


@cache
def _which(written: str, side: int) -> str:
    """The Chinese pattern of a name as it is written on a side: both of its names are one code."""
    return next(
        (
            row[0]
            for row in names()
            if row[side] and re.fullmatch(row[side], written, re.IGNORECASE)
        ),
        written,
    )


def _pattern(side: int) -> str:
    return "|".join(row[side] for row in names() if row[side])


@cache
def _numerals() -> re.Pattern[str]:
    return re.compile(r"\d+|[零一二两三四五六七八九十]")


def _read_chinese(match: re.Match[str]) -> Iterator[Fact]:
    """The numerals of a name answer for those of its rendering, and are not missed."""
    from align.language.facts.chinese_amounts import amount

    text = match.string
    runs = re.compile(r"\d+|[零一二两三四五六七八九十百]+").finditer(match.group())
    for run in [*runs, *_numerals().finditer(match.group())]:
        found = amount(run.group(), 0)
        if found is not None:
            span = (match.start() + run.start(), match.start() + run.end())
            yield fact(text, span, "number", found.value, strength="mute")
    digits = [amount(run, 0) for run in _DIGIT.findall(match.group())]
    months = [int(one.value) for one in digits if one is not None]
    if len(months) in (2, 3):  # 九一八 is of 18 September, 五四 of 4 May
        day = months[1] * 10 + months[2] if len(months) == 3 else months[1]
        yield fact(text, match.span(), "date", (None, months[0], day), strength="mute")
    yield fact(text, match.span(), "code", _which(match.group(), 0), strength="mute")


_DIGIT = re.compile(r"[一二三四五六七八九]|\d+")
# 911 is no part of 9110.
CHINESE_NAMES = Form(rf"(?<!\d)(?:{_pattern(0)})(?<!\d(?=\d))", _read_chinese)
ENGLISH_NAMES = Form(
    f"(?<![A-Za-z])(?i:{_pattern(1)})(?![A-Za-z])", lambda match: _read_english(match)
)


def _read_english(match: re.Match[str]) -> Iterator[Fact]:
    from align.language.facts.english_amounts import inner_numbers

    for span, value in inner_numbers(match):
        yield fact(match.string, span, "number", value, strength="mute")
    yield fact(match.string, match.span(), "code", _which(match.group(), 1), strength="mute")
