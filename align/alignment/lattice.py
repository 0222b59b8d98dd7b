"""Best path, posterior probabilities and the path with the most expected beads, in a banded lattice.

Potentials are float32 (n_nodes, N_KINDS): the log weight of the edge of that kind that *begins* at
the node, -inf where there is none. A path runs from (0, 0) to (n_source, n_target). Three states
tell what came last (a match, a source gap, a target gap), because going on with a gap is an edge
kind of its own; a target gap may follow a source gap, not the other way round, so that each
alignment is one path. Rows are vectorised; within a row target gaps are a running sum.

Source: semi-Markov conditional random field, Sarawagi and Cohen 2004; affine gaps, Gotoh 1982.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.alignment.band import Band
from align.alignment.kinds import (
    DELETE_EXTEND,
    DELETE_OPEN,
    INSERT_EXTEND,
    INSERT_OPEN,
    MATCHES,
    N_KINDS,
    N_MATCHES,
    SOURCE_SIZE,
    TARGET_SIZE,
)

Potentials = NDArray[np.float32]  # (n_nodes, N_KINDS)
Floats = NDArray[np.float64]

_MATCH, _DELETE, _INSERT = range(3)
_IMPOSSIBLE = -1e30  # finite, so that differences of it are not nan
_CUT = -1e9  # the same inside a running sum, where it must not swallow what comes after


@dataclass(frozen=True, slots=True)
class _Steps:
    """Where the match edges that end in each node begin."""

    node: NDArray[np.int64]  # (n_nodes, N_MATCHES): number of the node before, n_nodes for none
    delete: NDArray[np.int64]  # (n_nodes,): the node one source sentence before, or n_nodes


def _steps(band: Band) -> _Steps:
    i, j = band.nodes()
    none = band.n_nodes
    node = np.empty((band.n_nodes, N_MATCHES), dtype=np.int64)
    for kind, (a, b) in enumerate(MATCHES):
        before = band.number(i - a, j - b)
        node[:, kind] = np.where(before < 0, none, before)
    delete = band.number(i - 1, j)
    return _Steps(node, np.where(delete < 0, none, delete))


def _incoming(band: Band, potentials: Potentials, steps: _Steps) -> tuple[Floats, Floats]:
    """Potentials by the node where the edge *ends*: matches (n_nodes, N_MATCHES), gaps (n_nodes, 4)."""
    padded = np.vstack([potentials, np.full((1, N_KINDS), -np.inf, dtype=np.float32)])
    matches = padded[steps.node, np.arange(N_MATCHES)]
    gaps = np.full((band.n_nodes, 4), -np.inf, dtype=np.float32)
    gaps[:, :2] = padded[steps.delete, DELETE_OPEN : DELETE_EXTEND + 1]
    gaps[1:, 2:] = potentials[:-1, INSERT_OPEN : INSERT_EXTEND + 1]
    gaps[band.offset[:-1], 2:] = -np.inf  # the first node of a row has none on its left
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


def _run_max(start: Floats, go_on: Floats) -> Floats:
    """x[k] = max(start[k], x[k - 1] + go_on[k])."""
    total = np.cumsum(np.maximum(go_on, _CUT))
    result: Floats = np.maximum.accumulate(start - total) + total
    return result


def _forward(band: Band, matches: Floats, gaps: Floats, steps: _Steps) -> Floats:
    """Log sum over all paths from the start to each node, by state: (n_nodes + 1, 3)."""
    alpha = np.full((band.n_nodes + 1, 3), _IMPOSSIBLE)
    total = np.full(band.n_nodes + 1, _IMPOSSIBLE)  # over the three states
    for row in range(band.n_source + 1):
        here = slice(int(band.offset[row]), int(band.offset[row + 1]))
        match = _logsumexp(total[steps.node[here]] + matches[here], 1)
        if row == 0:
            match[0] = 0.0
        above = steps.delete[here]
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


def _backward(band: Band, potentials: Potentials) -> Floats:
    """Log sum over all paths from each node to the end, by the state at the node: (n_nodes + 1, 3)."""
    none = band.n_nodes
    beta = np.full((none + 1, 3), _IMPOSSIBLE)
    after, below = _successors(band)
    outgoing = np.maximum(potentials, _IMPOSSIBLE).astype(np.float64)
    from_match = np.full(none + 1, _IMPOSSIBLE)
    for row in range(band.n_source, -1, -1):
        here = slice(int(band.offset[row]), int(band.offset[row + 1]))
        ahead = _logsumexp(from_match[after[here]] + outgoing[here, :N_MATCHES], 1)
        if row == band.n_source:
            ahead[-1] = np.logaddexp(ahead[-1], 0.0)
        # state INSERT: matches, or one more inserted sentence
        go_on = np.full(len(ahead), _IMPOSSIBLE)
        go_on[:-1] = outgoing[here, INSERT_EXTEND][:-1]
        insert = _run_sum(ahead[::-1], go_on[::-1])[::-1]
        opening = np.full(len(ahead), _IMPOSSIBLE)
        opening[:-1] = outgoing[here, INSERT_OPEN][:-1] + insert[1:]
        ahead = np.logaddexp(ahead, opening)
        deleted = beta[below[here], _DELETE]
        match = np.logaddexp(ahead, outgoing[here, DELETE_OPEN] + deleted)
        delete = np.logaddexp(ahead, outgoing[here, DELETE_EXTEND] + deleted)
        beta[here, _MATCH], beta[here, _DELETE], beta[here, _INSERT] = match, delete, insert
        from_match[here] = match
    return beta


def _successors(band: Band) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The node that each match edge leads to, and the one below; n_nodes for none."""
    i, j = band.nodes()
    none = band.n_nodes
    after = np.empty((none, N_MATCHES), dtype=np.int64)
    for kind, (a, b) in enumerate(MATCHES):
        number = band.number(i + a, j + b)
        after[:, kind] = np.where(number < 0, none, number)
    below = band.number(i + 1, j)
    return after, np.where(below < 0, none, below)


def posteriors(band: Band, potentials: Potentials) -> tuple[NDArray[np.float32], float]:
    """The probability of every edge, float32 (n_nodes, N_KINDS), and the log partition function.

    Raises ValueError when no path leads from corner to corner.
    """
    steps = _steps(band)
    matches, gaps = _incoming(band, potentials, steps)
    alpha = _forward(band, matches, gaps, steps)
    beta = _backward(band, potentials)
    log_z = float(beta[0, _MATCH])
    if log_z < _CUT / 2:
        raise ValueError("no path leads through the band")
    after, below = _successors(band)
    outgoing = np.maximum(potentials, _IMPOSSIBLE).astype(np.float64)
    head = alpha[:-1]
    total = _logsumexp(head, 1)
    logs = np.empty((band.n_nodes, N_KINDS))
    logs[:, :N_MATCHES] = total[:, None] + beta[after, _MATCH]
    logs[:, DELETE_OPEN] = head[:, _MATCH] + beta[below, _DELETE]
    logs[:, DELETE_EXTEND] = head[:, _DELETE] + beta[below, _DELETE]
    right = np.append(beta[1:-1, _INSERT], _IMPOSSIBLE)
    right[band.offset[1:] - 1] = _IMPOSSIBLE
    logs[:, INSERT_OPEN] = np.logaddexp(head[:, _MATCH], head[:, _DELETE]) + right
    logs[:, INSERT_EXTEND] = head[:, _INSERT] + right
    logs += outgoing
    return np.exp(np.minimum(logs - log_z, 0.0)).astype(np.float32), log_z


Path = list[tuple[int, int]]  # (node where the edge begins, kind)


def best_path(band: Band, potentials: Potentials) -> tuple[Path, float]:
    """The path with the largest sum of potentials (Viterbi), and that sum.

    Ties go to the kind with the lower number. Raises ValueError when no path leads through.
    """
    steps = _steps(band)
    matches, gaps = _incoming(band, potentials, steps)
    best = np.full((band.n_nodes + 1, 3), _IMPOSSIBLE)
    total = np.full(band.n_nodes + 1, _IMPOSSIBLE)
    for row in range(band.n_source + 1):
        here = slice(int(band.offset[row]), int(band.offset[row + 1]))
        match = (total[steps.node[here]] + matches[here]).max(axis=1)
        if row == 0:
            match[0] = 0.0
        above = steps.delete[here]
        delete = np.maximum(
            best[above, _MATCH] + gaps[here, 0], best[above, _DELETE] + gaps[here, 1]
        )
        begun = np.maximum(match, delete)
        opened = np.full(len(match), _IMPOSSIBLE)
        opened[1:] = begun[:-1] + gaps[here, 2][1:]
        insert = _run_max(opened, gaps[here, 3])
        best[here, _MATCH], best[here, _DELETE], best[here, _INSERT] = match, delete, insert
        total[here] = np.maximum(begun, insert)
    score = float(total[band.n_nodes - 1])
    if score < _CUT / 2:
        raise ValueError("no path leads through the band")
    return _trace(band, best, total, matches, gaps, steps), score


def _trace(
    band: Band, best: Floats, total: Floats, matches: Floats, gaps: Floats, steps: _Steps
) -> Path:
    path: Path = []
    node = band.n_nodes - 1
    state = int(np.argmax(best[node]))
    while node > 0:
        if state == _MATCH:
            kind = int(np.argmax(total[steps.node[node]] + matches[node]))
            node = int(steps.node[node, kind])
            state = int(np.argmax(best[node]))
        elif state == _DELETE:
            above = int(steps.delete[node])
            opens = best[above, _MATCH] + gaps[node, 0] >= best[above, _DELETE] + gaps[node, 1]
            kind, state = (DELETE_OPEN, _MATCH) if opens else (DELETE_EXTEND, _DELETE)
            node = above
        else:
            left = best[node - 1]
            opening = max(left[_MATCH], left[_DELETE]) + gaps[node, 2]
            if opening >= left[_INSERT] + gaps[node, 3]:
                kind, state = INSERT_OPEN, int(np.argmax(left[:2]))
            else:
                kind = INSERT_EXTEND
            node -= 1
        path.append((node, kind))
    path.reverse()
    return path


def most_expected(band: Band, probabilities: NDArray[np.float32], *, cost: float) -> Path:
    """The path with the largest sum of (probability - cost) over its beads.

    With cost half of the F1 to be reached this is the decision that maximises expected F1 of the
    beads, where the best path maximises the chance that all of them are right. A gap's probability
    is that of the sentence being without a counterpart, however the gap was entered.
    """
    gains = probabilities.astype(np.float64)
    for first, second in ((DELETE_OPEN, DELETE_EXTEND), (INSERT_OPEN, INSERT_EXTEND)):
        both = gains[:, first] + gains[:, second]
        gains[:, first] = gains[:, second] = both
    allowed = probabilities > 1e-6
    allowed[:, DELETE_EXTEND] = allowed[:, DELETE_OPEN] = gains[:, DELETE_OPEN] > 1e-6
    allowed[:, INSERT_EXTEND] = allowed[:, INSERT_OPEN] = gains[:, INSERT_OPEN] > 1e-6
    path, _ = best_path(band, np.where(allowed, gains - cost, -np.inf).astype(np.float32))
    return path


def edge_ranges(band: Band, path: Path) -> list[tuple[range, range]]:
    """The source and target sentences of each edge of a path."""
    nodes = np.array([node for node, _ in path], dtype=np.int64)
    rows = np.searchsorted(band.offset, nodes, side="right") - 1
    columns = nodes - band.offset[rows] + band.low[rows]
    return [
        (range(i, i + int(SOURCE_SIZE[kind])), range(j, j + int(TARGET_SIZE[kind])))
        for i, j, (_, kind) in zip(rows.tolist(), columns.tolist(), path, strict=True)
    ]
