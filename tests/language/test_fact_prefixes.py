"""With which characters a form may begin: what the parsed pattern says against trying it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.language.facts.chinese import CHINESE_FORMS
from align.language.facts.english import ENGLISH_FORMS
from align.language.facts.prefixes import Alphabet, heads

PATTERNS = {
    "a word": r"(?i:third|three)(?![a-z])",
    "a figure": r"(?<![\d.])\d{1,3}(?:,\d{3})*",
    "either": r"(?:Q(?P<q>[1-4])|no(?:\.|t))",
    "optional": r"(?:a\s)?half|半?个",
    "never": r"(?P<o>first)|(?!)",
    "not these": r"[^\d\s][.]x",
    "repeated": r"x+y{2}",
}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
@settings(max_examples=200, derandomize=True, deadline=None)
@given(text=st.text(alphabet="aAhlfQ14noxy.t, 3thirdTHREE半个法", min_size=1, max_size=6))
def test_what_matches_begins_as_said(pattern: str, text: str) -> None:
    alphabet = Alphabet([pattern])
    masks = heads(pattern, alphabet)
    if re.match(pattern, text):
        second = alphabet.bit(text[1]) if len(text) > 1 else alphabet.all
        assert masks.get(alphabet.bit(text[0]), 0) & second


def test_other_words_begin_no_form() -> None:
    alphabet = Alphabet(PATTERNS.values())
    word, figure = (heads(PATTERNS[name], alphabet) for name in ("a word", "a figure"))
    assert word.keys() == {alphabet.bit("t"), alphabet.bit("T")}
    assert not word[alphabet.bit("t")] & alphabet.bit("o")
    assert alphabet.bit("a") not in figure
    assert heads(PATTERNS["never"], alphabet).keys() == {alphabet.bit("f")}


@pytest.mark.parametrize(
    ("scanner", "key", "most"),
    [(ENGLISH_FORMS, "wo", 3), (ENGLISH_FORMS, "co", 5), (CHINESE_FORMS, "三个", 30)],
    ids=["working", "committee", "three"],
)
def test_few_forms_are_tried(scanner: object, key: str, most: int) -> None:
    assert len(scanner._beginning(key, frozenset())) <= most  # type: ignore[attr-defined]
