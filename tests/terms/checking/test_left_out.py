"""Sentences and clauses without a counterpart inside a unit: told, and not where a rendering is free."""

from __future__ import annotations

import math

import pytest

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.static import StaticEncoder
from align.embedding.token_cache import TokenCache
from align.terms.checking import check_units
from align.terms.checking.left_out import judged, parts
from align.terms.wordalign import WordAligner

LOST = [
    (
        "码头在汛期关闭。渡船改由北岸开出。",
        "The jetty is closed in the flood season.",
        "渡船改由北岸开出。",
    ),
    (
        "申请人应在三十日内补交材料，逾期视为撤回申请，已缴费用不予退还。",
        "The applicant shall supply the missing papers within thirty days.",
        "已缴费用不予退还",
    ),
]
ADDED = [
    (
        "图书馆周一闭馆。",
        "The library is closed on Mondays. Visitors may return books at the night desk.",
        "Visitors may return books at the night desk.",
    ),
    (
        "The pump is checked twice a year.",
        "水泵每年检查两次。备用发电机每周试运行一次。",
        "备用发电机每周试运行一次。",
    ),
]
FREE = [
    ("一待条件成熟，各方即应着手清点。", "Stocktaking is to start the moment circumstances allow."),
    (
        "投标须涵盖整个工程，只报其中几项的不予受理。",
        "No bid is admitted that leaves out any of the works.",
    ),
    ("Sleep on it before you sign.", "落笔之前不妨先过一夜再说。"),
]


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    found = load_encoder()
    assert isinstance(found, StaticEncoder)
    return found


def pair(source: str, target: str) -> TranslationUnit:
    languages = ("zh", "en") if "\u4e00" <= source[0] <= "\u9fff" else ("en", "zh")
    return TranslationUnit(source, target, source_lang=languages[0], target_lang=languages[1])


def whole(source: str, target: str, encoder: StaticEncoder) -> list[tuple[str, str]]:
    found = check_units([pair(source, target)], None, encoder=encoder)
    return [
        (one.rule, one.source or one.found or "")
        for one in found
        if one.rule in ("omission", "addition") and one.severity != "info"
    ]


@pytest.mark.parametrize(("source", "target", "part"), LOST, ids=["sentence", "clause"])
def test_what_is_left_out_is_told(
    source: str, target: str, part: str, encoder: StaticEncoder
) -> None:
    assert any(
        rule == "omission" and part.strip("。") in text
        for rule, text in whole(source, target, encoder)
    )


@pytest.mark.parametrize(("source", "target", "part"), ADDED, ids=["into English", "into Chinese"])
def test_what_is_put_in_is_told(
    source: str, target: str, part: str, encoder: StaticEncoder
) -> None:
    assert ("addition", part) in whole(source, target, encoder)


@pytest.mark.parametrize(("source", "target"), FREE, ids=["moment", "bid", "sleep"])
def test_a_free_rendering_has_nothing_left_out(
    source: str, target: str, encoder: StaticEncoder
) -> None:
    assert whole(source, target, encoder) == []


def test_a_decimal_cuts_no_clause(encoder: StaticEncoder) -> None:
    unit = pair("港口关闭。", "The surcharge amounts to about 0.05 per cent of the sum in arrears")
    aligner = WordAligner(TokenCache(encoder), [unit])
    found = [span for span, _ in judged(unit, aligner, of_source=False)]
    assert found == [(0, len(unit.target))]


def test_parts_that_touch_are_one_finding(encoder: StaticEncoder) -> None:
    source = "码头在汛期关闭。渡船改由北岸开出。游客凭票可以免费寄存行李。"
    assert whole(source, "The jetty is closed in the flood season.", encoder) == [
        ("omission", "渡船改由北岸开出。游客凭票可以免费寄存行李。")
    ]


def test_what_a_neighbour_has_is_never_an_error(encoder: StaticEncoder) -> None:
    source = "码头在汛期关闭。渡船改由北岸开出。游客凭票可以免费寄存行李。"
    units = [
        pair(source, "The jetty is closed in the flood season."),
        pair(
            "每小时一班。",
            "Now the ferries leave from the north bank. Visitors with a ticket may deposit their"
            " luggage for free.",
        ),
    ]
    (one,) = (one for one in check_units(units, None, encoder=encoder) if one.unit == 0)
    assert (one.rule, one.verdict, one.severity) == (
        "suspected-misalignment",
        "in-neighbour",
        "warning",
    )


def test_features_have_the_same_names_for_every_part(encoder: StaticEncoder) -> None:
    names = set()
    for source, target, _ in LOST + ADDED:
        unit = pair(source, target)
        aligner = WordAligner(TokenCache(encoder), [unit])
        for of_source in (True, False):
            for _, features in judged(unit, aligner, of_source=of_source):
                names.add(tuple(features))
    assert len(names) == 1


def test_what_is_too_short_is_no_part() -> None:
    assert parts("好。", "zh") == ()
    assert parts("Yes. The meeting was called to order at ten.", "en") == ((4, 44),)


def test_a_neighbour_that_says_the_same_excuses_nothing(encoder: StaticEncoder) -> None:
    refrain = "游客凭票可以免费寄存行李。"
    english = "Visitors with a ticket may deposit their luggage for free."
    units = [
        pair(f"码头在汛期关闭。{refrain}", "The jetty is closed in the flood season."),
        pair(f"渡船改由北岸开出。{refrain}", f"Ferries leave from the north bank. {english}"),
    ]
    (one,) = (one for one in check_units(units, None, encoder=encoder) if one.unit == 0)
    assert (one.rule, one.source) == ("omission", refrain)


def test_the_features_of_a_sentence_left_out(encoder: StaticEncoder) -> None:
    """By hand: 17 characters, of which the second sentence has 9; 40 of English, room for 54."""
    unit = pair("码头在汛期关闭。渡船改由北岸开出。", "The jetty is closed in the flood season.")
    aligner = WordAligner(TokenCache(encoder), [unit])
    ((span, features),) = judged(unit, aligner, of_source=True)
    assert span == (8, 17)
    assert features["sentence:share"] == pytest.approx(9 / 17)
    assert features["sentence:room"] == pytest.approx(math.log(40 / (17 * 3.2)))
    assert features["sentence:shorter"] == -features["sentence:room"]
    assert features["sentence:without"] == pytest.approx(math.log(40 / (8 * 3.2)))
    assert features["sentence:beside"] == aligner.coverage(unit.source, unit.target, (0, 8))
    assert features["sentence:less"] == features["sentence:beside"] - features["sentence:covered"]
    assert (features["sentence:whole of several"], features["sentence:target"]) == (1.0, 0.0)
