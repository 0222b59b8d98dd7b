"""Pair documents by what they say: vectors that keep the order of sentences, then a close look.

The document vector follows Thompson & Koehn, "Exploiting Sentence Order in Document Alignment"
(EMNLP 2020): windows over the relative position, each a weighted mean of the sentence vectors near
it, boilerplate weighted down. FAISS finds candidates; those that both sides put forward are
compared sentence by sentence, since a document without a partner also has a nearest neighbour.
Where several documents say nearly the same, as the resolutions on two countries do, only what they
say differently decides.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.batch.description import Description

Floats = NDArray[np.float32]

WINDOWS = 8
SHARPNESS = 20.0  # gamma of the PERT distribution, as in the paper
NEIGHBOURS = 8  # candidates looked at for each document
FLAT_LIMIT = 50_000  # documents a side from which the index is an approximate one
# Chosen on documents cut from WMT news. Of 2,000 pairs one is below; unrelated documents of more
# than five sentences have an order of at most 0.34; documents that share a third of their text
# pass 0.45 at times, but do not lead.
LEAST_ORDER = 0.45
# Chosen on series of invented documents (`scripts/bench archive_series`), alone and among news: with
# 0.1 some of those without a partner pair, with 0.25 none does, and no pair of a series is lost.
LEAST_LEAD = 0.25
NEAR = 0.6  # share of a candidate's cosine from which a document's other neighbours are rivals
_SAME = 0.003  # share of the text below which two documents of one language are one and the same
_FEW = 20  # documents; see _mean_sentence
_SAMPLES = 400  # document pairs
_MOST_NOISE = 0.4  # half of what translations reach; in a large archive of news noise is 0.25
_DEVIATIONS = 4.5  # about three standard deviations


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two documents that may be translations: places among the Chinese and the English ones."""

    zh: int
    en: int
    order: float  # share of the text whose sentences choose each other in the same order
    lead: float = np.inf  # over the closest rival of both, see `lead`; infinite without a rival

    @property
    def score(self) -> float:
        """What candidates are ranked by."""
        return self.order * min(self.lead, 1.0)

    @property
    def believable(self) -> bool:
        """Whether they agree, and nothing else agrees as well."""
        return self.order >= LEAST_ORDER and self.lead >= LEAST_LEAD


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


@dataclass(frozen=True, slots=True)
class Rows:
    """The sentences of a document: unit vectors (n, dim) and weights (n,)."""

    vectors: Floats
    weights: Floats


def lead(own: Rows, partner: Rows, rival: Rows) -> float:
    """How much better `partner` renders a document than `rival` does, where these two differ.

    `partner` and `rival` are of one language. Every sentence of the three is asked: one of `own` goes
    to what renders it best and to what the other document says there; one of `partner` or `rival`
    to its counterpart in the other, and both to what in `own` they render. What both say in the
    same words counts for nothing. A partner leads by somewhat less than the similarity of
    translations, its rival falls as much behind; of two strangers neither leads; where the two are
    one and the same document, the lead is infinite.

    >>> import numpy as np
    >>> rows = np.eye(4, dtype=np.float32); ones = np.ones(2, np.float32)
    >>> own, one, other = (Rows(rows[places], ones) for places in ([0, 1], [0, 1], [2, 3]))
    >>> lead(own, one, other), lead(own, other, one), lead(own, one, one)
    (0.875, -0.875, inf)
    """
    to_partner, to_rival = own.vectors @ partner.vectors.T, own.vectors @ rival.vectors.T
    alike = partner.vectors @ rival.vectors.T
    there, back = alike.argmax(axis=1), alike.argmax(axis=0)
    ahead = apart = 0.0
    every = np.arange(len(own.vectors))
    first, second = to_partner.argmax(axis=1), to_rival.argmax(axis=1)
    for left, right in ((first, there[first]), (back[second], second)):
        gain = to_partner[every, left] - to_rival[every, right]
        ahead += float(own.weights @ gain)
        apart += float(own.weights @ (1.0 - alike[left, right]))
    in_partner, in_rival = to_partner.max(axis=0), to_rival.max(axis=0)
    for rows, gain, same in (
        (partner, in_partner - in_rival[there], alike.max(axis=1)),
        (rival, in_partner[back] - in_rival, alike.max(axis=0)),
    ):
        ahead += float(rows.weights @ gain)
        apart += float(rows.weights @ (1.0 - same))
    total = sum(float(rows.weights.sum()) for rows in (own, own, partner, rival))
    return ahead / apart if apart > _SAME * total else float(np.inf)


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
        of_zh = _neighbours(zh_vectors, en_vectors)
        of_en = _neighbours(en_vectors, zh_vectors)
        return [
            self._candidate(row, column, of_zh[row], of_en[column])
            for row in range(len(of_zh))
            for column in sorted(of_zh[row])
            if row in of_en[column]
        ]

    def _candidate(
        self, zh: int, en: int, en_near: dict[int, float], zh_near: dict[int, float]
    ) -> Candidate:
        """Compare two documents, and if they agree, with those that come near to either."""
        order = self.agreement(zh, en)
        if order < LEAST_ORDER:
            return Candidate(zh, en, order)
        one, other = self._zh_rows(zh), self._en_rows(en)
        least = float(np.inf)
        for rival in _rivals(en, en_near):
            if least >= LEAST_LEAD:  # less is not asked for
                least = min(least, lead(one, other, self._en_rows(rival)))
        for rival in _rivals(zh, zh_near):
            if least >= LEAST_LEAD:
                least = min(least, lead(other, one, self._zh_rows(rival)))
        return Candidate(zh, en, order, least)

    def _zh_rows(self, place: int) -> Rows:
        return Rows(_centred(self.zh[place], self.zh_mean), self.zh[place].weights)

    def _en_rows(self, place: int) -> Rows:
        return Rows(_centred(self.en[place], self.en_mean), self.en[place].weights)


def _neighbours(queries: Floats, base: Floats) -> list[dict[int, float]]:
    """The nearest documents of each one, best first, with their cosines."""
    cosines, places = search(queries, base, NEIGHBOURS)
    return [
        {int(place): float(cosine) for place, cosine in zip(*row, strict=True) if place >= 0}
        for row in zip(places, cosines, strict=True)
    ]


def _rivals(chosen: int, near: dict[int, float]) -> list[int]:
    """The other neighbours that come near to the chosen one, the nearest first."""
    return [
        place for place, cosine in near.items() if place != chosen and cosine >= NEAR * near[chosen]
    ]


def choose(found: Sequence[Candidate]) -> list[Candidate]:
    """The pairs: each document's best candidate that holds it for the best, too, and agrees.

    What is left may choose again: of two drafts and their translations, both find a partner.
    """
    left = [candidate for candidate in found if candidate.believable]
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

    From the median and its absolute deviation, so that the translations among them do not count. A
    handful of documents has too few unrelated ones for that, hence the limit.
    """
    if not zh or not en:
        return 0.0
    similarities = [
        (_centred(left, zh_mean)[:64] @ _centred(right, en_mean)[:64].T).ravel()
        for left, right in _sample(zh, en)
    ]
    every = np.concatenate(similarities)
    middle = float(np.median(every))
    noise = middle + _DEVIATIONS * float(np.median(np.abs(every - middle)))
    return min(noise, _MOST_NOISE)


def _sample(
    zh: Sequence[Description], en: Sequence[Description]
) -> list[tuple[Description, Description]]:
    """At most `_SAMPLES` pairs of documents, drawn so that no order of names pairs translations."""
    total = len(zh) * len(en)
    places = range(total)
    chosen = places if total <= _SAMPLES else random.Random(total).sample(places, _SAMPLES)
    return [(zh[place // len(en)], en[place % len(en)]) for place in chosen]


def _centred(description: Description, mean: Floats) -> Floats:
    rows = description.vectors.astype(np.float32) - mean
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Floats = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return units
