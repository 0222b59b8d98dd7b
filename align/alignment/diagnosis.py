"""Whether an alignment can be believed as a whole: wrong pairs and moved parts are said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.alignment.aligner import Evidence
from align.alignment.anchors import Anchors, heaviest_chain
from align.datatypes import Alignment


@dataclass(frozen=True, slots=True)
class Verdict:
    """`unrelated` says why the documents are no translations of each other; empty when they are."""

    unrelated: str
    notes: tuple[str, ...]


# Over eleven pairs and fifty wrong ones of several genres: translations 0.40 to 0.67, others up to
# 0.19, and two thirds of the anchors in order against a third (scripts/bench unrelated).
_MIN_SIMILARITY = 0.25
_MIN_ORDER = 0.6
_MIN_SENTENCES = 5  # on the longer side, for a judgement
_MOVED = 6  # anchors that make a moved part


def diagnose(alignment: Alignment, evidence: Evidence) -> Verdict:
    """Judge a pair by its similarity above chance and by anchors that are out of order."""
    n, m = len(alignment.source), len(alignment.target)
    unrelated = ""
    anchors = evidence.anchors
    order = len(anchors.chain) / max(len(anchors.source), 1)
    # Two texts with long omissions are little alike on the whole, but what matches is in order.
    in_order = order >= _MIN_ORDER and len(anchors.chain) >= _MIN_SENTENCES
    if max(n, m) >= _MIN_SENTENCES and evidence.similarity < _MIN_SIMILARITY and not in_order:
        unrelated = (
            f"similarity {max(evidence.similarity, 0.0):.2f} where translations have 0.4 or more, "
            f"{len(anchors.chain)} sure sentence pairs in {min(n, m)}"
        )
    return Verdict(unrelated, tuple(moved_parts(evidence.anchors)))


# Of 17 collections, cut into documents of 100 to 20,000 sentences: translations find candidates for
# 0.56 of their sentences and more, 0.94 of those in order; wrong pairs for 0.26 at most, about as few
# of them in order as of numbers drawn by lot (twice the root of their number).
_ENOUGH = 10
_FEW_CANDIDATES = 0.3
_LARGE = 250_000  # cells; the full evidence of a smaller pair takes less than a second


def unrelated_by_anchors(anchors: Anchors, sentences: tuple[int, int]) -> str:
    """Why two long documents are no translations of each other, by their anchors alone, else "".

    Says it before the work of a minute, at whose end `diagnose` would say it. Where hardly anything
    is a candidate nothing is said: in ten thousand equal lines no sentence is better than another.
    """
    found, in_order, shorter = len(anchors.source), len(anchors.chain), min(sentences)
    if sentences[0] * sentences[1] < _LARGE or found < _ENOUGH:
        return ""
    if found > _FEW_CANDIDATES * shorter or in_order >= _MIN_ORDER * found:
        return ""
    return f"{found} of {shorter} sentences find a likely counterpart, and only {in_order} in order"


def moved_parts(anchors: Anchors) -> list[str]:
    """A sentence for each run of anchors that match in order among themselves but not with the rest."""
    left = np.delete(np.arange(len(anchors.source)), anchors.chain)
    notes: list[str] = []
    while len(left) >= _MOVED:
        chain = left[
            heaviest_chain(anchors.source[left], anchors.target[left], anchors.weight[left])
        ]
        run = _densest(anchors, chain)
        if len(run) < _MOVED:
            break
        s, t = anchors.source[run], anchors.target[run]
        notes.append(
            f"not in the same order: Chinese sentences {s[0] + 1}-{s[-1] + 1} seem to answer to "
            f"English sentences {t[0] + 1}-{t[-1] + 1}; an alignment keeps the order, so align that "
            "part on its own"
        )
        left = np.setdiff1d(left, run)
    return notes


def _densest(anchors: Anchors, chain: NDArray[np.int64]) -> NDArray[np.int64]:
    """The longest stretch of a chain without a leap of more than 12 sentences on either side."""
    best = chain[:0]
    begin = 0
    for at in range(1, len(chain) + 1):
        if (
            at == len(chain)
            or max(
                int(anchors.source[chain[at]] - anchors.source[chain[at - 1]]),
                int(anchors.target[chain[at]] - anchors.target[chain[at - 1]]),
            )
            > 12
        ):
            if at - begin > len(best):
                best = chain[begin:at]
            begin = at
    return best
