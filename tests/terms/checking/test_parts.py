"""Items, clauses and names without a counterpart, in texts that no weight was trained on."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.language.languages import CHINESE, ENGLISH
from align.terms.checking.facts import check_facts
from align.terms.checking.parts import answered, parts

CASES = Path(__file__).parent / "cases" / "parts.tsv"


def cases() -> list[tuple[str, str, str, str]]:
    """What happened ("" for nothing), Chinese, English, and the words of which it is told."""
    rows = [line.split("\t") for line in CASES.read_text("utf-8").splitlines()]
    return [(row[0], row[1], row[2], row[3] if len(row) > 3 else "") for row in rows]


ALL = cases()


@pytest.fixture(scope="module")
def encoder() -> TokenEncoder:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    return encoder


@pytest.mark.parametrize(
    ("kind", "zh", "en", "words"),
    ALL,
    ids=[f"{i}-{row[0] or 'right'}" for i, row in enumerate(ALL)],
)
def test_case(kind: str, zh: str, en: str, words: str, encoder: TokenEncoder) -> None:
    unit = TranslationUnit(zh, en)
    found = [
        one
        for one in check_facts([unit], encoder=encoder)
        if one.rule in ("omission", "addition") and one.severity != "info"
    ]
    assert {one.rule for one in found} == ({kind} if kind else set())
    assert not words or any(words in (one.source or one.found or "") for one in found)


def test_items_of_a_list(encoder: TokenEncoder) -> None:
    ((zh, en),) = answered(
        [("代表团讨论了贸易、能源和教育。", "Trade, energy and education.")],
        encoder,
        [(CHINESE, ENGLISH)],
    )
    items = [zh.text[p.start : p.end] for p in parts(zh) if p.kind == "item"]
    assert items[1:] == ["能源", "教育"]
    assert [en.text[p.start : p.end] for p in parts(en) if p.kind == "item"] == [
        "Trade", "energy", "education",
    ]  # fmt: skip
    assert all(
        float(zh.values[p.places[0]]) > 0.5 for p in parts(zh) if zh.text[p.start : p.end] == "能源"
    )
