"""How closely a document pair keeps to the words, from its surest sentence pairs.

In a close translation a sentence whose words nothing takes up was left out; in a free one it may
well have been rendered by other words. Evidence for a gap weighs accordingly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from align.alignment.anchors import Anchors
from align.alignment.model.coverage import similarities
from align.alignment.model.pair import Pair
from align.alignment.reading.sides import TokenRuns
from align.alignment.reading.word_pairs import Lexicon, learn_lexicon

_PAIRS = 256  # that are looked at, spread over the document
_USUAL = 0.55  # coverage of a sentence by its counterpart, over documents of several genres
_UNIT = 0.15  # novels and records lie about so far to either side
_FEW = 8  # pairs that say half of what many would


def with_word_pairs(
    pair: Pair, anchors: Anchors, beads: Sequence[tuple[range, range, float]]
) -> Pair:
    """The pair with the word pairs that its `beads` (with their confidence) teach, and its literalness.

    Without beads there are no word pairs, and literalness is judged by the vectors alone.
    """
    source, target = pair.source.tokens, pair.target.tokens
    lexicon = learn_lexicon(source, target, beads, len(pair.unit))
    literalness = literalness_of(source, target, anchors.pairs, pair.unit, lexicon)
    return replace(pair, word_pairs=lexicon, traits=replace(pair.traits, literalness=literalness))


def literalness_of(
    source: TokenRuns,
    target: TokenRuns,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    unit: NDArray[np.float32],
    lexicon: Lexicon | None = None,
) -> float:
    """How far the coverage of sentence pairs is above (below: negative) the usual, in [-1, 1].

    `pairs` are numbers of sentences that are surely translations of each other; with few of them
    it is near 0. `unit` holds unit token vectors, `lexicon` the document's own word pairs.
    """
    count = len(pairs[0])
    chosen = np.linspace(0, count - 1, min(count, _PAIRS)).round().astype(np.int64)
    chosen = chosen[np.diff(chosen, prepend=-1) > 0]
    above = 0.0
    for i, j in zip(pairs[0][chosen].tolist(), pairs[1][chosen].tolist(), strict=True):
        rows, columns = slice(i, i + 1), slice(j, j + 1)
        found = similarities(source, target, rows, columns, unit, lexicon)
        covers = (
            _mean(found.by_target[found.source_place, 0], source, i),
            _mean(found.by_source[found.target_place, 0], target, j),
        )
        above += min(covers) - _USUAL
    return float(np.clip(above / (len(chosen) + _FEW) / _UNIT, -1.0, 1.0))


def _mean(best: NDArray[np.float32], runs: TokenRuns, sentence: int) -> float:
    weights = runs.weights[runs.bounds[sentence] : runs.bounds[sentence + 1]]
    return float(np.average(best, weights=weights))
