"""What English words are used as: shares that a file holds, nouns where it holds none."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.errors import ModelError
from align.terms.extracting.word_classes import load_uses, uses


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("require", "verb"),
        ("requires", "verb"),
        ("identify", "verb"),
        ("exists", "verb"),
        ("affirms", "verb"),
        ("harbour", "noun"),
        ("vessels", "noun"),
        ("committee", "noun"),
        ("liquidation", "noun"),
        ("flotsam", "noun"),
        ("Zzyzx", "noun"),
        ("Requires", "verb"),
        ("approved", "participle"),
        ("possible", "adjective"),
        ("never", "adverb"),
    ],
)
def test_what_a_word_mostly_is(word: str, kind: str) -> None:
    shares = uses(word)._asdict()
    assert max(shares, key=lambda name: shares[name]) == kind


def test_what_is_several_things_has_several_shares() -> None:
    assert 0.1 < uses("support").verb < 0.9
    assert 0.1 < uses("support").noun < 0.9


def test_shares_are_shares() -> None:
    for word, shares in load_uses().items():
        assert word == word.lower()
        assert all(0 <= share <= 1 for share in shares)
        assert 0.7 < sum(shares) < 1.3, word  # each rounded to a ninth


@pytest.mark.parametrize(
    "content", ["", "[]", '{"words": {"12": "hatch"}}', '{"words": {"abcde": "hatch"}}']
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "word_classes.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="scripts/train_word_classes"):
        load_uses(path)
