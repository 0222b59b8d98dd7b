"""Which token of a text answers which of another, softly, for many pairs of texts side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import TokenEncoder
from align.embedding.words import Directions
from align.terms.following.company import Company

Floats = NDArray[np.float32]
Numbers = NDArray[Any]

_CELLS = 300_000  # of a batch: its arrays stay in the cache
# Cells of two texts that are aligned whole: 1,000 tokens a side, two printed pages. A document of
# megabytes in one unit would fill memory with what lies far from its diagonal.
_WHOLE = 1_000_000


class Tokened(Protocol):
    """A text with its tokens."""

    @property
    def text(self) -> str:
        """The text itself."""

    @property
    def ids(self) -> NDArray[np.int32]:
        """Its tokens, (n,)."""

    @property
    def spans(self) -> NDArray[np.int32]:
        """Their characters, (n, 2)."""


class Line(NamedTuple):
    """A text with its tokens alone."""

    text: str
    ids: NDArray[np.int32]
    spans: NDArray[np.int32]

    def part(self, tokens: slice) -> Line:
        """Some of its tokens, where they stand in the whole text."""
        return Line(self.text, self.ids[tokens], self.spans[tokens])


def read_lines(texts: Sequence[str], encoder: TokenEncoder) -> list[Line]:
    """The tokens of each text."""
    tokens = encoder.tokenize(texts)
    bounds = tokens.bounds.tolist()
    return [
        Line(text, tokens.ids[low:high], tokens.spans[low:high])
        for text, low, high in zip(texts, bounds, bounds[1:], strict=False)
    ]


@dataclass(frozen=True, slots=True)
class Softness:
    """How sharply vectors decide: the numbers of the soft alignment, chosen by `scripts/train_terms`."""

    sharpness: float = 20.0  # inverse temperature
    nothing: float = 0.25  # similarity of a token to no token at all
    company: float = 0.9  # weight of co-occurrence beside the cosine
    distance: float = 0.25  # what a pair loses from one end of the text to the other


@dataclass(frozen=True, slots=True)
class Soft:
    """The tokens of some pairs of texts, aligned softly; padded: u pairs, n and m tokens."""

    our_weights: Floats  # (u, n), zero beyond a text's end
    their_weights: Floats  # (u, m)
    our_units: Floats  # (u, n, dim)
    their_units: Floats  # (u, m, dim)
    to_target: Floats  # (u, n, m): p(target token | source token)
    to_source: Floats  # (u, n, m): p(source token | target token)
    similar: Floats  # (u, n, m): cosines of tokens


def batches(sizes: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Places of units whose soft alignments fit into one batch, alike in size."""
    order = sorted(range(len(sizes)), key=lambda at: (sizes[at][1], sizes[at][0], at))
    some: list[int] = []
    most = (1, 1)
    for at in order:
        n, m = max(most[0], sizes[at][0]), max(most[1], sizes[at][1])
        if some and n * m * (len(some) + 1) > _CELLS:
            yield some
            some, n, m = [], *sizes[at]
        some.append(at)
        most = (n, m)
    if some:
        yield some


@dataclass(frozen=True, slots=True)
class Window:
    """A part of two long texts that is aligned by itself: places of tokens, and those it decides on."""

    ours: slice
    theirs: slice
    our_own: slice
    their_own: slice


def windows(n: int, m: int, whole: int = _WHOLE) -> list[Window]:
    """The parts along the diagonal in which texts of n and m tokens are aligned, half overlapping.

    Each token is decided on in one window, where a quarter of its width at least lies on either side;
    texts of up to two pages are one window.
    """
    parts = math.ceil(2 * math.sqrt(n * m / whole)) if n * m > whole else 1
    found = []
    for part in range(parts):
        cuts = []
        for size in (n, m):
            low, high = size * part // parts, size * (part + 1) // parts
            margin = -(-size // parts) // 2 if parts > 1 else 0
            cuts.append((slice(max(0, low - margin), min(size, high + margin)), slice(low, high)))
        (ours, our_own), (theirs, their_own) = cuts
        found.append(Window(ours, theirs, our_own, their_own))
    return found


class InWindows:
    """Pairs of texts cut into windows, and what is found in those put together again."""

    def __init__(
        self, ours: Sequence[Line], theirs: Sequence[Line], *, whole: int = _WHOLE
    ) -> None:
        self.ours: list[Line] = []
        self.theirs: list[Line] = []
        self._windows: list[tuple[int, Window]] = []
        self._pairs = len(ours)
        for at, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            for window in windows(len(one.ids), len(other.ids), whole):
                self._windows.append((at, window))
                self.ours.append(one.part(window.ours))
                self.theirs.append(other.part(window.theirs))

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """The numbers of tokens of each window."""
        return [(len(a.ids), len(b.ids)) for a, b in zip(self.ours, self.theirs, strict=True)]

    @property
    def starts(self) -> list[tuple[int, int]]:
        """Where the tokens of each window begin in their texts."""
        return [(window.ours.start, window.theirs.start) for _, window in self._windows]

    def joined(self, found: Sequence[tuple[Numbers, Numbers]]) -> list[tuple[Numbers, Numbers]]:
        """Values of the tokens of each pair, of those that each window gives for its own."""
        if len(found) == self._pairs:
            return list(found)
        parts: list[tuple[list[Numbers], list[Numbers]]] = [([], []) for _ in range(self._pairs)]
        for (at, window), (our_values, their_values) in zip(self._windows, found, strict=True):
            for kept, values, whole, own in (
                (parts[at][0], our_values, window.ours, window.our_own),
                (parts[at][1], their_values, window.theirs, window.their_own),
            ):
                kept.append(values[own.start - whole.start : own.stop - whole.start])
        return [(np.concatenate(a), np.concatenate(b)) for a, b in parts]


def align_softly(
    ours: Sequence[Tokened],
    theirs: Sequence[Tokened],
    langs: tuple[str, str],
    words: Directions,
    company: Company | None,
    soft: Softness,
) -> Soft:
    """Align the tokens of each pair of texts; `langs` are those of all first and second texts."""
    our_ids, their_ids = _padded([t.ids for t in ours]), _padded([t.ids for t in theirs])
    our_units, our_weights = _vectors(our_ids, words)
    their_units, their_weights = _vectors(their_ids, words)
    similar = our_units @ their_units.transpose(0, 2, 1)
    scores = similar.copy()
    if company is not None:
        scores += np.float32(soft.company) * company.between(our_ids, their_ids, langs)
    place, other = _places(ours, our_ids), _places(theirs, their_ids)
    scores -= np.float32(soft.distance) * np.abs(place[:, :, None] - other[:, None, :])
    scores -= np.float32(soft.nothing)
    scores *= np.float32(soft.sharpness)
    raised = np.exp(scores, out=scores)
    raised *= (our_ids >= 0)[:, :, None] & (their_ids >= 0)[:, None, :]
    to_target = raised / (1.0 + raised.sum(axis=2, keepdims=True))
    to_source = raised / (1.0 + raised.sum(axis=1, keepdims=True))
    return Soft(
        our_weights, their_weights, our_units, their_units, to_target, to_source, similar
    )  # fmt: skip


def _padded(rows: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    found = np.full((len(rows), max(1, *map(len, rows))), -1, np.int32)
    for at, row in enumerate(rows):
        found[at, : len(row)] = row
    return found


def _vectors(ids: NDArray[np.int32], words: Directions) -> tuple[Floats, Floats]:
    known, place = np.unique(ids, return_inverse=True)
    rows, weights = words.described(np.maximum(known, 0))
    weights = np.where(known < 0, np.float32(0), weights)
    rows[known < 0] = 0.0
    return rows[place], weights[place]


def _places(texts: Sequence[Tokened], ids: NDArray[np.int32]) -> Floats:
    """The middle of each token as a share of its text's length."""
    found = np.zeros(ids.shape, np.float32)
    spans = np.concatenate([text.spans for text in texts])
    counts = [len(text.ids) for text in texts]
    lengths = np.repeat([max(len(text.text), 1) for text in texts], counts)
    found[ids >= 0] = spans.mean(axis=1) / lengths
    return found
