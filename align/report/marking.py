"""Escaped text with spans marked in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

Kind = Literal["found", "error", "warning", "info", "search"]
_RANK: dict[str, int] = {"search": 0, "found": 1, "info": 2, "warning": 3, "error": 4}


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span of a text, half-open, with what it is and a note that is shown on hover."""

    start: int
    end: int
    kind: Kind
    note: str = ""
    term: str = ""  # what to look up when the reader asks for more


def mark(text: str, highlights: Iterable[Highlight] = ()) -> str:
    """`text` as HTML with each highlight in a ``<mark>``; overlaps are cut, the graver one wins.

    >>> mark("a<b", [Highlight(0, 1, "found", 'x"y')])
    '<mark class="found" title="x&quot;y">a</mark>&lt;b'
    """
    inside = [h for h in highlights if 0 <= h.start < h.end <= len(text)]
    if not inside:
        return escape(text)
    parts: list[str] = []
    for start, end, highlight in _pieces(len(text), inside):
        piece = escape(text[start:end])
        parts.append(piece if highlight is None else _open(highlight) + piece + "</mark>")
    return "".join(parts)


def _pieces(
    length: int, highlights: Sequence[Highlight]
) -> Iterable[tuple[int, int, Highlight | None]]:
    """The text cut where highlights begin and end, neighbours with the same one joined again."""
    cuts = sorted({0, length, *(h.start for h in highlights), *(h.end for h in highlights)})
    ordered = sorted(highlights, key=lambda h: (-_RANK[h.kind], h.start, -h.end))
    owner: tuple[int, Highlight | None] | None = None
    for start, end in itertools.pairwise(cuts):
        best = next((h for h in ordered if h.start <= start and end <= h.end), None)
        if owner is not None and owner[1] is not best:
            yield owner[0], start, owner[1]
            owner = None
        owner = owner or (start, best)
    if owner is not None:
        yield owner[0], length, owner[1]


def _open(highlight: Highlight) -> str:
    title = f' title="{escape(highlight.note)}"' if highlight.note else ""
    term = f' data-term="{escape(highlight.term)}"' if highlight.term else ""
    return f'<mark class="{highlight.kind}"{title}{term}>'
