"""What references consist of: proposals for a sentence, quoted passages, and where each is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from align.clock import day
from align.datatypes import Segment, TranslationUnit
from align.language.facts import Fact
from align.memory.fuzzy import Difference

Span = tuple[int, int]
Kind = Literal["context", "exact", "numbers", "fuzzy", "meaning"]
# From the best on: the same sentence between the same neighbours, the same sentence, the same but
# for numbers and dates, similar wording, similar meaning.
KINDS: tuple[Kind, ...] = ("context", "exact", "numbers", "fuzzy", "meaning")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was translated before, as one cites it."""

    memory: str
    unit: TranslationUnit
    unit_id: int
    side: Literal["source", "target"]  # the side of the unit in the new document's language
    also: tuple[Origin, ...] = ()  # the same unit in other memories

    @property
    def text(self) -> str:
        """The unit's text in the language of the new document."""
        return self.unit.source if self.side == "source" else self.unit.target

    @property
    def translation(self) -> str:
        """The unit's text in the other language."""
        return self.unit.target if self.side == "source" else self.unit.source

    @property
    def translation_lang(self) -> str:
        """The language of `translation`."""
        return self.unit.target_lang if self.side == "source" else self.unit.source_lang

    @property
    def cited(self) -> str:
        """Document and place: "A/RES/78/1, para. 5"; else the file and what is known.

        Where other memories hold the unit too, their citations follow: "a.tmx; also in UN: b.tmx".
        """
        others = (f"also in {other.memory}: {other._place}" for other in self.also)
        return "; ".join([self._place, *others])

    @property
    def _place(self) -> str:
        """Where the unit is from, as people cite it: symbol, paragraph, else page."""
        unit = self.unit
        parts = [unit.symbol or unit.origin or self.memory]
        if unit.paragraph:
            number = unit.paragraph
            parts.append(number if number.startswith("¶") else f"para. {number}")
        elif unit.page:
            parts.append(f"p. {unit.page}")
        return ", ".join(parts)

    @property
    def date(self) -> str:
        """When the unit was changed or made: "2024-03-01"; empty where it is not known."""
        return day(self.unit.changed or self.unit.created or "")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A translation of a whole sentence, or of one like it.

    `score` in [0, 1] is the match rate (of the meaning: its similarity). `text` is the translation
    proposed; where numbers were put in, `replaced` says which spans of it are new. Where they could
    not be, `outdated` has the facts that only the new sentence states, and that only the old one
    does: the translation says these.
    """

    kind: Kind
    score: float
    text: str
    origin: Origin
    differences: tuple[Difference, ...] = ()
    replaced: tuple[Span, ...] = ()
    outdated: tuple[tuple[Fact, ...], tuple[Fact, ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch of the sentence that was translated before, and where its rendering is.

    `span` is in the sentence, `found` in ``origin.text``, `rendering` in ``origin.translation``;
    `sure`, in [0, 1], says how surely it is the rendering, None where it was not found.
    """

    span: Span
    found: Span
    likeness: float
    count: int
    origin: Origin
    rendering: Span | None = None
    sure: float | None = None


@dataclass(frozen=True, slots=True)
class TermHere:
    """A term of the termbase in the sentence and its renderings, the preferred one first."""

    span: Span
    text: str
    renderings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentenceReference:
    """Everything that was found for one sentence; proposals are best first."""

    segment: Segment
    paragraph: str | None
    proposals: tuple[Proposal, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    terms: tuple[TermHere, ...] = ()
    repeats: int | None = None  # the index of an earlier sentence of the document that is the same

    @property
    def best(self) -> Proposal | None:
        """The first proposal, if there is one."""
        return self.proposals[0] if self.proposals else None
