"""Amounts as Chinese writes them: figures or characters, with scales, halves and tails."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from align.language.facts.fact import LONGEST
from align.language.numbers.chinese_numerals import han_value

# With a decimal comma, as standards write, where a unit or a sign follows: "items 1,2 and 3" are 3.
DECIMAL_COMMA = (
    r"(?:0,\d{1,6}|\d{1,3},\d{1,2})(?![\d,.])"
    r"(?=\s?(?:[%‰°℃]|[A-Za-zµμ]+\b))(?!\s(?:and|or|to|of|in)\b)"
)
FIGURE = rf"(?:{DECIMAL_COMMA}|(?:\d{{1,3}}(?:[ ,]\d{{3}})+(?!\d)|\d+)(?:\.\d+)?)"
DIGITS = "零〇一二两三四五六七八九"
# Not longer, as each form looks at a run again from each of its characters.
HAN = rf"[{DIGITS}十百千万亿廿卅]{{1,{LONGEST}}}"
SPOKEN = rf"{HAN}(?:点[{DIGITS}]{{1,{LONGEST}}})?"
NUM = rf"(?:{FIGURE}|{SPOKEN})"
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12}
_SCALE = re.compile(
    r"\s?(?P<more>[多余几来]?)\s?(?P<scale>万亿|[十百千]?[万亿]|百(?![分年])|"
    r"千(?![米克瓦兆赫字分年卡焦秋禧])|兆(?![瓦字赫焦帕欧伏吨比牛]))"
)
_REST = re.compile(
    r"\s?零?(?P<num>\d{1,4}(?:\.\d+)?)\s?(?P<scale>[十百千]?[万]|[百千](?![米克瓦分]))?"
)
_DOZEN = re.compile(r"打(?![击开算造破断工架听扮电响败动赢猎雷])")


class Amount(NamedTuple):
    """A number that was read: its value, where it ends, and how it is written."""

    value: Fraction
    end: int
    digits: bool  # in figures
    vague: bool  # 十几, 三百多
    bare: bool  # one character: 三


def scale_value(scale: str) -> int:
    """What a scale multiplies by: 万 10,000, 百万 a million.

    >>> scale_value("百万")
    1000000
    """
    value = 1
    for char in scale:
        value *= _SCALES[char]
    return value


_WITH_COMMA = re.compile(r"0,\d+|\d+,\d{1,2}")


def figure_value(written: str) -> Fraction | None:
    """The value of figures with their separators, None for an endless run of them.

    >>> figure_value("1,234"), figure_value("0,5")
    (Fraction(1234, 1), Fraction(1, 2))
    """
    plain = written.replace(" ", "")
    plain = plain.replace(",", "." if _WITH_COMMA.fullmatch(plain) else "")
    return Fraction(plain) if len(plain) <= LONGEST else None


def spoken_value(written: str) -> Fraction | None:
    """The value of a numeral in characters, with what speech leaves out: 三万五 is 35,000.

    >>> spoken_value("三十三点五"), spoken_value("两千三"), spoken_value("廿九")
    (Fraction(67, 2), Fraction(2300, 1), Fraction(29, 1))
    """
    whole, point, part = written.partition("点")
    whole = whole.replace("廿", "二十").replace("卅", "三十")
    if len(written) > LONGEST:
        return None
    value = han_value(whole)
    if value is None:
        return None
    if not point:
        if len(whole) > 2 and whole[-2] in "百千万亿" and whole[-1] in DIGITS[2:]:
            last = han_value(whole[-1]) or 0
            value += last * (_SCALES[whole[-2]] // 10 - 1)
        return Fraction(value)
    digits = [han_value(char) for char in part]
    return Fraction(f"{value}." + "".join(str(digit) for digit in digits))


def amount(text: str, at: int) -> Amount | None:
    """The number that begins at `at`, with its scales: 1亿2000万, 一百多万, 3.5万."""
    if text[at].isdigit():
        return _in_figures(text, at)
    found = re.compile(SPOKEN).match(text, at)
    if found is None:
        return None
    written = found.group()
    value = spoken_value(written)
    end = found.end()
    if value is None and "点" in written:
        value, end = spoken_value(written.partition("点")[0]), at + written.index("点")
    elif value is not None and "点" in written and (scale := _SCALE.match(text, end)):
        value, end = value * scale_value(scale["scale"]), scale.end()  # 二点五亿
    vague = False
    if value is None and (scale := re.fullmatch(r"[百千]?[万亿]|[百千]", written)):
        value, vague = Fraction(scale_value(scale.group())), True  # 逾百万元
    if value is None:
        return None
    more = re.compile(r"\s?[多余几来]\s?(万亿|[万亿](?![一二两三四五六七八九]))?").match(text, end)
    if more and not text.startswith(("多边", "来自"), more.start()):
        vague = True
        end = more.end() if more[1] else end
        value *= scale_value(more[1]) if more[1] else 1
    if dozen := _DOZEN.match(text, end):
        return Amount(value * 12, dozen.end(), False, vague, False)
    return Amount(value, end, False, vague, len(written) == 1)


def _in_figures(text: str, at: int) -> Amount | None:
    found = re.compile(FIGURE).match(text, at)
    assert found is not None
    value, end, vague = figure_value(found.group()), found.end(), False
    if value is None:
        return None
    if scale := _SCALE.match(text, end):
        unit = scale_value(scale["scale"])
        value, end, vague = value * unit, scale.end(), bool(scale["more"])
        rest = _REST.match(text, end)
        if rest and not vague:
            part = Fraction(rest["num"]) * (scale_value(rest["scale"]) if rest["scale"] else 1)
            if part < unit and (rest["scale"] or " " not in rest.group()):
                value, end = value + part, rest.end()
    return Amount(value, end, True, vague, False)
