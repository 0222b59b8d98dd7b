"""The log weight of every edge of the lattice: its features, weighed; the work dealt to processes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from align.alignment.lattice.band import Band
from align.alignment.lattice.bead_types import MAX_SENTENCES, N_KINDS
from align.alignment.lattice.comparison_window import BLOCK
from align.alignment.model.features import N_FEATURES, edge_features
from align.alignment.model.pair import Pair
from align.alignment.model.tables import stacks
from align.forked import together

SHARE = 500  # rows; fewer are done before a second process has begun


def edge_potentials(
    pair: Pair,
    band: Band,
    vector: NDArray[np.float64],
    *,
    known: tuple[Band, NDArray[np.float32]] | None = None,
    processes: int = 1,
) -> NDArray[np.float32]:
    """Log weight of every edge of the band, float32 (n_nodes, N_KINDS).

    `known` is an earlier band of the pair with its potentials: they are taken over where the two
    bands are the same. The result does not depend on the number of processes.
    """
    assert vector.shape == (N_FEATURES,)
    weight = vector.astype(np.float32)
    table = np.full((band.n_nodes, N_KINDS), -np.inf, dtype=np.float32)
    stretches = [(0, len(band.low))]
    if known is not None:
        stretches = _take_over(band, table, *known)
    shares = shares_of(stretches, processes)
    found = together([partial(_potentials, pair, band, weight, share) for share in shares])
    for share, parts in zip(shares, found, strict=True):
        for (first, last), part in zip(share, parts, strict=True):
            table[band.offset[first] : band.offset[last]] = part
    return table


def _potentials(
    pair: Pair, band: Band, weight: NDArray[np.float32], stretches: Sequence[tuple[int, int]]
) -> list[NDArray[np.float32]]:
    """The potentials of some stretches of rows, a table each."""
    found = []
    for first, last in stretches:
        base = int(band.offset[first])
        nodes = int(band.offset[last]) - base
        table = np.full((nodes, N_KINDS), -np.inf, dtype=np.float32)
        for tables in stacks(pair, band, (first, last)):
            for kind, numbers, _, values in edge_features(pair, tables, band, prune=True):
                total = np.zeros(len(numbers), dtype=np.float32)
                for feature, column in values.items():
                    if weight[feature]:
                        total += weight[feature] * column
                table[numbers - base, kind] = total
        found.append(table)
    return found


def shares_of(stretches: Sequence[tuple[int, int]], processes: int) -> list[list[tuple[int, int]]]:
    """Stretches of rows dealt out to processes: about as many rows each, none fewer than SHARE.

    They are cut where windows begin anyway, so that what is computed stays the same.
    """
    rows = sum(last - first for first, last in stretches)
    size = max(-(-rows // processes), SHARE)
    shares: list[list[tuple[int, int]]] = [[]]
    room = size
    for first, last in stretches:
        while first < last:
            if room <= 0:
                shares.append([])
                room = size
            cut = min(first + -(-room // BLOCK) * BLOCK, last)
            shares[-1].append((first, cut))
            room -= cut - first
            first = cut
    return shares


def _take_over(
    band: Band, table: NDArray[np.float32], old: Band, known: NDArray[np.float32]
) -> list[tuple[int, int]]:
    """Copy the potentials of rows whose edges are the same in both bands; give the others' rows."""
    differs = (band.low != old.low) | (band.high != old.high)
    changed = differs.copy()
    for step in range(1, MAX_SENTENCES):  # an edge leads so many rows on
        changed[:-step] |= differs[step:]
    cuts = np.flatnonzero(np.diff(changed)) + 1
    stretches = []
    for first, last in pairwise([0, *cuts.tolist(), len(changed)]):
        if changed[first]:
            stretches.append((first, last))
        else:
            table[band.offset[first] : band.offset[last]] = known[
                old.offset[first] : old.offset[last]
            ]
    return stretches
