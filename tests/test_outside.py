"""The bounds of the outside world: each kind of hostile value, and what is still let through."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align.errors import FormatError
from align.outside import (
    LARGEST,
    MAX_DEPTH,
    character,
    json_in,
    json_out,
    page_number,
    probability,
    refuse_entities,
    shown,
    text_in,
    whole_number,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("007", 7), ("0" * 5000 + "9", 9), (str(10**17), 10**17), ("", None), ("-1", None),
        ("+1", None), ("1.0", None), ("²", None), ("١٢", None), ("１２", None), ("1_000", None),
        (" 1", None), ("9" * 5000, None), ("1e3", None), ("0x10", None),
    ],
    ids=[
        "zero", "leading-zeros", "five-thousand-zeros", "large", "empty", "minus", "plus", "decimal",
        "superscript", "arabic-indic", "full-width", "underscore", "blank", "five-thousand-digits",
        "exponent", "hexadecimal",
    ],
)  # fmt: skip
def test_whole_numbers_are_ascii_digits_of_a_length(text: str, number: int | None) -> None:
    assert whole_number(text) == number


def test_a_whole_number_above_what_is_asked_is_none() -> None:
    assert (whole_number("12", most=12), whole_number("13", most=12)) == (12, None)


@pytest.mark.parametrize(
    ("value", "page"),
    [(3, 3), ("3", 3), (3.0, 3), (True, None), (-1, None), (2**63, None), (LARGEST, LARGEST),
     (1e300, None), (float("nan"), None), (2.5, None), ([3], None), ("９", None)],
    ids=["number", "digits", "whole-float", "bool", "negative", "too-large", "largest", "huge-float",
         "nan", "half", "list", "full-width"],
)  # fmt: skip
def test_a_page_fits_a_database(value: object, page: int | None) -> None:
    assert page_number(value) == page


@pytest.mark.parametrize(
    "value",
    ["", "nan", "inf", "-inf", "1.1", "-0.1", "1e400", 10**400, True, None, [0.5], "0,5"],
    ids=["empty", "nan", "inf", "minus-inf", "above", "below", "overflow", "long-int", "bool", "none",
         "list", "comma"],
)  # fmt: skip
def test_what_is_no_probability(value: object) -> None:
    assert probability(value) is None


HOSTILE = {
    "depth": "[" * 100_000,
    "depth-closed": "[" * 200 + "]" * 200,
    "depth-of-objects": '{"a":' * 200 + "1" + "}" * 200,
    "surrogate": '{"a": "\\ud800"}',
    "surrogate-in-key": '{"\\udfff": 1}',
    "surrogate-upper": '["\\uDABC"]',
    "surrogates-in-wrong-order": '["\\udc00\\ud800"]',
    "nul": '["a\\u0000"]',
    "nan": '{"a": NaN}',
    "infinity": "[-Infinity]",
    "long-number": "[" + "9" * 5000 + "]",
    "sixty-five-bits": f"[{2**63}]",
    "no-json": "{'a': 1}",
    "empty": "",
    "two-values": "1 2",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("as_bytes", [False, True], ids=["text", "bytes"])
def test_hostile_json_is_refused_in_one_line(text: str, as_bytes: bool) -> None:
    with pytest.raises(FormatError, match=r"^a\.jsonl:7: ") as caught:
        json_in(text.encode() if as_bytes else text, "a.jsonl:7")
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


def test_json_that_is_not_utf8_or_too_large_is_refused() -> None:
    with pytest.raises(FormatError, match="not UTF-8 at byte 2"):
        json_in(b'["\xff"]', "x")
    with pytest.raises(FormatError, match="5 bytes of JSON, more than the 4 allowed"):
        json_in("[1,2]", "x", most=4)


def test_json_as_it_should_be_is_read() -> None:
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert json.dumps(json_in(deepest, "x")) == deepest
    assert json_in('\ufeff{"a": ["\\ud83d\\ude00", -9223372036854775807, 1e3]}'.encode(), "x") == {
        "a": ["\U0001f600", -9223372036854775807, 1000.0]
    }
    assert json_in(f'["{"[" * 500}"]', "x") == ["[" * 500]  # brackets in a text are no levels


@settings(derandomize=True)
@given(st.recursive(st.none() | st.text() | st.integers(-LARGEST, LARGEST) | st.booleans(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_json_comes_back_as_it_went_and_obeys_nobody(value: object) -> None:
    text = json_out(value)
    assert json.loads(text) == value
    assert shown(text) == text


@pytest.mark.parametrize("code", [0x1B, 0x07, 0x9B, 0x7F, 0x0D, 0x202E, 0x2066, 0x2028, 0xD800, 0])
def test_what_a_terminal_would_obey_is_shown(code: int) -> None:
    assert shown(f"a{chr(code)}b") == f"a\\u{code:04x}b"


def test_texts_are_shown_as_they_are() -> None:
    text = "中文\tEnglish “quoted” — é \U00020000\n"
    assert shown(text) == text


@pytest.mark.parametrize("text", ["a\0b", "a\ud800"], ids=["nul", "half"])
def test_half_characters_and_nul_are_no_text(text: str) -> None:
    with pytest.raises(FormatError, match=r"^here: .*U\+"):
        text_in(text, "here")


def test_a_character_of_a_number() -> None:
    codes = (0x41, 0x10FFFF, 0x110000, 0xD800, 0xDFFF, -1)
    assert [character(code) for code in codes] == ["A", "\U0010ffff", None, None, None, None]


@pytest.mark.parametrize(
    "declaration",
    ['<!ENTITY e "x">', '<!ENTITY % p "x">', '<!ENTITY e SYSTEM "file:///etc/passwd">'],
)
def test_declared_entities_are_refused_wherever_the_doctype_stands(declaration: str) -> None:
    prolog = "<!-- " + "x" * 100_000 + " -->\n"
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    root = etree.fromstring(f"{prolog}<!DOCTYPE a [{declaration}]><a/>", parser)
    with pytest.raises(FormatError, match="declares entities of its own"):
        refuse_entities(root, "a.xml")
    refuse_entities(etree.fromstring(f"{prolog}<!DOCTYPE a SYSTEM 'a.dtd'><a/>", parser), "a.xml")
