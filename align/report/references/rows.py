"""What every form of the references shows of a sentence: one list of answers, best first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from align.language.facts import Fact
from align.reference.values import Origin, SentenceReference

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """A proposal or a passage: its kind, its texts, and what is to be marked in them.

    `here` are spans of the new sentence, `old_marks` of the old text (what differs, or the
    passage), `marks` of the translation (numbers put in, or the passage's rendering). `outdated`
    are the numbers, dates and the like of the new sentence that the translation has not, and those
    of the old one that it has instead.
    """

    kind: str  # of a proposal, or "passage", "passage_changed"
    score: float | None  # match rate in [0, 1]; of a passage: how surely its rendering is that
    text: str
    marks: tuple[Span, ...]
    old: str
    old_marks: tuple[Span, ...]
    here: tuple[Span, ...]
    origin: Origin
    outdated: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def answers(reference: SentenceReference) -> list[Answer]:
    """The proposals of a sentence, then its passages."""
    found = [
        Answer(
            proposal.kind,
            proposal.score,
            proposal.text,
            proposal.replaced,
            proposal.origin.text,
            _filled(d.match for d in proposal.differences if d.kind != "equal"),
            _filled(d.query for d in proposal.differences if d.kind != "equal"),
            proposal.origin,
            texts(proposal.outdated),
        )
        for proposal in reference.proposals
    ]
    for quotation in reference.quotations:
        found.append(
            Answer(
                "passage" if quotation.likeness == 1 else "passage_changed",
                quotation.sure,
                quotation.origin.translation,
                (quotation.rendering,) if quotation.rendering else (),
                quotation.origin.text,
                (quotation.found,),
                (quotation.span,),
                quotation.origin,
            )
        )
    return found


def texts(
    outdated: tuple[Sequence[Fact], Sequence[Fact]],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How facts of the new and of the old sentence are written there."""
    new, old = outdated
    return tuple(fact.text for fact in new), tuple(fact.text for fact in old)


def _filled(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(span for span in spans if span[0] < span[1])


def used(references: Sequence[SentenceReference]) -> list[tuple[str, int]]:
    """The documents that first answers and passages come from, with how often, most first."""
    counts: dict[str, int] = {}
    for reference in references:
        for at, answer in enumerate(answers(reference)):
            if at == 0 or answer.kind.startswith("passage"):
                unit = answer.origin.unit
                name = unit.symbol or unit.origin or answer.origin.memory
                counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
