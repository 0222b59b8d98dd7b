"""Inline codes: what a segment reads as, and that its codes come back."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from lxml import etree

from align.formats import inline, tmx


def text(xml: str) -> str:
    return inline.text_of(inline.pieces_of(etree.fromstring(f"<seg>{xml}</seg>")))


@pytest.mark.parametrize(
    ("xml", "wanted"),
    [
        pytest.param('Summary<ph type="lb">&lt;br/&gt;</ph>Part one', "Summary Part one", id="typed-break"),
        pytest.param("Title<ph>&lt;BR&gt;</ph>Body", "Title Body", id="html-break"),
        pytest.param('Item<ph x="1">\t</ph>Cost', "Item Cost", id="tab"),
        pytest.param("Whole<it pos='begin'>&lt;w:br/&gt;</it>part", "Whole part", id="word-break"),
        pytest.param(r"Main<ut>\line </ut>list", "Main list", id="rtf-line"),
        pytest.param(r"Main<ut>\b </ut> list", "Main list", id="rtf-bold-beside-a-space"),
        pytest.param("总表<ph>&lt;br/&gt;</ph>附件", "总表 附件", id="chinese-break"),
        pytest.param("总表<ph>{1}</ph>附件", "总表附件", id="chinese-placeholder"),
        pytest.param("Pear<ph x='1'/>Tree", "Pear Tree", id="placeholder-between-words"),
        pytest.param("see<ph>{1}</ph>, or not", "see, or not", id="placeholder-before-a-comma"),
        pytest.param("<bpt i='1'/>T<ept i='1'/>itle", "Title", id="initial-in-bold"),
        pytest.param("<bpt i='1'/>Note<ept i='1'/>The rest", "Note The rest", id="pair-between-words"),
        pytest.param("2<hi>0</hi>24", "2024", id="number-in-parts"),
        pytest.param("a<x id='1' ctype='x-br'/>b", "a b", id="xliff-break"),
        pytest.param("a<cp hex='0009'/>b", "a b", id="xliff-2-tab"),
        pytest.param("a <x id='1' ctype='lb'/>b", "a b", id="no-second-space"),
        pytest.param("<ph>&lt;br/&gt;</ph>a<ph>&lt;br/&gt;</ph>", "a", id="at-the-edges"),
        pytest.param("he <mrk mtype='x-sdl-deleted'>never </mrk>came", "he came", id="tracked-deletion"),
        pytest.param("<mrk mtype='term'>peace</mrk>keeping", "peacekeeping", id="annotation"),
    ],
)  # fmt: skip
def test_words_on_either_side_of_a_code_do_not_fuse(xml: str, wanted: str) -> None:
    assert text(xml) == wanted


CODED = (
    '<tmx version="1.4"><header creationtool="x" creationtoolversion="1" segtype="sentence"'
    ' o-tmf="x" adminlang="en" srclang="zh-CN" datatype="plaintext"/><body><tu tuid="1">'
    '<tuv xml:lang="zh-CN"><seg>第<bpt i="1">&lt;b&gt;</bpt>一<ept i="1">&lt;/b&gt;</ept>行<ph x="2"/>&lt;末</seg></tuv>'
    '<tuv xml:lang="en-US"><seg>Line <hi type="b">one</hi><ph x="2"/> &amp; end</seg></tuv></tu></body></tmx>'
)


def test_codes_come_back_where_the_text_was_not_edited() -> None:
    (unit,) = tmx.read_units(io.BytesIO(CODED.encode()))
    assert (unit.source, unit.target) == ("第一行<末", "Line one & end")
    edited = replace(unit, id="2", target="Line two & end")
    hostile = replace(
        unit, id="3", props=(("x-align-source-seg", "第一行&lt;末</seg><evil/><seg>"),)
    )
    out = io.BytesIO()
    report = tmx.write_units(out, [unit, edited, hostile])
    assert report.codes_lost == 2
    written = etree.fromstring(out.getvalue())
    segs = [etree.tostring(seg, encoding="unicode", with_tail=False) for seg in written.iter("seg")]
    assert segs[:2] == [
        '<seg>第<bpt i="1">&lt;b&gt;</bpt>一<ept i="1">&lt;/b&gt;</ept>行<ph x="2"/>&lt;末</seg>',
        '<seg>Line <hi type="b">one</hi><ph x="2"/> &amp; end</seg>',
    ]
    assert segs[3] == "<seg>Line two &amp; end</seg>"
    assert segs[4] == "<seg>第一行&lt;末</seg>"
    assert list(written.iter("evil")) == []
    assert [prop for prop in written.iter("prop") if "align" in prop.get("type", "")] == []
