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
        pytest.param(ONE, "<source>甲</source>", "", ["source:5"], id="no-source"),
        pytest.param(ONE, "</body>", "", ["well-formed:6"], id="broken-off"),
        pytest.param(TWO, ' srcLang="zh"', "", ["language:2"], id="no-source-language"),
        pytest.param(TWO, 'document:2.0"', 'document:1.2"', ["namespace:2"], id="namespace-of-1"),
        pytest.param(TWO, '<segment><source>甲</source>', '<segment state="final"><source>甲</source>', ["state:5"], id="final-without-target"),
        pytest.param(TWO, 'state="final"', 'state="done"', ["state:4"], id="state-2"),
        pytest.param(TWO, 'dataRef="d"', 'dataRef="x"', ["data:4"], id="data-that-is-not-there"),
        pytest.param(TWO, "<notes><note>n</note></notes>", "", [], id="no-notes"),
        pytest.param(TWO, "</unit>", "<notes><note>late</note></notes></unit>", ["order:5"], id="late-notes"),
        pytest.param(TWO, '<file id="f">', "<file>", ["attribute:3"], id="file-without-id"),
        pytest.param(TWO, '<unit id="u">', '<unit id="u"><segment/></unit><unit id="u">', ["source:3", "id:3"], id="two-units"),
        pytest.param("<tmx/>", "", "", ["root:1"], id="another-format"),
    ],
)  # fmt: skip
def test_one_thing_is_wrong(text: str, old: str, new: str, wanted: list[str]) -> None:
    assert rules(text.replace(old, new) if old else text) == wanted
