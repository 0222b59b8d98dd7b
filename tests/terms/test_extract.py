"""Extraction with the embedded model: whole names on both sides, and a plus sign that stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.pipeline import align_files
from align.terms.extract import ExtractOptions, extract_terms
from align.terms.wordalign import WordAligner

CORPORA = Path(__file__).parent.parent.parent / "corpora"


@pytest.fixture(scope="module")
def encoder() -> TokenEncoder:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    return encoder


def extracted(encoder: TokenEncoder, name: str) -> list[tuple[str, str]]:
    folder = CORPORA / name
    units = list(align_files(folder / "zh.txt", folder / "en.txt", encoder=encoder).units)
    found = extract_terms(units, WordAligner(encoder, units), options=ExtractOptions())
    return [(one.source, one.target) for one in found]


@pytest.mark.parametrize(
    "name",
    [
        "press-release",
        "resolution",
        "summary-record",
    ],
)
def test_the_plan_and_its_successor_are_two_things(encoder: TokenEncoder, name: str) -> None:
    found = dict(extracted(encoder, name))
    assert found["以行动促维和"] == "Action for Peacekeeping"
    assert found["以行动促维和+"] in ("Action for Peacekeeping Plus", "A4P+")


def test_names_that_segmentation_cuts_are_whole(encoder: TokenEncoder) -> None:
    found = dict(extracted(encoder, "summary-record"))
    assert found["最不发达国家集团"] == "Group of Least Developed Countries"
    assert "发达国家集团" not in found
    assert found["二十国集团"] == "Group of 20"
    assert found["联合国开发计划署"] == "United Nations Development Programme"
    assert found["开发署"] == "UNDP"


def test_a_verb_that_opens_a_sentence_is_no_name(encoder: TokenEncoder) -> None:
    found = extracted(encoder, "resolution")
    assert not [pair for pair in found if pair[1].startswith(("Encourages", "Urges", "Requests"))]


def test_a_title_keeps_its_first_word(encoder: TokenEncoder) -> None:
    zh = "李女士(主管政治事务副秘书长)谈到候选人名册。"
    en = "Ms. Li (Under-Secretary-General for Political Affairs) spoke of the roster of candidates."
    unit = TranslationUnit(zh, en)
    found = extract_terms([unit], WordAligner(encoder, [unit]))
    title = "Under-Secretary-General for Political Affairs"
    assert [one.source for one in found if one.target == title] == ["主管政治事务副秘书长"]
