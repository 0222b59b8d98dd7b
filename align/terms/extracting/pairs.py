"""Pairs that may be terms: phrases of both sides, each with what it became and what goes back to it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from align.datatypes import TranslationUnit
from align.language.scripts import has_han
from align.language.words import tagged
from align.terms.extracting import english
from align.terms.extracting.phrases import (
    Places,
    Span,
    TaggedWord,
    nested,
    no_term,
    proposals,
    with_plus,
)
from align.terms.following.batch import Text
from align.terms.following.model import Follower, Question
from align.terms.renderings import Place, RenderingCount, TermRenderings, key, side, term_renderings
from align.terms.wordalign import WORTH, WordAligner

_OF_NAMES = 3  # answers to a name that are looked at: its ends are the least sure of all
_FROM_ENGLISH = 2  # renderings more that are known from the English side only
_RENDERINGS = 3  # of a phrase that are weighed against each other: further ones are rarer still


@dataclass(frozen=True, slots=True)
class Document:
    """The units that have both sides, read once."""

    units: tuple[TranslationUnit, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    tokens: tuple[list[TaggedWord], ...]  # Chinese words with their parts of speech
    zh_read: tuple[Text, ...]
    en_read: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A Chinese phrase with one of its renderings.

    `back` is the probability that the rendering, asked back at `place`, goes to this phrase, `rival`
    the highest of another phrase, `nothing` of none.
    """

    source: str
    term: TermRenderings
    rendering: RenderingCount
    place: Place  # where it is surest
    back: float
    rival: float
    nothing: float


def read(
    units: Sequence[TranslationUnit], follower: Follower, dictionary: Sequence[str] = ()
) -> Document:
    """The document of some units; `dictionary` holds Chinese words that are never cut.

    A unit without a Chinese character was left untranslated, or holds figures: it tells no rendering.
    """
    paired = tuple(
        unit for unit in units if unit.source and unit.target and has_han(side(unit, "zh")[0])
    )
    zh = tuple(side(unit, "zh")[0] for unit in paired)
    en = tuple(side(unit, "zh")[1] for unit in paired)
    tokens = tuple(with_plus(text, tagged(text, dictionary=dictionary)) for text in zh)
    return Document(
        paired,
        zh,
        en,
        tokens,
        tuple(follower.reader.read(zh, "zh")),
        tuple(follower.reader.read(en, "en")),
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """An English phrase with a Chinese one that it went to."""

    target: str
    source: str
    place: Place  # with the probability of this answer


def answers(document: Document, follower: Follower, examined: int) -> list[Answered]:
    """What answers in Chinese to the phrases of the English side: to a name also the next likely.

    Of more than `examined` different phrases those with the highest C-value are asked.
    """
    places: Places = {}
    for unit, text in enumerate(document.en_read):
        for start, end in english.phrases(text):
            places.setdefault(key(text.text[start:end]), []).append((unit, (start, end)))
    asked: list[Question] = []
    where: list[int] = []
    for group, some in enumerate(most_termlike(places, examined).values()):
        for unit, span in some:
            asked.append(Question(document.en[unit], document.zh[unit], span, group))
            where.append(unit)
    if not asked:
        return []
    followed = follower.follow(asked, "zh")
    order = np.argsort(-followed.probability, axis=1, kind="stable")[:, :_OF_NAMES]
    found = []
    for row, (question, unit) in enumerate(zip(asked, where, strict=True)):
        target = question.source[question.span[0] : question.span[1]]
        for run in order[row, : _OF_NAMES if target[0].isupper() else 1].tolist():
            likely = float(followed.probability[row, run])
            if likely < WORTH:
                break
            start, end = followed.places[row, run].tolist()
            source = document.zh[unit][start:end]
            if len(source) > 1 and not english.BROKEN.search(source):
                place = Place(unit, (start, end), question.span, likely)
                found.append(Answered(target, source, place))
    return found


def most_termlike(found: Places, most: int) -> Places:
    """At most `most` phrases, those with the highest C-value: long ones that recur.

    >>> list(most_termlike({"ab": [(0, (0, 2))] * 3, "cd": [(0, (0, 2))], "abcd": [(0, (0, 4))] * 2}, 2))
    ['ab', 'abcd']
    """
    if len(found) <= most:
        return found
    values = {text: math.log2(1 + len(text)) * len(places) for text, places in found.items()}
    best = set(sorted(values, key=lambda text: (-values[text], text))[:most])
    return {text: places for text, places in found.items() if text in best}


def phrases(document: Document, answered: Sequence[Answered], longest: int) -> Places:
    """Where each Chinese phrase that may be a term occurs: of its own shape, or by an English one."""
    found = proposals(document.zh, document.tokens, longest)
    known = {text: set(places) for text, places in found.items()}
    for one in answered:
        known.setdefault(one.source, set()).add((one.place.unit, one.place.source_span))
    return {
        text: sorted(places)
        for text, places in known.items()
        if not no_term(text, document.tokens[min(places)[0]], min(places)[1])
    }


def pairs(
    document: Document, aligner: WordAligner, phrases: Places, answered: Sequence[Answered] = ()
) -> list[Pair]:
    """Each phrase with its likeliest renderings, asked back where they are surest."""
    inside: dict[str, set[tuple[int, Span]]] = {}
    for text, where, _ in nested(phrases):
        inside.setdefault(text, set()).add(where)
    found = []
    from_english = _by_phrase(answered)
    for term in term_renderings(phrases, document.units, aligner):
        held = inside.get(term.term, set())
        for one in _renderings(term, from_english.get(term.term, {})):
            if english.no_term(one.text) or only_stays(term.term, one):
                continue
            found.append((term, one, max(one.places, key=lambda p: _shows(p, held))))
    asked = [
        Question(document.en[place.unit], document.zh[place.unit], place.target_span, at)
        for at, (_, _, place) in enumerate(found)
    ]
    answers = aligner.follower.answers(asked, "zh") if asked else []
    result = []
    for (term, one, place), answer in zip(found, answers, strict=True):
        own, zh = bare(term.term), document.zh[place.unit]
        sums: dict[str, float] = {}
        for run in answer.runs:
            text = bare(zh[run.start : run.end])
            sums[text] = min(sums.get(text, 0.0) + run.probability, 1.0)
        rival = max((value for text, value in sums.items() if text != own), default=0.0)
        result.append(Pair(term.term, term, one, place, sums.get(own, 0.0), rival, answer.nothing))
    return result


_ACRONYM = re.compile(r"[A-Z][A-Z0-9]+")


def is_kept_acronym(phrase: str, rendering: str) -> bool:
    """Whether an acronym stays as it is, as a termbase may say: SQL."""
    return phrase == rendering and bool(_ACRONYM.fullmatch(phrase))


def only_stays(phrase: str, one: RenderingCount) -> bool:
    """Whether a word stays as it is, once, and is no acronym: Türkçe in a list of languages."""
    same = bare(one.text) == bare(phrase) and not is_kept_acronym(phrase, one.text)
    return same and len(one.places) < 2


def _by_phrase(answered: Sequence[Answered]) -> dict[str, dict[str, list[Answered]]]:
    """What went to each Chinese phrase, by the key of the English one."""
    found: dict[str, dict[str, list[Answered]]] = {}
    for one in answered:
        found.setdefault(one.source, {}).setdefault(key(one.target), []).append(one)
    return found


def _renderings(
    term: TermRenderings, from_english: Mapping[str, Sequence[Answered]]
) -> list[RenderingCount]:
    """The likeliest renderings of a phrase, asked from either side.

    联合国开发计划署 may go to "Programme" while "United Nations Development Programme" goes to it.
    """
    found = [one for one in term.renderings if one.text]
    found.sort(key=lambda one: (-sum(place.score for place in one.places), one.text))
    found = found[:_RENDERINGS]
    known = {key(one.text) for one in found}
    more = [
        RenderingCount(
            some[0].target,
            tuple(one.place for one in some),
            score=round(sum(one.place.score for one in some) / len(some), 4),
        )
        for form, some in from_english.items()
        if form not in known
    ]
    more.sort(key=lambda one: (-sum(place.score for place in one.places), one.text))
    return found + more[:_FROM_ENGLISH]


def _shows(place: Place, held: set[tuple[int, Span]]) -> tuple[bool, float, int, int]:
    """How well a place shows a pair: by itself rather than in a longer phrase, and surely."""
    alone = (place.unit, place.source_span) not in held
    return alone, place.score, -place.unit, -place.source_span[0]


def bare(text: str) -> str:
    """The letters, figures and plus signs of a phrase: a quotation mark more is no difference.

    >>> bare("“以行动促维和”+")
    '以行动促维和+'
    """
    return "".join(char for char in text if char.isalnum() or char == "+")
