"""What a reader gives: blocks of text with what the file knows of them, before anything is judged.

Every format gives the same value, each with as much as it holds: a PDF the place, size and font
of its lines; a Word document roles, computed labels, table cells and notes; plain text nothing
but its lines. Reflow alone turns blocks into paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from align.datatypes import Removal

Role = Literal["heading", "list", "caption", "note", "contents", "row", "formula"]


class Box(NamedTuple):
    """A rectangle on a page in points, the origin at the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


class Cell(NamedTuple):
    """Where a block stands in a table; tables are counted through the document."""

    table: int
    row: int
    column: int


class Mark(NamedTuple):
    """A reference to a note that stood in a block's text before its character `at`."""

    at: int
    text: str  # as shown: "12", "*"
    note: str  # what Block.note of the note says


@dataclass(frozen=True, slots=True)
class Block:
    """Text that a reader holds together: a paragraph, a cell, or a line where no more is known.

    - ``text``: without the label that the program computes, without marks of notes;
    - ``line``: the 1-based line of the file, or the ordinal of the line read where it has none;
    - ``starts``: whether the block begins a paragraph as the file itself states; None: not stated;
    - ``page``: 1-based; ``box``, ``size`` (points) and ``bold`` where there is geometry, ``frame``
      being the column or cell in which the box stands, ``word`` what the first word takes of its
      width (points; 0 where that is not known);
    - ``label``: what the program wrote before the text and the file does not hold as text
      ("3.", "(a)"); it is set before the text with a space between;
    - ``cell``: blocks of one table and row are one paragraph, each cell a segment or more of its own;
    - ``note``: the key of the note that this block belongs to; it is set after the paragraph
      whose ``marks`` name that key, or stays where it is;
    - ``lead``: characters at its head that are the number of the note and no words of it.
    """

    text: str
    line: int = 1
    starts: bool | None = None
    page: int | None = None
    box: Box | None = None
    frame: Box | None = None
    size: float = 0.0
    bold: bool = False
    word: float = 0.0
    role: Role | None = None
    label: str = ""
    cell: Cell | None = None
    note: str | None = None
    marks: tuple[Mark, ...] = ()
    lead: int = 0


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document as a reader hands it over.

    - ``blocks``: in reading order, empty lines of plain text among them;
    - ``torn``: the text comes from a page description (PDF), so spaces in it may be layout;
    - ``removals``: what the reader itself left out, each with its evidence;
    - ``symbol``: the document's own symbol, where the reader took it out with a header;
    - ``warnings``: what could not be read, one sentence each, for the user;
    - ``languages``: the tags that the file states for its text, as written there.
    """

    blocks: tuple[Block, ...]
    torn: bool = False
    removals: tuple[Removal, ...] = ()
    encoding: str | None = None
    symbol: str | None = None
    warnings: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def stated(self) -> bool:
        """Whether the file itself states where its paragraphs begin."""
        return bool(self.blocks) and all(block.starts is not None for block in self.blocks)

    @property
    def lines(self) -> tuple[str, ...]:
        """The texts of the blocks, their labels before them."""
        return tuple(map(labelled, self.blocks))

    @property
    def pages(self) -> tuple[int, ...]:
        """The 0-based index of each page's first block, where the file has pages."""
        return tuple(_page_starts(self.blocks))


def labelled(block: Block) -> str:
    """The block's text with its computed label before it."""
    return f"{block.label} {block.text}" if block.label else block.text


def _page_starts(blocks: Iterable[Block]) -> Iterator[int]:
    page = None
    for index, block in enumerate(blocks):
        if block.page != page:
            page = block.page
            yield index


def from_text(
    text: str, encoding: str | None = None, warnings: tuple[str, ...] = ()
) -> RawDocument:
    """Split decoded text at its line ends (LF, CRLF, CR); form feeds begin pages.

    >>> [(block.text, block.page) for block in from_text("one\\ntwo\\n\\fthree").blocks]
    [('one', 1), ('two', 1), ('\\x0cthree', 2)]
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    page = 1 if "\f" in text else None
    blocks = []
    for number, line in enumerate(lines, start=1):
        if page is not None and "\f" in line and number > 1:
            page += 1
        blocks.append(Block(line, number, page=page))
    return RawDocument(tuple(blocks), encoding=encoding, warnings=warnings)
