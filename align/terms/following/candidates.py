"""Which runs of pieces may be the rendering of a span: those that its words align to best.

Every run of at most `LONGEST` pieces is scored by what the soft alignment says; the best go on to
the features. All runs of all spans of a batch are scored at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.terms.following.batch import Batch, by_unit, overlaps
from align.terms.following.pieces import CLOSES, OPENS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LONGEST = {"zh": 26, "en": 18}  # pieces; long enough for the names that records hold, a choice
KEPT = 64  # runs of a span that go on; the gold one is among them in 92-95 of 100 (held out)
_SMOOTH = 0.02  # mass below which a share says nothing

ANSWERED, ELSEWHERE, ORPHAN, RENDERED, WEIGHT = range(5)


@dataclass(frozen=True, slots=True)
class Questions:
    """Spans of a batch's source texts, q of them."""

    unit: Ints  # (q,): place in the batch
    spans: Ints  # (q, 2): characters of the source text
    inside: Floats  # (q, n): the share of each source token that lies in the span
    pieces: Ints  # (q, 2): the first of the source text's pieces in the span, and one past the last


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of target pieces for each question, k of them, best first by the alignment alone."""

    starts: Ints  # (q, k): first piece
    ends: Ints  # (q, k): one past the last
    real: NDArray[np.bool_]  # (q, k): False for padding
    mass: Floats  # (q, 5, pieces): of each piece, in the order of ANSWERED …
    sums: Floats  # (q, 5, pieces + 1): the same, added up
    total: Floats  # (q,): weight of the span
    rendered: Floats  # (q,): of that, what is aligned anywhere


def ask(batch: Batch, unit: Ints, spans: Ints) -> Questions:
    """The questions where each ``spans[q]`` of ``batch.ours[unit[q]]`` went."""
    inside = np.zeros((len(unit), batch.our_weights.shape[1]), np.float32)
    pieces = np.zeros((len(unit), 2), np.int64)
    for at, mine in by_unit(unit):
        text, asked = batch.ours[at], spans[mine]
        inside[mine, : len(text.ids)] = overlaps(text.spans, asked.astype(np.int32)).T
        pieces[mine, 0] = np.searchsorted(text.pieces.spans[:, 1], asked[:, 0], "right")
        pieces[mine, 1] = np.searchsorted(text.pieces.spans[:, 0], asked[:, 1], "left")
    pieces[:, 1] = np.maximum(pieces[:, 0], pieces[:, 1])
    return Questions(unit, spans, inside, pieces)


def find_runs(batch: Batch, questions: Questions) -> Runs:
    """The runs of each question that the soft alignment points at."""
    unit, inside = questions.unit, questions.inside
    weight = inside * batch.our_weights[unit]
    their_weights = batch.their_weights[unit]
    answered = np.empty_like(their_weights)
    aligned = np.empty_like(their_weights)
    for one, mine in by_unit(unit):
        answered[mine] = inside[mine] @ batch.to_source[one]
        aligned[mine] = weight[mine] @ batch.to_target[one]
    column = batch.to_source.sum(axis=1)[unit]
    values = np.stack(
        [
            their_weights * answered,
            their_weights * np.maximum(column - answered, 0),
            their_weights * np.maximum(1 - column, 0),
            aligned,
            their_weights,
        ],
        axis=1,
    )
    mass = np.empty((*values.shape[:2], batch.shares.shape[2]), np.float32)
    for one, mine in by_unit(unit):
        mass[mine] = values[mine] @ batch.shares[one]
    sums = np.zeros((*mass.shape[:2], mass.shape[2] + 1), np.float32)
    np.cumsum(mass, axis=2, out=sums[:, :, 1:])
    total = np.maximum(weight.sum(axis=1), 1e-6)
    rendered = aligned.sum(axis=1)
    starts, ends, real = _best(batch, unit, sums, total, np.maximum(total - rendered, 0))
    return Runs(starts, ends, real, mass, sums, total, rendered)


def _best(
    batch: Batch, unit: Ints, sums: Floats, total: Floats, spare: Floats
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    pieces = sums.shape[2] - 1
    longest = min(LONGEST[batch.theirs[0].lang], pieces)
    first = np.arange(pieces)
    last = first[:, None] + np.arange(1, longest + 1)[None, :]  # (pieces, longest)
    end = np.minimum(last, pieces)
    counts = batch.counts[unit]
    scores = np.full((len(unit), pieces, longest), -np.inf, np.float32)
    answered, elsewhere, orphan, aligned = (
        sums[:, k, :][:, end] - sums[:, k, :-1, None]
        for k in (ANSWERED, ELSEWHERE, ORPHAN, RENDERED)
    )
    # What aligns to nothing on both sides may well be each other's rendering.
    paired = np.minimum(np.maximum(orphan, 0), spare[:, None, None])
    precision = (answered + paired) / np.maximum(answered + elsewhere + orphan, 1e-6)
    recall = (aligned + paired) / total[:, None, None]
    scores = np.log(_SMOOTH + np.maximum(precision, 0)) + np.log(_SMOOTH + np.maximum(recall, 0))
    scores[last[None] > counts[:, None, None]] = -np.inf
    scores[~_balanced(batch, unit, first[None, :, None], end[None])] = -np.inf
    flat = scores.reshape(len(unit), -1)
    kept = min(KEPT, flat.shape[1])
    best = np.argpartition(-flat, kept - 1, axis=1)[:, :kept]
    best.sort(axis=1)  # by place: equal input, equal order
    starts, ends = best // longest, best // longest + best % longest + 1
    real = np.isfinite(np.take_along_axis(flat, best, axis=1))
    starts, ends = np.where(real, starts, 0), np.where(real, ends, 1)
    return starts.astype(np.int64), ends.astype(np.int64), real


def _balanced(batch: Batch, unit: Ints, starts: Ints, ends: Ints) -> NDArray[np.bool_]:
    """Whether every bracket and quotation mark that a run opens closes in it or right behind it."""
    at = unit[:, None, None]
    pieces = batch.pieces
    opened = pieces.opened[at, ends] - pieces.opened[at, starts + 1]
    # Along the last axis runs grow: none may have closed what it did not open.
    lowest = np.minimum.accumulate(opened, axis=2)
    leans = (lowest >= 0) | ((lowest == -1) & (opened == -1))
    opened = np.where((opened == 1) & ((pieces.gaps[at, ends] & CLOSES) > 0), 0, opened)
    opened = np.where((opened == -1) & ((pieces.gaps[at, starts] & OPENS) > 0), 0, opened)
    found: NDArray[np.bool_] = (opened == 0) & leans
    return found
