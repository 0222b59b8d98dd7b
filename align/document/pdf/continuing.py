"""Rows of a table that a page break cuts: their cells go on at the head of the next page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from align.document.blocks import Block, Cell
from align.document.labels import label_of
from align.document.wrapping import is_open
from align.language.scripts import has_han, is_han

_SAME_LEFT = 3.0  # points; a program sets the columns of a table at one place on every page
_FULL = 2.0  # font sizes that a full line of Chinese lacks at most: two stops may hang or go down


def joined(before: list[Block], page: list[Block]) -> list[Block]:
    """`before` and the blocks of the next page, a row that goes on overleaf made one.

    The page's first row goes on the last one where the file says so; or where it has columns of
    that row only, at the same places, and in one of them a sentence that goes on: no stop ends it,
    and what follows begins in lower case, or is Chinese below a full line. Its blocks then stand
    after those of their cells.
    """
    last, first = _row(before[::-1])[::-1], _row(page)
    if not last or not first or last[0].page != (first[0].page or 0) - 1:
        return before + page
    own: dict[Cell, list[Block]] = {block.cell: [] for block in last if block.cell is not None}
    for block in last:
        if block.cell is not None:
            own[block.cell].append(block)
    by_column = {cell.column: blocks for cell, blocks in own.items()}
    goes_on = False
    for column in {block.cell.column for block in first if block.cell is not None}:
        there = [b for b in first if b.cell is not None and b.cell.column == column]
        here = by_column.get(column)
        if here is not None and there[0].starts is False:
            goes_on = True  # the file says so
            continue
        if here is None or not _same_place(here[0], there[0]) or label_of(there[0].text)[1]:
            return before + page
        goes_on = goes_on or _reads_on(here[-1], there[0])
    if not goes_on:
        return before + page
    assert last[0].cell is not None
    table, row = last[0].cell.table, last[0].cell.row
    found = before[: len(before) - len(last)]
    for cell, blocks in sorted(own.items()):
        found += blocks
        found += [
            replace(block, cell=cell)
            for block in first
            if block.cell is not None and block.cell.column == cell.column
        ]
    assert first[0].cell is not None
    other, skipped = first[0].cell.table, first[0].cell.row
    for block in page[len(first) :]:
        if block.cell is not None and block.cell.table == other:
            moved = Cell(table, row + block.cell.row - skipped, block.cell.column)
            block = replace(block, cell=moved)
        found.append(block)
    return [
        block if block.line == number else replace(block, line=number)
        for number, block in enumerate(found, start=1)
    ]


def _row(blocks: Sequence[Block]) -> list[Block]:
    """The blocks at the head of a sequence that are of one row."""
    found: list[Block] = []
    for block in blocks:
        if block.note is not None or block.cell is None:
            break
        first = found[0].cell if found else block.cell
        assert first is not None
        if (block.cell.table, block.cell.row) != (first.table, first.row):
            break
        found.append(block)
    return found


def _same_place(a: Block, b: Block) -> bool:
    return bool(a.frame and b.frame and abs(a.frame.left - b.frame.left) <= _SAME_LEFT)


def _reads_on(a: Block, b: Block) -> bool:
    """Whether a sentence goes on from the last line of a cell to the first of one overleaf."""
    text, after = a.text.strip(), b.text.strip()
    if not text or not after or not is_open(text):
        return False
    if after[0].islower():
        return True
    full = bool(a.box and a.frame and a.box.right > a.frame.right - _FULL * a.size)
    return full and is_han(after[0]) and has_han(text[-2:])
