"""A document as a reader hands it over: raw lines, before anything is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from align.datatypes import ParagraphKind, Removal


@dataclass(frozen=True, slots=True)
class RawText:
    """The lines of a file, without line ends.

    - ``pages``: the 0-based index of each page's first line, where the format or form feeds tell;
    - ``whole``: the format itself marks paragraphs (DOCX, HTML), so each line is one;
    - ``torn``: the text comes from a page description (PDF), so spaces in it may be layout;
    - ``kinds``: the kind of a line where the format tells it (index → kind);
    - ``numbers``: the line of the file that each line comes from, where that is not its place here;
    - ``removals``: what the reader itself left out.
    """

    lines: tuple[str, ...]
    pages: tuple[int, ...] = ()
    whole: bool = False
    torn: bool = False
    kinds: Mapping[int, ParagraphKind] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()
    removals: tuple[Removal, ...] = ()
    encoding: str | None = None

    def number(self, index: int) -> int:
        """The 1-based line of the file at `index`."""
        return self.numbers[index] if self.numbers else index + 1


def from_text(text: str, encoding: str | None = None) -> RawText:
    """Split decoded text at its line ends (LF, CRLF, CR) and note where form feeds begin pages."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    pages: tuple[int, ...] = ()
    if "\f" in text:
        starts = [index for index, line in enumerate(lines) if "\f" in line]
        pages = (0, *(index for index in starts if index))
    return RawText(tuple(lines), pages, encoding=encoding)
