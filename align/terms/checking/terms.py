"""Was every term rendered as the termbase says, and if not, what stands in its place, and why?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from align.datatypes import Finding, Severity, TranslationUnit
from align.forked import BLOCK
from align.language.scripts import HAN
from align.terms.capitals import is_name
from align.terms.checking.case import Case, Look, Reading, answers
from align.terms.checking.forms import Form, other_form
from align.terms.checking.instead import (
    another_of_its_kind,
    confused,
    fuller,
    in_part,
    other_term,
    other_words,
    own_name,
)
from align.terms.checking.reasons import reason
from align.terms.entries import Entries
from align.terms.index import Group, Mention, TermIndex
from align.terms.matcher import Occurrence
from align.terms.names import Family, name_concepts
from align.terms.rules import explained, finding
from align.terms.wordalign import WordAligner

Span = tuple[int, int]


def check_terms(
    units: Sequence[TranslationUnit],
    index: TermIndex,
    aligner: WordAligner | None = None,
    look: Look | None = None,
    soft: frozenset[int] = frozenset(),
    capitals: bool = True,
    answered: Counter[Group] | None = None,
    blocks: Iterable[range] | None = None,
) -> Iterator[Finding]:
    """Findings on the terms of each unit, in order. Units with an empty side give none.

    `answered` is told how many units render each group of concepts. With `blocks` only the units at
    those places are judged; what is to be followed in a block is followed together.
    """
    case = Case(units, index, aligner, look or Look(), soft, capitals)
    tally = Counter() if answered is None else answered
    if blocks is None:
        blocks = [range(at, min(at + BLOCK, len(units))) for at in range(0, len(units), BLOCK)]
    for places in blocks:
        _ask_ahead(case, places)
        for place in places:
            unit = units[place]
            if unit.source and unit.target:
                yield from _unit(case, place, tally)
            case.readings.pop(place - _KEPT, None)


def _ask_ahead(case: Case, places: range) -> None:
    """Have the aligner follow the terms of some units that seem to have no rendering."""
    if case.aligner is None:
        return
    asked = []
    for place in places:
        unit = case.units[place]
        if not unit.source or not unit.target:
            continue
        reading = case.reading(place)
        for group, mentions in reading.groups.items():
            if case.index.family(group) not in _QUIET and not answers(case.index, reading, group):
                asked.append((unit.source, unit.target, (mentions[0].start, mentions[0].end)))
    case.aligner.ask_ahead(asked, case.index.target_lang)


_KEPT = (
    64  # readings of units before the present one that pronouns and short forms may look back to
)


def _unit(case: Case, place: int, answered: Counter[Group]) -> Iterator[Finding]:
    """Findings on the terms of one unit, by the place of the term in the source."""
    index, reading = case.index, case.reading(place)
    for group, mentions in reading.groups.items():
        wrong = _forbidden(index, reading, group)
        for one in wrong:
            yield _finding(
                case, place, "term-forbidden", "forbidden", group, mentions, ((one.start, one.end),)
            )
        if slip := _slip(index, reading.unit.target, group):
            span, meant = slip
            values = {"meant": meant}
            yield _finding(
                case, place, "term-misspelt", "misspelt", group, mentions, (span,), values=values
            )
        right = answers(index, reading, group)
        answered[group] += bool(right)
        others = confused(case, place, group)
        if not right and not wrong and not _compound(index, reading.unit.target, group):
            if (found := _missing(case, place, group, mentions, others)) is not None:
                yield found
            continue
        for one in others:
            yield _finding(
                case, place, "term-confused", "another", group, mentions, ((one.start, one.end),),
                severity="error" if index.is_name(group) else None,
            )  # fmt: skip
        quiet = index.family(group) in _QUIET
        if case.capitals and not quiet and right and not any(answer.cased for answer in right):
            spans = tuple((one.start, one.end) for one in right)
            yield _finding(case, place, "term-case", "wrong-case", group, mentions, spans)


# --- what else may stand for a term --------------------------------------------------------------

_COMPOUND = re.compile(r"(?<![\w-])([A-Z]\w{3,}o)[-–‑]")


def _compound(index: TermIndex, target: str, group: Group) -> bool:
    """Whether a country is the first half of an adjective: Senegalo-Mauritanian, Sino-."""
    if not index.is_country(group):
        return False
    stems = {text[: max(4, len(text) - 3)] for text in index.expected(group)}
    return any(match[1].startswith(tuple(stems)) for match in _COMPOUND.finditer(target))


def _forbidden(index: TermIndex, reading: Reading, group: Group) -> list[Occurrence]:
    """Forbidden renderings of a group that are not another group's accepted ones."""
    bad = index.must_not(group)
    found = [one for one in reading.kept if one.pattern in bad]
    if not found:
        return []
    fine = frozenset().union(*(index.may(g) for g in reading.groups))
    spans = {(one.start, one.end) for one in reading.kept if one.pattern in fine}
    return [one for one in found if (one.start, one.end) not in spans]


_ACRONYM = re.compile(r"(?<![\w-])(?=[A-Z0-9+]*[A-Z])[A-Z0-9]{3,}\+?(?![\w+])", re.ASCII)


# Of the built-in list's acronyms: there are more acronyms of three letters than three letters tell.
_SHORTEST_SLIP = 4


def _slip(index: TermIndex, target: str, group: Group) -> tuple[Span, str] | None:
    """An acronym of the group with one character wrong: A1P for A4P."""
    for text in index.expected(group):
        if not _ACRONYM.fullmatch(text) or (index.family(group) and len(text) < _SHORTEST_SLIP):
            continue
        for match in _ACRONYM.finditer(target):
            word = match.group()
            wrong = sum(a != b for a, b in zip(word, text, strict=False))
            if len(word) == len(text) and wrong == 1 and not index.knows(word):
                return match.span(), text
    return None


# --- what is missing ----------------------------------------------------------------------------


# Kinds of names that running text may leave out: the capital, the officer, 美元 as $.
_QUIET: frozenset[Family] = frozenset({"place", "rank", "currency"})


def _missing(
    case: Case,
    place: int,
    group: Group,
    mentions: Sequence[Mention],
    others: Sequence[Occurrence],
) -> Finding | None:
    """The finding for a term without its rendering; None where it has another form of its own."""
    index = case.index
    name = index.is_name(group)
    if not others and fuller(case, place, group):
        return None
    quiet = index.family(group) in _QUIET
    if quiet and all(one.weak for one in mentions):
        return None
    if quiet or (index.family(group) and all(one.weak for one in mentions)):
        if rival := another_of_its_kind(case, place, group):
            span = rival.start, rival.end
            return _finding(
                case, place, "term-missing", "wrong-term", group, mentions, (span,),
                severity="error",
            )  # fmt: skip
        if quiet:
            return None
    instead = other_term(case, place, group, others)
    if instead is None:
        form = _other_form(case, place, group)
        if form is not None and form.kind == "inflected":
            return None
        if form is not None:
            return _finding(
                case, place, "term-missing", form.kind, group, mentions, ((form.start, form.end),)
            )
        instead = other_words(case, place, group)
        if instead and not name and in_part(index, instead.of(case.units[place]), group):
            span = instead.start, instead.end
            return _finding(case, place, "term-missing", "short-form", group, mentions, (span,))
    soft = not case.soft.isdisjoint(group)
    why = None if instead is not None and instead.sure else reason(case, place, group)
    wrong = instead if why is None else None
    severity: Severity = "error" if name else "warning"
    if all(mention.weak for mention in mentions):
        severity = "info"
    elif index.is_country(group) and instead is None:
        severity = _of_country(case, place, group, mentions)
    elif soft:
        severity = "warning" if name else "info"
    missing = _finding(
        case,
        place,
        "term-missing",
        "wrong-term" if wrong else "omission",
        group,
        mentions,
        ((wrong.start, wrong.end),) if wrong else (),
        severity=severity,
    )
    if why is None:
        return missing
    if severity == "info" or (why == "misaligned" and not name):
        return explained(missing, why, "info")
    return explained(missing, why)


# What joins names of a list; 和平 and 与会 are words of their own.
_AND_AFTER = re.compile(
    r"、|以?及(?!时)|和(?![平解谐睦])|与(?!会)|或(?!许)|,? (?:and|or)\b|, (?=[A-Z])"
)
_AND_BEFORE = re.compile(r"(?:[、和与或]|以?及|\b(?:and|or) )$")
_JOINED = 5  # characters before a name in which the longest of these ends: " and "
# What goes on after a country's name other than with what is of the country.
_ON = re.compile(r"[的之暨同跟在对向为是将把被于从至到由也都则并已曾正拟应可须说称]")
_OF_IT = re.compile(rf"['’]s?\s|\s[A-Z]|[{HAN}]")


def _listed(text: str, mention: Mention) -> bool:
    """Whether a name stands among others: France and Japan, 法国、日本."""
    before = text[max(0, mention.start - _JOINED) : mention.start]
    return bool(_AND_AFTER.match(text, mention.end) or _AND_BEFORE.search(before))


def _of_country(case: Case, place: int, group: Group, mentions: Sequence[Mention]) -> Severity:
    """How grave it is that a country is not named, and no other one in its place.

    One of several is missed. One that only says where something is from goes without saying where
    that has a name of its own: 美国宇航局, NASA.
    """
    text = case.units[place].source
    if any(_listed(text, mention) for mention in mentions):
        return "error"
    of_it = all(_OF_IT.match(text, m.end) and not _ON.match(text, m.end) for m in mentions)
    return "info" if of_it and own_name(case, place, group) else "warning"


def _finding(
    case: Case,
    place: int,
    rule: str,
    verdict: str,
    group: Group,
    mentions: Sequence[Mention],
    spans: tuple[Span, ...],
    *,
    severity: Severity | None = None,
    values: Mapping[str, str] | None = None,
) -> Finding:
    unit = case.units[place]
    first = mentions[0]
    return finding(
        rule,
        verdict,
        place,
        unit,
        severity=severity,
        source=unit.source[first.start : first.end],
        expected=case.index.expected(group),
        found=unit.target[slice(*spans[0])] if spans else None,
        source_spans=tuple((mention.start, mention.end) for mention in mentions),
        target_spans=spans,
        values=values,
    )


def _other_form(case: Case, place: int, group: Group) -> Form | None:
    """The term in another form, if that is no part of another term."""
    index, reading = case.index, case.reading(place)
    name = index.is_name(group)
    form = other_form(reading.unit.target, index.expected(group), index.target_lang, name=name)
    mine = index.may(group)
    if form is None or any(
        one.pattern not in mine
        and one.start < form.end
        and form.start < one.end
        and one.end - one.start >= form.end - form.start
        for one in reading.kept
    ):
        return None
    return form


# --- what the text shows of the termbase ----------------------------------------------------------

# A large file without statuses describes a field, and prescribes nothing, where its renderings are
# missing more often than this. Documents that follow their termbase miss one mention in twenty at
# most (corpora/, the record); with a thesaurus of general words the same documents miss one in two.
_DESCRIPTIVE = 0.2
_EXPECTED = 0.02  # of the mentions are missed in a document that follows its termbase: the same
_WEIGHT = 30  # mentions that this expectation counts for: a paragraph's, not a document's
_THROUGHOUT = 3  # units that lack a rendering: two may be two mistakes
_LARGE = 1000  # concepts: glossaries made for a job have hundreds, thesauri thousands


@dataclass(frozen=True, slots=True)
class TermCheck:
    """A check of units of one direction by a termbase, which parts of the units may be given to."""

    units: Sequence[TranslationUnit]
    index: TermIndex
    aligner: WordAligner | None
    look: Look | None
    soft: frozenset[int]
    capitals: bool

    def part(self, blocks: Iterable[range]) -> tuple[list[Finding], Counter[Group]]:
        """The findings on the units of some blocks, and how many render each group."""
        tally: Counter[Group] = Counter()
        some = check_terms(
            self.units, self.index, self.aligner, self.look, self.soft, self.capitals, tally, blocks
        )  # fmt: skip
        return list(some), tally

    def whole(self, found: Sequence[Finding], answered: Counter[Group]) -> list[Finding]:
        """The findings on all units, by what the whole text shows."""
        return _once(_merged(found), answered, self.index)


def term_check(
    units: Sequence[TranslationUnit],
    entries: Entries,
    names: bool,
    direction: tuple[str, str],
    aligner: WordAligner | None = None,
    look: Look | None = None,
) -> TermCheck:
    """Prepare a check by a termbase, and with `names` by the built-in ones.

    Where the file's capitals say nothing, the text says what is a name; where the file gives no
    status, the text says whether it prescribes.
    """
    told = entries.convention == "as written"
    # Where the text decides which terms are names it changes the index: another thread must not see it.
    index = (_index if told else _index.__wrapped__)(entries, names, *direction)
    case = Case(units, index, aligner, look or Look())
    own = len(entries.concepts)
    if not told:
        index.decide_names(own, _written_as_names(case, own))
    soft: frozenset[int] = entries.descriptive
    if not entries.prescriptive and own >= _LARGE:
        named, missed = unanswered(case, own)
        soft |= _descriptive(index, named, missed, own)
    return TermCheck(units, index, aligner, look, soft, told)


@lru_cache(maxsize=2)
def _index(entries: Entries, names: bool, source_lang: str, target_lang: str) -> TermIndex:
    """The index of a termbase: the page and the server check a unit at a time, in the same terms."""
    further = name_concepts() if names else ()
    return TermIndex(entries.concepts + further, source_lang, target_lang)


def _merged(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those on the very words of another finding joined to it: one mistake, one finding.

    世界气象组织 and 气象组织 are both rendered World Weather Organization: the longer term says so.
    """
    kept: dict[tuple[object, ...], Finding] = {}
    for place, one in enumerate(findings):
        spans = one.target_spans
        key = (one.unit, spans) if spans and one.severity != "info" else (one.unit, place)
        first = kept.get(key)
        if first is None:
            kept[key] = one
            continue
        if not _nested(first.source or "", one.source or ""):
            kept[one.unit, place] = (
                one  # two terms that are wrong, though the same words stand there
            )
            continue
        longer, other = sorted((first, one), key=lambda f: -len(f.source or ""))
        union = tuple(sorted({*longer.source_spans, *other.source_spans}))
        kept[key] = replace(longer, source_spans=union)
    return list(kept.values())


def _nested(one: str, other: str) -> bool:
    """Whether one term is part of the other."""
    return one in other or other in one


def _once(findings: Sequence[Finding], answered: Counter[Group], index: TermIndex) -> list[Finding]:
    """The findings, where a text has its own word for a common noun the first alone as a warning."""
    rendered: Counter[tuple[str, ...]] = Counter()
    for group, count in answered.items():
        rendered[index.expected(group)] += count
    missing = [f for f in findings if f.rule == "term-missing" and f.severity == "warning"]
    missed = Counter(one.expected for one in missing)
    seen: set[tuple[str, ...]] = set()
    kept = []
    for one in findings:
        often = (
            missed[one.expected] >= _THROUGHOUT and missed[one.expected] > rendered[one.expected]
        )
        if one.rule == "term-missing" and one.severity == "warning" and often:
            if one.expected in seen:
                one = explained(one, "again")
            seen.add(one.expected)
        kept.append(one)
    return kept


def unanswered(case: Case, own: int) -> tuple[Counter[int], Counter[int]]:
    """How many units name each of the first `own` concepts, and how many have no rendering of it."""
    named: Counter[int] = Counter()
    missed: Counter[int] = Counter()
    for place, unit in enumerate(case.units):
        if not unit.source or not unit.target:
            continue
        reading = case.reading(place)
        for group in reading.groups:
            if min(group) >= own:
                continue
            named.update(group)
            if not answers(case.index, reading, group) and not other_form(
                unit.target, case.index.expected(group), case.index.target_lang, name=False
            ):
                missed.update(group)
    return named, missed


def _descriptive(
    index: TermIndex, named: Counter[int], missed: Counter[int], own: int
) -> frozenset[int]:
    """The concepts whose renderings are only described: all of a descriptive file, or none."""
    common = [concept for concept in range(own) if not index.is_name((concept,))]
    mentions = sum(named[concept] for concept in common) + _WEIGHT
    without = sum(missed[concept] for concept in common) + _EXPECTED * _WEIGHT
    return frozenset(range(own)) if without > _DESCRIPTIVE * mentions else frozenset()


_HEAD = re.compile(r"(?:^|[.!?:;])[\s(“\"'‘]*$")
_CAPITAL_BEFORE = re.compile(r"(?<![\w’'-])[A-Z][\w’'-]*[ -](?:(?:of|for|on|and) (?:the )?)?$")
_CAPITAL_AFTER = re.compile(r"[ -](?:(?:of|for|on|and) (?:the )?)?[A-Z]")


def _in_longer_name(text: str, start: int, end: int) -> bool:
    """Whether capitals on either side make the words a part of a name: Organization in World …."""
    before = _CAPITAL_BEFORE.search(text, 0, start)
    if before is not None and not _HEAD.search(text, 0, before.start()):
        return True
    return _CAPITAL_AFTER.match(text, end) is not None


def _written_as_names(case: Case, own: int) -> frozenset[int]:
    """The concepts that running English writes with capitals more often than without.

    What the text does not have goes with most of what it has.
    """
    index = case.index
    capital: Counter[int] = Counter()
    small: Counter[int] = Counter()
    for place, unit in enumerate(case.units):
        reading = case.reading(place)
        text = unit.source if index.target_language.is_chinese else unit.target
        spans: list[tuple[int, int, Sequence[int]]]
        if index.target_language.is_chinese:
            spans = [
                (m.start, m.end, group) for group, some in reading.groups.items() for m in some
            ]
        else:
            spans = [(one.start, one.end, index.owners[one.pattern]) for one in reading.hits]
        for start, end, concepts in spans:
            if not _HEAD.search(text, 0, start) and not _in_longer_name(text, start, end):
                tally = capital if is_name(text[start:end]) else small
                tally.update(concept for concept in concepts if concept < own)
    seen = capital.keys() | small.keys()
    names = {concept for concept in seen if capital[concept] > small[concept]}
    others = 2 * len(names) >= len(seen)
    return frozenset(c for c in range(own) if (c in names if c in seen else others))
