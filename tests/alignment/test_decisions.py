"""Small decisions of the aligner that no whole document shows, each on values worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from made_sides import full_band

from align.alignment.aligner import Evidence, _beads, _touched, _widened
from align.alignment.anchors import Anchors
from align.alignment.diagnosis import diagnose
from align.alignment.lattice.band import make_band
from align.alignment.lattice.bead_types import (
    DELETE_EXTEND,
    DELETE_OPEN,
    INSERT_EXTEND,
    INSERT_OPEN,
    MATCHES,
    N_KINDS,
)
from align.alignment.lattice.inference import most_expected
from align.alignment.model.pair import _structure_trust
from align.alignment.model.weights import load_weights
from align.datatypes import Alignment, Bead, Segment, Signature

ONE_ONE = MATCHES.index((1, 1))
PLAIN = replace(load_weights(), calibration=(1.0, 0.0))  # confidence is the posterior itself


def test_a_gap_is_as_sure_as_its_opening_and_its_going_on_together() -> None:
    band = full_band(2, 1)
    probability = np.zeros((band.n_nodes, N_KINDS), dtype=np.float32)
    start, after = 0, 2  # boundaries 0:0 and 1:0
    probability[start, [DELETE_OPEN, DELETE_EXTEND]] = 0.5, 0.25
    probability[after, ONE_ONE] = 0.625
    beads = _beads(band, [(start, DELETE_OPEN), (after, ONE_ONE)], probability, PLAIN)
    assert beads == (Bead(range(1), range(0), 0.75), Bead(range(1, 2), range(1), 0.625))
    probability[start, [INSERT_OPEN, INSERT_EXTEND]] = 0.125, 0.375
    (bead, *_) = _beads(band, [(start, INSERT_EXTEND)], probability, PLAIN)
    assert bead == Bead(range(0), range(1), 0.5)


def test_a_path_along_the_bands_edge_asks_for_more_room() -> None:
    band = make_band(np.array([0, 0, 2, 3]), np.array([2, 3, 4, 5]), 5)
    number = {(int(i), int(j)): node for node, (i, j) in enumerate(zip(*band.nodes(), strict=True))}
    inner = [(number[0, 0], ONE_ONE), (number[1, 1], ONE_ONE), (number[2, 3], ONE_ONE)]
    assert _touched(band, inner).tolist() == []  # at 0:0 there is nothing farther out
    along = [(number[0, 2], ONE_ONE), (number[1, 3], ONE_ONE), (number[2, 2], ONE_ONE)]
    assert _touched(band, along).tolist() == [0, 1, 2]
    assert _widened(np.full(12, 2), np.array([1])).tolist() == [8] * 9 + [2] * 3


@pytest.mark.parametrize(
    ("source", "target", "trust"),
    [
        ("1000 1000", "100 100 10", 1 * 0.75 / 0.5),  # 2 and 3 paragraphs in 15 sentences
        ("11111", "11111", 0.0),  # a sentence a line says nothing
        ("1000000", "1000000", 0.0),  # and neither does one paragraph
        ("10 10 10 10", "1000 1000", 0.0),  # twice as many on one side
        ("1 10 1 10", "1 10 1 10", 0.5 / 0.5),
    ],
    ids=["alike", "a sentence a line", "one paragraph", "twice as many", "one and two"],
)
def test_paragraphs_are_trusted_where_both_sides_have_them(
    source: str, target: str, trust: float
) -> None:
    def side(marks: str) -> Any:
        starts = np.array([mark == "1" for mark in marks.replace(" ", "")] + [True])
        return _Side(starts=starts)

    found = _structure_trust(side(source), side(target))
    a, b = source.count("1"), target.count("1")
    alike = 2 * min(a, b) / max(a, b) - 1
    assert found == pytest.approx(min(trust, 1.0) * alike if trust else 0.0)


class _Side(SimpleNamespace):
    def __len__(self) -> int:
        return len(self.starts) - 1


def evidence(chain: int, others: int, similarity: float) -> tuple[Alignment, Evidence]:
    """Ten sentences a side, with so many anchors in the chain and out of it."""
    segments = tuple(Segment("水。", "zh", 3 * n, 3 * n + 2, n) for n in range(10))
    beads = tuple(Bead(range(n, n + 1), range(n, n + 1)) for n in range(10))
    alignment = Alignment(segments, segments, beads, Signature("1", "m", "1", "1", "1"))
    total = chain + others
    rows = np.arange(total)
    anchors = Anchors(rows, rows, np.ones(total, np.float32), np.arange(chain))
    return alignment, Evidence(cast(Any, None), anchors, similarity)


@pytest.mark.parametrize(
    ("chain", "others", "similarity", "unrelated"),
    [
        (9, 0, 0.6, False),
        (9, 1, 0.1, False),  # little alike, with long omissions, but in order
        (4, 0, 0.1, True),  # too few to be in any order
        (5, 4, 0.1, True),  # out of order
        (0, 0, 0.26, False),
    ],
    ids=["alike", "in order", "few", "out of order", "alike without anchors"],
)
def test_documents_are_unrelated_where_neither_likeness_nor_order_speaks_for_them(
    chain: int, others: int, similarity: float, unrelated: bool
) -> None:
    assert bool(diagnose(*evidence(chain, others, similarity)).unrelated) == unrelated


def test_a_source_gap_never_follows_a_target_gap() -> None:
    band = full_band(1, 1)  # boundaries 0:0, 0:1, 1:0, 1:1
    probability = np.zeros((4, N_KINDS), dtype=np.float32)
    probability[0, ONE_ONE] = 0.5
    probability[0, INSERT_OPEN] = probability[1, DELETE_OPEN] = 0.9  # more, in the forbidden order
    probability[0, DELETE_OPEN] = probability[2, INSERT_OPEN] = 0.4
    assert most_expected(band, probability, cost=0.25) == [(0, DELETE_OPEN), (2, INSERT_OPEN)]
    assert most_expected(band, probability, cost=0.45) == [(0, ONE_ONE)]
