"""How Chinese writes quantities: the order in which its forms are tried, and those that count."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.language.numbers import alike
from align.language.numbers.chinese_dates import CENTURY, DATE, DECADE, MONTHS, TIME, YEAR
from align.language.numbers.chinese_numerals import HAN_NUMBER, zh_value
from align.language.numbers.figures import NUMBER, SIGNS, long_figure, plain_value, year_or_number
from align.language.numbers.forms import Form, Grammar, Reading
from align.language.numbers.quantity import QuantityKind

_SCALES = {
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "万亿": 10**12,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "亿": 10**8,
    "百亿": 10**10,
    "千亿": 10**11,
    "十亿": 10**9,
    "兆": 10**12,
}
_SCALE = r"(?:万亿|[十百千]?[万亿]|百(?!分|年)|千(?![分年禧米克瓦卡]))"
_MONEY = {
    "美元": "USD",
    "美金": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "日元": "JPY",
    "人民币": "CNY",
    "元": "CNY",
    "法郎": "",
    "卢布": "RUB",
    "卢比": "",
    "港元": "HKD",
    "加元": "CAD",
}
_CURRENCY = "|".join(sorted(_MONEY, key=len, reverse=True))
_MEASURE = (
    r"(?:[名个項项位次届年天人国份条段类種种倍周件家所座册艘架辆支只台套批章节款卷期起例宗处場场"
    r"岁吨米层级]|"
    r"小时|分钟|美元|公里|公斤|代人|成员|缔约)"
)
# 三年半, 三个半小时: the half that follows what is counted, or its measure.
_AND_HALF = r"(?:\s?(?:[年天倍]|小时)半(?![数途夜路时场载])|\s?个半(?=小时|月|钟头|世纪|星期))"


def _and_half(value: str) -> str:
    return f"{value}.5" if value.isdigit() else value


def _read_percent(match: re.Match[str]) -> Iterator[Reading]:
    """百分之五, 5%, 五个百分点, and ranges of these."""
    written = match["ptop"] or match["pnum"] or match["phan"] or match["phan2"]
    value = "100" if written == "百" else zh_value(written)
    last = zh_value(match["plast"]) if match["plast"] else None  # 百分之十至十五
    end = match.end("phan") if match["plast"] else match.end()
    if value is not None:
        yield Reading("percent", value + "%", match.start(), end)
    if last is not None:
        yield Reading("percent", last + "%", match.start("plast"), match.end())


def _read_tenths(match: re.Match[str]) -> Iterator[Reading]:
    yield Reading("percent", f"{zh_value(match['tentop'])}0%", *match.span(), firm=False)


def _read_fraction(match: re.Match[str]) -> Iterator[Reading]:
    """三分之二, 千分之五."""
    top, written = zh_value(match["ftop"]), match["fbot"]
    many = written in ("千", "万")  # which English would rather write as a percentage, or "per"
    bottom = str(_SCALES[written]) if many else zh_value(written)
    if top and bottom and bottom != "0":
        yield Reading("fraction", f"{top}/{bottom}", *match.span(), firm=not many)


def _read_half(match: re.Match[str]) -> Iterator[Reading]:
    yield Reading("fraction", "1/2", *match.span(), firm=False)


def _read_resolution(match: re.Match[str]) -> Iterator[Reading]:
    value = match.group().strip("第号 ").replace(" ", "")
    yield Reading("symbol", value, *match.span())


def _read_ordinal(match: re.Match[str]) -> Iterator[Reading]:
    value = zh_value(match["onum"])
    if value is not None:
        firm = match["onum"][0].isdigit() or len(value) > 1
        yield Reading("ordinal", value, *match.span(), firm)


def _read_number(match: re.Match[str]) -> Iterator[Reading]:
    """A number in figures with its scale, sign or currency."""
    written, scale = match["nnum"], match["nscale"]
    start = match.start("cur") if match["cur"] else match.start("nnum")
    if match["nth"]:
        yield Reading("ordinal", plain_value(written), start, match.end("nth"))
        return
    if scale is None and match["nrangescale"] and not long_figure(written):
        scale = match["nrangescale"]  # 20至30万
    value = plain_value(written, _SCALES[scale] if scale else 1)
    if match["nrest"] and value.isdigit():
        value = str(int(value) + int(match["nrest"]) * _SCALES[match["nrscale"]])
    if match["nhalf"]:
        value = _and_half(value)
    unit = _MONEY.get(match["nmoney"] or "", SIGNS.get(match["cur"] or "", ""))
    kind = "money" if match["nmoney"] or match["cur"] else year_or_number(value, written)
    yield Reading(kind, value, start, match.end(), unit=unit)


def _is_label(match: re.Match[str]) -> bool:
    """Whether the numeral is an item's: (三), which English writes (3) or (c)."""
    text, (start, end) = match.string, match.span()
    return text[start - 1 : start] == "(" and text[end : end + 1] == ")"


def _read_han(match: re.Match[str]) -> Iterator[Reading]:
    """A number in characters, sure where a measure word counts with it."""
    numeral = match["hnum"]
    value = zh_value(numeral)
    counted = match["hmeasure"] is not None or any(
        match[name] for name in ("hmoney", "hmore", "hhalf", "hrangescale")
    )
    if value is None or not (counted or len(numeral) > 1 or _is_label(match)):
        return
    scale = match["hscale"] or match["hrangescale"]  # 一百多万, 三至五万
    if scale:
        value = plain_value(value, _SCALES[scale])
    if match["hhalf"]:
        value = _and_half(value)
    kind: QuantityKind = "money" if match["hmoney"] else "number"
    unit = _MONEY.get(match["hmoney"] or "", "")
    yield Reading(kind, value, *match.span(), firm=False, unit=unit)


# Words whose numerals count nothing; they are stepped over so that no part of them is read.
_NOT_NUMBERS = Form(
    "word",
    r"一[般些样起致直定切旦贯律概再度下面边向如旁经系味共心手]|"
    r"[统唯万划单合归同专均之]一(?!个|名|位)|进一步|一方面|一带一路|一体|十[分足](?!之)|"
    r"[千万亿]万(?=不|别|要)|亿万|百姓|万[一物象维众岁能]|千[秋禧瓦]|[三四五六七八]中全会|"
    r"[数几上成好]\s?[十百千万亿]+|十几|几十|[三四五六七八九]角|2019\s?冠状病毒病?|第一手|一一",
)
_PERCENT = Form(
    "percent",
    rf"(?P<ptop>{NUMBER})(?=\s*[至到-]\s*{NUMBER}\s*(?:%|个百分点))|"
    rf"(?P<pnum>{NUMBER})\s*(?:%|个百分点)|百分之\s*(?P<phan>{NUMBER}|"
    rf"{HAN_NUMBER}(?:点{HAN_NUMBER})?)(?:\s?[至到-]\s?(?P<plast>{NUMBER}|"
    rf"{HAN_NUMBER}(?:点{HAN_NUMBER})?)(?![\d分点个名人项年月日零〇一二两三四五六七八九十百千万亿]))?|"
    rf"(?P<phan2>{HAN_NUMBER})个百分点",
    _read_percent,
)
_FRACTION = Form(
    "fraction",
    rf"(?P<fbot>\d+|{HAN_NUMBER})\s*分之\s*(?P<ftop>\d+|{HAN_NUMBER})",
    _read_fraction,
)
_HALF = Form("half", r"一半|半数|过半|大半", _read_half)
_RESOLUTION = Form(
    "resolution_zh",
    r"第\s?\d{1,4}\s?\((?:(?:19|20)\d\d|[IVXLC]+)\)\s?号?|第\s?\d{1,3}/\d{1,4}\s?[A-Z]?\s?号",
    _read_resolution,
)
_ORDINAL = Form("ordinal", rf"第\s?(?P<onum>{NUMBER}|{HAN_NUMBER})(?!\s?[/(])", _read_ordinal)
_TENTHS = Form(
    "tenths",
    r"(?<![\d.第零〇一二三四五六七八九十百千万亿])(?P<tentop>[一二两三四五六七八九]|[1-9])成"
    r"(?![为员立功果就本分色长熟交对套人年不])",
    _read_tenths,
)
_NUMBER = Form(
    "number",
    rf"(?:(?P<cur>[$€£])\s?)?(?P<nnum>{NUMBER})(?P<nth>st|nd|rd|th)?"
    rf"(?:\s?[多余]?\s?(?P<nscale>{_SCALE})(?:\s?(?P<nrest>\d{{1,4}})\s?"
    rf"(?P<nrscale>[万千百]))?)?(?P<nrange>(?=\s?[至到-]\s?{NUMBER}\s?"
    rf"(?P<nrangescale>{_SCALE})))?(?P<nhalf>{_AND_HALF})?(?:[多余]?\s?[个]?\s?(?P<nmoney>{_CURRENCY}))?",
    _read_number,
)
_HAN = Form(
    "han",
    rf"(?<![数几])(?P<hnum>{HAN_NUMBER}(?:点[零〇一二三四五六七八九]+)?)"
    rf"(?:(?<![万亿])(?=\s?[至到-]\s?[一二两三四五六七八九十百千]+(?P<hrangescale>万亿|[万亿])))?"
    rf"(?:(?P<hmore>[多余几])(?P<hscale>万亿|[万亿])?)?(?P<hhalf>{_AND_HALF})?(?P<hmoney>{_CURRENCY})?(?P<hmeasure>(?=\s?"
    rf"(?:[多余来]\s?)?{_MEASURE}))?",
    _read_han,
)

# What no quantity begins in: marks, most characters, some before those that they need to tell one,
# and Latin words that go on to no figure, slash or mail address.
_PASSED = (
    r"[^0-9A-Za-z$€£零〇一二两三四五六七八九十百千万亿半过大本第进统唯划单合归同专均之数几上成好"
    r"早清凌中正下午傍晚]+|[过大](?!半)|本(?!世)|[进统唯划单合归同专均之](?!一)|"
    r"[数几成好](?!\s?[十百千万亿])|上(?!\s?[十百千万亿]|[个世午])|早(?![上晨])|[清凌](?!晨)|"
    r"[中正下](?!午)|午(?!后)|傍(?!晚)|半(?!数)|"
    r"(?!www\.)[A-Za-z]+(?![A-Za-z]|-?[0-9]|/|:/|[\w.]*@)"
)

CHINESE = Grammar(
    _PASSED,
    (
        alike.URL,
        alike.SYMBOL,
        _NOT_NUMBERS,
        _PERCENT,
        _FRACTION,
        _TENTHS,
        _HALF,
        _RESOLUTION,
        alike.RESOLUTION,
        DECADE,
        MONTHS,
        DATE,
        alike.ISO,
        alike.PERIOD,
        YEAR,
        TIME,
        _ORDINAL,
        CENTURY,
        alike.SLASHED,
        alike.CODE,
        _NUMBER,
        _HAN,
    ),
)
