"""The text of an HTML page: its blocks, without scripts, styles and navigation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from align.datatypes import Removal
from align.document.blocks import Block, RawDocument, Role
from align.document.encoding import Decoded, decode, decode_declared
from align.document.numbering import label
from align.errors import InputError
from align.language.wordset import wordset

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:-]{2,30})", re.IGNORECASE
)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
# Web pages that call themselves gb2312 are written in its superset.
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "big5": "big5hkscs"}
_SILENT = wordset("script style noscript template head iframe object svg math rp rt select")
_NAVIGATION = wordset("nav menu button")
_HEADINGS = wordset("h1 h2 h3 h4 h5 h6 title")
_BLOCKS = wordset(
    "address article aside blockquote body caption center dd details div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre "
    "section summary table tbody td tfoot th thead tr ul"
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAX_DEPTH = 2000


def looks_like_html(data: bytes) -> bool:
    """Whether a file begins as HTML does."""
    head = data[:4096].translate(None, b"\x00\xfe\xff").lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html")) or (
        head.startswith((b"<?xml", b"<!--")) and b"<html" in head
    )


def read_html(data: bytes, name: str, *, encoding: str | None) -> RawDocument:
    """The blocks of an HTML page as paragraphs; what navigation says is removed, with a record.

    Nothing is fetched, no entity of a document type is expanded. Raises InputError when there is
    no text.
    """
    text, codec, warnings = _decode(data, name, encoding)
    text = _DECLARATION.sub("", text, count=1)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"{name}: not an HTML page that can be read ({error})") from error
    walk = _Walk()
    if root is not None:
        walk.walk(root)
    if not walk.blocks:
        raise InputError(f"{name}: no text in this HTML page")
    return RawDocument(
        tuple(walk.blocks), removals=tuple(walk.removals), encoding=codec, warnings=warnings
    )


def _decode(data: bytes, name: str, encoding: str | None) -> Decoded:
    declared = _CHARSET.search(data[:4096])
    if encoding is None and declared:
        codec = declared[1].decode("ascii").lower()
        codec = _SUPERSETS.get(codec, codec)
        found = decode_declared(data, codec)
        if found is not None:
            return found
    return decode(data, name, encoding)  # the page is not what it says; its bytes decide


class _Walk:
    """Gathers the text of blocks, without recursion: pages nest as deep as they like."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.removals: list[Removal] = []
        self._parts: list[str] = []
        self._line = 1
        self._role: Role | None = None
        self._label = ""
        self._counters: dict[etree._Element, int] = {}
        self._preformatted = 0

    def walk(self, root: etree._Element) -> None:
        skipped: etree._Element | None = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if not isinstance(element.tag, str):
                if event == "end" and skipped is None:
                    self._add(element.tail)
                continue
            if event == "start":
                if skipped is None and self._is_skipped(element):
                    skipped = element
                elif skipped is None:
                    self._open(element)
            elif skipped is None:
                self._close(element)
            elif skipped is element:
                skipped = None
                self._add(element.tail)
        self._flush()

    def _is_skipped(self, element: etree._Element) -> bool:
        tag = element.tag
        if tag in _SILENT:
            return True
        hidden = "hidden" in element.attrib or _HIDDEN.search(element.get("style", ""))
        if tag not in _NAVIGATION and element.get("role") != "navigation" and not hidden:
            return False
        text = " ".join("".join(_strings(element)).split())
        if text:
            why = "hidden text" if hidden else "navigation"
            self.removals.append(Removal(_line(element, 1), text, why))
        return True

    def _open(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in _BLOCKS or tag == "br":
            self._flush()
            self._line = _line(element, self._line)
            self._role = "heading" if tag in _HEADINGS else None
            if tag == "li":
                self._role = "list"
                self._label = self._number(element)
        if tag == "pre":
            self._preformatted += 1
        self._add(element.text)

    def _close(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
        if tag == "pre":
            self._preformatted -= 1
        self._add(element.tail)

    def _number(self, item: etree._Element) -> str:
        """What a browser writes before an item of a numbered list."""
        parent = item.getparent()
        if parent is None or parent.tag != "ol":
            return ""
        first = parent.get("start", "1")
        number = self._counters.get(parent, int(first) - 1 if first.isdigit() else 0) + 1
        own = item.get("value", "")
        number = int(own) if own.isdigit() else number
        self._counters[parent] = number
        return f"{label(number, parent.get('type', '1'))}."

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if self._preformatted:
            first, *others = text.split("\n")
            self._parts.append(first)
            for other in others:
                self._flush()
                self._line += 1
                self._parts.append(other)
        else:
            self._parts.append(text)

    def _flush(self) -> None:
        text = re.sub(r"[ \t\r\n\f]+", " ", "".join(self._parts)).strip()
        self._parts.clear()
        if not text:
            return
        self.blocks.append(Block(text, self._line, starts=True, role=self._role, label=self._label))
        self._label = ""
        self._role = None


def _line(element: Any, default: int) -> int:
    return int(element.sourceline or default)


def _strings(element: etree._Element) -> Iterator[str]:
    for text in element.itertext():
        yield str(text)
