"""Learns which words that nothing answers are mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from training.operators import network
from training.written import Written, filled, within

from align.embedding.protocol import TokenEncoder
from align.language.languages import CHINESE, ENGLISH, Language
from align.terms.checking.operators import Network
from align.terms.checking.parts import Answered, answered
from align.terms.checking.words import FEATURES, read_words

_RIDGE = 10.0  # against some hundred thousand words: it only keeps the fit from being singular
# A word of the source that the right translation answers (what is below `UNANSWERED` in the check is
# none), and the wrong one by half of that less, has lost its answer.
_SAID, _LESS = 0.3, 0.15
_HIDDEN, _DECAY, _STEPS = 12, 4.0, 150  # with 400 steps no more is found in units held out

Usual = dict[str, list[float]]


class WordRows(NamedTuple):
    """Words that nothing answers: of which unit, their features, whether they are a mistake."""

    units: np.ndarray  # (n,)
    values: np.ndarray  # (n, len(FEATURES))
    hits: np.ndarray  # (n,)


def _read(
    texts: Sequence[tuple[str, str, bool]], encoder: TokenEncoder
) -> Iterator[list[tuple[Answered, Answered]]]:
    """Chinese and English texts as they answer each other, the source first, 256 at a time."""
    for first in range(0, len(texts), 256):
        some = texts[first : first + 256]
        pairs = [(zh, en) if forward else (en, zh) for zh, en, forward in some]
        languages: list[tuple[Language, Language]] = [
            (CHINESE, ENGLISH) if forward else (ENGLISH, CHINESE) for _, _, forward in some
        ]
        yield answered(pairs, encoder, languages)


def usual_scores(texts: Sequence[tuple[str, str, bool]], encoder: TokenEncoder) -> Usual:
    """What a word's vector says of its score in right pairs: a linear fit for each language."""
    size = encoder.words.matrix.shape[1] + 1
    left = {code: _RIDGE * np.eye(size) for code in ("zh", "en")}
    right = {code: np.zeros(size) for code in ("zh", "en")}
    for block in _read(texts, encoder):
        for side in (one for pair in block for one in pair):
            vectors = np.hstack([side.vectors(side.heavy), np.ones((len(side.heavy), 1))])
            left[side.language.rules] += vectors.T @ vectors
            right[side.language.rules] += vectors.T @ side.values[side.heavy]
    return {code: np.round(np.linalg.solve(left[code], right[code]), 3).tolist() for code in left}


def natural_words(
    texts: Sequence[tuple[str, str, bool]], encoder: TokenEncoder, usual: Usual
) -> WordRows:
    """The words of right pairs."""
    units, values, first = [], [], 0
    for block in _read(texts, encoder):
        words = read_words(block, usual)
        units.append(words.pair + first)
        values.append(words.values)
        first += len(block)
    own = np.concatenate(units)
    return WordRows(own, np.concatenate(values), np.zeros(len(own), bool))


def written_words(written: Sequence[Written], encoder: TokenEncoder, usual: Usual) -> WordRows:
    """The words of written units; of a wrong one only those that are its mistake.

    They are the words of the translation where it was changed, and those of the source that the right
    translation answers by what is gone.
    """
    blocks = list(_read([one.pair for one in written], encoder))
    pairs = [pair for block in blocks for pair in block]
    right = {
        (one.group, one.target): pair
        for one, pair in zip(written, pairs, strict=True)
        if not one.kind
    }
    units, values, hits = [], [], []
    first = 0
    for block in blocks:
        words = read_words(block, usual)
        for pair, side, place, row in zip(
            words.pair, words.side, words.place, words.values, strict=True
        ):
            unit = written[first + pair]
            is_hit = bool(unit.kind) and _is_mistake(
                unit, block[pair], right[unit.group, unit.reference], int(side), int(place)
            )
            if is_hit or not unit.kind:
                units.append(first + int(pair))
                values.append(row)
                hits.append(is_hit)
        first += len(block)
    return WordRows(np.array(units), np.array(values), np.array(hits))


def _is_mistake(
    unit: Written,
    pair: tuple[Answered, Answered],
    reference: tuple[Answered, Answered],
    side: int,
    place: int,
) -> bool:
    source, target = reference
    if side == 1:
        return bool(within(pair[1].spans[place], filled(unit.changed), -1))
    return bool(
        source.scores[place] > _SAID
        and source.scores[place] - _LESS > pair[0].scores[place]
        and within(target.spans[source.best[place]], filled(unit.was), -1)
    )


def train_words(some: Sequence[WordRows]) -> Network:
    """The network of the probabilities that an unanswered word is a mistake."""
    values = np.concatenate([one.values for one in some])
    hits = np.concatenate([one.hits for one in some])
    print(f"{len(hits)} words, {int(hits.sum())} of mistakes", flush=True)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    rows = [dict(zip(FEATURES, row, strict=True)) for row in ((values - mean) / spread).tolist()]
    made = network(
        rows, hits.tolist(), [1.0] * len(hits), hidden=_HIDDEN, decay=_DECAY, steps=_STEPS
    )
    # `network` orders the features by name; they are given as they are, so the scales go into it.
    at = [FEATURES.index(name) for name in made.names]
    inner = made.inner.copy()
    inner[:-1] /= spread[at][:, None]
    inner[-1] -= mean[at] @ inner[:-1]
    return Network(made.names, np.round(inner, 4), made.outer)
