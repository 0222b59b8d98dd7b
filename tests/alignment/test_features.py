"""Every feature of every edge against a twin that looks at one bead at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_sides import full_band

from align.alignment.lattice.band import Band, make_band
from align.alignment.lattice.bead_types import DELETE_OPEN, INSERT_OPEN, MATCHES, N_MATCHES
from align.alignment.lattice.comparison_window import NEAR
from align.alignment.model.features import FEATURES, edge_features
from align.alignment.model.pair import Pair, make_pair
from align.alignment.model.potentials import edge_potentials
from align.alignment.model.tables import stacks
from align.alignment.model.weights import load_weights
from align.alignment.reading.sides import Side, TokenRuns
from align.alignment.reading.word_pairs import Lexicon

VOCABULARY, DIM = 12, 5
ROUNDING = 2.0**-24  # of one float32 operation, relative
LITERALNESS = 0.4
KNOWN = {1: (3, 0.8), 2: (4, 0.7)}  # the lexicon: source token to target token and similarity


def runs(rng: np.random.Generator, n: int, *, clauses: bool) -> TokenRuns:
    """Random sentences of 1 to 6 tokens in clauses of at least one."""
    sizes = rng.integers(1, 7, n)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    total = int(bounds[-1])
    heads = np.zeros(total, dtype=bool)
    heads[bounds[:-1]] = True
    if clauses:
        heads |= rng.random(total) < 0.3
    places = np.flatnonzero(heads)
    return TokenRuns(
        rng.integers(0, VOCABULARY, total).astype(np.int32),
        rng.uniform(0.2, 2, total).astype(np.float32),
        bounds,
        np.append(places, total),
        np.searchsorted(places, bounds),
    )


def side(rng: np.random.Generator, n: int) -> Side:
    return Side(
        tokens=runs(rng, n, clauses=True),
        values=runs(rng, n, clauses=False),
        vectors=rng.normal(size=(n, DIM)).astype(np.float32),
        lengths=rng.integers(1, 60, n).astype(np.float32),
        starts=rng.random(n + 1) < 0.5,
        labels=rng.integers(0, 3, n + 1),
        speakers=rng.random(n + 1) < 0.2,
        endings=rng.integers(0, 3, n).astype(np.int8),
        quoted=rng.random(n + 1) < 0.4,
    )


def document_pair(seed: int, n: int, m: int) -> Pair:
    rng = np.random.default_rng(seed)
    unit = rng.normal(size=(VOCABULARY, DIM))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    lexicon = Lexicon(
        bounds=np.searchsorted(list(KNOWN), np.arange(VOCABULARY + 1)),
        targets=np.array([target for target, _ in KNOWN.values()]),
        values=np.array([value for _, value in KNOWN.values()], dtype=np.float32),
    )
    pair = make_pair(side(rng, n), side(rng, m), unit.astype(np.float32), lexicon)
    return replace(pair, traits=replace(pair.traits, literalness=LITERALNESS))


def similarity(pair: Pair, source: int, target: int) -> float:
    cosine = float(pair.unit[source] @ pair.unit[target])
    there, known = KNOWN.get(source, (-1, 0.0))
    return max(cosine, known if there == target else 0.0, 0.0)


def tokens(runs: TokenRuns, sentences: range) -> list[tuple[int, float]]:
    """(id, weight) of each token."""
    found = slice(runs.bounds[sentences.start], runs.bounds[sentences.stop])
    return list(zip(runs.ids[found].tolist(), runs.weights[found].tolist(), strict=True))


def clauses(runs: TokenRuns, sentence: int) -> list[list[tuple[int, float]]]:
    found = range(runs.clause_bounds[sentence], runs.clause_bounds[sentence + 1])
    return [
        [
            (int(runs.ids[t]), float(runs.weights[t]))
            for t in range(runs.clause_tokens[c], runs.clause_tokens[c + 1])
        ]
        for c in found
    ]


def covered(pair: Pair, part: list[tuple[int, float]], others: range, *, turned: bool) -> float:
    """Weight of `part` that is covered by the other side's sentences; nothing covers nothing."""
    there = pair.source.tokens if turned else pair.target.tokens
    other = [token for token, _ in tokens(there, others)]
    if not other:
        return 0.0
    return sum(
        weight * max(similarity(pair, o, t) if turned else similarity(pair, t, o) for o in other)
        for t, weight in part
    )


def weight(part: list[tuple[int, float]]) -> float:
    return sum(w for _, w in part)


def coverage(
    pair: Pair, sentences: range, others: range, *, turned: bool
) -> tuple[float, float, float]:
    """Coverage, worst clause, and the most a clause would gain from outside, by the definition."""
    here = pair.target.tokens if turned else pair.source.tokens
    limit = pair.shape[0] if turned else pair.shape[1]
    part = tokens(here, sentences)
    total = covered(pair, part, others, turned=turned) / weight(part)
    worst, outside = 1e9, 0.0
    for clause in (c for s in sentences for c in clauses(here, s)):
        share = covered(pair, clause, others, turned=turned) / weight(clause)
        worst = min(worst, share)
        for near in (others.start - 1, others.stop):
            if 0 <= near < limit:
                one = covered(pair, clause, range(near, near + 1), turned=turned) / weight(clause)
                outside = max(outside, one - share)
    return total, worst, outside


def least_gain(pair: Pair, a: range, b: range) -> float:
    """The least that an outer sentence of several gives, by leaving it out; logarithmic, 0 to 1."""
    gains = []
    for mine, others, turned in ((a, b, True), (b, a, False)):
        if len(mine) > 1:
            here, there = pair.source.tokens, pair.target.tokens
            if not turned:
                here, there = there, here
            part = tokens(there, others)
            for gone in (mine[0], mine[-1]):
                left = range(mine.start + (gone == mine[0]), mine.stop - (gone == mine[-1]))
                lost = covered(pair, part, mine, turned=turned) - covered(
                    pair, part, left, turned=turned
                )
                gains.append(lost / weight(tokens(here, range(gone, gone + 1))))
    return float(np.log1p(100 * np.clip(min(gains), 0, 1)) / np.log(101))


def gain_error(pair: Pair, a: range, b: range) -> float:
    """The most by which float32 may miss the feature of the least gain, whatever the product's shape.

    A similarity of unit vectors is a sum of DIM products, off by (DIM + 1) roundings at most; the
    covered weight W of n tokens adds n products of it, off by (n + DIM + 2) roundings of W, and a
    gain is a difference of two such weights for the outer sentence's own weight. The logarithm's
    slope is 100 / log 101 at most. (Higham 2002, section 3.1; order of summation does not matter.)
    """
    worst = 0.0
    for mine, others, turned in ((a, b, True), (b, a, False)):
        here, there = pair.source.tokens, pair.target.tokens
        if not turned:
            here, there = there, here
        covering = tokens(there, others)
        off = 2 * (len(covering) + DIM + 2) * ROUNDING * weight(covering)
        own = min(weight(tokens(here, range(k, k + 1))) for k in (mine[0], mine[-1]))
        worst = max(worst, off / own * 100 / np.log(101))
    return worst


def shared_values(pair: Pair, a: range, b: range) -> tuple[float, float]:
    """Values that both spans have, and those that one of them lacks."""
    ours, theirs = tokens(pair.source.values, a), tokens(pair.target.values, b)
    one, other = {v for v, _ in ours}, {v for v, _ in theirs}
    found = sum(w for v, w in ours if v in other) + sum(w for v, w in theirs if v in one)
    return found, weight(ours) + weight(theirs) - found


def match(pair: Pair, a: range, b: range) -> dict[str, float]:
    """The features of a bead that rest on tables, by their definitions."""
    s, t = (
        pair.source.vectors[a.start : a.stop].sum(0),
        pair.target.vectors[b.start : b.stop].sum(0),
    )
    means = [
        v / np.linalg.norm(v, axis=1, keepdims=True)
        for v in (pair.source.vectors, pair.target.vectors)
    ]
    s, t = s / np.linalg.norm(s), t / np.linalg.norm(t)
    chance = float(s @ means[1].mean(0) + t @ means[0].mean(0)) / 2
    cosine = float(np.clip((s @ t - chance) / max(1 - chance, 0.1), -1, 1))
    source, worst_source, outside_source = coverage(pair, a, b, turned=False)
    target, worst_target, outside_target = coverage(pair, b, a, turned=True)
    found, missing = shared_values(pair, a, b)
    return {
        "sentences": len(a) + len(b) - 2,
        "cosine": cosine,
        "source coverage": source,
        "target coverage": target,
        "least coverage": min(source, target),
        "least coverage by sentences": min(source, target) * (len(a) + len(b) - 2),
        "worst source clause": worst_source,
        "worst target clause": worst_target,
        "source clause outside": outside_source,
        "target clause outside": outside_target,
        **({"least gain": least_gain(pair, a, b)} if len(a) + len(b) > 2 else {}),
        "values shared": min(found, 6) / 2,
        "values missing": min(missing, 6) / 2,
    }


def gap(pair: Pair, i: int, j: int, *, on_source: bool) -> dict[str, float]:
    """What could have covered the sentence, within NEAR of the node."""
    at, centre, limit = (i, j, pair.shape[1]) if on_source else (j, i, pair.shape[0])
    near = range(max(centre - NEAR, 0), min(centre + NEAR, limit))
    alone = range(at, at + 1)
    here = pair.source.tokens if on_source else pair.target.tokens
    part = tokens(here, alone)
    best = [covered(pair, part, range(k, k + 1), turned=not on_source) for k in near]
    vectors = (pair.source.vectors, pair.target.vectors)
    mine, others = vectors if on_source else vectors[::-1]
    cosines = [
        float(mine[at] @ others[k] / np.linalg.norm(mine[at]) / np.linalg.norm(others[k]))
        for k in near
    ]
    coverage = max([0.0, *best]) / weight(part)
    return {
        "gap by literalness": LITERALNESS,
        "gap best coverage": coverage,
        "gap best coverage by literalness": coverage * LITERALNESS,
        "gap best cosine": max([0.0, *cosines]),
    }


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 9))
def test_the_tables_give_what_the_definitions_say(seed: int, n: int, m: int) -> None:
    pair, band = document_pair(seed, n, m), full_band(n, m)
    seen = 0
    for tables in stacks(pair, band):
        for kind, numbers, after, values in edge_features(pair, tables, band):
            i, j = (part[numbers] for part in band.nodes())
            named = {FEATURES[feature]: column for feature, column in values.items()}
            for k in range(0, len(numbers), 7):
                if kind < N_MATCHES:
                    a, b = MATCHES[kind]
                    wanted = match(pair, range(i[k], i[k] + a), range(j[k], j[k] + b))
                    assert after[k] == band.number(i[k : k + 1] + a, j[k : k + 1] + b)[0]
                elif kind in (DELETE_OPEN, INSERT_OPEN):
                    wanted = gap(pair, int(i[k]), int(j[k]), on_source=kind == DELETE_OPEN)
                else:  # a gap that goes on: literalness has had its say where it opened
                    assert "gap by literalness" not in named
                    continue
                found = {name: float(named[name][k]) for name in wanted}
                if "least gain" in wanted:
                    beads = range(i[k], i[k] + a), range(j[k], j[k] + b)
                    gain = pytest.approx(wanted.pop("least gain"), abs=gain_error(pair, *beads))
                    assert found.pop("least gain") == gain, (kind, i[k], j[k])
                assert found == pytest.approx(wanted, abs=2e-5), (kind, i[k], j[k])
                seen += 1
    assert seen > 0


Edges = dict[tuple[int, int, int], dict[int, float]]


def features_of(pair: Pair, band: Band, stretch: tuple[int, int] | None = None) -> Edges:
    """The features of every edge of the band, by (source boundary, target boundary, kind)."""
    i, j = band.nodes()
    found: Edges = {}
    for tables in stacks(pair, band, stretch):
        for kind, numbers, _, values in edge_features(pair, tables, band):
            for k, number in enumerate(numbers.tolist()):
                edge = (int(i[number]), int(j[number]), kind)
                found[edge] = {feature: float(column[k]) for feature, column in values.items()}
    return found


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.integers(30, 75), st.integers(30, 75))
@example(300, 60, 64)  # gains of 7.7e-5 apart: a short sentence at the edge of a long bead
def test_a_narrow_band_gives_what_the_whole_lattice_gives(seed: int, n: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    pair = document_pair(seed, n, m)
    middle = np.sort(rng.integers(0, m + 1, n + 1))  # with leaps, as where a page is missing
    band = make_band(middle - rng.integers(0, 6), middle + rng.integers(0, 6), m)
    everything, narrow = features_of(pair, full_band(n, m)), features_of(pair, band)
    assert len(narrow) > n
    gain = FEATURES.index("least gain")
    for edge, values in narrow.items():
        # The last bits of a product depend on its shape, which the band decides.
        whole = everything[edge]
        if gain in whole:
            (a, b), (i, j) = MATCHES[edge[2]], edge[:2]
            allowed = 2 * gain_error(pair, range(i, i + a), range(j, j + b))  # either may be off
            assert values.pop(gain) == pytest.approx(whole.pop(gain), abs=allowed), edge
        assert values == pytest.approx(whole, abs=1e-5), edge
    narrow = features_of(pair, band)
    cut = int(rng.integers(1, n))
    parts = features_of(pair, band, (0, cut)) | features_of(pair, band, (cut, n + 1))
    assert parts == narrow  # to the last bit: however the work is divided


def test_a_long_document_is_read_in_stacks_of_rows() -> None:
    pair, band = document_pair(3, 600, 200), full_band(600, 200)
    found = list(stacks(pair, band))
    assert len(found) > 1
    assert [tables.first for tables in found[1:]] == [tables.last for tables in found[:-1]]


def test_potentials_do_not_depend_on_the_number_of_processes() -> None:
    pair, band = document_pair(5, 1100, 40), full_band(1100, 40)
    vector = load_weights().first
    one, two = (edge_potentials(pair, band, vector, processes=count) for count in (1, 2))
    assert (one == two).all()
    assert np.isfinite(one).any(axis=1).sum() > 40_000
