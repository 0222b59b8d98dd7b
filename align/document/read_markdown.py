"""The text of a Markdown file as a reader sees it: no marks, links by their text, tables by rows.

markdown-it (CommonMark, tables, footnotes) makes a page of it, which is read as any page is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from align.datatypes import Removal
from align.document.blocks import RawDocument, from_text
from align.document.encoding import decode
from align.document.read_html import html_blocks
from align.errors import InputError
from align.language.scripts import HAN

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")

_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
# "##Heading" is none in CommonMark, but Chinese writers leave the space out.
_TIGHT_HEADING = re.compile(rf"(#{{2,6}}|#(?=[{HAN}]))(?=[^\s#])")
# "**注意：**请" closes nothing in CommonMark, as no space follows the colon.
_LEFT_STRONG = re.compile(r"\*\*(?=\S)([^*]+)\*\*")
_ATTRIBUTES = re.compile(r"\{:?\s?[.#:]?[A-Za-z-]+(?:=[^{}\n]{0,200}|[^{}\n]{0,200})\}")
_NOTE_TEXT = re.compile(r"([\s>*+-]*)\[\^([^\]\s]{1,100})\]:")
_DEEPEST = 100  # lists and quotations in one another; deeper ones are no text, and cost a stack


def read_markdown(data: bytes, name: str, *, encoding: str | None) -> RawDocument:
    """The blocks of a Markdown file. Code is kept, front matter is removed with a record.

    Raises InputError where there is no text.
    """
    text, codec, warnings = decode(data, name, encoding)
    if not text.strip():
        raise InputError(f"{name}: nothing but white space; give a document with text")
    try:
        raw = _blocks(text)
    except RecursionError:
        said = (
            "brackets or quotations nest too deep for Markdown, so the file is read as plain text"
        )
        raw = replace(from_text(text), warnings=(said,))
    if not raw.blocks:
        raise InputError(f"{name}: no text in this Markdown file")
    return replace(raw, encoding=codec, warnings=(*warnings, *raw.warnings))


def _blocks(text: str) -> RawDocument:
    parser = _parser()
    found: dict[str, Any] = {}
    tokens = parser.parse(_mended_source(text, frozenset()), found)
    refs = found.get("footnotes", {}).get("refs", {})
    unnamed = frozenset(name[1:] for name, number in refs.items() if number < 0)
    if unnamed:  # the parser leaves out notes that nothing refers to
        tokens = parser.parse(_mended_source(text, unnamed))
    if any(token.level >= _DEEPEST - 2 for token in tokens):  # an item is two levels
        raise RecursionError  # what nests deeper would be left out
    removals = list(_mend(tokens))
    page = parser.renderer.render(tokens, parser.options, {})
    raw = html_blocks(page)
    return replace(raw, removals=(*removals, *raw.removals))


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST, "html": True})
    parser.enable(["table", "strikethrough"]).use(front_matter_plugin)
    return parser.use(footnote_plugin, inline=False)


def _mended_source(text: str, unnamed: frozenset[str]) -> str:
    """`text` with a space after the signs of a heading, and `unnamed` and doubled notes as text."""
    defined: set[str] = set()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    fence = ""
    for at, line in enumerate(lines):
        found = _FENCE.match(line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
        elif not fence:
            lines[at] = _TIGHT_HEADING.sub(r"\1 ", line, count=1) if line[:1] == "#" else line
            note = _NOTE_TEXT.match(line)
            if note and (note[2] in unnamed or note[2] in defined):
                lines[at] = f"{note[1]}\\{line[note.end(1) :]}"
            elif note:
                defined.add(note[2])
    return "\n".join(lines)


def _mend(tokens: Sequence[Token]) -> list[Removal]:
    """Give the page the lines of the file, and take out what Markdown leaves of its marks."""
    removals = []
    line = 1
    for token in tokens:
        if token.map:
            line = token.map[0] + 1
            token.attrSet("data-line", str(line))
        if token.type == "front_matter":
            bare = " ".join(token.content.split())
            removals += [Removal(line, bare, "front matter")] if bare else []
        elif token.type == "footnote_anchor":
            token.hidden = True
        for child in token.children or ():
            if child.type == "image":
                removals += [Removal(line, child.content, "text of a picture")] * bool(
                    child.content.strip()
                )
                child.type, child.content, child.children = "text", "", []
            elif child.type == "text":
                removals += [
                    Removal(line, found, "attributes")
                    for found in _ATTRIBUTES.findall(child.content)
                ]
                child.content = _LEFT_STRONG.sub(r"\1", _ATTRIBUTES.sub("", child.content))
    return removals
