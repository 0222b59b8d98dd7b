"""Bodies, posts, places and ranks: every form of one is right, and another one's is an error."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from align.datatypes import Concept, Term, TranslationUnit
from align.terms.checking import CheckOptions, check_units
from align.terms.names import family, is_loose, name_concepts, only_answers
from align.terms.termbase import Termbase

with (Path(__file__).parent / "cases" / "bodies.tsv").open(encoding="utf-8") as _file:
    ROWS = list(csv.DictReader(_file, delimiter="\t"))
DIRECTIONS = pytest.mark.parametrize("source", ["zh", "en"])


def unit(zh: str, en: str, source: str) -> TranslationUnit:
    chinese = f"代表们当天下午听取了关于{zh}的情况通报。"
    english = f"That afternoon delegates heard a briefing about the {en}."
    if source == "zh":
        return TranslationUnit(chinese, english, "zh", "en")
    return TranslationUnit(english, chinese, "en", "zh")


def grave(one: TranslationUnit, termbase: Termbase | None = None) -> list[str]:
    found = check_units([one], termbase)
    return [f"{f.rule} {f.severity}" for f in found if f.severity != "info"]


def pair(zh: str, en: str, source: str) -> TranslationUnit:
    ours, theirs = (zh, en) if source == "zh" else (en, zh)
    return TranslationUnit(ours, theirs, source, "en" if source == "zh" else "zh")


def each(units: list[TranslationUnit]) -> list[list[str]]:
    """What is grave in each unit, none being another's neighbour."""
    found: list[list[str]] = [[] for _ in units]
    for one in check_units(units, None, options=CheckOptions(neighbours=0, consistency=False)):
        if one.severity != "info" and one.unit is not None:
            found[one.unit].append(f"{one.rule} {one.severity}")
    return found


@DIRECTIONS
def test_every_form_of_a_body_is_right(source: str) -> None:
    found = each([unit(row["zh"], row["en"], source) for row in ROWS])
    assert {row["zh"]: some for row, some in zip(ROWS, found, strict=True) if some} == {}


def swapped() -> list[tuple[str, str, str, str]]:
    """Each name with the seventh on of its family, in both languages, where that is another."""
    pairs = []
    for wanted in ("body", "place", "rank"):
        rows = [row for row in ROWS if row["family"] == wanted]
        for at, row in enumerate(rows):
            other = rows[(at + 7) % len(rows)]
            if other != row:
                pairs.append((row["zh"], row["en"], other["zh"], other["en"]))
    return pairs


@DIRECTIONS
def test_the_name_of_another_is_an_error(source: str) -> None:
    names = [(zh, oe) if source == "zh" else (oz, en) for zh, en, oz, oe in swapped()]
    found = each([unit(zh, en, source) for zh, en in names])
    missed = [pair for pair, some in zip(names, found, strict=True) if not some]
    assert missed == []


@DIRECTIONS
@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("理事会通过了第2871号决议。", "The Security Council adopted resolution 2871."),
        ("特派团扩大了巡逻。", "The United Nations Mission in South Sudan extended its patrols."),
        ("特别代表抵达。", "The Special Representative of the Secretary-General arrived."),
        ("经费以千美元计。", "Costs are in thousands of United States dollars."),
        ("其中将有两人留下。", "Of these, two will stay."),
        ("西岸站着一个孩子。", "A child stood on the west bank."),
    ],
    ids=["council", "mission", "post", "currency", "no-rank", "no-place"],
)
def test_what_is_no_other_name_is_left_alone(zh: str, en: str, source: str) -> None:
    found = check_units([pair(zh, en, source)], None)
    assert [f for f in found if f.rule.startswith("term-") and f.severity == "error"] == []


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("安理会开会。", "The Safety Council met."),
        ("国际刑事法院开庭。", "The International Penal Court sat."),
        ("副秘书长到会。", "The Secretary-General attended."),
        ("秘书长到会。", "The Under-Secretary-General attended."),
    ],
    ids=["safety-council", "penal-court", "lower", "higher"],
)
def test_the_head_in_a_name_that_is_none_does_not_answer(zh: str, en: str) -> None:
    assert [line for line in grave(pair(zh, en, "zh")) if line.startswith("term-")]


def test_the_termbase_has_the_last_word() -> None:
    terms = (
        Term("开发署", "zh"),
        Term("UN Dev Programme", "en"),
        Term("UNDP", "en", "deprecated"),
    )
    own = Termbase((Concept("1", terms),), [])
    wrong = pair("开发署作了报告。", "UNDP reported.", "zh")
    assert grave(wrong) == []
    assert "term-forbidden error" in grave(wrong, own)
    right = pair("开发署作了报告。", "The UN Dev Programme reported.", "zh")
    assert grave(right, own) == []


def test_the_list_holds_what_it_promises() -> None:
    for concept in name_concepts():
        assert family(concept.id), concept.id
        for lang in ("zh", "en"):
            first = next(concept.in_language(lang))
            if family(concept.id) == "body":
                assert not only_answers(first), concept.id
    sure = [
        (term.lang, term.text, concept.id)
        for concept in name_concepts()
        for term in concept.terms
        if not (is_loose(term) or only_answers(term))
    ]
    assert len(sure) == len(set(sure))


@pytest.mark.parametrize(
    ("en", "zh", "severity"),
    [
        ("The representatives of Kenya and Uganda spoke.", "肯尼亚代表发了言。", "error"),
        ("Kenya, Uganda and Rwanda signed.", "乌干达和卢旺达签了字。", "error"),
        ("The guests came from Uganda or Kenya.", "客人们来自乌干达。", "error"),
        ("In Kenya, he met the delegates.", "他在那里会见了代表。", "warning"),
        ("He lives in Kenya.", "他住在那里。", "warning"),
    ],
)
def test_one_of_several_countries_is_missed(en: str, zh: str, severity: str) -> None:
    assert grave(pair(zh, en, "en")) == [f"term-missing {severity}"]


@pytest.mark.parametrize(
    ("zh", "en", "is_grave"),
    [
        ("本行审计委员会审阅了账目。", "The Bank's Audit Committee reviewed the accounts.", False),
        ("大会主席宣布论坛开幕。", "The President of the Convention opened the forum.", False),
        (
            "该省新闻部发布了公告。",
            "The Ministry of Information of the province issued a notice.",
            False,
        ),
        ("两家金融公司合并了。", "The two financial companies merged.", False),
        ("挪威开发署资助了该项目。", "The Norwegian development agency funded the project.", False),
        ("大会主席宣布会议开幕。", "The Secretary-General opened the meeting.", True),
        ("开发署资助了该项目。", "UNICEF funded the project.", True),
        ("大会主席宣布会议开幕。", "The Chair of the General Assembly opened the meeting.", True),
    ],
)
def test_a_name_that_others_have_too(zh: str, en: str, is_grave: bool) -> None:
    assert bool(grave(pair(zh, en, "zh"))) is is_grave
