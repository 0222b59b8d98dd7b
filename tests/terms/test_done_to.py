"""Who does it and to whom it is done: 请求方 and 被请求方 are two parties, and never answer for each other."""

from __future__ import annotations

import pytest

from align.datatypes import Concept, Term, TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.language.words import is_done_to
from align.terms.checking import CheckOptions, check_units
from align.terms.following.model import Follower, Question
from align.terms.renderings import find_terms
from align.terms.termbase import Termbase


@pytest.fixture(scope="module")
def encoder() -> TokenEncoder:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    return encoder


@pytest.mark.parametrize(
    ("text", "span", "done_to"),
    [
        ("被监管方应当配合。", "监管方", True),
        ("港务局通知了被监管方。", "监管方", True),
        ("监管方应向被监管方提供副本。", "监管方", True),
        ("应尊重被监管方的意见。", "监管方", True),
        ("所有被扣留者均应登记。", "扣留者", True),
        ("被占领土的灯塔", "占领土", True),
        ("决定已被监管方接受。", "监管方", False),
        ("方案被监管方驳回。", "监管方", False),
        ("船员被警方带走。", "警方", False),
        ("被联合国批准的方案", "联合国", False),
        ("法案被通过。", "通过", False),
        ("监管方应当配合。", "监管方", False),
        ("被监", "监", False),
    ],
)
def test_names_of_those_to_whom_something_is_done(text: str, span: str, done_to: bool) -> None:
    at = text.rindex(span)
    assert is_done_to(text, at, at + len(span)) is done_to


@pytest.mark.parametrize(
    ("english", "phrase", "chinese", "answer"),
    [
        ("The supervised party shall cooperate.", "supervised party", "被监管方应当配合。", "被监管方"),
        ("All detainees shall be registered.", "detainees", "所有被扣留者均应登记。", "被扣留者"),
        ("The nominee declined.", "nominee", "被提名人谢绝了。", "被提名人"),
        ("It was filed by the applicant.", "applicant", "该诉讼由申请人提起。", "申请人"),
        ("It was accepted by the applicant.", "applicant", "被申请人接受。", "申请人"),
    ],
)  # fmt: skip
def test_answers_hold_the_whole_name(
    english: str, phrase: str, chinese: str, answer: str, encoder: TokenEncoder
) -> None:
    at = english.index(phrase)
    question = Question(english, chinese, (at, at + len(phrase)))
    best = max(Follower(encoder).answers([question], "zh")[0].runs, key=lambda r: r.probability)
    assert chinese[best.start : best.end] == answer


def test_a_term_does_not_occur_in_the_name_of_the_other_party() -> None:
    units = [
        TranslationUnit("被监管方应当配合。", "The supervised party shall cooperate."),
        TranslationUnit("监管方应当告知被监管方。", "The supervisor shall inform the supervised party."),
    ]  # fmt: skip
    assert find_terms(["监管方"], units)["监管方"] == [(1, (0, 3))]


def test_the_check_asks_for_no_rendering_of_the_other_party(encoder: TokenEncoder) -> None:
    concept = Concept("1", (Term("监管方", "zh"), Term("supervisor", "en")))
    unit = TranslationUnit("被监管方应当配合。", "The supervised party shall cooperate.")
    options = CheckOptions(consistency=False)
    assert check_units([unit], Termbase([concept]), encoder=encoder, options=options) == []
    wrong = TranslationUnit("监管方应当配合。", "The inspector shall cooperate.")
    found = check_units([wrong], Termbase([concept]), encoder=encoder, options=options)
    assert [one.rule for one in found] == ["term-missing"]
