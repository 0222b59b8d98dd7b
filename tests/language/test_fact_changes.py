"""What two versions of a sentence state otherwise."""

from __future__ import annotations

import pytest

from align.language.facts import changes
from align.language.languages import language_of

CASES = [
    pytest.param("zh", "租期为三十六个月。", "租期为十二个月。", "三十六个月", "十二个月", id="words"),
    pytest.param("en", "a lease of thirty-six months", "a lease of twelve months", "thirty-six months", "twelve months", id="english-words"),
    pytest.param("zh", "租期为36个月。", "租期为十二个月。", "36个月", "十二个月", id="figures-for-words"),
    pytest.param("zh", "租期为12个月。", "租期为十二个月。", "", "", id="written-otherwise"),
    pytest.param("en", "a lease of 12 months", "a lease of twelve months", "", "", id="english-written-otherwise"),
    pytest.param("zh", "２０２１年４月２日开港", "2021年4月2日開港", "", "", id="width-and-script"),
    pytest.param("zh", "于4月9日开港", "于4月2日开港", "4月9日", "4月2日", id="date"),
    pytest.param("zh", "于4月2日开港", "于2021年4月2日开港", "4月2日", "2021年4月2日", id="date-without-its-year"),
    pytest.param("en", "on Tuesday morning", "on Monday morning", "Tuesday", "Monday", id="weekday"),
    pytest.param("zh", "下半年的收入", "上半年的收入", "下半年", "上半年", id="half-year"),
    pytest.param("en", "in the third week", "in the second week", "third", "second", id="ordinal"),
    pytest.param("zh", "百分之七的关税", "百分之五的关税", "百分之七", "百分之五", id="percent"),
    pytest.param("zh", "500万欧元", "500万美元", "500万欧元", "500万美元", id="currency"),
    pytest.param("en", "at 7.30 p.m.", "at 7.30 a.m.", "7.30 p.m.", "7.30 a.m.", id="half-of-the-day"),
    pytest.param("zh", "120海里", "120公里", "120海里", "120公里", id="unit"),
    pytest.param("en", "a crew of three", "a crew", "three", "", id="only-in-the-new"),
    pytest.param("zh", "派出一名领航员", "派出三名领航员", "一", "三", id="down-to-one"),
    pytest.param("zh", "3艘渔船和5艘货船", "5艘渔船和3艘货船", "3 5", "5 3", id="exchanged"),
    pytest.param("en", "In 2021, 5 ships sailed", "5 ships sailed in 2021", "", "", id="moved"),
    pytest.param("en", "5 of the 5 ships", "5 of the ships", "5", "", id="one-more-of-the-same"),
    pytest.param("en", "the keeper sleeps", "the keeper eats", "", "", id="none"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "new", "old", "now", "before"), CASES)
def test_changes(lang: str, new: str, old: str, now: str, before: str) -> None:
    found = changes(new, old, language_of(lang))
    assert tuple(" ".join(fact.text for fact in side) for side in found) == (now, before)
    assert changes(old, new, language_of(lang)) == found[::-1]
