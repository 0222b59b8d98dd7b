"""Was every term rendered as the termbase says, and if not, what happened to it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from align.datatypes import Finding, Severity, TranslationUnit
from align.language.folding import fold
from align.terms.index import Group, Mention, TermIndex
from align.terms.matcher import Occurrence
from align.terms.rules import explained, finding
from align.terms.wordalign import Rendering, WordAligner

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """How far a term that seems missing is looked for."""

    neighbours: int = 2  # units on each side
    lowest_confidence: float = 0.5  # of the bead; below it a mistake is put down to the alignment


def check_terms(
    units: Sequence[TranslationUnit],
    index: TermIndex,
    aligner: WordAligner | None = None,
    look: Look | None = None,
) -> Iterator[Finding]:
    """Findings on the terms of each unit, in order. Units with an empty side give none."""
    checker = _Checker(units, index, aligner, look or Look())
    for place, unit in enumerate(units):
        if unit.source and unit.target:
            yield from checker.unit(place)


class _Checker:
    def __init__(
        self,
        units: Sequence[TranslationUnit],
        index: TermIndex,
        aligner: WordAligner | None,
        look: Look,
    ) -> None:
        self.units = units
        self.index = index
        self.aligner = aligner
        self.look = look

    def unit(self, place: int) -> Iterator[Finding]:
        """Findings on the terms of one unit, by the place of the term in the source."""
        unit = self.units[place]
        groups: dict[Group, list[Mention]] = {}
        for mention in self.index.mentions(unit.source):
            groups.setdefault(mention.group, []).append(mention)
        if not groups:
            return
        reading = self.index.reading(unit.target, groups)
        hits = self.index.hits(unit.target)
        for group, mentions in groups.items():
            yield from self._forbidden(place, group, mentions, groups, reading)
            answers = self._answers(group, groups, hits, reading)
            wrong = self._wrong(group, groups, reading)
            if slip := self._slip(unit.target, group):
                yield self._misspelt(place, group, mentions, slip)
            if not answers and not wrong and not self._compound(unit.target, group):
                yield self._missing(place, group, mentions, groups)
            elif answers and not any(answer.cased for answer in answers):
                yield self._miscased(place, group, mentions, answers)

    # --- what answers to a term ---

    def _answers(
        self,
        group: Group,
        groups: dict[Group, list[Mention]],
        hits: Sequence[Occurrence],
        reading: list[Occurrence],
    ) -> list[Occurrence]:
        """Accepted renderings of a group that are no part of a name or of another's rendering."""
        may = self.index.may(group)
        others = frozenset().union(*(self.index.may(g) for g in groups if g != group))
        bad = frozenset().union(*(self.index.must_not(g) for g in groups))
        claimed = [
            one
            for one in reading
            if one.pattern not in may
            and (one.pattern in others or one.pattern in bad or one.pattern in self.index.names)
        ]
        return [
            one
            for one in hits
            if one.pattern in may and not any(_covers(holder, one) for holder in claimed)
        ]

    def _compound(self, target: str, group: Group) -> bool:
        """Whether a country is the first half of an adjective: Senegalo-Mauritanian, Sino-."""
        if not self.index.is_country(group):
            return False
        stems = {text[: max(4, len(text) - 3)] for text in self.index.expected(group)}
        return any(match[1].startswith(tuple(stems)) for match in _COMPOUND.finditer(target))

    def _wrong(
        self, group: Group, groups: dict[Group, list[Mention]], reading: list[Occurrence]
    ) -> list[Occurrence]:
        """Forbidden renderings of a group that are not another group's accepted ones."""
        bad = self.index.must_not(group)
        found = [one for one in reading if one.pattern in bad]
        if not found:
            return []
        fine = frozenset().union(*(self.index.may(g) for g in groups))
        spans = {(one.start, one.end) for one in reading if one.pattern in fine}
        return [one for one in found if (one.start, one.end) not in spans]

    # --- findings ---

    def _forbidden(
        self,
        place: int,
        group: Group,
        mentions: list[Mention],
        groups: dict[Group, list[Mention]],
        reading: list[Occurrence],
    ) -> Iterator[Finding]:
        unit = self.units[place]
        for one in self._wrong(group, groups, reading):
            found = unit.target[one.start : one.end]
            yield self._finding(
                place,
                "term-forbidden",
                "forbidden",
                group,
                mentions,
                found=found,
                target_spans=((one.start, one.end),),
            )

    def _miscased(
        self, place: int, group: Group, mentions: list[Mention], answers: list[Occurrence]
    ) -> Finding:
        unit = self.units[place]
        found = unit.target[answers[0].start : answers[0].end]
        return self._finding(
            place,
            "term-case",
            "wrong-case",
            group,
            mentions,
            found=found,
            target_spans=tuple((one.start, one.end) for one in answers),
        )

    def _slip(self, target: str, group: Group) -> tuple[Span, str] | None:
        """An acronym of the group with one character wrong: A1P for A4P."""
        for text in self.index.expected(group):
            if not _ACRONYM.fullmatch(text):
                continue
            for match in _ACRONYM.finditer(target):
                word = match.group()
                wrong = sum(a != b for a, b in zip(word, text, strict=False))
                if len(word) == len(text) and wrong == 1 and not self.index.knows(word):
                    return match.span(), text
        return None

    def _misspelt(
        self, place: int, group: Group, mentions: list[Mention], slip: tuple[Span, str]
    ) -> Finding:
        (start, end), meant = slip
        found = self.units[place].target[start:end]
        return self._finding(
            place,
            "term-misspelt",
            "misspelt",
            group,
            mentions,
            found=found,
            target_spans=((start, end),),
            values={"meant": meant},
        )

    def _missing(
        self,
        place: int,
        group: Group,
        mentions: list[Mention],
        groups: dict[Group, list[Mention]],
    ) -> Finding:
        unit = self.units[place]
        name = self.index.is_name(group)
        found = self._rendering(unit, mentions[0], group, groups)
        verdict = self._verdict(place, group, found)
        if verdict == "omission" and (span := self._stranger(unit, group)):
            verdict, found = "wrong-term", Rendering(*span, unit.target[span[0] : span[1]], 0.0)
        wrong = found if verdict == "wrong-term" else None
        missing = self._finding(
            place,
            "term-missing",
            "wrong-term" if wrong else "omission",
            group,
            mentions,
            severity="error" if name else "warning",
            found=wrong.text if wrong else None,
            target_spans=((wrong.start, wrong.end),) if wrong else (),
        )
        if verdict in ("wrong-term", "omission"):
            return missing
        return explained(missing, verdict, "info" if verdict == "misaligned" and not name else None)

    def _finding(
        self,
        place: int,
        rule: str,
        verdict: str,
        group: Group,
        mentions: list[Mention],
        *,
        found: str | None,
        target_spans: tuple[Span, ...],
        severity: Severity | None = None,
        values: Mapping[str, str] | None = None,
    ) -> Finding:
        unit = self.units[place]
        return finding(
            rule,
            verdict,
            place,
            unit,
            severity=severity,
            source=_text(unit, mentions[0]),
            expected=self.index.expected(group),
            found=found,
            source_spans=tuple((m.start, m.end) for m in mentions),
            target_spans=target_spans,
            values=values,
        )

    # --- why is it missing ---

    def _verdict(self, place: int, group: Group, found: Rendering | None) -> str:
        unit = self.units[place]
        if self._in_neighbour(place, group):
            return "in-neighbour"
        if unit.confidence is not None and unit.confidence < self.look.lowest_confidence:
            return "misaligned"
        sure = found is not None and found.score >= _SURE and not self._stands_in(found, group)
        if not sure and not self._stranger(unit, group) and self._pointed_at(place, group):
            if self.index.is_country(group) and _DELEGATION.search(unit.target):
                return "elided"
            if any(self._named(other, group) for other in self._before(place)):
                return "elided"
            # A resolution says "The General Assembly" at its head and "it" ever after.
            head = range(max(0, place - _DISTANT), place)
            if self.index.is_name(group) and any(self._named(other, group) for other in head):
                return "distant"
        return "wrong-term" if found else "omission"

    def _stands_in(self, found: Rendering, group: Group) -> bool:
        """Whether what aligns to a term may point at it: it, her delegation, the Association."""
        if _STAND_IN.fullmatch(found.text) or _PRONOUN.search(found.text):
            return True
        if self.index.is_country(group) and found.text.islower():
            return (
                True  # no other country: a word beside the pronoun, "singled" of "singled it out"
            )
        words = re.findall(r"\w+", found.text)
        return len(words) == 1 and words[0] in self._heads(group)

    def _stranger(self, unit: TranslationUnit, group: Group) -> Span | None:
        """A name in the target that the source does not ask for, where a name is missing."""
        if not self.index.is_name(group):
            return None
        groups = {mention.group for mention in self.index.mentions(unit.source)}
        asked = frozenset().union(*(self.index.may(g) for g in groups))
        reading = self.index.reading(unit.target, groups)
        for one in reading:
            if one.pattern in self.index.names and one.pattern not in asked:
                return one.start, one.end
        known = [(one.start, one.end) for one in reading]
        for match in _NAME.finditer(unit.target):
            start, end = match.span()
            if any(low < end and start < high for low, high in known) or self.aligner is None:
                continue
            if self.aligner.coverage(unit.target, unit.source, (start, end)) < _STRANGE:
                return start, end
        return None

    def _in_neighbour(self, place: int, group: Group) -> bool:
        """Whether a unit nearby has a rendering that its own source does not ask for."""
        may = self.index.may(group)
        for other in self._near(place):
            unit = self.units[other]
            if not unit.target:
                continue
            groups = {mention.group for mention in self.index.mentions(unit.source)}
            reading = self.index.reading(unit.target, groups)
            here = {(one.start, one.end) for one in reading if one.pattern in may}
            if not here:
                continue
            asked = frozenset().union(*(self.index.may(g) for g in groups))
            if not here <= {(one.start, one.end) for one in reading if one.pattern in asked}:
                return True
        return False

    def _near(self, place: int) -> Iterator[int]:
        for distance in range(1, self.look.neighbours + 1):
            for other in (place - distance, place + distance):
                if 0 <= other < len(self.units):
                    yield other

    def _pointed_at(self, place: int, group: Group) -> bool:
        """Whether a pronoun or a short form may stand for the term, were it named before."""
        unit = self.units[place]
        if self.index.is_country(group) and _DELEGATION.search(unit.target):
            return True
        # A pronoun that the source has as well stands for something else.
        spare = len(_PRONOUN.findall(unit.target)) - len(_ZH_PRONOUN.findall(unit.source))
        if spare < 1 and not self._short_form(unit.target, group):
            return False
        return self.index.is_name(group) or not self._unasked(unit)

    def _unasked(self, unit: TranslationUnit) -> bool:
        """Whether two words side by side in the target answer to nothing in the source."""
        if self.aligner is None:
            return False
        last = -1
        for match in _PLAIN_WORD.finditer(unit.target):
            covered = self.aligner.coverage(unit.target, unit.source, match.span())
            if covered < _UNASKED:
                if match.start() == last + 1:
                    return True
                last = match.end()
        return False

    def _before(self, place: int) -> Iterator[int]:
        """The units that a pronoun may look back to: the last three, and the paragraph's."""
        number = self.units[place].paragraph
        for other in range(place - 1, max(-1, place - 12), -1):
            if place - other > 3 and (number is None or self.units[other].paragraph != number):
                return
            yield other

    def _named(self, place: int, group: Group) -> bool:
        unit = self.units[place]
        may = self.index.may(group)
        return any(one.pattern in may for one in self.index.hits(unit.target))

    def _short_form(self, target: str, group: Group) -> bool:
        heads = self._heads(group)
        return any(match[1] in heads for match in _SHORT.finditer(target))

    def _heads(self, group: Group) -> set[str]:
        """The words of the term's renderings: any may be its short form."""
        return {word for text in self.index.expected(group) for word in re.findall(r"\w+", text)}

    def _whole_name(
        self, unit: TranslationUnit, near: Rendering, groups: dict[Group, list[Mention]]
    ) -> Rendering:
        """The longer name of which `near` is only a part, where there is one."""
        for one in self.index.reading(unit.target, groups):
            if one.start <= near.start and near.end <= one.end:
                return Rendering(one.start, one.end, unit.target[one.start : one.end], near.score)
        return near

    def _rendering(
        self,
        unit: TranslationUnit,
        mention: Mention,
        group: Group,
        groups: dict[Group, list[Mention]],
    ) -> Rendering | None:
        """What stands in the place of the term: nearly its rendering, or what aligns to it."""
        near = _nearly(unit.target, self.index.expected(group))
        if near:
            return self._whole_name(unit, near, groups)
        if self.aligner is None:
            return None
        taken = [
            (one.start, one.end)
            for other in groups
            if other != group
            for one in self.index.reading(unit.target, groups)
            if one.pattern in self.index.may(other) and one.pattern not in self.index.may(group)
        ]
        found = self.aligner.renderings(
            unit.source, unit.target, (mention.start, mention.end), blocked=taken
        )
        return found[0] if found and found[0].score >= _LIKELY else None


_ACRONYM = re.compile(r"(?<![\w-])(?=[A-Z0-9+]*[A-Z])[A-Z0-9]{3,}\+?(?![\w+])")
_SURE = 0.5  # score of a rendering that a pronoun would not have
_LIKELY = 0.25
_NEARLY = 85.0
_UNASKED = 0.13  # coverage of a word that the source has not
_PLAIN_WORD = re.compile(r"\b[a-z]{4,}\b")
_STRANGE = 0.2  # coverage of a name that the source has not
_NAME = re.compile(r"[A-Z][\w’'-]+(?: (?:(?:of|for|the|on|in|and) ){0,2}[A-Z][\w’'-]+)+")
_PRONOUN = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|he|she|his|her|this|these|those|"
    r"the (?:former|latter|same))\b",
    re.IGNORECASE,
)
_ZH_PRONOUN = re.compile(r"其(?![他中次余])|[他她它]们?|这|该|此(?!外)|上述")
_DELEGATION = re.compile(
    r"\b(?:[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[Mm]y|[Ii]ts) (?:country|delegation|[Gg]overnment|nation|"
    r"people)"
)
_STAND_IN = re.compile(
    r"(?:(?:it|its|they|their|them|that|those|this|these|his|her|she|he|our|my|the|said|also)\b ?)*"
    r"(?:country|countries|delegations?|[Gg]overnments?|nation|people|organizations?|group)?",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"\b(?:[Tt]he|[Tt]h(?:at|is|ese|ose)|[Tt]heir|[Ii]ts|[Ss]uch) (?:same |said )?(\w+)"
)
_COMPOUND = re.compile(r"(?<![\w-])([A-Z]\w{3,}o)[-–‑]")
_DISTANT = 60  # units


def _nearly(target: str, expected: Sequence[str]) -> Rendering | None:
    """A run of the target that is an expected rendering but for a slip of the pen."""
    folded = fold(target)
    for text in expected:
        if len(text) < 6:
            continue
        match = fuzz.partial_ratio_alignment(fold(text), folded, score_cutoff=_NEARLY)
        if match and match.dest_end > match.dest_start:
            start, end = _whole_words(target, match.dest_start, match.dest_end)
            if folded.startswith("the ", start) and not fold(text).startswith("the "):
                start += 4
            return Rendering(start, end, target[start:end], match.score / 100)
    return None


def _whole_words(text: str, start: int, end: int) -> Span:
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    while start < end and not text[start].isalnum():
        start += 1
    return start, len(text[:end].rstrip(" ,.;:"))


def _covers(holder: Occurrence, one: Occurrence) -> bool:
    """Whether `holder` is longer than `one` and contains it."""
    inside = holder.start <= one.start and one.end <= holder.end
    return inside and (holder.end - holder.start) > (one.end - one.start)


def _text(unit: TranslationUnit, mention: Mention) -> str:
    return unit.source[mention.start : mention.end]
