"""What is wrong with an XLIFF: a sound file of each version, and one broken thing at a time."""

from __future__ import annotations

import io

import pytest

from align.formats import xliff_rules

ONE = """<?xml version="1.0"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a" source-language="zh-CN" target-language="en" datatype="plaintext"><body>
<trans-unit id="1" approved="yes"><source>港<x id="1"/>口</source><target state="final">har<x id="1"/>bour</target></trans-unit>
<trans-unit id="2"><source>甲</source><seg-source><mrk mtype="seg" mid="1">甲</mrk></seg-source><target><mrk mtype="seg" mid="1">A</mrk></target></trans-unit>
</body></file></xliff>"""
TWO = """<?xml version="1.0"?>
<xliff version="2.1" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="zh" trgLang="en">
<file id="f"><unit id="u"><notes><note>n</note></notes><originalData><data id="d">b</data></originalData>
<segment state="final"><source>港<ph id="1" dataRef="d"/>口</source><target>har<ph id="1" dataRef="d"/>bour</target></segment>
<segment><source>甲</source></segment></unit></file></xliff>"""


def rules(text: str) -> list[str]:
    return [
        f"{found.rule.removeprefix('xliff-')}:{found.line}"
        for found in xliff_rules.validate(io.BytesIO(text.encode()))
    ]


def test_sound_files_have_no_findings() -> None:
    assert rules(ONE) == []
    assert rules(TWO) == []


@pytest.mark.parametrize(
    ("text", "old", "new", "wanted"),
    [
        pytest.param(ONE, 'version="1.2"', 'version="1.9"', ["version:2"], id="version"),
        pytest.param(ONE, 'document:1.2"', 'nothing"', ["namespace:2"], id="namespace"),
        pytest.param(ONE, ' original="a"', "", ["attribute:3"], id="no-original"),
        pytest.param(ONE, '"zh-CN"', '"Chinese (PRC)"', ["language:3"], id="language"),
        pytest.param(ONE, 'id="2"', 'id="1"', ["id:5"], id="two-units-of-one-id"),
        pytest.param(ONE, 'state="final"', 'state="done"', ["state:4"], id="state"),
        pytest.param(ONE, 'har<x id="1"/>bour', "harbour", ["code:4"], id="lost-code"),
        pytest.param(ONE, 'har<x id="1"/>', 'har<x id="1"/><x id="9"/>', ["code:4"], id="new-code"),
        pytest.param(ONE, '<target><mrk mtype="seg" mid="1">', '<target><mrk mtype="seg" mid="7">', ["segment:5"], id="segment-of-its-own"),
        pytest.param(ONE, '<target state="final">har<x id="1"/>bour</target>', "", ["state:4"], id="approved-without-target"),
        pytest.param(ONE, "<source>甲</source>", "", ["content:5"], id="no-source"),
        pytest.param(ONE, "</body>", "", ["well-formed:6"], id="broken-off"),
        pytest.param(
            ONE, '<xliff version="1.2"', '<!DOCTYPE xliff SYSTEM "x.dtd"><xliff version="1.2"', [], id="dtd",
        ),
        pytest.param(
            f'<!DOCTYPE xliff SYSTEM "x.dtd">{ONE[22:]}', "<source>港", "<source>&nosuch;港", ["entity:3"],
            id="entity-of-another-file",
        ),
        pytest.param(TWO, ' srcLang="zh"', "", ["language:2"], id="no-source-language"),
        pytest.param(TWO, 'document:2.0"', 'document:1.2"', ["namespace:2"], id="namespace-of-1"),
        pytest.param(TWO, '<segment><source>甲</source>', '<segment state="final"><source>甲</source>', ["state:5"], id="final-without-target"),
        pytest.param(TWO, 'state="final"', 'state="done"', ["state:4"], id="state-2"),
        pytest.param(TWO, 'dataRef="d"', 'dataRef="x"', ["data:4"], id="data-that-is-not-there"),
        pytest.param(TWO, "<notes><note>n</note></notes>", "", [], id="no-notes"),
        pytest.param(TWO, "</unit>", "<notes><note>late</note></notes></unit>", ["content:3"], id="late-notes"),
        pytest.param(TWO, '<file id="f">', "<file>", ["attribute:3"], id="file-without-id"),
        pytest.param(TWO, '<unit id="u">', '<unit id="u"><segment/></unit><unit id="u">', ["content:3", "id:3"], id="two-units"),
        pytest.param(TWO, '<unit id="u">', '<unit id="u" name="n" colour="red">', ["attribute:3"], id="attribute-of-nobody"),
        pytest.param(TWO, '<unit id="u">', '<unit id="u" xmlns:o="urn:o" o:colour="red">', [], id="attribute-of-another"),
        pytest.param(TWO, '<unit id="u">', '<unit id="u" translate="maybe">', ["attribute:3"], id="yes-or-no"),
        pytest.param(TWO, '<ph id="1" dataRef="d"/>口', '<ph id="1" dataRef="d" type="bold"/>口', ["attribute:4"], id="type-of-a-code"),
        pytest.param(TWO, "<note>n</note>", "", ["content:3"], id="empty-notes"),
        pytest.param(TWO, "<segment><source>甲</source></segment>", "<segment><target>A</target><source>甲</source></segment>", ["content:5"], id="target-first"),
        pytest.param(TWO, "<segment><source>甲</source></segment>", "<segment><source>甲</source>loose</segment>", ["content:5"], id="loose-text"),
        pytest.param(TWO, "<source>甲</source>", "<source>甲<b>乙</b></source>", ["content:5", "element:5"], id="element-of-nobody"),
        pytest.param(TWO, "<source>甲</source>", "<source>甲<bpt id='9'>x</bpt></source>", ["content:5", "element:5"], id="code-of-the-other-version"),
        pytest.param(TWO, "<source>甲</source>", "<source>甲<cp/></source>", ["attribute:5"], id="cp-without-hex"),
        pytest.param(TWO, '<unit id="u">', '<unit id="u"><o:x xmlns:o="urn:o"><whatever/></o:x>', [], id="module-first"),
        pytest.param(TWO, "</unit>", '<o:x xmlns:o="urn:o"/></unit>', ["content:3"], id="module-last"),
        pytest.param(TWO, '<file id="f">', '<file id="f"><group name="g"></group>', ["attribute:3"], id="group-without-id"),
        pytest.param(ONE, '<target state="final">', '<target state="x-mine" o:a="1" xmlns:o="urn:o">', [], id="state-of-ones-own"),
        pytest.param(ONE, 'datatype="plaintext"', 'datatype="text/plain"', ["attribute:3"], id="datatype"),
        pytest.param(ONE, "<source>甲</source>", "<note>first</note><source>甲</source>", ["content:5"], id="note-first"),
        pytest.param(ONE, "</seg-source><target>", '</seg-source><note priority="11">n</note><target>', ["content:5", "attribute:5"], id="note-between"),
        pytest.param(ONE, 'mtype="seg" mid="1">A', 'mid="1">A', ["attribute:5"], id="mark-without-type"),
        pytest.param(ONE, "</trans-unit>\n</body>", '<alt-trans><source>甲</source></alt-trans></trans-unit>\n</body>', ["content:5"], id="alt-trans-without-target"),
        pytest.param(ONE, "</trans-unit>\n</body>", '<alt-trans><target>A</target><note>n</note><prop-group><prop prop-type="p">v</prop></prop-group></alt-trans></trans-unit>\n</body>', ["content:5"], id="alt-trans-in-another-order"),
        pytest.param(ONE, "<body>", '<header><tool tool-id="t" tool-name="T"/><phase-group><phase phase-name="p" process-name="q"/></phase-group></header><body>', ["content:3"], id="phases-after-tools"),
        pytest.param(ONE, "<body>", '<header><note>n</note></header><body>', [], id="header"),
        pytest.param(ONE, "<body>", '<body><group><note>n</note><context-group><context context-type="record">r</context></context-group></group>', ["content:3"], id="group-in-another-order"),
        pytest.param("<tmx/>", "", "", ["root:1"], id="another-format"),
    ],
)  # fmt: skip
def test_one_thing_is_wrong(text: str, old: str, new: str, wanted: list[str]) -> None:
    assert rules(text.replace(old, new) if old else text) == wanted


def test_a_tools_own_element_in_a_wrong_place_is_a_warning() -> None:
    text = ONE.replace("<source>甲", '<o:x xmlns:o="urn:o"/><source>甲')
    (found,) = xliff_rules.validate(io.BytesIO(text.encode()))
    assert (found.rule, found.severity) == ("xliff-content", "warning")
    own = ONE.replace("<source>甲", "<note>n</note><source>甲")
    (found,) = xliff_rules.validate(io.BytesIO(own.encode()))
    assert (found.rule, found.severity) == ("xliff-content", "error")


def test_what_is_kept_of_rows_is_bounded() -> None:
    check = xliff_rules._Check("a.xlf")
    assert check._fits("source", ["g"] * 1000)
    assert not check._rows
    assert check._fits("source", ["g"])
    assert len(check._rows) == 1
