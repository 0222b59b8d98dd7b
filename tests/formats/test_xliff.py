"""XLIFF of every kind: what is read, and that findings change nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from lxml import etree

from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.formats import xliff, xliff_rules
from align.formats.xliff_notes import Annotated, Remark, annotate

NOW = "20260102T030405Z"

PLAIN = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
 <file original="budget.docx" source-language="zh-CN" target-language="en-US" datatype="plaintext">
  <body><group id="g">
   <trans-unit id="1" approved="yes"><source>预算<g id="1">已</g>通过。</source>
    <target state="final">The budget <g id="1">was</g> adopted.</target><note>from the cover</note>
    <alt-trans match-quality="85%"><source>预算通过。</source><target>Budget adopted.</target></alt-trans></trans-unit>
   <trans-unit id="2"><source>第一行<x id="2" ctype="lb"/>第二行</source><target>Line one<x id="2" ctype="lb"/>line two</target></trans-unit>
   <trans-unit id="3"><source>未译</source></trans-unit>
  </group></body>
 </file>
</xliff>
"""
TRADOS = """<?xml version="1.0" encoding="utf-8"?>
<xliff xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0" version="1.2" sdl:version="1.0" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a.docx" source-language="zh-CN" target-language="en-US" datatype="x-sdlfilterframework2"><header/><body>
<trans-unit id="8a"><source>甲方付款。乙方交货。</source>
<seg-source><mrk mtype="seg" mid="1">甲方付款。</mrk><mrk mtype="seg" mid="2">乙方<g id="4">交货</g>。</mrk></seg-source>
<target><mrk mtype="seg" mid="1">Party A pays.</mrk> <mrk mtype="seg" mid="2">Party B <g id="4">delivers<mrk mtype="x-sdl-deleted" sdl:revid="r1"> late</mrk></g>.</mrk></target>
<sdl:seg-defs><sdl:seg id="1" conf="ApprovedTranslation" origin="tm" percent="100"/><sdl:seg id="2" conf="Translated" locked="true"/></sdl:seg-defs></trans-unit>
</body></file></xliff>
"""
MEMOQ = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:mq="MQXliff">
<file original="m.docx" source-language="en" target-language="zh-cn" datatype="x-memoq"><body>
<trans-unit id="1" mq:status="ManuallyConfirmed" mq:percent="0"><source xml:space="preserve">The <bpt id="1">&lt;b&gt;</bpt>Chair<ept id="1">&lt;/b&gt;</ept> spoke.</source><target xml:space="preserve"><bpt id="1">&lt;b&gt;</bpt>主席<ept id="1">&lt;/b&gt;</ept>发言。</target></trans-unit>
</body></file></xliff>
"""
TWO = """<?xml version="1.0" encoding="UTF-8"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" xmlns:mtc="urn:oasis:names:tc:xliff:matches:2.0" version="2.1" srcLang="zh-CN" trgLang="en">
 <file id="f1" original="r.html"><unit id="u1">
  <mtc:matches><mtc:match ref="#s1" similarity="90.5"><source>大会开幕。</source><target>The Assembly opens.</target></mtc:match></mtc:matches>
  <originalData><data id="d1">&lt;br/&gt;</data></originalData>
  <segment id="s1" state="final"><source>大会<pc id="1">开幕</pc>。</source><target>The Assembly <pc id="1">opened</pc>.</target></segment>
  <ignorable><source> </source></ignorable>
  <segment><source>甲<ph id="2" dataRef="d1"/>乙</source><target>A<ph id="2" dataRef="d1"/>B</target></segment>
 </unit>
 <unit id="u2"><notes><note>old</note></notes><segment state="initial"><source>散会。</source><target>It rose.</target></segment></unit></file>
</xliff>
"""
KINDS = {"plain": PLAIN, "trados": TRADOS, "memoq": MEMOQ, "two": TWO}


def read(text: str) -> list[tuple[xliff.Place, TranslationUnit]]:
    return list(xliff.read_segments(io.BytesIO(text.encode())))


def test_version_1_gives_units_with_states_notes_and_rates() -> None:
    report = xliff.XliffReport()
    units = list(xliff.read_units(io.BytesIO(PLAIN.encode()), report=report))
    assert [(unit.source, unit.target) for unit in units] == [
        ("预算已通过。", "The budget was adopted."),
        ("第一行 第二行", "Line one line two"),
    ]
    first = units[0]
    assert (first.id, first.state, first.note) == ("1", "reviewed", "from the cover")
    assert (first.source_lang, first.target_lang, first.origin) == ("zh-CN", "en-US", "budget.docx")
    assert dict(first.props) == {"x-xliff-state": "final", "x-xliff-match": "85"}
    assert units[1].state is None
    assert report.read == 3
    assert dict(report.skipped) == {"no target": 1}


def test_trados_segments_are_units_of_their_own() -> None:
    found = read(TRADOS)
    assert [(unit.id, unit.source, unit.target, unit.state) for _, unit in found] == [
        ("8a/1", "甲方付款。", "Party A pays.", "reviewed"),
        ("8a/2", "乙方交货。", "Party B delivers.", None),
    ]
    assert dict(found[0][1].props)["x-xliff-match"] == "100"
    assert dict(found[1][1].props)["x-xliff-locked"] == "true"
    assert [place.segment for place, _ in found] == ["1", "2"]


def test_memoq_says_its_direction_and_state() -> None:
    ((_, unit),) = read(MEMOQ)
    assert (unit.source, unit.target) == ("The Chair spoke.", "主席发言。")
    assert (unit.source_lang, unit.target_lang, unit.state) == ("en", "zh-CN", "reviewed")


def test_version_2_gives_a_unit_a_segment() -> None:
    found = read(TWO)
    assert [(unit.id, unit.source, unit.target) for _, unit in found] == [
        ("u1/s1", "大会开幕。", "The Assembly opened."),
        ("u1", "甲 乙", "A B"),
        ("u2", "散会。", "It rose."),
    ]
    assert dict(found[0][1].props) == {"x-xliff-state": "final", "x-xliff-match": "90.5"}
    assert [place.line for place, _ in found] == [6, 8, 10]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("<tmx/>", "not an XLIFF", id="another-format"),
        pytest.param("<xliff version='1.2'><file>", "not well-formed", id="broken-off"),
        pytest.param(
            "<!DOCTYPE xliff [<!ENTITY a 'b'>]><xliff version='1.2'/>", "entities", id="entities"
        ),
    ],
)
def test_what_is_no_xliff_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=message):
        read(text)
    path = tmp_path / "in.xlf"
    path.write_text(text)
    with pytest.raises(FormatError, match=message):
        annotate(path, tmp_path / "out.xlf", {}, now=NOW)
    assert not (tmp_path / "out.xlf").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("kind", KINDS)
def test_findings_change_notes_and_states_only(kind: str, encoding: str, tmp_path: Path) -> None:
    path, out = tmp_path / "in.xlf", tmp_path / "out.xlf"
    declared = "utf-16" if encoding == "utf-16" else "utf-8"
    text = (
        KINDS[kind].replace("UTF-8", declared).replace('encoding="utf-8"', f'encoding="{declared}"')
    )
    path.write_bytes(text.encode(encoding))
    found = list(xliff.read_segments(path))
    place = found[-1][0]
    done = annotate(
        path, out, {place: [Remark("术语 < & 错误"), Remark("slip", severe=False)]}, now=NOW
    )
    assert done == Annotated(1, 1)
    after = list(xliff.read_segments(out))
    assert [(unit.source, unit.target, unit.id) for _, unit in after] == [
        (unit.source, unit.target, unit.id) for _, unit in found
    ]
    tree = etree.fromstring(out.read_bytes())
    assert "术语 < & 错误" in "".join(map(str, tree.itertext()))
    assert [found.message for found in xliff_rules.validate(out)] == []
    # What was there before stands there still, in the same order.
    kept = [element.tag for element in etree.fromstring(path.read_bytes()).iter()]
    mine = iter(element.tag for element in tree.iter())
    assert all(tag in mine for tag in kept)


def test_no_remark_gives_the_same_bytes(tmp_path: Path) -> None:
    for kind, text in KINDS.items():
        path, out = tmp_path / f"{kind}.xlf", tmp_path / f"{kind}-out.xlf"
        path.write_text(text, encoding="utf-8")
        assert annotate(path, out, {}, now=NOW) == Annotated(0, 0)
        assert out.read_bytes() == path.read_bytes()


def test_a_marked_segment_is_for_review_in_the_words_of_its_format(tmp_path: Path) -> None:
    def annotated(kind: str, at: int) -> etree._Element:
        path, out = tmp_path / "in.xlf", tmp_path / "out.xlf"
        path.write_text(KINDS[kind], encoding="utf-8")
        place = list(xliff.read_segments(path))[at][0]
        annotate(path, out, {place: [Remark("wrong year")]}, now=NOW)
        return etree.fromstring(out.read_bytes())

    plain = annotated("plain", 0)
    unit = plain.find(".//{*}trans-unit")
    assert unit is not None
    assert unit.get("approved") == "no"
    assert [child.tag.rpartition("}")[2] for child in unit][:3] == ["source", "target", "note"]
    target = unit.find("{*}target")
    assert target is not None
    assert target.get("state") == "needs-review-translation"

    two = annotated("two", 0)
    segment = two.find(".//{*}segment")
    assert segment is not None
    assert (segment.get("state"), segment.get("subState")) == ("translated", "align:review")
    names = [child.tag.rpartition("}")[2] for child in segment.getparent() if child is not None]  # type: ignore[union-attr]
    assert names == ["matches", "notes", "originalData", "segment", "ignorable", "segment"]
    initial = annotated("two", 2)
    last = initial.findall(".//{*}segment")[-1]
    assert (last.get("state"), last.get("subState")) == ("initial", "align:review")
    assert [note.text for note in initial.iterfind(".//{*}note")] == ["old", "wrong year"]

    trados = annotated("trados", 0)
    comment = trados.find(".//{*}mrk[@mtype='x-sdl-comment']")
    assert comment is not None
    assert comment.text == "Party A pays."
    number = comment.get("{http://sdl.com/FileTypes/SdlXliff/1.0}cid")
    definition = trados.find("{*}doc-info/{*}cmt-defs/{*}cmt-def")
    assert definition is not None
    assert definition.get("id") == number
    assert "".join(map(str, definition.itertext())) == "wrong year"
    states = [seg.get("conf") for seg in trados.iterfind(".//{*}seg-defs/{*}seg")]
    assert states == ["Draft", "Translated"]
