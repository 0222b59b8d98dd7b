"""Rows as the templates show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from align.datatypes import Finding
from align.language.languages import language_of
from align.report.marking import Highlight, mark
from align.report.strings import level, percent
from align.web import edits
from align.web.edits import Row, Side
from align.web.session import Session

CHUNK = 50  # rows that the page loads together
PANEL = 200  # findings that the side panel shows
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
class RowView:
    """A row with everything its HTML needs."""

    row: Row
    id: str
    heading: str
    label: str  # the sentence numbers: "12–13 | 14"
    level: int
    score: str  # "97 %", or "" where no figure is
    word: str  # key of the level's word
    cells: tuple[CellView, CellView]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ChunkView:
    """A run of rows: where it begins, how many there are, and about how tall it is."""

    start: str
    count: int
    height: int


def row_view(session: Session, row: Row) -> RowView:
    """What the page shows of a row now."""
    found = tuple(
        sorted(session.checks.of(row.id), key=lambda f: (bool(f.waived), _GRAVITY[f.severity]))
    )
    highlights = _highlights(session, row, found)
    rank = level(row.confidence)
    return RowView(
        row,
        row.id,
        _heading(session, row),
        f"{_numbers(row.source)} | {_numbers(row.target)}",
        rank,
        "" if row.confidence is None else percent(row.confidence),
        "by_hand" if row.by_hand else ("" if row.confidence is None else f"level{rank}"),
        (
            _cell(session, row, "source", highlights[0]),
            _cell(session, row, "target", highlights[1]),
        ),
        found,
    )


def _gravity(finding: Finding) -> tuple[bool, int]:
    return bool(finding.waived), _GRAVITY[finding.severity]


def _numbers(own: range) -> str:
    """1-based sentence numbers: ``"3"``, ``"3–4"``, ``"–"``."""
    if not len(own):
        return "–"
    return f"{own.start + 1}" if len(own) == 1 else f"{own.start + 1}–{own.stop}"


def _highlights(
    session: Session, row: Row, found: Sequence[Finding]
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
        source += [Highlight(*s, kind, finding.message, term) for s in finding.source_spans]
        target += [Highlight(*s, kind, finding.message, term) for s in finding.target_spans]
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
        joiner = len(language_of(document.lang).between)
        at = 0
        for index, text in zip(own, session.sentences(row, side), strict=True):
            parts.append((index, Markup(mark(text, _inside(highlights, at, len(text))))))
            at += len(text) + joiner
    text = original if edited is None else edited
    return CellView(side, document.lang, tuple(parts), edited is not None, text, original)


def _inside(highlights: Sequence[Highlight], start: int, length: int) -> Iterator[Highlight]:
    """Highlights of a text, cut to one sentence of it and counted from its beginning."""
    for highlight in highlights:
        begin = max(highlight.start - start, 0)
        end = min(highlight.end - start, length)
        if begin < end:
            yield replace(highlight, start=begin, end=end)


def _heading(session: Session, row: Row) -> str:
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
    page = f"p. {paragraph.page}" if paragraph.page else ""
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


def between(session: Session, start: str, stop: str | None) -> list[RowView]:
    """The rows that begin at or after `start` and before `stop`."""
    with session.lock:
        rows = session.rows
        first = edits.first_at(rows, _place(start))
        last = len(rows) if stop is None else edits.first_at(rows, _place(stop))
        return [row_view(session, row) for row in rows[first:last]]


def _place(text: str) -> tuple[int, int]:
    source, _, target = text.partition("-")
    if not (source.isascii() and source.isdigit() and target.isascii() and target.isdigit()):
        raise edits.EditError("gone", f"{text!r} is no place in the rows")
    return int(source[:12]), int(target[:12])


def all_findings(session: Session) -> list[tuple[str, Finding]]:
    """Findings with the row they belong to: worst first, then in document order."""
    with session.lock:
        found = [(row.id, finding) for row in session.rows for finding in session.checks.of(row.id)]
    found.sort(key=lambda item: _gravity(item[1]))
    return found
