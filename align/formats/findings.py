"""What the validators of TMX and TBX share: findings with a place, not more than one can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from align.datatypes import Finding, Severity
from align.errors import FormatError

PER_RULE = 100


def finding(
    rule: str,
    severity: Severity,
    message: str,
    *,
    file: str,
    line: int | None,
    tuid: str | None = None,
    unit: int | None = None,
) -> Finding:
    """A finding about a place in a file."""
    return Finding(rule, severity, message, tuid=tuid, unit=unit, file=file, line=line)


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


def broken(prefix: str, file: str, error: FormatError) -> Finding:
    """The finding for an XML file that cannot be read on; `prefix` is "tmx" or "tbx"."""
    place, _, rest = str(error).removeprefix(f"{file}:").partition(": ")
    line = int(place) if place.isdigit() else None
    message = rest if line is not None else str(error).removeprefix(f"{file}: ")
    rule = next((name for sign, name in _SIGNS if sign in message), "well-formed")
    return finding(f"{prefix}-{rule}", "error", message, file=file, line=line)


# What libxml2 and our own reader say, and the rule that it is about.
_SIGNS = (
    ("entities of its own", "entity"),
    ("Entity '", "entity"),
    ("invalid Char", "forbidden-character"),
    ("invalid xmlChar", "forbidden-character"),
    ("not proper UTF-8", "encoding"),
    ("ncoding", "encoding"),
    ("Invalid bytes", "encoding"),
)
