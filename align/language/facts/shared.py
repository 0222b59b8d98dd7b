"""Facts that both languages write alike: addresses, codes, symbols, labels of items."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction

from align.language.facts.fact import Fact, Reading
from align.language.facts.scanning import Form, fact

_ROMAN = re.compile(r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def roman_value(written: str) -> int | None:
    """The value of a Roman numeral below ninety, None for what is none.

    >>> roman_value("XIV"), roman_value("iii"), roman_value("vx")
    (14, 3, None)
    """
    if not written or not _ROMAN.fullmatch(written):
        return None
    values = [_DIGITS[char] for char in written.lower()]
    return sum(-v if v < max(values[i + 1 :], default=0) else v for i, v in enumerate(values))


_AFTER_ADDRESS = ".,;:!?'(*`|"
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))  # of the sentence, where one is without the other


def _read_url(match: re.Match[str]) -> Iterator[Fact]:
    written = match.group().rstrip(_AFTER_ADDRESS).removesuffix("'s")
    for opening, closing in _BRACKETS:
        opened, closed = written.count(opening), written.count(closing)
        if opened != closed:
            place = written.rindex(opening) if opened > closed else _unopened(written, closing)
            written = written[:place].rstrip(_AFTER_ADDRESS)
    span = (match.start(), match.start() + len(written))
    plain = re.sub(r"^https?://(?:www\.)?|^www\.", "", written.lower()).rstrip("/")
    plain = re.sub(r"/(?:zh|en|zh-cn|en-us|chinese|english|cn)(?=/|$)", "", plain)
    yield fact(match.string, span, "url", plain)


def _unopened(written: str, closing: str) -> int:
    """Where the first bracket closes that none of its kind opened."""
    opening = next(pair[0] for pair in _BRACKETS if pair[1] == closing)
    depth = 0
    for place, char in enumerate(written):
        depth += (char == opening) - (char == closing)
        if depth < 0:
            return place
    return written.rindex(closing)


def _read_placeholder(match: re.Match[str]) -> Iterator[Fact]:
    yield fact(match.string, match.span(), "placeholder", match.group().replace(" ", ""))


def _read_symbol(match: re.Match[str]) -> Iterator[Fact]:
    yield fact(match.string, match.span(), "symbol", match.group().replace(" ", ""))


def _read_resolution(match: re.Match[str]) -> Iterator[Fact]:
    yield fact(match.string, match.span(), "symbol", match.group().strip("第号 ").replace(" ", ""))


def _read_slashed(match: re.Match[str]) -> Iterator[Fact]:
    written = match.group().replace(" ", "")
    parts = written.split("/")
    if (
        len(parts) == 2
        and all(p.isdigit() for p in parts)
        and 0 < int(parts[0]) < int(parts[1]) <= 10
    ):
        share = Fraction(int(parts[0]), int(parts[1]))
        yield fact(match.string, match.span(), "share", share, also=(Reading("symbol", written),))
        return
    yield fact(match.string, match.span(), "symbol", written)


def _read_vulgar(match: re.Match[str]) -> Iterator[Fact]:
    value = Fraction(unicodedata.numeric(match["sign"])).limit_denominator(10)
    whole = Fraction(match["whole"]) if match["whole"] else Fraction(0)
    yield fact(match.string, match.span(), "share" if not whole else "number", whole + value)


def _read_code(match: re.Match[str]) -> Iterator[Fact]:
    written = re.sub(r"(?<=\d)s$", "", match.group())
    yield fact(match.string, match.span(), "code", written.upper(), strength="soft")


def _read_identifier(match: re.Match[str]) -> Iterator[Fact]:
    """What is named by letters and figures: it may be dropped, but not become another."""
    written = re.sub(r"(?<=[\dA-Z])s$", "", match.group())  # CharacterBody3Ds
    yield fact(match.string, match.span(), "code", written.upper(), strength="soft")


def _read_version(match: re.Match[str]) -> Iterator[Fact]:
    yield fact(match.string, match.span(), "code", match.group().upper())


def _read_path(match: re.Match[str]) -> Iterator[Fact]:
    written = match.group().rstrip(".")
    span = (match.start(), match.start() + len(written))
    yield fact(match.string, span, "url", written.rstrip("/"))


def _read_moment(match: re.Match[str]) -> Iterator[Fact]:
    """2019-10-10T06:47:23Z: a day, and its time (ISO 8601)."""
    day = match.span("day")
    year, month, date = (int(part) for part in match["day"].split("-"))
    yield fact(match.string, day, "date", (year, month, date))
    minutes = int(match["h"]) * 60 + int(match["m"])
    yield fact(match.string, (day[1], match.end()), "time", minutes, strength="soft")


def _read_month(match: re.Match[str]) -> Iterator[Fact]:
    """03/2021; or the third document of that year."""
    also = (Reading("symbol", match.group()),)
    value = (int(match["y"]), int(match["m"]), None)
    yield fact(match.string, match.span(), "date", value, also=also)


def label_places(written: str) -> list[int]:
    """The places that an item's label may stand for: (i) is the first or the ninth.

    >>> label_places("c"), label_places("i"), label_places("iv"), label_places("12")
    ([3], [1, 9], [4], [12])
    """
    if written.isdigit():
        return [int(written)]
    places = []
    roman = roman_value(written)
    if roman is not None:
        places.append(roman)
    if len(written) == 1:
        places.append(ord(written.lower()) - ord("a") + 1)
    elif len(set(written)) == 1 and roman is None:  # (aa)
        places.append(ord(written[0].lower()) - ord("a") + 27)
    return places


def _read_head(match: re.Match[str]) -> Iterator[Fact]:
    """The label that a unit begins with: its scheme may change, 1.1. become （一） and 2. b.

    The last part of it counts; a label may be missing, as word processors write it by themselves.
    """
    written = match["l"]
    *above, last = written.split(".")
    places = label_places(last)
    if places:
        also = [Reading("label", Fraction(place)) for place in places[1:]]
        if above:
            also.append(Reading("code", written.upper()))
        if len(above) == 1 and above[0].isdigit():
            also.append(Reading("number", Fraction(f"{above[0]}.{last}")))
        yield fact(match.string, match.span("l"), "label", places[0], also=also, strength="soft")


def _read_inner(match: re.Match[str]) -> Iterator[Fact]:
    first, *others = label_places(match["l"])
    also = tuple(Reading("label", Fraction(place)) for place in others)
    yield fact(match.string, match.span("l"), "label", first, strength="mute", also=also)


def _read_circled(match: re.Match[str]) -> Iterator[Fact]:
    value = int(unicodedata.numeric(match.group()))
    yield fact(match.string, match.span(), "label", value, strength="soft")


def _read_label(match: re.Match[str]) -> Iterator[Fact]:
    places = label_places(match["l"])
    if places:
        also = tuple(Reading("label", Fraction(place)) for place in places[1:])
        strength = "soft" if _may_be_a_sign(match) else "firm"
        yield fact(match.string, match.span(), "label", places[0], also=also, strength=strength)


_REFERRED = re.compile(
    r"(?:paragraphs?|paras?\.?|items?|sections?|clauses?|points?|articles?|rules?|parts?|and|or|to|in|under|of|by|with|see)"
    r"\s$",
    re.IGNORECASE,
)


def _may_be_a_sign(match: re.Match[str]) -> bool:
    """Whether a letter in brackets may be a measure or a key, and no label: Time (s), the button (x)."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    plain = re.search(r"[A-Za-z]\s$", before) is not None and _REFERRED.search(before) is None
    return plain and match["l"] in _SIGNS


_SIGNS = frozenset("ghklmnpstxyz")  # measures, and what variables and keys are called


def _read_phone(match: re.Match[str]) -> Iterator[Fact]:
    """A telephone number as its figures; at home a zero stands for the country's code."""
    figures = re.sub(r"\D", "", match["own"] or match["home"]).lstrip("0")
    country = match["country"] or _AT_HOME
    yield fact(match.string, match.span(), "code", country + figures)


_AT_HOME = "86"


def _read_roman(match: re.Match[str]) -> Iterator[Fact]:
    value = roman_value(match.group())
    if value:
        yield fact(match.string, match.span(), "ordinal", value, strength="mute")


def _read_lettered(match: re.Match[str]) -> Iterator[Fact]:
    letter = match["l0"] or match["l"]
    yield fact(match.string, match.span(), "label", ord(letter) - 64, strength="soft")


# Addresses are ASCII (RFC 3986, RFC 5321): Chinese has no space between them and its characters.
_ADDRESS = r"(?:(?![,;]https?://)[!#-;=?-~])+"
URL = Form(
    rf"(?<![A-Za-z])[A-Za-z][A-Za-z0-9+.-]{{1,11}}://{_ADDRESS}",
    _read_url,
    needs="/",
)
WWW = Form(rf"(?<![A-Za-z])www\.{_ADDRESS}", _read_url, needs=".")
EMAIL = Form(
    r"[A-Za-z0-9_+%][A-Za-z0-9_.+%'-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", _read_url, needs="@"
)
PLACEHOLDER = Form(
    r"%(?:\d+\$)?[-+0]?\d*\.?\d*l?[sdifgux@](?![A-Za-z])|\$?\{\{?\s?[\w.$-]*\s?\}?\}|%"
    r"\(\w+\)[sd]|%[A-Z_]{2,}%|</?[A-Za-z][\w-]*(?:\s[^<>]{0,200})?/?>",
    _read_placeholder,
    needs="%{<",
)
SYMBOL = Form(
    r"(?<![A-Za-z0-9_/])[A-Z]{1,6}(?:/[A-Za-z0-9][A-Za-z0-9.+-]*)*/(?:[A-Z][A-Za-z.]*)"
    r"?\d+(?:[A-Za-z0-9.+-]*[A-Za-z0-9+])?"
    r"(?:/[A-Za-z0-9.+-]*[A-Za-z0-9+])*(?:\s?\((?:19|20)\d\d\))?",
    _read_symbol,
    needs="/",
)
RESOLUTION = Form(r"(?<![\d/])\d{1,4}\s?\((?:(?:19|20)\d\d|[IVXLC]+)\)", _read_resolution)
RESOLUTION_ZH = Form(
    r"第\s?\d{1,4}\s?\((?:(?:19|20)\d\d|[IVXLC]+)\)\s?号?|第\s?\d{1,3}/\d{1,4}\s?[A-Z]?\s?号",
    _read_resolution,
)
SLASHED = Form(
    r"(?<![A-Za-z0-9_/.,])\d{1,4}/\d{1,4}(?:/\d{1,4})*(?:\s?[A-Z](?![A-Za-z]))?(?![A-Za-z0-9_/]|,\d{3})",
    _read_slashed,
)
_GROUP = r"[\s-]?\d{2,4}"
PHONE = Form(  # +86 (10) 5550-1234, 010-55501234; figures in threes are an amount
    r"(?:\+|(?<!\d)00)(?!\d{1,3}(?: \d{3})+(?![\d\s-]*\d))(?P<country>\d\d)[\s-]?"
    rf"(?P<own>(?:\(0?\d{{1,4}}\)|0?\d{{1,4}})(?:{_GROUP}){{2,4}})(?!\d)"
    r"|(?<![\d.])(?P<home>(?:\(0\d{2,3}\)\s?|0\d{2,3}[\s-])\d{3,4}[\s-]?\d{4})(?![\d-])",
    _read_phone,
    needs="0123456789",
)
VULGAR = Form(r"(?P<whole>\d+)?\s?(?P<sign>[½¼¾⅓⅔⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚])", _read_vulgar)
CODE = Form(
    r"(?<![A-Za-z0-9])(?!(?:RMB|USD|EUR|GBP|JPY|CNY|HKD|TWD|CAD|AUD|NZD|SGD|CHF|RUB|IN"
    r"R|KRW|BRL|ZAR|THB|VND|AD|BC)\s?\d)(?!(?:[Mm]id|[Pp]re|[Pp]ost|[Ee]arly|[Ll]ate|["
    r"Ss]ince|[Uu]nder|[Oo]ver|[Nn]on|[Nn]o|US|HK|Q)-?\d)"
    r"(?=[A-Za-z]*[A-Z])(?:[A-Za-z]{1,10}-?\d+[A-Za-z0-9+]*(?:-\d+)?|[A-Z]{2,6}\s\d+[A"
    r"-Za-z0-9+]*(?![A-Za-z0-9+])(?:[-:]\d+)?(?!\.\d)(?![\d,.%]*\s?(?:million|billion|per|万|亿|元)|,\d))",
    _read_code,
    needs="0123456789",
)
# Names of packages, functions and files that hold figures, which count nothing: i386, libssl1.1,
# python3.8-dev, http_error_301, 0x7F, 2to3, the checksum 9f86d081. What goes on after a point or a
# hyphen has figures too:
# python3-based is python3. Names in capitals are codes, unless an underscore or a version follows.
_MONEY = "(?i:rmb|usd|eur|gbp|jpy|cny|hkd|twd|cad|aud|nzd|sgd|chf|rub|inr|krw|brl|zar|thb|vnd)"
IDENTIFIER = Form(
    rf"(?<![A-Za-z0-9_])(?=[A-Za-z_]*\d)(?!{_MONEY}\d)(?:0[xXoObB][0-9A-Fa-f_]+(?![A-Za-z0-9_])|\d(?:to|e)\d+(?![A-Za-z0-9_])|\d+_[A-Za-z0-9_]+"
    r"|(?=[0-9A-Fa-f]{7,64}(?![A-Za-z0-9_]))\d+[A-Fa-f]+\d[0-9A-Fa-f]*"
    r"|(?:[a-z][A-Za-z_]*|[A-Z][A-Za-z]*_[A-Za-z_]*|[A-Z][a-z]+[A-Z][A-Za-z]*|[A-Z][A-Za-z]*(?=\d+\.\d))\d[A-Za-z0-9_]*"
    r"(?:[.+~][A-Za-z_]*\d[A-Za-z0-9_]*|-\d[A-Za-z0-9_]*)*)",
    _read_identifier,
    needs="0123456789",
)
# Versions of three parts, and those with letters or a revision: 2.14.1, 1.0.2k-19, 2.9-2+deb8u1. An
# address of the Internet (127.0.0.1) is one too. 3-5 and 1.5-2.5 are ranges.
VERSION = Form(
    r"(?<![A-Za-z0-9_.,])\d+(?:\.\d+)*(?:(?<=\.)\d+|(?=\.\d+\.\d)|[a-z]+\d+|(?=[a-z]-\d)|(?=[a-z]?-\d+[.+~][a-z])|(?=[+~][a-z]))"
    r"(?:[-+~.][A-Za-z0-9]*\d[A-Za-z0-9]*)*(?![A-Za-z0-9_])",
    _read_version,
    needs=".",
)
PATH = Form(
    r"(?<![A-Za-z0-9_/<)])/(?:[A-Za-z0-9_.+@-]+/)+[A-Za-z0-9_+@-][A-Za-z0-9_.+@-]*/?",
    _read_path,
    needs="/",
)
MOMENT = Form(
    r"(?<![\d./-])(?P<day>(?:1[5-9]|20)\d\d-(?:1[0-2]|0[1-9])-(?:3[01]|[12]\d|0[1-9]))"
    r"T(?P<h>[01]\d|2[0-4]):(?P<m>[0-5]\d)(?::[0-5]\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?(?:\d\d)?)?",
    _read_moment,
    needs="T",
)
# What a unit begins with: 2., 1.1., b), 3. before a Chinese character. Brackets are read as LABEL.
HEAD = Form(
    r"(?<![\s\S])(?P<l>(?:\d{1,2}\.){0,3}\d{1,2}|[a-z]|[ivx]{2,5})(?:\.(?=\s|[^\x00-\x7f])|\)|、(?!\d{1,2}\s?月))",
    _read_head,
)
INNER = Form(r"(?<=[:;.]\s)(?P<l>[a-z]|[ivx]{2,4})[.)](?=\s)", _read_inner)
MONTH_OF_YEAR = Form(
    r"(?<![A-Za-z0-9_/.,-])(?P<m>0[1-9]|1[0-2])/(?P<y>(?:19|20)\d\d)(?![\w/-]|[.,]\d)",
    _read_month,
    needs="/",
)
CIRCLED = Form(r"[\u2460-\u249b\u3220-\u3229]", _read_circled)
LABEL = Form(r"(?<![A-Za-z])\((?P<l>[a-zA-Z]|[ivx]{1,5}|\d{1,2}|aa|bb|cc|dd|ee|ff)\)", _read_label)
ROMAN_SIGN = Form(  # Ⅳ, one character
    r"[\u2160-\u216b\u2170-\u217b]",
    lambda m: iter((fact(m.string, m.span(), "ordinal", ord(m.group()) % 16 + 1),)),
)
ROMAN_ZH = Form(
    r"(?<![A-Za-z(])[IVXL]{2,6}(?![A-Za-z+])|(?<![A-Za-z])[IVX](?=\s?-?[I期型级类阶部卷章])",
    _read_roman,
)
LETTERED = Form(
    r"(?<![A-Za-z])(?:(?<=附[录件表])(?P<l0>[A-F])(?![A-Za-z0-9])|(?P<l>[A-F])(?=\s?(?:类|级|组|方|型|队|款|部分)))",
    _read_lettered,
)
