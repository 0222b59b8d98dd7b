"""Terms are marked where they stand, with what they should be called."""

from __future__ import annotations

import pytest

from align.datatypes import Concept, Term, TranslationUnit
from align.report.termmarks import TermMarker
from align.terms.termbase import Termbase

TERMS = Termbase(
    [
        Concept(
            "c1",
            (
                Term("以行动促维和", "zh"),
                Term("Action for Peacekeeping", "en"),
                Term("A4P", "en", "admitted"),
                Term("Promoting Peacekeeping through Action", "en", "deprecated"),
            ),
        ),
        Concept("c2", (Term("以行动促维和+", "zh"), Term("A4P+", "en"))),
    ]
)
EXPECTED = "以行动促维和 → Action for Peacekeeping | A4P"


@pytest.mark.parametrize(
    ("source", "target", "ours", "theirs"),
    [
        ("以行动促维和", "A4P", [("以行动促维和", "found")], [("A4P", "found")]),
        ("以行动促维和+", "A4P+", [("以行动促维和+", "found")], [("A4P+", "found")]),
        ("以行动促维和", "A4P+", [("以行动促维和", "info")], []),
        ("以行动促维和", "nothing", [("以行动促维和", "info")], []),
        ("无", "A4P", [], []),
        (
            "以行动促维和",
            "Promoting Peacekeeping through Action",
            [("以行动促维和", "info")],
            [("Promoting Peacekeeping through Action", "info")],
        ),
    ],
)
def test_a_term_is_found_only_with_an_accepted_counterpart(
    source: str, target: str, ours: list[tuple[str, str]], theirs: list[tuple[str, str]]
) -> None:
    marks = TermMarker(TERMS).marks(source, target)
    assert [(source[h.start : h.end], h.kind) for h in marks[0]] == ours
    assert [(target[h.start : h.end], h.kind) for h in marks[1]] == theirs


def test_the_note_says_what_is_expected_and_what_stands_there() -> None:
    marker = TermMarker(TERMS)
    (found,), _ = marker.marks("以行动促维和", "A4P")
    assert found.note == EXPECTED
    (wrong,), _ = marker.marks("以行动促维和", "Promoting Peacekeeping through Action")
    assert wrong.note == f"{EXPECTED} · Promoting Peacekeeping through Action"
    assert found.term == "以行动促维和"


def test_hits_are_by_position() -> None:
    units = [TranslationUnit("无", "none"), TranslationUnit("以行动促维和", "A4P")]
    hits = TermMarker(TERMS).hits(units)
    assert hits[0] == ((), ())
    assert hits[1][0][0].kind == "found"
