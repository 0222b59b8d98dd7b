"""What a check of terms looks at: the units, what each names, and what its target has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from align.datatypes import TranslationUnit
from align.terms.index import Group, Mention, TermIndex
from align.terms.matcher import Occurrence
from align.terms.wordalign import WordAligner

Mentions = Mapping[Group, Sequence[Mention]]


@dataclass(frozen=True, slots=True)
class Look:
    """How far a term that seems missing is looked for."""

    neighbours: int = 2  # units on each side
    lowest_confidence: float = 0.5  # of the bead; below it a mistake is put down to the alignment


@dataclass(frozen=True, slots=True)
class Reading:
    """A unit as the termbase reads it.

    `groups` are what its source names, `hits` every target term of the termbase in its target, and
    `kept` those that remain after masking.
    """

    unit: TranslationUnit
    groups: Mentions
    hits: tuple[Occurrence, ...]
    kept: tuple[Occurrence, ...]

    def of_source(self, mention: Mention) -> str:
        """A mention as the source has it."""
        return self.unit.source[mention.start : mention.end]


@dataclass(frozen=True, slots=True)
class Case:
    """All that a check of terms looks at: units in the order of the text, termbase, word aligner.

    `soft` are the places of concepts whose renderings the termbase describes but does not
    prescribe: that one is missing is a note. `capitals` is False where those of the termbase say
    nothing.
    """

    units: Sequence[TranslationUnit]
    index: TermIndex
    aligner: WordAligner | None = None
    look: Look = field(default_factory=Look)
    soft: frozenset[int] = frozenset()
    capitals: bool = True
    readings: dict[int, Reading] = field(default_factory=dict)

    def reading(self, place: int) -> Reading:
        """The reading of the unit at `place`, made once."""
        if place not in self.readings:
            if len(self.readings) >= _KEPT:
                self.readings.clear()
            self.readings[place] = read(self.units[place], self.index)
        return self.readings[place]


_KEPT = 8192  # readings, some kilobytes each: more are read anew


def read(unit: TranslationUnit, index: TermIndex) -> Reading:
    """What a unit's source names and which terms its target has."""
    groups: dict[Group, list[Mention]] = {}
    for mention in index.mentions(unit.source):
        groups.setdefault(mention.group, []).append(mention)
    return Reading(unit, groups, index.hits(unit.target), tuple(index.reading(unit.target, groups)))


def answers(index: TermIndex, reading: Reading, group: Group) -> list[Occurrence]:
    """Accepted renderings of a group that are no part of a name or of another's rendering."""
    may, stand_ins = index.may(group), index.stand_ins(group)
    right = [one for one in reading.hits if one.pattern in may]
    right += [
        one
        for one in reading.hits
        if one.pattern in stand_ins
        and _stands_alone(index, reading, one)
        and not any(_covers(holder, one) for holder in right)
    ]
    if not right:
        return right
    others = frozenset().union(*(index.may(g) for g in reading.groups if g != group))
    bad = frozenset().union(*(index.must_not(g) for g in reading.groups))
    claimed = [
        one
        for one in reading.kept
        if one.pattern not in may
        and (one.pattern in others or one.pattern in bad or one.pattern in index.names)
    ]
    return [
        one
        for one in right
        if not any(
            _covers(holder, one)
            and (
                one.pattern in stand_ins
                or holder.pattern in others
                or not index.is_built_in(holder.pattern)
                or (
                    one.end == holder.end
                    and _is_head(index, reading.unit.target[holder.start : one.start])
                )
            )
            for holder in claimed
        )
    ]


_MODIFIES = re.compile(r"\b(?:of|for|to|in|on|against|at) (?:the )?$")


def _is_head(index: TermIndex, before: str) -> bool:
    """Whether a name with `before` in front of it is another's head, and so another: 副秘书长.

    What a longer name that nothing asks for only mentions is named nevertheless: the Security
    Council by its President, the United Nations by its Mission.
    """
    if index.target_language.is_chinese:
        return bool(before)
    return bool(before) and not _MODIFIES.search(before)


# A head is a name's own where it is in small letters, or no other capitals go with it: the Council,
# but not in Safety Council or Court of Arbitration.
_CAPITAL_BEFORE = re.compile(
    r"(?<![\w’'-])(?!(?:The|This|That|Its|An?|Our|But|And|So|If|In|At|As|When|For)\b)[A-Z][\w’'-]* $"
)
_CAPITAL_AFTER = re.compile(r" (?:of|for|on|against) (?:the )?[A-Z]")


def _stands_alone(index: TermIndex, reading: Reading, one: Occurrence) -> bool:
    """Whether a short form by itself is no part of a longer name that the list does not have."""
    text = reading.unit.target
    if (
        index.target_language.is_chinese
        or not text[one.start].isupper()
        or " " in text[one.start : one.end]
    ):
        return True
    before = _CAPITAL_BEFORE.search(text, max(0, one.start - 40), one.start)
    return before is None and _CAPITAL_AFTER.match(text, one.end) is None


def _covers(holder: Occurrence, one: Occurrence) -> bool:
    """Whether `holder` is longer than `one` and contains it."""
    inside = holder.start <= one.start and one.end <= holder.end
    return inside and (holder.end - holder.start) > (one.end - one.start)
