"""What in a unit may be a mistake of fact, with what speaks for it and how likely it is.

Facts and poles of both sides are read and matched (`matching`), operators are judged where they stand
(`operators`); every difference is described by features, of which a trained model makes a probability
(`weights`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from align.language.facts import Fact, FactKind, Reading, facts, poles
from align.language.facts.operators import Operator
from align.language.folding import simplify
from align.language.languages import Language
from align.terms.checking.matching import Difference, Matching, differences, match
from align.terms.checking.operators import judged, read_operators
from align.terms.checking.parts import Answered, Part, described
from align.terms.checking.roles import exchanges
from align.terms.checking.weights import Weights

_RATIO = math.log(3.2)  # English characters for a Chinese one, the median of a record's beads


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a unit as it is read: its text in simplified characters, and what it states."""

    text: str
    language: Language
    facts: tuple[Fact, ...]
    poles: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A difference between the sides of a unit, its features and its probability."""

    source: Fact | None
    target: Fact | None
    features: dict[str, float]
    probability: float

    @property
    def subject(self) -> Fact:
        """The fact that the doubt is about: the source's where it has one."""
        one = self.source or self.target
        assert one is not None
        return one


def read_side(text: str, language: Language) -> Side:
    """Read one side of a unit."""
    plain = simplify(text) if language.is_chinese else text  # one for one: places stay
    return Side(plain, language, facts(text, language), tuple(poles(plain, language)))


def doubts(
    source: Side,
    target: Side,
    weights: Weights,
    *,
    confidence: float | None = None,
    words: tuple[Answered, Answered] | None = None,
) -> list[Doubt]:
    """The differences between two sides in order, however unlikely a mistake.

    `words` says how well the words of each side are answered; without it no parts are looked at.
    """
    plain = match(source.facts, target.facts)
    polar = match(source.poles, target.poles)
    shape = _shape(source, target, confidence)
    found: list[Doubt] = []
    told = differences(plain)
    for one in told:
        features = _of_fact(one, plain, len(told), source, target) | shape
        found.append(Doubt(one.source, one.target, features, weights.probability(features)))
    for one in _one_an_axis(differences(polar)):
        features = _of_pole(one, polar, source, target, weights) | shape
        found.append(Doubt(one.source, one.target, features, weights.probability(features)))
    network = weights.networks.get("operators")
    if source.language.is_chinese != target.language.is_chinese and network is not None:
        for row in operator_rows(source, target, weights, words):
            probability = network.probability(row.features)
            found.append(Doubt(row.source, row.target, row.features, probability))
    if words is not None:
        found += part_doubts(*words, weights, shape)
        deeds = weights.networks.get("roles")
        if source.language.is_chinese != target.language.is_chinese and deeds is not None:
            for doubt in role_doubts(*words, shape):
                found.append(replace(doubt, probability=deeds.probability(doubt.features)))
    return found


def part_doubts(
    source: Answered, target: Answered, weights: Weights, shape: dict[str, float]
) -> list[Doubt]:
    """A doubt for each item, clause and name that may have no counterpart, of either side."""
    found = []
    for lost, ours, theirs in ((True, source, target), (False, target, source)):
        for part, features in described(ours, theirs):
            features |= {f"{part.kind}:{k}": v for k, v in shape.items() if k != "bias"}
            fact = _of_part(part, ours)
            ours_, theirs_ = (fact, None) if lost else (None, fact)
            found.append(Doubt(ours_, theirs_, features, weights.probability(features)))
    return found


def role_doubts(source: Answered, target: Answered, shape: dict[str, float]) -> Iterator[Doubt]:
    """A doubt for each three words that may say that doer and done-to were exchanged.

    Its probability is for the caller to add.
    """
    zh, en = (source, target) if source.language.is_chinese else (target, source)
    for one in exchanges(zh, en):
        features = one.features | {f"roles:{k}": v for k, v in shape.items() if k != "bias"}
        sides = [
            Fact((Reading("roles", "", "roles"),), *span, side.text[slice(*span)])
            for side, span in ((zh, one.chinese), (en, one.english))
        ]
        ours, theirs = sides if source.language.is_chinese else reversed(sides)
        yield Doubt(ours, theirs, features, 0.0)


def _of_part(part: Part, side: Answered) -> Fact:
    text = side.text[part.start : part.end]
    return Fact((Reading(part.kind, text),), part.start, part.end, text)


def _one_an_axis(some: Iterable[Difference]) -> Iterator[Difference]:
    """Of each axis the first difference: two words for one pole are one mistake."""
    seen: set[str] = set()
    for one in some:
        axis = (one.source or one.target).unit  # type: ignore[union-attr]
        if axis not in seen:
            seen.add(axis)
            yield one


def _shape(source: Side, target: Side, confidence: float | None) -> dict[str, float]:
    """What the unit as a whole says: its lengths, and how sure its alignment is."""
    ours, theirs = max(len(source.text.strip()), 1), max(len(target.text.strip()), 1)
    ratio = math.log(theirs / ours) - (_RATIO if source.language.is_chinese else -_RATIO) * (
        source.language.is_chinese != target.language.is_chinese
    )
    return {
        "bias": 1.0,
        "unit:length": math.log(ours if source.language.is_chinese else theirs),
        "unit:longer": max(ratio, 0.0),
        "unit:shorter": max(-ratio, 0.0),
        "unit:doubtful": 1.0 - confidence if confidence is not None else 0.0,
    }


def _of_fact(
    one: Difference, found: Matching, many: int, source: Side, target: Side
) -> dict[str, float]:
    kind = one.source.kind if one.source else one.target.kind  # type: ignore[union-attr]
    state = "became" if one.source and one.target else "lost" if one.source else "added"
    features = {
        f"fact:{state}": 1.0,
        f"fact:{kind}:{state}": 1.0,
        f"fact:{state}:others": math.log(many),
        f"fact:{state}:matched": math.log1p(len(found.pairs)),
    }
    for name, fact in (("source", one.source), ("target", one.target)):
        if fact is not None:
            features[f"fact:{name}:{fact.strength}"] = 1.0
            features[f"fact:{name}:figures"] = float(any(c.isdigit() for c in fact.text))
            features[f"fact:{name}:one"] = float(fact.value == 1)
            features[f"fact:{name}:small"] = float(str(fact.value) in ("2", "3"))
    if one.source and one.target:
        if one.source.kind != one.target.kind:
            features[f"fact:{one.source.kind} to {one.target.kind}"] = 1.0
            same = float(one.source.value == one.target.value)
            features[f"fact:{one.source.kind} to {one.target.kind}, same value"] = same
        features["fact:same kind"] = float(one.source.kind == one.target.kind)
        features["fact:same unit"] = float(one.source.unit == one.target.unit)
        features["fact:same value"] = float(one.source.value == one.target.value)
        features["fact:apart"] = _apart(one, source, target)
    return features


def _of_pole(
    one: Difference, found: Matching, source: Side, target: Side, weights: Weights
) -> dict[str, float]:
    assert one.source is not None
    assert one.target is not None
    axis = one.source.unit
    ours = _trust(one.source, source, weights)
    theirs = _trust(one.target, target, weights)
    named = [f for f in (*found.source, *found.target) if f.unit == axis]
    return {
        "pole": 1.0,
        f"pole:{axis}": 1.0,
        "pole:least": min(ours, theirs),
        "pole:most": max(ours, theirs),
        "pole:others": math.log(max(len(named) - 1, 1)),
        "pole:apart": _apart(one, source, target),
        # Long forms are of one sense: 副秘书长, tens of thousands.
        "pole:characters": float(min(max(_characters(one) - 2, 0), 2)),
        "pole:words": float(min(_words_of(one) - 1, 2)),
    }


def _characters(one: Difference) -> int:
    """The characters of a contradiction's Chinese form."""
    return max((len(f.text) for f in one if f is not None and not f.text.isascii()), default=2)


def _words_of(one: Difference) -> int:
    """The words of a contradiction's English form."""
    return max(
        (f.text.count("_") + 1 for f in one if f is not None and f.text.isascii()), default=1
    )


def _trust(fact: Fact, side: Side, weights: Weights) -> float:
    known = weights.poles[side.language.rules]
    return known.get(f"{fact.text}|{fact.unit}", known.get("", 0.0))


def _apart(one: Difference, source: Side, target: Side) -> float:
    """How far apart the two stand, as shares of their texts."""
    assert one.source is not None
    assert one.target is not None
    return abs(
        one.source.start / max(len(source.text), 1) - one.target.start / max(len(target.text), 1)
    )


class OperatorRow(NamedTuple):
    """An operator of either side, where its counterpart should stand, and what speaks for a mistake."""

    of_source: bool
    span: tuple[int, int]  # of its own side
    place: tuple[int, int]  # of the other side
    axis: str
    features: dict[str, float]
    source: Fact | None
    target: Fact | None


def operator_rows(
    source: Side, target: Side, weights: Weights, words: tuple[Answered, Answered] | None
) -> Iterator[OperatorRow]:
    """Each operator of the source, then of the target."""
    ours, theirs = (
        read_operators(
            side.text,
            side.language,
            signs=weights.signs[side.language.rules],
            forms=weights.forms[side.language.rules],
        )
        for side in (source, target)
    )
    back = (words[1], words[0]) if words is not None else None
    shape = {k: v for k, v in _shape(source, target, None).items() if k != "bias"}
    for mine, other, both, first in ((ours, theirs, words, True), (theirs, ours, back, False)):
        for one in judged(mine, other, both):
            fact = _of_operator(one.mark, mine.text)
            rival = _of_operator(one.rival, other.text) if one.rival is not None else None
            yield OperatorRow(
                first,
                (one.mark.start, one.mark.end),
                one.place,
                one.mark.axis,
                one.features | shape | {"of source": float(first)},
                fact if first else rival,
                rival if first else fact,
            )


def _of_operator(one: Operator, text: str) -> Fact:
    kind: FactKind = "negation" if one.axis == "negation" else "operator"
    said = text[one.start : one.end]
    return Fact((Reading(kind, one.name, one.axis),), one.start, one.end, said, "soft")
