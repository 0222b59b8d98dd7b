"""How well operators answer each other: the log ratios by hand."""

from __future__ import annotations

import math

import pytest

from align.language.facts.operators import Operator
from align.language.languages import CHINESE, ENGLISH
from align.terms.checking.answers import NO_ANSWER, Answers, form, log_ratio
from align.terms.checking.operators import AxisTable, Text
from align.terms.checking.weights import load_weights

KNOWN = Answers.of(
    {
        "ratios": {
            "须|duty": {"must|duty": 2.0, "may|duty": -1.0},
            "可|duty": {"may|duty": 1.5},
        },
        "rates": {
            "zh": {"须|duty": 1.0, "可|duty": 0.5},
            "en": {"must|duty": 0.0, "may|duty": 0.25},
        },
    }
)


def test_a_ratio_is_known_or_made_of_how_often_each_form_is_seen() -> None:
    assert KNOWN.ratio("须|duty", "may|duty") == -1.0
    never = -math.log1p(math.exp(0.5) / 0.5)
    assert KNOWN.ratio("可|duty", "must|duty") == pytest.approx(never)
    assert log_ratio(0, math.exp(0.5)) == pytest.approx(never)
    assert KNOWN.ratio("切勿|negation", "must|duty") == 0.0
    assert KNOWN.best("zh", "须|duty") == 2.0
    assert KNOWN.best("en", "may|duty") == 1.5
    assert KNOWN.best("en", "ought to|duty") == 0.0


def test_an_operator_is_asked_by_all_by_those_near_and_by_its_fellows() -> None:
    zh = Text("须 可", CHINESE, (), [])
    en = Text("may must", ENGLISH, (), [])
    ours = [Operator("duty", "must", 0, 1), Operator("duty", "may", 2, 3)]
    theirs = [Operator("duty", "may", 0, 3), Operator("duty", "must", 4, 8)]
    made = AxisTable.of(ours, theirs, zh, en, KNOWN)
    # 须: "must" answers it best, but near it stands "may"; "must" would go worse with 可.
    worse = KNOWN.ratio("可|duty", "must|duty") - 2.0
    assert made.features(ours[0], 0, 1) == pytest.approx(
        (1.0, -0.5, 1.0, max(worse, NO_ANSWER) / 2, 1.0)
    )
    assert made.features(ours[1], 1, 2) == pytest.approx(
        (0.75, KNOWN.ratio("可|duty", "must|duty") / 2, 0.75, NO_ANSWER / 2, 1.0)
    )
    nothing = AxisTable.of(ours, [], zh, en, KNOWN).features(ours[0], 0, 0)
    assert nothing == (NO_ANSWER / 2, NO_ANSWER / 2, 1.0, NO_ANSWER / 2, 0.0)


@pytest.mark.parametrize(
    ("zh", "en", "other"),
    [
        ("应|duty", "should|duty", "may|duty"),
        ("前|order", "before|order", "after|order"),
        ("除非|condition", "unless|condition", "if|condition"),
        ("各|whole", "each|whole", "some|whole"),
        ("未|negation", "failed to|negation", "nobody|negation"),
    ],
)
def test_the_usual_rendering_is_likelier_than_another(zh: str, en: str, other: str) -> None:
    known = load_weights().answers
    assert known.ratio(zh, en) > 1.0
    assert known.ratio(zh, en) > known.ratio(zh, other) + 1.0


def test_a_form_is_as_written_but_for_case_and_apostrophe() -> None:
    assert form("They Can’t go", Operator("negation", "not", 5, 10)) == "can't|negation"
