"""What both languages write alike: numbers, dates, symbols and Latin words."""

from __future__ import annotations

from io import BytesIO

from align.alignment.reading.shared_tokens import shared_tokens_of
from align.datatypes import Document
from align.document import read_document


def document(text: str) -> Document:
    return read_document(BytesIO(text.encode()), pre_segmented=True, name="a.txt")


ZH = document("2023年12月有300万人。\n见A/C.4/78/SR.5号文件。\n会议结束。\n")
EN = document("In December 2023 there were 3 million.\nSee A/C.4/78/SR.5.\nIt rose at once.\n")


def test_both_languages_have_the_same_values() -> None:
    chinese, english = shared_tokens_of(ZH), shared_tokens_of(EN)
    assert chinese[0] == ["date:2023-12", "number:3000000"]
    assert chinese[1:] == [["latin:a/c.4/78/sr.5", "symbol:A/C.4/78/SR.5"], []]
    assert all(set(a) <= set(b) for a, b in zip(chinese, english, strict=True))


def test_an_english_word_without_capital_or_figure_is_no_name() -> None:
    assert shared_tokens_of(document("He met the UNDOF staff.\n")) == [["latin:he", "latin:undof"]]
