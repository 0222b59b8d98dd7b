"""Bilingual term candidates of a translation, ranked for a terminologist to prune.

Chinese noun phrases are proposed by their parts of speech (jieba, with a termbase as its
dictionary), by what stands in titles, quotation marks and brackets; each is followed into the other
language by word alignment; the rank says how much a pair looks like a term: how surely it is
aligned, how often it occurs outside longer candidates (the C-value of Frantzi et al. 2000), whether
it is a name, and how far its words are from everyday ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from align.datatypes import Concept, Term, TermStatus, TranslationUnit
from align.language.words import tagged
from align.terms.extract_names import NameCutter, with_whole_names
from align.terms.extract_phrases import JOINS, answers_to_names, proposals, with_plus
from align.terms.extract_rank import (
    Candidate,
    candidate_of,
    held_places,
    one_for_each,
    termhood,
    weighed,
)
from align.terms.following.model import Question
from align.terms.matcher import is_acronym
from align.terms.names import countries
from align.terms.renderings import key, side, term_renderings
from align.terms.termbase import Termbase
from align.terms.wordalign import WORTH, WordAligner


@dataclass(frozen=True, slots=True)
class ExtractOptions:
    """What is proposed."""

    limit: int = 300
    least: int = 1  # occurrences
    longest: int = 8  # words
    examined: int = 6000  # candidates that are followed into the other language
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
    paired = [unit for unit in units if unit.source and unit.target]
    texts = [side(unit, "zh")[0] for unit in paired]
    english = [side(unit, "zh")[1] for unit in paired]
    dictionary = _dictionary(termbase)
    tokens = [with_plus(text, tagged(text, dictionary=dictionary)) for text in texts]
    phrases = proposals(texts, tokens, options.longest)
    for text, more in answers_to_names(paired, tokens, aligner).items():
        known = phrases.setdefault(text, [])
        known += [place for place in more if place not in known]
    phrases = {text: places for text, places in phrases.items() if len(places) >= options.least}
    hoods = termhood(phrases, texts, tokens)
    old = set() if options.known else _known(dictionary)
    chosen = sorted(hoods, key=lambda text: (-hoods[text], text))[: options.examined]
    chosen = [text for text in chosen if not _is_known(text, old)]
    found = term_renderings({text: phrases[text] for text in chosen}, paired, aligner)
    found = [with_whole_names(term, texts, english, tokens) for term in found]
    held = held_places(phrases)
    candidates = [
        candidate
        for term in found
        if (
            candidate := candidate_of(
                term, hoods[term.term], paired, held.get(term.term, frozenset())
            )
        )
    ]
    candidates = weighed(one_for_each(candidates), [f" {key(text)}" for text in english])
    cutter = NameCutter(paired, tokens, aligner)
    candidates = answered(cutter.cut(candidates[: 3 * options.limit]), aligner)
    return [one for one in candidates if not _is_known(one.source, old)][: options.limit]


def answered(candidates: Sequence[Candidate], aligner: WordAligner) -> list[Candidate]:
    """The candidates whose rendering, asked back, went to their phrase rather than to another.

    What became of a phrase that is cut or overgrown goes back to the whole phrase. Where it goes
    back to nothing, nothing is said against the phrase; nor by an acronym, whose form is arbitrary.
    """
    texts = [side(one.example, "zh") for one in candidates]
    asked = [
        Question(en, zh, one.place.target_span, at)
        for at, ((zh, en), one) in enumerate(zip(texts, candidates, strict=True))
    ]
    answers = aligner.follower.answers(asked, "zh") if asked else []
    kept = []
    for one, (zh, _), answer in zip(candidates, texts, answers, strict=True):
        sums: dict[str, float] = {}
        for run in answer.runs:
            text = bare(zh[run.start : run.end])
            sums[text] = sums.get(text, 0.0) + run.probability
        unsaid = answer.nothing > max(sums.values(), default=0.0) or is_acronym(one.target)
        if sums.get(bare(one.source), 0.0) >= WORTH or unsaid:
            kept.append(one)
    return kept


def bare(text: str) -> str:
    """The letters, figures and plus signs of a phrase: a quotation mark more is no difference.

    >>> bare("“以行动促维和”+")
    '以行动促维和+'
    """
    return "".join(char for char in text if char.isalnum() or char == "+")


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
