"""Facts are read at their places; numbers that other people's writers write come back the same."""

from __future__ import annotations

import random
import time
import warnings
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.language.facts import facts
from align.language.languages import CHINESE, ENGLISH, Language


def values(text: str, language: Language) -> list[Fraction]:
    return [
        f.value
        for f in facts(text, language)
        if isinstance(f.value, Fraction) and f.strength != "mute"
    ]


def amounts(count: int) -> list[int]:
    """Whole numbers of every length up to a million million, the same ones each time."""
    rng = random.Random(22)
    return [rng.randrange(10 ** rng.randint(1, 12)) + 1 for _ in range(count)]


@pytest.mark.parametrize(
    ("around", "scale"),
    [
        ("长{}米。", 1),
        ("共{}亿元。", 10**8),
        ("约{}万人。", 10**4),
        ("为{}公斤。", 1),
        ("达{}倍。", 1),
    ],
)
def test_decimals_with_a_measure_written_by_cn2an_come_back(around: str, scale: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cn2an = pytest.importorskip("cn2an")
    rng = random.Random(5)
    wrong = []
    for _ in range(1_000):
        figures = f"{rng.randrange(1, 1000)}.{rng.randrange(1, 10 ** rng.randint(1, 3))}"
        text = around.format(cn2an.an2cn(figures, "low"))
        if values(text, CHINESE) != [Fraction(figures) * scale]:
            wrong.append((text, values(text, CHINESE)))
    assert not wrong, wrong[:10]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("会议三点开始", "time", 180),
        ("会议三点半开始", "time", 210),
        ("会议三点一刻开始", "time", 195),
        ("会议三点五分开始", "time", 185),
        ("会议三点零五分开始", "time", 185),
        ("会议九点零五开始", "time", 545),
        ("会议八点四十开始", "time", 520),
        ("会议八点四十五开始", "time", 525),
        ("会议八点十分开始", "time", 490),
        ("下午两点十五结束", "time", 855),
        ("宽一点零五米", "quantity", Fraction(21, 20)),
        ("历时零点零五秒", "quantity", Fraction(1, 20)),
        ("体温三十八度五", "quantity", Fraction(77, 2)),
        ("气温零下三度五", "quantity", Fraction(-7, 2)),
        ("震级六点六八级", "number", Fraction(167, 25)),
        ("产量一点零五万吨", "quantity", Fraction(10_500)),
        ("圆周率三点一四一五", "number", Fraction(6283, 2000)),
    ],
)
def test_points_of_hours_and_of_decimals(text: str, kind: str, value: object) -> None:
    found = [f for f in facts(text, CHINESE) if f.strength != "mute"]
    assert [(f.kind, f.value) for f in found] == [(kind, value)]


@pytest.mark.parametrize("mode", ["low", "up", "rmb"])
def test_amounts_written_by_cn2an_come_back(mode: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cn2an = pytest.importorskip("cn2an")
    wrong = []
    for value in amounts(10_000):
        written = cn2an.an2cn(value, mode)
        text = f"共计{written}。" if mode == "rmb" else f"共计{written}个。"
        if Fraction(value) not in values(text, CHINESE):
            wrong.append((value, written))
    assert not wrong, wrong[:10]


def test_decimals_written_by_cn2an_come_back() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cn2an = pytest.importorskip("cn2an")
    rng = random.Random(23)
    wrong = []
    for _ in range(2_000):
        value = f"{rng.randrange(10**6)}.{rng.randint(1, 99):02d}"
        written = cn2an.an2cn(value, "low")
        if Fraction(value) not in values(f"长度{written}公里。", CHINESE):
            wrong.append((value, written))
    assert not wrong, wrong[:10]


def test_amounts_written_by_inflect_come_back() -> None:
    inflect = pytest.importorskip("inflect").engine()
    wrong = []
    for value in amounts(10_000):
        written = inflect.number_to_words(value)
        if Fraction(value) not in values(f"They counted {written} birds.", ENGLISH):
            wrong.append((value, written))
    assert not wrong, wrong[:10]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请将表格发送至info@example.com。", "info@example.com"),
        ("联系人王五wang.wu+un@mail.example.org（工作日）", "wang.wu+un@mail.example.org"),
        ("寫信給a_b-c@x-y.example.co.uk吧", "a_b-c@x-y.example.co.uk"),
        ("见https://example.org/a/b（英文）", "https://example.org/a/b"),
        ("（见https://example.org/a_(b)）。", "https://example.org/a_(b)"),
        ("网址www.example.org：", "www.example.org"),
        ("电邮info@example.com“详情”", "info@example.com"),
        ("https://example.org/a；http://example.org/b", "https://example.org/a"),
    ],
    ids=["after-han", "name", "traditional", "bracket", "balanced", "colon", "quote", "list"],
)
def test_an_address_is_bounded_by_ascii(text: str, expected: str) -> None:
    found = [one.text for one in facts(text, CHINESE) if one.kind == "url"]
    assert found[0] == expected


@given(
    st.text(
        alphabet="零一二三廿十百千万亿壹贰第年月日时分点半%0123456789 ,./()-至多个名公里元倍成折周",
        max_size=40,
    )
)
def test_no_chinese_text_breaks_it(text: str) -> None:
    for fact in facts(text, CHINESE):
        assert fact.text == text[fact.start : fact.end]


@given(
    st.lists(
        st.sampled_from(
            "one two hundred and a half million May 5 12 . , - $ % per cent kilometres times of the first quarter to past o'clock in Q3 (b) XIV 1990s minus".split()
        ),
        max_size=14,
    ).map(" ".join)
)
def test_no_english_text_breaks_it(text: str) -> None:
    for fact in facts(text, ENGLISH):
        assert fact.text == text[fact.start : fact.end]


def test_time_is_linear_in_the_text() -> None:
    def seconds(text: str) -> float:
        begin = time.process_time()
        facts(text, CHINESE)
        facts(text, ENGLISH)
        return time.process_time() - begin

    for piece in ("1 ", "一", "1,", "A/", "十百", "one ", "5 to ", "12月", "(a) ", "half "):
        seconds(piece * 100)
        assert seconds(piece * 4000) < 10
