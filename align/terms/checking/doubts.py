"""What in a unit may be a mistake of fact, with what speaks for it and how likely it is.

Facts and poles of both sides are read and matched (`matching`), operators are judged where they stand
(`operators`); every difference is described by features, of which a trained model makes a probability
(`weights`).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from align.language.facts import Fact, FactKind, Reading, facts, poles
from align.language.facts.denied import is_denied, reaches
from align.language.facts.operators import DENIAL, Operator
from align.language.folding import simplify
from align.language.languages import Language
from align.terms.checking import operators, parts
from align.terms.checking.exchanged import Exchanged, exchanged
from align.terms.checking.matching import Difference, Matching, differences, match
from align.terms.checking.parts import SHAPE, Answered
from align.terms.checking.roles import Exchange, exchanges
from align.terms.checking.weights import Weights, log_odds, probability_of
from align.terms.checking.words import unanswered

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


class Unit(NamedTuple):
    """A unit as it is judged: its sides, and where its words are compared how they are answered."""

    source: Side
    target: Side
    confidence: float | None = None
    words: tuple[Answered, Answered] | None = None

    @property
    def crosses(self) -> bool:
        """Whether one side is Chinese and the other is not."""
        return self.source.language.is_chinese != self.target.language.is_chinese


def doubts(units: Sequence[Unit], weights: Weights) -> list[list[Doubt]]:
    """The differences between the two sides of each unit, in order.

    What is too unlikely to be told by the cuts of `weights` is left out. No parts are looked at where a
    unit has no words.
    """
    shapes = [_shape(unit.source, unit.target, unit.confidence) for unit in units]
    found: list[list[Doubt]] = []
    for unit, shape in zip(units, shapes, strict=True):
        features = {"bias": 1.0, **dict(zip(SHAPE, shape, strict=True))}
        found.append(list(_of_facts(unit, features, weights)))
    for at, doubt in _of_operators(units, weights):
        found[at].append(doubt)
    facts_of = _FactsOf(units)
    for at, doubt in _of_parts(units, shapes, facts_of, weights):
        found[at].append(doubt)
    for at, doubt in _of_words(units, facts_of, weights):
        found[at].append(doubt)
    for at, doubt in _of_roles(units, shapes, weights):
        found[at].append(doubt)
    for at, doubt in _of_exchanged(units, weights):
        found[at].append(doubt)
    return found


def _of_facts(unit: Unit, shape: dict[str, float], weights: Weights) -> Iterator[Doubt]:
    """The facts and the poles of a unit that differ."""
    source, target = unit.source, unit.target
    plain = match(source.facts, target.facts)
    polar = match(source.poles, target.poles)
    told = differences(plain)
    for one in told:
        features = _of_fact(one, plain, len(told), source, target) | shape
        yield Doubt(one.source, one.target, features, weights.probability(features))
    said = (one for one in differences(polar) if _said_alike(one, source, target))
    for one in _one_an_axis(said):
        features = _of_pole(one, polar, source, target, weights) | shape
        yield Doubt(one.source, one.target, features, weights.probability(features))


def _of_operators(units: Sequence[Unit], weights: Weights) -> Iterator[tuple[int, Doubt]]:
    """The operators that may be lost or turned, with the places of their units."""
    network = weights.networks.get("operators")
    if network is None:
        return
    table = operators_of(units, weights)
    names = operators.feature_names()
    chances = network.probabilities(names, table.values)
    denials = [row for row, one in enumerate(table.rows) if one.mark.axis == DENIAL]
    chances[denials] = weights.networks["denials"].probabilities(names, table.values[denials])
    for row, (one, chance) in enumerate(zip(table.rows, chances.tolist(), strict=True)):
        if chance < weights.least(one.mark.axis):
            continue
        at, of_source = one.facing // 2, one.facing % 2 == 0
        unit = units[at]
        texts = (unit.source, unit.target) if of_source else (unit.target, unit.source)
        rival = operators.rival(table, row, weights.signs)
        own, facing = (unit.source, unit.target) if of_source else (unit.target, unit.source)
        if one.mark.axis == DENIAL and _says_contrary(one.mark, own, facing):
            continue
        if rival is not None and not _alike_denied(own, one.mark.start, facing, rival.start):
            continue
        fact = _of_operator(one.mark, texts[0].text)
        other = _of_operator(rival, texts[1].text) if rival is not None else None
        ours, theirs = (fact, other) if of_source else (other, fact)
        features = table.features(row)
        if one.mark.axis == DENIAL and unit.words is not None:
            features[SAID] = _said(one.mark, unit.words[0 if of_source else 1])
        yield at, Doubt(ours, theirs, features, chance)


SAID = "denied:said"  # the name of a feature that no network weighs
_PRONOUNS = frozenset("我你他她它您")


def _said(mark: Operator, words: Answered) -> float:
    """How well the word that a denial stands before is answered, 0 where none stands next to it."""
    low = bisect_left(words.spans, (mark.end, mark.end))
    for place in range(low, min(low + 2, len(words.spans))):
        start, end = words.spans[place]
        word = words.text[start:end]
        if start > mark.end + 1:
            break
        if place in words.heavy and word.isalnum() and word not in _PRONOUNS:
            return words.scores[place]
    return 0.0


def operators_of(units: Sequence[Unit], weights: Weights) -> operators.Table:
    """The operators of units as a table: each unit is two texts that are judged, its source first."""
    facing = []
    for unit in units:
        facing += _facing(unit, weights)
    return operators.judged(facing, weights.signs, weights.forms, weights.answers)


def _facing(unit: Unit, weights: Weights) -> list[operators.Facing]:
    """A unit's sides as either is judged by the other."""
    sides = (unit.source, unit.target)
    if not unit.crosses:
        blank = [operators.Text.blank(side.text, side.language) for side in sides]
        return [operators.Facing(a, b, True, None, _NO_SHAPE) for a, b in (blank, blank[::-1])]
    ours, theirs = (
        operators.read_operators(side.text, side.language, weights.signs) for side in sides
    )
    shape = _shape(*sides, None)
    back = (unit.words[1], unit.words[0]) if unit.words is not None else None
    return [
        operators.Facing(ours, theirs, True, unit.words, shape),
        operators.Facing(theirs, ours, False, back, shape),
    ]


def _of_parts(
    units: Sequence[Unit], shapes: Sequence[Shape], facts_of: _FactsOf, weights: Weights
) -> Iterator[tuple[int, Doubt]]:
    """The items, clauses, names and titles that may have no counterpart, of either side."""
    places = [at for at, unit in enumerate(units) if unit.words is not None]
    pairs = [words for unit in units if (words := unit.words) is not None]
    least = log_odds(weights.least("name"))
    table = parts.judged(pairs, [shapes[at] for at in places], weights.features, least)
    for row, (one, odds) in enumerate(zip(table.rows, table.odds.tolist(), strict=True)):
        chance = probability_of(odds)
        at = places[one.pair]
        if chance < weights.least(one.part.kind):
            continue
        if facts_of.answer(at, one.first, one.part.start, one.part.end):
            continue
        text = one.side.text[one.part.start : one.part.end]
        fact = Fact((Reading(one.part.kind, text),), one.part.start, one.part.end, text)
        ours, theirs = (fact, None) if one.first else (None, fact)
        yield places[one.pair], Doubt(ours, theirs, table.features(row), chance)


def _of_words(
    units: Sequence[Unit], facts_of: _FactsOf, weights: Weights
) -> Iterator[tuple[int, Doubt]]:
    """The words that nothing answers, of either side."""
    network = weights.networks.get("words")
    if network is None:
        return
    places = [at for at, unit in enumerate(units) if unit.words is not None and unit.crosses]
    pairs = [words for at in places if (words := units[at].words) is not None]
    for one in unanswered(pairs, network, weights.usual, weights.least("word")):
        unit = units[places[one.pair]]
        text = (unit.source if one.first else unit.target).text[one.start : one.end]
        if facts_of.answer(places[one.pair], one.first, one.start, one.end):
            continue
        fact = Fact((Reading("word", text),), one.start, one.end, text)
        ours, theirs = (fact, None) if one.first else (None, fact)
        yield places[one.pair], Doubt(ours, theirs, one.features, one.probability)


class _FactsOf:
    """Where the sides of units have facts that the other side answers, each unit read when asked for."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = units
        self._masks: dict[int, tuple[bytearray, bytearray]] = {}

    def answer(self, place: int, of_source: bool, start: int, end: int) -> bool:
        """Whether words that no word answers are of facts that are answered: June, of 第二季度.

        Marks around them do not count: a name in quotation marks.
        """
        if place not in self._masks:
            self._masks[place] = _answered_characters(self._units[place])
        mask = self._masks[place][0 if of_source else 1]
        unit = self._units[place]
        text = (unit.source if of_source else unit.target).text
        told = [mask[at] for at in range(start, end) if text[at].isalnum()]
        return bool(told) and all(told)


def _answered_characters(unit: Unit) -> tuple[bytearray, bytearray]:
    found = match(unit.source.facts, unit.target.facts)
    masks = bytearray(len(unit.source.text)), bytearray(len(unit.target.text))
    sides = ((found.source, found.lost), (found.target, found.added))
    for mask, (own, missed) in zip(masks, sides, strict=True):
        lost = set(missed)
        for at, fact in enumerate(own):
            if at not in lost:
                mask[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
    return masks


def _of_roles(
    units: Sequence[Unit], shapes: Sequence[Shape], weights: Weights
) -> Iterator[tuple[int, Doubt]]:
    """The threes of words that may say that doer and done-to were exchanged."""
    network = weights.networks.get("roles")
    if network is None:
        return
    found: list[tuple[int, Exchange]] = []
    for at, unit in enumerate(units):
        if unit.words is not None and unit.crosses:
            words = unit.words if unit.source.language.is_chinese else unit.words[::-1]
            found += [(at, one) for one in exchanges(*words)]
    names = tuple(f"roles:{name}" for name in SHAPE)
    rows = [one.features | dict(zip(names, shapes[at], strict=True)) for at, one in found]
    chances = network.of_rows(rows).tolist()
    for (at, one), row, chance in zip(found, rows, chances, strict=True):
        if chance < weights.least("roles"):
            continue
        unit = units[at]
        forward = unit.source.language.is_chinese
        spans = (one.chinese, one.english) if forward else (one.english, one.chinese)
        ours, theirs = (
            Fact((Reading("roles", "", "roles"),), *span, side.text[slice(*span)])
            for side, span in zip((unit.source, unit.target), spans, strict=True)
        )
        yield at, Doubt(ours, theirs, row, chance)


def _of_exchanged(units: Sequence[Unit], weights: Weights) -> Iterator[tuple[int, Doubt]]:
    """The facts of a kind that may have changed places."""
    network = weights.networks.get("exchanged")
    if network is None:
        return
    found: list[tuple[int, Exchanged]] = []
    for at, unit in enumerate(units):
        few = min(len(unit.source.facts), len(unit.target.facts)) < 2
        if unit.words is not None and unit.crosses and not few:
            both = match(unit.source.facts, unit.target.facts)
            found += [(at, one) for one in exchanged(both, *unit.words) if one.firm]
    chances = network.of_rows([one.features for _, one in found]).tolist()
    for (at, one), chance in zip(found, chances, strict=True):
        if chance >= weights.least("exchanged"):
            unit = units[at]
            ours, theirs = (
                _stretch(two, side.text)
                for two, side in ((one.source, unit.source), (one.target, unit.target))
            )
            yield at, Doubt(ours, theirs, one.features, chance)


def _stretch(two: tuple[Fact, Fact], text: str) -> Fact:
    """Two facts with what stands between them."""
    start, end = min(one.start for one in two), max(one.end for one in two)
    return Fact((Reading("exchanged", ""),), start, end, text[start:end])


# Poles of limits: a denial turns the one into the other, and may stand far away.
_LIMITS = frozenset(("bound", "beyond"))


def _said_alike(one: Difference, source: Side, target: Side) -> bool:
    """Whether both poles of a contradiction are denied, or neither is.

    不复杂 for "simple" is no contradiction; what is wrong with 复杂 for "not complicated" is its denial.
    Of limits the denial may stand far away (do not bend it to less than 30 mm: 不得大于).
    """
    assert one.source is not None
    assert one.target is not None
    if one.source.unit in _LIMITS:
        return True
    return _alike_denied(source, one.source.start, target, one.target.start)


def _alike_denied(source: Side, ours: int, target: Side, theirs: int) -> bool:
    """Whether the words at two places of the sides are both denied, or neither is."""
    return is_denied(source.text, ours, source.language) == is_denied(
        target.text, theirs, target.language
    )


def _says_contrary(mark: Operator, own: Side, other: Side) -> bool:
    """Whether the other side has the contrary of what a denial denies: 并不相同, "different"."""
    for pole in own.poles:
        if not reaches(own.text, mark.end, pole.start, own.language):
            continue
        said = {
            one.value == pole.value
            for one in other.poles
            if one.unit == pole.unit and not is_denied(other.text, one.start, other.language)
        }
        if said == {False}:
            return True
    return False


def _one_an_axis(some: Iterable[Difference]) -> Iterator[Difference]:
    """Of each axis the first difference: two words for one pole are one mistake."""
    seen: set[str] = set()
    for one in some:
        axis = (one.source or one.target).unit  # type: ignore[union-attr]
        if axis not in seen:
            seen.add(axis)
            yield one


Shape = tuple[float, float, float, float]  # as `SHAPE` names them
_NO_SHAPE: Shape = (0.0, 0.0, 0.0, 0.0)


def _shape(source: Side, target: Side, confidence: float | None) -> Shape:
    """What the unit as a whole says: its lengths, and how sure its alignment is."""
    ours, theirs = max(len(source.text.strip()), 1), max(len(target.text.strip()), 1)
    ratio = math.log(theirs / ours) - (_RATIO if source.language.is_chinese else -_RATIO) * (
        source.language.is_chinese != target.language.is_chinese
    )
    return (
        math.log(ours if source.language.is_chinese else theirs),
        max(ratio, 0.0),
        max(-ratio, 0.0),
        1.0 - confidence if confidence is not None else 0.0,
    )


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


def _of_operator(one: Operator, text: str) -> Fact:
    kind: FactKind = "negation" if one.axis == "negation" else "operator"
    said = text[one.start : one.end]
    return Fact((Reading(kind, one.name, one.axis),), one.start, one.end, said, "soft")
