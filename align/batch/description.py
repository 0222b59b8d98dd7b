"""What pairing needs to know of a document: language, symbol, sentence vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from align.batch.storage import local_copy
from align.datatypes import Document
from align.document import SEGMENTER_VERSION, read_document
from align.document.bilingual import holds_both
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder
from align.errors import InputError
from align.language.folding import fold
from align.language.tags import primary

BOTH = "mul"  # of a document that is a pair by itself: in ISO 639-2 "multiple languages"
_ROWS = 1024  # a longer document is described by this many runs of sentences


@dataclass(frozen=True, slots=True)
class Description:
    """A document in the form in which its partner is looked for.

    Rows are sentences, or runs of sentences in a long document: `vectors` float16 (rows, dim) of
    unit length, `weights` float32 (rows,) grow with the length; `keys` int64 (rows,) are equal
    where the texts are.
    """

    path: str
    lang: str  # "zh", "en", BOTH, or what else was found
    symbol: str | None
    sentences: int
    vectors: NDArray[np.float16]
    weights: NDArray[np.float32]
    keys: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Describe:
    """The recipe for the worker that describes documents; without `vectors` no model is loaded."""

    model: str | None = None
    device: str | None = None
    vectors: bool = True

    def __call__(self) -> Callable[[str], Description]:
        """Load the encoder."""
        return Describer(load_encoder(self.model, device=self.device) if self.vectors else None)


@dataclass(frozen=True, slots=True)
class Describer:
    """Describes a document with an encoder, or without one by language and symbol alone."""

    encoder: Encoder | None

    def __call__(self, path: str) -> Description:
        """Read the document at `path`. Raises InputError where it cannot be used."""
        with local_copy(path) as copy:
            document = read_document(copy, name=path)
        if not document.segments:
            raise InputError(f"{path}: no text in it")
        return describe(document, path, self.encoder)


def describe(document: Document, path: str, encoder: Encoder | None) -> Description:
    """The description of a document that has been read."""
    texts = [segment.text for segment in document.segments]
    lang = BOTH if holds_both(document) else primary(document.lang)
    if encoder is None:
        empty = np.zeros((0, 0), np.float16)
        none = np.zeros(0, np.float32)
        return Description(
            path, lang, document.symbol, len(texts), empty, none, none.astype(np.int64)
        )
    vectors = encoder.encode(texts)
    weights = np.sqrt(np.array([len(text) for text in texts], np.float32))
    keys = np.array([_key(text) for text in texts], np.int64)
    if len(texts) > _ROWS:
        vectors, weights, keys = _pooled(vectors, weights, keys)
    return Description(
        path, lang, document.symbol, len(texts), vectors.astype(np.float16), weights, keys
    )


def _key(text: str) -> int:
    folded = "".join(char for char in fold(text) if char.isalnum())
    digest = blake2b(folded.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _pooled(
    vectors: NDArray[np.float32], weights: NDArray[np.float32], keys: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """Runs of neighbouring sentences as one row each, `_ROWS` in all."""
    starts = np.linspace(0, len(vectors), _ROWS, endpoint=False).astype(np.int64)
    sums = np.add.reduceat(vectors * weights[:, None], starts, axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    units = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
    pooled_weights = np.sqrt(np.add.reduceat(weights**2, starts))
    return units.astype(np.float32), pooled_weights.astype(np.float32), keys[starts]


def version() -> str:
    """Changes when descriptions do."""
    return f"2/{SEGMENTER_VERSION}/{_ROWS}"
