"""What a termbase's cells and capitals mean: designations, conventions, prescription."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from align.datatypes import Concept, Finding, Term, TranslationUnit
from align.terms.capitals import convention_of, uncased
from align.terms.checking import CheckOptions, check_units
from align.terms.designations import designations
from align.terms.entries import entries_of
from align.terms.termbase import Termbase

ONLY_TERMS = CheckOptions(
    names=False, numbers=False, omissions=False, negations=False, consistency=False
)


@pytest.mark.parametrize(
    ("cell", "lang", "texts", "qualifier"),
    [
        ("session/meeting", "en", ("session/meeting", "session", "meeting"), ""),
        ("comptroller; controller", "en", ("comptroller", "controller"), ""),
        ("Rapporteur (of a committee)", "en", ("Rapporteur",), "of a committee"),
        ("Chair (Chairperson)", "en", ("Chair", "Chairperson"), ""),
        ("World Food Programme (WFP)", "en", ("World Food Programme", "WFP"), ""),
        ("WFP (World Food Programme)", "en", ("WFP", "World Food Programme"), ""),
        ("panels (courts)", "en", ("panels",), "courts"),
        ("HIV/AIDS", "en", ("HIV/AIDS",), ""),
        ("km/h", "en", ("km/h",), ""),
        ("and/or", "en", ("and/or",), ""),
        ("to ratify", "en", ("ratify",), ""),
        ("the Organization", "en", ("the Organization",), ""),
        ("the General Assembly", "en", ("General Assembly",), ""),
        ("focal point(s)", "en", ("focal point", "focal points"), ""),
        ("(re)insurance", "en", ("insurance", "reinsurance"), ""),
        ("troop/police contributors", "en", ("troop/police contributors", "troop contributors", "police contributors"), ""),
        ("理事会（欧洲联盟）", "zh", ("理事会",), "欧洲联盟"),
        ("安全理事会（安理会）", "zh", ("安全理事会", "安理会"), ""),
        ("审计长；主计长", "zh", ("审计长", "主计长"), ""),
        ("peace operations", "en", ("peace operations",), ""),
        ("“蓝盔”", "zh", ("蓝盔",), ""),
        ("《海洋法公约》", "zh", ("海洋法公约",), ""),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_a_cell_names_each_of_its_designations(
    cell: str, lang: str, texts: tuple[str, ...], qualifier: str
) -> None:
    read = designations(cell, lang)
    assert (read.texts, read.qualifier) == (texts, qualifier)


@pytest.mark.parametrize(
    ("terms", "convention"),
    [
        (["Security Council", "peace operations", "A4P"], "as written"),
        (["SECURITY COUNCIL", "PEACE OPERATIONS", "FLOODS"], "capitals"),
        (["Peace operations", "Water supply", "Security Council", "Floods"] * 5, "head"),
        (["Peace Operations", "Water Supply", "Role of Women", "Floods"] * 5, "every word"),
        (["Security Council", "Board of Auditors"], "as written"),
        (["UNDP", "WHO", "A4P+"], "as written"),
        ([], "as written"),
    ],
    ids=["names by capitals", "capitals", "head", "every word", "a few names", "acronyms", "empty"],
)
def test_the_whole_file_tells_what_capitals_mean(terms: list[str], convention: str) -> None:
    assert convention_of(terms) == convention


@pytest.mark.parametrize(
    ("term", "expected"),
    [("PEACE OPERATIONS", "peace operations"), ("UNDP", "UNDP"), ("A4P+", "A4P+")],
)
def test_acronyms_keep_their_capitals_where_all_have_them(term: str, expected: str) -> None:
    assert uncased(term, "capitals") == expected


THESAURUS = [
    ("安全理事会", "security council"),
    ("供水", "water supply"),
    ("洪水", "floods"),
    ("学校", "schools"),
    ("贸易政策", "trade policy"),
]
UNITS = [
    TranslationUnit("安全理事会谈到供水。", "Today the Security Council turned to water supply."),
    TranslationUnit("洪水之后学校停课。", "After the floods, schools closed."),
    TranslationUnit("贸易政策未变。", "The trade policy was the same."),
    TranslationUnit("后来安全理事会散会。", "Later the Safety Board rose."),
    TranslationUnit("后来学校又开学。", "Later the academies opened again."),
]


def _found(entries: Sequence[tuple[str, str]], units: Sequence[TranslationUnit]) -> list[Finding]:
    termbase = Termbase(
        Concept(f"c{n}", (Term(zh, "zh"), Term(en, "en"))) for n, (zh, en) in enumerate(entries)
    )
    return check_units(units, termbase, options=ONLY_TERMS)


@pytest.mark.parametrize(
    "case",
    [str.upper, str.title, lambda text: text[0].upper() + text[1:]],
    ids=["capitals", "capital at every word", "capital at the head"],
)
def test_in_a_list_of_capitals_the_text_says_what_is_a_name(case: type[str]) -> None:
    more = [(f"词语{n}", f"entry number {'abcdefghijklmnopqrst'[n]}") for n in range(20)]
    found = _found([(zh, case(en)) for zh, en in THESAURUS + more], UNITS)
    assert [(one.unit, one.source, one.severity) for one in found] == [
        (3, "安全理事会", "error"),
        (4, "学校", "warning"),
    ]


def test_a_thesaurus_that_a_text_does_not_follow_describes_and_gives_notes() -> None:
    words = [f"词语{chr(0x4E00 + n)}" for n in range(1200)]
    entries = [(word, f"entry{n} word") for n, word in enumerate(words)]
    units = [
        TranslationUnit(f"{word}。", f"Entry{n} word." if n % 2 else "Something else.")
        for n, word in enumerate(words[:60])
    ]
    assert {one.severity for one in _found(entries, units)} == {"info"}
    assert {one.severity for one in _found(entries[:900], units)} == {"warning"}  # too few entries
    # The same termbase with one forbidden rendering prescribes.
    concepts = [Concept("x", (Term("甲乙丙", "zh"), Term("old", "en", "deprecated")))]
    concepts += [Concept(w, (Term(w, "zh"), Term(e, "en"))) for w, e in entries]
    found = check_units(units, Termbase(concepts), options=ONLY_TERMS)
    assert {one.severity for one in found} == {"warning"}


def test_an_entry_may_say_that_it_only_describes() -> None:
    terms = (Term("供水", "zh"), Term("water supply", "en"))
    unit = TranslationUnit("供水中断。", "The taps ran dry.")
    severities = [
        [one.severity for one in check_units([unit], Termbase([Concept("c", terms, usage=usage)]), options=ONLY_TERMS)]
        for usage in ("prescriptive", "descriptive", None)
    ]  # fmt: skip
    assert severities == [["warning"], ["info"], ["warning"]]


def test_a_qualifier_narrows_an_entry_to_one_sense() -> None:
    concepts = [Concept("c", (Term("小组", "zh"), Term("panels (courts)", "en")))]
    assert entries_of(concepts).descriptive == {0}
    unit = TranslationUnit("小组开会。", "The group met.")
    assert [
        one.severity for one in check_units([unit], Termbase(concepts), options=ONLY_TERMS)
    ] == ["info"]


def test_an_example_marks_each_place_once() -> None:
    from align.terms.lookup import _apart

    assert _apart([(5, 9), (0, 4), (3, 6), (12, 14)]) == ((0, 4), (5, 9), (12, 14))
