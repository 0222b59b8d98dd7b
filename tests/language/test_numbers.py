"""Quantities: the table of cases, and values that do not depend on how a number is written."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.language.numbers import Quantity, agree, han_value, quantities
from align.language.numbers.chinese import CHINESE
from align.language.numbers.english import ENGLISH
from align.language.numbers.forms import Grammar

CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "quantities.tsv")
    .read_text(encoding="utf-8")
    .splitlines()[1:]
]
CORPORA = Path(__file__).parents[2] / "corpora"


def written(found: tuple[Quantity, ...]) -> str:
    return " ".join(f"{'' if q.firm else '~'}{q.kind}={q.value}" for q in found)


@pytest.mark.parametrize(("lang", "text", "expected"), CASES)
def test_case(lang: str, text: str, expected: str) -> None:
    assert written(quantities(text, lang)) == expected


@pytest.mark.parametrize(("lang", "text", "_expected"), CASES)
def test_offsets_cut_out_the_quantity(lang: str, text: str, _expected: str) -> None:
    end = 0
    for quantity in quantities("前，and " + text, lang):
        assert quantity.text == ("前，and " + text)[quantity.start : quantity.end]
        assert quantity.start >= end
        end = quantity.end


PLODDERS = {  # the same forms, tried at every character
    "zh": (CHINESE, Grammar("(?!)", CHINESE.forms)),
    "en": (ENGLISH, Grammar("(?!)", ENGLISH.forms)),
}
PIECES = (
    [text for _, text, _ in CASES]
    + "one ten tenth Second NO both Mar May noon at 12 5 000 78/1 A/C.4 S/RES COVID -19 http://".split()
    + "www. a.b a an half in out of every 80s @x.y US $ € iPhone A4P 第 一 统 半 数 上 下 午 世纪 晚 月 年 日 百 分之 个 中 傍 早".split()
    + [" ", "-", "/", "\n", ".", ",", "é", "x"]
)


@pytest.mark.parametrize("lang", ["zh", "en"])
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=8))
def test_nothing_is_passed_over(lang: str, pieces: list[str]) -> None:
    grammar, plodder = PLODDERS[lang]
    text = "".join(pieces)
    assert grammar.read(text) == plodder.read(text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_passed_over_in_documents(lang: str) -> None:
    grammar, plodder = PLODDERS[lang]
    for path in sorted(CORPORA.glob("*/source.txt")):
        text = path.read_text(encoding="utf-8")
        assert grammar.read(text) == plodder.read(text)


def only(text: str, lang: str) -> str:
    (quantity,) = quantities(text, lang)
    return quantity.value


@given(st.integers(min_value=0, max_value=10**15))
def test_grouping_does_not_change_the_value(number: int) -> None:
    if 1800 <= number <= 2100:
        number += 1000
    for lang in ("zh", "en"):
        assert only(f"{number:,}", lang) == str(number)
        assert only(f"{number:,}".replace(",", " "), lang) == str(number)
        assert only(str(number), lang) == str(number)


@given(st.integers(min_value=1, max_value=99_999))
def test_wan_is_ten_thousand(number: int) -> None:
    assert only(f"{number} 万", "zh") == only(f"{number * 10_000}", "en")


DIGITS = "零一二三四五六七八九"


def spell(number: int) -> str:
    """Twin of `han_value` below ten thousand million million, the long way round."""
    if number >= 10**8:
        rest = number % 10**8
        gap = "零" if 0 < rest < 10**7 else ""
        return spell(number // 10**8) + "亿" + gap + (spell(rest) if rest else "")
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1000 else ""
        return spell(number // 10_000) + "万" + gap + (spell(rest) if rest else "")
    out, zero = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if zero and out else "") + DIGITS[digit] + sign
            zero = False
        else:
            zero = True
    return out


@given(st.integers(min_value=1, max_value=10**16 - 1))
def test_han_value_undoes_spelling(number: int) -> None:
    assert han_value(spell(number)) == number


@pytest.mark.parametrize(
    "numeral", ["三四", "百", "万亿", "十百", "百千万", "一亿亿", "一亿三万亿"]
)
def test_what_is_no_numeral(numeral: str) -> None:
    assert han_value(numeral) is None


@pytest.mark.parametrize(
    ("zh", "en", "expected"),
    [
        ("2023年12月5日", "5 December", True),
        ("12月5日", "6 December", False),
        ("2023年12月", "December 2022", False),
        ("一半", "50 per cent", True),
        ("第78/1号决议", "A/RES/78/1", True),
        ("300万美元", "€3 million", False),
        ("300万美元", "3 million", True),
        ("34国", "C-34", True),
        ("33%", "33", False),
        ("第七十八届", "78", True),
        ("2023年", "December 2023", True),
        ("2022年", "December 2023", False),
        ("10时", "10 o'clock", True),
        ("22时", "10 o'clock", True),
        ("22时", "9 o'clock", False),
        ("22时30分", "10 o'clock", False),
        ("90后", "the 1990s", True),
        ("80后", "the 1990s", False),
        ("五分之二", "four in ten", True),
        ("千分之三", "0.3 per cent", True),
    ],
)
def test_agree(zh: str, en: str, expected: bool) -> None:
    (one,), (other,) = quantities(zh, "zh"), quantities(en, "en")
    assert agree(one, other) is expected
    assert agree(other, one) is expected


def test_money_has_its_currency() -> None:
    (quantity,) = quantities("300万美元", "zh")
    assert (quantity.kind, quantity.unit) == ("money", "USD")


@given(
    st.text(alphabet="零一二三四十百千万亿第年月日时分点%0123456789 ,./()-至多个名", max_size=40)
)
def test_no_text_breaks_it(text: str) -> None:
    for lang in ("zh", "en"):
        for quantity in quantities(text, lang):
            assert quantity.text == text[quantity.start : quantity.end]


def test_long_runs_of_digits_are_kept_as_written() -> None:
    digits = "7" * 6000
    assert only(digits, "en") == digits


def test_scales_without_end_make_no_number_without_end() -> None:
    for scale in ("hundred", "thousand", "million", "dozen"):
        found = quantities("five" + f" {scale}" * 5000, "en")
        assert all(len(quantity.value) < 20 for quantity in found)


def test_time_is_linear_in_the_text() -> None:
    def seconds(text: str) -> float:
        begin = time.process_time()
        quantities(text, "zh")
        quantities(text, "en")
        return time.process_time() - begin

    for piece in ("1 ", "一", "1,", "A/", "十百", "one ", "5 to ", "12月"):
        seconds(piece * 200)
        assert seconds(piece * 8000) < 5
