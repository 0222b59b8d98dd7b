"""Names in extraction: the whole of each on both sides, and no more than that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from align.datatypes import TranslationUnit
from align.terms.extract_phrases import KINDS, Span, TaggedWord
from align.terms.extract_rank import ONE_NAME, Candidate
from align.terms.renderings import (
    Place,
    RenderingCount,
    TermRenderings,
    find_terms,
    key,
    side,
)
from align.terms.termbase import is_name
from align.terms.wordalign import WordAligner


def with_whole_names(
    term: TermRenderings,
    chinese: Sequence[str],
    english: Sequence[str],
    tokens: Sequence[list[TaggedWord]],
) -> TermRenderings:
    """Renderings without the verb that opens a sentence, and with the whole of a name.

    Word alignment finds the words of a name that the Chinese short form has, and cuts off the rest:
    团 with "Mission in Mali" of "Stabilization Mission in Mali". Where the Chinese phrase names a
    kind of thing and is no part of a longer one, the rest of the name belongs to it. A name that has
    a short form in brackets in both languages is surely one.
    """
    moved: dict[str, list[tuple[str, Place]]] = {}
    scores: dict[str, float] = {}
    kind = len(term.term) > 2 and KINDS.search(term.term)
    for one in term.renderings:
        for place in one.places:
            target, old = english[place.unit], place.target_span
            span = old
            if one.text and kind and _stands_alone(place.source_span, tokens[place.unit]):
                span = _whole_name(target, span)
            if one.text:
                span = _without_opening(target, span, english)
            text = target[slice(*span)] if span != old else one.text
            moved.setdefault(key(text), []).append((text, replace(place, target_span=span)))
            score = one.score
            if _explained(chinese[place.unit], place.source_span) and _explained(target, span):
                score = max(score, _EXPLAINED)
            scores[key(text)] = max(scores.get(key(text), 0.0), score)
    renderings = [
        RenderingCount(
            Counter(text for text, _ in found).most_common(1)[0][0],
            tuple(place for _, place in found),
            score=scores[form],
        )
        for form, found in moved.items()
    ]
    return replace(term, renderings=tuple(sorted(renderings, key=lambda r: (-r.count, r.text))))


_OPENING = re.compile(
    r"(?:At|In|On|For|From|With|By|To|Under|Of|As|And|But) (?:the )?(?=[A-Z])"
    r"|\w+(?:s|ing) the (?=[A-Z])"  # Requests the Secretary-General
    r"|\w+(?: \w+)? (?:with|to|from|by|under|against) (?:the )?(?=[A-Z])"  # Together with the
)
_VERB = re.compile(r"\w+(?:s|ing) (?=[A-Z][\w-]+ )")


def _without_opening(text: str, span: Span, english: Sequence[str]) -> Span:
    """A rendering without the first words of a sentence, capital only for their place."""
    if re.search(r"[A-Za-z]", text[: span[0]]):
        return span
    match = _OPENING.match(text, *span)
    if not match and (match := _VERB.match(text, *span)):  # Urges Member States
        rest = text[match.end() : span[1]]
        whole = text[slice(*span)]
        if not any(f" {rest}" in other.replace(whole, "") for other in english):
            match = None
    return (match.end(), span[1]) if match else span


_EXPLAINED = 0.8


def _explained(text: str, span: Span) -> bool:
    """Whether a bracket with a short form follows: 联合国开发计划署(开发署)."""
    return bool(span[1] and _SHORT_FORM.match(text, span[1]))


_SHORT_FORM = re.compile(r" ?[(（](?:[A-Z][A-Z0-9+/-]+s?|[\u4e00-\u9fff+]{2,8})[)）]")


def _stands_alone(span: Span, tokens: Sequence[TaggedWord]) -> bool:
    """Whether no noun stands directly before or after: the phrase is no part of a longer one."""
    return not any(
        tag.startswith(("n", "j", "eng", "term", "b", "vn"))
        for start, end, tag in tokens
        if end == span[0] or start == span[1]
    )


def _whole_name(text: str, span: Span) -> Span:
    """The name of several words that `span` is a part of, else `span`."""
    for match in ONE_NAME.finditer(text):
        if match.start() <= span[0] and span[1] <= match.end():
            return match.span()
    return span


class NameCutter:
    """Moves the ends of Chinese phrases to where they answer best to the name they stand for.

    Word segmentation cuts names that it does not know: 发达国家集团 out of 最不发达国家集团 for the
    Group of Least Developed Countries, 以行动促维和+执行 out of a sentence for A4P+.
    """

    def __init__(
        self,
        units: Sequence[TranslationUnit],
        tokens: Sequence[list[TaggedWord]],
        aligner: WordAligner,
    ) -> None:
        self.units = units
        self.tokens = tokens
        self.aligner = aligner

    def cut(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates in their order; of two that become the same, the first."""
        better: dict[str, Candidate] = {}
        for one in candidates:
            if _is_rare_name(one):
                one = self._fitted(one)
            better.setdefault(one.source, one)
        new = better.keys() - {one.source for one in candidates}
        found = find_terms(sorted(new), self.units)
        return [
            replace(one, count=max(len(found[one.source]), 1)) if one.source in new else one
            for one in better.values()
        ]

    def _fitted(self, one: Candidate) -> Candidate:
        place = self._moved(self._spelled_out(one.place))
        if (place.source_span, place.target_span) == (one.place.source_span, one.place.target_span):
            return one
        text, target = side(self.units[place.unit], "zh")
        source, whole = text[slice(*place.source_span)], target[slice(*place.target_span)]
        others = tuple(v for v in one.variants[1:] if key(v.text) != key(whole))
        return replace(
            one,
            source=source,
            target=whole,
            variants=(RenderingCount(whole, (place,), score=place.score), *others),
            place=place,
        )

    def _moved(self, place: Place) -> Place:
        """With the Chinese span that answers best to the English one, a word at a time."""
        text, target = side(self.units[place.unit], "zh")
        tokens = self.tokens[place.unit]
        starts, ends = [start for start, _, _ in tokens], [end for _, end, _ in tokens]
        if place.source_span[0] not in starts or place.source_span[1] not in ends:
            return place

        def score(first: int, last: int) -> float:
            return self._score(text, target, (starts[first], ends[last]), place)

        low, high = starts.index(place.source_span[0]), ends.index(place.source_span[1])
        if low and _BY_MEANS_OF.match(text, starts[low - 1]):
            low -= 1
        best = score(low, high)
        for _ in range(_MOVES):
            moves = [
                (score(first, last) - due, first, last)
                for first, last, due in (
                    (low - 1, high, _WIDER),
                    (low - 2, high, _WIDER),
                    (low, high + 1, _WIDER),
                    (low + 1, high, _NARROWER),
                    (low, high - 1, _NARROWER),
                )
                if 0 <= first <= last < len(starts)
                and not _LOOSE.search(text[starts[first] : ends[last]])
                and not (first < low and KINDS.fullmatch(text[starts[first] : ends[first]]))
                and not (last < high and self._is_head(text, tokens[high]))
                and not (first > low and text.startswith(_IN_CHARGE, starts[low]))
            ]
            gain, first, last = max(moves, default=(0.0, low, high))
            if gain <= best:
                break
            best, low, high = score(first, last), first, last
        return replace(place, source_span=(starts[low], ends[high]), score=best)

    @staticmethod
    def _is_head(text: str, token: TaggedWord) -> bool:
        """Whether a phrase's last word says what the whole is: without it, it is something else."""
        return token[2].startswith("n") or bool(KINDS.search(text[: token[1]]))

    def _spelled_out(self, place: Place) -> Place:
        """The name before a short form in brackets, which stands for the same."""
        text, target = side(self.units[place.unit], "zh")
        start, end = place.target_span
        bracketed = target[start - 2 : start] == " (" and target[end : end + 1] == ")"
        if not bracketed or text[: place.source_span[0]].endswith(("(", "（")):
            return place
        for match in ONE_NAME.finditer(target, 0, start - 2):
            if match.end() == start - 2:
                return replace(place, target_span=match.span())
        return place

    def _score(self, text: str, target: str, span: Span, place: Place) -> float:
        """How well the name is the rendering of `span`; 0 where it is not among the best."""
        for one in self.aligner.renderings(text, target, span, limit=4):
            if (one.start, one.end) == place.target_span:
                return one.score
        return 0.0


_BY_MEANS_OF = re.compile(r"以[\u4e00-\u9fff]{2,4}促")  # 以行动促维和, with its preposition
_IN_CHARGE = (
    "主管"  # 主管业务支助事务副秘书长 is the Under-Secretary-General for Operational Support
)
_MOVES = 4
_WIDER, _NARROWER = 0.02, 0.03  # how much better a phrase must answer that has one word more, less
_LOOSE = re.compile(r"[的了，。；：、（）()《》“”]|^[在于对和与及为向从]")


def _is_rare_name(one: Candidate) -> bool:
    return one.count <= 2 and is_name(one.target) and not one.target.isdigit()
