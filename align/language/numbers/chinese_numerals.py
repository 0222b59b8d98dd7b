"""The value of a number written in Chinese characters."""

from __future__ import annotations

from align.language.numbers.figures import plain_value

# ○ is a circle that many type for 〇; by itself it is a bullet, so no number begins with it.
HAN_NUMBER = r"(?!○)[零〇○一二两三四五六七八九十百千万亿]+"
HAN_YEAR = r"[一二][零〇○一二三四五六七八九]{3}"
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10**4, "亿": 10**8}


def han_value(numeral: str) -> int | None:
    """The value of a Chinese numeral, None where it is not one.

    >>> han_value("一百二十三万"), han_value("一万五千亿"), han_value("二〇二三"), han_value("三四")
    (1230000, 1500000000000, 2023, None)
    """
    if len(numeral) > 2 and all(char in _DIGITS for char in numeral):
        return int("".join(str(_DIGITS[char]) for char in numeral))  # 二〇二三
    total = section = 0
    digit: int | None = None
    unit = 10**4  # units within a section must descend
    scale = 10**12
    for char in numeral:
        if char in _DIGITS:
            if digit:  # 三四: two digits side by side
                return None
            digit = _DIGITS[char]
        elif char in _UNITS:
            if digit is None and not (char == "十" and section == 0):
                return None
            if _UNITS[char] >= unit:
                return None
            unit = _UNITS[char]
            section += (1 if digit is None else digit) * unit
            digit = None
        else:
            section += digit or 0
            if char == "亿" and total < 10**8:  # 一万五千亿
                section, total, scale = total + section, 0, 10**12
            if not section or _SCALES[char] >= scale:
                return None
            scale = _SCALES[char]
            total += section * scale
            section, digit, unit = 0, None, 10**4
    return total + section + (digit or 0)


def zh_value(written: str) -> str | None:
    """The value of figures or characters as text, None where it is no number.

    >>> zh_value("33"), zh_value("三十三点五"), zh_value("三四")
    ('33', '33.5', None)
    """
    if written[0].isdigit():
        return plain_value(written)
    whole, point, part = written.partition("点")
    value = han_value(whole)
    if value is None:
        return None
    if not point:
        return str(value)
    if any(char not in _DIGITS for char in part):
        return None
    return plain_value(f"{value}." + "".join(str(_DIGITS[char]) for char in part))
