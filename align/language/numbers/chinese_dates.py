"""How Chinese writes dates, years, decades, centuries and the time of day."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.language.numbers.chinese_numerals import HAN_NUMBER, HAN_YEAR, zh_value
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
_QUARTERS = {"一刻": "15", "半": "30", "三刻": "45"}
_HALF = "|".join(sorted(_HALVES, key=len, reverse=True))


def _read_decade(match: re.Match[str]) -> Iterator[Reading]:
    """A decade: 上世纪九十年代, 1990年代."""
    if match["fulldec"]:
        value = zh_value(match["fulldec"])
    else:
        century = zh_value(match["cen"]) if match["cen"] else "21" if match["this"] else "20"
        value = f"{int(century or 20) - 1}{zh_value(match['dec'] or match['baredec'])}"
    firm = match["baredec"] is None  # 20年代 may be of any century
    yield Reading("date", f"{value}s", *match.span(), firm)


def _read_months(match: re.Match[str]) -> Iterator[Reading]:
    yield Reading("date", date_value(match["ry"], int(match["rm"])), *match.span())


def _read_date(match: re.Match[str]) -> Iterator[Reading]:
    """A date as far as it is told: year, month, day."""
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
    """A time of day: 下午三点一刻, 15时30分."""
    half = match["thalf"] or ""
    value = _time(
        half,
        match["th"] or match["t2h"] or match["t3h"],
        match["tm"] or match["t2m"] or match["tpast"] or match["t3m"] or "0",
    )
    end = match.start("ttail") if match["ttail"] else match.end()
    if value is not None:
        yield Reading("time", value, match.start(), end)
    last = _time(half, match["t4h"], match["t4m"] or "0") if match["ttail"] else None
    if value is not None and last is not None:
        if last < value and last < "12":  # 上午10时至1时
            last = f"{int(last[:2]) + 12}{last[2:]}"
        yield Reading("time", last, match.start("t4h"), match.end())


def _time(half: str, hour: str, minute: str) -> str | None:
    """Hour and minute as HH:MM; None where no clock shows them."""
    hours = zh_value(hour)
    minutes = _QUARTERS.get(minute) or zh_value(minute)
    if hours is None or minutes is None or int(hours) > 24 or int(minutes) > 59:
        return None
    at = int(hours)
    early = half in ("中午", "正午") and at == 11
    if _HALVES.get(half) and 0 < at < 12 and not early:
        at += 12
    return f"{at:02d}:{int(minutes):02d}"


def _read_century(match: re.Match[str]) -> Iterator[Reading]:
    value = zh_value(match["cnum"])
    if value is not None:
        yield Reading("ordinal", value, *match.span())


_YEAR = rf"(?:(?:19|20|18)\d\d|{HAN_YEAR})"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_MONTH_SIGN = r"\s?月(?!球|亮|经)"
DECADE = Form(
    "decade",
    r"(?:(?:(?P<cen>\d\d|[一二]?十[一二三四五六七八九]?)\s?世纪|上世纪|上个世纪|(?P<this>本世纪))\s?"
    r"(?P<dec>\d0|[一二三四五六七八九]十)|(?P<fulldec>(?:19|20)\d0|[一二][九〇○零][一二三四五六七八九][〇○零])|"
    r"(?<![\d零〇一二三四五六七八九十])(?P<baredec>[2-9]0|[二三四五六七八九]十))\s?年代",
    _read_decade,
)
MONTHS = Form(  # 9至10月: the first of them
    "months",
    rf"(?<![\d.,/-])(?:(?P<ry>(?:19|20|18)\d\d)\s?年\s?)?(?P<rm>{_MONTH})"
    rf"(?=\s?[至到和、-]\s?{_MONTH}{_MONTH_SIGN})",
    _read_months,
)
DATE = Form(
    "date",
    rf"(?:(?P<dy>{_YEAR})\s?年\s?)?"
    rf"(?P<dm>{_MONTH}|十[一二]?|[一二三四五六七八九]){_MONTH_SIGN}(?:\s?"
    rf"(?P<dd>{_DAY}|三?[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
    rf"\s?(?:[日号]|(?=[至到和、-]\s?{_DAY}\s?[日号]))"
    rf"(?P<dtail>(?:\s?[至到和、,-]\s?{_DAY}\s?[日号]){{0,4}}))?",
    _read_date,
)
YEAR = Form("year", rf"(?P<yd>{_YEAR})\s?年(?!代)", _read_year)
_MINUTE = rf"(?:{'|'.join(_QUARTERS)}|\d\d|\d(?=\s?分)|{HAN_NUMBER})"
TIME = Form(
    "time",
    rf"(?P<thalf>{_HALF})\s?(?P<th>\d\d?|{HAN_NUMBER})\s?[时点:]\s?(?:(?P<tm>{_MINUTE})\s?分?)?整?"
    rf"(?P<ttail>\s?[至到-]\s?(?P<t4h>\d\d?|{HAN_NUMBER})\s?[时点:]\s?"
    rf"(?:(?P<t4m>{_MINUTE})\s?分?)?)?|"
    r"(?<![\d.])(?P<t2h>[01]?\d|2[0-4])\s?(?:时(?:\s?(?P<t2m>\d\d?)\s?分|"
    r"(?![代期刻段间光候长速不常效空限差]))|"
    rf"点\s?(?:(?P<tpast>\d\d?(?=\s?分)|{'|'.join(_QUARTERS)})\s?分?|[钟整]))|"
    r"(?<![\d:])(?P<t3h>[01]?\d|2[0-3]):(?P<t3m>[0-5]\d)(?![\d:])",
    _read_time,
)
CENTURY = Form("century", r"(?P<cnum>\d\d|[一二]?十[一二三四五六七八九]?)\s?世纪", _read_century)
