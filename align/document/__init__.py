"""From a file to a document: read, reflowed, structured, segmented."""

from __future__ import annotations

import hashlib
import itertools
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from align.datatypes import Document, Paragraph, Segment
from align.document import segmentation
from align.document.bilingual import divide
from align.document.blocks import RawDocument
from align.document.labels import bullet_end, dash_end, label_of
from align.document.letters import mend_letters
from align.document.reading import MAX_BYTES, load, to_blocks
from align.document.reflow import Reflowed, reflow
from align.document.segmentation import SEGMENTER_VERSION
from align.document.speakers import speaker_of
from align.document.symbols import document_symbol
from align.errors import InputError
from align.language.languages import language_of
from align.language.scripts import Language, detect_document_language
from align.language.tags import covers, fitness, language_tag

__all__ = ["SEGMENTER_VERSION", "read_bilingual", "read_document"]

_LANGUAGES = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "en": "en-US"}


def read_document(
    path: str | Path | IO[bytes],
    *,
    lang: str | None = None,
    encoding: str | None = None,
    pre_segmented: bool = False,
    srx: Path | None = None,
    name: str | None = None,
) -> Document:
    """Read a TXT, PDF, DOCX or HTML file, or a binary stream, as a document.

    `lang` is detected unless given; a text that is neither Chinese nor English is ``"und"``.
    `pre_segmented` takes each line as a sentence and blank lines as paragraph breaks, and edits
    nothing. `srx` names a file with segmentation rules that come before the built-in ones.
    Raises InputError for what cannot be read, FormatError for a bad SRX file.
    """
    name, data = _bytes(path, name)
    raw = mend_letters(to_blocks(data, name, encoding=encoding))
    return _document(raw, data, name, lang=lang, pre_segmented=pre_segmented, srx=srx)


def read_bilingual(
    path: str | Path | IO[bytes],
    *,
    source_lang: str | None = None,
    target_lang: str | None = None,
    encoding: str | None = None,
    srx: Path | None = None,
    name: str | None = None,
) -> tuple[Document, Document]:
    """Read one file that holds both languages, and take it apart: a Chinese and an English document.

    The languages stand in two columns of a table, or in paragraphs by turns. What the file holds
    of neither is removed with a record in the first. Raises InputError where one side is missing.
    """
    name, data = _bytes(path, name)
    raw = mend_letters(to_blocks(data, name, encoding=encoding))
    chinese, english = divide(raw, name)
    english_tag = target_lang or _tag("en", english.languages)
    return (
        _document(chinese, data, name, lang=source_lang, srx=srx),
        _document(english, data, name, lang=english_tag, srx=srx),
    )


def _bytes(path: str | Path | IO[bytes], name: str | None) -> tuple[str, bytes]:
    """The name that messages use, and the content of a file or stream."""
    path = Path(path) if isinstance(path, str) else path
    if isinstance(path, Path):
        name = name or str(path)
        return name, load(path, name)
    return name or "-", path.read(MAX_BYTES + 1)


def _document(
    raw: RawDocument,
    data: bytes,
    name: str,
    *,
    lang: str | None,
    pre_segmented: bool = False,
    srx: Path | None = None,
) -> Document:
    """Blocks as a document: reflowed, structured, segmented."""
    lines = raw.lines
    lang = language_tag(lang) if lang else _tag(detect_document_language(lines), raw.languages)
    if pre_segmented:
        flowed, segments = _as_given(raw, lang)
    else:
        flowed = reflow(raw, language=language_of(lang))
        segments = _segments(flowed, lang, srx, printed=raw.torn)
    if not segments:
        raise InputError(
            f"{name}: nothing but page numbers, headers and the like; give a document with text"
        )
    return Document(
        name=name,
        lang=lang,
        text=flowed.text,
        paragraphs=flowed.paragraphs,
        segments=segments,
        symbol=flowed.symbol,
        encoding=raw.encoding,
        line_map=flowed.line_map,
        removals=flowed.removals,
        sha256=hashlib.sha256(data).hexdigest(),
        warnings=raw.warnings,
    )


def _tag(found: Language, stated: Iterable[str]) -> str:
    """The tag of a text in the language `found`: the first of the `stated` that says more of it.

    Pages that were made from a template are often in another language than they say.
    """
    usual = _LANGUAGES.get(found, "und")
    for tag in stated:
        if fitness(usual, tag) and not covers(tag, usual):
            return language_tag(tag)
    return usual


def _segments(
    flowed: Reflowed, lang: str, srx: Path | None, *, printed: bool
) -> tuple[Segment, ...]:
    """The sentences of each paragraph and cell.

    `printed` says that the text comes from a page, on which a program sets bullets and dashes of lists
    and the numbers of notes: no sentence begins with them.
    """
    rules = None
    if srx is not None:
        from align.document.srx import load_rules

        rules = load_rules(srx)
    found = []
    dashed = _dashed(flowed) if printed else frozenset()
    for number, paragraph in enumerate(flowed.paragraphs):
        inside = flowed.cuts[
            bisect_left(flowed.cuts, paragraph.start) : bisect_left(flowed.cuts, paragraph.end)
        ]
        edges = (paragraph.start, *inside, paragraph.end)
        for first, last in itertools.pairwise(edges):
            text = flowed.text[first:last]
            lead = dash_end(text) if first in dashed else flowed.leads.get(first, 0)
            for start, end in segmentation.split(text[lead:], lang, rules):
                start, end = lead + start, lead + end
                start += bullet_end(text[start:end]) if printed else 0
                found.append(Segment(text[start:end], lang, first + start, first + end, number))
    return tuple(found)


def _dashed(flowed: Reflowed) -> frozenset[int]:
    """Where paragraphs begin with a dash, as the ones beside them do: items of a list."""
    has_dash = [dash_end(flowed.text[one.start : one.end]) > 0 for one in flowed.paragraphs]
    beside = zip([False, *has_dash], [*has_dash[1:], False], strict=False)
    return frozenset(
        paragraph.start
        for paragraph, own, others in zip(flowed.paragraphs, has_dash, beside, strict=False)
        if own and any(others)
    )


def _as_given(raw: RawDocument, lang: str) -> tuple[Reflowed, tuple[Segment, ...]]:
    """Each line a segment, each run of lines a paragraph, nothing edited."""
    lines = raw.lines
    segments: list[Segment] = []
    heads: list[tuple[int, int]] = []  # of each paragraph: its first line and where that begins
    ends: list[int] = []
    line_map: list[tuple[int, int]] = []
    at = 0
    blank = True
    for index, line in enumerate(lines):
        if line.strip():
            if blank:
                heads.append((index, at))
                ends.append(0)
            ends[-1] = at + len(line)
            line_map.append((at, index + 1))
            segments.append(Segment(line, lang, at, at + len(line), len(heads) - 1))
        at += len(line) + 1
        blank = not line.strip()
    paragraphs = []
    for (index, start), end in zip(heads, ends, strict=True):
        number, label_end = label_of(lines[index])
        speaker = speaker_of(lines[index], label_end)
        paragraphs.append(Paragraph(start, end, index + 1, number=number, speaker=speaker))
    symbol = document_symbol(line.strip() for line in lines)
    text = "\n".join(lines)
    flowed = Reflowed(text, tuple(paragraphs), tuple(line_map), (), symbol, False)
    return flowed, tuple(segments)
