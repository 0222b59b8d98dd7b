"""Are countries named in the form that the source uses, and people given their own title?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from align.datatypes import Finding, TranslationUnit
from align.language.tags import is_chinese
from align.terms.index import TermIndex
from align.terms.matcher import Matcher, masked
from align.terms.names import COUNTRY, Country, countries
from align.terms.rules import finding

Span = tuple[int, int]


def check_names(
    units: Sequence[TranslationUnit], index: TermIndex, places: range | None = None
) -> Iterator[Finding]:
    """Findings on short and long forms of country names and on Mr., Ms. and Mrs., in order.

    With `places` only those units are judged. `index` must hold the names of `names.name_concepts`;
    whether a country is named at all is the business of `check_terms`.
    """
    for place in range(len(units)) if places is None else places:
        unit = units[place]
        if is_chinese(unit.source_lang) and unit.source and unit.target:
            yield from _forms(place, unit, index)
            yield from _honorifics(place, unit)


def _forms(place: int, unit: TranslationUnit, index: TermIndex) -> Iterator[Finding]:
    by_country: dict[str, list[Span]] = {}
    for mention in index.mentions(unit.source):
        for concept in mention.group:
            if (id := index.concepts[concept].id).startswith(COUNTRY):
                by_country.setdefault(id, []).append((mention.start, mention.end))
    for id, spans in by_country.items():
        country = _by_id()[id]
        asked = {unit.source[start:end] for start, end in spans}
        wants_long = asked <= set(country.zh_long) - set(country.zh)
        wants_short = asked.isdisjoint(country.zh_long)
        found = _found(unit.target, country)
        if wants_short and found and set(found.values()) <= set(country.en_long) - set(country.en):
            yield _finding(place, unit, spans, country.en, found, "short")
        both = set(country.en) & set(country.en_long)
        if wants_long and found and not both and set(found.values()) <= set(country.en):
            yield _finding(place, unit, spans, country.en_long, found, "long")


def _found(text: str, country: Country) -> dict[Span, str]:
    """Where the country is named in a text, and by which of its forms."""
    forms, matcher = _matcher(country)
    return {(o.start, o.end): forms[o.pattern] for o in masked(matcher.all(text))}


@cache
def _matcher(country: Country) -> tuple[tuple[str, ...], Matcher]:
    forms = tuple(dict.fromkeys(country.en + country.en_long + country.en_other))
    return forms, Matcher(forms, "en")


@cache
def _by_id() -> dict[str, Country]:
    return {COUNTRY + country.en[0]: country for country in countries()}


def _finding(
    place: int,
    unit: TranslationUnit,
    spans: list[Span],
    expected: tuple[str, ...],
    found: dict[Span, str],
    form: str,
) -> Finding:
    name = unit.source[spans[0][0] : spans[0][1]]
    first = next(iter(found.values()))
    return finding(
        "country-form",
        f"not-{form}-form",
        place,
        unit,
        source=name,
        expected=expected,
        found=first,
        source_spans=tuple(spans),
        target_spans=tuple(found),
    )


_ZH_TITLE = re.compile(r"(?P<man>先生)|(?P<woman>女士|夫人|小姐)(?!们)")
_EN_TITLE = re.compile(r"\b(?:(?P<man>Mr)|(?P<woman>Ms|Mrs|Miss|Madam))\b\.?")


def _honorifics(place: int, unit: TranslationUnit) -> Iterator[Finding]:
    """A finding where all persons change their title: 先生 with only Ms., or the reverse."""
    ours = {match.lastgroup: match for match in _ZH_TITLE.finditer(unit.source)}
    theirs = {match.lastgroup: match for match in _EN_TITLE.finditer(unit.target)}
    if len(ours) == len(theirs) == 1 and ours.keys() != theirs.keys():
        mine, other = next(iter(ours.values())), next(iter(theirs.values()))
        expected = ("Mr.",) if mine.lastgroup == "man" else ("Ms.", "Mrs.")
        yield finding(
            "title-mismatch",
            "wrong-title",
            place,
            unit,
            source=mine.group(),
            expected=expected,
            found=other.group(),
            source_spans=(mine.span(),),
            target_spans=(other.span(),),
        )
