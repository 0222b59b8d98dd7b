"""The termbase and the built-in names."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.datatypes import Concept, Term
from align.errors import AlignError, FormatError
from align.terms.names import countries, name_concepts
from align.terms.termbase import Termbase, accepted, forbidden, is_name, load_termbase, preferred

CONCEPT = Concept(
    "c1",
    (
        Term("维和人员", "zh-CN"),
        Term("peace-keepers", "en", "deprecated"),
        Term("peacekeeper", "en", "admitted"),
        Term("peacekeepers", "en"),
        Term("blue berets", "en", "superseded"),
    ),
)


def test_terms_by_status() -> None:
    assert [t.text for t in accepted(CONCEPT, "en")] == ["peacekeepers", "peacekeeper"]
    assert [t.text for t in forbidden(CONCEPT, "en-GB")] == ["peace-keepers", "blue berets"]
    assert preferred(CONCEPT, "zh") == "维和人员"
    assert preferred(CONCEPT, "fr") is None


def test_find_folds_case_width_and_script() -> None:
    termbase = Termbase([CONCEPT])
    assert [t.text for _, t in termbase.find("PEACEKEEPERS")] == ["peacekeepers"]
    assert [t.text for _, t in termbase.find("維和人員")] == ["维和人员"]
    assert termbase.find("peace") == []


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("Action for Peacekeeping", True), ("A New Agenda for Peace", True), ("A4P+", True),
        ("UN-Women", True), ("Secretary-General", True), ("Group of Francophone Ambassadors", True),
        ("International Organization of la Francophonie", True), ("peace operations", False),
        ("non-State actors", False), ("The meeting rose", False), ("women and peace", False),
        ("", False), ("2030", False),
    ],
)  # fmt: skip
def test_is_name(term: str, expected: bool) -> None:
    assert is_name(term) is expected


def test_what_cannot_be_loaded(tmp_path: Path) -> None:
    empty = tmp_path / "t.tsv"
    empty.write_text("zh\ten\n", encoding="utf-8")
    with pytest.raises(FormatError, match="no concept"):
        load_termbase(empty)
    (tmp_path / "t.xyz").write_text("x", encoding="utf-8")
    with pytest.raises(AlignError):
        load_termbase(tmp_path / "t.xyz")


def test_there_are_all_member_states_and_two_observers() -> None:
    names = [country.en[0] for country in countries()]
    assert len(names) == len(set(names)) == 195
    zh = [text for country in countries() for text in (*country.zh, *country.zh_long)]
    assert all("\u4e00" <= char <= "\u9fff" or char in "()" for text in zh for char in text)


def test_each_chinese_name_is_one_countrys() -> None:
    owners: dict[str, str] = {}
    for country in countries():
        for text in {*country.zh, *country.zh_long}:
            assert owners.setdefault(text, country.en[0]) == country.en[0]


def test_name_concepts_have_both_languages() -> None:
    for concept in name_concepts():
        assert preferred(concept, "zh")
        assert preferred(concept, "en")
    assert len({concept.id for concept in name_concepts()}) == len(name_concepts())
