"""A sentence's references as JSON: `align reference --json`, the team server and assistants."""

from __future__ import annotations

from typing import Any

from align.reference.analysis import band_of
from align.reference.values import SentenceReference
from align.report.references.rows import answers


def record_of(found: SentenceReference) -> dict[str, Any]:
    """A sentence's references with stable keys, as ``--json`` prints them."""
    return {
        "text": found.segment.text,
        "paragraph": found.paragraph,
        "band": band_of(found),
        "repeats": found.repeats,
        "answers": [
            {
                "kind": answer.kind,
                "score": answer.score,
                "text": answer.text,
                "marks": [list(span) for span in answer.marks],
                "old": answer.old,
                "old_marks": [list(span) for span in answer.old_marks],
                "here": [list(span) for span in answer.here],
                "outdated": dict(zip(("new", "old"), map(list, answer.outdated), strict=True)),
                "cited": answer.origin.cited,
                "memory": answer.origin.memory,
                "also": [other.memory for other in answer.origin.also],
                "date": answer.origin.date or None,
                "state": answer.origin.unit.state,
                "confidence": answer.origin.unit.confidence,
            }
            for answer in answers(found)
        ],
        "terms": [
            {"span": list(term.span), "text": term.text, "renderings": list(term.renderings)}
            for term in found.terms
        ],
    }
