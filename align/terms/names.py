"""Names that need no termbase: countries, bodies and their posts, places, ranks, currencies.

``data/countries.tsv`` has the Member States, ``data/bodies.tsv`` the rest, a line each with all its
forms in both languages. There a form that ends in ``?`` may mean something else as well (CAT, the
Council, 秘书处): it is right, but asks for nothing. One that ends in ``!`` is right only in a
translation (特别代表 for the Special Representative of the Secretary-General). What a form follows
from another by rule (联合国 before it, UN for United Nations, "the Committee") is made here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal

from align.datatypes import Concept, Term, TermType
from align.language.words import word_set

COUNTRY = "country:"
_OTHER = "name:"
Family = Literal["", "body", "place", "rank", "currency"]

_FAMILIES: dict[str, Family] = {
    "place": "place",
    "sea": "place",
    "rank": "rank",
    "currency": "currency",
}
# Whose names may have 联合国 or United Nations before them.
_OF_THE_UN = word_set("organ department fund commission treaty-body mission agency post")


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
    """Countries, bodies and all else of this list as concepts that a check can look for.

    >>> [term.text for term in name_concepts()[0].terms][:4]
    ['阿富汗', '阿富汗伊斯兰共和国', 'Afghanistan', 'Islamic Republic of Afghanistan']
    """
    return tuple(_country(country) for country in countries()) + tuple(
        _body(row) for row in _rows("bodies")
    )


def family(id: str) -> Family:
    """What kind of name a concept of this list is, "" for one that is not of the list.

    A name may stand wrongly for another of its own family only: no place for a body.

    >>> family("name:sea:Red Sea"), family("country:Chad"), family("my termbase: 12")
    ('place', 'body', '')
    """
    if id.startswith(COUNTRY):
        return "body"
    if not id.startswith(_OTHER):
        return ""
    return _FAMILIES.get(id.split(":", 2)[1], "body")


def is_loose(term: Term) -> bool:
    """Whether a form of a name may mean something else as well."""
    return term.type == "variant"


def only_answers(term: Term) -> bool:
    """Whether a form of a name is right in a translation, and nothing to look for in a source."""
    return term.type == "shortForm"


def _country(country: Country) -> Concept:
    zh = dict.fromkeys(country.zh + country.zh_long)
    en = dict.fromkeys(country.en + country.en_long)
    concept = _concept(COUNTRY + country.en[0], list(zh), list(en))
    others = (
        Term(text, "en", "admitted", "variant") for text in country.en_other if text not in en
    )
    return replace(concept, terms=(*concept.terms, *others))


def _body(row: dict[str, str]) -> Concept:
    forms = {lang: _forms(row[lang]) for lang in ("zh", "en")}
    if row["kind"] in _OF_THE_UN:
        forms = {"zh": _chinese_of_the_un(forms["zh"]), "en": _english_of_the_un(forms["en"])}
    if row["kind"] != "post" and family(f"{_OTHER}{row['kind']}:") == "body":
        for lang in forms:
            forms[lang] |= {
                h: "shortForm" for h in _heads(forms[lang], lang) if h not in forms[lang]
            }
    terms = [
        Term(text, lang, "preferred" if at == 0 else "admitted", type)
        for lang, some in forms.items()
        for at, (text, type) in enumerate(some.items())
    ]
    terms += [Term(text, "en", "deprecated") for text in _split(row["forbidden"])]
    first = next(iter(forms["en"]))
    return Concept(f"{_OTHER}{row['kind']}:{first}", tuple(terms))


_Forms = dict[str, TermType | None]
_MARKS: dict[str, TermType] = {"?": "variant", "!": "shortForm"}


def _forms(cell: str) -> _Forms:
    return {text.rstrip("?!"): _MARKS.get(text[-1]) for text in _split(cell)}


def _chinese_of_the_un(forms: _Forms) -> _Forms:
    """The forms, and each with 联合国 before it: 联合国安理会."""
    named = [
        text
        for text, type in forms.items()
        if type is None and "联" not in text[:1] and "联合国" not in text
    ]
    return forms | {f"联合国{text}": None for text in named if f"联合国{text}" not in forms}


def _english_of_the_un(forms: _Forms) -> _Forms:
    """The forms, and each with UN or U.N. for United Nations, or before what has neither."""
    made: _Forms = {}
    for text, type in forms.items():
        if type is not None or (" " not in text and "-" not in text):
            continue
        for short in ("UN", "U.N.", "United Nations"):
            if "United Nations" in text:
                made[text.replace("United Nations", short)] = None
            elif "UN" not in text:
                made[f"{short} {text}"] = None
    return forms | {text: type for text, type in made.items() if text not in forms}


# By what a name's last word a body is called once it has been named: the Council, 理事会.
_HEADS = {
    "zh": tuple(
        "理事会 委员会 大会 法院 法庭 机制 特派团 稳定团 援助团 支助团 观察团 核查团 部队 基金 组织"
        " 机构 联盟 办事处 办公室 银行 会议 公约 条约 议定书 协定 宣言 规约 议程 秘书处 中心 研究所"
        " 大学 集团 共同体 论坛 公署 工作组 议会".split()
    ),
    "en": tuple(
        "council committee subcommittee commission assembly court tribunal mechanism mission force"
        " operation fund programme program organization organisation union department office agency"
        " bank conference convention covenant treaty protocol agreement declaration statute agenda"
        " secretariat centre center institute university group community forum league alliance"
        " association authority board panel facility parliament".split()
    ),
}


def _heads(forms: _Forms, lang: str) -> list[str]:
    """The heads that the sure forms have."""
    sure = [text for text, type in forms.items() if type is None]
    if lang == "zh":
        return [head for head in _HEADS["zh"] if any(text.endswith(head) for text in sure)]
    words = {word.lower() for text in sure if " " in text for word in text.split()}
    return [head for head in _HEADS["en"] if head in words]


def _concept(id: str, zh: list[str], en: list[str]) -> Concept:
    terms = [Term(zh[0], "zh"), *(Term(text, "zh", "admitted") for text in zh[1:])]
    terms += [Term(en[0], "en"), *(Term(text, "en", "admitted") for text in en[1:])]
    return Concept(id, tuple(terms))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _rows(name: str) -> list[dict[str, str]]:
    path = files("align.terms") / "data" / f"{name}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
