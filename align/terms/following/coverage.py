"""How well the words of a span are answered anywhere on the other side.

A word of the other side answers for the word that it fits best; for others it counts less. All
tokens of a block of units are covered at once, in both directions; a span is then a weighted mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import TokenEncoder
from align.embedding.words import Norms
from align.forked import one_blas_thread
from align.terms.following.batch import overlaps
from align.terms.following.company import Company
from align.terms.following.soft import InWindows, Softness, align_softly, batches, read_lines

Span = tuple[int, int]
Floats = NDArray[np.float32]

# The thresholds of the check were measured with these numbers (terms/checking/omissions.py).
_SOFT = Softness(sharpness=20.0, nothing=0.25, company=0.9, distance=0.25)


_LONG = 512  # tokens, from which those of a span are looked up


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
        near = slice(None)
        if len(self.spans) > _LONG:  # tokens are in order
            near = slice(
                int(np.searchsorted(self.spans[:, 1], span[0], "right")),
                int(np.searchsorted(self.spans[:, 0], span[1], "left")),
            )
        inside = overlaps(self.spans[near], np.array([span], np.int32))[:, 0] * self.weights[near]
        total = float(inside.sum())
        return float(inside @ self.values[near]) / total if total > 0 else 1.0


def cover(
    pairs: Sequence[tuple[str, str]],
    langs: tuple[str, str],
    encoder: TokenEncoder,
    company: Company | None,
) -> list[tuple[Covered, Covered]]:
    """How each text of a pair is covered by the other; `langs` of the first ones and the second."""
    ours = read_lines([a for a, _ in pairs], encoder)
    theirs = read_lines([b for _, b in pairs], encoder)
    plain = Norms(encoder.words.matrix)
    cut = InWindows(ours, theirs)
    sizes = cut.sizes
    found = [(_NONE, _NONE)] * len(sizes)
    with one_blas_thread():
        for some in batches(sizes):
            own, other = [cut.ours[at] for at in some], [cut.theirs[at] for at in some]
            batch = align_softly(own, other, langs, plain, company, _SOFT)
            fits = np.maximum(batch.similar, 0)
            to_source, to_target = batch.to_source, batch.to_target
            to_source /= np.maximum(to_source.max(axis=1, keepdims=True), 1e-9)
            to_target /= np.maximum(to_target.max(axis=2, keepdims=True), 1e-9)
            our_values = (fits * to_source).max(axis=2)
            their_values = (fits * to_target).max(axis=1)
            for row, at in enumerate(some):
                n, m = sizes[at]
                found[at] = (
                    np.stack([batch.our_weights[row, :n], our_values[row, :n]], axis=1),
                    np.stack([batch.their_weights[row, :m], their_values[row, :m]], axis=1),
                )
    return [
        (Covered(one.spans, *a.T), Covered(other.spans, *b.T))
        for one, other, (a, b) in zip(ours, theirs, cut.joined(found), strict=True)
    ]


_NONE = np.zeros((0, 2), np.float32)  # weights and values
