"""Prefix sums against encoding the joined texts."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from align.embedding.spans import PrefixSums, token_sums
from align.embedding.static import StaticEncoder

SENTENCE = st.text(alphabet=st.sampled_from("维持和平行动安全理事会，。 peace4"), max_size=12)


def test_a_run_by_hand(tiny_folder: Path) -> None:
    encoder = StaticEncoder(tiny_folder)
    tokens = encoder.tokenize(["维持", "", "和平 peace", "xyz"])
    sums = token_sums(encoder.matrix, tokens.ids, tokens.bounds)
    assert sums.tolist() == [[0, 1], [0, 0], [4, 0], [0, 0]]
    runs = PrefixSums(encoder, tokens).vectors(np.array([0, 0, 1, 3, 2]), np.array([3, 1, 2, 4, 2]))
    expected = np.array([[4 / 17**0.5, 1 / 17**0.5], [0, 1], [0, 0], [0, 0], [0, 0]])
    np.testing.assert_allclose(runs, expected, atol=1e-6)
    assert runs.dtype == np.float32


@settings(deadline=None, max_examples=50)
@given(st.lists(SENTENCE, min_size=1, max_size=8))
def test_every_run_is_what_its_joined_text_embeds_to(
    embedded: StaticEncoder, texts: list[str]
) -> None:
    sums = PrefixSums(embedded, embedded.tokenize(texts))
    runs = [(a, b) for a in range(len(texts)) for b in range(a + 1, len(texts) + 1)]
    # A newline between them: joined with nothing, two texts could make a new token.
    twin = embedded.encode(["\n".join(texts[a:b]) for a, b in runs])
    starts, ends = (np.array(side) for side in zip(*runs, strict=True))
    np.testing.assert_allclose(sums.vectors(starts, ends), twin, atol=2e-5)


def test_windows(embedded: StaticEncoder) -> None:
    texts = ["维和行动", "安全理事会", "peace"]
    sums = PrefixSums(embedded, embedded.tokenize(texts))
    np.testing.assert_allclose(sums.windows(1), embedded.encode(texts), atol=1e-6)
    np.testing.assert_allclose(sums.windows(3), embedded.encode(["\n".join(texts)]), atol=1e-6)
    assert sums.windows(4).shape == (0, embedded.dim)


def test_a_late_sentence_of_a_book_is_not_lost(tiny_folder: Path) -> None:
    encoder = StaticEncoder(tiny_folder)
    tokens = encoder.tokenize(["和平"] * 200_000 + ["维持"])
    sums = PrefixSums(encoder, tokens)
    last = sums.vectors(np.array([200_000]), np.array([200_001]))
    np.testing.assert_allclose(last, [[0, 1]], atol=1e-6)


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
