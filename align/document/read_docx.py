"""The text of a Word document: paragraphs, rows of tables, automatic numbers, notes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from align.datatypes import Removal
from align.document.blocks import Block, Cell, Mark, RawDocument, Role
from align.document.docx_numbering import Numbering
from align.document.docx_styles import Style, Styles, languages
from align.document.docx_xml import attribute, child, children, switch, tag, value
from align.document.office_formula import formula
from align.document.office_package import MAX_UNPACKED, Package
from align.document.raised import lowered, raised
from align.document.symbol_fonts import symbol, symbols
from align.errors import InputError
from align.outside import character, whole_number

__all__ = ["MAX_UNPACKED", "is_docx", "read_docx"]

_MAIN = "word/document.xml"
_NOTES = {"footnotes": "f", "endnotes": "e"}
_PAGE_PARTS = {"header": "running header", "footer": "running footer"}
# Within these stands no text of the page.
_SILENT = frozenset(
    "w:pPr w:rPr w:sectPr w:tblPr w:tblGrid w:trPr w:tcPr w:sdtPr w:sdtEndPr w:instrText "
    "w:delInstrText w:txbxContent w:proofErr w:bookmarkStart w:bookmarkEnd w:footnoteRef "
    "w:endnoteRef w:rubyPr w:fldData w:softHyphen mc:Fallback".split()
)
_HEADINGS = ("heading", "title", "subtitle", "标题", "標題", "toc heading", "overskrift")
_LEVELS = 8  # of a list, from 0
_COLUMNS = 1000


def is_docx(data: bytes) -> bool:
    """Whether a ZIP file is a Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return _MAIN in names


def read_docx(data: bytes, name: str) -> RawDocument:
    """The paragraphs of a Word document in reading order, as Word shows them.

    Numbers that Word computes are labels; cells know their row; notes know the marks that refer to
    them. Headers and footers, comments, deleted and hidden text and phonetic guides are removed,
    each with a record. Raises InputError for a damaged file, for one that unpacks to too much or
    declares entities, and for one without text.
    """
    package = Package(data, name)
    try:
        reader = _Reader(package)
        reader.read()
    except RecursionError as error:
        raise InputError(
            f"{name}: its tables or formulas nest too deep to be read; save it as TXT"
        ) from error
    if not reader.blocks:
        raise InputError(f"{name}: no text in this Word document")
    return RawDocument(
        tuple(reader.blocks),
        removals=tuple(reader.removals),
        warnings=tuple(reader.warnings),
        languages=reader.languages,
    )


@dataclass(slots=True)
class _Paragraph:
    """A paragraph as it grows: its lines, and what joins it to the next one."""

    label: str = ""
    role: Role | None = None
    lines: list[str] = field(default_factory=lambda: [""])
    marks: list[list[Mark]] = field(default_factory=lambda: [[]])
    boxes: list[Any] = field(default_factory=list)

    def add(self, text: str) -> None:
        first, *others = text.split("\n")
        self.lines[-1] += first
        for other in others:
            self.lines.append(other)
            self.marks.append([])


class _Reader:
    """Walks through the parts of a document."""

    def __init__(self, package: Package) -> None:
        self.blocks: list[Block] = []
        self.removals: list[Removal] = []
        self.warnings: list[str] = []
        self._package = package
        parts = list(package.related(_MAIN))
        self._parts = parts
        by_kind = {kind: place for _, kind, place in parts}
        styles = package.xml(by_kind.get("styles", "word/styles.xml"))
        self._styles, self.languages = Styles(styles), languages(styles)
        self._numbering = Numbering(package.xml(by_kind.get("numbering", "word/numbering.xml")))
        self._cells: list[Cell] = []
        self._tables = 0
        self._note: str | None = None
        self._notes_named = 0
        self._open: _Paragraph | None = None  # a paragraph whose end mark is deleted or hidden
        self._fields: list[bool] = []  # of each open field: whether its instruction is over
        self._unread = 0

    def read(self) -> None:
        """The body, then notes, and what is removed of other parts."""
        root = self._package.xml(_MAIN)
        body = None if root is None else child(root, "w:body")
        if body is not None:
            self._body(body)
            self._close()
        for _, kind, place in self._parts:
            root = self._package.xml(place) if kind in {*_NOTES, *_PAGE_PARTS, "comments"} else None
            if root is None:
                continue
            if kind in _NOTES:
                self._notes(root, _NOTES[kind])
            elif kind == "comments":
                for comment in children(root, "w:comment"):
                    author = attribute(comment, "author") or "somebody"
                    self._remove(_plain(comment), "comment", f"by {author}")
            else:
                self._remove(_plain(root), _PAGE_PARTS[kind])
        if self._unread:
            self.warnings.append(
                f"{self._unread} diagrams, charts or embedded files are not read; check whether "
                "they hold text"
            )

    def _remove(self, text: str, reason: str, evidence: str = "") -> None:
        bare = " ".join(text.split())
        if bare and not any(
            one.text == bare and one.reason == reason and reason.startswith("running")
            for one in self.removals
        ):
            line = 1 if reason.startswith("running") else len(self.blocks) + 1
            self.removals.append(Removal(line, bare, reason, evidence))

    def _notes(self, root: Any, kind: str) -> None:
        for note in root:
            if attribute(note, "type") in (None, "normal"):
                self._note = f"{kind}{attribute(note, 'id')}"
                self._body(note)
                self._close()
        self._note = None

    # Blocks

    def _body(self, element: Any) -> None:
        """Add the paragraphs below `element`, those of tables and content controls too."""
        for one in element:
            name = tag(one)
            if name == "w:p":
                self._paragraph(one)
            elif name == "w:tbl":
                self._close()
                self._table(one)
            elif name in ("w:del", "w:moveFrom"):
                self._remove(_plain(one), "deleted text", _tracked(one))
            elif name == "w:altChunk":
                self._unread += 1
            elif name not in _SILENT:
                self._body(one)

    def _table(self, table: Any) -> None:
        self._tables += 1
        number = self._tables
        for row, element in enumerate(_rows(table)):
            if child(element, "w:trPr", "w:del") is not None:
                self._remove(_plain(element), "deleted text", "a deleted row")
                continue
            column = 0
            for cell in _cells(element):
                self._cells.append(Cell(number, row, column))
                self._body(cell)
                self._close()
                self._cells.pop()
                span = value(cell, "w:tcPr", "w:gridSpan") or "1"
                column += whole_number(span, most=_COLUMNS) or 1

    def _paragraph(self, element: Any) -> None:
        properties = child(element, "w:pPr")
        style = self._styles.of(value(element, "w:pPr", "w:pStyle"))
        paragraph = self._open
        if paragraph is None:
            paragraph = _Paragraph()
        self._open = None
        self._runs(element, paragraph, style)
        self._fields = [True] * len(self._fields)  # an instruction ends with its paragraph
        mark = None if properties is None else child(properties, "w:rPr")
        if mark is not None and _joins_next(mark):
            self._open = paragraph
            return
        # A paragraph has the properties of its end, and its number, whatever was joined to it.
        number = value(element, "w:pPr", "w:numPr", "w:numId")
        depth = whole_number(value(element, "w:pPr", "w:numPr", "w:ilvl") or "", most=_LEVELS)
        paragraph.label, is_item = self._numbering.of(style, number, depth)
        paragraph.role = _role(style, properties) or ("list" if is_item else None)
        self._finish(paragraph)

    def _close(self) -> None:
        """End a paragraph whose mark is deleted, where nothing follows it."""
        if self._open is not None:
            paragraph, self._open = self._open, None
            self._finish(paragraph)

    def _finish(self, paragraph: _Paragraph) -> None:
        label = paragraph.label
        for text, marks in zip(paragraph.lines, paragraph.marks, strict=True):
            if not text.strip():
                self._marks_alone(marks)
                continue
            lead = len(text) - len(text.lstrip()) if label else 0
            self.blocks.append(
                Block(
                    text.strip() if label else text,
                    len(self.blocks) + 1,
                    starts=True,
                    role=paragraph.role,
                    label=label,
                    cell=self._cells[-1] if self._cells else None,
                    note=self._note,
                    marks=tuple(mark._replace(at=max(0, mark.at - lead)) for mark in marks),
                )
            )
            label = ""
        for box in paragraph.boxes:
            self._body(box)
            self._close()

    def _marks_alone(self, marks: list[Mark]) -> None:
        """Marks without text belong to the block before."""
        if self.blocks and marks:
            last = self.blocks[-1]
            moved = tuple(mark._replace(at=len(last.text)) for mark in marks)
            self.blocks[-1] = replace(last, marks=last.marks + moved)

    # Runs

    def _runs(self, element: Any, paragraph: _Paragraph, style: Style) -> None:
        for one in element:
            name = tag(one)
            if name == "w:r":
                self._run(one, paragraph, style)
            elif name in ("w:del", "w:moveFrom"):
                self._remove(_plain(one), "deleted text", _tracked(one))
            elif name in ("m:oMath", "m:oMathPara"):
                paragraph.add(formula(one))
            elif name == "w:p":  # a text box outside its run
                continue
            elif name not in _SILENT:
                self._runs(one, paragraph, style)

    def _run(self, run: Any, paragraph: _Paragraph, style: Style) -> None:
        properties = child(run, "w:rPr")
        own = Style()
        hidden, height = style.hidden, style.raised
        font = None
        if properties is not None:
            named = value(properties, "w:rStyle")
            own = self._styles.of(named) if named is not None else own
            hidden = _first(switch(properties, "w:vanish"), own.hidden, style.hidden)
            height = value(properties, "w:vertAlign") or own.raised or style.raised
            fonts = child(properties, "w:rFonts")
            font = (
                attribute(fonts, "ascii") or attribute(fonts, "hAnsi")
                if fonts is not None
                else None
            )
        paragraph.boxes += _boxes(run)
        text = "".join(self._pieces(run, paragraph, hidden=bool(hidden)))
        marks = paragraph.marks[-1]
        if marks and not marks[-1].text:  # the reference's own sign stands in its run
            marks[-1] = marks[-1]._replace(text=text.strip() or "*")
            return
        if not text:
            return
        if hidden:
            self._remove(text, "hidden text")
            return
        text = symbols(text, font or own.font or style.font or "")
        if height == "superscript":
            text = raised(text, paragraph.lines[-1][-4:])
        elif height == "subscript":
            text = lowered(text, paragraph.lines[-1][-4:])
        paragraph.add(text)

    def _pieces(self, run: Any, paragraph: _Paragraph, *, hidden: bool) -> Iterator[str]:
        """What a run shows."""
        for one in run:
            name = tag(one)
            if name == "w:fldChar":
                self._field(attribute(one, "fldCharType"))
            elif name == "w:t":
                if all(self._fields):
                    yield one.text or ""
                else:
                    self._remove(one.text or "", "field instruction")
            elif name in ("w:tab", "w:ptab"):
                yield "\t"
            elif name in ("w:br", "w:cr"):
                yield " " if attribute(one, "type") in ("page", "column") else "\n"
            elif name == "w:noBreakHyphen":
                yield "-"
            elif name == "w:sym":
                yield _symbol(one)
            elif name in ("w:footnoteReference", "w:endnoteReference"):
                self._mark(one, name[2], paragraph, hidden)
            elif name == "w:ruby":
                for guide in children(one, "w:rt"):
                    self._remove(_plain(guide), "phonetic guide")
                for base in children(one, "w:rubyBase"):
                    for inner in children(base, "w:r"):
                        yield from self._pieces(inner, paragraph, hidden=hidden)
            elif name == "w:delText":
                self._remove(one.text or "", "deleted text")
            elif name in ("w:drawing", "w:object", "w:pict"):
                self._unread += _holds_unread(one)
            elif name in ("mc:AlternateContent", "mc:Choice", "w:r"):
                yield from self._pieces(one, paragraph, hidden=hidden)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _mark(self, element: Any, kind: str, paragraph: _Paragraph, hidden: bool) -> None:
        """A reference to a note; its number is counted, its own sign stands in the text after it."""
        if hidden:
            return
        custom = attribute(element, "customMarkFollows") in ("1", "true", "on")
        if not custom:
            self._notes_named += 1
        shown = "" if custom else str(self._notes_named)
        at = len(paragraph.lines[-1])
        paragraph.marks[-1].append(Mark(at, shown, f"{kind}{attribute(element, 'id')}"))


def _first(*values: bool | None) -> bool | None:
    return next((one for one in values if one is not None), None)


def _role(style: Style, properties: Any | None) -> Role | None:
    outline = None if properties is None else value(properties, "w:outlineLvl")
    if style.name.startswith("toc ") and style.name[4:].isdigit():
        return "contents"
    if style.name.startswith(_HEADINGS) or (outline or "9") < "9":
        return "heading"
    if style.outline is not None and style.outline < 9:
        return "heading"
    return "caption" if style.name == "caption" else None


def _rows(table: Any) -> Iterator[Any]:
    """The rows of a table, those within content controls too."""
    for one in table:
        if tag(one) == "w:tr":
            yield one
        elif tag(one) in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo"):
            yield from _rows(one)


def _cells(row: Any) -> Iterator[Any]:
    for one in row:
        if tag(one) == "w:tc":
            yield one
        elif tag(one) in ("w:sdt", "w:sdtContent", "w:customXml"):
            yield from _cells(one)


def _symbol(element: Any) -> str:
    code = attribute(element, "char") or ""
    known = len(code) <= 6 and all(char in "0123456789abcdefABCDEF" for char in code) and code
    shown = character(int(code, 16)) if known else None
    return "" if shown is None else symbol(attribute(element, "font") or "", ord(shown))


def _joins_next(mark: Any) -> bool:
    """Whether a paragraph's end mark, by its run properties, is deleted or hidden."""
    deleted = any(tag(one) in ("w:del", "w:moveFrom") for one in mark)
    return deleted or bool(switch(mark, "w:vanish") or switch(mark, "w:specVanish"))


def _plain(element: Any) -> str:
    """All letters below `element`, for the record of a removal."""
    pieces: list[str] = []
    for one in element:
        name = tag(one)
        if name in ("w:t", "w:delText", "m:t"):
            pieces.append(one.text or "")
        elif name in ("w:tab", "w:br", "w:cr"):
            pieces.append(" ")
        elif name != "mc:Fallback":
            pieces.append(_plain(one))
            if name in ("w:p", "w:tc"):
                pieces.append(" ")
    return "".join(pieces)


def _tracked(element: Any) -> str:
    author = attribute(element, "author")
    return f"tracked change by {author}" if author else "tracked change"


def _boxes(element: Any) -> list[Any]:
    """The contents of the text boxes below `element`, once each, outermost ones only."""
    found = []
    for one in element:
        name = tag(one)
        if name == "w:txbxContent":
            found.append(one)
        elif name not in ("mc:Fallback", "w:p"):
            found += _boxes(one)
    return found


def _holds_unread(drawing: Any) -> int:
    """1 where a drawing is a diagram, a chart or another file; pictures hold no text."""
    for one in drawing.iter():
        uri = one.get("uri", "") if tag(one) == "a:graphicData" else ""
        if uri.endswith(("/diagram", "/chart", "/chartex")):
            return 1
        if str(one.tag).endswith("}OLEObject"):
            return 1
    return 0
