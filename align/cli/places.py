"""Where findings lie: file, line or row of the text that must be mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from align.datatypes import Finding, Segment, TranslationUnit
    from align.formats.tmx import ReadReport
    from align.pipeline import PairResult

Locate = Callable[["Finding"], "Finding"]

# Files that are read by lines: a form feed among them is no page that a reader sees.
_LINED = (".txt", ".md", ".markdown", ".html", ".htm", "-")
_TABLES = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm")


def in_file(file: str, report: ReadReport) -> Locate:
    """Places in a file of units, as far as its `report` knows where the target of each begins.

    In a workbook of several sheets a row is no place without its sheet.
    """
    lines, sheets = report.lines, report.sheets
    shown = None if file == "-" else file
    rows = file.lower().endswith(_TABLES)

    def locate(one: Finding) -> Finding:
        known = one.unit is not None and one.unit < len(lines)
        line = lines[one.unit] if known and one.unit is not None else None
        if rows:
            sheet = sheets[one.unit] if one.unit is not None and one.unit < len(sheets) else ""
            return replace(one, file=f"{shown}({sheet})" if sheet else shown, row=line)
        return replace(one, file=shown, line=line)

    return locate


def in_documents(result: PairResult, translation: str) -> Locate:
    """Places in the second of two documents: that of the words, else of what stands around them."""
    target = result.target
    beads = result.alignment.beads
    segments = result.alignment.target
    lined = translation.lower().endswith(_LINED)

    def _on(segment: Segment, at: int, one: Finding) -> Finding:
        page = None if lined else target.paragraphs[segment.paragraph].page
        return replace(one, file=translation, line=target.raw_line(at), page=page)

    def locate(one: Finding) -> Finding:
        if one.unit is None or one.unit >= len(beads) or not segments:
            return replace(one, file=translation)
        bead = beads[one.unit].target
        if not bead:  # nothing there: the line after which it belongs
            before = segments[min(max(bead.start - 1, 0), len(segments) - 1)]
            return _on(before, before.start, one)
        offset = _offset(result.units[one.unit], one, [segments[k].text for k in bead])
        segment = segments[bead.start + offset[0]]
        return _on(segment, segment.start + offset[1], one)

    return locate


def _offset(unit: TranslationUnit, one: Finding, texts: Sequence[str]) -> tuple[int, int]:
    """In which of a unit's target sentences a finding begins, and where in that."""
    start = min((span[0] for span in one.target_spans), default=0)
    at = 0
    for place, text in enumerate(texts):
        found = unit.target.find(text, at)
        at = (found if found >= 0 else at) + len(text)
        if start < at:
            return place, max(start - (at - len(text)), 0)
    return len(texts) - 1, 0
