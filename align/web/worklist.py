"""The worklist: every row that waits for the reviewer, once, the gravest first.

Two things are told apart: how grave it is what was found in a row, and how sure it is that the two
sides of it belong together. A row stands in the gravest of its groups; a pairing is doubtful below
`REVIEW_BELOW`, the one limit of the tool.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from align.datatypes import REVIEW_BELOW, Finding, Severity
from align.web.edits import Row

Group = Literal["left", "facts", "pairing", "form"]
GROUPS: tuple[Group, ...] = ("left", "facts", "pairing", "form")
_SEVERITIES: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
# What a translation must keep, by the catalogue's rules: its numbers, names and terms.
_FACTS = frozenset(
    (
        "term-missing", "term-confused", "term-forbidden", "term-case", "term-misspelt",
        "country-form", "title-mismatch", "number-mismatch", "percentage-mismatch",
        "date-mismatch", "time-mismatch", "symbol-mismatch", "reference-mismatch",
        "address-mismatch", "placeholder-mismatch", "negation-mismatch", "contradiction",
    )
)  # fmt: skip


LEFT = frozenset(("omission", "addition"))  # the rules about a sentence without a counterpart


@dataclass(frozen=True, slots=True)
class Item:
    """A row that waits: why, how grave, and the finding that says so where there is one."""

    row: Row
    group: Group
    severity: Severity
    finding: Finding | None

    @property
    def key(self) -> tuple[int, int, float, int, int]:
        """Order: group, severity, the more doubtful pairing first, then the order of the text."""
        doubt = self.row.confidence if self.group == "pairing" else None
        return (
            GROUPS.index(self.group),
            _SEVERITIES[self.severity],
            1.0 if doubt is None else doubt,
            self.row.source.start,
            self.row.target.start,
        )


def item_of(row: Row, findings: Iterable[Finding]) -> Item | None:
    """What of a row waits for the reviewer; None where nothing does, or it was decided."""
    if row.state:
        return None
    worst: Item | None = None
    told = False  # whether the checks have said what they think of an empty side
    for finding in findings:
        told = told or finding.rule in LEFT
        if finding.waived or finding.severity == "info":
            continue
        item = Item(row, _group(finding), finding.severity, finding)
        if worst is None or item.key < worst.key:
            worst = item
    if row.needs_review():
        if row.one_sided:
            if not told and (worst is None or worst.group != "left"):
                worst = Item(row, "left", "error", None)
        elif worst is None or worst.group == "form":
            worst = Item(row, "pairing", "warning", None)
    return worst


def _group(finding: Finding) -> Group:
    if finding.rule == "suspected-misalignment":
        return "pairing"
    if finding.rule in _FACTS:
        return "facts"
    if finding.rule in LEFT:
        return "left"
    return "left" if finding.severity == "error" else "form"


def doubtful(row: Row) -> bool:
    """Whether the pairing is below the limit; of a row with one side there is nothing to doubt."""
    return row.confidence is not None and not row.one_sided and row.confidence < REVIEW_BELOW


def severity_of(row: Row, findings: Sequence[Finding]) -> Severity | None:
    """How grave what was found in a row is, decided or not.

    An empty side is an error as long as the checks have not said what they think of it.
    """
    found = [f.severity for f in findings if not f.waived]
    if row.one_sided and not any(f.rule in LEFT for f in findings):
        return "error"
    return min(found, key=lambda severity: _SEVERITIES[severity], default=None)
