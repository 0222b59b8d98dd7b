"""From the lines of a page to paragraphs: nothing lost unseen, nothing of the author's edited."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from align.datatypes import Paragraph, ParagraphKind, Removal
from align.document import furniture, structure
from align.document.blocks import Block, RawDocument, Role
from align.document.flow import flow_groups
from align.document.footnotes import find_footnotes
from align.document.grouping import Grouping
from align.document.joining import SOFT_HYPHEN, Vocabulary, glue, is_cut_word, tidy
from align.document.labels import is_label, label_of
from align.document.leaders import leaders
from align.document.speakers import speaker_of
from align.document.stating import stated_groups, with_notes, with_rows
from align.document.symbols import document_symbol
from align.document.tables import cells_of
from align.document.wrapping import examine, width
from align.language.languages import Language

_KINDS: dict[Role | None, ParagraphKind] = {
    "heading": "heading",
    "list": "list",
    "formula": "formula",
}


@dataclass(frozen=True, slots=True)
class Reflowed:
    """Paragraphs joined with line feeds, where each came from, and what was taken out."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    line_map: tuple[tuple[int, int], ...]
    removals: tuple[Removal, ...]
    symbol: str | None
    wrapped: bool
    leads: Mapping[int, int] = field(default_factory=dict)  # Block.lead, by where paragraphs start
    cuts: tuple[int, ...] = ()  # offsets at which the cells of rows begin, but for the first


def reflow(raw: RawDocument, *, language: Language) -> Reflowed:
    """Put the blocks of `raw` together as paragraphs. Linear in the text."""
    lines = raw.lines
    stripped = [line.strip() for line in lines]
    symbol = raw.symbol or document_symbol(stripped)
    content = [index for index, line in enumerate(stripped) if line]
    if all(raw.blocks[index].box is not None for index in content):
        groups = with_notes(
            raw.blocks, with_rows(raw.blocks, flow_groups(raw.blocks, content, language=language))
        )
        return _compose(raw, groups, {}, symbol, language, torn=True)
    if raw.stated:
        return _compose(raw, stated_groups(raw.blocks, content), {}, symbol, language, torn=False)
    widths = [width(line.rstrip()) for line in lines]
    pages = raw.pages
    first = examine(stripped, widths, content, language=language)
    removed = furniture.find_furniture(stripped, pages, symbol=symbol, wrapped=first.wrapped)
    if removed:
        content = [index for index in content if index not in removed]
    wrapping = examine(stripped, widths, content, language=language) if removed else first
    groups, rows = [[index] for index in content], frozenset[int]()
    if wrapping.wrapped:
        notes = find_footnotes(stripped, content, removed, pages)
        grouping = Grouping(raw, stripped, widths, removed, wrapping, language)
        groups, rows = _with_footnotes(grouping, content, notes), grouping.rows
    torn = wrapping.wrapped or raw.torn
    return _compose(raw, groups, removed, symbol, language, torn=torn, rows=rows)


def _with_footnotes(
    grouping: Grouping, content: Sequence[int], blocks: Sequence[list[list[int]]]
) -> list[list[int]]:
    """The paragraphs of a text, the footnotes of each page after the paragraph that they cut."""
    if not blocks:
        return grouping.groups(content)
    noted = {index for block in blocks for note in block for index in note}
    groups = grouping.groups([index for index in content if index not in noted])
    firsts = [group[0] for group in groups]
    for block in reversed(blocks):
        place = bisect_right(firsts, block[0][0])
        groups[place:place] = block
    return groups


def _compose(
    raw: RawDocument,
    groups: list[list[int]],
    removed: dict[int, str],
    symbol: str | None,
    language: Language,
    *,
    torn: bool,
    rows: frozenset[int] = frozenset(),
) -> Reflowed:
    """Join the blocks of each group, keep account of where everything came from."""
    lines, blocks = raw.lines, raw.blocks
    words = Vocabulary(lines if torn and _has_hyphens(lines) else ())
    removals = list(raw.removals)
    removals += [
        Removal(
            blocks[index].line,
            lines[index].strip(),
            why,
            furniture.EVIDENCE[why],
            blocks[index].page,
        )
        for index, why in removed.items()
    ]
    pieces: list[str] = []
    paragraphs: list[Paragraph] = []
    line_map: list[tuple[int, int]] = []
    cuts: list[int] = []
    leads: dict[int, int] = {}
    at = 0
    for group in groups:
        parts: list[str] = []
        start, before = at, group[0]
        for index in group:
            block, line = blocks[index], lines[index]
            removals += [
                Removal(
                    block.line, mark.text, "note mark", f"refers to note {mark.note}", block.page
                )
                for mark in block.marks
            ]
            if torn and "://" in line:
                line, cut = _without_urls(line)
                removals.extend(
                    Removal(
                        block.line,
                        url,
                        furniture.URL,
                        furniture.EVIDENCE[furniture.URL],
                        block.page,
                    )
                    for url in cut
                )
            dots = leaders(line)
            if dots is not None:
                line = f"{line[: dots[0]]}\t{line[dots[1] :]}"
            held = cells_of(line) if block.role == "row" and dots is None else [line]
            held = [tidy(cell, language=language, torn=torn and index not in rows) for cell in held]
            held = list(filter(None, held))
            line = " ".join(held)
            if not line:
                continue
            if parts:
                if lines[before].rstrip().endswith(SOFT_HYPHEN):
                    between, lost = "", 0
                elif block.cell != blocks[before].cell:
                    between, lost = " ", 0
                    if not (torn and _stays(parts[-1])):
                        cuts.append(at + 1)
                elif torn and block.cell is not None and is_cut_word(parts[-1], line):
                    between, lost = "", 0
                else:
                    between, lost = glue(parts[-1], line, language=language, words=words)
                if lost:
                    parts[-1] = parts[-1][:-lost]
                parts.append(between)
                at += len(between) - lost
            before = index
            line_map.append((at, block.line))
            parts.append(line)
            for cell in held[:-1]:
                at += len(cell) + 1
                if not _stays(cell):
                    cuts.append(at)
            at += len(held[-1])
        if not parts:
            continue
        text = "".join(parts)
        pieces.append(text)
        is_row = len({blocks[index].cell for index in group}) > 1 or bool(cuts and cuts[-1] > start)
        paragraphs.append(_paragraph(blocks[group[0]], text, start, is_row=is_row))
        if lead := blocks[group[0]].lead:
            leads[start] = lead
        at += 1
    removals.sort(key=lambda removal: removal.line)
    return Reflowed(
        "\n".join(pieces),
        tuple(paragraphs),
        tuple(line_map),
        tuple(removals),
        symbol,
        torn,
        leads,
        tuple(cuts),
    )


_VALUE = re.compile(r"[\d.]+|[A-Z]|[〇零一二三四五六七八九十百]+")


def _stays(label: str) -> bool:
    """Whether a cell found by its place is a bullet or a label that stands before its text: a list
    with room after its labels looks like a table of two columns. A bare number or capital is a cell."""
    return is_label(label) and _VALUE.fullmatch(label) is None


def _has_hyphens(lines: Sequence[str]) -> bool:
    return any(line.rstrip().endswith(("-", "\u2010", "\u2011")) for line in lines)


def _without_urls(line: str) -> tuple[str, list[str]]:
    cut = []
    for start, end in reversed(furniture.injected_urls(line)):
        cut.append(line[start:end])
        line = line[:start].rstrip() + " " + line[end:].lstrip()
    return line, cut[::-1]


def _paragraph(block: Block, text: str, start: int, *, is_row: bool) -> Paragraph:
    number, end = label_of(text)
    return Paragraph(
        start=start,
        end=start + len(text),
        line=block.line,
        page=block.page,
        number=number,
        kind="row" if is_row else _KINDS.get(block.role) or structure.kind_of(text, end),
        speaker=speaker_of(text, end),
    )
