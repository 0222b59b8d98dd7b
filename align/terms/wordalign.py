"""Where a span of one side of a unit went, asked one by one; `terms.following` decides.

For callers that look at a unit at a time: the check, a reference, a concordance. Whole documents and
memories ask `Follower.follow` for all their spans at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from align.datatypes import TranslationUnit
from align.embedding.protocol import TokenEncoder
from align.language.folding import fold
from align.language.languages import language_of
from align.language.scripts import HAN
from align.terms.following.coverage import Covered, cover
from align.terms.following.model import Answer, Follower, Question
from align.terms.following.pieces import SMALL_ENGLISH

Span = tuple[int, int]

_BLOCK = 128  # neighbouring units that are covered together: their arrays stay in the cache
_KEPT = 4096  # units whose coverage is kept, both ways, and answers
_Asked = tuple[str, str, Span, str]  # source, target, span and the rules of the target's language


@dataclass(frozen=True, slots=True)
class Rendering:
    """Where a span went: ``target[start:end]``; `score` is its probability."""

    start: int
    end: int
    text: str
    score: float


class WordAligner:
    """Follows spans of single units with an encoder whose tokens have vectors.

    `units` are those at hand (a document, a memory's hits): what keeps company in them sharpens the
    answer; without them the vectors alone decide.
    """

    def __init__(self, encoder: TokenEncoder, units: Sequence[TranslationUnit] = ()) -> None:
        self.follower = Follower(encoder, units)
        self._units = units
        self._places = {(unit.source, unit.target): at for at, unit in enumerate(units)}
        self._covered: dict[tuple[str, str], Covered] = {}
        self._answers: dict[_Asked, Answer] = {}

    def rendering(
        self, source: str, target: str, span: Span, *, target_lang: str = "en"
    ) -> Rendering | None:
        """The likeliest rendering in `target` of ``source[span]``, None where nothing is likelier."""
        found = self.renderings(source, target, span, target_lang=target_lang)
        return found[0] if found else None

    def renderings(
        self,
        source: str,
        target: str,
        span: Span,
        *,
        limit: int = 1,
        blocked: Sequence[Span] = (),
        target_lang: str = "en",
    ) -> list[Rendering]:
        """The `limit` likeliest renderings, best first, none of them in a `blocked` span.

        Empty where nothing is likelier than any, and no run is worth naming.
        """
        if not source or not target:
            return []
        answer = self._follow(source, target, span, language_of(target_lang).rules)
        return [
            Rendering(run.start, run.end, target[run.start : run.end], run.probability)
            for run in answer.runs
            if run.probability > answer.nothing or run.probability >= WORTH
            if not any(run.start < high and low < run.end for low, high in blocked)
        ][:limit]

    def coverage(self, source: str, target: str, span: Span) -> float:
        """How well the words of a source span are answered in the target, about 0 to 0.7."""
        covered = self._covered.get((source, target))
        if covered is None:
            self._cover(source, target)
            covered = self._covered[source, target]
        return covered.of(span)

    def ask_ahead(self, asked: Sequence[tuple[str, str, Span]], target_lang: str) -> None:
        """Follow spans of (source, target) that `renderings` will be asked for, together."""
        into = language_of(target_lang).rules
        keys = [(*one, into) for one in dict.fromkeys(asked) if one[0] and one[1]]
        new = [key for key in keys if key not in self._answers]
        if len(self._answers) + len(new) > _KEPT:
            self._answers.clear()
        # Each is a term of its own: what stands together would support one another.
        questions = [Question(*key[:3], group) for group, key in enumerate(new)]
        if questions:
            self._answers.update(zip(new, self.follower.answers(questions, into), strict=True))

    def _follow(self, source: str, target: str, span: Span, into: str) -> Answer:
        key = (source, target, span, into)
        if key not in self._answers:
            self.ask_ahead([key[:3]], into)
        return self._answers[key]

    def expect(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Cover pairs of texts that `coverage` will be asked of: together for less than one by one."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._covered]
        if new:
            self._cover_all(new)

    def _cover(self, source: str, target: str) -> None:
        """Cover a pair of texts, and where it is of the units at hand its neighbours with it."""
        pairs = [(source, target)]
        place = self._places.get((source, target), self._places.get((target, source)))
        if place is not None:
            first = place - place % _BLOCK
            some = self._units[first : first + _BLOCK]
            pairs += [(unit.source, unit.target) for unit in some if unit.source and unit.target]
        if len(self._covered) > 2 * _KEPT:
            self._covered.clear()
        # The whole block, whatever of it is known: sums depend on what is beside them, in the last bit.
        self._cover_all(list(dict.fromkeys(pairs)))

    def _cover_all(self, pairs: Sequence[tuple[str, str]]) -> None:
        zh = [(a, b) if _chinese(a, b) else (b, a) for a, b in pairs]
        found = cover(zh, ("zh", "en"), self.follower.encoder, self.follower.company)
        for (a, b), (ours, theirs) in zip(zh, found, strict=True):
            self._covered[a, b], self._covered[b, a] = ours, theirs


# Probability from which a run is named though nothing is likelier. Extraction hardly feels it: of 130
# terms of a meeting's record 80, 78 and 78 are right among the first 300 at 0.05, 0.1 and 0.2.
WORTH = 0.1


def _chinese(one: str, another: str) -> bool:
    """Whether the first of two texts is the Chinese one."""
    return _han(one) * max(len(another), 1) >= _han(another) * max(len(one), 1)


def _han(text: str) -> int:
    return sum(map(len, _HAN_RUN.findall(text)))


_HAN_RUN = re.compile(f"[{HAN}]+")


def normalised(text: str) -> str:
    """A rendering's comparison form: folded, without articles at its edges or plural endings."""
    from align.terms.matcher import _singular

    parts = fold(text).split()
    while parts and parts[0] in SMALL_ENGLISH:
        parts.pop(0)
    return _singular(" ".join(parts))
