"""What the check has learned: what operators' words say, how far a pole's is trusted, probabilities.

The file is made by ``scripts/train_check`` and never edited by hand.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from align.errors import ModelError
from align.language.facts import Fact
from align.terms.checking.operators import Network, Signs

_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """The learned numbers of the check.

    `features` are the weights of the probability's logistic model. `signs` holds by language
    ("zh", "en") and feature of a text how it changes the odds that the other side has an operator of
    a class, with the biases under ``""``; `forms` the log odds that an operator's form (``form|axis``)
    is answered at all; `networks` make a probability of what speaks for a mistake of "operators" and of
    "roles", where those are judged. `cuts` holds for each group of doubts (`group_of`) the probability
    from which one is a "warning" or an "error". `poles` holds by language the log odds that a form's
    pole is on the other side too, where that names a pole of the axis at all; the key is
    ``form|axis``.
    """

    features: Mapping[str, float]
    cuts: Mapping[str, Mapping[str, float]]
    signs: Mapping[str, Signs]
    forms: Mapping[str, Mapping[str, float]]
    poles: Mapping[str, Mapping[str, float]]
    version: str
    networks: Mapping[str, Network] = field(default_factory=dict)

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability of a mistake, in (0, 1), by what speaks for and against it."""
        odds = sum(self.features.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


_GROUPS = frozenset({"pole", "negation", "roles", "item", "clause", "name", "title"})


def group_of(fact: Fact) -> str:
    """The group of doubts of a fact: numbers, dates and the like are one, an operator's its axis."""
    if fact.kind == "operator":
        return fact.unit
    return fact.kind if fact.kind in _GROUPS else "fact"


@cache
def load_weights(path: Path = _FILE) -> Weights:
    """Read a weights file. Raises ModelError for what is none."""
    try:
        content = path.read_bytes()
        data = json.loads(content)
        return Weights(
            data["features"],
            data["cuts"],
            data["signs"],
            data["forms"],
            data["poles"],
            f"{data['version']}@{hashlib.sha256(content).hexdigest()[:8]}",
            {name: Network.of(one) for name, one in data["networks"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path}: not the check's weights ({error}); run scripts/train_check"
        raise ModelError(message) from error
