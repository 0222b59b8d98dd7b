"""Language codes: what is well-formed, what an odd code means, and what answers a request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.formats import languages

WELL_FORMED = (
    "zh zh-CN zh-Hans-CN zh-cmn-Hans yue en-US EN-gb es-419 sr-Latn-RS de-CH-1901 x-own en-x-ship "
    "en-u-ca-buddhist"
)


@pytest.mark.parametrize("code", WELL_FORMED.split())
def test_well_formed(code: str) -> None:
    assert languages.is_well_formed(code)


@pytest.mark.parametrize(
    "code", ["", "z", "zh_CN", "en-", "-en", "English", "en US", "en-toolongsubtag", "中文", "en-x"]
)
def test_not_well_formed(code: str) -> None:
    # "English" has seven letters, which BCP 47 keeps for registration: well-formed by the letter.
    assert languages.is_well_formed(code) == (code == "English")


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
    ],
)
def test_normalise(code: str, meaning: str) -> None:
    assert languages.normalise(code) == meaning


@given(st.text(alphabet="abzhenCNUSHanst-_19x", max_size=14))
def test_normalise_is_idempotent(code: str) -> None:
    once = languages.normalise(code)
    assert languages.normalise(once) == once


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
    assert languages.fitness(requested, offered) == fitness
