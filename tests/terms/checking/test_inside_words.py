"""Chinese terms whose characters belong to other words are left alone; measures are not."""

from __future__ import annotations

import pytest

from align.datatypes import Concept, Term, TranslationUnit
from align.terms.checking import CheckOptions, check_units
from align.terms.termbase import Termbase

ONLY_TERMS = CheckOptions(
    names=False, numbers=False, omissions=False, negations=False, consistency=False
)
TERMS = {
    "里": "li", "会": "association", "两": "tael", "尺": "chi", "和平": "peace", "公民": "citizen",
    "民主": "democracy", "国会": "parliament", "学会": "society", "华人": "overseas Chinese",
    "网": "net", "确认": "confirmation", "法律": "law", "方面": "side", "平等": "equality",
    "权利": "right", "外交": "diplomacy", "高等": "higher",
}  # fmt: skip
TERMBASE = Termbase(Concept(zh, (Term(zh, "zh"), Term(en, "en"))) for zh, en in TERMS.items())


def severities(zh: str, en: str, *, to_chinese: bool = False) -> set[str]:
    unit = TranslationUnit(en, zh, "en", "zh") if to_chinese else TranslationUnit(zh, en)
    return {one.severity for one in check_units([unit], TERMBASE, options=ONLY_TERMS)}


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("那里有一口井。", "There is a well over there."),
        ("屋里没有灯。", "There was no lamp in the room."),
        ("她会唱歌。", "She can sing."),
        ("他们到会了。", "They came."),
        ("两省签了字。", "The two provinces signed."),
        ("尺寸不对。", "The size was wrong."),
        ("士兵和平民都走了。", "Soldiers and civilians had all left."),
        ("救护车和平民车队都停下。", "Ambulances and civilian convoys stopped."),
        ("人民主张改革。", "The people called for reform."),
        ("中国会赢。", "China will win."),
        ("大学会堂很大。", "The university hall is large."),
        ("中华人民。", "The people of China."),
        ("网站关了。", "The website was closed."),
        ("他的确认真。", "He was indeed serious."),
        ("国际法律师到了。", "The international lawyer arrived."),
        ("各方面对难题。", "All of them faced problems."),
        ("水和平底锅都有。", "There were water and pans."),
        ("主权利益受损。", "Sovereign interests suffered."),
        ("对外交流很多。", "There were many exchanges abroad."),
        ("提高等级要考试。", "To go up a grade, one takes an examination."),
    ],
)  # fmt: skip
def test_characters_of_other_words_are_no_term(zh: str, en: str) -> None:
    assert severities(zh, en) <= {"info"}


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("走了五里路。", "They walked five miles."),
        ("重二两。", "It weighs two ounces."),
        ("追求和平是目标。", "The goal is order."),
        ("公民有选举权。", "Voters may vote."),
        ("国会通过了法案。", "The congress passed the bill."),
    ],
)
def test_a_term_that_is_a_word_of_its_own_is_missed(zh: str, en: str) -> None:
    assert severities(zh, en) == {"warning"}
