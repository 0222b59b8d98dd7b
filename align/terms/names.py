"""Names that need no termbase: the Member States of the United Nations, its organs and titles."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from align.datatypes import Concept, Term

COUNTRY = "country:"
TITLE = "title:"


@dataclass(frozen=True, slots=True)
class Country:
    """A country's names. A form that is in both the short and the long list is right for both."""

    zh: tuple[str, ...]
    zh_long: tuple[str, ...]
    en: tuple[str, ...]
    en_long: tuple[str, ...]
    en_other: tuple[str, ...]  # adjectives, people, everyday names


@cache
def countries() -> tuple[Country, ...]:
    """The countries of data/countries.tsv, in its order."""
    columns = ("zh", "zh_long", "en", "en_long", "en_other")
    return tuple(
        Country(*(_split(row[column]) for column in columns)) for row in _rows("countries")
    )


@cache
def name_concepts() -> tuple[Concept, ...]:
    """Countries and titles as concepts that a check can look for.

    >>> [term.text for term in name_concepts()[0].terms][:4]
    ['阿富汗', '阿富汗伊斯兰共和国', 'Afghanistan', 'Islamic Republic of Afghanistan']
    """
    return tuple(_country(country) for country in countries()) + tuple(
        _title(row) for row in _rows("titles")
    )


def _country(country: Country) -> Concept:
    zh = dict.fromkeys(country.zh + country.zh_long)
    en = dict.fromkeys(country.en + country.en_long)
    concept = _concept(COUNTRY + country.en[0], list(zh), list(en), [])
    others = (
        Term(text, "en", "admitted", "variant") for text in country.en_other if text not in en
    )
    return replace(concept, terms=(*concept.terms, *others))


def _title(row: dict[str, str]) -> Concept:
    en = [row["en"], *_split(row["en_variants"])]
    return _concept(TITLE + row["zh"], [row["zh"]], en, list(_split(row["forbidden"])))


def _concept(id: str, zh: list[str], en: list[str], bad: list[str]) -> Concept:
    terms = [Term(zh[0], "zh"), *(Term(text, "zh", "admitted") for text in zh[1:])]
    terms += [Term(en[0], "en"), *(Term(text, "en", "admitted") for text in en[1:])]
    terms += [Term(text, "en", "deprecated") for text in bad]
    return Concept(id, tuple(terms))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _rows(name: str) -> list[dict[str, str]]:
    path = files("align.terms") / "data" / f"{name}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
