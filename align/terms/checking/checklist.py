"""A user's own checklist: patterns that a translation must not have, or must have with a source's.

A table (TSV or CSV with a header): ``target`` is a regular expression of what is wrong in the
translation; ``source``, where given, must be found in the source for the row to apply; ``message``
says why; ``severity`` is error, warning (the usual) or info. With ``source`` and an empty
``target`` the row is a note wherever the source has the pattern.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex

from align.datatypes import Finding, Severity, TranslationUnit
from align.errors import FormatError
from align.terms.rules import finding

_FIELDS = ("source", "target", "message", "severity")
_SEVERITIES: dict[str, Severity] = {"error": "error", "warning": "warning", "info": "info"}
# Seconds that one pattern may take on one text. The slowest of 40 everyday patterns takes 0.002 on
# a text of 100,000 characters.
_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a checklist, its patterns compiled."""

    source: Any | None
    target: Any | None
    message: str
    severity: Severity
    where: str  # file:line


def read_checklist(path: Path) -> tuple[Item, ...]:
    """The items of a checklist. Raises FormatError, with the line, for what cannot be used."""
    from align.formats.tables import numbered
    from align.outside import few_of

    items = []
    for line, row in numbered(path):
        where = f"{path}:{line}"
        cells = {key: value.strip() for key, value in row.items()}
        unknown = set(cells) - set(_FIELDS)
        if unknown:
            raise FormatError(f"{where}: no such column: {few_of(sorted(unknown))}")
        source, target = (_compiled(cells.get(name, ""), where) for name in ("source", "target"))
        if source is None and target is None:
            raise FormatError(f"{where}: an item needs a pattern, in source or target")
        severity = cells.get("severity") or "warning"
        if severity not in _SEVERITIES:
            raise FormatError(f"{where}: {severity} is no severity; write error, warning or info")
        items.append(Item(source, target, cells.get("message", ""), _SEVERITIES[severity], where))
    return tuple(items)


def _compiled(pattern: str, where: str) -> Any | None:
    if not pattern:
        return None
    try:
        return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError) as error:
        raise FormatError(f"{where}: {pattern} is no regular expression ({error})") from error


def check_list(units: Sequence[TranslationUnit], items: Sequence[Item]) -> Iterator[Finding]:
    """A finding for each place that an item is about, unit by unit.

    Raises FormatError for a pattern that takes longer than half a second on one text.
    """
    for place, unit in enumerate(units):
        for item in items:
            ours = _places(item.source, unit.source, item)
            if item.source is not None and not ours:
                continue
            theirs = _places(item.target, unit.target, item)
            if item.target is not None and not theirs:
                continue
            yield finding(
                "checklist",
                "listed",
                place,
                unit,
                severity=item.severity,
                source=unit.source[slice(*ours[0])] if ours else None,
                found=unit.target[slice(*theirs[0])] if theirs else None,
                source_spans=tuple(ours),
                target_spans=tuple(theirs),
                values={"text": item.message or item.where},
            )


def _places(pattern: Any | None, text: str, item: Item) -> list[tuple[int, int]]:
    if pattern is None:
        return []
    try:
        return [match.span() for match in pattern.finditer(text, timeout=_SECONDS)]
    except TimeoutError as error:
        message = f"{item.where}: the pattern takes too long on a text of {len(text):,} characters"
        raise FormatError(f"{message}; make it simpler") from error
