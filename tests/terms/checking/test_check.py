"""The check: a file of cases, each with everything that must be found and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from align.datatypes import Concept, Finding, Term, TranslationUnit
from align.embedding.load import load_encoder
from align.terms.checking import CheckOptions, at_least, check_units, terms
from align.terms.index import TermIndex
from align.terms.termbase import Termbase, load_termbase

CASES = Path(__file__).parent / "cases"
TERMBASE = load_termbase(CASES.parent.parent / "cases" / "terms.tsv")


def cases() -> Iterator[tuple[str, list[TranslationUnit], list[str]]]:
    for block in (CASES / "check.txt").read_text(encoding="utf-8").split("\n== ")[1:]:
        name, *lines = block.rstrip("\n").split("\n")
        units: list[TranslationUnit] = []
        expected: list[str] = []
        for line in filter(None, lines):
            if line.startswith("-> "):
                expected.append(line[3:].strip())
            else:
                units.append(unit(line, len(units)))
        yield name, units, expected


def unit(line: str, place: int) -> TranslationUnit:
    confidence = re.match(r"c=([\d.]+) ", line)
    zh, en = line[confidence.end() if confidence else 0 :].split(" | ")
    value = float(confidence[1]) if confidence else 0.99
    return TranslationUnit(zh.strip(), en.strip(), id=f"u{place}", confidence=value, paragraph="1")


def written(one: Finding) -> str:
    line = f"{one.severity} {one.rule} {one.verdict}: {one.source or ''} > {one.found or ''}"
    return line.strip()


@pytest.mark.parametrize(("name", "units", "expected"), list(cases()), ids=[c[0] for c in cases()])
def test_case(name: str, units: list[TranslationUnit], expected: list[str]) -> None:
    found = [written(one) for one in check_units(units, TERMBASE)]
    assert sorted(found) == sorted(expected)


def test_there_are_cases_of_every_kind() -> None:
    rules = {line.split()[1] for _, _, expected in cases() for line in expected}
    assert rules == {
        "term-missing", "term-forbidden", "term-case", "term-misspelt", "number-mismatch",
        "percentage-mismatch", "symbol-mismatch", "date-mismatch", "time-mismatch", "omission",
        "addition", "country-form", "title-mismatch", "negation-mismatch", "inconsistent",
        "suspected-misalignment", "contradiction",
    }  # fmt: skip


def test_a_finding_says_where() -> None:
    units = [TranslationUnit("甲，安全理事会开会。", "X met.", id="t", paragraph="3")]
    (one,) = check_units(units, TERMBASE)
    assert (one.tuid, one.unit, one.paragraph) == ("t", 0, "3")
    assert one.source_spans == ((2, 7),)
    assert one.expected == ("Security Council",)


def test_an_accepted_term_keeps_its_place() -> None:
    units = [TranslationUnit("会费减少了。", "The dues had fallen.")]
    (one,) = check_units(units, TERMBASE)
    assert one.target_spans == ((4, 8),)
    assert one.expected == ("contributions",)


def test_what_is_switched_off_is_not_looked_for() -> None:
    units = [
        TranslationUnit("9 名王女士在巴基斯坦禁止吸烟。", "Mr. Wang allows ten to smoke in India.")
    ]
    off = CheckOptions(names=False, numbers=False, negations=False, omissions=False)
    assert check_units(units, None, options=off) == []
    assert len(check_units(units, None)) == 4


def test_a_pronoun_far_from_the_name_is_a_warning() -> None:
    far = [TranslationUnit("甲乙丙丁。", "It was so.", paragraph=str(n)) for n in range(5)]
    units = [
        TranslationUnit("安全理事会，", "The Security Council,", paragraph="a"),
        *far,
        TranslationUnit("其中安全理事会认可战略，", "in which it endorsed it,", paragraph="z"),
    ]
    found = [(one.severity, one.verdict, one.unit) for one in check_units(units, TERMBASE)]
    assert found == [("warning", "distant", 6)]
    assert [one.severity for one in check_units(units[1:], TERMBASE)] == ["error"]


@pytest.mark.parametrize(
    ("before", "unit", "severity"),
    [
        (
            ("克里斯坦森先生(丹麦)发言。", "Mr. Christensen (Denmark) took the floor."),
            ("他不明白乌干达代表为何点名提到丹麦。",
             "He failed to understand why the representative of Uganda had singled it out."),
            "info",
        ),
        (
            ("主席召集会员国开会。", "The Chair convened the Member States."),
            ("会员国将主办会议。", "Those States would host the meeting."),
            "info",
        ),
        (
            ("主席召集会员国开会。", "The Chair convened the Member States."),
            ("会员国将主办会议。", "The worker bees would host the meeting."),
            "error",
        ),
    ],
)  # fmt: skip
def test_what_points_at_a_name_before_it(
    before: tuple[str, str], unit: tuple[str, str], severity: str
) -> None:
    units = [TranslationUnit(*before), TranslationUnit(*unit)]
    options = CheckOptions(omissions=False)
    found = check_units(units, TERMBASE, encoder=load_encoder(), options=options)
    assert [(one.rule, one.severity, one.unit) for one in found] == [("term-missing", severity, 1)]


def test_a_short_sentence_that_has_its_place_by_the_lengths_is_no_error() -> None:
    free = TranslationUnit(
        "工程師也在船上。她說，她想從水面上看看第七號橋墩。",
        "Hsu was among them; she wanted, she said, to see pier number seven from the water.",
    )
    cut = replace(free, target="She wanted, she said, to see pier number seven from the water.")
    found = [
        {one.severity for one in check_units([unit], None, encoder=load_encoder())}
        for unit in (free, cut)
    ]
    assert found == [{"warning"}, {"error"}]


def test_english_to_chinese() -> None:
    units = [
        TranslationUnit("The Security Council met.", "安全理事会开会。", "en-US", "zh-CN"),
        TranslationUnit("The Security Council met.", "他们开会。", "en-US", "zh-CN"),
    ]
    rules = [(one.rule, one.unit) for one in check_units(units, TERMBASE)]
    assert ("term-missing", 1) in rules
    assert ("term-missing", 0) not in rules


def test_traditional_chinese_is_read_like_simplified() -> None:
    units = [TranslationUnit("安全理事會開會。", "The Council of Safety met.", "zh-TW")]
    assert [one.rule for one in check_units(units, TERMBASE)] == ["term-missing"]


def test_at_least_counts_only_what_is_not_waived() -> None:
    waived = Finding("r", "error", "m", waived="agreed")
    assert not at_least([waived], "info")
    assert at_least([waived, Finding("r", "warning", "m")], "warning")
    assert not at_least([Finding("r", "warning", "m")], "error")


def test_the_same_units_give_the_same_findings() -> None:
    units = [one for _, some, _ in cases() for one in some]
    assert check_units(units, TERMBASE) == check_units(units, TERMBASE)


def test_an_index_is_kept_unless_the_text_decides_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    class Counted(TermIndex):
        def __init__(self, *args: Any) -> None:
            made.append(args)
            super().__init__(*args)

    def termbase(*words: tuple[str, str]) -> Termbase:
        return Termbase(
            Concept(str(at), (Term(zh, "zh"), Term(en, "en"))) for at, (zh, en) in enumerate(words)
        )

    monkeypatch.setattr(terms, "TermIndex", Counted)
    terms._index.cache_clear()
    units = [TranslationUnit("泵站于五月开放。", "The pumping station opens in May.")]
    plain = termbase(("泵站", "pumping station"))
    assert check_units(units, plain) == check_units(units, plain)
    assert len(made) == 1
    # Where all terms have capitals the text says which are names: two threads would say it at once.
    capitals = termbase(
        ("泵站", "PUMPING STATION"), ("海事法院", "MARITIME COURT"), ("水位", "WATER LEVEL")
    )
    assert check_units(units, capitals) == check_units(units, capitals)
    assert len(made) == 3
    terms._index.cache_clear()
