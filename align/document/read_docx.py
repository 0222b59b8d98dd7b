"""The text of a Word document: paragraphs, tables, automatic numbers, footnotes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from align.datatypes import Removal
from align.document.blocks import Block, RawDocument, Role
from align.document.numbering import label
from align.errors import InputError

MAX_UNPACKED = 400 << 20
MAX_ENTRIES = 20_000
_MAX_RATIO = 500  # text packs ten to one; a bomb a thousand to one
_RATIO_FROM = 20 << 20

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_STYLES = {
    "decimal": "1", "lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I",
    "chineseCounting": "一", "chineseCountingThousand": "一", "ideographTraditional": "一",
    "japaneseCounting": "一", "taiwaneseCounting": "一", "taiwaneseCountingThousand": "一",
    "decimalZero": "1", "decimalFullWidth": "1",
}  # fmt: skip
_PLACE = re.compile(r"%(\d)")


def is_docx(data: bytes) -> bool:
    """Whether a ZIP file is a Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def read_docx(data: bytes, name: str) -> RawDocument:
    """The paragraphs of a Word document in reading order, then its footnotes.

    Cells of tables are paragraphs; headers and footers are removed, with a record; inserted text
    of tracked changes is kept, deleted text is not there. Raises InputError for a damaged file, for
    one that unpacks to too much, and for one without text.
    """
    _refuse_bombs(data, name)
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        walk = _Walk(document)
        walk.body(document.element.body)
        walk.footnotes()
        removals = list(_headers(document))
    except Exception as error:  # python-docx and lxml raise many kinds for a damaged package
        raise InputError(
            f"{name}: damaged Word document that cannot be opened ({error})"
        ) from error
    if not walk.blocks:
        raise InputError(f"{name}: no text in this Word document")
    return RawDocument(tuple(walk.blocks), removals=tuple(removals))


def _refuse_bombs(data: bytes, name: str) -> None:
    """Raise InputError when the parts of the package would unpack to too much."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    bomb = unpacked > _RATIO_FROM and unpacked > _MAX_RATIO * packed
    if unpacked > MAX_UNPACKED or len(entries) > MAX_ENTRIES or bomb:
        raise InputError(
            f"{name}: unpacks to {unpacked >> 20} MB in {len(entries)} parts, which no real "
            "document does; save its text as a smaller DOCX or TXT"
        )


class _Walk:
    """Gathers paragraphs in order; counts what Word numbers by itself."""

    def __init__(self, document: Any) -> None:
        self.blocks: list[Block] = []
        self._document = document
        self._names = {style.style_id: style.name or "" for style in document.styles}
        self._numbering = _Numbering(document)

    def body(self, element: Any) -> None:
        """Add the paragraphs below `element`, those of tables and content controls too."""
        for child in element:
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag not in (f"{_W}sectPr", f"{_W}del", f"{_W}moveFrom", _FALLBACK):
                self.body(child)

    def footnotes(self) -> None:
        """Add what stands in footnotes and endnotes."""
        from docx.oxml import parse_xml

        for relation in self._document.part.rels.values():
            if relation.reltype.endswith(("/footnotes", "/endnotes")):
                root = parse_xml(relation.target_part.blob)
                for note in root:
                    if note.get(f"{_W}type") in (None, "normal"):
                        self.body(note)

    def _paragraph(self, element: Any) -> None:
        number = self._numbering.of(element)
        for at, text in enumerate("".join(_text(element)).split("\n")):
            if not text.strip():
                continue
            role = self._role(element, number is not None)
            label = number if number and at == 0 else ""
            line = len(self.blocks) + 1
            self.blocks.append(
                Block(text.strip() if label else text, line, starts=True, role=role, label=label)
            )
        for box in _boxes(element):
            self.body(box)

    def _role(self, element: Any, numbered: bool) -> Role | None:
        style = element.find(f"{_W}pPr/{_W}pStyle")
        name = self._names.get(style.get(f"{_W}val"), "").lower() if style is not None else ""
        if name.startswith(("heading", "title", "subtitle", "标题", "標題")):
            return "heading"
        return "list" if name.startswith("list") and numbered else None


def _text(element: Any) -> Iterator[str]:
    """What a paragraph shows, text boxes left out."""
    for child in element:
        tag = child.tag
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag == f"{_W}tab":
            yield "\t"
        elif tag in (f"{_W}br", f"{_W}cr"):
            page = child.get(f"{_W}type") in ("page", "column")
            yield " " if page else "\n"
        elif tag == f"{_W}noBreakHyphen":
            yield "-"
        elif (
            tag in (f"{_W}pPr", f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", _FALLBACK)
            or tag == f"{_W}instrText"
        ):
            continue
        else:
            yield from _text(child)


def _boxes(element: Any) -> Iterator[Any]:
    """The contents of the text boxes that hang on a paragraph, once each."""
    for box in element.iter(f"{_W}txbxContent"):
        above = [ancestor.tag for ancestor in box.iterancestors()]
        between = above[: above.index(element.tag)] if element.tag in above else above
        if _FALLBACK not in between:
            yield box


class _Numbering:
    """The numbers that Word computes for numbered paragraphs."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._styles = {
            style.style_id: style.element.find(f"{_W}pPr/{_W}numPr") for style in document.styles
        }
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering"):
                self._read(relation.target_part.element)

    def _read(self, root: Any) -> None:
        abstract = {}
        for item in root.findall(f"{_W}abstractNum"):
            levels = {
                int(level.get(f"{_W}ilvl")): _level(level) for level in item.findall(f"{_W}lvl")
            }
            abstract[item.get(f"{_W}abstractNumId")] = levels
        for item in root.findall(f"{_W}num"):
            link = item.find(f"{_W}abstractNumId")
            if link is not None:
                self._levels[item.get(f"{_W}numId")] = abstract.get(link.get(f"{_W}val"), {})

    def of(self, paragraph: Any) -> str | None:
        """The number that Word writes before `paragraph`, None where it writes none or a bullet."""
        found = paragraph.find(f"{_W}pPr/{_W}numPr")
        if found is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            found = self._styles.get(style.get(f"{_W}val")) if style is not None else None
        if found is None:
            return None
        number = _value(found, "numId", "0")
        depth = int(_value(found, "ilvl", "0"))
        levels = self._levels.get(number, {})
        if depth not in levels:
            return None
        counters = self._counters.setdefault(number, {})
        counters[depth] = counters.get(depth, levels[depth][2] - 1) + 1
        for below in [level for level in counters if level > depth]:
            del counters[below]
        return self._written(levels, counters, depth)

    def _written(
        self, levels: dict[int, tuple[str, str, int]], counters: dict[int, int], depth: int
    ) -> str | None:
        form, pattern, _ = levels[depth]
        if form not in _STYLES or not pattern:
            return None

        def number(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            form, _, first = levels.get(level, ("decimal", "", 1))
            return label(counters.get(level, first), _STYLES.get(form, "1"))

        return _PLACE.sub(number, pattern).strip() or None


def _level(level: Any) -> tuple[str, str, int]:
    """Format, pattern ("%1.") and first number of a list level."""
    return (
        _value(level, "numFmt", "decimal"),
        _value(level, "lvlText", ""),
        int(_value(level, "start", "1")),
    )


def _value(element: Any, tag: str, default: str) -> str:
    child = element.find(f"{_W}{tag}")
    return default if child is None else child.get(f"{_W}val", default)


def _headers(document: Any) -> Iterator[Removal]:
    """What stands in the headers and footers of the sections."""
    seen = set()
    for section in document.sections:
        for part in (
            section.header, section.footer, section.first_page_header, section.first_page_footer,
            section.even_page_header, section.even_page_footer,
        ):  # fmt: skip
            if part.is_linked_to_previous:
                continue
            text = " ".join("".join(_text(part._element)).split())
            if text and text not in seen:
                seen.add(text)
                yield Removal(1, text, "running header")
