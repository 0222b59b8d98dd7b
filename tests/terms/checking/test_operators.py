"""Operators judged in one table: the sums beside a loop over words, and units beside themselves alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.language.facts.operators import operators, without_twice
from align.language.facts.operators import words as word_patterns
from align.language.languages import CHINESE, ENGLISH, Language
from align.terms.checking.doubts import Unit, doubts, operators_of, read_side
from align.terms.checking.operators import (
    Signs,
    Text,
    Window,
    en_features,
    odds,
    read_operators,
    zh_features,
)
from align.terms.checking.parts import answered
from align.terms.checking.weights import load_weights

PAIRS = [
    ("船员不得携带宠物，除非船长同意。", "Crew shall not bring pets unless the captain agrees."),
    ("所有窗户必须关闭。", "All windows must be closed, and some doors may stay open."),
    ("他不能不去。", "He cannot help going; he is unhappy, uneasy and unable to stay."),
    ("", "Nothing stands on the other side."),
    ("果园里有梨、苹果、桃子和李子。", "The orchard has pears, apples, peaches and plums."),
    ("“夜航”号停靠在格雷港。", "The “Night Passage” lay at Port Grey, beside the Marta Lind."),
]


@pytest.fixture(scope="module")
def encoder() -> TokenEncoder:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    return encoder


def units(encoder: TokenEncoder) -> list[Unit]:
    """The pairs both ways; the last one without its words."""
    texts = [*PAIRS, *((en, zh) for zh, en in PAIRS)]
    spoken: list[tuple[Language, Language]] = [(CHINESE, ENGLISH)] * len(PAIRS)
    spoken += [(ENGLISH, CHINESE)] * len(PAIRS)
    words = [*answered(texts[:-1], encoder, spoken[:-1]), None]
    return [
        Unit(read_side(a, one), read_side(b, other), 0.9, own)
        for (a, b), (one, other), own in zip(texts, spoken, words, strict=True)
    ]


def summed(text: str, language: Language, low: int, high: int, signs: Signs) -> list[float]:
    """The odds of a window by a loop over its words, each counted once."""
    rows = signs.rows[language.rules]
    total = signs.table[rows[""]].copy()
    seen = set()
    for name, start, end in (zh_features if language.is_chinese else en_features)(text):
        if low <= start and end <= high and name in rows and name not in seen:
            seen.add(name)
            total += signs.table[rows[name]]
    found: list[float] = total.tolist()
    return found


def scanned(text: str, language: Language) -> list[tuple[int, int, str]]:
    """The operators of a text by each axis' pattern alone, from one end of the text to the other."""
    words = word_patterns(language.rules)
    plain = without_twice(text, language)
    spans = [match.span() for match in words.patterns["-"].finditer(text)]
    found = [
        (axis, *match.span())
        for axis, pattern in words.patterns.items()
        if axis not in ("-", "twice")
        for match in pattern.finditer(plain if axis == "negation" else text)
    ]
    return sorted(
        (start, end, axis)
        for axis, start, end in found
        if not any(a <= start and end <= b and b - a > end - start for a, b in spans)
    )


@pytest.mark.parametrize("at", range(len(PAIRS)))
def test_operators_are_those_of_each_pattern_alone(at: int) -> None:
    for text, language in zip(PAIRS[at], (CHINESE, ENGLISH), strict=True):
        for some in (text, text * 2, text[1:], text.upper(), "不得不" + text, "Not only " + text):
            found = [(one.start, one.end, one.axis) for one in operators(some, language)]
            assert found == scanned(some, language)
    assert operators("不得不说：不得入内。", CHINESE)[-1][:2] == ("negation", "not")


def test_odds_are_the_sums_of_the_words_in_a_window() -> None:
    signs = load_weights().signs
    texts: list[Text] = []
    windows, expected = [], []
    for zh, en in PAIRS:
        for text, language in ((zh, CHINESE), (en * 2, ENGLISH)):
            for low, high in ((0, len(text)), (3, 9), (5, 5), (4, len(text) + 7), (2, 30)):
                windows.append(Window(len(texts), low, high))
                expected.append(summed(text, language, low, high, signs))
            texts.append(read_operators(text, language, signs))
    found = odds(texts, windows, signs)
    assert found.shape == (len(windows), len(signs.columns))
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert len({tuple(row) for row in found.round(6).tolist()}) > 20


def test_a_class_of_which_a_language_knows_nothing_is_never_there() -> None:
    signs = Signs.of(
        {
            "zh": {"": {"duty:may": -1.0, "only:only": -2.0}, "可": {"duty:may": 3.0}},
            "en": {"": {"duty:may": -1.5}, "may": {"duty:may": 2.5}},
        }
    )
    texts = [read_operators("可可", CHINESE, signs), read_operators("It may.", ENGLISH, signs)]
    found = odds(texts, [Window(0, 0, 2), Window(1, 0, 7), Window(1, 0, 2)], signs)
    may, only = signs.columns["duty:may"], signs.columns["only:only"]
    assert found[:, may].tolist() == [2.0, 1.0, -1.5]
    assert found[:, only].tolist() == [-2.0, -9.0, -9.0]


def test_a_unit_is_judged_as_it_is_alone(encoder: TokenEncoder) -> None:
    some, weights = units(encoder), load_weights()
    table = operators_of(some, weights)
    assert {row.facing // 2 for row in table.rows} >= {0, 1, 2, 6, 7, 8}
    alone = [operators_of([unit], weights) for unit in some]
    assert [(row.mark, row.place) for row in table.rows] == [
        (row.mark, row.place) for one in alone for row in one.rows
    ]
    np.testing.assert_allclose(table.values, np.concatenate([t.values for t in alone]), atol=1e-6)


def test_without_cuts_all_is_told_and_with_them_what_is_likely(encoder: TokenEncoder) -> None:
    some, weights = units(encoder), load_weights()
    open_ = replace(weights, cuts={})
    kept = [
        [
            (one.source, one.target, round(one.probability, 9))
            for one in own
            if one.subject.kind != "word"  # of which runs are told
            and (
                one.subject.kind in ("number", "pole")
                or one.probability >= weights.least(one.subject.unit or one.subject.kind)
            )
        ]
        for own in doubts(some, open_)
    ]
    found = [[one for one in own if one.subject.kind != "word"] for own in doubts(some, weights)]
    assert [[(d.source, d.target, round(d.probability, 9)) for d in own] for own in found] == kept
    assert sum(map(len, doubts(some, open_))) > 5 * sum(map(len, kept))
