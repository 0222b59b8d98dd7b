"""Searching a memory, whatever keeps it: what matches, how well, and in which order.

An engine (SQLite with FAISS, PostgreSQL with pgvector) says which units may match and gives their
texts; everything that decides is here, so that every engine gives the same answers.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from align.datatypes import Match, MatchKind, TranslationUnit
from align.embedding.protocol import Encoder, Vectors, gives_tokens
from align.language.scripts import has_han
from align.language.tags import is_chinese, same_language
from align.memory import concordance as lookup
from align.memory import fuzzy
from align.memory import passages as quoted
from align.memory.concordance import Spans
from align.memory.meaning import Closer
from align.memory.passages import Passage
from align.memory.store import Admits, Stored
from align.memory.vectors import Near, Progress

Side = Literal["source", "target"]
KINDS: tuple[MatchKind, ...] = ("exact", "fuzzy", "semantic")
READ_WHOLE = 10  # units of a page: read with all they carry at once, not their texts first
COMPARED = 60  # candidates whose match rate is computed for one fuzzy search
CLOSER = 32  # units that the index of meanings finds and that are looked at token by token
SEMANTIC_MINIMUM = 0.3  # cosine similarity: below it even the nearest unit is about other things
_WIDER = 64  # one unit in so many admitted: below, a search by words is as good and reads far less
EXAMINED = 500  # texts read for one page of a concordance, more only where the page demands it

# Of a hit: unit, spans on both sides, whether the words are as typed, length of the text.
_Verified = tuple[int, Spans, Spans, bool, int]
# Maps a span of one side of a unit ("source" or "target") to where it went on the other.
Locate = Callable[[TranslationUnit, str, tuple[int, int]], Iterable[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class ConcordanceHit:
    """A unit that contains the words, with where they are and where their rendering is."""

    unit: TranslationUnit
    source_spans: Spans
    target_spans: Spans
    unit_id: int
    count: int  # how many origins hold the unit
    side: str = "source"  # where the words are: the other side's spans are the rendering
    memory: str | None = None  # its name, where several memories were asked
    also: tuple[ConcordanceHit, ...] = ()  # the same unit in others of them


@dataclass(frozen=True, slots=True)
class Concordance:
    """A page of hits, and how many units there are in all."""

    hits: tuple[ConcordanceHit, ...]
    total: int
    exact: bool  # whether `total` was counted; else it is estimated from the texts that were read


class Places(Protocol):
    """The units that have the characters and words of a concordance, each once."""

    def __len__(self) -> int: ...

    def shortest(self, start: int, end: int) -> list[int]:
        """The ids in the places `start` to `end` when those of the shortest texts come first."""


class Meanings(Protocol):
    """The index of meanings of a memory for one encoder."""

    @property
    def encoder(self) -> Encoder: ...

    def search(self, vectors: Vectors, most: int) -> list[list[Near]]:
        """The units nearest to each row, most similar first; `most` of each at most."""

    def refresh(self, progress: Progress | None = None) -> bool:
        """Bring the index up to date; whether there was anything to do."""


class Searching(ABC):
    """The searches of a memory, over what an engine has of it."""

    def __init__(self, encoder: Encoder | None) -> None:
        self._encoder = encoder
        self._looks: Closer | None = None
        self._lock = threading.RLock()
        self.admits: Admits | None = None  # places of units of which it is false do not answer

    # ------------------------------------------------------------------ what an engine gives

    @abstractmethod
    def _reading(self) -> AbstractContextManager[None]:
        """All that the block reads is of one moment; errors are told as a user can act on them."""

    @abstractmethod
    def _languages(self) -> list[tuple[str, str]]:
        """The pairs of languages, source and target, that units have or had."""

    @abstractmethod
    def _same(self, text: str, side: int) -> list[int]:
        """The units whose text on `side` is the same when folded, a thousand at most."""

    @abstractmethod
    def _candidates(self, text: str, side: int, minimum: float, most: int) -> list[int]:
        """The units that may match `text` at `minimum`, likeliest first (`align.memory.candidates`)."""

    @abstractmethod
    def _texts(self, ids: Sequence[int], side: int) -> dict[int, tuple[str, str]]:
        """The text on `side` of each unit, and its language."""

    @abstractmethod
    def _both_texts(self, ids: Sequence[int]) -> list[tuple[int, tuple[str, str]]]:
        """Source and target of each unit that is there, in order of their ids."""

    @abstractmethod
    def _stored(self, ids: Sequence[int]) -> dict[int, Stored]:
        """The units of these ids; those that are not there, or not admitted, are left out."""

    @abstractmethod
    def _places(self, query: lookup.Query, sides: Sequence[int]) -> Places:
        """The units that hold the grams of `query` on one of `sides`."""

    @abstractmethod
    def _held(self) -> quoted.Held:
        """What passages are looked for in."""

    @abstractmethod
    def _meanings(self) -> Meanings:
        """The index of meanings; without an encoder, that of the embedded model."""

    # ----------------------------------------------------------------------------- searches

    def search(
        self,
        text: str,
        *,
        lang: str | None = None,
        limit: int = 10,
        minimum: float = 0.7,
        kinds: Sequence[MatchKind] = KINDS,
    ) -> list[Match]:
        """Units like `text`, best first: the same text, then similar wording, then meaning.

        `lang` is the query's language; without it, Chinese where the text has Chinese characters,
        else anything. `minimum` is the lowest match rate of a fuzzy match. Several targets of one
        source are all given: reviewed ones first, then by number of origins, confidence and date.
        """
        text = text.strip()
        if not text or limit < 1:
            return []
        with self._reading():
            sides = self._sides(lang, text)
            if not sides:  # nothing in this language is held
                return []
            found: dict[int, tuple[Match, Stored]] = {}
            if "exact" in kinds or "fuzzy" in kinds:
                for match, stored in self._by_text(text, sides, limit, minimum, kinds):
                    _keep_better(found, match, stored)
            if "semantic" in kinds and len(found) < limit:
                for match, stored in self._by_meaning(text, sides, limit):
                    found.setdefault(stored.id, (match, stored))
            ordered = sorted(found.values(), key=lambda pair: _order(*pair))
            return [match for match, _ in ordered[:limit]]

    def concordance(
        self,
        words: str,
        *,
        lang: str | None = None,
        limit: int | None = None,
        locate: Locate | None = None,
    ) -> list[ConcordanceHit]:
        """The units that contain `words` or their near variants, in either language or in `lang`.

        Hits with the words as they were typed come first, then shorter texts. `locate` finds the
        rendering of each span on the other side.
        """
        return list(self.concordance_page(words, lang=lang, limit=limit, locate=locate).hits)

    def concordance_page(
        self,
        words: str,
        *,
        lang: str | None = None,
        limit: int | None = 20,
        locate: Locate | None = None,
    ) -> Concordance:
        """The first hits of a concordance with the number of all.

        The total is exact where every unit that has the characters and words was read, or where
        having them is enough (one character, two, one word); else estimated from those read.
        """
        query = lookup.parse(words)
        with self._reading():
            sides = [0, 1] if lang is None else self._sides(lang, words)
            places = self._places(query, sides)
            held = len(places)
            found: list[_Verified] = []
            examined = 0
            while examined < held and (limit is None or not examined or len(found) < limit):
                # One window for a page; where that does not fill it, ever larger ones.
                end = held if limit is None else min(held, 4 * examined + EXAMINED)
                part = places.shortest(examined, end)
                found += self._admitted(list(self._verified(query, part, sides)))
                examined = end
            total = len(found)
            exact = examined == held
            if not exact:
                certain = query.certain and self.admits is None
                total = held if certain else round(held * len(found) / examined)
                exact = certain
            found.sort(key=lambda hit: (not hit[3], hit[4], hit[0]))
            return Concordance(tuple(self._hits(found[:limit], locate)), total, exact)

    def passages(
        self, text: str, *, lang: str | None = None
    ) -> list[tuple[Passage, TranslationUnit, Side]]:
        """Stretches of `text` that units hold, each with its unit and the side it is on.

        In the order of the text; they do not overlap within a side. `lang` is the text's language.
        """
        found: list[tuple[Passage, TranslationUnit, Side]] = []
        with self._reading():
            for side in self._sides(lang, text):
                held, stored = self._admitted_passages(text, side)
                name: Side = "target" if side else "source"
                found += [(p, stored[p.unit_id].unit, name) for p in held if p.unit_id in stored]
        return found

    def nearest(self, texts: Sequence[str], *, limit: int = 10) -> list[list[Match]]:
        """For each text the units nearest in meaning, best first; all texts in one search."""
        found: list[list[Match]] = []
        with self._reading():
            vectors = self._meanings()
            queries = vectors.encoder.encode(list(texts))
            most = max(limit * 2, CLOSER)
            for text, near in zip(texts, self._near(queries, most), strict=True):
                ranked = self._closer(text, near)[:limit] if text.strip() else []
                stored = self._stored([unit for unit, _ in ranked])
                side = self._sides(None, text)[0]
                found.append(
                    [
                        _match(stored[unit], score, "semantic", side)
                        for unit, score in ranked
                        if unit in stored
                    ]
                )
        return found

    def texts(self, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Source and target of the units of these ids; those that are not there are left out."""
        with self._reading():
            return dict(self._both_texts(ids))

    def refresh_index(self, progress: Progress | None = None) -> bool:
        """Bring the index of meanings up to date; whether there was anything to do.

        The first search by meaning does it else. Where nobody hears of the `progress`, a warning is
        logged before an index that takes a while is made.
        """
        with self._reading():
            return self._meanings().refresh(progress)

    def _sides(self, lang: str | None, text: str) -> list[int]:
        """The sides whose texts are in the query's language: 0 source, 1 target."""
        pairs = self._languages()
        if lang is not None:
            return [side for side in (0, 1) if any(same_language(p[side], lang) for p in pairs)]
        chinese = has_han(text)
        fitting = [side for side in (0, 1) if any(is_chinese(p[side]) == chinese for p in pairs)]
        return fitting or [0, 1]

    def _by_text(
        self,
        text: str,
        sides: Sequence[int],
        limit: int,
        minimum: float,
        kinds: Sequence[MatchKind],
    ) -> Iterator[tuple[Match, Stored]]:
        for side in sides:
            same = self._same(text, side)
            if self.admits is not None:
                there = self._stored(same)
                same = [unit for unit in same if unit in there]
            ids = dict.fromkeys(same)
            if "fuzzy" in kinds and len(same) < limit:
                most = max(COMPARED, 3 * limit)
                ids.update(dict.fromkeys(self._admitted_candidates(text, side, minimum, most)))
            for stored, score in self._rated(text, list(ids), side, minimum):
                kind: MatchKind = "exact" if score == 1.0 else "fuzzy"
                if kind in kinds:
                    yield _match(stored, score, kind, side), stored

    def _rated(
        self, text: str, ids: Sequence[int], side: int, minimum: float
    ) -> Iterator[tuple[Stored, float]]:
        """Those of `ids` that match, with their rates; few are read whole, in one question."""
        few = self._stored(ids) if len(ids) <= READ_WHOLE else {}
        texts = {unit: _text(few[unit], side) for unit in few} if few else self._texts(ids, side)
        scored: list[tuple[int, float]] = []
        rated: dict[str, fuzzy.Rater] = {}
        for unit, (other, lang) in texts.items():
            if lang not in rated:
                rated[lang] = fuzzy.Rater(text, lang)
            score = rated[lang].rate(other)
            if score >= minimum:
                scored.append((unit, score))
        stored = few or self._stored([unit for unit, _ in scored])
        return ((stored[unit], score) for unit, score in scored if unit in stored)

    def _by_meaning(
        self, text: str, sides: Sequence[int], limit: int
    ) -> Iterator[tuple[Match, Stored]]:
        """Nearest by meaning, in either language: a translation as well as a paraphrase."""
        vectors = self._meanings()
        query = vectors.encoder.encode([text])
        if not query.any():
            return
        near = self._near(query, max(limit * 2, CLOSER))[0]
        ranked = self._closer(text, near)[: limit * 2]
        stored = self._stored([unit for unit, _ in ranked])
        for unit, score in ranked:
            if unit in stored:
                yield _match(stored[unit], score, "semantic", sides[0]), stored[unit]

    def _near(self, queries: Vectors, most: int) -> list[list[Near]]:
        """For each row the `most` admitted units nearest in meaning; the index knows no conditions.

        Where too few of those that it finds are admitted, it is asked for four times as many, and
        again, until one in `_WIDER` would do.
        """
        found: list[list[Near]] = [[] for _ in range(len(queries))]
        waiting = list(range(len(queries)))
        asked = most
        while waiting:
            held = self._meanings().search(queries[waiting], asked)
            again = []
            for at, units in zip(waiting, held, strict=True):
                near = [each for each in units if each.similarity >= SEMANTIC_MINIMUM]
                all_found = len(near) < len(units) or len(units) < asked
                if self.admits is not None:
                    there = self._stored([each.unit for each in near])
                    near = [each for each in near if each.unit in there]
                found[at] = near[:most]
                wanting = self.admits is not None and len(near) < most and not all_found
                if wanting and asked < most * _WIDER:
                    again.append(at)
            waiting, asked = again, asked * 4
        return found

    def _admitted_candidates(self, text: str, side: int, minimum: float, most: int) -> list[int]:
        """As many candidates as `_candidates` gives, of units that are admitted."""
        asked = most
        while True:
            ids = self._candidates(text, side, minimum, asked)
            if self.admits is None:
                return ids
            there = self._stored(ids)
            admitted = [unit for unit in ids if unit in there]
            if len(admitted) >= most or len(ids) < asked:
                return admitted[:most]
            asked *= 4

    def _admitted_passages(self, text: str, side: int) -> tuple[list[Passage], dict[int, Stored]]:
        """Passages of admitted units: one that is not admitted must not hide another behind it."""
        excluded: frozenset[int] = frozenset()
        while True:
            held = quoted.passages(self._held(), text, side, excluded=excluded)
            stored = self._stored([passage.unit_id for passage in held])
            hiding = {each.unit_id for each in held} - stored.keys()
            if not hiding or self.admits is None:
                return held, stored
            excluded |= hiding

    def _admitted(self, found: list[_Verified]) -> list[_Verified]:
        """Of the hits of a concordance those whose units are admitted."""
        if self.admits is None:
            return found
        there = self._stored([hit[0] for hit in found])
        return [hit for hit in found if hit[0] in there]

    def _closer(self, text: str, near: Sequence[Near]) -> list[tuple[int, float]]:
        """The units that the index found with their scores, best first."""
        encoder = self._meanings().encoder
        if not gives_tokens(encoder):
            return [(each.unit, each.similarity) for each in near]
        if self._looks is None:
            self._looks = Closer(encoder)
        texts = self._both_texts([each.unit for each in near])
        scores = self._looks.scores(text, [sides for _, sides in texts]).tolist()
        ranked = [(unit, score) for (unit, _), score in zip(texts, scores, strict=True)]
        return sorted(ranked, key=lambda each: (-each[1], each[0]))

    def _verified(
        self, query: lookup.Query, ids: Sequence[int], sides: Sequence[int]
    ) -> Iterator[_Verified]:
        """Of `ids` those whose texts match: id, spans on both sides, as typed, length."""
        for unit, texts in self._both_texts(ids):
            spans = [query.spans(texts[side]) if side in sides else () for side in (0, 1)]
            if spans[0] or spans[1]:
                typed = any(query.words in texts[side] for side in (0, 1) if spans[side])
                length = min(len(texts[side]) for side in (0, 1) if spans[side])
                yield unit, spans[0], spans[1], typed, length

    def _hits(self, found: Sequence[_Verified], locate: Locate | None) -> Iterator[ConcordanceHit]:
        stored = self._stored([hit[0] for hit in found])
        for number, source, target, _, _ in found:
            if number not in stored:  # removed by another program since
                continue
            unit = stored[number].unit
            side = "source" if source else "target"
            if locate and not (source and target):
                there = {s for span in source or target for s in locate(unit, side, span)}
                source, target = (source, _merged(there)) if source else (_merged(there), target)
            yield ConcordanceHit(unit, source, target, number, stored[number].origins, side)


def _text(stored: Stored, side: int) -> tuple[str, str]:
    unit = stored.unit
    return (unit.target, unit.target_lang) if side else (unit.source, unit.source_lang)


def _merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans in order, those that touch or overlap made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _match(stored: Stored, score: float, kind: MatchKind, side: int) -> Match:
    return Match(
        unit=stored.unit,
        score=score,
        kind=kind,
        side="target" if side else "source",
        unit_id=stored.id,
        count=stored.origins,
    )


def _keep_better(found: dict[int, tuple[Match, Stored]], match: Match, stored: Stored) -> None:
    known = found.get(stored.id)
    if known is None or match.score > known[0].score:
        found[stored.id] = match, stored


def _order(match: Match, stored: Stored) -> tuple[object, ...]:
    return (KINDS.index(match.kind), -match.score, *stored.rank())
