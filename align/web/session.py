"""An opened project: what the page asks of it and does to it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from align.datatypes import Alignment, Bead, Document, Signature, TranslationUnit
from align.language.folding import fold
from align.language.languages import language_of
from align.project import Head, Project, edits
from align.project.edits import Change, EditError, Row, Side
from align.report.sheet import join
from align.web import cutting
from align.web.checking import Checker
from align.web.crossings import Crossings, crossings_of
from align.web.realigning import realign
from align.web.services import Tools
from align.web.worklist import GROUPS, Item, Key, Worklist, item_of

_NO_SIGNATURE = Signature("", "", "", "", "")
SIDES: tuple[Side, Side] = ("source", "target")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did: rows that are gone, rows that are new, and where to go on."""

    what: str
    removed: tuple[str, ...]
    added: tuple[Row, ...]
    focus: str
    anew: bool = False  # many rows changed, or all below have new ids: the page loads its list anew


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
        self._units = self._unit_places()
        self._seams = self._cut_places()
        self._worklist = Worklist()
        self.crossings = crossings_of(self.rows)
        self._meanings: list[Any] = [None, None]  # of each side: its sentences, and their vectors
        self.checks = Checker(self, tools.check, tools.check_whole, self._count)
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

    def _unit_places(self) -> dict[tuple[range, range], TranslationUnit]:
        """Of a TMX: the unit that a row is, as long as it has the borders it came with."""
        return dict(zip(self.head.unit_ranges(), self.head.units, strict=True))

    def _cut_places(self) -> dict[Side, frozenset[int]]:
        """Where in each text a reviewer cut a sentence."""
        begun = self.project.begun or self.head
        return {
            side: frozenset(s.start for s in self.document(side).segments)
            - frozenset(
                s.start for s in (begun.source if side == "source" else begun.target).segments
            )
            for side in SIDES
        }

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
        return "".join(between + text for _, text, between in self.pieces(row, side))

    def pieces(self, row: Row, side: Side) -> list[tuple[int, str, str]]:
        """The sentences of a side: number, text, and what stands before it in the row's text.

        The parts of a sentence that was cut are put together as the document has them.
        """
        own = row.source if side == "source" else row.target
        document = self.document(side)
        between = language_of(document.lang).between
        found: list[tuple[int, str, str]] = []
        for index in own:
            segment = document.segments[index]
            joined = between if found else ""
            if found and segment.start in self._seams[side]:
                joined = document.text[document.segments[index - 1].end : segment.start]
            found.append((index, segment.text, joined))
        return found

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
                ids = [row.id for row in effect.new]
                return self._outcome(what, effect, row_id if row_id in ids else ids[0])
            if what == "accept-rest":
                change = self._accepted()
            else:
                index = self._seen(row_id, options)
                if what not in _ALIGNED:
                    change = self._change(what, index, options)
            if what == "exchange" and not len(self.rows[index].target):
                what = "moved"  # nothing had to make room for it
            if what not in _ALIGNED:
                return self._done(what, change, row_id)
            rows = list(self.rows)
        # The aligner may take its time: the lock is free meanwhile, and the page goes on.
        change = self._realigned(rows, *self._range(what, rows, index))
        with self.lock:
            if tuple(self.rows[change.at : change.at + len(change.old)]) != change.old:
                raise EditError("changed", "rows were changed elsewhere in the meantime")
            return self._done(what, change, row_id)

    def _seen(self, row_id: str, options: dict[str, Any]) -> int:
        """The index of a row that is as the page last saw it."""
        index = edits.find(self.rows, row_id)
        if options.get("seen") not in (None, self.rows[index].mark):
            raise EditError("changed", f"row {row_id} was changed elsewhere in the meantime")
        return index

    def _done(self, what: str, change: Change, row_id: str) -> Outcome:
        if change.old == change.new:
            return Outcome("nothing", (), (), row_id)
        change = edits.settled(self.rows, change)
        self.project.do(change, now=self.tools.now())
        return self._outcome(what, change, self._focus(what, change, row_id))

    def _change(self, what: str, index: int, options: dict[str, Any]) -> Change:
        rows = self.rows
        row = rows[index]
        side = _side(options)
        if what == "merge":
            return edits.merge(rows, index, self._join, self.text)
        if what == "split":
            return self._split(index, row, options)
        if what == "exchange":
            return edits.exchange(rows, index, edits.find(rows, str(options.get("other"))))
        if what == "put-back":
            return edits.put_back(rows, index)
        if what in ("up", "down"):
            return edits.shift(rows, index, side, -1 if what == "up" else 1)
        if what == "edit":
            text = _typed(options.get("text"))
            return edits.edit_text(rows, index, side, text, self.original(row, side))
        if what == "comment":
            return edits.comment(rows, index, _typed(options.get("text")))
        if what == "accept":  # again and again: what is reviewed stays so
            return edits.set_state(rows, index, "reviewed")
        if what == "reopen":
            return edits.set_state(rows, index, "")
        if what in ("reviewed", "rejected"):
            return edits.set_state(rows, index, "" if row.state == what else _STATES[what])
        if what == "pin":
            return edits.pin(rows, index, not row.pinned)
        raise EditError("unknown", f"there is no action {what!r}")

    def _split(self, index: int, row: Row, options: dict[str, Any]) -> Change:
        """Between two sentences, or anywhere in the texts where places or an edited text ask."""
        places = options.get("places")
        if places is None and not row.edited and "text" not in options:
            return edits.split(self.rows, index, self._cut(row, options))
        asked = places if isinstance(places, dict) else {}
        texts = {side: self.text(row, side) for side in SIDES}
        if "text" in options:
            texts[_side(options)] = _typed(options["text"])
        fixed = {side: asked[side] for side in SIDES if isinstance(asked.get(side), int)}
        if not fixed:
            plain = replace(row, source_text=None, target_text=None)
            fixed = cutting.between_sentences(self, row, texts, self._cut(plain, options))
        change = cutting.cut(self, index, row, texts, cutting.proposed(texts, fixed))
        if row.id in self.crossings.ahead and any(part.one_sided for part in change.new):
            raise EditError("crossed", f"the translation of row {row.id} stands elsewhere")
        return change

    def _cut(self, row: Row, options: dict[str, Any]) -> tuple[int, int]:
        sizes = tuple([float(len(s)) for s in self.sentences(row, side)] for side in SIDES)
        place = options.get("at")
        fixed = (_side(options), place) if isinstance(place, int) else None
        return edits.best_cut(row, (sizes[0], sizes[1]), fixed)

    def _range(self, what: str, rows: Sequence[Row], index: int) -> tuple[int, int]:
        return (0, len(rows)) if what == "realign-all" else edits.gaps_around(rows, index)

    def touched(self, what: str, row_id: str) -> dict[str, int]:
        """How many rows an action would change, and how many in its reach it leaves as they are."""
        with self.lock:
            if what == "accept-rest":
                rows = list(self.rows)
                taken = sum(map(self._acceptable, rows))
                return {"rows": taken, "left": len(rows) - taken}
            rows = list(self.rows)
            start, stop = self._range(what, rows, edits.find(rows, row_id))
            free = sum(not row.decided for row in rows[start:stop])
            return {"rows": free, "left": stop - start - free}

    def _acceptable(self, row: Row) -> bool:
        """Whether nobody has decided on a row, and it was checked and nothing in it waits."""
        return not row.decided and self.checks.knows(row.id) and not self.wanted(row)

    def _accepted(self) -> Change:
        """Every row in which nothing waits, marked reviewed."""
        rows = self.rows
        places = [index for index, row in enumerate(rows) if self._acceptable(row)]
        if not places:
            raise EditError("nothing-free", "nothing is left to accept")
        first, stop = places[0], places[-1] + 1
        old = tuple(rows[first:stop])
        taken = set(places)
        new = tuple(
            replace(row, state="reviewed") if index in taken else row
            for index, row in enumerate(old, first)
        )
        return Change("accept-rest", first, old, new)

    def _realigned(self, rows: Sequence[Row], start: int, stop: int) -> Change:
        if all(row.decided for row in rows[start:stop]):
            raise EditError("nothing-free", "there is nothing between the pins to align again")
        documents = (self.head.source, self.head.target)
        return realign(rows, start, stop, documents, self.tools.align)

    def _focus(self, what: str, change: Change, row_id: str) -> str:
        """The row to go on with: the one that still holds the beginning of what was in hand."""
        if what in ("exchange", "moved", "put-back"):
            return self._holder(row_id)
        if what in ("up", "down"):
            return change.new[-1 if what == "up" else 0].id
        if any(row.id == row_id for row in change.new):
            return row_id
        if what == "accept-rest":  # the current row may lie outside of what changed
            return row_id
        place = tuple(int(part) for part in row_id.split("-"))
        before = [row for row in change.new if (row.source.start, row.target.start) <= place]
        return (before[-1] if before else change.new[0]).id

    def _holder(self, row_id: str) -> str:
        """The row that holds the source of one that was there, or its target, after a change."""
        source, target = map(int, row_id.split("-"))
        for row in self.rows:
            if row.source.start == source and len(row.source):
                return row.id
        return next(row.id for row in self.rows if target in row.target)

    def _outcome(self, what: str, change: Change, focus: str) -> Outcome:
        self._count(change.old, -1)
        if change.cuts:
            self._units, self._seams = self._unit_places(), self._cut_places()
        self.checks.changed(change)
        self._count(change.new, 1)
        before, self.crossings = self.crossings, self._crossings_after(change)
        if change.cuts:  # the places of all below have moved
            self._worklist = Worklist()
            for row in self.rows:
                self._worklist.add(row, self.checks.of(row.id))
        gone, come = self._redrawn(change, before)
        if change.cuts or len(gone) + len(come) > _MANY:
            return Outcome(what, (), (), focus, anew=True)
        return Outcome(what, gone, come, focus)

    def _crossings_after(self, change: Change) -> Crossings:
        sides = [[(row.source, row.target) for row in part] for part in (change.old, change.new)]
        return self.crossings if sides[0] == sides[1] else crossings_of(self.rows)

    def _redrawn(
        self, change: Change, before: Crossings
    ) -> tuple[tuple[str, ...], tuple[Row, ...]]:
        """The ids of rows that are gone or look otherwise now, and the rows to be shown.

        A translation that goes far leaves most of the rows that it passes as they were.
        """
        old, new = ({(row.id, row.mark): row for row in part} for part in (change.old, change.new))
        gone = [row.id for key, row in old.items() if key not in new]
        come = {row.id: row for key, row in new.items() if key not in old}
        for row_id in sorted(self.crossings.differing(before) - come.keys() - set(gone)):
            place = edits.place_of(self.rows, row_id)
            gone.append(row_id)
            if place is not None:
                come[row_id] = self.rows[place]
        rows = sorted(come.values(), key=lambda row: (row.source.start, row.target.start))
        return tuple(gone), tuple(rows)

    # ---------------------------------------------------------------------------- units

    def alignment(self, rows: Sequence[Row] | None = None) -> Alignment:
        """The rows as an alignment; what was made by hand has confidence 1.

        Of a crossed row each side is a bead of its own.
        """
        beads = tuple(
            Bead(row.source, row.target, 1.0 if row.confidence is None else row.confidence)
            for row in edits.in_order(self.rows if rows is None else rows)
        )
        crossed = [row for row in self.rows if row.id in self.crossings.ahead]
        pairs = tuple((row.source.start, row.target.start) for row in crossed)
        sides = self.head.source.segments, self.head.target.segments
        return Alignment(*sides, beads, self.head.signature or _NO_SIGNATURE, pairs)

    def units(self) -> list[TranslationUnit]:
        """Every row as a unit, rejected ones with that state."""
        rows = list(self.rows)
        if self.head.units:
            return self.units_of(rows)
        parts = edits.in_order(rows)
        made = self.tools.units(self.head.source, self.head.target, self.alignment(rows))
        by_place = {_first_sentence(part): unit for part, unit in zip(parts, made, strict=True)}
        return [self._decided(by_place[_first_sentence(row)], row) for row in rows]

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
        if row.id in self.crossings.ahead:
            from align.pipeline import crossed_unit

            sizes = (len(row.source), len(row.target))
            unit = crossed_unit(unit, self.text(row, "target"), sizes)
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
        self, row_id: str, *, back: bool = False, group: str = "", order: str = "gravity"
    ) -> str | None:
        """The row of the worklist after this one, going round at the end.

        A row that has just been decided stands where it stood in the list.
        """
        with self.lock:
            if order == "gravity" and not group:
                item = self._worklist.beside(self._key(row_id), -1 if back else 1)
                return None if item is None else item.row.id
            items = [item for item in self.worklist() if group in ("", item.group)]
            if not items:
                return None
            if order == "text":
                items.sort(key=_in_text)
            at = self._place(items, row_id, order)
            ids = [item.row.id for item in items]
            here = at < len(ids) and ids[at] == row_id
            step = at - 1 if back else at + here
            return ids[step % len(ids)]

    def _key(self, row_id: str) -> Key:
        """Where a row stands in the worklist, or would, had it not been decided."""
        try:
            row = self.rows[edits.find(self.rows, row_id)]
        except EditError:
            return (-1, 0, 0.0, 0, 0)
        bare = replace(row, state="", pinned=False, comment="")
        item = item_of(bare, self.checks.of(row.id)) or Item(bare, "left", "error", None)
        return item.key

    def next_after(self, row_id: str, *, waited: bool, group: str, order: str) -> str | None:
        """Where to go on after a row was accepted: in the worklist if it stood there, else below."""
        with self.lock:
            if waited:
                return self.next_to_review(row_id, group=group, order=order)
            below = edits.find(self.rows, row_id) + 1
            return self.rows[below].id if below < len(self.rows) else None

    def ahead(self, row_id: str, *, waited: bool, count: int, order: str = "gravity") -> list[str]:
        """Where one goes on when this row and those that follow are accepted one by one.

        `waited` says whether the row waits, or did before it was accepted. At the end of the
        worklist one goes round, but no row comes twice.
        """
        with self.lock:
            found: list[str] = []
            if order == "text" and waited:
                items = sorted(self.worklist(), key=_in_text)
                at = self._place(items, row_id, order)
                ids = [item.row.id for item in (*items[at:], *items[:at])]
                return [other for other in ids if other != row_id][:count]
            while len(found) < count:
                following = self.next_after(
                    found[-1] if found else row_id, waited=waited, group="", order=order
                )
                if following is None or following == row_id or following in found:
                    break
                found.append(following)
                waited = self.waits(following)
            return found

    def waits(self, row_id: str) -> bool:
        """Whether the row with this id waits for the reviewer."""
        with self.lock:
            try:
                return self.wanted(self.rows[edits.find(self.rows, row_id)])
            except EditError:
                return False

    def has(self, row: Row) -> bool:
        """Whether a row is still there as it was."""
        place = edits.place_of(self.rows, row.id)
        return place is not None and self.rows[place] == row

    def best_places(self, row_id: str) -> dict[str, Any]:
        """Both texts of a row, and the place in each where it would best be cut."""
        with self.lock:
            row = self.rows[edits.find(self.rows, row_id)]
            texts: dict[Side, str] = {side: self.text(row, side) for side in SIDES}
            return {"texts": texts, "places": cutting.proposed(texts, {}), "seen": row.mark}

    def _place(self, items: Sequence[Item], row_id: str, order: str) -> int:
        """Where a row stands in the worklist, or would, had it not been decided."""
        if order == "text":
            begin = tuple(int(part) for part in row_id.split("-")) if row_id[:1].isdigit() else ()
            return sum((i.row.source.start, i.row.target.start) < begin for i in items)
        key = self._key(row_id)
        return sum(other.key < key for other in items)

    def wanted(self, row: Row) -> bool:
        """Whether a row waits for the reviewer: unsure, one-sided, or with a grave finding."""
        return item_of(row, self.checks.of(row.id)) is not None

    def worklist(self) -> list[Item]:
        """Every row that waits, once, the gravest first."""
        with self.lock:
            return self._worklist.items()

    def rules_found(self) -> list[tuple[str, int]]:
        """In how many rows something was found by each rule, most first."""
        with self.lock:
            return [(rule, count) for rule, count in self._worklist.rules.most_common() if count]

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

    def alike(self, text: str, limit: int = 20) -> list[tuple[Row, float]]:
        """The rows with a sentence nearest to a text in meaning, on either side, best first."""
        best: dict[int, float] = {}
        with self.lock:
            rows = list(self.rows)
            documents = [self.document(side).segments for side in SIDES]
        query = self.tools.vectors([text])[0]
        for place, segments in enumerate(documents):
            if self._meanings[place] is None or self._meanings[place][0] is not segments:
                found = self.tools.vectors([segment.text for segment in segments])
                self._meanings[place] = (segments, found)
            similar = self._meanings[place][1] @ query
            holders = {
                index: at
                for at, row in enumerate(rows)
                for index in (row.source if place == 0 else row.target)
            }
            for index in similar.argsort()[::-1][: 3 * limit].tolist():
                at = holders[index]
                best[at] = max(best.get(at, -1.0), float(similar[index]))
        ranked = sorted(best.items(), key=lambda item: -item[1])[:limit]
        return [(rows[at], max(score, 0.0)) for at, score in ranked]

    def stats(self) -> dict[str, int]:
        """Counts for the page's head."""
        with self.lock:
            told = {key: self._tally[key] for key in _TALLIED}
            past, future = len(self.project.past), len(self.project.future)
            return {"rows": len(self.rows), **told, "undo": past, "redo": future}

    def _count(self, rows: Iterable[Row], sign: int) -> None:
        change = self._worklist.add if sign > 0 else self._worklist.remove
        for row in rows:
            item = change(row, self.checks.of(row.id))
            self._tally["waiting"] += sign * (item is not None)
            if item is not None:
                self._tally[item.group] += sign
            self._tally["reviewed"] += sign * (row.state == "reviewed")
            self._tally["rejected"] += sign * (row.state == "rejected")
            self._tally["pinned"] += sign * row.pinned


_MANY = 200  # changed rows from which on the page loads its list anew: four of its runs
_ALIGNED = ("realign", "realign-all")
_TALLIED = ("waiting", "reviewed", "rejected", "pinned", *GROUPS)
_STATES: dict[str, edits.State] = {"reviewed": "reviewed", "rejected": "rejected"}


def _first_sentence(row: Row) -> tuple[Side, int]:
    return ("source", row.source.start) if len(row.source) else ("target", row.target.start)


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


def _in_text(item: Item) -> tuple[int, int]:
    return item.row.source.start, item.row.target.start
