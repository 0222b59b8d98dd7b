"""Evidence adds up: what a term's other occurrences say of a run of pieces.

Runs are compared by the forms of their pieces (case, plural and articles apart), as numbers, so that
all runs of all occurrences are compared at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.terms.following import pieces as bits
from align.terms.following.batch import Batch
from align.terms.following.candidates import Questions, Runs

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse
_INVERSE = pow(_BASE, -1, 1 << 64)
_FLOOR = 0.02  # of a mean probability before its logarithm


def run_keys(batch: Batch, questions: Questions, runs: Runs) -> Keys:
    """A number for each run, (q, k), that runs of the same words share; 0 for padding.

    Weak words at the left edge of English do not count: "the report" is "report".
    """
    width = max(1, *(len(text.pieces.forms) for text in batch.theirs))
    sums = np.zeros((len(batch.theirs), width + 1), np.uint64)
    powers, inverse = _powers(_BASE, width), _powers(_INVERSE, width)
    strong = np.zeros((len(batch.theirs), width + 1), np.int64)  # the next piece that is strong
    for at, text in enumerate(batch.theirs):
        forms = text.pieces.forms
        sums[at, 1 : len(forms) + 1] = np.cumsum(forms * powers[: len(forms)])
        strong[at] = np.arange(width + 1)
        if text.lang == "zh" or not len(forms):
            continue
        weak = (text.pieces.kinds & bits.FUNCTION) > 0
        following = np.where(weak, width, np.arange(len(forms)))
        strong[at, : len(forms)] = np.minimum.accumulate(following[::-1])[::-1]
    unit = questions.unit[:, None]
    starts = np.minimum(strong[unit, runs.starts], runs.ends - 1)
    keys = (sums[unit, runs.ends] - sums[unit, starts]) * inverse[starts]
    return np.where(runs.real, keys | np.uint64(1), np.uint64(0))


def _powers(base: int, n: int) -> Keys:
    found = np.ones(n + 1, np.uint64)
    np.multiply.accumulate(np.full(n, base, np.uint64), out=found[1:])
    return found


def support(groups: Ints, keys: Keys, probability: Floats) -> tuple[Floats, Floats]:
    """What the other occurrences of a term say: for each run, and for there being none.

    `groups` (q,) numbers the terms, `keys` (q, k) the runs, `probability` (q, k) is of each run by
    itself. Gives (q, k) and (q,), the mean probability over the term's other occurrences, damped
    where they are few: (n - 1) / n for n occurrences in all.
    """
    group = np.repeat(groups[:, None], keys.shape[1], axis=1).ravel()
    row = np.repeat(np.arange(len(keys)), keys.shape[1])
    flat, values = keys.ravel(), probability.ravel().astype(np.float64)
    total = _summed(group, flat, values)
    own = _summed(row, flat, values)  # a run may stand twice in one text
    sizes = np.bincount(groups)[groups]
    others = np.maximum(sizes - 1, 1)
    trust = (sizes - 1) / sizes
    found = (total - own).reshape(keys.shape) / others[:, None] * trust[:, None]
    none = 1 - probability.sum(axis=1, dtype=np.float64)
    nothing = (np.bincount(groups, none)[groups] - none) / others * trust
    return np.clip(found, 0, 1).astype(np.float32), np.clip(nothing, 0, 1).astype(np.float32)


def _summed(owner: Ints, keys: Keys, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each place, the sum of values over the places with the same owner and key."""
    order = np.lexsort((keys, owner))
    owner, keys = owner[order], keys[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (owner[1:] != owner[:-1]) | (keys[1:] != keys[:-1])
    number = np.cumsum(new) - 1
    found = np.empty(len(order))
    found[order] = np.bincount(number, values[order])[number]
    return found


def log_support(value: Floats) -> Floats:
    """The support, where little counts most; 0 where there is none.

    >>> log_support(np.array([0.0], np.float32)).tolist()
    [0.0]
    """
    return np.asarray(np.log1p(value / _FLOOR), np.float32)
