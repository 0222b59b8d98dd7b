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
from align.alignment.lattice.nodes import Lattice, neighbours, pieces, whole
from align.forked import together

Potentials = NDArray[np.float32]  # (n_nodes, N_KINDS)
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MATCH, _DELETE, _INSERT = range(3)
_IMPOSSIBLE = -1e30  # finite, so that differences of it are not nan
_CUT = -1e7  # the same inside a running sum, where it must not swallow what comes after
_OVERLAP = 12  # rows; see posteriors_in_pieces
_POSSIBLE = 1e-6  # probability of a bead that may be in a path
_IN_STRIPS = 200_000  # nodes; a band of more takes over 0.4 GB at once
_STRIP = 30_000  # nodes of a strip: some 50 MB
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
    alpha, total = _unreached(lattice.none)
    for step, here in enumerate(lattice.rows):
        before, above = lattice.before[here], lattice.above[here]
        first = None if step else lattice.first
        _enter(alpha, total, here, before, above, matches[here], gaps[here], first)
    return alpha


def _unreached(nodes: int) -> tuple[Floats, Floats]:
    """Log sums of no path yet, by state and over the three; the last entry is for no node."""
    return np.full((nodes + 1, 3), _IMPOSSIBLE), np.full(nodes + 1, _IMPOSSIBLE)


def _enter(
    alpha: Floats,
    total: Floats,
    here: slice | Ints,
    before: Ints,
    above: Ints,
    matches: Floats,
    gaps: Floats,
    first: Ints | None,
) -> None:
    """Sum over all paths to the nodes `here` of one row; `first` are those where paths begin."""
    match = _logsumexp(total[before] + matches, 1)
    if first is not None:
        match[first] = 0.0
    delete = np.logaddexp(alpha[above, _MATCH] + gaps[:, 0], alpha[above, _DELETE] + gaps[:, 1])
    # A source gap never follows a target gap: that order would be a second path for one alignment.
    begun = np.logaddexp(match, delete)
    opened = np.full(len(match), _IMPOSSIBLE)
    opened[1:] = begun[:-1] + gaps[1:, 2]
    insert = _run_sum(opened, gaps[:, 3])
    alpha[here, _MATCH], alpha[here, _DELETE], alpha[here, _INSERT] = match, delete, insert
    total[here] = np.logaddexp(begun, insert)


def _backward(lattice: Lattice, potentials: Potentials) -> Floats:
    """Log sum over all paths from each node to the end, by the state at the node: (n_nodes + 1, 3)."""
    beta, from_match = _unreached(lattice.none)
    outgoing = _outgoing(lattice, potentials)
    ends = np.full(lattice.none, _IMPOSSIBLE)
    ends[lattice.last] = 0.0
    for here in reversed(lattice.rows):
        after, below = lattice.after[here], lattice.below[here]
        _leave(beta, from_match, here, after, below, outgoing[here], ends[here])
    return beta


def _leave(
    beta: Floats,
    from_match: Floats,
    here: slice | Ints,
    after: Ints,
    below: Ints,
    outgoing: Floats,
    ends: Floats,
) -> None:
    """Sum over all paths from the nodes `here` of one row; `ends` is 0 where paths end."""
    ahead = _logsumexp(from_match[after] + outgoing[:, :N_MATCHES], 1)
    ahead = np.logaddexp(ahead, ends)
    # state INSERT: matches, or one more inserted sentence
    go_on = np.full(len(ahead), _IMPOSSIBLE)
    go_on[:-1] = outgoing[:-1, INSERT_EXTEND]
    insert = _run_sum(ahead[::-1], go_on[::-1])[::-1]
    opening = np.full(len(ahead), _IMPOSSIBLE)
    opening[:-1] = outgoing[:-1, INSERT_OPEN] + insert[1:]
    ahead = np.logaddexp(ahead, opening)
    deleted = beta[below, _DELETE]
    match = np.logaddexp(ahead, outgoing[:, DELETE_OPEN] + deleted)
    delete = np.logaddexp(ahead, outgoing[:, DELETE_EXTEND] + deleted)
    beta[here, _MATCH], beta[here, _DELETE], beta[here, _INSERT] = match, delete, insert
    from_match[here] = match


def probabilities(lattice: Lattice, potentials: Potentials) -> tuple[NDArray[np.float32], Floats]:
    """Posterior of every edge, float32 (n_nodes, N_KINDS), and each piece's log partition function.

    Raises ValueError when no path leads through a piece.
    """
    alpha, beta = _forward(lattice, potentials), _backward(lattice, potentials)
    ends = _logsumexp(alpha[lattice.last], 1)
    log_z = np.logaddexp.reduceat(ends, np.searchsorted(lattice.last, lattice.begins))
    if log_z.min() < _CUT / 2:
        raise ValueError("no path leads through the band")
    sizes = np.diff(np.append(lattice.begins, lattice.none))
    outgoing = _outgoing(lattice, potentials)
    everywhere = slice(0, lattice.none)
    found = _edges(
        alpha, beta, everywhere, lattice.after, lattice.below, outgoing, np.repeat(log_z, sizes)
    )
    return found, log_z


def _edges(
    alpha: Floats,
    beta: Floats,
    here: slice,
    after: Ints,
    below: Ints,
    outgoing: Floats,
    log_z: Floats,
) -> NDArray[np.float32]:
    """Posteriors of the edges that begin at the nodes `here`, whose neighbours the others hold."""
    head = alpha[here]
    total = _logsumexp(head, 1)
    logs = np.empty((len(head), N_KINDS))
    logs[:, :N_MATCHES] = total[:, None] + beta[after, _MATCH]
    logs[:, DELETE_OPEN] = head[:, _MATCH] + beta[below, _DELETE]
    logs[:, DELETE_EXTEND] = head[:, _DELETE] + beta[below, _DELETE]
    right = beta[here.start + 1 : here.stop + 1, _INSERT]  # after the last node of all comes none
    logs[:, INSERT_OPEN] = np.logaddexp(head[:, _MATCH], head[:, _DELETE]) + right
    logs[:, INSERT_EXTEND] = head[:, _INSERT] + right
    logs += outgoing
    logs -= log_z[:, None]
    return np.exp(np.minimum(logs, 0.0, out=logs)).astype(np.float32)


def posteriors(band: Band, potentials: Potentials) -> tuple[NDArray[np.float32], float]:
    """The probability of every edge, float32 (n_nodes, N_KINDS), and the log partition function.

    Raises ValueError when no path leads from corner to corner.
    """
    if band.n_nodes > _IN_STRIPS:
        return _strip_by_strip(band, potentials)
    found, log_z = probabilities(whole(band), potentials)
    return found, float(log_z[0])


def _strip_by_strip(
    band: Band, potentials: Potentials, most: int = _STRIP
) -> tuple[NDArray[np.float32], float]:
    """`posteriors` of a large band: the same numbers in a fifth of the memory.

    What takes most of it, the neighbours of each node, is there for some rows at a time only.
    """
    none = band.n_nodes
    strips = _strips(band, most)
    alpha, total = _unreached(none)
    for first, last in strips:
        around = neighbours(band, first, last)
        before, above = _or_none(around.before, none), _or_none(around.above, none)
        matches = np.maximum(_taken(potentials, before, np.arange(N_MATCHES)), _IMPOSSIBLE)
        gaps = np.full((len(above), 4), -np.inf)
        gaps[:, :2] = _taken(potentials, above[:, None], np.arange(DELETE_OPEN, DELETE_EXTEND + 1))
        base, end = int(band.offset[first]), int(band.offset[last])
        gaps[1:, 2:] = potentials[base : end - 1, INSERT_OPEN : INSERT_EXTEND + 1]
        gaps[
            band.offset[first:last] - base, 2:
        ] = -np.inf  # the first of a row has none on its left
        gaps = np.maximum(gaps, _IMPOSSIBLE)
        for row, here in _rows(band, first, last):
            own = slice(here.start - base, here.stop - base)
            starts = None if row else np.zeros(1, dtype=np.int64)
            _enter(alpha, total, here, before[own], above[own], matches[own], gaps[own], starts)
    log_z = _logsumexp(alpha[none - 1 : none], 1)
    if log_z[0] < _CUT / 2:
        raise ValueError("no path leads through the band")
    found = np.empty_like(potentials)
    beta, from_match = _unreached(none)
    for first, last in reversed(strips):
        around = neighbours(band, first, last)
        after, below = _or_none(around.after, none), _or_none(around.below, none)
        strip = slice(int(band.offset[first]), int(band.offset[last]))
        outgoing = np.maximum(potentials[strip], _IMPOSSIBLE).astype(np.float64)
        outgoing[band.offset[first + 1 : last + 1] - strip.start - 1, INSERT_OPEN:] = _IMPOSSIBLE
        ends = np.full(len(below), _IMPOSSIBLE)
        if strip.stop == none:
            ends[-1] = 0.0
        for _, here in reversed(_rows(band, first, last)):
            own = slice(here.start - strip.start, here.stop - strip.start)
            _leave(beta, from_match, here, after[own], below[own], outgoing[own], ends[own])
        found[strip] = _edges(alpha, beta, strip, after, below, outgoing, log_z)
    return found, float(log_z[0])


def _strips(band: Band, most: int) -> list[tuple[int, int]]:
    """Runs of rows (from, to) with at most `most` nodes, or one row."""
    cuts = [0]
    for row in range(1, len(band.low)):
        if band.offset[row + 1] - band.offset[cuts[-1]] > most:
            cuts.append(row)
    return list(pairwise([*cuts, len(band.low)]))


def _rows(band: Band, first: int, last: int) -> list[tuple[int, slice]]:
    offsets = band.offset[first : last + 1].tolist()
    return [(row, slice(x, y)) for row, (x, y) in enumerate(pairwise(offsets), first)]


def _or_none(numbers: Ints, none: int) -> Ints:
    numbers[numbers < 0] = none
    return numbers


def _taken(potentials: Potentials, nodes: Ints, kinds: Ints) -> Floats:
    """Potentials of edges of these kinds that begin at `nodes`, -inf for no node."""
    found = potentials[np.minimum(nodes, len(potentials) - 1), kinds].astype(np.float64)
    found[np.broadcast_to(nodes == len(potentials), found.shape)] = -np.inf
    return found


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
