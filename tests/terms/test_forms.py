"""Coordinated terms, and the full and short forms that texts put side by side."""

from __future__ import annotations

import pytest

from align.terms.coordination import conjunct, coordination
from align.terms.short_forms import full_form, other_forms


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("pre- and post-conflict phases", ("pre-conflict phases", "post-conflict phases")),
        ("short-, medium- and long-term aims", ("short-term aims", "medium-term aims", "long-term aims")),
        ("mis- and disinformation", ("misinformation", "disinformation")),
        ("inter- and intraregional trade", ("interregional trade", "intraregional trade")),
        ("oil- or gas-exporting States", ("oil-exporting States", "gas-exporting States")),
    ],
)  # fmt: skip
def test_each_conjunct_has_its_reading(text: str, readings: tuple[str, ...]) -> None:
    found = coordination(text)
    assert found is not None
    assert found.readings == readings


@pytest.mark.parametrize("text", ["oil and gas", "well-known and liked", "a- and table", "and"])
def test_what_hangs_on_nothing_is_no_coordination(text: str) -> None:
    assert coordination(text) is None


@pytest.mark.parametrize(
    ("source", "words", "which"),
    [
        ("石油输出国和天然气输出国", "石油输出国", 0),
        ("石油输出国和天然气输出国", "天然气输出国", 1),
        ("石油输出国、天然气输出国", "石油输出国", 0),
        ("石油和天然气输出国", "石油和天然气输出国", None),
        ("欢迎石油输出国", "石油输出国", None),
    ],
)
def test_which_conjunct_a_span_is(source: str, words: str, which: int | None) -> None:
    start = source.index(words)
    assert conjunct(source, (start, start + len(words)), 2) == which


@pytest.mark.parametrize(
    ("before", "short", "lang", "full"),
    [
        ("said the World Tea Organization", "WTO", "en", "World Tea Organization"),
        ("backed Water for Peace", "W4P", "en", "Water for Peace"),
        ("the committee on tea and its trade", "see annex", "en", None),
        ("欢迎国际茶叶组织", "茶组织", "zh", "茶叶组织"),
        ("欢迎国际茶叶组织", "甲乙", "zh", None),
        ("a long text without any of it", "ZQX", "en", None),
    ],
)
def test_full_forms(before: str, short: str, lang: str, full: str | None) -> None:
    assert full_form(before, short, lang) == full


def test_other_forms_are_found_both_ways_and_counted() -> None:
    texts = [
        "The World Tea Organization (WTO) met.",
        "It joined the “World Tea Organization” (“WTO”).",
        "The Wide Tea Ocean (WTO) is no place.",
        "The World Tea Organization (founded in 1990) rose.",
    ]
    assert other_forms("WTO", "en", texts) == ["World Tea Organization", "Wide Tea Ocean"]
    assert other_forms("World Tea Organization", "en", texts) == ["WTO"]
    assert other_forms("Tea Board", "en", texts) == []
    assert other_forms("国际茶叶组织", "zh", ["国际茶叶组织（以下简称“茶叶组织”）成立。"]) == [
        "茶叶组织"
    ]
