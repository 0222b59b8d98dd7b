"""Every unit with the words is found: against cases, and against reading every text."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.datatypes import TranslationUnit
from align.errors import InputError
from align.memory import TranslationMemory
from align.memory.concordance import forms, parse

from .conftest import NOW

CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "concordance.tsv")
    .read_text("utf-8")
    .splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("words", "text", "expected"), CASES)
def test_the_spans_of_words_in_a_text(words: str, text: str, expected: str) -> None:
    found = [text[start:end] for start, end in parse(words).spans(text)]
    assert "|".join(found) == expected.replace("-", "", expected == "-")


@pytest.mark.parametrize(("words", "text", "expected"), CASES)
def test_the_index_finds_what_the_pattern_matches(
    words: str, text: str, expected: str, tmp_path: Path
) -> None:
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        memory.add([TranslationUnit(text, text)], origin="x", now=NOW)
        page = memory.concordance_page(words)
    assert page.total == (expected != "-")
    assert page.exact


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text("维和行动 ab-s", min_size=1, max_size=12), min_size=1, max_size=12),
    words=st.text("维和行动 ab-s", min_size=1, max_size=4),
)
def test_a_concordance_is_what_reading_every_text_finds(texts: list[str], words: str) -> None:
    texts = [text for text in dict.fromkeys(text.strip() for text in texts) if text]
    if not any(char.isalnum() for char in words):
        with pytest.raises(InputError, match="nothing to search for"):
            parse(words)
        return
    with _memory(texts) as memory:
        page = memory.concordance_page(words, limit=None)
    query = parse(words)
    assert {hit.unit.source for hit in page.hits} == {t for t in texts if query.spans(t)}
    assert page.total == len(page.hits)


@contextmanager
def _memory(texts: list[str]) -> Iterator[TranslationMemory]:
    with (
        tempfile.TemporaryDirectory() as folder,
        TranslationMemory.open(Path(folder) / "m.tm", create=True) as memory,
    ):
        memory.add([TranslationUnit(text, "!") for text in texts], origin="x", now=NOW)
        yield memory


def test_either_language_and_the_rendering(make: Callable[..., TranslationMemory]) -> None:
    def locate(unit: TranslationUnit, side: str, span: tuple[int, int]) -> list[tuple[int, int]]:
        start = unit.target.find("peacekeeping")
        return [(start, start + 12), (start + 2, start + 14)] if side == "source" else [(0, 2)]

    with make() as memory:
        chinese = memory.concordance("维和", locate=locate)
        english = memory.concordance("Peacekeeping", locate=locate)
        only = memory.concordance("A4P", lang="zh")
    assert [hit.unit.source for hit in chinese] == [
        "维和行动",
        "以行动促维和+是下一步。",
        "《以行动促维和》倡议得到支持。",
    ]
    assert (chinese[0].source_spans, chinese[0].target_spans) == (((0, 2),), ((0, 14),))
    assert english[0].side == "target"
    assert (english[0].source_spans, english[0].target_spans) == (((0, 2),), ((15, 27),))
    assert only == []


def test_words_as_typed_come_first_then_shorter_texts(tmp_path: Path) -> None:
    pairs = [("会", "peace-keeping"), ("会议", "peacekeeping in the field"), ("议", "peacekeeping")]
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        memory.add([TranslationUnit(*pair) for pair in pairs], origin="x", now=NOW)
        found = [hit.unit.target for hit in memory.concordance("peacekeeping")]
    assert found == ["peacekeeping", "peacekeeping in the field", "peace-keeping"]


def test_a_total_that_was_not_counted_says_so(tmp_path: Path) -> None:
    many = [TranslationUnit(f"维和甲{n}", f"of the {n}") for n in range(1500)]
    few = [TranslationUnit(f"乙维和{n}", f"the one of {n}") for n in range(1500)]
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        memory.add(many + few, origin="x", now=NOW)
        character = memory.concordance_page("维", limit=10)
        phrase = memory.concordance_page("of the", limit=10)
        everything = memory.concordance_page("of the", limit=None)
    assert (character.total, character.exact, len(character.hits)) == (3000, True, 10)
    assert not phrase.exact
    assert 1500 <= phrase.total <= 3000
    assert (everything.total, everything.exact, len(everything.hits)) == (1500, True, 1500)


def test_a_removed_unit_is_no_hit(make: Callable[..., TranslationMemory]) -> None:
    with make() as memory:
        memory.add([TranslationUnit("维和", "peacekeeping")], origin="second", now=NOW)
        assert memory.concordance_page("维").total == 4
        memory.remove("first.tmx")
        page = memory.concordance_page("维")
    assert [hit.unit.source for hit in page.hits] == ["维和"]
    assert page.total == 1


@pytest.mark.parametrize("word", ["", " ", "。", "+-"])
def test_nothing_to_search_for(word: str) -> None:
    with pytest.raises(InputError, match="nothing to search for"):
        parse(word)


def test_forms_of_a_word() -> None:
    assert forms("boxes") == ("boxes", "boxe", "box")
    assert forms("crisis") == ("crisis",)
    assert forms("state's") == ("state's",)


def test_a_word_of_thousands_of_letters_is_searched_as_it_is() -> None:
    word = "pneumonia" * 200
    query = parse(word)
    assert len(query.pattern.pattern) < 10 * len(word)
    assert query.spans(f"of {word} here") == ((3, 3 + len(word)),)
    with pytest.raises(InputError, match="characters; give a word or a phrase"):
        parse("pier " * 500)
