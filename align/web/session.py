"""An opened project: what the page asks of it and does to it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from align.datatypes import Alignment, Bead, Document, Signature, TranslationUnit
from align.language.folding import fold
from align.language.languages import language_of
from align.report.sheet import join
from align.web import edits
from align.web.checking import Checker
from align.web.edits import Change, EditError, Row, Side
from align.web.project import Head, Project
from align.web.realigning import realign
from align.web.services import Tools

_NO_SIGNATURE = Signature("", "", "", "", "")
SIDES: tuple[Side, Side] = ("source", "target")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did: rows that are gone, rows that are new, and where to go on."""

    what: str
    removed: tuple[str, ...]
    added: tuple[Row, ...]
    focus: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that holds the words searched for, with where they are."""

    row: Row
    source: tuple[tuple[int, int], ...]
    target: tuple[tuple[int, int], ...]


class Session:
    """A project that someone is working on; its methods may be called from several threads."""

    def __init__(self, key: str, project: Project, tools: Tools) -> None:
        self.key = key
        self.project = project
        self.tools = tools
        self.lock = threading.RLock()
        self._tally: Counter[str] = Counter()
        # Of a TMX: the unit that a row is, as long as it has the borders it came with.
        self._units = dict(zip(self.head.unit_ranges(), self.head.units, strict=True))
        self.checks = Checker(self, tools.check, self._count)
        self._count(self.rows, 1)

    @property
    def head(self) -> Head:
        """The documents."""
        return self.project.head

    @property
    def rows(self) -> list[Row]:
        """The rows as they are now."""
        return self.project.rows

    def document(self, side: Side) -> Document:
        """The document of a side."""
        return self.head.source if side == "source" else self.head.target

    # ---------------------------------------------------------------------------- texts

    def sentences(self, row: Row, side: Side) -> list[str]:
        """The sentences of a side, as the document has them."""
        own = row.source if side == "source" else row.target
        segments = self.document(side).segments
        return [segments[index].text for index in own]

    def original(self, row: Row, side: Side) -> str:
        """The text of a side before any edit."""
        if self.head.units:
            return self._of_units(row, side)
        return self._joined(side, self.sentences(row, side))

    def _of_units(self, row: Row, side: Side) -> str:
        """Of a TMX: the text as the file has it between the sentences too."""
        document = self.document(side)
        own = row.source if side == "source" else row.target
        runs: dict[int, list[int]] = {}
        for index in own:
            runs.setdefault(document.segments[index].paragraph, []).append(index)
        pieces = []
        for number, indices in runs.items():
            paragraph = document.paragraphs[number]
            first, last = indices[0], indices[-1]
            opens = first == 0 or document.segments[first - 1].paragraph != number
            closes = last + 1 == len(document.segments) or (
                document.segments[last + 1].paragraph != number
            )
            start = paragraph.start if opens else document.segments[first].start
            end = paragraph.end if closes else document.segments[last].end
            pieces.append(document.text[start:end])
        return self._joined(side, pieces)

    def text(self, row: Row, side: Side) -> str:
        """The text of a side as it is now."""
        edited = edits.override(row, side)
        return self.original(row, side) if edited is None else edited

    def _joined(self, side: Side, sentences: Iterable[str]) -> str:
        return language_of(self.document(side).lang).join(sentences)

    def _join(self, side: Side, first: str, second: str) -> str:
        return join(first, second, self.document(side).lang)

    # -------------------------------------------------------------------------- actions

    def act(self, what: str, row_id: str, options: dict[str, Any]) -> Outcome:
        """Do one of the page's actions to a row and save it; raises EditError when it cannot be."""
        with self.lock:
            if what in ("undo", "redo"):
                effect = self.project.undo() if what == "undo" else self.project.redo()
                return self._outcome(what, effect, effect.new[0].id)
            index = edits.find(self.rows, row_id)
            if options.get("seen") not in (None, self.rows[index].mark):
                raise EditError("changed", f"row {row_id} was changed elsewhere in the meantime")
            change = self._change(what, index, options)
            if change.old == change.new:
                return Outcome("nothing", (), (), row_id)
            self.project.do(change, now=self.tools.now())
            return self._outcome(what, change, self._focus(what, change, row_id, options))

    def _change(self, what: str, index: int, options: dict[str, Any]) -> Change:
        rows = self.rows
        row = rows[index]
        side = _side(options)
        if what == "merge":
            return edits.merge(rows, index, self._join, self.text)
        if what == "split":
            return edits.split(rows, index, self._cut(row, options))
        if what in ("up", "down"):
            return edits.shift(rows, index, side, -1 if what == "up" else 1)
        if what == "edit":
            text = _typed(options.get("text"))
            return edits.edit_text(rows, index, side, text, self.original(row, side))
        if what == "comment":
            return edits.comment(rows, index, _typed(options.get("text")))
        if what in ("reviewed", "rejected"):
            return edits.set_state(rows, index, "" if row.state == what else _STATES[what])
        if what == "pin":
            return edits.pin(rows, index, not row.pinned)
        if what == "realign":
            return self._realigned(*edits.gaps_around(rows, index))
        if what == "realign-all":
            return self._realigned(0, len(rows))
        raise EditError("unknown", f"there is no action {what!r}")

    def _cut(self, row: Row, options: dict[str, Any]) -> tuple[int, int]:
        sizes = tuple([float(len(s)) for s in self.sentences(row, side)] for side in SIDES)
        place = options.get("at")
        fixed = (_side(options), place) if isinstance(place, int) else None
        return edits.best_cut(row, (sizes[0], sizes[1]), fixed)

    def _realigned(self, start: int, stop: int) -> Change:
        if all(row.decided for row in self.rows[start:stop]):
            raise EditError("nothing-free", "there is nothing between the pins to align again")
        documents = (self.head.source, self.head.target)
        return realign(self.rows, start, stop, documents, self.tools.align)

    def _focus(self, what: str, change: Change, row_id: str, options: dict[str, Any]) -> str:
        """The row to go on with: the one that still holds the beginning of what was in hand."""
        if what in ("up", "down"):
            return change.new[-1 if what == "up" else 0].id
        place = tuple(int(part) for part in row_id.split("-"))
        before = [row for row in change.new if (row.source.start, row.target.start) <= place]
        return (before[-1] if before else change.new[0]).id

    def _outcome(self, what: str, change: Change, focus: str) -> Outcome:
        removed = tuple(row.id for row in change.old)
        self._count(change.old, -1)
        self.checks.changed(change)
        self._count(change.new, 1)
        return Outcome(what, removed, change.new, focus)

    # ---------------------------------------------------------------------------- units

    def alignment(self, rows: Sequence[Row] | None = None) -> Alignment:
        """The rows as an alignment; what was made by hand has confidence 1."""
        beads = tuple(
            Bead(row.source, row.target, 1.0 if row.confidence is None else row.confidence)
            for row in (self.rows if rows is None else rows)
        )
        signature = self.head.signature or _NO_SIGNATURE
        return Alignment(self.head.source.segments, self.head.target.segments, beads, signature)

    def units(self) -> list[TranslationUnit]:
        """Every row as a unit, rejected ones with that state."""
        rows = list(self.rows)
        if self.head.units:
            return self.units_of(rows)
        made = self.tools.units(self.head.source, self.head.target, self.alignment(rows))
        return [self._decided(unit, row) for unit, row in zip(made, rows, strict=True)]

    def units_of(self, rows: Sequence[Row]) -> list[TranslationUnit]:
        """Some rows as units, with what the checks need to know of them."""
        return [self._decided(self._plain(row), row) for row in rows]

    def _plain(self, row: Row) -> TranslationUnit:
        unit = self._units.get((row.source, row.target))
        if unit is not None:
            return unit
        return TranslationUnit(
            "",
            "",
            self.head.source.lang,
            self.head.target.lang,
            id=f"s{row.source.start}t{row.target.start}",
            confidence=row.confidence,
            bead_type=f"{len(row.source)}-{len(row.target)}",
            paragraph=self.paragraph(row),
            symbol=self.head.source.symbol or self.head.target.symbol,
        )

    def _decided(self, unit: TranslationUnit, row: Row) -> TranslationUnit:
        """The unit with the reviewer's texts, state and comment; no score for what is by hand."""
        state = row.state or ("edited" if row.edited or row.by_hand else unit.state)
        return replace(
            unit,
            source=self.text(row, "source"),
            target=self.text(row, "target"),
            confidence=row.confidence,
            state=state,
            note=row.comment or unit.note,
        )

    def unit_before(self, row: Row) -> tuple[TranslationUnit, TranslationUnit | None]:
        """Of a TMX: the unit that a row begins in, and the one before it."""
        first = self.head.source.segments[row.source.start : row.source.start + 1]
        other = self.head.target.segments[row.target.start : row.target.start + 1]
        index = (first or other)[0].paragraph
        return self.head.units[index], self.head.units[index - 1] if index else None

    def paragraph(self, row: Row) -> str | None:
        """The number of the paragraph that a row begins in, or its place."""
        side: Side = "source" if len(row.source) else "target"
        document = self.document(side)
        index = document.segments[(row.source if len(row.source) else row.target).start].paragraph
        if not 0 <= index < len(document.paragraphs):
            return None
        return document.paragraphs[index].number or f"¶{index + 1}"

    # -------------------------------------------------------------------------- finding

    def next_to_review(
        self, row_id: str, *, back: bool = False, kind: Literal["review", "finding"] = "review"
    ) -> str | None:
        """The next row after this one that someone should look at, going round at the end."""
        with self.lock:
            try:
                at = edits.find(self.rows, row_id)
            except EditError:
                at = -1
            count = len(self.rows)
            for step in range(1, count + 1):
                row = self.rows[(at - step if back else at + step) % count]
                if self.wanted(row) if kind == "review" else self.checks.of(row.id):
                    return row.id
        return None

    def wanted(self, row: Row) -> bool:
        """Whether a row waits for the reviewer: unsure, one-sided, or with a grave finding."""
        if row.state:
            return False
        grave = any(
            f.severity in ("error", "warning") and not f.waived for f in self.checks.of(row.id)
        )
        return row.needs_review() or grave

    def queue(self, limit: int = 60) -> tuple[int, list[Row]]:
        """How many rows wait, and the first of them: weakest first."""
        with self.lock:
            waiting = [row for row in self.rows if self.wanted(row)]
        waiting.sort(key=lambda row: 2.0 if row.confidence is None else row.confidence)
        return len(waiting), waiting[:limit]

    def search(self, words: str, limit: int = 100) -> tuple[int, list[Hit]]:
        """Rows whose texts hold `words` (case, width and script aside): how many, and the first."""
        query = fold(words.strip())
        hits: list[Hit] = []
        total = 0
        if not query:
            return 0, hits
        with self.lock:
            rows = list(self.rows)
        for row in rows:
            marks = [_occurrences(self.text(row, side), query) for side in SIDES]
            if any(marks):
                total += 1
                if len(hits) < limit:
                    hits.append(Hit(row, marks[0], marks[1]))
        return total, hits

    def stats(self) -> dict[str, int]:
        """Counts for the page's head."""
        with self.lock:
            told = {key: self._tally[key] for key in _TALLIED}
            past, future = len(self.project.past), len(self.project.future)
            return {"rows": len(self.rows), **told, "undo": past, "redo": future}

    def _count(self, rows: Iterable[Row], sign: int) -> None:
        for row in rows:
            self._tally["waiting"] += sign * self.wanted(row)
            self._tally["reviewed"] += sign * (row.state == "reviewed")
            self._tally["rejected"] += sign * (row.state == "rejected")
            self._tally["pinned"] += sign * row.pinned


_TALLIED = ("waiting", "reviewed", "rejected", "pinned")
_STATES: dict[str, edits.State] = {"reviewed": "reviewed", "rejected": "rejected"}


def _side(options: dict[str, Any]) -> Side:
    return "source" if options.get("side") == "source" else "target"


def _typed(value: object) -> str:
    """A text from the page: line ends become spaces, what XML cannot hold goes."""
    if not isinstance(value, str):
        raise EditError("unknown", "the text is missing")
    flat = " ".join(value.splitlines()).strip()
    return "".join(char for char in flat if char >= " " and not "\ud800" <= char <= "\udfff")


def _occurrences(text: str, query: str) -> tuple[tuple[int, int], ...]:
    folded = fold(text)
    marks = []
    at = folded.find(query)
    while at >= 0:
        marks.append((at, at + len(query)))
        at = folded.find(query, at + len(query))
    return tuple(marks)
