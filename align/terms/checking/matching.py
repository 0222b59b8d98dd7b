"""Which fact of a source each fact of its translation renders, and which contradict each other.

One algorithm for every kind of fact: pairs that agree are matched one to one, the most exact first;
what is left over and agrees with something matched is a repetition; what still has no counterpart
is lost or added, and where a rival of its kind is left on the other side, it became that one.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from align.language.facts import Fact, agree, rivals
from align.language.facts.agreement import Key, agreement_keys


class Difference(NamedTuple):
    """A fact that the other side lacks (`source` or `target` None), or that became another one."""

    source: Fact | None
    target: Fact | None


@dataclass(frozen=True, slots=True)
class Matching:
    """The facts of two sides: `pairs` of places that agree, and the places of what is left."""

    source: tuple[Fact, ...]
    target: tuple[Fact, ...]
    pairs: tuple[tuple[int, int], ...]
    lost: tuple[int, ...]  # of the source, without a counterpart
    added: tuple[int, ...]  # of the translation
    again: tuple[int, ...]  # of the source, whose counterpart renders another already
    repeated: tuple[int, ...]  # of the translation


def match(source: Sequence[Fact], target: Sequence[Fact]) -> Matching:
    """Match the facts of two sides, in time of the number of facts on either."""
    ours, theirs = _Alike.of(source), _Alike.of(target)
    agreeing = ours.agreeing(theirs)
    pairs = _paired(ours, theirs, agreeing)
    answered = {i for a, _, _ in agreeing for i in ours.places[a]}
    answering = {j for _, b, _ in agreeing for j in theirs.places[b]}
    return Matching(
        tuple(source),
        tuple(target),
        tuple(sorted(pairs)),
        tuple(i for i in range(len(source)) if i not in answered),
        tuple(j for j in range(len(target)) if j not in answering),
        tuple(sorted(answered - {i for i, _ in pairs})),
        tuple(sorted(answering - {j for _, j in pairs})),
    )


@dataclass(frozen=True, slots=True)
class _Alike:
    """The facts of a side, those that are read alike together: they agree with the same others."""

    facts: list[Fact]  # one of each
    places: list[list[int]]  # where each stands, rising

    @classmethod
    def of(cls, some: Sequence[Fact]) -> _Alike:
        """The groups of some facts."""
        places: dict[tuple[object, str], list[int]] = {}
        for place, fact in enumerate(some):
            places.setdefault((fact.readings, fact.strength), []).append(place)
        return cls([some[own[0]] for own in places.values()], list(places.values()))

    def agreeing(self, other: _Alike) -> list[tuple[int, int, int]]:
        """The groups of either side that agree, with how far apart they are."""
        pairs: Iterable[tuple[int, int]]
        if len(self.facts) * len(other.facts) <= _FEW:
            pairs = itertools.product(range(len(self.facts)), range(len(other.facts)))
        else:
            known = agreement_index(other.facts)
            pairs = ((a, b) for a, one in enumerate(self.facts) for b in known.like(one))
        return [
            (a, b, _distance(self.facts[a], other.facts[b]))
            for a, b in pairs
            if agree(self.facts[a], other.facts[b])
        ]


_FEW = 64  # pairs of facts that are compared one by one: keys take longer


@dataclass(frozen=True, slots=True)
class AgreementIndex:
    """Facts by what they have in common with those that may render them."""

    facts: Sequence[Fact]
    by_key: dict[Key, list[int]]

    def like(self, one: Fact) -> list[int]:
        """The places of the facts that may agree with `one`, rising."""
        return sorted({at for key in agreement_keys(one) for at in self.by_key.get(key, ())})

    def renders(self, one: Fact) -> bool:
        """Whether any of the facts agrees with `one`."""
        return any(agree(one, self.facts[at]) for at in self.like(one))


def agreement_index(facts: Sequence[Fact]) -> AgreementIndex:
    """An index of facts that many others are compared with."""
    by_key: dict[Key, list[int]] = {}
    for at, fact in enumerate(facts):
        for key in agreement_keys(fact):
            by_key.setdefault(key, []).append(at)
    return AgreementIndex(facts, by_key)


def _paired(
    ours: _Alike, theirs: _Alike, agreeing: Sequence[tuple[int, int, int]]
) -> list[tuple[int, int]]:
    """Pairs of places, one to one: the nearest first, then in the order of the texts."""
    taken: set[int] = set()
    left = [deque(places) for places in theirs.places]
    pairs: list[tuple[int, int]] = []
    for far in sorted({distance for _, _, distance in agreeing}):
        by_place: dict[int, list[int]] = {}
        for a, b, distance in agreeing:
            if distance == far:
                for i in ours.places[a]:
                    by_place.setdefault(i, []).append(b)
        for i in sorted(by_place.keys() - taken):
            free = [b for b in by_place[i] if left[b]]
            if free:
                group = min(free, key=lambda b: left[b][0])
                pairs.append((i, left[group].popleft()))
                taken.add(i)
    return pairs


def _distance(one: Fact, other: Fact) -> int:
    """How far two agreeing facts are from being written alike: 0 for the same reading."""
    if one.readings[0] == other.readings[0]:
        return 0 if one.strength == other.strength else 1
    return 2 if one.kind == other.kind else 3


def differences(found: Matching) -> list[Difference]:
    """What a reviser should hear of: the firm facts that are missing, and all that became others.

    A fact that may be dropped (one, 一个) is told only where another stands in its place, and one
    that only answers (a year, as a month's name that may be a verb) never by itself.
    """
    others = [found.target[j] for j in (*found.added, *found.repeated)]
    left = _Rivals(others)
    told: list[Difference] = []
    for i in sorted(found.lost, key=lambda i: (found.source[i].strength != "firm", i)):
        one = found.source[i]
        if one.strength == "mute":
            continue
        other = left.best(one)
        if other is not None:
            left.remove(other)
            told.append(Difference(one, other))
        elif one.strength == "firm":
            told.append(Difference(one, None))
    added = {id(found.target[j]) for j in found.added}
    silent = [found.source[i] for i in found.lost if found.source[i].strength == "mute"]
    silent += [found.source[i] for i in found.again]
    quiet = _Rivals(silent)
    for other in left.rest():
        if id(other) not in added or other.strength == "mute":
            continue
        one_ = quiet.best(other)
        if one_ is not None or other.strength == "firm":
            told.append(Difference(one_, other))
    return sorted(told, key=_place)


class _Rivals:
    """Facts that may stand in another's place, by what decides about that: kind, unit, strength."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._kinds: dict[tuple[object, ...], deque[tuple[int, Fact]]] = {}
        for at, fact in enumerate(facts):
            readings = tuple(reading.kind for reading in fact.readings)
            own = self._kinds.setdefault((readings, fact.unit, fact.strength), deque())
            own.append((at, fact))

    def best(self, one: Fact) -> Fact | None:
        """The fact that most likely stands in the place of `one`, of several the first."""
        may = [
            (_unlike(one, some[0][1]), *some[0])
            for some in self._kinds.values()
            if some and rivals(one, some[0][1]) and _may_stand(one, some[0][1])
        ]
        return min(may, key=lambda found: found[:2])[2] if may else None

    def remove(self, fact: Fact) -> None:
        """Take away what `best` gave."""
        next(some for some in self._kinds.values() if some and some[0][1] is fact).popleft()

    def rest(self) -> list[Fact]:
        """What is left, in order."""
        found = sorted((one for some in self._kinds.values() for one in some), key=lambda o: o[0])
        return [fact for _, fact in found]


def _may_stand(one: Fact, other: Fact) -> bool:
    """Whether a fact that only answers may be told as what stands there: a month, a measure."""
    if one.kind != other.kind and {one.kind, other.kind} & {"code", "symbol"}:
        return one.strength == other.strength == "firm"  # 一 does not become A4P
    if "mute" not in (one.strength, other.strength):
        return True
    return one.kind == other.kind and one.kind in ("date", "quantity", "time")


def _unlike(one: Fact, other: Fact) -> tuple[int, int, int]:
    return (one.kind != other.kind, one.unit != other.unit, other.strength != "firm")


def _place(told: Difference) -> tuple[int, int]:
    return (
        told.source.start if told.source else 1 << 30,
        told.target.start if told.target else 1 << 30,
    )
