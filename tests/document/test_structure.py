"""Structure: labels, speakers, kinds and symbols, case by case."""

from __future__ import annotations

from io import BytesIO

import pytest

from align.document import read_document
from align.document.labels import label_of
from align.document.speakers import speaker_of
from align.document.structure import kind_of
from align.document.symbols import document_symbol, find_symbols

from .cases_file import CASES, rows


@pytest.mark.parametrize(("text", "number", "rest"), rows("labels.tsv"))
def test_label(text: str, number: str, rest: str) -> None:
    found, end = label_of(text)
    assert (found or "-", text[end:]) == (number, rest)


@pytest.mark.parametrize(("text", "speaker"), rows("speakers.tsv"))
def test_speaker(text: str, speaker: str) -> None:
    assert (speaker_of(text) or "-") == speaker


KINDS = [
    line.split("\t") for line in (CASES / "kinds.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kind(text: str, kind: str) -> None:
    assert kind_of(text, label_of(text)[1]) == kind


@pytest.mark.parametrize(("text", "symbols"), rows("symbols.tsv"))
def test_symbols(text: str, symbols: str) -> None:
    assert "|".join(text[start:end] for start, end in find_symbols(text)) == symbols


@pytest.mark.parametrize(
    ("head", "symbol"),
    [
        (["United Nations", "A/C.4/78/SR.12", "General Assembly"], "A/C.4/78/SR.12"),
        (["United Nations   S/RES/2538 (2020)", "Security Council"], "S/RES/2538(2020)"),
        (["S/PV.9024", "Security Council"], "S/PV.9024"),
        (["The Committee had before it document A/75/123, which", "was long."], None),
        (["The library", "stands"], None),
    ],
)
def test_document_symbol(head: list[str], symbol: str | None) -> None:
    assert document_symbol(head) == symbol


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("2.03. The fee is due at once. It is small.", "2.03", "The fee"),
        ("2.03 The fee is due.", "2.03", "The fee"),
        ("2.03．费用应立即支付。", "2.03", "费用"),
        ("Section 1.01. The rules apply.", "1.01", "The rules"),
        ("第1.01节。《通则》适用。", "1.01", "《通则》"),
        ("第1.01节 通则", "1.01", "通则"),
        ("A.1. The keeper agrees.", "A.1", "The keeper"),
        ("II.3 The keeper agrees.", "II.3", "The keeper"),
        ("§ 4. The keeper agrees.", "4", "The keeper"),
        ("2.05米的灯塔", None, "2.05"),
        ("10.07.2024 The keeper agreed.", None, "10.07"),
    ],
)
def test_a_number_of_parts_is_a_label_and_no_sentence(
    text: str, label: str | None, rest: str
) -> None:
    found, end = label_of(text)
    assert found == label
    assert text[end:].startswith(rest)
    segments = read_document(BytesIO(text.encode()), name="text").segments
    assert segments[0].text.startswith(text.split("。")[0][:8])
