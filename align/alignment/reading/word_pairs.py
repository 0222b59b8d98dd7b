"""The document's own word pairs: tokens that keep meeting in sure beads, names above all.

Dice's coefficient of token types over sentence pairs, for pairs that meet at least twice. It lifts
the similarity of names and technical words that the embedded model has never seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from align.alignment.reading.sides import TokenRuns

_MIN_MEETINGS = 1.8  # twice, or a little less for want of certainty
_MIN_DICE = 0.35
_CHANCE = 0.9  # of a meeting: what met by chance in two beads is not a word pair yet
_CEILING = 0.9
_PAIRS = 200_000  # that are counted at once: their arrays stay in the cache

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Similarities of token pairs, by source token.

    Token s goes with the target tokens ``targets[bounds[s]:bounds[s + 1]]``, rising.
    """

    bounds: Ints  # (source tokens + 1,)
    targets: Ints  # (pairs,)
    values: NDArray[np.float32]  # (pairs,)

    def of(self, tokens: NDArray[np.int32]) -> tuple[Ints, Ints, NDArray[np.float32]]:
        """The pairs of source `tokens`: place among them, target token, similarity."""
        starts = self.bounds[tokens]
        sizes = self.bounds[tokens + 1] - starts
        rows, places = _spread(starts, sizes)
        return rows, self.targets[places], self.values[places]


def learn_lexicon(
    source: TokenRuns,
    target: TokenRuns,
    beads: Sequence[tuple[range, range, float]],
    vocabulary: int,
) -> Lexicon | None:
    """Similarities of token pairs, tokens below `vocabulary`, or None when there are none to learn.

    `beads` are pairs of sentence ranges with their probability, which weighs their evidence.
    """
    beads = [bead for bead in beads if len(bead[0]) and len(bead[1])]
    if len(beads) < 2:
        return None
    weights = np.array([bead[2] for bead in beads])
    left = _incidence(source, [bead[0] for bead in beads], weights, vocabulary)
    right = _incidence(target, [bead[1] for bead in beads], weights, vocabulary)
    pairs, meetings = _meetings(left, right, weights, vocabulary)
    s, t = np.divmod(pairs, vocabulary)
    dice = 2 * (meetings - _CHANCE) / (left.counts[s] + right.counts[t])
    keep = (meetings >= _MIN_MEETINGS) & (dice >= _MIN_DICE)
    if not keep.any():
        return None
    return Lexicon(
        bounds=np.searchsorted(s[keep], np.arange(vocabulary + 1)),
        targets=t[keep],
        values=np.minimum(dice[keep], _CEILING).astype(np.float32),
    )


@dataclass(frozen=True, slots=True)
class _Incidence:
    """Which tokens each bead holds on one side, each once; only those that come often enough."""

    bounds: Ints  # (beads + 1,)
    tokens: Ints  # (total,)
    counts: Floats  # (vocabulary,): beads with the token, by their weights


def _incidence(
    runs: TokenRuns, ranges: Sequence[range], weights: Floats, vocabulary: int
) -> _Incidence:
    """Which tokens each range of sentences holds, as a sparse matrix."""
    starts = runs.bounds[[sentences.start for sentences in ranges]]
    sizes = runs.bounds[[sentences.stop for sentences in ranges]] - starts
    beads, places = _spread(starts, sizes)
    ids = runs.ids[places].astype(np.int64)
    met = np.sort((beads * vocabulary + ids)[ids >= 0])
    met = met[np.diff(met, prepend=-1) > 0]
    beads, tokens = np.divmod(met, vocabulary)
    counts: Floats = np.bincount(tokens, weights[beads], minlength=vocabulary).astype(np.float64)
    often = counts[tokens] >= _MIN_MEETINGS
    return _Incidence(
        np.searchsorted(beads[often], np.arange(len(ranges) + 1)), tokens[often], counts
    )


def _meetings(
    left: _Incidence, right: _Incidence, weights: Floats, vocabulary: int
) -> tuple[Ints, Floats]:
    """Token pairs (source * vocabulary + target), rising, and how often they meet.

    Left out are those that come too unequally often to be a word pair, however often they meet.
    """
    widths = np.diff(right.bounds)
    sizes = np.diff(left.bounds)
    found = [(np.zeros(0, np.int64), np.zeros(0))]
    for first, last in _portions(sizes * widths):
        beads = np.repeat(np.arange(first, last), sizes[first:last])
        tokens = left.tokens[left.bounds[first] : left.bounds[last]]
        rows, places = _spread(right.bounds[beads], widths[beads])
        s, t = tokens[rows], right.tokens[places]
        ours, theirs = left.counts[s], right.counts[t]
        most = 2 * (np.minimum(ours, theirs) - _CHANCE)
        keep = np.flatnonzero(most >= (_MIN_DICE - 1e-6) * (ours + theirs))
        found.append(_summed(s[keep] * vocabulary + t[keep], weights[beads[rows[keep]]]))
    return _summed(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _portions(sizes: Ints) -> list[tuple[int, int]]:
    """Cut places into (from, to) of at most _PAIRS in all, or one place."""
    total = np.cumsum(sizes)
    cuts = [0]
    while cuts[-1] < len(sizes):
        done = int(total[cuts[-1] - 1]) if cuts[-1] else 0
        cuts.append(max(int(np.searchsorted(total, done + _PAIRS, side="right")), cuts[-1] + 1))
    return list(pairwise(cuts))


def _summed(keys: Ints, amounts: Floats) -> tuple[Ints, Floats]:
    """Each key once, rising, with the sum of its amounts."""
    if len(keys) == 0:
        return keys, amounts
    order = _order(keys)
    keys = keys[order]
    heads = np.flatnonzero(np.diff(keys, prepend=-1))
    return keys[heads], np.add.reduceat(amounts[order], heads)


def _order(keys: Ints) -> Ints:
    """The stable order of `keys`; each is sorted with its place in one number, ten times as quick."""
    bits = len(keys).bit_length()
    if int(keys.max()).bit_length() + bits > 62:
        return np.argsort(keys, kind="stable")
    return np.sort(keys << bits | np.arange(len(keys))) & ((1 << bits) - 1)


def _spread(starts: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """Of runs of places: which run, and the place, for each place of each run."""
    rows = np.repeat(np.arange(len(sizes)), sizes)
    firsts = np.cumsum(sizes) - sizes
    return rows, np.arange(len(rows)) + (starts - firsts)[rows]
