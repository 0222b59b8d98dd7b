"""The one place that parses and escapes XML, for files from anywhere.

No DTD is loaded, nothing is fetched, and a file that declares entities of its own is refused, so
neither an external entity nor a billion laughs can do harm. Files stream: memory is bounded by the
largest record, not by the file. libxml2's own limits stay on (a text of 10 MB, a depth of 256).
"""

from __future__ import annotations

import contextlib
import gzip
import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html.entities import html5
from pathlib import Path
from typing import IO, Any, Literal, cast

from lxml import etree

from align.errors import FormatError, InputError
from align.outside import refuse_entities

CHUNK = 1 << 16
RECORD_LIMIT = 64 << 20  # bytes between two records; more is not a record but an attack
PROLOG_LIMIT = 1 << 20
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Element = etree._Element
Source = Path | IO[bytes]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# .NET tools declare the encoding of the string in memory and then write the file in another.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));"
)
_REFERENCE_LENGTH = 16
_BEYOND = re.compile("huge|excessive depth", re.IGNORECASE)  # libxml2's words for its own limits
_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(f"[{_NAME_START}][{_NAME_START}0-9.\u00b7\u0300-\u036f\u203f-\u2040-]*")
_DECLARED = re.compile(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0?\0", "utf-16"),
    (b"\0<\0?", "utf-16"),
)
_FALSE_UTF16 = re.compile(
    rb"(\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"']utf-?16", re.IGNORECASE
)


def remove_forbidden(text: str) -> tuple[str, int]:
    """`text` without the characters that XML forbids, and how many there were.

    >>> remove_forbidden("a\\x0bb\\ud800")
    ('ab', 2)
    """
    return _FORBIDDEN.subn("", text)


def is_id(text: str) -> bool:
    """Whether `text` may be an XML id: a name without a colon.

    >>> is_id("c1"), is_id("1c"), is_id("a b")
    (True, False, False)
    """
    return _NAME.fullmatch(text) is not None


def escape(text: str) -> str:
    """`text` as character data; a carriage return survives the parser's line-end rule.

    >>> escape("a < b & c ]]> d\\r")
    'a &lt; b &amp; c ]]&gt; d&#13;'
    """
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if "\r" in text:
        text = text.replace("\r", "&#13;")
    return text


def attribute(text: str) -> str:
    """`text` as an attribute's value, quotes included; white space survives normalisation.

    >>> attribute('say "hi"')
    '"say &quot;hi&quot;"'
    """
    text = escape(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{text}"'


@dataclass(frozen=True, slots=True)
class Root:
    """What stands before a document's first record."""

    tag: str  # local name
    namespace: str
    attributes: dict[str, str]
    line: int
    doctype: str | None  # the name after <!DOCTYPE
    encoding: str  # as the byte order mark or the declaration says it: "utf-8", "utf-16" …


_BLANK = b"\xef\xbb\xbf \t\r\n"


class _WithoutControls:
    """A file without the control characters that XML forbids, raw or as references.

    Other tools write them into otherwise good files of several GB. They are taken out before the
    parser sees them, as it would stop there. Encodings of 16 bits are left alone.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.removed = 0
        self._file = file
        self._kept = b""
        self._wide: bool | None = None

    def read(self, size: int) -> bytes:
        while True:
            data = self._file.read(size)
            if self._wide is None:
                while len(data) < 4 and (drop := self._file.read(size)):
                    data += drop
                self._wide = b"\0" in data[:4] or data[:2] in {b"\xff\xfe", b"\xfe\xff"}
            if self._wide:
                return data
            cleaned = self._cleaned(self._kept + data, last=not data)
            if cleaned or not data:
                return cleaned

    def _cleaned(self, data: bytes, *, last: bool) -> bytes:
        start = data.rfind(b"&", max(len(data) - _REFERENCE_LENGTH, 0))
        cut = len(data) if last or start < 0 or b";" in data[start:] else start
        data, self._kept = data[:cut], data[cut:]
        cleaned = data.translate(None, _CONTROLS)
        self.removed += len(data) - len(cleaned)
        if b"&#" in cleaned:
            cleaned, count = _CONTROL_REFERENCE.subn(b"", cleaned)
            self.removed += count
        return cleaned


class XmlFile:
    """An XML file that is being read; `root` is known, the records come from `records`."""

    def __init__(self, file: IO[bytes], name: str, *, lenient: bool) -> None:
        self.name = name
        self._controls = _WithoutControls(file) if lenient else None
        self._file: IO[bytes] | _WithoutControls = self._controls or file
        self._head = b""
        self._encoding: str | None = None
        self.root = self._read_root()

    @property
    def removed_characters(self) -> int:
        """How many forbidden control characters have been passed over so far."""
        return self._controls.removed if self._controls else 0

    def _parser(
        self, event: Literal["start", "end"], tags: Collection[str] | None
    ) -> etree.XMLPullParser:
        options: dict[str, Any] = {
            "load_dtd": False,
            "no_network": True,
            "resolve_entities": False,
            "attribute_defaults": False,
            "dtd_validation": False,
            "huge_tree": False,
            "remove_comments": True,
            "remove_pis": True,
            "encoding": self._encoding,
        }
        if tags is not None:
            options["tag"] = [f"{{*}}{tag}" for tag in tags]
        return etree.XMLPullParser(events=(event,), **options)

    def _read_root(self) -> Root:
        while len(self._head) < CHUNK and (drop := self._file.read(CHUNK)):
            self._head += drop  # a pipe may give a few bytes only, too few to tell the encoding
        while not self._head.strip(_BLANK) and len(self._head) <= PROLOG_LIMIT:
            if not (drop := self._file.read(CHUNK)):
                break
            self._head += drop
        if not self._head.strip(_BLANK):
            raise InputError(f"{self.name}: the file is empty")
        if _FALSE_UTF16.match(self._head):
            self._encoding = "utf-8"
        parser = self._parser("start", None)
        chunk = self._head
        failure: etree.XMLSyntaxError | None = None
        while True:
            try:
                parser.feed(chunk)
                if not chunk:
                    parser.close()
            except etree.XMLSyntaxError as error:
                failure = error
            for element in _elements(parser):
                return self._root(element)
            if failure is not None:
                raise self._failure(failure)
            if len(self._head) > PROLOG_LIMIT:
                raise FormatError(f"{self.name}: no XML element in the first {PROLOG_LIMIT} bytes")
            chunk = self._file.read(CHUNK)
            self._head += chunk

    def _root(self, element: Element) -> Root:
        dtd: Any = element.getroottree().docinfo.internalDTD
        refuse_entities(element, f"{self.name}:{line_of(element)}")
        attributes = {str(key): str(value) for key, value in element.attrib.items()}
        return Root(
            local(element),
            namespace(element),
            attributes,
            line_of(element),
            None if dtd is None else str(dtd.name),
            _encoding(self._head),
        )

    def records(self, *tags: str) -> Iterator[Element]:
        """The elements with these local names, each when it ends, in the order of their ends.

        An element is whole and may be read until the next one is asked for; then it and what
        stands before it are dropped. Raises FormatError with file and line where the XML breaks
        off or breaks its rules, after the records that were good.
        """
        parser = self._parser("end", tags)
        fed = 0
        chunk = self._head
        self._head = b""
        failure: etree.XMLSyntaxError | None = None
        while failure is None:
            try:
                parser.feed(chunk) if chunk else parser.close()
            except etree.XMLSyntaxError as error:
                failure = error
            fed += len(chunk)
            parents: dict[Element, None] = {}
            for element in _elements(parser):
                fed = 0
                yield element
                parent = element.getparent()
                if parent is not None:
                    parents[parent] = None
            for parent in parents:
                del parent[:-1]  # never the last: the parser may be adding to its tail
            if fed > RECORD_LIMIT:
                raise FormatError(
                    f"{self.name}: more than {RECORD_LIMIT >> 20} MB without a complete "
                    f"<{tags[-1]}>; this is not a file that can be read in bounded memory"
                )
            if not chunk:
                break
            chunk = self._file.read(CHUNK)
        if failure is not None:
            raise self._failure(failure)

    def _failure(self, error: etree.XMLSyntaxError) -> FormatError:
        line, message = error.lineno, error.msg
        log: Any = error.error_log
        last = log.last_error
        if not line and last is not None:  # lxml lost the reason, its log has it
            line, message = last.line, last.message
        message = re.sub(r"(, line \d+, column \d+)?( \(.*, line \d+\))?$", "", message or "")
        fault = f"not well-formed XML: {message}"
        if _BEYOND.search(message):  # libxml2 advises an option of programmers
            fault = (
                "a text of over 10 MB, or elements over 256 deep; cut the file into smaller ones"
            )
        failure = FormatError(f"{self.name}:{line}: {fault}")
        failure.__cause__ = error
        return failure


@contextlib.contextmanager
def reading(source: Source, *, name: str | None = None, lenient: bool = False) -> Iterator[XmlFile]:
    """Open an XML file, a path or a binary file, and read as far as its root element.

    A path that ends in ``.gz`` is unpacked as it is read. With
    `lenient`, control characters that XML forbids are passed over and counted.
    Raises InputError where the file is empty, FormatError where it is no XML or declares entities.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            if source.suffix.lower() != ".gz":
                yield XmlFile(file, name or name_of(source), lenient=lenient)
                return
            try:
                with gzip.open(file) as unpacked:
                    content = cast(IO[bytes], unpacked)
                    yield XmlFile(content, name or name_of(source), lenient=lenient)
            except (gzip.BadGzipFile, EOFError, zlib.error) as error:
                raise FormatError(f"{source}: damaged gzip file ({error}); pack it anew") from error
    else:
        yield XmlFile(source, name or name_of(source), lenient=lenient)


def _elements(parser: etree.XMLPullParser) -> Iterator[Element]:
    return (cast(Element, element) for _, element in parser.read_events())


def _encoding(head: bytes) -> str:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if _FALSE_UTF16.match(head):
        return "utf-8"
    declared = _DECLARED.match(head)
    return declared.group(1).decode("ascii").lower() if declared else "utf-8"


def line_of(element: Element) -> int:
    """The 1-based line where an element begins, true beyond 65,535 too."""
    return cast(int, element.sourceline or 1)


def name_of(source: Source) -> str:
    """What messages call a source."""
    return str(source) if isinstance(source, Path) else str(getattr(source, "name", "<input>"))


def local(element: Element) -> str:
    """An element's name without its namespace; "" for what is no element (an entity reference)."""
    tag = element.tag
    if tag.__class__ is str and tag[0] != "{":  # the common case, asked millions of times
        return tag
    return tag[tag.index("}") + 1 :] if isinstance(tag, str) else ""


def namespace(element: Element) -> str:
    """An element's namespace; "" where it has none."""
    # Not etree.QName, which raises for a prefix that nothing declares: <a:tmx>.
    tag = str(element.tag)
    return tag[1 : tag.index("}")] if tag[0] == "{" else ""


def entity_text(element: Element) -> str:
    """What an unresolved entity reference stands for in HTML; any other as it is written.

    A comment, which is no reference either, has no text.
    """
    name = getattr(element, "name", None)
    return html5.get(f"{name};", f"&{name};") if name else ""


def text_of(element: Element) -> str:
    """All character data inside `element`; HTML's named entities are understood."""
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for child in element:
        parts.append(text_of(child) if isinstance(child.tag, str) else entity_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
