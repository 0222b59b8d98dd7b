"""A translation memory: a SQLite file of units, searched by text and, beside it, by meaning."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from align.datatypes import Match, MatchKind, TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder, TokenEncoder
from align.errors import ModelError
from align.language.scripts import is_han
from align.language.tags import is_chinese, same_language
from align.memory import concordance as lookup
from align.memory import fuzzy, removing, store, writing
from align.memory import passages as quoted
from align.memory.candidates import candidates
from align.memory.concordance import Spans
from align.memory.connection import connect, explained, snapshot
from align.memory.meaning import Closer
from align.memory.passages import Passage
from align.memory.store import Selection, Stored
from align.memory.textindex import TextIndex
from align.memory.vectors import Near, Progress, VectorIndex, index_path, read_header
from align.memory.writing import AddReport

Side = Literal["source", "target"]
KINDS: tuple[MatchKind, ...] = ("exact", "fuzzy", "semantic")
COMPARED = 60  # candidates whose match rate is computed for one fuzzy search
CLOSER = 32  # units that the index of meanings finds and that are looked at token by token
SEMANTIC_MINIMUM = 0.3  # cosine similarity: below it even the nearest unit is about other things
EXAMINED = 500  # texts read for one page of a concordance, more only where the page demands it

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


@dataclass(frozen=True, slots=True)
class Concordance:
    """A page of hits, and how many units there are in all."""

    hits: tuple[ConcordanceHit, ...]
    total: int
    exact: bool  # whether `total` was counted; else it is estimated from the texts that were read


@dataclass(frozen=True, slots=True)
class Stats:
    """What a memory holds."""

    units: int
    provenances: int
    languages: tuple[tuple[str, str, int], ...]  # source, target, units
    origins: tuple[tuple[str, int], ...]  # name, units
    states: tuple[tuple[str, int], ...]  # reviewer's state ("" for none), units
    unfinished: tuple[tuple[str, int], ...]  # imports that were cut short: name, units read
    bytes: int
    index: str  # of meaning: "none", "up to date", "out of date: …"


class TranslationMemory:
    """A memory in one SQLite file; several may read while one writes.

    Use as a context manager. Its methods may be called from several threads, one at a time.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, encoder: Encoder | None) -> None:
        self.path = path
        self._connection = connection
        self._encoder = encoder
        self._index = TextIndex(connection)
        self._vectors: VectorIndex | None = None
        self._looks: Closer | None = None
        self._lock = threading.RLock()

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        create: bool = False,
        read_only: bool = False,
        encoder: Encoder | None = None,
    ) -> Self:
        """Open a memory; an older one is upgraded first.

        Without an `encoder` the embedded model is loaded when the first search by meaning is made.
        Raises MemoryFileError when there is no memory there, or it is locked, newer or damaged.
        """
        path = Path(path)
        return cls(path, connect(path, create=create, read_only=read_only), encoder)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        with self._lock, explained(self.path):
            return int(self._connection.execute("SELECT units FROM state").fetchone()[0])

    def add(
        self,
        units: Iterable[TranslationUnit],
        *,
        origin: str,
        now: str | datetime,
        stream: str | None = None,
        saved: Callable[[AddReport], None] | None = None,
    ) -> AddReport:
        """Store units in transactions of some thousands; those that are there gain a provenance.

        A unit that names its own origin keeps it; the others come from `origin`. `stream` is a hash
        of what the units are read from: the same import again continues where it was cut short.
        `saved` is told the counts after every commit. `now` is YYYYMMDDThhmmssZ or a datetime.
        """
        with self._lock, explained(self.path):
            return writing.add(
                self._connection, units, origin=origin, now=_stamp(now), stream=stream, saved=saved
            )

    def units(
        self,
        origin: str | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
        confidence: float | None = None,
    ) -> Iterator[TranslationUnit]:
        """The units in the order they came in, or those of an origin, of dates, of a confidence.

        Each is given once, with the best of its provenances that fit.
        """
        selection = Selection(origin, since, until, confidence)
        with explained(self.path):
            for stored in store.select(self._connection, selection):
                yield stored.unit

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
            ids, sizes = lookup.matching(self._index, query, sides)
            found: list[tuple[int, Spans, Spans, bool, int]] = []
            examined = 0
            while examined < len(ids) and (limit is None or not examined or len(found) < limit):
                # One window for a page; where that does not fill it, ever larger ones.
                end = len(ids) if limit is None else min(len(ids), 4 * examined + EXAMINED)
                part = lookup.shortest_first(ids, sizes, examined, end)
                found += self._verified(query, part, sides)
                examined = end
            total = len(found)
            exact = examined == len(ids)
            if not exact:
                total = len(ids) if query.certain else round(len(ids) * len(found) / examined)
                exact = query.certain
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
                held = quoted.passages(self._connection, self._index, text, side)
                stored = store.read(self._connection, [passage.unit_id for passage in held])
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
            for text, held in zip(texts, vectors.search(queries, most), strict=True):
                near = [each for each in held if each.similarity >= SEMANTIC_MINIMUM]
                ranked = self._closer(text, near)[:limit] if text.strip() else []
                stored = store.read(self._connection, [unit for unit, _ in ranked])
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
            return dict(store.both_texts(self._connection, ids))

    def refresh_index(self, progress: Progress | None = None) -> bool:
        """Bring the index of meanings up to date; whether there was anything to do.

        The first search by meaning does it else. Where nobody hears of the `progress`, a warning is
        logged before an index that takes a while is made.
        """
        with self._reading():
            return self._meanings().refresh(progress)

    def stats(self) -> Stats:
        """Counts of what the memory holds."""
        with self._reading():
            rows = self._connection.execute
            languages = rows(
                "SELECT l.source, l.target, count(*) FROM units u JOIN languages l"
                " ON l.id = u.languages GROUP BY l.id ORDER BY 3 DESC, 1, 2"
            )
            origins = rows(
                "SELECT o.name, count(DISTINCT unit) FROM provenance p JOIN origins o"
                " ON o.id = p.origin GROUP BY o.id ORDER BY 2 DESC, 1"
            )
            states = rows(
                "SELECT coalesce(state, ''), count(DISTINCT unit) FROM provenance"
                " GROUP BY 1 ORDER BY 1"
            )
            unfinished = rows(
                "SELECT name, position FROM imports WHERE finished = 0 AND stream IS NOT NULL"
                " AND position > 0 ORDER BY id"
            )
            places = rows("SELECT count(*) FROM provenance").fetchone()[0]
            return Stats(
                units=len(self),
                provenances=places,
                languages=tuple(languages),
                origins=tuple(origins),
                states=tuple(states),
                unfinished=tuple(unfinished),
                bytes=rows("PRAGMA page_count").fetchone()[0]
                * rows("PRAGMA page_size").fetchone()[0],
                index=self.index_status(),
            )

    def index_status(self) -> str:
        """Whether the index of meanings fits the units, for people; "none" where there is none."""
        header = read_header(index_path(self.path))
        if header is None:
            return "none"
        try:
            with self._reading():
                return self._meanings().status()
        except ModelError:
            return f"made with {header.model}@{header.revision}, which is not here"

    def remove(self, origin: str) -> tuple[int, int]:
        """Remove what came from an origin, or from the import of this name.

        Returns how many provenances and how many units went; a unit that has another stays.
        """
        with self._lock, explained(self.path):
            return removing.remove(self._connection, origin)

    def dedupe(self) -> int:
        """Merge units that differ in case, width or spaces only; returns how many went."""
        with self._lock, explained(self.path):
            return removing.dedupe(self._connection)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, explained(self.path), snapshot(self._connection):
            yield

    def _sides(self, lang: str | None, text: str) -> list[int]:
        """The sides whose texts are in the query's language: 0 source, 1 target."""
        pairs = self._connection.execute("SELECT source, target FROM languages").fetchall()
        if lang is not None:
            return [side for side in (0, 1) if any(same_language(p[side], lang) for p in pairs)]
        chinese = any(map(is_han, text))
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
            same = store.same_key(self._connection, text, side)
            ids = dict.fromkeys(same)
            if "fuzzy" in kinds and len(same) < limit:
                most = max(COMPARED, 3 * limit)
                near = candidates(self._index, text, side, minimum=minimum, most=most)
                ids.update(dict.fromkeys(near.tolist()))
            for stored, score in self._rated(text, list(ids), side, minimum):
                kind: MatchKind = "exact" if score == 1.0 else "fuzzy"
                if kind in kinds:
                    yield _match(stored, score, kind, side), stored

    def _rated(
        self, text: str, ids: Sequence[int], side: int, minimum: float
    ) -> Iterator[tuple[Stored, float]]:
        texts = store.texts(self._connection, ids, side)
        scored: list[tuple[int, float]] = []
        rated: dict[str, fuzzy.Rater] = {}
        for unit, (other, lang) in texts.items():
            if lang not in rated:
                rated[lang] = fuzzy.Rater(text, lang)
            score = rated[lang].rate(other)
            if score >= minimum:
                scored.append((unit, score))
        stored = store.read(self._connection, [unit for unit, _ in scored])
        return ((stored[unit], score) for unit, score in scored if unit in stored)

    def _by_meaning(
        self, text: str, sides: Sequence[int], limit: int
    ) -> Iterator[tuple[Match, Stored]]:
        """Nearest by meaning, in either language: a translation as well as a paraphrase."""
        vectors = self._meanings()
        query = vectors.encoder.encode([text])
        if not query.any():
            return
        most = max(limit * 2, CLOSER)
        near = [n for n in vectors.search(query, most)[0] if n.similarity >= SEMANTIC_MINIMUM]
        ranked = self._closer(text, near)[: limit * 2]
        stored = store.read(self._connection, [unit for unit, _ in ranked])
        for unit, score in ranked:
            if unit in stored:
                yield _match(stored[unit], score, "semantic", sides[0]), stored[unit]

    def _closer(self, text: str, near: Sequence[Near]) -> list[tuple[int, float]]:
        """The units that the index found with their scores, best first."""
        encoder = self._meanings().encoder
        if not isinstance(encoder, TokenEncoder):
            return [(each.unit, each.similarity) for each in near]
        if self._looks is None:
            self._looks = Closer(encoder)
        texts = store.both_texts(self._connection, [each.unit for each in near])
        scores = self._looks.scores(text, [sides for _, sides in texts]).tolist()
        ranked = [(unit, score) for (unit, _), score in zip(texts, scores, strict=True)]
        return sorted(ranked, key=lambda each: (-each[1], each[0]))

    def _meanings(self) -> VectorIndex:
        if self._vectors is None:
            encoder = self._encoder or load_encoder()
            self._vectors = VectorIndex(self.path, self._connection, encoder)
        return self._vectors

    def _verified(
        self, query: lookup.Query, ids: Sequence[int], sides: Sequence[int]
    ) -> Iterator[tuple[int, Spans, Spans, bool, int]]:
        """Of `ids` those whose texts match: id, spans on both sides, as typed, length."""
        for unit, texts in store.both_texts(self._connection, ids):
            spans = [query.spans(texts[side]) if side in sides else () for side in (0, 1)]
            if spans[0] or spans[1]:
                typed = any(query.words in texts[side] for side in (0, 1) if spans[side])
                length = min(len(texts[side]) for side in (0, 1) if spans[side])
                yield unit, spans[0], spans[1], typed, length

    def _hits(
        self, found: Sequence[tuple[int, Spans, Spans, bool, int]], locate: Locate | None
    ) -> Iterator[ConcordanceHit]:
        stored = store.read(self._connection, [hit[0] for hit in found])
        for number, source, target, _, _ in found:
            if number not in stored:  # removed by another program since
                continue
            unit = stored[number].unit
            side = "source" if source else "target"
            if locate and not (source and target):
                there = {s for span in source or target for s in locate(unit, side, span)}
                source, target = (source, _merged(there)) if source else (_merged(there), target)
            yield ConcordanceHit(unit, source, target, number, stored[number].origins, side)


def _merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans in order, those that touch or overlap made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _stamp(now: str | datetime) -> str:
    return now if isinstance(now, str) else f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


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
