"""Is everything there: sentences left out, sentences added, units that are no translations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from statistics import median

from align.alignment.order import counterparts, is_long_enough
from align.datatypes import REVIEW_BELOW, Finding, Severity, TranslationUnit
from align.embedding.protocol import Encoder
from align.forked import BLOCK
from align.language.languages import language_of
from align.language.numbers import agree, quantities
from align.terms.rules import finding
from align.terms.wordalign import WordAligner

_ZH_PART = re.compile(r"[^。！？；]+[。！？；]?[”」』）)]*")
_EN_PART = re.compile(
    r".+?(?:[.!?;][”’\"')]*(?=\s)(?<!\b[A-Z]\.)(?<!Mr\.)(?<!Ms\.)(?<!Dr\.)|$)", re.S
)
_SHORTEST = {"zh": 8, "en": 24}  # characters of a part that is judged
# Coverage of a part that has no counterpart, by language: on a summary record sentences had 0.37
# (Chinese) and 0.29 (English) at least, nineteen in twenty foreign sentences 0.25 at most.
_UNANSWERED = {"zh": 0.31, "en": 0.25}
_SHORT_PART = 1.5  # times the shortest part that is judged: its few words say little
_RELATIVE = 0.58  # and as a share of the document's median, for free translations
_ANSWERED = 0.42  # coverage that shows where a part went
_FAR_SHORTER = 0.75
_USUAL = {"zh": 3.2, "en": 1 / 3.2}  # characters of the other side for one of this
_CLAUSE = {
    "zh": re.compile(r"[^，。！？；：]+[，。！？；：]?"),
    "en": re.compile(r"[^,.;:!?]+[,.;:!?]?"),
}
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


@lru_cache(maxsize=1024)  # the limits of a document are found from the units that are judged next
def parts(text: str, lang: str) -> tuple[tuple[int, int], ...]:
    """The sentences and long clauses of a text that are judged by themselves.

    >>> parts("甲乙丙丁戊己庚辛。一二三。", "zh")
    ((0, 9),)
    """
    primary = _primary(lang)
    pattern = _ZH_PART if primary == "zh" else _EN_PART
    spans = [match.span() for match in pattern.finditer(text)]
    return tuple((a, b) for a, b in spans if len(text[a:b].strip()) >= _SHORTEST[primary])


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
    if not lost and not added:
        lost, added = (_short_of(*side, aligner, limits) for side in _sides(unit))
    if lost and added and _all_of(unit.source, lost) and _all_of(unit.target, added):
        yield _misaligned(place, unit)
        return
    for span in lost:
        near = _near(units, place, neighbours)
        elsewhere = any(
            aligner.coverage(unit.source, units[n].target, span) > _ANSWERED for n in near
        )
        yield _part(place, unit, span, source=True, elsewhere=elsewhere)
    for span in added:
        near = _near(units, place, neighbours)
        elsewhere = any(
            aligner.coverage(unit.target, units[n].source, span) > _ANSWERED for n in near
        )
        yield _part(place, unit, span, source=False, elsewhere=elsewhere)


def _unanswered(
    text: str, other: str, lang: str, aligner: WordAligner, limits: Mapping[str, float]
) -> list[tuple[int, int]]:
    limit = limits[_primary(lang)]
    return [span for span in parts(text, lang) if aligner.coverage(text, other, span) < limit]


def _short_of(
    text: str, other: str, lang: str, aligner: WordAligner, limits: Mapping[str, float]
) -> list[tuple[int, int]]:
    """The clauses that have no counterpart, where the other side is far shorter than usual.

    A clause alone is too little to judge by: only with the length does it count.
    """
    if len(other) > _FAR_SHORTER * len(text) * _USUAL[_primary(lang)]:
        return []
    limit = limits[_primary(lang)]
    numbers = quantities(other, "en" if _primary(lang) == "zh" else "zh")
    clauses = [m.span() for m in _CLAUSE[_primary(lang)].finditer(text)]
    found: list[tuple[int, int]] = []
    for start, end in clauses:
        if aligner.coverage(text, other, (start, end)) >= limit:
            continue
        if any(agree(q, o) for q in quantities(text[start:end], lang) if q.firm for o in numbers):
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    shortest = _SHORTEST[_primary(lang)]
    return [(a, b) for a, b in found if len(text[a:b].strip()) >= shortest]


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
    sentence = len(text) >= _SHORTEST[_primary(unit.source_lang if lost else unit.target_lang)]
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


def _part(
    place: int, unit: TranslationUnit, span: tuple[int, int], *, source: bool, elsewhere: bool
) -> Finding:
    text = (unit.source if source else unit.target)[span[0] : span[1]].strip()
    severity: Severity = "warning" if elsewhere or _room_for(unit, span, source) else "error"
    rule = "suspected-misalignment" if elsewhere else "omission" if source else "addition"
    return finding(
        rule,
        "in-neighbour" if elsewhere else rule,
        place,
        unit,
        severity=severity,
        source=text if source else None,
        found=None if source else text,
        source_spans=(span,) if source else (),
        target_spans=() if source else (span,),
        values={"text": _short(text)},
    )


def _room_for(unit: TranslationUnit, span: tuple[int, int], source: bool) -> bool:
    """Whether a short part has its place by the lengths: then a free translation may hold it."""
    text, other = (unit.source, unit.target) if source else (unit.target, unit.source)
    lang = _primary(unit.source_lang if source else unit.target_lang)
    part = len(text[span[0] : span[1]].strip())
    if part > _SHORT_PART * _SHORTEST[lang]:
        return False
    return len(other) > (len(text) - part / 2) * _USUAL[lang]


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
