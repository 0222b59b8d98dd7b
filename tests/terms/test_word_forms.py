"""A lookup of English words finds them in other forms and spellings too, the exact form first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.memory import TranslationMemory
from align.terms.lookup import lookup
from align.terms.word_forms import other_word_forms


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("unvaccinated child", "unvaccinated children"),
        ("serious reaction after vaccination", "serious reactions after vaccination"),
        ("spin-off", "spin-offs"),
        ("decommission", "decommissioning"),
        ("reprocessing", "reprocess"),
        ("subcontracting", "subcontract"),
        ("license", "licence"),
        ("licence", "license"),
        ("colour", "color"),
        ("labor", "labour"),
        ("organisation", "organization"),
        ("health center", "health centre"),
        ("training program", "training programmes"),
        ("revoke permit", "revoked permits"),
    ],
)
def test_a_word_has_its_other_forms(asked: str, written: str) -> None:
    assert written in set(other_word_forms(asked))


def test_other_words_are_no_forms() -> None:
    forms = set(other_word_forms("universal policy"))
    assert forms.isdisjoint({"university policy", "universal police", "universe policy"})


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[TranslationMemory]:
    with TranslationMemory.open(tmp_path / "m.db", create=True) as opened:
        opened.add(
            [
                TranslationUnit("儿童得到了药品。", "The children received medicine."),
                TranslationUnit(
                    "拆除反应堆需要十年。", "Decommissioning the reactor takes ten years."
                ),
                TranslationUnit("许可证已经发放。", "The licence was issued."),
            ],
            origin="toy",
            now="20260102T030405Z",
        )
        yield opened


@pytest.mark.parametrize(
    ("asked", "form"),
    [("child", "children"), ("decommission", "decommissioning"), ("license", "licence")],
)
def test_the_form_that_the_memory_has_is_found(
    memory: TranslationMemory, asked: str, form: str
) -> None:
    found = lookup(asked, memory=memory, encoder=load_encoder())
    assert found.occurrences == 1
    assert found.forms[0] == form


def test_the_exact_form_comes_first(memory: TranslationMemory) -> None:
    assert lookup("licence", memory=memory, encoder=load_encoder()).forms == ()


def test_what_is_in_no_form_there_is_not_found(memory: TranslationMemory) -> None:
    found = lookup("telescope", memory=memory, encoder=load_encoder())
    assert (found.occurrences, found.forms) == (0, ())
