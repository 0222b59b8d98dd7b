"""The checks of an opened project, run beside the page so that no edit waits for them."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from align.datatypes import Finding, TranslationUnit
from align.errors import AlignError
from align.web.edits import Change, Row

log = logging.getLogger(__name__)

Findings = tuple[Finding, ...]
NEAR, CONTEXT = 2, 5  # rows around a change that are checked again; rows that the check sees
_MANY = 40  # changed rows from which on everything is checked


class Checked(Protocol):
    """What the checks need of a session."""

    lock: threading.RLock

    @property
    def rows(self) -> list[Row]:
        """The rows as they are now."""

    def units_of(self, rows: Sequence[Row]) -> list[TranslationUnit]:
        """Rows as units."""


class Checker:
    """Findings by row id, kept up to date by a thread that runs while there is something to do."""

    def __init__(
        self,
        session: Checked,
        check: Callable[[Sequence[TranslationUnit]], Sequence[Finding]],
        recount: Callable[[Iterable[Row], int], None],
    ) -> None:
        self._session = session
        self._check = check
        self._recount = recount  # tells the session that rows go out of its counts, or come in
        self._findings: dict[str, Findings] = {}
        self._pending: set[str] = set()
        self._whole = False
        self._thread: threading.Thread | None = None
        self._idle = threading.Event()
        self._told: deque[tuple[int, str]] = deque(maxlen=2_000)
        self.version = 0  # raised whenever the findings of a row change
        self.begun = False
        self.error = ""

    def of(self, row_id: str) -> Findings:
        """The findings of a row, as far as they are known."""
        return self._findings.get(row_id, ())

    @property
    def done(self) -> bool:
        """Whether everything was checked."""
        return self.begun and self._idle.is_set()

    def begin(self) -> None:
        """Check everything, once."""
        with self._session.lock:
            if not self.begun:
                self.begun = self._whole = True
                self._start()

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is left to check; whether that came to pass."""
        return not self.begun or self._idle.wait(seconds)

    def changed(self, change: Change) -> None:
        """Take note of a change, the session's lock being held; what only marks needs no check."""
        if [_content(row) for row in change.old] == [_content(row) for row in change.new]:
            return
        for row in change.old:
            self._findings.pop(row.id, None)
        rows = self._session.rows
        near = rows[max(change.at - NEAR, 0) : change.at + len(change.new) + NEAR]
        self._pending |= {row.id for row in near}
        if self.begun and not self.error:
            self._start()

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
        while (work := self._next()) is not None:
            rows, wanted = work
            try:
                found = self._check(self._session.units_of(rows))
            except Exception as error:
                if not isinstance(error, AlignError):
                    log.exception("the checks failed")
                self.error = str(error) or type(error).__name__
                self._stop()
                return
            self._keep(rows, wanted, found)

    def _stop(self) -> None:
        with self._session.lock:
            self._thread = None
            self._idle.set()

    def _next(self) -> tuple[list[Row], set[str]] | None:
        """Rows to check together, and those of them whose findings are wanted."""
        with self._session.lock:
            rows = list(self._session.rows)
            if self._whole or len(self._pending) > _MANY:
                self._whole = False
                self._pending.clear()
                return rows, {row.id for row in rows}
            places = [index for index, row in enumerate(rows) if row.id in self._pending]
            self._pending.clear()
            if not places:
                self._thread = None
                self._idle.set()
                return None
            first, last = places[0], places[-1]
            if last - first > 4 * _MANY:  # two places far apart: one after the other
                self._pending = {rows[index].id for index in places if index - first > _MANY}
                places = [index for index in places if index - first <= _MANY]
                last = places[-1]
            wanted = {rows[index].id for index in places}
            return rows[max(first - CONTEXT, 0) : last + 1 + CONTEXT], wanted

    def _keep(self, rows: Sequence[Row], wanted: set[str], found: Sequence[Finding]) -> None:
        """Keep what was found in rows that are still as they were when they were read."""
        by_row: dict[str, Findings] = {}
        for finding in found:
            if finding.unit is not None and 0 <= finding.unit < len(rows):
                key = rows[finding.unit].id
                by_row[key] = (*by_row.get(key, ()), finding)
        whole = len(wanted) == len(rows)
        with self._session.lock:
            now = {row.id: row for row in self._session.rows}
            for row in rows:
                current = now.get(row.id)
                if row.id not in wanted or current is None or _content(current) != _content(row):
                    continue
                fresh = by_row.get(row.id, ())
                if not whole:  # a part cannot tell what is inconsistent in the whole
                    fresh += tuple(f for f in self.of(row.id) if "inconsistent" in f.rule)
                if fresh != self.of(row.id):
                    self._set(current, fresh)

    def _set(self, row: Row, fresh: Findings) -> None:
        self._recount((row,), -1)
        self._findings[row.id] = fresh
        self._recount((row,), 1)
        self.version += 1
        self._told.append((self.version, row.id))


def _content(row: Row) -> tuple[object, ...]:
    """What the checks see of a row."""
    places = (row.source.start, row.source.stop, row.target.start, row.target.stop)
    return (*places, row.source_text, row.target_text)
