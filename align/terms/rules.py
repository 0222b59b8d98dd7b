"""The catalogue of the check's rules, and the one way to make a finding of them.

``data/rules.toml`` holds for each rule its severity, what it is about and an example, in English
and Chinese, and for each verdict (what happened) a message in both; and the reasons that may explain
a finding away (a neighbouring unit has it). Pages, SARIF and the documentation read the same.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from align.datatypes import Finding, Severity, TranslationUnit
from align.language.tags import is_chinese

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in the two languages that people are told things in."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happened to the thing that a rule is about, and how it is said.

    `message` may hold ``{source}``, ``{expected}`` (the first), ``{found}`` and values of its own.
    """

    id: str
    severity: Severity
    message: Texts


@dataclass(frozen=True, slots=True)
class Example:
    """A source, a translation that the rule finds wrong, and one that it does not."""

    source: str
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of mistake: its id, its usual severity, its name and description, and its verdicts."""

    id: str
    severity: Severity
    name: Texts
    description: Texts
    example: Example
    verdicts: Mapping[str, Verdict]


@cache
def catalogue() -> Mapping[str, Rule]:
    """Every rule of the check by its id, in the order of the file."""
    return {id: _rule(id, entry) for id, entry in _data()["rules"].items()}


@cache
def reasons() -> Mapping[str, Verdict]:
    """What may explain a finding away, by its id; the messages are said after the finding's."""
    return {id: _verdict(id, entry, "info") for id, entry in _data()["reasons"].items()}


@cache
def _data() -> dict[str, dict[str, Any]]:
    text = (files("align.terms") / "data" / "rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _verdict(id: str, entry: dict[str, Any], severity: Severity) -> Verdict:
    return Verdict(id, entry.get("severity", severity), Texts(entry["en"], entry["zh"]))


def _rule(id: str, entry: dict[str, Any]) -> Rule:
    severity: Severity = entry["severity"]
    verdicts = {name: _verdict(name, said, severity) for name, said in entry["verdicts"].items()}
    return Rule(
        id,
        severity,
        Texts(**entry["name"]),
        Texts(**entry["description"]),
        Example(**entry["example"]),
        verdicts,
    )


def finding(
    rule: str,
    verdict: str,
    place: int,
    unit: TranslationUnit,
    *,
    source: str | None = None,
    expected: tuple[str, ...] = (),
    found: str | None = None,
    source_spans: tuple[Span, ...] = (),
    target_spans: tuple[Span, ...] = (),
    severity: Severity | None = None,
    probability: float | None = None,
    reading: str = "",
    values: Mapping[str, str] | None = None,
) -> Finding:
    """A finding of the catalogue about `unit`, the unit at `place` of those that are checked.

    `severity` is the verdict's unless it is given; `probability` is that of a mistake, in [0, 1].
    `reading` is what the source's words mean, where they do not show it; `values` fill what else
    the verdict's message names. Raises KeyError for a rule, a verdict or
    a value that the catalogue does not have.
    """
    said = catalogue()[rule].verdicts[verdict]
    fields = {
        "source": source or "",
        "found": found or "",
        "expected": expected[0] if expected else "",
        "reading": f" ({reading})" if reading else "",
        **(values or {}),
    }
    in_chinese = {**fields, "reading": f"（{reading}）" if reading else ""}
    return Finding(
        rule,
        severity or said.severity,
        said.message.en.format_map(fields),
        message_zh=said.message.zh.format_map(in_chinese),
        tuid=unit.id or None,
        unit=place,
        paragraph=unit.paragraph,
        source=source,
        expected=expected,
        found=found,
        verdict=verdict,
        source_spans=source_spans,
        target_spans=target_spans,
        probability=probability,
    )


def in_language(findings: Iterable[Finding], lang: str) -> list[Finding]:
    """The findings with their messages in a language: Chinese where there is one, else English."""
    if not is_chinese(lang):
        return list(findings)
    return [replace(one, message=one.message_zh or one.message) for one in findings]


def explained(finding: Finding, reason: str, severity: Severity | None = None) -> Finding:
    """`finding` with a reason of the catalogue for its verdict, and what it says after the message.

    `severity` is the reason's unless it is given.
    """
    why = reasons()[reason]
    return replace(
        finding,
        severity=severity or why.severity,
        verdict=reason,
        message=finding.message + why.message.en,
        message_zh=(finding.message_zh or finding.message) + why.message.zh,
    )
