"""Segmentation: cases by rule, and the partition for arbitrary text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.document.segmentation import split

CASES = Path(__file__).parent / "cases"


def blocks(lang: str) -> list[tuple[str, list[str]]]:
    """The rules of a case file and the sentences that must come out again."""
    found: list[tuple[str, list[str]]] = []
    for line in (CASES / f"segmentation.{lang}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


CHINESE = blocks("zh") + blocks("kinds.zh")
ENGLISH = blocks("en") + blocks("kinds.en")


@pytest.mark.parametrize(("rule", "sentences"), CHINESE, ids=[rule for rule, _ in CHINESE])
def test_chinese(rule: str, sentences: list[str]) -> None:
    """A line that begins with _ stands after a space."""
    text = "".join(line.replace("_", " ") if line[0] == "_" else line for line in sentences)
    found = [text[start:end] for start, end in split(text, "zh-CN")]
    assert found == [line.removeprefix("_") for line in sentences]


@pytest.mark.parametrize(("rule", "sentences"), ENGLISH, ids=[rule for rule, _ in ENGLISH])
def test_english(rule: str, sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split(text, "en-US")] == sentences


MARKS = st.text(alphabet="维和aB1 .。？！?!…“”‘’\"')）」—;,(（Mr\n\u3000\U00020000", max_size=60)


@settings(max_examples=400, deadline=None)
@given(MARKS | st.text(max_size=60), st.sampled_from(["zh-CN", "zh-TW", "en-US"]))
def test_spans_partition_what_is_visible(text: str, lang: str) -> None:
    spans = split(text, lang)
    assert spans == sorted(spans)
    covered: set[int] = set()
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
        assert covered.isdisjoint(range(start, end))
        covered.update(range(start, end))
    assert {at for at, char in enumerate(text) if not char.isspace()} <= covered


def test_a_million_stops_take_a_moment() -> None:
    """Linear: a quadratic splitter would take hours."""
    assert len(split("维和。" * 300_000, "zh-CN")) == 300_000
    assert len(split("Go on. " * 150_000, "en-US")) == 150_000
    assert len(split("." * 1_000_000, "en-US")) == 1


REPEATED = {
    "em dashes": "—",
    "dashes in quotations": "“—”",
    "open brackets": "(a ",
    "labels": "1. a 2. b ",
    "bullets": "• a ",
    "title marks": "《！》",
    "open title marks": "《！",
    "spaced dots before a letter": ". . . .a",
    "spaced dots": ". ",
    "citations": '"a." (b',
    "ellipses": "…字",
    "stops and blanks": "。 ”",
    "numbers": "1、",
    "times": "At 5 a.m. Mr. ",
    "omissions": "[...] ",
}


@pytest.mark.parametrize("lang", ["zh-CN", "en-US"])
def test_time_grows_with_the_text(lang: str) -> None:
    """Repetitions that once took a minute: 60,000 characters of each take a part of a second."""
    for name, unit in REPEATED.items():
        text = unit * (60_000 // len(unit)) + "x"
        begun = time.process_time()
        split(text, lang)
        assert time.process_time() - begun < 5, name
