"""Why a term may be missing where nothing wrong stands in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.datatypes import TranslationUnit
from align.terms.checking.case import Case
from align.terms.checking.instead import heads
from align.terms.checking.pointing import pointers
from align.terms.index import Group

_DISTANT = 60  # units that a pronoun's name may be away in a resolution
_UNASKED = 0.13  # coverage of a word that the source has not
_OWN = 0.2  # coverage of a rendering that its own unit's source asks for
_PLAIN_WORD = re.compile(r"\b[a-z]{4,}\b")


def reason(case: Case, place: int, group: Group) -> str | None:
    """The reason of the catalogue that may explain a missing term; None where there is none."""
    unit = case.units[place]
    if _in_neighbour(case, place, group):
        return "in-neighbour"
    if unit.confidence is not None and unit.confidence < case.look.lowest_confidence:
        return "misaligned"
    if not _pointed_at(case, place, group):
        return None
    ours = pointers(case.index.target_language).ours
    if case.index.is_country(group) and ours.search(unit.target):
        return "elided"
    if any(_named(case, other, group) for other in _before(case, place)):
        return "elided"
    # A resolution says "The General Assembly" at its head and "it" ever after.
    head = range(max(0, place - _DISTANT), place)
    if case.index.is_name(group) and any(_named(case, other, group) for other in head):
        return "distant"
    return None


def _in_neighbour(case: Case, place: int, group: Group) -> bool:
    """Whether a unit nearby has a rendering that its own source does not ask for."""
    may = case.index.may(group)
    for other in _near(case, place):
        reading = case.reading(other)
        here = {(one.start, one.end) for one in reading.kept if one.pattern in may}
        if not here:
            continue
        asked = frozenset().union(*(case.index.may(g) for g in reading.groups))
        spare = here - {(one.start, one.end) for one in reading.kept if one.pattern in asked}
        if any(not _own(case, reading.unit, span) for span in spare):
            return True
    return False


def _own(case: Case, unit: TranslationUnit, span: tuple[int, int]) -> bool:
    """Whether words of the unit's own source answer for a rendering, though no term of it does."""
    if case.aligner is None or not unit.source:
        return False
    return case.aligner.coverage(unit.target, unit.source, span) >= _OWN


def _near(case: Case, place: int) -> Iterator[int]:
    for distance in range(1, case.look.neighbours + 1):
        for other in (place - distance, place + distance):
            if 0 <= other < len(case.units) and case.units[other].target:
                yield other


def _pointed_at(case: Case, place: int, group: Group) -> bool:
    """Whether a pronoun or a short form may stand for the term, were it named before."""
    unit = case.units[place]
    theirs, ours = pointers(case.index.target_language), pointers(case.index.source_language)
    if case.index.is_country(group) and theirs.ours.search(unit.target):
        return True
    # A pronoun that the source has as well stands for something else.
    spare = len(theirs.pronoun.findall(unit.target)) - len(ours.pronoun.findall(unit.source))
    if spare < 1 and not _short_form(case, unit.target, group):
        return False
    return case.index.is_name(group) or not _unasked(case, unit)


def _unasked(case: Case, unit: TranslationUnit) -> bool:
    """Whether two words side by side in the target answer to nothing in the source."""
    if case.aligner is None or case.index.target_language.is_chinese:
        return False
    last = -1
    for match in _PLAIN_WORD.finditer(unit.target):
        if case.aligner.coverage(unit.target, unit.source, match.span()) < _UNASKED:
            if match.start() == last + 1:
                return True
            last = match.end()
    return False


def _before(case: Case, place: int) -> Iterator[int]:
    """The units that a pronoun may look back to: the last three, and the paragraph's."""
    number = case.units[place].paragraph
    for other in range(place - 1, max(-1, place - 12), -1):
        if place - other > 3 and (number is None or case.units[other].paragraph != number):
            return
        yield other


def _named(case: Case, place: int, group: Group) -> bool:
    may = case.index.may(group)
    return any(one.pattern in may for one in case.reading(place).hits)


def _short_form(case: Case, target: str, group: Group) -> bool:
    short = pointers(case.index.target_language).short
    if short is None:
        return False
    words = heads(case.index, group)
    return any(match[1] in words for match in short.finditer(target))
