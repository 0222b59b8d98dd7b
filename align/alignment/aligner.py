"""Align two documents: anchors, band, two passes of the lattice, beads with their confidence."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from align import __version__
from align.alignment.anchors import Anchors, band_of, find_anchors, seams_of
from align.alignment.lattice.band import Band
from align.alignment.lattice.bead_types import DELETE_OPEN, INSERT_OPEN
from align.alignment.lattice.inference import (
    Path,
    edge_ranges,
    most_expected,
    posteriors,
    posteriors_in_pieces,
)
from align.alignment.model.literalness import with_word_pairs
from align.alignment.model.pair import Pair, make_pair
from align.alignment.model.potentials import edge_potentials
from align.alignment.model.reencoding import Texts, corrected
from align.alignment.model.weights import Weights, load_weights
from align.alignment.reading.sides import Side, make_sides
from align.alignment.reading.surface import Surface, reading_surfaces
from align.datatypes import Alignment, Bead, Document, Signature
from align.document import SEGMENTER_VERSION
from align.embedding.protocol import Encoder, TokenEncoder, gives_tokens
from align.embedding.words import Words
from align.forked import one_blas_thread

log = logging.getLogger(__name__)

# Sentences on the longer side; beyond, word pairs come from the anchors and posteriors in pieces.
_TWO_PASSES = 3_000
_WIDENINGS = 3  # times that the band may be widened where the path touches its edge

# A band that has more nodes is not widened: a document has some 13 a row (margin 6), and a few
# stretches of hundreds; more follow where nothing matches, and there no width would find anything.
_MOST_NODES, _NODES_A_ROW = 400_000, 20

Floats = NDArray[np.float32]
Judge = Callable[[Anchors, tuple[int, int]], None]
Pin = tuple[range, range]


@dataclass(frozen=True, slots=True)
class AlignOptions:
    """How to align. `pins` are beads that a person has fixed: (source range, target range), rising."""

    margin: int = 6  # sentences of the band to either side of the anchors
    pins: tuple[Pin, ...] = ()
    weights: Weights | None = None  # None: the ones that come with the tool
    processes: int = 1  # that may share the work of a long document; the result is the same


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the aligner saw of a pair beside the beads: for judging whether they are translations."""

    pair: Pair
    anchors: Anchors
    similarity: float  # mean cosine of the beads above chance, weighted by length


def align(
    source: Document,
    target: Document,
    encoder: Encoder,
    *,
    options: AlignOptions | None = None,
) -> Alignment:
    """Align the segments of two documents; every segment is in exactly one bead.

    Any encoder will do. Tokens are compared with the embedded static model where the encoder has
    none of its own. Raises ValueError when pins overlap or cross.
    """
    return align_with_evidence(source, target, encoder, options=options)[0]


def align_with_evidence(
    source: Document,
    target: Document,
    encoder: Encoder,
    *,
    options: AlignOptions | None = None,
    surfaces: Callable[[], tuple[Surface, Surface]] | None = None,
    judge: Judge | None = None,
) -> tuple[Alignment, Evidence | None]:
    """`align`, and what was seen on the way; no evidence where a side is empty.

    `surfaces` gives what `surface_of` finds in the two documents, where somebody reads it already.
    `judge` is shown the anchors and the number of sentences before the long part of the work, and
    may raise.
    """
    options = options or AlignOptions()
    weights = options.weights or load_weights()
    signature = Signature(
        tool=__version__,
        model=encoder.name,
        revision=encoder.revision,
        segmenter=SEGMENTER_VERSION,
        weights=weights.version,
    )
    n, m = len(source.segments), len(target.segments)
    if not n or not m:
        beads = _unaligned(n, m)
        return Alignment(source.segments, target.segments, beads, signature), None
    lexicon = _lexical_encoder(encoder)
    reading = reading_surfaces(source, target, options.processes)
    with reading if surfaces is None else nullcontext(surfaces) as found:
        sides = make_sides(source, target, encoder, lexicon, found)
    sides, unit = _renumbered(lexicon.words, sides)
    # A static model's sums are the spans' own vectors; another encoder must read doubtful ones.
    texts = None if encoder is lexicon else Texts(encoder, source.segments, target.segments)
    # Products of these sizes are slower with a second BLAS thread, which spins between them.
    with one_blas_thread():
        beads, evidence = Aligner(options, weights, texts, judge).align(*sides, unit)
    return Alignment(source.segments, target.segments, beads, signature), evidence


def _unaligned(n: int, m: int) -> tuple[Bead, ...]:
    """Nothing on one side: every sentence is alone, surely."""
    alone = [Bead(range(i, i + 1), range(0)) for i in range(n)]
    return tuple(alone + [Bead(range(n, n), range(j, j + 1)) for j in range(m)])


def _lexical_encoder(encoder: Encoder) -> TokenEncoder:
    """An encoder that gives token vectors: the one asked for, else the embedded one."""
    if gives_tokens(encoder):
        return encoder
    from align.embedding.load import load_encoder

    return cast(TokenEncoder, load_encoder(None))


def _renumbered(
    words: Words, sides: tuple[Side, Side]
) -> tuple[tuple[Side, Side], NDArray[np.float32]]:
    """The sides with their tokens numbered from 0 on, and those tokens' unit vectors (tokens, dim).

    A document holds a part of the vocabulary only: vectors that lie close together are quicker.
    """
    there = np.zeros(len(words.weights) + 1, dtype=bool)
    for side in sides:
        there[side.tokens.ids] = True
    used = np.flatnonzero(there[:-1])
    used = used if len(used) else np.zeros(1, dtype=used.dtype)  # one row at least
    places = np.full(len(words.weights) + 1, -1, dtype=np.int32)  # the last one for the token -1
    places[used] = np.arange(len(used), dtype=np.int32)
    source, target = (
        replace(side, tokens=replace(side.tokens, ids=places[side.tokens.ids])) for side in sides
    )
    return (source, target), words.units(used)


def _place(pin: Pin) -> tuple[int, int]:
    return pin[0].start, pin[1].start


def _shift(sentences: range, by: int) -> range:
    return range(sentences.start + by, sentences.stop + by)


@dataclass(frozen=True, slots=True)
class Aligner:
    """Finds the beads of pairs: all that stays the same from one pass and stretch to the next."""

    options: AlignOptions
    weights: Weights
    texts: Texts | None = None  # for encoders that must read doubtful spans; see `reencoding`
    judge: Judge | None = None  # is shown the anchors and the sizes before the long part; may raise

    def align(self, source: Side, target: Side, unit: Floats) -> tuple[tuple[Bead, ...], Evidence]:
        """The beads of two sides, and what was seen of them; `unit` holds unit token vectors.

        A first pass finds the beads that teach the document's own word pairs; long documents learn
        them from their anchors.
        """
        anchors = find_anchors(source.vectors, target.vectors)
        log.info("%d anchors for %d and %d sentences", len(anchors.chain), len(source), len(target))
        if self.judge is not None:
            self.judge(anchors, (len(source), len(target)))
        pair = make_pair(source, target, unit)
        if max(pair.shape) <= _TWO_PASSES:
            pair = with_word_pairs(pair, anchors, ())
            first = replace(self, texts=None).between_pins(pair, anchors, self.weights.first)
            known = [(bead.source, bead.target, bead.confidence) for bead in first]
        else:
            rows, columns = (place.tolist() for place in anchors.pairs)
            known = [
                (range(i, i + 1), range(j, j + 1), 1.0) for i, j in zip(rows, columns, strict=True)
            ]
        pair = with_word_pairs(pair, anchors, known)
        beads = self.between_pins(pair, anchors, self.weights.second)
        return beads, Evidence(pair, anchors, _similarity(pair, beads))

    def between_pins(
        self, pair: Pair, anchors: Anchors, vector: NDArray[np.float64]
    ) -> tuple[Bead, ...]:
        """Beads of the whole pair, each stretch between pins on its own; `vector` weighs features."""
        if not self.options.pins:
            return self.solve(pair, anchors, vector)
        beads: list[Bead] = []
        i = j = 0
        n, m = pair.shape
        for source, target in [*sorted(self.options.pins, key=_place), (range(n, n), range(m, m))]:
            if source.start < i or target.start < j or source.stop > n or target.stop > m:
                raise ValueError(
                    f"pin {source}:{target} overlaps or crosses another, or is outside"
                )
            beads += self._stretch(pair, (i, source.start), (j, target.start), vector)
            if len(source) or len(target):
                beads.append(Bead(source, target, 1.0))
            i, j = source.stop, target.stop
        return tuple(beads)

    def _stretch(
        self,
        pair: Pair,
        rows: tuple[int, int],
        columns: tuple[int, int],
        vector: NDArray[np.float64],
    ) -> list[Bead]:
        """Beads of part of a pair, numbered as in the whole."""
        n, m = rows[1] - rows[0], columns[1] - columns[0]
        if n and m:
            part = pair.part(rows, columns)
            anchors = find_anchors(part.source.vectors, part.target.vectors)
            texts = self.texts and self.texts.part(rows, columns)
            beads = replace(self, texts=texts).solve(part, anchors, vector)
        else:
            beads = _unaligned(n, m)
        return [
            Bead(_shift(bead.source, rows[0]), _shift(bead.target, columns[0]), bead.confidence)
            for bead in beads
        ]

    def solve(self, pair: Pair, anchors: Anchors, vector: NDArray[np.float64]) -> tuple[Bead, ...]:
        """Best beads in a band along the anchors, which widens where the path touches its edge."""
        n, m = pair.shape
        processes = self.options.processes
        margins = np.full(n + 1, self.options.margin, dtype=np.int64)
        band = band_of(anchors, n, m, margin=margins)
        known = None
        for widening in range(_WIDENINGS + 1):
            potentials = edge_potentials(pair, band, vector, known=known, processes=processes)
            known = (band, potentials)
            probability, path = self._decoded(band, potentials, anchors)
            touched = _touched(band, path)
            if not len(touched) or widening == _WIDENINGS:
                break
            margins = _widened(margins, touched)
            wider = band_of(anchors, n, m, margin=margins)
            if wider.n_nodes > max(_MOST_NODES + _NODES_A_ROW * (n + m), band.n_nodes):
                log.info("the path touches the band's edge at %d rows; too many", len(touched))
                break
            log.info("the path touches the band's edge at %d rows; widening there", len(touched))
            band = wider
        if self.texts is not None:
            better = corrected(pair, band, potentials, probability, vector, self.texts)
            if better is not None:
                probability, path = self._decoded(band, better, anchors)
        return _beads(band, path, probability, self.weights)

    def _decoded(self, band: Band, potentials: Floats, anchors: Anchors) -> tuple[Floats, Path]:
        """Posterior of every edge, and the path of most expected beads."""
        seams = seams_of(anchors) if band.n_source > _TWO_PASSES else []
        if seams:
            probability = posteriors_in_pieces(
                band, potentials, seams, processes=self.options.processes
            )
        else:
            probability = posteriors(band, potentials)[0]
        return probability, most_expected(band, probability, cost=self.weights.decision)


def _widened(margins: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Margins four times as wide around `rows`."""
    wider = margins.copy()
    for row in rows.tolist():
        reach = 4 * int(margins[row])
        near = slice(max(row - reach, 0), row + reach)
        wider[near] = np.maximum(wider[near], reach)
    return wider


def _touched(band: Band, path: Path) -> NDArray[np.int64]:
    """Rows where the path runs along an edge of the band that could lie farther out."""
    nodes = np.array([node for node, _ in path], dtype=np.int64)
    rows = np.searchsorted(band.offset, nodes, side="right") - 1
    columns = nodes - band.offset[rows] + band.low[rows]
    at_low = (columns <= band.low[rows]) & (band.low[rows] > 0)
    at_high = (columns >= band.high[rows]) & (band.high[rows] < band.n_target)
    return rows[at_low | at_high]


def _beads(
    band: Band, path: Path, probability: NDArray[np.float32], weights: Weights
) -> tuple[Bead, ...]:
    """The beads of a path through the lattice, with their calibrated probabilities."""
    nodes = np.array([node for node, _ in path])
    kinds = np.array([kind for _, kind in path])
    value = probability[nodes, kinds].astype(np.float64)
    # A gap's two kinds of edge are one bead; the lattice tells them apart for the price only.
    for opening in (DELETE_OPEN, INSERT_OPEN):
        gap = (kinds == opening) | (kinds == opening + 1)
        value[gap] = probability[nodes[gap], opening] + probability[nodes[gap], opening + 1]
    confidence = np.round(weights.calibrated(np.minimum(value, 1.0)), 4).tolist()
    return tuple(
        Bead(source, target, score)
        for (source, target), score in zip(edge_ranges(band, path), confidence, strict=True)
    )


def _similarity(pair: Pair, beads: Sequence[Bead]) -> float:
    """Mean cosine above chance of the beads with text on both sides; gaps count as 0."""
    both = [bead for bead in beads if len(bead.source) and len(bead.target)]
    rows, a, source = _bead_sums(pair.source.vectors, [bead.source for bead in both])
    columns, b, target = _bead_sums(pair.target.vectors, [bead.target for bead in both])
    norms = pair.source_runs.norms[a, rows] * pair.target_runs.norms[b, columns]
    cosines = np.einsum("kd,kd->k", source, target) / norms
    chance = (pair.source_runs.chance[0, rows] + pair.target_runs.chance[0, columns]) / 2
    sizes = pair.source_runs.lengths[a, rows] + pair.target_runs.lengths[b, columns]
    total = float((sizes * (cosines - chance)).sum(dtype=np.float64))
    return total / max(float(pair.source.lengths.sum() + pair.target.lengths.sum()), 1.0)


def _bead_sums(
    vectors: NDArray[np.float32], runs: Sequence[range]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Where runs of sentences begin, how many more they hold, and the sums of their vectors."""
    starts = np.array([run.start for run in runs], dtype=np.int64)
    more = np.array([len(run) - 1 for run in runs], dtype=np.int64)
    sums = vectors[starts]
    for step in range(1, int(more.max(initial=0)) + 1):
        longer = np.flatnonzero(more >= step)
        sums[longer] += vectors[starts[longer] + step]
    return starts, more, sums
