"""Training the aligner's weights: gold paths, and the gradient of what is minimised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_sides import side_of

from align.alignment.lattice.band import make_band
from align.alignment.lattice.bead_types import DELETE_EXTEND, DELETE_OPEN, INSERT_OPEN, MATCHES
from align.alignment.model.features import N_FEATURES
from align.alignment.model.pair import make_pair
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder

pytest.importorskip("scipy", reason="training needs it, and the light installation has it not")
from align.alignment.model.crf import fit, gold_edges, join, loss, make_example


def test_gold_paths() -> None:
    edges = gold_edges([((0,), (0,)), ((), (1,)), ((1, 2), ()), ((3,), (2, 3))])
    assert edges == [
        (0, 0, MATCHES.index((1, 1))),
        (1, 1, DELETE_OPEN),
        (2, 1, DELETE_EXTEND),
        (3, 1, INSERT_OPEN),
        (3, 2, MATCHES.index((1, 2))),
    ]
    with pytest.raises(ValueError, match="larger"):
        gold_edges([(tuple(range(5)), tuple(range(4)))])
    with pytest.raises(ValueError, match="order"):
        gold_edges([((1,), (0,)), ((0,), (1,))])


def test_the_gradient_is_the_slope_and_training_finds_the_gold() -> None:
    encoder = load_encoder(None)
    assert isinstance(encoder, TokenEncoder)
    source = side_of(encoder, ["和平与安全。", "水。", "人权得到保护。"])
    target = side_of(encoder, ["Peace and security.", "Human rights", "are protected."])
    pair = make_pair(source, target, (encoder.matrix / 10).astype(np.float32))
    band = make_band(np.zeros(4, np.int64), np.full(4, 3), 3)
    gold = [((0,), (0,)), ((1,), ()), ((2,), (1, 2))]
    example = make_example(pair, band, gold)
    weights = np.random.default_rng(3).normal(size=N_FEATURES) * 0.1
    value, gradient = loss(weights, join([example, replace(example, share=0.5)]), 0.01)
    assert value == pytest.approx(loss(weights, join([example]), 0.01)[0])
    for feature in (0, 12, 15, 20, N_FEATURES - 4):
        step = np.zeros(N_FEATURES)
        step[feature] = 1e-2
        up, down = (loss(weights + x, join([example]), 0.01)[0] for x in (step, -step))
        assert (up - down) / 2e-2 == pytest.approx(gradient[feature], abs=2e-3)
    fitted = fit([example], l2=1e-3)
    assert loss(fitted, join([example]), 0.0)[0] < 0.2 * value
