"""Tokens kept by text: what looks at a document from several sides has each text cut up once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import TokenEncoder, Tokens, Vectors
from align.embedding.words import Words

_KEPT = 16_384  # texts: the sides of the units that a check goes through at a time, twice over


class TokenCache:
    """An encoder that keeps the tokens of the texts it was asked for last."""

    def __init__(self, encoder: TokenEncoder, *, keep: int = _KEPT) -> None:
        self._encoder = encoder
        self._keep = keep
        self._known: dict[str, tuple[NDArray[np.int32], NDArray[np.int32]]] = {}

    @property
    def name(self) -> str:
        """The encoder's name."""
        return self._encoder.name

    @property
    def revision(self) -> str:
        """The encoder's revision."""
        return self._encoder.revision

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return self._encoder.dim

    @property
    def matrix(self) -> NDArray[np.float32]:
        """Token vectors, float32 (vocabulary, dim)."""
        return self._encoder.matrix

    @property
    def words(self) -> Words:
        """What compares single tokens."""
        return self._encoder.words

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts`, which are not kept."""
        return self._encoder.encode(texts)

    def tokenize(self, texts: Sequence[str], *, spans: bool = True) -> Tokens:
        """Tokens of each text; of more than are kept without `spans` nothing is kept."""
        if not spans and len(texts) > self._keep // 2:
            return self._encoder.tokenize(texts, spans=False)
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if len(self._known) + len(new) > self._keep:
            self._known.clear()
            new = list(dict.fromkeys(texts))
        if new:
            tokens = self._encoder.tokenize(new)
            bounds = tokens.bounds.tolist()
            for text, low, high in zip(new, bounds, bounds[1:], strict=False):
                self._known[text] = tokens.ids[low:high], tokens.spans[low:high]
        found = [self._known[text] for text in texts]
        lengths = np.fromiter((len(ids) for ids, _ in found), np.int64, len(found))
        return Tokens(
            np.concatenate([np.zeros(0, np.int32), *(ids for ids, _ in found)]),
            np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]),
            np.concatenate([np.zeros((0, 2), np.int32), *(places for _, places in found)]),
        )
