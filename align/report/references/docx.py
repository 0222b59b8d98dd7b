"""References as a Word document: the new text in one column, what answers to it in the other."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import IO, Any

from align.datatypes import Document
from align.formats.xml import remove_forbidden
from align.reference.analysis import analysis
from align.reference.values import SentenceReference
from align.report.package import repack
from align.report.references.rows import Span, answers
from align.report.references.words import outdated, words
from align.report.strings import Language, percent


def write_docx(
    file: IO[bytes],
    document: Document,
    references: Sequence[SentenceReference],
    *,
    ui: Language = "en",
) -> None:
    """Write the document; equal content gives equal bytes."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Pt

    w = words(ui)
    made = docx.Document()
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    made.styles["Normal"].font.size = Pt(10)  # two columns of text on a landscape page
    made.core_properties.author = "align"
    made.core_properties.comments = ""
    made.add_heading(f"{w['title']}: {_clean(document.symbol or document.name)}", level=1)
    _analysis(made, references, w)
    table = made.add_table(rows=1, cols=2)
    table.style = "Table Grid"
    for cell, name in zip(table.rows[0].cells, ("source", "before"), strict=True):
        cell.paragraphs[0].add_run(w[name]).bold = True
    for number, reference in enumerate(references, 1):
        here, there = table.add_row().cells
        found = answers(reference)
        quoted = [
            span for answer in found if answer.kind.startswith("passage") for span in answer.here
        ]
        head = f"{number}. " if not reference.paragraph else f"{number} (§ {reference.paragraph}) "
        paragraph = here.paragraphs[0]
        paragraph.add_run(head).italic = True
        _marked(paragraph, reference.segment.text, quoted)
        for term in reference.terms:
            _small(here.add_paragraph(), f"{term.text} = {' | '.join(term.renderings)}")
        if not found:
            there.paragraphs[0].add_run(w["none"]).italic = True
        for at, answer in enumerate(found):
            paragraph = there.paragraphs[0] if at == 0 else there.add_paragraph()
            rated = answer.score is not None and not answer.kind.startswith("passage")
            rate = f" {percent(answer.score or 0.0)}" if rated else ""
            wrong = outdated(answer.outdated, ui)
            said = [f"{w[answer.kind]}{rate}", wrong, answer.origin.cited, answer.origin.date]
            _small(paragraph, " · ".join(part for part in said if part))
            _marked(there.add_paragraph(), answer.text, answer.marks)
            if answer.kind not in ("context", "exact"):
                paragraph = there.add_paragraph()
                _small(paragraph, f"{w['old']}: ")
                _marked(paragraph, answer.old, answer.old_marks, small=True)
    packed = io.BytesIO()
    made.save(packed)
    repack(packed, file)


def _analysis(made: Any, references: Sequence[SentenceReference], w: dict[str, str]) -> None:
    """The table of sentences, words and characters by band."""
    rows = analysis(references)
    table = made.add_table(rows=1, cols=4)
    table.style = "Table Grid"
    heads = ("band", "sentences", "words", "characters")
    for cell, name in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(w[name]).bold = True
    for row in rows:
        counts = (row.sentences, row.words, row.characters)
        values = (w.get(row.band, row.band), *(f"{count:,}" for count in counts))
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    made.add_paragraph()


def _marked(paragraph: Any, text: str, spans: Sequence[Span], *, small: bool = False) -> None:
    """Add `text` with `spans` highlighted."""
    from docx.enum.text import WD_COLOR_INDEX
    from docx.shared import Pt

    at = 0
    for start, end in [*sorted(spans), (len(text), len(text))]:
        for part, on in ((text[at:start], False), (text[max(at, start) : end], True)):
            if part:
                run = paragraph.add_run(_clean(part))
                if small:
                    run.font.size = Pt(8)
                if on:
                    run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        at = max(at, end)


def _small(paragraph: Any, text: str) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(_clean(text))
    run.font.size = Pt(8)
    run.font.color.rgb = RGBColor(0x59, 0x63, 0x6B)


def _clean(text: str) -> str:
    return remove_forbidden(text)[0]
