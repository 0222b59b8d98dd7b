"""Hand-worked cases of the aligner's small parts."""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sides import side_of

from align.alignment.anchors import Anchors, band_of, find_anchors, heaviest_chain, seams_of
from align.alignment.bead_files import format_bead, parse_bead, read_beads
from align.alignment.evaluation import score
from align.alignment.lattice.band import make_band
from align.alignment.model.weights import load_weights
from align.alignment.reading.sides import TokenRuns
from align.alignment.reading.word_pairs import learn_lexicon
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.errors import FormatError, ModelError


def test_strict_and_lax_by_hand() -> None:
    """Gold 1-1, 2-1, 1-0; found 1-1, 1-1, 1-0, 1-0: one strict hit and the omission; one lax more."""
    gold = [((0,), (0,)), ((1, 2), (1,)), ((3,), ())]
    found = [((0,), (0,)), ((1,), (1,)), ((2,), ()), ((3,), ())]
    result = score([(gold, found)])
    assert result.precision_strict == pytest.approx(2 / 4)  # 1-1 and the omission of 3
    assert result.recall_strict == pytest.approx(1 / 2)  # of the gold beads with both sides
    assert result.precision_lax == pytest.approx(3 / 4)
    assert result.recall_lax == pytest.approx(1.0)
    assert result.f1_strict == pytest.approx(0.5)


def test_counts_are_summed_over_documents() -> None:
    right = ([((0,), (0,))], [((0,), (0,))])
    wrong = ([((0,), (0,)), ((1,), (1,))], [((0, 1), (0, 1))])
    result = score([right, wrong])
    assert result.precision_strict == pytest.approx(1 / 2)
    assert result.recall_strict == pytest.approx(1 / 3)
    assert result.precision_lax == pytest.approx(1.0)


def test_nothing_found_scores_zero() -> None:
    assert score([([((0,), (0,))], [])]).f1_strict == 0.0


@given(st.lists(st.integers(0, 99)), st.lists(st.integers(0, 99)))
def test_bead_lines_round_trip(source: list[int], target: list[int]) -> None:
    assert parse_bead(format_bead(source, target)) == (tuple(source), tuple(target))


def test_a_bad_bead_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.gold"
    file.write_text("[0]:[0]\n[1:[1]\n")
    with pytest.raises(FormatError, match=r"x\.gold:2: not a bead"):
        read_beads(file)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 9)), max_size=8))
def test_heaviest_chain_agrees_with_enumeration(points: list[tuple[int, int, int]]) -> None:
    best = 0.0
    for size in range(len(points) + 1):
        for chosen in combinations(sorted(points), size):
            if all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(chosen)):
                best = max(best, float(sum(p[2] for p in chosen)))
    rows, columns, weight = (np.array([p[k] for p in points], dtype=float) for k in range(3))
    chain = heaviest_chain(rows.astype(int), columns.astype(int), weight)
    assert sum(weight[k] for k in chain) == pytest.approx(best)
    assert all(np.diff(rows[chain]) > 0)
    assert all(np.diff(columns[chain]) > 0)


def test_anchors_of_large_documents_follow_the_diagonal_and_a_gap() -> None:
    """3,000 random sentences, 300 of them missing on one side: nearly all others are anchored."""
    rng = np.random.default_rng(1)
    source = rng.normal(size=(3000, 64)).astype(np.float32)
    kept = np.concatenate([np.arange(1000), np.arange(1300, 3000)])
    target = source[kept] + 0.3 * rng.normal(size=(2700, 64)).astype(np.float32)
    rows, columns = find_anchors(source, target).pairs
    assert len(rows) > 2500
    assert (kept[columns] == rows).all()


def test_band_holds_the_anchors_and_their_margin() -> None:
    anchors = Anchors(np.array([2, 5]), np.array([1, 7]), np.ones(2, np.float32), np.array([0, 1]))
    band = band_of(anchors, 8, 9, margin=1)
    assert band.low.tolist() == [0, 0, 0, 1, 1, 1, 7, 7, 7]
    assert band.high.tolist() == [2, 2, 2, 8, 8, 8, 9, 9, 9]
    assert band.number(np.array([3, 3]), np.array([0, 1])).tolist() == [-1, 9]


def test_band_is_connected() -> None:
    band = make_band(np.array([0, 5, 5]), np.array([0, 5, 5]), 6)
    assert band.low.tolist() == [0, 1, 5]  # a source gap must find a node below
    assert band.high.tolist() == [0, 5, 6]


def test_a_seam_lies_amid_six_anchors_side_byside_of() -> None:
    rows = np.concatenate([np.arange(0, 90, 2), np.arange(100, 106), np.arange(120, 126)])
    columns = rows + 3
    anchors = Anchors(rows, columns, np.ones(len(rows), np.float32), np.arange(len(rows)))
    assert seams_of(anchors) == [103]  # and 123 is too near to it
    assert seams_of(Anchors(rows, columns, anchors.weight, np.zeros(0, np.int64))) == []


def test_a_clause_is_cut_at_punctuation_and_short_ones_are_joined() -> None:
    encoder = load_encoder(None)
    assert isinstance(encoder, TokenEncoder)
    text = "Water resources management remained a priority, however, international organizations supported vulnerable countries."
    runs = side_of(encoder, [text, ""]).tokens
    assert runs.clause_bounds.tolist() == [0, 2, 3]
    assert runs.ids[-1] == -1  # the empty text holds a token that matches nothing


def test_word_pairs_that_keep_meeting_are_learned() -> None:
    """Tokens 1 and 11 meet in three beads and nowhere else alone; 2 and 12 only once."""

    def runs(ids: list[list[int]]) -> TokenRuns:
        flat = np.array([i for row in ids for i in row], dtype=np.int32)
        bounds = np.concatenate([[0], np.cumsum([len(row) for row in ids])])
        return TokenRuns(
            flat, np.ones(len(flat), np.float32), bounds, bounds, np.arange(len(ids) + 1)
        )

    source, target = runs([[1, 5], [1, 6], [1, 2]]), runs([[11, 15], [11, 16], [11, 12]])
    beads = [(range(k, k + 1), range(k, k + 1), 1.0) for k in range(3)]
    found = learn_lexicon(source, target, beads, 20)
    assert found is not None
    rows, targets, values = found.of(np.array([5, 1], dtype=np.int32))
    assert (rows.tolist(), targets.tolist()) == ([1], [11])
    assert values[0] == pytest.approx(2 * (3 - 0.9) / 6, abs=1e-6)
    assert len(found.values) == 1


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    file.write_text(json.dumps({"features": ["cosine"]}))
    with pytest.raises(ModelError, match="other features"):
        load_weights(file)


def test_calibration_rises_with_the_posterior() -> None:
    values = load_weights().calibrated(np.linspace(0, 1, 11))
    assert (np.diff(values) > 0).all()
    assert 0 <= values[0] < 0.05
    assert 0.95 < values[-1] <= 1
