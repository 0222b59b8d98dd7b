"""Units that may be similar to a text: those that share its rarest grams, of a fitting length.

The grams of the query are taken rarest first until their postings reach a budget; a unit scores
the summed rarity of the grams that it shares. Every unit within a couple of edits shares most of
the rare grams, so the few best-scored are all that has to be compared character by character.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from align.memory import grams
from align.memory.textindex import TextIndex, first_id

MOST_GRAMS = 64
LEAST = 0.1  # share of the query's rarity that a unit must have to be considered


def candidates(
    index: TextIndex, text: str, side: int, *, minimum: float, most: int
) -> NDArray[np.int64]:
    """At most `most` ids of units whose text on `side` may match at `minimum`, likeliest first."""
    chosen = rarest(index, text, side)
    if not chosen:
        return np.zeros(0, np.int64)
    shortest, longest = fitting(text, minimum)
    weights = dict(chosen)
    floor = LEAST * sum(weights.values())
    ids: list[NDArray[np.int64]] = []
    scores: list[NDArray[np.float32]] = []
    for block in index.blocks(side):
        lengths = index.lengths()[block]
        score = np.zeros(len(lengths), np.float32)
        for gram, units in index.units(list(weights), block):
            score[units] += weights[gram]
        held = np.flatnonzero(score > floor)
        held = held[(lengths[held] >= shortest) & (lengths[held] <= longest)]
        ratio = lengths[held].astype(np.float32) / len(text)
        scores.append(score[held] * np.minimum(ratio, 1 / ratio))
        ids.append(held + first_id(block))
    return best(np.concatenate(ids), np.concatenate(scores), most)


def fitting(text: str, minimum: float) -> tuple[float, float]:
    """The lengths that a text may have to match at `minimum`."""
    return len(text) * minimum * 0.7, len(text) / max(minimum, 0.1) / 0.7 + 4


class Postings(Protocol):
    """How many units of a memory hold which grams."""

    @property
    def budget(self) -> int:
        """How many postings a search may read."""

    def total(self, side: int) -> int:
        """Texts of a side, those that were removed since included."""

    def counts(self, grams: Sequence[int], side: int) -> dict[int, int]:
        """How many units hold each gram; those that none holds are left out."""


def rarest(index: Postings, text: str, side: int) -> list[tuple[int, float]]:
    """The grams to look for, each with its weight: its rarity; as many as the index's budget allows."""
    found = grams.of(text).tolist()
    pairs = [gram for gram in found if not grams.is_character(gram)]
    counts = index.counts(pairs or found, side)
    total = max(2, index.total(side))
    chosen: list[tuple[int, float]] = []
    spent = 0
    for gram, count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        if chosen and (spent + count > index.budget or len(chosen) == MOST_GRAMS):
            break
        chosen.append((gram, float(np.log(1 + total / count))))
        spent += count
    return chosen


def best(ids: NDArray[np.int64], scores: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """The `most` ids of the highest scores, best first; of equal ones the lower ids."""
    if len(ids) > most:
        edge = np.partition(scores, len(scores) - most)[len(scores) - most]
        kept = scores >= edge
        ids, scores = ids[kept], scores[kept]
    order = np.lexsort((ids, -scores))
    return ids[order][:most]
