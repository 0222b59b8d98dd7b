"""A unit as one JSON line holds it: the keys are part of the command line's contract."""

from __future__ import annotations

from typing import Any

from align.datatypes import TranslationUnit


def unit_record(unit: TranslationUnit) -> dict[str, Any]:
    """The keys of ``align pair --jsonl``, in order."""
    return {
        "id": unit.id,
        "source": unit.source,
        "target": unit.target,
        "source_lang": unit.source_lang,
        "target_lang": unit.target_lang,
        "paragraph": unit.paragraph,
        "confidence": unit.confidence,
        "bead_type": unit.bead_type,
        "symbol": unit.symbol,
        "page": unit.page,
        "speaker": unit.speaker,
        "signature": unit.signature,
    }
