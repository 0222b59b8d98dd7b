"""How Chinese writes dates, years, decades, centuries and the time of day."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.language.numbers.chinese_numerals import HAN_NUMBER, zh_value
from align.language.numbers.dates import date_value
from align.language.numbers.forms import Form, Reading

_HALVES = {
    "上午": 0,
    "早上": 0,
    "清晨": 0,
    "凌晨": 0,
    "早晨": 0,
    "中午": 12,
    "正午": 12,
    "下午": 12,
    "午后": 12,
    "傍晚": 12,
    "晚上": 12,
    "晚": 12,
}
_HALF = "|".join(sorted(_HALVES, key=len, reverse=True))


def _read_decade(match: re.Match[str]) -> Iterator[Reading]:
    if match["fulldec"]:
        value = match["fulldec"]
    else:
        century = zh_value(match["cen"]) if match["cen"] else "20"
        decade = zh_value(match["dec"])
        value = f"{int(century or 20) - 1}{decade}"
    yield Reading("date", value + "s", *match.span())


def _read_date(match: re.Match[str]) -> Iterator[Reading]:
    year = zh_value(match["dy"]) if match["dy"] else None
    month = int(zh_value(match["dm"]) or 0)
    day = zh_value(match["dd"]) if match["dd"] else None
    firm = bool(year or day) or match["dm"].isdigit()
    tail = match["dtail"]
    end = match.start("dtail") if tail else match.end()
    yield Reading("date", date_value(year, month, day), match.start(), end, firm)
    for other in re.finditer(r"\d+", tail or ""):
        start = match.start("dtail") + other.start()
        value = date_value(year, month, other.group())
        yield Reading("date", value, start, match.start("dtail") + other.end())


def _read_year(match: re.Match[str]) -> Iterator[Reading]:
    yield Reading("year", zh_value(match["yd"]) or "", *match.span())


def _read_time(match: re.Match[str]) -> Iterator[Reading]:
    hour = zh_value(match["th"] or match["t2h"] or match["t3h"])
    written = match["tm"] or match["t2m"] or match["t3m"] or "0"
    minute = "30" if written == "半" else zh_value(written)
    if hour is None or minute is None or int(hour) > 24 or int(minute) > 59:
        return
    shift = _HALVES.get(match["thalf"] or "", 0)
    at = int(hour) + (12 if shift and 0 < int(hour) < 12 else 0)
    if match["thalf"] in ("中午", "正午") and int(hour) in (11, 12):
        at = int(hour)
    yield Reading("time", f"{at:02d}:{int(minute):02d}", *match.span())


def _read_century(match: re.Match[str]) -> Iterator[Reading]:
    value = zh_value(match["cnum"])
    if value is not None:
        yield Reading("ordinal", value, *match.span())


DECADE = Form(
    "decade",
    r"(?:(?:(?P<cen>\d\d|[一二]?十[一二三四五六七八九]?)\s?世纪|上世纪|"
    r"上个世纪)\s?(?P<dec>\d0|[一二三四五六七八九]十)|(?P<fulldec>(?:19|20)\d0))\s?年代",
    _read_decade,
)
DATE = Form(
    "date",
    r"(?:(?P<dy>(?:19|20|18)\d\d|[一二][零〇一二三四五六七八九]{3})\s?年\s?)?"
    r"(?P<dm>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s?月(?!球|亮|经)(?:\s?"
    r"(?P<dd>3[01]|[12]\d|0?[1-9]|三?[二三]?十[一二三四五六七八九]?|"
    r"[一二三四五六七八九])\s?[日号](?P<dtail>(?:\s?[至到和、,-]\s?(?:3[01]|[12]\d|"
    r"0?[1-9])\s?[日号]){0,4}))?",
    _read_date,
)
YEAR = Form(
    "year",
    r"(?P<yd>(?:18|19|20)\d\d|[一二][零〇一二三四五六七八九]{3})\s?年(?!代)",
    _read_year,
)
TIME = Form(
    "time",
    rf"(?:(?P<thalf>{_HALF})\s?(?P<th>\d\d?|{HAN_NUMBER})\s?(?:[时点:]\s?"
    rf"(?:(?P<tm>\d\d|{HAN_NUMBER}|半)\s?分?)?)(?P<tq>整)?)|(?P<t2h>\d\d?)\s?时\s?"
    r"(?P<t2m>\d\d?)\s?分|(?<![\d:])(?P<t3h>[01]?\d|2[0-3]):(?P<t3m>[0-5]\d)(?![\d:])",
    _read_time,
)
CENTURY = Form("century", r"(?P<cnum>\d\d|[一二]?十[一二三四五六七八九]?)\s?世纪", _read_century)
