"""Bilingual term candidates of a translation, ranked for a terminologist to prune.

Phrases of both sides are proposed and followed into the other language; a ranker that was trained on
dictionaries says of each pair how much it looks like an entry; what is left is one entry for each
thing, written as a dictionary would have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from align.datatypes import Concept, Term, TermStatus, TranslationUnit
from align.terms.extracting.entries import Candidate, broken, entries
from align.terms.extracting.features import describe
from align.terms.extracting.pairs import answers, most_termlike, pairs, phrases, read
from align.terms.extracting.phrases import JOINS
from align.terms.extracting.ranker import load_ranker
from align.terms.names import countries
from align.terms.termbase import Termbase
from align.terms.wordalign import WordAligner


@dataclass(frozen=True, slots=True)
class ExtractOptions:
    """What is proposed."""

    limit: int = 300
    least: int = 1  # occurrences
    longest: int = 8  # words of a phrase that is proposed by its shape
    examined: int = 6000  # phrases of either side that are followed into the other language
    known: bool = False  # propose also what the termbase has


def extract_terms(
    units: Sequence[TranslationUnit],
    aligner: WordAligner,
    *,
    termbase: Termbase | None = None,
    options: ExtractOptions | None = None,
) -> list[Candidate]:
    """The best candidates of `units`, best first; see ExtractOptions."""
    options = options or ExtractOptions()
    dictionary = _dictionary(termbase)
    old = set() if options.known else _known(dictionary)
    document = read(units, aligner.follower, dictionary)
    answered = answers(document, aligner.follower, options.examined)
    found = phrases(document, answered, options.longest)
    found = {
        text: places
        for text, places in found.items()
        if len(places) >= options.least and not _is_known(text, old)
    }
    found = most_termlike(found, options.examined)
    proposed = pairs(document, aligner, found, answered)
    described = describe(proposed, document, found, aligner.follower.encoder)
    scores = load_ranker().scores(described, proposed)
    best = entries(proposed, scores, document, broken(proposed, described))
    return list(islice(best, options.limit))


def as_concepts(candidates: Sequence[Candidate]) -> list[Concept]:
    """Candidates as concepts with status admitted, for a termbase that someone will prune."""
    concepts = []
    for number, one in enumerate(candidates, start=1):
        status: TermStatus = "admitted"
        terms = [Term(one.source, "zh", "preferred"), Term(one.target, "en", "preferred")]
        terms += [Term(variant.text, "en", status) for variant in one.variants[1:]]
        note = f"extracted; {one.count} occurrences; score {one.score:.2f}"
        concepts.append(Concept(f"c{number}", tuple(terms), note=note))
    return concepts


def _dictionary(termbase: Termbase | None) -> tuple[str, ...]:
    if termbase is None:
        return ()
    return tuple(dict.fromkeys(t.text for c in termbase for t in c.in_language("zh")))


def _known(dictionary: Sequence[str]) -> set[str]:
    """What needs no proposal: the termbase's terms and the names of countries."""
    return {*dictionary, *(name for c in countries() for name in (*c.zh, *c.zh_long))}


def _is_known(text: str, old: set[str]) -> bool:
    return text in old or (bool(old) and old.issuperset(JOINS.split(text)))
