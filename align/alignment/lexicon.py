"""The document's own word pairs: tokens that keep meeting in sure beads, names above all.

Dice's coefficient of token types over sentence pairs, for pairs that meet at least twice. It lifts
the similarity of names and technical words that the embedded model has never seen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from align.alignment.sides import TokenRuns

_MIN_MEETINGS = 2.0
_MIN_DICE = 0.35
_CEILING = 0.9


def learn_lexicon(
    source: TokenRuns,
    target: TokenRuns,
    beads: list[tuple[range, range, float]],
    vocabulary: int,
) -> csr_array | None:
    """Similarities (vocabulary, vocabulary) of token pairs, or None when there are none to learn.

    `beads` are pairs of sentence ranges with their probability, which weighs their evidence.
    """
    beads = [bead for bead in beads if len(bead[0]) and len(bead[1])]
    if len(beads) < 2:
        return None
    weights = np.array([bead[2] for bead in beads])
    left = _incidence(source, [bead[0] for bead in beads], vocabulary)
    right = _incidence(target, [bead[1] for bead in beads], vocabulary)
    scaled = left.multiply(weights[:, None]).tocsr()
    together = (scaled.T @ right).tocoo()
    count_left = np.asarray(scaled.sum(axis=0)).ravel()
    count_right = np.asarray(right.multiply(weights[:, None]).sum(axis=0)).ravel()
    row, column = together.coords
    # Most of a meeting is taken off: what met by chance in two beads is not a word pair yet.
    dice = 2 * (together.data - 0.9) / (count_left[row] + count_right[column])
    keep = (together.data >= _MIN_MEETINGS - 0.2) & (dice >= _MIN_DICE)
    if not keep.any():
        return None
    values = np.minimum(dice[keep], _CEILING).astype(np.float32)
    return coo_array((values, (row[keep], column[keep])), shape=(vocabulary, vocabulary)).tocsr()


def _incidence(runs: TokenRuns, ranges: list[range], vocabulary: int) -> csr_array:
    """Which token types each range of sentences holds: 0/1, (beads, vocabulary)."""
    starts = runs.bounds[[sentences.start for sentences in ranges]]
    sizes = runs.bounds[[sentences.stop for sentences in ranges]] - starts
    firsts = np.cumsum(sizes) - sizes
    places = np.arange(int(sizes.sum())) + np.repeat(starts - firsts, sizes)
    ids = runs.ids[places].astype(np.int64)
    row: NDArray[np.int64] = np.repeat(np.arange(len(ranges)), sizes)
    met = np.unique((row * vocabulary + ids)[ids >= 0])
    row, column = np.divmod(met, vocabulary)
    ones = np.ones(len(row), dtype=np.float32)
    return coo_array((ones, (row, column)), shape=(len(ranges), vocabulary)).tocsr()
