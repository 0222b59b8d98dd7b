"""Sentences that stand in another order on the other side: they are not paired by their place.

An alignment runs through both texts in order. Where one side sorts its definitions, items or notes
in another way, it leaves sentences alone that have a counterpart elsewhere, or pairs two because of
where they stand or what label they bear. Such sentences become crossings, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from align.datatypes import REVIEW_BELOW, Alignment, Bead
from align.embedding.protocol import Encoder

Floats = NDArray[np.float32]

_MOST = 2_000  # sentences of either side that are compared; more are no matter of order
# Pairs whose sentences say how near right and wrong partners are. With 280 instead of 1,700 the
# limit between them moved by 0.004 at most in three pairs of documents.
_ASKED = 256
# Shorter ones match by chance. With 8, as for English, items of an agenda in Chinese were passed
# over; in 1,500 beads of novels in order nothing is found with either.
_LEAST_LETTERS = 5
_DOUBT = 0.5  # whether such a sentence has a counterpart is undecided, by an alignment in order
# How much more alike a match is than either's next best. `scripts/bench order` moves runs of 4, 7 and
# 12 sentences of corpora/ about: from 0.1 to 0.3 the right ones are twice those of before. In novels,
# in order, false ones had 0.16 at most; where both stand alone anyway less is risked.
_LEAD = 0.2
_LEAD_ALONE = 0.1
# Two that stand alone anyway need not be so alike where nothing else is nearly so. `bench order` has one
# more right with it; in the gold novels and the magazine nothing is found, even with 0.15.
_LEAD_FAR = 0.3


@dataclass(frozen=True, slots=True)
class _Side:
    """The sentences of a side whose bead is doubtful, unlike itself, or empty on the other side."""

    places: list[int]
    beads: list[int]  # the bead of each


def in_another_order(
    alignment: Alignment, source: Floats, target: Floats
) -> tuple[Alignment, tuple[str, ...]]:
    """`alignment` with the sentences that match one elsewhere as crossings, and a note about them.

    `source` and `target` are the vectors of the sentences (n, dim), of any length. A sentence
    leaves its bead only where its partners there are as unlike it as wrong ones are; from within a
    bead of several it takes the others along, which stand alone then. The confidence of what is
    alone in this way is a half at most.
    """
    ones = [(k, bead) for k, bead in enumerate(alignment.beads) if bead.type == "1-1"]
    source, target = _unit(source), _unit(target)
    left_ones = source[[bead.source.start for _, bead in ones]]
    right_ones = target[[bead.target.start for _, bead in ones]]
    limits = _limits(left_ones[:_MOST], right_ones[:_MOST])
    if limits is None:
        return alignment, ()
    half, quarter = limits
    close = (left_ones * right_ones).sum(axis=1)
    unlike = {k for (k, _), value in zip(ones, close, strict=True) if value < half}
    left, right = (_candidates(alignment, unlike, source=side) for side in (True, False))
    vectors = source[left.places[: _MOST + 1]], target[right.places[: _MOST + 1]]

    def leaves(i: int, j: int) -> bool:
        """Whether both sentences of a match are alone, or unlike what they are paired with."""
        theirs = alignment.beads[left.beads[i]].target
        ours = alignment.beads[right.beads[j]].source
        return (not len(theirs) or _like(source[left.places[i]], target[list(theirs)]) < half) and (
            not len(ours) or _like(target[right.places[j]], source[list(ours)]) < half
        )

    found = [
        (i, j)
        for i, j in _matches(*vectors, half, _LEAD)
        if left.beads[i] != right.beads[j] and leaves(i, j)
    ]
    found += [
        (i, j)
        for i, j in _matches(*vectors, quarter, _LEAD_FAR)
        if (i, j) not in found
        and alignment.beads[left.beads[i]].type == "1-0"
        and alignment.beads[right.beads[j]].type == "0-1"
    ]
    exchanged = _exchanged(alignment, source, target, half)
    if not found and not exchanged:
        return alignment, ()
    moved = (
        {left.places[i] for i, _ in found} | {i for i, _ in exchanged},
        {right.places[j] for _, j in found} | {j for _, j in exchanged},
    )
    beads = tuple(new for bead in alignment.beads for new in _without(bead, *moved))
    alone = (
        {bead.source.start for bead in beads if bead.type == "1-0"},
        {bead.target.start for bead in beads if bead.type == "0-1"},
    )
    matched = {*found, *_matches(*vectors, half, _LEAD_ALONE)}
    crossings = [(left.places[i], right.places[j]) for i, j in matched] + exchanged
    crossings = sorted({(i, j) for i, j in crossings if i in alone[0] and j in alone[1]})
    first, second = crossings[0]
    many = len(crossings) > 1
    note = (
        f"{len(crossings)} sentence{'s' if many else ''} of either side match{'' if many else 'es'} "
        f"in another order; look at {'these pairs' if many else 'this pair'}: "
        f"{alignment.source[first].text[:40]} / {alignment.target[second].text[:60]}"
    )
    return replace(alignment, beads=beads, crossings=tuple(crossings)), (note,)


def counterparts(
    left: Sequence[str], right: Sequence[str], pairs: Sequence[tuple[str, str]], encoder: Encoder
) -> list[tuple[int, int]]:
    """Which of these texts match each other, by how alike those of `pairs` are, which are in order."""
    if not left or not right or max(len(left), len(right)) > _MOST:
        return []
    sides = ([text for text, _ in pairs[:_MOST]], [text for _, text in pairs[:_MOST]])
    limits = _limits(*(encoder.encode(side) for side in sides))
    if limits is None:
        return []
    vectors = encoder.encode(list(left)), encoder.encode(list(right))
    return _matches(*vectors, limits[0], _LEAD_ALONE)


def is_long_enough(text: str) -> bool:
    """Whether a text has so many letters that it does not match another by chance."""
    return sum(char.isalpha() for char in text) >= _LEAST_LETTERS


def _limits(left: Floats, right: Floats) -> tuple[float, float] | None:
    """Half way from how alike the best wrong partners of sentences are to their own, and a quarter.

    From the pairs that are each other's best: one of a list sorted otherwise says nothing. None
    where there are not two.
    """
    asked = np.arange(0, len(left), 1 + len(left) // _ASKED)
    if len(asked) < 2:
        return None
    rows = np.arange(len(asked))
    close = left[asked] @ right.T
    sure = (close.argmax(axis=1) == asked) & (close[:, asked].argmax(axis=0) == rows)
    if sure.sum() < 2:
        return None
    together = float(np.median(close[rows, asked][sure]))
    close[rows, asked] = -1.0
    wrong = np.maximum(close.max(axis=1), close[:, asked].max(axis=0))[sure]
    apart = together - float(np.median(wrong))
    return together - apart / 2, together - 3 * apart / 4


def _matches(left: Floats, right: Floats, least: float, lead: float) -> list[tuple[int, int]]:
    """Rows of `left` and `right` that are alike, and each other's best by a lead."""
    if not 0 < len(left) <= _MOST or not 0 < len(right) <= _MOST:
        return []
    close = left @ right.T
    best, back = close.argmax(axis=1), close.argmax(axis=0)
    places = np.arange(len(left))
    highest = close[places, best]
    found = np.flatnonzero((back[best] == places) & (highest >= least))
    close[places, best] = -1.0
    second = np.maximum(close.max(axis=1), close.max(axis=0)[best])
    return [(int(i), int(best[i])) for i in found if highest[i] - second[i] >= lead]


def _exchanged(
    alignment: Alignment, source: Floats, target: Floats, half: float
) -> list[tuple[int, int]]:
    """Sentences of one bead that have changed places with a paragraph of the same bead.

    A translator may turn the sentences of a paragraph round; paragraphs stay where they are.
    """
    ours = [segment.paragraph for segment in alignment.source]
    theirs = [segment.paragraph for segment in alignment.target]
    found: list[tuple[int, int]] = []
    for bead in alignment.beads:
        if len(bead.source) < 2 or len(bead.target) < 2:
            continue
        rows, columns = list(bead.source), list(bead.target)
        pairs = [
            (rows[i], columns[j])
            for i, j in _matches(source[rows], target[columns], half, _LEAD)
            if is_long_enough(alignment.source[rows[i]].text)
            and is_long_enough(alignment.target[columns[j]].text)
        ]
        found += _crossing(pairs, ours, theirs)
    return found


def _crossing(
    pairs: Sequence[tuple[int, int]], ours: Sequence[int], theirs: Sequence[int]
) -> list[tuple[int, int]]:
    """The fewest of `pairs` (rising on the left) without which all go on in order, by paragraph.

    >>> _crossing([(0, 2), (1, 0), (2, 1)], [0, 1, 1], [0, 0, 1])
    [(0, 2)]
    >>> _crossing([(0, 1), (1, 0)], [0, 0], [0, 0])
    []
    """
    chains: list[list[tuple[int, int]]] = []
    for i, j in pairs:
        before = [
            chain
            for chain in chains
            if chain[-1][1] < j
            or ours[chain[-1][0]] == ours[i]
            or theirs[chain[-1][1]] == theirs[j]
        ]
        longest: list[tuple[int, int]] = max(before, key=len, default=[])
        chains.append([*longest, (i, j)])
    kept: list[tuple[int, int]] = max(chains, key=len, default=[])
    return [pair for pair in pairs if pair not in kept]


def _candidates(alignment: Alignment, unlike: set[int], *, source: bool) -> _Side:
    segments = alignment.source if source else alignment.target
    found = _Side([], [])
    for number, bead in enumerate(alignment.beads):
        whole = len(bead.source) and len(bead.target)
        if whole and bead.confidence >= REVIEW_BELOW and number not in unlike:
            continue
        for place in bead.source if source else bead.target:
            if is_long_enough(segments[place].text):
                found.places.append(place)
                found.beads.append(number)
    return found


def _unit(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = vectors / np.maximum(norms, np.finfo(np.float32).tiny)
    return unit


def _like(one: Floats, others: Floats) -> float:
    """How alike a sentence is to several together; all are unit vectors."""
    return float(one @ _unit(others.sum(axis=0, keepdims=True))[0])


def _without(bead: Bead, sources: set[int], targets: set[int]) -> Iterator[Bead]:
    """A bead without the sentences that match elsewhere: these alone, and what is left of it.

    >>> [new.type for new in _without(Bead(range(0, 1), range(0, 2)), set(), {0})]
    ['0-1', '1-1']
    >>> [new.type for new in _without(Bead(range(0, 1), range(0, 3)), set(), {1})]
    ['1-0', '0-1', '0-1', '0-1']
    """
    doubt = min(bead.confidence, _DOUBT)
    left, rows, after = _parts(bead.source, sources)
    above, columns, below = _parts(bead.target, targets)
    if sources.intersection(rows) or targets.intersection(columns):
        yield from _alone(bead.source, bead.target, doubt)
        return
    if len(rows) == len(bead.source) and len(columns) == len(bead.target):
        yield bead
        return
    yield from _alone(left, above, doubt)
    if len(rows) and len(columns):
        yield Bead(rows, columns, bead.confidence)
    else:
        yield from _alone(rows, columns, doubt)
    yield from _alone(after, below, doubt)


def _parts(places: range, moved: set[int]) -> tuple[range, range, range]:
    """What leaves at the head, what stays, what leaves at the end."""
    start, stop = places.start, places.stop
    while start < stop and start in moved:
        start += 1
    while stop > start and stop - 1 in moved:
        stop -= 1
    return range(places.start, start), range(start, stop), range(stop, places.stop)


def _alone(sources: range, targets: range, confidence: float) -> Iterator[Bead]:
    for place in sources:
        yield Bead(range(place, place + 1), range(targets.start, targets.start), confidence)
    for place in targets:
        yield Bead(range(sources.stop, sources.stop), range(place, place + 1), confidence)
