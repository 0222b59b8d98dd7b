"""What a new document's sentences were in earlier translations: the search behind `align reference`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from align.datatypes import Document, Match, Segment, TranslationUnit
from align.forked import cores, together
from align.language.tags import primary
from align.memory import ReadableMemory, fuzzy
from align.memory.keys import normal
from align.memory.passages import Passage
from align.memory.searching import Side
from align.memory.several import Shelf, rank, same
from align.reference.numbers import put_in
from align.reference.values import (
    KINDS,
    Kind,
    Origin,
    Proposal,
    Quotation,
    SentenceReference,
    TermHere,
)

if TYPE_CHECKING:
    from align.terms.index import TermIndex
    from align.terms.wordalign import WordAligner

MINIMUM = 0.7  # match rate below which translation tools propose nothing by default
PROPOSALS = 5  # shown for a sentence
# A sentence of another subject has a unit of this similarity in one of twenty cases (a UN record
# against a memory of three other documents); above it, what is found is about the same thing.
LEAST_MEANING = 0.53
_SHARED = 100  # sentences from which a second process pays: it starts in about a tenth of a second


@dataclass(frozen=True, slots=True)
class ReferenceOptions:
    """What is looked for. `minimum` is the lowest match rate of a proposal by its words."""

    minimum: float = MINIMUM
    meaning: bool = True
    quotations: bool = True
    limit: int = PROPOSALS


def refer(
    document: Document,
    shelves: Sequence[Shelf],
    *,
    terms: TermIndex | None = None,
    aligner: WordAligner | None = None,
    options: ReferenceOptions | None = None,
) -> Iterator[SentenceReference]:
    """The references of each sentence of `document`, in order.

    `terms` leads from the document's language to the other; `aligner` finds where a quoted passage
    went. A sentence that came before in the document says so, and has the same references.
    """
    options = options or ReferenceOptions()
    segments = document.segments
    first: dict[str, int] = {}
    earlier = [first.setdefault(normal(segment.text), at) for at, segment in enumerate(segments)]
    held = _held(segments, shelves, options)
    meanings = _by_meaning(segments, shelves, options) if options.meaning else {}
    known: dict[int, SentenceReference] = {}
    for at, segment in enumerate(segments):
        paragraph = document.paragraphs[segment.paragraph].number
        proposals = _proposals(segments, at, shelves, options, held[at][0], meanings.get(at, ()))
        if earlier[at] < at:
            found = replace(
                known[earlier[at]], segment=segment, paragraph=paragraph, repeats=earlier[at]
            )
            if proposals and proposals[0].kind == "context":
                found = replace(found, proposals=proposals)
        else:
            found = SentenceReference(
                segment,
                paragraph,
                proposals,
                _quotations(proposals, shelves, held[at][1], aligner),
                _terms(segment, terms),
            )
        known[at] = found
        yield found


# By the number of the shelf: what is like a sentence by its words, and the passages of it.
_Matches = list[tuple[int, Match]]
_Passages = list[tuple[int, Passage, TranslationUnit, Side]]


def _held(
    segments: Sequence[Segment], shelves: Sequence[Shelf], options: ReferenceOptions
) -> list[tuple[_Matches, _Passages]]:
    """What the memories hold of each sentence by its words; several processes share the work.

    Each process opens the memories for itself, as a connection does not survive a fork.
    """
    parts = cores() if len(segments) >= _SHARED else 1
    size = -(-len(segments) // parts)
    works = [
        partial(_held_of, segments[start : start + size], shelves, options, anew=start > 0)
        for start in range(0, len(segments), size)
    ]
    return [each for part in together(works) for each in part]


def _held_of(
    segments: Sequence[Segment],
    shelves: Sequence[Shelf],
    options: ReferenceOptions,
    *,
    anew: bool,
) -> list[tuple[_Matches, _Passages]]:
    """Matches and passages of each sentence, asked of all memories; `anew` where a fork asks."""
    with ExitStack() as opened:
        memories = [
            opened.enter_context(shelf.memory.reopened()) if anew else shelf.memory
            for shelf in shelves
        ]
        return [_of_sentence(segment, memories, options) for segment in segments]


def _of_sentence(
    segment: Segment, memories: Sequence[ReadableMemory], options: ReferenceOptions
) -> tuple[_Matches, _Passages]:
    """Matches and passages of one sentence, with the memory that each is from."""
    matches: _Matches = []
    passages: _Passages = []
    for at, memory in enumerate(memories):
        found = memory.search(
            segment.text,
            lang=segment.lang,
            limit=options.limit * 4,
            minimum=min(options.minimum, fuzzy.NEAR_EXACT - fuzzy.OUTDATED_PENALTY),
            kinds=("exact", "fuzzy"),
        )
        matches += [(at, match) for match in found]
        if options.quotations and not (found and found[0].score >= fuzzy.NEAR_EXACT):
            passages += [(at, *each) for each in memory.passages(segment.text, lang=segment.lang)]
    return matches, passages


def _proposals(
    segments: Sequence[Segment],
    at: int,
    shelves: Sequence[Shelf],
    options: ReferenceOptions,
    matches: _Matches,
    by_meaning: Sequence[tuple[Shelf, Match]],
) -> tuple[Proposal, ...]:
    """What is proposed for a sentence, best first: of equal texts only the best."""
    found: list[tuple[tuple[object, ...], Proposal]] = []
    for number, match in matches:
        shelf = shelves[number]
        if _fits(match, segments[at]):
            proposal = _proposal(segments, at, shelf, match)
            if proposal.score >= _penalised(options.minimum, shelf):
                found.append((_order(proposal, shelf, shelves), proposal))
    for shelf, match in () if found else by_meaning:
        proposal = _of_meaning(segments[at], shelf, match)
        found.append((_order(proposal, shelf, shelves), proposal))
    found.sort(key=lambda pair: pair[0])
    return tuple(_once([proposal for _, proposal in found])[: options.limit])


def _once(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Each unit once, in its best place; in which other memories it stands is said with it."""
    groups: dict[tuple[str, ...], list[Proposal]] = {}
    for each in proposals:
        groups.setdefault(same(each.origin.unit), []).append(each)
    return [
        replace(first, origin=replace(first.origin, also=tuple(each.origin for each in others)))
        for first, *others in groups.values()
    ]


def _fits(match: Match, segment: Segment) -> bool:
    """Whether the match is in the sentence's language and its other side is not."""
    there = match.unit.source_lang if match.side == "source" else match.unit.target_lang
    return primary(there) == primary(segment.lang)


def _origin(shelf: Shelf, match: Match) -> Origin:
    assert match.unit_id is not None  # whatever a memory finds has one
    return Origin(shelf.name, match.unit, match.unit_id, match.side)


def _proposal(segments: Sequence[Segment], at: int, shelf: Shelf, match: Match) -> Proposal:
    """A match as a proposal: its penalty taken off, its kind told by context and numbers."""
    segment, origin = segments[at], _origin(shelf, match)
    score = _penalised(match.score, shelf)
    langs = (segment.lang, origin.translation_lang)
    if normal(origin.text) == normal(segment.text):
        kind: Kind = "context" if _in_context(segments, at, shelf, origin) else "exact"
        return Proposal(kind, score, origin.translation, origin)
    differences = fuzzy.differences(segment.text, origin.text, segment.lang)
    swapped = put_in(origin.text, segment.text, origin.translation, langs)
    if swapped is not None:
        text, spans = swapped
        rate = fuzzy.rate_with_values_put_in(segment.text, origin.text, segment.lang)
        score = _penalised(rate, shelf)
        return Proposal("numbers", score, text, origin, differences, tuple(spans))
    wrong = fuzzy.stated_otherwise(segment.text, origin.text, segment.lang)
    return Proposal("fuzzy", score, origin.translation, origin, differences, outdated=wrong)


def _of_meaning(segment: Segment, shelf: Shelf, match: Match) -> Proposal:
    """A unit of like meaning as a proposal; its similarity is no rate, and is left as it is."""
    origin = _origin(shelf, match)
    wrong = fuzzy.stated_otherwise(segment.text, origin.text, segment.lang)
    score = _penalised(match.score, shelf)
    return Proposal("meaning", score, origin.translation, origin, outdated=wrong)


def _penalised(score: float, shelf: Shelf) -> float:
    return round(max(0.0, score - shelf.penalty), 4)


def _in_context(segments: Sequence[Segment], at: int, shelf: Shelf, origin: Origin) -> bool:
    """Whether the sentences before and after stood there in the old document too."""
    column: Literal[0, 1] = 0 if origin.side == "source" else 1
    wanted = {}
    if at > 0:
        wanted[origin.unit_id - 1] = segments[at - 1].text
    if at + 1 < len(segments):
        wanted[origin.unit_id + 1] = segments[at + 1].text
    there = shelf.memory.texts(sorted(wanted))
    return bool(wanted) and all(
        unit in there and normal(there[unit][column]) == normal(text)
        for unit, text in wanted.items()
    )


def _order(proposal: Proposal, shelf: Shelf, shelves: Sequence[Shelf]) -> tuple[object, ...]:
    # A penalty moves a match behind better ones of its kind, never into another kind.
    by_rank = rank(shelves, shelf, proposal.origin.unit)
    newest = "".join(chr(0x7F - ord(char)) for char in proposal.origin.date)
    return (KINDS.index(proposal.kind), -proposal.score, *by_rank, newest, proposal.origin.unit_id)


def _by_meaning(
    segments: Sequence[Segment], shelves: Sequence[Shelf], options: ReferenceOptions
) -> dict[int, list[tuple[Shelf, Match]]]:
    """For each sentence the units nearest in meaning, of all memories."""
    texts = [segment.text for segment in segments]
    found: dict[int, list[tuple[Shelf, Match]]] = {}
    for shelf in shelves:
        for at, matches in enumerate(shelf.memory.nearest(texts, limit=options.limit)):
            fitting = [(shelf, match) for match in matches if match.score >= LEAST_MEANING]
            found.setdefault(at, []).extend(fitting)
    return found


def _quotations(
    proposals: Sequence[Proposal],
    shelves: Sequence[Shelf],
    passages: _Passages,
    aligner: WordAligner | None,
) -> tuple[Quotation, ...]:
    """Passages for a sentence that no proposal covers as a whole; the most telling come first."""
    if proposals and proposals[0].kind in ("context", "exact", "numbers"):
        return ()
    worded = [p.origin for p in proposals if p.kind != "meaning"]
    proposed = {(o.memory, o.unit_id) for origin in worded for o in (origin, *origin.also)}
    found: list[tuple[tuple[object, ...], Quotation]] = []
    for number, passage, unit, side in passages:
        shelf = shelves[number]
        if (shelf.name, passage.unit_id) not in proposed:
            origin = Origin(shelf.name, unit, passage.unit_id, side)
            quotation = Quotation(
                passage.span, passage.found, passage.likeness, passage.count, origin
            )
            found.append(((-passage.information, *rank(shelves, shelf, unit)), quotation))
    found.sort(key=lambda pair: pair[0])
    chosen: list[Quotation] = []
    for _, quotation in found:
        if not any(_overlap(quotation.span, other.span) for other in chosen):
            chosen.append(_placed(quotation, aligner))
    return tuple(sorted(chosen, key=lambda each: each.span))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _placed(quotation: Quotation, aligner: WordAligner | None) -> Quotation:
    """A quotation with its rendering, found by the span model and marked."""
    origin = quotation.origin
    if quotation.found == (0, len(origin.text)):
        return replace(quotation, rendering=(0, len(origin.translation)), sure=1.0)
    if aligner is None:
        return quotation
    rendering = aligner.rendering(
        origin.text, origin.translation, quotation.found, target_lang=origin.translation_lang
    )
    if rendering is None:
        return quotation
    return replace(quotation, rendering=(rendering.start, rendering.end), sure=rendering.score)


def _terms(segment: Segment, terms: TermIndex | None) -> tuple[TermHere, ...]:
    """The terms in a sentence, with what they are called in the other language."""
    if terms is None:
        return ()
    return tuple(
        TermHere(
            (mention.start, mention.end),
            segment.text[mention.start : mention.end],
            tuple(terms.expected(mention.group)),
        )
        for mention in terms.mentions(segment.text)
    )
