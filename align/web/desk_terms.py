"""The terms of the desk: several termbases as one, and the user's own, kept beside the documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from align.atomic import replacing
from align.datatypes import Concept, Term, TermStatus
from align.errors import InputError
from align.language.scripts import has_han
from align.terms.termbase import Termbase, load_termbase

OWN = "added-terms.tsv"  # in the opened folder: what was added or forbidden on the page
LONGEST = 200  # characters of a term
STATUSES: tuple[TermStatus, ...] = ("preferred", "deprecated")


def together(bases: Sequence[Termbase]) -> Termbase | None:
    """One termbase of several; what later ones say of a Chinese term is added to what is known.

    Where two say different things of the same rendering, the later one holds.
    """
    if not bases:
        return None
    concepts: list[Concept] = list(bases[0].concepts)
    places = {key: place for place, concept in enumerate(concepts) for key in _keys(concept)}
    for base in bases[1:]:
        for concept in base.concepts:
            place = next((places[key] for key in _keys(concept) if key in places), None)
            if place is None:
                places |= dict.fromkeys(_keys(concept), len(concepts))
                concepts.append(replace(concept, id=f"{concept.id}~{len(concepts)}"))
            else:
                concepts[place] = joined(concepts[place], concept.terms)
    return Termbase(concepts, [note for base in bases for note in base.notes])


def _keys(concept: Concept) -> list[str]:
    """The Chinese terms that tell a concept from others: the preferred and admitted ones."""
    return [t.text for t in concept.in_language("zh") if t.status in ("preferred", "admitted")]


def joined(concept: Concept, terms: Iterable[Term]) -> Concept:
    """A concept with more terms; of one that it has already, the new status holds."""
    kept = list(concept.terms)
    for term in terms:
        at = next(
            (n for n, old in enumerate(kept) if (old.text, old.lang) == (term.text, term.lang)),
            None,
        )
        if at is not None:
            kept[at] = replace(kept[at], status=term.status)
        elif term.status == "preferred" and any(
            old.lang == term.lang and old.status == "preferred" for old in kept
        ):
            kept.append(replace(term, status="admitted"))
        else:
            kept.append(term)
    return replace(concept, terms=tuple(kept))


def add_term(path: Path, zh: str, en: str, status: TermStatus) -> None:
    """Write a pair into the user's own terms: to be used, or (deprecated) not to be used.

    Raises InputError for a text that is no term, FormatError where the file cannot be read.
    """
    from align.formats.termtable import write_concepts

    zh, en = (" ".join(text.split()) for text in (zh, en))
    for text, chinese in ((zh, True), (en, False)):
        if not text or len(text) > LONGEST or any(c < " " for c in text):
            raise InputError(f"a term has 1 to {LONGEST} characters, in Chinese and in English")
        if chinese != has_han(text):
            raise InputError(f"{text}: is not {'Chinese' if chinese else 'English'}")
    concepts = list(load_termbase(path).concepts) if path.exists() else []
    place = next((n for n, c in enumerate(concepts) if zh in _keys(c)), None)
    new = Term(en, "en", status)
    if place is None:
        concepts.append(Concept(f"own{len(concepts) + 1}", (Term(zh, "zh"), new)))
    else:
        concepts[place] = joined(concepts[place], [new])
    with replacing(path) as file:
        write_concepts(file, concepts, kind="tsv")


def is_termbase_name(name: str) -> bool:
    """Whether a file of this name may hold terms."""
    return Path(name).suffix.lower() in (".tsv", ".csv", ".tbx", ".xlsx")
