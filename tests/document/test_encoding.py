"""Encodings: what is written in one is read in it, and what is no text is refused."""

from __future__ import annotations

import codecs

import pytest

from align.document.encoding import decode
from align.errors import InputError

SIMPLIFIED = "图书馆坐落在小镇上方的山坡上，晴天时从阅览室可以望见湖面。没有人记得它是谁建的。\n"
TRADITIONAL = "圖書館坐落在小鎮上方的山坡上，晴天時從閱覽室可以望見湖面。沒有人記得它是誰建的。\n"
ENGLISH = "The library stands on a hill. “Who cares?” said the old man—and left the café.\n"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-32", "utf-32"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "utf-16-be", "utf-16-be"),
        (ENGLISH, "utf-8", "utf-8"),
        (ENGLISH, "utf-16-le", "utf-16-le"),
        (ENGLISH, "utf-16-be", "utf-16-be"),
        (ENGLISH * 3, "cp1252", "cp1252"),
        ("The library stands on a hill.\n", "ascii", "utf-8"),
        ("王先生说，好。", "gb18030", "gb18030"),
        ("會議開始，主席宣布開會。", "big5", "big5"),
    ],
)
def test_detected(text: str, written: str, found: str) -> None:
    assert decode(text.encode(written), "file") == (text, found)


@pytest.mark.parametrize("name", ["gb18030", "big5", "utf-16", "shift_jis"])
def test_encoding_that_is_asked_for(name: str) -> None:
    assert decode("会議の一日".encode("shift_jis"), "file", "shift_jis")[0] == "会議の一日"
    assert decode("一日".encode(name), "file", name)[0] == "一日"


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (SIMPLIFIED.encode("gb18030"), "utf-8", "file: byte 2 is not utf-8; leave --encoding out"),
        (b"text", "utf-9", "--encoding utf-9: no such text encoding; try utf-8"),
        (b"text", "rot13", "--encoding rot13: no such text encoding"),
        (b"text", "base64", "--encoding base64: no such text encoding"),
        (b"\x00\x01\x02\x03" * 50, None, "file:1: control characters"),
        (b"\x7fOne\x01\x02\x00\x00\xff\xfe\xfd" * 50, None, "file: not a text file"),
        (codecs.BOM_UTF8 + b"\xff\xff", None, "file: begins as utf-8-sig but is damaged"),
    ],
)
def test_refused(data: bytes, encoding: str | None, message: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(data, "file", encoding)
    assert str(caught.value).startswith(message)


def test_one_stray_control_character_is_no_binary_file() -> None:
    text = "The library stands on a hill. " * 200 + "\x02"
    assert decode(text.encode(), "file") == (text, "utf-8")
