"""Is the same sentence, or the same number of a paragraph, translated in one way throughout?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from align.datatypes import Finding, TranslationUnit
from align.language.folding import fold
from align.terms.rules import finding

_SHORTEST = 6  # characters of a source that is compared


def check_consistency(units: Sequence[TranslationUnit]) -> Iterator[Finding]:
    """A note for each unit whose source has another translation elsewhere, the rarer ones."""
    places: dict[str, list[int]] = {}
    for place, unit in enumerate(units):
        key = "".join(fold(unit.source).split())
        if unit.target and len(key) >= _SHORTEST:
            places.setdefault(key, []).append(place)
    for same in places.values():
        counts = Counter(_form(units[place].target) for place in same)
        if len(counts) > 1:
            usual = counts.most_common(1)[0][0]
            first = next(units[p].target for p in same if _form(units[p].target) == usual)
            for place in same:
                if _form(units[place].target) != usual:
                    yield _finding(place, units[place], first)


def _form(text: str) -> str:
    return " ".join(fold(text).split()).strip(" .")


def _finding(place: int, unit: TranslationUnit, usual: str) -> Finding:
    return finding(
        "inconsistent",
        "inconsistent",
        place,
        unit,
        source=unit.source,
        expected=(usual,),
        found=unit.target,
        source_spans=((0, len(unit.source)),),
        target_spans=((0, len(unit.target)),),
    )
