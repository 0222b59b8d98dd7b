"""What compares single words: the correction, its file, and that training finds it."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import save_file

from align.alignment.aligner import _renumbered
from align.alignment.reading.sides import make_sides
from align.document import read_document
from align.embedding.static import StaticEncoder
from align.embedding.training import Bags, save_model
from align.embedding.word_file import FILE, load_correction, save_correction
from align.embedding.word_training import WordOptions, _scores, _windows, train_words
from align.embedding.words import Correction, Words
from align.errors import ModelError

from .conftest import tiny_tokenizer


def random_units(seed: int, tokens: int, dim: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(tokens, dim))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32)


def made(texts: list[list[int]]) -> Bags:
    bounds = np.cumsum([0, *map(len, texts)])
    return Bags(np.array([id for text in texts for id in text], np.int32), bounds.astype(np.int64))


def test_without_a_correction_the_tokens_themselves_are_compared() -> None:
    words = Words.of(np.array([[3, 4], [0, 0], [0, 2]], np.float32))
    assert words.weights.tolist() == [5, 0, 2]
    expected = np.array([[0, 1], [0, 0], [0.6, 0.8]])
    np.testing.assert_allclose(words.units(np.array([2, 1, 0])), expected)


def test_a_correction_by_hand() -> None:
    matrix = np.array([[2, 0], [0, 1]], np.float32)
    turned = np.array([[0.6, 0.8], [0, 1]], np.float32)
    correction = Correction.of(matrix, turned, np.array([1.5, 0.5], np.float32))
    # (-0.4, 0.8) in steps of 0.8 / 7: -3.5 is rounded to -4, 7 is 7; 8 more than that, low bits first
    assert correction.packed.tolist() == [[4 | 15 << 4], [8 | 8 << 4]]
    np.testing.assert_allclose(correction.scale, [0.8 / 7, 0], rtol=1e-3)
    words = Words.of(matrix, correction)
    assert words.weights.tolist() == [1.5, 0.5]
    found = words.units(np.array([0, 1]))
    np.testing.assert_allclose(found[1], [0, 1])
    assert found[0] @ turned[0] > 0.99


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(1, 9), st.integers(1, 7))
def test_a_correction_is_off_by_half_a_step_at_most(seed: int, tokens: int, dim: int) -> None:
    matrix, units = 3 * random_units(seed, tokens, dim), random_units(seed + 1, tokens, dim)
    correction = Correction.of(matrix, units, np.ones(tokens, np.float32))
    ids = np.arange(tokens)
    found = correction.rows(ids)
    steps = correction.scale.astype(np.float32)[:, None]
    # The scale itself is rounded to 16 bits, which moves the outermost by a little more.
    assert (np.abs(found[:, :dim] - (units - matrix / 3)) <= 0.505 * steps + 1e-3).all()
    assert not found[:, dim:].any()
    np.testing.assert_allclose(np.linalg.norm(Words.of(matrix).units(ids), axis=1), 1, atol=1e-5)


def test_a_silent_token_stays_silent() -> None:
    matrix, units = random_units(1, 4, 6), random_units(2, 4, 6)
    matrix[0] = 0.0
    words = Words.of(matrix, Correction.of(matrix, units, np.ones(4, np.float32)))
    assert not words.units(np.array([0])).any()


def test_a_model_keeps_its_correction(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    matrix, units = random_units(1, 8, 5), random_units(2, 8, 5)
    weights = np.arange(1, 9, dtype=np.float32)
    save_model(folder, matrix, tiny_tokenizer())
    plain = StaticEncoder(folder)
    assert plain.words.correction is None
    before = plain.revision
    save_model(folder, matrix, tiny_tokenizer(), Correction.of(matrix, units, weights))
    corrected = StaticEncoder(folder)
    assert corrected.revision != before
    assert corrected.words.weights.tolist() == weights.tolist()
    near = np.einsum("td,td->t", corrected.words.units(np.arange(8)), units)
    assert near.min() > 0.98
    assert (corrected.encode(["和平"]) == plain.encode(["和平"])).all()


def test_a_damaged_file_is_said(tiny_folder: Path) -> None:
    path = tiny_folder / FILE
    matrix = StaticEncoder(tiny_folder).matrix
    assert load_correction(tiny_folder, matrix.shape) is None
    path.write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="cannot be read"):
        _ = StaticEncoder(tiny_folder).words
    save_file({"packed": np.zeros((8, 1), np.uint8)}, path)
    with pytest.raises(ModelError, match="cannot be read"):
        load_correction(tiny_folder, matrix.shape)
    bad = Correction.of(matrix, matrix, np.full(8, np.nan, np.float32))
    save_correction(tiny_folder, bad)
    with pytest.raises(ModelError, match="damaged"):
        load_correction(tiny_folder, matrix.shape)
    shape = {"scale": np.zeros(8, np.float16), "weights": np.zeros(8, np.float16)}
    save_file({"packed": np.zeros((8, 1), np.float32), **shape}, path)
    with pytest.raises(ModelError, match="damaged"):
        load_correction(tiny_folder, matrix.shape)
    with pytest.raises(ModelError, match="of another model"):
        load_correction(tiny_folder, (9, 2))


def test_the_aligner_compares_words_by_it(tiny_folder: Path) -> None:
    encoder = StaticEncoder(tiny_folder)
    weights = np.array([0, 0, 8, 0.5, 1, 1, 5, 3], np.float32)
    turned = encoder.words.units(np.arange(8))
    turned[7] = [1, 0]  # keeping: from the second direction into that of peace
    save_correction(tiny_folder, Correction.of(encoder.matrix, turned, weights))
    encoder = StaticEncoder(tiny_folder)
    documents = []
    for text, lang in (("和平维持", "zh-CN"), ("peace keeping", "en-US")):
        path = tiny_folder / f"{lang}.txt"
        path.write_text(f"{text}\n", encoding="utf-8")
        documents.append(read_document(path, lang=lang, pre_segmented=True))
    sides = make_sides(documents[0], documents[1], encoder, encoder)
    # 维持 weighs less than 0.35 of the mean weight, 18.5 / 8.
    assert [side.tokens.weights.tolist() for side in sides] == [[8], [5, 3]]
    _, units = _renumbered(encoder.words, sides)  # of 和平, peace and keeping
    assert (units @ units.T).min() > 0.99


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=9), min_size=1, max_size=6),
    st.integers(0, 99),
)
def test_windows_are_parts_of_the_texts(texts: list[list[int]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    options = WordOptions(window=(2, 4), tokens=7)
    rows = rng.integers(0, len(texts), 5)
    part = rng.random(5) < 0.5
    for row, window, short in zip(
        rows, _windows(made(texts), rows, part, options, rng).tolist(), part, strict=True
    ):
        text, found = texts[row], [token for token in window if token >= 0]
        assert window == found + [-1] * (len(window) - len(found))
        if short:
            assert min(2, len(text)) <= len(found) <= 4
            assert found in [text[k : k + len(found)] for k in range(len(text))]
        else:
            assert found == text[:7]


def test_the_scores_are_their_slow_twin() -> None:
    import torch

    matrix = np.random.default_rng(3).normal(size=(12, 4)).astype(np.float32)
    units = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    weights = np.random.default_rng(4).uniform(0.5, 2, size=12).astype(np.float32)
    asked, whole = [[1, 2], [3, -1], [3, 1]], [[7, 8, -1], [9, 10, 11]]
    got = _scores(
        torch.from_numpy(matrix),
        torch.from_numpy(np.log(weights))[:, None],
        np.array(asked),
        np.array(whole),
    )
    for (i, window), (j, text) in itertools.product(enumerate(asked), enumerate(whole)):
        tokens = [t for t in window if t >= 0]
        best = [max(0.0, *(float(units[t] @ units[o]) for o in text if o >= 0)) for t in tokens]
        expected = float(weights[tokens] @ np.array(best)) / float(weights[tokens].sum())
        assert float(got[i, j]) == pytest.approx(expected, abs=1e-5)


def test_a_small_language_is_learnt_and_learnt_the_same_again() -> None:
    rng = np.random.default_rng(5)
    texts = [rng.choice(np.arange(2, 12), size=6).tolist() for _ in range(400)]
    other = [rng.permutation([word + 10 for word in text]).tolist() for text in texts]
    matrix = random_units(7, 22, 12)
    # Texts are alike already, words are not: a word's vector is half that of the next.
    matrix[12:] = matrix[2:12] + 1.2 * np.roll(matrix[2:12], 1, axis=0)
    options = WordOptions(steps=120, batch=32, run=16, rate=0.02, window=(1, 2), least=0.1)
    alone = [np.arange(2, 12), np.arange(12, 22)]
    runs = [
        train_words(matrix, made(texts), made(other), shares=np.ones(400), options=options)
        for _ in range(2)
    ]
    assert all(
        (getattr(runs[0], name) == getattr(runs[1], name)).all()
        for name in ("packed", "scale", "weights")
    )

    def found(words: Words) -> float:
        here, there = (words.units(ids) for ids in alone)
        return float(((here @ there.T).argmax(axis=1) == np.arange(10)).mean())

    assert found(Words.of(matrix)) < 0.5
    assert found(Words.of(matrix, runs[0])) == 1.0
    assert runs[0].weights.astype(np.float32).mean() == pytest.approx(
        np.linalg.norm(matrix, axis=1).mean(), rel=1e-2
    )


def test_where_nothing_can_be_learnt_nothing_is_changed() -> None:
    matrix = random_units(1, 6, 4)
    short = made([[2, 3], [4]])
    words = Words.of(matrix, train_words(matrix, short, short, shares=np.ones(2)))
    np.testing.assert_allclose(words.units(np.arange(6)), matrix, atol=1e-3)
