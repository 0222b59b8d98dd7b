"""Where the terms of a termbase stand in a unit, and whether each has an accepted rendering."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from align.report.marking import Highlight

if TYPE_CHECKING:
    from align.datatypes import Concept, Term, TranslationUnit
    from align.terms.matcher import Matcher
    from align.terms.termbase import Termbase

Marks = tuple[tuple[Highlight, ...], tuple[Highlight, ...]]


class TermMarker:
    """Marks terms in units; made once for a termbase."""

    def __init__(self, termbase: Termbase) -> None:
        from align.terms.matcher import Matcher

        self._zh = _designations(termbase.concepts, "zh")
        self._en = _designations(termbase.concepts, "en")
        self._zh_matcher: Matcher = Matcher([term.text for _, term in self._zh], "zh")
        self._en_matcher: Matcher = Matcher([term.text for _, term in self._en], "en")

    def marks(self, source: str, target: str) -> Marks:
        """Highlights of both texts: ``found`` with its counterpart, ``info`` where there is none.

        This only shows; whether a missing rendering is a mistake is for the terminology check.
        """
        ours = [(o.start, o.end, *self._zh[o.pattern]) for o in self._zh_matcher.find(source)]
        theirs = [(o.start, o.end, *self._en[o.pattern]) for o in self._en_matcher.find(target)]
        return (
            tuple(_highlight(item, source, target, theirs, "en") for item in ours),
            tuple(
                _highlight(item, target, source, ours, "zh")
                for item in theirs
                if _counterparts(item[2], ours)
            ),
        )

    def hits(self, units: Iterable[TranslationUnit]) -> dict[int, Marks]:
        """The marks of each unit by its position, as the report takes them."""
        return {index: self.marks(unit.source, unit.target) for index, unit in enumerate(units)}


Found = tuple[int, int, "Concept", "Term"]


def _designations(concepts: Sequence[Concept], lang: str) -> list[tuple[Concept, Term]]:
    return [(concept, term) for concept in concepts for term in concept.in_language(lang)]


def _counterparts(concept: Concept, others: Sequence[Found]) -> list[Found]:
    return [other for other in others if other[2] is concept]


def _highlight(
    item: Found, own: str, other: str, others: Sequence[Found], other_lang: str
) -> Highlight:
    """The mark of one term: right, wrong or missing on the other side, and what is expected."""
    start, end, concept, term = item
    expected = [t.text for t in concept.in_language(other_lang) if t.status in _ACCEPTED]
    shown = [other[o[0] : o[1]] for o in _counterparts(concept, others)]
    right = term.status in _ACCEPTED and any(
        o[3].status in _ACCEPTED for o in _counterparts(concept, others)
    )
    note = f"{own[start:end]} → {' | '.join(expected) or '–'}"
    note += f" · {shown[0]}" if shown and shown[0] not in expected else ""
    return Highlight(start, end, "found" if right else "info", note, own[start:end])


_ACCEPTED = ("preferred", "admitted")
