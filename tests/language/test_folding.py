"""The characters that fold: a file of pairs, made from OpenCC's tables."""

from __future__ import annotations

from pathlib import Path

import opencc

from align.language import folding
from align.language.folding import fold, simplify

_PAIRS = Path(folding.__file__).with_name("simplified.txt").read_text(encoding="utf-8")


def test_every_pair_is_what_opencc_says() -> None:
    pairs = _PAIRS.replace("\n", "")
    said = opencc.OpenCC("t2s").convert("\n".join(pairs[::2])).split("\n")
    unlike = [
        old for old, new, now in zip(pairs[::2], pairs[1::2], said, strict=True) if new != now
    ]
    assert not unlike, "renew it: python scripts/training/simplified.py"
    assert len(pairs) // 2 > 5_000


def test_characters_with_a_simplified_form_are_in_the_file() -> None:
    text = "".join(map(chr, range(0x4E00, 0x9FFF)))
    converted = [opencc.OpenCC("t2s").convert(text[at : at + 1]) for at in range(0, len(text), 61)]
    assert "".join(map(simplify, text[::61])) == "".join(converted)


def test_folding_keeps_the_length_and_folds_what_is_written_otherwise() -> None:
    assert fold("維和（Ａ４Ｐ）⽤⼾") == "维和(a4p)用户"
    assert simplify("\U00029d98") == "\u4c9e"
