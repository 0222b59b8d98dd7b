"""TMX → units → TMX: what stood at a tuv stands there again, and codes are spelled as they were."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from align.datatypes import TranslationUnit
from align.formats import tmx, tmx_levels
from align.memory import TranslationMemory, exchange

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HEAD = (
    '<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header'
    ' creationtool="t" creationtoolversion="1" segtype="sentence" o-tmf="t" adminlang="en"'
    ' srclang="zh-cn" datatype="plaintext"><prop type="x-client">us</prop></header><body>'
)
KITCHEN = (
    '<tu tuid="a" creationdate="20200101T000000Z" creationtool="kettle" segtype="phrase">'
    '<note>one</note><note>two</note><prop type="x-room">kitchen</prop>'
    '<tuv xml:lang="zh-cn" creationid="li" usagecount="3" changedate="20210101T000000Z">'
    '<note lang="en">boil\nit</note><prop type="x-kind">draft</prop><seg>水壶很烫。</seg></tuv>'
    '<tuv xml:lang="EN" creationdate="20200101T000000Z" changeid="may" datatype="html">'
    '<prop type="x-kind">final</prop><prop type="">bare</prop><seg>The kettle is hot.</seg></tuv></tu>'
)
GARDEN = (
    '<tu tuid="b"><note>only one</note><tuv xml:lang="zh-cn"><seg>花园很大。</seg></tuv>'
    '<tuv xml:lang="EN" changedate="20220202T000000Z"><seg>The garden is large.</seg></tuv></tu>'
)


def file_of(*tus: str, name: str = "zh-cn") -> io.BytesIO:
    return io.BytesIO((HEAD + "".join(tus) + "</body></tmx>").encode())


def levels(data: bytes) -> list[object]:
    """Everything said of each tu and tuv, by level."""
    found: list[object] = []
    for tu in etree.fromstring(data).iter("tu"):
        for element in (tu, *tu.iter("tuv")):
            notes = [note.text for note in element.findall("note")]
            props = sorted((prop.get("type"), prop.text) for prop in element.findall("prop"))
            found.append((sorted(map(tuple, element.items())), notes, props))
    return found


def again(units: list[TranslationUnit]) -> bytes:
    file = io.BytesIO()
    tmx.write_units(file, units, source_lang=None, target_lang=None)
    return file.getvalue()


def expected(*tus: str) -> list[object]:
    """What the file says, but for a prop without a type, which TMX does not allow."""
    return levels(file_of(*tus).getvalue().replace(b'type=""', b'type="x-prop"'))


@pytest.mark.parametrize(
    "tus", [(KITCHEN,), (GARDEN,), (KITCHEN, GARDEN)], ids=["all", "one", "both"]
)
def test_everything_returns_where_it_stood(tus: tuple[str, ...]) -> None:
    assert levels(again(list(tmx.read_units(file_of(*tus))))) == expected(*tus)


def test_also_through_a_memory(tmp_path: Path) -> None:
    source = tmp_path / "in.tmx"
    source.write_bytes(file_of(KITCHEN, GARDEN).getvalue())
    with TranslationMemory.open(tmp_path / "m.db", create=True) as memory:
        memory.add(exchange.read_file(source), origin="in.tmx", now="20240101T000000Z")
        units = [replace(unit, origin=None) for unit in memory.units()]
    found = [unit for unit in units if unit.id == "b"]
    assert levels(again(found)) == expected(GARDEN)


def test_a_note_that_was_edited_is_the_note_of_the_unit() -> None:
    (unit,) = tmx.read_units(file_of(KITCHEN))
    data = again([replace(unit, note="three")])
    assert data.count(b"<note>") == 1
    assert b"      <note>three</note>" in data


def test_a_date_that_changed_is_written_at_the_tu() -> None:
    (unit,) = tmx.read_units(file_of(GARDEN))
    assert unit.changed == "20220202T000000Z"
    tu = etree.fromstring(again([replace(unit, changed="20240101T000000Z")])).find(".//tu")
    assert tu is not None
    assert tu.get("changedate") == "20240101T000000Z"


def test_a_code_that_was_changed_is_not_spelled_as_before() -> None:
    (unit,) = tmx.read_units(file_of(GARDEN))
    data = again([replace(unit, target_lang="en-GB")])
    assert b'xml:lang="en-GB"' in data
    assert b'xml:lang="EN"' not in data


def test_what_has_no_place_is_counted() -> None:
    report = tmx.ReadReport()
    body = GARDEN.replace("<tu ", '<tu o-encoding="x" ').replace("<tuv ", '<tuv o-encoding="y" ')
    list(tmx.read_units(file_of(body), report=report))
    assert report.lost == {
        "prop of the header": 1,
        "attribute o-encoding of a tu": 1,
        "attribute o-encoding of a tuv": 2,
    }


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("x-align-source-@xml:lang", "fr"),
        ("x-align-source-@changedate", "yesterday"),
        ("x-align-@tuid", "z"),
        ("x-align-target-@usagecount", "-1"),
        ("x-align-@segtype", "chapter"),
        ("x-align-whatever", "1"),
    ],
)
def test_a_prop_of_that_name_from_anywhere_makes_no_attribute(kind: str, value: str) -> None:
    data = again([TranslationUnit("水", "water", props=((kind, value),))])
    assert f'<prop type="{kind}">{value}</prop>'.encode() in data
    assert not [item for item in tmx.validate(io.BytesIO(data)) if item.severity == "error"]


def test_carried_props_are_named_apart() -> None:
    assert tmx_levels.spelling("target") == "x-align-target-lang"


def test_a_prop_that_is_called_as_our_notes_are_is_kept() -> None:
    body = GARDEN.replace("<note>", '<prop type="x-align-note">theirs</prop><note>')
    assert b'<prop type="x-x-align-note">theirs</prop>' in again(
        list(tmx.read_units(file_of(body)))
    )
