"""Entries of contents pages: the page numbers of two languages differ and are no mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from align.datatypes import Finding, TranslationUnit

# A list of titles with numbers is one of contents where titles are sentences of the text as well;
# fewer than three rows with growing numbers come by chance.
_LEAST = 3
_PAGE = re.compile(r"\s+(\d{1,4})\s*$")


def page_numbers(units: Sequence[TranslationUnit]) -> dict[int, tuple[int, int]]:
    """Of each entry of a contents page, by its place among `units`, where its page number begins in
    the source and in the target.

    Entries come one after another, their numbers grow on both sides, and of at least half of them
    the title is a unit of its own elsewhere.
    """
    titles: set[str] | None = None
    found: dict[int, tuple[int, int]] = {}
    for run in _runs(units):
        if titles is None:
            titles = {text.strip() for unit in units for text in (unit.source, unit.target)}
        known = sum(
            units[at].source[:source].strip() in titles
            or units[at].target[:target].strip() in titles
            for at, source, target in run
        )
        if 2 * known >= len(run):
            found |= {at: (source, target) for at, source, target in run}
    return found


def _runs(units: Sequence[TranslationUnit]) -> Iterator[list[tuple[int, int, int]]]:
    """Units one after another that end in numbers which grow: their places, and the numbers'."""
    run: list[tuple[int, int, int]] = []
    before = (0, 0)
    for at, unit in enumerate(units):
        source, target = _PAGE.search(unit.source), _PAGE.search(unit.target)
        pages = (int(source[1]), int(target[1])) if source and target else (0, 0)
        if run and not (before[0] <= pages[0] and before[1] <= pages[1] and source and target):
            if len(run) >= _LEAST:
                yield run
            run = []
        if source and target:
            run.append((at, source.start(1), target.start(1)))
        before = pages
    if len(run) >= _LEAST:
        yield run


def is_of_a_page_number(finding: Finding, pages: dict[int, tuple[int, int]]) -> bool:
    """Whether a finding is about the page number of an entry, by itself or as that of a title
    (附件 11, "Annex 11")."""
    if finding.unit not in pages:
        return False
    source, target = pages[finding.unit]
    reached = [end > source for _, end in finding.source_spans]
    reached += [end > target for _, end in finding.target_spans]
    return bool(reached) and all(reached)
