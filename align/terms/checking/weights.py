"""What the check has learned: what operators' words say, how far a pole's is trusted, probabilities.

The file is made by ``scripts/train_check`` and never edited by hand.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from align.errors import ModelError
from align.language.facts import Fact
from align.language.facts.operators import DENIAL
from align.terms.checking.answers import Answers
from align.terms.checking.operators import Network, Signs

_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True)
class Weights:
    """The learned numbers of the check.

    `features` are the weights of the probability's logistic model. `signs` says how the features of a
    text change the odds that the other side has an operator of a class; `forms` by language ("zh",
    "en") the log odds that an operator's form (``form|axis``) is answered at all, `answers` by what;
    `networks` make a
    probability of what speaks for a mistake of "operators" (of "denials" those that deny), of "roles",
    of facts that are "exchanged" and of "words", where those are judged.
    `usual` says what scores words have that are answered as they usually are (`words.read_words`).
    `cuts` holds for each group of doubts (`group_of`) the probability from which one is a "warning" or
    an "error". `poles` holds by language the log odds that a form's pole is on the other side too,
    where that names a pole of the axis at all; the key is ``form|axis``.
    """

    features: Mapping[str, float]
    cuts: Mapping[str, Mapping[str, float]]
    signs: Signs
    forms: Mapping[str, Mapping[str, float]]
    answers: Answers
    poles: Mapping[str, Mapping[str, float]]
    version: str
    networks: Mapping[str, Network] = field(default_factory=dict)
    usual: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability of a mistake, in (0, 1), by what speaks for and against it."""
        odds = sum(self.features.get(name, 0.0) * value for name, value in features.items())
        return probability_of(odds)

    def least(self, group: str) -> float:
        """The probability below which nothing is told of a group of doubts; 0 without cuts."""
        return self._least.get(group, 0.0)

    @cached_property
    def _least(self) -> dict[str, float]:
        least = {group: min(cuts.values()) for group, cuts in self.cuts.items()}
        if "denial" in least and DENIAL in least:
            least[DENIAL] = min(least[DENIAL], least["denial"])
        return least


def probability_of(odds: float) -> float:
    """The probability of log odds, which are cut off at 30 to either side."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def log_odds(probability: float) -> float:
    """The log odds of a probability below 1."""
    return math.log(probability / (1 - probability)) if probability > 0 else -math.inf


_GROUPS = frozenset(
    {"pole", "negation", "roles", "exchanged", "item", "clause", "name", "title", "word"}
)


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
            Signs.of(data["signs"]),
            data["forms"],
            Answers.of(data["answers"]),
            data["poles"],
            f"{data['version']}@{hashlib.sha256(content).hexdigest()[:8]}",
            {name: Network.of(one) for name, one in data["networks"].items()},
            data["usual"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path}: not the check's weights ({error}); run scripts/train_check"
        raise ModelError(message) from error
