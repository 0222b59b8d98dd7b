"""Whether a word is denied where it stands, and what that says of a contradiction."""

from __future__ import annotations

import pytest

from align.language.facts.denied import is_denied
from align.language.languages import CHINESE, ENGLISH


@pytest.mark.parametrize(
    ("text", "word", "denied"),
    [
        ("程序不简单", "简单", True),
        ("两者并不一致", "一致", True),
        ("非公开会议", "公开", True),
        ("预算没有增加", "增加", True),
        ("名单尚未公开", "公开", True),
        ("产量从未下降", "下降", True),
        ("产量不会下降", "下降", True),
        ("绝非永久", "永久", True),
        ("毫不简单", "简单", True),
        ("产量不断下降", "下降", False),
        ("不得不增加", "增加", False),
        ("不仅增加", "增加", False),
        ("未来增加", "增加", False),
        ("除非增加", "增加", False),
        ("是否公开", "公开", False),
        ("拒绝入境", "入境", False),
        ("非洲南部", "南部", False),
        ("不同意，但公开", "公开", False),
    ],
)
def test_chinese(text: str, word: str, denied: bool) -> None:
    assert is_denied(text, text.index(word), CHINESE) is denied


@pytest.mark.parametrize(
    ("text", "word", "denied"),
    [
        ("The procedure is not simple", "simple", True),
        ("It isn't really simple", "simple", True),
        ("They are not at all alike", "alike", True),
        ("Output has never decreased", "decreased", True),
        ("a list not yet made public", "public", True),
        ("far from simple", "simple", True),
        ("no increase", "increase", True),
        ("without increasing", "increasing", True),
        ("They cannot increase", "increase", True),
        ("not only increased", "increased", False),
        ("not the first, simple one", "simple", False),
        ("Nothing is simple", "simple", False),
        ("refused entry", "entry", False),
        ("a simple note, not a long one", "simple", False),
        ("He did not say that output increased", "increased", False),
        ("The notebook is public", "public", False),
    ],
)
def test_english(text: str, word: str, denied: bool) -> None:
    assert is_denied(text, text.index(word), ENGLISH) is denied
