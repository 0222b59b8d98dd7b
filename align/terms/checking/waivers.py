"""Findings that someone has looked at and accepts, each with the reason, kept in a file.

A table (TSV or CSV with a header) of which each row waives the findings that fit it: columns
``rule``, ``source``, ``found``, ``paragraph``, ``tuid`` and ``reason``. An empty cell or ``*`` fits
everything; ``reason`` must say something, and a row must say more than its reason.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from align.datatypes import Finding, TranslationUnit
from align.errors import FormatError, InputError
from align.language.folding import fold
from align.outside import few_of, json_in

_FIELDS = ("rule", "source", "found", "paragraph", "tuid")


@dataclass(frozen=True, slots=True)
class Waiver:
    """What findings a row waives, and why."""

    reason: str
    rule: str = ""
    source: str = ""
    found: str = ""
    paragraph: str = ""
    tuid: str = ""

    def fits(self, finding: Finding) -> bool:
        """Whether every field that the waiver names is the finding's."""
        pairs = ((getattr(self, name), getattr(finding, name) or "") for name in _FIELDS)
        return all(not wanted or fold(wanted) == fold(got) for wanted, got in pairs)


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file. Raises FormatError, with the line, for one without a reason."""
    from align.formats.tables import numbered

    waivers = []
    for line, row in list(numbered(path)):
        cells = {key: value.strip() for key, value in row.items()}
        unknown = set(cells) - {*_FIELDS, "reason"}
        if unknown:
            raise FormatError(f"{path}:{line}: no such column: {few_of(sorted(unknown))}")
        fields = {name: cells.get(name, "").replace("*", "") for name in _FIELDS}
        if not cells.get("reason"):
            raise FormatError(f"{path}:{line}: a waiver needs a reason; say why it is accepted")
        if not any(fields.values()):
            raise FormatError(f"{path}:{line}: waives everything; name a rule, a term or a unit")
        waivers.append(Waiver(cells["reason"], **fields))
    return tuple(waivers)


def waive(findings: Iterable[Finding], waivers: Sequence[Waiver]) -> list[Finding]:
    """The findings, with the reason of the first waiver that fits where one does."""
    kept = []
    for finding in findings:
        reason = next((w.reason for w in waivers if w.fits(finding)), None)
        kept.append(replace(finding, waived=reason) if reason else finding)
    return kept


# --- baselines: findings that were there before -----------------------------------------------


def fingerprint(finding: Finding, unit: TranslationUnit | None) -> str:
    """What makes a finding the same one after other units came or went.

    Rule, term and what was found, and the texts of its unit; not its number, place or wording.
    """
    texts = (fold(unit.source), fold(unit.target)) if unit else ("", "")
    parts = (finding.rule, finding.source or "", finding.found or "", *texts)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:24]


def fingerprints(findings: Sequence[Finding], units: Sequence[TranslationUnit]) -> list[str]:
    """The fingerprint of each finding; equal ones are numbered in their order."""
    seen: dict[str, int] = {}
    prints = []
    for finding in findings:
        unit = units[finding.unit] if finding.unit is not None else None
        mark = fingerprint(finding, unit)
        seen[mark] = seen.get(mark, 0) + 1
        prints.append(mark if seen[mark] == 1 else f"{mark}#{seen[mark]}")
    return prints


def write_baseline(
    path: Path, findings: Sequence[Finding], units: Sequence[TranslationUnit]
) -> None:
    """Keep the fingerprints of `findings`, so that a later check fails on new ones only."""
    from align.atomic import replacing

    record = {"version": 1, "findings": sorted(fingerprints(findings, units))}
    with replacing(path) as file:
        file.write(json.dumps(record, indent=1).encode() + b"\n")


def read_baseline(path: Path) -> frozenset[str]:
    """The fingerprints of a baseline. Raises InputError or FormatError when it is none."""
    try:
        record = json_in(path.read_bytes(), str(path))
        return frozenset(str(mark) for mark in record["findings"])
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (FormatError, KeyError, TypeError) as error:
        raise FormatError(
            f"{path}: not a baseline; write one with `align check … --write-baseline {path}`"
        ) from error
