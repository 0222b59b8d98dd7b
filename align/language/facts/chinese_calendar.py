"""How Chinese writes dates, weekdays, periods and the time of day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from align.language.facts.chinese_amounts import DIGITS, spoken_value
from align.language.facts.fact import Fact, Reading
from align.language.facts.periods import months, stretch
from align.language.facts.scanning import Form, fact, number

_WEEKDAYS = "一二三四五六日"
_DAY = (
    r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|"
    r"廿[一二三四五六七八九]?|[一二三四五六七八九])"
)
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]|元|正|腊)"
_YEAR = (
    rf"(?:1\d{{3}}|20\d\d|[一二][零〇○一二三四五六七八九]{{3}}|二千(?:零|〇)?[{DIGITS}十]{{0,3}})"
)
_MONTHS = {"元": 1, "正": 1, "腊": 12}


def _int(written: str | None) -> int | None:
    if written is None:
        return None
    if written in _MONTHS:
        return _MONTHS[written]
    if written.isdigit():
        return int(written)
    value = spoken_value(written.replace("○", "〇"))
    return int(value) if value is not None else None


def _read_date(match: re.Match[str]) -> Iterator[Fact]:
    text = match.string
    year = _int(match["y"])
    if match["y2"]:  # 18年12月
        short = int(match["y2"])
        year = short + (2000 if short < 50 else 1900)
    if match["bc"] and year:
        year = -year
    month, day = _int(match["m"]), _int(match["d"])
    if match["lunar"]:
        year = None
    end = match.end("d") + 1 if match["d"] and match["tail"] else match.end()
    span = (match.start(), min(end, match.end()))
    yield fact(text, span, "date", (year, month, day))
    for other in re.finditer(_DAY, match["tail"] or ""):
        start = match.start("tail") + other.start()
        yield fact(
            text,
            (start, match.start("tail") + other.end()),
            "date",
            (year, month, _int(other.group())),
        )


def _read_months(match: re.Match[str]) -> Iterator[Fact]:
    year, first = _int(match["y"]), _int(match["m"])
    yield fact(match.string, (match.start(), match.end("m")), "date", (year, first, None))


def _read_year(match: re.Match[str]) -> Iterator[Fact]:
    year = _int(match["y"])
    if year is not None:
        span = (match.start(), match.end())
        yield fact(match.string, span, "date", (-year if match["bc"] else year, None, None))


def _read_era(match: re.Match[str]) -> Iterator[Fact]:
    year = 1 if match["y"] == "元" else _int(match["y"])
    if year is not None:
        before = _BEFORE_ERAS[match["era"]]
        yield fact(match.string, match.span(), "date", (before + year, None, None))


# The year before the first one of each era.
_BEFORE_ERAS = {
    "民国": 1911, "顺治": 1643, "康熙": 1661, "雍正": 1722, "乾隆": 1735, "嘉庆": 1795, "道光": 1820,
    "咸丰": 1850, "同治": 1861, "光绪": 1874, "宣统": 1908, "洪武": 1367, "永乐": 1402, "嘉靖": 1521,
    "万历": 1572, "崇祯": 1627, "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018,
}  # fmt: skip


def _read_years(match: re.Match[str]) -> Iterator[Fact]:
    text = match.string
    first, last = match["a"], match["b"]
    full = last if len(last) == 4 else first[:2] + last
    yield fact(text, match.span("a"), "date", (int(first), None, None))
    also = (Reading("date", (None, int(last), None)),) if len(last) == 2 and int(last) <= 12 else ()
    yield fact(text, match.span("b"), "date", (int(full), None, None), also=also)


def _read_short_year(match: re.Match[str]) -> Iterator[Fact]:
    short = int(match["y"])
    year = short + (2000 if short < 50 else 1900)
    also = (number("quantity", short, "year"),)
    yield fact(match.string, match.span(), "date", (year, None, None), strength="soft", also=also)


def _read_day(match: re.Match[str]) -> Iterator[Fact]:
    day = _int(match["d"])
    assert day is not None
    strength = "firm" if match["d"].isdigit() or len(match["d"]) > 1 else "soft"
    yield fact(
        match.string,
        match.span(),
        "date",
        (None, None, day),
        strength=strength,
        also=(number("quantity", day, "day"),),
    )


def _read_figures(match: re.Match[str]) -> Iterator[Fact]:
    year, month, day = (int(match[name]) for name in ("y", "m", "d"))
    yield fact(match.string, match.span(), "date", (year, month, day))


def read_day_first(match: re.Match[str]) -> Iterator[Fact]:
    """12.09.2018, of September or of December; 25/12/2018, which is of one month only."""
    one, two, year = (int(match[name]) for name in ("a", "b", "y"))
    year += 0 if year > 99 else 2000 if year < 50 else 1900
    ways = [(year, m, d) for d, m in ((one, two), (two, one)) if m <= 12 and 0 < d <= 31 and m]
    if ways:
        also = tuple(Reading("date", way) for way in ways[1:])
        yield fact(match.string, match.span(), "date", ways[0], also=also)


def _read_weekday(match: re.Match[str]) -> Iterator[Fact]:
    for place in range(match.start("w"), match.end("w")):
        char = match.string[place].replace("天", "日")
        if char in _WEEKDAYS:
            start = match.start() if place == match.start("w") else place
            yield fact(match.string, (start, place + 1), "weekday", _WEEKDAYS.index(char) + 1)


def _read_quarter(match: re.Match[str]) -> Iterator[Fact]:
    value = {"首": 1, "末": 4}.get(match["q"]) or _int(match["q"])
    if value is not None:
        yield fact(match.string, match.span(), "quarter", value)
        yield from months(match.string, match.span(), 3 * value - 2, 3 * value)


def _read_half(match: re.Match[str]) -> Iterator[Fact]:
    half = 1 if match["h"] in "上前" else 2
    yield fact(match.string, match.span(), "half", half)
    yield from months(match.string, match.span(), 6 * half - 5, 6 * half)


def _read_stretch(match: re.Match[str]) -> Iterator[Fact]:
    """前三个月, 头两个季度, 最后六个月."""
    many = _int(match["n"])
    if many is not None and 0 < many < 13:
        unit = "quarter" if match["quarter"] else "month"
        first = match["first"] is not None
        yield from stretch(match.string, match.span(), many, unit, first=first)


def _read_every(match: re.Match[str]) -> Iterator[Fact]:
    """每季度: every three months."""
    months = 6 if "半" in match.group() else 3
    yield fact(match.string, match.span(), "quantity", months, "month", strength="mute")


def _read_decade(match: re.Match[str]) -> Iterator[Fact]:
    years: list[int | None]
    if match["full"]:
        years = [_int(match["full"])]
    else:
        tens = _int(match["dec"] or match["bare"])
        century = _int(match["cen"]) if match["cen"] else 21 if match["this"] else 20
        year = (century or 20) * 100 - 100 + (tens or 0)
        years = [year, year - 100, year + 100] if match["bare"] else [year]
    strength = "firm"
    first, *rest = (year for year in years if year is not None)
    also = tuple(number("decade", year) for year in rest)
    yield fact(match.string, match.span(), "decade", first, strength=strength, also=also)


def _read_first_decade(match: re.Match[str]) -> Iterator[Fact]:
    """六、七十年代: the first of them."""
    tens = _int(match["figure"] or match["han"])
    if tens is None:
        return
    also = tuple(number("decade", century + tens * 10) for century in (1800, 2000))
    yield fact(match.string, match.span(), "decade", 1900 + tens * 10, also=also)


def _read_century(match: re.Match[str]) -> Iterator[Fact]:
    value = _int(match["c"])
    if value is not None:
        also = (number("decade", value * 100 - 100), number("quantity", value, "century"))
        yield fact(match.string, match.span(), "century", value, also=also)


def _read_plan(match: re.Match[str]) -> Iterator[Fact]:
    written = next(group for group in match.groups() if group)
    value = _int(written)
    if value is not None:
        mute = fact(match.string, match.span(), "number", 5, strength="mute")
        yield fact(match.string, match.span(), "plan", value)
        yield mute


_HALVES = {
    "上午": 0, "早上": 0, "清晨": 0, "凌晨": 0, "早晨": 0, "清早": 0, "今早": 0, "早": 0,
    "半夜": 0, "深夜": 12,
    "中午": 12, "正午": 12, "下午": 12, "午后": 12, "傍晚": 12, "晚上": 12, "晚间": 12, "今晚": 12,
    "夜里": 12, "夜间": 12, "当晚": 12, "晚": 12,
}  # fmt: skip
_HALF = "|".join(f"{half}(?!一点)" for half in sorted(_HALVES, key=len, reverse=True))
_HOUR = r"(?:[01]?\d|2[0-4]|二?十[一二三四]?|[零〇一二两三四五六七八九]|十[五六七八九])"
_MINUTE = rf"(?:[0-5]?\d|[二三四五]?十[一二三四五六七八九]?|零?[{DIGITS}])"


# 二点五米, 三点一四: a point and no hour, as no minutes follow; 九点零五 is an hour, but with a measure.
_DECIMAL = (
    rf"(?<=点)(?:零[{DIGITS}](?:[{DIGITS}]|[万亿千百个项人倍成米公里吨克元美欧英日港度级兆瓦毫厘平立升秒%％])"
    rf"|(?!零)[{DIGITS}](?![十分刻]))"
)


def _read_time(match: re.Match[str]) -> Iterator[Fact]:
    half = match["half"] or ""
    hour = _int(match["h"])
    minute = _minutes(match)
    if hour is None or minute is None or hour > 24:
        return
    strength = "firm"
    clear = half or match["quarter"] or match["to"] or match["to2"] or match["m"] or match["sharp"]
    if not clear and not (match["sign"] == "时" and match["h"].isdigit()):
        strength = "soft"
    also: tuple[Reading, ...] = ()
    # 为 1 时: where something is 1
    value = match["sign"] == "时" and re.search(r"[为于是=]\s?$", match.string[: match.start()])
    if strength == "soft" or (value and not clear):
        also = (number("number", hour),)
    first = _of_day(half, hour)
    span = (match.start(), match.start("tail") if match["tail"] else match.end())
    if match["tail"] and (last := _int(match["h9"])) is not None and last <= 24:
        last = _of_day(half, last)
        last += 12 if last < first and last < 12 else 0
        minutes = (
            {"一刻": 15, "半": 30, "三刻": 45}.get(match["q9"] or "") or _int(match["m9"]) or 0
        )
        ended = (match.start("h9"), match.end())
        yield from times(
            match.string, ended, last, minutes, bool(half) or last > 12 or match["sign"] == "时"
        )
    yield from times(
        match.string,
        span,
        first,
        minute,
        bool(half) or hour > 12 or match["sign"] == "时",
        strength=strength,
        also=also,
    )


def _minutes(match: re.Match[str]) -> int | None:
    if match["quarter"]:
        return {"一刻": 15, "半": 30, "三刻": 45}[match["quarter"]]
    if match["to"] or match["to2"]:
        written = match["to"] or match["to2"]
        value = 15 if written == "一刻" else _int(written.rstrip("分钟"))
        return -value if value is not None else None
    return _int(match["m"] or match["cm"]) if match["m"] or match["cm"] else 0


def _of_day(half: str, hour: int) -> int:
    early = half in ("中午", "正午") and hour == 11
    late = half in ("晚上", "夜里", "深夜", "半夜", "晚", "当晚", "今晚") and hour == 12
    if late:
        return 0
    return hour + 12 if _HALVES.get(half) and 0 < hour < 12 and not early else hour


def times(
    text: str,
    span: tuple[int, int],
    hour: int,
    minute: int,
    sure: bool,
    *,
    strength: str = "firm",
    also: tuple[Reading, ...] = (),
) -> Iterator[Fact]:
    """The time at `hour` and `minute`; unsure of the half of the day, of either."""
    at = Fraction((hour * 60 + minute) % 1440)
    others = () if sure else (Reading("time", Fraction((at + 720) % 1440)),)
    if at == 0 and hour in (0, 24):
        others = ()
    yield fact(text, span, "time", at, strength=strength, also=(*others, *also))


def _read_colon(match: re.Match[str]) -> Iterator[Fact]:
    hour = _of_day(match["half"] or "", int(match["h"]))
    sure = bool(match["half"]) or hour > 12 or len(match["h"]) == 2
    yield from times(match.string, match.span(), hour, int(match["m"]), sure)


def _read_noon(match: re.Match[str]) -> Iterator[Fact]:
    word = match.group()
    yield fact(
        match.string, match.span(), "time", 720 if word in ("正午", "中午") else 0, strength="soft"
    )


PLAN = Form(
    r"(?<![一二两三四五六七八九十百])(十[一二三四五六七八九])[、·]?五(?![个名年月日天号项种次元万亿百千人点])|"
    r"(?<=[“\"「])(十?[一二三四五六七八九]?)[、·]?五(?=[”\"」])|(?<![一二三四五六七八九十百千])(十|[一二三四五六七八九])五("
    r"?=(?:计划|规划|期间|时期))|"
    r"第([一二三四五六七八九十]+|\d+)个?五年(?:计划|规划)",
    _read_plan,
)
DECADE = Form(
    r"(?:(?:(?P<cen>\d\d|[一二]?十[一二三四五六七八九]?)\s?世纪|上个?世纪|(?P<this>本世纪|新世纪))\s?"
    r"(?P<dec>\d0|[一二三四五六七八九]十)|(?P<full>(?:1[5-9]|20)\d0|[一二][八九〇○零][一二三四五六七八九〇○零][〇○零])|"
    rf"(?<![\d{DIGITS}十])(?P<bare>[1-9]0|[二三四五六七八九]十))\s?年代",
    _read_decade,
)
FIRST_DECADE = Form(
    r"(?<![\d.])(?:(?P<figure>[2-9])0?|(?P<han>[二三四五六七八九])十?)、\s?(?=(?:[2-9]0|[二三四五六七八九]十)\s?年代)",
    _read_first_decade,
)
# The last and the present one need not be numbered, nor be named at all.
THIS_CENTURY = Form(
    r"(?P<last>上个?世纪)|(?:本|新|这个?)世纪(?!之交)",
    lambda m: iter([fact(m.string, m.span(), "century", 20 if m["last"] else 21, strength="mute")]),
)
CENTURY = Form(
    r"(?P<c>\d\d?|[一二]?十[一二三四五六七八九]?|[一二三四五六七八九])\s?世纪", _read_century
)


def _read_two_months(match: re.Match[str]) -> Iterator[Fact]:
    """七八月: July and August; 二八月: February and August."""
    for name in ("a", "b"):
        yield fact(match.string, match.span(name), "date", (None, _int(match[name]), None))


TWO_MONTHS = Form(
    rf"(?<![\d{DIGITS}十])(?P<a>[一二三四五六七八九])(?P<b>[二三四五六七八九十])月(?![球亮经])份?",
    _read_two_months,
)
MONTHS = Form(  # 9至10月: the first of them
    rf"(?<![\d.,/-])(?:(?P<y>{_YEAR})\s?年\s?)?(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])("
    rf"?=\s?[至到和、—-]\s?{_MONTH}\s?月(?![球亮经]))",
    _read_months,
)
DATE = Form(
    rf"(?P<bc>公元前约?\s?|前(?=\d{{3}}))?(?P<lunar>农历|阴历)?(?:(?P<y>(?<=[前约])\d{{1,4}}|{_YEAR}"
    r")\s?年\s?|(?<!\d)(?P<y2>\d\d)\s?年\s?(?=\d))?"
    rf"(?<![\d.])(?P<m>{_MONTH})\s?月(?![球亮经])(?:份|\s?(?:(?P<d>{_DAY})\s?(?:[日号]|(?=[至到和"
    rf"、—-]\s?{_DAY}\s?[日号])|(?<=廿.)|(?=是|，|。|,))"
    rf"(?P<tail>(?:\s?[至到和、,—-]\s?{_DAY}\s?[日号](?!\d)){{0,4}})))?",
    _read_date,
)
ERA = Form(  # 民国元年 is 1912, 光绪二十四年 1898
    rf"(?P<era>{'|'.join(_BEFORE_ERAS)})\s?(?P<y>\d{{1,3}}|[{DIGITS}十百]{{1,5}}|元)\s?年",
    lambda m: _read_era(m),
)
YEARS = Form(
    r"(?<![\d/])(?P<a>(?:1[5-9]|20)\d\d)\s?[-/~]\s?(?P<b>(?:1[5-9]|20)\d\d|\d\d)(?![\d"
    r"/-])(?:\s?[财学]?年度?)?",
    _read_years,
)
YEAR = Form(
    r"(?P<bc>公元前(?:约|大约)?\s?|前(?=\d{3}))?(?:公元\s?(?=\d))?(?P<y>(?<=[前元约 ])\d{1,4}|"
    rf"{_YEAR})\s?(?:年(?![代级])|(?=[至到—-]\s?(?:1\d|20)\d\d\s?年))",
    _read_year,
)
SHORT_YEAR = Form(
    r"(?<![\d.,/])(?P<y>\d\d)年(?=[的上下初底末春夏秋冬，至到起第]|全年|(?<=0\d年))(?![来间后])",
    _read_short_year,
)
DAY = Form(
    r"(?<![\d.第零一二三四五六七八九十百年个])(?P<d>3[01]|[12]\d|[1-9]|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七"
    r"八九]?|[一二三四五六七八九])\s?日(?![元本内益程常])",
    _read_day,
)
ISO = Form(
    r"(?<![\d./-])(?P<y>(?:1[5-9]|20)\d\d)\s?[-./]\s?(?P<m>1[0-2]|0?[1-9])\s?[-./]\s?("
    r"?P<d>3[01]|[12]\d|0?[1-9])(?![\d/-]|\.\d)",
    _read_figures,
)
DAY_FIRST = Form(
    r"(?<![\d./-])(?P<a>3[01]|[12]\d|0?[1-9])(?:\.|/|-)(?P<b>3[01]|[12]\d|0?[1-9])(?:\."
    r"|/|-)(?P<y>(?:1[5-9]|20)\d\d|(?<=[/.])\d\d)(?![\d/-]|\.\d)",
    read_day_first,
)
WEEKDAY = Form(
    r"(?:星期|礼拜|(?<![\d一二两三四五六七八九十几数多整百])周)(?P<w>[一二三四五六日天](?:[、至到](?=[一二三四五六日]))?)(?![期年岁次]|边|转|围)",
    _read_weekday,
)
STRETCH = Form(
    rf"(?:(?P<first>[前头首])|(?<=最)[后初])(?P<n>[{DIGITS}十]{{1,3}}|1?\d)(?:个月|(?P<quarter>个?季度?))"
    r"(?!以?[前后来]|之[前后])",
    _read_stretch,
)
QUARTER = Form(
    r"第?(?P<q>[首末](?=季)|[一二三四]|[1-4])(?:个)?季度?"
    r"(?=(?<=[首末]季)|[度,，。的内末初收增净营、 （(]|报|财)|(?<!个)季度",
    lambda m: _read_quarter(m) if m["q"] else iter(()),
)
EVERY = Form(r"每(?:个|一)?(?:季度?|半年)", _read_every)
HALF_YEAR = Form(r"(?P<h>[上下前后])半年", _read_half)
TIME = Form(
    rf"(?:(?P<half>{_HALF})\s?)?(?:差(?P<to2>一刻|{_MINUTE}分?)钟?到?(?=[一二两三四五六七八九十\d]+点))?"
    rf"(?<![\d.第百千])(?<!\D-)(?P<h>{_HOUR})\s?(?:(?P<sign>[时点])(?!{_DECIMAL})(?![代期刻段间光候速效空限]|差(?!一刻|[零一二三四五六七八九十\d]+分)|一刻钟)"
    rf"(?:\s?(?:(?P<quarter>一刻|半|三刻)|差(?P<to>一刻|{_MINUTE}分?)|过?(?P<m>{_MINUTE})\s?分(?!之)|"
    rf"过?(?P<cm>[二三四五]?十[一二三四五六七八九]?|零?[{DIGITS}])(?![个名项人大点分年])|(?P<sharp>钟|整)))?整?)"
    rf"(?P<tail>\s?[至到—-]\s?(?P<h9>{_HOUR})\s?[时点](?![代期刻段间])(?:\s?(?:(?P<q9>半|一刻|三刻)|("
    rf"?P<m9>{_MINUTE})\s?分?))?)?",
    _read_time,
)
NOON = Form(r"正午|午夜|零点(?=[，。前后钟])|中午(?!\s?(?:[\d十一二两]))", _read_noon)
COLON = Form(
    rf"(?:(?P<half>{_HALF})\s?)?(?<![\d:.])(?P<h>[01]?\d|2[0-4])\s?(?::|(?<=午\d)\.|(?<="
    r"午 \d)\.)\s?(?P<m>[0-5]\d)(?![\d:])",
    _read_colon,
)
