"""A closer look at what the index of meanings found: do query and text say all of each other?

A mean over tokens hides a word that the other text lacks. So the few units that come nearest are
compared token by token: the share of the query's tokens, by weight, that a text has a counterpart
for, and the other way round; the smaller of the two counts (figures: scripts/bench memory_quality).
The cosine is that of the texts, not of what the index keeps of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from align.embedding.protocol import TokenEncoder, Tokens, Vectors
from align.embedding.token_sums import token_sums

Floats = NDArray[np.float32]


def unit_vectors(texts: Vectors) -> Vectors:
    """The unit row of each unit (n, dim), the mean of its texts', from theirs (2n, dim)."""
    means: Vectors = texts[0::2] + texts[1::2]
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    np.divide(means, norms, out=means, where=norms > 0)
    return means


class Closer:
    """Compares a query with a few units by the token vectors of one encoder."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder
        self._weights: Floats = np.linalg.norm(encoder.matrix, axis=1)
        # Products so small are no quicker on a second BLAS thread, which then spins for a while, in
        # the way of the tokenizer's.
        self._blas = ThreadpoolController().select(user_api="blas")

    def scores(self, query: str, units: Sequence[tuple[str, str]]) -> Floats:
        """How like the query each unit is, in [0, 1], float32 (n,).

        The mean of its cosine similarity and of the mutual coverage of its likelier text.
        """
        texts = [query, *(text for unit in units for text in unit)]
        tokens = self._encoder.tokenize(texts, spans=False)
        with self._blas.limit(limits=1):
            rows = token_sums(self._encoder.matrix, tokens.ids, tokens.bounds)
            norms = np.linalg.norm(rows, axis=1, keepdims=True)
            np.divide(rows, norms, out=rows, where=norms > 0)
            cosines = unit_vectors(rows[1:]) @ rows[0]
            covered = self.mutual(tokens).reshape(-1, 2).max(axis=1)
        scores: Floats = np.clip((cosines + covered) / 2, 0, 1)
        return scores

    def mutual(self, tokens: Tokens) -> Floats:
        """How far the first text and each other one cover each other, in [0, 1], (texts - 1,).

        A token is covered by its best cosine to any token of the other text and weighs as much as
        its vector is long. A text without tokens has 0.
        """
        size = int(tokens.bounds[1])
        starts, ends = tokens.bounds[1:-1] - size, tokens.bounds[2:] - size
        found = np.zeros(len(starts), np.float32)
        held = ends > starts
        if not size or not held.any():
            return found
        # Units of like meaning share words: each token is compared once.
        kinds, places = np.unique(tokens.ids[size:], return_inverse=True)
        ours, theirs = self._weights[tokens.ids[:size]], self._weights[kinds]
        matrix = self._encoder.matrix
        cosines = matrix[kinds] @ matrix[tokens.ids[:size]].T
        cosines /= theirs[:, None] * ours
        best, theirs = cosines.max(axis=1)[places], theirs[places]
        of_query = np.maximum.reduceat(cosines[places], starts[held], axis=0) @ ours / ours.sum()
        of_texts = np.add.reduceat(best * theirs, starts[held])
        of_texts /= np.add.reduceat(theirs, starts[held])
        found[held] = np.clip(np.minimum(of_query, of_texts), 0, 1)
        return found
