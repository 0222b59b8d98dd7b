"""Findings as notes in the XLIFF file that was checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from align.datatypes import Finding, TranslationUnit
from align.formats import xliff
from align.formats.xliff_notes import Annotated, Remark, annotate
from align.report.strings import Language, words
from align.report.wording import message_in


def write_xliff(
    source: Path,
    target: Path,
    findings: Sequence[Finding],
    units: Sequence[TranslationUnit],
    *,
    now: str,
    ui: Language = "en",
) -> Annotated:
    """Copy an XLIFF file with a note for each finding; errors and warnings mark it for review.

    `units` are those that were checked, in the file's order; some of its segments may have been
    left out. Texts, codes and everything else stay byte for byte. `now` is YYYYMMDDThhmmssZ.
    """
    of_unit: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.unit is not None and not finding.waived:
            of_unit[finding.unit].append(finding)
    remarks: dict[xliff.Place, list[Remark]] = {}
    at = 0
    for place, unit in xliff.read_segments(source):
        if at < len(units) and (unit.id, unit.source, unit.target) == (
            units[at].id, units[at].source, units[at].target,
        ):  # fmt: skip
            if at in of_unit:
                remarks[place] = [_remark(finding, ui) for finding in of_unit[at]]
            at += 1
    return annotate(source, target, remarks, now=now)


def _remark(finding: Finding, ui: Language) -> Remark:
    severity = finding.severity if ui == "en" else words(ui)[finding.severity]
    text = f"{severity}{': ' if ui == 'en' else '：'}{message_in(finding, ui)} ({finding.rule})"
    return Remark(text, finding.severity != "info")
