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


# Chinese, English, and whether the title or phrase in quotation marks is another one.
QUOTED = (
    (
        "工作组通过了题为《跨界河流的联合管理》的文件。",
        "The working group adopted the document entitled “Financing of rural schools”.",
        True,
    ),
    (
        "讨论会的主题是“城市的未来”。",
        "The theme of the seminar was “The rights of the child”.",
        True,
    ),
    (
        "她的第二部小说《冬天的车站》去年获奖。",
        "Her second novel, “The House on the Hill”, won a prize last year.",
        True,
    ),
    (
        "大会在题为“人人享有体面工作”的项目下审议了报告。",
        "Under the item entitled “Culture of peace”, the Assembly considered the report.",
        True,
    ),
    ("讨论会的主题是“城市的未来”。", "The theme of the seminar was “The future of cities”.", False),
    (
        "大会在题为“人人享有体面工作”的项目下审议了报告。",
        "Under the item entitled “Decent work for all”, the Assembly considered the report.",
        False,
    ),
    ("所谓“双轨”办法并未奏效。", "The so-called “two-track” approach had not worked.", False),
    ("研讨会以“留住水源”为口号。", "The seminar took “Keep the water here” as its slogan.", False),
)


@pytest.mark.parametrize("forward", [True, False], ids=["from Chinese", "from English"])
@pytest.mark.parametrize(("zh", "en", "other"), QUOTED, ids=range(len(QUOTED)))
def test_another_title_is_told(
    zh: str, en: str, other: bool, forward: bool, encoder: TokenEncoder
) -> None:
    unit = (
        TranslationUnit(zh, en)
        if forward
        else TranslationUnit(en, zh, source_lang="en", target_lang="zh-CN")
    )
    told = [one.rule for one in check_facts([unit], encoder=encoder)]
    assert bool({"omission", "addition"}.intersection(told)) == other
