"""What the page's templates are given: rows, findings and the worklist, in words and with marks.

Each view is a frozen value made from a session and a language of the interface; the templates ask
nothing else, so that what a reviewer reads can be tested without a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from markupsafe import Markup

from align.datatypes import Finding, Severity
from align.project import edits
from align.project.edits import Row, Side
from align.report.marking import Highlight, mark
from align.report.strings import Language, level, percent
from align.report.wording import message_in, rule_name
from align.web.session import Session
from align.web.strings import page_label
from align.web.worklist import GROUPS, Group, Item, doubtful, item_of, severity_of

CHUNK = 50  # rows that the page loads together
PANEL = 100  # rows that the worklist shows at once
_GRAVITY = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class CellView:
    """One side of a row: sentences with their places, or one edited text, or nothing."""

    side: Side
    lang: str
    sentences: tuple[tuple[int, Markup], ...]
    edited: bool
    text: str  # plain, for the editor
    original: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding in the reader's language."""

    severity: Severity
    waived: str
    message: str
    rule: str
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row with everything its HTML needs."""

    row: Row
    id: str
    heading: str
    label: str  # the sentence numbers: "12–13 | 14"
    level: int
    score: str  # how sure the pairing is: "97 %"; "" where no figure is, or one side is empty
    word: str  # key of the level's word
    doubtful: bool  # whether the pairing is below the limit
    gravity: str  # of what was found: "error", "warning", "info" or ""
    cells: tuple[CellView, CellView]
    findings: tuple[FindingView, ...]
    crossed: bool  # whether its translation stands elsewhere
    ahead: Place | None  # the row after whose translation it stands; None: at the beginning
    passed: tuple[Place, ...]  # rows whose translation stands after that of this row


@dataclass(frozen=True, slots=True)
class Place:
    """Another row, as one is led to it: its id, and its sentence numbers."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class ChunkView:
    """A run of rows: where it begins, how many there are, and about how tall it is."""

    start: str
    count: int
    height: int


@dataclass(frozen=True, slots=True)
class WorkView:
    """A row of the worklist: its group where that begins, why it waits, and both texts."""

    group: Group | Literal["done", ""]
    row: RowView
    severity: str
    why: str  # what was found; "" where the pairing or the empty side says it
    rule: str
    more: int  # findings beside the first
    state: str


def row_view(session: Session, row: Row, ui: Language) -> RowView:
    """What the page shows of a row now."""
    found = tuple(
        sorted(session.checks.of(row.id), key=lambda f: (bool(f.waived), _GRAVITY[f.severity]))
    )
    highlights = _highlights(session, row, found, ui)
    rank = level(row.confidence)
    scored = row.confidence is not None and not row.one_sided
    passed = session.crossings.passed.get(row.id, ())
    return RowView(
        row,
        row.id,
        _heading(session, row, ui),
        _label(row),
        rank,
        percent(row.confidence) if scored and row.confidence is not None else "",
        "by_hand" if row.by_hand else (f"level{rank}" if scored else ""),
        doubtful(row),
        severity_of(row, found) or "",
        (
            _cell(session, row, "source", highlights[0]),
            _cell(session, row, "target", highlights[1]),
        ),
        tuple(_finding_view(finding, ui) for finding in found),
        row.id in session.crossings.ahead,
        _place_of(session, session.crossings.ahead.get(row.id)),
        tuple(filter(None, (_place_of(session, other) for other in passed))),
    )


def _place_of(session: Session, row_id: str | None) -> Place | None:
    """A row by its id, where there is one."""
    index = None if row_id is None else edits.place_of(session.rows, row_id)
    return None if index is None else Place(session.rows[index].id, _label(session.rows[index]))


def _finding_view(finding: Finding, ui: Language) -> FindingView:
    return FindingView(
        finding.severity,
        finding.waived or "",
        message_in(finding, ui),
        rule_name(finding.rule, ui),
        finding.expected,
    )


def _label(row: Row) -> str:
    return f"{_numbers(row.source)} | {_numbers(row.target)}"


def _numbers(own: range) -> str:
    """1-based sentence numbers: ``"3"``, ``"3–4"``, ``"–"``."""
    if not len(own):
        return "–"
    return f"{own.start + 1}" if len(own) == 1 else f"{own.start + 1}–{own.stop}"


def _highlights(
    session: Session, row: Row, found: Sequence[Finding], ui: Language
) -> tuple[list[Highlight], list[Highlight]]:
    source: list[Highlight] = []
    target: list[Highlight] = []
    if session.tools.marker is not None:
        marks = session.tools.marker.marks(session.text(row, "source"), session.text(row, "target"))
        source += marks[0]
        target += marks[1]
    for finding in found:
        kind = "info" if finding.waived else finding.severity
        term = finding.source or ""
        told = message_in(finding, ui)
        source += [Highlight(*s, kind, told, term) for s in finding.source_spans]
        target += [Highlight(*s, kind, told, term) for s in finding.target_spans]
    return source, target


def _cell(session: Session, row: Row, side: Side, highlights: Sequence[Highlight]) -> CellView:
    document = session.document(side)
    original = session.original(row, side)
    edited = edits.override(row, side)
    own = row.source if side == "source" else row.target
    parts: list[tuple[int, Markup]] = []
    if edited is not None:
        parts.append((own.start, Markup(mark(edited, highlights))))
    else:
        at = 0
        for index, text, between in session.pieces(row, side):
            at += len(between)
            parts.append((index, Markup(mark(text, _inside(highlights, at, len(text))))))
            at += len(text)
    text = original if edited is None else edited
    return CellView(side, document.lang, tuple(parts), edited is not None, text, original)


def _inside(highlights: Sequence[Highlight], start: int, length: int) -> Iterator[Highlight]:
    """Highlights of a text, cut to one sentence of it and counted from its beginning."""
    for highlight in highlights:
        begin = max(highlight.start - start, 0)
        end = min(highlight.end - start, length)
        if begin < end:
            yield replace(highlight, start=begin, end=end)


def _heading(session: Session, row: Row, ui: Language) -> str:
    """The paragraph that begins in this row, with who speaks."""
    document = session.document("source")
    if not len(row.source) or not document.paragraphs:
        return ""
    index = document.segments[row.source.start].paragraph
    first = row.source.start == 0
    if not first and document.segments[row.source.start - 1].paragraph == index:
        return ""
    if session.head.units:  # a TMX: every unit would be a paragraph
        unit, before = session.unit_before(row)
        same = before is not None and before.paragraph == unit.paragraph
        return "" if same else " · ".join(part for part in (unit.paragraph, unit.speaker) if part)
    paragraph = document.paragraphs[index]
    page = page_label(paragraph.page, ui) if paragraph.page else ""
    number = paragraph.number or f"¶{index + 1}"
    return " · ".join(part for part in (number, paragraph.speaker, page) if part)


def chunks(session: Session) -> list[ChunkView]:
    """The rows cut into runs that the page loads as they come into view."""
    rows = session.rows
    sizes = [
        [segment.end - segment.start for segment in session.document(side).segments]
        for side in ("source", "target")
    ]
    views = []
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        height = sum(
            30
            + 26
            * max(
                sum(sizes[0][i] for i in row.source) / 30,
                sum(sizes[1][i] for i in row.target) / 62,
                1,
            )
            for row in part
        )
        views.append(ChunkView(part[0].id if start else "0-0", len(part), round(height)))
    return views


def between(session: Session, start: str, stop: str | None, ui: Language) -> list[RowView]:
    """The rows that begin at or after `start` and before `stop`."""
    with session.lock:
        rows = session.rows
        first = edits.first_at(rows, _place(start))
        last = len(rows) if stop is None else edits.first_at(rows, _place(stop))
        return [row_view(session, row, ui) for row in rows[first:last]]


def of_ids(session: Session, ids: Sequence[str], ui: Language) -> list[RowView]:
    """The rows of these ids, as far as there are any, in the order of the text."""
    shown = []
    for place in sorted({_place(row_id) for row_id in ids}):
        with session.lock:  # for one row at a time: an edit does not wait for them all
            index = edits.place_of(session.rows, f"{place[0]}-{place[1]}")
            if index is not None:
                shown.append(row_view(session, session.rows[index], ui))
    return shown


def _place(text: str) -> tuple[int, int]:
    source, _, target = text.partition("-")
    if not (source.isascii() and source.isdigit() and target.isascii() and target.isdigit()):
        raise edits.EditError("gone", f"{text!r} is no place in the rows")
    return int(source[:12]), int(target[:12])


def all_findings(session: Session) -> list[tuple[str, Finding]]:
    """Findings with the row they belong to: worst first, then in document order."""
    with session.lock:
        found = [(row.id, finding) for row in session.rows for finding in session.checks.of(row.id)]
    found.sort(key=lambda item: (bool(item[1].waived), _GRAVITY[item[1].severity]))
    return found


def worklist(
    session: Session, ui: Language, *, state: str = "open", rule: str = "", order: str = "gravity"
) -> tuple[int, list[WorkView]]:
    """How many rows of a state and with a finding of a rule there are, and the first of them.

    `state`: "open" for what waits, "done" for what was decided although something was found in it,
    "notes" for notes and waived findings.
    """
    with session.lock:
        items = session.worklist() if state == "open" else list(_beside(session, state))
        if rule:
            items = [item for item in items if _has(session, item.row, rule)]
        if order == "text":
            items = sorted(items, key=lambda item: (item.row.source.start, item.row.target.start))
    views = []
    last = ""
    for item in items[:PANEL]:
        with session.lock:  # for one row at a time: an edit does not wait for them all
            if not session.has(item.row):
                continue  # it was changed meanwhile; the page asks again after each change
            group = item.group if state == "open" and order == "gravity" else ""
            views.append(_work_view(session, item, ui, group if group != last else "", rule))
            last = group
    return len(items), views


def _has(session: Session, row: Row, rule: str) -> bool:
    if rule == "pairing":
        return doubtful(row)
    return any(finding.rule == rule for finding in session.checks.of(row.id))


def _beside(session: Session, state: str) -> Iterator[Item]:
    """Rows that do not wait: decided ones with a finding, or those with notes only."""
    for row in session.rows:
        found = session.checks.of(row.id)
        if state == "done":
            if row.state and (item := item_of(replace(row, state=""), found)) is not None:
                yield replace(item, row=row)
        elif any(finding.severity == "info" or finding.waived for finding in found):
            note = next(f for f in found if f.severity == "info" or f.waived)
            yield Item(row, GROUPS[-1], "info", note)


def _work_view(session: Session, item: Item, ui: Language, group: str, rule: str) -> WorkView:
    found = session.checks.of(item.row.id)
    first = next((f for f in found if f.rule == rule), None) if rule else None
    first = first or item.finding
    return WorkView(
        cast("Any", group),
        row_view(session, item.row, ui),
        first.severity if first else item.severity,
        message_in(first, ui) if first else "",
        rule_name(first.rule, ui) if first else "",
        sum(not f.waived and f.severity != "info" for f in found) - (1 if first else 0),
        item.row.state,
    )


def rules_found(session: Session, ui: Language) -> list[tuple[str, str, int]]:
    """The rules that something was found by: id, name, and in how many rows; most first."""
    return [
        (rule, "" if rule == "pairing" else rule_name(rule, ui), count)
        for rule, count in session.rules_found()
    ]
