"""What a tagged PDF says of its text: which marked content is one paragraph, cell or note.

The tree of a page has elements; its leaves name runs of the page's text by number (marked content).
An element that other pages hold a part of shows it by a kid that this page does not have.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from align.document.pdf.native import ADDRESS, INTEGER, POINTER, function

# ISO 32000-2, 14.8.4: what is a paragraph, and what holds paragraphs or text of its own. Any other
# element groups, or stands within a line where a paragraph is around it.
_PARAGRAPHS = frozenset(("P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "Title"))
_HOLDERS = frozenset(
    ("LI", "LBody", "TD", "TH", "Note", "FENote", "Caption", "TOCI", "BibEntry", "BlockQuote", "DT",
     "DD")
)  # fmt: skip
# In these, a run of text is a paragraph that its program did not call one (typst, of blocks).
_SECTIONS = frozenset(("Document", "Part", "Art", "Sect"))
_NOTES = frozenset(("Note", "FENote"))
_CELLS = frozenset(("TD", "TH"))
_LINKED = frozenset(("Link", "Annot", "Form"))  # their kids may be annotations, which are no text
_MOST = 200_000  # elements of a page that are looked at; a page of small print has a thousand
_DEEPEST = 200  # as deep as PDFium goes itself


class Element(NamedTuple):
    """A paragraph of a page as its file states it."""

    kind: str  # the standard type: "P", "H1", "LI", "TD" …
    cell: tuple[int, int, int] | None = None  # table of the page, row, column
    note: int | None = None  # which note of the page it belongs to
    goes_on_from: bool = False  # begins on an earlier page
    goes_on: bool = False  # ends on a later page


class Tags(NamedTuple):
    """The paragraphs of a page in the order of its tree, and which content each of them holds."""

    elements: tuple[Element, ...]
    element_of: dict[int, int]  # by the number of marked content
    rank_of: dict[int, int]  # the place of content in the tree


@dataclass(slots=True)
class _Paragraph:
    """A paragraph that the walk is in."""

    kind: str
    cell: tuple[int, int, int] | None
    note: int | None
    number: int = -1  # its place among the page's elements, once it holds text
    labelled: bool = True  # it holds a label at most: the first paragraph inside is the same
    missing: bool = False  # a part before what comes is on another page
    begun_before: bool = False
    ends_after: bool = False


@dataclass(slots=True)
class _Table:
    number: int
    row: int = -1
    column: int = -1


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk through the tree is."""

    kind: str = ""
    paragraph: _Paragraph | None = None
    table: _Table | None = None
    cell: tuple[int, int, int] | None = None
    note: int | None = None
    label: bool = False
    linked: bool = False


class TagReader:
    """Reads the trees of the pages of one document."""

    def __init__(self) -> None:
        pointer, integer = POINTER, INTEGER
        self._tree = function("FPDF_StructTree_GetForPage", ADDRESS, pointer)
        self._close = function("FPDF_StructTree_Close", None, pointer)
        self._roots = function("FPDF_StructTree_CountChildren", integer, pointer)
        self._root = function("FPDF_StructTree_GetChildAtIndex", ADDRESS, pointer, integer)
        self._kids = function("FPDF_StructElement_CountChildren", integer, pointer)
        self._kid = function("FPDF_StructElement_GetChildAtIndex", ADDRESS, pointer, integer)
        self._content = function(
            "FPDF_StructElement_GetChildMarkedContentID", integer, pointer, integer
        )
        self._type = function(
            "FPDF_StructElement_GetType", ctypes.c_ulong, pointer, pointer, ctypes.c_ulong
        )
        self._text = ctypes.create_string_buffer(64)

    def read(self, page: int) -> Tags | None:
        """The tags of a page (its address); None where it has none."""
        tree = self._tree(page)
        if not tree:
            return None
        try:
            walk = _Walk(self)
            for at in range(max(0, self._roots(tree))):
                element = self._root(tree, at)
                if element:
                    walk.into(element, _Place(), 0)
            return walk.finished()
        finally:
            self._close(tree)

    def kind(self, element: int) -> str:
        """The standard type of an element."""
        length = self._type(element, ctypes.addressof(self._text), 64)
        if not 2 <= length <= 64:
            return ""
        return self._text.raw[: length - 2].decode("utf-16-le", "replace")

    def kids(self, element: int) -> Iterator[tuple[int, int]]:
        """Of each kid of an element its address, or 0, and the number of its content, or -1."""
        for at in range(max(0, self._kids(element))):
            kid = self._kid(element, at)
            yield kid, -1 if kid else self._content(element, at)


class _Walk:
    """One way through a tree that comes to every element once."""

    def __init__(self, reader: TagReader) -> None:
        self._reader = reader
        self._seen: set[int] = set()
        self._tables = self._notes = 0
        self._found: list[_Paragraph] = []
        self._element_of: dict[int, int] = {}
        self._rank_of: dict[int, int] = {}

    def finished(self) -> Tags | None:
        """What was found, None for no text at all."""
        if not self._element_of:
            return None
        elements = (
            Element(each.kind, each.cell, each.note, each.begun_before, each.ends_after)
            for each in self._found
        )
        return Tags(tuple(elements), self._element_of, self._rank_of)

    def into(self, element: int, around: _Place, depth: int) -> None:
        """Take the paragraphs of an element, in the order of the tree."""
        if element in self._seen or len(self._seen) >= _MOST or depth > _DEEPEST:
            return
        self._seen.add(element)
        place = self._place(self._reader.kind(element), around)
        paragraph = place.paragraph
        for kid, content in self._reader.kids(element):
            if kid:
                self.into(kid, place, depth + 1)
            elif paragraph is None:
                if place.kind == "TR" and place.table is not None:
                    place.table.column += 1  # a cell that another page has
            elif content >= 0:
                self._hold(content, paragraph, label=place.label)
            elif not place.linked:
                paragraph.missing = True
                paragraph.labelled = False
                paragraph.ends_after = paragraph.number >= 0

    def _place(self, kind: str, around: _Place) -> _Place:
        """Where the kids of an element stand."""
        paragraph, table, cell, note = around.paragraph, around.table, around.cell, around.note
        label, linked = around.label, around.linked
        if kind == "Table":
            table = _Table(self._tables)
            self._tables += 1
        elif kind == "TR" and table is not None:
            table.row, table.column = table.row + 1, -1
        elif kind in _CELLS and table is not None:
            table.column += 1
            cell = table.number, max(table.row, 0), table.column
            paragraph = _Paragraph(kind, cell, note)
        elif kind in _NOTES:
            note, self._notes = self._notes, self._notes + 1
            paragraph = _Paragraph(kind, cell, note)
        elif kind in _HOLDERS or kind in _PARAGRAPHS:
            # The first paragraph of an item, cell or note is the one that its label begins.
            if paragraph is None or paragraph.kind in _PARAGRAPHS or not paragraph.labelled:
                paragraph = _Paragraph(kind, cell, note)
            elif kind != "P" and kind in _PARAGRAPHS:
                paragraph.kind = kind
        elif kind == "Span" and around.kind in _SECTIONS and paragraph is None:
            paragraph = _Paragraph(kind, cell, note)
        elif kind == "Lbl":
            label = True
        elif kind in _LINKED:
            linked = True
        if kind in ("Table", "L", "TOC"):
            paragraph = None
        return _Place(kind, paragraph, table, cell, note, label, linked)

    def _hold(self, content: int, paragraph: _Paragraph, *, label: bool) -> None:
        """Give marked content to a paragraph."""
        if content in self._element_of:
            return
        if paragraph.number < 0:
            paragraph.number = len(self._found)
            self._found.append(paragraph)
            paragraph.begun_before = paragraph.missing
        paragraph.missing = paragraph.ends_after = False
        if not label:
            paragraph.labelled = False
        self._element_of[content] = paragraph.number
        self._rank_of[content] = len(self._rank_of)
