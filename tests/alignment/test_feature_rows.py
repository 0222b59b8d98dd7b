"""Each feature of the aligner on a document small enough to work it out by hand.

Tokens are letters; two are as alike as they are the same letter. Three sentences a side:

    source  0: a b (weights 1, 3; a clause each)   1: c (2)                   2: d (1)
    target  0: a (1)                               1: b c (3, 2; a clause each)  2: e (2)
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from made_sides import full_band
from numpy.typing import NDArray

from align.alignment.lattice.bead_types import DELETE_OPEN, INSERT_OPEN, MATCHES
from align.alignment.model.features import FEATURES, edge_features
from align.alignment.model.pair import Pair, make_pair
from align.alignment.model.tables import stacks
from align.alignment.reading.sides import Side, TokenRuns

A, B, C, D, E = range(5)
X, Y, Z = 1, 2, 3  # numbers or names
TOKENS = np.eye(5, dtype=np.float32)
LITERALNESS = 0.5


def runs(sentences: list[list[list[tuple[int, float]]]]) -> TokenRuns:
    """Sentences of clauses of (token, weight)."""
    clauses = [clause for sentence in sentences for clause in sentence]
    tokens = [token for clause in clauses for token in clause]
    return TokenRuns(
        ids=np.array([token for token, _ in tokens], dtype=np.int32),
        weights=np.array([weight for _, weight in tokens], dtype=np.float32),
        bounds=_bounds([sum(map(len, sentence)) for sentence in sentences]),
        clause_tokens=_bounds([len(clause) for clause in clauses]),
        clause_bounds=_bounds([len(sentence) for sentence in sentences]),
    )


def _bounds(sizes: list[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def small() -> Pair:
    source = Side(
        tokens=runs([[[(A, 1)], [(B, 3)]], [[(C, 2)]], [[(D, 1)]]]),
        values=runs([[[(X, 1), (Y, 1)]], [[(-1, 0)]], [[(Z, 1)]]]),
        vectors=np.array([[1, 0], [0, 2], [1, 0]], dtype=np.float32),
        lengths=np.array([10, 20, 5], dtype=np.float32),
        starts=np.array([True, False, True, True]),
        labels=np.array([7, 0, 8, 0]),
        speakers=np.array([True, False, False, False]),
        endings=np.array([0, 1, 2], dtype=np.int8),
        quoted=np.array([False, True, True, False]),
    )
    target = Side(
        tokens=runs([[[(A, 1)]], [[(B, 3)], [(C, 2)]], [[(E, 2)]]]),
        values=runs([[[(X, 1)]], [[(Y, 1)]], [[(-1, 0)]]]),
        vectors=np.array([[1, 0], [0, 1], [0, 1]], dtype=np.float32),
        lengths=np.array([30, 60, 15], dtype=np.float32),
        starts=np.array([True, True, False, True]),
        labels=np.array([7, 9, 0, 0]),
        speakers=np.array([False, False, False, False]),
        endings=np.array([0, 1, 3], dtype=np.int8),
        quoted=np.array([False, False, True, False]),
    )
    pair = make_pair(source, target, TOKENS)
    return replace(pair, traits=replace(pair.traits, literalness=LITERALNESS))


def found(pair: Pair) -> dict[tuple[int, int, int], dict[str, float]]:
    """Features by (kind, source boundary, target boundary); those that are 0 everywhere are not there."""
    band = full_band(*pair.shape)
    i, j = band.nodes()
    rows: dict[tuple[int, int, int], dict[str, float]] = {}
    for tables in stacks(pair, band):
        for kind, numbers, _, values in edge_features(pair, tables, band):
            for k, number in enumerate(numbers.tolist()):
                rows[kind, int(i[number]), int(j[number])] = {
                    FEATURES[feature]: float(column[k]) for feature, column in values.items()
                }
    return rows


def kind_of(bead: str) -> int:
    if bead in ("1-0", "1-0 more", "0-1", "0-1 more"):
        return (DELETE_OPEN if bead.startswith("1") else INSERT_OPEN) + bead.endswith("more")
    a, b = map(int, bead.split("-"))
    return MATCHES.index((a, b))


ROOT2 = math.sqrt(2)
# Mean directions: of the source's sentences (2/3, 1/3), of the target's (1/3, 2/3).
# Chance of 0:0 is (1/3 + 2/3) / 2; of 0-1:1, whose sum (1, 2) has norm root 5, and (0, 1) it is
# ((1/3 + 4/3) / root 5 + 1/3) / 2.
CHANCE = (5 / 3 / math.sqrt(5) + 1 / 3) / 2
COSINE = (2 / math.sqrt(5) - CHANCE) / (1 - CHANCE)
SPREAD = [0.25 + 1.5 / math.sqrt(length) for length in (10, 20, 5)]

ROWS = [
    # name, bead, source boundary, target boundary, value
    ("bias 1-1", "1-1", 0, 0, 1),
    ("bias 1-2", "1-2", 0, 0, 1),
    ("bias 2-1", "2-1", 0, 0, 1),
    ("bias 2-2", "2-2", 0, 0, 1),
    ("bias 1-3", "1-3", 0, 0, 1),
    ("bias 3-1", "3-1", 0, 0, 1),
    ("bias 2-3", "2-3", 0, 0, 1),
    ("bias 3-2", "3-2", 0, 0, 1),
    ("bias larger", "3-3", 0, 0, 1),
    ("sentences", "3-2", 0, 0, 3),
    ("cosine", "1-1", 0, 0, (1 - 1 / 2) / (1 - 1 / 2)),
    ("cosine", "1-1", 0, 1, (0 - 1 / 3) / (1 - 1 / 3)),  # chance of 0 is 1/3, of target 1 it is 1/3
    ("cosine", "2-1", 0, 1, COSINE),
    ("cosine by sentences", "2-1", 0, 1, COSINE),
    ("cosine by sentences", "1-1", 0, 0, 0),
    ("source coverage", "1-1", 0, 0, 1 / 4),  # a of a b
    ("source coverage", "2-2", 0, 0, 1),
    ("target coverage", "1-1", 0, 1, 3 / 5),  # b of b c
    ("least coverage", "1-1", 0, 0, 1 / 4),
    ("least coverage by sentences", "2-1", 0, 1, 5 / 6),  # b c of a b c
    ("worst source clause", "1-1", 0, 1, 0),  # a
    ("worst source clause", "1-1", 1, 1, 1),
    ("worst target clause", "1-1", 0, 1, 0),  # c
    ("worst target clause", "2-1", 0, 1, 1),
    ("source clause outside", "1-1", 0, 0, 1),  # b is in the next target sentence
    ("source clause outside", "1-2", 0, 0, 0),
    ("target clause outside", "1-1", 0, 1, 1),  # c is in the next source sentence
    ("target clause outside", "2-1", 0, 1, 0),
    # Sentence 0 gives b (3 of its own weight 4), sentence 1 gives c (2 of 2).
    ("least gain", "2-1", 0, 1, math.log1p(75) / math.log(101)),
    # Target 0 gives nothing that s0 has but a (1 of 1); target 1 gives b (3 of its 5).
    ("least gain", "1-2", 0, 0, math.log1p(60) / math.log(101)),
    ("least gain", "2-1", 1, 1, 0),  # d gives nothing
    ("length", "1-1", 0, 0, 0),  # 30 for 10: the document's ratio
    ("length", "1-1", 2, 2, 0),
    ("length", "1-1", 0, 1, math.log(2) / SPREAD[0]),
    ("length squared", "1-1", 0, 1, (math.log(2) / SPREAD[0]) ** 2 / 6),
    ("values shared", "1-1", 0, 0, (1 + 1) / 2),  # x on either side
    ("values shared", "1-2", 0, 0, (2 + 2) / 2),
    ("values missing", "1-1", 0, 0, 1 / 2),  # y
    ("values missing", "2-1", 1, 1, 2 / 2),  # y and z
    ("paragraph start inside source", "3-1", 0, 0, 1),
    ("paragraph start inside target", "1-3", 0, 0, 1),
    ("paragraph start on one side", "1-1", 0, 1, 0),
    ("paragraph start on one side", "1-1", 1, 1, 1),
    ("label equal", "1-1", 0, 0, 1),
    ("label equal", "1-1", 1, 2, 0),  # neither has one
    ("label equal", "1-1", 2, 1, 0),
    ("label different", "1-1", 2, 1, 1),
    ("label different", "1-1", 0, 2, 0),  # only one has one
    ("label inside", "3-2", 0, 0, 2),
    ("speaker on one side", "1-1", 0, 0, 1),
    ("speaker on one side", "1-1", 1, 1, 0),
    ("ending equal", "1-1", 0, 0, 0),  # both plain
    ("ending equal", "1-1", 1, 1, 1),
    ("ending different", "1-1", 2, 2, 1),
    ("ending different", "1-1", 0, 0, 0),
    ("quotation on one side", "1-1", 0, 0, 1),  # the source's first boundary is inside one
    ("quotation on one side", "1-1", 1, 1, 0),
    ("quotation on both sides", "1-1", 1, 1, 1),
    ("quotation on both sides", "1-1", 0, 0, 0),
    ("gap in target", "1-0", 0, 0, 1),
    ("gap in source", "0-1", 0, 0, 1),
    ("gap goes on", "1-0 more", 1, 0, 1),
    ("gap by literalness", "1-0", 0, 0, LITERALNESS),
    ("gap best coverage", "1-0", 0, 0, 3 / 4),  # b, by target 1
    ("gap best coverage", "1-0", 2, 0, 0),  # nothing has d
    ("gap best coverage by literalness", "1-0", 0, 0, 3 / 4 * LITERALNESS),
    ("gap best cosine", "1-0", 0, 0, 1),
    ("gap length", "1-0", 1, 0, math.log(20) / 4),
    ("gap at label", "1-0", 0, 0, 1),
    ("gap at label", "1-0", 1, 0, 0),
    ("gap at paragraph start", "1-0", 2, 0, 1),
    ("gap at paragraph start", "1-0", 1, 0, 0),
    ("gap quotation on one side", "1-0", 0, 0, 1),
    ("gap quotation on one side", "1-0", 0, 2, 0),
]


@pytest.mark.parametrize(
    ("name", "bead", "i", "j", "value"),
    ROWS,
    ids=[f"{name}, {bead} at {i}:{j}" for name, bead, i, j, _ in ROWS],
)
def test_a_feature_is_what_the_hand_finds(
    name: str, bead: str, i: int, j: int, value: float
) -> None:
    row = found(small())[kind_of(bead), i, j]
    assert row.get(name, 0.0) == pytest.approx(value, abs=1e-5)


def test_every_feature_has_a_row_that_is_not_nothing() -> None:
    without = {"bias 1-4", "bias 4-1"}  # need more than three sentences
    assert {name for name, *_, value in ROWS if value} == set(FEATURES) - without


def test_traits() -> None:
    traits = small().traits
    assert traits.length_ratio == pytest.approx(3.0)
    # Two paragraphs on either side, of one and a half sentences: half a sentence beyond one a line.
    assert traits.structure_trust == pytest.approx(1.0)
    # Boundaries inside a quotation: two of four, and one of four: 3 / 2 - 1 / 2.
    assert traits.quotation_trust == pytest.approx(1.0)
