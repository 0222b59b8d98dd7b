"""What the aligner looks at: named numbers for every edge of the lattice.

A match of a source and b target sentences is described by how alike the two spans are, how well
each covers the other, whether a clause of it belongs to a neighbour, lengths, numbers and names in
common, paragraph structure and closing punctuation; a sentence left alone by how well anything near
would have covered it. Every feature is bounded, so that none can outvote all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from align.alignment import lexical
from align.alignment.band import Band
from align.alignment.kinds import DELETE_OPEN, INSERT_OPEN, MATCHES, MAX_SENTENCES
from align.alignment.lexical import Window
from align.alignment.sides import Side

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_BIASES: tuple[tuple[tuple[int, int], ...], ...] = (
    ((1, 1),),
    ((1, 2),),
    ((2, 1),),
    ((2, 2),),
    ((1, 3),),
    ((3, 1),),
    ((2, 3),),
    ((3, 2),),
    tuple((1, b) for b in range(4, MAX_SENTENCES)),
    tuple((a, 1) for a in range(4, MAX_SENTENCES)),
)
_BIAS_OF = {kind: index for index, group in enumerate(_BIASES) for kind in group}

MATCH_FEATURES: tuple[str, ...] = (
    *(f"bias {group[0][0]}-{group[0][1]}" for group in _BIASES),
    "bias larger",
    "sentences",  # above two
    "cosine",
    "cosine by sentences",
    "source coverage",
    "target coverage",
    "least coverage",
    "least coverage by sentences",
    "worst source clause",
    "worst target clause",
    "source clause outside",
    "target clause outside",
    "length",
    "length squared",
    "values shared",
    "values missing",
    "paragraph start inside source",
    "paragraph start inside target",
    "paragraph start on one side",
    "label equal",
    "label different",
    "label inside",
    "speaker on one side",
    "ending equal",
    "ending different",
    "quotation on one side",
    "quotation on both sides",
)
GAP_FEATURES: tuple[str, ...] = (
    "gap in target",  # a source sentence alone
    "gap in source",
    "gap goes on",
    "gap best coverage",
    "gap best cosine",
    "gap length",
    "gap at label",
    "gap at paragraph start",
    "gap quotation on one side",
)
FEATURES = MATCH_FEATURES + GAP_FEATURES
N_FEATURES = len(FEATURES)
_SMALL_BEAD = 4  # sentences
_PRUNED = 2.5  # deviation of lengths
_AT = {name: index for index, name in enumerate(FEATURES)}
_N_BIASES = len(_BIASES) + 1


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides and what is computed once for the whole document."""

    source: Side
    target: Side
    unit: Floats  # unit token vectors (vocabulary, dim)
    lexicon: csr_array | None  # the document's own word pairs
    source_norms: Floats  # (7, n): length of the sum vector of each run
    target_norms: Floats
    source_chance: Floats  # (7, n): mean cosine of each run with sentences anywhere
    target_chance: Floats
    source_weight: Floats  # (7, n): token weight of each run
    target_weight: Floats
    source_length: Floats  # (7, n): characters of each run
    target_length: Floats
    source_values: Floats  # (7, n): numbers and names of each run
    target_values: Floats
    ratio: float  # target characters for one source character
    structure: float  # in [0, 1]: how far paragraph starts can be trusted
    quotation: float  # in [0, 1]: how far quotation marks can be trusted

    @property
    def shape(self) -> tuple[int, int]:
        """Number of source and of target sentences."""
        return len(self.source), len(self.target)


def make_pair(source: Side, target: Side, unit: Floats, lexicon: csr_array | None = None) -> Pair:
    """Derive what the features of a document pair share."""
    source_norms, source_chance = _spans(source.vectors, target.vectors)
    target_norms, target_chance = _spans(target.vectors, source.vectors)
    return Pair(
        source,
        target,
        unit,
        lexicon,
        source_norms,
        target_norms,
        source_chance,
        target_chance,
        _runs(np.add.reduceat(source.tokens.weights, source.tokens.bounds[:-1])),
        _runs(np.add.reduceat(target.tokens.weights, target.tokens.bounds[:-1])),
        _runs(source.lengths),
        _runs(target.lengths),
        _runs(np.add.reduceat(source.values.weights, source.values.bounds[:-1])),
        _runs(np.add.reduceat(target.values.weights, target.values.bounds[:-1])),
        float(target.lengths.sum() / max(source.lengths.sum(), 1.0)),
        _structure_trust(source, target),
        _quotation_trust(source, target),
    )


def _spans(vectors: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Length of the sum of each run of 1..7 vectors, and its mean cosine with the other side."""
    n = len(vectors)
    lengths = np.linalg.norm(others, axis=1, keepdims=True)
    mean = (others / np.maximum(lengths, 1e-6)).mean(axis=0)
    norms = np.ones((MAX_SENTENCES - 1, n), dtype=np.float32)
    chance = np.zeros((MAX_SENTENCES - 1, n), dtype=np.float32)
    running = vectors.copy()
    for size in range(1, min(MAX_SENTENCES, n + 1)):
        if size > 1:
            running = running[:-1] + vectors[size - 1 :]
        norms[size - 1, : len(running)] = np.maximum(np.linalg.norm(running, axis=1), 1e-6)
        chance[size - 1, : len(running)] = running @ mean / norms[size - 1, : len(running)]
    return norms, chance


def _runs(amounts: Floats) -> Floats:
    """Sum of `amounts` over runs of 1..7 that begin at each place, (7, n); short ones at the end."""
    sums = np.repeat(amounts[None, :].astype(np.float32), MAX_SENTENCES - 1, axis=0)
    for size in range(2, MAX_SENTENCES):
        sums[size - 1] = sums[size - 2]
        sums[size - 1, : 1 - size] += amounts[size - 1 :]
    return sums


def _structure_trust(source: Side, target: Side) -> float:
    """1 when both sides have as many paragraphs, several sentences long; 0 when they do not fit.

    One sentence a line, or paragraphs on one side only, say nothing about beads.
    """
    a, b = int(source.starts[:-1].sum()), int(target.starts[:-1].sum())
    if min(a, b) < 2:
        return 0.0
    alike = 2.0 * min(a, b) / max(a, b) - 1.0
    sizes = (len(source) + len(target)) / (a + b) - 1.0
    return float(np.clip(alike, 0.0, 1.0) * np.clip(sizes / 0.5, 0.0, 1.0))


def _quotation_trust(source: Side, target: Side) -> float:
    """1 when both sides quote about as much; 0 when one hardly does."""
    a, b = float(source.quoted.mean()), float(target.quoted.mean())
    return float(np.clip(3.0 * min(a, b) / max(a, b, 1e-6) - 0.5, 0.0, 1.0)) if a and b else 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of the lattice as grids: (rows, columns) of a window, and what to read off them.

    Grid cell (r, c) is the node (window.source.start + r, window.target.start + c).
    """

    pair: Pair
    window: Window
    dots: NDArray[np.float64]  # (rows + 1, columns + 1): 2-d running sum of dot products
    source_cover: list[tuple[Floats, ...]]  # by size of run: mass, worst, before, after
    target_cover: list[tuple[Floats, ...]]  # the same, turned to (rows, columns)
    source_values: list[Floats]  # by size of run: values of the sentence that the run has
    target_values: list[Floats]
    cosines: Floats


ROWS = 32  # of a block: more waste cells, fewer waste calls


def blocks(pair: Pair, band: Band) -> Iterator[Block]:
    """Walk the band in blocks of rows; memory is that of one block."""
    for window in lexical.windows(band, ROWS):
        yield make_block(pair, window)


def make_block(pair: Pair, window: Window) -> Block:
    """Compute the tables of one window."""
    source, target = pair.source, pair.target
    by_target, by_source = lexical.similarities(
        source.tokens, target.tokens, window, pair.unit, pair.lexicon
    )
    value_target, value_source = lexical.similarities(
        source.values, target.values, window, None, None
    )
    products = source.vectors[window.source] @ target.vectors[window.target].T
    dots = np.zeros((products.shape[0] + 1, products.shape[1] + 1))
    dots[1:, 1:] = products.cumsum(axis=0, dtype=np.float64).cumsum(axis=1)
    norms = pair.source_norms[0, window.source, None] * pair.target_norms[0, None, window.target]
    return Block(
        pair=pair,
        window=window,
        dots=dots,
        source_cover=lexical.coverage(by_target, source.tokens, window.source),
        target_cover=[
            tuple(np.ascontiguousarray(table.T) for table in tables)
            for tables in lexical.coverage(by_source, target.tokens, window.target)
        ],
        source_values=lexical.shared(value_target, source.values, window.source),
        target_values=[
            np.ascontiguousarray(table.T)
            for table in lexical.shared(value_source, target.values, window.target)
        ],
        cosines=(products / norms).astype(np.float32),
    )


def edge_features(
    block: Block, band: Band, *, prune: bool = False
) -> Iterator[tuple[int, Ints, Ints, dict[int, Floats]]]:
    """For each kind of edge: (kind, node numbers, nodes after, feature index -> values).

    Only edges that stay in the band are given; features that are 0 everywhere are left out. `prune`
    leaves out large beads whose lengths do not fit at all: they have next to no probability.
    """
    i, j = band.nodes(block.window.first, block.window.last)
    numbers = np.arange(band.offset[block.window.first], band.offset[block.window.last])
    running = _Running(block)
    for kind, (a, b) in enumerate(MATCHES):
        after = band.number(i + a, j + b)
        inside = after >= 0
        if prune and a + b > _SMALL_BEAD:
            inside[inside] = _deviation(block.pair, a, b, i[inside], j[inside]) < _PRUNED
        if inside.any():
            values = _match(block, running, a, b, i[inside], j[inside])
            yield kind, numbers[inside], after[inside], values
    for on_source in (True, False):
        after = band.number(i + 1, j) if on_source else band.number(i, j + 1)
        inside = after >= 0
        if inside.any():
            values = _gap(block, i[inside], j[inside], on_source=on_source)
            kind = DELETE_OPEN if on_source else INSERT_OPEN
            yield kind, numbers[inside], after[inside], values
            extended = values | {_AT["gap goes on"]: np.ones(int(inside.sum()), dtype=np.float32)}
            yield kind + 1, numbers[inside], after[inside], extended


class _Running:
    """Sums, minima and maxima of the coverage tables over runs, each computed once.

    For a bead (a, b): source tables for runs of b summed over a rows, target tables for runs of a
    over b columns.
    """

    def __init__(self, block: Block) -> None:
        self.source = [
            _accumulate([*tables, values], MAX_SENTENCES - size - 1, axis=0)
            for size, (tables, values) in enumerate(
                zip(block.source_cover, block.source_values, strict=True)
            )
        ]
        self.target = [
            _accumulate([*tables, values], MAX_SENTENCES - size - 1, axis=1)
            for size, (tables, values) in enumerate(
                zip(block.target_cover, block.target_values, strict=True)
            )
        ]


_REDUCE = (np.add, np.minimum, np.maximum, np.maximum, np.add)


def _accumulate(tables: list[Floats], most: int, axis: int) -> list[list[Floats]]:
    """For runs of 1..most rows (or columns): the reduced tables, anchored at the first of the run."""
    levels = [tables]
    for size in range(2, most + 1):
        level = []
        for reduce, table, last in zip(_REDUCE, tables, levels[-1], strict=True):
            new = last.copy()
            if axis == 0 and table.shape[0] >= size:
                reduce(last[: 1 - size], table[size - 1 :], out=new[: 1 - size])
            elif axis == 1 and table.shape[1] >= size:
                reduce(last[:, : 1 - size], table[:, size - 1 :], out=new[:, : 1 - size])
            level.append(new)
        levels.append(level)
    return levels


def _match(block: Block, running: _Running, a: int, b: int, i: Ints, j: Ints) -> dict[int, Floats]:
    """Features of matches of a source and b target sentences that begin at nodes (i, j)."""
    pair = block.pair
    r, c = i - block.window.source.start, j - block.window.target.start
    source, target = pair.source, pair.target
    sentences = float(a + b - 2)
    ones = np.ones(len(i), dtype=np.float32)
    out: dict[int, Floats] = {_BIAS_OF.get((a, b), len(_BIASES)): ones}
    out[_AT["sentences"]] = ones * sentences

    width = block.dots.shape[1]
    corner = r * width + c
    sums = block.dots.ravel()
    below = corner + a * width
    dots = sums.take(below + b) - sums.take(corner + b) - sums.take(below) + sums.take(corner)
    chance = (pair.source_chance[a - 1][i] + pair.target_chance[b - 1][j]) / 2
    cosine = dots / (pair.source_norms[a - 1][i] * pair.target_norms[b - 1][j])
    cosine = np.clip((cosine - chance) / np.maximum(1.0 - chance, 0.1), -1.0, 1.0)
    out[_AT["cosine"]] = cosine.astype(np.float32)
    out[_AT["cosine by sentences"]] = out[_AT["cosine"]] * sentences

    # `take` on flat arrays: several times as quick as indexing with two arrays.
    cell = r * block.cosines.shape[1] + c
    s_mass, s_worst, s_before, s_after, s_values = (
        table.take(cell) for table in running.source[b - 1][a - 1]
    )
    t_mass, t_worst, t_before, t_after, t_values = (
        table.take(cell) for table in running.target[a - 1][b - 1]
    )
    s_cover = s_mass / pair.source_weight[a - 1][i]
    t_cover = t_mass / pair.target_weight[b - 1][j]
    least = np.minimum(s_cover, t_cover)
    out[_AT["source coverage"]] = s_cover
    out[_AT["target coverage"]] = t_cover
    out[_AT["least coverage"]] = least
    out[_AT["least coverage by sentences"]] = least * sentences
    out[_AT["worst source clause"]] = s_worst
    out[_AT["worst target clause"]] = t_worst
    out[_AT["source clause outside"]] = np.maximum(s_before, s_after)
    out[_AT["target clause outside"]] = np.maximum(t_before, t_after)

    deviation = _deviation(pair, a, b, i, j)
    out[_AT["length"]] = deviation
    out[_AT["length squared"]] = deviation**2 / 6.0

    n_values = pair.source_values[a - 1][i] + pair.target_values[b - 1][j]
    shared = s_values + t_values
    out[_AT["values shared"]] = np.minimum(shared, 6.0) / 2
    out[_AT["values missing"]] = np.minimum(n_values - shared, 6.0) / 2

    _structure(pair, a, b, i, j, out)
    same = source.endings[i + a - 1] == target.endings[j + b - 1]
    plain = (source.endings[i + a - 1] | target.endings[j + b - 1]) == 0
    out[_AT["ending equal"]] = (same & ~plain).astype(np.float32)
    out[_AT["ending different"]] = (~same).astype(np.float32)
    if pair.quotation:
        s_quoted, t_quoted = source.quoted[i + a], target.quoted[j + b]
        trust = np.float32(pair.quotation)
        out[_AT["quotation on one side"]] = (s_quoted != t_quoted).astype(np.float32) * trust
        out[_AT["quotation on both sides"]] = (s_quoted & t_quoted).astype(np.float32) * trust
    return out


def _deviation(pair: Pair, a: int, b: int, i: Ints, j: Ints) -> Floats:
    """How far the lengths are from the document's ratio, in [0, 6]: 1 is usual."""
    source_length = pair.source_length[a - 1][i]
    length = np.log(pair.target_length[b - 1][j] / (source_length * pair.ratio))
    # Short sentences vary more: the deviation shrinks with the root of the length.
    spread = 0.25 + 1.5 / np.sqrt(source_length)
    result: Floats = np.minimum(np.abs(length) / spread, 6.0).astype(np.float32)
    return result


def _structure(pair: Pair, a: int, b: int, i: Ints, j: Ints, out: dict[int, Floats]) -> None:
    source, target, trust = pair.source, pair.target, np.float32(pair.structure)
    label_s, label_t = source.labels[i], target.labels[j]
    out[_AT["label equal"]] = ((label_s == label_t) & (label_s > 0)).astype(np.float32)
    both = (label_s > 0) & (label_t > 0)
    out[_AT["label different"]] = (both & (label_s != label_t)).astype(np.float32)
    inside = np.zeros(len(i), dtype=np.float32)
    for step in range(1, a):
        inside += source.labels[i + step] > 0
    for step in range(1, b):
        inside += target.labels[j + step] > 0
    out[_AT["label inside"]] = inside
    if trust == 0.0:
        return
    for name, side, size, at in (
        ("paragraph start inside source", source, a, i),
        ("paragraph start inside target", target, b, j),
    ):
        if size > 1:
            count = sum(side.starts[at + step].astype(np.float32) for step in range(1, size))
            out[_AT[name]] = np.asarray(count, dtype=np.float32) * trust
    one = source.starts[i] != target.starts[j]
    out[_AT["paragraph start on one side"]] = one.astype(np.float32) * trust
    out[_AT["speaker on one side"]] = (source.speakers[i] != target.speakers[j]).astype(np.float32)


def _gap(block: Block, i: Ints, j: Ints, *, on_source: bool) -> dict[int, Floats]:
    """Features of a sentence without a counterpart, at nodes (i, j)."""
    pair = block.pair
    r, c = i - block.window.source.start, j - block.window.target.start
    side, index = (pair.source, i) if on_source else (pair.target, j)
    mass = (block.source_cover if on_source else block.target_cover)[0][0]
    weight = (pair.source_weight if on_source else pair.target_weight)[0, index]
    cover = _near(mass, r, c, on_source=on_source) / weight
    cosine = _near(block.cosines, r, c, on_source=on_source)
    ones = np.ones(len(i), dtype=np.float32)
    return {
        _AT["gap in target" if on_source else "gap in source"]: ones,
        _AT["gap best coverage"]: cover,
        _AT["gap best cosine"]: np.clip(cosine, -1.0, 1.0),
        _AT["gap length"]: np.log(np.maximum(side.lengths[index], 1.0)).astype(np.float32) / 4,
        _AT["gap at label"]: (side.labels[index] > 0).astype(np.float32),
        _AT["gap at paragraph start"]: side.starts[index].astype(np.float32)
        * np.float32(pair.structure),
        _AT["gap quotation on one side"]: (
            pair.source.quoted[i + on_source] != pair.target.quoted[j + (not on_source)]
        ).astype(np.float32)
        * np.float32(pair.quotation),
    }


def _near(table: Floats, r: Ints, c: Ints, *, on_source: bool) -> Floats:
    """The best value of a sentence's row (or column) within NEAR sentences of the node."""
    best = np.full(len(r), -1.0, dtype=np.float32)
    along, across, limit = (r, c, table.shape[1]) if on_source else (c, r, table.shape[0])
    for step in range(-lexical.NEAR, lexical.NEAR):
        place = across + step
        inside = (place >= 0) & (place < limit)
        place = np.where(inside, place, 0)
        value = table[along, place] if on_source else table[place, along]
        np.maximum(best, np.where(inside, value, -1.0), out=best)
    return np.maximum(best, 0.0)
