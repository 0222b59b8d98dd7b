"""Pieces of texts: where a rendering can begin and end, and what stands between."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.language.languages import ENGLISH
from align.terms.following import pieces as bits
from align.terms.following.pieces import form, read_pieces


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("以行动促维和+的进展", "zh", ["以", "行", "动", "促", "维", "和+", "的", "进", "展"]),
        ("“以行动促维和”+", "zh", ["以", "行", "动", "促", "维", "和”+"]),
        ("甲+乙", "zh", ["甲+", "乙"]),
        ("A4P+已", "zh", ["A4P+", "已"]),
        ("A4P+, A4P and C++", "en", ["A4P+", "A4P", "and", "C++"]),
        ("mis- and disinformation", "en", ["mis-", "and", "disinformation"]),
        ("short-, medium- and long-term", "en", ["short-", "medium-", "and", "long", "term"]),
        ("the Secretary-General’s report", "en", ["the", "Secretary", "General", "report"]),
        ("the States’ vote", "en", ["the", "States", "vote"]),
        ("第2719(2023)号决议", "zh", ["第", "2719", "2023", "号", "决", "议"]),
        ("", "en", []),
    ],
    ids=["plus", "plus-outside-quotes", "plus-between", "acronym-plus", "english-plus", "hanging",
         "hanging-twice", "possessive", "plural-possessive", "digits", "empty"],
)  # fmt: skip
def test_pieces(text: str, lang: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in read_pieces(text, lang).spans.tolist()] == expected


def test_gaps_say_what_stands_between() -> None:
    text = "The peace-building fund (new), said"
    found = read_pieces(text, "en").gaps.tolist()
    assert found[0] & bits.EDGE
    assert found[2] == bits.JOINED
    assert found[4] & bits.OPENS
    assert found[5] & bits.CLOSES
    assert found[5] & bits.COMMA
    assert found[6] & bits.EDGE


def test_names_run_across_small_words_and_stop_at_marks() -> None:
    text = "by the Office of Legal Affairs, Sweden said"
    gaps = read_pieces(text, "en").gaps.tolist()
    assert [bool(gap & bits.NAME) for gap in gaps] == [
        False, False, False, True, True, True, False, False, False,
    ]  # fmt: skip


def test_kinds() -> None:
    kinds = read_pieces("and the A4P+ of 2018", "en").kinds.tolist()
    assert kinds[0] & bits.AND
    assert kinds[1] & bits.FUNCTION
    assert kinds[2] & bits.PLUS
    assert kinds[2] & bits.ACRONYM
    assert kinds[4] & bits.DIGITS


def test_forms_join_number_but_not_words() -> None:
    assert form("policies", ENGLISH) == form("policy", ENGLISH)
    assert form("status", ENGLISH) != form("statu", ENGLISH)
    assert form("a4p", ENGLISH) != form("a4p+", ENGLISH)


@given(st.text(alphabet="部队和A4P+，（）“” -a's.\n", max_size=40), st.sampled_from(["zh", "en"]))
def test_pieces_are_in_order_and_cover_every_letter(text: str, lang: str) -> None:
    found = read_pieces(text, lang)
    spans = found.spans.tolist()
    assert len(found.gaps) == len(spans) + 1
    assert all(a < b for a, b in spans)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))
    inside = {at for a, b in spans for at in range(a, b)}
    missed = {text[at] for at in range(len(text)) if text[at].isalnum()} - {
        text[at] for at in inside
    }
    assert missed <= {"s"}  # of a possessive
