"""A termbase's entries as a check reads them: each designation, its case, and what it prescribes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from align.datatypes import Concept, Term
from align.language.languages import language_of
from align.terms.capitals import Convention, convention_of, uncased
from align.terms.designations import designations


@dataclass(frozen=True, slots=True, eq=False)  # what is made of one is kept by its identity
class Entries:
    """`concepts` with one term a designation, without the capitals that the file gives to all.

    `descriptive` are the places of entries that by their own word describe a rendering and do not
    prescribe it, or that a qualifier in brackets narrows to one sense of a word; `prescriptive`
    says whether the file prescribes at all: it does where any of its terms has a status.
    """

    concepts: tuple[Concept, ...]
    convention: Convention
    descriptive: frozenset[int]
    prescriptive: bool


def entries_of(concepts: Sequence[Concept]) -> Entries:
    """The entries of a whole termbase; its convention is found from all of them."""
    convention = convention_of(
        term.text for concept in concepts for term in concept.in_language("en")
    )
    made: list[Concept] = []
    descriptive: set[int] = set()
    prescriptive = False
    for place, concept in enumerate(concepts):
        terms: list[Term] = []
        if concept.usage == "descriptive":
            descriptive.add(place)
        prescriptive |= concept.usage == "prescriptive"
        changed = False
        for term in concept.terms:
            prescriptive |= term.stated and term.status != "preferred"
            lang = language_of(term.lang).rules
            read = designations(term.text, lang)
            texts = read.texts if lang == "zh" else [uncased(t, convention) for t in read.texts]
            if read.qualifier:
                descriptive.add(place)
            if tuple(texts) == (term.text,):
                terms.append(term)
                continue
            changed = True
            for at, text in enumerate(texts):
                status = "admitted" if at and term.status == "preferred" else term.status
                terms.append(replace(term, text=text, status=status))
        made.append(replace(concept, terms=tuple(terms)) if changed else concept)
    return Entries(tuple(made), convention, frozenset(descriptive), prescriptive)
