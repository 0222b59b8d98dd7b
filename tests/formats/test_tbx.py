"""TBX: what a concept holds comes back, and foreign files of three forms are understood."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align.datatypes import Concept, Term, TermStatus, TermType
from align.errors import FormatError, InputError
from align.formats import tbx, xml

CASES = Path(__file__).parent / "cases"


def read(name: str) -> tuple[list[Concept], tbx.ReadReport]:
    report = tbx.ReadReport()
    return list(tbx.read_termbase(CASES / name, report=report)), report


def written(*concepts: Concept) -> tuple[bytes, tbx.WriteReport]:
    file = io.BytesIO()
    report = tbx.write_termbase(file, concepts)
    return file.getvalue(), report


def test_a_reference_to_an_entity_of_a_dtd_stays_as_it_is_written() -> None:
    text = (CASES / "dct.tbx").read_text(encoding="utf-8")
    assert "<!DOCTYPE" not in text
    text = text.replace("<tbx ", '<!DOCTYPE tbx SYSTEM "own.dtd"><tbx ').replace(
        "sourdough", "caf&eacute; &own; dough"
    )
    concept, *_ = tbx.read_termbase(io.BytesIO(text.encode()))
    assert concept.terms[0].text == "café &own; dough"


def test_the_style_of_tags() -> None:
    concepts, report = read("dct.tbx")
    assert concepts == [
        Concept(
            "c1",
            (
                Term("sourdough", "en", "preferred", "fullForm", "noun", "uncountable"),
                Term("sour dough", "en", "deprecated"),
                Term("酸面团", "zh-CN", "preferred", None, "noun"),
                Term("老面", "zh-CN", "admitted"),
            ),
            subject="baking",
            definition="Dough that has been left to rise overnight.",
            source="the baker",
        )
    ]
    assert report.left_out == {"context": 1, "transaction": 1}
    assert (report.style, report.description) == ("dct", "Terms of a bakery")


def test_the_style_of_attributes() -> None:
    concepts, report = read("dca.tbx")
    assert concepts == [
        Concept(
            "c1",
            (
                Term("dough", "en", "preferred", None, "noun"),
                Term("面团", "zh", "preferred", "fullForm"),
            ),
            note="seen daily",
            subject="baking",
            definition="What bread is made of.",
            source="the baker",
        ),
        Concept("c2", (Term("oven", "en"),)),
    ]
    assert report.left_out == {"context": 1, "crossReference": 1, "transaction": 1}


def test_the_old_martif() -> None:
    concepts, report = read("martif.tbx")
    assert concepts == [
        Concept(
            "eid-Bakery-7",
            (
                Term("rolling pin", "en-US", "preferred", None, "noun"),
                Term("RP", "en-US", "admitted", "acronym"),
                Term("擀面杖", "zh-CN", "preferred", None, "noun", "wooden"),
            ),
            subject="baking",
            definition="A tool for rolling.",
            source="shop list",
        )
    ]
    assert report.skipped == {"no term": 1}
    assert report.left_out == {"grammaticalNumber": 1, "empty term": 1}


def test_a_status_that_is_not_stated() -> None:
    """The first term of a language stands first, unless another one is said to be preferred."""
    text = (CASES / "dca.tbx").read_text(encoding="utf-8")
    section = "<termSec>\n            <term>oven</term>\n          </termSec>"
    more = (
        "<termSec><term>stove</term></termSec><termSec><term>range</term><termNote "
        'type="administrativeStatus">preferredTerm-admn-sts</termNote></termSec>'
    )
    *_, concept = tbx.read_termbase(io.BytesIO(text.replace(section, section + more).encode()))
    assert [(term.text, term.status) for term in concept.terms] == [
        ("oven", "admitted"),
        ("stove", "admitted"),
        ("range", "preferred"),
    ]


A4P = Concept(
    "12",
    (
        Term("以行动促维和", "zh", "preferred", "fullForm", "noun"),
        Term("Action for Peacekeeping", "en", "preferred", "fullForm", "proper noun", "a <name>"),
        Term("A4P", "en", "admitted", "acronym"),
        Term("Operation for Peace", "en", "deprecated"),
        Term("Peace by Action", "en", "superseded", "variant", None, "two\n  lines"),
    ),
    note="An initiative & its short form",
    subject="peacekeeping",
    definition="What it is.",
    source="A/72/1",
)


def test_the_bytes_of_a_concept() -> None:
    data, report = written(A4P)
    assert data.decode() == (CASES / "written.tbx").read_text(encoding="utf-8")
    assert report == tbx.WriteReport(1)
    assert tbx.validate(io.BytesIO(data)) == []
    assert list(tbx.read_termbase(io.BytesIO(data))) == [A4P]


# What TBX-Basic's own schema says of the elements that we write, as an independent judge.
_SCHEMA = """<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="urn:iso:std:iso:30042:ed-2"
  datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="tbx">
  <attribute name="type"><value>TBX-Basic</value></attribute>
  <attribute name="style"><value>dca</value></attribute>
  <attribute name="xml:lang"><data type="language"/></attribute>
  <element name="tbxHeader"><element name="fileDesc">
    <optional><element name="titleStmt"><element name="title"><text/></element></element></optional>
    <element name="sourceDesc"><oneOrMore><element name="p"><text/></element></oneOrMore></element>
  </element></element>
  <element name="text"><element name="body"><oneOrMore><ref name="entry"/></oneOrMore></element>
  </element>
</element></start>
<define name="note"><element name="note"><text/></element></define>
<define name="entry"><element name="conceptEntry">
  <attribute name="id"><data type="ID"/></attribute>
  <zeroOrMore><choice>
    <element name="descrip"><attribute name="type"><choice>
      <value>subjectField</value><value>definition</value></choice></attribute><text/></element>
    <element name="admin"><attribute name="type"><value>source</value></attribute><text/></element>
    <ref name="note"/>
  </choice></zeroOrMore>
  <oneOrMore><element name="langSec"><attribute name="xml:lang"><data type="language"/></attribute>
    <oneOrMore><element name="termSec"><element name="term"><text/></element>
      <zeroOrMore><element name="termNote"><attribute name="type"><choice>
        <value>administrativeStatus</value><value>partOfSpeech</value><value>termType</value>
      </choice></attribute><text/></element></zeroOrMore>
      <zeroOrMore><ref name="note"/></zeroOrMore>
    </element></oneOrMore>
  </element></oneOrMore>
</element></define>
</grammar>"""


def test_lxml_agrees_with_the_schema() -> None:
    schema = etree.RelaxNG(etree.fromstring(_SCHEMA))
    file = io.BytesIO()
    tbx.write_termbase(file, [A4P, replace(A4P, id="x", note=None)], title="Terms & more")
    assert schema.validate(etree.fromstring(file.getvalue())), schema.error_log


_TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("<&>\r\n\t\x00\x0b|_ 水")), max_size=10)
_FILLED = _TEXTS.filter(lambda text: bool(xml.remove_forbidden(text)[0].strip()))
_OPTIONAL = st.one_of(st.none(), _FILLED)
_TERMS = st.builds(
    Term,
    text=_FILLED,
    lang=st.sampled_from(["zh", "en", "zh-TW", "fr"]),
    status=st.sampled_from(get_args(TermStatus)),
    type=st.one_of(st.none(), st.sampled_from(get_args(TermType))),
    part_of_speech=st.one_of(st.none(), st.sampled_from(["noun", "other", "noun phrase"])),
    note=st.one_of(_OPTIONAL, st.just("part of speech: noun")),
)
_CONCEPTS = st.builds(
    Concept,
    id=st.one_of(
        st.text(min_size=1, max_size=6), st.sampled_from(["1", "id.1", "id.a", "a_b", "id._"])
    ),
    terms=st.lists(_TERMS, min_size=1, max_size=5).map(tuple),
    note=_OPTIONAL,
    subject=_OPTIONAL,
    definition=_OPTIONAL,
    source=_OPTIONAL,
)


def by_language(concept: Concept) -> Concept:
    """A concept as TBX can hold it: its terms in the order of their languages."""
    order = list(dict.fromkeys(term.lang for term in concept.terms))
    terms = sorted(concept.terms, key=lambda term: order.index(term.lang))

    def clean(text: str | None) -> str | None:
        return None if text is None else xml.remove_forbidden(text)[0]

    return Concept(
        concept.id,
        tuple(replace(term, text=clean(term.text) or "", note=clean(term.note)) for term in terms),
        clean(concept.note),
        clean(concept.subject),
        clean(concept.definition),
        clean(concept.source),
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(_CONCEPTS, max_size=4, unique_by=lambda concept: concept.id))
def test_every_concept_comes_back_from_a_conformant_file(concepts: list[Concept]) -> None:
    data, report = written(*concepts)
    assert report.concepts == len(concepts)
    assert list(tbx.read_termbase(io.BytesIO(data))) == [by_language(item) for item in concepts]
    rules = {item.rule for item in tbx.validate(io.BytesIO(data))}
    assert rules <= ({"tbx-no-concept"} if not concepts else set())


@given(st.text(min_size=1))
def test_every_id_becomes_an_xml_id_and_comes_back(identifier: str) -> None:
    written_id = tbx.written_id(identifier)
    assert xml.is_id(written_id)
    assert tbx.read_id(written_id) == identifier


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_ids_stay_different(one: str, other: str) -> None:
    assert (one == other) == (tbx.written_id(one) == tbx.written_id(other))


def test_what_cannot_be_written_is_returned() -> None:
    empty = Concept("e", ())
    blank = Concept("b", (Term(" \x0b", "zh"),))
    data, report = written(empty, blank, A4P)
    assert report == tbx.WriteReport(1, 1, (empty, blank))
    assert data.count(b"<conceptEntry") == 1


def test_missing_and_repeated_ids_are_made_different() -> None:
    water = Concept("", (Term("水", "zh"),))
    data, report = written(water, replace(water, id="c1"), replace(water, id="c1"))
    assert [concept.id for concept in tbx.read_termbase(io.BytesIO(data))] == ["c1", "c1-2", "c1-3"]
    assert report.renamed == 3


def test_a_language_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="no language tag"):
        Term("水", "Chinese (PRC)")
    data, _ = written(Concept("c", (Term("水", "zh"), Term("water", "en"))))
    report = tbx.ReadReport()
    broken = data.replace(b'xml:lang="zh"', b'xml:lang="Chinese (PRC)"')
    (concept,) = tbx.read_termbase(io.BytesIO(broken), report=report)
    assert [term.text for term in concept.terms] == ["water"]
    assert report.left_out == {"terms in 'chinese (prc)', which is no language tag": 1}


def test_another_xml_is_refused() -> None:
    with pytest.raises(FormatError, match="not a TBX: the root element is <tmx>"):
        list(tbx.read_termbase(CASES / "valid.tmx"))


def test_a_truncated_file_gives_its_good_concepts_first() -> None:
    text = (CASES / "dca.tbx").read_text(encoding="utf-8")
    concepts = tbx.read_termbase(io.BytesIO(text[: text.index("oven</term>")].encode()))
    assert next(concepts).id == "c1"
    with pytest.raises(FormatError, match=":41: "):
        next(concepts)


def test_tbx_min() -> None:
    text = """<?xml version="1.0" encoding="UTF-8"?>
<TBX dialect="TBX-Min"><header><id>x</id><languages source="zh" target="en"/></header><body>
<entry id="e1"><subjectField>peace</subjectField>
<langGroup xml:lang="zh"><termGroup><term>以行动促维和</term></termGroup></langGroup>
<langGroup xml:lang="en"><termGroup><term>A4P</term><termStatus>admitted</termStatus></termGroup>
<termGroup><term>Operation Peace</term><termStatus>notRecommended</termStatus></termGroup>
</langGroup></entry></body></TBX>"""
    (concept,) = tbx.read_termbase(io.BytesIO(text.encode()))
    assert (concept.id, concept.subject) == ("e1", "peace")
    assert [(term.text, term.lang, term.status) for term in concept.terms] == [
        ("以行动促维和", "zh", "preferred"),
        ("A4P", "en", "admitted"),
        ("Operation Peace", "en", "deprecated"),
    ]
