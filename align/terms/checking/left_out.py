"""Sentences and clauses of a unit that have no counterpart, by a trained probability.

How well a part's words are answered says little by itself: a free translation answers whole sentences
ill. It counts beside how well the rest is answered, and by whether the lengths leave room for the part.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from align.datatypes import TranslationUnit
from align.language.languages import language_of
from align.language.numbers import Quantity, agree, quantities
from align.terms.checking.weights import Weights
from align.terms.wordalign import WordAligner

Span = tuple[int, int]

GROUP = "sentence"  # its cuts in `Weights`
SHORTEST = {"zh": 8, "en": 24}  # characters of a part that is judged
_USUAL = {"zh": 3.2, "en": 1 / 3.2}  # characters of the other side for one of this: lengths' unit
# Parts that are covered better are not judged: all of 4,069 sentences that stood alone in joined pairs
# are below it, and 3 % of the parts of right ones. Learned with all below 0.6, no more is found.
_COVERED = 0.45
# Where the features bend, no decisions: a part that is as good as its text; lengths that are so far
# apart say no more.
_ALL, _FAR = 0.85, 2.0
_ZH_PART = re.compile(r"[^。！？；]+[。！？；]?[”」』）)]*")
_EN_PART = re.compile(
    r".+?(?:[.!?;][”’\"')]*(?=\s)(?<!\b[A-Z]\.)(?<!Mr\.)(?<!Ms\.)(?<!Dr\.)|$)", re.S
)
_CLAUSE = {
    "zh": re.compile(r"[^，。！？；：]+[，。！？；：]?"),
    "en": re.compile(r"(?:[^,.;:!?]|(?<=\d)[.,:](?=\d))+[,.;:!?]?"),
}


class LeftOut(NamedTuple):
    """A part of a side that the other side may not have."""

    of_source: bool
    start: int
    end: int
    probability: float


@lru_cache(maxsize=1024)  # the limits of a document are found from the units that are judged next
def parts(text: str, lang: str) -> tuple[Span, ...]:
    """The sentences and long clauses of a text that are judged by themselves.

    >>> parts("甲乙丙丁戊己庚辛。一二三。", "zh")
    ((0, 9),)
    """
    rules = language_of(lang).rules
    pattern = _ZH_PART if rules == "zh" else _EN_PART
    spans = [match.span() for match in pattern.finditer(text)]
    return tuple((a, b) for a, b in spans if len(text[a:b].strip()) >= SHORTEST[rules])


def left_out(unit: TranslationUnit, aligner: WordAligner, weights: Weights) -> list[LeftOut]:
    """The parts that are told, of the source and of the translation; those that touch are one."""
    found: list[LeftOut] = []
    least = weights.least(GROUP)
    for of_source in (True, False):
        last: LeftOut | None = None
        for (start, end), features in judged(unit, aligner, of_source=of_source):
            chance = weights.probability(features)
            if chance < least:
                continue
            one = LeftOut(of_source, start, end, chance)
            if last is not None and start <= last.end:
                found.pop()
                likelier = max(last.probability, chance)
                one = LeftOut(of_source, last.start, max(last.end, end), likelier)
            found.append(one)
            last = one
    return found


def judged(
    unit: TranslationUnit, aligner: WordAligner, *, of_source: bool
) -> Iterator[tuple[Span, dict[str, float]]]:
    """The parts of a side that are answered ill, in order, with what speaks for their being left out."""
    text, other, lang = (
        (unit.source, unit.target, unit.source_lang)
        if of_source
        else (unit.target, unit.source, unit.target_lang)
    )
    rules = language_of(lang).rules
    sentences = parts(text, lang)
    clauses = (match.span() for match in _CLAUSE[rules].finditer(text))
    long = [(a, b) for a, b in clauses if len(text[a:b].strip()) >= SHORTEST[rules]]
    covered = {span: aligner.coverage(text, other, span) for span in {*sentences, *long}}
    ill = sorted(span for span, value in covered.items() if value < _COVERED)
    if not ill:
        return
    numbers = quantities(other, "en" if rules == "zh" else "zh")
    back = aligner.coverage(other, text, (0, len(other)))
    for span in ill:
        rest = [(0, span[0]), (span[1], len(text))]
        many = sum(end - start for start, end in rest)
        beside = sum((b - a) * aligner.coverage(text, other, (a, b)) for a, b in rest if b > a)
        yield (
            span,
            _features(
                text,
                other,
                span,
                rules,
                of_source=of_source,
                sentence=span in sentences,
                sentences=len(sentences),
                covered=covered[span],
                beside=beside / many if many else 0.0,
                back=back,
                numbers=numbers,
            ),
        )


def _features(
    text: str,
    other: str,
    span: Span,
    rules: str,
    *,
    of_source: bool,
    sentence: bool,
    sentences: int,
    covered: float,
    beside: float,
    back: float,
    numbers: Sequence[Quantity],
) -> dict[str, float]:
    """What speaks for and against; lengths are logs of how many characters there are for the usual."""
    whole, part = len(text.strip()), len(text[slice(*span)].strip())
    room = math.log(max(len(other.strip()), 1) / (whole * _USUAL[rules]))
    without = math.log(max(len(other.strip()), 1) / (max(whole - part, 3) * _USUAL[rules]))
    without = max(-_FAR, min(without, _FAR))
    own = quantities(text[slice(*span)], rules)
    said = any(agree(one, theirs) for one in own if one.firm for theirs in numbers)
    return {
        "sentence:bias": 1.0,
        "sentence:target": float(not of_source),
        "sentence:zh": float(rules == "zh"),
        "sentence:whole": float(sentence),
        "sentence:others": float(sentences > 1),
        "sentence:whole of several": float(sentence and sentences > 1),
        "sentence:covered": covered,
        "sentence:zh covered": covered * (rules == "zh"),
        "sentence:beside": beside,
        "sentence:less": beside - covered,
        "sentence:back": back,
        "sentence:share": part / whole,
        "sentence:all": float(part > _ALL * whole),
        "sentence:room": room,
        "sentence:longer": max(room, 0.0),
        "sentence:shorter": max(-room, 0.0),
        "sentence:without": without,
        "sentence:off without": abs(without),
        "sentence:length": math.log(max(part, 1)),
        "sentence:number answered": float(said),
    }
