"""The document's own word pairs against their definition."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.alignment.reading import word_pairs
from align.alignment.reading.sides import TokenRuns
from align.alignment.reading.word_pairs import learn_lexicon

VOCABULARY = 9
Side = list[list[int]]
sentences = st.lists(
    st.lists(st.integers(-1, VOCABULARY - 1), min_size=1, max_size=6), min_size=8, max_size=8
)


def runs(ids: Side) -> TokenRuns:
    flat = np.array([i for row in ids for i in row], dtype=np.int32)
    bounds = np.concatenate([[0], np.cumsum([len(row) for row in ids])])
    return TokenRuns(flat, np.ones(len(flat), np.float32), bounds, bounds, np.arange(len(ids) + 1))


def defined(
    source: Side, target: Side, beads: list[tuple[range, range, float]]
) -> dict[tuple[int, int], float]:
    """Dice's coefficient over beads, of pairs that met about twice at least."""
    held = [
        ({t for i in a for t in source[i]} - {-1}, {t for j in b for t in target[j]} - {-1}, p)
        for a, b, p in beads
    ]
    found = {}
    for s, t in product(range(VOCABULARY), repeat=2):
        both = sum(p for left, right, p in held if s in left and t in right)
        alone = sum(p for left, _, p in held if s in left), sum(p for _, r, p in held if t in r)
        dice = 2 * (both - 0.9) / sum(alone) if sum(alone) else 0.0
        if both >= 1.8 and dice >= 0.35:
            found[s, t] = min(dice, 0.9)
    return found


@settings(max_examples=150, deadline=None)
@given(
    sentences,
    sentences,
    st.lists(st.sampled_from([0.5, 0.75, 1.0]), min_size=5, max_size=5),
    st.sampled_from([1, 7, 200_000]),
)
def test_learns_what_the_definition_says(
    source: Side, target: Side, weights: list[float], at_once: int
) -> None:
    places = [
        (range(2), range(2)),
        (range(2, 3), range(2, 4)),
        (range(3, 4), range(4, 4)),  # a gap teaches nothing
        (range(4, 6), range(4, 6)),
        (range(6, 8), range(6, 8)),
    ]
    beads = [(a, b, p) for (a, b), p in zip(places, weights, strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_pairs, "_PAIRS", at_once)
        found = learn_lexicon(runs(source), runs(target), beads, VOCABULARY)
    expected = defined(source, target, [bead for bead in beads if len(bead[1])])
    if found is None:
        assert not expected
        return
    rows, columns, values = found.of(np.arange(VOCABULARY, dtype=np.int32))
    pairs = list(zip(rows.tolist(), columns.tolist(), strict=True))
    assert pairs == sorted(expected)
    np.testing.assert_allclose(values, [expected[pair] for pair in pairs], atol=1e-6)


def test_keys_too_large_to_be_packed_are_sorted_all_the_same() -> None:
    keys = np.array([5, 1 << 61, 5, 0])
    assert word_pairs._order(keys).tolist() == [3, 0, 2, 1]
    assert word_pairs._order(keys % 7).tolist() == np.argsort(keys % 7, kind="stable").tolist()
