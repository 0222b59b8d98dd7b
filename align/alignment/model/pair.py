"""A document pair as the features see it: what is computed once for the whole of both sides."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from align.alignment.lattice.bead_types import MAX_SENTENCES
from align.alignment.reading.sides import Side, slice_side
from align.alignment.reading.word_pairs import Lexicon

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RunTotals:
    """What runs of 1 … 7 consecutive sentences of one side amount to, (7, sentences) each.

    Row k - 1 holds the runs of k sentences by the place where they begin; those that would go beyond
    the last sentence hold what is there.
    """

    norms: Floats  # length of the sum vector
    chance: Floats  # mean cosine with sentences of the other side anywhere
    weights: Floats  # token weight
    lengths: Floats  # characters without spaces
    values: Floats  # numbers and names that both languages write alike


@dataclass(frozen=True, slots=True)
class Traits:
    """What the documents are like as a whole."""

    length_ratio: float  # target characters for one source character
    structure_trust: float  # in [0, 1]: how far paragraph starts can be trusted
    quotation_trust: float  # in [0, 1]: how far quotation marks can be trusted
    literalness: float = 0.0  # in [-1, 1]: how closely the translation keeps to the words


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides and what is computed once for the whole document."""

    source: Side
    target: Side
    source_runs: RunTotals
    target_runs: RunTotals
    unit: Floats  # unit token vectors (tokens, dim)
    word_pairs: Lexicon | None  # the document's own
    traits: Traits

    @property
    def shape(self) -> tuple[int, int]:
        """Number of source and of target sentences."""
        return len(self.source), len(self.target)

    def part(self, rows: tuple[int, int], columns: tuple[int, int]) -> Pair:
        """Rows and columns (from, to) of the pair, judged by what the whole document taught."""
        part = make_pair(
            slice_side(self.source, *rows),
            slice_side(self.target, *columns),
            self.unit,
            self.word_pairs,
        )
        return replace(
            part,
            traits=self.traits,
            source_runs=replace(part.source_runs, chance=self.source_runs.chance[:, slice(*rows)]),
            target_runs=replace(
                part.target_runs, chance=self.target_runs.chance[:, slice(*columns)]
            ),
        )


def make_pair(source: Side, target: Side, unit: Floats, word_pairs: Lexicon | None = None) -> Pair:
    """Derive what the features of a document pair share; literalness is for others to find."""
    return Pair(
        source,
        target,
        _totals(source, target),
        _totals(target, source),
        unit,
        word_pairs,
        Traits(
            float(target.lengths.sum() / max(source.lengths.sum(), 1.0)),
            _structure_trust(source, target),
            _quotation_trust(source, target),
        ),
    )


def _totals(side: Side, other: Side) -> RunTotals:
    """Sums over every run of sentences of a side, as far as a bead reaches."""
    norms, chance = _sum_vectors(side.vectors, other.vectors)
    return RunTotals(
        norms,
        chance,
        weights=_run_sums(np.add.reduceat(side.tokens.weights, side.tokens.bounds[:-1])),
        lengths=_run_sums(side.lengths),
        values=_run_sums(np.add.reduceat(side.values.weights, side.values.bounds[:-1])),
    )


def _sum_vectors(vectors: Floats, others: Floats) -> tuple[Floats, Floats]:
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


def _run_sums(amounts: Floats) -> Floats:
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
