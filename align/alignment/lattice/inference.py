"""Posterior probabilities of a lattice's edges, and the path with the most expected beads.

Potentials are float32 (n_nodes, N_KINDS): the log weight of the edge of that kind that *begins* at
the node, -inf where there is none. A path runs from (0, 0) to (n_source, n_target). Three states
tell what came last (a match, a source gap, a target gap), because going on with a gap is an edge
kind of its own; a target gap may follow a source gap, not the other way round, so that each
alignment is one path. Rows are vectorised; within a row target gaps are a running sum.

Source: semi-Markov conditional random field, Sarawagi and Cohen 2004; affine gaps, Gotoh 1982.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from align.alignment.lattice.band import Band
from align.alignment.lattice.bead_types import (
    DELETE_EXTEND,
    DELETE_OPEN,
    INSERT_EXTEND,
    INSERT_OPEN,
    N_KINDS,
    N_MATCHES,
    SOURCE_SIZE,
    TARGET_SIZE,
)
from align.alignment.lattice.nodes import Lattice, pieces, whole
from align.forked import together

Potentials = NDArray[np.float32]  # (n_nodes, N_KINDS)
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MATCH, _DELETE, _INSERT = range(3)
_IMPOSSIBLE = -1e30  # finite, so that differences of it are not nan
_CUT = -1e7  # the same inside a running sum, where it must not swallow what comes after
_OVERLAP = 12  # rows; see posteriors_in_pieces
_POSSIBLE = 1e-6  # probability of a bead that may be in a path
_TOGETHER = 16  # pieces that are walked together, at most: their arrays stay in the cache


def _outgoing(lattice: Lattice, potentials: Potentials) -> Floats:
    """Potentials by the node where the edge begins; no target gap begins at the end of a row."""
    found = np.maximum(potentials, _IMPOSSIBLE).astype(np.float64)
    found[lattice.heads - 1, INSERT_OPEN : INSERT_EXTEND + 1] = _IMPOSSIBLE
    return found


def _incoming(lattice: Lattice, potentials: Potentials) -> tuple[Floats, Floats]:
    """Potentials by the node where the edge *ends*: matches and the four gap kinds."""
    padded = np.vstack([potentials, np.full((1, N_KINDS), -np.inf, dtype=np.float32)])
    matches = padded[lattice.before, np.arange(N_MATCHES)]
    gaps = np.full((lattice.none, 4), -np.inf, dtype=np.float32)
    gaps[:, :2] = padded[lattice.above, DELETE_OPEN : DELETE_EXTEND + 1]
    gaps[1:, 2:] = potentials[:-1, INSERT_OPEN : INSERT_EXTEND + 1]
    gaps[lattice.heads, 2:] = -np.inf  # the first node of a row has none on its left
    return (
        np.maximum(matches, _IMPOSSIBLE).astype(np.float64),
        np.maximum(gaps, _IMPOSSIBLE).astype(np.float64),
    )


def _logsumexp(values: Floats, axis: int) -> Floats:
    top: Floats = values.max(axis=axis)
    total: Floats = np.log(np.exp(values - np.expand_dims(top, axis)).sum(axis=axis)) + top
    return total


def _run_sum(start: Floats, go_on: Floats) -> Floats:
    """x[k] = logaddexp(start[k], x[k - 1] + go_on[k])."""
    # An impossible step ends the run: cut the running sum there by a large but finite fall.
    total = np.cumsum(np.maximum(go_on, _CUT))
    result: Floats = np.logaddexp.accumulate(start - total) + total
    return result


def _forward(lattice: Lattice, potentials: Potentials) -> Floats:
    """Log sum over all paths from the start to each node, by state: (n_nodes + 1, 3)."""
    matches, gaps = _incoming(lattice, potentials)
    alpha = np.full((lattice.none + 1, 3), _IMPOSSIBLE)
    total = np.full(lattice.none + 1, _IMPOSSIBLE)  # over the three states
    for step, here in enumerate(lattice.rows):
        match = _logsumexp(total[lattice.before[here]] + matches[here], 1)
        if step == 0:
            match[lattice.first] = 0.0
        above = lattice.above[here]
        delete = np.logaddexp(
            alpha[above, _MATCH] + gaps[here, 0], alpha[above, _DELETE] + gaps[here, 1]
        )
        # A source gap never follows a target gap: that order would be a second path for one alignment.
        begun = np.logaddexp(match, delete)
        opened = np.full(len(match), _IMPOSSIBLE)
        opened[1:] = begun[:-1] + gaps[here, 2][1:]
        insert = _run_sum(opened, gaps[here, 3])
        alpha[here, _MATCH], alpha[here, _DELETE], alpha[here, _INSERT] = match, delete, insert
        total[here] = np.logaddexp(begun, insert)
    return alpha


def _backward(lattice: Lattice, potentials: Potentials) -> Floats:
    """Log sum over all paths from each node to the end, by the state at the node: (n_nodes + 1, 3)."""
    beta = np.full((lattice.none + 1, 3), _IMPOSSIBLE)
    outgoing = _outgoing(lattice, potentials)
    from_match = np.full(lattice.none + 1, _IMPOSSIBLE)
    ends = np.full(lattice.none, _IMPOSSIBLE)
    ends[lattice.last] = 0.0
    for here in reversed(lattice.rows):
        ahead = _logsumexp(from_match[lattice.after[here]] + outgoing[here, :N_MATCHES], 1)
        ahead = np.logaddexp(ahead, ends[here])
        # state INSERT: matches, or one more inserted sentence
        go_on = np.full(len(ahead), _IMPOSSIBLE)
        go_on[:-1] = outgoing[here, INSERT_EXTEND][:-1]
        insert = _run_sum(ahead[::-1], go_on[::-1])[::-1]
        opening = np.full(len(ahead), _IMPOSSIBLE)
        opening[:-1] = outgoing[here, INSERT_OPEN][:-1] + insert[1:]
        ahead = np.logaddexp(ahead, opening)
        deleted = beta[lattice.below[here], _DELETE]
        match = np.logaddexp(ahead, outgoing[here, DELETE_OPEN] + deleted)
        delete = np.logaddexp(ahead, outgoing[here, DELETE_EXTEND] + deleted)
        beta[here, _MATCH], beta[here, _DELETE], beta[here, _INSERT] = match, delete, insert
        from_match[here] = match
    return beta


def probabilities(lattice: Lattice, potentials: Potentials) -> tuple[NDArray[np.float32], Floats]:
    """Posterior of every edge, float32 (n_nodes, N_KINDS), and each piece's log partition function.

    Raises ValueError when no path leads through a piece.
    """
    alpha, beta = _forward(lattice, potentials), _backward(lattice, potentials)
    ends = _logsumexp(alpha[lattice.last], 1)
    log_z = np.logaddexp.reduceat(ends, np.searchsorted(lattice.last, lattice.begins))
    if log_z.min() < _CUT / 2:
        raise ValueError("no path leads through the band")
    head = alpha[:-1]
    total = _logsumexp(head, 1)
    logs = np.empty((lattice.none, N_KINDS))
    logs[:, :N_MATCHES] = total[:, None] + beta[lattice.after, _MATCH]
    logs[:, DELETE_OPEN] = head[:, _MATCH] + beta[lattice.below, _DELETE]
    logs[:, DELETE_EXTEND] = head[:, _DELETE] + beta[lattice.below, _DELETE]
    right = np.append(beta[1:-1, _INSERT], _IMPOSSIBLE)
    logs[:, INSERT_OPEN] = np.logaddexp(head[:, _MATCH], head[:, _DELETE]) + right
    logs[:, INSERT_EXTEND] = head[:, _INSERT] + right
    logs += _outgoing(lattice, potentials)
    sizes = np.diff(np.append(lattice.begins, lattice.none))
    logs -= np.repeat(log_z, sizes)[:, None]
    return np.exp(np.minimum(logs, 0.0, out=logs)).astype(np.float32), log_z


def posteriors(band: Band, potentials: Potentials) -> tuple[NDArray[np.float32], float]:
    """The probability of every edge, float32 (n_nodes, N_KINDS), and the log partition function.

    Raises ValueError when no path leads from corner to corner.
    """
    found, log_z = probabilities(whole(band), potentials)
    return found, float(log_z[0])


def posteriors_in_pieces(
    band: Band, potentials: Potentials, seams: Sequence[int], *, processes: int = 1
) -> NDArray[np.float32]:
    """`posteriors` of a long document, taken apart at the rows `seams`: several times as quick.

    Each piece is computed with _OVERLAP rows more on either side, where it may begin and end at any
    node, and those are thrown away: what a path does so many rows off hardly matters here. Seams
    belong where the path is all but sure. Raises ValueError when no path leads through a piece.
    """
    kept = list(pairwise([0, *seams, band.n_source + 1]))
    # An even number of groups, whatever the number of processes: sums depend on what is beside them.
    count = 2 * -(-len(kept) // (2 * _TOGETHER)) if len(kept) > 1 else 1
    groups = [kept[k * len(kept) // count : (k + 1) * len(kept) // count] for k in range(count)]
    shares = [
        groups[k * count // processes : (k + 1) * count // processes] for k in range(processes)
    ]
    works = [partial(_posteriors_of, band, potentials, share) for share in shares if share]
    return np.concatenate([part for parts in together(works) for part in parts])


def _posteriors_of(
    band: Band, potentials: Potentials, groups: Sequence[list[tuple[int, int]]]
) -> list[NDArray[np.float32]]:
    return [_of_pieces(band, potentials, kept) for kept in groups]


def _of_pieces(
    band: Band, potentials: Potentials, kept: list[tuple[int, int]]
) -> NDArray[np.float32]:
    """The posteriors of pieces that follow each other, rows first..last (exclusive) each."""
    end = band.n_source + 1
    cuts = [(max(first - _OVERLAP, 0), min(last + _OVERLAP, end)) for first, last in kept]
    spans = [slice(int(band.offset[first]), int(band.offset[last])) for first, last in cuts]
    found, _ = probabilities(
        pieces(band, cuts), np.concatenate([potentials[span] for span in spans])
    )
    parts = []
    base = 0
    for (first, last), span in zip(kept, spans, strict=True):
        begin, stop = int(band.offset[first]), int(band.offset[last])
        place = base + begin - span.start
        parts.append(found[place : place + stop - begin])
        base += span.stop - span.start
    return np.concatenate(parts)


Path = list[tuple[int, int]]  # (node where the edge begins, kind)


def most_expected(band: Band, probabilities: NDArray[np.float32], *, cost: float) -> Path:
    """The path with the largest sum of (probability - cost) over its beads.

    With cost half of the F1 to be reached this is the decision that maximises expected F1 of the
    beads, where the best path maximises the chance that all of them are right. A gap's probability
    is that of the sentence being without a counterpart, however the gap was entered; its kind is
    given as an opening one. Ties go to the edge that begins first. Raises ValueError when no path
    of possible beads leads through.
    """
    gains = probabilities.copy()
    for opening in (DELETE_OPEN, INSERT_OPEN):
        gains[:, opening] += gains[:, opening + 1]
        gains[:, opening + 1] = 0.0
    # Few edges are possible at all: one after the other they take less time than rows of nodes do.
    nodes, kinds = np.nonzero(gains > _POSSIBLE)
    i, j = _boundaries(band, nodes)
    ends = band.number(i + SOURCE_SIZE[kinds], j + TARGET_SIZE[kinds])
    worth = gains[nodes, kinds].astype(np.float64) - cost
    best = [-inf] * band.n_nodes  # of all paths to a node
    free = [-inf] * band.n_nodes  # of those that do not end with a target gap
    best[0] = free[0] = 0.0
    edge_of_best, edge_of_free = [-1] * band.n_nodes, [-1] * band.n_nodes
    edges = zip(nodes.tolist(), kinds.tolist(), ends.tolist(), worth.tolist(), strict=True)
    for edge, (node, kind, end, value) in enumerate(edges):
        # A source gap never follows a target gap: that order would be a second path for one alignment.
        total = value + (free if kind == DELETE_OPEN else best)[node]
        if total > best[end]:
            best[end], edge_of_best[end] = total, edge
        if kind != INSERT_OPEN and total > free[end]:
            free[end], edge_of_free[end] = total, edge
    path: Path = []
    node, last = band.n_nodes - 1, edge_of_best
    while node:
        edge = last[node]
        if edge < 0:
            raise ValueError("no path leads through the band")
        node, kind = int(nodes[edge]), int(kinds[edge])
        last = edge_of_free if kind == DELETE_OPEN else edge_of_best
        path.append((node, kind))
    path.reverse()
    return path


def _boundaries(band: Band, nodes: Ints) -> tuple[Ints, Ints]:
    """Source and target boundary of nodes."""
    rows = np.searchsorted(band.offset, nodes, side="right") - 1
    return rows, nodes - band.offset[rows] + band.low[rows]


def edge_ranges(band: Band, path: Path) -> list[tuple[range, range]]:
    """The source and target sentences of each edge of a path."""
    nodes = np.array([node for node, _ in path], dtype=np.int64)
    rows, columns = _boundaries(band, nodes)
    return [
        (range(i, i + int(SOURCE_SIZE[kind])), range(j, j + int(TARGET_SIZE[kind])))
        for i, j, (_, kind) in zip(rows.tolist(), columns.tolist(), path, strict=True)
    ]
