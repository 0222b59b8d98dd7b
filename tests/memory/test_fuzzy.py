"""Match rates by hand, and what must hold of every pair of texts."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.datatypes import TranslationUnit
from align.memory import TranslationMemory, differences
from align.memory.fuzzy import near, rate, tokens

from .conftest import NOW

CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "rates.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
TEXTS = st.text("维和會会 aAbB1２。.,-年月", max_size=16)
LANGS = st.sampled_from(["zh", "en"])


@pytest.mark.parametrize(("lang", "query", "text", "expected"), CASES)
def test_rates_by_hand(lang: str, query: str, text: str, expected: str) -> None:
    assert rate(query, text, lang) == float(expected)


@settings(deadline=None)  # folding reads its tables once
@given(TEXTS, TEXTS, LANGS)
def test_a_rate_is_symmetrical_and_one_only_for_the_same_text(a: str, b: str, lang: str) -> None:
    found = rate(a, b, lang)
    assert found == rate(b, a, lang)
    assert 0 <= found <= 1
    assert (found == 1) == (a == b)


@settings(deadline=None)  # folding reads its tables once
@given(TEXTS, TEXTS, LANGS)
@example("1A", "1 A", "zh")
def test_differences_cover_both_texts_in_order(query: str, text: str, lang: str) -> None:
    steps = differences(query, text, lang)
    assert "".join(query[slice(*step.query)] for step in steps) == query
    assert "".join(text[slice(*step.match)] for step in steps) == text
    for step in steps:
        ours, theirs = query[slice(*step.query)], text[slice(*step.match)]
        if step.kind == "equal":
            assert "".join(ours.split()) == "".join(theirs.split())  # 1A and 1 A


@settings(deadline=None)  # folding reads its tables once
@given(TEXTS, LANGS)
def test_tokens_are_in_order_and_leave_out_spaces_only(text: str, lang: str) -> None:
    at = 0
    for token in tokens(text, lang):
        assert not text[at : token.start].strip()
        assert token.start < token.end
        at = token.end
    assert not text[at:].strip()


def test_differences_of_one_word() -> None:
    query, text = "The long meeting rose.", "The meeting rose early."
    found = [
        (step.kind, query[slice(*step.query)], text[slice(*step.match)])
        for step in differences(query, text, "en")
    ]
    assert found == [
        ("equal", "The ", "The "),
        ("delete", "long ", ""),
        ("equal", "meeting rose", "meeting rose "),
        ("insert", "", "early"),
        ("equal", ".", "."),
    ]


def test_search_ranks_exact_then_fuzzy(make: Callable[..., TranslationMemory]) -> None:
    with make() as memory:
        found = memory.search("会议下午6时散会。", kinds=("exact", "fuzzy"))
        english = memory.search("The meeting rose at 4 p.m.", lang="en", kinds=("exact", "fuzzy"))
        wrong = memory.search("The meeting rose at 4 p.m.", lang="zh", kinds=("exact", "fuzzy"))
    assert [(m.kind, m.score, m.side, m.unit.target) for m in found] == [
        ("exact", 1.0, "source", "The meeting rose at 6 p.m."),
        ("fuzzy", 0.93, "source", "The meeting rose at 5 p.m."),
    ]
    assert [(m.kind, m.score, m.side) for m in english] == [("fuzzy", 0.94, "target")] * 2
    assert wrong == []


def test_several_targets_of_one_source_are_ranked(tmp_path: Path) -> None:
    given_units = [
        TranslationUnit("维和", "rejected", state="rejected", confidence=1.0),
        TranslationUnit("维和", "plain", confidence=0.5),
        TranslationUnit("维和", "surer", confidence=0.9),
        TranslationUnit("维和", "twice", confidence=0.1),
        TranslationUnit("维和", "reviewed", state="reviewed"),
    ]
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        memory.add(given_units, origin="one", now=NOW)
        memory.add(given_units[3:4], origin="two", now=NOW)
        found = memory.search("维和", kinds=("exact",))
    assert [m.unit.target for m in found] == ["reviewed", "twice", "surer", "plain", "rejected"]
    assert [m.count for m in found] == [1, 2, 1, 1, 1]


def test_the_minimum_and_the_limit(make: Callable[..., TranslationMemory]) -> None:
    with make() as memory:
        assert memory.search("任务规定必须明确", kinds=("fuzzy",), minimum=0.9)[0].score == 0.99
        assert len(memory.search("任务规定必须明确", kinds=("fuzzy",), minimum=0.5)) == 2
        assert len(memory.search("任务规定必须明确", kinds=("fuzzy",), minimum=0.5, limit=1)) == 1
        assert memory.search("  ", kinds=("fuzzy",)) == []


def test_fuzzy_search_finds_what_comparing_all_finds(tmp_path: Path) -> None:
    parts = ["安全", "理事会", "维和", "行动", "支持", "任务", "部队", "警察", "保护", "平民"]
    rng = random.Random(3)
    texts = ["".join(rng.choices(parts, k=rng.randint(2, 9))) for _ in range(400)]
    texts = list(dict.fromkeys(texts))
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        memory.add([TranslationUnit(t, "x") for t in texts], origin="x", now=NOW)
        for query in ("安全保护平民维和行动", "理事会支持部队", texts[5][2:], texts[77] + "的任务"):
            best = max(rate(query, text, "zh") for text in texts)
            found = memory.search(query, kinds=("fuzzy",), minimum=0.5, limit=3)
            assert found[0].score == best


@pytest.mark.parametrize("least", [0.3, 0.5, 0.9, 1.0])
def test_all_with_all_is_each_with_each(least: float) -> None:
    texts = [
        "会费为 5 美元。",
        "会费为 7 美元。",
        "灯塔看守人领取补助金。",
        "灯塔看守人领取额外补助金！",
        "",
        "散会",
    ]
    queries = [*texts[:3], "会费是 9 美元", "，"]
    expected = [
        (here, there, rate(query, text, "zh"))
        for here, query in enumerate(queries)
        for there, text in enumerate(texts)
        if rate(query, text, "zh") >= least
    ]
    found = sorted(near(queries, texts, "zh", least))
    assert [pair for pair in found if queries[pair[0]] and texts[pair[1]]] == [
        pair for pair in expected if queries[pair[0]] and texts[pair[1]]
    ]
