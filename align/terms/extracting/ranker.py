"""How much a pair looks like a term: the learned weights of `scripts/train_extraction`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.errors import ModelError
from align.terms.extracting.features import NAMES, TABLES, Described
from align.terms.extracting.pairs import Pair
from align.terms.extracting.phrases import Span

FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights of numbers and of words; "" in a table is any other word."""

    version: str
    offset: float
    numbers: NDArray[np.float32]  # (NAMES,)
    tables: tuple[Mapping[str, float], ...]  # in the order of TABLES
    settled: NDArray[np.float32]  # (SETTLED,)

    def scores(self, described: Described, found: Sequence[Pair]) -> NDArray[np.float32]:
        """The log odds that each pair is a term, float32 (n,): by itself, then among the others."""
        return np.asarray(among(described, found, self.own(described)) @ self.settled, np.float32)

    def own(self, described: Described) -> NDArray[np.float32]:
        """The log odds that each pair is a term by itself."""
        found = described.numbers @ self.numbers + np.float32(self.offset)
        for at, weights in enumerate(self.tables):
            other = weights.get("", 0.0)
            found += np.array([weights.get(row[at], other) for row in described.words], np.float32)
        return np.asarray(found, np.float32)


SETTLED = (
    "own", "recurring", "everyday", "mean_everyday", "length", "covered", "crossed", "holds", "offset",
)  # fmt: skip
_LONG = 8  # characters beyond which a phrase is as good as long
_RARELY = 0.5  # of a place: what stands for none in a logarithm


def among(
    described: Described, found: Sequence[Pair], own: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What dictionaries cannot teach, float32 (n, SETTLED): how a pair stands among the others.

    Its own log odds; how often the phrase occurs outside longer ones (the C-value of Frantzi et al.
    2000); how everyday it and its words are; its length; the probability of phrases that cover its
    places, cross them and lie in them.
    """
    column = {name: described.numbers[:, at] for at, name in enumerate(NAMES)}
    free = np.maximum(2.0 ** column["seen"] * column["free"], _RARELY)
    lengths = np.array([min(len(one.source), _LONG) for one in found])
    return np.column_stack(
        [
            own,
            np.log(np.log2(1 + free)),
            np.minimum(column["everyday"], 1) ** 4,
            column["mean_everyday"],
            np.log(lengths),
            overlaps(found, own),
            np.ones(len(own)),
        ]
    ).astype(np.float32)


def overlaps(found: Sequence[Pair], scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """How likely the phrases are that lie across a pair's places, float32 (n, 3).

    The highest probability of a longer phrase around each place, of one that crosses its border, and
    of a shorter one in it; the mean over the places.
    """
    best: dict[str, float] = {}
    probability = 1 / (1 + np.exp(-scores.astype(np.float64)))
    for one, value in zip(found, probability.tolist(), strict=True):
        best[one.source] = max(best.get(one.source, 0.0), value)
    by_unit: dict[int, dict[Span, float]] = {}
    for one in found:
        for place in one.rendering.places:
            by_unit.setdefault(place.unit, {})[place.source_span] = best[one.source]
    known = {
        (unit, span): _overlaps(span, spans) for unit, spans in by_unit.items() for span in spans
    }
    rows = [
        np.mean([known[place.unit, place.source_span] for place in one.rendering.places], axis=0)
        for one in found
    ]
    return np.array(rows, np.float32).reshape(-1, 3)


def _overlaps(span: Span, spans: Mapping[Span, float]) -> tuple[float, float, float]:
    start, end = span
    covered = crossed = holds = 0.0
    for (low, high), value in spans.items():
        if high <= start or end <= low or (low, high) == span:
            continue
        if low <= start and end <= high:
            covered = max(covered, value)
        elif start <= low and high <= end:
            holds = max(holds, value)
        else:
            crossed = max(crossed, value)
    return covered, crossed, holds


@cache
def load_ranker(path: Path = FILE) -> Ranker:
    """Read a weights file. Raises ModelError when it does not fit this version's features."""
    try:
        data = json.loads(path.read_bytes())
        names = tuple(tuple(data[part]) for part in ("numbers", "tables", "settled"))
        if names != (NAMES, TABLES, SETTLED):
            raise ModelError(f"{path}: made for other features; run scripts/train_extraction")
        return Ranker(
            str(data["version"]),
            float(data["offset"]),
            np.array(list(data["numbers"].values()), np.float32),
            tuple(dict(table) for table in data["tables"].values()),
            np.array(list(data["settled"].values()), np.float32),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: cannot be read as weights ({error})") from error
