"""Is everything there: sentences left out, sentences added, units that are no translations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from align.alignment.order import counterparts, is_long_enough
from align.datatypes import REVIEW_BELOW, Finding, TranslationUnit
from align.embedding.protocol import Encoder
from align.forked import BLOCK
from align.language.languages import language_of
from align.terms.checking.left_out import GROUP, SHORTEST, LeftOut, left_out, parts
from align.terms.checking.weights import load_weights
from align.terms.rules import finding
from align.terms.wordalign import WordAligner

# Coverage of a part that has no counterpart, by language: on a summary record sentences had 0.37
# (Chinese) and 0.29 (English) at least, nineteen in twenty foreign sentences 0.25 at most.
_UNANSWERED = {"zh": 0.31, "en": 0.25}
_RELATIVE = 0.58  # and as a share of the document's median, for free translations
_ANSWERED = 0.42  # coverage that shows where a part went
_STOP = re.compile(r"[。！？；.!?;][”’\"')）]*$")
_SAMPLE = 2_000  # units that show how near such are that belong together
_ENOUGH = 20  # parts that a median needs


def check_whole(
    units: Sequence[TranslationUnit],
    aligner: WordAligner | None = None,
    *,
    lowest_confidence: float = 0.5,
    neighbours: int = 1,
    limits: Mapping[str, float] | None = None,
    places: range | None = None,
    elsewhere: Mapping[int, int] | None = None,
) -> Iterator[Finding]:
    """Findings on sentences without a counterpart, in order.

    A unit with one side empty is an omission or an addition, unless its counterpart is another one:
    `elsewhere` says so, as `counterparts_elsewhere` finds it. Inside units, each sentence is
    compared with the other side, word by word; `aligner` None leaves that out. With `places` only
    those units are judged, by the `limits` of all.
    """
    if limits is None:
        limits = coverage_limits(units, aligner) if aligner else {}
    elsewhere = elsewhere or {}
    for place in range(len(units)) if places is None else places:
        unit = units[place]
        if place in elsewhere:
            yield _moved(units, place, elsewhere[place])
        elif not unit.source.strip() or not unit.target.strip():
            if _speaks(unit.source) or _speaks(unit.target):
                yield _empty(units, place)
        elif aligner is not None:
            yield from _inside(units, place, aligner, limits, neighbours)
        doubted = unit.confidence is not None and unit.confidence < lowest_confidence
        if doubted and unit.target and place not in elsewhere:
            yield _doubtful(place, unit)


def _speaks(text: str) -> bool:
    return sum(char.isalpha() for char in text) > 1


def coverage_limits(units: Sequence[TranslationUnit], aligner: WordAligner) -> dict[str, float]:
    """The coverage below which a part of these units has no counterpart, by its language."""
    sample = [unit for unit in units if unit.source and unit.target]
    values: dict[str, list[float]] = {"zh": [], "en": []}
    sample = sample[:: max(1, len(sample) // 400)]
    for first in range(0, len(sample), BLOCK):
        aligner.expect([(u.source, u.target) for u in sample[first : first + BLOCK]])
    for unit in sample:
        for text, other, lang in _sides(unit):
            found = (aligner.coverage(text, other, part) for part in parts(text, lang))
            values[_primary(lang)].extend(found)
    return {
        lang: min(_UNANSWERED[lang], _RELATIVE * median(some))
        if len(some) >= _ENOUGH
        else _UNANSWERED[lang]
        for lang, some in values.items()
    }


def _sides(unit: TranslationUnit) -> list[tuple[str, str, str]]:
    return [
        (unit.source, unit.target, unit.source_lang),
        (unit.target, unit.source, unit.target_lang),
    ]


def _primary(lang: str) -> str:
    return language_of(lang).rules


def _inside(
    units: Sequence[TranslationUnit],
    place: int,
    aligner: WordAligner,
    limits: Mapping[str, float],
    neighbours: int,
) -> Iterator[Finding]:
    unit = units[place]
    lost, added = (_unanswered(*side, aligner, limits) for side in _sides(unit))
    if lost and added and _all_of(unit.source, lost) and _all_of(unit.target, added):
        yield _misaligned(place, unit)
        return
    for one in left_out(unit, aligner, load_weights()):
        mine, theirs = (_source, _target) if one.of_source else (_target, _source)
        span = (one.start, one.end)
        said = mine(unit)[slice(*span)].strip()
        elsewhere = any(
            aligner.coverage(mine(unit), theirs(units[near]), span) > _ANSWERED
            for near in _near(units, place, neighbours)
            if said not in mine(units[near])  # who says the same needs the counterpart itself
        )
        yield _part(place, unit, one, elsewhere=elsewhere)


def _unanswered(
    text: str, other: str, lang: str, aligner: WordAligner, limits: Mapping[str, float]
) -> list[tuple[int, int]]:
    limit = limits[_primary(lang)]
    return [span for span in parts(text, lang) if aligner.coverage(text, other, span) < limit]


def _all_of(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    return sum(end - start for start, end in spans) > 0.8 * len(text)


def _near(units: Sequence[TranslationUnit], place: int, reach: int) -> list[int]:
    around = range(max(0, place - reach), min(len(units), place + reach + 1))
    return [n for n in around if n != place]


def counterparts_elsewhere(units: Sequence[TranslationUnit], encoder: Encoder) -> dict[int, int]:
    """The units with one side that match each other, as the order is another one there."""
    sides = [
        [
            place
            for place, unit in enumerate(units)
            if not other(unit).strip() and is_long_enough(mine(unit))
        ]
        for mine, other in ((_source, _target), (_target, _source))
    ]
    pairs = [
        (unit.source, unit.target)
        for unit in units
        if unit.source.strip() and unit.target.strip() and (unit.confidence or 1.0) >= REVIEW_BELOW
    ]
    found = counterparts(
        [units[place].source for place in sides[0]],
        [units[place].target for place in sides[1]],
        pairs[:_SAMPLE],
        encoder,
    )
    both = [(sides[0][i], sides[1][j]) for i, j in found]
    return dict(both) | {j: i for i, j in both}


def _source(unit: TranslationUnit) -> str:
    return unit.source


def _target(unit: TranslationUnit) -> str:
    return unit.target


def told_elsewhere(
    units: Sequence[TranslationUnit], elsewhere: Mapping[int, int]
) -> Iterator[Finding]:
    """A note on each unit with one side whose counterpart is another one: it is not missing."""
    for place in sorted(elsewhere):
        yield _moved(units, place, elsewhere[place])


def _moved(units: Sequence[TranslationUnit], place: int, there: int) -> Finding:
    unit, other = units[place], units[there]
    lost = bool(unit.source.strip())
    text, counterpart = (unit.source, other.target) if lost else (unit.target, other.source)
    return finding(
        "omission" if lost else "addition",
        "elsewhere",
        place,
        unit,
        source=unit.source.strip() or None,
        found=unit.target.strip() or None,
        source_spans=((0, len(unit.source)),) if lost else (),
        target_spans=() if lost else ((0, len(unit.target)),),
        values={"text": _short(text.strip()), "other": _short(counterpart.strip())},
    )


def _empty(units: Sequence[TranslationUnit], place: int) -> Finding:
    unit = units[place]
    lost = bool(unit.source.strip())
    text = (unit.source if lost else unit.target).strip()
    # A short line without a full stop is a heading: one side may well do without it.
    sentence = len(text) >= SHORTEST[_primary(unit.source_lang if lost else unit.target_lang)]
    return finding(
        "omission" if lost else "addition",
        "untranslated" if lost else "no-source",
        place,
        unit,
        severity="error" if sentence or _STOP.search(text) else "warning",
        source=unit.source.strip() or None,
        found=unit.target.strip() or None,
        source_spans=((0, len(unit.source)),) if lost else (),
        target_spans=() if lost else ((0, len(unit.target)),),
        values={"text": _short(text)},
    )


def _part(place: int, unit: TranslationUnit, one: LeftOut, *, elsewhere: bool) -> Finding:
    span = (one.start, one.end)
    text = (unit.source if one.of_source else unit.target)[slice(*span)].strip()
    sure = one.probability >= load_weights().cuts[GROUP]["error"]
    rule = "suspected-misalignment" if elsewhere else "omission" if one.of_source else "addition"
    return finding(
        rule,
        "in-neighbour" if elsewhere else rule,
        place,
        unit,
        severity="error" if sure and not elsewhere else "warning",
        probability=round(one.probability, 3),
        source=text if one.of_source else None,
        found=None if one.of_source else text,
        source_spans=(span,) if one.of_source else (),
        target_spans=() if one.of_source else (span,),
        values={"text": _short(text)},
    )


def _misaligned(place: int, unit: TranslationUnit) -> Finding:
    return finding(
        "suspected-misalignment",
        "misaligned",
        place,
        unit,
        source_spans=((0, len(unit.source)),),
        target_spans=((0, len(unit.target)),),
        values={"text": _short(unit.source.strip())},
    )


def _doubtful(place: int, unit: TranslationUnit) -> Finding:
    values = {"confidence": f"{unit.confidence:.2f}"}
    return finding("suspected-misalignment", "unsure", place, unit, values=values)


def _short(text: str) -> str:
    """A text as a message names it: whole words of at most 60 characters."""
    if len(text) <= 60:
        return text
    cut = text[:59]
    inside = text[59:60].isascii() and text[59:60].isalnum() and " " in cut
    return (cut.rsplit(" ", 1)[0] if inside else cut).rstrip() + "…"
