"""References as a workbook: a row an answer, and the analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

from align.reference.analysis import analysis
from align.reference.values import SentenceReference
from align.report.references.rows import answers
from align.report.references.words import outdated, words
from align.report.strings import Language


def write_xlsx(
    file: IO[bytes], references: Sequence[SentenceReference], *, ui: Language = "en"
) -> None:
    """Write the workbook; every cell is text, never a formula, and equal content equal bytes."""
    from openpyxl import Workbook

    from align.report.workbook import add_styles, begin_sheet, check_lengths, save, text_cell

    w = words(ui)
    rows = list(_rows(references, ui))
    check_lengths(text for row in rows for text in row)
    book = Workbook(write_only=True)
    add_styles(book)
    columns = (
        (w["number"], 6.0), (w["paragraph"], 9.0), (w["source"], 50.0), (w["kind"], 14.0),
        (w["score"], 8.0), (w["outdated"], 24.0), (w["proposal"], 60.0), (w["old_text"], 50.0),
        (w["from"], 28.0), (w["date"], 11.0), (w["state"], 10.0),
    )  # fmt: skip
    sheet = begin_sheet(book, w["title"], columns)
    for row in rows:
        sheet.append([text_cell(sheet, text, style="text") for text in row])
    sheet.auto_filter.ref = f"A1:K{len(rows) + 1}"
    heads = tuple((w[name], 14.0) for name in ("band", "sentences", "words", "characters"))
    counted = begin_sheet(book, w["analysis"], heads)
    for band in analysis(references):
        cells = [text_cell(counted, w.get(band.band, band.band), style="text")]
        counted.append([*cells, band.sentences, band.words, band.characters])
    save(book, file)


def _rows(references: Sequence[SentenceReference], ui: Language) -> Iterator[tuple[str, ...]]:
    """The rows of the sheet: one for each answer, one for a sentence without any."""
    w = words(ui)
    for number, reference in enumerate(references, 1):
        head = (str(number), reference.paragraph or "", reference.segment.text)
        found = answers(reference)
        if not found:
            yield (*head, w["none"], "", "", "", "", "", "", "")
        for answer in found:
            passage = answer.kind.startswith("passage")
            text = answer.text
            old = answer.old
            if passage:
                text = " … ".join(text[start:end] for start, end in answer.marks) or text
                old = " … ".join(old[start:end] for start, end in answer.old_marks)
            score = "" if answer.score is None else f"{answer.score:.0%}"
            origin = answer.origin
            yield (
                *head, w[answer.kind], score, outdated(answer.outdated, ui), text, old,
                origin.cited, origin.date, origin.unit.state or "",
            )  # fmt: skip
