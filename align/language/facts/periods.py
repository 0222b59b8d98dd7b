"""Parts of a year by the months that they hold: its first three months are its first quarter."""

from __future__ import annotations

from collections.abc import Iterator

from align.language.facts.fact import Fact, Reading
from align.language.facts.scanning import fact, number

# By the first and the last month.
PARTS: dict[tuple[int, int], Reading] = {
    **{(3 * n - 2, 3 * n): number("quarter", n) for n in range(1, 5)},
    **{(6 * n - 5, 6 * n): number("half", n) for n in (1, 2)},
}


def months(text: str, span: tuple[int, int], first: int, last: int) -> Iterator[Fact]:
    """The months by which a translation may name a part of a year."""
    for month in (first, last):
        if 0 < month < 13:
            yield fact(text, span, "date", (None, month, None), strength="mute")


def stretch(
    text: str, span: tuple[int, int], many: int, unit: str, *, first: bool
) -> Iterator[Fact]:
    """The first, or last, so many months or quarters: of a year perhaps, or of anything else."""
    long = many * (3 if unit == "quarter" else 1)
    ends = (1, long) if first else (13 - long, 12)
    also = (PARTS[ends],) if ends in PARTS else ()
    yield fact(text, span, "quantity", many, unit, also=also)
    if first:
        yield from months(text, span, *ends)
