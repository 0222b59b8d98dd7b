"""What the aligner looks at: named numbers for every edge of the lattice.

A match of a source and b target sentences is described by how alike the two spans are, how well
each covers the other, what the match owes to each outer sentence, whether a clause of it belongs to
a neighbour, lengths, numbers and names in common, paragraph structure and closing punctuation; a
sentence left alone by how well anything near would have covered it, and by how closely the whole
translation keeps to the words. Every feature is bounded, so that none can outvote all others.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from align.alignment.lattice.band import Band
from align.alignment.lattice.bead_types import DELETE_OPEN, INSERT_OPEN, MATCHES, MAX_SENTENCES
from align.alignment.model.pair import Pair
from align.alignment.model.tables import Runs, Tables

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
    "least gain",
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
    "gap by literalness",  # of the translation; where a gap opens
    "gap best coverage",
    "gap best coverage by literalness",
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
_NEXT_TO_NOTHING = np.float32(0.01)  # gain of a sentence, for its weight
_MOST_GAIN = np.log1p(1 / _NEXT_TO_NOTHING)
_AT = {name: index for index, name in enumerate(FEATURES)}


def edge_features(
    pair: Pair, tables: Tables, band: Band, *, prune: bool = False
) -> Iterator[tuple[int, Ints, Ints, dict[int, Floats]]]:
    """For each kind of edge: (kind, node numbers, nodes after, feature index -> values).

    Only edges that stay in the band are given; features that are 0 everywhere are left out. `prune`
    leaves out large beads whose lengths do not fit at all: they have next to no probability.
    """
    i, j = band.nodes(tables.first, tables.last)
    numbers = np.arange(band.offset[tables.first], band.offset[tables.last])
    for kind, (a, b) in enumerate(MATCHES):
        after = band.number(i + a, j + b)
        inside = after >= 0
        if prune and a + b > _SMALL_BEAD:
            inside[inside] = _deviation(pair, a, b, i[inside], j[inside]) < _PRUNED
        if inside.any():
            at = np.flatnonzero(inside)
            values = _match(pair, tables, a, b, at, i[at], j[at])
            yield kind, numbers[at], after[at], values
    for on_source in (True, False):
        after = band.number(i + 1, j) if on_source else band.number(i, j + 1)
        inside = after >= 0
        if inside.any():
            at = np.flatnonzero(inside)
            values = _gap(pair, tables, at, i[at], j[at], on_source=on_source)
            kind = DELETE_OPEN if on_source else INSERT_OPEN
            ones = np.ones(len(at), dtype=np.float32)
            opens = values | {_AT["gap by literalness"]: ones * np.float32(pair.traits.literalness)}
            yield kind, numbers[at], after[at], opens
            yield kind + 1, numbers[at], after[at], values | {_AT["gap goes on"]: ones}


def _match(
    pair: Pair, tables: Tables, a: int, b: int, at: Ints, i: Ints, j: Ints
) -> dict[int, Floats]:
    """Features of matches of a source and b target sentences that begin at nodes (i, j).

    `at` are the nodes' places in the tables.
    """
    source, target = pair.source, pair.target
    sentences = float(a + b - 2)
    ones = np.ones(len(i), dtype=np.float32)
    out: dict[int, Floats] = {_BIAS_OF.get((a, b), len(_BIASES)): ones}
    out[_AT["sentences"]] = ones * sentences

    dots = tables.source.dots[a - 1][b - 1].take(at)
    chance = (pair.source_runs.chance[a - 1][i] + pair.target_runs.chance[b - 1][j]) / 2
    cosine = dots / (pair.source_runs.norms[a - 1][i] * pair.target_runs.norms[b - 1][j])
    cosine = np.clip((cosine - chance) / np.maximum(1.0 - chance, 0.1), -1.0, 1.0)
    out[_AT["cosine"]] = cosine.astype(np.float32)
    out[_AT["cosine by sentences"]] = out[_AT["cosine"]] * sentences

    s_mass, s_worst, s_outside, s_values = _read(tables.source, a, b, at)
    t_mass, t_worst, t_outside, t_values = _read(tables.target, b, a, at)
    s_cover = s_mass / pair.source_runs.weights[a - 1][i]
    t_cover = t_mass / pair.target_runs.weights[b - 1][j]
    least = np.minimum(s_cover, t_cover)
    out[_AT["source coverage"]] = s_cover
    out[_AT["target coverage"]] = t_cover
    out[_AT["least coverage"]] = least
    out[_AT["least coverage by sentences"]] = least * sentences
    out[_AT["worst source clause"]] = s_worst
    out[_AT["worst target clause"]] = t_worst
    out[_AT["source clause outside"]] = s_outside
    out[_AT["target clause outside"]] = t_outside
    if a + b > 2:
        out[_AT["least gain"]] = _least_gain(pair, tables, a, b, at, i, j)

    deviation = _deviation(pair, a, b, i, j)
    out[_AT["length"]] = deviation
    out[_AT["length squared"]] = deviation**2 / 6.0

    n_values = pair.source_runs.values[a - 1][i] + pair.target_runs.values[b - 1][j]
    shared = s_values + t_values
    out[_AT["values shared"]] = np.minimum(shared, 6.0) / 2
    out[_AT["values missing"]] = np.minimum(n_values - shared, 6.0) / 2

    _structure(pair, a, b, i, j, out)
    same = source.endings[i + a - 1] == target.endings[j + b - 1]
    plain = (source.endings[i + a - 1] | target.endings[j + b - 1]) == 0
    out[_AT["ending equal"]] = (same & ~plain).astype(np.float32)
    out[_AT["ending different"]] = (~same).astype(np.float32)
    if pair.traits.quotation_trust:
        s_quoted, t_quoted = source.quoted[i + a], target.quoted[j + b]
        trust = np.float32(pair.traits.quotation_trust)
        out[_AT["quotation on one side"]] = (s_quoted != t_quoted).astype(np.float32) * trust
        out[_AT["quotation on both sides"]] = (s_quoted & t_quoted).astype(np.float32) * trust
    return out


def _read(runs: Runs, covered: int, run: int, at: Ints) -> tuple[Floats, ...]:
    tables = (runs.mass, runs.worst, runs.outside, runs.values)
    return tuple(table[covered - 1][run - 1].take(at) for table in tables)


def _least_gain(pair: Pair, tables: Tables, a: int, b: int, at: Ints, i: Ints, j: Ints) -> Floats:
    """What the bead owes to the outer sentence that gives it least, in [0, 1]; `at` as in `_match`.

    A sentence gives what of the other side nothing else in the bead covers, for its own weight. A
    sentence that one side leaves out gives next to nothing to any bead that takes it in. The
    logarithm, because the first hundredths tell most: log odds of true beads rise evenly with it.
    """
    least = np.ones(len(at), dtype=np.float32)
    sides = (
        (tables.target, pair.source_runs.weights[0], i, a, b),
        (tables.source, pair.target_runs.weights[0], j, b, a),
    )
    for runs, weight, begin, size, others in sides:
        if size > 1:
            mass = runs.mass[others - 1][size - 1].take(at)
            first = mass - runs.rest[others - 1][size - 2].take(at)
            last = mass - runs.mass[others - 1][size - 2].take(at)
            np.minimum(least, first / weight[begin], out=least)
            np.minimum(least, last / weight[begin + size - 1], out=least)
    np.maximum(least, 0.0, out=least)
    least /= _NEXT_TO_NOTHING
    np.log1p(least, out=least)
    least /= _MOST_GAIN
    return least


def _deviation(pair: Pair, a: int, b: int, i: Ints, j: Ints) -> Floats:
    """How far the lengths are from the document's ratio, in [0, 6]: 1 is usual."""
    source_length = pair.source_runs.lengths[a - 1][i]
    length = np.log(pair.target_runs.lengths[b - 1][j] / (source_length * pair.traits.length_ratio))
    # Short sentences vary more: the deviation shrinks with the root of the length.
    spread = 0.25 + 1.5 / np.sqrt(source_length)
    result: Floats = np.minimum(np.abs(length) / spread, 6.0).astype(np.float32)
    return result


def _structure(pair: Pair, a: int, b: int, i: Ints, j: Ints, out: dict[int, Floats]) -> None:
    """Write the features of labels, speakers and paragraph starts into `out`."""
    source, target, trust = pair.source, pair.target, np.float32(pair.traits.structure_trust)
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


def _gap(
    pair: Pair, tables: Tables, at: Ints, i: Ints, j: Ints, *, on_source: bool
) -> dict[int, Floats]:
    """Features of a sentence without a counterpart, at nodes (i, j); `at` as in `_match`."""
    side, index = (pair.source, i) if on_source else (pair.target, j)
    runs = tables.source if on_source else tables.target
    weight = (pair.source_runs.weights if on_source else pair.target_runs.weights)[0, index]
    ones = np.ones(len(i), dtype=np.float32)
    coverage = runs.near_mass.take(at) / weight
    return {
        _AT["gap in target" if on_source else "gap in source"]: ones,
        _AT["gap best coverage"]: coverage,
        _AT["gap best coverage by literalness"]: coverage * np.float32(pair.traits.literalness),
        _AT["gap best cosine"]: np.minimum(runs.near_cosine.take(at), 1.0),
        _AT["gap length"]: np.log(np.maximum(side.lengths[index], 1.0)).astype(np.float32) / 4,
        _AT["gap at label"]: (side.labels[index] > 0).astype(np.float32),
        _AT["gap at paragraph start"]: side.starts[index].astype(np.float32)
        * np.float32(pair.traits.structure_trust),
        _AT["gap quotation on one side"]: (
            pair.source.quoted[i + on_source] != pair.target.quoted[j + (not on_source)]
        ).astype(np.float32)
        * np.float32(pair.traits.quotation_trust),
    }
