"""The values that travel between floors: frozen, slotted, in the field's own words.

No stage edits what it was given; each makes a new value. Offsets are half-open and count
characters (code points) of ``Document.text``, the reflowed text. Whoever is given a language tag
makes it one spelling (`align.language.tags`), or raises InputError.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from align.language.languages import language_of
from align.language.tags import language_tag, same_language

ParagraphKind = Literal["body", "heading", "list", "formula", "row"]
MatchKind = Literal["exact", "fuzzy", "semantic"]
TermStatus = Literal["preferred", "admitted", "deprecated", "superseded"]
TermType = Literal["fullForm", "acronym", "abbreviation", "shortForm", "variant", "phrase"]
Severity = Literal["error", "warning", "info"]
Usage = Literal["prescriptive", "descriptive"]
Props = tuple[tuple[str, str], ...]


# A unit whose stated probability is lower is to be reviewed: the page's queue, the report, the archive's
# summary and the command line's last line all mean this.
REVIEW_BELOW = 0.9


def _normalise_tags(value: object, *fields: str) -> None:
    for name in fields:
        given = getattr(value, name)
        tag = language_tag(given)
        if tag is not given and tag != given:
            object.__setattr__(value, name, tag)  # frozen for everybody else


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that reflow took out of a raw document, kept so that nothing is lost unseen."""

    line: int  # 1-based line of the raw text
    text: str
    reason: str  # "page number", "running header", "job number", "url", "note mark" …
    evidence: str = ""  # what shows it: "in the top band of 11 of 12 pages"
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a reflowed document and what its form tells about it."""

    start: int
    end: int
    line: int  # 1-based line of the raw text where it begins
    page: int | None = None
    number: str | None = None  # "32" for `32. Better training`
    kind: ParagraphKind = "body"
    speaker: str | None = None  # name as written: "Mr. Khare", "哈雷先生"


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence: ``document.text[start:end] == text`` always."""

    text: str
    lang: str
    start: int
    end: int
    paragraph: int  # index into Document.paragraphs

    def __post_init__(self) -> None:
        _normalise_tags(self, "lang")


def join_segments(segments: Sequence[Segment], lang: str) -> str:
    """The text of a bead's side: Chinese joined with nothing, other languages with a space."""
    return language_of(lang).join(segment.text for segment in segments)


@dataclass(frozen=True, slots=True)
class Document:
    """A reflowed, segmented document with its provenance.

    ``paragraphs`` and ``segments`` are in text order and do not overlap; what no segment holds is white
    space, and of a page the bullets of lists and the numbers of notes. ``line_map`` holds
    (offset, raw line) pairs in ascending order: from that offset on the text comes from that line.
    """

    name: str
    lang: str  # BCP 47: "zh-CN", "zh-TW", "en-US" …
    text: str
    paragraphs: tuple[Paragraph, ...]
    segments: tuple[Segment, ...]
    symbol: str | None = None  # "A/C.4/78/SR.12"
    encoding: str | None = None  # as detected or given: "utf-8", "gb18030" …
    line_map: tuple[tuple[int, int], ...] = ()
    removals: tuple[Removal, ...] = ()
    sha256: str = ""  # of the raw bytes
    warnings: tuple[str, ...] = ()  # what of the file could not be read as it is meant

    def __post_init__(self) -> None:
        _normalise_tags(self, "lang")

    def raw_line(self, offset: int) -> int:
        """The 1-based line of the raw file that the character at `offset` comes from."""
        place = bisect_right(self.line_map, (offset, 1 << 60)) - 1
        return self.line_map[max(place, 0)][1] if self.line_map else 1


@dataclass(frozen=True, slots=True)
class Bead:
    """A run of source sentences and the run of target sentences that renders it.

    Ranges are half-open with step 1; an empty one means that there is no counterpart. The bead
    type (1-1, 2-1, 1-0 …) follows from them. `confidence` is the posterior probability in [0, 1].
    """

    source: range
    target: range
    confidence: float = 1.0

    @property
    def type(self) -> str:
        """The bead type as the field writes it: ``"2-1"``."""
        return f"{len(self.source)}-{len(self.target)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """What produced an alignment, so that every number and every file can be traced.

    ``str(signature)`` is stable and travels in TMX props:
    ``align:0.1.0|model:zh-en-static@1f2e3d|segmenter:1|weights:1@ab12cd|…``.
    """

    tool: str
    model: str
    revision: str
    segmenter: str
    weights: str
    options: Props = ()

    def __str__(self) -> str:
        parts = [
            f"align:{self.tool}",
            f"model:{self.model}@{self.revision}",
            f"segmenter:{self.segmenter}",
            f"weights:{self.weights}",
        ]
        return "|".join(parts + [f"{key}:{value}" for key, value in self.options])


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two sequences of segments and the beads that partition both, in order.

    Raises ValueError on construction when the beads leave out, repeat or cross a segment.
    """

    source: tuple[Segment, ...]
    target: tuple[Segment, ...]
    beads: tuple[Bead, ...]
    signature: Signature
    # (source, target) of sentences alone in their beads that match each other in another order
    crossings: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        check_partition(self.beads, len(self.source), len(self.target))


def check_partition(beads: Sequence[Bead], n_source: int, n_target: int) -> None:
    """Raise ValueError unless `beads` cover 0..n_source and 0..n_target once each, in order."""
    at_source = at_target = 0
    for index, bead in enumerate(beads):
        if bead.source.start != at_source or bead.target.start != at_target:
            raise ValueError(f"bead {index} {bead} does not begin at {at_source}:{at_target}")
        if not len(bead.source) and not len(bead.target):
            raise ValueError(f"bead {index} is empty on both sides")
        if bead.source.step != 1 or bead.target.step != 1:
            raise ValueError(f"bead {index} has a step other than 1")
        at_source, at_target = bead.source.stop, bead.target.stop
    if (at_source, at_target) != (n_source, n_target):
        raise ValueError(f"beads end at {at_source}:{at_target}, not {n_source}:{n_target}")


# The prop of a unit whose translation stands elsewhere in its text.
IN_ANOTHER_ORDER = ("x-order", "the translation has it elsewhere")


@dataclass(frozen=True, slots=True)
class TranslationUnit:
    """A pair of texts with its provenance: one tu of a TMX, one row of a memory.

    Either text may be empty: a sentence without a counterpart is kept, never dropped in silence.
    `source` is what was translated, in either language; a foreign TMX may hold any languages.
    """

    source: str
    target: str
    source_lang: str = "zh-CN"
    target_lang: str = "en-US"
    id: str = ""  # stable tuid
    confidence: float | None = None
    bead_type: str | None = None
    paragraph: str | None = None  # its number ("32") where it has one, else "¶" and its ordinal
    symbol: str | None = None
    page: int | None = None
    speaker: str | None = None
    origin: str | None = None  # file or memory that it comes from
    created: str | None = None  # YYYYMMDDThhmmssZ
    changed: str | None = None
    signature: str | None = None
    state: str | None = None  # reviewer's: "reviewed", "rejected" …
    note: str | None = None
    props: Props = ()  # what else a foreign TMX carried

    def __post_init__(self) -> None:
        _normalise_tags(self, "source_lang", "target_lang")

    def turned(self) -> TranslationUnit:
        """The same pair with its target as the source."""
        return replace(
            self,
            source=self.target,
            target=self.source,
            source_lang=self.target_lang,
            target_lang=self.source_lang,
        )


@dataclass(frozen=True, slots=True)
class Term:
    """One designation of a concept in one language."""

    text: str
    lang: str  # "zh", "en", "zh-Hant" …
    status: TermStatus = "preferred"
    type: TermType | None = None
    part_of_speech: str | None = None
    note: str | None = None
    # Whether the termbase states the status, or it follows from the place; terms that differ in
    # nothing else are the same.
    stated: bool = field(default=True, compare=False)

    def __post_init__(self) -> None:
        _normalise_tags(self, "lang")


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept and its terms in both languages, the preferred ones first."""

    id: str
    terms: tuple[Term, ...]
    note: str | None = None
    subject: str | None = None
    definition: str | None = None
    source: str | None = None
    usage: Usage | None = None  # whether its renderings must be used, where the termbase says

    def in_language(self, lang: str) -> Iterator[Term]:
        """The terms in a language, by its primary subtag."""
        return (term for term in self.terms if same_language(term.lang, lang))


@dataclass(frozen=True, slots=True)
class Match:
    """A unit that a memory found for a query; `score` in [0, 1], higher is more similar."""

    unit: TranslationUnit
    score: float
    kind: MatchKind
    side: Literal["source", "target"] = "source"  # the side that the query matched
    unit_id: int | None = None  # row in the memory
    count: int = 1  # how many origins hold the same unit
    memory: str | None = None  # its name, where several memories were asked
    also: tuple[Match, ...] = ()  # the same unit in others of them, the most trusted first


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a unit that a reviser should look at."""

    rule: str  # "term-missing", "term-forbidden", "number-mismatch", "omission" …
    severity: Severity
    message: str
    tuid: str | None = None
    unit: int | None = None  # 0-based position in the checked sequence
    paragraph: str | None = None
    source: str | None = None  # the term or number that the rule is about
    expected: tuple[str, ...] = ()
    found: str | None = None
    verdict: str | None = None  # "wrong-term", "in-neighbour", "elided", "misaligned", "omission" …
    source_spans: tuple[tuple[int, int], ...] = ()
    target_spans: tuple[tuple[int, int], ...] = ()
    file: str | None = None  # that holds the text that must be mended
    line: int | None = None  # 1-based, of that file
    waived: str | None = None  # the waiver's reason
    message_zh: str | None = None  # the message in Chinese, where the rule has one
    probability: float | None = None  # that this is a mistake, in [0, 1]; None where unknown
    row: int | None = None  # 1-based, of a table or sheet
    page: int | None = None  # 1-based, of a file that has pages
