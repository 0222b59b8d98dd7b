"""Do both sides of a unit hold the same numbers, dates, percentages and document symbols?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from align.datatypes import Finding, Severity, TranslationUnit
from align.language.numbers import Quantity, agree, quantities
from align.terms.rules import explained, finding

_RULES = {
    "date": "date-mismatch",
    "time": "time-mismatch",
    "symbol": "symbol-mismatch",
    "percent": "percentage-mismatch",
}
_COUNTED = ("number", "year", "ordinal", "money", "fraction", "percent")


def check_numbers(
    units: Sequence[TranslationUnit], *, neighbours: int = 1, lowest_confidence: float = 0.5
) -> Iterator[Finding]:
    """A finding for each quantity of one side that has no counterpart on the other.

    A wrong quantity is paired with what stands instead. One whose counterpart is in a unit nearby,
    or in a unit that is probably misaligned, is only a note.
    """
    for place, unit in enumerate(units):
        if unit.source and unit.target:
            yield from _unit(units, place, neighbours, lowest_confidence)


def rule_of(quantity: Quantity) -> str:
    """The rule that a quantity falls under: number-mismatch, date-mismatch …"""
    return _RULES.get(quantity.kind, "number-mismatch")


def _unit(
    units: Sequence[TranslationUnit], place: int, neighbours: int, lowest: float
) -> Iterator[Finding]:
    unit = units[place]
    source = quantities(unit.source, unit.source_lang)
    target = quantities(unit.target, unit.target_lang)
    if not source and not target:
        return
    lost = _without(source, target)
    added = _without(target, source)
    for one in [q for q in lost if q.firm]:
        other = _instead(one, added)
        if other is not None:
            added.remove(other)
        lost.remove(one)
        yield _finding(units, place, one, other, neighbours, lowest)
    for one in [q for q in added if q.firm]:
        other = _instead(one, [q for q in lost if _telling(q)])
        if other is not None:
            lost.remove(other)
            yield _finding(units, place, other, one, neighbours, lowest)
        else:
            yield _finding(units, place, None, one, neighbours, lowest)
        added.remove(one)
    for one in [q for q in lost if _telling(q)]:  # both in words: nine, ten
        other = _instead(one, [q for q in added if _telling(q) and q.kind == one.kind])
        if other is not None:
            added.remove(other)
            yield _finding(units, place, one, other, neighbours, lowest)


def _without(ours: Sequence[Quantity], theirs: Sequence[Quantity]) -> list[Quantity]:
    return [one for one in ours if not any(agree(one, other) for other in theirs)]


def _telling(one: Quantity) -> bool:
    """Whether a number word says more than "one" or "first"."""
    return one.kind in ("number", "ordinal") and one.value not in ("0", "1", "2")


def _instead(one: Quantity, others: Sequence[Quantity]) -> Quantity | None:
    """The unanswered quantity that most likely stands in the place of `one`."""
    alike = [other for other in others if other.kind == one.kind]
    if not alike:
        alike = [o for o in others if o.kind in _COUNTED and one.kind in _COUNTED]
    if not alike:
        alike = [o for o in others if {o.kind, one.kind} <= {"date", "year"}]
    firm = [other for other in alike if other.firm]
    return next(iter(firm or alike), None)


def _finding(
    units: Sequence[TranslationUnit],
    place: int,
    source: Quantity | None,
    target: Quantity | None,
    neighbours: int,
    lowest: float,
) -> Finding:
    unit = units[place]
    subject = source or target
    assert subject is not None
    firm = all(q.firm for q in (source, target) if q is not None) or source is None
    severity: Severity = "error" if firm or (source is not None and source.firm) else "warning"
    found = finding(
        rule_of(subject),
        "wrong-number" if source and target else "omitted" if source else "added",
        place,
        unit,
        severity=severity,
        source=source.text.strip() if source else None,
        expected=(source.value,) if source else (),
        found=target.text.strip() if target else None,
        source_spans=((source.start, source.end),) if source else (),
        target_spans=((target.start, target.end),) if target else (),
        values={"value": source.value if source else ""},
    )
    if _nearby(units, place, source, target, neighbours):
        return explained(found, "in-neighbour")
    if unit.confidence is not None and unit.confidence < lowest:
        return explained(found, "misaligned")
    return found


def _nearby(
    units: Sequence[TranslationUnit],
    place: int,
    source: Quantity | None,
    target: Quantity | None,
    reach: int,
) -> bool:
    """Whether units nearby hold the counterparts, and need them for nothing of their own."""
    lost = source is None
    added = target is None
    for other in range(max(0, place - reach), min(len(units), place + reach + 1)):
        if other == place:
            continue
        unit = units[other]
        theirs = quantities(unit.target, unit.target_lang)
        ours = quantities(unit.source, unit.source_lang)
        if source is not None:
            lost = lost or any(agree(source, q) for q in _without(theirs, ours))
        if target is not None:
            added = added or any(agree(target, q) for q in _without(ours, theirs))
    return lost and added
