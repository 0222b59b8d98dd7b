"""What became of last year's document, as XLSX, Word, XLIFF and JSON lines."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from align.datatypes import Document
from align.formats.xml import attribute, escape, remove_forbidden
from align.reference.revise import Revision
from align.report.package import repack
from align.report.references.rows import texts
from align.report.references.words import outdated
from align.report.strings import Language

Write = Callable[[IO[bytes], Document, Sequence[Revision], str, Language], None]

_WORDS = {
    "unchanged": ("unchanged", "未变"),
    "moved": ("moved", "移位"),
    "numbers": ("numbers changed", "仅数字变动"),
    "changed": ("changed", "有改动"),
    "new": ("new", "新增"),
    "dropped": ("dropped", "删除"),
}
_HEADS = (
    ("status", "状态", 30.0), ("match", "匹配率", 8.0), ("new text", "新文本", 50.0),
    ("old text", "旧文本", 50.0), ("old translation", "旧译文", 50.0),
    ("translation", "译文", 50.0),
)  # fmt: skip


def _word(status: str, ui: Language) -> str:
    return _WORDS[status][ui == "zh"]


def _said(each: Revision, ui: Language) -> str:
    """What became of a sentence, and which values of its old translation are out of date."""
    return "; ".join(filter(None, (_word(each.status, ui), outdated(texts(each.outdated), ui))))


def _rows(found: Sequence[Revision], ui: Language) -> Iterator[tuple[str, ...]]:
    """The rows of the sheet: status, rate, new text, old pair, what was filled in."""
    for each in found:
        yield (
            _said(each, ui),
            f"{each.rate:.0%}" if each.old and each.segment else "",
            each.segment.text if each.segment else "",
            each.old.source if each.old and each.status not in ("unchanged", "moved") else "",
            each.old.target if each.old and each.text != each.old.target else "",
            each.text or "",
        )


def write_xlsx(
    file: IO[bytes], document: Document, found: Sequence[Revision], target_lang: str, ui: Language
) -> None:
    """A row a sentence; the last column is the translation, filled in where it may be."""
    from openpyxl import Workbook

    from align.report.workbook import add_styles, begin_sheet, check_lengths, save, text_cell

    rows = list(_rows(found, ui))
    check_lengths(text for row in rows for text in row)
    book = Workbook(write_only=True)
    add_styles(book)
    heads = [(en if ui == "en" else zh, width) for en, zh, width in _HEADS]
    sheet = begin_sheet(book, "Revision", heads)
    for row in rows:
        sheet.append([text_cell(sheet, text, style="text") for text in row])
    sheet.auto_filter.ref = f"A1:F{len(rows) + 1}"
    save(book, file)


def write_jsonl(
    file: IO[bytes], document: Document, found: Sequence[Revision], target_lang: str, ui: Language
) -> None:
    """A JSON object a sentence."""
    for each in found:
        record = {
            "status": each.status,
            "text": each.segment.text if each.segment else None,
            "rate": each.rate,
            "old": each.old.source if each.old else None,
            "old_translation": each.old.target if each.old else None,
            "translation": each.text,
            "differences": [
                {"kind": d.kind, "new": list(d.query), "old": list(d.match)}
                for d in each.differences
                if d.kind != "equal"
            ],
            "outdated": dict(zip(("new", "old"), texts(each.outdated), strict=True)),
        }
        file.write((json.dumps(record, ensure_ascii=False) + "\n").encode())


def write_xliff(
    file: IO[bytes], document: Document, found: Sequence[Revision], target_lang: str, ui: Language
) -> None:
    """XLIFF 1.2: the new text, filled in where it may be; the old version as alt-trans."""
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
        f"  <file original={attribute(document.name)} source-language={attribute(document.lang)}"
        f' target-language={attribute(target_lang)} datatype="plaintext">\n    <body>\n'
    )
    file.write(head.encode())
    number = 0
    for each in found:
        if each.segment is None:
            continue
        number += 1
        parts = [
            f'      <trans-unit id="{number}">\n        <source>{_text(each.segment.text)}</source>\n'
        ]
        if each.text is not None:
            sure = each.status in ("unchanged", "moved")
            state = "translated" if sure else "needs-review-translation"
            parts.append(f'        <target state="{state}">{_text(each.text)}</target>\n')
        parts.append(f"        <note>{_text(_said(each, ui))}</note>\n")
        if each.old is not None:
            parts.append(
                f'        <alt-trans match-quality="{round(100 * each.rate)}">\n'
                f"          <source>{_text(each.old.source)}</source>\n"
                f"          <target>{_text(each.old.target)}</target>\n        </alt-trans>\n"
            )
        parts.append("      </trans-unit>\n")
        file.write("".join(parts).encode())
    file.write(b"    </body>\n  </file>\n</xliff>\n")


def write_docx(
    file: IO[bytes], document: Document, found: Sequence[Revision], target_lang: str, ui: Language
) -> None:
    """A table: the new text with what changed marked, and its translation or the old one."""
    import docx
    from docx.enum.section import WD_ORIENT

    made = docx.Document()
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    made.core_properties.author = "align"
    table = made.add_table(rows=1, cols=3)
    table.style = "Table Grid"
    heads = ("new text", "status", "translation") if ui == "en" else ("新文本", "状态", "译文")
    for cell, name in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for each in found:
        here, status, there = table.add_row().cells
        status.text = _clean(_said(each, ui))
        old = each.old
        if each.segment is None:
            assert old is not None  # what is dropped was there
            here.paragraphs[0].add_run(_clean(old.source)).font.strike = True
            there.paragraphs[0].add_run(_clean(old.target)).font.strike = True
            continue
        _compared(here.paragraphs[0], each)
        if each.text is not None:
            there.text = _clean(each.text)
        elif old is not None:
            there.paragraphs[0].add_run(_clean(old.target)).italic = True
    packed = io.BytesIO()
    made.save(packed)
    repack(packed, file)


def _compared(paragraph: Any, each: Revision) -> None:
    """The new text with what is gone struck through and what is new highlighted."""
    from docx.enum.text import WD_COLOR_INDEX

    assert each.segment is not None
    if not each.differences or each.old is None:
        paragraph.add_run(_clean(each.segment.text))
        return
    for step in each.differences:
        new, old = each.segment.text[slice(*step.query)], each.old.source[slice(*step.match)]
        if step.kind == "equal":
            paragraph.add_run(_clean(new))
            continue
        if old:
            paragraph.add_run(_clean(old)).font.strike = True
        if new:
            paragraph.add_run(_clean(new)).font.highlight_color = WD_COLOR_INDEX.YELLOW


def _clean(text: str) -> str:
    return remove_forbidden(text)[0]


def _text(text: str) -> str:
    return escape(_clean(text))


FORMS: dict[str, Write] = {
    ".xlsx": write_xlsx,
    ".docx": write_docx,
    ".xlf": write_xliff,
    ".xliff": write_xliff,
    ".jsonl": write_jsonl,
}
