"""Spans in doubt, encoded anew: for encoders whose vector of a span is not the sum of its sentences.

A transformer encodes each sentence once, and a span's vector is first the length-weighted sum of its
sentences' vectors. Where the posterior leaves open whether sentences belong together, the span is
encoded as one text, and the potentials of its beads are corrected by what that changes in the cosine.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.alignment.lattice.band import Band
from align.alignment.lattice.bead_types import MATCHES, N_MATCHES, SOURCE_SIZE, TARGET_SIZE
from align.alignment.model.features import FEATURES
from align.alignment.model.pair import Pair
from align.datatypes import Segment, join_segments
from align.embedding.protocol import Encoder

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]
Span = tuple[int, int, int]  # side (0 source, 1 target), first sentence, sentences

_OPEN = 0.02  # a bead is in doubt while its probability is this far from 0 and from 1
_SEEN = 1e-3  # beads less probable than this are left as they are
_SHARE = 0.25  # spans encoded anew, for one sentence of the document
_AT_LEAST = 16
_COSINE, _BY_SENTENCES = FEATURES.index("cosine"), FEATURES.index("cosine by sentences")


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of both sides of a pair and the encoder that reads them."""

    encoder: Encoder
    source: Sequence[Segment]
    target: Sequence[Segment]

    def part(self, rows: tuple[int, int], columns: tuple[int, int]) -> Texts:
        """The texts of some rows and columns (from, to)."""
        return Texts(self.encoder, self.source[slice(*rows)], self.target[slice(*columns)])

    def encode(self, spans: Sequence[Span]) -> Floats:
        """Unit vectors of spans as one text each, (len(spans), dim)."""
        texts = []
        for side, first, size in spans:
            segments = (self.target if side else self.source)[first : first + size]
            texts.append(join_segments(segments, segments[0].lang))
        return self.encoder.encode(texts)


def spans_in_doubt(band: Band, probability: Floats) -> list[Span]:
    """Runs of two and more sentences in beads that are open, the most doubtful first; bounded."""
    doubt = probability[:, :N_MATCHES] * (1 - probability[:, :N_MATCHES])
    node, kind = np.nonzero(doubt > _OPEN * (1 - _OPEN))
    i, j = band.nodes()
    weights: dict[Span, float] = {}
    for at, (a, b), row, column in zip(
        node.tolist(),
        [MATCHES[k] for k in kind.tolist()],
        i[node].tolist(),
        j[node].tolist(),
        strict=True,
    ):
        for span in ((0, row, a), (1, column, b)):
            if span[2] > 1:
                value = float(doubt[at, MATCHES.index((a, b))])
                weights[span] = weights.get(span, 0.0) + value
    most = _AT_LEAST + int(_SHARE * (band.n_source + band.n_target))
    return sorted(weights, key=lambda span: (-weights[span], span))[:most]


def corrected(
    pair: Pair,
    band: Band,
    potentials: Floats,
    probability: Floats,
    vector: NDArray[np.float64],
    texts: Texts,
) -> Floats | None:
    """Potentials with the true vectors of spans in doubt; None where nothing is in doubt."""
    spans = spans_in_doubt(band, probability)
    if not spans:
        return None
    log.info("%d spans in doubt are encoded anew", len(spans))
    true = dict(zip(spans, texts.encode(spans), strict=True))
    node, kind = np.nonzero(probability[:, :N_MATCHES] > _SEEN)
    i, j = band.nodes()
    result = potentials.copy()
    for at, k, row, column in zip(
        node.tolist(), kind.tolist(), i[node].tolist(), j[node].tolist(), strict=True
    ):
        source = (0, row, int(SOURCE_SIZE[k]))
        target = (1, column, int(TARGET_SIZE[k]))
        if source in true or target in true:
            change = _cosine(pair, source, target, true) - _cosine(pair, source, target, {})
            sentences = source[2] + target[2] - 2
            result[at, k] += change * (vector[_COSINE] + sentences * vector[_BY_SENTENCES])
    return result


def _cosine(pair: Pair, source: Span, target: Span, true: dict[Span, Floats]) -> float:
    """The cosine feature of a bead, above what its spans have in common with sentences anywhere."""
    (_, i, a), (_, j, b) = source, target
    chance = float(pair.source_runs.chance[a - 1, i] + pair.target_runs.chance[b - 1, j]) / 2
    cosine = float(_unit(pair, source, true) @ _unit(pair, target, true))
    return float(np.clip((cosine - chance) / max(1 - chance, 0.1), -1.0, 1.0))


def _unit(pair: Pair, span: Span, true: dict[Span, Floats]) -> Floats:
    """The unit vector of a span: encoded whole where it was, else its sentences' sum."""
    if span in true:
        return true[span]
    side, first, size = span
    vectors = (pair.target if side else pair.source).vectors
    total = vectors[first : first + size].sum(axis=0)
    result: Floats = total / np.maximum(np.linalg.norm(total), np.float32(1e-6))
    return result
