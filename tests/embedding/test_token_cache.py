"""Tokens that are kept are those of the encoder, however texts come again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder, Tokens
from align.embedding.static import StaticEncoder
from align.embedding.token_cache import TokenCache

TEXTS = ["港口开放了。", "", "The port opened.", "港口开放了。", "x" * 50]


class Counting(StaticEncoder):
    """Tells what it was asked for."""

    asked: list[str]

    def tokenize(self, texts: Sequence[str], *, spans: bool = True) -> Tokens:
        self.asked += texts
        return super().tokenize(texts, spans=spans)


@pytest.fixture
def encoder() -> Counting:
    loaded = load_encoder()
    assert isinstance(loaded, StaticEncoder)
    made = Counting(loaded._folder)
    made.asked = []
    return made


def same(one: Tokens, other: Tokens) -> bool:
    """Whether tokens are equal, and of equal types."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("ids", "bounds", "spans")]
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in pairs)


def test_tokens_are_those_of_the_encoder(encoder: Counting) -> None:
    cache = TokenCache(encoder)
    plain = load_encoder()
    assert isinstance(plain, TokenEncoder)
    for some in (TEXTS, TEXTS[::-1], [], [""]):
        assert same(cache.tokenize(some), plain.tokenize(some))
    assert sorted(encoder.asked) == sorted(set(TEXTS))


def test_what_is_kept_is_bounded(encoder: Counting) -> None:
    cache = TokenCache(encoder, keep=3)
    for text in "甲 乙 丙 丁 甲".split():
        cache.tokenize([text])
    assert encoder.asked == "甲 乙 丙 丁 甲".split()  # the fourth made room, the first was gone
    many = list("子丑寅卯辰")
    assert same(cache.tokenize(many), cache.tokenize(many))
