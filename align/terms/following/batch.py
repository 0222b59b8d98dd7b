"""Units read once, and put side by side in arrays: tokens, vectors, pieces, soft alignment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import TokenEncoder
from align.language.folding import fold
from align.language.scripts import is_han
from align.terms.following.company import CONTEXT, Bonds, Company
from align.terms.following.pieces import (
    AND,
    CLOSES,
    FUNCTION,
    NAME,
    OPENS,
    Pieces,
    piece_forms,
    read_pieces,
)
from align.terms.following.soft import Soft, Softness, align_softly

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Text:
    """One text, read: its tokens and its pieces."""

    text: str
    lang: str
    ids: NDArray[np.int32]  # (n,)
    spans: NDArray[np.int32]  # (n, 2), characters
    pieces: Pieces
    bonds: Floats  # (2, CONTEXT, pieces + 1), of each gap
    cuts: NDArray[np.bool_]  # (pieces + 1,): whether a token lies across the gap
    edges: NDArray[np.int16]  # (pieces,): its number among the words that edges are judged by


class Reader:
    """Reads texts of "zh" or "en" and keeps them, as every unit is asked for many spans."""

    def __init__(
        self,
        encoder: TokenEncoder,
        edges: Mapping[str, Mapping[str, int]],
        *,
        keep: int = 16_384,
    ) -> None:
        self._encoder = encoder
        self._edges = edges
        self._keep = keep
        self._known: dict[tuple[str, str], Text] = {}
        self.bonds: dict[str, Bonds] = {}
        self.learnt_from: Mapping[str, Sequence[str]] = {}

    def read(self, texts: Sequence[str], lang: str) -> list[Text]:
        """The texts in order, each read once."""
        new = list(dict.fromkeys(text for text in texts if (text, lang) not in self._known))
        if len(self._known) + len(new) > self._keep:
            self._known.clear()
            new = list(dict.fromkeys(texts))
        if new:
            tokens = self._encoder.tokenize(new)
            bounds = tokens.bounds.tolist()
            edges = self._edges.get(lang, {})
            for at, text in enumerate(new):
                low, high = bounds[at], bounds[at + 1]
                pieces = _in_tokens(read_pieces(text, lang), tokens.spans[low:high], lang)
                bonds = self._bonds(lang)
                self._known[text, lang] = Text(
                    text,
                    lang,
                    tokens.ids[low:high],
                    tokens.spans[low:high],
                    pieces,
                    bonds.gaps(pieces.forms) if bonds else _unbound(pieces),
                    _cuts(tokens.spans[low:high], pieces),
                    np.array(
                        [
                            edges.get(word, 0)
                            for word in edge_words(text, tokens.spans[low:high], pieces)
                        ],
                        np.int16,
                    ),
                )
        return [self._known[text, lang] for text in texts]

    def learn_from(self, texts: Mapping[str, Sequence[str]]) -> None:
        """Learn how tightly pieces are bound from the texts of each language, when it is needed."""
        self.learnt_from = texts
        self._known.clear()

    def _bonds(self, lang: str) -> Bonds | None:
        if lang not in self.bonds and (texts := self.learnt_from.get(lang)):
            self.bonds[lang] = Bonds([piece_forms(text, lang) for text in texts])
        return self.bonds.get(lang)


def _in_tokens(pieces: Pieces, spans: NDArray[np.int32], lang: str) -> Pieces:
    """The pieces, of which one inside a longer Chinese token is no small word: 平等 is not 等."""
    if lang != "zh" or not len(spans) or not len(pieces.spans):
        return pieces
    last = np.maximum(np.searchsorted(spans[:, 0], pieces.spans[:, 0], "right") - 1, 0)
    longer = (spans[last, 1] - spans[last, 0] > 1) & (spans[last, 1] >= pieces.spans[:, 1])
    kinds = np.where(longer, pieces.kinds & ~np.uint8(FUNCTION | AND), pieces.kinds)
    return replace(pieces, kinds=kinds.astype(np.uint8))


def _unbound(pieces: Pieces) -> Floats:
    return np.zeros((2, CONTEXT, len(pieces.forms) + 1), np.float32)


def edge_words(text: str, spans: NDArray[np.int32], pieces: Pieces) -> Sequence[str]:
    """The word that each piece is judged by at an edge: of Chinese the token that it lies in."""
    if not len(spans) or not len(pieces.words) or (len(pieces.words[0]) > 1 and text.isascii()):
        return pieces.words
    last = np.searchsorted(spans[:, 0], pieces.spans[:, 0], "right") - 1
    inside = (last >= 0) & (spans[np.maximum(last, 0), 1] >= pieces.spans[:, 1])
    found = []
    for word, held, at in zip(pieces.words, inside.tolist(), last.tolist(), strict=True):
        if held and is_han(word[0]):
            start, end = spans[at].tolist()
            word = fold(text[start:end])
        found.append(word)
    return found


def _cuts(spans: NDArray[np.int32], pieces: Pieces) -> NDArray[np.bool_]:
    """Whether a token begins before each gap and ends after it."""
    found = np.zeros(len(pieces.spans) + 1, np.bool_)
    if not len(spans) or len(pieces.spans) < 2:
        return found
    borders = pieces.spans[1:, 0]
    last = np.searchsorted(spans[:, 0], borders, "left") - 1
    found[1:-1] = (last >= 0) & (spans[np.maximum(last, 0), 1] > borders)
    return found


@dataclass(frozen=True, slots=True)
class Padded:
    """The pieces of several texts side by side, u texts of at most p pieces."""

    starts: Ints  # (u, p): characters
    ends: Ints
    kinds: NDArray[np.uint8]  # (u, p)
    gaps: NDArray[np.uint8]  # (u, p + 1)
    bonds: Floats  # (u, 2, CONTEXT, p + 1)
    cuts: NDArray[np.bool_]  # (u, p + 1)
    edges: Ints  # (u, p)
    opened: NDArray[
        np.int32
    ]  # (u, p + 2): brackets that opened less those that closed before a gap
    name_from: Ints  # (u, p + 1): where the name that runs across a gap begins, else the gap
    name_to: Ints

    @classmethod
    def of(cls, texts: Sequence[Text]) -> Self:
        """The pieces of `texts`."""
        width = max(1, *(len(text.pieces.kinds) for text in texts))
        n = len(texts)
        spans = np.zeros((n, width, 2), np.int64)
        kinds, gaps = np.zeros((n, width), np.uint8), np.zeros((n, width + 1), np.uint8)
        bonds = np.zeros((n, 2, CONTEXT, width + 1), np.float32)
        cuts = np.zeros((n, width + 1), np.bool_)
        edges = np.zeros((n, width), np.int64)
        for at, text in enumerate(texts):
            size = len(text.pieces.kinds)
            spans[at, :size] = text.pieces.spans
            kinds[at, :size], gaps[at, : size + 1] = text.pieces.kinds, text.pieces.gaps
            bonds[at, :, :, : size + 1], cuts[at, : size + 1] = text.bonds, text.cuts
            edges[at, :size] = text.edges
        step = ((gaps & OPENS) > 0).astype(np.int32) - ((gaps & CLOSES) > 0)
        opened = np.zeros((n, width + 2), np.int32)
        np.cumsum(step, axis=1, out=opened[:, 1:])
        place = np.broadcast_to(np.arange(width + 1), gaps.shape)
        across = (gaps & NAME) > 0
        begins = np.maximum.accumulate(np.where(across, 0, place), axis=1)
        stops = np.minimum.accumulate(np.where(across, width, place)[:, ::-1], axis=1)[:, ::-1]
        return cls(
            spans[:, :, 0], spans[:, :, 1], kinds, gaps, bonds, cuts, edges, opened, begins, stops
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch(Soft):
    """Some units side by side, softly aligned; p pieces of the second text."""

    ours: list[Text]
    theirs: list[Text]
    shares: Floats  # (u, m, p): which share of a token lies in a piece
    counts: Ints  # (u,): pieces
    pieces: Padded  # of the second texts
    sums: Floats  # (u, p, dim): of each piece the weighted vectors of its tokens, added up
    products: NDArray[np.float64]  # (u, p + 1, p + 1): of the sums before a gap with one another


def make_batch(
    ours: list[Text],
    theirs: list[Text],
    encoder: TokenEncoder,
    company: Company | None,
    soft: Softness,
) -> Batch:
    """Align the tokens of each pair of texts softly."""
    langs = (ours[0].lang, theirs[0].lang)
    aligned = align_softly(ours, theirs, langs, encoder.words, company, soft)
    shares = _shares(theirs, aligned.their_weights.shape[1])
    weighted = aligned.their_units * aligned.their_weights[:, :, None]
    sums = shares.transpose(0, 2, 1) @ weighted
    u, pieces = sums.shape[:2]
    products = np.zeros((u, pieces + 1, pieces + 1))
    products[:, 1:, 1:] = sums @ sums.transpose(0, 2, 1)
    np.cumsum(products, axis=1, out=products)
    np.cumsum(products, axis=2, out=products)
    return Batch(
        **{name.name: getattr(aligned, name.name) for name in fields(aligned)},
        ours=ours,
        theirs=theirs,
        shares=shares,
        counts=np.array([len(t.pieces.spans) for t in theirs], np.int64),
        pieces=Padded.of(theirs),
        sums=sums,
        products=products,
    )


def by_unit(unit: Ints) -> Iterator[tuple[int, Ints]]:
    """Each unit of some questions with the places of its questions, so that nothing of it is copied.

    >>> [(one, places.tolist()) for one, places in by_unit(np.array([3, 0, 3]))]
    [(0, [1]), (3, [0, 2])]
    """
    order = np.argsort(unit, kind="stable")
    units, first = np.unique(unit[order], return_index=True)
    yield from zip(units.tolist(), np.split(order, first[1:]), strict=True)


def _shares(texts: Sequence[Text], width: int) -> Floats:
    """Which share of each token's characters lies in each piece."""
    most = max(1, *(len(text.pieces.spans) for text in texts))
    found = np.zeros((len(texts), width, most), np.float32)
    for at, text in enumerate(texts):
        found[at, : len(text.ids), : len(text.pieces.spans)] = overlaps(
            text.spans, text.pieces.spans
        )
    return found


def overlaps(tokens: NDArray[np.int32], pieces: NDArray[np.int32]) -> Floats:
    """The share of each token that lies in each piece, float32 (tokens, pieces).

    >>> overlaps(np.array([[0, 4]], np.int32), np.array([[0, 2], [3, 5]], np.int32)).tolist()
    [[0.5, 0.25]]
    """
    low = np.maximum(tokens[:, None, 0], pieces[None, :, 0])
    high = np.minimum(tokens[:, None, 1], pieces[None, :, 1])
    length = np.maximum(tokens[:, 1] - tokens[:, 0], 1)[:, None]
    return np.asarray(np.maximum(high - low, 0) / length, np.float32)
