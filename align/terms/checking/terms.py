"""Was every term rendered as the termbase says, and if not, what stands in its place, and why?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from align.datatypes import Finding, Severity, TranslationUnit
from align.terms.checking.case import Case, Look, Reading, answers
from align.terms.checking.forms import Form, other_form
from align.terms.checking.instead import confused, fuller, in_part, other_term, other_words
from align.terms.checking.reasons import reason
from align.terms.index import Group, Mention, TermIndex
from align.terms.matcher import Occurrence
from align.terms.rules import explained, finding
from align.terms.wordalign import WordAligner

Span = tuple[int, int]


def check_terms(
    units: Sequence[TranslationUnit],
    index: TermIndex,
    aligner: WordAligner | None = None,
    look: Look | None = None,
    soft: frozenset[int] = frozenset(),
) -> Iterator[Finding]:
    """Findings on the terms of each unit, in order. Units with an empty side give none."""
    case = Case(units, index, aligner, look or Look(), soft)
    for place, unit in enumerate(units):
        if unit.source and unit.target:
            yield from _unit(case, place)
        case.readings.pop(place - _KEPT, None)


_KEPT = (
    64  # readings of units before the present one that pronouns and short forms may look back to
)


def _unit(case: Case, place: int) -> Iterator[Finding]:
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
        if right and not any(answer.cased for answer in right):
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


def _slip(index: TermIndex, target: str, group: Group) -> tuple[Span, str] | None:
    """An acronym of the group with one character wrong: A1P for A4P."""
    for text in index.expected(group):
        if not _ACRONYM.fullmatch(text):
            continue
        for match in _ACRONYM.finditer(target):
            word = match.group()
            wrong = sum(a != b for a, b in zip(word, text, strict=False))
            if len(word) == len(text) and wrong == 1 and not index.knows(word):
                return match.span(), text
    return None


# --- what is missing ----------------------------------------------------------------------------


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
    if soft or all(mention.weak for mention in mentions):
        severity = "warning" if name and not soft else "info"
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


# --- does the termbase prescribe anything ---------------------------------------------------------


def unanswered(case: Case) -> tuple[Counter[int], Counter[int]]:
    """How many units name each concept, and how many of them have none of its renderings."""
    named: Counter[int] = Counter()
    missed: Counter[int] = Counter()
    for place, unit in enumerate(case.units):
        if not unit.source or not unit.target:
            continue
        reading = case.reading(place)
        for group in reading.groups:
            named.update(group)
            if not answers(case.index, reading, group) and not other_form(
                unit.target, case.index.expected(group), case.index.target_lang, name=False
            ):
                missed.update(group)
    return named, missed
