"""Is the same sentence, or the same number of a paragraph, translated in one way throughout?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from align.datatypes import Finding, TranslationUnit
from align.language.folding import fold
from align.terms.rules import finding

_SHORTEST = 6  # characters of a source that is compared


def check_consistency(units: Sequence[TranslationUnit]) -> Iterator[Finding]:
    """A finding for each unit whose source has another translation elsewhere, the rarer ones.

    A warning where one translation is the usual one: there twice at least, and more often than this
    one. Where two stand against each other a note. The surest come with the highest probability.
    """
    places: dict[str, list[int]] = {}
    for place, unit in enumerate(units):
        key = "".join(fold(unit.source).split())
        if unit.target and len(key) >= _SHORTEST:
            places.setdefault(key, []).append(place)
    for same in places.values():
        counts = Counter(_form(units[place].target) for place in same)
        if len(counts) > 1:
            usual, often = counts.most_common(1)[0]
            first = next(units[p].target for p in same if _form(units[p].target) == usual)
            for place in same:
                seldom = counts[_form(units[place].target)]
                if _form(units[place].target) != usual:
                    # Laplace's rule: how likely the next translator would take the usual one.
                    share = (often + 1) / (often + seldom + 2)
                    clear = often > max(seldom, 1)
                    yield _finding(place, units[place], first, share, clear=clear)


def _form(text: str) -> str:
    return " ".join(fold(text).split()).strip(" .")


def _finding(
    place: int, unit: TranslationUnit, usual: str, share: float, *, clear: bool
) -> Finding:
    return finding(
        "inconsistent",
        "inconsistent",
        place,
        unit,
        severity="warning" if clear else "info",
        probability=round(share, 3) if clear else None,
        source=unit.source,
        expected=(usual,),
        found=unit.target,
        source_spans=((0, len(unit.source)),),
        target_spans=((0, len(unit.target)),),
    )
