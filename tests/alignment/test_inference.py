"""The lattice against a brute-force twin that enumerates every path."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_sides import full_band

from align.alignment.lattice import inference
from align.alignment.lattice.band import Band, make_band
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
from align.alignment.lattice.inference import (
    edge_ranges,
    most_expected,
    posteriors,
    posteriors_in_pieces,
)


def all_paths(
    band: Band, potentials: np.ndarray
) -> list[tuple[tuple[tuple[int, int], ...], float]]:
    """Every path as ((node, kind), …) with its sum of potentials."""
    end = (band.n_source, band.n_target)

    @cache
    def go_on(i: int, j: int, state: str) -> tuple[tuple[tuple[tuple[int, int], ...], float], ...]:
        found: list[tuple[tuple[tuple[int, int], ...], float]] = []
        if (i, j) == end:
            found.append(((), 0.0))
        node = int(band.number(np.array([i]), np.array([j]))[0])
        for kind in range(N_KINDS):
            if kind == DELETE_OPEN and state != "match":
                continue
            if kind == DELETE_EXTEND and state != "delete":
                continue
            if kind == INSERT_OPEN and state == "insert":
                continue
            if kind == INSERT_EXTEND and state != "insert":
                continue
            ni, nj = i + int(SOURCE_SIZE[kind]), j + int(TARGET_SIZE[kind])
            if int(band.number(np.array([ni]), np.array([nj]))[0]) < 0:
                continue
            score = float(potentials[node, kind])
            if score == -np.inf:
                continue
            after = (
                "match"
                if kind < N_MATCHES
                else "delete"
                if kind in (DELETE_OPEN, DELETE_EXTEND)
                else "insert"
            )
            found += [(((node, kind), *rest), score + tail) for rest, tail in go_on(ni, nj, after)]
        return tuple(found)

    return list(go_on(0, 0, "match"))


def random_case(n: int, m: int, seed: int, *, banded: bool) -> tuple[Band, np.ndarray]:
    rng = np.random.default_rng(seed)
    band = full_band(n, m)
    if banded:
        low = np.maximum(np.arange(n + 1) * m // max(n, 1) - 1, 0)
        band = make_band(low, low + 2, m)
    potentials = rng.normal(size=(band.n_nodes, N_KINDS)).astype(np.float32)
    potentials[rng.random(potentials.shape) < 0.1] = -np.inf
    return band, potentials


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 10_000), st.booleans())
def test_agrees_with_enumeration(n: int, m: int, seed: int, banded: bool) -> None:
    if n + m == 0:
        return
    band, potentials = random_case(n, m, seed, banded=banded)
    paths = all_paths(band, potentials)
    if not paths:
        with pytest.raises(ValueError, match="no path"):
            posteriors(band, potentials)
        return
    scores = np.array([score for _, score in paths])
    log_z = np.logaddexp.reduce(scores)
    expected = np.zeros_like(potentials)
    for path, score in paths:
        for node, kind in path:
            expected[node, kind] += np.exp(score - log_z)
    found, found_z = posteriors(band, potentials)
    assert found_z == pytest.approx(log_z, abs=1e-4)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 10_000))
def test_most_expected_maximises_the_sum_of_posteriors(n: int, m: int, seed: int) -> None:
    """Among the paths of the lattice, in which a source gap never follows a target gap."""
    band, potentials = random_case(n, m, seed, banded=False)
    potentials = np.where(potentials == -np.inf, -3.0, potentials).astype(np.float32)
    probabilities, _ = posteriors(band, potentials)

    def gain(path: tuple[tuple[int, int], ...]) -> float:
        total = 0.0
        for node, kind in path:
            p = float(probabilities[node, kind])
            if kind >= N_MATCHES:  # open and extend are one bead
                twin = kind + 1 if kind in (DELETE_OPEN, INSERT_OPEN) else kind - 1
                p += float(probabilities[node, twin])
            total += p - 0.4
        return total

    best = max(gain(path) for path, _ in all_paths(band, potentials))
    found = most_expected(band, probabilities, cost=0.4)
    assert gain(tuple(found)) == pytest.approx(best, abs=1e-4)
    beads = edge_ranges(band, found)
    assert [i for rows, _ in beads for i in rows] == list(range(n))
    assert [j for _, columns in beads for j in columns] == list(range(m))
    kinds = [bool(rows) + 2 * bool(columns) for rows, columns in beads]
    assert all((first, second) != (2, 1) for first, second in pairwise(kinds))


def test_no_path_of_possible_beads_is_an_error() -> None:
    band = full_band(2, 2)
    with pytest.raises(ValueError, match="no path"):
        most_expected(band, np.zeros((band.n_nodes, N_KINDS), dtype=np.float32), cost=0.4)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(90, 200), st.lists(st.integers(30, 60), max_size=3))
def test_pieces_give_what_the_whole_gives(seed: int, n: int, steps: list[int]) -> None:
    """Where the path is all but sure at the seams, as it is amid sentences that are anchored."""
    rng = np.random.default_rng(seed)
    low = np.maximum(np.arange(n + 1) - 3, 0)
    band = make_band(low, low + 6, n)
    potentials = rng.normal(size=(band.n_nodes, N_KINDS)).astype(np.float32) - 2
    i, j = band.nodes()
    potentials[i == j, 0] += 9
    seams = [row for row in np.cumsum(steps).tolist() if row < n]
    whole, _ = posteriors(band, potentials)
    found = posteriors_in_pieces(band, potentials, seams)
    np.testing.assert_allclose(found, whole, atol=1e-5)
    assert (posteriors_in_pieces(band, potentials, seams, processes=2) == found).all()


def test_a_hand_worked_lattice() -> None:
    """Two sentences on each side: 1-1 1-1 scores 2 + 1, the single 2-2 bead scores 2.5."""
    band = full_band(2, 2)
    potentials = np.full((band.n_nodes, N_KINDS), -np.inf, dtype=np.float32)
    from align.alignment.lattice.bead_types import MATCHES

    one, two = MATCHES.index((1, 1)), MATCHES.index((2, 2))
    potentials[0, one] = 2.0
    potentials[4, one] = 1.0  # node (1, 1)
    potentials[0, two] = 2.5
    probability, log_z = posteriors(band, potentials)
    path = most_expected(band, probability, cost=0.4)
    assert log_z == pytest.approx(np.logaddexp(3.0, 2.5), abs=1e-6)
    assert edge_ranges(band, path) == [
        (range(1), range(1)),
        (range(1, 2), range(1, 2)),
    ]
    assert probability[0, two] == pytest.approx(1 / (1 + np.exp(0.5)), abs=1e-6)
    assert probability[4, one] == pytest.approx(1 / (1 + np.exp(-0.5)), abs=1e-6)


@pytest.mark.parametrize("most", [1, 40, 10**6], ids=["row-by-row", "some-rows", "all"])
@pytest.mark.parametrize("seed", range(3))
def test_strips_give_what_the_whole_gives(seed: int, most: int) -> None:
    band, potentials = random_case(23, 19, seed, banded=True)
    whole, log_z = posteriors(band, potentials)
    found, found_z = inference._strip_by_strip(band, potentials, most)
    assert found_z == log_z
    np.testing.assert_array_equal(found, whole)
