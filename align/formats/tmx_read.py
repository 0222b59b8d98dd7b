"""Reading TMX of any tool as a stream: odd codes, inline elements, many languages, several GB."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.formats import inline, tmx_levels, xml
from align.formats.tmx_fields import ATTRIBUTES, FIELDS, date
from align.formats.xml import Element
from align.language import tags
from align.outside import probability, whole_number

_EXAMPLES = 20
_PLAIN = frozenset({"tuv", "prop", "note"})  # without a namespace, as nearly all files have it
# Native codes stand in these; sub is text in a code (a footnote, an alt text), not running text.


@dataclass(slots=True)
class ReadReport:
    """What was in a TMX and what was left out, and why.

    `read` counts tu elements, `yielded` units: a tu with two translations gives two of them.
    `left_out` counts the tuvs of good tus that are in other languages than the pair.
    """

    read: int = 0
    yielded: int = 0
    skipped: Counter[str] = field(default_factory=Counter)  # reason → tus
    examples: list[str] = field(default_factory=list)  # "line 12 (tuid 7): no target tuv (en)"
    languages: Counter[str] = field(default_factory=Counter)  # code as written → tuvs
    left_out: int = 0
    inline: int = 0  # inline elements whose codes were dropped from the text
    dates: int = 0  # dates that are none
    removed_characters: int = 0  # control characters that XML forbids, passed over
    lost: Counter[str] = field(default_factory=Counter)  # what a unit has no place for → times
    lines: list[int] = field(default_factory=list)  # where the target of each unit begins
    sheets: list[str] = field(default_factory=list)  # and of a workbook of several, in which sheet
    header: dict[str, str] = field(default_factory=dict)
    encoding: str = ""

    @property
    def level(self) -> int:
        """2 where the texts carry inline elements, else 1."""
        return 2 if self.inline else 1

    def skip(self, reason: str, tu: Element) -> None:
        """Count a tu that gave no unit."""
        self.skipped[reason] += 1
        if len(self.examples) < _EXAMPLES:
            tuid = tu.get("tuid")
            where = f"line {xml.line_of(tu)}" + (f" (tuid {tuid})" if tuid else "")
            self.examples.append(f"{where}: {reason}")


def read_units(
    source: xml.Source,
    *,
    source_lang: str | None = None,
    target_lang: str | None = None,
    report: ReadReport | None = None,
    as_file: bool = False,
) -> Iterator[TranslationUnit]:
    """The units of a TMX that pair the two languages, whichever comes first in the file.

    By default Chinese is the source and English the target, of whatever region; with `as_file` the
    source is the one of the two that the header's srclang names. A region asked for
    rules out another script only (see `tags.fitness`). What is skipped is counted in `report`.
    Raises FormatError with file and line where the file is no TMX or breaks off; the units before
    that place have then been given.
    """
    report = report if report is not None else ReadReport()
    fits = _fits(source_lang, target_lang)
    with xml.reading(source, lenient=True) as document:
        if document.root.tag != "tmx":
            raise FormatError(
                f"{document.name}:{document.root.line}: not a TMX: "
                f"the root element is <{document.root.tag}>"
            )
        report.encoding = document.root.encoding
        try:
            for element in document.records("header", "tu"):
                if xml.local(element) == "header":
                    report.header = {str(key): str(value) for key, value in element.attrib.items()}
                    report.lost.update(f"{xml.local(child)} of the header" for child in element)
                    said = tags.primary(report.header.get("srclang", ""))
                    if as_file and source_lang is None and target_lang is None and said == "en":
                        fits = _fits("en", None)
                else:
                    yield from _units(element, fits, report)
        finally:
            report.removed_characters = document.removed_characters


def _fits(source_lang: str | None, target_lang: str | None) -> _Fits:
    if source_lang is None:
        source_lang = "en" if target_lang and tags.is_chinese(target_lang) else "zh"
    if target_lang is None:
        target_lang = "zh" if tags.is_english(source_lang) else "en"
    return _Fits(source_lang, target_lang)


class _Fits(dict[str, tuple[int, int]]):
    """How well a code in the file answers the request for the source and for the target."""

    def __init__(self, source_lang: str, target_lang: str) -> None:
        super().__init__()
        self.source_lang = source_lang
        self.target_lang = target_lang

    def __missing__(self, code: str) -> tuple[int, int]:
        fit = tags.fitness(self.source_lang, code)
        found = (fit, 0 if fit else tags.fitness(self.target_lang, code))
        if len(self) < 4096:
            self[code] = found
        return found


def _units(tu: Element, fits: _Fits, report: ReadReport) -> list[TranslationUnit]:
    """The units of one tu: the best fitting source, with each of the best fitting targets."""
    report.read += 1
    props: list[tuple[str, str]] = []
    notes: list[str] = []
    sources: list[tuple[int, Element, str]] = []
    targets: list[tuple[int, Element, str]] = []
    tuvs = 0
    for child in tu:
        name = child.tag if child.tag in _PLAIN else xml.local(child)
        if name == "tuv":
            tuvs += 1
            lang = child.get(xml.XML_LANG) or child.get("lang") or ""
            report.languages[lang] += 1
            as_source, as_target = fits[lang]
            if as_source:
                sources.append((as_source, child, lang))
            elif as_target:
                targets.append((as_target, child, lang))
        elif name == "prop":
            props.append((tmx_levels.foreign(child.get("type") or ""), xml.text_of(child)))
        elif name == "note":
            notes.append(xml.text_of(child))
    if not sources or not targets:
        missing = "target" if sources else "source"
        code = fits.target_lang if sources else fits.source_lang
        report.skip(f"no {missing} tuv ({code})", tu)
        return []
    _, source_tuv, source_code = _of_file_source(_best(sources), report.header.get("srclang", ""))
    found = _segment(source_tuv, report)
    if not found or not found[0].strip():
        report.skip("no seg in the source tuv" if found is None else "empty source seg", tu)
        return []
    source, source_markup = found
    units: list[TranslationUnit] = []
    reason = ""
    attributes = tmx_levels.of_tu(tu, report.lost)
    for _, target_tuv, target_code in _best(targets):
        found = _segment(target_tuv, report)
        if not found or not found[0].strip():
            reason = "no seg in the target tuv" if found is None else "empty target seg"
            continue
        target, target_markup = found
        pair = (target_tuv, source_tuv)
        carried, all_notes = tmx_levels.of_tuvs((source_tuv, target_tuv), tu, notes, report.lost)
        all_props = [*props, *attributes, *carried]
        if source_markup or target_markup:
            segs = zip(inline.SEGS, (source_markup, target_markup), strict=True)
            all_props += ((kind, seg) for kind, seg in segs if seg)
        report.lines.append(xml.line_of(target_tuv))
        units.append(
            _unit(
                tu,
                pair,
                all_props,
                all_notes,
                report,
                source=source,
                target=target,
                codes=(source_code, target_code),
                ordinal=len(units) + 1,
            )
        )
    if units:
        report.yielded += len(units)
        report.left_out += tuvs - 1 - len(units)
    else:
        report.skip(reason, tu)
    return units


def _best(tuvs: list[tuple[int, Element, str]]) -> list[tuple[int, Element, str]]:
    """The tuvs that fit best."""
    if len(tuvs) == 1:
        return tuvs
    best = max(fit for fit, _, _ in tuvs)
    return [tuv for tuv in tuvs if tuv[0] == best]


def _of_file_source(tuvs: list[tuple[int, Element, str]], srclang: str) -> tuple[int, Element, str]:
    """Among equally fitting tuvs the one in the file's source language, else the first."""
    if len(tuvs) == 1:
        return tuvs[0]
    return next((tuv for tuv in tuvs if tuv[2].lower() == srclang.lower()), tuvs[0])


def _segment(tuv: Element, report: ReadReport) -> tuple[str, str | None] | None:
    """The running text of a tuv without native codes, and its seg where it has any; None without seg."""
    for child in tuv:
        if child.tag == "seg" or xml.local(child) == "seg":
            if not len(child):
                return child.text or "", None
            pieces = inline.pieces_of(child)
            report.inline += sum(1 for each in child.iter() if each is not child)
            return inline.text_of(pieces), inline.markup_of(child)
    return None


def _unit(
    tu: Element,
    tuvs: tuple[Element, ...],
    props: list[tuple[str, str]],
    notes: list[str],
    report: ReadReport,
    *,
    source: str,
    target: str,
    codes: tuple[str, str],
    ordinal: int,
) -> TranslationUnit:
    """The unit of a pair of tuvs: fields from props that are ours, the others kept as they are."""
    known: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for kind, value in props:
        name = FIELDS.get(kind)
        if name is None or name in known or (name == "page" and not _is_page(value)):
            others.append((kind, value))
        else:
            known[name] = value
    confidence = None
    if "confidence" in known:
        confidence = probability(known["confidence"])
        if confidence is None:
            others.append(("x-confidence", known["confidence"]))
    attributes = dict(cast(list[tuple[str, str]], tu.items()))
    for name in ATTRIBUTES:
        if name in attributes:
            others.append((name, attributes[name]))
    for side, code in zip(tmx_levels.SIDES, codes, strict=True):
        if tags.normalise(code) != code:
            others.append((tmx_levels.spelling(side), code))
    tuid = attributes.get("tuid", "")
    dates = (attributes, tuvs, report)
    measured: dict[str, Any] = {
        "confidence": confidence,
        "page": whole_number(known.get("page", "")),
    }
    return TranslationUnit(
        source,
        target,
        codes[0],
        codes[1],
        f"{tuid}.{ordinal}" if tuid and ordinal > 1 else tuid,
        created=_dated("creationdate", *dates),
        changed=_dated("changedate", *dates),
        note="\n".join(notes) if notes else None,
        props=tuple(others),
        **{**known, **measured},
    )


def _is_page(value: str) -> bool:
    number = whole_number(value)
    return number is not None and str(number) == value


def _dated(
    name: str, attributes: dict[str, str], tuvs: tuple[Element, ...], report: ReadReport
) -> str | None:
    """A date of the tu, else of its target, else of its source."""
    texts = [attributes[name]] if name in attributes else []
    if not texts or date(texts[0]) is None:
        texts += [text for tuv in tuvs if (text := tuv.get(name))]
    for text in texts:
        found = date(text)
        if found:
            return found
        report.dates += 1
    return None
