"""Blocks that state their paragraphs: rows, notes, labels."""

from __future__ import annotations

from align.document.blocks import Block, Cell, Mark, RawDocument
from align.document.reflow import reflow
from align.language.languages import ENGLISH


def paragraphs(*blocks: Block) -> list[str]:
    flowed = reflow(RawDocument(blocks), language=ENGLISH)
    return [flowed.text[part.start : part.end] for part in flowed.paragraphs]


def cell(text: str, row: int, column: int) -> Block:
    return Block(text, starts=True, cell=Cell(0, row, column))


def test_a_row_is_a_paragraph_with_its_cells_apart() -> None:
    rows = [cell("Country", 0, 0), cell("Amount", 0, 1), cell("Togo", 1, 0), cell("5 000", 1, 1)]
    assert paragraphs(*rows) == ["Country Amount", "Togo 5 000"]


def test_a_row_whose_cell_has_two_paragraphs_is_a_layout() -> None:
    rows = [cell("Left.", 0, 0), cell("First.", 0, 1), cell("Second.", 0, 1)]
    assert paragraphs(*rows) == ["Left.", "First.", "Second."]


def test_a_note_comes_after_the_first_paragraph_that_names_it() -> None:
    found = paragraphs(
        Block("One,", starts=True, marks=(Mark(3, "1", "a"), Mark(4, "2", "b"))),
        Block("Two.", starts=True, marks=(Mark(3, "1", "a"),)),
        Block("Note b.", starts=True, note="b"),
        Block("Note a.", starts=True, note="a"),
        Block("Note that nothing names.", starts=True, note="c"),
    )
    assert found == ["One,", "Note a.", "Note b.", "Two.", "Note that nothing names."]


def test_a_block_that_begins_no_paragraph_goes_on() -> None:
    assert paragraphs(Block("One half", starts=True), Block("of a sentence.", starts=False)) == [
        "One half of a sentence."
    ]


def test_marks_are_removals_and_computed_labels_stand_before_the_text() -> None:
    block = Block("Text.", 7, starts=True, label="3.", marks=(Mark(4, "12", "n12"),))
    flowed = reflow(RawDocument((block,)), language=ENGLISH)
    assert flowed.text == "3. Text."
    assert [(each.line, each.text, each.reason) for each in flowed.removals] == [
        (7, "12", "note mark")
    ]
