"""Two figures of a unit that have changed places are told; those that only stand in another order are not."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from align.datatypes import Finding, TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.language.facts import Fact, Reading, facts
from align.language.languages import CHINESE, ENGLISH
from align.terms.checking.doubts import Unit, doubts, read_side
from align.terms.checking.exchanged import Exchanged, exchanged, words_between
from align.terms.checking.matching import match
from align.terms.checking.operators import Network
from align.terms.checking.parts import answered
from align.terms.checking.units import CheckOptions, check_units
from align.terms.checking.weights import load_weights

# Chinese, right English, the English with the two figures exchanged.
CASES = (
    (
        "该港去年停靠货轮三百二十艘，停靠客轮八十五艘。",
        "Last year 320 cargo ships and 85 passenger ships called at the port.",
        "Last year 85 cargo ships and 320 passenger ships called at the port.",
    ),
    (
        "调查显示，山区儿童的贫血率为31.5%，沿海地区为12.4%。",
        (
            "The survey put the rate of anaemia among children at 31.5 per cent in mountain areas and 12.4 per "
            "cent in coastal areas."
        ),
        (
            "The survey put the rate of anaemia among children at 12.4 per cent in mountain areas and 31.5 per "
            "cent in coastal areas."
        ),
    ),
    (
        "图书馆藏有手稿4 700份、地图1 900幅。",
        "The library holds 4,700 manuscripts and 1,900 maps.",
        "The library holds 1,900 manuscripts and 4,700 maps.",
    ),
    (
        "定金占租金的20%，应于签约时支付；其余80%应于交钥匙时支付。",
        (
            "Twenty per cent of the rent is due as a deposit on signature and the remaining 80 per cent when the "
            "keys are handed over."
        ),
        (
            "Eighty per cent of the rent is due as a deposit on signature and the remaining 20 per cent when the "
            "keys are handed over."
        ),
    ),
    (
        "修正案以61票赞成、48票反对获得通过。",
        "The amendment was adopted by 61 votes in favour to 48 against.",
        "The amendment was adopted by 48 votes in favour to 61 against.",
    ),
)
# Right, in another order or with nothing that tells the two apart.
RIGHT = (
    (
        "出生率为千分之九，死亡率为千分之七。",
        "Deaths stood at 7 per 1,000, births at 9 per 1,000.",
    ),
    (
        "2019年，该厂有工人240名，比2012年多60名。",
        "The factory had 240 workers in 2019, which is 60 more than in 2012.",
    ),
    ("气温在12度至19度之间。", "Temperatures ranged between 12 and 19 degrees."),
    (
        "代表团由14名男子和17名妇女组成。",
        "The delegation was made up of 17 women and 14 men.",
    ),
    (
        "第一期工程耗资300万元，第二期工程耗资500万元。",
        "The second phase cost 5 million yuan; the first had cost 3 million.",
    ),
)
MISSED = frozenset(("The library holds 1,900 manuscripts and 4,700 maps.",))  # not sure enough


def found(zh: str, en: str, forward: bool) -> list[Finding]:
    unit = (
        TranslationUnit(zh, en, source_lang="zh-CN", target_lang="en")
        if forward
        else TranslationUnit(en, zh, source_lang="en", target_lang="zh-CN")
    )
    told = check_units([unit], None, encoder=load_encoder())
    return [one for one in told if one.rule == "facts-exchanged"]


BOTH = pytest.mark.parametrize("forward", [True, False], ids=["from Chinese", "from English"])


@BOTH
@pytest.mark.parametrize(("zh", "right", "wrong"), CASES, ids=range(len(CASES)))
def test_figures_that_changed_places_are_told(
    zh: str, right: str, wrong: str, forward: bool, request: pytest.FixtureRequest
) -> None:
    assert not found(zh, right, forward)
    if wrong in MISSED:
        request.applymarker(pytest.mark.xfail(reason="not sure enough", strict=True))
    told = found(zh, wrong, forward)
    assert len(told) == 1
    assert told[0].verdict == "exchanged"
    assert told[0].source_spans
    assert told[0].target_spans


@BOTH
@pytest.mark.parametrize(("zh", "en"), RIGHT, ids=range(len(RIGHT)))
def test_another_order_is_no_exchange(zh: str, en: str, forward: bool) -> None:
    assert not found(zh, en, forward)


def test_the_stretch_names_both_figures() -> None:
    zh, _, wrong = CASES[1]
    one = found(zh, wrong, True)[0]
    assert one.source == "31.5%，沿海地区为12.4%"
    assert one.found == "12.4 per cent in mountain areas and 31.5 per cent"
    assert one.message.startswith("two figures seem to have changed places: “")


def test_without_an_encoder_nothing_is_told() -> None:
    zh, _, wrong = CASES[0]
    unit = TranslationUnit(zh, wrong, source_lang="zh-CN", target_lang="en")
    assert not [one for one in check_units([unit], None) if one.rule == "facts-exchanged"]


def candidates(zh: str, en: str) -> list[tuple[str, str]]:
    """The two facts of each pair that is looked at, as the Chinese has them."""
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    (words,) = answered([(zh, en)], encoder, [(CHINESE, ENGLISH)])
    both = match(facts(zh, CHINESE), facts(en, ENGLISH))
    return [(one.source[0].text, one.source[1].text) for one in exchanged(both, *words)]


@pytest.mark.parametrize(
    ("zh", "en", "pairs"),
    [
        ("甲港有船320艘，乙港有船85艘。", "Port A has 320 ships and port B has 85 ships.", [("320", "85")]),
        ("甲港有船320艘。乙港有船85艘。", "Port A has 320 ships. Port B has 85 ships.", []),
        ("甲港有船320艘；乙港有船85艘。", "Port A has 320 ships; port B has 85 ships.", [("320", "85")]),
        ("甲港有船85艘，乙港有船85艘。", "Port A has 85 ships and port B has 85 ships.", []),
        ("(a)项关于船只，(b)项关于港口。", "Item (a) is about ships, item (b) about ports.", []),
        ("第12段谈船只，第15段谈港口。", "Paragraph 12 is on ships, paragraph 15 on ports.", [("12", "15")]),
        ("气温在12度至19度之间。", "Temperatures ranged between 12 and 19 degrees.", []),
        (
            "甲港有船320艘，乙港有船85艘，丙港有船47艘。",
            "Port A has 320 ships, port C has 47 ships and port B has 85 ships.",
            [("85", "47")],
        ),
        ("甲港有船320艘，船长85米。", "Port A has 320 ships of a length of 85 metres.", []),
    ],
    ids=["two", "two sentences", "semicolon", "equal", "labels", "paragraphs", "a range", "one between", "two kinds"],
)  # fmt: skip
def test_which_facts_are_looked_at(zh: str, en: str, pairs: list[tuple[str, str]]) -> None:
    found = [tuple(re.sub(r"\D", "", text) for text in two) for two in candidates(zh, en)]
    assert found == pairs


ALWAYS = Network.of({"names": ["order"], "inner": [[0.0], [0.0]], "outer": [0.0, 30.0]})


def told(zh: str, en: str) -> bool:
    """Whether an exchange is told, where every one that is looked at is sure."""
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    words = answered([(zh, en)], encoder, [(CHINESE, ENGLISH)])[0]
    unit = Unit(read_side(zh, CHINESE), read_side(en, ENGLISH), None, words)
    weights = replace(load_weights(), networks={"exchanged": ALWAYS})
    return any(one.subject.kind == "exchanged" for one in doubts([unit], weights)[0])


def test_only_what_is_surely_a_number_is_told() -> None:
    assert told("甲港有船320艘，乙港有船85艘。", "Port A has 320 ships and port B has 85 ships.")
    zh, en = "甲港有船一艘，乙港有船两艘。", "Port A has one ship and port B has two ships."
    assert candidates(zh, en)
    assert not told(zh, en)


def test_the_rule_goes_with_the_numbers() -> None:
    zh, _, wrong = CASES[1]
    unit = TranslationUnit(zh, wrong, source_lang="zh-CN", target_lang="en")
    options = CheckOptions(numbers=False)
    told_ = check_units([unit], None, encoder=load_encoder(), options=options)
    assert "facts-exchanged" not in {one.rule for one in told_}


def test_what_may_be_no_number_is_not_firm() -> None:
    sure = Fact((Reading("number", Fraction(4)),), 0, 1, "4")
    may = Fact((Reading("number", Fraction(1)),), 2, 3, "一", "soft")
    assert Exchanged((sure, sure), (sure, sure), {}).firm
    assert not Exchanged((sure, may), (sure, sure), {}).firm


def test_figures_tell_nothing_of_figures() -> None:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    pair = ("2019年甲港有船320艘。", "In 2019 port A had 320 ships.")
    for side in answered([pair], encoder, [(CHINESE, ENGLISH)])[0]:
        assert any(side.words[place].isdigit() for place in side.heavy)
        said = [side.words[place] for place in words_between(side, 0, len(side.text))]
        assert said
        assert not any(word.isdigit() for word in said)
