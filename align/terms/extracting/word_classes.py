"""Which parts of speech an English word is used as: a phrase of nouns is no piece of a clause.

The shares come from `scripts/train_word_classes`: what stands beside a word in running text, and how it
ends, against words of which a dictionary says what they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from align.errors import ModelError

FILE = Path(__file__).with_name("word_classes.json")


class Uses(NamedTuple):
    """The shares of a word's uses, each 0 to 1, together 1 but for rounding."""

    noun: float
    verb: float  # exist, requires
    participle: float  # assessed
    adjective: float
    adverb: float


_NOUN = Uses(1.0, 0.0, 0.0, 0.0, 0.0)  # what the texts hardly had: most rare words are nouns


def uses(word: str) -> Uses:
    """How an English word is used, its capitals aside; one that is not known is a noun.

    >>> uses("exists").verb > 0.5, uses("Directive").noun > 0.5, uses("closely").verb < 0.1
    (True, True, True)
    """
    return load_uses().get(word.lower(), _NOUN)


@cache
def load_uses(path: Path = FILE) -> Mapping[str, Uses]:
    """The words that are not nearly always nouns. Raises ModelError for what is no such file."""
    try:
        data = json.loads(path.read_bytes())
        return {
            word: Uses(*(int(digit) / 9 for digit in shares))
            for shares, words in data["words"].items()
            for word in words.split()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{path}: cannot be read ({error}); run scripts/train_word_classes"
        ) from error
