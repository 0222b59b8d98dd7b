"""Reflow: cases of raw text and paragraphs, and what holds for any text."""

from __future__ import annotations

from collections import Counter, defaultdict
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.document import read_document
from align.document.blocks import from_text
from align.document.reflow import reflow
from align.language.languages import CHINESE, ENGLISH

CASES = sorted((Path(__file__).parent / "cases" / "reflow").glob("*.txt"))


def parts(path: Path) -> tuple[str, list[str], list[str]]:
    """Raw text, expected paragraphs, expected removals of a case file."""
    raw, rest = path.read_text(encoding="utf-8").split("=====\n")
    paragraphs, removed = rest.split("-----\n")
    return raw, paragraphs.splitlines(), removed.splitlines()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    raw, paragraphs, removed = parts(path)
    document = read_document(BytesIO(raw.encode()), lang="zh-CN" if ".zh" in path.name else "en-US")
    found = [document.text[part.start : part.end] for part in document.paragraphs]
    assert found == paragraphs
    assert [f"{removal.reason}: {removal.text}" for removal in document.removals] == removed


FRAGMENTS = [
    "维持和平", "2023 年 12 月", "。", "，", "“新和平纲领”", "A4P", "peace-", "keeping", "the",
    "The", "1. ", "（一）", "(a) ", "23-12345", "3/9", "- 4 -", "第 3 页", "A/C.4/78/SR.12",
    "https://undocs.org/x", "\u00ad", "\u200b", "——", "Mr. Khare said", "主席说", "\t", "   ",
    "\u3000", "\f", "* * *", "7", "5 000", "soft\u00ad", "| a | b |", "# x", "e\u0301",
    "\U00020000", ".", "…",
]  # fmt: skip
LINES = st.lists(
    st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=12).map("".join),
    max_size=40,
).map("\n".join)
DROPPED = "\u00ad\u200b\u2060\ufeff"


def visible(text: str) -> Counter[str]:
    return Counter(char for char in text if not char.isspace() and char not in DROPPED)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, st.booleans())
def test_nothing_is_lost_or_added(text: str, chinese: bool) -> None:
    """Each line's characters are in the text, in order, or in a removal, or a mended hyphen."""
    raw = from_text(text)
    flowed = reflow(raw, language=CHINESE if chinese else ENGLISH)
    removed: defaultdict[int, str] = defaultdict(str)
    for removal in flowed.removals:
        removed[removal.line] += removal.text
    kept: defaultdict[int, str] = defaultdict(str)
    ends = [start for start, _ in flowed.line_map] + [len(flowed.text)]
    for (start, line), end in zip(flowed.line_map, ends[1:], strict=True):
        kept[line] += flowed.text[start:end]
    for number, whole in enumerate(raw.lines, start=1):
        before, after = visible(whole), visible(kept[number] + removed[number])
        assert not after - before
        lost = before - after
        assert not lost or (lost.total() == 1 and set(lost) <= set("-\u2010"))
        characters = iter(whole)
        assert all(char in characters for char in kept[number] if not char.isspace())


@settings(max_examples=200, deadline=None)
@given(LINES, st.booleans())
def test_paragraphs_are_in_order_and_apart(text: str, chinese: bool) -> None:
    flowed = reflow(from_text(text), language=CHINESE if chinese else ENGLISH)
    spans = [(part.start, part.end) for part in flowed.paragraphs]
    assert "\n".join(flowed.text[start:end] for start, end in spans) == flowed.text
    assert list(flowed.line_map) == sorted(flowed.line_map)
    lines = [part.line for part in flowed.paragraphs]
    assert lines == sorted(lines)
