"""How much oftener an operator of one language is seen with one of the other than by chance.

应 goes with "should" and "shall", hardly with "may"; 前 with "before" and "until", not with "after". The
numbers are counted in pairs of texts (``scripts/train_check``), of forms as they are written.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from align.language.facts.operators import Operator

_HALF = 0.5  # of a pair of texts: what is added to both counts, so that none is zero
NO_ANSWER = -2.0  # as of two forms that three pairs of texts would have by chance, and none has


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of pairs of forms.

    `ratios` holds by Chinese and English form the log of how often they stand in two texts that say the
    same, over how often they would by chance; `rates` by language ("zh", "en") the logs of what the
    chance is made of: its exponentials multiply to the pairs of texts that would have both. The key of a
    form is ``form|axis``.
    """

    ratios: Mapping[str, Mapping[str, float]]
    rates: Mapping[str, Mapping[str, float]]
    highest: Mapping[str, float] = field(default_factory=dict)  # of any form, by itself

    @classmethod
    def of(cls, data: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Answers:
        """The answers that `data` holds: "ratios" and "rates"."""
        highest: dict[str, float] = {}
        for chinese, some in data["ratios"].items():
            for english, ratio in some.items():
                for one in (f"zh:{chinese}", f"en:{english}"):
                    highest[one] = max(ratio, highest.get(one, 0.0))
        return cls(data["ratios"], data["rates"], highest)

    def ratio(self, chinese: str, english: str) -> float:
        """The log ratio of two forms; of two that were never seen together, by how often each was.

        >>> known = {"应|duty": {"should|duty": 3.0}}
        >>> Answers(known, {"zh": {}, "en": {}}).ratio("应|duty", "should|duty")
        3.0
        """
        known = self.ratios.get(chinese, {}).get(english)
        if known is not None:
            return known
        ours, theirs = self.rates["zh"].get(chinese), self.rates["en"].get(english)
        if ours is None or theirs is None:
            return 0.0
        return -math.log1p(math.exp(ours + theirs) / _HALF)

    def best(self, language: str, form: str) -> float:
        """The highest log ratio of a form with any of the other language; 0 where none is known."""
        return self.highest.get(f"{language}:{form}", 0.0)


def log_ratio(together: int, expected: float) -> float:
    """The log of how often two forms were seen together over what was to be expected."""
    return math.log((together + _HALF) / (expected + _HALF))


def form(text: str, mark: Operator) -> str:
    """An operator as it is written, with its axis: the key of what is known of it."""
    own = text[mark.start : mark.end].lower().replace("’", "'")
    return f"{own}|{mark.axis}"


def ratios_of(
    ours: Sequence[str], theirs: Sequence[str], answers: Answers, chinese: bool
) -> list[list[float]]:
    """The log ratios (len(ours), len(theirs)) of forms; `chinese` says that ours are."""
    if chinese:
        return [[answers.ratio(one, other) for other in theirs] for one in ours]
    return [[answers.ratio(other, one) for other in theirs] for one in ours]
