"""The facts of a text, read as its language writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from align.language.facts.chinese import CHINESE_FORMS
from align.language.facts.english import ENGLISH_FORMS
from align.language.facts.fact import Fact, Reading
from align.language.facts.units import units
from align.language.folding import simplify
from align.language.languages import Language

# Full-width digits, letters and signs; one to one. The full-width comma is left alone: it parts
# clauses in Chinese, not thousands.
_PLAIN = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}
_PLAIN.update(dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009\u202f\u2007\u2008\u200a", " "))
_PLAIN.update(dict.fromkeys("‐‑‒–−～〜~", "-"))
_PLAIN["⁄"] = "/"
_PLAIN.update(dict.fromkeys("‘’", "'"))
_PLAIN.update(dict.fromkeys("〔", "("))
_PLAIN.update(dict.fromkeys("〕", ")"))
_OTHER = re.compile("[" + "".join(map(re.escape, _PLAIN)) + "]")
# The numerals of cheques and contracts, and those of everyday that they stand for.
_FORMAL = dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟圆", "一二三四五六七八九十百千元", strict=True))
_FORMAL_RUN = re.compile(
    r"(?=[零万亿]?[壹贰叁肆伍陆柒捌玖拾佰仟])[零壹贰叁肆伍陆柒捌玖拾佰仟万亿点]{2,}圆?|"
    r"[壹贰叁肆伍陆柒捌玖拾](?=[元圆角分整份套台个名张件])圆?"
)


_FORMS = {"zh": CHINESE_FORMS, "en": ENGLISH_FORMS}


def facts(text: str, language: Language) -> tuple[Fact, ...]:
    """The facts of `text` in order; mute ones may overlap others.

    >>> from align.language.languages import CHINESE
    >>> found = facts("零下五度，增加了两倍", CHINESE)
    >>> [(f.kind, str(f.value), f.unit) for f in found if f.strength != "mute"]
    [('quantity', '-5', 'degree'), ('multiple', '3', '')]
    """
    plain = plain_form(text, language)
    found = _FORMS[language.rules].read(plain)
    if language.is_chinese and (words := list(_in_english(plain))):
        found = sorted([*found, *words], key=lambda fact: fact.start)
    found = list(_compounded(found, plain))
    if language.is_chinese and not text.isascii() and simplify(text) != text:
        found = [_of_anywhere(fact) for fact in found]
    return tuple(Fact(f.readings, f.start, f.end, text[f.start : f.end], f.strength) for f in found)


_BETWEEN_PARTS = re.compile(r"\s?(?:零|又|,|,?\sand)?\s?")


def _compounded(found: Iterable[Fact], text: str) -> Iterator[Fact]:
    """One measure of a greater and a smaller unit: 一年零三个月 is 15 months, 2 m 5 cm 205 cm."""
    before: Fact | None = None
    for one in found:
        joined = _joined(before, one, text) if before is not None else None
        if before is not None and joined is None:
            yield before
        before = joined or one
    if before is not None:
        yield before


def _joined(first: Fact, second: Fact, text: str) -> Fact | None:
    if not first.kind == second.kind == "quantity":
        return None
    great, small = units().get(first.unit), units().get(second.unit)
    if (
        great is None
        or small is None
        or great.dimension != small.dimension
        or great.factor <= small.factor
    ):
        return None
    if not _BETWEEN_PARTS.fullmatch(text, first.end, second.start):
        return None
    ratio = Fraction(round(great.factor / small.factor))
    assert isinstance(first.value, Fraction)
    assert isinstance(second.value, Fraction)
    if first.value.denominator != 1 or not 0 < second.value < ratio:
        return None
    value = first.value * ratio + second.value
    readings = (Reading("quantity", value, second.unit),)
    return Fact(readings, first.start, second.end, text[first.start : second.end])


# Words of other texts, of forms and programs that stay English in Chinese: January 或 March, Fri。
_ENGLISH = re.compile(r"[A-Za-z]{3,}(?:[ ,]{1,2}[A-Za-z0-9:]+)*")


def _in_english(text: str) -> Iterator[Fact]:
    """What English words in a Chinese text say; it answers, and is never missed."""
    for match in _ENGLISH.finditer(text):
        for one in ENGLISH_FORMS.read(match.group()):
            if one.text[0].isalpha() and one.kind in _SAID:
                start, end = (place + match.start() for place in (one.start, one.end))
                yield Fact(one.readings, start, end, one.text, "mute")


_SAID = frozenset({"date", "weekday", "ordinal", "number", "multiple"})


def _of_anywhere(fact: Fact) -> Fact:
    """Money called 元 in traditional characters: dollars of Taiwan or Hong Kong as well as yuan."""
    if fact.kind != "money" or fact.unit != "CNY" or "人民" in fact.text:
        return fact
    also = Reading("money", fact.value, "dollar")
    return Fact((*fact.readings, also), fact.start, fact.end, fact.text, fact.strength)


def plain_form(text: str, language: Language) -> str:
    """`text` in half-width and simplified characters and everyday numerals, one for one."""
    if text.isascii():
        return text
    plain = _OTHER.sub(lambda match: _PLAIN[match.group()], text)
    if not language.is_chinese:
        return plain
    plain = simplify(plain)
    return _FORMAL_RUN.sub(lambda match: "".join(_FORMAL.get(c, c) for c in match.group()), plain)
