"""The grams of texts against a plain reading of what they are."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from align.language.folding import fold
from align.memory import grams

TEXTS = st.lists(st.text("维和行動 a1-.（Ａ,é\n\U00020000", max_size=14), max_size=6)


def _plain(text: str) -> set[str]:
    """Characters, pairs of neighbours (over one space) and words of a text."""
    folded = re.sub(rf"(?<=[{grams.HAN}])\s(?=[{grams.HAN}])", "", fold(text))
    han = re.findall(rf"[{grams.HAN}]", folded)
    pairs = re.findall(rf"(?=([{grams.HAN}]{{2}}))", folded)
    return {*han, *pairs, *re.findall(rf"[^\W_{grams.HAN}]+", folded)}


@settings(deadline=None)  # folding reads its tables once
@given(TEXTS)
def test_grams_are_characters_pairs_and_words(texts: list[str]) -> None:
    folded = grams.folded(texts)
    assert folded == [fold(text) for text in texts]
    keys, owners = grams.postings(folded)
    names: dict[int, str] = {}
    for text in texts:
        for name in _plain(text):
            names[int(grams.of(name)[-1])] = name
    found: list[set[str]] = [set() for _ in texts]
    for key, owner in zip(keys.tolist(), owners.tolist(), strict=True):
        assert names[key] not in found[owner]
        found[owner].add(names[key])
    assert found == [_plain(text) for text in texts]
    assert keys.tolist() == sorted(keys.tolist())


def test_forms_of_writing_have_the_same_grams() -> None:
    assert grams.of("維持和平（Ａ４Ｐ）").tolist() == grams.of("维持 和平(a4p)").tolist()
    assert grams.of("form").tolist() != grams.of("from").tolist()
    assert len(grams.of("of the")) == 2
    assert grams.of("。 +").tolist() == []


def test_long_words_are_told_apart_by_every_character() -> None:
    word = "a" * 100
    assert grams.of(word).tolist() != grams.of("a" * 99 + "b").tolist()
    assert grams.of(word).tolist() != grams.of("a" * 99).tolist()
