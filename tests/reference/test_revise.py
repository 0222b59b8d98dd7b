"""This year's document against last year's: every sentence has one fate."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.datatypes import Document, Segment, TranslationUnit
from align.reference.revise import Revision, revise
from align.report.references.revision import FORMS

LANGS = ("zh-CN", "en-US")
OLD = ["大会开幕。", "主席讲话三次。", "会费为 5 美元。", "灯塔看守人领取补助金。", "散会。"]


def unit(text: str) -> TranslationUnit:
    return TranslationUnit(text, f"English of {text}")


def segments(texts: list[str]) -> list[Segment]:
    return [Segment(text, "zh-CN", 0, len(text), at) for at, text in enumerate(texts)]


def fates(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    found = revise([unit(text) for text in old], segments(new), LANGS)
    return [
        (each.status, each.segment.text if each.segment else each.old.source if each.old else "")
        for each in found
    ]


def test_each_fate() -> None:
    new = ["大会开幕。", "会费为 7 美元。", "灯塔看守人领取额外补助金。", "鲸鱼唱歌。", "散会。"]
    assert fates(OLD, new) == [
        ("unchanged", "大会开幕。"),
        ("dropped", "主席讲话三次。"),
        ("numbers", "会费为 7 美元。"),
        ("changed", "灯塔看守人领取额外补助金。"),
        ("new", "鲸鱼唱歌。"),
        ("unchanged", "散会。"),
    ]


def test_a_sentence_that_moved_is_found() -> None:
    assert fates(["甲一。", "乙二。", "丙三。"], ["丙三。", "甲一。", "乙二。"]) == [
        ("moved", "丙三。"), ("unchanged", "甲一。"), ("unchanged", "乙二。"),
    ]  # fmt: skip


def test_what_may_be_filled_in() -> None:
    old = [
        TranslationUnit("会费为 5 美元。", "The fee is $5."),
        TranslationUnit("主席走了。", "The Chair left."),
    ]
    found = revise(old, segments(["会费为 7 美元。", "副主席走了。"]), LANGS)
    assert [(each.status, each.text) for each in found] == [
        ("numbers", "The fee is $7."), ("changed", None),
    ]  # fmt: skip


def test_what_is_out_of_date_is_said() -> None:
    old = TranslationUnit("租期为十二个月。", "It is let for twelve months.")
    (found,) = revise([old], segments(["租期为三十六个月。"]), ("zh", "en"))
    assert (found.status, found.text, found.rate) == ("changed", None, 0.94)
    assert [[fact.text for fact in side] for side in found.outdated] == [
        ["三十六个月"],
        ["十二个月"],
    ]
    file = io.BytesIO()
    FORMS[".xlf"](file, Document("n.txt", "zh-CN", "", (), ()), [found], "en-US", "zh")
    assert "<note>有改动; 数值已变：十二个月 → 三十六个月</note>" in file.getvalue().decode()


def test_an_old_unit_of_several_sentences_is_met_by_as_many() -> None:
    old = ["大会开幕。主席讲话。", "散会。", "灯塔亮了。船只靠岸。旅客下船。"]
    new = ["大会开幕。", "主席讲话。", "散会。", "灯塔亮了。", "船只离岸。", "旅客下船。"]
    assert fates(old, new) == [
        ("unchanged", "大会开幕。主席讲话。"),
        ("unchanged", "散会。"),
        ("changed", "灯塔亮了。船只离岸。旅客下船。"),
    ]


def test_a_sentence_that_was_a_unit_too_stays_alone() -> None:
    old = ["散会。大家鼓掌。", "散会。"]
    assert fates(old, ["散会。"]) == [("dropped", "散会。大家鼓掌。"), ("unchanged", "散会。")]
    assert fates(old, ["散会。", "鲸鱼唱歌。"]) == [
        ("dropped", "散会。大家鼓掌。"), ("unchanged", "散会。"), ("new", "鲸鱼唱歌。"),
    ]  # fmt: skip


@given(
    st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=8),
    st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=8),
)
def test_nothing_is_lost(old: list[str], new: list[str]) -> None:
    found = revise([unit(text) for text in old], segments(new), LANGS)
    assert [each.segment.text for each in found if each.segment] == new
    assert sorted(each.old.source for each in found if each.old) == sorted(old)


@pytest.mark.parametrize("suffix", FORMS)
def test_every_form_is_the_same_twice(suffix: str) -> None:
    new = ["大会开幕。", "会费为 7 美元。", "灯塔看守人领取额外补助金。", "鲸鱼唱歌。"]
    found: list[Revision] = revise([unit(text) for text in OLD], segments(new), LANGS)
    text = Document("n.txt", "zh-CN", "", (), ())
    made = []
    for _ in range(2):
        file = io.BytesIO()
        FORMS[suffix](file, text, found, "en-US", "en")
        made.append(file.getvalue())
    assert made[0] == made[1]
    if suffix == ".jsonl":
        records = [json.loads(line) for line in made[0].splitlines()]
        assert [record["status"] for record in records] == [each.status for each in found]
