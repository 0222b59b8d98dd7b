"""Align two documents: anchors, band, two passes of the lattice, beads with their confidence."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from align import __version__
from align.alignment.anchors import Anchors, band_of, find_anchors, seams_of
from align.alignment.band import Band
from align.alignment.closeness import with_word_pairs
from align.alignment.doubt import Texts, corrected
from align.alignment.features import N_FEATURES, edge_features
from align.alignment.inference import (
    Path,
    edge_ranges,
    most_expected,
    posteriors,
    posteriors_in_pieces,
)
from align.alignment.kinds import DELETE_OPEN, INSERT_OPEN, MAX_SENTENCES, N_KINDS
from align.alignment.pair import Pair, make_pair
from align.alignment.reach import BLOCK
from align.alignment.sides import Side, make_sides, slice_side
from align.alignment.surface import Surface, reading_surfaces
from align.alignment.tables import stacks
from align.alignment.weights import Weights, load_weights
from align.datatypes import Alignment, Bead, Document, Signature
from align.document import SEGMENTER_VERSION
from align.embedding.protocol import Encoder, TokenEncoder
from align.embedding.words import Words
from align.forked import together

log = logging.getLogger(__name__)

# Sentences on the longer side; beyond, word pairs come from the anchors and posteriors in pieces.
_TWO_PASSES = 3_000
_SHARE = 500  # rows; fewer are done before a second process has begun
_WIDENINGS = 3  # times that the band may be widened where the path touches its edge

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
) -> tuple[Alignment, Evidence | None]:
    """`align`, and what was seen on the way; no evidence where a side is empty.

    `surfaces` gives what `surface_of` finds in the two documents, where somebody reads it already.
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
    beads, evidence = _align_sides(sides, unit, texts, options, weights)
    return Alignment(source.segments, target.segments, beads, signature), evidence


def _unaligned(n: int, m: int) -> tuple[Bead, ...]:
    """Nothing on one side: every sentence is alone, surely."""
    alone = [Bead(range(i, i + 1), range(0)) for i in range(n)]
    return tuple(alone + [Bead(range(n, n), range(j, j + 1)) for j in range(m)])


def _lexical_encoder(encoder: Encoder) -> TokenEncoder:
    if isinstance(encoder, TokenEncoder):
        return encoder
    from align.embedding.load import load_encoder

    return cast(TokenEncoder, load_encoder(None))


def _renumbered(
    words: Words, sides: tuple[Side, Side]
) -> tuple[tuple[Side, Side], NDArray[np.float32]]:
    """The sides with their tokens numbered from 0 on, and those tokens' unit vectors (tokens, dim).

    A document holds a part of the vocabulary only: vectors that lie close together are quicker.
    """
    used = np.unique(np.concatenate([side.tokens.ids for side in sides]))
    used = used[used >= 0] if used[-1] >= 0 else np.zeros(1, dtype=used.dtype)  # one row at least
    places = np.full(len(words.weights) + 1, -1, dtype=np.int32)  # the last one for the token -1
    places[used] = np.arange(len(used), dtype=np.int32)
    source, target = (
        replace(side, tokens=replace(side.tokens, ids=places[side.tokens.ids])) for side in sides
    )
    return (source, target), words.units(used)


def _align_sides(
    sides: tuple[Side, Side],
    unit: NDArray[np.float32],
    texts: Texts | None,
    options: AlignOptions,
    weights: Weights,
) -> tuple[tuple[Bead, ...], Evidence]:
    anchors = find_anchors(sides[0].vectors, sides[1].vectors)
    log.info("%d anchors for %d and %d sentences", len(anchors.chain), *map(len, sides))
    pair = make_pair(*sides, unit)
    if max(map(len, sides)) <= _TWO_PASSES:
        pair = with_word_pairs(pair, anchors, ())
        first = _solve_pinned(pair, anchors, options, weights, weights.first)
        known = [(bead.source, bead.target, bead.confidence) for bead in first]
    else:
        rows, columns = (place.tolist() for place in anchors.pairs)
        known = [
            (range(i, i + 1), range(j, j + 1), 1.0) for i, j in zip(rows, columns, strict=True)
        ]
    pair = with_word_pairs(pair, anchors, known)
    beads = _solve_pinned(pair, anchors, options, weights, weights.second, texts)
    return beads, Evidence(pair, anchors, _similarity(pair, beads))


def _solve_pinned(
    pair: Pair,
    anchors: Anchors,
    options: AlignOptions,
    weights: Weights,
    vector: NDArray[np.float64],
    texts: Texts | None = None,
) -> tuple[Bead, ...]:
    """Beads of the whole pair, each stretch between pins on its own."""
    if not options.pins:
        return _solve(pair, anchors, options, weights, vector, texts)
    beads: list[Bead] = []
    i = j = 0
    n, m = pair.shape
    for source, target in [*sorted(options.pins, key=_place), (range(n, n), range(m, m))]:
        if source.start < i or target.start < j or source.stop > n or target.stop > m:
            raise ValueError(f"pin {source}:{target} overlaps or crosses another, or is outside")
        rows, columns = (i, source.start), (j, target.start)
        part = texts and texts.part(rows, columns)
        beads += _stretch(pair, rows, columns, options, weights, vector, part)
        if len(source) or len(target):
            beads.append(Bead(source, target, 1.0))
        i, j = source.stop, target.stop
    return tuple(beads)


def _place(pin: Pin) -> tuple[int, int]:
    return pin[0].start, pin[1].start


def _stretch(
    pair: Pair,
    rows: tuple[int, int],
    columns: tuple[int, int],
    options: AlignOptions,
    weights: Weights,
    vector: NDArray[np.float64],
    texts: Texts | None,
) -> list[Bead]:
    """Beads of part of a pair, judged by what the whole document taught."""
    n, m = rows[1] - rows[0], columns[1] - columns[0]
    if n and m:
        part = replace(
            make_pair(slice_side(pair.source, *rows), slice_side(pair.target, *columns), pair.unit),
            lexicon=pair.lexicon,
            ratio=pair.ratio,
            structure=pair.structure,
            quotation=pair.quotation,
            closeness=pair.closeness,
            source_chance=pair.source_chance[:, rows[0] : rows[1]],
            target_chance=pair.target_chance[:, columns[0] : columns[1]],
        )
        anchors = find_anchors(part.source.vectors, part.target.vectors)
        beads = _solve(part, anchors, options, weights, vector, texts)
    else:
        beads = _unaligned(n, m)
    return [
        Bead(_shift(bead.source, rows[0]), _shift(bead.target, columns[0]), bead.confidence)
        for bead in beads
    ]


def _shift(sentences: range, by: int) -> range:
    return range(sentences.start + by, sentences.stop + by)


def _solve(
    pair: Pair,
    anchors: Anchors,
    options: AlignOptions,
    weights: Weights,
    vector: NDArray[np.float64],
    texts: Texts | None = None,
) -> tuple[Bead, ...]:
    """Best beads in a band along the anchors, which widens where the path touches its edge."""
    n, m = pair.shape
    margins = np.full(n + 1, options.margin, dtype=np.int64)
    known = None
    for widening in range(_WIDENINGS + 1):
        band = band_of(anchors, n, m, margin=margins)
        potentials = edge_potentials(pair, band, vector, known=known, processes=options.processes)
        known = (band, potentials)
        probability = _posteriors(band, potentials, anchors, options.processes)
        path = most_expected(band, probability, cost=weights.decision)
        touched = _touched(band, path)
        if not len(touched) or widening == _WIDENINGS:
            break
        log.info("the path touches the band's edge at %d rows; widening there", len(touched))
        margins = _widened(margins, touched)
    if texts is not None:
        better = corrected(pair, band, potentials, probability, vector, texts)
        if better is not None:
            probability = _posteriors(band, better, anchors, options.processes)
            path = most_expected(band, probability, cost=weights.decision)
    return _beads(band, path, probability, weights)


def _posteriors(
    band: Band, potentials: NDArray[np.float32], anchors: Anchors, processes: int
) -> NDArray[np.float32]:
    seams = seams_of(anchors) if band.n_source > _TWO_PASSES else []
    if seams:
        return posteriors_in_pieces(band, potentials, seams, processes=processes)
    return posteriors(band, potentials)[0]


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


def edge_potentials(
    pair: Pair,
    band: Band,
    vector: NDArray[np.float64],
    *,
    known: tuple[Band, NDArray[np.float32]] | None = None,
    processes: int = 1,
) -> NDArray[np.float32]:
    """Log weight of every edge of the band, float32 (n_nodes, N_KINDS).

    `known` is an earlier band of the pair with its potentials: they are taken over where the two
    bands are the same. The result does not depend on the number of processes.
    """
    assert vector.shape == (N_FEATURES,)
    weight = vector.astype(np.float32)
    table = np.full((band.n_nodes, N_KINDS), -np.inf, dtype=np.float32)
    stretches = [(0, len(band.low))]
    if known is not None:
        stretches = _take_over(band, table, *known)
    shares = _shares(stretches, processes)
    found = together([partial(_potentials, pair, band, weight, share) for share in shares])
    for share, parts in zip(shares, found, strict=True):
        for (first, last), part in zip(share, parts, strict=True):
            table[band.offset[first] : band.offset[last]] = part
    return table


def _potentials(
    pair: Pair, band: Band, weight: NDArray[np.float32], stretches: Sequence[tuple[int, int]]
) -> list[NDArray[np.float32]]:
    """The potentials of some stretches of rows, a table each."""
    found = []
    # Products of this size are slower with a second BLAS thread, which spins between them.
    with threadpool_limits(1, "blas"):
        for first, last in stretches:
            base = int(band.offset[first])
            nodes = int(band.offset[last]) - base
            table = np.full((nodes, N_KINDS), -np.inf, dtype=np.float32)
            for tables in stacks(pair, band, (first, last)):
                for kind, numbers, _, values in edge_features(pair, tables, band, prune=True):
                    total = np.zeros(len(numbers), dtype=np.float32)
                    for feature, column in values.items():
                        if weight[feature]:
                            total += weight[feature] * column
                    table[numbers - base, kind] = total
            found.append(table)
    return found


def _shares(stretches: Sequence[tuple[int, int]], processes: int) -> list[list[tuple[int, int]]]:
    """Stretches of rows dealt out to processes: about as many rows each, none fewer than _SHARE.

    They are cut where windows begin anyway, so that what is computed stays the same.
    """
    rows = sum(last - first for first, last in stretches)
    size = max(-(-rows // processes), _SHARE)
    shares: list[list[tuple[int, int]]] = [[]]
    room = size
    for first, last in stretches:
        while first < last:
            if room <= 0:
                shares.append([])
                room = size
            cut = min(first + -(-room // BLOCK) * BLOCK, last)
            shares[-1].append((first, cut))
            room -= cut - first
            first = cut
    return shares


def _take_over(
    band: Band, table: NDArray[np.float32], old: Band, known: NDArray[np.float32]
) -> list[tuple[int, int]]:
    """Copy the potentials of rows whose edges are the same in both bands; give the others' rows."""
    differs = (band.low != old.low) | (band.high != old.high)
    changed = differs.copy()
    for step in range(1, MAX_SENTENCES):  # an edge leads so many rows on
        changed[:-step] |= differs[step:]
    cuts = np.flatnonzero(np.diff(changed)) + 1
    stretches = []
    for first, last in pairwise([0, *cuts.tolist(), len(changed)]):
        if changed[first]:
            stretches.append((first, last))
        else:
            table[band.offset[first] : band.offset[last]] = known[
                old.offset[first] : old.offset[last]
            ]
    return stretches


def _beads(
    band: Band, path: Path, probability: NDArray[np.float32], weights: Weights
) -> tuple[Bead, ...]:
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
    norms = pair.source_norms[a, rows] * pair.target_norms[b, columns]
    cosines = np.einsum("kd,kd->k", source, target) / norms
    chance = (pair.source_chance[0, rows] + pair.target_chance[0, columns]) / 2
    sizes = pair.source_length[a, rows] + pair.target_length[b, columns]
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
