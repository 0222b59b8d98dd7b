"""English words that are written small wherever they stand, and what begins compounds: learned.

Made by scripts/train_words from the English sides of the training pairs.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from align.errors import ModelError

_FILE = Path(__file__).with_name("english_words.json")


class EnglishWords(NamedTuple):
    """Words in small letters."""

    common: frozenset[str]  # no names
    joining: frozenset[str]  # first parts that make one word with what follows: under, photo
    hyphened: frozenset[str]  # first parts, no words themselves, that a hyphen follows: mega, anti


@cache
def english_words(path: Path = _FILE) -> EnglishWords:
    """The words of a file; raises ModelError when it is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return EnglishWords(
            *(frozenset(data[key].split()) for key in ("words", "joining", "hyphened"))
        )
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(f"{path}: not a word list ({error}); run scripts/train_words") from error
