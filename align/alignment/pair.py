"""A document pair as the features see it: what is computed once for the whole of both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.alignment.kinds import MAX_SENTENCES
from align.alignment.lexicon import Lexicon
from align.alignment.sides import Side

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides and what is computed once for the whole document."""

    source: Side
    target: Side
    unit: Floats  # unit token vectors (tokens, dim)
    lexicon: Lexicon | None  # the document's own word pairs
    source_norms: Floats  # (7, n): length of the sum vector of each run
    target_norms: Floats
    source_chance: Floats  # (7, n): mean cosine of each run with sentences anywhere
    target_chance: Floats
    source_weight: Floats  # (7, n): token weight of each run
    target_weight: Floats
    source_length: Floats  # (7, n): characters of each run
    target_length: Floats
    source_values: Floats  # (7, n): numbers and names of each run
    target_values: Floats
    ratio: float  # target characters for one source character
    structure: float  # in [0, 1]: how far paragraph starts can be trusted
    quotation: float  # in [0, 1]: how far quotation marks can be trusted
    closeness: float = 0.0  # in [-1, 1]: how closely the translation keeps to the words

    @property
    def shape(self) -> tuple[int, int]:
        """Number of source and of target sentences."""
        return len(self.source), len(self.target)


def make_pair(source: Side, target: Side, unit: Floats, lexicon: Lexicon | None = None) -> Pair:
    """Derive what the features of a document pair share; closeness is for others to find."""
    source_norms, source_chance = _spans(source.vectors, target.vectors)
    target_norms, target_chance = _spans(target.vectors, source.vectors)
    return Pair(
        source,
        target,
        unit,
        lexicon,
        source_norms,
        target_norms,
        source_chance,
        target_chance,
        _runs(np.add.reduceat(source.tokens.weights, source.tokens.bounds[:-1])),
        _runs(np.add.reduceat(target.tokens.weights, target.tokens.bounds[:-1])),
        _runs(source.lengths),
        _runs(target.lengths),
        _runs(np.add.reduceat(source.values.weights, source.values.bounds[:-1])),
        _runs(np.add.reduceat(target.values.weights, target.values.bounds[:-1])),
        float(target.lengths.sum() / max(source.lengths.sum(), 1.0)),
        _structure_trust(source, target),
        _quotation_trust(source, target),
    )


def _spans(vectors: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Length of the sum of each run of 1..7 vectors, and its mean cosine with the other side."""
    n = len(vectors)
    lengths = np.linalg.norm(others, axis=1, keepdims=True)
    mean = (others / np.maximum(lengths, 1e-6)).mean(axis=0)
    norms = np.ones((MAX_SENTENCES - 1, n), dtype=np.float32)
    chance = np.zeros((MAX_SENTENCES - 1, n), dtype=np.float32)
    running = vectors.copy()
    for size in range(1, min(MAX_SENTENCES, n + 1)):
        if size > 1:
            running = running[:-1] + vectors[size - 1 :]
        norms[size - 1, : len(running)] = np.maximum(np.linalg.norm(running, axis=1), 1e-6)
        chance[size - 1, : len(running)] = running @ mean / norms[size - 1, : len(running)]
    return norms, chance


def _runs(amounts: Floats) -> Floats:
    """Sum of `amounts` over runs of 1..7 that begin at each place, (7, n); short ones at the end."""
    sums = np.repeat(amounts[None, :].astype(np.float32), MAX_SENTENCES - 1, axis=0)
    for size in range(2, MAX_SENTENCES):
        sums[size - 1] = sums[size - 2]
        sums[size - 1, : 1 - size] += amounts[size - 1 :]
    return sums


def _structure_trust(source: Side, target: Side) -> float:
    """1 when both sides have as many paragraphs, several sentences long; 0 when they do not fit.

    One sentence a line, or paragraphs on one side only, say nothing about beads.
    """
    a, b = int(source.starts[:-1].sum()), int(target.starts[:-1].sum())
    if min(a, b) < 2:
        return 0.0
    alike = 2.0 * min(a, b) / max(a, b) - 1.0
    sizes = (len(source) + len(target)) / (a + b) - 1.0
    return float(np.clip(alike, 0.0, 1.0) * np.clip(sizes / 0.5, 0.0, 1.0))


def _quotation_trust(source: Side, target: Side) -> float:
    """1 when both sides quote about as much; 0 when one hardly does."""
    a, b = float(source.quoted.mean()), float(target.quoted.mean())
    return float(np.clip(3.0 * min(a, b) / max(a, b, 1e-6) - 0.5, 0.0, 1.0)) if a and b else 0.0
