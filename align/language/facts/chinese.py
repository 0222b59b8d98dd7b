"""How Chinese writes facts: the order in which its forms are tried, and what counts by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib.resources import files

from align.language.facts import chinese_calendar as calendar
from align.language.facts import shared
from align.language.facts.chinese_amounts import (
    DIGITS,
    HAN,
    NUM,
    amount,
    scale_value,
    spoken_value,
)
from align.language.facts.fact import Fact, Reading
from align.language.facts.names import CHINESE_NAMES
from align.language.facts.scanning import Form, Scanner, fact, number
from align.language.facts.units import chinese_currencies, chinese_units, signs

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_MEASURE = re.compile(
    r"\s?[多余来]?\s?个?\s?(?:[名个項项位次届年天人国份条段类種种倍周件家所座册艘架辆支只台套批章节款卷期起例宗处場场"
    r"岁吨米层级票席张间栋幢户口头匹棵颗枚块片篇首本部门笔步轮回趟遍种样股路组队对双打箱袋瓶杯碗桶方派族州省市县区"
    r"村镇城校系班点成角分]|小时|分钟|公里|公斤|代人|成员|缔约|国家)"
)
_AND_HALF = re.compile(
    r"\s?(?:个?半(?=[\s,，。；、的以之后前内左右]|$|小时|钟头|月|世纪|星期)|半(?![数途夜路时场载天径岛]))"
)
_SIGN = re.compile(
    r"(?:零下|零度以下|负)\s?$|(?:^|(?<=[(\[\]，,;、:=为是至到约达])|(?<=[^\d\s]\s))-$"
)
_OFF = re.compile(r".{0,6}(?:折扣|优惠)|.{0,2}(?:优惠|减价|降价)")


def _value(written: str | None) -> Fraction | None:
    if not written:
        return None
    found = amount(written, 0)
    return found.value if found and found.end == len(written) else None


# --- parts of a whole --------------------------------------------------------------------------


def _negative(match: re.Match[str]) -> int:
    return (
        -1
        if re.search(
            r"(?:负|(?<![\d%])(?<!\d\s)-)\s?$",
            match.string[max(0, match.start() - 3) : match.start()],
        )
        else 1
    )


def _read_percent(match: re.Match[str]) -> Iterator[Fact]:
    text, sign = match.string, _negative(match)
    points = match["points"] is not None
    below = {"%": 100, "‰": 1000, "千": 1000, "万": 10**4, "百": 100}[
        match["of"] or match["sign"] or "%"
    ]
    kind = "points" if points else "share"
    names = [name for name in ("a", "b", "c", "d") if match[name]]
    for name in names:
        written = match[name]
        value = Fraction(100) if written == "百" else _value(written)
        if value is None:
            continue
        start = match.start() if name == names[0] else match.start(name)
        end = match.end() if name == names[-1] else match.end(name)
        also: tuple[Reading, ...] = ()
        if _OFF.match(text, match.end()) or re.search(
            r"(?:优惠|减价|降价|打折)了?$", text[max(0, match.start() - 4) : match.start()]
        ):
            also = (Reading("share", 1 - value / below),)
        share = sign * value / (100 if points else below)
        yield fact(text, (start, end), kind, share, also=also)


def _read_basis(match: re.Match[str]) -> Iterator[Fact]:
    value = _value(match["n"])
    if value is not None:
        yield fact(match.string, match.span(), "points", value / 10_000)


_SCALE = re.compile(r"[百千]?[万亿]|[百千]")


def _read_fraction(match: re.Match[str]) -> Iterator[Fact]:
    scale = match["bottom"]
    top = _value(match["top"])
    bottom = scale_value(scale) if _SCALE.fullmatch(scale) else _value(scale)  # 万分之五
    if top is not None and bottom:
        value = (_value(match["whole"]) or 0) + top / bottom
        basis = (Reading("points", value),) if bottom == 10_000 else ()
        if match.string.startswith(("世纪", "个世纪"), match.end()):
            end = match.string.index("纪", match.end()) + 1
            also = (number("share", value),)
            span = (match.start(), end)
            yield fact(match.string, span, "quantity", value, "century", also=also)
            return
        yield fact(match.string, match.span(), "share", value, also=_cut_to(match, value) + basis)


_CUT_TO = re.compile(
    r"(?:[降减缩]|下降|下跌|减少|缩小|缩减|降低|削减)[至到为](?:了)?(?:原来|原有|原先|之前|此前)?的?(?:近|约|不到)?\s?$"
)


def _cut_to(match: re.Match[str], value: Fraction) -> tuple[Reading, ...]:
    """降至五分之一 is a cut by four fifths."""
    # 12: as long as the longest wording of _CUT_TO, 减少到了此前的不到, and its blank
    before = match.string[max(0, match.start() - 12) : match.start()]
    return (Reading("share", 1 - value, "cut"),) if _CUT_TO.search(before) else ()


def _read_tenths(match: re.Match[str]) -> Iterator[Fact]:
    tens, ones = _value(match["tens"]), _value(match["ones"]) or Fraction(0)
    if tens is None or tens > 10:
        return
    yield fact(match.string, match.span(), "share", (tens * 10 + ones) / 100)
    if match["near"] and (near := _value(match["near"])):
        yield fact(match.string, match.span(), "share", near / 10, strength="mute")


def _read_discount(match: re.Match[str]) -> Iterator[Fact]:
    value = _value(match["tens"])
    if value is not None:
        tens = value * 10 + (_value(match["ones"]) or 0)
        yield fact(match.string, match.span(), "share", tens / 100)


def _read_half(match: re.Match[str]) -> Iterator[Fact]:
    also = (number("multiple", Fraction(1, 2)),)
    yield fact(match.string, match.span(), "share", Fraction(1, 2), strength="soft", also=also)


def _read_of(match: re.Match[str]) -> Iterator[Fact]:
    """五人中有一人: one in five."""
    top, bottom = _value(match["top"]), _value(match["bottom"])
    if top is not None and bottom and top < bottom:
        yield fact(match.string, match.span(), "share", top / bottom, strength="soft")
        yield fact(match.string, match.span(), "number", top, strength="mute")
        yield fact(match.string, match.span(), "number", bottom, strength="mute")


# --- multiples ---------------------------------------------------------------------------------


def _read_multiple(match: re.Match[str]) -> Iterator[Fact]:
    """增加了两倍 is three times as much, 增加到两倍 and 是两倍 are twice."""
    value = _value(match["n"])
    if value is None:
        return
    if match["half"]:
        value += Fraction(1, 2)
    more = match["more"] is not None
    readings = (
        [number("multiple", value + 1), Reading("share", value, "more")]
        if more
        else [number("multiple", value)]
    )
    if not more and value > 20:  # 百倍, 万倍: the one more is nothing
        readings.append(number("multiple", value + 1))
    if more and value > 9:
        readings.append(number("multiple", value))
    yield Fact(tuple(readings), *match.span(), match.group(), "firm")


def _read_turns(match: re.Match[str]) -> Iterator[Fact]:
    """翻一番 doubles, 翻两番 is fourfold; 翻一倍 doubles."""
    value = _value(match["n"] or "一")
    if value is None or value > 6:
        return
    times = Fraction(2 ** int(value)) if match["of"] != "倍" else value + 1
    also = (Reading("share", times - 1, "more"),)
    strength = "mute" if match.group() == "成倍" else "firm"  # by any multiple
    yield fact(match.string, match.span(), "multiple", times, also=also, strength=strength)


def _read_magnitude(match: re.Match[str]) -> Iterator[Fact]:
    """一个数量级 is tenfold, a factor of ten, an order of magnitude."""
    value = _value(match["n"])
    # Six orders are a million: above that nobody writes the factor instead.
    if value is not None and value.denominator == 1 and 0 < value < 7:
        times = Fraction(10) ** int(value)
        also = (number("number", times), number("number", value))
        yield fact(match.string, match.span(), "multiple", times, also=also, strength="soft")


def _read_cut(match: re.Match[str]) -> Iterator[Fact]:
    also = (number("multiple", Fraction(1, 2)),)
    yield fact(match.string, match.span(), "share", Fraction(1, 2), also=also)


# --- ordinals and labels -----------------------------------------------------------------------


def _read_ordinal(match: re.Match[str]) -> Iterator[Fact]:
    found = amount(match.string, match.start("n"))
    if found is None:
        return
    strength = (
        "firm"
        if (found.digits or not found.bare or found.value > 1) and not match["last"]
        else "soft"
    )
    span = (match.start(), found.end)
    if found.value == 2 and re.match(r"[年天日周]|个月", match.string[found.end :]):
        strength = "soft"  # the next year, the following day
    first = (number("ordinal", found.value, "last"),) if match["last"] else ()
    yield fact(match.string, span, "ordinal", found.value, strength=strength, also=first)
    if rest := re.compile(rf"\s?[至到—-]\s?第?\s?({NUM})").match(match.string, found.end):
        last = _value(rest[1])
        if last is not None:
            yield fact(match.string, rest.span(1), "ordinal", last)


def _read_first(match: re.Match[str]) -> Iterator[Fact]:
    yield fact(match.string, match.span(), "ordinal", 1, strength="soft")


def _read_war(match: re.Match[str]) -> Iterator[Fact]:
    value = 1 if match.group()[0] == "一" else 2
    yield fact(match.string, match.span(), "ordinal", value, strength="soft")


def _read_named_number(match: re.Match[str]) -> Iterator[Fact]:
    if match["r"]:
        value = shared.roman_value(match["r"])
        if value:
            yield fact(match.string, match.span(), "ordinal", value)
        return
    found = amount(match.string, match.start("n"))
    if found is not None:
        label = fact(match.string, (match.start(), found.end), "ordinal", found.value)
        yield label


def _read_stem(match: re.Match[str]) -> Iterator[Fact]:
    place = _STEMS.index(match["stem"]) + 1
    yield fact(match.string, match.span("stem"), "label", place, strength="soft")


def _read_label(match: re.Match[str]) -> Iterator[Fact]:
    for name in ("a", "b"):
        written = match[name]
        if not written:
            continue
        if written in _STEMS:
            yield fact(match.string, match.span(name), "label", _STEMS.index(written) + 1)
        elif (value := _value(written)) is not None:
            yield fact(match.string, match.span(name), "label", value)


# --- money, measures, counts -------------------------------------------------------------------


def _read_number(match: re.Match[str]) -> Iterator[Fact]:
    text, at = match.string, match.start("n")
    found = amount(text, at)
    if found is None:
        yield from _run_of_digits(match)
        return
    value, end = found.value, found.end
    start = match.start()
    currency = signs()[1].match(text, start)[0] if match["cur"] else match["named"]  # type: ignore[index]
    if match["named"]:
        currency = chinese_currencies().match(text, start)[0]  # type: ignore[index]
    if _SIGN.search(text[max(0, start - 5) : start]):
        value = -value
        start -= len(_SIGN.search(text[max(0, start - 5) : start]).group())  # type: ignore[union-attr]
    if money := chinese_currencies().match(text, end):
        currency, end = (money[0] if money[0] != "CNY" or not currency else currency), money[1]
    if currency:
        value, end = _small_change(text, value, end)
        soft = found.bare and found.value == 1
        scale = text[at : found.end] in ("千", "百万", "万", "亿")  # 以千美元为单位: no amount
        strength = "mute" if scale else "soft" if soft else "firm"
        yield fact(text, (start, end), "money", value, currency, strength=strength)
        yield from _range_scale(text, found.end, value)
        return
    more = text[end : end + 1] in ("多", "余")  # 6200多公里
    unit = chinese_units().match(text, end + more)
    half = None if unit else _AND_HALF.match(text, end)
    if unit and text[unit[1] : unit[1] + 1] == "半" and (half := _AND_HALF.match(text, unit[1])):
        value, end = value + Fraction(1, 2), half.end()
    elif half and (unit := chinese_units().match(text, half.end() - ("个" in half.group()))):
        value, end = value + Fraction(1, 2), unit[1]
    elif half and (unit := chinese_units().match("个" + text[half.end() : half.end() + 4], 0)):
        value, end = value + Fraction(1, 2), half.end() + unit[1] - 1
    elif unit:
        end = unit[1]
        value, end = _and_tenths(text, value, end, unit[0])
    if unit:
        kind_strength = "soft" if found.value == 1 and not found.digits else "firm"
        around = unit[0] == "week" and found.bare  # 四周 is all around, too
        if (
            found.vague
            or found.value == 1
            or around
            or (found.bare and not half and found.value < 3)
        ):
            kind_strength = "soft"
        # 二度获奖: twice, or for the second time.
        turns = unit[0] == "degree" and found.bare
        also = (number("ordinal", value), number("number", value)) if turns else ()
        yield fact(
            text, (start, end), "quantity", value, unit[0], strength=kind_strength, also=also
        )
        return
    yield from _counted(text, start, found.end, value, found.digits, found.vague, found.bare)


def _range_scale(text: str, end: int, value: Fraction) -> Iterator[Fact]:
    return iter(())


def _small_change(text: str, value: Fraction, end: int) -> tuple[Fraction, int]:
    """八元五角: the tenths and hundredths of a currency."""
    if more := re.compile(rf"(?:([{DIGITS}])角)?(?:([{DIGITS}])分)?").match(text, end):
        tenths, cents = (spoken_value(more[n]) or 0 if more[n] else 0 for n in (1, 2))
        return value + Fraction(tenths) / 10 + Fraction(cents) / 100, more.end()
    return value, end


def _and_tenths(text: str, value: Fraction, end: int, unit: str) -> tuple[Fraction, int]:
    """三米五, 三十八度五: what follows the measure is tenths of it."""
    more = re.compile(rf"([{DIGITS[2:]}])(?![{DIGITS}十百千万亿个米公斤名])").match(text, end)
    if more and unit in ("m", "kg", "jin", "degree") and value.denominator == 1:
        tenths = (spoken_value(more[1]) or Fraction(0)) / 10
        return value + (tenths if value >= 0 else -tenths), more.end()
    return value, end


def _run_of_digits(match: re.Match[str]) -> Iterator[Fact]:
    """两三天, 三四十人, 十五六岁, 一百二三十人: two numbers side by side, of the same scale."""
    text, at = match.string, match.start("n")
    near = _SIDE_BY_SIDE.match(text, at)
    if near is None:
        return
    before = spoken_value(near["tens"]) if near["tens"] else Fraction(0)
    scale = spoken_value("一" + near["scale"]) if near["scale"] else Fraction(1)
    for digit in (near["a"], near["b"]):
        value = spoken_value(digit)
        if value is not None and scale is not None and before is not None:
            value = before + value * scale
            unit = chinese_units().match(text, near.end())
            also = (number("quantity", value, unit[0]),) if unit else ()
            yield fact(text, near.span(), "number", value, strength="soft", also=also)


_SIDE_BY_SIDE = re.compile(
    rf"(?P<tens>[二三四五六七八九]?十(?=..(?![十百千万亿]))|[{DIGITS[2:]}]百(?=..十))?"
    rf"(?P<a>[{DIGITS[2:]}])(?P<b>[{DIGITS[2:]}])(?P<scale>[十百千万亿]*)"
)


def _counted(
    text: str, start: int, end: int, value: Fraction, digits: bool, vague: bool, bare: bool
) -> Iterator[Fact]:
    if digits:
        year = value.denominator == 1 and 1500 <= value <= 2100 and end - start == 4
        also = (Reading("date", (int(value), None, None)),) if year else ()
        yield fact(text, (start, end), "number", value, strength="firm", also=also)
        return
    counted = _MEASURE.match(text, end) is not None
    if (bare and not counted) or (
        not digits and end - start > 2 and re.fullmatch(r"[一二三四五六七八九]+", text[start:end])
    ):
        yield fact(text, (start, end), "number", value, strength="mute")
        return
    if _in_a_word(text, start, end):
        yield fact(text, (start, end), "number", value, strength="mute")
        return
    dozens = text[end - 1] == "打"
    strength = "soft" if not dozens and (bare or vague or not counted or value < 3) else "firm"
    yield fact(text, (start, end), "number", value, strength=strength)


@cache
def _words() -> tuple[frozenset[str], int]:
    text = (files(__package__) / "data" / "numeral_words.txt").read_text("utf-8")
    found = frozenset(line for line in text.splitlines() if not line.startswith("#"))
    return found, max(map(len, found))


def _in_a_word(text: str, start: int, end: int) -> bool:
    """Whether a word of the dictionary holds the numeral and more: 四面八方, 四川."""
    known, _ = _words()
    for first in range(max(0, start - 4), start + 1):
        for last in range(end, min(len(text), end + 5) + 1):
            if last - first > end - start and text[first:last] in known:
                return True
    return False


def _read_mute(match: re.Match[str]) -> Iterator[Fact]:
    for some in re.finditer(rf"\d+|[{DIGITS}十百千万亿]", match.group()):
        value = _value(some.group())
        span = (match.start() + some.start(), match.start() + some.end())
        if value is not None:
            yield fact(match.string, span, "number", value, strength="mute")


_NOT_NUMBERS = Form(
    r"一[般些样起致直定切旦贯律概再度下面边向如旁经系味共心手]|"
    r"[统唯万划单合归同专均之]一(?!个|名|位)|进一步|一方面|一带一路|一体|十[分足](?!之)|"
    r"[千万亿]万(?=不|别|要)|亿万|百姓|万[一物象维众岁能圣科]|千[秋禧瓦]|千年(?=[，。、的之目发来以]|第)|[一二三四五六七八]中全会|"
    r"[三四五六七八九]角[形洲]|2019\s?冠状病毒病?|COVID-19|第一手|一一|四分卫|[一二三四]元(?=运算|操作|表达|数(?!额)|组|一次|二次|函数|方程|论|化|性|结构|身份|体制|对立|社会|[，。]|$)|百岁|"
    r"第[一二三]世界|第三(?:方|者|产业|国)|[一二三]审|[一二三四]级市场|两[岸极栖]|双[边重向赢语层]|"
    r"(?:星期|礼拜)几|百(?:货|科|日|度|合|般)|千(?:篇一律|方百计|变万化)|万(?:事|无|里|分|籁)|"
    r"[三四]边形|[二三]维|[一二三四五六七八九]成[不为]|一成不变|"
    r"[数几上成好]\s?[十百千万亿]+|十几|几十|几[百千万亿]+",
    _read_mute,
)
_PERCENT = Form(
    rf"(?:(?P<a>{NUM})\s*(?:(?P<sign>[%‰])|个(?P<points>百分点))"
    rf"|百分之\s*(?:负)?(?P<b>{NUM})(?:\s?[至到—-]\s?(?:百分之)?(?P<c>{NUM})(?![\d分点个名人项年月日{DIGITS}十百千万亿]))?"
    rf"|(?P<of>[千万])分之\s?(?P<d>{NUM}))",
    _read_percent,
)
_PERCENT_RANGE = Form(
    # "2 160 000 -10 %" is an amount and a change: a hyphen of a range touches both or neither.
    rf"(?P<n>{NUM})(?=(?:\s*[至到—]\s*|-|\s-\s){NUM}\s*(?:%|(?P<points>个百分点)))",
    lambda m: _share_of_range(m),
)
_NEAR_TENTHS = Form(
    rf"(?<![\d.第{DIGITS}十百千万亿])(?P<tens>[一二两三四五六七八九]|[1-9])(?P<near>[二三四五六七八九])?成"
    rf"(?P<ones>[一二三四五六七八九])?(?![为员立功果就本分色长熟交套年不见都{DIGITS}])",
    _read_tenths,
)


def _share_of_range(match: re.Match[str]) -> Iterator[Fact]:
    value = _value(match["n"])
    if value is not None:
        kind = "points" if match["points"] else "share"
        yield fact(match.string, match.span(), kind, value / 100)


_BASIS = Form(rf"(?P<n>{NUM})\s?个?基本?点", _read_basis)
_FRACTION = Form(
    rf"(?:(?P<whole>{HAN})又)?(?!百\s*分之)(?P<bottom>\d+|{HAN})\s*分之\s*(?P<top>{NUM})",
    _read_fraction,
)
_DISCOUNT = Form(
    r"(?:打)?(?P<tens>[一二三四五六七八九]|[1-9])\.?(?P<ones>[一二三四五六七八九]|(?<=\.)\d)?折(?![叠断磨扣线射算])",
    _read_discount,
)
_HALF = Form(r"一半|半数|过半|大半|½", _read_half)
_OF = Form(
    rf"(?:每)?(?P<bottom>{NUM})\s?(?:个|名|位)?(?:人|家|国|户)?(?:中|里|当中|之中)?[便就约]?(?:中|里)?[便就约"
    rf"]{{0,2}}有(?:近|约)?(?P<top>{NUM})(?=\s?(?:人|个|名|位|家|国|户))",
    _read_of,
)
_EACH = Form(  # 每四名学生中就有一名
    rf"每(?P<bottom>{NUM})\s?(?:个|名|位|户|家|所|件|例|人)[^\s，。；、\d]{{0,6}}?(?:中|里|当中|之中)[便就约大]{{0,2}}有"
    rf"(?:近|约)?(?P<top>{NUM})(?=\s?(?:人|个|名|位|家|国|户|所|件|例))",
    _read_of,
)
_MAGNITUDE = Form(rf"(?P<n>{NUM})\s?个?数量级", lambda m: _read_magnitude(m))
_CUT = Form(
    r"(?:减少|下降|缩减|降低|削减|减|下跌|缩短)(?:了|到|至|为)?(?:原来的)?一半|减半", _read_cut
)
_TURNS = Form(rf"翻(?:了)?(?P<n>{NUM})(?P<of>番|倍)|翻番|成倍", _read_turns)
_MULTIPLE = Form(
    r"(?P<more>(?:增加|增长|提高|上升|扩大|增多|高|多|涨|增|大|超过|超支|超|上涨|增强|加快|快|长|升|激增|剧增|猛增)(?:出|了|过)?(?:"
    rf"将近|近|约|大约|整整)?)?(?P<n>{NUM})(?P<half>倍半)?(?:多|余)?倍",
    _read_multiple,
)
_ORDINAL = Form(
    rf"(?P<last>倒数)?第\s?(?!(?:1\d|20)\d\d-\d\d)(?P<n>{NUM})(?!\.?\d|\s?[/(]\s?(?:19|20)?\d)",
    _read_ordinal,
)
_FIRST = Form(
    r"头号|首(?=[位次个任届家批席例部份项轮](?![脑都先]))|首[席]?(?=次)|头一|(?<![街镜念])头(?=[一两三四五六七八九十][年个天次])",
    _read_first,
)
_SEQUENCE = Form(r"首先|其次|再次", lambda m: _read_sequence(m))


def _read_sequence(match: re.Match[str]) -> Iterator[Fact]:
    value = {"首先": 1, "其次": 2, "再次": 3}[match.group()]
    yield fact(match.string, match.span(), "ordinal", value, strength="mute")


_WAR = Form(r"[一二](?=战(?![斗略争士术场区]))", _read_war)
_NAMED = Form(
    r"(?:附件|附录|附表|附图|附文|脚注|议程项目|项目|图表|(?<![插地绘版拼构意蓝企试])图|(?<![代外发地手仪钟体])表(?!决)|卷|册|(?<![关])"
    r"注)\s?(?P<n>\d{1,3}(?![\d.%])|[一二三四五六七八九十]+(?![致样些般定直旦票个次种项])|(?P<r>[IVXL]{1,6})(?![A-Za-z0-9]|\s?轴))",
    _read_named_number,
)
_STEM = Form(rf"(?P<stem>[{_STEMS}])(?=[方类级种组型等](?![位])|项目)", _read_stem)
_LABEL = Form(
    rf"\((?P<a>[一二三四五六七八九十]{{1,3}}|[{_STEMS}])\)|(?:^|(?<=\n))(?P<b>[一二三四五六七八九十]{{1,3}}"
    rf"|[{_STEMS}])(?=、)",
    _read_label,
)
_CURRENCY_BEFORE = "(?P<named>人民币|港币|美元|欧元|英镑|日元)"
_NUMBER = Form(
    rf"(?:(?P<cur>{signs()[0]})\s?(?!\d+\.\d+\.\d)|{_CURRENCY_BEFORE}\s?)?(?P<n>{NUM})",
    _read_number,
)
_QUARTERS = Form(
    r"(?P<n>[一三])刻钟",
    lambda m: iter((fact(m.string, m.span(), "quantity", 15 if m["n"] == "一" else 45, "minute"),)),
)
_PAIR = Form(
    r"双(?=方)|两(?=性|国)",
    lambda m: iter((fact(m.string, m.span(), "number", 2, strength="soft"),)),
)
# 隔年 is every two years; a gap year (间隔年) is none.
_EVERY_OTHER = Form(r"(?<![间相分阻事时])隔(?P<u>[年月周天日])", lambda m: _every_other(m))


def _every_other(match: re.Match[str]) -> Iterator[Fact]:
    counted = "个月" if match["u"] == "月" else match["u"]
    unit = chinese_units().match(counted + "。", 0)
    if unit:
        yield fact(match.string, match.span(), "quantity", 2, unit[0], strength="soft")


_HALF_UNIT = Form(
    r"半(?:个)?(?P<u>年|月|小时|钟头|世纪|天|日|公里|里|斤|吨|公斤|克|公顷|亩|厘米|毫米|米|升|英里|海里)(?!度)",
    lambda m: _half_unit(m),
)


def _half_unit(match: re.Match[str]) -> Iterator[Fact]:
    unit = chinese_units().match(
        ("个" if match["u"] in "月小时钟头世纪" else "") + match["u"] + "。", 0
    )
    if unit:
        yield fact(match.string, match.span(), "quantity", Fraction(1, 2), unit[0], strength="soft")


def _read_range_scaled(match: re.Match[str]) -> Iterator[Fact]:
    """20至30万: the first is of ten thousands too."""
    value = _value(match["n"])
    if value is not None and value < 10**4:
        scale = scale_value(match["scale"])
        currency = chinese_currencies().match(match.string, match.end("scale"))
        kind = "money" if currency else "number"
        yield fact(
            match.string, match.span("n"), kind, value * scale, currency[0] if currency else ""
        )


_RANGE = Form(  # of seven characters at most: 九千九百九十九
    rf"(?P<n>\d+(?:\.\d+)?|[{DIGITS}十百千]{{1,7}})(?=\s?[至到—-]\s?(?:\d+(?:\.\d+)?|[{DIGITS}十百千]"
    r"{1,7})\s?(?P<scale>万亿|[十百千]?[万亿]))(?![万亿])(?=\s?[至到—-])",
    _read_range_scaled,
)

CHINESE_FORMS = Scanner(
    rf"[0-9A-Za-z{DIGITS}十百千万亿廿卅半过大本上下前后第首末头其再IVXL减下缩削翻增提扩高多涨超加快长升激剧猛进统唯划单合归同专均之数几成好"
    rf"公农阴民元正腊星礼周打每隔顺康雍乾嘉道咸光宣洪永崇明昭平令倒附脚这议项图表卷册注{_STEMS}+(“\"「$€£¥₹₩₽美港欧英日人早今清凌晨中午傍晚夜深差新双%{{<½¼¾⅓⅔⅛/\u2160-\u217b\u2460-\u249b\u3220-\u3229-]",
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
        CHINESE_NAMES,
        calendar.PLAN,
        _CUT,
        _MAGNITUDE,
        _TURNS,
        _MULTIPLE,
        _FRACTION,
        _NOT_NUMBERS,
        _PERCENT_RANGE,
        _PERCENT,
        _BASIS,
        shared.VULGAR,
        _DISCOUNT,
        _NEAR_TENTHS,
        _EACH,
        _OF,
        _HALF,
        shared.RESOLUTION_ZH,
        shared.RESOLUTION,
        calendar.FIRST_DECADE,
        calendar.DECADE,
        calendar.CENTURY,
        calendar.THIS_CENTURY,
        calendar.ERA,
        calendar.TWO_MONTHS,
        calendar.MONTHS,
        calendar.DATE,
        calendar.ISO,
        calendar.DAY_FIRST,
        shared.VERSION,
        calendar.YEARS,
        calendar.YEAR,
        calendar.SHORT_YEAR,
        calendar.DAY,
        calendar.EVERY,
        calendar.STRETCH,
        calendar.QUARTER,
        calendar.HALF_YEAR,
        calendar.WEEKDAY,
        _QUARTERS,
        calendar.COLON,
        calendar.TIME,
        calendar.NOON,
        _WAR,
        _ORDINAL,
        _FIRST,
        _NAMED,
        _LABEL,
        shared.LABEL,
        _STEM,
        shared.ROMAN_SIGN,
        shared.ROMAN_ZH,
        _SEQUENCE,
        shared.LETTERED,
        shared.SLASHED,
        shared.IDENTIFIER,
        shared.CODE,
        _EVERY_OTHER,
        _HALF_UNIT,
        _PAIR,
        _RANGE,
        _NUMBER,
    ),
)
