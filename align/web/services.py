"""What the page needs of the floors below, each part loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from align import clock
from align.datatypes import Alignment, Document, Finding, TermStatus, TranslationUnit
from align.errors import AlignError, InputError
from align.language.languages import other_language
from align.language.scripts import language_of_words
from align.web.pairings import FoundPair, FoundPairs
from align.web.realigning import Pins

if TYPE_CHECKING:
    from align.embedding.protocol import Encoder, Vectors
    from align.memory import Memory
    from align.memory.store import Admits
    from align.report.termmarks import TermMarker
    from align.terms.lookup import Entry as TermEntry
    from align.terms.termbase import Termbase


class Tools(Protocol):
    """The seam between the page and the floors below; tests give small ones."""

    @property
    def marker(self) -> TermMarker | None:
        """Marks the terms of the termbase, where there is one."""

    def read(self, path: Path) -> Document:
        """A document from a file."""

    def pair(
        self, source: Document, target: Document, pins: Pins, *, force: bool = False
    ) -> Alignment:
        """Align two documents for the first time, with some beads fixed where any are known.

        Raises NotTranslationsError when the two do not belong together, unless `force` is set.
        """

    def find_pairs(
        self, paths: Sequence[Path], root: Path, progress: Callable[[int], None]
    ) -> FoundPairs:
        """Which of these documents belong together; `progress` gets how many were read."""

    def align(self, source: Document, target: Document, pins: Pins) -> Alignment:
        """Align two documents, or parts of them, with some beads fixed."""

    def units(
        self, source: Document, target: Document, found: Alignment
    ) -> Sequence[TranslationUnit]:
        """A unit a bead, with paragraph, page and speaker."""

    def check(self, units: Sequence[TranslationUnit]) -> Sequence[Finding]:
        """What a reviser should look at."""

    def check_whole(self, units: Sequence[TranslationUnit]) -> Sequence[Finding]:
        """What only the whole text tells: the same source translated differently."""

    def lookup(self, text: str, units: Sequence[TranslationUnit]) -> Sequence[Entry]:
        """What a term is called in the other language."""

    def concordance(self, words: str, limit: int) -> tuple[int, Sequence[Remembered]]:
        """Units of the memories that hold these words: how many, and the first ones."""

    def alike(self, text: str, limit: int) -> Sequence[Remembered]:
        """Units of the memories that are nearest to a text in meaning."""

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The meanings of texts as unit rows (len(texts), dim)."""

    def sources(self) -> Sequence[Source]:
        """The termbases and memories that are used."""

    def use(self, termbases: Sequence[Path], memories: Sequence[Path]) -> None:
        """Use these beside what the command line named. Raises what they raise that cannot be."""

    def add_term(self, folder: Path, zh: str, en: str, status: TermStatus) -> None:
        """Keep a pair among the user's own terms, in a folder."""

    def now(self) -> str:
        """The time as YYYYMMDDThhmmssZ."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer to a lookup: a rendering, where it is from, and how often it was seen."""

    text: str
    where: str  # "termbase" or "memory" or "document"
    status: str = ""  # preferred, admitted, deprecated, superseded
    count: int = 0
    note: str = ""
    name: str = ""  # of the termbase or memory
    sure: bool = True  # whether it may be shown as an answer, not as a guess


@dataclass(frozen=True, slots=True)
class Rendering:
    """All that is known of one rendering, on one line."""

    text: str
    status: str
    places: tuple[Entry, ...]
    note: str
    sure: bool


def renderings(entries: Sequence[Entry]) -> list[Rendering]:
    """The answers of all sources by rendering, in their order; what any termbase says of it holds."""
    lines: dict[str, list[Entry]] = {}
    for entry in entries:
        lines.setdefault(entry.text, []).append(entry)
    return [
        Rendering(
            text,
            next((entry.status for entry in found if entry.status), ""),
            tuple({(entry.where, entry.name): entry for entry in found}.values()),
            " · ".join(dict.fromkeys(entry.note for entry in found if entry.note)),
            any(entry.sure for entry in found),
        )
        for text, found in lines.items()
    ]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A unit of a memory that a search found, with the places that were searched for."""

    unit: TranslationUnit
    source_spans: Sequence[tuple[int, int]] = ()
    target_spans: Sequence[tuple[int, int]] = ()
    memory: str = ""
    score: float | None = None  # of a search by meaning


@dataclass(frozen=True, slots=True)
class Source:
    """A termbase or memory that is used; `fixed` where the command line named it."""

    kind: str  # "termbase" or "memory"
    name: str
    path: Path | None
    fixed: bool


_EVIDENCE, _COMPANY = 200, 500  # units of a text that a lookup reads: with the word, without


@dataclass(frozen=True, slots=True)
class NamedMemory:
    """A memory that was named when the page was started: which of its units may answer, too."""

    name: str
    place: str
    admits: Admits | None = None


@dataclass
class LocalTools:
    """The real floors: the embedded model unless another is named, a termbase and a memory."""

    model: str | None = None
    terms: Path | None = None
    memory_path: str | Path | None = None
    more_terms: tuple[Path, ...] = ()  # chosen on the page
    more_memories: tuple[Path, ...] = ()
    own: Path | None = None  # terms that were added on the page
    named_terms: tuple[Path, ...] = ()  # beside `terms`, named on the command line or configured
    named_memories: tuple[NamedMemory, ...] = ()

    @cached_property
    def encoder(self) -> Encoder:
        """The model, loaded once."""
        from align.embedding.load import load_encoder

        return load_encoder(self.model)

    @cached_property
    def termbases(self) -> list[tuple[str, Termbase]]:
        """The termbases that are used, by name; the user's own comes last."""
        from align.terms.termbase import load_termbase

        paths = [*([self.terms] if self.terms else []), *self.named_terms, *self.more_terms]
        if self.own is not None and self.own.exists():
            paths.append(self.own)
        return [(path.name, load_termbase(path)) for path in dict.fromkeys(paths)]

    @cached_property
    def termbase(self) -> Termbase | None:
        """All termbases as one."""
        from align.web.desk_terms import together

        return together([base for _, base in self.termbases])

    @cached_property
    def marker(self) -> TermMarker | None:
        """Marks the terms of the termbase."""
        from align.report.termmarks import TermMarker

        return TermMarker(self.termbase) if self.termbase else None

    @cached_property
    def memories(self) -> list[tuple[str, Memory]]:
        """The memories that are used, by name, for reading."""
        from align.memory.opening import open_memory

        named = [self.memory_path] if self.memory_path is not None else []
        chosen = [
            (each.name, open_memory(each.place, read_only=True, admits=each.admits))
            for each in self.named_memories
        ]
        return chosen + [
            (_name_of(place), open_memory(place, read_only=True))
            for place in dict.fromkeys([*named, *self.more_memories])
        ]

    @property
    def memory(self) -> Memory | None:
        """The first memory."""
        return self.memories[0][1] if self.memories else None

    def sources(self) -> Sequence[Source]:
        """What the command line named, then what was chosen on the page."""
        found = [Source("termbase", self.terms.name, self.terms, True)] if self.terms else []
        found += [Source("termbase", path.name, path, True) for path in self.named_terms]
        found += [Source("termbase", path.name, path, False) for path in self.more_terms]
        found += [Source("memory", each.name, None, True) for each in self.named_memories]
        if self.memory_path is not None:
            found.append(Source("memory", _name_of(self.memory_path), None, True))
        return found + [Source("memory", p.name, p, False) for p in self.more_memories]

    def use(self, termbases: Sequence[Path], memories: Sequence[Path]) -> None:
        """Use these files too; one that cannot be used leaves everything as it was."""
        trial = replace(self, more_terms=tuple(termbases), more_memories=tuple(memories))
        _ = trial.termbase
        if trial.more_memories != self.more_memories:
            opened, self.memories = self.memories, trial.memories
            for _, memory in opened:
                memory.close()
        self.more_terms, self.more_memories = trial.more_terms, trial.more_memories
        self._forget_terms()

    def add_term(self, folder: Path, zh: str, en: str, status: TermStatus) -> None:
        """Add to the user's own terms in this folder; they are used from now on."""
        from align.web.desk_terms import OWN, add_term

        self.own = self.own or folder / OWN
        add_term(self.own, zh, en, status)
        self._forget_terms()

    def _forget_terms(self) -> None:
        for name in ("termbases", "termbase", "marker"):
            self.__dict__.pop(name, None)

    def read(self, path: Path) -> Document:
        """Read a document; its language is detected."""
        from align.document import read_document

        document = read_document(path, name=path.name)
        if not document.segments:
            raise InputError(f"{path.name}: there is no text in it")
        return document

    def find_pairs(
        self, paths: Sequence[Path], root: Path, progress: Callable[[int], None]
    ) -> FoundPairs:
        """As `align pairs` does: by name, symbol and content; the languages are read."""
        from align.batch.description import Describer, Description
        from align.batch.pairing import pair_documents

        describer = Describer(self.encoder)

        def describe(some: Sequence[str]) -> tuple[dict[str, Description], dict[str, str]]:
            described: dict[str, Description] = {}
            failures: dict[str, str] = {}
            for count, path in enumerate(some, 1):
                try:
                    described[path] = describer(path)
                except AlignError as error:
                    failures[path] = str(error)
                progress(count)
            return described, failures

        found = pair_documents([str(path) for path in paths], describe, root=str(root), verify=True)
        pairs = tuple(FoundPair(entry.zh, entry.en, entry.reason) for entry in found.pairs)
        alone = tuple((entry.zh or entry.en, entry.reason) for entry in found.unpaired)
        return FoundPairs(pairs, alone)

    def pair(
        self, source: Document, target: Document, pins: Pins, *, force: bool = False
    ) -> Alignment:
        """Align as `align pair` does; strangers are refused."""
        from align.alignment import AlignOptions
        from align.pipeline import PairOptions, align_documents

        options = PairOptions(align=AlignOptions(pins=pins), force=force or bool(pins))
        return align_documents(source, target, self.encoder, options=options).alignment

    def align(self, source: Document, target: Document, pins: Pins) -> Alignment:
        """Align with the tool's own aligner."""
        from align.alignment import AlignOptions, align

        return align(source, target, self.encoder, options=AlignOptions(pins=pins))

    def units(
        self, source: Document, target: Document, found: Alignment
    ) -> Sequence[TranslationUnit]:
        """The pipeline's units."""
        from align.pipeline import units_from

        return units_from(source, target, found)

    def check(self, units: Sequence[TranslationUnit]) -> Sequence[Finding]:
        """The terminology and number checks."""
        from align.terms.checking import CheckOptions, check_units

        options = CheckOptions(consistency=False)
        return check_units(units, self.termbase, encoder=self.encoder, options=options)

    def check_whole(self, units: Sequence[TranslationUnit]) -> Sequence[Finding]:
        """The consistency check."""
        from align.terms.checking.consistency import check_consistency

        return list(check_consistency(units))

    def lookup(self, text: str, units: Sequence[TranslationUnit]) -> Sequence[Entry]:
        """The termbases' answers, the memories', and what the word became in this text."""
        from align.terms.lookup import LookupOptions, lookup

        options = LookupOptions(entries=5, renderings=6, examples=1, near=0, company=500)
        exact: list[Entry] = []
        near: list[Entry] = []
        lang = language_of_words(text)
        for name, base in reversed(self.termbases):  # the user's own first
            found = lookup(text, termbase=base, encoder=lambda: self.encoder, options=options)
            for entry in found.entries:
                (exact if entry.kind == "exact" else near).extend(_named(entry, name))
        seen: list[Entry] = []
        for name, memory in self.memories:
            found = lookup(
                text, termbase=self.termbase, memory=memory, encoder=self.encoder, options=options
            )
            seen += [
                Entry(r.text, "memory", r.status or "", r.count, name=name, sure=r.sure)
                for r in found.renderings
            ]  # fmt: skip
        return [*exact, *self._in_text(text, lang, units), *seen, *near]

    def _in_text(self, text: str, lang: str, units: Sequence[TranslationUnit]) -> list[Entry]:
        """What `text` became in the units that have it."""
        from align.embedding.protocol import gives_tokens
        from align.terms.renderings import find_terms, side, term_renderings
        from align.terms.wordalign import WordAligner

        if not gives_tokens(self.encoder):
            return []
        whole = [unit for unit in units if unit.source and unit.target]
        having = [unit for unit in whole if text in side(unit, lang)[0]][:_EVIDENCE]
        held = set(map(id, having))
        company = [unit for unit in whole if id(unit) not in held][:_COMPANY]
        read = [*having, *company]
        places = find_terms([text], read, lang=lang)[text]
        if not places:
            return []
        aligner = WordAligner(self.encoder, read)
        (found,) = term_renderings({text: places}, read, aligner, lang=lang, termbase=self.termbase)
        seen = [rendering for rendering in found.renderings if rendering.text][:6]
        return [Entry(r.text, "document", r.status or "", r.count) for r in seen]

    def concordance(self, words: str, limit: int) -> tuple[int, Sequence[Remembered]]:
        """The memories' concordances, one after the other."""
        total = 0
        hits: list[Remembered] = []
        for name, memory in self.memories:
            page = memory.concordance_page(words, limit=limit)
            total += page.total
            hits += [
                Remembered(hit.unit, hit.source_spans, hit.target_spans, name) for hit in page.hits
            ]
        return total, hits[:limit]

    def alike(self, text: str, limit: int) -> Sequence[Remembered]:
        """The memories' nearest units, the best of all first."""
        found = [
            Remembered(match.unit, memory=name, score=match.score)
            for name, memory in self.memories
            for match in memory.nearest([text], limit=limit)[0]
        ]
        return sorted(found, key=lambda hit: -(hit.score or 0.0))[:limit]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The encoder's."""
        return self.encoder.encode(texts)

    def now(self) -> str:
        """The time, as TMX writes it."""
        return clock.stamp()


def _name_of(place: str | Path) -> str:
    """A memory's name for people: of an address, the part that tells nothing secret."""
    text = str(place)
    return text.rsplit("@", 1)[-1] if "://" in text else Path(text).name


def _named(found: TermEntry, name: str) -> list[Entry]:
    """A concept's terms in the other language; its note, and how it was found, with the first."""
    other = other_language(found.term.lang).code
    like = f"≈ {found.term.text}" if found.kind != "exact" else ""
    note = " · ".join(part for part in (like, found.concept.note or "") if part)
    return [
        Entry(term.text, "termbase", term.status, note="" if place else note, name=name)
        for place, term in enumerate(found.concept.in_language(other))
    ]
