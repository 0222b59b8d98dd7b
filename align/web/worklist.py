"""The worklist: every row that waits for the reviewer, once, the gravest first.

Two things are told apart: how grave it is what was found in a row, and how sure it is that the two
sides of it belong together. A row stands in the gravest of its groups; a pairing is doubtful below
`REVIEW_BELOW`, the one limit of the tool.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from align.datatypes import REVIEW_BELOW, Finding, Severity
from align.project.edits import Row

Group = Literal["left", "facts", "pairing", "form"]
GROUPS: tuple[Group, ...] = ("left", "facts", "pairing", "form")
_SEVERITIES: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
# What a translation must keep, by the catalogue's rules: its numbers, names and terms.
_FACTS = frozenset(
    (
        "term-missing", "term-confused", "term-forbidden", "term-case", "term-misspelt",
        "country-form", "title-mismatch", "number-mismatch", "percentage-mismatch",
        "date-mismatch", "time-mismatch", "symbol-mismatch", "reference-mismatch",
        "address-mismatch", "placeholder-mismatch", "facts-exchanged", "negation-mismatch",
        "contradiction",
    )
)  # fmt: skip


Key = tuple[int, int, float, int, int]
LEFT = frozenset(("omission", "addition"))  # the rules about a sentence without a counterpart


@dataclass(frozen=True, slots=True)
class Item:
    """A row that waits: why, how grave, and the finding that says so where there is one."""

    row: Row
    group: Group
    severity: Severity
    finding: Finding | None

    @property
    def key(self) -> Key:
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


class Worklist:
    """The items in their order, kept up to date row by row: a page of 10,000 asks for it often."""

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._items: dict[Key, Item] = {}
        self.rules: Counter[str] = Counter()  # in how many rows something was found by a rule

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, row: Row, findings: Sequence[Finding]) -> Item | None:
        """Take a row in; its item, where it waits."""
        self._tally(row, findings, 1)
        item = item_of(row, findings)
        if item is not None:
            key = item.key
            if key not in self._items:
                insort(self._keys, key)
            self._items[key] = item
        return item

    def remove(self, row: Row, findings: Sequence[Finding]) -> Item | None:
        """Take a row out, its findings being those that it came in with; its item."""
        self._tally(row, findings, -1)
        item = item_of(row, findings)
        if item is not None and self._items.pop(item.key, None) is not None:
            del self._keys[bisect_left(self._keys, item.key)]
        return item

    def _tally(self, row: Row, findings: Sequence[Finding], sign: int) -> None:
        for rule in {finding.rule for finding in findings}:
            self.rules[rule] += sign
        self.rules["pairing"] += sign * doubtful(row)

    def items(self) -> list[Item]:
        """Every item, the gravest first."""
        return [self._items[key] for key in self._keys]

    def beside(self, key: Key, step: int) -> Item | None:
        """The item after (step 1) or before (-1) a place in the list, going round at the end."""
        if not self._keys:
            return None
        at = bisect_left(self._keys, key)
        here = at < len(self._keys) and self._keys[at] == key
        return self._items[self._keys[(at - 1 if step < 0 else at + here) % len(self._keys)]]
