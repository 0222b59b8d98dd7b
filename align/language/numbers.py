"""Quantities of a text as values that are the same in both languages.

``300 万``, ``3 million`` and ``3,000,000`` are all ``3000000``; ``第七十八届`` and
``seventy-eighth`` are both the ordinal ``78``. What is written with digits, and every other form
that cannot be misread, is *firm*; single number words (``三个``, ``one``) are *soft*: they can
answer for a firm quantity on the other side, but a caller should not miss them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from align.language.folding import simplify

QuantityKind = Literal[
    "number", "percent", "fraction", "ordinal", "year", "date", "time", "money", "symbol", "code"
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text; ``text[start:end]`` is how it is written there.

    `value` by kind: number, ordinal, year and money ``"3000000"``; percent ``"33%"``; fraction
    ``"2/3"``; date ``"2023-12-05"``, ``"2023-12"``, ``"--12-05"``, ``"--12"`` or ``"1990s"``; time
    ``"15:05"``; symbol ``"A/C.4/78/SR.12"``, ``"2538(2020)"`` or ``"78/1"``; code ``"C-34"``.
    """

    kind: QuantityKind
    value: str
    start: int
    end: int
    text: str
    firm: bool = True
    unit: str = ""  # currency code of money


def quantities(text: str, lang: str) -> tuple[Quantity, ...]:
    """The quantities of `text` in order, none overlapping; `lang` is read by its primary subtag.

    >>> [(q.kind, q.value) for q in quantities("2023年12月有 300 万人", "zh")]
    [('date', '2023-12'), ('number', '3000000')]
    >>> [(q.kind, q.value) for q in quantities("two thirds of 5 000", "en")]
    [('fraction', '2/3'), ('number', '5000')]
    """
    chinese = lang.split("-")[0] == "zh"
    if text.isascii():
        plain = text
    else:
        plain = text.translate(_PLAIN)
        if chinese:
            plain = simplify(plain)
    pattern, readers = (_ZH, _ZH_READERS) if chinese else (_EN, _EN_READERS)
    found: list[Quantity] = []
    for match in pattern.finditer(plain):
        reader = readers.get(match.lastgroup or "")
        if reader is not None:
            for kind, value, start, end, firm, unit in reader(match):
                found.append(Quantity(kind, value, start, end, text[start:end], firm, unit))
    return tuple(found)


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities can render each other, although written with more or less detail.

    A date without its year agrees with the full one, ``50%`` with a half, ``C-34`` with 34 and a
    resolution's number with its whole symbol.
    """
    if one.value == other.value:
        return one.unit == other.unit or not one.unit or not other.unit
    if one.kind == other.kind == "date":
        return _dates_agree(one.value, other.value)
    kinds = {one.kind, other.kind}
    if kinds == {"percent", "fraction"}:
        return _ratio(one.value) == _ratio(other.value)
    if "code" in kinds:
        code, plain = (one, other) if one.kind == "code" else (other, one)
        return plain.value in re.findall(r"\d+", code.value)
    if one.kind == other.kind == "symbol":
        return one.value.endswith("/" + other.value) or other.value.endswith("/" + one.value)
    if kinds == {"date", "year"}:
        date, year = (one, other) if one.kind == "date" else (other, one)
        return date.value[:4] == year.value
    return False


def _dates_agree(one: str, other: str) -> bool:
    if "s" in one or "s" in other:
        return False
    ours, theirs = _date_parts(one), _date_parts(other)
    pairs = list(zip(ours, theirs, strict=True))
    return all(a == b or not a or not b for a, b in pairs) and any(a and a == b for a, b in pairs)


def _date_parts(value: str) -> tuple[str, str, str]:
    year, rest = ("", value[2:]) if value.startswith("--") else (value[:4], value[5:])
    month, _, day = rest.partition("-")
    return year, month, day


def _ratio(value: str) -> tuple[int, int] | None:
    if value.endswith("%"):
        whole, _, part = value[:-1].partition(".")
        top, bottom = int(whole + part), 100 * 10 ** len(part)
    else:
        above, _, below = value.partition("/")
        top, bottom = int(above), int(below)
    a, b = top, bottom
    while b:
        a, b = b, a % b
    return (top // a, bottom // a) if a else None


def _listed(words: str) -> list[str]:
    return words.split()


# --- how a reader answers: kind, value, start, end, firm, unit --------------------------------

_Reading = tuple[QuantityKind, str, int, int, bool, str]
_Reader = Callable[["re.Match[str]"], Iterator[_Reading]]

# Full-width digits, letters and the few signs that occur inside quantities; one to one. The comma
# is left alone: ， separates clauses in Chinese, not thousands.
_PLAIN: dict[int, str] = {
    code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF0C
}
_PLAIN.update(dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f"), " "))
_PLAIN.update(dict.fromkeys(map(ord, "‐‑‒–—―−～"), "-"))
_PLAIN.update(dict.fromkeys(map(ord, "‘’"), "'"))

_DIGITS_TRUSTED = 30  # longer runs are identifiers: kept as written
_NUMBER = r"(?:\d{1,3}(?:[ ,]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_MONTHS = {
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
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?"
    r"(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)

# Written alike in both languages.
_URL = r"(?P<url>(?:https?://|www\.)[^\s，。；）]+|[\w.]+@[\w.]+)"
_SYMBOL = (
    r"(?P<symbol>(?<![\w/])[A-Z]{1,6}(?:/[A-Za-z0-9][A-Za-z0-9.+-]*)*/(?:[A-Z][A-Za-z.]*)?\d+(?:[A-Za-z0-9.+-]*[A-Za-z0-9+])?"
    r"(?:/[A-Za-z0-9.+-]*[A-Za-z0-9+])*(?:\s?\((?:19|20)\d\d\))?)"
)
_RESOLUTION = r"(?P<resolution>(?<![\d/])\d{1,4}\s?\((?:(?:19|20)\d\d|[IVXLC]+)\))"
_ISO = r"(?P<iso>(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d))"
_PERIOD = r"(?P<period>(?<![\d/])(?:19|20)\d\d\s?[/-]\s?(?:(?:19|20)\d\d|\d\d)(?![\d/]))"
_SLASHED = r"(?P<slashed>(?<![\w/.])\d{1,4}/\d{1,4}(?:/\d{1,4})*(?:\s?[A-Z](?![A-Za-z]))?(?![\w/]))"
_CODE = (
    r"(?P<code>(?<![A-Za-z0-9])(?!(?i:mid|pre|post|early|late|since)-)"
    r"(?=[A-Za-z]*[A-Z])[A-Za-z]{1,10}-?\d+[A-Za-z0-9+]*(?:-\d+)?)"
)


def _plain_value(written: str, scale: int = 1) -> str:
    """``"1.25"`` times 10000 → ``"12500"``, exactly."""
    digits = written.replace(" ", "").replace(",", "")
    whole, _, part = digits.partition(".")
    if len(whole) > _DIGITS_TRUSTED or len(part) > _DIGITS_TRUSTED:
        return digits
    bottom = 10 ** len(part)
    value, rest = divmod(int(whole + part) * scale, bottom)
    if not rest:
        return str(value)
    return f"{value}.{str(rest).zfill(len(part)).rstrip('0')}"


def _year_or_number(value: str, written: str) -> QuantityKind:
    plain = written.isdigit() and len(written) == 4 and "1800" <= value <= "2100"
    return "year" if plain else "number"


def _read_symbol(match: re.Match[str]) -> Iterator[_Reading]:
    yield "symbol", match.group().replace(" ", ""), match.start(), match.end(), True, ""


def _read_code(match: re.Match[str]) -> Iterator[_Reading]:
    yield "code", match.group().upper(), match.start(), match.end(), False, ""


def _read_iso(match: re.Match[str]) -> Iterator[_Reading]:
    yield "date", match.group(), match.start(), match.end(), True, ""


def _read_period(match: re.Match[str]) -> Iterator[_Reading]:
    first, last = re.findall(r"\d+", match.group())
    start, end = match.span()
    last_start = end - len(last)
    yield "year", first, start, start + 4, True, ""
    full = last if len(last) == 4 else first[:2] + last
    if len(last) == 2 and int(full) <= int(first):  # 2023-05 is a month, 2023/11 a session
        full = last.lstrip("0")
    yield "year", full, last_start, end, True, ""


def _read_slashed(match: re.Match[str]) -> Iterator[_Reading]:
    written = match.group().replace(" ", "")
    parts = written.split("/")
    small = len(parts) == 2 and all(part.isdigit() for part in parts)
    if small and 0 < int(parts[0]) < int(parts[1]) <= 10:
        yield "fraction", written, match.start(), match.end(), True, ""
    else:
        yield "symbol", written, match.start(), match.end(), True, ""


def _date(year: str | None, month: int, day: str | None) -> str:
    head = f"{year}-" if year else "--"
    return f"{head}{month:02d}" + (f"-{int(day):02d}" if day else "")


# --- Chinese ---------------------------------------------------------------------------------

_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_SCALES = {"万": 10**4, "亿": 10**8}
_ZH_SCALES = {
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
_ZH_SCALE = r"(?:万亿|[十百千]?[万亿]|[百千](?!分|年|禧))"
_HAN_NUMBER = r"[零〇一二两三四五六七八九十百千万亿]+"
_ZH_MONEY = {
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
_ZH_CURRENCY = "|".join(sorted(_ZH_MONEY, key=len, reverse=True))
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
_MEASURE = (
    r"(?:[名个項项位次届年天人国份条段类種种倍周件家所座册艘架辆支只台套批章节款卷期起例宗处場场"
    r"岁吨米层级]|"
    r"小时|分钟|美元|公里|公斤|代人|成员|缔约)"
)
# Words whose numerals count nothing; they are stepped over so that no part of them is read.
_NOT_NUMBERS = (
    r"(?P<word>一[般些样起致直定切旦贯律概再度下面边向如旁经系味共心手]|"
    r"[统唯万划单合归同专均之]一(?!个|名|位)|进一步|一方面|一带一路|一体|十[分足]|"
    r"[千万亿]万(?=不|别|要)|亿万|百姓|万[一物象维众岁能]|千[秋禧瓦]|[三四五六七八]中全会|"
    r"[数几上成好]\s?[十百千万亿]+|十几|几十|[三四五六七八九]角|2019\s?冠状病毒病?|第一手|一一)"
)

_ZH = re.compile(
    r"(?=[0-9A-Za-z$€£零〇一二两三四五六七八九十百千万亿半过大第进统唯划单合归同专均之数几上成好"
    r"早清凌中正下午傍晚])"
    r"(?:"
    + "|".join(
        (
            _URL,
            _SYMBOL,
            _NOT_NUMBERS,
            (
                rf"(?P<percent>(?P<ptop>{_NUMBER})(?=\s*-\s*{_NUMBER}\s*%)|"
                rf"(?P<pnum>{_NUMBER})\s*(?:%|个百分点)|百分之\s*(?P<phan>{_NUMBER}|"
                rf"{_HAN_NUMBER}(?:点{_HAN_NUMBER})?)|(?P<phan2>{_HAN_NUMBER})个百分点)"
            ),
            rf"(?P<fraction>(?P<fbot>\d+|{_HAN_NUMBER})\s*分之\s*(?P<ftop>\d+|{_HAN_NUMBER}))",
            r"(?P<half>一半|半数|过半|大半)",
            (
                r"(?P<resolution_zh>第\s?\d{1,4}\s?\((?:(?:19|20)\d\d|[IVXLC]+)\)\s?号?|"
                r"第\s?\d{1,3}/\d{1,4}\s?[A-Z]?\s?号)"
            ),
            _RESOLUTION,
            (
                r"(?P<decade>(?:(?:(?P<cen>\d\d|[一二]?十[一二三四五六七八九]?)\s?世纪|上世纪|"
                r"上个世纪)\s?(?P<dec>\d0|[一二三四五六七八九]十)|(?P<fulldec>(?:19|20)\d0))\s?年代)"
            ),
            (
                r"(?P<date>(?:(?P<dy>(?:19|20|18)\d\d|[一二][零〇一二三四五六七八九]{3})\s?年\s?)?"
                r"(?P<dm>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s?月(?!球|亮|经)(?:\s?"
                r"(?P<dd>3[01]|[12]\d|0?[1-9]|三?[二三]?十[一二三四五六七八九]?|"
                r"[一二三四五六七八九])\s?[日号](?P<dtail>(?:\s?[至到和、,-]\s?(?:3[01]|[12]\d|"
                r"0?[1-9])\s?[日号]){0,4}))?)"
            ),
            _ISO,
            _PERIOD,
            r"(?P<year>(?P<yd>(?:18|19|20)\d\d|[一二][零〇一二三四五六七八九]{3})\s?年(?!代))",
            (
                rf"(?P<time>(?:(?P<thalf>{_HALF})\s?(?P<th>\d\d?|{_HAN_NUMBER})\s?(?:[时点:]\s?"
                rf"(?:(?P<tm>\d\d|{_HAN_NUMBER}|半)\s?分?)?)(?P<tq>整)?)|(?P<t2h>\d\d?)\s?时\s?"
                rf"(?P<t2m>\d\d?)\s?分|(?<![\d:])(?P<t3h>[01]?\d|2[0-3]):(?P<t3m>[0-5]\d)(?![\d:]))"
            ),
            rf"(?P<ordinal>第\s?(?P<onum>{_NUMBER}|{_HAN_NUMBER})(?!\s?[/(]))",
            r"(?P<century>(?P<cnum>\d\d|[一二]?十[一二三四五六七八九]?)\s?世纪)",
            _SLASHED,
            _CODE,
            (
                rf"(?P<number>(?P<cur>[$€£])?\s?(?P<nnum>{_NUMBER})(?P<nth>st|nd|rd|th)?"
                rf"(?:\s?[多余]?\s?(?P<nscale>{_ZH_SCALE})(?:\s?(?P<nrest>\d{{1,4}})\s?"
                rf"(?P<nrscale>[万千百]))?)?(?P<nrange>(?=\s?[至到-]\s?{_NUMBER}\s?"
                rf"(?P<nrangescale>{_ZH_SCALE})))?(?:[多余]?\s?[个]?\s?(?P<nmoney>{_ZH_CURRENCY}))?)"
            ),
            (
                rf"(?P<han>(?<![数几])(?P<hnum>{_HAN_NUMBER}(?:点[零〇一二三四五六七八九]+)?)"
                rf"(?P<hmore>[多余几])?(?P<hmoney>{_ZH_CURRENCY})?(?P<hmeasure>(?=\s?"
                rf"(?:[多余来]\s?)?{_MEASURE}))?)"
            ),
        )
    )
    + ")",
    re.ASCII,
)


def han_value(numeral: str) -> int | None:
    """The value of a Chinese numeral, None where it is not one.

    >>> han_value("一百二十三万"), han_value("二〇二三"), han_value("三四")
    (1230000, 2023, None)
    """
    if len(numeral) > 2 and all(char in _HAN_DIGITS for char in numeral):
        return int("".join(str(_HAN_DIGITS[char]) for char in numeral))  # 二〇二三
    total = section = 0
    digit: int | None = None
    unit = 10**4  # units within a section must descend
    scale = 10**12
    for char in numeral:
        if char in _HAN_DIGITS:
            if digit:  # 三四: two digits side by side
                return None
            digit = _HAN_DIGITS[char]
        elif char in _HAN_UNITS:
            if digit is None and not (char == "十" and section == 0):
                return None
            if _HAN_UNITS[char] >= unit:
                return None
            unit = _HAN_UNITS[char]
            section += (1 if digit is None else digit) * unit
            digit = None
        else:
            section += digit or 0
            if not section or _HAN_SCALES[char] >= scale:
                return None
            scale = _HAN_SCALES[char]
            total += section * scale
            section, digit, unit = 0, None, 10**4
    return total + section + (digit or 0)


def _zh_value(written: str) -> str | None:
    """``"33"`` or ``"三十三点五"`` → its value as text; None where it is no number."""
    if written[0].isdigit():
        return _plain_value(written)
    whole, point, part = written.partition("点")
    value = han_value(whole)
    if value is None:
        return None
    if not point:
        return str(value)
    if any(char not in _HAN_DIGITS for char in part):
        return None
    return _plain_value(f"{value}." + "".join(str(_HAN_DIGITS[char]) for char in part))


def _read_zh_percent(match: re.Match[str]) -> Iterator[_Reading]:
    written = match["ptop"] or match["pnum"] or match["phan"] or match["phan2"]
    value = _zh_value(written)
    if value is not None:
        yield "percent", value + "%", match.start(), match.end(), True, ""


def _read_zh_fraction(match: re.Match[str]) -> Iterator[_Reading]:
    top, bottom = _zh_value(match["ftop"]), _zh_value(match["fbot"])
    if top and bottom and bottom != "0":
        yield "fraction", f"{top}/{bottom}", match.start(), match.end(), True, ""


def _read_half(match: re.Match[str]) -> Iterator[_Reading]:
    yield "fraction", "1/2", match.start(), match.end(), False, ""


def _read_zh_resolution(match: re.Match[str]) -> Iterator[_Reading]:
    value = match.group().strip("第号 ").replace(" ", "")
    yield "symbol", value, match.start(), match.end(), True, ""


def _read_zh_decade(match: re.Match[str]) -> Iterator[_Reading]:
    if match["fulldec"]:
        value = match["fulldec"]
    else:
        century = _zh_value(match["cen"]) if match["cen"] else "20"
        decade = _zh_value(match["dec"])
        value = f"{int(century or 20) - 1}{decade}"
    yield "date", value + "s", match.start(), match.end(), True, ""


def _read_zh_date(match: re.Match[str]) -> Iterator[_Reading]:
    year = _zh_value(match["dy"]) if match["dy"] else None
    month = int(_zh_value(match["dm"]) or 0)
    day = _zh_value(match["dd"]) if match["dd"] else None
    firm = bool(year or day) or match["dm"].isdigit()
    tail = match["dtail"]
    end = match.start("dtail") if tail else match.end()
    yield "date", _date(year, month, day), match.start(), end, firm, ""
    for other in re.finditer(r"\d+", tail or ""):
        start = match.start("dtail") + other.start()
        value = _date(year, month, other.group())
        yield "date", value, start, match.start("dtail") + other.end(), True, ""


def _read_zh_year(match: re.Match[str]) -> Iterator[_Reading]:
    yield "year", _zh_value(match["yd"]) or "", match.start(), match.end(), True, ""


def _read_zh_time(match: re.Match[str]) -> Iterator[_Reading]:
    hour = _zh_value(match["th"] or match["t2h"] or match["t3h"])
    written = match["tm"] or match["t2m"] or match["t3m"] or "0"
    minute = "30" if written == "半" else _zh_value(written)
    if hour is None or minute is None or int(hour) > 24 or int(minute) > 59:
        return
    shift = _HALVES.get(match["thalf"] or "", 0)
    at = int(hour) + (12 if shift and 0 < int(hour) < 12 else 0)
    if match["thalf"] in ("中午", "正午") and int(hour) in (11, 12):
        at = int(hour)
    yield "time", f"{at:02d}:{int(minute):02d}", match.start(), match.end(), True, ""


def _read_zh_ordinal(match: re.Match[str]) -> Iterator[_Reading]:
    value = _zh_value(match["onum"])
    if value is not None:
        firm = match["onum"][0].isdigit() or len(value) > 1
        yield "ordinal", value, match.start(), match.end(), firm, ""


def _read_century(match: re.Match[str]) -> Iterator[_Reading]:
    value = _zh_value(match["cnum"])
    if value is not None:
        yield "ordinal", value, match.start(), match.end(), True, ""


def _read_zh_number(match: re.Match[str]) -> Iterator[_Reading]:
    written, scale = match["nnum"], match["nscale"]
    start = match.start("cur") if match["cur"] else match.start("nnum")
    if match["nth"]:
        yield "ordinal", _plain_value(written), start, match.end("nth"), True, ""
        return
    if scale is None and match["nrangescale"] and len(written) < 4:
        scale = match["nrangescale"]  # 20至30万
    value = _plain_value(written, _ZH_SCALES[scale] if scale else 1)
    if match["nrest"] and value.isdigit():
        value = str(int(value) + int(match["nrest"]) * _ZH_SCALES[match["nrscale"]])
    unit = _ZH_MONEY.get(match["nmoney"] or "", _SIGNS.get(match["cur"] or "", ""))
    kind = "money" if match["nmoney"] or match["cur"] else _year_or_number(value, written)
    yield kind, value, start, match.end(), True, unit


def _read_han(match: re.Match[str]) -> Iterator[_Reading]:
    numeral = match["hnum"]
    value = _zh_value(numeral)
    counted = match["hmeasure"] is not None or match["hmoney"] or match["hmore"]
    if value is None or not (counted or len(numeral) > 1):
        return
    kind: QuantityKind = "money" if match["hmoney"] else "number"
    unit = _ZH_MONEY.get(match["hmoney"] or "", "")
    yield kind, value, match.start(), match.end(), False, unit


# --- English ---------------------------------------------------------------------------------

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY"}
_EN_MONEY = {
    "dollar": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "yuan": "CNY",
    "yen": "JPY",
    "rouble": "RUB",
    "renminbi": "CNY",
}
_EN_SCALES = {
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "bn": 10**9,
    "dozen": 12,
}
_EN_SCALE = r"(?:hundred|thousand|million|billion|trillion|bn)(?![a-z])"
_UNITS = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
_CARDINALS = {word: value for value, word in enumerate(_UNITS)}
_CARDINALS |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "hundredth": 100,
    "thousandth": 1000,
}
_ORDINALS |= {word + "th": _CARDINALS[word] for word in _UNITS[13:]}
_ORDINALS |= {word[:-1] + "ieth": _CARDINALS[word] for word in _TENS}
_PARTS = {word + "s": value for word, value in _ORDINALS.items() if value > 2}
_PARTS |= {"half": 2, "halves": 2, "quarter": 4, "quarters": 4}
_LOOSE = {
    "both": 2,
    "twice": 2,
    "twofold": 2,
    "double": 2,
    "doubled": 2,
    "doubling": 2,
    "couple": 2,
    "pair": 2,
    "thrice": 3,
    "threefold": 3,
    "triple": 3,
    "tripled": 3,
    "fourfold": 4,
    "fivefold": 5,
    "tenfold": 10,
    "once": 1,
    "single": 1,
    "dozen": 12,
    "decade": 10,
}
_LOOSE_WORD = "|".join(sorted(_LOOSE, key=len, reverse=True))
_SCALE_WORDS = ("hundred", "thousand", "million", "billion", "trillion")
_WORDS = sorted(
    {*_CARDINALS, *_SCALE_WORDS, *_ORDINALS, *_PARTS, "dozen", "decades"}, key=len, reverse=True
)
_WORD = "(?:" + "|".join(_WORDS) + r")(?![a-z])"
_ROMAN_LIST = _listed("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX")
_ROMANS = {numeral: value for value, numeral in enumerate(_ROMAN_LIST, start=1)}

# What a quantity can begin with, so that most words are passed over at their first letters: a figure
# or a sign, a capital, a number word, a web or mail address, a capital further on in the word.
_EN_WORD_BEGINS = "|".join(
    sorted({word[:3] for word in (*_WORDS, *_LOOSE, "noon", "no ", "the ", "every", "any", "some")})
)
_EN_BEGINS = rf"(?:{_EN_WORD_BEGINS}|http|www|covid|[a-z]+[A-Z]|[a-z][\w.]*@)"

_EN = re.compile(
    rf"(?=[0-9$€£¥]|(?<![A-Za-z])(?:[A-Z]|{_EN_BEGINS}))(?:"
    + "|".join(
        (
            _URL,
            _SYMBOL,
            r"(?P<word>COVID-19|covid-19|Covid-19|(?i:no one|one another|(?:every|any|some)one))",
            (
                rf"(?P<date>(?P<d1>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?P<d1more>(?:(?:\s?-\s?|,\s|"
                rf"\s(?:to|and|or|through)\s|,\sand\s)(?:3[01]|[12]\d|0?[1-9])"
                rf"(?!\d)){{0,4}})\s(?:of\s)?(?P<m1>{_MONTH})(?:,?\s(?P<y1>(?:18|19|20)\d\d)(?!\d))?)"
            ),
            (
                rf"(?P<datem>(?<![A-Za-z])(?P<m2>{_MONTH})\s(?:(?P<d2>3[01]|[12]\d|0?[1-9])(?:st|nd|"
                rf"rd|th)?(?![\d,.]*\d|\s?%)(?:,?\s(?P<y2>(?:18|19|20)\d\d)(?!\d))?|(?:of\s)?"
                rf"(?P<y3>(?:18|19|20)\d\d)(?!\d)))"
            ),
            (
                r"(?P<month>(?<![A-Za-z])(?:January|February|(?<=in )March|April|(?<=in )May|June|"
                r"July|August|September|October|November|December)(?![a-z]))"
            ),
            _ISO,
            r"(?P<decade>(?:the\s)?(?P<dec>(?:18|19|20)\d0)'?s(?![a-z]))",
            _RESOLUTION,
            _PERIOD,
            (
                r"(?P<time>(?<![\d:.])(?P<th>1[0-2]|0?\d)(?:[.:](?P<tm>[0-5]\d))?\s?"
                r"(?P<thalf>[ap])\.?\s?m(?:\.|\b)|(?<![\d:.])(?P<t2h>[01]?\d|2[0-3]):(?P<t2m>[0-5]\d)"
                r"(?![\d:])|(?:12\s|(?<=at\s))noon\b)"
            ),
            _SLASHED,
            _CODE,
            (
                rf"(?P<number>(?<![A-Za-z0-9])(?P<cur>(?:US\s?)?\$\s?|€\s?|£\s?|¥\s?)?"
                rf"(?P<nnum>{_NUMBER})(?P<nth>(?:st|nd|rd|th)(?![a-z]))?(?:[\s-]?"
                rf"(?P<nscale>{_EN_SCALE}))?(?:(?P<npct>\s?%|[\s-]per\s?cent\b|"
                rf"\spercentage\spoints?\b)|(?P<nrange>(?=(?:\sto\s|\sand\s|\s?-\s?|\sor\s)"
                rf"(?P<nr>{_NUMBER})(?:[\s-]?(?P<nrscale>{_EN_SCALE})|(?P<nrpct>\s?%|"
                rf"\sper\s?cent\b))))|(?:-|\s)(?P<nmoney>dollar|euro|pound|yuan|yen|rouble|"
                rf"renminbi)s?\b)?)"
            ),
            rf"(?P<han>(?<![A-Za-z])(?i:{_WORD})(?:(?:[ -]|[ -]and[ -])(?i:{_WORD}))*)",
            rf"(?P<loose>(?<![A-Za-z])(?i:{_LOOSE_WORD})(?![a-z]))",
            (
                r"(?P<roman>(?:(?<=hapter )|(?<=Article )|(?<=Section )|(?<=World War )|(?<=nnex )|"
                r"(?<=Volume )|(?<=[Pp]hase )|(?<=[Pp]art ))(?P<rnum>[IVX]+)(?![A-Za-z]))"
            ),
        )
    )
    + ")",
    re.ASCII,
)


def _read_en_date(match: re.Match[str]) -> Iterator[_Reading]:
    month, year = _MONTHS[match["m1"].rstrip(".").lower()], match["y1"]
    more = match["d1more"]
    end = match.end("d1") if more else match.end()
    yield "date", _date(year, month, match["d1"]), match.start(), end, True, ""
    days = list(re.finditer(r"\d+", more or ""))
    for place, day in enumerate(days):
        start = match.start("d1more") + day.start()
        last = match.end() if place == len(days) - 1 else match.start("d1more") + day.end()
        yield "date", _date(year, month, day.group()), start, last, True, ""


def _read_en_month_date(match: re.Match[str]) -> Iterator[_Reading]:
    month = _MONTHS[match["m2"].rstrip(".").lower()]
    value = _date(match["y2"] or match["y3"], month, match["d2"])
    yield "date", value, match.start(), match.end(), True, ""


def _read_en_month(match: re.Match[str]) -> Iterator[_Reading]:
    value = _date(None, _MONTHS[match.group().lower()], None)
    yield (
        "date",
        value,
        match.start(),
        match.end(),
        match.group() not in ("March", "May", "August"),
        "",
    )


def _read_en_decade(match: re.Match[str]) -> Iterator[_Reading]:
    yield "date", match["dec"] + "s", match.start("dec"), match.end(), True, ""


def _read_en_time(match: re.Match[str]) -> Iterator[_Reading]:
    if match["th"]:
        hour = int(match["th"]) % 12 + (12 if match["thalf"] == "p" else 0)
        value = f"{hour:02d}:{match['tm'] or '00'}"
    elif match["t2h"]:
        value = f"{int(match['t2h']):02d}:{match['t2m']}"
    else:
        value = "12:00"
    yield "time", value, match.start(), match.end(), True, ""


def _read_en_number(match: re.Match[str]) -> Iterator[_Reading]:
    written = match["nnum"]
    start, end = match.span()
    if match["nth"]:
        yield "ordinal", _plain_value(written), start, match.end("nth"), True, ""
        return
    scale, percent = match["nscale"], match["npct"]
    if match["nrange"] is not None and len(written) < 4:
        scale, percent = scale or match["nrscale"], match["nrpct"]
    value = _plain_value(written, _EN_SCALES[scale] if scale else 1)
    if percent:
        yield "percent", value + "%", start, end, True, ""
        return
    tail = _MONEY_TAIL.match(match.string, end) if scale else None
    currency = match["nmoney"] or (tail and tail["money"])
    unit = _EN_MONEY.get(currency or "", _SIGNS.get((match["cur"] or "").strip()[-1:], ""))
    kind = "money" if unit else _year_or_number(value, written)
    yield kind, value, start, tail.end() if tail else end, True, unit


_MONEY_TAIL = re.compile(
    r"\s(?:United States |US )?(?P<money>dollar|euro|pound|yuan|yen|rouble|renminbi)s?\b"
)
_PERCENT_TAIL = re.compile(r"\s?%|[\s-]per\s?cent\b")
_TOKEN = re.compile(r"[a-z]+")


def _read_en_words(match: re.Match[str]) -> Iterator[_Reading]:
    """Cut a run of number words into cardinals, ordinals and fractions."""
    base = match.start()
    tokens = [
        (word.group(), base + word.start(), base + word.end())
        for word in _TOKEN.finditer(match.group().lower())
    ]
    at = 0
    while at < len(tokens):
        reading, at = _one_number(tokens, at, match.string)
        if reading is not None:
            yield reading


def _one_number(
    tokens: list[tuple[str, int, int]], at: int, text: str
) -> tuple[_Reading | None, int]:
    """The number that begins at token `at` and the place after it."""
    word, start, end = tokens[at]
    if word in _ORDINALS:
        value = _ORDINALS[word]
        return ("ordinal", str(value), start, end, value >= 10, ""), at + 1
    if word == "half":
        return ("fraction", "1/2", start, end, False, ""), at + 1
    if word not in _CARDINALS:  # "hundred" or "thirds" by itself counts nothing
        return None, at + 1
    total, group, count = 0, _CARDINALS[word], 1
    last = word
    at += 1
    while at < len(tokens):
        word, _, word_end = tokens[at]
        if word == "and" and last in _SCALE_WORDS and at + 1 < len(tokens):
            if tokens[at + 1][0] in _CARDINALS or tokens[at + 1][0] in _ORDINALS:
                word, _, word_end = tokens[at + 1]
                at += 1
            else:
                break
        if word in ("hundred", "dozen"):
            group *= 100 if word == "hundred" else 12
        elif word == "decades":
            return ("number", str((total + group) * 10), start, word_end, False, ""), at + 1
        elif word in _SCALE_WORDS:
            total, group = total + group * _EN_SCALES[word], 0
        elif word in _CARDINALS and _joins(last, group, _CARDINALS[word]):
            group += _CARDINALS[word]
        elif word in _ORDINALS and _joins(last, group, _ORDINALS[word]):
            value = total + group + _ORDINALS[word]
            return ("ordinal", str(value), start, word_end, True, ""), at + 1
        elif word in _PARTS and (group > 1 or not word.endswith("s")):
            return _fraction(total + group, _PARTS[word], start, word_end), at + 1
        elif word in _ORDINALS and word not in ("first", "second") and total + group == 1:
            return _fraction(1, _ORDINALS[word], start, word_end), at + 1
        else:
            break
        last, end, count = word, word_end, count + 1
        at += 1
    value_text = str(total + group)
    percent = _PERCENT_TAIL.match(text, end)
    if percent:
        return ("percent", value_text + "%", start, percent.end(), True, ""), at
    return ("number", value_text, start, end, False, ""), at


def _fraction(top: int, bottom: int, start: int, end: int) -> _Reading:
    return "fraction", f"{top}/{bottom}", start, end, True, ""


def _joins(last: str, group: int, value: int) -> bool:
    """Whether a number word of `value` goes on the number that ends in `last`: forty-two."""
    if last in _TENS:
        return 0 < value < 10
    return last in _SCALE_WORDS and value < 100


def _read_loose(match: re.Match[str]) -> Iterator[_Reading]:
    yield "number", str(_LOOSE[match.group().lower()]), match.start(), match.end(), False, ""


def _read_roman(match: re.Match[str]) -> Iterator[_Reading]:
    value = _ROMANS.get(match["rnum"])
    if value is not None:
        yield "ordinal", str(value), match.start(), match.end(), False, ""


_SHARED: dict[str, _Reader] = {
    "symbol": _read_symbol,
    "resolution": _read_symbol,
    "iso": _read_iso,
    "period": _read_period,
    "slashed": _read_slashed,
    "code": _read_code,
}
_ZH_READERS: dict[str, _Reader] = _SHARED | {
    "percent": _read_zh_percent,
    "fraction": _read_zh_fraction,
    "half": _read_half,
    "resolution_zh": _read_zh_resolution,
    "decade": _read_zh_decade,
    "date": _read_zh_date,
    "year": _read_zh_year,
    "time": _read_zh_time,
    "ordinal": _read_zh_ordinal,
    "century": _read_century,
    "number": _read_zh_number,
    "han": _read_han,
}
_EN_READERS: dict[str, _Reader] = _SHARED | {
    "date": _read_en_date,
    "datem": _read_en_month_date,
    "month": _read_en_month,
    "decade": _read_en_decade,
    "time": _read_en_time,
    "number": _read_en_number,
    "han": _read_en_words,
    "loose": _read_loose,
    "roman": _read_roman,
}
