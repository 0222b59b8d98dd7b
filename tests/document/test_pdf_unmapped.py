"""Characters that PDFium cannot map, by the maps of the fonts."""

from __future__ import annotations

from io import BytesIO

import pytest

from align.document import read_document
from align.document.pdf.unmapped import read_map

from .make_pdf import make_pdf


@pytest.mark.parametrize(
    ("written", "known"),
    [
        pytest.param(b"beginbfchar <01> <4E2D> <0002><6587>\n<0300> <D842DFB7> endbfchar",
                     {1: 0x4E2D, 2: 0x6587, 0x300: 0x20BB7}, id="characters"),
        pytest.param(b"beginbfchar <01> <00660069> <02> <0041> endbfchar", {2: 0x41}, id="a ligature"),
        pytest.param(b"beginbfrange <00FE> <0101> <4E00> endbfrange",
                     {0xFE: 0x4E00, 0xFF: 0x4E01, 0x100: 0x4E02, 0x101: 0x4E03}, id="over a byte"),
        pytest.param(b"beginbfrange <01> <03> [<0041> <00420043> <0044>] endbfrange",
                     {1: 0x41, 3: 0x44}, id="a list"),
        pytest.param(b"beginbfrange <05> <04> <0041> <06> <06> <0042> endbfrange", {6: 0x42},
                     id="backwards"),
        pytest.param(b"beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange", {}, id="too long"),
        pytest.param(b"beginbfchar <0 1> <00 41> <02> <4> <03> <D800> endbfchar", {1: 0x41},
                     id="odd hexadecimals"),
        pytest.param(b"begincodespacerange <00> <FF> endcodespacerange", {}, id="nothing"),
    ],
)  # fmt: skip
def test_a_map_says_the_characters_of_codes(written: bytes, known: dict[int, int]) -> None:
    assert read_map(written) == known


# Codes in the order of the characters, from one that no text consists of.
CODES = {char: chr(0x04F0 + at) for at, char in enumerate("水位每年下降三次湖泊河流县城农民船夫们")}


def drawn(text: str) -> str:
    return "".join(CODES.get(char, char) for char in text)


def char_map(chars: str) -> bytes:
    pairs = "".join(f"<{ord(CODES[char]):04x}> <{ord(char):04x}>\n" for char in chars)
    return f"1 beginbfrange <0000> <00ff> <0000> endbfrange\nbeginbfchar {pairs} endbfchar".encode()


def test_ranges_over_the_last_byte_are_read() -> None:
    # A range of ideographs in a row, whose codes cross from 04ff to 0500.
    maps = b"1 beginbfrange <0000> <00ff> <0000> endbfrange 1 beginbfrange <04f0> <0510> <6c34> endbfrange"
    line = "".join(chr(0x04F0 + at) for at in range(24))
    document = read_document(BytesIO(make_pdf([[line, "as follows"]], maps=maps)))
    assert document.text.split()[0] == "".join(chr(0x6C34 + at) for at in range(24))
    assert document.warnings == ()


def test_what_no_map_holds_is_open_and_said() -> None:
    chars = "".join(CODES)
    data = make_pdf([[drawn("湖泊水位每年下降三次"), drawn("县城农民")]], maps=char_map(chars[:-5]))
    document = read_document(BytesIO(data))
    assert document.text.replace("\n", "") == "湖泊水位每年下降三次县城\ufffd\ufffd"
    assert "2 characters cannot be read" in document.warnings[0]
