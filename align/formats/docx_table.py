"""Bilingual tables of Word documents as units: two columns, or the review tables of CAT tools.

A table counts where a header names the two sides, or where one column is Chinese and another is
not, row after row. Review tables (Trados, memoQ, Phrase, Wordfast) have an id, a status and a
comment beside the two texts; these are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from align.datatypes import TranslationUnit
from align.document.read_docx import is_docx
from align.errors import FormatError, InputError
from align.language import tags
from align.language.scripts import detect_language, is_han

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_BYTES = 100 << 20
# Headers of review tables, lower case, as the tools write them in English and Chinese.
_HEADS = {
    "source": {"source", "source segment", "source text", "original", "原文", "源文", "源语言"},
    "target": {"target", "target segment", "target text", "translation", "译文", "目标语言", "译稿"},
    "id": {"id", "#", "no.", "no", "segment id", "segment", "编号", "序号"},
    "state": {"status", "segment status", "state", "状态"},
    "note": {"comment", "comments", "note", "notes", "remarks", "备注", "批注", "评论"},
}  # fmt: skip
_LANGUAGES = {
    "chinese": "zh", "中文": "zh", "汉语": "zh", "漢語": "zh",
    "简体中文": "zh-Hans", "繁體中文": "zh-Hant",
    "english": "en", "英文": "en", "英语": "en", "英語": "en",
}  # fmt: skip


@dataclass(slots=True)
class DocxReport:
    """What a reading met."""

    tables: int = 0
    read: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def read_units(
    source: Path | IO[bytes], *, name: str | None = None, report: DocxReport | None = None
) -> Iterator[TranslationUnit]:
    """The rows of a document's bilingual tables, in order; tables of another kind are passed over.

    Raises InputError where there is no such table, FormatError where the file is no Word document.
    """
    report = report if report is not None else DocxReport()
    name = name or str(getattr(source, "name", source))
    if isinstance(source, Path):
        with source.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    else:
        data = source.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES or not is_docx(data):
        raise FormatError(f"{name}: not a Word document (DOCX) of less than {_MAX_BYTES >> 20} MB")
    found = 0
    for table in _tables(data, name):
        report.tables += 1
        columns = _columns(table)
        if columns is None:
            continue
        found += 1
        yield from _units(table, columns, report)
    if not found:
        raise InputError(
            f"{name}: no table with the two languages side by side; two documents are paired with"
            " `align pair ZH EN`"
        )


@dataclass(frozen=True, slots=True)
class _Columns:
    source: int
    target: int
    codes: tuple[str, str]
    others: dict[int, str]
    header: bool


def _tables(data: bytes, name: str) -> Iterator[list[list[str]]]:
    """Every table as rows of cell texts; a nested one comes after the one that holds it."""
    from align.document.office_package import Package

    try:
        root = Package(data, name).xml("word/document.xml")
    except InputError as error:  # damaged, encrypted, packed in a way that Python does not know
        raise FormatError(str(error)) from error
    if root is None:
        raise FormatError(f"{name}: damaged Word document (it has no text)")
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise FormatError(f"{name}: declares a document type, which no Word document does")
    for table in root.iter(f"{_W}tbl"):
        yield [
            [_cell(cell) for cell in row.iterfind(f"{_W}tc")] for row in table.iterfind(f"{_W}tr")
        ]


def _cell(cell: Any) -> str:
    paragraphs = ["".join(_runs(paragraph)).strip() for paragraph in cell.iterfind(f".//{_W}p")]
    return "\n".join(text for text in paragraphs if text)


def _runs(element: Any) -> Iterator[str]:
    """The texts of a paragraph, breaks as spaces; hidden, deleted and moved text left out."""
    for child in element:
        tag = child.tag
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            yield " "
        elif tag == f"{_W}noBreakHyphen":
            yield "-"
        elif tag == f"{_W}r" and child.find(f"{_W}rPr/{_W}vanish") is not None:
            continue
        elif tag not in (f"{_W}pPr", f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}p"):
            yield from _runs(child)


def _columns(rows: Sequence[Sequence[str]]) -> _Columns | None:
    """Which columns hold the two sides."""
    if not rows:
        return None
    width = max(map(len, rows))
    heads = [cell.strip().lower() for cell in rows[0]]
    names: dict[str, int] = {}
    spoken: dict[int, str] = {}
    for at, head in enumerate(heads):
        for field_name, words in _HEADS.items():
            if head in words or any(head.startswith(f"{word} (") for word in words):
                names.setdefault(field_name, at)
        code = _LANGUAGES.get(head.split(" (")[0])
        if code is None and 2 <= len(head) <= 8 and tags.primary(head) in ("zh", "en"):
            code = tags.normalise(head) if tags.is_well_formed(tags.normalise(head)) else None
        if code:
            spoken[at] = code
    body = rows[1:] if names or spoken else rows
    chinese = [_share(body, at) for at in range(width)]
    if {"source", "target"} <= names.keys():
        pair = (names["source"], names["target"])
    elif len(spoken) == 2:
        first, second = spoken
        pair = (first, second)
    else:
        # The longest Chinese column and the longest other one, left to right.
        letters = [sum(len(row[at]) for row in body if at < len(row)) for at in range(width)]
        zh = max(
            (at for at in range(width) if chinese[at] > 0.5), key=letters.__getitem__, default=None
        )
        en = max(
            (at for at in range(width) if chinese[at] <= 0.5 and _english(body, at)),
            key=letters.__getitem__,
            default=None,
        )
        if zh is None or en is None:
            return None
        pair = (min(zh, en), max(zh, en))
    if pair[0] == pair[1]:
        return None
    first_zh = chinese[pair[0]] >= chinese[pair[1]]
    codes = (
        spoken.get(pair[0], "zh-CN" if first_zh else "en-US"),
        spoken.get(pair[1], "en-US" if first_zh else "zh-CN"),
    )
    if tags.same_language(*codes):
        return None
    others = {at: name for name, at in names.items() if name not in ("source", "target")}
    return _Columns(*pair, codes, others, header=bool(names or spoken))


def _share(rows: Sequence[Sequence[str]], at: int) -> float:
    """The share of a column's filled cells that hold more Chinese than Latin letters."""
    cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
    if not cells:
        return 0.0
    # An English letter is about half a Chinese character's worth of text.
    chinese = sum(
        1 for cell in cells
        if 2 * sum(map(is_han, cell)) > sum(char.isascii() and char.isalpha() for char in cell)
    )  # fmt: skip
    return chinese / len(cells)


def _english(rows: Sequence[Sequence[str]], at: int) -> bool:
    text = "\n".join(row[at] for row in rows if at < len(row))
    return detect_language(text) == "en"


def _units(
    rows: Sequence[Sequence[str]], columns: _Columns, report: DocxReport
) -> Iterator[TranslationUnit]:
    """The units of a table: its two columns, row by row; rows that cannot be one are counted."""
    for row in rows[1:] if columns.header else rows:
        report.read += 1
        if max(columns.source, columns.target) >= len(row):
            report.skipped["a row with merged cells"] += 1
            continue
        source, target = row[columns.source], row[columns.target]
        if not source.strip() or not target.strip():
            report.skipped["no target" if source.strip() else "empty source"] += 1
            continue
        kept = {name: row[at].strip() for at, name in columns.others.items() if at < len(row)}
        yield TranslationUnit(
            source=source,
            target=target,
            source_lang=columns.codes[0],
            target_lang=columns.codes[1],
            id=kept.get("id", ""),
            note=kept.get("note") or None,
            props=(("x-docx-status", kept["state"]),) if kept.get("state") else (),
        )
