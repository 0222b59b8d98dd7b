"""The matcher: the traps, and twins that do the same work the slow way."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.terms.matcher import Matcher, Occurrence, english_keys, masked

ZH = [
    "以行动促维和", "以行动促维和+", "和平行动部", "和平行动", "维持和平行动", "维持和平",
    "维持和平行动者", "执行和平行动", "执行和平", "会费", "中国", "A4P",
]  # fmt: skip
EN = [
    "A4P", "A4P+", "dues", "peacekeeping operations", "head of mission", "policy", "UN-Women",
    "UN Women", "troop- and police-contributing countries", "Security Council", "SEA", "mission",
    "sub-regional bodies",
    "regional bodies", "crisis", "Member States", "DOS", "TCCs", "peace-keeping", "peacekeeping",
    "Action for Peacekeeping", "United Nations",
]  # fmt: skip


def found(terms: list[str], lang: str, text: str) -> list[str]:
    return [terms[one.pattern] for one in Matcher(terms, lang).find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("以行动促维和+倡议", ["以行动促维和+"]),
        ("以行动促维和＋倡议", ["以行动促维和+"]),
        ("以行动促维和倡议", ["以行动促维和"]),
        ("“以行动促维和”和“以行动促维和+”", ["以行动促维和", "以行动促维和+"]),
        ("为和平行动部署部队", ["和平行动"]),
        ("和平行动部的部队", ["和平行动部"]),
        ("维持和平行动者的作用", ["维持和平行动者"]),
        ("維持和平行動者的作用", ["维持和平行动者"]),
        ("维持和平行动的作用", ["维持和平行动"]),
        ("执行和平行动", ["执行和平行动"]),
        ("会费用于这项工作", ["会费"]),
        ("发展中国家的看法", []),
        ("中国的看法", ["中国"]),
        ("A4P倡议和XA4P", ["A4P"]),
    ],
)
def test_chinese(text: str, expected: list[str]) -> None:
    assert found(ZH, "zh", text) == expected


def test_segmentation_vetoes_although_no_longer_term_is_known() -> None:
    assert found(["维持和平行动"], "zh", "维持和平行动者的作用") == []
    assert found(["和平行动部"], "zh", "为和平行动部署部队") == []


def test_a_plus_makes_another_term_although_it_is_not_in_the_termbase() -> None:
    assert found(["以行动促维和"], "zh", "以行动促维和+倡议") == []
    assert found(["A4P"], "en", "the A4P+ initiative") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A4P+ and A4P.", ["A4P+", "A4P"]),
        ("(A4P)", ["A4P"]),
        ("residues and dues", ["dues"]),
        ("a peacekeeping operation", ["peacekeeping operations"]),
        ("Peacekeeping operations", ["peacekeeping operations"]),
        ("heads of mission", ["head of mission"]),
        ("policies", ["policy"]),
        ("UN-Women’s work", ["UN-Women"]),
        ("the UN Women office", ["UN Women"]),
        ("troop and police contributing countries", ["troop- and police-contributing countries"]),
        ("a troop- and police-contributing country", ["troop- and police-contributing countries"]),
        ("Security Council-mandated", ["Security Council"]),
        ("the sea and SEA", ["SEA"]),
        ("Dos and don'ts", []),
        ("sub-regional bodies", ["sub-regional bodies"]),
        ("inter-regional bodies", []),
        ("TCC and TCCs", ["TCCs", "TCCs"]),
        ("permissions", []),
        ("peacekeeping, peace-keeping", ["peacekeeping", "peace-keeping"]),
        ("peace keeping", ["peace-keeping"]),
        ("anti-United Nations propaganda", ["United Nations"]),
    ],
)  # fmt: skip
def test_english(text: str, expected: list[str]) -> None:
    assert found(EN, "en", text) == expected


def test_case_is_told() -> None:
    matcher = Matcher(["Security Council", "mission"], "en")
    assert [(o.pattern, o.cased) for o in matcher.find("the security council; Mission")] == [
        (0, False),
        (1, True),
    ]
    assert [o.cased for o in matcher.find("SECURITY COUNCIL")] == [True]


def test_variants_are_told() -> None:
    matcher = Matcher(["status-of-forces agreements"], "en")
    (one,) = matcher.find("a status of forces agreement")
    assert (one.start, one.end, one.exact) == (2, 28, False)


def test_keys_of_a_head_with_a_complement() -> None:
    assert english_keys("rate of return") == {"rate of return", "rates of return"}


def test_terms_written_alike_share_their_span() -> None:
    assert [o.pattern for o in Matcher(["甲乙", "甲乙"], "zh").find("甲乙")] == [0, 1]


def test_nothing_is_found_where_there_is_nothing() -> None:
    assert Matcher([], "zh").find("甲乙") == []
    assert Matcher(["甲"], "zh").find("") == []
    assert Matcher(["", " "], "en").find("a b") == []


texts = st.text(alphabet="㐀㐁㐂㐃", max_size=30)
terms = st.lists(
    st.text(alphabet="㐀㐁㐂㐃", min_size=1, max_size=4), min_size=1, max_size=8, unique=True
)


@given(texts, terms)
def test_all_is_every_substring(text: str, some: list[str]) -> None:
    slow = {
        (at, at + len(term), place)
        for place, term in enumerate(some)
        for at in range(len(text))
        if text.startswith(term, at)
    }
    assert {(o.start, o.end, o.pattern) for o in Matcher(some, "zh").all(text)} == slow


@given(texts, terms)
def test_masking_is_longest_then_leftmost(text: str, some: list[str]) -> None:
    left = text
    slow: set[tuple[int, int]] = set()
    for size in range(4, 0, -1):  # longer ones first, each blotted out
        for at in range(len(left)):
            if left[at : at + size] in some and len(left[at : at + size]) == size:
                slow.add((at, at + size))
                left = left[:at] + "＃" * size + left[at + size :]
    assert {(o.start, o.end) for o in Matcher(some, "zh").find(text)} == slow


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6), st.integers(0, 3)), max_size=12))
def test_what_masking_keeps_does_not_overlap(some: list[tuple[int, int, int]]) -> None:
    kept = masked(Occurrence(start, start + size, pattern) for start, size, pattern in some)
    spans = sorted({(o.start, o.end) for o in kept})
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


WORDS = st.lists(
    st.sampled_from(["red", "reds", "blue", "green-blue", "a4p", "a4p+", "greens"]), max_size=8
)


@given(WORDS)
def test_english_words_are_found_where_a_reader_sees_them(some: list[str]) -> None:
    matcher = Matcher(["red", "a4p", "a4p+"], "en")
    seen = {"red": "red", "reds": "red", "a4p": "a4p", "a4p+": "a4p+"}
    expected = [seen[word] for word in some if word in seen]
    names = ["red", "a4p", "a4p+"]
    assert [names[o.pattern] for o in matcher.find(" ".join(some))] == expected


@pytest.mark.parametrize(
    ("term", "text", "there"),
    [
        ("analysis", "The analyses showed", True),
        ("risk analyses", "a risk analysis", True),
        ("woman", "Women took part", True),
        ("street children", "a street child", True),
        ("criterion", "these criteria", True),
        ("child", "childish", False),
        ("man", "many men-at-arms", True),
        ("man", "many", False),
        ("part", "the parties", False),
        ("State party", "a State part", False),
        ("State party", "States parties and State parties", True),
    ],
)
def test_plurals_that_no_ending_tells(term: str, text: str, there: bool) -> None:
    assert bool(Matcher([term], "en").find(text)) == there


@pytest.mark.parametrize(
    ("term", "text", "cased"),
    [
        ("COVID-19", "the Covid-19 pandemic", [False]),
        ("MINUSMA", "In Minusma, all", [False]),
        ("A4P", "the A4p initiative", [False]),
        ("DOS", "Dos and don'ts", []),
        ("SEA", "Sea level", []),
        ("MINUSMA", "minusma", []),
    ],
)
def test_an_acronym_in_the_wrong_case(term: str, text: str, cased: list[bool]) -> None:
    assert [one.cased for one in Matcher([term], "en").find(text)] == cased
