"""How closely a translation keeps to the words: by hand, its bounds, and on real documents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.alignment.anchors import find_anchors
from align.alignment.model.literalness import literalness_of
from align.alignment.reading.sides import TokenRuns, make_sides
from align.alignment.reading.word_pairs import Lexicon
from align.document import read_document
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder

UNIT = np.eye(4, dtype=np.float32)
NONE = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def runs(sentences: list[list[tuple[int, float]]]) -> TokenRuns:
    """Sentences of (token, weight), a clause each."""
    bounds = np.cumsum([0, *map(len, sentences)])
    flat = [token for sentence in sentences for token in sentence]
    return TokenRuns(
        np.array([token for token, _ in flat], dtype=np.int32),
        np.array([weight for _, weight in flat], dtype=np.float32),
        bounds,
        bounds,
        np.arange(len(sentences) + 1),
    )


def first(count: int) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(count), np.arange(count)


def test_the_side_that_is_covered_less_counts_and_few_pairs_say_little() -> None:
    source = runs([[(0, 1.0), (1, 3.0)]])  # its counterpart covers the heavy one: 0.75
    target = runs([[(1, 1.0), (2, 1.0), (3, 2.0)]])  # 0.25
    one = literalness_of(source, target, first(1), UNIT)
    assert one == pytest.approx((0.25 - 0.55) / 9 / 0.15)
    many = runs([[(0, 1.0), (1, 3.0)]] * 1000), runs([[(0, 3.0), (2, 1.0)]] * 1000)
    # 0.25 and 0.75: of a thousand pairs 256 are looked at, beside which eight are little
    assert literalness_of(*many, first(1000), UNIT) == -1.0
    same = runs([[(0, 1.0)]] * 1000)
    assert literalness_of(same, same, first(1000), UNIT) == 1.0
    assert literalness_of(same, same, NONE, UNIT) == 0.0


def test_the_document_s_own_word_pairs_count_and_an_empty_sentence_covers_nothing() -> None:
    source, target = runs([[(0, 1.0)]]), runs([[(1, 1.0)]])
    lexicon = Lexicon(
        bounds=np.array([0, 1, 1, 1, 1]),
        targets=np.array([1]),
        values=np.array([0.85], dtype=np.float32),
    )
    assert literalness_of(source, target, first(1), UNIT) == pytest.approx(-0.55 / 9 / 0.15)
    assert literalness_of(source, target, first(1), UNIT, lexicon) == pytest.approx(0.3 / 9 / 0.15)
    empty = runs([[(-1, 1e-4)]])
    assert literalness_of(empty, target, first(1), UNIT) == pytest.approx(-0.55 / 9 / 0.15)


@given(st.lists(st.lists(st.integers(-1, 3), min_size=1, max_size=5), min_size=1, max_size=40))
def test_it_is_bounded_and_the_same_from_both_sides(ids: list[list[int]]) -> None:
    source = runs([[(token, 1.0 + k) for k, token in enumerate(some)] for some in ids])
    target = runs([[(token, 2.0 + k) for k, token in enumerate(some)] for some in ids[::-1]])
    found = literalness_of(source, target, first(len(ids)), UNIT)
    assert -1.0 <= found <= 1.0
    assert literalness_of(target, source, first(len(ids)), UNIT) == pytest.approx(found, abs=1e-5)


def test_a_press_release_keeps_closer_to_the_words_than_a_story(corpora: Path) -> None:
    encoder = load_encoder(None)
    assert isinstance(encoder, TokenEncoder)
    unit = encoder.words.units(np.arange(len(encoder.matrix)))
    found = {}
    for name in ("press-release", "feature"):
        source, target = (read_document(corpora / name / f"{lang}.txt") for lang in ("zh", "en"))
        sides = make_sides(source, target, encoder, encoder)
        anchors = find_anchors(sides[0].vectors, sides[1].vectors)
        found[name] = literalness_of(sides[0].tokens, sides[1].tokens, anchors.pairs, unit)
    assert found["press-release"] > found["feature"] + 0.5
