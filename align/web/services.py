"""What the page needs of the floors below, each part loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from align import clock
from align.datatypes import Alignment, Document, Finding, TranslationUnit
from align.errors import InputError
from align.language.languages import other_language
from align.web.realigning import Pins

if TYPE_CHECKING:
    from align.embedding.protocol import Encoder
    from align.memory import Memory
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

    def pair(self, source: Document, target: Document, pins: Pins) -> Alignment:
        """Align two documents for the first time, with some beads fixed where any are known.

        Raises NotTranslationsError when the two do not belong together.
        """

    def align(self, source: Document, target: Document, pins: Pins) -> Alignment:
        """Align two documents, or parts of them, with some beads fixed."""

    def units(
        self, source: Document, target: Document, found: Alignment
    ) -> Sequence[TranslationUnit]:
        """A unit a bead, with paragraph, page and speaker."""

    def check(self, units: Sequence[TranslationUnit]) -> Sequence[Finding]:
        """What a reviser should look at."""

    def lookup(self, text: str, units: Sequence[TranslationUnit]) -> Sequence[Entry]:
        """What a term is called in the other language."""

    def concordance(self, words: str, limit: int) -> tuple[int, Sequence[Any]]:
        """Units of the memory that hold these words: how many, and the first ones."""

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
    example: tuple[str, str] | None = None


_EVIDENCE, _COMPANY = 200, 500  # units of a text that a lookup reads: with the word, without


@dataclass
class LocalTools:
    """The real floors: the embedded model unless another is named, a termbase and a memory."""

    model: str | None = None
    terms: Path | None = None
    memory_path: str | Path | None = None

    @cached_property
    def encoder(self) -> Encoder:
        """The model, loaded once."""
        from align.embedding.load import load_encoder

        return load_encoder(self.model)

    @cached_property
    def termbase(self) -> Termbase | None:
        """The termbase named on the command line."""
        from align.terms.termbase import load_termbase

        return load_termbase(self.terms) if self.terms else None

    @cached_property
    def marker(self) -> TermMarker | None:
        """Marks the terms of the termbase."""
        from align.report.termmarks import TermMarker

        return TermMarker(self.termbase) if self.termbase else None

    @cached_property
    def memory(self) -> Memory | None:
        """The memory named on the command line, for reading."""
        from align.memory.opening import open_memory

        if self.memory_path is None:
            return None
        return open_memory(self.memory_path, read_only=True)

    def read(self, path: Path) -> Document:
        """Read a document; its language is detected."""
        from align.document import read_document

        document = read_document(path, name=path.name)
        if not document.segments:
            raise InputError(f"{path.name}: there is no text in it")
        return document

    def pair(self, source: Document, target: Document, pins: Pins) -> Alignment:
        """Align as `align pair` does; strangers are refused."""
        from align.alignment import AlignOptions
        from align.pipeline import PairOptions, align_documents

        options = PairOptions(align=AlignOptions(pins=pins), force=bool(pins))
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
        from align.terms.checking import check_units

        return check_units(units, self.termbase, encoder=self.encoder)

    def lookup(self, text: str, units: Sequence[TranslationUnit]) -> Sequence[Entry]:
        """The termbase's answer, the memory's, and what the word became in this text."""
        from align.terms.lookup import LookupOptions, lookup

        options = LookupOptions(entries=5, renderings=6, examples=1, near=0, company=500)
        found = lookup(
            text, termbase=self.termbase, memory=self.memory, encoder=self.encoder, options=options
        )
        exact = [e for entry in found.entries if entry.kind == "exact" for e in _named(entry)]
        near = [e for entry in found.entries if entry.kind != "exact" for e in _named(entry)]
        seen = [Entry(r.text, "memory", r.status or "", r.count) for r in found.renderings]
        return [*exact, *self._in_text(text, found.lang, units), *seen, *near]

    def _in_text(self, text: str, lang: str, units: Sequence[TranslationUnit]) -> list[Entry]:
        """What `text` became in the units that have it."""
        from align.embedding.protocol import TokenEncoder
        from align.terms.renderings import find_terms, side, term_renderings
        from align.terms.wordalign import WordAligner

        if not isinstance(self.encoder, TokenEncoder):
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

    def concordance(self, words: str, limit: int) -> tuple[int, Sequence[Any]]:
        """The memory's concordance."""
        if self.memory is None:
            return 0, ()
        page = self.memory.concordance_page(words, limit=limit)
        return page.total, page.hits

    def now(self) -> str:
        """The time, as TMX writes it."""
        return clock.stamp()


def _named(found: TermEntry) -> list[Entry]:
    """A concept's terms in the other language; its note, and how it was found, with the first."""
    other = other_language(found.term.lang).code
    like = f"≈ {found.term.text}" if found.kind != "exact" else ""
    note = " · ".join(part for part in (like, found.concept.note or "") if part)
    return [
        Entry(term.text, "termbase", term.status, note="" if place else note)
        for place, term in enumerate(found.concept.in_language(other))
    ]
