"""How well each sentence is covered by each run of sentences of the other side.

A token is covered as well as its most similar token of the run; a clause and a sentence by the mean
over their tokens, weighted by token norm. All tables hold one value a node (i, j) of the band and a
size of run: for source sentence i the run of target sentences that begins at j, for target sentence
j the run of source sentences that begins at i.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from align.alignment.band import Band
from align.alignment.kinds import MAX_SENTENCES
from align.alignment.sides import TokenRuns

_RUNS = MAX_SENTENCES - 1  # sizes of run: 1 … 7
NEAR = 3  # sentences on either side that could have covered one that is left alone
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Window:
    """Rows and columns that a block of band rows needs, with a margin for runs and neighbours."""

    first: int  # source rows [first, last) whose nodes are computed
    last: int
    source: slice  # source sentences looked at
    target: slice  # target sentences looked at


def windows(band: Band, rows: int) -> Iterator[Window]:
    """Cut the band into blocks of at most `rows` boundary rows."""
    n, m = band.n_source, band.n_target
    for first in range(0, n + 1, rows):
        last = min(first + rows, n + 1)
        yield Window(
            first,
            last,
            slice(max(first - NEAR, 0), min(last + _RUNS, n)),
            slice(
                max(int(band.low[first]) - NEAR, 0), min(int(band.high[last - 1]) + _RUNS + 1, m)
            ),
        )


def similarities(
    source: TokenRuns,
    target: TokenRuns,
    window: Window,
    unit: Floats | None,
    lexicon: csr_array | None,
) -> tuple[Floats, Floats]:
    """Best similarity of each source token to each target sentence, and of target to source.

    `unit` holds unit token vectors; None compares ids. `lexicon` holds the document's own word
    pairs, which count where they say more than the vectors. Shapes (source tokens of the window,
    target sentences) and (target tokens, source sentences).
    """
    s_ids, s_bounds = _slice(source, window.source)
    t_ids, t_bounds = _slice(target, window.target)
    s_unique, s_place = np.unique(s_ids, return_inverse=True)
    t_unique, t_place = np.unique(t_ids, return_inverse=True)
    if unit is None:
        table = (s_unique[:, None] == t_unique[None, :]).astype(np.float32)
    else:
        table = unit[s_unique] @ unit[t_unique].T
        np.maximum(table, 0.0, out=table)
    table[s_unique < 0] = 0.0
    table[:, t_unique < 0] = 0.0
    if lexicon is not None:
        _raise(table, lexicon, s_unique, t_unique)
    # Maxima run down the rows of contiguous copies: along the rows they take several times as long.
    turned = np.ascontiguousarray(table.T)
    by_target = np.maximum.reduceat(turned[t_place], t_bounds[:-1], axis=0)
    by_source = np.maximum.reduceat(table[s_place], s_bounds[:-1], axis=0)
    return (
        np.ascontiguousarray(by_target.T)[s_place],
        np.ascontiguousarray(by_source.T)[t_place],
    )


def _raise(
    table: Floats, lexicon: csr_array, s_unique: NDArray[np.int32], t_unique: NDArray[np.int32]
) -> None:
    """Lift `table` to the lexicon's values where it has any."""
    known = np.flatnonzero(s_unique >= 0)
    rows = lexicon[s_unique[known]].tocoo()
    if rows.nnz == 0:
        return
    place = np.searchsorted(t_unique, rows.col)
    place[place == len(t_unique)] = 0
    hit = t_unique[place] == rows.col
    r, c = known[rows.row[hit]], place[hit]
    np.maximum.at(table, (r, c), rows.data[hit].astype(np.float32))


def _slice(runs: TokenRuns, sentences: slice) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    bounds = runs.bounds[sentences.start : sentences.stop + 1]
    return runs.ids[bounds[0] : bounds[-1]], bounds - bounds[0]


def coverage(best: Floats, runs: TokenRuns, sentences: slice) -> list[tuple[Floats, ...]]:
    """Coverage of `sentences` by runs of other-side sentences, for each size of run.

    `best` is (tokens of the sentences, other sentences). Each entry holds four arrays (sentences,
    other sentences): `mass`, the covered weight; `worst`, the share of the worst covered clause;
    `before` and `after`, the most that a clause would gain from the one sentence before or after the
    run. Columns whose run would leave the window hold what is there.
    """
    bounds = runs.bounds[sentences.start : sentences.stop + 1]
    clause_bounds = runs.clause_bounds[sentences.start : sentences.stop + 1]
    clauses = runs.clause_tokens[clause_bounds[0] : clause_bounds[-1]] - bounds[0]
    weights = runs.weights[bounds[0] : bounds[-1]]
    clause_weight = np.add.reduceat(weights, clauses)[:, None]
    heads = clause_bounds[:-1] - clause_bounds[0]
    columns = best.shape[1]
    weighted = best * weights[:, None]
    single = np.add.reduceat(weighted, clauses, axis=0) / np.maximum(clause_weight, 1e-6)
    running = weighted.copy()
    left = np.zeros_like(single)
    left[:, 1:] = single[:, :-1]
    tables: list[tuple[Floats, ...]] = []
    for size in range(1, _RUNS + 1):
        if size > 1 and columns >= size:
            reach = columns - size + 1
            np.maximum(running[:, :reach], weighted[:, size - 1 :], out=running[:, :reach])
        mass = np.add.reduceat(running, clauses, axis=0)
        share = mass / np.maximum(clause_weight, 1e-6)
        right = np.zeros_like(single)
        if columns > size:
            right[:, : columns - size] = single[:, size:]
        tables.append(
            (
                np.add.reduceat(mass, heads, axis=0),
                np.minimum.reduceat(share, heads, axis=0),
                np.maximum(np.maximum.reduceat(left - share, heads, axis=0), 0.0),
                np.maximum(np.maximum.reduceat(right - share, heads, axis=0), 0.0),
            )
        )
    return tables


def shared(best: Floats, runs: TokenRuns, sentences: slice) -> list[Floats]:
    """How many values of each sentence a run of other-side sentences has, for each size of run."""
    bounds = runs.bounds[sentences.start : sentences.stop + 1]
    running = best * runs.weights[bounds[0] : bounds[-1], None]
    weighted = running.copy()
    tables = []
    for size in range(1, _RUNS + 1):
        if 1 < size <= best.shape[1]:
            np.maximum(running[:, : 1 - size], weighted[:, size - 1 :], out=running[:, : 1 - size])
        tables.append(np.add.reduceat(running, bounds[:-1] - bounds[0], axis=0))
    return tables
