"""Which fact of a source each fact of its translation renders, and which contradict each other.

One algorithm for every kind of fact: pairs that agree are matched one to one, the most exact first;
what is left over and agrees with something matched is a repetition; what still has no counterpart
is lost or added, and where a rival of its kind is left on the other side, it became that one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from align.language.facts import Fact, agree, rivals

Agree = Callable[[Fact, Fact], bool]


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
    agreeing = [
        (_distance(a, b), i, j)
        for i, a in enumerate(source)
        for j, b in enumerate(target)
        if agree(a, b)
    ]
    ours: set[int] = set()
    theirs: set[int] = set()
    pairs = []
    for _, i, j in sorted(agreeing):
        if i not in ours and j not in theirs:
            ours.add(i)
            theirs.add(j)
            pairs.append((i, j))
    answered = {i for _, i, _ in agreeing}
    answering = {j for _, _, j in agreeing}
    return Matching(
        tuple(source),
        tuple(target),
        tuple(sorted(pairs)),
        tuple(i for i in range(len(source)) if i not in answered),
        tuple(j for j in range(len(target)) if j not in answering),
        tuple(sorted(answered - ours)),
        tuple(sorted(answering - theirs)),
    )


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
    left = [found.target[j] for j in (*found.added, *found.repeated)]
    told: list[Difference] = []
    for i in sorted(found.lost, key=lambda i: (found.source[i].strength != "firm", i)):
        one = found.source[i]
        if one.strength == "mute":
            continue
        other = _instead(one, left, len(told))
        if other is not None:
            left.remove(other)
            told.append(Difference(one, other))
        elif one.strength == "firm":
            told.append(Difference(one, None))
    added = {id(found.target[j]) for j in found.added}
    silent = [found.source[i] for i in found.lost if found.source[i].strength == "mute"]
    silent += [found.source[i] for i in found.again]
    for other in left:
        if id(other) not in added or other.strength == "mute":
            continue
        one_ = _instead(other, silent, 0)
        if one_ is not None or other.strength == "firm":
            told.append(Difference(one_, other))
    return sorted(told, key=_place)


def _instead(one: Fact, others: Sequence[Fact], _: int) -> Fact | None:
    """The one of `others` that most likely stands in the place of `one`."""
    may = [other for other in others if rivals(one, other) and _may_stand(one, other)]
    return min(may, key=lambda other: _unlike(one, other), default=None)


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
