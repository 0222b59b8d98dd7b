"""Vectors of single words: which word of a text answers to which word of a translation.

A text's vector is the sum of its tokens' vectors, and those are trained for that. To compare one
token with another, a model may hold more: a correction of each token's direction and a weight of
its own, in a file beside the model. Without that file the token's vector itself has to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from align.embedding.stored import Rows

Floats = NDArray[np.float32]

MIN_WEIGHT = 0.35  # of the mean weight; lighter tokens (the, 的) say nothing about coverage
_LEVELS = 7  # to either side of zero: four bits a number


@dataclass(frozen=True, slots=True)
class Correction:
    """What is added to a token's unit vector, four bits a number, and its weight.

    Byte k of a row holds the numbers 2k (low bits) and 2k + 1, as 8 more than what they are in units
    of the row's scale.
    """

    packed: NDArray[np.uint8]  # (vocabulary, dim / 2), rounded up
    scale: NDArray[np.float16]  # (vocabulary,)
    weights: NDArray[np.float16]  # (vocabulary,)

    @classmethod
    def of(cls, matrix: Floats, units: Floats, weights: Floats) -> Self:
        """The correction that turns the directions of `matrix` into `units`, as nearly as it can.

        All are of the whole vocabulary: (vocabulary, dim), the same, and (vocabulary,).
        """
        wanted = units - unit_rows(matrix.copy())
        wanted[~matrix.any(axis=1)] = 0.0
        scale = (np.abs(wanted).max(axis=1) / _LEVELS).astype(np.float16)
        steps = wanted / np.maximum(scale.astype(np.float32), 1e-12)[:, None]
        levels = (np.clip(np.rint(steps), -_LEVELS, _LEVELS) + 8).astype(np.uint8)
        if levels.shape[1] % 2:
            levels = np.hstack([levels, np.full((len(levels), 1), 8, np.uint8)])
        return cls(levels[:, ::2] | levels[:, 1::2] << 4, scale, weights.astype(np.float16))

    def rows(self, ids: NDArray[np.integer]) -> Floats:
        """What is added to the unit vectors of these tokens, float32 (len(ids), dim or one more)."""
        packed = self.packed[ids]
        found = np.empty((len(packed), 2 * packed.shape[1]), dtype=np.float32)
        found[:, ::2] = packed & 15
        found[:, 1::2] = packed >> 4
        found -= 8.0
        found *= self.scale[ids].astype(np.float32)[:, None]
        return found


class Directions(Protocol):
    """What compares single tokens: a unit vector and a weight of each."""

    def described(self, ids: NDArray[np.integer]) -> tuple[Floats, Floats]:
        """Unit vectors (len(ids), dim) and weights (len(ids),) of these tokens, float32."""


@dataclass(frozen=True, slots=True)
class Norms:
    """Token vectors as they are: their directions, and their norms as weights."""

    matrix: Rows

    def described(self, ids: NDArray[np.integer]) -> tuple[Floats, Floats]:
        """Unit vectors (len(ids), dim) and norms (len(ids),) of these tokens."""
        rows = self.matrix[ids]
        weights = np.sqrt(np.einsum("nd,nd->n", rows, rows))
        return unit_rows(rows), weights


@dataclass(frozen=True, slots=True)
class Words:
    """Directions and weights of a model's tokens, for comparing one with another."""

    matrix: Rows  # the model's token vectors (vocabulary, dim)
    weights: Floats  # (vocabulary,)
    correction: Correction | None = None

    @classmethod
    def of(cls, matrix: Rows, correction: Correction | None = None) -> Self:
        """The words of a model with these token vectors: their norms are weights unless corrected."""
        if correction is None:
            whole = matrix[np.arange(matrix.shape[0])]
            return cls(matrix, np.sqrt(np.einsum("td,td->t", whole, whole)))
        return cls(matrix, correction.weights.astype(np.float32), correction)

    def described(self, ids: NDArray[np.integer]) -> tuple[Floats, Floats]:
        """Unit vectors (len(ids), dim) and weights (len(ids),) of these tokens."""
        return self.units(ids), self.weights[ids]

    def units(self, ids: NDArray[np.integer]) -> Floats:
        """Unit vectors of these tokens, float32 (len(ids), dim); zeros for one without a vector."""
        found = unit_rows(self.matrix[ids])
        if self.correction is not None:
            found += self.correction.rows(ids)[:, : found.shape[1]]
            unit_rows(found)
        return found


def unit_rows(rows: Floats) -> Floats:
    """Make rows (n, dim) of length one, in place; zeros stay."""
    norms = np.sqrt(np.einsum("nd,nd->n", rows, rows))[:, None]
    np.divide(rows, norms, out=rows, where=norms > 0)
    return rows
