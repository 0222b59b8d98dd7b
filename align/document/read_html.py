"""The text of an HTML page: its blocks, without scripts, styles and navigation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from align.datatypes import Removal
from align.document.blocks import Block, Cell, Mark, RawDocument, Role
from align.document.encoding import Decoded, decode, decode_declared
from align.document.html_tokens import End, HtmlStream, Start, Text
from align.document.line_breaks import goes_on
from align.document.numbering import label
from align.document.raised import is_note_mark, lowered, raised
from align.document.removals import letters
from align.errors import InputError
from align.language.wordset import wordset
from align.outside import whole_number

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:-]{2,30})", re.IGNORECASE
)
# Web pages that call themselves gb2312 are written in its superset.
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "big5": "big5hkscs"}

_VOID = wordset("area base br col embed hr img input link meta param source track wbr basefont")
_CODE = wordset("script style")  # no text of the page
_NOT_SHOWN = {
    **dict.fromkeys("noscript template iframe object noembed noframes".split(), "not shown"),
    **dict.fromkeys("nav menu".split(), "navigation"),
    **dict.fromkeys("button select".split(), "navigation"),
    **dict.fromkeys("rt rp rtc".split(), "phonetic guide"),
    **dict.fromkeys("del".split(), "deleted text"),
    "title": "page title",
    "svg": "picture",
    **dict.fromkeys(("annotation", "annotation-xml"), "source of a formula"),
}
_SECTIONS = wordset("article aside blockquote main section")
_HEADINGS = wordset("h1 h2 h3 h4 h5 h6")
# What is one unit, whatever lines it stands on.
_WHOLE = _HEADINGS | wordset("address caption figcaption th")
_BLOCKS = wordset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing "
    "main ol option p pre search section summary table tbody td tfoot th thead title tr ul"
)
# A start tag that ends what is open: the tags that it ends, and those beyond which it does not look.
_TABLE_SCOPE = wordset("table td th caption")
_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (wordset("li"), wordset("ul ol menu dir") | _TABLE_SCOPE),
    "dt": (wordset("dt dd"), wordset("dl") | _TABLE_SCOPE),
    "dd": (wordset("dt dd"), wordset("dl") | _TABLE_SCOPE),
    "tr": (wordset("tr"), wordset("table")),
    "td": (wordset("td th"), wordset("table tr")),
    "th": (wordset("td th"), wordset("table tr")),
    "tbody": (wordset("thead tbody tfoot"), wordset("table")),
    "tfoot": (wordset("thead tbody tfoot"), wordset("table")),
    "option": (wordset("option"), wordset("select")),
    "body": (wordset("head"), wordset("body")),
    "rt": (wordset("rt rp"), wordset("ruby")),
    "rp": (wordset("rt rp"), wordset("ruby")),
}
# Beyond these an end tag does not look for what it ends.
_WALLS: dict[str, frozenset[str]] = {
    "table": frozenset(), "body": frozenset(), "html": frozenset(),
    **dict.fromkeys("tr td th tbody thead tfoot caption".split(), wordset("table")),
}  # fmt: skip
_MATH_SIGNS = {
    "msup": "^", "msub": "_", "msubsup": "_", "mfrac": "/", "munder": "_", "mover": "^",
    "munderover": "_", "mroot": "√",
}  # fmt: skip
_ENDS_PARAGRAPH = _BLOCKS - wordset(
    "body head html option title tr td th tbody thead tfoot caption"
)
_PARAGRAPH_SCOPE = _TABLE_SCOPE | wordset("button object")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOTE_LINK = re.compile(r"\b(?:foot|end)?-?note|noteref|\breference\b|\bfn\b", re.IGNORECASE)
_BACK = re.compile(r"[\^↩↑⏎\ufe0e\ufe0f\s]+")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LIST_TYPE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)", re.IGNORECASE)
_LIST_STYLES = {
    "decimal": "1", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I", "cjk-ideographic": "一", "simp-chinese-informal": "一",
    "trad-chinese-informal": "一", "cjk-decimal": "一", "1": "1", "a": "a", "A": "A", "i": "i",
    "I": "I",
}  # fmt: skip
_LONGEST_NUMBER = 9  # digits of a list's start or an item's value
Place = Literal["main", "footer", ""]  # what a page says a block is part of
_LONGEST_MARK = 8  # characters of a note's mark


# A part of a page, as content systems export it; a text that shows tags begins with words.
_FRAGMENT = re.compile(
    rb"<(?:head|meta|title|link|style|script|body|main|header|nav|aside|article|section|div|p"
    rb"|h[1-6]|table|ul|ol|dl|blockquote|center)(?:\s[^<>]*)?>"
)
_NAMES = (".html", ".htm", ".xhtml", ".shtml")
_TAG = re.compile(rb"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)


def looks_like_html(data: bytes, name: str = "") -> bool:
    """Whether a file begins as HTML does, or is called so and holds a tag."""
    if name.lower().endswith(_NAMES) and _TAG.search(data.translate(None, b"\x00")):
        return True
    head = data[:4096].translate(None, b"\x00\xfe\xff").lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return (
        head.startswith((b"<!doctype html", b"<html"))
        or (head.startswith((b"<?xml", b"<!--")) and b"<html" in head)
        or (_FRAGMENT.match(head) is not None and b"</" in head)
    )


def read_html(data: bytes, name: str, *, encoding: str | None) -> RawDocument:
    """The blocks of an HTML page as paragraphs; what it does not show is removed, with a record.

    Items have the numbers that a browser writes, rows of tables their cells, notes the marks that
    refer to them. Raises InputError when there is no text.
    """
    text, codec, warnings = _decode(data, name, encoding)
    raw = html_blocks(text)
    if not raw.blocks:
        raise InputError(f"{name}: no text in this HTML page")
    return replace(raw, encoding=codec, warnings=(*warnings, *raw.warnings))


def html_blocks(text: str) -> RawDocument:
    """The blocks of a page or of a part of one, none where it shows no text.

    An attribute ``data-line`` gives the line of the file that a block comes from, where the page
    was made from another format.
    """
    stream = HtmlStream(text)
    page = _Page()
    for token in stream:
        if isinstance(token, Text):
            page.text(token.text, token.line)
        elif isinstance(token, Start):
            page.start(token)
        else:
            page.end(token)
    page.finish()
    blocks, around = _main_part(page.blocks, page.places)
    return RawDocument(
        blocks,
        removals=tuple(sorted((*page.removals, *around), key=lambda removal: removal.line)),
        warnings=tuple(stream.warnings),
        languages=page.languages,
    )


def _main_part(
    blocks: Sequence[Block], places: Sequence[Place]
) -> tuple[tuple[Block, ...], list[Removal]]:
    """The blocks without what a page says is around its main part, and what that is.

    Where a page has a <main>, its header, cookie notice, trail, sidebar and footer stand outside; it
    is believed where it holds most of the letters, and so is a footer of the page where it holds
    the fewest. Notes stay, and so does a heading before a main part that has none.
    """
    sizes = [letters(block.text) for block in blocks]
    part = [place == "main" for place in places]
    if 2 * sum(size for size, main in zip(sizes, part, strict=True) if main) <= sum(sizes):
        footer = [place == "footer" for place in places]
        of_footer = sum(size for size, last in zip(sizes, footer, strict=True) if last)
        part = [not last or 2 * of_footer >= sum(sizes) for last in footer]
    first = part.index(True) if True in part else 0
    headed = any(b.role == "heading" for b, main in zip(blocks, part, strict=True) if main)
    kept, around = [], []
    for at, (block, main) in enumerate(zip(blocks, part, strict=True)):
        title = at < first and block.role == "heading" and not headed
        if main or title or block.note is not None:
            kept.append(block)
        else:
            around.append(Removal(block.line, block.text, "around the main part"))
    return tuple(kept), around


def _decode(data: bytes, name: str, encoding: str | None) -> Decoded:
    declared = _CHARSET.search(data[:4096])
    if encoding is None and declared:
        codec = declared[1].decode("ascii").lower()
        codec = _SUPERSETS.get(codec, codec)
        found = decode_declared(data, codec)
        if found is not None:
            return found
    return decode(data, name, encoding)  # the page is not what it says; its bytes decide


@dataclass(slots=True)
class _Element:
    """An open element and what it does to the text within."""

    tag: str
    line: int
    why_hidden: str = ""  # the reason for which its text is removed
    attributes: Mapping[str, str] = field(default_factory=dict)
    counter: int = 0  # of a list: the number of its last item; of a table: its row
    column: int = 0
    table: int = 0
    note: str | None = None  # the note that the element is, where a mark refers to it
    landmark: Place = ""
    gathered: list[str] | None = None  # the text of a raised, lowered or removed element


class _Page:
    """Gathers the text of blocks from a stream of tags, without a tree and without recursion."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.places: list[Place] = []  # of each block
        self.removals: list[Removal] = []
        self._stack: list[_Element] = []
        self._open: defaultdict[str, list[int]] = defaultdict(list)  # places in the stack, by tag
        self._gathering: list[int] = []  # places of elements whose text is gathered by itself
        self._blocks_open: list[int] = []
        self._notes_open: list[int] = []
        self._landmarks: list[Place] = []  # that are open
        self._tables = 0
        self._notes_named: set[str] = set()
        self._text = _Collapsed()
        self._line = 1
        self._stated_line = 0
        self._role: Role | None = None
        self._label = ""
        self._note: str | None = None
        self._before_break = ""  # the line that a single line break ended
        self._languages: dict[str, str] = {}  # what the page says, by where

    # What the stream brings

    def text(self, text: str, line: int) -> None:
        """Text between tags."""
        if self._gathering:
            self._pass_up(text)
        elif self._open["pre"] or self._open["listing"]:
            first, *others = text.split("\n")
            self._add(first, line)
            for at, other in enumerate(others, start=1):
                self._flush()
                self._add(other, line + at)
        else:
            self._add(text, line)

    def start(self, token: Start) -> None:
        """A start tag, and the end of what it ends by itself."""
        tag = token.tag
        self._note_language(token)
        self._end_implied(tag)
        if tag == "br":
            self._break()
        if tag in _VOID:
            if tag == "hr":
                self._break()
                self._before_break = ""
            return
        if token.closed and tag not in _BLOCKS:
            return
        self._push(token)
        if token.closed:
            self._pop()

    def _note_language(self, token: Start) -> None:
        """What a page says of its language: of all of it, or of its body."""
        said = token.attributes
        if token.tag in ("html", "body"):
            tag = said.get("lang") or said.get("xml:lang")
        elif token.tag == "meta" and said.get("http-equiv", "").lower() == "content-language":
            tag = said.get("content", "").partition(",")[0]
        else:
            return
        if tag:
            self._languages.setdefault(token.tag, tag.strip())

    @property
    def languages(self) -> tuple[str, ...]:
        """The tags that the page states, the nearest to its text first."""
        return tuple(
            self._languages[tag] for tag in ("body", "html", "meta") if tag in self._languages
        )

    def end(self, token: End) -> None:
        """An end tag; one that ends nothing is passed over."""
        tag, places = token.tag, self._open[token.tag]
        if tag == "br":
            self._break()
        if not places or places[-1] < self._innermost(_WALLS.get(tag, _PARAGRAPH_SCOPE)):
            return
        place = places[-1]
        is_inline = tag not in _BLOCKS and self._stack[place].gathered is None
        if is_inline and self._blocks_open and self._blocks_open[-1] > place:
            return  # </b> of a <b> that blocks have been opened in ends none of them
        while len(self._stack) > place:
            self._pop()

    def finish(self) -> None:
        """The end of the page ends everything."""
        while self._stack:
            self._pop()
        self._flush()

    # Elements

    def _innermost(self, tags: frozenset[str]) -> int:
        return max((self._open[tag][-1] for tag in tags if self._open[tag]), default=-1)

    def _end_implied(self, tag: str) -> None:
        ends, walls = _ENDS.get(tag, (frozenset(), frozenset()))
        if tag in _ENDS_PARAGRAPH:
            self._end_within(wordset("p"), _PARAGRAPH_SCOPE)
        if ends:
            self._end_within(ends, walls)

    def _end_within(self, tags: frozenset[str], walls: frozenset[str]) -> None:
        place = self._innermost(tags)
        if place >= 0 and place > self._innermost(walls - tags):
            while len(self._stack) > place:
                self._pop()

    def _is_removing(self) -> bool:
        return bool(self._gathering) and bool(self._stack[self._gathering[0]].why_hidden)

    def _push(self, token: Start) -> None:
        tag, attributes = token.tag, token.attributes
        self._stated_line = whole_number(attributes.get("data-line", "")) or self._stated_line
        if self._stack and self._stack[-1].tag in _MATH_SIGNS:
            self._formula()
        element = _Element(tag, token.line, _why_hidden(token), attributes)
        if tag in _BLOCKS and not self._gathering:
            self._flush()
            self._line = token.line
            self._role = "heading" if tag in _HEADINGS else self._role
            if tag == "caption" or tag == "figcaption":
                self._role = "caption"
        if not self._is_removing():
            self._count(element)
        name = attributes.get("id") or (attributes.get("name") if tag == "a" else None)
        if name and name in self._notes_named:
            if tag in _BLOCKS:
                element.note = name
                self._notes_open.append(len(self._stack))
            else:
                self._note = name
        if element.why_hidden or tag in ("sup", "sub") or (tag == "a" and _is_note_link(token)):
            element.gathered = []
            self._gathering.append(len(self._stack))
        if tag in _BLOCKS:
            self._blocks_open.append(len(self._stack))
        element.landmark = self._landmark(tag, attributes.get("role", "").lower())
        if element.landmark:
            self._landmarks.append(element.landmark)
        self._open[tag].append(len(self._stack))
        self._stack.append(element)

    def _landmark(self, tag: str, role: str) -> Place:
        """The part of a page that an element is; a footer within an article is the article's."""
        if tag == "main" or role == "main":
            return "main"
        ends = tag == "footer" and self._innermost(_SECTIONS) < 0
        return "footer" if ends or role == "contentinfo" else ""

    def _formula(self) -> None:
        """The sign between the parts of a formula: over, under, divided by."""
        above = self._stack[-1]
        above.counter += 1
        if above.counter > 1:
            sign = _MATH_SIGNS[above.tag]
            self.text("^" if sign == "_" and above.counter > 2 else sign, above.line)

    def _count(self, element: _Element) -> None:
        """Numbers of list items and places of cells."""
        tag, attributes = element.tag, element.attributes
        if tag in ("ol", "ul"):
            first = _whole(attributes.get("start"))
            element.counter = (1 if first is None else first) - 1
            element.column = 1
            if "reversed" in attributes and first is not None:
                element.counter, element.column = first + 1, -1
        elif tag == "li":
            self._role = "list"
            self._label = self._number(element)
        elif tag == "table":
            self._tables += 1
            element.table = self._tables
            element.counter = -1
        elif tag in ("tr", "td", "th") and self._open["table"]:
            table = self._stack[self._open["table"][-1]]
            if tag == "tr":
                table.counter, table.column = table.counter + 1, 0
            else:
                element.counter, element.column, element.table = (
                    max(table.counter, 0), table.column, table.table,
                )  # fmt: skip
                span = _whole(element.attributes.get("colspan")) or 1
                table.column += max(1, min(span, 1000))

    def _number(self, item: _Element) -> str:
        """What a browser writes before an item of a numbered list."""
        place = self._innermost(wordset("ol ul menu dir"))
        if place < 0 or self._stack[place].tag != "ol":
            return ""
        above = self._stack[place]
        own = _whole(item.attributes.get("value"))
        above.counter = above.counter + above.column if own is None else own
        style = _LIST_TYPE.search(above.attributes.get("style", ""))
        form = style[1].lower() if style else above.attributes.get("type", "1")
        if form == "none":
            return ""
        number = label(above.counter, _LIST_STYLES.get(form, "1"))
        return number + ("、" if _LIST_STYLES.get(form) == "一" else ".")

    def _pop(self) -> None:
        element = self._stack.pop()
        place = len(self._stack)
        self._open[element.tag].pop()
        if element.tag in _BLOCKS:
            self._blocks_open.pop()
        if element.note:
            self._notes_open.pop()
        if element.landmark:
            self._landmarks.pop()
        if self._gathering and self._gathering[-1] == place:
            self._gathering.pop()
            self._gathered(element)
        if element.tag in _BLOCKS and not self._gathering:
            self._flush(ended=element)
            if element.tag == "li":
                self._label, self._role = "", None
            elif element.tag in _HEADINGS or element.tag in ("caption", "figcaption"):
                self._role = None

    def _gathered(self, element: _Element) -> None:
        """What a raised, lowered, removed or linking element held."""
        text = "".join(element.gathered or ())
        if element.why_hidden:
            bare = " ".join(text.split())
            if element.tag in _CODE or not bare:
                return
            if self._is_removing():
                self._pass_up(text)
            else:
                self.removals.append(Removal(self._place(element), bare, element.why_hidden))
        elif element.tag == "a":
            self._note_link(element, text)
        elif self._gathering:
            self._pass_up(text)
        else:
            change = raised if element.tag == "sup" else lowered
            self._add(change(text, self._text.tail()), element.line)

    def _pass_up(self, text: str) -> None:
        """Give a text to the element around that gathers its own."""
        gathered = self._stack[self._gathering[-1]].gathered
        if gathered is not None:
            gathered.append(text)

    def _note_link(self, element: _Element, text: str) -> None:
        """A link to a note becomes a mark; one back from a note is removed; others are text."""
        target = element.attributes.get("href", "").rpartition("#")[2]
        bare = text.strip()
        if self._is_removing():
            self._pass_up(text)
            return
        if bare and _BACK.fullmatch(bare):
            place = self._place(element)
            self.removals.append(Removal(place, bare, "note mark", "leads back to the text"))
            return
        is_mark = 0 < len(bare) <= _LONGEST_MARK and is_note_mark(bare)
        is_raised = bool(self._gathering) or bool(_NOTE_LINK.search(_kind(element.attributes)))
        if is_mark and is_raised and not self._in_note():
            self._text.mark(bare, target)
            self._notes_named.add(target)
        elif self._gathering:
            self._pass_up(text)
        else:
            self._add(text, element.line)

    def _place(self, element: _Element) -> int:
        return self._stated_line or element.line

    def _in_note(self) -> bool:
        return self._note is not None or bool(self._notes_open)

    # Blocks

    def _add(self, text: str, line: int) -> None:
        if not self._text and not text.isspace():
            self._line = line + text[: len(text) - len(text.lstrip())].count("\n")
        self._text.add(text)

    def _break(self) -> None:
        if self._gathering:
            self._pass_up(" ")
        else:
            has_text = bool(self._text)
            self._flush()
            self._before_break = self.blocks[-1].text if has_text and self.blocks else ""

    def _where(self, ended: _Element | None) -> Place:
        """What a block that ends here is part of."""
        around = {*self._landmarks, ended.landmark if ended is not None else ""}
        return "main" if "main" in around else "footer" if "footer" in around else ""

    def _flush(self, ended: _Element | None = None) -> None:
        text, marks = self._text.taken()
        before, self._before_break = self._before_break, ""
        if not text:
            if marks and self.blocks:  # a mark by itself belongs to what stands before it
                last = self.blocks[-1]
                moved = tuple(mark._replace(at=len(last.text)) for mark in marks)
                self.blocks[-1] = replace(last, marks=last.marks + moved)
            return
        cell_place = self._innermost(wordset("td th"))
        inside_table = self._open["table"] and cell_place > self._open["table"][-1]
        cell = None
        if ended is not None and ended.tag in ("td", "th") and ended.table:
            cell = Cell(ended.table, ended.counter, ended.column)
        elif inside_table and self._stack[cell_place].table:
            element = self._stack[cell_place]
            cell = Cell(element.table, element.counter, element.column)
        whole = self._innermost(_WHOLE) >= 0 or (ended is not None and ended.tag in _WHOLE)
        note = self._note or (ended.note if ended else None)
        if note is None and self._notes_open:
            note = self._stack[self._notes_open[-1]].note
        self.places.append(self._where(ended))
        self.blocks.append(
            Block(
                text,
                self._stated_line or self._line,
                starts=not goes_on(before, text, whole=whole),
                role=self._role,
                label=self._label,
                cell=cell,
                note=note,
                marks=marks,
            )
        )
        self._label = ""
        self._role = None
        self._note = None


class _Collapsed:
    """The text of a block as it grows, its runs of white space made one space."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []

    def __bool__(self) -> bool:
        return bool(self._parts)

    def add(self, text: str) -> None:
        piece = _SPACES.sub(" ", text)
        if piece[:1] == " " and (not self._parts or self._parts[-1].endswith(" ")):
            piece = piece[1:]
        if piece:
            self._parts.append(piece)
            self._length += len(piece)

    def mark(self, text: str, note: str) -> None:
        self._marks.append(Mark(self._length, text, note))

    def tail(self) -> str:
        """The last few characters."""
        return "".join(self._parts[-4:])[-4:]

    def taken(self) -> tuple[str, tuple[Mark, ...]]:
        """The text and its marks; the next block begins empty."""
        text = "".join(self._parts).rstrip(" ")
        if not text.strip():
            text = ""
        marks = tuple(mark._replace(at=min(mark.at, len(text))) for mark in self._marks)
        self._parts, self._length, self._marks = [], 0, []
        return text, marks


def _whole(text: str | None) -> int | None:
    """A whole number as attributes hold it."""
    bare = (text or "").strip()
    digits = bare.removeprefix("-")
    if digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_NUMBER:
        return int(bare)
    return None


def _why_hidden(token: Start) -> str:
    if token.tag in _CODE:
        return "code"
    attributes = token.attributes
    if "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")):
        return "hidden text"
    if attributes.get("role", "").lower() == "navigation":
        return "navigation"
    return _NOT_SHOWN.get(token.tag, "")


def _kind(attributes: Mapping[str, str]) -> str:
    return " ".join(attributes.get(key, "") for key in ("class", "role", "epub:type", "rel", "id"))


def _is_note_link(token: Start) -> bool:
    """Whether a link may lead to a note or back: its address is a place within a page."""
    return "#" in token.attributes.get("href", "") and len(token.attributes["href"]) > 1
