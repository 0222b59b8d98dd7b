"""What the validators of TMX and TBX share: findings with a place, not more than one can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from align.datatypes import Finding, Severity

PER_RULE = 100


def finding(
    rule: str,
    severity: Severity,
    message: str,
    *,
    file: str,
    line: int | None,
    tuid: str | None = None,
) -> Finding:
    """A finding about a place in a file."""
    return Finding(rule, severity, message, tuid=tuid, file=file, line=line)


def limited(findings: Iterable[Finding], *, per_rule: int = PER_RULE) -> list[Finding]:
    """The first `per_rule` findings of each rule; then one that says how many more there are."""
    kept: list[Finding] = []
    counts: Counter[str] = Counter()
    last: dict[str, Finding] = {}
    for item in findings:
        counts[item.rule] += 1
        if counts[item.rule] <= per_rule:
            kept.append(item)
        else:
            last[item.rule] = item
    for rule, item in last.items():
        more = counts[rule] - per_rule
        message = f"{more} more findings of this kind, the last of them in line {item.line}"
        kept.append(Finding(rule, item.severity, message, file=item.file))
    return kept
