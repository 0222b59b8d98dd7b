"""Findings and term candidates as a terminal shows them: wrapped, Chinese as wide as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from align.datatypes import Finding
from align.outside import shown
from align.report.strings import Language, words

Paint = Callable[[str, str], str]  # a text and what it is: "error", "warning", "info", "head"
_NARROWEST = 20  # columns that a text is given however narrow the terminal is


def width_of(text: str) -> int:
    """The columns that a text takes on a terminal: two for a Chinese character."""
    from rich.cells import cell_len

    return cell_len(text)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """A text in lines of at most `width` columns, broken at spaces and between Chinese characters.

    >>> wrapped("灯塔看守人 every evening", 12, "  ")
    ['  灯塔看守人', '  every', '  evening']
    """
    room = max(width - width_of(indent), _NARROWEST if width >= _NARROWEST else width, 1)
    lines, line = [], ""
    for piece in _pieces(" ".join(shown(text).split())):
        if line and width_of(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
        while width_of(line.rstrip()) > room:  # a word longer than a line
            cut = _fitting(line, room)
            lines.append(line[:cut])
            line = line[cut:]
    return [indent + each for each in [*lines, line.rstrip()] if each]


def _pieces(text: str) -> Iterator[str]:
    """What may begin a new line: words with the space behind them, single wide characters."""
    word = ""
    for at, char in enumerate(text):
        wide = width_of(char) == 2
        closing = char in "，。；：、！？”’）》〉】」』"
        if wide and not closing and word:
            yield word
            word = ""
        word += char
        following = text[at + 1 : at + 2]
        breaks = char == " " or (wide and char not in "“‘（《〈【「『")
        if breaks and following not in "，。；：、！？”’）》〉】」』 ":
            yield word
            word = ""
    if word:
        yield word


def _fitting(text: str, room: int, least: int = 1) -> int:
    """How many characters of a text fit into the columns, `least` at least."""
    used = 0
    for at, char in enumerate(text):
        used += width_of(char)
        if used > room:
            return max(at, least)
    return len(text)


def shortened(text: str, width: int) -> str:
    """A text in at most `width` columns, what is left out as an ellipsis.

    >>> shortened("灯塔看守人每晚点灯", 8)
    '灯塔看…'
    """
    text = " ".join(shown(text).split())
    if width_of(text) <= width:
        return text
    return text[: _fitting(text, width - 1, least=0)] + "…"


def place_of(finding: Finding, ui: Language = "en") -> str | None:
    """The file and the page, row or line in it; a line of a file with pages is not seen there.

    >>> place_of(Finding("omission", "error", "left out", file="report.pdf", line=812, page=14))
    'report.pdf, page 14'
    """
    if not finding.file:
        return None
    page, row = (", page {}", ", row {}") if ui == "en" else ("，第 {} 页", "，第 {} 行")
    if finding.page:
        return finding.file + page.format(finding.page)
    if finding.line:
        return f"{finding.file}:{finding.line}"
    return finding.file + row.format(finding.row) if finding.row else finding.file


def finding_lines(finding: Finding, width: int, paint: Paint, ui: Language = "en") -> Iterator[str]:
    """A finding for the screen: place, severity and rule; the message; expected and found."""
    w = words(ui)
    colon = ": " if ui == "en" else "："
    severity = finding.severity if ui == "en" else w[finding.severity]
    place = place_of(finding, ui) or ""
    paragraph = finding.paragraph or ""
    parts = [place, paragraph if paragraph.startswith("¶") or not paragraph else f"¶{paragraph}"]
    if not (finding.line or finding.row or paragraph) and finding.tuid:
        parts.append(finding.tuid)
    where = "  ".join(part for part in parts if part) or "-"
    head = f"{severity}  {finding.rule}"
    room = max(width - width_of(head) - 2, _LEAST)
    yield f"{paint(severity, finding.severity)}  {finding.rule}  {shortened(where, room)}"
    yield from wrapped(finding.message, width, "    ")
    for name, values in (("expected", finding.expected), ("found", (finding.found or "",))):
        text = " | ".join(value for value in values if value)
        if text and text not in finding.message:
            yield from wrapped(f"{w[name]}{colon}{text}", width, "    ")
    if finding.waived:
        yield from wrapped(f"{w['waived']}{colon}{finding.waived}", width, "    ")


def table_lines(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """A table for the screen: numbers to the right, texts shortened so that a row is a line."""
    columns = list(zip(head, *rows, strict=True))
    needed = [max(width_of(cell) for cell in column) for column in columns]
    free = width - 2 * (len(columns) - 1)
    while sum(needed) > free and max(needed) > _LEAST:
        widest = max(range(len(needed)), key=needed.__getitem__)
        needed[widest] -= 1
    numbers = [all(_is_number(cell) for cell in column[1:]) for column in columns]
    for row in (head, *rows):
        cells = [
            _padded(shortened(cell, room), room, right)
            for cell, room, right in zip(row, needed, numbers, strict=True)
        ]
        yield "  ".join(cells).rstrip()


_LEAST = 6  # columns that a text keeps


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isascii() and cell.replace(".", "", 1).isdigit()


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - width_of(text))
    return space + text if right else text + space
