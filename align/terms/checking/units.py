"""Check a translation: terms, numbers, names, omissions, negations, consistency.

Each kind of mistake has its module; here they are run over the same units, and what one mistake
explains is not reported twice: a term in a sentence that was left out is not wrong, it is left out.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import NamedTuple

from align.datatypes import Finding, Severity, TranslationUnit
from align.embedding.protocol import Encoder, TokenEncoder, gives_tokens
from align.embedding.token_cache import TokenCache
from align.forked import BLOCK, one_blas_thread, shares, together
from align.language.tags import primary
from align.terms.checking.case import Look
from align.terms.checking.checklist import Item, check_list
from align.terms.checking.consistency import check_consistency
from align.terms.checking.contents import is_of_a_page_number, page_numbers
from align.terms.checking.facts import check_facts
from align.terms.checking.name_forms import check_names
from align.terms.checking.omissions import check_whole, counterparts_elsewhere, coverage_limits
from align.terms.checking.surface import check_surface
from align.terms.checking.terms import TermCheck, term_check
from align.terms.entries import Entries, entries_of
from align.terms.index import Group
from align.terms.rules import explained
from align.terms.termbase import Termbase
from align.terms.wordalign import WordAligner

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What is checked, and how far things are looked for."""

    terms: bool = True
    names: bool = True  # countries and titles that need no termbase
    numbers: bool = True
    omissions: bool = True
    negations: bool = True
    consistency: bool = True
    surface: bool = True  # doubled words, brackets, end marks, what is not translated
    off: frozenset[str] = frozenset()  # rules that are left out, by their ids
    checklist: tuple[Item, ...] = ()  # the user's own patterns
    neighbours: int = 2
    lowest_confidence: float = 0.5
    processes: int = 1  # that may share the work of a large file; the result is the same


def check_units(
    units: Sequence[TranslationUnit],
    termbase: Termbase | None,
    *,
    encoder: Encoder | None = None,
    options: CheckOptions | None = None,
) -> list[Finding]:
    """The findings on `units`, unit by unit, the gravest of a unit first.

    `units` are in the order of the text, as neighbours are looked at. `encoder` finds what stands
    in a term's place and which sentence has no counterpart; without token vectors (None, or a
    transformer) only empty sides are omissions.
    """
    with one_blas_thread():
        return _checked(units, termbase, encoder, options or CheckOptions())


def _checked(
    units: Sequence[TranslationUnit],
    termbase: Termbase | None,
    encoder: Encoder | None,
    options: CheckOptions,
) -> list[Finding]:
    encoder = TokenCache(encoder) if gives_tokens(encoder) else None
    aligner = WordAligner(encoder, units) if encoder is not None else None
    look = Look(options.neighbours, options.lowest_confidence)
    limits = coverage_limits(units, aligner) if aligner and options.omissions else {}
    elsewhere = counterparts_elsewhere(units, encoder) if encoder and options.omissions else {}
    entries = _entries(termbase if options.terms else None)
    checks = []
    if entries.concepts or options.names:
        for direction, places in _directions(units).items():
            mine = [units[at] for at in places]
            check = term_check(mine, entries, options.names, direction, aligner, look)
            checks.append((places, check))

    def part(places: range) -> _Part:
        known = limits, elsewhere
        return _one_by_one(units, places, encoder, aligner, known, checks, options)

    works = [partial(part, places) for places in shares(len(units), options.processes)]
    parts = together(works)
    whole = [one for some in parts for one in some.whole]
    found = list(whole)
    numbers = [one for some in parts for one in some.facts]
    pages = page_numbers(units) if numbers else {}
    numbers = [one for one in numbers if not is_of_a_page_number(one, pages)]
    doubtful = {one.unit for one in numbers if one.unit is not None}
    named: dict[int, list[tuple[int, int]]] = {}  # unit → where its source names something
    for at, (places, check) in enumerate(checks):
        terms = [one for some in parts for one in some.terms[at][0]]
        answered = sum((some.terms[at][1] for some in parts), Counter())
        found += _placed(check.whole(terms, answered), places)
        for place in doubtful.intersection(places):
            named[place] = [(m.start, m.end) for m in check.index.mentions(units[place].source)]
        found += _placed([one for some in parts for one in some.names[at]], places)
    of_unit: dict[int | None, list[Finding]] = {}
    for one in whole:  # also what a neighbour has: its items are not left out either
        of_unit.setdefault(one.unit, []).append(one)
    numbers = [
        one
        for one in numbers
        if one.rule not in _WHOLE
        or not any(_same_place(one, other) for other in of_unit.get(one.unit, ()))
    ]
    found += _outside_terms(numbers, found, named)
    if options.consistency:
        found += check_consistency(units)
    if options.surface:
        found += check_surface(units, off=options.off)
    found += check_list(units, options.checklist)
    found = [one for one in found if one.rule not in options.off]
    return sorted(_explained(found), key=_order)


@lru_cache(maxsize=2)
def _entries(termbase: Termbase | None) -> Entries:
    """The entries of a termbase, which nothing changes."""
    return entries_of(termbase.concepts if termbase is not None else ())


_WHOLE = ("omission", "addition")


def at_least(findings: Iterable[Finding], severity: Severity) -> bool:
    """Whether any finding that is not waived is at least so severe."""
    floor = SEVERITIES.index(severity)
    return any(not f.waived and SEVERITIES.index(f.severity) >= floor for f in findings)


class _Part(NamedTuple):
    """What is found in some units by themselves."""

    whole: list[Finding]  # sentences that are missing
    facts: list[Finding]
    terms: list[tuple[list[Finding], Counter[Group]]]  # of each direction
    names: list[list[Finding]]  # of each direction


_AT_ONCE = 2048  # units that are looked at from all sides in turn: what is known of them is kept


def _one_by_one(
    units: Sequence[TranslationUnit],
    places: range,
    encoder: TokenEncoder | None,
    aligner: WordAligner | None,
    known: tuple[Mapping[str, float], Mapping[int, int]],
    checks: Sequence[tuple[Sequence[int], TermCheck]],
    options: CheckOptions,
) -> _Part:
    """What is found in some units by themselves.

    `known` of all units: the limits of coverage, and which units are each other's counterparts.
    """
    limits, elsewhere = known
    found = _Part([], [], [([], Counter()) for _ in checks], [[] for _ in checks])
    for first in range(places.start, places.stop, _AT_ONCE):
        some = range(first, min(first + _AT_ONCE, places.stop))
        if options.omissions:
            found.whole.extend(
                check_whole(
                    units,
                    aligner,
                    lowest_confidence=options.lowest_confidence,
                    limits=limits,
                    places=some,
                    elsewhere=elsewhere,
                )
            )
        if options.numbers or options.negations or options.omissions:
            found.facts.extend(
                check_facts(
                    units,
                    numbers=options.numbers,
                    negations=options.negations,
                    omissions=options.omissions,
                    encoder=encoder,
                    lowest_confidence=options.lowest_confidence,
                    places=some,
                )
            )
        borders = [*range(some.start, some.stop, BLOCK), some.stop]
        for (own, check), (terms, answered), names in zip(
            checks, found.terms, found.names, strict=True
        ):
            cuts = [bisect_left(own, border) for border in borders]
            told, tally = check.part(itertools.starmap(range, itertools.pairwise(cuts)))
            terms += told
            answered.update(tally)
            if options.names:
                names += check_names(check.units, check.index, range(cuts[0], cuts[-1]))
    return found


def _directions(units: Sequence[TranslationUnit]) -> dict[tuple[str, str], list[int]]:
    """The places of the units of each pair of languages, by primary subtags."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, unit in enumerate(units):
        key = (primary(unit.source_lang), primary(unit.target_lang))
        places.setdefault(key, []).append(place)
    return places


def _placed(findings: Iterable[Finding], places: Sequence[int]) -> list[Finding]:
    return [
        f if f.unit is None else replace(f, unit=places[f.unit]) for f in findings
    ]  # fmt: skip


def _outside_terms(
    facts: Iterable[Finding], terms: Sequence[Finding], named: dict[int, list[tuple[int, int]]]
) -> Iterator[Finding]:
    """The findings on facts, but those of what a term says: 77国集团 rendered as the Group.

    Where the term is wrong its own finding says so: one mistake is told once.
    """
    wrong: dict[int | None, list[Finding]] = {}
    for one in terms:
        if one.severity != "info" and one.rule.startswith(("term-", "title-", "country-")):
            wrong.setdefault(one.unit, []).append(one)
    for one in facts:
        holders = [span for span in named.get(one.unit or 0, ()) if _within_all(one, span)]
        if holders and not one.found:
            continue
        if not any(_same_place(one, other) for other in wrong.get(one.unit, ())):
            yield one


def _same_place(one: Finding, other: Finding) -> bool:
    """Whether all that a finding points at lies in what another points at."""
    pairs = ((one.source_spans, other.source_spans), (one.target_spans, other.target_spans))
    told = [(ours, theirs) for ours, theirs in pairs if ours]
    return bool(told) and all(
        any(low < end and start < high for low, high in theirs)
        for ours, theirs in told
        for start, end in ours
    )


def _within_all(one: Finding, holder: tuple[int, int]) -> bool:
    return bool(one.source_spans) and all(_inside(span, [holder]) for span in one.source_spans)


def _explained(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those that lie in an omission or addition turned into notes."""
    holes: dict[int, list[Finding]] = {}
    for one in findings:
        if one.rule in ("omission", "addition") and one.unit is not None:
            holes.setdefault(one.unit, []).append(one)
    kept = []
    for one in findings:
        hole = next((h for h in holes.get(one.unit or 0, []) if _within(one, h)), None)
        if hole is not None and one.rule not in ("omission", "addition"):
            one = explained(one, hole.rule)
        kept.append(one)
    return kept


def _within(one: Finding, hole: Finding) -> bool:
    if one.unit != hole.unit or one.verdict == "wrong-number":
        return False
    if hole.source_spans:
        return bool(one.source_spans) and all(
            _inside(s, hole.source_spans) for s in one.source_spans
        )
    return (
        not one.source_spans
        and bool(one.target_spans)
        and all(_inside(s, hole.target_spans) for s in one.target_spans)
    )


def _inside(span: tuple[int, int], holes: Iterable[tuple[int, int]]) -> bool:
    return any(low <= span[0] and span[1] <= high for low, high in holes)


def _order(finding: Finding) -> tuple[int, int, tuple[tuple[int, int], ...], str, str]:
    return (
        finding.unit if finding.unit is not None else -1,
        -SEVERITIES.index(finding.severity),
        finding.source_spans or finding.target_spans,
        finding.rule,
        finding.source or "",
    )
