"""How well each sentence is covered by each run of sentences of the other side.

A token is covered as well as its most similar token of the run; a clause and a sentence by the mean
over their tokens, weighted by token norm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from align.alignment.band import Band
from align.alignment.kinds import MAX_SENTENCES
from align.alignment.lexicon import Lexicon
from align.alignment.sides import TokenRuns

_RUNS = MAX_SENTENCES - 1  # sizes of run: 1 … 7
NEAR = 3  # sentences on either side that could have covered one that is left alone
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Window:
    """Rows and columns that a block of band rows needs, with a margin for runs and neighbours.

    Its grid begins at source sentence `top` and target sentence `left`, which may lie before the
    document's beginning, so that every node has its neighbours inside the grid.
    """

    first: int  # source rows [first, last) whose nodes are computed
    last: int
    top: int
    left: int
    height: int  # cells of the grid
    width: int
    source: slice  # sentences of the document that lie in the grid
    target: slice


def windows(band: Band, stretch: tuple[int, int], rows: int) -> Iterator[Window]:
    """Cut boundary rows `stretch` (from, to) of the band into blocks of at most `rows`."""
    n, m = band.n_source, band.n_target
    for first in range(*stretch, rows):
        last = min(first + rows, stretch[1])
        top, left = first - NEAR, int(band.low[first]) - NEAR
        bottom, right = last + _RUNS, int(band.high[last - 1]) + 1 + _RUNS
        yield Window(
            first,
            last,
            top,
            left,
            bottom - top,
            right - left,
            slice(max(top, 0), min(bottom, n)),
            slice(max(left, 0), min(right, m)),
        )


def similarities(
    source: TokenRuns,
    target: TokenRuns,
    window: Window,
    unit: Floats,
    lexicon: Lexicon | None,
) -> tuple[Floats, Floats]:
    """Best similarity of each source token to each target sentence, and of target to source.

    `unit` holds unit token vectors, `lexicon` the document's own word pairs, which count where they
    say more than the vectors. Shapes (source tokens of the window, target sentences) and (target
    tokens, source sentences).
    """
    s_ids, s_bounds = _slice(source, window.source)
    t_ids, t_bounds = _slice(target, window.target)
    s_unique, s_place = np.unique(s_ids, return_inverse=True)
    t_unique, t_place = np.unique(t_ids, return_inverse=True)
    table = unit[s_unique] @ unit[t_unique].T
    np.maximum(table, 0.0, out=table)
    table[s_unique < 0] = 0.0
    table[:, t_unique < 0] = 0.0
    if lexicon is not None:
        _raise(table, lexicon, s_unique, t_unique)
    by_target = _highest(np.ascontiguousarray(table.T), t_place, t_bounds)
    by_source = _highest(table, s_place, s_bounds)
    return by_target.T[s_place], by_source.T[t_place]


def _highest(table: Floats, places: NDArray[np.intp], bounds: NDArray[np.int64]) -> Floats:
    """The maximum of each run of rows ``table[places[bounds[k]:bounds[k + 1]]]``, run by run.

    `reduceat` does the same in one call and takes six times as long.
    """
    found = np.empty((len(bounds) - 1, table.shape[1]), dtype=np.float32)
    for k, (begin, end) in enumerate(pairwise(bounds.tolist())):
        np.maximum.reduce(table.take(places[begin:end], axis=0), axis=0, out=found[k])
    return found


def _raise(
    table: Floats, lexicon: Lexicon, s_unique: NDArray[np.int32], t_unique: NDArray[np.int32]
) -> None:
    """Lift `table` to the lexicon's values where it has any."""
    known = np.flatnonzero(s_unique >= 0)
    rows, columns, values = lexicon.of(s_unique[known])
    if len(rows) == 0:
        return
    place = np.searchsorted(t_unique, columns)
    place[place == len(t_unique)] = 0
    hit = t_unique[place] == columns
    r, c = known[rows[hit]], place[hit]
    table[r, c] = np.maximum(table[r, c], values[hit])


def _slice(runs: TokenRuns, sentences: slice) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    bounds = runs.bounds[sentences.start : sentences.stop + 1]
    return runs.ids[bounds[0] : bounds[-1]], bounds - bounds[0]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of sentences by runs of other-side sentences, (sentences, runs, other sentences).

    Entry [i, b - 1, j] is about sentence i and the run of b other sentences that begins at j; runs
    that would leave the window hold what is there.
    """

    mass: Floats  # covered weight
    worst: Floats  # share of the worst covered clause
    outside: Floats  # the most that a clause would gain from the sentence before or after the run


def coverage(best: Floats, runs: TokenRuns, sentences: slice) -> Coverage:
    """Coverage of `sentences`, whose tokens' best similarities `best` holds, by every run.

    `best` is (tokens of the sentences, other sentences).
    """
    clause_bounds = runs.clause_bounds[sentences.start : sentences.stop + 1]
    bounds = runs.clause_tokens[clause_bounds[0] : clause_bounds[-1] + 1]
    heads = clause_bounds - clause_bounds[0]
    weights = runs.weights[bounds[0] : bounds[-1]]
    bounds = bounds - bounds[0]
    clause_weight = np.maximum(np.add.reduceat(weights, bounds[:-1]), np.float32(1e-6))
    columns = best.shape[1]
    share = _sums(weights, bounds, _grown(best))
    mass = _fold(np.add, share, heads)
    share /= clause_weight[:, None, None]
    gain = np.zeros_like(share)  # the sentence before the run, or the one after it
    gain[:, :, 1:] = share[:, :1, :-1]
    for size in range(1, min(_RUNS, columns - 1) + 1):
        reach = gain[:, size - 1, : columns - size]
        np.maximum(reach, share[:, 0, size:], out=reach)
    gain -= share
    return Coverage(
        mass=mass,
        worst=_fold(np.minimum, share, heads),
        outside=np.maximum(_fold(np.maximum, gain, heads), 0.0),
    )


def shared(source: TokenRuns, target: TokenRuns, window: Window) -> tuple[Floats, Floats]:
    """The weight of each sentence's values that a run of other-side sentences has too.

    Shapes as in `Coverage`, for source sentences and for target sentences.
    """
    s_ids, s_bounds = _slice(source, window.source)
    t_ids, t_bounds = _slice(target, window.target)
    n, m = len(s_bounds) - 1, len(t_bounds) - 1
    of_source = np.zeros((n, _RUNS, m), dtype=np.float32)
    of_target = np.zeros((m, _RUNS, n), dtype=np.float32)
    r, c = np.nonzero((s_ids[:, None] == t_ids) & (s_ids[:, None] >= 0))
    if len(r) == 0:
        return of_source, of_target
    s_owner = np.searchsorted(s_bounds, r, side="right") - 1
    t_owner = np.searchsorted(t_bounds, c, side="right") - 1
    s_weights = source.weights[source.bounds[window.source.start] :]
    t_weights = target.weights[target.bounds[window.target.start] :]
    for found, values, owner, weights, others in (
        (of_source, r, s_owner, s_weights, t_owner),
        (of_target, c, t_owner, t_weights, s_owner),
    ):
        hit, place = np.unique(values, return_inverse=True)
        best = np.zeros((len(hit), found.shape[2]), dtype=np.float32)
        best[place, others] = 1.0
        owners = np.zeros(len(hit), dtype=np.intp)
        owners[place] = owner
        np.add.at(found, owners, _grown(best * weights[hit][:, None]))
    return of_source, of_target


def _grown(best: Floats) -> Floats:
    """The best similarity to any sentence of each run: (tokens, runs, other sentences)."""
    columns = best.shape[1]
    grown = np.empty((len(best), _RUNS, columns), dtype=np.float32)
    grown[:, 0] = best
    for size in range(2, _RUNS + 1):
        last, this, reach = grown[:, size - 2], grown[:, size - 1], max(columns - size + 1, 0)
        np.maximum(last[:, :reach], best[:, size - 1 :], out=this[:, :reach])
        this[:, reach:] = last[:, reach:]
    return grown


def _sums(weights: Floats, bounds: NDArray[np.int64], grown: Floats) -> Floats:
    """Weighted sums over the runs of tokens between `bounds`: (runs of tokens, *grown.shape[1:])."""
    flat = grown.reshape(len(weights), -1)
    found = np.empty((len(bounds) - 1, flat.shape[1]), dtype=np.float32)
    for k, (begin, end) in enumerate(pairwise(bounds.tolist())):
        np.dot(weights[begin:end], flat[begin:end], out=found[k])
    return found.reshape(-1, *grown.shape[1:])


def _fold(fold: np.ufunc, table: Floats, heads: NDArray[np.int64]) -> Floats:
    """Reduce each run of rows between `heads`, by its first, second … row: most have few."""
    sizes = np.diff(heads)
    found: Floats = table[heads[:-1]]
    for place in range(1, int(sizes.max(initial=0))):
        more = np.flatnonzero(sizes > place)
        found[more] = fold(found[more], table[heads[more] + place])
    return found
