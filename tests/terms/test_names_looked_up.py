"""Lookup of names that every memory may hold: an acronym answers to no word, the list of names knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.datatypes import Concept, Term, TranslationUnit
from align.embedding.load import load_encoder
from align.memory import TranslationMemory
from align.terms.lookup import lookup, names_of
from align.terms.termbase import Termbase

PAIRS = [
    ("案件已提交国际海洋法法庭审理。", "The case is before ITLOS."),
    ("粮农组织和农发基金资助了堤坝。", "FAO and IFAD paid for the dikes."),
    ("科摩罗联盟派出了两名水文专家。", "The Union of the Comoros sent two hydrologists."),
    ("理事会讨论了堤坝。", "The Council discussed the dikes."),
]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("ITLOS", "国际海洋法法庭"),
        ("国际海洋法法庭", "ITLOS"),
        ("IFAD", "农发基金"),
        ("农发基金", "IFAD"),
        ("Union of the Comoros", "科摩罗联盟"),
    ],
)
def test_a_known_name_is_found_where_it_stands(tmp_path: Path, asked: str, answer: str) -> None:
    encoder = load_encoder()
    with TranslationMemory.open(tmp_path / "m.sqlite", create=True, encoder=encoder) as memory:
        units = [TranslationUnit(zh, en) for zh, en in PAIRS]
        memory.add(units, origin="dikes", now="20240101T000000Z")
        found = lookup(asked, memory=memory, encoder=encoder)
    assert [(one.text, one.status) for one in found.renderings] == [(answer, None)]
    assert found.sure


def test_words_that_brackets_repeat_are_what_stands_before_them(tmp_path: Path) -> None:
    encoder = load_encoder()
    pairs = [
        ("船长签发了海事声明(sea protest)。", "The master issued a sea protest."),
        ("货物已装船。", "The cargo has been loaded."),
    ]
    with TranslationMemory.open(tmp_path / "m.sqlite", create=True, encoder=encoder) as memory:
        units = [TranslationUnit(zh, en) for zh, en in pairs]
        memory.add(units, origin="ship", now="20240101T000000Z")
        found = lookup("sea protest", memory=memory, encoder=encoder)
    assert [one.text for one in found.renderings] == ["海事声明"]


def test_the_users_termbase_goes_before_the_list(tmp_path: Path) -> None:
    encoder = load_encoder()
    own = Termbase([Concept("c1", (Term("ITLOS", "en"), Term("海法庭", "zh")))])
    units = [TranslationUnit("案件已提交海法庭审理。", "The case is before ITLOS.")]
    with TranslationMemory.open(tmp_path / "m.sqlite", create=True, encoder=encoder) as memory:
        memory.add(units, origin="case", now="20240101T000000Z")
        found = lookup("ITLOS", memory=memory, encoder=encoder, termbase=own)
    assert [(one.text, one.status) for one in found.renderings] == [("海法庭", "preferred")]


@pytest.mark.parametrize(
    ("text", "lang"),
    [("Council", "en"), ("理事会", "zh"), ("dike", "en"), ("农发基金", "en")],
    ids=["head", "zh-head", "no-name", "other-language"],
)
def test_what_may_mean_something_else_is_no_name(text: str, lang: str) -> None:
    assert names_of(text, lang) is None


def test_a_name_has_no_forbidden_or_loose_form() -> None:
    named = names_of("安理会", "zh")
    assert named is not None
    forms = [term.text for concept in named for term in concept.in_language("en")]
    assert forms[0] == "Security Council"
    assert "Safety Council" not in forms
    assert "Council" not in forms
