"""References as one self-contained HTML page: the new text, and beside it what answers to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from markupsafe import Markup

from align.datatypes import Document
from align.language.tags import is_chinese
from align.reference.analysis import analysis
from align.reference.values import SentenceReference
from align.report.marking import Highlight, Kind, mark
from align.report.references.rows import Answer, Span, answers, used
from align.report.references.words import outdated, words
from align.report.rendering import write_page
from align.report.strings import Language, percent


def write_html(
    file: IO[bytes],
    document: Document,
    references: Sequence[SentenceReference],
    *,
    ui: Language = "en",
) -> None:
    """Write the page into `file`; it needs no network and no script."""
    w = words(ui)
    rows = analysis(references)
    total = max(1, rows[-1].words)
    values = {
        "ui": ui,
        "w": w,
        "document": document,
        "analysis": [(w.get(row.band, row.band), row, percent(row.words / total)) for row in rows],
        "rows": [_row(number, each, ui) for number, each in enumerate(references, 1)],
        "used": used(references),
        "target_lang": "en" if is_chinese(document.lang) else "zh",
        "percent": percent,
    }
    write_page(file, "references.html", values)


def _row(number: int, reference: SentenceReference, ui: Language) -> dict[str, object]:
    """What the page shows of one sentence: its text marked, and its answers."""
    found = answers(reference)
    passages = [
        Highlight(*span, "found", answer.origin.cited)
        for answer in found if answer.kind.startswith("passage")
        for span in answer.here
    ]  # fmt: skip
    differing = [Highlight(*span, "search") for span in found[0].here] if found else []
    if found and found[0].kind.startswith("passage"):
        differing = []
    terms = [Highlight(*term.span, "info", " | ".join(term.renderings)) for term in reference.terms]
    return {
        "number": number,
        "reference": reference,
        "text": Markup(mark(reference.segment.text, [*passages, *differing, *terms])),
        "answers": [_answer(answer, ui) for answer in found],
        "terms": reference.terms,
    }


def _answer(answer: Answer, ui: Language) -> dict[str, object]:
    """What the page shows of one answer, with what differs or was found marked."""
    passage = answer.kind.startswith("passage")
    return {
        "kind": answer.kind,
        "score": answer.score,
        "text": _marked(answer.text, answer.marks, "found" if passage else "search"),
        "old": _marked(answer.old, answer.old_marks, "found" if passage else "search"),
        "same": answer.kind in ("context", "exact"),
        "found": bool(answer.marks) or not passage,
        "outdated": outdated(answer.outdated, ui),
        "origin": answer.origin,
    }


def _marked(text: str, spans: Sequence[Span], kind: Kind) -> Markup:
    return Markup(mark(text, [Highlight(*span, kind) for span in spans]))
