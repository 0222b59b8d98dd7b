"""Pair documents by what they say: vectors that keep the order of sentences, then a close look.

The document vector follows Thompson & Koehn, "Exploiting Sentence Order in Document Alignment"
(EMNLP 2020): windows over the relative position, each a weighted mean of the sentence vectors near
it, boilerplate weighted down. FAISS finds candidates; those that both sides put forward are
compared sentence by sentence, since a document without a partner also has a nearest neighbour.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.batch.describe import Description

Floats = NDArray[np.float32]

WINDOWS = 8
SHARPNESS = 20.0  # gamma of the PERT distribution, as in the paper
NEIGHBOURS = 8  # candidates looked at for each document
FLAT_LIMIT = 50_000  # documents a side from which the index is an approximate one
# Chosen on documents cut from WMT news. Of 2,000 pairs one is below; unrelated documents of more
# than five sentences have an order of at most 0.34; documents that share a third of their text
# pass 0.45 at times, but not with such a margin.
LEAST_ORDER = 0.45
LEAST_MARGIN = 1.15
LEAST_SCORE = 0.9
_LEAST_LEVEL = 0.05  # where the neighbours are nothing alike
_FEW = 20  # documents; see _mean_sentence
_SAMPLES = 400  # document pairs
_DEVIATIONS = 4.5  # about three standard deviations


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two documents that may be translations: places among the Chinese and the English ones."""

    zh: int
    en: int
    margin: float  # cosine over the mean cosine with the nearest neighbours of both
    order: float  # share of the text whose sentences choose each other in the same order

    @property
    def score(self) -> float:
        """What candidates are ranked by."""
        return self.margin * self.order


def windows(positions: Floats, count: int = WINDOWS) -> Floats:
    """Weight of each sentence in each window, (count, sentences); every window's peak is 1.

    A modified PERT density on [0, 1] with its mode in the middle of the window.
    """
    modes = (np.arange(count, dtype=np.float32)[:, None] + 0.5) / count
    place = np.clip(positions, 1e-3, 1 - 1e-3)[None, :]
    log = modes * np.log(place) + (1 - modes) * np.log1p(-place)
    peak = modes * np.log(modes) + (1 - modes) * np.log1p(-modes)
    return np.exp(SHARPNESS * (log - peak)).astype(np.float32)


def document_vector(description: Description, mean: Floats, common: Counter[int]) -> Floats:
    """Unit vector (WINDOWS * dim,); `common` counts the documents that hold a sentence."""
    weights = description.weights / np.array(
        [max(common[key], 1) for key in description.keys.tolist()], np.float32
    )
    ends = np.cumsum(description.weights)
    positions = np.asarray((ends - description.weights / 2) / max(ends[-1], 1e-6), np.float32)
    rows = description.vectors.astype(np.float32) - mean
    parts = (windows(positions) * weights[None, :]) @ rows
    lengths = np.linalg.norm(parts, axis=1, keepdims=True)
    parts = np.divide(parts, lengths, out=np.zeros_like(parts), where=lengths > 0)
    vector: Floats = (parts / np.float32(np.sqrt(WINDOWS))).ravel()
    return vector


def document_vectors(descriptions: Sequence[Description], mean: Floats) -> Floats:
    """Vectors of all documents of one language, (n, WINDOWS * dim)."""
    common: Counter[int] = Counter()
    for description in descriptions:
        common.update(set(description.keys.tolist()))
    return np.stack([document_vector(item, mean, common) for item in descriptions])


def order_agreement(
    zh: Floats, en: Floats, zh_weights: Floats, en_weights: Floats, noise: float = 0.0
) -> float:
    """How much of two documents is sentences that choose each other and stand in the same order.

    `zh` and `en` are sentence vectors (n, dim) and (m, dim). The result is in [0, 1]: the weight of
    the heaviest forward chain of mutual best matches above `noise`, over that of the documents.

    >>> import numpy as np
    >>> rows = np.eye(4, dtype=np.float32); ones = np.ones(4, np.float32)
    >>> order_agreement(rows, rows, ones, ones), order_agreement(rows, rows[::-1], ones, ones)
    (1.0, 0.25)
    """
    similarity = zh @ en.T
    best_en, best_zh = similarity.argmax(axis=1), similarity.argmax(axis=0)
    mutual = [
        (row, int(column))
        for row, column in enumerate(best_en)
        if best_zh[column] == row and similarity[row, column] > noise
    ]
    total = float(zh_weights.sum() + en_weights.sum())
    worth = [float(zh_weights[row] + en_weights[column]) for row, column in mutual]
    return _heaviest_chain([column for _, column in mutual], worth) / total if total else 0.0


def _heaviest_chain(columns: Sequence[int], worth: Sequence[float]) -> float:
    """The greatest sum of `worth` over increasing `columns`, which are all different."""
    ends: list[int] = []  # columns where a chain ends, and the best sum of one that ends there
    sums: list[float] = []
    for column, value in zip(columns, worth, strict=True):
        place = bisect_left(ends, column)
        best = value + (sums[place - 1] if place else 0.0)
        ends.insert(place, column)
        sums.insert(place, best)
        after = place + 1
        while after < len(sums) and sums[after] <= best:
            del ends[after], sums[after]
        if place and sums[place - 1] >= best:
            del ends[place], sums[place]
    return max(sums, default=0.0)


def search(queries: Floats, base: Floats, count: int) -> tuple[Floats, NDArray[np.int64]]:
    """Cosines and places of the `count` nearest rows of `base` for each query, best first."""
    import faiss

    index: Any
    if len(base) <= FLAT_LIMIT:
        index = faiss.IndexFlatIP(base.shape[1])
    else:
        lists = int(4 * np.sqrt(len(base)))
        index = faiss.index_factory(
            base.shape[1], f"OPQ64_256,IVF{lists},PQ64", faiss.METRIC_INNER_PRODUCT
        )
        index.train(base[:: max(1, len(base) // (64 * lists))])
        faiss.ParameterSpace().set_index_parameter(index, "nprobe", 32)
    index.add(base)
    cosines, places = index.search(queries, min(count, len(base)))
    return cosines, places


def compare(zh: Sequence[Description], en: Sequence[Description]) -> Comparison:
    """Everything that comparing single documents of two languages needs."""
    zh_mean, en_mean = _mean_sentence(zh), _mean_sentence(en)
    return Comparison(zh, en, zh_mean, en_mean, _noise(zh, en, zh_mean, en_mean))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Chinese and English documents, their mean sentences, and the similarity that chance gives."""

    zh: Sequence[Description]
    en: Sequence[Description]
    zh_mean: Floats
    en_mean: Floats
    noise: float

    def agreement(self, zh: int, en: int) -> float:
        """`order_agreement` of two documents, matches that chance explains left out."""
        return order_agreement(
            _centred(self.zh[zh], self.zh_mean),
            _centred(self.en[en], self.en_mean),
            self.zh[zh].weights,
            self.en[en].weights,
            self.noise,
        )

    def candidates(self) -> list[Candidate]:
        """Pairs of documents that are among each other's nearest, with both scores."""
        if not self.zh or not self.en:
            return []
        zh_vectors = document_vectors(self.zh, self.zh_mean)
        en_vectors = document_vectors(self.en, self.en_mean)
        forward, en_places = search(zh_vectors, en_vectors, NEIGHBOURS)
        backward, zh_places = search(en_vectors, zh_vectors, NEIGHBOURS)
        zh_level, en_level = _level(forward), _level(backward)
        chosen = {(row, int(column)) for row, places in enumerate(en_places) for column in places}
        chosen &= {(int(row), column) for column, places in enumerate(zh_places) for row in places}
        found = []
        for row, column in sorted(chosen):
            cosine = float(zh_vectors[row] @ en_vectors[column])
            level = max(float(zh_level[row] + en_level[column]) / 2, _LEAST_LEVEL)
            found.append(Candidate(row, column, cosine / level, self.agreement(row, column)))
        return found


def choose(found: Sequence[Candidate]) -> list[Candidate]:
    """The pairs: each document's best candidate that holds it for the best, too, and agrees.

    What is left may choose again: of two drafts and their translations, both find a partner.
    """
    left = [
        candidate
        for candidate in found
        if candidate.order >= LEAST_ORDER
        and candidate.margin >= LEAST_MARGIN
        and candidate.score >= LEAST_SCORE
    ]
    left.sort(key=lambda candidate: (-candidate.score, candidate.zh, candidate.en))
    pairs: list[Candidate] = []
    zh_taken: set[int] = set()
    en_taken: set[int] = set()
    for candidate in left:  # best first, so whoever is free is mutual best among the free
        if candidate.zh not in zh_taken and candidate.en not in en_taken:
            pairs.append(candidate)
            zh_taken.add(candidate.zh)
            en_taken.add(candidate.en)
    return sorted(pairs, key=lambda candidate: (candidate.zh, candidate.en))


def _mean_sentence(descriptions: Sequence[Description]) -> Floats:
    """What all sentences of a language have in common; little of it in a small archive.

    Without the shrinking, the mean of a handful of documents would be their subject.
    """
    if not descriptions:
        return np.zeros(0, np.float32)
    total = np.zeros(descriptions[0].vectors.shape[1], np.float64)
    rows = 0
    for description in descriptions:
        total += description.vectors.sum(axis=0, dtype=np.float64)
        rows += len(description.vectors)
    documents = len(descriptions)
    return (total / max(rows, 1) * documents / (documents + _FEW)).astype(np.float32)


def _noise(
    zh: Sequence[Description], en: Sequence[Description], zh_mean: Floats, en_mean: Floats
) -> float:
    """The similarity that one in a thousand pairs of unrelated sentences reaches.

    From the median and its absolute deviation, so that the translations among them do not count.
    """
    if not zh or not en:
        return 0.0
    similarities = []
    for number in range(_SAMPLES):
        left = zh[number * 7919 % len(zh)]
        right = en[number * 104729 % len(en)]
        similarities.append(
            (_centred(left, zh_mean)[:64] @ _centred(right, en_mean)[:64].T).ravel()
        )
    every = np.concatenate(similarities)
    middle = float(np.median(every))
    return middle + _DEVIATIONS * float(np.median(np.abs(every - middle)))


def _level(cosines: Floats) -> Floats:
    """The mean similarity of a document's neighbours, the nearest one apart."""
    others = cosines[:, 1:] if cosines.shape[1] > 1 else np.zeros_like(cosines)
    return np.asarray(others.mean(axis=1), np.float32)


def _centred(description: Description, mean: Floats) -> Floats:
    rows = description.vectors.astype(np.float32) - mean
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Floats = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return units
