"""Words of a text that nothing on the other side answers, and whether that is a mistake.

A free translation leaves many words unanswered, a clause that was left out leaves a row of them, a word
that stands for another is alone among words that are answered well. What is seen of a word and of those
around it is weighed by a small trained network (``scripts/train_check``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.terms.checking.operators import Network
from align.terms.checking.parts import Answered

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]

# Words that are answered better are not judged: of the words of written mistakes 72 % are below it, of
# those of right units 24 %, and with all of them judged no more is found.
UNANSWERED = 0.3
# Where the features bend; no decision hangs on them alone.
_AROUND = 3  # words to either side
_HEAVIEST = 3.0  # what a word's weight counts at most
_MIDDLE = 0.5  # stands for the score of a neighbour where a text ends
FEATURES = (
    "score", "weight", "before", "after", "around", "mean", "mean theirs", "rank", "order",
    "unanswered", "unanswered theirs", "usual", "words", "more words", "zh", "source", "capital",
)  # fmt: skip


class Words(NamedTuple):
    """The words that are judged: of which pair and side, where they stand, and their features.

    `side` is 0 for the first text of a pair. `order` is the place among the words of the text that say
    something, `place` among all of them.
    """

    pair: Places  # (n,)
    side: Places  # (n,)
    order: Places  # (n,)
    place: Places  # (n,)
    values: Numbers  # (n, len(FEATURES))


def read_words(
    pairs: Sequence[tuple[Answered, Answered]], usual: Mapping[str, Sequence[float]]
) -> Words:
    """The unanswered words of some pairs, those of a text together.

    `usual` holds by language ("zh", "en") what the elements of a word's vector add to the score that it
    has in right translations, and at the end what is added to all. The texts share their table of
    vectors, as `answered` makes them.
    """
    sides = [one for pair in pairs for one in pair]
    counts = np.array([len(one.heavy) for one in sides], np.intp)
    if not counts.sum():
        nothing = np.zeros(0, np.intp)
        return Words(nothing, nothing, nothing, nothing, np.zeros((0, len(FEATURES))))
    place = np.concatenate([np.array(one.heavy, np.intp) for one in sides])
    text = np.repeat(np.arange(len(sides)), counts)
    firsts = np.cumsum(counts) - counts
    order = np.arange(len(text)) - firsts[text]
    score = np.concatenate([one.values[one.heavy] for one in sides]).astype(float)
    weight = np.concatenate([one.weights[one.heavy] for one in sides]).astype(float)
    chinese = np.array([one.language.is_chinese for one in sides])
    below = np.bincount(text, score < UNANSWERED, len(sides)) / np.maximum(counts, 1)
    mean = np.array([one.whole.mean for one in sides])
    other = np.arange(len(sides)) ^ 1
    ranks = np.empty(len(text))
    ranks[np.lexsort((np.arange(len(text)), score, text))] = order
    kept = np.flatnonzero(score < UNANSWERED)
    mine = text[kept]
    many = counts[mine]
    columns = (
        score[kept],
        np.minimum(weight[kept], _HEAVIEST),
        _neighbour(score, order, counts[text], -1)[kept],
        _neighbour(score, order, counts[text], 1)[kept],
        _around(score, order, counts[text])[kept],
        mean[mine],
        mean[other[mine]],
        ranks[kept] / many,
        np.log1p(ranks[kept]) / 3,
        below[mine],
        below[other[mine]],
        _usual(sides, usual, text[kept], place[kept], chinese),
        np.log(many) / 4,
        np.log(many / np.maximum(counts[other[mine]], 1)),
        chinese[mine].astype(float),
        (mine % 2 == 0).astype(float),
        np.array([_capital(sides[t], p) for t, p in zip(mine, place[kept], strict=True)]),
    )
    return Words(mine // 2, mine % 2, order[kept], place[kept], np.stack(columns, axis=1))


def _neighbour(score: Numbers, order: Places, many: Places, step: int) -> Numbers:
    """The score of the word before or after each in its text."""
    found = np.roll(score, -step)
    ends = order == (0 if step < 0 else many - 1)
    found[ends] = _MIDDLE
    return found


def _around(score: Numbers, order: Places, many: Places) -> Numbers:
    """The mean score of the words around each in its text, without itself."""
    total = np.concatenate([[0.0], np.cumsum(score)])
    at = np.arange(len(score))
    low = at - np.minimum(order, _AROUND)
    high = at + np.minimum(many - 1 - order, _AROUND) + 1
    others = high - low - 1
    found: Numbers = np.where(
        others > 0, (total[high] - total[low] - score) / np.maximum(others, 1), _MIDDLE
    )
    return found


def _usual(
    sides: Sequence[Answered],
    usual: Mapping[str, Sequence[float]],
    text: Places,
    place: Places,
    chinese: NDArray[np.bool_],
) -> Numbers:
    """The score that a word like each has in right translations."""
    table = sides[0].table
    by_row = {code: table @ np.array(some[:-1]) + some[-1] for code, some in usual.items()}
    rows = np.array([sides[t].rows[p] for t, p in zip(text, place, strict=True)], np.intp)
    found: Numbers = np.where(chinese[text], by_row["zh"][rows], by_row["en"][rows])
    return found


def _capital(side: Answered, place: int) -> float:
    return float(side.words[place][:1].isupper())


class Unanswered(NamedTuple):
    """A run of words of a side that are unanswered by mistake, with the highest probability of them."""

    pair: int
    first: bool  # of the pair's texts
    start: int
    end: int
    probability: float
    features: dict[str, float]  # of the likeliest


def unanswered(
    pairs: Sequence[tuple[Answered, Answered]],
    network: Network,
    usual: Mapping[str, Sequence[float]],
    least: float,
) -> list[Unanswered]:
    """The runs of words that are unanswered by mistake with a probability of at least `least`."""
    words = read_words(pairs, usual)
    chances = network.probabilities(FEATURES, words.values)
    found: list[Unanswered] = []
    last: tuple[int, int, int] | None = None
    for at in np.flatnonzero(chances >= least).tolist():
        pair, side, order = int(words.pair[at]), int(words.side[at]), int(words.order[at])
        text = pairs[pair][side]
        start, end = text.spans[int(words.place[at])]
        values = dict(zip(FEATURES, words.values[at].tolist(), strict=True))
        one = Unanswered(pair, side == 0, start, end, float(chances[at]), values)
        if last == (pair, side, order - 1):
            one = _joined(found.pop(), one)
        found.append(one)
        last = pair, side, order
    return found


def _joined(one: Unanswered, other: Unanswered) -> Unanswered:
    """Two runs of which the second follows the first."""
    likelier = one if one.probability >= other.probability else other
    return likelier._replace(start=one.start, end=other.end)
