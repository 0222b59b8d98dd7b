"""Which lines of a wrapped text are one paragraph."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence

from align.document import structure
from align.document.blocks import RawDocument
from align.document.labels import is_item, label_of
from align.document.speakers import speaker_of
from align.document.tables import table_rows
from align.document.wrapping import Wrapping, is_open, need, width
from align.language.languages import Language

_LIST_END = re.compile(r"(?:[.!?。！？…:：;；,，、][\"'”’）)」』】》\]]*|\b(?:and|or)|[和及或])$")
_MARKDOWN = re.compile(r"#{1,6}\s|[-*+]\s|>\s?|\||```|~~~")
_MARKDOWN_WHOLE = re.compile(r"#{1,6}\s|\||```|~~~")
_INDENT = re.compile("[ \u3000\t\u00a0]*")
# Lines: two may go on at the margin by chance; quotations set in are seldom a tenth of a text.
_FEW, _MANY = 3, 9
_PAGE_GAP = 40  # lines within which a page break between two lines is looked for


class Grouping:
    """Decides for each two neighbouring lines of a wrapped text whether they are one paragraph."""

    def __init__(
        self,
        raw: RawDocument,
        lines: Sequence[str],
        widths: Sequence[int],
        removed: Collection[int],
        wrapping: Wrapping,
        language: Language,
    ) -> None:
        self.whole_lines, self.lines, self.wrapping = raw.lines, lines, wrapping
        self.language = language
        self.widths, self.removed = widths, removed
        self.pages = frozenset(raw.pages)
        self.rows = table_rows(lines, removed)
        self.last_number = 0
        self.labelled = False
        self.tight = True
        self.first_indented = False  # first lines of paragraphs stand in, and no others
        self.heading = False  # the line before belongs to an agenda item's heading
        self.preambular = False  # ... to a paragraph of a resolution's preamble
        self.inside = False  # the line before is not the first of its paragraph

    def groups(self, content: Sequence[int]) -> list[list[int]]:
        """`content`, line indices in order, cut into paragraphs."""
        self.tight = not self._has_marks(content)
        self.first_indented = self._indents_first_lines(content)
        found: list[list[int]] = []
        previous = -1
        for index in content:
            self.inside = bool(found) and len(found[-1]) > 1
            first = self.lines[found[-1][0]] if found else ""
            self.heading = structure.is_agenda_item(first)
            self.preambular = structure.is_preambular(first)
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

    def _indents_first_lines(self, content: Sequence[int]) -> bool:
        """Whether lines that stand in are first lines, and the lines that go on do not.

        A line without a stop goes on in the next one, as close as lines stand: at the margin in
        a text of indented paragraphs, further in as well in a quotation or a list set in.
        """
        pairs = list(itertools.pairwise(content))
        closest = min((index - before for before, index in pairs), default=1)
        margin = inside = 0
        for before, index in pairs:
            left = self.lines[before]
            if (
                index - before == closest
                and self._indent(before) >= 2
                and is_open(left)
                and left[-1] not in ",，;；:："
            ):
                margin += self._indent(index) == 0
                inside += self._indent(index) >= 2
        return margin >= _FEW and margin > _MANY * inside

    def _note_label(self, index: int) -> None:
        number, end = label_of(self.lines[index])
        self.labelled = end > 0
        if number and number.isdigit() and not is_item(self.lines[index]):
            self.last_number = int(number)

    def _indent(self, index: int) -> int:
        line = self.whole_lines[index]
        if line[0] not in " \u3000\t\u00a0":
            return 0
        match = _INDENT.match(line)
        return width(match[0]) if match else 0

    def _starts(self, before: int, index: int) -> bool:
        """Whether line `index` begins a paragraph; line `before` is the one read last."""
        left, right = self.lines[before], self.lines[index]
        if before in self.rows or index in self.rows or self._are_set_right(before, index):
            return True
        if (right[0] in "#-*+>|`~" and _MARKDOWN.match(right)) or (
            left[0] in "#|`~" and _MARKDOWN_WHOLE.match(left)
        ):
            return True
        if self.first_indented and self._indent(index) >= 2:
            return True
        opened = is_open(left)
        full = self._is_full(before, right, 4 if self.language.is_chinese else 0)
        if self._begins_with_label(left, right, opened, full):
            return True
        if structure.is_agenda_item(right) and not (opened and full):
            return True
        broken = self._page_break(before, index)
        if structure.is_formula(right) and (broken or not opened):
            return True
        goes_on = (opened and full) or (right[0].islower() and left[-1] not in ";；")
        if self._is_next_of_preamble(left, right):
            goes_on = goes_on and not self._is_indented(before, index) and self.language.is_chinese
        if broken:
            if self.heading and not right[0].islower():
                return True
            cut = self.language.is_chinese and self.inside and opened and left[-1].isalnum()
            numbered = self._numbered() and full and not self._is_heading(index)
            # A sentence that a page cuts goes on, though the line before is a word short of full.
            loose = (
                not self.language.is_chinese
                and opened
                and self.inside
                and not self.preambular
                and left[-1] not in ";；:："
                and self._is_full(before, right, self.wrapping.margins[before] // 7)
            )
            return not (goes_on or cut or numbered or loose)
        if index - before - 1 > self.wrapping.gap:
            return not (
                opened
                and goes_on
                and (right[0].islower() or (self.language.is_chinese and left[-1].isalnum()))
            )
        if speaker_of(right) and not opened:
            return not (full and self._numbered())
        return self._starts_by_width(before, index, opened, full)

    def _starts_by_width(self, before: int, index: int, opened: bool, full: bool) -> bool:
        left, right = self.lines[before], self.lines[index]
        margin = self.wrapping.margins[before]
        if right[0].islower() and left[-1] not in ";；:：":
            return False
        if opened:
            if self._is_next_of_preamble(left, right):
                return not self.language.is_chinese or not full or self._is_indented(before, index)
            if left[-1] in "-—、":
                return False
            return not self._is_full(before, right, 6 if self.language.is_chinese else margin // 7)
        if self._is_indented(before, index) and not self.labelled:
            return True
        if self.tight or structure.looks_like_heading(left):
            return not full
        return not self._is_full(before, right, margin * 3 // 20)

    def _are_set_right(self, before: int, index: int) -> bool:
        """Whether two lines stand on the right, as a name and a date at the end of a letter do:
        flush right a third in at least, or in the right half, where no paragraph is."""
        if self.lines[before][-1] in ",，、-":
            return False
        left, right = self._indent(before), self._indent(index)
        flush = self.widths[before] == self.widths[index] and left != right
        return (3 if flush else 2) * min(left, right) > self.wrapping.margins[before]

    def _is_next_of_preamble(self, left: str, right: str) -> bool:
        """Whether a comma ends a paragraph of a preamble and a word of preambles follows."""
        return self.preambular and left[-1] in ",，;；" and structure.is_preambular(right)

    def _is_full(self, before: int, right: str, slack: int) -> bool:
        """Whether the beginning of `right` would not have fitted on line `before`."""
        needed = need(right, language=self.language)
        return self.widths[before] + needed > self.wrapping.margins[before] - slack

    def _is_indented(self, before: int, index: int) -> bool:
        return self._indent(index) - self._indent(before) >= 2

    def _numbered(self) -> bool:
        return self.last_number > 1

    def _is_heading(self, index: int) -> bool:
        return structure.looks_like_heading(self.lines[index]) and not self._is_full(index, "", 0)

    def _page_break(self, before: int, index: int) -> bool:
        """Whether a page ends between two lines, or something was removed there."""
        if index == before + 1:
            return index in self.pages
        return any(
            between in self.removed or between in self.pages
            for between in range(before + 1, min(index, before + _PAGE_GAP) + 1)
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
        listed = bool(_LIST_END.search(left[-8:]))
        return listed or (opened and not full and right[0] not in "-–")
