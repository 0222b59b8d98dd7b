"""Several memories asked as one: in order of priority, some of them at a penalty, some filtered.

`Several` is the one place where answers of memories are merged. It answers as one memory does, so
that whoever reads a memory can read several. A unit that two memories hold is one answer, with both
places; reviewed units come before others of the same match rate, whatever memory they are in, then
the memories in the order that they are given in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self, TypeVar

from align.datatypes import Match, MatchKind, TranslationUnit
from align.errors import InputError
from align.language.tags import primary
from align.memory.passages import Passage
from align.memory.protocol import ReadableMemory, Stats
from align.memory.searching import KINDS, Concordance, ConcordanceHit, Locate, Side
from align.memory.store import APPROVED, state_rank
from align.memory.vectors import Progress

_T = TypeVar("_T", Match, ConcordanceHit)
_K = TypeVar("_K")
_FIELDS = ("origin", "symbol", "year", "state")


@dataclass(frozen=True, slots=True)
class Only:
    """Which units of a memory may answer.

    A condition is "origin=…" or "symbol=…" (what they begin with), "year=2019" or "year=2015-2020"
    (of the symbol, else of the last change), "state=…" ("reviewed" is every approved state,
    "unreviewed" every other). Without a field, four digits are a year, the name of a state is a
    state or an origin, and the rest is an origin or a symbol. Of `include`, conditions on one field
    are alternatives and those on different fields must all hold; one of `exclude` is enough to
    leave a unit out.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in (*self.include, *self.exclude):
            _condition(text)

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    def admits(self, unit: TranslationUnit) -> bool:
        """Whether a unit, as it is in one place, may answer."""
        if any(_holds(unit, *_condition(text)) for text in self.exclude):
            return False
        wanted: dict[str, list[str]] = {}
        for text in self.include:
            field, value = _condition(text)
            wanted.setdefault(field, []).append(value)
        return all(
            any(_holds(unit, field, value) for value in values) for field, values in wanted.items()
        )


_WORD = "a state's name"  # without a field: it may be an origin that is called so
_STATES = APPROVED | {"unreviewed", "draft", "rejected"}


def _condition(text: str) -> tuple[str, str]:
    """Field and value; "" is the field of what is an origin or a symbol. Raises InputError."""
    field, equals, value = text.partition("=")
    field = field.strip().lower()
    if equals and field in _FIELDS:
        value = value.strip()
        if not value or (field == "year" and _years(value) is None):
            wanted = "a year or years such as 2015-2020" if field == "year" else "a value"
            raise InputError(f"{text}: {wanted} is missing after {field}=")
        return field, value
    if not text.strip():
        raise InputError("an empty condition; give an origin, a symbol, a year or a state")
    if equals and re.fullmatch(r"\s*[a-z_]+\s*", field):
        # What looks like a field and is none is a slip: as an origin it would hold of nothing.
        raise InputError(
            f"{text}: {field.strip()!r} is no field of a condition; {', '.join(_FIELDS)} are, and an "
            f"origin that reads so is given as origin={text}"
        )
    if _years(text) is not None:
        return "year", text
    return (_WORD, text) if text in _STATES else ("", text)


def _years(text: str) -> tuple[int, int] | None:
    first, _, last = text.partition("-")
    both = (first, last or first)
    if not all(len(year) == 4 and year.isascii() and year.isdigit() for year in both):
        return None
    return int(both[0]), int(both[1])


def _holds(unit: TranslationUnit, field: str, value: str) -> bool:
    if field == "year":
        years = _years(value)
        assert years is not None
        return any(years[0] <= year <= years[1] for year in _years_of(unit))
    if field == _WORD:
        return _holds(unit, "state", value) or _holds(unit, "", value)
    if field == "state":
        if value in ("reviewed", "unreviewed"):
            return (unit.state in APPROVED) == (value == "reviewed")
        return unit.state == value
    places = {"origin": [unit.origin], "symbol": [unit.symbol]}.get(
        field, [unit.origin, unit.symbol]
    )
    return any((place or "").startswith(value) for place in places)


def _years_of(unit: TranslationUnit) -> list[int]:
    """The years that a symbol names, as in S/RES/2719 (2023) and A/78/2023; else of the change."""
    parts = (unit.symbol or "").replace("(", "/").replace(")", "/").split("/")
    named = [int(p) for p in parts[1:] if _years(p.strip()) and p.strip()[:2] in ("19", "20")]
    stamp = (unit.changed or unit.created or "")[:4]
    return named or ([int(stamp)] if _years(stamp) else [])


@dataclass(frozen=True, slots=True)
class Shelf:
    """A memory with its name, its place in the order, and what its matches lose, in [0, 1]."""

    name: str
    memory: ReadableMemory
    penalty: float = 0.0


def shelves_of(memory: ReadableMemory) -> tuple[Shelf, ...]:
    """The memories that a memory consists of: itself, or those of `Several`."""
    return memory.shelves if isinstance(memory, Several) else (Shelf(memory.name, memory),)


def rank(shelves: Sequence[Shelf], shelf: Shelf, unit: TranslationUnit) -> tuple[int, int]:
    """Ascending, best first, for matches of one score: reviewed ones, then the memories' order."""
    return (state_rank(unit), shelves.index(shelf))


def same(unit: TranslationUnit) -> tuple[str, str, str, str]:
    """What units that say the same have in common: languages, and texts but for their spaces."""
    langs = primary(unit.source_lang), primary(unit.target_lang)
    return (*langs, " ".join(unit.source.split()), " ".join(unit.target.split()))


_NUMBERS = 1 << 40  # of the units of one shelf: a unit's neighbours have the numbers beside its own


class Several:
    """Several memories that answer as one; see `align.memory.protocol.ReadableMemory`.

    The number of a unit says which memory it is in. A context manager that closes its memories.
    """

    def __init__(self, shelves: Sequence[Shelf]) -> None:
        self.shelves = tuple(shelves)

    @property
    def name(self) -> str:
        """The names of all."""
        return ", ".join(shelf.name for shelf in self.shelves)

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
        return sum(len(shelf.memory) for shelf in self.shelves)

    def close(self) -> None:
        """Close every memory."""
        for shelf in self.shelves:
            shelf.memory.close()

    def reopened(self) -> Self:
        """The same memories over connections of their own."""
        return type(self)([replace(s, memory=s.memory.reopened()) for s in self.shelves])

    def units(
        self,
        origin: str | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
        confidence: float | None = None,
    ) -> Iterator[TranslationUnit]:
        """The units of one memory after the other; what several hold comes several times."""
        for shelf in self.shelves:
            yield from shelf.memory.units(origin, since=since, until=until, confidence=confidence)

    def places(self) -> Iterator[TranslationUnit]:
        """Every place of every unit, of one memory after the other."""
        for shelf in self.shelves:
            yield from shelf.memory.places()

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

        A penalty moves a match behind better ones of its kind, never into another kind; a fuzzy
        match that falls below `minimum` with it is left out.
        """
        found: list[tuple[tuple[object, ...], Match]] = []
        for at, shelf in enumerate(self.shelves):
            matches = shelf.memory.search(
                text,
                lang=lang,
                limit=limit,
                minimum=min(1.0, minimum + shelf.penalty),
                kinds=kinds,
            )
            for place, match in enumerate(matches):
                told = self._told(at, match)
                order = (KINDS.index(told.kind), -told.score, state_rank(told.unit), at, place)
                found.append((order, told))
        found.sort(key=lambda pair: pair[0])
        return _once([match for _, match in found], lambda match: match.unit)[:limit]

    def concordance(
        self,
        words: str,
        *,
        lang: str | None = None,
        limit: int | None = None,
        locate: Locate | None = None,
    ) -> list[ConcordanceHit]:
        """The units that contain `words` or their near variants."""
        return list(self.concordance_page(words, lang=lang, limit=limit, locate=locate).hits)

    def concordance_page(
        self,
        words: str,
        *,
        lang: str | None = None,
        limit: int | None = 20,
        locate: Locate | None = None,
    ) -> Concordance:
        """The first hits of a concordance with the number of all; a unit in two is counted once.

        Hits with the words as they were typed come first, then reviewed ones, then the memories'
        order. The total is exact where every hit was read or only one memory has any.
        """
        pages = [
            shelf.memory.concordance_page(words, lang=lang, limit=limit, locate=locate)
            for shelf in self.shelves
        ]
        found: list[tuple[tuple[object, ...], ConcordanceHit]] = []
        for at, page in enumerate(pages):
            for place, hit in enumerate(page.hits):
                own = hit.unit.source if hit.side == "source" else hit.unit.target
                order = (words not in own, state_rank(hit.unit), at, place)
                name, number = self.shelves[at].name, at * _NUMBERS + hit.unit_id
                found.append((order, replace(hit, memory=name, unit_id=number)))
        found.sort(key=lambda pair: pair[0])
        hits = _once([hit for _, hit in found], lambda hit: hit.unit)
        total = sum(page.total for page in pages) - (len(found) - len(hits))
        whole = all(len(page.hits) == page.total for page in pages)
        exact = all(page.exact for page in pages)
        exact = exact and (whole or sum(bool(page.hits) for page in pages) == 1)
        return Concordance(tuple(hits[:limit]), total, exact)

    def passages(
        self, text: str, *, lang: str | None = None
    ) -> list[tuple[Passage, TranslationUnit, Side]]:
        """Stretches of `text` that units hold; of those that overlap on a side, the most telling."""
        found: list[tuple[tuple[object, ...], tuple[Passage, TranslationUnit, Side]]] = []
        for at, shelf in enumerate(self.shelves):
            for passage, unit, side in shelf.memory.passages(text, lang=lang):
                numbered = replace(passage, unit_id=at * _NUMBERS + passage.unit_id)
                order = (-passage.information, state_rank(unit), at, passage.span)
                found.append((order, (numbered, unit, side)))
        found.sort(key=lambda pair: pair[0])
        chosen: list[tuple[Passage, TranslationUnit, Side]] = []
        for _, each in found:
            if not any(each[2] == o[2] and _overlap(each[0].span, o[0].span) for o in chosen):
                chosen.append(each)
        return sorted(chosen, key=lambda each: (each[2], each[0].span))

    def nearest(self, texts: Sequence[str], *, limit: int = 10) -> list[list[Match]]:
        """For each text the units nearest in meaning, best first."""
        answers = [shelf.memory.nearest(texts, limit=limit) for shelf in self.shelves]
        found: list[list[Match]] = []
        for row in range(len(texts)):
            told = [
                ((-match.score, state_rank(match.unit), at, place), match)
                for at, answer in enumerate(answers)
                for place, match in enumerate(self._told(at, m) for m in answer[row])
            ]
            told.sort(key=lambda pair: pair[0])
            found.append(_once([match for _, match in told], lambda match: match.unit)[:limit])
        return found

    def texts(self, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Source and target of the units of these numbers; those that are not there are left out."""
        found: dict[int, tuple[str, str]] = {}
        for at, shelf in enumerate(self.shelves):
            own = [number % _NUMBERS for number in ids if number // _NUMBERS == at]
            held = shelf.memory.texts(own) if own else {}
            found |= {at * _NUMBERS + number: texts for number, texts in held.items()}
        return found

    def refresh_index(self, progress: Progress | None = None) -> bool:
        """Bring the indexes of meaning up to date; whether there was anything to do."""
        done = [shelf.memory.refresh_index(progress) for shelf in self.shelves]
        return any(done)

    def index_status(self) -> str:
        """What each memory says of its index, where they differ with its name."""
        said = {shelf.name: shelf.memory.index_status() for shelf in self.shelves}
        if len(set(said.values())) == 1:
            return next(iter(said.values()))
        return "; ".join(f"{name}: {status}" for name, status in said.items())

    def revision(self) -> str:
        """Another text whenever anybody has changed something in one of them."""
        return "|".join(shelf.memory.revision() for shelf in self.shelves)

    def stats(self) -> Stats:
        """The sums; units that several memories hold are counted in each."""
        each = [shelf.memory.stats() for shelf in self.shelves]
        languages = _sums(((s, t), n) for one in each for s, t, n in one.languages)
        return Stats(
            units=sum(one.units for one in each),
            provenances=sum(one.provenances for one in each),
            languages=tuple((*pair, n) for pair, n in languages),
            origins=tuple(_sums(pair for one in each for pair in one.origins)),
            states=tuple(_sums(pair for one in each for pair in one.states)),
            unfinished=tuple(pair for one in each for pair in one.unfinished),
            bytes=sum(one.bytes for one in each),
            index=self.index_status(),
        )

    def _told(self, at: int, match: Match) -> Match:
        """A match of the memory at this place as an answer of all: with its name and penalty."""
        shelf = self.shelves[at]
        number = None if match.unit_id is None else at * _NUMBERS + match.unit_id
        score = round(max(0.0, match.score - shelf.penalty), 4) if shelf.penalty else match.score
        return replace(match, memory=shelf.name, unit_id=number, score=score)


def _once(found: Sequence[_T], unit: Callable[[_T], TranslationUnit]) -> list[_T]:
    """Each unit once, in its best place in the order; the others of it are in its `also`."""
    groups: dict[tuple[str, ...], list[_T]] = {}
    for each in found:
        groups.setdefault(same(unit(each)), []).append(each)
    return [_joined(group) for group in groups.values()]


def _joined(group: Sequence[_T]) -> _T:
    return replace(group[0], also=tuple(group[1:])) if len(group) > 1 else group[0]


def _sums(pairs: Iterable[tuple[_K, int]]) -> list[tuple[_K, int]]:
    """Counts added up, the highest first."""
    sums: dict[_K, int] = {}
    for key, count in pairs:
        sums[key] = sums.get(key, 0) + count
    return sorted(sums.items(), key=lambda pair: (-pair[1], str(pair[0])))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
