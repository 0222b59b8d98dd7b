"""Numbers, dates, symbols and Latin words of the sentences: what both languages write alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from align.datatypes import Document, Segment
from align.language.tags import is_chinese

if TYPE_CHECKING:
    from align.language.numbers import Quantity

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[/.+-][A-Za-z0-9+]+)*\+?")
# In English text only what has a capital or a figure may be a name that Chinese keeps.
_CAPITAL = re.compile(r"\b(?=[a-z]*[A-Z0-9])[A-Za-z][A-Za-z0-9]*(?:[/.+-][A-Za-z0-9+]+)*\+?")

Values = list[list[str]]  # of each sentence, sorted


def shared_tokens_of(document: Document) -> Values:
    """The values of each sentence of a document; a doubtful number is none."""
    # Where a second process does this, the first need not load the patterns of numbers at all.
    from align.language.numbers import quantities

    return [_of_sentence(segment, quantities) for segment in document.segments]


def _of_sentence(
    segment: Segment, quantities: Callable[[str, str], Sequence[Quantity]]
) -> list[str]:
    """Numbers, Latin words and symbols that a translation takes over as they are."""
    found = {f"{q.kind}:{q.value}" for q in quantities(segment.text, segment.lang) if q.firm}
    pattern = _LATIN if is_chinese(segment.lang) else _CAPITAL
    found.update(f"latin:{word.lower()}" for word in pattern.findall(segment.text))
    return sorted(found)
