"""Sides of a pair made from a few sentences, and a band of every node, for the aligner's tests."""

from __future__ import annotations

import numpy as np

from align.alignment.lattice.band import Band, make_band
from align.alignment.reading.sides import Side, TokenRuns, token_runs
from align.alignment.reading.surface import Surface, surface_of
from align.datatypes import Document, Paragraph, Segment
from align.embedding.protocol import TokenEncoder
from align.embedding.token_sums import token_sums


def full_band(n_source: int, n_target: int) -> Band:
    low = np.zeros(n_source + 1, dtype=np.int64)
    return make_band(low, np.full(n_source + 1, n_target, dtype=np.int64), n_target)


def _surface(texts: list[str]) -> Surface:
    text = "\n".join(texts)
    places = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    segments = [
        Segment(text, "en-US", at, at + len(text), 0)
        for text, at in zip(texts, places, strict=False)
    ]
    return surface_of(
        Document("a.txt", "en-US", text, (Paragraph(0, len(text), 1),), tuple(segments))
    )


def side_of(encoder: TokenEncoder, texts: list[str]) -> Side:
    tokens = encoder.tokenize(texts)
    runs = token_runs(tokens, np.linalg.norm(encoder.matrix, axis=1), _surface(texts))
    values = TokenRuns(
        np.full(len(texts), -1, dtype=np.int32),
        np.zeros(len(texts), dtype=np.float32),
        np.arange(len(texts) + 1),
        np.arange(len(texts) + 1),
        np.arange(len(texts) + 1),
    )
    n = len(texts)
    return Side(
        runs,
        values,
        token_sums(encoder.matrix, tokens.ids, tokens.bounds),
        np.array([len(text) for text in texts], dtype=np.float32),
        np.zeros(n + 1, dtype=bool),
        np.zeros(n + 1, dtype=np.int64),
        np.zeros(n + 1, dtype=bool),
        np.zeros(n, dtype=np.int8),
        np.zeros(n + 1, dtype=bool),
    )
