"""Findings on facts: numbers, dates, references, what is denied, and words that contradict."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence

from align.datatypes import Finding, Severity, TranslationUnit
from align.language.facts import Fact, agree
from align.language.facts.writing import plain_value
from align.language.tags import is_chinese, primary
from align.terms.checking.doubts import Doubt, Side, doubts, read_side
from align.terms.checking.matching import match
from align.terms.checking.weights import Weights, load_weights
from align.terms.rules import explained, finding

_RULES = {
    "date": "date-mismatch",
    "weekday": "date-mismatch",
    "quarter": "date-mismatch",
    "half": "date-mismatch",
    "decade": "date-mismatch",
    "century": "date-mismatch",
    "plan": "date-mismatch",
    "time": "time-mismatch",
    "symbol": "symbol-mismatch",
    "code": "symbol-mismatch",
    "share": "percentage-mismatch",
    "points": "percentage-mismatch",
    "label": "reference-mismatch",
    "url": "address-mismatch",
    "placeholder": "placeholder-mismatch",
    "pole": "contradiction",
    "negation": "negation-mismatch",
}
# Severity is a cut on the probability. What words mean is noted from the second cut on only.
_CUTS: tuple[tuple[float, Severity], ...] = ((0.8, "error"), (0.5, "warning"), (0.25, "info"))
_OF_WORDS = frozenset({"pole", "negation"})
_KEPT = 8  # sides of units nearby that are read once


def check_facts(
    units: Sequence[TranslationUnit],
    *,
    numbers: bool = True,
    negations: bool = True,
    neighbours: int = 1,
    lowest_confidence: float = 0.5,
    weights: Weights | None = None,
) -> Iterator[Finding]:
    """A finding for each fact of one side that has no counterpart on the other, in order.

    A wrong one is paired with what stands instead. One whose counterpart is in a unit nearby is a
    note; in a unit that is probably misaligned it is said to be that. `numbers` and `negations`
    turn the two groups of rules off.
    """
    reader = _Reader(units)
    weights = weights or load_weights()
    for place, unit in enumerate(units):
        if not unit.source.strip() or not unit.target.strip() or not _known(unit):
            continue
        source, target = reader.sides(place)
        for doubt in _once(doubts(source, target, weights, confidence=unit.confidence)):
            denial = doubt.subject.kind == "negation"
            if not (negations if denial else numbers):
                continue
            severity = next((name for cut, name in _CUTS if doubt.probability >= cut), None)
            if severity is None or (severity == "info" and doubt.subject.kind in _OF_WORDS):
                continue
            found = _finding(place, unit, doubt, severity)
            if (
                not denial
                and doubt.subject.kind != "pole"
                and _nearby(reader, place, doubt, neighbours)
            ):
                found = explained(found, "in-neighbour")
            elif unit.confidence is not None and unit.confidence < lowest_confidence:
                found = explained(found, "misaligned", "warning" if severity != "info" else "info")
            yield found


def _once(some: Sequence[Doubt]) -> list[Doubt]:
    """The doubts, but of a negation and a contradiction in one place (不得, allowed) the likelier."""
    told = {doubt.subject.kind: doubt for doubt in some if doubt.subject.kind == "negation"}
    denial = told.get("negation")
    if denial is None:
        return list(some)
    rivals = [d for d in some if d.subject.kind == "pole" and _touch(d, denial)]
    stronger = any(d.probability > denial.probability for d in rivals)
    return [d for d in some if (d is not denial if stronger else d not in rivals)]


def _touch(one: Doubt, other: Doubt) -> bool:
    pairs = ((one.source, other.source), (one.target, other.target))
    return any(a and b and a.start < b.end and b.start < a.end for a, b in pairs)


def _known(unit: TranslationUnit) -> bool:
    return {primary(unit.source_lang), primary(unit.target_lang)} <= {"zh", "en"}


class _Reader:
    """The sides of units, each read once while its neighbours are looked at."""

    def __init__(self, units: Sequence[TranslationUnit]) -> None:
        self._units = units
        self._read: OrderedDict[int, tuple[Side, Side]] = OrderedDict()

    def sides(self, place: int) -> tuple[Side, Side]:
        """The source and the target of the unit at `place`."""
        if place not in self._read:
            unit = self._units[place]
            self._read[place] = (
                read_side(unit.source, chinese=is_chinese(unit.source_lang)),
                read_side(unit.target, chinese=is_chinese(unit.target_lang)),
            )
            while len(self._read) > _KEPT:
                self._read.popitem(last=False)
        return self._read[place]

    def around(self, place: int, reach: int) -> Iterator[tuple[Side, Side]]:
        """The sides of the units nearby."""
        for other in range(max(0, place - reach), min(len(self._units), place + reach + 1)):
            if other != place and _known(self._units[other]):
                yield self.sides(other)


def _nearby(reader: _Reader, place: int, doubt: Doubt, reach: int) -> bool:
    """Whether units nearby hold the counterparts, and need them for nothing of their own."""
    lost, added = doubt.source is None, doubt.target is None
    for source, target in reader.around(place, reach):
        found = match(source.facts, target.facts)
        if doubt.source is not None:
            lost = lost or any(agree(doubt.source, target.facts[j]) for j in found.added)
        if doubt.target is not None:
            added = added or any(agree(source.facts[i], doubt.target) for i in found.lost)
    return lost and added


def _finding(place: int, unit: TranslationUnit, doubt: Doubt, severity: Severity) -> Finding:
    source, target = doubt.source, doubt.target
    subject = doubt.subject
    rule = _RULES.get(subject.kind, "number-mismatch")
    wrong = "contradiction" if subject.kind == "pole" else "wrong-number"
    verdict = wrong if source and target else "omitted" if source else "added"
    value = plain_value(source.readings[0], chinese=is_chinese(unit.target_lang)) if source else ""
    return finding(
        rule,
        verdict,
        place,
        unit,
        severity=severity,
        probability=round(doubt.probability, 3),
        source=_written(unit.source, source),
        expected=(value,) if source and subject.kind not in ("pole", "negation") else (),
        found=_written(unit.target, target),
        source_spans=((source.start, source.end),) if source else (),
        target_spans=((target.start, target.end),) if target else (),
        values={"value": value},
    )


def _written(text: str, fact: Fact | None) -> str | None:
    return text[fact.start : fact.end].strip() if fact else None
