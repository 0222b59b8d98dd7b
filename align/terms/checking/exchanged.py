"""Two facts of a unit whose places were exchanged: 62,000 pupils and 41,000 teachers.

Both stand on either side, so that nothing is missing; what tells is the words about them. Of two facts
of a kind there are words before the first, between the two, and behind the second. How alike those of
one language are to those of the other says in which order the things are told, and whether the facts
follow: a small trained network (``scripts/train_check``) weighs it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.language.facts import Fact
from align.terms.checking.matching import Matching
from align.terms.checking.parts import Answered

Span = tuple[int, int]

_SENTENCE = re.compile(r"[。！？!?]|\.(?=\s|$)")
_END = re.compile(rf"[；;]|{_SENTENCE.pattern}")
_CLAUSE = re.compile(r"[，,]")
_PLACES = ("before", "after", "between", "ahead", "behind")
_MANY = len(_PLACES)
_REACH = 8  # words about a fact: with 4, 8 and 16, 0.74, 0.73 and 0.72 of 753 exchanges are found


class Exchanged(NamedTuple):
    """Two facts of the source and the two of the translation that may have changed places."""

    source: tuple[Fact, Fact]
    target: tuple[Fact, Fact]
    features: dict[str, float]

    @property
    def firm(self) -> bool:
        """Whether all four are surely facts; 一 and 二 may be others (一遭, 老二)."""
        return all(one.strength == "firm" for one in (*self.source, *self.target))


def exchanged(found: Matching, source: Answered, target: Answered) -> Iterator[Exchanged]:
    """Each two neighbouring facts of a kind, both answered, with what speaks for an exchange."""
    pairs = [(found.source[i], found.target[j]) for i, j in found.pairs]
    groups: dict[tuple[str, str], list[tuple[Fact, Fact]]] = {}
    for one, other in pairs:
        groups.setdefault((one.kind, one.unit), []).append((one, other))
    for (kind, _), own in sorted(groups.items()):
        # (a) and (b) number what follows them: nothing is said of them. Equal ones cannot be exchanged.
        if kind == "label" or len({one.value for one, _ in own}) != len(own) or len(own) < 2:
            continue
        ends = [(a.start, a.end) for a, _ in own], sorted((b.start, b.end) for _, b in own)
        for first, second in pairwise(own):
            straight = first[1].start < second[1].start
            facing = (first[1], second[1]) if straight else (second[1], first[1])
            if _others_between(facing, ends[1]) or any(
                _SENTENCE.search(side.text, two[0].end, two[1].start)
                for side, two in ((source, (first[0], second[0])), (target, facing))
            ):
                continue
            ours = _about(source, (first[0], second[0]), ends[0])
            theirs = _about(target, facing, ends[1])
            if not any(ours[1:4]) or not any(theirs[1:4]):
                continue  # between five and ten: nothing is said of either alone
            features = _described(source, ours, target, theirs, straight=straight)
            yield Exchanged((first[0], second[0]), (first[1], second[1]), features)


def _others_between(two: tuple[Fact, Fact], all_of: Sequence[Span]) -> bool:
    low, high = two[0].end, two[1].start
    return any(low <= start < high for start, _ in all_of)


def _about(side: Answered, two: tuple[Fact, Fact], facts: Sequence[Span]) -> tuple[list[int], ...]:
    """The words about two facts, by `_PLACES`: those between are parted where a comma parts them.

    The sentence ends them, and the next fact of the kind.
    """
    (one, other), text = two, side.text
    low = max((m.end() for m in _END.finditer(text, 0, one.start)), default=0)
    low = max([low, *(end for _, end in facts if end <= one.start)])
    stop = _END.search(text, other.end)
    high = stop.start() if stop else len(text)
    high = min([high, *(start for start, _ in facts if start >= other.end)])
    commas = [m.start() for m in _CLAUSE.finditer(text, one.end, other.start)]
    between = words_between(side, one.end, other.start)
    after = [p for p in between if commas and side.spans[p][1] <= commas[0]]
    ahead = [p for p in between if commas and side.spans[p][0] > commas[-1]]
    rest = [p for p in between if p not in after and p not in ahead]
    before = words_between(side, low, one.start)[-_REACH:]
    return before, after, rest, ahead, words_between(side, other.end, high)[:_REACH]


def words_between(side: Answered, low: int, high: int) -> list[int]:
    """The words between two places that say something and hold no figure."""
    starts = [side.spans[place][0] for place in side.heavy]
    some = side.heavy[bisect_left(starts, low) : bisect_left(starts, high)]
    return [p for p in some if side.spans[p][1] <= high and not side.words[p].isdigit()]


def _described(
    source: Answered,
    ours: Sequence[list[int]],
    target: Answered,
    theirs: Sequence[list[int]],
    *,
    straight: bool,
) -> dict[str, float]:
    zh, en = (source, target) if source.language.is_chinese else (target, source)
    of_zh, of_en = (ours, theirs) if source.language.is_chinese else (theirs, ours)
    turn = 1.0 if straight else -1.0
    features = {"order": turn}
    alike = _alike(zh, of_zh, en, of_en)
    for a, one in enumerate(_PLACES):
        features[f"zh {one}"] = float(bool(of_zh[a]))
        features[f"en {one}"] = float(bool(of_en[a]))
        for b, other in enumerate(_PLACES):
            value = float(alike[a, b])
            features[f"{one}, {other}"] = value
            features[f"order, {one}, {other}"] = turn * value
    return features


def _alike(
    zh: Answered, of_zh: Sequence[list[int]], en: Answered, of_en: Sequence[list[int]]
) -> NDArray[np.float64]:
    """How much of the words of each place of one text answers those of each of the other, by `_PLACES`.

    A word counts for where it is answered best, by how much better than elsewhere.
    """
    found = np.zeros((_MANY, _MANY))
    rows, columns = [p for some in of_zh for p in some], [p for some in of_en for p in some]
    if not rows or not columns:
        return found
    fits = np.maximum(zh.vectors(rows) @ en.vectors(columns).T, 0.0)
    of_row = np.repeat(np.arange(_MANY), [len(some) for some in of_zh])
    of_column = np.repeat(np.arange(_MANY), [len(some) for some in of_en])
    for matrix, own, other, weights, turned in (
        (fits, of_row, of_column, zh.weights[rows], False),
        (fits.T, of_column, of_row, en.weights[columns], True),
    ):
        best = np.zeros((len(own), _MANY))
        for place in range(_MANY):
            if (other == place).any():
                best[:, place] = matrix[:, other == place].max(axis=1)
        top = np.sort(best, axis=1)
        gain = weights * (top[:, -1] - top[:, -2])
        for word, place in enumerate(best.argmax(axis=1)):
            at = (own[word], place)
            found[at[::-1] if turned else at] += gain[word]
    return np.tanh(found)
