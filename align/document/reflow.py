"""From the lines of a page to paragraphs: nothing lost unseen, nothing of the author's edited."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from align.datatypes import Paragraph, ParagraphKind, Removal
from align.document import furniture, structure
from align.document.joining import Vocabulary, glue, tidy
from align.document.labels import is_item, label_of
from align.document.raw import RawText
from align.document.speakers import speaker_of
from align.document.symbols import document_symbol
from align.document.wrapping import Wrapping, examine, is_open, need, width

_LIST_END = re.compile(r"(?:[.!?。！？…:：;；,，、][\"'”’）)」』】》\]]*|\b(?:and|or)|[和及或])$")
_MARKDOWN = re.compile(r"#{1,6}\s|[-*+]\s|>\s?|\||```|~~~")
_MARKDOWN_WHOLE = re.compile(r"#{1,6}\s|\||```|~~~")
# Columns of a table: gaps of three spaces, as justified lines have not, or of two between figures.
_COLUMNS = re.compile(r"\S(?: {3,}|[ ]*\t[ \t]*)(?=\S)")
_LEADERS = re.compile(r"\S\s?(?:\.{5,}|…{3,}|·{6,}|(?:\. ){5,})")
_FIGURE_COLUMNS = re.compile(r"\S(?:\s{2,}[-+–−(]?[$€£¥]?\d[\d,. ]*[%)]?){2,}$")
_FIGURES = re.compile(r"[^\d,;，；。]{2,60}(?:\s[-+–−(]?[$€£¥]?\d[\d,.]*[%)]?){2,}$")
_INDENT = re.compile("[ \u3000\t\u00a0]*")


@dataclass(frozen=True, slots=True)
class Reflowed:
    """Paragraphs joined with line feeds, where each came from, and what was taken out."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    line_map: tuple[tuple[int, int], ...]
    removals: tuple[Removal, ...]
    symbol: str | None
    wrapped: bool


def reflow(raw: RawText, *, chinese: bool) -> Reflowed:
    """Put the lines of `raw` together again as paragraphs. Linear in the text."""
    stripped = [line.strip() for line in raw.lines]
    symbol = document_symbol(stripped)
    content = [index for index, line in enumerate(stripped) if line]
    if raw.whole:
        return _compose(raw, [[index] for index in content], {}, symbol, chinese, torn=False)
    widths = [width(line.rstrip()) for line in raw.lines]
    first = examine(stripped, widths, content, chinese=chinese)
    removed = furniture.find_furniture(stripped, raw.pages, symbol=symbol, wrapped=first.wrapped)
    if removed:
        content = [index for index in content if index not in removed]
    wrapping = examine(stripped, widths, content, chinese=chinese) if removed else first
    if wrapping.wrapped:
        grouping = _Grouping(raw, stripped, widths, removed, wrapping, chinese)
        groups, rows = grouping.groups(content), grouping.rows
    else:
        groups, rows = [[index] for index in content], frozenset()
    torn = wrapping.wrapped or raw.torn
    return _compose(raw, groups, removed, symbol, chinese, torn=torn, rows=rows)


class _Grouping:
    """Decides for each two neighbouring lines of a wrapped text whether they are one paragraph."""

    def __init__(
        self,
        raw: RawText,
        lines: Sequence[str],
        widths: Sequence[int],
        removed: dict[int, str],
        wrapping: Wrapping,
        chinese: bool,
    ) -> None:
        self.raw, self.lines, self.wrapping, self.chinese = raw, lines, wrapping, chinese
        self.widths, self.removed = widths, removed
        self.pages = frozenset(raw.pages)
        self.rows = _table_rows(lines, removed)
        self.last_number = 0
        self.labelled = False
        self.tight = True
        self.heading = False  # the line before belongs to an agenda item's heading
        self.inside = False  # the line before is not the first of its paragraph

    def groups(self, content: Sequence[int]) -> list[list[int]]:
        """`content`, line indices in order, cut into paragraphs."""
        self.tight = not self._has_marks(content)
        found: list[list[int]] = []
        previous = -1
        for index in content:
            self.inside = bool(found) and len(found[-1]) > 1
            self.heading = bool(found) and structure.is_agenda_item(self.lines[found[-1][0]])
            if previous < 0 or self._starts(previous, index):
                found.append([index])
                self._note_label(index)
            else:
                found[-1].append(index)
            previous = index
        return found

    def _has_marks(self, content: Sequence[int]) -> bool:
        """Whether labels, gaps or indents mark the paragraphs, so that widths need not."""
        marks = sum(
            1
            for left, right in itertools.pairwise(content)
            if right - left - 1 > self.wrapping.gap
            or self._indent(right) - self._indent(left) >= 2
            or (self.lines[right][0] in "(（0123456789" and label_of(self.lines[right])[1])
        )
        return marks * 25 >= len(content)

    def _note_label(self, index: int) -> None:
        number, end = label_of(self.lines[index])
        self.labelled = end > 0
        if number and number.isdigit() and not is_item(self.lines[index]):
            self.last_number = int(number)

    def _indent(self, index: int) -> int:
        line = self.raw.lines[index]
        if line[0] not in " \u3000\t\u00a0":
            return 0
        match = _INDENT.match(line)
        return width(match[0]) if match else 0

    def _starts(self, before: int, index: int) -> bool:
        """Whether line `index` begins a paragraph; line `before` is the one read last."""
        left, right = self.lines[before], self.lines[index]
        if before in self.rows or index in self.rows:
            return True
        if (right[0] in "#-*+>|`~" and _MARKDOWN.match(right)) or (
            left[0] in "#|`~" and _MARKDOWN_WHOLE.match(left)
        ):
            return True
        opened = is_open(left)
        full = self._is_full(before, right, 4 if self.chinese else 0)
        if self._begins_with_label(left, right, opened, full):
            return True
        if structure.is_agenda_item(right) and not (opened and full):
            return True
        broken = self._page_break(before, index)
        if structure.is_formula(right) and (broken or not opened):
            return True
        goes_on = opened and (right[0].islower() or full)
        if left[-1] in ",，;；" and structure.is_preambular(right) and not right[0].islower():
            goes_on = goes_on and not self._is_indented(before, index) and self.chinese
        if broken:
            if self.heading and not right[0].islower():
                return True
            cut = self.chinese and self.inside and opened and left[-1].isalnum()
            numbered = self._numbered() and full and not self._is_heading(index)
            return not (goes_on or cut or numbered)
        if index - before - 1 > self.wrapping.gap:
            return not (goes_on and (right[0].islower() or (self.chinese and left[-1].isalnum())))
        if speaker_of(right) and not opened:
            return not (full and self._numbered())
        return self._starts_by_width(before, index, opened, full)

    def _starts_by_width(self, before: int, index: int, opened: bool, full: bool) -> bool:
        left, right = self.lines[before], self.lines[index]
        margin = self.wrapping.margins[before]
        if opened:
            if left[-1] in ",，" and structure.is_preambular(right):
                return right[0].isupper() or not full or self._is_indented(before, index)
            if right[0].islower() or left[-1] in "-—、":
                return False
            return not self._is_full(before, right, 6 if self.chinese else margin // 7)
        if self._is_indented(before, index) and not self.labelled:
            return True
        if self.tight or structure.looks_like_heading(left):
            return not full
        return not self._is_full(before, right, margin * 3 // 20)

    def _is_full(self, before: int, right: str, slack: int) -> bool:
        """Whether the beginning of `right` would not have fitted on line `before`."""
        needed = need(right, chinese=self.chinese)
        return self.widths[before] + needed > self.wrapping.margins[before] - slack

    def _is_indented(self, before: int, index: int) -> bool:
        return self._indent(index) - self._indent(before) >= 2

    def _numbered(self) -> bool:
        return self.last_number > 1

    def _is_heading(self, index: int) -> bool:
        return structure.looks_like_heading(self.lines[index]) and not self._is_full(index, "", 0)

    def _page_break(self, before: int, index: int) -> bool:
        """Whether a page ends between two lines, or something was removed there."""
        return any(
            between in self.removed or between in self.pages
            for between in range(before + 1, min(index, before + 40) + 1)
        )

    def _begins_with_label(self, left: str, right: str, opened: bool, full: bool) -> bool:
        number, end = label_of(right)
        if not end:
            return False
        if (
            number
            and number.isdigit()
            and right[0].isdigit()
            and int(number) == self.last_number + 1
        ):
            return True
        return bool(_LIST_END.search(left[-8:])) or (opened and not full)


def _table_rows(lines: Sequence[str], removed: dict[int, str]) -> frozenset[int]:
    """Lines that are rows of a table, told by their columns."""
    return frozenset(
        index for index, line in enumerate(lines) if line and index not in removed and _is_row(line)
    )


def _is_row(line: str) -> bool:
    """Whether a stripped line is a row of a table.

    >>> _is_row("Japan   4,500,000   20%"), _is_row("Togo 45,000 50,000"), _is_row("and 5 000")
    (True, True, False)
    """
    if _LEADERS.search(line):
        return True
    if "   " in line or "\t" in line:
        columns = _COLUMNS.findall(line, label_of(line)[1])
        if len(columns) >= 2 or any(len(gap) > 5 for gap in columns):
            return True
    if line[-1] not in "0123456789%)" or len(line) > 200:
        return False
    return bool(_FIGURE_COLUMNS.search(line) or (line.isascii() and _FIGURES.fullmatch(line)))


def _compose(
    raw: RawText,
    groups: list[list[int]],
    removed: dict[int, str],
    symbol: str | None,
    chinese: bool,
    *,
    torn: bool,
    rows: frozenset[int] = frozenset(),
) -> Reflowed:
    """Join the lines of each group, keep account of where everything came from."""
    words = Vocabulary(raw.lines if torn and _has_hyphens(raw.lines) else ())
    removals = list(raw.removals)
    removals += [
        Removal(raw.number(index), raw.lines[index].strip(), why) for index, why in removed.items()
    ]
    pages = _PageCounter(raw.pages)
    pieces: list[str] = []
    paragraphs: list[Paragraph] = []
    line_map: list[tuple[int, int]] = []
    at = 0
    for group in groups:
        parts: list[str] = []
        start = at
        for index in group:
            line = raw.lines[index]
            if torn and "://" in line:
                line, cut = _without_urls(line)
                removals.extend(Removal(raw.number(index), url, furniture.URL) for url in cut)
            line = tidy(line, chinese=chinese, torn=torn and index not in rows)
            if not line:
                continue
            if parts:
                between, lost = glue(parts[-1], line, chinese=chinese, words=words)
                if lost:
                    parts[-1] = parts[-1][:-lost]
                parts.append(between)
                at += len(between) - lost
            line_map.append((at, raw.number(index)))
            parts.append(line)
            at += len(line)
        if not parts:
            continue
        text = "".join(parts)
        pieces.append(text)
        kind = raw.kinds.get(group[0])
        paragraphs.append(_paragraph(text, start, raw.number(group[0]), pages.page(group[0]), kind))
        at += 1
    removals.sort(key=lambda removal: removal.line)
    return Reflowed(
        "\n".join(pieces), tuple(paragraphs), tuple(line_map), tuple(removals), symbol, torn
    )


def _has_hyphens(lines: Sequence[str]) -> bool:
    return any(line.rstrip().endswith(("-", "\u2010")) for line in lines)


def _without_urls(line: str) -> tuple[str, list[str]]:
    cut = []
    for start, end in reversed(furniture.injected_urls(line)):
        cut.append(line[start:end])
        line = line[:start].rstrip() + " " + line[end:].lstrip()
    return line, cut[::-1]


class _PageCounter:
    """Tells pages for line indices that are asked in order."""

    def __init__(self, pages: Sequence[int]) -> None:
        self._pages, self._at = pages, 0

    def page(self, index: int) -> int | None:
        """The 1-based page of line `index`, or None where pages are unknown."""
        while self._at < len(self._pages) and self._pages[self._at] <= index:
            self._at += 1
        return self._at or None


def _paragraph(
    text: str, start: int, line: int, page: int | None, kind: ParagraphKind | None
) -> Paragraph:
    number, end = label_of(text)
    return Paragraph(
        start=start,
        end=start + len(text),
        line=line,
        page=page,
        number=number,
        kind=kind or structure.kind_of(text, end),
        speaker=speaker_of(text, end),
    )
