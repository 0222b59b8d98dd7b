"""A file of units is as good as a memory, for reading."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.errors import MemoryFileError
from align.memory.exchange import write_file
from align.memory.opening import open_memory

UNITS = [
    TranslationUnit("水壶很烫。", "The kettle is hot.", id="a"),
    TranslationUnit("花园很大。", "The garden is large.", id="b"),
]


@pytest.mark.parametrize("name", ["a.tmx", "a.xlsx", "a.csv", "a.jsonl"])
def test_a_file_of_units_answers_and_leaves_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    write_file(tmp_path / name, UNITS)
    with open_memory(tmp_path / name, read_only=True) as memory:
        (match,) = memory.search("花园很大。", lang="zh", limit=1, kinds=("exact",))
        assert (match.unit.target, match.unit.origin) == ("The garden is large.", name)
        (other,) = memory.search("The kettle is hot", limit=1, kinds=("fuzzy",))
        assert other.unit.id == "a"
        with memory.reopened() as again:
            assert len(again) == 2
        assert [hits[0].unit.id for hits in memory.nearest(["一把热水壶"], limit=1)] == ["a"]
    assert not list((tmp_path / "t").iterdir())


def test_it_is_not_written_to(tmp_path: Path) -> None:
    write_file(tmp_path / "a.tmx", UNITS)
    before = (tmp_path / "a.tmx").read_bytes()
    with pytest.raises(MemoryFileError, match="not a translation memory"):
        open_memory(tmp_path / "a.tmx")
    assert (tmp_path / "a.tmx").read_bytes() == before


def test_a_memory_that_is_called_so_is_one(tmp_path: Path) -> None:
    with open_memory(tmp_path / "m.csv", create=True) as made:
        made.add(UNITS, origin="o", now="20240101T000000Z")
    with open_memory(tmp_path / "m.csv", read_only=True) as memory:
        assert {unit.origin for unit in memory.units()} == {"o"}


def test_an_exact_match_is_read_in_one_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its texts are not asked for first: over a network each question is a way there and back."""
    with open_memory(tmp_path / "m.db", create=True) as memory:
        memory.add(UNITS, origin="o", now="20240101T000000Z")
        monkeypatch.setattr(type(memory), "_texts", lambda *_: pytest.fail("asked for the texts"))
        (match,) = memory.search("花园很大。", lang="zh", kinds=("exact",))
        assert match.unit.id == "b"
