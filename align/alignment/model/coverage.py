"""How well each sentence is covered by each run of sentences of the other side.

A token is covered as well as its most similar token of the run; a clause and a sentence by the mean
over their tokens, weighted by token norm.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from align.alignment.lattice.bead_types import MAX_SENTENCES
from align.alignment.reading.sides import TokenRuns
from align.alignment.reading.word_pairs import Lexicon

_RUNS = MAX_SENTENCES - 1  # sizes of run: 1 … 7
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Similarities:
    """The best similarity of some source sentences' tokens to target sentences, and the reverse.

    The token at a place has the row ``by_target[source_place[token]]``, and the same for the target.
    """

    by_target: Floats  # (different source tokens, target sentences)
    by_source: Floats  # (different target tokens, source sentences)
    source_place: NDArray[np.intp]  # (source tokens,)
    target_place: NDArray[np.intp]  # (target tokens,)


def similarities(
    source: TokenRuns,
    target: TokenRuns,
    rows: slice,
    columns: slice,
    unit: Floats,
    lexicon: Lexicon | None,
) -> Similarities:
    """Compare the source sentences `rows` with the target sentences `columns`, token by token.

    `unit` holds unit token vectors, `lexicon` the document's own word pairs, which count where they
    say more than the vectors.
    """
    s_ids, s_bounds = _slice(source, rows)
    t_ids, t_bounds = _slice(target, columns)
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
    return Similarities(by_target.T, by_source.T, s_place, t_place)


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

    Entry [i, b - 1, k] is about sentence i and the run of b other sentences that begins with the
    k-th that it is compared with; runs that go beyond the last hold what is there.
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
    layers = _layers(clause_bounds - clause_bounds[0])
    weights = runs.weights[bounds[0] : bounds[-1]]
    bounds = bounds - bounds[0]
    clause_weight = np.maximum(np.add.reduceat(weights, bounds[:-1]), np.float32(1e-6))
    columns = best.shape[1]
    share = _sums(weights, bounds, _grown(best))
    mass = _fold(np.add, share, layers)
    share /= clause_weight[:, None, None]
    gain = np.zeros_like(share)  # the sentence before the run, or the one after it
    gain[:, :, 1:] = share[:, :1, :-1]
    for size in range(1, min(_RUNS, columns - 1) + 1):
        reach = gain[:, size - 1, : columns - size]
        np.maximum(reach, share[:, 0, size:], out=reach)
    gain -= share
    return Coverage(
        mass=mass,
        worst=_fold(np.minimum, share, layers),
        outside=np.maximum(_fold(np.maximum, gain, layers), 0.0),
    )


def shared(here: TokenRuns, there: TokenRuns, sentences: slice, others: slice) -> Floats | None:
    """The weight of each sentence's values that a run of other-side sentences has too.

    Shape (sentences, runs, other sentences); None where no value is on both sides.
    """
    ids, bounds = _slice(here, sentences)
    other_ids, other_bounds = _slice(there, others)
    values, places = np.nonzero((ids[:, None] == other_ids) & (ids[:, None] >= 0))
    if len(values) == 0:
        return None
    hit, row = np.unique(values, return_inverse=True)
    best = np.zeros((len(hit), len(other_bounds) - 1), dtype=np.float32)
    best[row, np.searchsorted(other_bounds, places, side="right") - 1] = 1.0
    best *= here.weights[here.bounds[sentences.start] :][hit][:, None]
    owners, heads = np.unique(np.searchsorted(bounds, hit, side="right") - 1, return_index=True)
    found = np.zeros((len(bounds) - 1, _RUNS, best.shape[1]), dtype=np.float32)
    found[owners] = np.add.reduceat(_grown(best), heads)
    return found


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


Layers = list[tuple[NDArray[np.int64], NDArray[np.int64]]]


def _layers(heads: NDArray[np.int64]) -> Layers:
    """The first, second … row of each run of rows between `heads`: the runs that have it, its place."""
    sizes = np.diff(heads)
    runs = (np.flatnonzero(sizes > place) for place in range(int(sizes.max(initial=0))))
    return [(those, heads[those] + place) for place, those in enumerate(runs)]


def _fold(fold: np.ufunc, table: Floats, layers: Layers) -> Floats:
    """Reduce each run of rows, layer by layer: most runs have few rows."""
    found: Floats = table[layers[0][1]]
    for runs, places in layers[1:]:
        found[runs] = fold(found[runs], table[places])
    return found
