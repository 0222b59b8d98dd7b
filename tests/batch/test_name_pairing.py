"""Pairs that file names give away, and those that they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.batch.name_pairing import NamedPair, pair_by_name, pair_by_pattern, read_name
from align.errors import AlignError

CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases/names.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("zh", "en", "verdict"), CASES)
def test_names(zh: str, en: str, verdict: str) -> None:
    expected = {"yes": [NamedPair(zh, en)], "doubt": [NamedPair(zh, en, sure=False)], "no": []}
    assert pair_by_name([zh, en]) == expected[verdict]


def test_a_key_that_several_files_share_is_no_pair_unless_their_types_tell() -> None:
    assert pair_by_name(["a.zh.txt", "a_zh.txt", "a.en.txt"]) == []
    assert pair_by_name(["a.zh.txt", "a.zh.pdf", "a.en.txt", "a.en.pdf"]) == [
        NamedPair("a.zh.pdf", "a.en.pdf"),
        NamedPair("a.zh.txt", "a.en.txt"),
    ]


def test_the_root_says_nothing() -> None:
    named = read_name("/home/zh/archive/a-en.txt", "/home/zh/archive")
    assert named is not None
    assert (named.lang, named.key) == ("en", "a")


def test_patterns() -> None:
    paths = ["in/zh/1_c.pdf", "in/en/1_e.pdf", "in/zh/2_c.pdf", "in/en/3_e.pdf", "in/zh/x1_c.pdf"]
    assert pair_by_pattern(paths, "zh/{}_c.pdf=en/{}_e.pdf", "in") == [
        ("in/zh/1_c.pdf", "in/en/1_e.pdf")
    ]
    assert pair_by_pattern(["a.1.zh.txt", "a.2.en.txt"], "{}.*.zh.txt={}.*.en.txt") == [
        ("a.1.zh.txt", "a.2.en.txt")
    ]


@pytest.mark.parametrize("pattern", ["{}", "a=b", "{}=b", "{}{}=x{}", "a{}=b{}=c{}"])
def test_a_pattern_that_is_none(pattern: str) -> None:
    with pytest.raises(AlignError, match="--pattern"):
        pair_by_pattern([], pattern)
