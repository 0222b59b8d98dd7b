"""Writing TMX: conformant whatever the texts hold, the same bytes each time, read back whole."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import string
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align import __version__
from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.formats import tmx, xml

CASES = Path(__file__).parent / "cases"


def written(*units: TranslationUnit, **options: str | None) -> tuple[bytes, tmx.WriteReport]:
    file = io.BytesIO()
    report = tmx.write_units(file, units, **{"created": None, **options})
    return file.getvalue(), report


FULL = TranslationUnit(
    "水位为 5 000 毫米。",
    'The level is <5,000> & "rising".',
    id="7",
    confidence=0.9876543219,
    bead_type="2-1",
    paragraph="32",
    symbol="A/C.4/78/SR.12",
    page=3,
    speaker="Ms. Bo",
    origin="a.txt",
    created="20240229T000000Z",
    changed="20240301T010203Z",
    signature="align:0.1|model:m@1",
    state="reviewed",
    note="looks\ngood",
    props=(("x-own", "v<1"), ("creationid", "bo"), ("usagecount", "2")),
)


def test_the_bytes_of_one_unit() -> None:
    data, report = written(FULL, created="20240401T000000Z")
    expected = (CASES / "written.tmx").read_text(encoding="utf-8")
    assert data.decode() == expected.replace('version="0.1.0"', f'version="{__version__}"')
    assert report == tmx.WriteReport(1)


def test_one_unit_read_back() -> None:
    data, _ = written(FULL)
    (unit,) = tmx.read_units(io.BytesIO(data))
    assert unit == replace(FULL, confidence=0.987654)


# Text of every kind: what XML forbids, what it changes, what looks like markup, astral characters.
_CHARACTERS = st.one_of(
    st.characters(),
    st.sampled_from("\r\n\t\x00\x0b\x1f\ufffe\uffff\ud800\udfff\x85\u2028&<>\"']]>_水\U0002070e"),
)
_TEXTS = st.text(_CHARACTERS, max_size=12)
_FILLED = _TEXTS.filter(lambda text: bool(text.strip()))
_WORDS = st.text(string.ascii_letters + "<&\" '中", min_size=1, max_size=5)
_KINDS = _WORDS.map(lambda word: f"x-w{word}")
_DATES = st.datetimes().map(lambda when: when.strftime("%Y%m%dT%H%M%SZ").zfill(16))
_UNITS = st.builds(
    TranslationUnit,
    source=_TEXTS,
    target=_TEXTS,
    source_lang=st.sampled_from(["zh-CN", "zh", "zh-TW", "zh-Hans", "ZH_cn"]),
    target_lang=st.sampled_from(["en-US", "en", "en-GB", "EN"]),
    id=st.one_of(st.just(""), st.sampled_from("ab"), _WORDS),
    confidence=st.one_of(st.none(), st.floats(0, 1).map(lambda number: round(number, 6))),
    bead_type=st.one_of(st.none(), st.just("1-2")),
    paragraph=st.one_of(st.none(), _WORDS),
    page=st.one_of(st.none(), st.integers(0, 10**6)),
    speaker=st.one_of(st.none(), _WORDS),
    created=st.one_of(st.none(), _DATES, st.just("yesterday")),
    changed=st.one_of(st.none(), _DATES),
    note=st.one_of(st.none(), _FILLED),
    props=st.lists(st.tuples(_KINDS, _TEXTS), max_size=3).map(tuple),
)


def cleaned(text: str) -> str:
    return xml.remove_forbidden(text)[0]


@settings(max_examples=150, deadline=None)
@given(st.lists(_UNITS, max_size=5))
def test_whatever_is_written_is_conformant_and_comes_back(units: list[TranslationUnit]) -> None:
    data, report = written(*units)
    assert [item for item in tmx.validate(io.BytesIO(data)) if item.severity != "info"] == []
    whole = [
        unit for unit in units if cleaned(unit.source).strip() and cleaned(unit.target).strip()
    ]
    assert report.units == len(whole)
    assert list(report.unaligned) == [unit for unit in units if unit not in whole]
    read = tmx.ReadReport()
    back = list(tmx.read_units(io.BytesIO(data), report=read))
    assert (read.yielded, read.skipped) == (len(whole), {})
    for unit, again in zip(whole, back, strict=True):
        assert again.source == cleaned(unit.source)
        assert again.target == cleaned(unit.target)
        assert again.note == (cleaned(unit.note or "") or None)
        assert again.created == tmx.date(unit.created or "")
        assert again.props == tuple((kind, cleaned(value)) for kind, value in unit.props)
        for name in ("confidence", "bead_type", "paragraph", "page", "speaker", "changed"):
            assert getattr(again, name) == getattr(unit, name)
    assert len({unit.id for unit in back}) == len(back)
    assert all(unit.id for unit in back)


@settings(max_examples=50, deadline=None)
@given(st.lists(_UNITS, max_size=4))
def test_the_same_units_give_the_same_bytes(units: list[TranslationUnit]) -> None:
    assert written(*units) == written(*units)


def test_a_second_generation_is_the_same_file() -> None:
    first, _ = written(FULL, TranslationUnit("火", "fire"), TranslationUnit("火", "fire"))
    second, _ = written(*tmx.read_units(io.BytesIO(first)))
    assert second == first


def test_lxml_agrees_with_the_document_type() -> None:
    """The DTD of TMX 1.4, in the parts that we write, as an independent judge."""
    dtd = etree.DTD(
        io.StringIO(
            """<!ELEMENT tmx (header, body)> <!ATTLIST tmx version CDATA #FIXED "1.4">
            <!ELEMENT header (note|prop)*>
            <!ATTLIST header creationtool CDATA #REQUIRED creationtoolversion CDATA #REQUIRED
              segtype (block|paragraph|sentence|phrase) #REQUIRED o-tmf CDATA #REQUIRED
              adminlang CDATA #REQUIRED srclang CDATA #REQUIRED datatype CDATA #REQUIRED
              o-encoding CDATA #IMPLIED creationdate CDATA #IMPLIED>
            <!ELEMENT body (tu*)> <!ELEMENT tu ((note|prop)*, tuv+)>
            <!ATTLIST tu tuid CDATA #IMPLIED creationdate CDATA #IMPLIED changedate CDATA #IMPLIED
              srclang CDATA #IMPLIED creationid CDATA #IMPLIED usagecount CDATA #IMPLIED>
            <!ELEMENT note (#PCDATA)> <!ELEMENT prop (#PCDATA)>
            <!ATTLIST prop type CDATA #REQUIRED>
            <!ELEMENT tuv ((note|prop)*, seg)> <!ATTLIST tuv xml:lang CDATA #REQUIRED>
            <!ELEMENT seg (#PCDATA)>"""
        )
    )
    data, _ = written(FULL, replace(FULL, source_lang="zh-TW"), created="20240401T000000Z")
    assert dtd.validate(etree.fromstring(data)), dtd.error_log


def test_an_empty_side_is_returned_and_not_written() -> None:
    units = [
        TranslationUnit("只有中文。", ""),
        TranslationUnit(" \n", "Only English."),
        TranslationUnit("\x0b", "Nothing but a forbidden character."),
        TranslationUnit("水", "water"),
    ]
    data, report = written(*units)
    assert data.count(b"<tu ") == 1
    assert report == tmx.WriteReport(1, 1, tuple(units[:3]))


def test_forbidden_characters_are_removed_and_counted() -> None:
    data, report = written(TranslationUnit("水\x0b\ud800", "wa\x00ter", note="\x01"))
    assert report.removed_characters == 4
    (unit,) = tmx.read_units(io.BytesIO(data))
    assert (unit.source, unit.target, unit.note) == ("水", "water", None)


def test_languages_are_written_as_the_header_says_or_stand_out() -> None:
    units = [
        TranslationUnit("水", "water", source_lang=source, target_lang=target)
        for source, target in [
            ("zh-cn", "EN"),
            ("zh", "en-GB"),
            ("zh-TW", "en-US"),
            ("cmn", "fr_ca"),
        ]
    ]
    data, _ = written(*units)
    root = etree.fromstring(data)
    header = root.find("header")
    assert header is not None
    assert header.get("srclang") == "zh-CN"
    found = [
        (tu.get("srclang"), *(tuv.get(xml.XML_LANG) for tuv in tu.iter("tuv")))
        for tu in root.iter("tu")
    ]
    assert found == [
        (None, "zh-CN", "en-US"),
        (None, "zh-CN", "en-GB"),
        ("zh-TW", "zh-TW", "en-US"),
        (None, "zh-CN", "fr-CA"),
    ]
    assert [item.rule for item in tmx.validate(io.BytesIO(data))] == []


def test_ids_are_kept_made_and_told_apart() -> None:
    fire = TranslationUnit("火", "fire")
    named = [replace(fire, id="1") for _ in range(3)]
    data, report = written(fire, fire, *named, replace(fire, id="1-2"), TranslationUnit("水", "w"))
    ids = [unit.id for unit in tmx.read_units(io.BytesIO(data))]
    first = tmx.content_id("火", "fire")
    water = tmx.content_id("水", "w")
    assert ids == [first, f"{first}-2", "1", "1-2", "1-3", "1-2-2", water]
    assert report.renamed == 3


def test_an_id_does_not_depend_on_what_stands_before() -> None:
    water, fire = TranslationUnit("水", "water"), TranslationUnit("火", "fire")
    alone = [unit.id for unit in tmx.read_units(io.BytesIO(written(fire)[0]))]
    after = [unit.id for unit in tmx.read_units(io.BytesIO(written(water, fire)[0]))]
    assert after[1:] == alone


@pytest.mark.parametrize(
    "options",
    [{"source_lang": "zh_CN"}, {"target_lang": "English US"}, {"created": "2024-02-29"}],
)
def test_what_no_conformant_header_can_say_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(FormatError):
        written(FULL, **options)


def test_a_date_that_is_none_is_left_out_and_counted() -> None:
    data, report = written(replace(FULL, created="20230229T000000Z", changed="2024-03-01"))
    assert report.dates == 1
    (unit,) = tmx.read_units(io.BytesIO(data))
    assert (unit.created, unit.changed) == (None, "20240301T000000Z")


@pytest.mark.parametrize("name", ["trados.tmx", "memoq.tmx", "omegat.tmx", "languages.tmx"])
def test_what_other_tools_wrote_becomes_conformant(name: str) -> None:
    units = list(tmx.read_units(CASES / name))
    data, report = written(*units, source_lang=None, target_lang=None)
    assert report.units == len(units)
    found = {item.rule for item in tmx.validate(io.BytesIO(data)) if item.severity != "info"}
    assert found <= {"tmx-lang-form"}  # the file's own code for a language returns as it was
    again = list(tmx.read_units(io.BytesIO(data)))
    assert [(unit.source, unit.target) for unit in again] == [
        (unit.source, unit.target) for unit in units
    ]
    assert [unit.props for unit in again] == [unit.props for unit in units]


_TOOLKIT = """
import json, sys
from translate.storage import tmx
store = tmx.tmxfile.parsefile(open(sys.argv[1], "rb"))
print(json.dumps([[unit.source, unit.target] for unit in store.units]))
"""


def test_translate_toolkit_reads_the_same_texts(tmp_path: Path) -> None:
    """Another tool as the judge; it is GPL, so it is no dependency and may be missing."""
    python = os.environ.get("ALIGN_TOOLKIT_PYTHON")
    if not python and importlib.util.find_spec("translate") is None:
        pytest.skip("translate-toolkit is not here; ALIGN_TOOLKIT_PYTHON may name a Python with it")
    texts = [
        ("水 <井> & 火\t\U0002070e", 'wa  ter\r\n"x" ]]>'),
        ("a\u2028b", "c\x85d"),
        (" 两边有空格 ", "\nline"),
    ]
    file = tmp_path / "a.tmx"
    file.write_bytes(written(*(TranslationUnit(*pair) for pair in texts))[0])
    command = [python or sys.executable, "-c", _TOOLKIT, str(file)]
    result = subprocess.run(command, capture_output=True, check=True)
    assert json.loads(result.stdout) == [list(pair) for pair in texts]
