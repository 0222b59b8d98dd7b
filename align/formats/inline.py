"""Inline codes of bilingual files: what a segment reads as once its codes are taken out.

TMX, XLIFF 1.2 and XLIFF 2 mark formatting, placeholders and line breaks inside a text by elements.
For search, alignment and checks a segment is plain text, in which two words that a code keeps apart
must not become one, and a word that is half bold must stay one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from align.formats import xml

# What holds native code, not text. TMX: bpt ept it ph ut. XLIFF 1.2: the same and x bx ex.
# XLIFF 2: ph sc ec sm em (empty elements) and cp, a control character.
_NATIVE = frozenset("bpt ept it ph ut x bx ex sc ec sm em cp bookmark".split())
# Codes that come in pairs around a text, or that may; the others stand for something themselves.
_AROUND = frozenset("bpt ept it bx ex sc ec g pc hi mrk sm em".split())
# Names by which tools say that a code breaks the line or jumps to a tab: types of TMX and XLIFF
# (lb, x-br), elements of HTML and Word, commands of RTF and of programming languages.
_BREAK_TYPE = re.compile(r"(?:x-)?(?:xlf:)?(?:lb|br|pb|tab|linebreak|softreturn|line-break)", re.I)
_BREAK = re.compile(
    r"\s*(?:</?(?:\w+:)?(?:br|cr|tab|p|div|li|td|tr|th|hr|line-?break|para)\b|\\(?:n|r|t|line|tab|par)\b"
    r"|[\n\t\u2028\u2029]|\{?(?:br|tab|newline)\b)",
    re.IGNORECASE,
)
_TYPES = ("type", "ctype", "subType")


@dataclass(frozen=True, slots=True)
class Code:
    """A code between two pieces of text: `breaks` a line or a column, or goes `around` a text."""

    breaks: bool
    around: bool


def pieces_of(element: xml.Element, natives: dict[str, str] | None = None) -> list[str | Code]:
    """The texts and codes inside a seg, source or target, in order.

    `natives` gives the native code of an XLIFF 2 ``dataRef``. Elements that no standard knows count
    as text: what they hold is running text.
    """
    found: list[str | Code] = []
    _gather(element, natives or {}, found)
    return found


def _gather(element: xml.Element, natives: dict[str, str], found: list[str | Code]) -> None:
    """Append the texts and codes inside `element` to `found`, depth first."""
    if element.text:
        found.append(element.text)
    for child in element:
        name = xml.local(child)
        if not name:  # an entity reference that was not resolved
            found.append(xml.entity_text(child))
        elif name == "mrk" and child.get("mtype") == "x-sdl-deleted":
            pass  # a tracked deletion of Trados: no longer part of the text
        elif name in _NATIVE:
            found.append(Code(_breaks(child, name, natives), name in _AROUND))
        else:
            code = Code(_breaks(child, name, natives), around=True)
            found.append(code)
            _gather(child, natives, found)
            found.append(code)
        if child.tail:
            found.append(child.tail)


def _breaks(element: xml.Element, name: str, natives: dict[str, str]) -> bool:
    """Whether a code breaks the line or jumps to a tab, by its name, its type or its native code."""
    if name == "cp":
        return element.get("hex", "").lstrip("0").lower() in ("9", "a", "d", "b", "c")
    if any(_BREAK_TYPE.fullmatch(element.get(key) or "") for key in _TYPES):
        return True
    if name not in _NATIVE:
        return False
    native = xml.text_of(element) or natives.get(element.get("dataRef") or "", "")
    return _BREAK.match(native) is not None


def text_of(pieces: Iterable[str | Code]) -> str:
    """The readable text of pieces.

    A code that breaks leaves a space. One that stands for something leaves a space where two words
    of letters with spaces between them would fuse; one that goes around a text only where a small
    letter would meet a capital, since half a word may well be bold.

    >>> text_of(["Annual report", Code(True, False), "Table of contents"])
    'Annual report Table of contents'
    >>> text_of(["Apple", Code(False, False), "Company"]), text_of(["w", Code(False, True), "ord"])
    ('Apple Company', 'word')
    >>> text_of(["各国", Code(False, False), "应"])
    '各国应'
    """
    text = ""
    between: list[Code] = []
    parts: list[str] = []
    for piece in pieces:
        if isinstance(piece, Code):
            between.append(piece)
            continue
        if not piece:
            continue
        if between and text and _apart(text[-1], piece[0], between):
            parts.append(" ")
        between = []
        parts.append(piece)
        text = piece
    return "".join(parts)


def _apart(left: str, right: str, between: list[Code]) -> bool:
    """Whether a space must stand between two characters that codes separate."""
    if left.isspace() or right.isspace():
        return False
    if any(code.breaks for code in between):
        return True
    if not (_in_word(left) and _in_word(right)):
        return False
    return any(not code.around for code in between) or (left.islower() and right.isupper())


def _in_word(char: str) -> bool:
    """Whether a character belongs to a script that sets words apart by spaces."""
    return char.isalnum() and not "\u2e80" <= char <= "\ua4cf" and not "\uf900" <= char <= "\ufaff"


# --- TMX segments with their codes, carried beside their readable text -----------------------------

# Props under which a unit carries its segs as the file had them, where these hold codes.
SEGS = {"x-align-source-seg": "source", "x-align-target-seg": "target"}
_TMX = frozenset("bpt ept it ph ut hi sub".split())


def markup_of(seg: xml.Element) -> str | None:
    """The inside of a TMX seg as XML; None without codes, or with elements that TMX does not know.

    >>> from lxml import etree
    >>> markup_of(etree.fromstring('<seg>a &lt; <ph x="1">{1}</ph>b</seg>'))
    'a &lt; <ph x="1">{1}</ph>b'
    """
    if not len(seg):
        return None
    parts: list[str] = []
    return "".join(parts) if _write(seg, parts) else None


def _write(element: xml.Element, parts: list[str]) -> bool:
    """Append the inside of `element` as XML; False where it holds what TMX does not know."""
    parts.append(xml.escape(element.text or ""))
    for child in element:
        name = child.tag
        if not isinstance(name, str) or name not in _TMX:
            return False
        values = "".join(f" {key!s}={xml.attribute(str(value))}" for key, value in child.items())
        if any("{" in str(key) for key in child.keys()):  # noqa: SIM118 - lxml's elements are lists
            return False
        if child.text or len(child):
            parts.append(f"<{name}{values}>")
            if not _write(child, parts):
                return False
            parts.append(f"</{name}>")
        else:
            parts.append(f"<{name}{values}/>")
        parts.append(xml.escape(child.tail or ""))
    return True


def still_reads(markup: str, text: str) -> bool:
    """Whether a kept seg is well formed, holds TMX's codes only and still reads as `text`.

    It may come from any file as a prop, and the unit's text may have been edited since.
    """
    try:
        seg = etree.fromstring(f"<seg>{markup}</seg>", _PARSER)
    except etree.XMLSyntaxError:
        return False
    return markup_of(seg) == markup and text_of(pieces_of(seg)) == text


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
