"""Learns when a sentence or a clause of a unit has no counterpart on the other side."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from training.written import Span, Written, filled

from align.datatypes import TranslationUnit
from align.embedding.protocol import TokenEncoder
from align.embedding.token_cache import TokenCache
from align.terms.checking.left_out import judged
from align.terms.wordalign import WordAligner

# The right units that may be warned of: of joined pairs of documents one in 200, of written ones, half
# of which are as free as translators dare, one in 100. None may have an error.
MAY = {"warning": (0.005, 0.01), "error": (0.0, 0.0)}
FOLDS = 3
RIDGE = 1.0
# Which parts count as the mistake: those that it fills for the most part; of the source those that
# the right translation answers as sentences that a neighbour has are (`omissions`), and this one not.
_MOST = 0.6
_SAID, _LOST = 0.42, 0.35
_ABREAST = 3  # pairs are joined as they follow each other, as sentences of a unit do


class Part(NamedTuple):
    """A part that is judged: of which unit, what speaks for it, whether it is a mistake."""

    unit: int
    features: dict[str, float]
    hit: bool


class Unit(NamedTuple):
    """A unit to learn from: whether it is right, of which fold, and whether it was written."""

    right: bool
    fold: int
    written: bool


def train_left_out(
    written: Sequence[Written], pairs: Sequence[tuple[str, str]], encoder: TokenEncoder, seed: int
) -> tuple[dict[str, float], dict[str, float]]:
    """The features' weights and the cuts, of written units and of `pairs`, joined by twos."""
    units: list[Unit] = []
    some: list[Part] = []
    for made in (_of_written(written, encoder), _of_joined(pairs, encoder, seed)):
        for unit, found in made:
            some += [Part(len(units), features, hit) for features, hit in found]
            units.append(unit)
    names = sorted(some[0].features)
    values = np.array([[one.features[name] for name in names] for one in some])
    hits = np.array([one.hit for one in some])
    of = np.array([one.unit for one in some])
    fold = np.array([units[at].fold for at in of])
    odds = np.zeros(len(some))
    for held in range(FOLDS):
        weights = _fit(values[fold != held], hits[fold != held])
        odds[fold == held] = values[fold == held] @ weights
    highest = np.full(len(units), -30.0)
    told = hits | np.array([units[at].right for at in of])
    np.maximum.at(highest, of[told], odds[told])
    cuts = {}
    for level, may in MAY.items():
        kinds = (False, True)
        right = {
            own: np.sort(
                [highest[at] for at, u in enumerate(units) if u.right and u.written == own]
            )
            for own in kinds
        }
        least = max(right[own][-1 - int(len(right[own]) * may[own])] for own in kinds)
        cuts[level] = round(float(1 / (1 + np.exp(-least))) + 0.001, 3)
        wrong = {
            own: [highest[at] for at, u in enumerate(units) if not u.right and u.written == own]
            for own in kinds
        }
        shares = {own: f"{np.mean(np.array(wrong[own]) > least):.2f}" for own in kinds}
        print(f"left out, {level}s from {cuts[level]}: found of joined and written ones {shares}")
    learned = dict(zip(names, np.round(_fit(values, hits), 3).tolist(), strict=True))
    print(f"{len(some)} parts, {int(hits.sum())} left out, of {len(units)} units")
    return learned, cuts


def _of_written(
    written: Sequence[Written], encoder: TokenEncoder
) -> Iterator[tuple[Unit, list[tuple[dict[str, float], bool]]]]:
    """Right units, and wrong ones with the parts that are their mistake."""
    groups = {group: at % FOLDS for at, group in enumerate(dict.fromkeys(u.group for u in written))}
    for first in range(0, len(written), 1000):
        block = written[first : first + 1000]
        units = [_unit(one, one.target) for one in block]
        aligner = WordAligner(TokenCache(encoder), units)
        for one, unit in zip(block, units, strict=True):
            found = []
            for of_source in (True, False):
                for span, features in judged(unit, aligner, of_source=of_source):
                    if one.kind and of_source:
                        before = aligner.coverage(one.source, one.reference, span)
                        hit = before > _SAID and features["sentence:covered"] < _LOST
                    else:
                        hit = bool(one.kind) and _mostly(span, filled(one.changed))
                    if hit or not one.kind:
                        found.append((features, hit))
            if found or not one.kind:
                yield Unit(not one.kind, groups[one.group], True), found


def _unit(one: Written, target: str) -> TranslationUnit:
    source, other = ("zh", "en") if one.forward else ("en", "zh")
    return TranslationUnit(one.source, target, source_lang=source, target_lang=other)


def _mostly(span: Span, spans: Sequence[Span]) -> bool:
    inside = sum(max(0, min(span[1], high) - max(span[0], low)) for low, high in spans)
    return bool(inside > _MOST * (span[1] - span[0]))


def _of_joined(
    pairs: Sequence[tuple[str, str]], encoder: TokenEncoder, seed: int
) -> Iterator[tuple[Unit, list[tuple[dict[str, float], bool]]]]:
    """Two pairs as one unit, whole, and with the one or the other text of one of them left out."""
    rng = random.Random(seed)
    made: list[tuple[TranslationUnit, bool, Span | None]] = []  # unit, of the source, what is alone
    for first in range(0, len(pairs) - 1, _ABREAST):
        (zh, en), (zh_next, en_next) = pairs[first : first + 2]
        forward = first % 2 == 0
        sides = ((zh, zh_next), (en, en_next)) if forward else ((en, en_next), (zh, zh_next))
        gaps = ("", " ") if forward else (" ", "")
        languages = ("zh", "en") if forward else ("en", "zh")
        whole = [gap.join(side) for gap, side in zip(gaps, sides, strict=True)]
        made.append((_pair(whole[0], whole[1], languages), False, None))
        last, side = rng.random() < 0.5, rng.randrange(2)  # which pair, and whose text stays alone
        texts = list(whole)
        texts[1 - side] = sides[1 - side][not last]
        start = len(sides[side][0]) + len(gaps[side]) if last else 0
        end = len(whole[side]) if last else len(sides[side][0])
        made.append((_pair(texts[0], texts[1], languages), side == 0, (start, end)))
    for first in range(0, len(made), 1000):
        block = made[first : first + 1000]
        aligner = WordAligner(TokenCache(encoder), [unit for unit, _, _ in block])
        for at, (unit, source_alone, alone) in enumerate(block, first):
            found = []
            for of_source in (True, False):
                for span, features in judged(unit, aligner, of_source=of_source):
                    hit = alone is not None and source_alone == of_source and _mostly(span, [alone])
                    found.append((features, hit))
            yield Unit(alone is None, (at // 2) % FOLDS, False), found


def _pair(source: str, target: str, languages: tuple[str, str]) -> TranslationUnit:
    return TranslationUnit(source, target, source_lang=languages[0], target_lang=languages[1])


def _fit(values: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """Logistic regression; the ridge is on standardised features."""
    mean, spread = values.mean(axis=0), values.std(axis=0)
    constant = spread < 1e-9
    mean, spread = np.where(constant, 0.0, mean), np.where(constant, 1.0, spread)
    rows = (values - mean) / spread
    sign = np.where(hits, 1.0, -1.0)

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (rows @ point)
        pull = -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        return np.logaddexp(0, -margin).sum() + RIDGE / 2 * point @ point, (
            rows.T @ pull + RIDGE * point
        )

    point = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x / spread
    bias = int(np.flatnonzero(constant)[0])  # the feature that is always 1
    point[bias] -= mean @ point
    return point
