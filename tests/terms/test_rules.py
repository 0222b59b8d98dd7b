"""The catalogue: every rule complete in both languages, every finding made from it."""

from __future__ import annotations

import re
import string

import pytest

from align.datatypes import TranslationUnit
from align.terms.rules import Texts, Verdict, catalogue, explained, finding, reasons

UNIT = TranslationUnit("安全理事会开会。", "It met.", id="u3", paragraph="7")
HAN = re.compile(r"[一-鿿]")
FIELDS = {"other", "source", "expected", "found", "reading", "text", "confidence", "meant"}


def _texts() -> list[tuple[str, Texts]]:
    said: list[tuple[str, Texts]] = []
    for rule in catalogue().values():
        said += [(f"{rule.id} name", rule.name), (f"{rule.id} description", rule.description)]
    return said


def _verdicts() -> list[tuple[str, Verdict]]:
    return [
        (f"{rule.id} {verdict.id}", verdict)
        for rule in catalogue().values()
        for verdict in rule.verdicts.values()
    ]


@pytest.mark.parametrize(("id", "texts"), _texts(), ids=[id for id, _ in _texts()])
def test_a_rule_is_described_in_both_languages(id: str, texts: Texts) -> None:
    assert texts.en.strip()
    assert not HAN.search(texts.en)
    assert HAN.search(texts.zh)


@pytest.mark.parametrize(("id", "verdict"), _verdicts(), ids=[id for id, _ in _verdicts()])
def test_both_messages_of_a_verdict_name_the_same_values(id: str, verdict: Verdict) -> None:
    named = [
        {field for _, field, _, _ in string.Formatter().parse(text) if field}
        for text in (verdict.message.en, verdict.message.zh)
    ]
    assert named[0] == named[1]
    assert named[0] <= FIELDS
    assert HAN.search(verdict.message.zh)


@pytest.mark.parametrize("id", sorted(catalogue()))
def test_a_rules_example_shows_a_wrong_and_a_right_translation(id: str) -> None:
    example = catalogue()[id].example
    assert HAN.search(example.source)
    assert example.wrong != example.right


def test_a_finding_is_said_in_both_languages() -> None:
    one = finding(
        "term-missing",
        "wrong-term",
        3,
        UNIT,
        source="安全理事会",
        expected=("Security Council", "SC"),
        found="It",
        probability=0.9,
    )
    assert one.message == "“安全理事会” should be “Security Council”, not “It”"
    assert one.message_zh == "“安全理事会”应译为“Security Council”，而不是“It”"
    assert (one.severity, one.tuid, one.unit, one.paragraph) == ("warning", "u3", 3, "7")
    assert one.probability == 0.9


def test_a_reason_follows_the_message_and_takes_the_verdicts_place() -> None:
    one = finding("number-mismatch", "added", 0, UNIT, found="12")
    other = explained(one, "in-neighbour")
    assert (other.severity, other.verdict) == ("info", "in-neighbour")
    assert (
        other.message
        == "“12” is in the translation, but not in the source; it is in a neighbouring unit"
    )
    assert other.message_zh == "译文有“12”，原文没有；在相邻单元中"
    assert explained(one, "misaligned", "info").severity == "info"
    assert set(reasons()) >= {"in-neighbour", "elided", "misaligned", "omission", "addition"}


def test_what_the_catalogue_lacks_cannot_be_found() -> None:
    with pytest.raises(KeyError):
        finding("no-such-rule", "added", 0, UNIT)
    with pytest.raises(KeyError):
        finding("omission", "omission", 0, UNIT)  # its message names a text
