"""A4P is never taken for A4P+, nor A4P+ for A4P, however either is written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.datatypes import TranslationUnit
from align.language.folding import fold
from align.terms.checking import CheckOptions, check_units
from align.terms.matcher import Matcher
from align.terms.searched_text import searched_text
from align.terms.termbase import load_termbase

CASES = Path(__file__).parent / "cases"
TERMBASE = load_termbase(CASES / "terms.tsv")
ONLY_TERMS = CheckOptions(
    surface=False,  # forms with two blanks are among those tried
    names=False,
    numbers=False,
    omissions=False,
    negations=False,
    consistency=False,
    neighbours=0,
)

# Sentences with the name in their midst, before a noun, and at their end.
FRAMES = (
    ("会员国支持{}。", "The membership supported {}."),
    ("会员国支持{}，并要求提出报告。", "The membership supported {}, and asked for a report."),
    ("{}倡议取得进展", "There was progress on the initiative {}"),
)


def forms(side: str, plus: str) -> list[str]:
    with (CASES / "plus.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    escapes = {"\\n": "\n", "\\u200b": "\u200b"}
    found = []
    for row in rows:
        if (row["side"], row["plus"]) == (side, plus):
            form = row["form"]
            for written_, meant in escapes.items():
                form = form.replace(written_, meant)
            found.append(form)
    return found


ZH = [(form, plus) for plus in ("no", "yes") for form in forms("zh", plus)]
EN = [(form, plus) for plus in ("no", "yes") for form in forms("en", plus)]


def verdicts(pairs: list[tuple[str, str]], *, reverse: bool = False) -> list[set[tuple[str, str]]]:
    """(rule, severity) of the findings on each pair of forms in each frame, as one set a pair."""
    units = [
        (zh_frame.format(zh), en_frame.format(en))
        for zh, en in pairs
        for zh_frame, en_frame in FRAMES
    ]
    found: list[set[tuple[str, str]]] = [set() for _ in units]
    texts = [
        TranslationUnit(en, zh, "en-US", "zh-CN") if reverse else TranslationUnit(zh, en)
        for zh, en in units
    ]
    for one in check_units(texts, TERMBASE, options=ONLY_TERMS):
        if one.source != "会员国":
            assert one.unit is not None
            found[one.unit].add((one.rule, one.severity))
    return found


MISSING = {("term-missing", "error")}


@pytest.mark.parametrize(("zh", "plus"), ZH)
def test_the_same_initiative_is_no_finding_and_the_other_is_an_error(zh: str, plus: str) -> None:
    found = verdicts([(zh, en) for en, _ in EN])
    wanted = [set() if other == plus else MISSING for _, other in EN for _ in FRAMES]
    assert found == wanted


def test_from_english_too() -> None:
    # In a Chinese translation the name is to be Chinese.
    chinese = [(zh, plus) for zh, plus in ZH if "a4p" not in fold(zh)]
    for en, plus in EN:
        found = verdicts([(zh, en) for zh, _ in chinese], reverse=True)
        wanted = [set() if other == plus else MISSING for _, other in chinese for _ in FRAMES]
        assert found == wanted, en


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "peacekeeping operations plus training", ["peacekeeping operations"]),
        ("en", "Peacekeeping operations + training", ["peacekeeping operations"]),
        ("en", "ASEAN Plus Three", ["ASEAN"]),
        ("en", "ASEAN Plus", []),
        ("en", "A4P, plus A4P+", ["A4P", "A4P+"]),
        ("en", "A4P/A4P+", ["A4P", "A4P+"]),
        ("en", "(A4P)+ and 5 + 3", ["A4P"]),
        ("zh", "以行动促维和 + 培训", ["以行动促维和+"]),
        ("en", "A4P + training", ["A4P+"]),  # a PDF's superscript more likely than a sum
        ("zh", "以行动促维和加强版", []),
        ("zh", "以行动促维和和以行动促维和+", ["以行动促维和", "以行动促维和+"]),
        ("zh", "以行动　　促维和", []),
        ("zh", "a4p", []),
    ],
)
def test_a_plus_that_belongs_to_nothing(lang: str, text: str, expected: list[str]) -> None:
    terms = {
        "en": ["A4P", "A4P+", "peacekeeping operations", "ASEAN"],
        "zh": ["以行动促维和", "以行动促维和+", "A4P"],
    }[lang]
    assert [terms[one.pattern] for one in Matcher(terms, lang).find(text)] == expected


def test_spans_are_those_of_the_text_as_it_was() -> None:
    text = "the “Action  for\nPeacekeeping” +, that is A4P\n⁺"
    found = Matcher(["Action for Peacekeeping Plus", "A4P+"], "en").find(text)
    assert [text[one.start : one.end] for one in found] == [
        "Action  for\nPeacekeeping” +",
        "A4P\n⁺",
    ]


@given(
    st.text(alphabet="aé维和 \n\u3000\u200b+⁺\"”plus'", max_size=20), st.sampled_from(["zh", "en"])
)
def test_only_spaces_quotes_and_what_is_unseen_go(text: str, lang: str) -> None:
    form = searched_text(text, lang)
    assert len(form.plain) == len(form.folded) == len(form.places)
    assert form.plain == "".join(text[at] for at in form.places)
    gone = set(range(len(text))) - set(form.places)
    assert {text[at] for at in gone} <= set(" \n\u3000\u200b\"”'")
    again = searched_text(form.plain, lang)
    assert len(again.plain) <= len(form.plain)
