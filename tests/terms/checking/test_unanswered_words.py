"""Words that nothing answers: what is seen of them, in a block as alone, and what is told of them."""

from __future__ import annotations

import numpy as np
import pytest

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.language.languages import CHINESE, ENGLISH
from align.terms.checking.facts import check_facts
from align.terms.checking.operators import Network
from align.terms.checking.parts import Answered, answered
from align.terms.checking.weights import load_weights
from align.terms.checking.words import FEATURES, UNANSWERED, read_words, unanswered

PAIRS = [
    ("船厂每周三清洗甲板，并给护栏上漆。", "The yard washes the deck every Wednesday."),
    ("合唱团在市政厅演出。", "The choir sang in the town hall with a brass band from Oslo."),
    ("", "Nothing here."),
    ("面包师傅四点起床。", "The baker gets up at four."),
]


@pytest.fixture(scope="module")
def encoder() -> TokenEncoder:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    return encoder


def read(pairs: list[tuple[str, str]], encoder: TokenEncoder) -> list[tuple[Answered, Answered]]:
    return answered(pairs, encoder, [(CHINESE, ENGLISH)] * len(pairs))


def test_features_are_those_of_a_loop_over_the_words(encoder: TokenEncoder) -> None:
    pairs = read(PAIRS, encoder)
    words = read_words(pairs, load_weights().usual)
    assert len(words.values) > 5
    column = {name: at for at, name in enumerate(FEATURES)}
    for row in range(len(words.values)):
        side = pairs[words.pair[row]][words.side[row]]
        other = pairs[words.pair[row]][1 - words.side[row]]
        scores = [side.scores[p] for p in side.heavy]
        at = int(words.order[row])
        assert side.heavy[at] == words.place[row]
        around = [scores[k] for k in range(max(0, at - 3), min(len(scores), at + 4)) if k != at]
        expected = {
            "score": scores[at],
            "before": scores[at - 1] if at else 0.5,
            "after": scores[at + 1] if at + 1 < len(scores) else 0.5,
            "around": sum(around) / len(around) if around else 0.5,
            "rank": sum(
                s < scores[at] or (s == scores[at] and k < at) for k, s in enumerate(scores)
            )
            / len(scores),
            "unanswered": sum(s < UNANSWERED for s in scores) / len(scores),
            "mean theirs": other.whole.mean,
            "zh": float(side.language.is_chinese),
            "source": float(words.side[row] == 0),
        }
        for name, value in expected.items():
            assert words.values[row, column[name]] == pytest.approx(value, abs=1e-5), name
    assert {float(v) for v in words.values[:, column["score"]] >= UNANSWERED} == {0.0}


def test_words_are_judged_as_they_are_alone(encoder: TokenEncoder) -> None:
    usual = load_weights().usual
    together = read_words(read(PAIRS, encoder), usual)
    alone = [read_words(read([pair], encoder), usual) for pair in PAIRS]
    np.testing.assert_allclose(
        together.values, np.concatenate([one.values for one in alone]), atol=1e-5
    )


def test_words_that_follow_each_other_are_one_run(encoder: TokenEncoder) -> None:
    pairs = read(PAIRS, encoder)
    every = Network(("score",), np.zeros((2, 1)), np.array([0.0, 9.0]))  # sure of every word
    usual = load_weights().usual
    runs = unanswered(pairs, every, usual, 0.5)
    words = read_words(pairs, usual)
    follow = sum(
        (words.pair[k], words.side[k], words.order[k])
        == (words.pair[k - 1], words.side[k - 1], words.order[k - 1] + 1)
        for k in range(1, len(words.pair))
    )
    assert follow > 0
    assert len(runs) == len(words.pair) - follow
    assert all(one.start < one.end for one in runs)
    assert unanswered(pairs, every, usual, 0.9999) == []


@pytest.mark.parametrize(
    ("zh", "en", "rule"),
    [
        (
            "渡轮公司每天早晨检查救生衣，并在每个季度末向港务局报告检查结果。",
            "The ferry company inspects its life jackets every morning.",
            "omission",
        ),
        (
            "图书馆周末开放。",
            "The library is open at weekends, and its cellar houses a collection of antique clocks.",
            "addition",
        ),
        ("图书馆周末开放。", "The library is open at weekends.", ""),
        (
            "渡轮公司每天早晨检查救生衣。",
            "Life jackets are inspected by the ferry company each morning.",
            "",
        ),
    ],
    ids=["clause left out", "clause put in", "right", "turned round"],
)
def test_what_is_left_out_or_put_in_is_told(
    zh: str, en: str, rule: str, encoder: TokenEncoder
) -> None:
    found = check_facts([TranslationUnit(zh, en)], encoder=encoder)
    told = {one.rule for one in found if one.severity != "info"}
    assert told == ({rule} if rule else set())
