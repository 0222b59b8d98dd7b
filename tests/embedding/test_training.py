"""Training: the pieces against slow twins, and a small language that has to be learnt."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.embedding import training
from align.embedding.static import StaticEncoder
from align.embedding.training import Bags, TrainOptions, bags
from align.errors import InputError

from .conftest import tiny_tokenizer


def made(texts: list[list[int]]) -> Bags:
    bounds = np.cumsum([0, *map(len, texts)])
    return Bags(np.array([id for text in texts for id in text], np.int32), bounds.astype(np.int64))


def test_bags_are_the_tokens_that_speak() -> None:
    found = bags(
        tiny_tokenizer(), ["维持和平 peace xyz", "", "和平"], limit=2, silent=frozenset((0, 1))
    )
    assert (found.ids.tolist(), found.bounds.tolist()) == ([3, 2, 2], [0, 2, 2, 3])


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=6),
    st.lists(st.integers(0, 5), max_size=6),
)
def test_taking_texts(texts: list[list[int]], wanted: list[int]) -> None:
    rows = np.array([k % len(texts) for k in wanted], np.int64)
    ids, offsets = made(texts).take(rows)
    twin = [texts[k] for k in rows]
    assert ids.tolist() == [id for text in twin for id in text]
    assert offsets.tolist() == np.cumsum([0, *map(len, twin)])[: len(twin)].tolist()


def test_evened_norms_by_hand() -> None:
    matrix = np.array([[3, 4], [0, 20], [0, 0]], np.float32)  # norms 5, 20, 0
    even = training.even(matrix, 0.5)
    norms = np.linalg.norm(even, axis=1)
    assert norms[1] / norms[0] == pytest.approx(2.0)  # 4 to the power of 0.5
    assert norms.mean() == pytest.approx(25 / 3)
    np.testing.assert_allclose(even[0] / norms[0], [0.6, 0.8], atol=1e-6)
    assert not even[2].any()
    np.testing.assert_allclose(training.even(matrix, 1.0), matrix, rtol=1e-6)


def test_retrieval_by_hand() -> None:
    source = np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32)
    target = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    # Row 0 finds 0; row 1 finds 2; row 2 finds 1 (0.96). Back: 0 finds 0, 1 finds 2, 2 finds 1.
    assert training.retrieval(source, target) == (1 / 3, 1 / 3)


def test_margins_by_hand() -> None:
    source = np.eye(3, dtype=np.float32)
    target = np.array([[1, 0, 0], [0, 1, 0], [0.8, 0.6, 0]], np.float32)
    # The four nearest strangers are here two and the masked self (-1), three in all.
    found = training.margins(source, target, seed=1)
    own = [1, 1, 0]
    forth = [(0 + 0.8 - 1) / 3, (0 + 0.6 - 1) / 3, (0 + 0 - 1) / 3]
    back = [(0 + 0 - 1) / 3, (0 + 0 - 1) / 3, (0.8 + 0.6 - 1) / 3]
    expected = [o - (f + b) / 2 for o, f, b in zip(own, forth, back, strict=True)]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_batch_has_no_pair_twice_and_an_epoch_has_each_as_often_as_its_share() -> None:
    shares = np.array([1.0, 2.5, 0.0, 0.25] * 50)
    options = TrainOptions(batch=20, run=4)
    counts = np.zeros(200)
    batches = training.batches(shares, np.arange(200) // 20, options, np.random.default_rng(0))
    for _ in range(2000):
        rows = next(batches)
        assert len(set(rows.tolist())) == len(rows) <= 20
        counts[rows] += 1
    rates = counts.reshape(50, 4).mean(axis=0) / counts.reshape(50, 4).mean(axis=0)[0]
    assert rates[2] == 0
    assert rates[3] == pytest.approx(0.25, rel=0.15)
    assert 1.9 < rates[1] <= 2.5  # a repeat that meets itself in a batch is dropped


def test_runs_of_a_topic_stand_together() -> None:
    topics = np.arange(400) % 10
    options = TrainOptions(batch=40, run=8)
    batches = training.batches(np.ones(400), topics, options, np.random.default_rng(0))
    rows = next(batches)
    assert all(len(set(topics[rows[k : k + 8]])) == 1 for k in range(0, 40, 8))


def slow_maxsim(matrix: np.ndarray, left: list[list[int]], right: list[list[int]]) -> np.ndarray:
    """Scores of every text with every other, token by token."""

    def covered(texts: list[int], others: list[int]) -> float:
        norms = [float(np.linalg.norm(matrix[t])) for t in texts]
        best = [
            max(
                float(matrix[t] @ matrix[o])
                / float(np.linalg.norm(matrix[t]) * np.linalg.norm(matrix[o]))
                for o in others
            )
            for t in texts
        ]
        return sum(n * b for n, b in zip(norms, best, strict=True)) / sum(norms)

    return np.array([[covered(a, b) + covered(b, a) for b in right] for a in left])


def test_the_token_term_is_its_slow_twin() -> None:
    import torch

    matrix = np.random.default_rng(3).normal(size=(12, 4)).astype(np.float32)
    left, right = [[1, 2], [3, 4, 5], [6]], [[7], [8, 9], [10, 11, 1]]
    options = TrainOptions(maxsim_scale=3.0)
    got = training._maxsim(torch.from_numpy(matrix), made(left), made(right), np.arange(3), options)
    scores = slow_maxsim(matrix, left, right) * 1.5
    log_forth = np.log(np.exp(scores).sum(axis=1))
    log_back = np.log(np.exp(scores).sum(axis=0))
    expected = (log_forth.mean() + log_back.mean()) / 2 - scores.diagonal().mean()
    assert float(got) == pytest.approx(expected, abs=1e-5)


def language() -> tuple[Bags, Bags, Bags, Bags]:
    """Texts of the words 2, 3, 4 and their renderings by 6, 7, 5; then each word alone."""
    rng = np.random.default_rng(5)
    rendering = {2: 6, 3: 7, 4: 5}
    texts = [rng.choice(list(rendering), size=rng.integers(1, 4)).tolist() for _ in range(300)]
    other = [[rendering[word] for word in text] for text in texts]
    words = [made([[word] for word in side]) for side in (rendering, rendering.values())]
    return made(texts), made(other), words[0], words[1]


def test_a_small_language_is_learnt_and_learnt_the_same_again() -> None:
    source, target, words, renderings = language()
    options = TrainOptions(epochs=20, batch=32, rate=0.02, maxsim_batch=8)
    tokenizer = tiny_tokenizer()
    start = training.random_matrix(8, 8, frozenset((0, 1)), seed=4)
    before = start.copy()
    steps: list[tuple[int, int]] = []
    runs = [
        training.train(
            start,
            tokenizer,
            source,
            target,
            options=options,
            progress=lambda step, of, _: steps.append((step, of)),
        )
        for _ in range(2)
    ]
    assert (runs[0] == runs[1]).all()
    assert (start == before).all()
    assert not runs[0][:2].any()
    assert steps[:2] == [(1, 188), (2, 188)]
    found = training.retrieval(*(training.embed(runs[0], side) for side in (words, renderings)))
    assert found == (1.0, 1.0)


def test_a_saved_model_is_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "model"
    matrix = training.random_matrix(8, 4, frozenset((0, 1)), seed=1)
    training.save_model(folder, matrix, tiny_tokenizer())
    encoder = StaticEncoder(folder)
    assert (encoder.matrix == matrix.astype(np.float16)).all()
    assert encoder.encode(["和平"])[0] @ encoder.encode(["和平 和平"])[0] == pytest.approx(1.0)
    assert stat.S_IMODE((folder / "model.safetensors").stat().st_mode) == 0o644
    training.save_model(folder, 2 * matrix, tiny_tokenizer())
    assert (StaticEncoder(folder).matrix == 2 * matrix.astype(np.float16)).all()
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(InputError, match="not a model folder"):
        training.save_model(tmp_path, np.zeros((8, 4), np.float32), tiny_tokenizer())
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"
