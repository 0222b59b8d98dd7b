"""This year's source against last year's bilingual document: what stays, what changed, what is new."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from rapidfuzz.distance import Levenshtein

from align.datatypes import Segment, TranslationUnit
from align.document.segmentation import split
from align.language.facts import Fact
from align.language.tags import is_chinese
from align.memory import fuzzy
from align.memory.fuzzy import Difference
from align.memory.keys import normal
from align.reference.numbers import put_in

Status = Literal["unchanged", "moved", "numbers", "changed", "new", "dropped"]
# Below this match rate two sentences are not taken for versions of each other: what translation
# tools call no match (see reference.analysis, whose lowest band begins there).
LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Revision:
    """A sentence of the new document, or one of the old that is gone.

    `text` is the translation that may be filled in: the old one where the sentence is the same,
    the old one with the new numbers where only these changed; else None, and `old` with its
    `differences` is what a reviser works from; `outdated` has the facts that only the new sentence
    states, and that only the old one does.
    """

    status: Status
    segment: Segment | None
    old: TranslationUnit | None
    text: str | None = None
    rate: float = 0.0
    differences: tuple[Difference, ...] = ()
    outdated: tuple[tuple[Fact, ...], tuple[Fact, ...]] = ((), ())


def revise(
    old: Sequence[TranslationUnit], new: Sequence[Segment], langs: tuple[str, str]
) -> list[Revision]:
    """What became of each sentence, in the order of the new document.

    Equal sentences are matched in order first, as a comparison of lines does it; what lies between
    them is compared by match rate, best pairs first; then sentences that moved are found anywhere.
    Dropped ones stand where they were. Where an old unit holds several sentences, as many new ones
    are put together for it. `langs` are those of source and translation.
    """
    new = _runs(old, new, langs[0])
    pairs = _equal(old, new)
    pairs |= _similar(old, new, pairs, langs[0])
    pairs |= _elsewhere(old, new, pairs)
    taken = set(pairs.values())
    found: list[Revision] = []
    at = 0  # the next unit of the old document that has not been passed
    straight = _in_order(pairs)
    for place, segment in enumerate(new):
        match = pairs.get(place)
        if match is not None and place in straight:
            found += [_dropped(old[gone]) for gone in range(at, match) if gone not in taken]
            at = match + 1
        if match is None:
            found.append(Revision("new", segment, None))
        else:
            found.append(_revision(segment, old[match], langs, moved=place not in straight))
    return found + [_dropped(old[gone]) for gone in range(at, len(old)) if gone not in taken]


def _dropped(unit: TranslationUnit) -> Revision:
    return Revision("dropped", None, unit)


def _revision(
    segment: Segment, unit: TranslationUnit, langs: tuple[str, str], *, moved: bool
) -> Revision:
    """What became of an old unit's sentence, and what may be filled in of its translation."""
    if normal(segment.text) == normal(unit.source):
        status: Status = "moved" if moved else "unchanged"
        return Revision(status, segment, unit, unit.target, 1.0)
    texts = (segment.text, unit.source, langs[0])
    differences = fuzzy.differences(*texts)
    swapped = put_in(unit.source, segment.text, unit.target, langs)
    if swapped is not None:
        rate = fuzzy.rate_with_values_put_in(*texts)
        return Revision("numbers", segment, unit, swapped[0], rate, differences)
    wrong = fuzzy.stated_otherwise(*texts)
    return Revision("changed", segment, unit, None, fuzzy.rate(*texts), differences, wrong)


def _runs(old: Sequence[TranslationUnit], new: Sequence[Segment], lang: str) -> Sequence[Segment]:
    """The new sentences, put together where an old unit holds as many and half of them are the same.

    What is one sentence of an old unit as well stays alone.
    """
    alone: set[str] = set()
    several: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for unit in old:
        parts = tuple(normal(unit.source[a:b]) for a, b in split(unit.source, lang))
        if len(parts) < 2:
            alone.update(parts)
        for at, part in enumerate(parts if len(parts) > 1 else ()):
            several.setdefault(part, []).append((parts, at))
    texts = [normal(segment.text) for segment in new]
    owners: dict[int, int] = {}  # the first sentence of a run → how many
    taken: set[int] = set()
    for least in (1.0, LEAST):  # whole ones first, so that no half takes their sentences
        for place, text in enumerate(texts):
            for parts, at in several.get(text, ()) if text not in alone or least == 1.0 else ():
                run = range(place - at, place - at + len(parts))
                if run.start < 0 or run.stop > len(new) or not taken.isdisjoint(run):
                    continue
                same = sum(texts[i] == part for i, part in zip(run, parts, strict=True))
                if same >= least * len(parts):
                    owners[run.start] = len(parts)
                    taken.update(run)
                    break
    joint = "" if is_chinese(lang) else " "
    made: list[Segment] = []
    for place, segment in enumerate(new):
        if place in owners:
            last = new[place + owners[place] - 1]
            whole = joint.join(each.text for each in new[place : place + owners[place]])
            made.append(replace(segment, text=whole, end=last.end))
        elif place not in taken:
            made.append(segment)
    return made


def _equal(old: Sequence[TranslationUnit], new: Sequence[Segment]) -> dict[int, int]:
    """Equal sentences in the same order: the longest such chain, by edit distance."""
    ours = [normal(segment.text) for segment in new]
    theirs = [normal(unit.source) for unit in old]
    pairs: dict[int, int] = {}
    for step in Levenshtein.opcodes(ours, theirs):
        if step.tag == "equal":
            size = step.src_end - step.src_start
            pairs.update((step.src_start + i, step.dest_start + i) for i in range(size))
    return pairs


def _similar(
    old: Sequence[TranslationUnit], new: Sequence[Segment], pairs: dict[int, int], lang: str
) -> dict[int, int]:
    """Similar sentences between two equal ones, the best pairs first, never crossing."""
    found: dict[int, int] = {}
    edges = [(-1, -1), *sorted(pairs.items()), (len(new), len(old))]
    for (left, up), (right, down) in pairwise(edges):
        mine, theirs = range(left + 1, right), range(up + 1, down)
        if mine and theirs:
            found |= _between(old, new, mine, theirs, lang)
    return found


def _between(
    old: Sequence[TranslationUnit], new: Sequence[Segment], mine: range, theirs: range, lang: str
) -> dict[int, int]:
    """The old sentences that new ones of a gap come from, the most alike first, each once."""
    ours = [new[here].text for here in mine]
    near = fuzzy.near(ours, [old[there].source for there in theirs], lang, LEAST)
    rated = [(-rate, mine[here], theirs[there]) for here, there, rate in near]
    found: dict[int, int] = {}
    for _, here, there in sorted(rated):
        taken = here in found or there in found.values()
        crosses = any((here < a) != (there < b) for a, b in found.items())
        if not taken and not crosses:
            found[here] = there
    return found


def _elsewhere(
    old: Sequence[TranslationUnit], new: Sequence[Segment], pairs: dict[int, int]
) -> dict[int, int]:
    """Sentences that stand in another place: the same text, not matched yet."""
    taken = set(pairs.values())
    places: dict[str, list[int]] = {}
    for at, unit in enumerate(old):
        if at not in taken:
            places.setdefault(normal(unit.source), []).append(at)
    found: dict[int, int] = {}
    for at, segment in enumerate(new):
        free = places.get(normal(segment.text))
        if at not in pairs and free:
            found[at] = free.pop(0)
    return found


def _in_order(pairs: dict[int, int]) -> set[int]:
    """The new sentences whose matches go on from those before: the longest rising chain."""
    tails: list[int] = []
    ends: list[int] = []
    back: dict[int, int | None] = {}
    for place, match in sorted(pairs.items()):
        at = bisect_left(tails, match)
        back[place] = ends[at - 1] if at else None
        if at == len(tails):
            tails.append(match)
            ends.append(place)
        else:
            tails[at], ends[at] = match, place
    chain: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        chain.add(last)
        last = back[last]
    return chain
