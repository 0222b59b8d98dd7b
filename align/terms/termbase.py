"""A termbase: concepts with their designations, ready to be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from align.datatypes import Concept, Term
from align.errors import FormatError
from align.language.folding import fold
from align.language.languages import language_of
from align.terms.capitals import is_name as is_name
from align.terms.matcher import term_key

ACCEPTED = ("preferred", "admitted")
FORBIDDEN = ("deprecated", "superseded")


class Termbase:
    """Concepts in their order; nothing in it changes after it is made.

    `notes` say what of its file was not taken over.
    """

    def __init__(self, concepts: Iterable[Concept], notes: Iterable[str] = ()) -> None:
        self.concepts = tuple(concepts)
        self.notes = tuple(notes)

    def __len__(self) -> int:
        return len(self.concepts)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts)

    def find(self, text: str) -> list[tuple[Concept, Term]]:
        """The concepts that have a term written like `text`.

        Case, width and script are folded, and so are quotation marks around it, an English plural
        and the ways to write a plus.
        """
        plain = fold(" ".join(text.split()))
        found: dict[int, Term] = {}
        for lang in ("zh", "en"):
            key = term_key(text, lang)
            for place, term in self._by_text.get((lang, key), ()) if key else ():
                if place not in found or fold(term.text) == plain:
                    found[place] = term
        return [(self.concepts[place], found[place]) for place in sorted(found)]

    @cached_property
    def _by_text(self) -> dict[tuple[str, str], list[tuple[int, Term]]]:
        index: dict[tuple[str, str], list[tuple[int, Term]]] = {}
        for place, concept in enumerate(self.concepts):
            for term in concept.terms:
                lang = language_of(term.lang).rules
                index.setdefault((lang, term_key(term.text, lang)), []).append((place, term))
        return index


def load_termbase(path: str | Path) -> Termbase:
    """Read a termbase: TBX by its suffix, else a table (CSV, TSV, XLSX).

    Raises InputError or FormatError when the file cannot be read as what its name says.
    """
    path = Path(path)
    if path.suffix.lower() in (".tbx", ".xml", ".tbxm"):
        from align.formats import tbx

        read = tbx.ReadReport()
        concepts = tuple(tbx.read_termbase(path, report=read))
        notes = [
            f"not taken over: {what} ({count:,})" for what, count in sorted(read.left_out.items())
        ]
        if not concepts:
            raise FormatError(f"{path}: holds no concept that has a term; see `align validate`")
    else:
        from align.formats import termtable

        rows = termtable.ReadReport()
        concepts = tuple(termtable.read_concepts(path, report=rows))
        notes = rows.notes()
    if not concepts:
        raise FormatError(
            f"{path}: holds no concept; a table needs a Chinese and an English column, and terms "
            "in them"
        )
    return Termbase(concepts, notes)


def joined(termbases: Sequence[tuple[str, Termbase]]) -> Termbase:
    """Several termbases, each with its name, as one, their concepts in the order given.

    An id that two of them use is preceded by the name of its own ("un:12"): ids stay unique.
    """
    if len(termbases) == 1:
        return termbases[0][1]
    uses = Counter(id for _, each in termbases for id in {concept.id for concept in each})
    concepts = [
        replace(concept, id=f"{name}:{concept.id}") if uses[concept.id] > 1 else concept
        for name, each in termbases
        for concept in each
    ]
    return Termbase(concepts, (note for _, each in termbases for note in each.notes))


def covers(termbase: Termbase, source_lang: str, target_lang: str) -> bool:
    """Whether any concept has a term to look for and an accepted one to expect."""
    return any(
        any(concept.in_language(source_lang)) and accepted(concept, target_lang)
        for concept in termbase
    )


def accepted(concept: Concept, lang: str) -> list[Term]:
    """The preferred and admitted terms of a language, preferred first."""
    terms = [term for term in concept.in_language(lang) if term.status in ACCEPTED]
    return sorted(terms, key=lambda term: ACCEPTED.index(term.status))


def forbidden(concept: Concept, lang: str) -> list[Term]:
    """The deprecated and superseded terms of a language."""
    return [term for term in concept.in_language(lang) if term.status in FORBIDDEN]


def preferred(concept: Concept, lang: str) -> str | None:
    """How a concept should be called in a language, None where the termbase does not say."""
    return next((term.text for term in accepted(concept, lang)), None)
