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
    assert decode(text.encode(written), "file") == (text, found, ())


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
        (
            b"\x7fOne\x01\x02\x00\x00\xff\xfe\xfd" * 50,
            None,
            "file: no text and no document of a known kind",
        ),
        (codecs.BOM_UTF8 + b"\xff\xff", None, "file: begins as utf-8-sig but is damaged"),
    ],
)
def test_refused(data: bytes, encoding: str | None, message: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(data, "file", encoding)
    assert str(caught.value).startswith(message)


def test_one_stray_control_character_is_no_binary_file() -> None:
    text = "The library stands on a hill. " * 200 + "\x02"
    assert decode(text.encode(), "file") == (text, "utf-8", ())


QUOTED = "“Who cares?” — it’s the lamp’s oil.\n"


def damaged(text: str, codec: str, at: str, byte: bytes, lost: int = 0) -> bytes:
    """`text` in `codec` with `byte` in the place of `lost` bytes before `at`."""
    before, after = text.split(at, 1)
    return before.encode(codec)[: -lost or None] + byte + (at + after).encode(codec)


@pytest.mark.parametrize(
    ("data", "text", "codec", "warning"),
    [
        pytest.param(
            damaged(QUOTED * 3 + "The caf lamp.\n", "utf-8", " lamp.\n", b"\xe9"),
            QUOTED * 3 + "The café lamp.\n",
            "utf-8",
            "1 byte is not utf-8: line 4 (0xE9 read as é)",
            id="Windows letter in UTF-8",
        ),
        pytest.param(
            QUOTED.encode() + b"\x93Yes\x94, he said.\n",
            QUOTED + "“Yes”, he said.\n",
            "utf-8",
            "2 bytes are not utf-8: line 2 (0x93 read as “), line 2 (0x94 read as ”)",
            id="Windows quotes in UTF-8",
        ),
        pytest.param(
            damaged(SIMPLIFIED * 2, "utf-8", "晴天", b"", lost=1),
            SIMPLIFIED.replace("，晴天", "\ufffd晴天") + SIMPLIFIED,
            "utf-8",
            "2 bytes are not utf-8: line 1 (0xEF unreadable), line 1 (0xBC unreadable)",
            id="byte lost in UTF-8",
        ),
        pytest.param(
            (SIMPLIFIED * 2).encode()[:-2],
            (SIMPLIFIED * 2)[:-2] + "\ufffd",
            "utf-8",
            "2 bytes are not utf-8: line 2 (0xE3 unreadable), line 2 (0x80 unreadable)",
            id="UTF-8 cut off",
        ),
        pytest.param(
            damaged(SIMPLIFIED * 3, "gb18030", "可以", b"\xff"),
            SIMPLIFIED.replace("可以", "\ufffd可以") + SIMPLIFIED * 2,
            "gb18030",
            "1 byte is not gb18030: line 1 (0xFF unreadable)",
            id="odd byte in GB18030",
        ),
        pytest.param(
            damaged(SIMPLIFIED * 3, "gb18030", "没有人", b"", lost=1),
            SIMPLIFIED.replace("。没有人", "\ufffd没有人") + SIMPLIFIED * 2,
            "gb18030",
            "1 byte is not gb18030: line 1 (0xA1 unreadable)",
            id="byte lost in GB18030",
        ),
        pytest.param(
            SIMPLIFIED.encode("gb18030")[:-2],
            SIMPLIFIED[:-2] + "\ufffd",
            "gb18030",
            "1 byte is not gb18030: line 1 (0xA1 unreadable)",
            id="GB18030 cut off",
        ),
        pytest.param(
            damaged(TRADITIONAL * 3, "big5", "可以", b"\xff"),
            TRADITIONAL.replace("可以", "\ufffd可以") + TRADITIONAL * 2,
            "big5hkscs",
            "1 byte is not big5hkscs: line 1 (0xFF unreadable)",
            id="odd byte in Big5",
        ),
    ],
)
def test_a_few_odd_bytes_are_named_and_the_rest_is_read(
    data: bytes, text: str, codec: str, warning: str
) -> None:
    assert decode(data, "file") == (text, codec, (warning,))


def test_an_encoding_that_is_asked_for_goes_on_with_a_warning() -> None:
    data = damaged(SIMPLIFIED * 3, "gb18030", "可以", b"\xff")
    text, codec, warnings = decode(data, "file", "gbk")
    assert codec == "gbk"
    assert text == SIMPLIFIED.replace("可以", "\ufffd可以") + SIMPLIFIED * 2
    assert warnings == ("1 byte is not gbk: line 1 (0xFF unreadable)",)
    plain = decode(b"The lamp is old. " * 9 + b"\xe9", "file", "utf-8")
    assert plain.warnings == ("1 byte is not utf-8: line 1 (0xE9 read as é)",)


def test_curly_quotes_of_windows_are_no_letters_of_the_macintosh() -> None:
    """An undefined byte of cp1252 among its quotes made Polish letters of them."""
    data = (ENGLISH * 3).encode("cp1252") + b"\x81\n"
    said = ("1 byte is not cp1252: line 4 (bytes unreadable)",)
    assert decode(data, "file") == (ENGLISH * 3 + "\ufffd\n", "cp1252", said)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
@pytest.mark.parametrize("cut", range(6))
def test_wherever_one_byte_is_lost_the_rest_is_read(codec: str, cut: int) -> None:
    """Big5 is not asked: half of its second bytes are ASCII, so a lost byte leaves no odd one."""
    text = SIMPLIFIED.strip()
    whole = text.encode(codec)
    at = 3 + cut * 7
    found = decode((whole[:at] + whole[at + 1 :] + b"\n") * 2 + whole + b"\n", "file")
    assert found.encoding.startswith(codec[:4])
    assert found.text.splitlines()[-1] == text
    kept = sum(char in text for char in found.text.splitlines()[0])
    assert kept >= len(text) - 6
    assert found.warnings
