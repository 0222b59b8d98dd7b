"""Language codes: what is well-formed, what an odd code means, and what answers a request."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.datatypes import Concept, Segment, Term, TranslationUnit
from align.errors import InputError
from align.language import tags
from align.language.languages import language_of

WELL_FORMED = (
    "zh zh-CN zh-Hans-CN zh-cmn-Hans yue en-US EN-gb es-419 sr-Latn-RS de-CH-1901 x-own en-x-ship "
    "en-u-ca-buddhist"
)


@pytest.mark.parametrize("code", WELL_FORMED.split())
def test_well_formed(code: str) -> None:
    assert tags.is_well_formed(code)


@pytest.mark.parametrize(
    "code", ["", "z", "zh_CN", "en-", "-en", "English", "en US", "en-toolongsubtag", "中文", "en-x"]
)
def test_not_well_formed(code: str) -> None:
    # "English" has seven letters, which BCP 47 keeps for registration: well-formed by the letter.
    assert tags.is_well_formed(code) == (code == "English")


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("ZH", "zh"),
        ("zh_cn", "zh-CN"),
        ("zh-hans", "zh-Hans"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("EN-GB", "en-GB"),
        ("eng", "en"),
        ("cmn-Hans-CN", "zh-Hans-CN"),
        ("zh-cmn-Hant", "zh-Hant"),
        ("zh-CHS", "zh-Hans"),
        ("en-x-GB", "en-x-gb"),
        (" en ", "en"),
        ("Klingon!", "klingon!"),
        ("ZH-CN", "zh-CN"),
        ("cmn-Hans", "zh-Hans"),
        ("en_US", "en-US"),
        ("EN", "en"),
        ("yue", "yue"),
        ("zh-yue-HK", "yue-HK"),
        ("zh-min-nan", "nan"),
        ("zh-gan-Hans", "gan-Hans"),
        ("zh_TW.Big5", "zh-TW"),
        ("zh_CN@pinyin", "zh-CN"),
        ("zh\u2011CN", "zh-CN"),
        ("zh\u2013Hant", "zh-Hant"),
        ("ｚｈ－ＣＮ", "zh-CN"),
        ("CHT", "zh-Hant"),
        ("zhs", "zh-Hans"),
        ("zho-TWN", "zh-TW"),
        ("eng-GBR", "en-GB"),
        ("en-UK", "en-GB"),
        ("ENU", "en-US"),
        ("en-GB-oed", "en-GB-oxendict"),
        ("zh-Traditional", "zh-Hant"),
        ("zh-CHS-CN", "zh-Hans-CN"),
        ("en-001", "en-001"),
        ("es_419", "es-419"),
    ],
)
def test_normalise(code: str, meaning: str) -> None:
    assert tags.normalise(code) == meaning


@given(st.text(alphabet="abzhenCNUSHanst-_19x", max_size=14))
def test_normalise_is_idempotent(code: str) -> None:
    once = tags.normalise(code)
    assert tags.normalise(once) == once


@pytest.mark.parametrize(
    ("requested", "offered", "fitness"),
    [
        ("zh", "ZH", 3),
        ("zh", "zh-TW", 2),
        ("zh-CN", "zh", 2),
        ("zh-CN", "zh-Hans", 1),
        ("zh-CN", "zh-Hant", 0),
        ("zh-TW", "zh-HK", 1),
        ("zh-Hant", "zh-TW", 1),
        ("en-US", "en-GB", 1),
        ("en", "zh", 0),
        ("zh", "cmn-Hans", 2),
    ],
)
def test_fitness(requested: str, offered: str, fitness: int) -> None:
    assert tags.fitness(requested, offered) == fitness


@pytest.mark.parametrize(
    "code", ["", " ", "-", "zh-", "Chinese (PRC)", "中文", "en us", "zh/CN", "z"]
)
def test_what_is_no_tag_is_refused_where_a_value_is_made(code: str) -> None:
    makers = (
        lambda: Segment("水", code, 0, 1, 0),
        lambda: TranslationUnit("水", "water", source_lang=code),
        lambda: TranslationUnit("水", "water", target_lang=code),
        lambda: Term("水", code),
    )
    for make in makers:
        with pytest.raises(InputError, match="is no language tag; write one as zh-CN"):
            make()


def test_values_hold_one_spelling() -> None:
    assert Segment("水", "ZH_cn", 0, 1, 0) == Segment("水", "zh-CN", 0, 1, 0)
    unit = TranslationUnit("水", "water", "cmn-Hans", "eng")
    assert (unit.source_lang, unit.target_lang) == ("zh-Hans", "en")
    assert replace(unit, target_lang="EN_gb").target_lang == "en-GB"
    concept = Concept("c", (Term("水", "CHS"), Term("water", "en_US")))
    assert [term.text for term in concept.in_language("zh-TW")] == ["水"]
    assert [term.text for term in concept.in_language("en")] == ["water"]


@pytest.mark.parametrize(
    ("code", "chinese", "script", "region"),
    [
        ("zh_TW", True, "Hant", "TW"),
        ("zh-Hans-HK", True, "Hans", "HK"),
        ("yue-HK", True, "Hant", "HK"),
        ("cmn", True, None, None),
        ("lzh", True, None, None),
        ("ja", False, None, None),
        ("en_GB", False, None, "GB"),
        ("za-CN", False, None, "CN"),  # Zhuang, of China
        ("en-x-cn", False, None, None),
        ("zhx", False, None, None),
    ],
)
def test_what_a_tag_says(code: str, chinese: bool, script: str | None, region: str | None) -> None:
    assert (tags.is_chinese(code), tags.script(code), tags.region(code)) == (
        chinese,
        script,
        region,
    )


def test_sentences_are_joined_as_their_language_does() -> None:
    joined = {
        tag: language_of(tag).join(["甲", "", "乙"]) for tag in ("cmn_TW", "ja", "EN", "ko-KR")
    }
    assert joined == {"cmn_TW": "甲乙", "ja": "甲乙", "EN": "甲 乙", "ko-KR": "甲 乙"}
    assert language_of("fr").rules == "en"
