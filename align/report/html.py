"""The HTML report of an alignment: one self-contained file that says where to look first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import IO, Any

from markupsafe import Markup

from align.datatypes import (
    IN_ANOTHER_ORDER,
    REVIEW_BELOW,
    Alignment,
    Document,
    Finding,
    TranslationUnit,
)
from align.embedding.protocol import Vectors
from align.report import findings as findings_text
from align.report.marking import Highlight, mark
from align.report.picture import draw
from align.report.rendering import write_page
from align.report.strings import Language, level, percent, words
from align.report.wording import message_in, rule_name

TermHits = Mapping[int, tuple[Sequence[Highlight], Sequence[Highlight]]]
WEAKEST = 10
_CHUNK = 40  # units that the browser lays out together
_STEP = 400  # px by which estimated heights are rounded; report.css has the classes


@dataclass(frozen=True, slots=True)
class _Row:
    """A unit as the template shows it."""

    number: int
    unit: TranslationUnit
    source: Markup
    target: Markup
    level: int
    gravity: str  # of what was found, or of an empty side: "error", "warning" or ""
    doubtful: bool
    confidence: str  # of the pairing; "" where one side is empty
    word: str
    findings: tuple[Finding, ...]
    heading: str  # set where a new paragraph begins
    crossed: bool  # whether the translation stands elsewhere in its text


def write_report(
    file: IO[bytes],
    source: Document,
    target: Document,
    alignment: Alignment,
    units: Sequence[TranslationUnit],
    findings: Sequence[Finding] | None = (),
    term_hits: TermHits | None = None,
    similarity: tuple[Vectors, Vectors] | None = None,
    *,
    notes: Sequence[str] = (),
    ui: Language = "en",
) -> None:
    """Write the report of `alignment` into `file`.

    `units` are the alignment's beads as texts, one each, in order. `term_hits` gives, by position,
    the highlights of both texts. `similarity` holds the sentence vectors of both sides and gives
    the heat map. Without a check `findings` are None: the report says so. Needs no network and no
    script to be read.
    """
    # What stands in another order on the other side is one unit, or two.
    if len(units) not in (len(alignment.beads), len(alignment.beads) - len(alignment.crossings)):
        raise ValueError(f"{len(units)} units for {len(alignment.beads)} beads")
    checked, findings = findings is not None, findings or ()
    weakest = _weakest(units)
    rows = _rows(units, findings, term_hits or {}, ui)
    spots = weakest if len(units) == len(alignment.beads) else []  # else no unit has a bead's place
    w = words(ui, source.lang)
    values = {
        "ui": ui,
        "w": w,
        "checked": checked,
        "source": source,
        "target": target,
        "facts": _facts(alignment, units, w),
        "weak": [rows[index] for index in weakest],
        "picture": draw(alignment.beads, similarity, spots=spots),
        "found": [_found(finding, rows) for finding in sorted(findings, key=_gravity)],
        "message": partial(message_in, ui=ui),
        "rule_name": partial(rule_name, ui=ui),
        "limit": percent(REVIEW_BELOW),
        "counts": {
            "error": sum(row.gravity == "error" for row in rows),
            "warning": sum(row.gravity == "warning" for row in rows),
            "doubtful": sum(row.doubtful for row in rows),
        },
        "told": _told(findings, ui),
        "names": (_file_name(source), _file_name(target)),
        "chunks": _chunks(rows),
        "removals": _removals(source, target),
        "notes": notes,
        "signature": str(alignment.signature),
    }
    write_page(file, "report.html", values)


def _file_name(document: Document) -> str:
    """The name without its folders: a report is sent around."""
    return PurePath(document.name).name


def _told(findings: Sequence[Finding], ui: Language) -> str:
    return findings_text.summary(findings, ui)


def _weakest(units: Sequence[TranslationUnit]) -> list[int]:
    """The places of the paired units with the lowest confidence, weakest first."""
    scored = [
        (unit.confidence, index)
        for index, unit in enumerate(units)
        if unit.confidence is not None and unit.source and unit.target
    ]
    return [index for _, index in sorted(scored)[:WEAKEST]]


def _found(finding: Finding, rows: Sequence[_Row]) -> tuple[Finding, _Row | None]:
    """A finding with the unit that it is about."""
    there = finding.unit is not None and 0 <= finding.unit < len(rows)
    return finding, rows[finding.unit or 0] if there else None


def _gravity(finding: Finding) -> tuple[bool, int, int]:
    order = {"error": 0, "warning": 1, "info": 2}
    return bool(finding.waived), order[finding.severity], finding.unit or 0


def _facts(
    alignment: Alignment, units: Sequence[TranslationUnit], w: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The figures at the head of the report, each with its words."""
    types = Counter(bead.type for bead in alignment.beads)
    scores = [unit.confidence for unit in units if unit.confidence is not None]
    low = sum(
        unit.confidence < REVIEW_BELOW
        for unit in units
        if unit.confidence is not None and unit.source and unit.target
    )
    facts = [
        (w["source_sentences"], f"{len(alignment.source):,}"),
        (w["target_sentences"], f"{len(alignment.target):,}"),
        (w["units"], f"{len(units):,}"),
        (w["one_to_one"], f"{types['1-1']:,}"),
        (w["unaligned_source"], f"{_alone(alignment, 'source'):,}"),
        (w["unaligned_target"], f"{_alone(alignment, 'target'):,}"),
    ]
    if scores:
        facts.append((w["mean"], percent(sum(scores) / len(scores))))
        facts.append((w["to_review"].format(limit=percent(REVIEW_BELOW)), f"{low:,}"))
    return facts


def _alone(alignment: Alignment, side: str) -> int:
    """Sentences of a side that have no counterpart."""
    pairs = (
        (b.source, b.target) if side == "source" else (b.target, b.source) for b in alignment.beads
    )
    return sum(len(own) for own, other in pairs if not len(other))


def _rows(
    units: Sequence[TranslationUnit],
    findings: Sequence[Finding],
    hits: TermHits,
    ui: Language,
) -> list[_Row]:
    """A row for each unit: texts with their marks, confidence, findings."""
    w = words(ui)
    by_unit: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.unit is not None:
            by_unit[finding.unit].append(finding)
    rows = []
    last = ""
    for index, unit in enumerate(units):
        heading = _heading(unit, w)
        source, target = texts(unit, by_unit[index], hits.get(index, ((), ())), ui)
        rank = level(unit.confidence)
        whole = bool(unit.source and unit.target)
        scored = unit.confidence is not None and whole
        rows.append(
            _Row(
                index + 1,
                unit,
                source,
                target,
                rank,
                _worst(by_unit[index], whole),
                scored and unit.confidence is not None and unit.confidence < REVIEW_BELOW,
                w["by_hand"]
                if unit.confidence is None
                else (percent(unit.confidence) if whole else ""),
                w[f"level{rank}"] if scored else "",
                tuple(sorted(by_unit[index], key=_gravity)),
                heading if heading != last else "",
                IN_ANOTHER_ORDER in unit.props,
            )
        )
        last = heading
    return rows


def _worst(findings: Sequence[Finding], whole: bool) -> str:
    """The gravest of a unit's findings; an empty side is an error unless the checks say less."""
    found = {finding.severity for finding in findings if not finding.waived}
    told = any(finding.rule in ("omission", "addition") for finding in findings)
    if "error" in found or not (whole or told):
        return "error"
    return "warning" if "warning" in found else ""


def _heading(unit: TranslationUnit, w: Mapping[str, str]) -> str:
    page = f"{w['page']} {unit.page}" if unit.page else ""
    paragraph = f"{w['paragraph']} {unit.paragraph}" if unit.paragraph else ""
    return " · ".join(part for part in (paragraph, unit.speaker, page) if part)


def texts(
    unit: TranslationUnit,
    findings: Sequence[Finding],
    hits: tuple[Sequence[Highlight], Sequence[Highlight]] = ((), ()),
    ui: Language = "en",
) -> tuple[Markup, Markup]:
    """Both texts of a unit, escaped, with terms and the spans of findings marked."""
    source, target = list(hits[0]), list(hits[1])
    for finding in findings:
        note = message_in(finding, ui)
        term = finding.source or ""
        source += [Highlight(*s, finding.severity, note, term) for s in finding.source_spans]
        target += [Highlight(*s, finding.severity, note, term) for s in finding.target_spans]
    return Markup(mark(unit.source, source)), Markup(mark(unit.target, target))


def _chunks(rows: Sequence[_Row]) -> Iterator[tuple[int, Sequence[_Row]]]:
    """Runs of rows with the class of their estimated height, so that the scroll bar is steady."""
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        height = sum(_height(row) for row in chunk)
        yield min(max(round(height / _STEP), 1), 60), chunk


def _height(row: _Row) -> float:
    lines = max(len(row.unit.source) / 32, len(row.unit.target) / 68) + 0.5
    return 20 + 25 * max(lines, 2) + 22 * len(row.findings) + (40 if row.heading else 0)


def _removals(source: Document, target: Document) -> list[dict[str, Any]]:
    return [
        {"name": _file_name(document), "lang": document.lang, "removals": document.removals}
        for document in (source, target)
    ]
