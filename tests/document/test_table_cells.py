"""The cells of a table are segments of their own, in every format that tells where they are."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from align.document import read_document
from align.document.blocks import Block, Box, Cell, RawDocument
from align.document.reflow import reflow
from align.language.languages import ENGLISH
from document.make_docx import make_docx, paragraph

ROWS = [["Oil", "1 250", "480 000"], ["Wicks", "4", "12%"], ["Is it lit? Yes.", "(b)", "✓"]]
CELLS = ["Oil", "1 250", "480 000", "Wicks", "4", "12%", "Is it lit?", "Yes.", "(b)", "✓"]


def docx(rows: list[list[str]]) -> bytes:
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return make_docx("<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>")


def html(rows: list[list[str]]) -> bytes:
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    return ("<html><table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>").encode()


def markdown(rows: list[list[str]]) -> bytes:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(["# Lamps", "", lines[0], "|---|---|---|", *lines[1:]]).encode()


@pytest.mark.parametrize(
    ("name", "data", "before"),
    [
        pytest.param("t.docx", docx(ROWS), [], id="docx"),
        pytest.param("t.html", html(ROWS), [], id="html"),
        pytest.param("t.md", markdown(ROWS), ["Lamps"], id="markdown"),
    ],
)
def test_a_cell_is_a_segment(tmp_path: Path, name: str, data: bytes, before: list[str]) -> None:
    (tmp_path / name).write_bytes(data)
    document = read_document(tmp_path / name)
    assert [segment.text for segment in document.segments] == before + CELLS
    kinds = [document.paragraphs[segment.paragraph].kind for segment in document.segments]
    assert kinds[len(before) :] == ["row"] * len(CELLS)


def test_a_column_that_is_empty_here_is_no_segment_and_a_chinese_row_has_gaps_too() -> None:
    document = read_document(BytesIO(docx([["油", "", "一二五〇"], ["灯芯", "4", "48"]])))
    assert [segment.text for segment in document.segments] == ["油", "一二五〇", "灯芯", "4", "48"]
    assert document.text == "油 一二五〇\n灯芯 4 48"


def test_the_text_of_one_frame_is_no_row() -> None:
    document = read_document(BytesIO(docx([["Lamps are lit at dusk."], ["Then the ferry rests."]])))
    assert [part.kind for part in document.paragraphs] == ["body", "body"]


@pytest.mark.parametrize(
    ("first", "cuts"),
    [
        pytest.param("•", [], id="a bullet"),
        pytest.param("§", [], id="a bullet of a symbol font"),
        pytest.param("(a)", [], id="a label"),
        pytest.param("3.", [2 + 1], id="a number"),
        pytest.param("2.1", [3 + 1], id="a section's number"),
        pytest.param("Oil", [3 + 1], id="a word"),
    ],
)
def test_on_a_page_a_label_stays_with_its_text(first: str, cuts: list[int]) -> None:
    """A list whose labels stand far from the text looks like a table of two columns."""
    blocks = tuple(
        Block(
            text,
            box=Box(left, 100, left + 20, 110),
            frame=Box(left, 100, left + 20, 110),
            size=10,
            cell=Cell(0, 0, column),
        )
        for column, (text, left) in enumerate([(first, 50), ("burns", 90)])
    )
    assert list(reflow(RawDocument(blocks, torn=True), language=ENGLISH).cuts) == cuts


def test_a_word_that_is_cut_in_its_cell_is_one() -> None:
    blocks = tuple(
        Block(
            text,
            box=Box(50, top, 90, top + 10),
            frame=Box(50, 100, 90, 122),
            size=10,
            cell=Cell(0, row, 0),
        )
        for text, top, row in (
            ("commissioni", 100, 0),
            ("ng works", 112, 0),
            ("commissioni", 130, 1),
        )
    )
    raw = RawDocument(blocks, torn=True)
    assert reflow(raw, language=ENGLISH).text == "commissioning works\ncommissioni"


@pytest.mark.parametrize(
    ("row", "units"),
    [
        pytest.param("Oil\t1 250\t480 000", ["Oil", "1 250", "480 000"], id="three cells"),
        pytest.param("1 250\t480 000", ["1 250", "480 000"], id="figures alone"),
        pytest.param("灯油\t一二五〇\t1 250", ["灯油", "一二五〇", "1 250"], id="Chinese"),
        pytest.param("Name:\tAna Ruiz", ["Name: Ana Ruiz"], id="a label and its text"),
        pytest.param("(a)\tOil\t1 250", ["(a) Oil", "1 250"], id="a label before cells"),
        pytest.param("Oil\t........\t12", ["Oil 12"], id="an entry of contents"),
    ],
)
def test_the_cells_of_a_line_with_gaps(row: str, units: list[str]) -> None:
    block = Block(row, box=Box(50, 100, 400, 110), frame=Box(50, 90, 400, 800), size=10, role="row")
    flowed = reflow(RawDocument((block,), torn=True), language=ENGLISH)
    edges = [0, *flowed.cuts, len(flowed.text) + 1]
    assert [flowed.text[a : b - 1] for a, b in pairwise(edges)] == units
    assert (flowed.paragraphs[0].kind == "row") is (len(units) > 1)
