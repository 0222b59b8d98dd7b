"""The closer look: what mutual coverage is, and that it decides between units of like means."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.embedding.protocol import Tokens, Vectors
from align.embedding.words import Words
from align.memory import TranslationMemory
from align.memory.meaning import Closer, Floats

WORDS = "abcdefgh"


class LetterEncoder:
    """A token a known letter; `a` to `h` have fixed vectors in three dimensions, `c` is half `a`."""

    name, revision, dim = "letters", "1", 3
    matrix = np.array(
        [[2, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 1, 0], [0, -1, 1], [-1, 0, 0], [1, 2, 2]],
        np.float32,
    )
    words = Words.of(matrix)

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row += self.matrix[self.ids(text)].sum(axis=0)
            row /= np.linalg.norm(row) or 1
        return rows

    def tokenize(self, texts: Sequence[str], *, spans: bool = True) -> Tokens:
        lists = [self.ids(text) for text in texts]
        ids = np.array([token for each in lists for token in each], np.int32)
        bounds = np.cumsum([0, *map(len, lists)]).astype(np.int64)
        return Tokens(ids, bounds, np.zeros((len(ids), 2), np.int32))

    def ids(self, text: str) -> list[int]:
        return [WORDS.index(char) for char in text if char in WORDS]


def test_the_worse_covered_of_the_two_counts() -> None:
    closer = Closer(LetterEncoder())
    tokens = LetterEncoder().tokenize(["ab", "c", "ab", "abd", "?", "d"])
    # a weighs 2 and is covered by c, b weighs 1 and is not; d weighs 1 in 4 and has no counterpart.
    assert closer.mutual(tokens).tolist() == pytest.approx([2 / 3, 1, 3 / 4, 0, 0])


def _mutual(encoder: LetterEncoder, query: str, text: str) -> float:
    def covered(ours: list[int], theirs: list[int]) -> float:
        total = weight = 0.0
        for one in ours:
            own = encoder.matrix[one]
            long = float(np.linalg.norm(own))
            cosines = [
                float(own @ encoder.matrix[other])
                / long
                / float(np.linalg.norm(encoder.matrix[other]))
                for other in theirs
            ]
            total += long * max(cosines)
            weight += long
        return total / weight

    both = encoder.ids(query), encoder.ids(text)
    return max(0.0, min(covered(*both), covered(*reversed(both)))) if all(both) else 0.0


@given(st.text(WORDS + "?", max_size=6), st.lists(st.text(WORDS + "?", max_size=6), max_size=6))
def test_like_comparing_token_by_token(query: str, texts: list[str]) -> None:
    encoder = LetterEncoder()
    closer = Closer(encoder)
    found: Floats = closer.mutual(encoder.tokenize([query, *texts]))
    expected = [_mutual(encoder, query, text) for text in texts]
    assert found.tolist() == pytest.approx(expected, abs=1e-5)
    units = [(text, "") for text in texts]
    cosines = encoder.encode(texts) @ encoder.encode([query])[0]
    scores = [max(0.0, (one + two) / 2) for one, two in zip(cosines, expected, strict=True)]
    assert closer.scores(query, units).tolist() == pytest.approx(scores, abs=1e-5)


def test_it_decides_between_units_whose_means_are_alike(
    make: Callable[..., TranslationMemory],
) -> None:
    pairs = [("e", "e"), ("bbcc", "bbcc")]  # both have the mean (1, 1, 0)
    with make(pairs, encoder=LetterEncoder()) as memory:
        found = memory.search("bc", kinds=("semantic",))
    assert [match.unit.source for match in found] == ["bbcc", "e"]
    assert [match.score for match in found] == pytest.approx([1, (1 + 0.5**0.5) / 2])
