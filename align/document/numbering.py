"""How automatic lists write their numbers: 3, c, iii, 三."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HAN_DIGITS = "〇一二三四五六七八九"


def label(number: int, style: str) -> str:
    """`number` in a list style: 1, a, A, i, I or 一.

    >>> [label(28, style) for style in "1aAiI一"]
    ['28', 'ab', 'AB', 'xxviii', 'XXVIII', '二十八']
    """
    if number < 1 or number > 3999 or style == "1":
        return str(number)
    if style in "aA":
        letters = _letters(number)
        return letters if style == "a" else letters.upper()
    if style in "iI":
        letters = _roman(number)
        return letters if style == "i" else letters.upper()
    return _han(number) if number < 100 else str(number)


def _letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        written += letters * times
    return written


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _HAN_DIGITS[tens]) + "十" if tens else ""
    return ten + (_HAN_DIGITS[ones] if ones or not tens else "")
