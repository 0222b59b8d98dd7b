"""Termbase tables: what a terminologist types is understood, and no detail of a concept is lost."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.datatypes import Concept, Term, TermStatus, TermType
from align.errors import FormatError
from align.formats import tbx, termtable, xml
from align.formats.tables import Kind
from align.language import tags


def read(text: str, **options: Any) -> list[Concept]:
    return list(termtable.read_concepts(io.BytesIO(text.encode()), kind="tsv", **options))


def test_the_usual_columns() -> None:
    text = (
        "zh\ten\ten_variants\tforbidden\tnote\n"
        "以行动促维和\tAction for Peacekeeping\tA4P | Action 4 Peace\tPeace Act|\tan initiative\n"
        "水\twater\t\t\t\n"
    )
    assert read(text) == [
        Concept(
            "c1",
            (
                Term("以行动促维和", "zh"),
                Term("Action for Peacekeeping", "en"),
                Term("A4P", "en", "admitted", "acronym"),
                Term("Action 4 Peace", "en", "admitted"),
                Term("Peace Act", "en", "deprecated"),
            ),
            note="an initiative",
        ),
        Concept("c2", (Term("水", "zh"), Term("water", "en"))),
    ]


def test_the_optional_columns() -> None:
    text = (
        "id\tzh\tzh_variants\tzh_forbidden\ten\ten_types\ten_pos\ten_notes\ten_superseded\t"
        "term_fr\tzh_langs\tsubject\tdefinition\tsource\n"
        "w\t水|河\tH2O\t冰\twater|H\\|O\t|variant\tnoun|\t|odd\taqua\teau\t|zh-TW\tnature\twet\tme\n"
    )
    assert read(text) == [
        Concept(
            "w",
            (
                Term("水", "zh"),
                Term("河", "zh-TW"),
                Term("H2O", "zh", "admitted", "acronym"),
                Term("冰", "zh", "deprecated"),
                Term("water", "en", "preferred", None, "noun"),
                Term("H|O", "en", "preferred", "variant", None, "odd"),
                Term("aqua", "en", "superseded"),
                Term("eau", "fr"),
            ),
            subject="nature",
            definition="wet",
            source="me",
        )
    ]


def test_headers_may_be_odd_and_columns_foreign() -> None:
    report = termtable.ReadReport()
    concepts = read("ZH-CN\tEN_us\tFrequency\n水\twater\t12\n\t\t3\n", report=report)
    assert concepts == [Concept("c1", (Term("水", "zh"), Term("water", "en")))]
    assert report.unknown_columns == ("Frequency",)
    assert (report.rows, report.skipped) == (2, {"no term": 1})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foo\tbar\n水\twater\n", "no column is known to be zh or en among: foo, bar"),
        ("zh\tWasser\n水\twater\n", "no column is known to be en among: zh, Wasser"),
        ("zh\tzh_CN\tzh_TW\n水\t水\t水\n", "two columns mean 'zh_variants'"),
        ("id\tzh\na\t水\na\t火\n", "<input>:3: another row has the id 'a' already"),
        ("zh\tzh_types\n水\tfoo\n", "<input>:2: the term type 'foo' is none of: abbreviation"),
        ("zh\ten\ten_pos\n水\t\tnoun\n", "<input>:2: a detail in en… belongs to no term"),
        ("zh\tzh_pos\n水|火\tnoun\n", "<input>:2: 2 terms in zh, but 1 values in zh_pos"),
    ],
)
def test_contradictions_are_said_with_their_line(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(text)


@pytest.mark.parametrize(
    ("text", "is_acronym"),
    [("A4P", True), ("A4P+", True), ("UN", True), ("G20", False), ("Water", False), ("水A", False)],
)
def test_what_looks_like_an_acronym(text: str, is_acronym: bool) -> None:
    (concept,) = read(f"en\n{text}\n")
    assert (concept.terms[0].type == "acronym") == is_acronym


def test_only_what_is_needed_is_written() -> None:
    plain = Concept("c1", (Term("水", "zh"), Term("WHO", "en", type="acronym")))
    columns, rows = termtable.rows_of([plain])
    assert columns == ("zh", "en", "en_variants", "forbidden", "note", "id")
    assert list(rows) == [{"zh": "水", "en": "WHO", "note": "", "id": "c1"}]
    columns, rows = termtable.rows_of([plain, Concept("c2", (Term("WHO", "en"),), subject="x")])
    assert columns[5:] == ("id", "subject", "en_types")
    assert [row.get("en_types") for row in rows] == ["acronym", ""]


@given(st.lists(st.text(alphabet="a|\\ 水", max_size=6), min_size=1))
def test_cells_of_several_values(values: list[str]) -> None:
    assert termtable.split(termtable.join(values)) == values


_TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("=|\\ \r\n\t'水A4P+")), max_size=8)


def clean(text: str) -> str:
    return xml.remove_forbidden(text)[0]


_WORDS = _TEXTS.map(lambda text: clean(text).strip()).filter(bool)
_NOTES = st.one_of(st.none(), _TEXTS.map(clean).filter(lambda text: bool(text.strip())))
_TERMS = st.builds(
    Term,
    text=_WORDS,
    lang=st.sampled_from(["zh", "en", "zh-TW", "en-GB", "fr", "x-own"]),
    status=st.sampled_from(get_args(TermStatus)),
    type=st.one_of(st.none(), st.sampled_from(get_args(TermType))),
    part_of_speech=st.one_of(st.none(), st.sampled_from(["noun", "other", "a|b"])),
    note=_NOTES,
)
_CONCEPTS = st.builds(
    Concept,
    id=_WORDS,
    terms=st.lists(_TERMS, min_size=1, max_size=5).map(tuple),
    note=_NOTES,
    subject=_NOTES,
    definition=_NOTES,
    source=_NOTES,
)
_STATUSES = get_args(TermStatus)


def ordered(concept: Concept) -> Concept:
    """A concept with its terms in the order of a table: by language, the preferred ones first."""

    def key(term: Term) -> tuple[int, str, int]:
        lang = tags.primary(term.lang)
        return ({"zh": 0, "en": 1}.get(lang, 2), lang, _STATUSES.index(term.status))

    return replace(concept, terms=tuple(sorted(concept.terms, key=key)))


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx"])
@settings(max_examples=50, deadline=None)
@given(concepts=st.lists(_CONCEPTS, max_size=3, unique_by=lambda concept: concept.id))
@example(concepts=[Concept("c", (Term("A4P", "en"), Term("A4P", "en", type="acronym")))])
def test_no_detail_is_lost(kind: Kind, concepts: list[Concept]) -> None:
    file = io.BytesIO()
    termtable.write_concepts(file, concepts, kind=kind)
    file.seek(0)
    back = list(termtable.read_concepts(file, kind=kind))
    assert back == [ordered(concept) for concept in concepts]


@settings(max_examples=100, deadline=None)
@given(st.lists(_CONCEPTS, max_size=3, unique_by=lambda concept: concept.id))
def test_from_table_to_tbx_and_back(concepts: list[Concept]) -> None:
    data = io.BytesIO()
    tbx.write_termbase(data, concepts)
    data.seek(0)
    table = io.BytesIO()
    termtable.write_concepts(table, list(tbx.read_termbase(data)), kind="csv")
    table.seek(0)
    back = list(termtable.read_concepts(table, kind="csv"))

    def in_any_order(items: list[Concept]) -> list[tuple[Concept, set[tuple[Term, int]]]]:
        # TBX groups by code (zh, zh-TW), a table by language: only that order may change.
        return [
            (
                replace(item, terms=()),
                {(term, item.terms.count(term)) for term in item.terms},
            )
            for item in items
        ]

    assert in_any_order(back) == in_any_order(concepts)


@pytest.mark.parametrize(
    "header", ["Chinese,English,Notes", "中文,英文,备注", "英語,漢語,備註", "zh-CN,en-US,note"]
)
def test_headers_in_words(header: str) -> None:
    swapped = header.startswith("英語")
    row = "peace,和平,n" if swapped else "和平,peace,n"
    (concept,) = termtable.read_concepts(io.BytesIO(f"{header}\n{row}\n".encode()), kind="csv")
    assert [(term.text, term.lang) for term in concept.terms] == [("和平", "zh"), ("peace", "en")]
    assert concept.note == "n"


# --- tables as they come -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("Chinese (Simplified)", "English"),
        ("Simplified Chinese", "English (US)"),
        ("简体中文", "英文"),
        ("繁體中文", "英語"),
        ("ZH-CN", "EN-GB"),
        ("zh_Hans", "en_US"),
        ("中文（简体）", "English (United Kingdom)"),
        ("Chinese term", "English term"),
        ("中文术语", "英文术语"),
        ("术语", "译文"),
        ("Source", "Target"),
        ("原文", "译名"),
        ("Simplified (zh-CN)", "American (en-US)"),
    ],
)
def test_headers_are_understood(zh: str, en: str) -> None:
    expected = [Concept("c1", (Term("水", "zh"), Term("water", "en")))]
    assert read(f"{zh}\t{en}\n水\twater\n") == expected
    assert read(f"{en}\t{zh}\nwater\t水\n") == expected


def test_simplified_and_traditional_are_two_terms_of_a_concept() -> None:
    (concept,) = read("简体中文\t繁體中文\tEnglish\n网络\t網路\tnetwork\n")
    assert [(term.text, term.lang, term.stated) for term in concept.terms] == [
        ("网络", "zh", False), ("網路", "zh-Hant", False), ("network", "en", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["水\twater\n火\tfire\n", "水\twater\tof the sea\n火\tfire\t\n", "water\t水\nfire\t火\n"],
    ids=["two columns", "comments", "English first"],
)
def test_a_glossary_without_a_header(text: str) -> None:
    found = read(text)
    assert [[term.text for term in concept.terms] for concept in found] == [
        ["水", "water"], ["火", "fire"],
    ]  # fmt: skip
    assert found[0].note == ("of the sea" if "sea" in text else None)


def test_what_is_not_read_is_named() -> None:
    report = termtable.ReadReport()
    text = "Glossary of 2024\t\t\nzh\ten\tClient\n水\twater\tX\n"
    found = list(termtable.read_concepts(io.BytesIO(text.encode()), kind="tsv", report=report))
    assert len(found) == 1
    assert report.notes() == ["columns that were not read: Client"]


def test_every_sheet_and_merged_cells() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    first: Any = book.active
    first.title = "Water"
    first.append(["Glossary", None, None])
    first.merge_cells("A1:C1")
    for row in (["中文", "English", "备注"], ["水", "water", "wet"], [None, "aqua", "wet"]):
        first.append(row)
    first.merge_cells("A3:A4")
    second = book.create_sheet("Fire")
    second.append(["English", "Chinese (Simplified)"])
    second.append(["fire", "火"])
    third = book.create_sheet("About")
    third.append(["made by", "us"])
    third.append(["in", "2024"])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    report = termtable.ReadReport()
    found = list(termtable.read_concepts(file, kind="xlsx", report=report))
    assert [[term.text for term in concept.terms] for concept in found] == [
        ["水", "water"], ["水", "aqua"], ["火", "fire"],
    ]  # fmt: skip
    assert report.notes() == ["the sheet 'About' is left out: no Chinese and English columns"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_semicolons_and_encodings(encoding: str) -> None:
    text = (
        "English;Chinese (Simplified)\nwater;水\n" + "meeting;主席宣布会议开始并感谢各位代表\n" * 9
    )
    found = list(termtable.read_concepts(io.BytesIO(text.encode(encoding)), kind="csv"))
    assert [term.text for term in found[0].terms] == ["水", "water"]


def test_what_an_entry_prescribes_comes_back() -> None:
    (one, other) = read("zh\ten\tusage\n水\twater\tdescriptive\n火\tfire\t\n")
    assert (one.usage, other.usage) == ("descriptive", None)
    file = io.BytesIO()
    termtable.write_concepts(file, [one], kind="tsv")
    file.seek(0)
    assert next(iter(termtable.read_concepts(file, kind="tsv"))).usage == "descriptive"
    with pytest.raises(FormatError, match="neither prescriptive nor descriptive"):
        read("zh\ten\tusage\n水\twater\tmaybe\n")


def test_a_status_that_no_column_gives_is_none() -> None:
    (plain,) = read("zh\ten\n水\twater\n")
    (stated,) = read("zh\ten\tforbidden\n水\twater\taqua\n")
    assert [term.stated for term in plain.terms] == [False, False]
    assert [term.stated for term in stated.terms] == [True, True, True]
    file = io.BytesIO()
    tbx.write_termbase(file, [plain])
    assert b"administrativeStatus" not in file.getvalue()
