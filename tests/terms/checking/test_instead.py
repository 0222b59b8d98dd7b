"""What stands in a term's place comes first: no neighbour, pronoun or doubtful bead excuses it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from align.datatypes import Concept, Finding, Term, TranslationUnit
from align.terms.checking import CheckOptions, check_units
from align.terms.designations import is_short_form
from align.terms.termbase import Termbase

ONLY_TERMS = CheckOptions(
    names=False, numbers=False, omissions=False, negations=False, consistency=False
)
Pair = tuple[str, str]


def _siblings() -> list[tuple[Pair, Pair]]:
    path = Path(__file__).parent / "cases" / "siblings.tsv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    pairs = [((row[0], row[1]), (row[2], row[3])) for row in rows]
    return pairs + [(other, one) for one, other in pairs]


SIBLINGS = _siblings()
IDS = [f"{one[1]} as {other[1]}" for one, other in SIBLINGS]


def _termbase(*pairs: Pair) -> Termbase:
    return Termbase(
        Concept(f"c{n}", (Term(zh, "zh"), Term(en, "en"))) for n, (zh, en) in enumerate(pairs)
    )


def _unit(zh: str, en: str, *, to_chinese: bool, confidence: float = 0.99) -> TranslationUnit:
    sides = (en, zh, "en-US", "zh-CN") if to_chinese else (zh, en, "zh-CN", "en-US")
    return TranslationUnit(*sides, confidence=confidence, paragraph="1")


def _of_first(units: list[TranslationUnit], termbase: Termbase) -> list[Finding]:
    found = check_units(units, termbase, options=ONLY_TERMS)
    return [one for one in found if one.unit == 0 and one.rule.startswith("term-")]


def _severity(english: str) -> str:
    return "error" if any(char.isupper() for char in english) else "warning"


@pytest.mark.parametrize("to_chinese", [False, True], ids=["to English", "to Chinese"])
@pytest.mark.parametrize(("right", "wrong"), SIBLINGS, ids=IDS)
def test_a_neighbour_excuses_no_other_name(right: Pair, wrong: Pair, to_chinese: bool) -> None:
    units = [
        _unit(f"会议讨论了{right[0]}的工作。", f"It discussed {wrong[1]}.", to_chinese=to_chinese)
        if not to_chinese
        else _unit(f"会议讨论了{wrong[0]}的工作。", f"It discussed {right[1]}.", to_chinese=True),
        _unit(f"随后谈到{right[0]}。", f"Then came {right[1]}.", to_chinese=to_chinese),
        _unit("随后散会。", f"Then {right[1]} rose.", to_chinese=False)
        if not to_chinese
        else _unit(f"随后{right[0]}散会。", "Then it rose.", to_chinese=True),
    ]
    (one,) = _of_first(units, _termbase(right, wrong))
    assert (one.rule, one.verdict) == ("term-missing", "wrong-term")
    assert one.severity == _severity(right[1])
    assert one.found == (wrong[0] if to_chinese else wrong[1])


@pytest.mark.parametrize(("right", "wrong"), SIBLINGS, ids=IDS)
def test_a_doubtful_bead_or_a_pronoun_excuses_no_other_name(right: Pair, wrong: Pair) -> None:
    termbase = _termbase(right, wrong)
    before = _unit(f"先谈到{right[0]}。", f"First came {right[1]}.", to_chinese=False)
    unit = _unit(
        f"然后讨论{right[0]}。",
        f"They then discussed {wrong[1]}.",
        to_chinese=False,
        confidence=0.2,
    )
    found = check_units([before, unit], termbase, options=ONLY_TERMS)
    assert [(one.unit, one.verdict) for one in found if one.rule == "term-missing"] == [
        (1, "wrong-term")
    ]


@pytest.mark.parametrize(
    ("zh", "en", "wrong"),
    [
        ("以行动促维和（A4P）", "Action for Peacekeeping (A4P+)", "A4P+"),
        ("以行动促维和+（A4P+）", "Action for Peacekeeping Plus (A4P)", "A4P"),
        ("以行动促维和（A4P）", "Action for Peacekeeping Plus (A4P)", "Action for Peacekeeping Plus"),
        ("以行动促维和", "Action for Peacekeeping, or A4P Plus,", "A4P Plus"),
        ("联合国开发计划署", "United Nations Development Programme (UNEP)", "UNEP"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("to_chinese", [False, True], ids=["to English", "to Chinese"])
def test_an_abbreviation_beside_the_name_must_be_its_own(
    zh: str, en: str, wrong: str, to_chinese: bool
) -> None:
    concepts = [
        ("以行动促维和", "Action for Peacekeeping", "A4P"),
        ("以行动促维和+", "Action for Peacekeeping Plus", "A4P+"),
        ("联合国开发计划署", "United Nations Development Programme", "UNDP"),
        ("联合国环境规划署", "United Nations Environment Programme", "UNEP"),
    ]
    termbase = Termbase(
        Concept(f"c{n}", (Term(a, "zh"), Term(b, "en"), Term(c, "en", "admitted")))
        for n, (a, b, c) in enumerate(concepts)
    )
    unit = _unit(f"会议讨论了{zh}。", f"It discussed {en} today.", to_chinese=to_chinese)
    found = check_units([unit], termbase, options=ONLY_TERMS)
    assert [one.severity for one in found if one.severity == "error"]
    if not to_chinese:
        assert wrong in [one.found for one in found]


def test_a_neighbour_explains_what_has_nothing_in_its_place() -> None:
    termbase = _termbase(("安全理事会", "Security Council"))
    units = [
        _unit("会议上安全理事会通过决议，", "At the meeting,", to_chinese=False),
        _unit("并散会。", "the Security Council adopted it and rose.", to_chinese=False),
    ]
    (one,) = check_units(units, termbase, options=ONLY_TERMS)
    assert (one.severity, one.verdict) == ("info", "in-neighbour")


def test_the_full_name_of_what_was_named_before_is_no_other_name() -> None:
    termbase = _termbase(("特别委员会", "Special Committee"), ("委员会", "Committee"))
    units = [
        _unit("特别委员会开会。", "The Special Committee met.", to_chinese=False),
        _unit("委员会休会。", "The Special Committee rose.", to_chinese=False),
    ]
    found = check_units(units, termbase, options=ONLY_TERMS)
    assert [one for one in found if one.severity != "info"] == []


@pytest.mark.parametrize(
    ("short", "full", "expected"),
    [
        ("Committee", "Special Committee", True),
        ("Special Representative", "Deputy Special Representative", False),
        ("Chair", "Vice-Chair", False),
        ("委员会", "特别委员会", True),
        ("秘书长", "副秘书长", False),
        ("Council", "Security Court", False),
    ],
)
def test_a_short_form_keeps_the_rank(short: str, full: str, expected: bool) -> None:
    assert is_short_form(short, full) is expected
