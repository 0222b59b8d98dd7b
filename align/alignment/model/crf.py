"""Weights of the features by maximum likelihood: gold features against expected features.

The model is P(alignment) = exp(sum of w·f over its edges) / Z. The gradient of the log likelihood is
the features of the gold edges less the features expected under the posterior. Source: semi-Markov
conditional random fields, Sarawagi and Cohen 2004.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from align.alignment.bead_files import BeadIndices
from align.alignment.lattice.band import Band
from align.alignment.lattice.bead_types import (
    DELETE_EXTEND,
    DELETE_OPEN,
    INSERT_EXTEND,
    INSERT_OPEN,
    MATCHES,
    MAX_SENTENCES,
    N_KINDS,
)
from align.alignment.lattice.inference import probabilities
from align.alignment.lattice.nodes import Lattice, beside, whole
from align.alignment.model.features import N_FEATURES, edge_features
from align.alignment.model.pair import Pair
from align.alignment.model.tables import stacks

_KIND_OF = {ab: kind for kind, ab in enumerate(MATCHES)}


@dataclass(frozen=True, slots=True)
class Example:
    """A document whose edges are described and whose gold path is known."""

    band: Band
    node: NDArray[np.int64]  # (edges,)
    kind: NDArray[np.int64]  # (edges,)
    features: NDArray[np.float32]  # (edges, N_FEATURES)
    gold: NDArray[np.int64]  # indices of the gold path's edges
    share: float = 1.0  # how much it counts


def gold_edges(beads: Sequence[BeadIndices]) -> list[tuple[int, int, int]]:
    """The gold path as (i, j, kind); neighbouring gaps are put source first, as the lattice has them.

    Raises ValueError for beads that the lattice cannot express (too large, crossing).
    """
    edges: list[tuple[int, int, int]] = []
    i = j = 0
    deleted = inserted = 0

    def flush() -> None:
        nonlocal i, j, deleted, inserted
        for step in range(deleted):
            edges.append((i, j, DELETE_OPEN if step == 0 else DELETE_EXTEND))
            i += 1
        for step in range(inserted):
            edges.append((i, j, INSERT_OPEN if step == 0 else INSERT_EXTEND))
            j += 1
        deleted = inserted = 0

    for source, target in beads:
        at = (i + deleted, j + inserted)
        if (source and source[0] != at[0]) or (target and target[0] != at[1]):
            raise ValueError(f"bead {source}:{target} is not in reading order")
        if not source or not target:
            deleted, inserted = deleted + len(source), inserted + len(target)
            continue
        if len(source) + len(target) > MAX_SENTENCES:
            raise ValueError(f"bead {source}:{target} is larger than {MAX_SENTENCES} sentences")
        flush()
        edges.append((i, j, _KIND_OF[len(source), len(target)]))
        i, j = i + len(source), j + len(target)
    flush()
    return edges


def make_example(
    pair: Pair, band: Band, beads: Sequence[BeadIndices], *, share: float = 1.0
) -> Example:
    """Describe every edge of the band. Raises ValueError when the gold path leaves the band."""
    nodes, kinds, features = [], [], []
    for tables in stacks(pair, band):
        for kind, numbers, _, values in edge_features(pair, tables, band):
            matrix = np.zeros((len(numbers), N_FEATURES), dtype=np.float32)
            for index, column in values.items():
                matrix[:, index] = column
            nodes.append(numbers)
            kinds.append(np.full(len(numbers), kind))
            features.append(matrix)
    node, kind_of = np.concatenate(nodes), np.concatenate(kinds)
    place = {key: at for at, key in enumerate((node * N_KINDS + kind_of).tolist())}
    gold = []
    for i, j, kind in gold_edges(beads):
        number = int(band.number(np.array([i]), np.array([j]))[0])
        if number < 0 or number * N_KINDS + kind not in place:
            raise ValueError(f"the gold path leaves the band at {i}:{j}")
        gold.append(place[number * N_KINDS + kind])
    return Example(band, node, kind_of, np.vstack(features), np.array(gold), share)


def potentials_of(example: Example, weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """Potentials (n_nodes, N_KINDS) under `weights`."""
    table = np.full((example.band.n_nodes, N_KINDS), -np.inf, dtype=np.float32)
    table[example.node, example.kind] = example.features @ weights.astype(np.float32)
    return table


@dataclass(frozen=True, slots=True)
class Joined:
    """Several documents' lattices side by side, with all their edges."""

    lattice: Lattice
    examples: Sequence[Example]
    place: NDArray[np.int64]  # (edges,): node * N_KINDS + kind
    beads: float  # gold beads, by share


def join(examples: Sequence[Example]) -> Joined:
    """Put documents side by side, to be walked together."""
    lattices = [whole(example.band) for example in examples]
    bases = np.cumsum([0, *(lattice.none for lattice in lattices)])
    places = [
        (example.node + base) * N_KINDS + example.kind
        for example, base in zip(examples, bases.tolist(), strict=False)
    ]
    beads = sum(example.share * len(example.gold) for example in examples)
    return Joined(beside(lattices), examples, np.concatenate(places), beads)


def loss(
    weights: NDArray[np.float64], joined: Joined, l2: float
) -> tuple[float, NDArray[np.float64]]:
    """Negative log likelihood a gold bead, with l2/2 |w|^2 added, and its gradient."""
    examples = joined.examples
    scores = [example.features @ weights.astype(np.float32) for example in examples]
    table = np.full(joined.lattice.none * N_KINDS, -np.inf, dtype=np.float32)
    table[joined.place] = np.concatenate(scores)
    found, log_z = probabilities(joined.lattice, table.reshape(-1, N_KINDS))
    parts = np.split(found.ravel()[joined.place], np.cumsum([len(part) for part in scores])[:-1])
    total, gradient = 0.0, np.zeros(N_FEATURES)
    for example, z, probability in zip(examples, log_z.tolist(), parts, strict=True):
        gold = example.features[example.gold]
        total += example.share * (z - float((gold @ weights).sum()))
        expected = probability @ example.features
        gradient += example.share * (expected - gold.sum(axis=0, dtype=np.float64))
    total, gradient = total / joined.beads, gradient / joined.beads
    return total + l2 / 2 * float(weights @ weights), gradient + l2 * weights


def fit(
    examples: Sequence[Example],
    *,
    l2: float,
    start: NDArray[np.float64] | None = None,
    iterations: int = 150,
) -> NDArray[np.float64]:
    """Weights (N_FEATURES,) that minimise `loss`; deterministic."""
    begin = np.zeros(N_FEATURES) if start is None else start
    result = minimize(
        loss,
        begin,
        args=(join(examples), l2),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "ftol": 1e-7},
    )
    return np.asarray(result.x, dtype=np.float64)
