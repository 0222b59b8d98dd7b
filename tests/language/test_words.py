"""Words: offsets, words kept whole, and borders that cut a word."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import align.language.words as word_module
from align.language.words import cuts_word, tagged, words


def cut(text: str, lang: str, *dictionary: str) -> list[str]:
    return [text[start:end] for start, end in words(text, lang, dictionary=dictionary)]


def test_english_words_keep_plus_hyphen_and_apostrophe() -> None:
    assert cut("UN-Women’s A4P+, troop- and T/PCCs (U.S.)", "en") == [
        "UN-Women’s", "A4P+", "troop", "and", "T/PCCs", "U.S",
    ]  # fmt: skip


def test_chinese_words() -> None:
    assert cut("维和人员的安全，2023年。", "zh") == ["维和", "人员", "的", "安全", "2023", "年"]


def test_traditional_is_cut_like_simplified() -> None:
    assert words("維持國際和平與安全", "zh-Hant") == words("维持国际和平与安全", "zh")


def test_dictionary_words_stay_whole() -> None:
    assert cut("支持以行动促维和倡议", "zh", "以行动促维和") == ["支持", "以行动促维和", "倡议"]
    assert "以行动促维和" not in cut("支持以行动促维和倡议", "zh")


def test_tags_cover_the_text() -> None:
    found = tagged("加强以行动促维和。", dictionary=("以行动促维和",))
    assert found == [(0, 2, "v"), (2, 8, "term"), (8, 9, "x")]


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("为和平行动部署部队", "和平行动部", True),
        ("和平行动部负责", "和平行动部", False),
        ("维持和平行动者", "维持和平行动", True),
        ("维持和平行动的者", "维持和平行动", False),
        ("会费用于行动", "会费", False),
        ("发展中国家的看法", "中国", True),
        ("感谢中国家乡", "感谢", False),
        ("在中国的看法", "中国", False),
        ("拉美国家", "美国", True),
        ("维和部队的部署", "维和部", True),
        ("维和部继续", "维和部", False),
    ],
)
def test_cuts_word(text: str, term: str, expected: bool) -> None:
    start = text.index(term)
    assert cuts_word(text, start, start + len(term)) is expected


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="维持和平行动部署，。A4P+ 12 ", max_size=30))
def test_words_are_in_order_and_leave_out_only_signs(text: str) -> None:
    for lang in ("zh", "en"):
        end = 0
        for start, stop in words(text, lang):
            assert end <= start < stop
            end = stop
        left = set(range(len(text))) - {i for a, b in words(text, lang) for i in range(a, b)}
        assert not any(text[i].isalnum() for i in left)


def test_english_does_not_load_jieba() -> None:
    code = (
        "import sys; from align.language.words import words; words('a b', 'en');"
        "sys.exit('jieba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_counts_are_jiebas() -> None:
    """The dictionary is read without jieba: every word that jieba counts has the same count."""
    ours, theirs = word_module._counts(), word_module._jieba().dt
    assert ours.total == theirs.total
    some = sorted(theirs.FREQ)[::97]
    assert [ours.get(word) or 0 for word in some] == [theirs.FREQ[word] for word in some]
    assert ours.get("") is None
