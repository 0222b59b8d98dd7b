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


_AFTER_ADDRESS = ".,;:!?'("


def _read_url(match: re.Match[str]) -> Iterator[Fact]:
    written = match.group().rstrip(_AFTER_ADDRESS).removesuffix("'s")
    opened, closed = written.count("("), written.count(")")
    if opened != closed:  # a bracket of the sentence
        written = written[: written.rindex("(" if opened > closed else ")")].rstrip(_AFTER_ADDRESS)
    span = (match.start(), match.start() + len(written))
    plain = re.sub(r"^https?://(?:www\.)?|^www\.", "", written.lower()).rstrip("/")
    plain = re.sub(r"/(?:zh|en|zh-cn|en-us|chinese|english|cn)(?=/|$)", "", plain)
    yield fact(match.string, span, "url", plain)


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


def _read_label(match: re.Match[str]) -> Iterator[Fact]:
    places = label_places(match["l"])
    if places:
        also = tuple(Reading("label", Fraction(place)) for place in places[1:])
        yield fact(match.string, match.span(), "label", places[0], also=also)


def _read_roman(match: re.Match[str]) -> Iterator[Fact]:
    value = roman_value(match.group())
    if value:
        yield fact(match.string, match.span(), "ordinal", value, strength="mute")


def _read_lettered(match: re.Match[str]) -> Iterator[Fact]:
    letter = match["l0"] or match["l"]
    yield fact(match.string, match.span(), "label", ord(letter) - 64, strength="soft")


# Addresses are ASCII (RFC 3986, RFC 5321): Chinese has no space between them and its characters.
URL = Form(
    r"(?:https?://|(?<![A-Za-z])www\.)(?:(?![,;]https?://)[!#-;=?-~])+", _read_url, needs=":."
)
EMAIL = Form(r"[A-Za-z0-9_.+%'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", _read_url, needs="@")
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
VULGAR = Form(r"(?P<whole>\d+)?\s?(?P<sign>[½¼¾⅓⅔⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚])", _read_vulgar)
CODE = Form(
    r"(?<![A-Za-z0-9])(?!(?:RMB|USD|EUR|GBP|JPY|CNY|HKD|TWD|CAD|AUD|NZD|SGD|CHF|RUB|IN"
    r"R|KRW|BRL|ZAR|THB|VND|AD|BC)\s?\d)(?!(?:[Mm]id|[Pp]re|[Pp]ost|[Ee]arly|[Ll]ate|["
    r"Ss]ince|[Uu]nder|[Oo]ver|[Nn]on|[Nn]o|US|HK|Q)-?\d)"
    r"(?=[A-Za-z]*[A-Z])(?:[A-Za-z]{1,10}-?\d+[A-Za-z0-9+]*(?:-\d+)?|[A-Z]{2,6}\s\d+[A"
    r"-Za-z0-9+]*(?:[-:]\d+)?(?!\.\d)(?![\d,.%]*\s?(?:million|billion|per|万|亿|元)|,\d))",
    _read_code,
    needs="0123456789",
)
LABEL = Form(r"(?<![A-Za-z])\((?P<l>[a-zA-Z]|[ivx]{1,5}|\d{1,2}|aa|bb|cc|dd|ee|ff)\)", _read_label)
ROMAN_ZH = Form(
    r"(?<![A-Za-z(])[IVXL]{2,6}(?![A-Za-z+])|(?<![A-Za-z])[IVX](?=\s?-?[I期型级类阶部卷章])",
    _read_roman,
)
LETTERED = Form(
    r"(?<![A-Za-z])(?:(?<=附[录件表])(?P<l0>[A-F])(?![A-Za-z0-9])|(?P<l>[A-F])(?=\s?(?:类|级|组|方|型|队|款|部分)))",
    _read_lettered,
)
