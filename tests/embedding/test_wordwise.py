"""Tokens by words are the tokens that the tokenizer finds in the whole text."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from align.embedding import wordwise
from align.embedding.static import StaticEncoder
from align.embedding.wordwise import PLAIN, WordTokens, serves

WESTERN = st.text(
    alphabet=st.sampled_from("aAzZéÿÖßx01 9 .,;'“”‘’–—…-_/()[]{}<>&%$#@!?*+=~^|`\\\"" + "th e"),
    max_size=40,
)
ANY = st.one_of(
    WESTERN, st.text(max_size=20), st.sampled_from(["维和 A4P+", "a\u0301 b", "1\u20e3"])
)


def whole(tokenizer: Tokenizer, texts: list[str]) -> tuple[list[list[int]], list[list[Any]]]:
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [e.ids for e in encodings], [[tuple(o) for o in e.offsets] for e in encodings]


def by_words(words: WordTokens, texts: list[str]) -> tuple[list[list[int]], list[list[Any]]]:
    ids, counts, places = words.tokenize(texts)
    found_ids: list[list[int]] = []
    found_places: list[list[Any]] = []
    at = 0
    for count in counts.tolist():
        found_ids.append(ids[at : at + count].tolist())
        found_places.append([tuple(place) for place in places[at : at + count].tolist()])
        at += count
    return found_ids, found_places


@pytest.fixture(scope="module")
def words(embedded: StaticEncoder) -> WordTokens:
    assert serves(embedded.tokenizer)
    return WordTokens(embedded.tokenizer)


@pytest.fixture(scope="module")
def slow(embedded: StaticEncoder) -> StaticEncoder:
    """An encoder that takes every text whole."""
    encoder = StaticEncoder(embedded._folder)
    encoder._words = None
    return encoder


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(WESTERN, max_size=6))
def test_words_give_what_the_whole_text_gives(
    embedded: StaticEncoder, words: WordTokens, texts: list[str]
) -> None:
    assert all(PLAIN.fullmatch(text) for text in texts)
    assert by_words(words, texts) == whole(embedded.tokenizer, texts)


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(ANY, max_size=8))
def test_plain_and_other_texts_keep_their_places(
    embedded: StaticEncoder, slow: StaticEncoder, texts: list[str]
) -> None:
    ours, theirs = embedded.tokenize(texts), slow.tokenize(texts)
    assert ours.ids.tolist() == theirs.ids.tolist()
    assert ours.bounds.tolist() == theirs.bounds.tolist()
    assert ours.spans.tolist() == theirs.spans.tolist()
    assert (embedded.encode(texts) == slow.encode(texts)).all()
    assert embedded.tokenize(texts, spans=False).ids.tolist() == theirs.ids.tolist()


def test_every_plain_character_alone_and_amid_words(
    embedded: StaticEncoder, words: WordTokens
) -> None:
    texts = [
        form for char in wordwise._CHARACTERS for form in (char, f"a{char}b 1{char}2", char * 3)
    ]
    assert by_words(words, texts) == whole(embedded.tokenizer, texts)


def test_words_are_forgotten_when_they_are_too_many(
    embedded: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wordwise, "_MOST_WORDS", 5)
    words = WordTokens(embedded.tokenizer)
    for first in range(0, 60, 3):
        texts = [f"word{k} peace{k}" for k in range(first, first + 3)]
        assert by_words(words, texts) == whole(embedded.tokenizer, texts)
        assert len(words._numbers) <= 5 + 6


def test_threads_may_share_them(embedded: StaticEncoder) -> None:
    words = WordTokens(embedded.tokenizer)
    texts = [[f"peace {k * 7 + n} keeping{n}" for k in range(300)] for n in range(4)]
    found: list[Any] = [None] * 4

    def work(n: int) -> None:
        found[n] = by_words(words, texts[n])

    threads = [Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [whole(embedded.tokenizer, some) for some in texts]


def changed(tokenizer: Tokenizer, change: Callable[[dict[str, Any]], object]) -> Tokenizer:
    data = json.loads(tokenizer.to_str())
    change(data)
    return Tokenizer.from_str(json.dumps(data))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(pre_tokenizer=None),
        lambda data: data.update(normalizer=None),
        lambda data: data.update(normalizer={"type": "Lowercase"}),
        lambda data: data["pre_tokenizer"]["pretokenizers"].pop(0),
        lambda data: data["pre_tokenizer"]["pretokenizers"][0].update(behavior="Isolated"),
        lambda data: data["pre_tokenizer"]["pretokenizers"][0].update(pattern={"Regex": "."}),
        lambda data: data["pre_tokenizer"]["pretokenizers"][1].update(prepend_scheme="first"),
        lambda data: data.update(pre_tokenizer={"type": "Whitespace"}),
    ],
)
def test_a_tokenizer_that_cuts_otherwise_is_left_alone(
    embedded: StaticEncoder, change: Callable[[dict[str, Any]], object]
) -> None:
    assert not serves(changed(embedded.tokenizer, change))


def test_another_kind_of_model_is_left_alone(tiny_folder: Path) -> None:
    encoder = StaticEncoder(tiny_folder)
    assert not serves(encoder.tokenizer)
    assert encoder._words is None
