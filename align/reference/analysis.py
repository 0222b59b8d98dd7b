"""The analysis of a document as translation tools print it: words and characters by match band."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from align.memory.grams import HAN
from align.reference.values import SentenceReference

BANDS = (
    "context", "repetitions", "exact", "95-99", "85-94", "75-84", "50-74", "fragments", "none",
)  # fmt: skip
_LEAST = ((0.95, "95-99"), (0.85, "85-94"), (0.75, "75-84"), (0.5, "50-74"))
_WORD = re.compile(rf"[{HAN}]|[^\W{HAN}]+(?:['’-][^\W{HAN}]+)*")


@dataclass(frozen=True, slots=True)
class Row:
    """What a band holds: sentences, words (a Chinese character counts as one), characters."""

    band: str
    sentences: int
    words: int
    characters: int


def band_of(reference: SentenceReference) -> str:
    """The band of a sentence: by its best proposal, as every tool counts it.

    A match by meaning alone counts for nothing, as it saves no typing; a sentence without a match
    of 50 % counts as fragments where passages cover at least half of it.
    """
    best = reference.best
    if best is not None and best.kind == "context":
        return "context"
    if reference.repeats is not None:
        return "repetitions"
    by_words = [proposal for proposal in reference.proposals if proposal.kind != "meaning"]
    if by_words and by_words[0].kind == "exact":
        return "exact"
    score = max((proposal.score for proposal in by_words), default=0.0)
    for least, name in _LEAST:
        if score >= least:
            return name
    covered = sum(end - start for start, end in (each.span for each in reference.quotations))
    return "fragments" if 2 * covered >= len(reference.segment.text) else "none"


def analysis(references: Iterable[SentenceReference]) -> tuple[Row, ...]:
    """A row for each band, in order, and a last one for all."""
    counts = {band: [0, 0, 0] for band in BANDS}
    for reference in references:
        row = counts[band_of(reference)]
        text = reference.segment.text
        row[0] += 1
        row[1] += words(text)
        row[2] += sum(1 for char in text if not char.isspace())
    rows = [Row(band, *counts[band]) for band in BANDS]
    total = [sum(row[place] for row in counts.values()) for place in range(3)]
    return (*rows, Row("total", *total))


def words(text: str) -> int:
    """How many words a text has; each Chinese character is one.

    >>> words("维和 A4P+ isn't new")
    5
    """
    return sum(1 for _ in _WORD.finditer(text))


def table(rows: Sequence[Row]) -> str:
    """The rows as text, aligned, with each band's share of all words."""
    total = max(1, rows[-1].words)
    lines = [f"{'band':<12} {'sentences':>9} {'words':>9} {'characters':>10} {'share':>6}"]
    for row in rows:
        lines.append(
            f"{row.band:<12} {row.sentences:>9,} {row.words:>9,} {row.characters:>10,}"
            f" {row.words / total:>6.0%}"
        )
    return "\n".join(lines)
