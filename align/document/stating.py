"""Paragraphs that the file itself states: rows of tables, and notes after what refers to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from align.document.blocks import Block, Cell


def stated_groups(blocks: Sequence[Block], content: Sequence[int]) -> list[list[int]]:
    """The paragraphs of blocks that state where they begin (`content`: those with text).

    A row of a table is one paragraph where each of its cells holds one; a row of cells with
    several paragraphs is a layout, and its paragraphs stand by themselves. A note comes after the
    paragraph that refers to it first, and stays in its place where none does.
    """
    groups: list[list[int]] = []
    for index in content:
        if groups and blocks[index].starts is False:
            groups[-1].append(index)
        else:
            groups.append([index])
    return with_notes(blocks, with_rows(blocks, groups))


def _row(cell: Cell | None) -> tuple[int, int] | None:
    return cell and (cell.table, cell.row)


def with_rows(blocks: Sequence[Block], groups: Sequence[list[int]]) -> list[list[int]]:
    """`groups` with the cells of each row together, where each holds one paragraph."""
    found: list[list[int]] = []
    at = 0
    while at < len(groups):
        row, end = _row(blocks[groups[at][0]].cell), at + 1
        while row and end < len(groups) and _row(blocks[groups[end][0]].cell) == row:
            end += 1
        cells = [blocks[group[0]].cell for group in groups[at:end]]
        if row and len(set(cells)) == len(cells):
            found.append([index for group in groups[at:end] for index in group])
        else:
            found.extend(groups[at:end])
        at = end
    return found


def with_notes(blocks: Sequence[Block], groups: list[list[int]]) -> list[list[int]]:
    """`groups` with each note after the paragraph that refers to it."""
    marked = {mark.note for block in blocks for mark in block.marks}
    notes: defaultdict[str, list[list[int]]] = defaultdict(list)
    text: list[list[int]] = []
    for group in groups:
        note = blocks[group[0]].note
        if note is not None and note in marked:
            notes[note].append(group)
        else:
            text.append(group)
    if not notes:
        return text
    found: list[list[int]] = []
    waiting = text[::-1]
    while waiting:
        found.append(waiting.pop())
        named = [mark.note for index in found[-1] for mark in blocks[index].marks]
        waiting += [each for note in named for each in notes.pop(note, ())][::-1]
    # Notes that refer to one another alone are reached from no paragraph.
    return found + [group for each in notes.values() for group in each]
