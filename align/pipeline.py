"""The whole flow on one page: two files in, documents, alignment and translation units out."""

from __future__ import annotations

import hashlib
import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from align.alignment.aligner import AlignOptions, align_with_evidence
from align.alignment.anchors import Anchors
from align.alignment.cells import paired_cells
from align.alignment.diagnosis import diagnose, unrelated_by_anchors
from align.alignment.order import in_another_order
from align.alignment.reading.surface import Surface, reading_surfaces
from align.datatypes import (
    IN_ANOTHER_ORDER,
    Alignment,
    Document,
    TranslationUnit,
    join_segments,
)
from align.document import read_bilingual, read_document
from align.document.bilingual import holds_both
from align.document.removals import reading_warnings
from align.embedding.load import following_words, load_encoder
from align.embedding.protocol import Encoder
from align.errors import InputError, NotTranslationsError
from align.language.languages import CHINESE, ENGLISH, language_of
from align.language.tags import is_chinese, language_tag, primary, same_language

if TYPE_CHECKING:
    from align.datatypes import Finding
    from align.terms.checking import CheckOptions
    from align.terms.termbase import Termbase


@dataclass(frozen=True, slots=True)
class PairOptions:
    """How a pair of files is read and aligned."""

    source_lang: str | None = None  # of the output; None: as detected (zh-CN or zh-TW)
    target_lang: str | None = None
    encoding: str | None = None
    pre_segmented: bool = False
    srx: Path | None = None
    model: str | None = None  # None: the embedded one
    device: str | None = None
    cache: Path | None = None  # file that keeps a transformer's vectors
    align: AlignOptions = field(default_factory=AlignOptions)
    force: bool = False  # align also what does not look like a translation
    # Tags that texts get by their language where neither they nor the options above say more.
    usual: tuple[str, ...] = ()
    in_order: bool = False  # refuse the English document first, unless the languages say so

    def __post_init__(self) -> None:
        stated = [tag and language_of(language_tag(tag)) for tag in self._tags]
        for tag, language in zip(self._tags, stated, strict=True):
            if tag and language not in (CHINESE, ENGLISH):
                raise InputError(
                    f"{tag}: a pair is one document in Chinese and one in English; "
                    f"give a tag such as {CHINESE.default_tag} or {ENGLISH.default_tag}, or none"
                )
        if stated[0] and stated[0] is stated[1]:
            raise InputError(
                f"{self.source_lang} and {self.target_lang}: a pair is one document in Chinese and "
                "one in English, in either order"
            )

    @property
    def _tags(self) -> tuple[str | None, str | None]:
        return self.source_lang, self.target_lang

    def tag_of(self, document: Document, stated: str | None) -> str:
        """What the units' side of a document is tagged with."""
        mine = (tag for tag in self.usual if same_language(tag, document.lang))
        return stated or next(mine, document.lang)

    @property
    def usual_tags(self) -> tuple[str, str]:
        """The tags of source and target, those that are not stated as documents usually have them."""
        sides = (ENGLISH, CHINESE) if self.from_english else (CHINESE, ENGLISH)
        source, target = (
            tag or side.default_tag for tag, side in zip(self._tags, sides, strict=True)
        )
        return source, target

    @property
    def from_english(self) -> bool | None:
        """Whether the first document is the English one, as the languages say; None: they do not."""
        for tag, source in zip(self._tags, (ENGLISH, CHINESE), strict=True):
            if tag:
                return language_of(language_tag(tag)) is source
        return None


@dataclass(frozen=True, slots=True)
class PairResult:
    """A finished pair. `units` are the alignment's beads as texts, one each, in order."""

    source: Document
    target: Document
    alignment: Alignment
    units: tuple[TranslationUnit, ...]
    notes: tuple[str, ...]  # what the user should know about the pair as a whole
    encoder: Encoder = field(compare=False, repr=False)  # what compared them

    @property
    def remarks(self) -> tuple[str, ...]:
        """Warnings of reading, each with its file's name before it, and the notes."""
        sides = (self.source, self.target)
        warned = (
            f"{Path(side.name).name}: {text}" for side in sides for text in reading_warnings(side)
        )
        return (*warned, *self.notes)

    @property
    def pairs(self) -> tuple[TranslationUnit, ...]:
        """The units for a memory: in the place of a sentence whose counterpart stands elsewhere,
        both as one unit."""
        if not self.alignment.crossings:
            return self.units
        found = self.crossed
        return tuple(
            unit if k not in found else self._joined(k, found[k])
            for k, unit in enumerate(self.units)
            if k not in found or unit.source
        )

    @property
    def crossed(self) -> dict[int, int]:
        """Which units of one side are each other's counterparts, both ways."""
        beads = self.alignment.beads
        alone = {bead.source.start: k for k, bead in enumerate(beads) if bead.type == "1-0"}
        others = {bead.target.start: k for k, bead in enumerate(beads) if bead.type == "0-1"}
        both = [(alone[i], others[j]) for i, j in self.alignment.crossings]
        return dict(both) | {other: k for k, other in both}

    @property
    def places_in_pairs(self) -> dict[int, int]:
        """The place among the `pairs` of what each of the `units` has become."""
        crossed = self.crossed
        kept = [k for k, unit in enumerate(self.units) if k not in crossed or unit.source]
        places = {unit: place for place, unit in enumerate(kept)}
        return {k: places[k if k in places else crossed[k]] for k in range(len(self.units))}

    def _joined(self, place: int, other: int) -> TranslationUnit:
        beads = self.alignment.beads
        sizes = len(beads[place].source), len(beads[other].target)
        return crossed_unit(self.units[place], self.units[other].target, sizes)


def crossed_unit(unit: TranslationUnit, target: str, sizes: tuple[int, int]) -> TranslationUnit:
    """A unit of a sentence and its counterpart elsewhere; `sizes` are its numbers of sentences."""
    return replace(
        unit, target=target, bead_type="-".join(map(str, sizes)),
        id=_unit_id(unit.source, target, 1), props=(*unit.props, IN_ANOTHER_ORDER),
    )  # fmt: skip


def align_files(
    source: str | Path | IO[bytes],
    target: str | Path | IO[bytes],
    *,
    options: PairOptions | None = None,
    encoder: Encoder | None = None,
    stage: Callable[[str], None] | None = None,
) -> PairResult:
    """Read, align and cut into units a document and its translation, Chinese and English.

    The first is the source of every unit, in either language. `encoder` saves loading
    `options.model` again; `stage` is told what is being done. Raises InputError, FormatError or
    ModelError for what cannot be used, NotTranslationsError when the two do not belong together.
    """
    options = options or PairOptions()
    stage = stage or _unheard
    stage(f"reading {_called(source)}")
    source_document = read_side(source, options, options.source_lang)
    stage(f"reading {_called(target)}")
    target_document = read_side(target, options, options.target_lang)
    check_languages(source_document, target_document, options)
    stage(_aligning(source_document, target_document))
    return _align_read(source_document, target_document, options, encoder)


def align_bilingual(
    file: str | Path | IO[bytes],
    *,
    options: PairOptions | None = None,
    encoder: Encoder | None = None,
    stage: Callable[[str], None] | None = None,
) -> PairResult:
    """Take one file apart that holds both languages, and align its sides as `align_files` does."""
    options = options or PairOptions()
    stage = stage or _unheard
    stage(f"reading {_called(file)}")
    tags = (options.source_lang, options.target_lang)
    chinese, english = tags[::-1] if options.from_english else tags
    sides = read_bilingual(
        file,
        source_lang=chinese,
        target_lang=english,
        encoding=options.encoding,
        srx=options.srx,
        name="standard input" if not isinstance(file, str | Path) else None,
    )
    source, target = sides[::-1] if options.from_english else sides
    stage(_aligning(source, target))
    return _align_read(source, target, options, encoder)


def check_translation(
    units: Sequence[TranslationUnit],
    termbase: Termbase | None = None,
    *,
    encoder: Encoder | None = None,
    options: CheckOptions | None = None,
) -> list[Finding]:
    """The findings on `units` that `align check` gives, unit by unit, the gravest of a unit first.

    `units` are in the order of the text, as neighbours are looked at. `encoder` follows words from
    one side to the other: the embedded one where it is None or a transformer.
    """
    from align.terms.checking import check_units

    return check_units(units, termbase, encoder=following_words(encoder), options=options)


def _unheard(what: str) -> None:
    """The stages of a run that nobody follows."""


def _called(file: str | Path | IO[bytes]) -> str:
    return str(file) if isinstance(file, str | Path) else "standard input"


def _aligning(source: Document, target: Document) -> str:
    return f"aligning {len(source.segments):,} with {len(target.segments):,} sentences"


def _align_read(
    source_document: Document,
    target_document: Document,
    options: PairOptions,
    encoder: Encoder | None,
) -> PairResult:
    # What texts show by themselves is read while the model is.
    processes = options.align.processes
    chinese, english = _chinese_first(source_document, target_document)
    with reading_surfaces(chinese, english, processes) as surfaces:
        encoder = encoder or load_encoder(options.model, device=options.device, cache=options.cache)
        return align_documents(
            source_document, target_document, encoder, options=options, surfaces=surfaces
        )


def align_documents(
    source: Document,
    target: Document,
    encoder: Encoder,
    *,
    options: PairOptions | None = None,
    surfaces: Callable[[], tuple[Surface, Surface]] | None = None,
) -> PairResult:
    """Align two documents that have been read. Raises NotTranslationsError as `align_files` does.

    `surfaces` are those of the Chinese document and of the English one, whichever comes first.
    """
    options = options or PairOptions()

    def refuse(reason: str) -> None:
        if reason and not options.force:
            raise NotTranslationsError(
                f"{source.name} and {target.name} do not look like translations of each other "
                f"({reason}); give the right pair, or --force to align them all the same"
            )

    def judge(anchors: Anchors, sentences: tuple[int, int]) -> None:
        refuse(unrelated_by_anchors(anchors, sentences))

    # What aligns was trained on Chinese against English; the other way round is turned round after.
    chinese, english = _chinese_first(source, target)
    alignment, evidence = align_with_evidence(
        chinese, english, encoder, options=options.align, surfaces=surfaces, judge=judge
    )
    notes: tuple[str, ...] = ()
    if evidence is not None:
        verdict = diagnose(alignment, evidence)
        notes = verdict.notes
        refuse(verdict.unrelated)
        sides = evidence.pair.source.vectors, evidence.pair.target.vectors
        alignment = paired_cells(alignment, chinese, english)
        alignment, moved = in_another_order(alignment, *sides)
        notes += moved
    if chinese is not source:
        alignment = turned(alignment)
    return PairResult(
        source, target, alignment, units_from(source, target, alignment, options), notes, encoder
    )


def _chinese_first(source: Document, target: Document) -> tuple[Document, Document]:
    """The documents of a pair, the Chinese one first; as they are where neither or both are."""
    is_turned = not is_chinese(source.lang) and is_chinese(target.lang)
    return (target, source) if is_turned else (source, target)


def turned(alignment: Alignment) -> Alignment:
    """The same alignment with its target as the source."""
    return replace(
        alignment,
        source=alignment.target,
        target=alignment.source,
        beads=tuple(replace(b, source=b.target, target=b.source) for b in alignment.beads),
        crossings=tuple(sorted((target, source) for source, target in alignment.crossings)),
    )


def read_side(file: str | Path | IO[bytes], options: PairOptions, lang: str | None) -> Document:
    """Read one file of a pair as `options` say; `lang` None: as detected."""
    return read_document(
        file,
        encoding=options.encoding,
        pre_segmented=options.pre_segmented,
        srx=options.srx,
        name="standard input" if not isinstance(file, str | Path) else None,
        lang=lang,
    )


def check_languages(source: Document, target: Document, options: PairOptions | None = None) -> None:
    """Raise unless one document is Chinese and one English, the Chinese first if `in_order`.

    Nothing is refused with `options.force`, nor a side whose language the options name.
    """
    options = options or PairOptions()
    if options.force:
        return
    stated = (options.source_lang is not None, options.target_lang is not None)
    for document, is_stated in zip((source, target), stated, strict=True):
        if not is_stated and holds_both(document):
            place = "-" if document.name == "standard input" else shlex.quote(document.name)
            raise InputError(
                f"{document.name}: holds Chinese and English by turns or one after the other, where "
                f"one side of a pair was expected; take it apart: align pair {place} -o OUT.tmx, or "
                "--force to align it as it is"
            )
    found = [_language(document) for document in (source, target)]
    if found == ["en", "zh"] and not any(stated):
        if options.in_order:
            raise NotTranslationsError(
                f"the files are the wrong way round: {source.name} is English and {target.name} is "
                "Chinese; give the Chinese file first"
            )
        return
    if all(stated) and {*found} == {"en", "zh"} and (found == ["en", "zh"]) != options.from_english:
        raise NotTranslationsError(
            f"{source.name} is {language_of(found[0]).name} and {target.name} is "
            f"{language_of(found[1]).name}, the other way round than --src-lang and --tgt-lang say; "
            "give the files in the order of the languages, or --force"
        )
    wanted = (ENGLISH, CHINESE) if options.from_english else (CHINESE, ENGLISH)
    sides = zip((source, target), found, wanted, stated, ("--src-lang", "--tgt-lang"), strict=True)
    for document, lang, language, is_stated, option in sides:
        if lang != language.code and not is_stated and _letters(document.text) >= 20:
            seen = language_of(lang).name if lang in ("zh", "en") else "another language"
            both = " like the other file" if found[0] == found[1] else ""
            raise InputError(
                f"{document.name}: {language.name} was expected here, but the text is {seen}{both}; "
                "give one Chinese document and one English one, or say that it is "
                f"{language.name} with {option} {language.default_tag}"
            )


def _language(document: Document) -> str:
    from align.language.scripts import detect_document_language

    texts = [document.text[part.start : part.end] for part in document.paragraphs]
    return primary(detect_document_language(texts))


def _letters(text: str) -> int:
    """Letters near the beginning: a text of figures only has no language to be wrong."""
    return sum(char.isalpha() for char in text[:10_000])


def units_from(
    source: Document,
    target: Document,
    alignment: Alignment,
    options: PairOptions | None = None,
) -> tuple[TranslationUnit, ...]:
    """One unit a bead, in order; sentences joined with nothing in Chinese, a space in English.

    Ids follow from the texts, and from the count where the same pair comes again, so that they
    survive a new alignment.
    """
    options = options or PairOptions()
    source_lang = options.tag_of(source, options.source_lang)
    target_lang = options.tag_of(target, options.target_lang)
    symbol = source.symbol or target.symbol
    signature = str(alignment.signature)
    origin = Path(source.name).name  # a path of this machine is nobody's business
    seen: Counter[tuple[str, str]] = Counter()
    units = []
    for bead in alignment.beads:
        left = join_segments([alignment.source[i] for i in bead.source], source_lang)
        right = join_segments([alignment.target[j] for j in bead.target], target_lang)
        seen[left, right] += 1
        place = (
            source.paragraphs[alignment.source[bead.source.start].paragraph]
            if len(bead.source)
            else target.paragraphs[alignment.target[bead.target.start].paragraph]
        )
        units.append(
            TranslationUnit(
                source=left,
                target=right,
                source_lang=source_lang,
                target_lang=target_lang,
                id=_unit_id(left, right, seen[left, right]),
                confidence=bead.confidence,
                bead_type=bead.type,
                paragraph=_paragraph(source, target, alignment, bead.source, bead.target),
                symbol=symbol,
                page=place.page,
                speaker=place.speaker,
                origin=origin,
                signature=signature,
            )
        )
    return tuple(units)


def _paragraph(
    source: Document, target: Document, alignment: Alignment, rows: range, columns: range
) -> str:
    """The number of the paragraph that a bead begins in, else ¶ and its place in the document."""
    if len(rows):
        document, index = source, alignment.source[rows.start].paragraph
    else:
        document, index = target, alignment.target[columns.start].paragraph
    for at in range(index, -1, -1):
        paragraph = document.paragraphs[at]
        if paragraph.number is not None and paragraph.number.isdigit():
            return paragraph.number
        if document.paragraphs[index].kind != "list":  # an item belongs to what is numbered before
            break
    return document.paragraphs[index].number or f"¶{index + 1}"


def _unit_id(source: str, target: str, occurrence: int) -> str:
    key = "\0".join((source, target, str(occurrence))).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(key, digest_size=8).hexdigest()
