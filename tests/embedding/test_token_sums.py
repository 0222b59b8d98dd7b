"""The sums of token vectors, by hand and against a twin."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from align.embedding.static import StaticEncoder
from align.embedding.token_sums import token_sums


def test_a_run_by_hand(tiny_folder: Path) -> None:
    encoder = StaticEncoder(tiny_folder)
    tokens = encoder.tokenize(["维持", "", "和平 peace", "xyz"])
    sums = token_sums(encoder.matrix, tokens.ids, tokens.bounds)
    assert sums.tolist() == [[0, 1], [0, 0], [4, 0], [0, 0]]


@settings(deadline=None)
@given(st.lists(st.integers(0, 900), max_size=12))
def test_sums_across_the_chunks_that_they_are_made_in(lengths: list[int]) -> None:
    rng = np.random.default_rng(len(lengths))
    matrix = rng.integers(-3, 4, size=(20, 3)).astype(np.float32)
    ids = rng.integers(0, 20, size=sum(lengths)).astype(np.int32)
    bounds = np.cumsum([0, *lengths]).astype(np.int64)
    twin = [matrix[ids[a:b]].sum(axis=0) for a, b in itertools.pairwise(bounds.tolist())]
    found = token_sums(matrix, ids, bounds)
    assert found.tolist() == np.reshape(twin, (len(lengths), 3)).tolist()
