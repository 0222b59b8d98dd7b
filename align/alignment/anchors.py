"""Sentence pairs that are surely translations, in order: the rails that the band runs on.

Sentences that are each other's best match in a FAISS index of the other side's vectors, with a margin
over the second best, are candidates; the heaviest chain of them that rises on both sides is kept. In
documents beyond a few thousand sentences they are sought near the rough path only, which an index of
runs of 16 sentences gives, and where that says nothing, near the straight line: time grows with the
length, and with its square for one in 128 of the pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.alignment.lattice.band import Band, make_band
from align.embedding.nearest import nearest

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_RUN = 16  # sentences in a run of the rough search
_SMALL = 4_000_000  # pairs of sentences, all of which are compared; 0.1 s
_BLOCK = 256  # sentences that are asked together
_CORRIDOR = 64  # sentences to either side of the rough path
_MIN_MARGIN = 0.04  # over the second best on both sides


@dataclass(frozen=True, slots=True)
class Anchors:
    """Candidate pairs, and which of them form the heaviest rising chain."""

    source: Ints  # (candidates,), rising
    target: Ints  # (candidates,)
    weight: Floats  # (candidates,): margin of the match
    chain: Ints  # indices of the chain's candidates, rising

    @property
    def pairs(self) -> tuple[Ints, Ints]:
        """Source and target sentence of each pair of the chain."""
        return self.source[self.chain], self.target[self.chain]


def find_anchors(source: Floats, target: Floats) -> Anchors:
    """Anchors between two sequences of sentence vectors (n, dim) and (m, dim), any length."""
    s, t = _centred(source), _centred(target)
    rows, columns, weight = _mutual_best(s, t, *_corridor(s, t))
    chain = heaviest_chain(rows, columns, weight)
    return Anchors(rows, columns, weight, _steady(rows, columns, chain))


def _centred(vectors: Floats) -> Floats:
    """Unit vectors with the mean direction of the document taken out."""
    norms = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    unit = vectors / norms
    unit = unit - unit.mean(axis=0)
    result: Floats = unit / np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-6)
    return result


def _mutual_best(s: Floats, t: Floats, low: Ints, high: Ints) -> tuple[Ints, Ints, Floats]:
    """Pairs that are each other's best within low[i]:high[i], with margins, in row order."""
    best, margin = _nearest(s, t, low, high)
    # The rows in whose corridor a column lies; neither bound of the corridor ever falls.
    at = np.arange(len(t))
    begin = np.searchsorted(high, at, side="right")
    end = np.searchsorted(low, at, side="right")
    back, back_margin = _nearest(t, s, begin, end)
    rows = np.flatnonzero(best >= 0)
    columns = best[rows]
    both = np.minimum(margin[rows], back_margin[columns])
    keep = (back[columns] == rows) & (both > _MIN_MARGIN)
    return rows[keep], columns[keep], both[keep]


def _nearest(queries: Floats, vectors: Floats, low: Ints, high: Ints) -> tuple[Ints, Floats]:
    """For each query k the best of ``vectors[low[k]:high[k]]``, and its margin over the second best.

    The best is -1 where there is none; of equals it is any, without a margin. Queries are asked in
    blocks, each in an index of what all of the block may reach.
    """
    best = np.full(len(queries), -1, dtype=np.int64)
    margin = np.zeros(len(queries), dtype=np.float32)
    for first in range(0, len(queries), _BLOCK):
        here = slice(first, first + _BLOCK)
        begin, end = int(low[here].min()), int(high[here].max())
        if end > begin:
            scores, found = nearest(queries[here], vectors[begin:end], min(2, end - begin))
            best[here] = found[:, 0] + begin
            # No margin is over less than nothing, as where there is no second.
            margin[here] = scores[:, 0] - np.maximum(scores[:, 1:].max(axis=1, initial=0.0), 0.0)
    return best, margin


def _corridor(s: Floats, t: Floats) -> tuple[Ints, Ints]:
    """Target sentences low[i]:high[i] to compare each source sentence with, from runs of sentences.

    All of them where that is little work. Neither bound ever falls.
    """
    n, m = len(s), len(t)
    if n * m <= _SMALL:
        return np.zeros(n, dtype=np.int64), np.full(n, m, dtype=np.int64)
    runs_s, starts_s = _run_vectors(s, _RUN)
    runs_t, starts_t = _run_vectors(t, _RUN // 2)
    k = min(16, len(runs_t))  # standing phrases recur: the chain chooses among them
    scores, found = nearest(runs_s, runs_t, k)
    rows = np.repeat(np.arange(len(runs_s)), k)
    columns, weight = found.ravel().astype(np.int64), scores.ravel()
    keep = weight > 0.2
    chain = heaviest_chain(rows[keep], columns[keep], weight[keep] ** 2)
    chain = _steady(rows[keep], columns[keep], chain)
    x = starts_s[rows[keep][chain]].astype(np.float64)
    y = starts_t[columns[keep][chain]].astype(np.float64)
    x = np.concatenate([[-1.0], x + _RUN / 2, [float(n)]])
    y = np.concatenate([[-1.0], y + _RUN / 2, [float(m)]])
    at = np.arange(n)
    after = np.clip(np.searchsorted(x, at, side="left"), 1, len(x) - 1)
    # Between two anchors of the rough path everything that both sides allow is looked at, but where
    # that is more than in a small document: the nearer to the line, the farther apart they are.
    line = np.interp(at, x, y)
    most = np.maximum(_SMALL / (x[after] - x[after - 1]), _SMALL**0.5) / 2
    low = np.maximum(np.minimum(y[after - 1], line), line - most) - _CORRIDOR
    high = np.minimum(np.maximum(y[after], line), line + most) + _CORRIDOR
    return (
        np.maximum.accumulate(np.clip(low, 0, m)).astype(np.int64),
        np.maximum.accumulate(np.clip(high, 0, m)).astype(np.int64),
    )


def _run_vectors(vectors: Floats, stride: int) -> tuple[Floats, Ints]:
    """Unit vectors of runs of _RUN sentences, one every `stride` sentences."""
    starts = np.arange(0, max(len(vectors) - _RUN // 2, 1), stride)
    strides = np.add.reduceat(vectors, np.arange(0, len(vectors), stride), axis=0)
    sums = strides.copy()
    for later in range(1, _RUN // stride):
        sums[:-later] += strides[later:]
    sums = sums[: len(starts)]
    unit = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
    return np.ascontiguousarray(unit), starts


def heaviest_chain(rows: Ints, columns: Ints, weight: Floats) -> Ints:
    """Indices of the heaviest chain that strictly rises in rows and columns.

    Time k log k through a Fenwick tree of best chain ends. Ties go to the earlier candidate.

    >>> import numpy as np
    >>> heaviest_chain(np.array([0, 1, 2, 3]), np.array([0, 9, 1, 2]), np.ones(4)).tolist()
    [0, 2, 3]
    """
    if len(rows) == 0:
        return np.zeros(0, dtype=np.int64)
    rank = np.unique(columns, return_inverse=True)[1] + 1
    size = int(rank.max())
    best = [0.0] * (size + 1)
    owner = [-1] * (size + 1)
    before = [-1] * len(rows)
    total = [0.0] * len(rows)
    # Within a row the larger column first, so that two of one row never follow each other.
    order = np.lexsort((-columns, rows)).tolist()
    ranks, weights = rank.tolist(), weight.tolist()
    for k in order:
        at, value, last = ranks[k] - 1, 0.0, -1
        while at > 0:
            if best[at] > value:
                value, last = best[at], owner[at]
            at -= at & -at
        before[k], total[k] = last, value + weights[k]
        at = ranks[k]
        while at <= size:
            if total[k] > best[at]:
                best[at], owner[at] = total[k], k
            at += at & -at
    at = int(np.argmax(total))
    chain = []
    while at >= 0:
        chain.append(at)
        at = before[at]
    return np.array(chain[::-1], dtype=np.int64)


def _steady(rows: Ints, columns: Ints, chain: Ints) -> Ints:
    """The chain without members that leap away from both neighbours and back."""
    if len(chain) < 3:
        return chain
    drift = columns[chain] - rows[chain]
    before, after = np.diff(drift)[:-1], np.diff(drift)[1:]
    leap = (np.abs(before) > 8) & (np.abs(after) > 8) & (np.sign(before) != np.sign(after))
    keep = np.ones(len(chain), dtype=bool)
    keep[1:-1] = ~leap
    return chain[keep]


def band_of(anchors: Anchors, n: int, m: int, *, margin: int | Ints) -> Band:
    """The band along the anchors: between two of them all that lies between, and `margin` around.

    `margin` is one number, or one for each of the n + 1 rows.
    """
    rows, columns = anchors.pairs
    at = np.arange(n + 1)
    before = np.searchsorted(rows + 1, at, side="right") - 1
    after = np.searchsorted(rows, at, side="left")
    low = np.where(before >= 0, np.append(columns, 0)[before] + 1, 0)
    high = np.where(after < len(rows), np.append(columns, m)[np.minimum(after, len(rows))], m)
    low, high = _narrow(at, rows, columns, low, high, n, m)
    return make_band(low - margin, high + margin, m)


_SURE = 6  # anchors side by side
_PIECE = 64  # rows at least


def seams_of(anchors: Anchors) -> list[int]:
    """Rows where the lattice may be taken apart: amid _SURE sentences that are anchored one by one.

    None where the document is short, or nowhere sure.
    """
    rows, columns = anchors.pairs
    beside = (np.diff(rows) == 1) & (np.diff(columns) == 1)
    found: list[int] = []
    run, last = 1, 0
    for place, follows in enumerate(beside.tolist(), start=1):
        run = run + 1 if follows else 1
        row = int(rows[place]) - _SURE // 2 + 1
        if run >= _SURE and row - last >= _PIECE:
            found.append(row)
            last = row
    return found


_WIDEST = 400  # columns of the band between two far anchors
_CELLS = 400_000  # of the band between two anchors: a thousand rows of the widest
_NARROWEST = 32  # columns; what nothing tells apart (ten thousand equal lines) needs no choice


def _narrow(
    at: Ints, rows: Ints, columns: Ints, low: Ints, high: Ints, n: int, m: int
) -> tuple[Ints, Ints]:
    """Where two anchors are far apart on both sides, keep to the straight line between them.

    The farther apart, the nearer to the line: nodes grow with the document, not with its square.
    """
    x = np.concatenate([[0], rows + 1, [n]])
    y = np.concatenate([[0], columns + 1, [m]])
    middle = np.interp(at, x, y)
    gap = np.clip(np.searchsorted(x, at, side="left"), 1, len(x) - 1)
    rows_between = x[gap] - x[gap - 1]
    most = np.maximum(_CELLS // np.maximum(rows_between, 1), _NARROWEST)
    most = np.where(rows_between > _WIDEST // 4, np.minimum(most, _WIDEST), most)
    wide = high - low > most
    low = np.where(wide, np.maximum(low, middle - most // 2), low).astype(np.int64)
    high = np.where(wide, np.minimum(high, middle + most // 2), high).astype(np.int64)
    return low, high
