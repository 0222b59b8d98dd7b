"""Which facts of two versions of a text differ: what its old translation says wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from align.language.facts.fact import Fact
from align.language.facts.reading import facts
from align.language.folding import fold
from align.language.languages import Language


def changes(new: str, old: str, language: Language) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The facts that only `new` states, and those that only `old` does; both in their order.

    How a value is written is no change: 十八个月 is 18个月. Where both say the same around their
    facts, each stands for the one at its place, so that two that are exchanged have changed.

    >>> from align.language.languages import CHINESE
    >>> now, before = changes("任期二十四个月，5人", "任期18个月，五人", CHINESE)
    >>> [fact.text for fact in now], [fact.text for fact in before]
    (['二十四个月'], ['18个月'])
    """
    ours, theirs = (_stated(text, language) for text in (new, old))
    if len(ours) == len(theirs) and _around(new, ours) == _around(old, theirs):
        apart = [at for at, one in enumerate(ours) if one.readings != theirs[at].readings]
        return tuple(ours[at] for at in apart), tuple(theirs[at] for at in apart)
    return _without(ours, theirs), _without(theirs, ours)


def _stated(text: str, language: Language) -> list[Fact]:
    """What a text states; a mute fact is only another way to read its words."""
    return [fact for fact in facts(text, language) if fact.strength != "mute"]


def _around(text: str, found: Sequence[Fact]) -> list[str]:
    """The text before, between and after its facts, as it is compared."""
    starts = [0, *(fact.end for fact in found)]
    ends = [*(fact.start for fact in found), len(text)]
    return ["".join(fold(text[a:b]).split()) for a, b in zip(starts, ends, strict=True)]


def _without(facts: Sequence[Fact], others: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts that are not among the others, each of which answers for one."""
    left = Counter(fact.readings for fact in others)
    found: list[Fact] = []
    for fact in facts:
        if left[fact.readings]:
            left[fact.readings] -= 1
        else:
            found.append(fact)
    return tuple(found)
