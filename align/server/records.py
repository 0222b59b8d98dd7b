"""What the server says of matches, hits and references, as JSON: each with where it comes from."""

from __future__ import annotations

from typing import Any

from align.datatypes import Match, TranslationUnit
from align.formats.units import to_record
from align.memory import ConcordanceHit, differences
from align.memory.postgres.changing import Versioned


def cited(unit: TranslationUnit) -> str:
    """Where a unit comes from, in one line: symbol, paragraph, origin."""
    parts = [unit.symbol, f"para. {unit.paragraph}" if unit.paragraph else None, unit.origin]
    return ", ".join(part for part in parts if part)


def match_record(query: str, match: Match) -> dict[str, Any]:
    """A match with what differs from the query."""
    source = match.side == "source"
    text = match.unit.source if source else match.unit.target
    lang = match.unit.source_lang if source else match.unit.target_lang
    steps = [] if match.kind == "semantic" else differences(query, text, lang)
    return {
        "unit": match.unit_id,
        "kind": match.kind,
        "score": round(match.score, 4),
        "side": match.side,
        "origins": match.count,
        "cited": cited(match.unit),
        **to_record(match.unit),
        "differences": [
            {"kind": step.kind, "query": list(step.query), "match": list(step.match)}
            for step in steps
            if step.kind != "equal"
        ],
    }


def hit_record(hit: ConcordanceHit) -> dict[str, Any]:
    """A hit with the words and their rendering marked."""
    return {
        "unit": hit.unit_id,
        "side": hit.side,
        "origins": hit.count,
        "cited": cited(hit.unit),
        "source_spans": [list(span) for span in hit.source_spans],
        "target_spans": [list(span) for span in hit.target_spans],
        **to_record(hit.unit),
    }


def unit_record(found: Versioned) -> dict[str, Any]:
    """A unit with its number and version."""
    return {
        "unit": found.id,
        "version": found.version,
        "origins": found.stored.origins,
        "cited": cited(found.stored.unit),
        **to_record(found.stored.unit),
        "state": found.stored.unit.state or "draft",
    }
