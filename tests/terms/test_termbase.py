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


PLUS = Termbase(
    [
        Concept("a", (Term("以行动促维和", "zh"), Term("Action for Peacekeeping", "en"),
                      Term("A4P", "en", "admitted"))),
        Concept("b", (Term("以行动促维和+", "zh"), Term("Action for Peacekeeping Plus", "en"),
                      Term("A4P+", "en", "admitted"))),
        Concept("c", (Term("妇女署", "zh"), Term("UN-Women", "en"),
                      Term("UN Women", "en", "deprecated"))),
        Concept("d", (Term("会费", "zh"), Term("contributions", "en"), Term("dues", "en", "deprecated"))),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A4P", ["a"]), ("a4p", ["a"]), ("“A4P”", ["a"]), ("(A4P)", ["a"]), ("A4P.", ["a"]),
        ("the Action for Peacekeeping", ["a"]), ("《以行动促维和》", ["a"]), ("以行動促維和", ["a"]),
        ("「以行動促維和」。", ["a"]), ("A4P+", ["b"]), ("A4P＋", ["b"]), ("A4P +", ["b"]), ("A4P Plus", ["b"]),
        ("“A4P”+", ["b"]), ("A4P⁺", ["b"]), ("以行动促维和 ＋", ["b"]), ("“以行动促维和”+", ["b"]),
        ("Action for Peacekeeping+", ["b"]), ("contribution", ["d"]), ("residues", []), ("A4", []),
        ("", []), ("+", []), ("。", []),
    ],
)  # fmt: skip
def test_find_in_any_written_form(text: str, expected: list[str]) -> None:
    assert [concept.id for concept, _ in PLUS.find(text)] == expected


def test_find_gives_the_term_as_it_was_asked_for() -> None:
    assert [term.status for _, term in PLUS.find("UN Women")] == ["deprecated"]
    assert [term.status for _, term in PLUS.find("UN-Women")] == ["preferred"]


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
