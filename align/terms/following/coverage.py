"""How well the words of a span are answered anywhere on the other side.

A word of the other side answers for the word that it fits best; for others it counts less. All
tokens of a block of units are covered at once, in both directions; a span is then a weighted mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from align.embedding.protocol import TokenEncoder
from align.embedding.words import Words
from align.terms.following.batch import Softness, Text, batches, make_batch, overlaps
from align.terms.following.company import Company

Span = tuple[int, int]
Floats = NDArray[np.float32]

# The thresholds of the check were measured with these numbers (terms/checking/omissions.py).
_SOFT = Softness(sharpness=20.0, nothing=0.25, company=0.9, distance=0.25)


@dataclass(frozen=True, slots=True)
class Covered:
    """Of each token of a text its place, its weight and how well it is answered, about 0 to 0.7."""

    spans: NDArray[np.int32]  # (n, 2), characters
    weights: Floats  # (n,)
    values: Floats  # (n,)

    def of(self, span: Span) -> float:
        """How well the words of a span are answered; 1 where it holds none."""
        if not len(self.spans):
            return 1.0
        inside = overlaps(self.spans, np.array([span], np.int32))[:, 0] * self.weights
        total = float(inside.sum())
        return float(inside @ self.values) / total if total > 0 else 1.0


def cover(
    pairs: Sequence[tuple[Text, Text]], encoder: TokenEncoder, company: Company | None
) -> list[tuple[Covered, Covered]]:
    """How each text of a pair is covered by the other; the first ones are of one language."""
    found: list[tuple[Covered, Covered] | None] = [None] * len(pairs)
    plain = Words.of(encoder.matrix)
    with threadpool_limits(1, "blas"):
        for some in batches([(len(a.ids), len(b.ids)) for a, b in pairs]):
            ours, theirs = [pairs[at][0] for at in some], [pairs[at][1] for at in some]
            batch = make_batch(ours, theirs, encoder, company, _SOFT, words=plain)
            fits = np.maximum(batch.similar, 0)
            to_source, to_target = batch.to_source, batch.to_target
            ours_values = (
                fits * (to_source / np.maximum(to_source.max(axis=1, keepdims=True), 1e-9))
            ).max(axis=2)
            theirs_values = (
                fits * (to_target / np.maximum(to_target.max(axis=2, keepdims=True), 1e-9))
            ).max(axis=1)
            for row, at in enumerate(some):
                n, m = len(ours[row].ids), len(theirs[row].ids)
                found[at] = (
                    Covered(ours[row].spans, batch.our_weights[row, :n], ours_values[row, :n]),
                    Covered(
                        theirs[row].spans, batch.their_weights[row, :m], theirs_values[row, :m]
                    ),
                )
    return [one for one in found if one is not None]
