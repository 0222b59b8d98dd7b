"""A finding in the reader's language: what is wrong, and the name of the rule that says so."""

from __future__ import annotations

from align.datatypes import Finding
from align.report.strings import Language
from align.terms.rules import catalogue


def message_in(finding: Finding, ui: Language) -> str:
    """The finding's message in a language; in English where it has none in Chinese."""
    return (finding.message_zh if ui == "zh" else None) or finding.message


def rule_name(rule: str, ui: Language) -> str:
    """A rule's name for people: that of the catalogue, else its id with spaces.

    >>> rule_name("omission", "en"), rule_name("omission", "zh"), rule_name("no-such-rule", "zh")
    ('Something is left out', '漏译', 'no such rule')
    """
    known = catalogue().get(rule)
    if known is None:
        return rule.replace("-", " ")
    return known.name.zh if ui == "zh" else known.name.en
