"""What the check has learned: which words deny, how far a pole's word is trusted, probabilities.

The file is made by ``scripts/train_check`` and never edited by hand.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

from align.errors import ModelError

_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """The learned numbers of the check.

    `features` are the weights of the probability's logistic model. `polarity` holds by language
    ("zh", "en") how a word or run changes the odds that the other side denies, with the bias under
    ``""``. `cuts` holds for each group of doubts (`group_of`) the
    probability from which one is a "warning" or an "error". `poles` holds by language the log odds
    that a form's pole is on the other side too, where that names a pole of the axis at all; the
    key is ``form|axis``.
    """

    features: Mapping[str, float]
    cuts: Mapping[str, Mapping[str, float]]
    polarity: Mapping[str, Mapping[str, float]]
    poles: Mapping[str, Mapping[str, float]]
    version: str

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability of a mistake, in (0, 1), by what speaks for and against it."""
        odds = sum(self.features.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


Group = Literal["fact", "pole", "negation", "item", "clause", "name"]


def group_of(kind: str) -> Group:
    """The group of doubts of a kind of facts: numbers, dates and the like are one."""
    return cast(Group, kind) if kind in get_args(Group) else "fact"


@cache
def load_weights(path: Path = _FILE) -> Weights:
    """Read a weights file. Raises ModelError for what is none."""
    try:
        content = path.read_bytes()
        data = json.loads(content)
        return Weights(
            data["features"],
            data["cuts"],
            data["polarity"],
            data["poles"],
            f"{data['version']}@{hashlib.sha256(content).hexdigest()[:8]}",
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path}: not the check's weights ({error}); run scripts/train_check"
        raise ModelError(message) from error
