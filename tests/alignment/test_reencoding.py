"""Spans in doubt: which are encoded anew, what that changes, and that it is bounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_sides import full_band

from align.alignment import align
from align.alignment.lattice.bead_types import MATCHES, N_KINDS
from align.alignment.model.pair import Pair, make_pair
from align.alignment.model.potentials import edge_potentials
from align.alignment.model.reencoding import Texts, corrected, spans_in_doubt
from align.alignment.model.weights import load_weights
from align.alignment.reading.sides import make_sides
from align.datatypes import Document
from align.document import read_document
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder, Vectors


class Contextual:
    """An encoder that knows what whole spans mean: the sum of their sentences says little."""

    name, revision, dim = "contextual", "1", 64

    def __init__(self, same: dict[str, str]) -> None:
        self._same = same
        self.calls: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        rows = [self._vector(self._same.get(text, text)) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dim)

    def _vector(self, text: str) -> np.ndarray:
        row = np.random.default_rng(list(text.encode())).normal(size=self.dim)
        return row / np.linalg.norm(row)


CHINESE = ["会议于上午十时开幕。", "他说。", "没有人回答。", "主席宣布散会。"]
ENGLISH = ["The meeting was called to order.", "There was silence.", "The meeting rose."]
MEANING = {
    "会议于上午十时开幕。": "open",
    "The meeting was called to order.": "open",
    "他说。没有人回答。": "silence",  # only together
    "There was silence.": "silence",
    "主席宣布散会。": "rose",
    "The meeting rose.": "rose",
}


def document(tmp_path: Path, name: str, lines: Sequence[str]) -> Document:
    path = tmp_path / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_document(path, pre_segmented=True, lang="zh-CN" if "zh" in name else "en-US")


def documents(tmp_path: Path) -> tuple[Document, Document]:
    return document(tmp_path, "zh.txt", CHINESE), document(tmp_path, "en.txt", ENGLISH)


def test_a_span_that_means_something_together_only_is_found(tmp_path: Path) -> None:
    source, target = documents(tmp_path)
    knows = Contextual(MEANING)
    only_sentences = Contextual({k: v for k, v in MEANING.items() if k != "他说。没有人回答。"})
    found, blind = (align(source, target, encoder) for encoder in (knows, only_sentences))
    wanted = (range(1, 3), range(1, 2))
    assert [b.confidence for b in found.beads if (b.source, b.target) == wanted] > [0.9]
    assert not [b for b in blind.beads if (b.source, b.target) == wanted and b.confidence > 0.9]
    assert [len(call) for call in knows.calls[:2]] == [4, 3]
    assert "他说。没有人回答。" in knows.calls[2]


def test_few_spans_are_encoded_anew(corpora: Path) -> None:
    source, target = (
        read_document(corpora / "resolution" / f"{lang}.txt") for lang in ("zh", "en")
    )
    encoder = Contextual({})  # nothing is like anything: as much doubt as can be
    align(source, target, encoder)
    sentences = len(source.segments) + len(target.segments)
    assert sum(map(len, encoder.calls[:2])) == sentences
    assert len(encoder.calls) == 3
    assert 0 < len(encoder.calls[2]) <= sentences // 4 + 16


def pair_and_potentials(tmp_path: Path, encoder: Contextual) -> tuple[Pair, np.ndarray, Texts]:
    source, target = documents(tmp_path)
    lexicon = load_encoder(None)
    assert isinstance(lexicon, TokenEncoder)
    pair = make_pair(*make_sides(source, target, encoder, lexicon), lexicon.matrix)
    band = full_band(*pair.shape)
    table = edge_potentials(pair, band, load_weights().second)
    return pair, table, Texts(encoder, source.segments, target.segments)


def test_the_correction_is_what_features_of_the_true_vector_give(tmp_path: Path) -> None:
    """Twin: a pair whose sums are the true vectors, described by the features themselves."""
    encoder = Contextual(MEANING)
    pair, table, texts = pair_and_potentials(tmp_path, encoder)
    band, vector = full_band(*pair.shape), load_weights().second
    node = int(band.number(np.array([1]), np.array([1]))[0])
    kind = MATCHES.index((2, 1))
    probability = np.zeros_like(table)
    probability[node, kind] = 0.5
    found = corrected(pair, band, table, probability, vector, texts)
    assert found is not None
    assert (found != table).sum() == 1
    vectors = pair.source.vectors.copy()
    vectors[1] = texts.encode([(0, 1, 2)])[0] * np.linalg.norm(vectors[1:3].sum(axis=0))
    vectors[2] = 0.0
    true = replace(pair, source=replace(pair.source, vectors=vectors))
    wanted = edge_potentials(true, band, vector)[node, kind]
    assert wanted - table[node, kind] > 0.5
    assert found[node, kind] == pytest.approx(wanted, abs=1e-3)


def test_what_is_decided_is_left_alone(tmp_path: Path) -> None:
    pair, table, texts = pair_and_potentials(tmp_path, Contextual(MEANING))
    band = full_band(*pair.shape)
    sure = np.zeros((band.n_nodes, N_KINDS), dtype=np.float32)
    sure[0, MATCHES.index((2, 1))] = 0.99
    assert spans_in_doubt(band, sure) == []
    assert corrected(pair, band, table, sure, load_weights().second, texts) is None
    sure[0, MATCHES.index((2, 1))] = 0.6
    sure[0, MATCHES.index((1, 2))] = 0.3
    assert spans_in_doubt(band, sure) == [(0, 0, 2), (1, 0, 2)]
