"""Anchors against their definition: each other's best, by a margin, in a rising chain."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from align.alignment import anchors
from align.alignment.anchors import Anchors, find_anchors, heaviest_chain
from align.embedding.nearest import library, nearest, one_thread

DIM = 6


def document(rng: np.random.Generator, n: int) -> NDArray[np.float32]:
    return rng.normal(size=(n, DIM)).astype(np.float32)


def translated(
    rng: np.random.Generator, vectors: NDArray[np.float32], noise: float
) -> NDArray[np.float32]:
    return (vectors + noise * rng.normal(size=vectors.shape)).astype(np.float32)


def mutual_best(s: NDArray[np.float32], t: NDArray[np.float32]) -> set[tuple[int, int]]:
    """By the whole table of cosines: best of its row and of its column, 0.04 above the next."""
    table = s.astype(np.float64) @ t.astype(np.float64).T
    found = set()
    for i, row in enumerate(table):
        j = int(row.argmax())
        column = table[:, j]
        others = [np.delete(row, j), np.delete(column, i)]
        margins = [row[j] - max([0.0, *other]) for other in others]
        if int(column.argmax()) == i and min(margins) > 0.04 + 1e-5:
            found.add((i, j))
        assume(abs(min(margins) - 0.04) > 1e-5)  # rounding would decide
    return found


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(1, 40), st.integers(1, 40))
def test_candidates_are_each_others_best(seed: int, n: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    source = document(rng, n)
    target = translated(rng, np.resize(source, (m, DIM)), 0.2)
    s, t = anchors._centred(source), anchors._centred(target)
    low, high = np.zeros(n, dtype=np.int64), np.full(n, m, dtype=np.int64)
    rows, columns, margin = anchors._mutual_best(s, t, low, high)
    assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == mutual_best(s, t)
    assert (margin > 0.04).all()


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(1, 600), st.integers(1, 40), st.integers(1, 16))
def test_the_nearest_are_those_of_the_whole_table(seed: int, n: int, m: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    queries, vectors = document(rng, n), document(rng, m)
    k = min(k, m)
    scores, found = nearest(queries, vectors, k)
    for row, best, held in zip(queries @ vectors.T, found, scores, strict=True):
        assert len(set(best.tolist())) == k
        np.testing.assert_allclose(held, row[best], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(held, np.sort(row)[::-1][:k], rtol=1e-5, atol=1e-6)


def test_a_long_document_finds_nearly_all_that_a_short_one_does() -> None:
    rng = np.random.default_rng(4)
    source = document(rng, 2400)
    target = translated(rng, np.delete(source, range(700, 760), axis=0), 0.15)  # some left out
    long = find_anchors(source, target)
    assert len(source) * len(target) > anchors._SMALL
    pairs = set(zip(*(side.tolist() for side in long.pairs), strict=True))
    true = {(i, i if i < 700 else i - 60) for i in range(2400) if not 700 <= i < 760}
    s, t = anchors._centred(source), anchors._centred(target)
    wanted = mutual_best_fast(s, t) & true
    assert pairs <= true
    assert len(pairs & wanted) > 0.98 * len(wanted)


def mutual_best_fast(s: NDArray[np.float32], t: NDArray[np.float32]) -> set[tuple[int, int]]:
    table = s @ t.T
    top, peak = table.argmax(axis=1), table.argmax(axis=0)
    ordered = np.sort(table, axis=1)[:, -2:], np.sort(table, axis=0)[-2:]
    margin = np.minimum(ordered[0][:, 1] - ordered[0][:, 0], (ordered[1][1] - ordered[1][0])[top])
    return {(i, int(j)) for i, j in enumerate(top) if peak[j] == i and margin[i] > 0.04}


def test_a_leap_away_and_back_is_no_anchor() -> None:
    rows = np.arange(9)
    columns = np.array([0, 1, 2, 3, 40, 41, 42, 43, 44])
    assert anchors._steady(rows, columns, np.arange(9)).tolist() == list(range(9))  # and stays
    columns = np.array([0, 1, 2, 3, 30, 31, 32, 33, 34])
    rows = np.array([0, 1, 2, 3, 4, 31, 32, 33, 34])
    assert anchors._steady(rows, columns, np.arange(9)).tolist() == [0, 1, 2, 3, 5, 6, 7, 8]


def test_a_single_sentence_has_no_anchor() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert heaviest_chain(none, none, np.zeros(0, np.float32)).tolist() == []
    alone = np.ones((1, DIM), dtype=np.float32)
    found = find_anchors(alone, document(np.random.default_rng(1), 3))
    assert isinstance(found, Anchors)
    assert len(found.chain) == 0


def test_faiss_runs_on_one_thread_and_gives_the_others_back() -> None:
    faiss = library()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    try:
        with one_thread() as same:
            assert same.omp_get_max_threads() == 1
        assert faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(before)
