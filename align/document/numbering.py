"""How automatic lists write their numbers: 3, c, iii, 三, ③, 叁, 甲."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HAN = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FORMAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_FORMAL_TRADITIONAL = str.maketrans("零一二三四五六七八九十百千", "零壹貳參肆伍陸柒捌玖拾佰仟")
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_LARGEST = 3999


def label(number: int, style: str) -> str:
    """`number` in a list style, named as HTML does (1, a, A, i, I) or as Word does.

    Numbers beyond what a style can write stand in figures.

    >>> [label(28, style) for style in "1aAiI一"]
    ['28', 'ab', 'AB', 'xxviii', 'XXVIII', '二十八']
    >>> [label(3, style) for style in ("decimalEnclosedCircle", "ideographTraditional", "ordinal")]
    ['③', '丙', '3rd']
    >>> label(110, "chineseCountingThousand"), label(12, "chineseLegalSimplified")
    ('一百一十', '壹拾贰')
    """
    if number < 1 or number > _LARGEST:
        return str(number)
    written = _written(number, style)
    return str(number) if written is None else written


def _written(number: int, style: str) -> str | None:
    match style:
        case "a" | "A":
            letters = _letters(number)
            return letters if style == "a" else letters.upper()
        case "lowerLetter" | "upperLetter":  # Word goes on aa, bb, cc
            times, place = divmod(number - 1, 26)
            letters = chr(ord("a") + place) * (times + 1)
            return letters if style == "lowerLetter" else letters.upper()
        case "i" | "I" | "lowerRoman" | "upperRoman":
            return _roman(number) if style in ("i", "lowerRoman") else _roman(number).upper()
        case "decimalZero":
            return f"{number:02}"
        case "decimalFullWidth" | "decimalFullWidth2":
            return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese":
            return _within(number, "①", 20)
        case "decimalEnclosedParen":
            return _within(number, "⑴", 20)
        case "decimalEnclosedFullstop":
            return _within(number, "⒈", 20)
        case "ideographEnclosedCircle":
            return _within(number, "㊀", 10)
        case "ordinal":
            return f"{number}{_ending(number)}"
        case "cardinalText" | "ordinalText":
            return _words(number, ordinal=style == "ordinalText")
        case "ideographTraditional":
            return _STEMS[number - 1] if number <= len(_STEMS) else None
        case "ideographZodiac":
            return _BRANCHES[number - 1] if number <= len(_BRANCHES) else None
        case "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital":
            return "".join("○" if digit == "0" else _HAN[int(digit)] for digit in str(number))
        case "chineseLegalSimplified":
            return _counted(number, whole=True).translate(_FORMAL)
        case "ideographLegalTraditional" | "japaneseLegal":
            return _counted(number, whole=True).translate(_FORMAL_TRADITIONAL)
        case "一" | "chineseCounting" | "taiwaneseCounting" | "japaneseCounting":
            return _counted(number)
        case "chineseCountingThousand" | "taiwaneseCountingThousand" | "ideographCounting":
            return _counted(number)
    return None


def _within(number: int, first: str, most: int) -> str | None:
    return chr(ord(first) + number - 1) if number <= most else None


def _ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _words(number: int, *, ordinal: bool) -> str | None:
    """A number below a hundred in English words, its first letter a capital."""
    if number >= 100:
        return None
    if number < len(_WORDS):
        words = [_WORDS[number]]
    else:
        words = [_TENS[number // 10], *([_WORDS[number % 10]] if number % 10 else [])]
    if ordinal:
        last = words[-1]
        plain = last[:-1] + "ieth" if last.endswith("y") else last + "th"
        words[-1] = _ORDINALS.get(last, plain)
    return "-".join(words).capitalize()


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


def _counted(number: int, *, whole: bool = False) -> str:
    """A number in Chinese: 十二, 一百零五; `whole` writes the one of 一十二."""
    written, zero = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            written += ("零" if zero and written else "") + _HAN[digit] + _UNITS[place]
            zero = False
        else:
            zero = True
    short = 10 <= number < 20 and not whole
    return written.removeprefix("一") if short else written
