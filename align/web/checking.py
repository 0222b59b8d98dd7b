"""The checks of an opened project, run beside the page so that no edit waits for them."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from align.datatypes import Finding, TranslationUnit
from align.errors import AlignError
from align.project.edits import Change, Row, place_of

log = logging.getLogger(__name__)

Findings = tuple[Finding, ...]
NEAR, CONTEXT = 2, 5  # rows around a change that are checked again; rows that the check sees
# Rows checked together: the first run is shown at once; 200 take 0.5 s of processor time, and give
# what a check of the whole gives (the record: the same findings in runs of 40 and of 80).
_FIRST_RUN, _RUN = 40, 200


class Checked(Protocol):
    """What the checks need of a session."""

    lock: threading.RLock

    @property
    def rows(self) -> list[Row]:
        """The rows as they are now."""

    def units_of(self, rows: Sequence[Row]) -> list[TranslationUnit]:
        """Rows as units."""


class Checker:
    """Findings by row id, kept up to date by a thread that runs while there is something to do.

    The rows are checked in runs, so that what is ready is shown; what only the whole text tells
    (the same source translated differently) comes when the last run is done.
    """

    def __init__(
        self,
        session: Checked,
        check: Callable[[Sequence[TranslationUnit]], Sequence[Finding]],
        check_whole: Callable[[Sequence[TranslationUnit]], Sequence[Finding]],
        recount: Callable[[Iterable[Row], int], None],
    ) -> None:
        self._session = session
        self._check = check
        self._check_whole = check_whole
        self._recount = recount  # tells the session that rows go out of its counts, or come in
        self._findings: dict[str, Findings] = {}  # that a run of rows tells
        self._whole: dict[str, Findings] = {}  # that only the whole text tells
        self._urgent: set[str] = set()  # rows around a change
        self._pending: set[str] = set()
        self._reached = 0  # the rows above this place are not pending
        self._running: set[str] = set()  # rows of the run that is being checked
        self._whole_due = False
        self._first = True
        self._thread: threading.Thread | None = None
        self._idle = threading.Event()
        self._told: deque[tuple[int, str]] = deque(maxlen=20_000)
        self.version = 0  # raised whenever the findings of a row change
        self.begun = False
        self.error = ""

    def of(self, row_id: str) -> Findings:
        """The findings of a row, as far as they are known."""
        return self._findings.get(row_id, ()) + self._whole.get(row_id, ())

    @property
    def done(self) -> bool:
        """Whether everything was checked."""
        return self.begun and self._idle.is_set()

    def knows(self, row_id: str) -> bool:
        """Whether a row was checked as it is now."""
        due = (self._pending, self._urgent, self._running)
        return self.begun and not self.error and not any(row_id in part for part in due)

    @property
    def waiting(self) -> int:
        """How many rows are still to be checked."""
        with self._session.lock:
            return len(self._pending | self._urgent | self._running)

    def begin(self) -> None:
        """Check everything, once."""
        with self._session.lock:
            if not self.begun:
                self.begun = True
                self._all_pending()

    def again(self) -> None:
        """Check everything anew: the termbase was changed."""
        with self._session.lock:
            if self.begun:
                self.error = ""
                self._all_pending()

    def _all_pending(self) -> None:
        self._pending = {row.id for row in self._session.rows}
        self._reached = 0
        self._whole_due = True
        self._start()

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is left to check; whether that came to pass."""
        return not self.begun or self._idle.wait(seconds)

    def changed(self, change: Change) -> None:
        """Take note of a change, the session's lock being held; what only marks needs no check."""
        old, new = (list(map(_content, part)) for part in (change.old, change.new))
        if old == new:
            return
        stay = set(old) & set(new)  # of a translation that went far, most rows that it passed
        for row, content in zip(change.old, old, strict=True):
            if content not in stay:
                self._findings.pop(row.id, None)
                self._whole.pop(row.id, None)
        if change.cuts:
            self._renumber(change)
        if self._reached >= change.at + len(change.old):
            self._reached += len(change.new) - len(change.old)
        else:
            self._reached = min(self._reached, change.at)
        rows = self._session.rows
        # Around what is new, and where a row is gone: those on either side are seen together now.
        places = [at for at, content in enumerate(new, change.at) if content not in stay]
        places += [change.at + len(new) - 1] if len(new) < len(old) else []
        for place in places:
            self._urgent |= {row.id for row in rows[max(place - NEAR, 0) : place + 1 + NEAR]}
        self._whole_due = True
        if self.begun and not self.error:
            self._start()

    def _renumber(self, change: Change) -> None:
        """Rows after a cut have new ids: what is known of them follows."""
        new = {row.id for row in change.new}
        back = change.inverse()
        ids = {back.follow(row).id: row.id for row in self._session.rows if row.id not in new}
        self._findings = {ids.get(key, key): found for key, found in self._findings.items()}
        self._whole = {ids.get(key, key): found for key, found in self._whole.items()}
        self._urgent |= self._running  # what is being checked would come back under old ids
        self._urgent = {ids.get(key, key) for key in self._urgent}
        self._pending = {ids.get(key, key) for key in self._pending}
        self._told.clear()

    def since(self, version: int) -> list[str]:
        """The rows whose findings changed after `version`."""
        return list(dict.fromkeys(key for number, key in self._told if number > version))

    # ------------------------------------------------------------------------- the thread

    def _start(self) -> None:
        self._idle.clear()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            while (work := self._next()) is not None:
                rows, wanted = work
                if wanted:
                    self._keep(rows, wanted, self._check(self._session.units_of(rows)))
                else:
                    self._keep_whole(rows, self._check_whole(self._session.units_of(rows)))
        except Exception as error:
            if not isinstance(error, AlignError):
                log.exception("the checks failed")
            self.error = str(error) or type(error).__name__
            self._stop()

    def _stop(self) -> None:
        with self._session.lock:
            self._thread = None
            self._running = set()
            self._idle.set()

    def _next(self) -> tuple[list[Row], set[str]] | None:
        """Rows to check together, and those of them whose findings are wanted.

        None wanted: all rows, for what only the whole text tells.
        """
        with self._session.lock:
            rows = self._session.rows
            self._running = set()
            first = self._first_due(rows)
            if first is None:
                if self._whole_due:
                    self._whole_due = False
                    return list(rows), set()
                self._thread = None
                self._idle.set()
                return None
            due = self._urgent or self._pending
            stop = first + (_FIRST_RUN if self._first else _RUN)
            self._first = False
            places = [at for at in range(first, min(stop, len(rows))) if rows[at].id in due]
            wanted = {rows[at].id for at in places}
            self._urgent -= wanted
            self._pending -= wanted
            self._running = wanted
            return rows[max(first - CONTEXT, 0) : places[-1] + 1 + CONTEXT], wanted

    def _first_due(self, rows: Sequence[Row]) -> int | None:
        """The index of the row to begin a run with: the first around a change, else the first left.

        An edit waits for this, so it asks after few rows only: those above the last run of pending
        ones are done.
        """
        places = [at for at in (place_of(rows, key) for key in self._urgent) if at is not None]
        if places:
            return min(places)
        self._urgent.clear()
        while self._reached < len(rows) and self._pending:
            if rows[self._reached].id in self._pending:
                return self._reached
            self._reached += 1
        self._pending.clear()
        return None

    def _keep(self, rows: Sequence[Row], wanted: set[str], found: Sequence[Finding]) -> None:
        """Keep what was found in rows that are still as they were when they were read."""
        by_row = _by_row(rows, found)
        with self._session.lock:
            self._keep_run([row for row in rows if row.id in wanted], by_row, self._findings)

    def _keep_whole(self, rows: Sequence[Row], found: Sequence[Finding]) -> None:
        by_row = _by_row(rows, found)
        for start in range(0, len(rows), _RUN):  # an edit waits for one run at most
            with self._session.lock:
                self._keep_run(rows[start : start + _RUN], by_row, self._whole)

    def _keep_run(
        self, rows: Sequence[Row], found: Mapping[str, Findings], kept: dict[str, Findings]
    ) -> None:
        now = self._session.rows
        for row in rows:
            place = place_of(now, row.id)
            if place is None or _content(now[place]) != _content(row):
                continue
            fresh = found.get(row.id, ())
            if fresh != kept.get(row.id, ()):
                self._set(kept, now[place], fresh)

    def _set(self, kept: dict[str, Findings], row: Row, fresh: Findings) -> None:
        self._recount((row,), -1)
        kept[row.id] = fresh
        self._recount((row,), 1)
        self.version += 1
        self._told.append((self.version, row.id))


def _by_row(rows: Sequence[Row], found: Iterable[Finding]) -> dict[str, Findings]:
    by_row: dict[str, Findings] = {}
    for finding in found:
        if finding.unit is not None and 0 <= finding.unit < len(rows):
            key = rows[finding.unit].id
            by_row[key] = (*by_row.get(key, ()), finding)
    return by_row


def _content(row: Row) -> tuple[object, ...]:
    """What the checks see of a row."""
    places = (row.source.start, row.source.stop, row.target.start, row.target.stop)
    return (*places, row.source_text, row.target_text)
