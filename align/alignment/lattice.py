"""Best path, posterior probabilities and the path with the most expected beads, in a banded lattice.

Potentials are float32 (n_nodes, N_KINDS): the log weight of the edge of that kind that *begins* at
the node, -inf where there is none. A path runs from (0, 0) to (n_source, n_target). Three states
tell what came last (a match, a source gap, a target gap), because going on with a gap is an edge
kind of its own; a target gap may follow a source gap, not the other way round, so that each
alignment is one path. Rows are vectorised; within a row target gaps are a running sum.

Source: semi-Markov conditional random field, Sarawagi and Cohen 2004; affine gaps, Gotoh 1982.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

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
Ints = NDArray[np.int64]

_MATCH, _DELETE, _INSERT = range(3)
_IMPOSSIBLE = -1e30  # finite, so that differences of it are not nan
_CUT = -1e7  # the same inside a running sum, where it must not swallow what comes after
OVERLAP = 12  # rows; see posteriors_in_pieces


@dataclass(frozen=True, slots=True)
class _Lattice:
    """One lattice, or pieces of one side by side, as arrays; index `none` stands for no node.

    Pieces are walked together: `rows` holds, for each step, the nodes of one row of every piece.
    """

    rows: Sequence[slice | Ints]
    first: Ints  # where paths may begin: places among the nodes of the first step
    last: Ints  # nodes where paths may end
    before: Ints  # (n_nodes, N_MATCHES): node where the match that ends here begins
    after: Ints  # (n_nodes, N_MATCHES): node where the match that begins here ends
    above: Ints  # (n_nodes,): node one source sentence before
    below: Ints  # (n_nodes,): node one source sentence on
    heads: Ints  # the first node of each row of each piece
    begins: Ints  # the first node of each piece
    potentials: Potentials

    @property
    def none(self) -> int:
        return len(self.above)

    def log_z(self, alpha: Floats) -> Floats:
        """Log sum over all paths of each node's piece, (n_nodes,), from what the forward walk found."""
        piece = np.searchsorted(self.begins, np.arange(self.none), side="right") - 1
        ends = _logsumexp(alpha[self.last], 1)
        return np.logaddexp.reduceat(ends, np.searchsorted(self.last, self.begins))[piece]

    def outgoing(self) -> Floats:
        """Potentials by the node where the edge begins; no target gap begins at the end of a row."""
        found = np.maximum(self.potentials, _IMPOSSIBLE).astype(np.float64)
        found[self.heads - 1, INSERT_OPEN : INSERT_EXTEND + 1] = _IMPOSSIBLE
        return found

    def incoming(self) -> tuple[Floats, Floats]:
        """Potentials by the node where the edge *ends*: matches and the four gap kinds."""
        padded = np.vstack([self.potentials, np.full((1, N_KINDS), -np.inf, dtype=np.float32)])
        matches = padded[self.before, np.arange(N_MATCHES)]
        gaps = np.full((self.none, 4), -np.inf, dtype=np.float32)
        gaps[:, :2] = padded[self.above, DELETE_OPEN : DELETE_EXTEND + 1]
        gaps[1:, 2:] = self.potentials[:-1, INSERT_OPEN : INSERT_EXTEND + 1]
        gaps[self.heads, 2:] = -np.inf  # the first node of a row has none on its left
        return (
            np.maximum(matches, _IMPOSSIBLE).astype(np.float64),
            np.maximum(gaps, _IMPOSSIBLE).astype(np.float64),
        )


def _lattice(band: Band, potentials: Potentials) -> _Lattice:
    """The whole lattice, from corner to corner."""
    i, j = band.nodes()
    none = band.n_nodes
    before = np.empty((none, N_MATCHES), dtype=np.int64)
    after = np.empty((none, N_MATCHES), dtype=np.int64)
    for kind, (a, b) in enumerate(MATCHES):
        before[:, kind] = band.number(i - a, j - b)
        after[:, kind] = band.number(i + a, j + b)
    above, below = band.number(i - 1, j), band.number(i + 1, j)
    for numbers in (before, after, above, below):
        numbers[numbers < 0] = none
    return _Lattice(
        rows=[slice(x, y) for x, y in pairwise(band.offset.tolist())],
        first=np.zeros(1, dtype=np.int64),
        last=np.array([none - 1]),
        before=before,
        after=after,
        above=above,
        below=below,
        heads=band.offset[:-1],
        begins=np.zeros(1, dtype=np.int64),
        potentials=potentials,
    )


def _pieces(band: Band, whole: _Lattice, cuts: list[tuple[int, int]]) -> _Lattice:
    """Pieces of a lattice, rows first..last (exclusive) each.

    They begin and end at any node, but for the document's own beginning and end.
    """
    spans = [(int(band.offset[x]), int(band.offset[y])) for x, y in cuts]
    places = np.concatenate([np.arange(x, y) for x, y in spans])
    sizes = np.array([y - x for x, y in spans])
    bases = np.concatenate([[0], np.cumsum(sizes)])
    shift = np.repeat(bases[:-1] - [x for x, _ in spans], sizes)
    low, high = np.repeat(bases[:-1], sizes), np.repeat(bases[1:], sizes)
    none = len(places)

    def moved(numbers: Ints) -> Ints:
        column = (slice(None), *(None,) * (numbers.ndim - 1))
        found: Ints = numbers[places] + shift[column]
        outside = (numbers[places] == whole.none) | (found < low[column]) | (found >= high[column])
        found[outside] = none
        return found

    sets = [
        [
            np.arange(band.offset[row], band.offset[row + 1]) - band.offset[x] + base
            for row in range(x, y)
        ]
        for (x, y), base in zip(cuts, bases.tolist(), strict=False)
    ]
    return _Lattice(
        rows=[np.concatenate([r for r in step if r is not None]) for step in zip_longest(*sets)],
        first=np.append(0, np.arange(len(sets[0][0]), sum(len(rows[0]) for rows in sets))),
        last=np.concatenate([*(rows[-1] for rows in sets[:-1]), sets[-1][-1][-1:]]),
        before=moved(whole.before),
        after=moved(whole.after),
        above=moved(whole.above),
        below=moved(whole.below),
        heads=np.array([row[0] for rows in sets for row in rows]),
        begins=bases[:-1],
        potentials=whole.potentials[places],
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


def _forward(lattice: _Lattice) -> Floats:
    """Log sum over all paths from the start to each node, by state: (n_nodes + 1, 3)."""
    matches, gaps = lattice.incoming()
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


def _backward(lattice: _Lattice) -> Floats:
    """Log sum over all paths from each node to the end, by the state at the node: (n_nodes + 1, 3)."""
    beta = np.full((lattice.none + 1, 3), _IMPOSSIBLE)
    outgoing = lattice.outgoing()
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


def _probabilities(lattice: _Lattice) -> tuple[NDArray[np.float32], Floats]:
    """Posterior of every edge, (n_nodes, N_KINDS), and of each node's piece its log partition sum."""
    alpha, beta = _forward(lattice), _backward(lattice)
    log_z = lattice.log_z(alpha)
    head = alpha[:-1]
    total = _logsumexp(head, 1)
    logs = np.empty((lattice.none, N_KINDS))
    logs[:, :N_MATCHES] = total[:, None] + beta[lattice.after, _MATCH]
    logs[:, DELETE_OPEN] = head[:, _MATCH] + beta[lattice.below, _DELETE]
    logs[:, DELETE_EXTEND] = head[:, _DELETE] + beta[lattice.below, _DELETE]
    right = np.append(beta[1:-1, _INSERT], _IMPOSSIBLE)
    logs[:, INSERT_OPEN] = np.logaddexp(head[:, _MATCH], head[:, _DELETE]) + right
    logs[:, INSERT_EXTEND] = head[:, _INSERT] + right
    logs += lattice.outgoing()
    return np.exp(np.minimum(logs - log_z[:, None], 0.0)).astype(np.float32), log_z


def posteriors(band: Band, potentials: Potentials) -> tuple[NDArray[np.float32], float]:
    """The probability of every edge, float32 (n_nodes, N_KINDS), and the log partition function.

    Raises ValueError when no path leads from corner to corner.
    """
    probability, log_z = _probabilities(_lattice(band, potentials))
    if log_z[0] < _CUT / 2:
        raise ValueError("no path leads through the band")
    return probability, float(log_z[0])


def posteriors_in_pieces(
    band: Band, potentials: Potentials, seams: Sequence[int]
) -> NDArray[np.float32]:
    """`posteriors` of a long document, taken apart at the rows `seams`: several times as quick.

    Each piece is computed with `OVERLAP` rows more on either side, where it may begin and end at any
    node, and those are thrown away: what a path does so many rows off hardly matters here. Seams
    belong where the path is all but sure. Raises ValueError when no path leads through a piece.
    """
    whole = _lattice(band, potentials)
    kept = list(pairwise([0, *seams, band.n_source + 1]))
    cuts = [
        (max(first - OVERLAP, 0), min(last + OVERLAP, band.n_source + 1)) for first, last in kept
    ]
    pieces = _pieces(band, whole, cuts)
    found, log_z = _probabilities(pieces)
    if log_z.min() < _CUT / 2:
        raise ValueError("no path leads through the band")
    result = np.empty_like(found, shape=(band.n_nodes, N_KINDS))
    base = 0
    for (first, last), (top, bottom) in zip(kept, cuts, strict=True):
        here = slice(int(band.offset[first]), int(band.offset[last]))
        skipped = base + here.start - int(band.offset[top])
        result[here] = found[skipped : skipped + here.stop - here.start]
        base += int(band.offset[bottom] - band.offset[top])
    return result


Path = list[tuple[int, int]]  # (node where the edge begins, kind)


def best_path(band: Band, potentials: Potentials) -> tuple[Path, float]:
    """The path with the largest sum of potentials (Viterbi), and that sum.

    Ties go to the kind with the lower number. Raises ValueError when no path leads through.
    """
    lattice = _lattice(band, potentials)
    matches, gaps = lattice.incoming()
    best = np.full((band.n_nodes + 1, 3), _IMPOSSIBLE)
    total = np.full(band.n_nodes + 1, _IMPOSSIBLE)
    for step, here in enumerate(lattice.rows):
        match = (total[lattice.before[here]] + matches[here]).max(axis=1)
        if step == 0:
            match[lattice.first] = 0.0
        above = lattice.above[here]
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
    return _trace(lattice, best, total, matches, gaps), score


def _trace(lattice: _Lattice, best: Floats, total: Floats, matches: Floats, gaps: Floats) -> Path:
    path: Path = []
    node = lattice.none - 1
    state = int(np.argmax(best[node]))
    while node > 0:
        if state == _MATCH:
            kind = int(np.argmax(total[lattice.before[node]] + matches[node]))
            node = int(lattice.before[node, kind])
            state = int(np.argmax(best[node]))
        elif state == _DELETE:
            above = int(lattice.above[node])
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
