"""Align again what lies between decided rows, and only that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from align.datatypes import Alignment, Bead, Document
from align.project.edits import UNDECIDED, Change, Row, crossed, replaced

Pins = tuple[tuple[range, range], ...]
# Aligns two documents with these beads fixed.
Aligner = Callable[[Document, Document, Pins], Alignment]

MARGIN = 200  # rows around a gap that are given as pins: lengths and words of the surroundings


def realign(
    rows: Sequence[Row],
    start: int,
    stop: int,
    documents: tuple[Document, Document],
    aligner: Aligner,
) -> Change:
    """The change that re-aligns rows ``start … stop``; decided rows among them stay as they are.

    The rows around are given to the aligner as pins, so that it knows the place but not more than
    it needs: re-aligning a page of a long book takes as long as re-aligning a short text. Crossed
    rows stay as they are, and the aligner does not see their sentences.
    """
    apart = crossed(rows)
    first, last = max(start - MARGIN, 0), min(stop + MARGIN, len(rows))
    window = [
        (index, row) for index, row in enumerate(rows[first:last], first) if row.id not in apart
    ]
    own = [[sentence for _, row in window for sentence in _of(row, side)] for side in (0, 1)]
    parts = [
        replace(document, segments=tuple(document.segments[sentence] for sentence in some))
        for document, some in zip(documents, own, strict=True)
    ]
    places = _counted(window)
    inside = {places[index]: row for index, row in window if start <= index < stop and row.decided}
    pins = tuple(places[index] for index, row in window if row.decided or not start <= index < stop)
    found = aligner(parts[0], parts[1], pins)
    within = [places[index] for index, _ in window if start <= index < stop]
    new = [row for row in rows[start:stop] if row.id in apart]
    for bead in _between(found.beads, within[0], within[-1]) if within else []:
        kept = inside.get((bead.source, bead.target))
        new += [kept] if kept else _rows_of(bead, own)
    return replaced(rows, start, stop, new)


def _of(row: Row, side: int) -> range:
    return row.target if side else row.source


def _counted(window: Sequence[tuple[int, Row]]) -> dict[int, tuple[range, range]]:
    """The rows by their index, with sentences counted as if there were no others."""
    found = {}
    at = [0, 0]
    for index, row in window:
        begin = tuple(at)
        at = [at[0] + len(row.source), at[1] + len(row.target)]
        found[index] = (range(begin[0], at[0]), range(begin[1], at[1]))
    return found


def _between(
    beads: Sequence[Bead], first: tuple[range, range], last: tuple[range, range]
) -> list[Bead]:
    """The beads that cover what lies from the first to the last row."""
    begin = (first[0].start, first[1].start)
    end = (last[0].stop, last[1].stop)
    return [bead for bead in beads if begin <= (bead.source.start, bead.target.start) < end]


def _rows_of(bead: Bead, own: Sequence[Sequence[int]]) -> list[Row]:
    """A bead in the documents' own numbers; where others stand between its sentences, in parts.

    A part's place is undecided: another sentence stands between its partners.
    """
    runs = [
        _runs([sentences[at] for at in counted])
        for counted, sentences in zip((bead.source, bead.target), own, strict=True)
    ]
    if max(map(len, runs)) <= 1:
        source, target = (
            _whole(*each) for each in zip(runs, (bead.source, bead.target), own, strict=True)
        )
        return [Row(source, target, bead.confidence)]
    longest = [max(some, key=len, default=range(0)) for some in runs]
    rows = [Row(longest[0], longest[1], min(bead.confidence, UNDECIDED))]
    rows += [Row(run, range(0), UNDECIDED) for run in runs[0] if run is not longest[0]]
    return rows + [Row(range(0), run, UNDECIDED) for run in runs[1] if run is not longest[1]]


def _whole(runs: Sequence[range], counted: range, sentences: Sequence[int]) -> range:
    """The one run of a side; of none, the place before the next sentence that is left."""
    if runs:
        return runs[0]
    there = sentences[counted.start : counted.start + 1]
    place = there[0] if there else (sentences[-1] + 1 if sentences else 0)
    return range(place, place)


def _runs(sentences: Sequence[int]) -> list[range]:
    """Sentences that follow each other, together.

    >>> _runs([3, 4, 7])
    [range(3, 5), range(7, 8)]
    """
    runs: list[range] = []
    for sentence in sentences:
        if runs and runs[-1].stop == sentence:
            runs[-1] = range(runs[-1].start, sentence + 1)
        else:
            runs.append(range(sentence, sentence + 1))
    return runs
