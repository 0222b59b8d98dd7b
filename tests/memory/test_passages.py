"""Passages that a memory holds: against a twin that compares every text with every other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.memory import TranslationMemory

NOW = "20260101T000000Z"
FORMULA = "确认海洋及其资源的可持续利用对沿海社区至关重要"
QUOTED = "Bearing in mind the Lisbon Charter on Coastal Lighthouses and their Keepers"


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[TranslationMemory]:
    with TranslationMemory.open(tmp_path / "m.db", create=True) as opened:
        yield opened


def add(memory: TranslationMemory, *pairs: tuple[str, str]) -> None:
    units = [TranslationUnit(zh, en, id=str(at)) for at, (zh, en) in enumerate(pairs)]
    memory.add(units, origin="test", now=NOW)


def filler(count: int) -> list[tuple[str, str]]:
    rng = random.Random(7)
    han = [chr(code) for code in range(0x5000, 0x5400)]
    words = ["".join(rng.choices("abcdefghijklmnop", k=rng.randint(4, 9))) for _ in range(600)]
    return [
        ("".join(rng.choices(han, k=24)) + "。", " ".join(rng.choices(words, k=12)) + ".")
        for _ in range(count)
    ]


def test_a_passage_is_found_in_both_languages_with_its_places(memory: TranslationMemory) -> None:
    add(
        memory,
        *filler(300),
        (f"大会，{FORMULA}，并欢迎这一报告。", f"{QUOTED}, the Assembly rose."),
    )
    text = f"主席说，{FORMULA}的看法不变。"
    ((passage, unit, side),) = memory.passages(text, lang="zh")
    assert text[slice(*passage.span)] == FORMULA == unit.source[slice(*passage.found)]
    assert (side, passage.likeness, passage.count) == ("source", 1.0, 1)
    english = f"They said: {QUOTED.upper()}."
    ((passage, unit, side),) = memory.passages(english, lang="en")
    assert english[slice(*passage.span)] == QUOTED.upper()
    assert unit.target[slice(*passage.found)] == QUOTED
    assert side == "target"


def test_a_passage_may_differ_in_a_word(memory: TranslationMemory) -> None:
    add(memory, *filler(300), (f"{FORMULA}。", f"{QUOTED}."))
    changed = FORMULA.replace("沿海", "岛屿")
    ((passage, _, _),) = memory.passages(f"我们{changed}，", lang="zh")
    assert passage.likeness == pytest.approx(1 - 2 / len(FORMULA), abs=1e-4)
    assert f"我们{changed}，"[slice(*passage.span)] == changed


def test_common_words_are_no_passage(memory: TranslationMemory) -> None:
    pairs = [(zh, f"in the case of {en}") for zh, en in filler(400)]
    add(memory, *pairs)
    assert memory.passages("This is so in the case of ships.", lang="en") == []


def test_two_passages_of_different_units_are_both_shown(memory: TranslationMemory) -> None:
    other = "the Statute of the Regional Observatory for Glacier Monitoring"
    add(memory, *filler(300), ("甲", f"{QUOTED} it met."), ("乙", f"It amended {other}."))
    text = f"{QUOTED} and {other} once more"
    found = memory.passages(text, lang="en")
    assert [text[slice(*passage.span)] for passage, _, _ in found] == [QUOTED, other]


def twin(query: str, text: str) -> int:
    """The length of the longest common run of characters, by trying every one."""
    best = 0
    for start in range(len(query)):
        while start + best < len(query) and query[start : start + best + 1] in text:
            best += 1
    return best


def test_as_long_as_the_twin_finds(memory: TranslationMemory) -> None:
    rng = random.Random(11)
    pairs = filler(400)
    add(memory, *pairs)
    for _ in range(60):
        source = rng.choice(pairs)[0]
        size = rng.randint(9, 20)
        start = rng.randint(0, 24 - size)
        text = "们" * rng.randint(1, 9) + source[start : start + size] + "了" * rng.randint(1, 9)
        longest = max(twin(text, zh) for zh, _ in pairs)
        found = memory.passages(text, lang="zh")
        assert [passage.span[1] - passage.span[0] for passage, _, _ in found] == [longest]


@pytest.mark.parametrize("text", ["", "。", "的", "A4P", "的" * 3000, "a b " * 2000])
def test_odd_texts(memory: TranslationMemory, text: str) -> None:
    add(memory, *filler(50), ("的" * 500, "a b " * 300))
    memory.passages(text)
