"""TMX 1.4: translation units read and written as streams, conformant beyond the DTD.

What is written claims level 1 (plain text). What is read may come from any tool: odd language
codes, inline elements, several languages, UTF-16, several GB.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import IO, cast

from align import __version__
from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.formats import languages, xml
from align.formats.tmx_rules import validate
from align.formats.xml import Element

__all__ = ["ReadReport", "WriteReport", "read_units", "validate", "write_units"]

_BATCH = 512  # units in one write
_EXAMPLES = 20
# Attributes of a tu that a unit carries among its props, and that become attributes again.
_ATTRIBUTES = ("creationid", "changeid", "usagecount", "lastusagedate")
_FIELDS = {
    "x-confidence": "confidence",
    "x-bead-type": "bead_type",
    "x-paragraph": "paragraph",
    "x-document": "symbol",
    "x-page": "page",
    "x-speaker": "speaker",
    "x-origin": "origin",
    "x-signature": "signature",
    "x-state": "state",
}
_PLAIN = frozenset({"tuv", "prop", "note"})  # without a namespace, as nearly all files have it
# Native codes stand in these; sub is text in a code (a footnote, an alt text), not running text.
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut", "sub"})
_DATE = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?(?:Z|\+00:?00)?)?",
    re.ASCII,
)


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


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What was written, and what could not be.

    `unaligned` are the units with an empty side: a tu needs two texts.
    """

    units: int
    removed_characters: int = 0
    unaligned: tuple[TranslationUnit, ...] = ()
    renamed: int = 0  # units whose id another one already had, or that no tuid can be
    dates: int = 0  # dates left out because they are none


@lru_cache(maxsize=4096)
def date(text: str) -> str | None:
    """`text` as TMX writes a date, or None where it is no date that a calendar has.

    >>> date("2024-02-29 08:30:00"), date("20230229T083000Z")
    ('20240229T083000Z', None)
    """
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        parts = [int(part or 0) for part in found.groups()]
        datetime(*parts)  # type: ignore[arg-type]
    except ValueError:
        return None
    return "{:04}{:02}{:02}T{:02}{:02}{:02}Z".format(*parts)


# Reading


def read_units(
    source: xml.Source,
    *,
    source_lang: str | None = None,
    target_lang: str | None = None,
    report: ReadReport | None = None,
) -> Iterator[TranslationUnit]:
    """The units of a TMX that pair the two languages, whichever comes first in the file.

    By default Chinese is the source and English the target, of whatever region. A region asked for
    rules out another script only (see `languages.fitness`). What is skipped is counted in `report`.
    Raises FormatError with file and line where the file is no TMX or breaks off; the units before
    that place have then been given.
    """
    report = report if report is not None else ReadReport()
    if source_lang is None:
        source_lang = "en" if target_lang and languages.primary(target_lang) == "zh" else "zh"
    if target_lang is None:
        target_lang = "zh" if languages.primary(source_lang) == "en" else "en"
    fits = _Fits(source_lang, target_lang)
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
                else:
                    yield from _units(element, fits, report)
        finally:
            report.removed_characters = document.removed_characters


class _Fits(dict[str, tuple[int, int]]):
    """How well a code in the file answers the request for the source and for the target."""

    def __init__(self, source_lang: str, target_lang: str) -> None:
        super().__init__()
        self.source_lang = source_lang
        self.target_lang = target_lang

    def __missing__(self, code: str) -> tuple[int, int]:
        fit = languages.fitness(self.source_lang, code)
        found = (fit, 0 if fit else languages.fitness(self.target_lang, code))
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
            props.append((child.get("type") or "", xml.text_of(child)))
        elif name == "note":
            notes.append(xml.text_of(child))
    if not sources or not targets:
        missing = "target" if sources else "source"
        code = fits.target_lang if sources else fits.source_lang
        report.skip(f"no {missing} tuv ({code})", tu)
        return []
    _, source_tuv, source_code = _of_file_source(_best(sources), report.header.get("srclang", ""))
    source = _segment(source_tuv, report)
    if not source or source.isspace():
        report.skip("no seg in the source tuv" if source is None else "empty source seg", tu)
        return []
    units: list[TranslationUnit] = []
    reason = ""
    for _, target_tuv, target_code in _best(targets):
        target = _segment(target_tuv, report)
        if not target or target.isspace():
            reason = "no seg in the target tuv" if target is None else "empty target seg"
            continue
        pair = (target_tuv, source_tuv)
        all_props, all_notes = _extras(props, notes, pair)
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


def _segment(tuv: Element, report: ReadReport) -> str | None:
    """The running text of a tuv without native codes; None where it has no seg."""
    for child in tuv:
        if child.tag == "seg" or xml.local(child) == "seg":
            return _plain(child, report) if len(child) else child.text or ""
    return None


def _plain(element: Element, report: ReadReport) -> str:
    parts = [element.text or ""]
    for child in element:
        name = xml.local(child)
        if name in _CODES:
            report.inline += 1
        elif name:  # hi, and elements that TMX does not know: their text is running text
            report.inline += 1
            parts.append(_plain(child, report))
        else:
            entity = xml.entity_text(child)
            parts.append(entity if entity is not None else f"&{getattr(child, 'name', '')};")
        parts.append(child.tail or "")
    return "".join(parts)


def _extras(
    props: list[tuple[str, str]], notes: list[str], tuvs: tuple[Element, ...]
) -> tuple[list[tuple[str, str]], list[str]]:
    """Props and notes of the tu, and after them those of its tuvs."""
    for tuv in tuvs:
        if len(tuv) > 1:
            for child in tuv:
                name = xml.local(child)
                if name == "prop":
                    props = [*props, (child.get("type") or "", xml.text_of(child))]
                elif name == "note":
                    notes = [*notes, xml.text_of(child)]
    return props, notes


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
    known: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for kind, value in props:
        name = _FIELDS.get(kind)
        if name is None or name in known or (name == "page" and not _is_page(value)):
            others.append((kind, value))
        else:
            known[name] = value
    confidence = None
    if "confidence" in known:
        confidence = _confidence(known["confidence"])
        if confidence is None:
            others.append(("x-confidence", known["confidence"]))
    attributes = dict(cast(list[tuple[str, str]], tu.items()))
    for name in _ATTRIBUTES:
        if name in attributes:
            others.append((name, attributes[name]))
    tuid = attributes.get("tuid", "")
    dates = (attributes, tuvs, report)
    return TranslationUnit(
        source,
        target,
        languages.normalise(codes[0]),
        languages.normalise(codes[1]),
        f"{tuid}.{ordinal}" if tuid and ordinal > 1 else tuid,
        confidence,
        known.get("bead_type"),
        known.get("paragraph"),
        known.get("symbol"),
        int(known["page"]) if "page" in known else None,
        known.get("speaker"),
        known.get("origin"),
        _dated("creationdate", *dates),
        _dated("changedate", *dates),
        known.get("signature"),
        known.get("state"),
        "\n".join(notes) if notes else None,
        tuple(others),
    )


def _is_page(value: str) -> bool:
    return value.isascii() and value.isdigit() and str(int(value[:18])) == value


def _confidence(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


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


# Writing


def write_units(
    file: IO[bytes],
    units: Iterable[TranslationUnit],
    *,
    source_lang: str = "zh-CN",
    target_lang: str = "en-US",
    created: str | None = None,
) -> WriteReport:
    """Write a TMX 1.4 as a stream; the same units give the same bytes.

    A unit's language is written as `source_lang` or `target_lang` where it says the same or less
    (zh for zh-CN); where it differs (zh-TW), the tu says so with a srclang of its own. Units
    without an id get one from their content. Memory: the ids, about 0.1 GB for a million units.
    Raises FormatError where a language or `created` has not the form that TMX demands.
    """
    for code in (source_lang, target_lang):
        if not languages.is_well_formed(code):
            raise FormatError(f"{code!r} is not a language code (BCP 47), such as zh-CN or en-US")
    if created is not None and date(created) != created:
        raise FormatError(f"{created!r} is not a date of the form YYYYMMDDThhmmssZ")
    writer = _Writer(source_lang, target_lang)
    file.write(_header(source_lang, created).encode("utf-8"))
    batch: list[str] = []
    for unit in units:
        batch.append(writer.tu(unit))
        if len(batch) == _BATCH:
            file.write("".join(batch).encode("utf-8"))
            batch.clear()
    batch.append("  </body>\n</tmx>\n")
    file.write("".join(batch).encode("utf-8"))
    return WriteReport(
        writer.units, writer.removed, tuple(writer.unaligned), writer.renamed, writer.dates
    )


def _header(source_lang: str, created: str | None) -> str:
    when = f' creationdate="{created}"' if created else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
        '<tmx version="1.4">\n'
        f'  <header creationtool="align" creationtoolversion={xml.attribute(__version__)}'
        f' segtype="sentence" o-tmf="align" adminlang="en" srclang="{source_lang}"'
        f' datatype="plaintext" o-encoding="UTF-8"{when}/>\n'
        "  <body>\n"
    )


def content_id(source: str, target: str) -> str:
    """A tuid that follows from the two texts alone.

    >>> content_id("和平", "peace")
    '1afb384fa6c6c5cb'
    """
    digest = hashlib.blake2b(source.encode("utf-8", "surrogatepass"), digest_size=8)
    digest.update(b"\0" + target.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@lru_cache(maxsize=4096)
def _written_language(code: str, default: str) -> str:
    """The code to write for a unit's `code`: `default` where it says the same or less."""
    code = languages.normalise(code)
    if not languages.is_well_formed(code):
        return default if not code else "und"
    covered = f"{languages.normalise(default)}-".startswith(f"{code}-")
    return default if covered else code


class _Writer:
    """Turns units into tu elements and counts what it had to change."""

    def __init__(self, source_lang: str, target_lang: str) -> None:
        self.source_lang = source_lang
        self.target_lang = target_lang
        self.units = 0
        self.removed = 0
        self.renamed = 0
        self.dates = 0
        self.unaligned: list[TranslationUnit] = []
        self._ids: set[str] = set()
        self._taken: dict[str, int] = {}  # only ids that came more than once

    def tu(self, unit: TranslationUnit) -> str:
        """The tu as XML, or "" for a unit that has an empty side."""
        source, target = self._clean(unit.source), self._clean(unit.target)
        if not source or source.isspace() or not target or target.isspace():
            self.unaligned.append(unit)
            return ""
        self.units += 1
        source_lang = _written_language(unit.source_lang, self.source_lang)
        target_lang = _written_language(unit.target_lang, self.target_lang)
        return (
            f"    <tu{self._attributes(unit, source_lang)}>\n"
            f"{self._extras(unit)}"
            f'      <tuv xml:lang="{source_lang}"><seg>{xml.escape(source)}</seg></tuv>\n'
            f'      <tuv xml:lang="{target_lang}"><seg>{xml.escape(target)}</seg></tuv>\n'
            "    </tu>\n"
        )

    def _clean(self, text: str) -> str:
        if text.isprintable():  # the common case: isprintable is false for all that XML forbids
            return text
        text, removed = xml.remove_forbidden(text)
        self.removed += removed
        return text

    def _attributes(self, unit: TranslationUnit, source_lang: str) -> str:
        parts = [f" tuid={xml.attribute(self._id(unit))}"]
        if unit.created:
            parts.append(self._date("creationdate", unit.created))
        if unit.changed:
            parts.append(self._date("changedate", unit.changed))
        if source_lang != self.source_lang:
            parts.append(f' srclang="{source_lang}"')
        if unit.props:
            found = dict(reversed(unit.props))
            for name in _ATTRIBUTES:
                if name in found and _may_be_attribute(name, found[name]):
                    parts.append(f" {name}={xml.attribute(self._clean(found[name]))}")
        return "".join(parts)

    def _date(self, name: str, text: str) -> str:
        found = date(text)
        if found is None:
            self.dates += 1
            return ""
        return f' {name}="{found}"'

    def _id(self, unit: TranslationUnit) -> str:
        """The unit's id, its content's where it has none, with a number where it is taken."""
        wanted = unit.id
        if not wanted.isprintable() or " " in wanted:  # TMX allows no white space in it
            wanted = "_".join(self._clean(wanted).split())
        wanted = wanted or content_id(unit.source, unit.target)
        chosen = wanted
        while chosen in self._ids:
            ordinal = self._taken[wanted] = self._taken.get(wanted, 1) + 1
            chosen = f"{wanted}-{ordinal}"
        self._ids.add(chosen)
        self.renamed += bool(unit.id and chosen != unit.id)
        return chosen

    def _extras(self, unit: TranslationUnit) -> str:
        parts: list[str] = []
        if unit.note and (note := self._clean(unit.note)):
            parts.append(f"      <note>{xml.escape(note)}</note>\n")
        if unit.confidence is not None:
            parts.append(_prop("x-confidence", repr(round(unit.confidence, 6))))
        if unit.page is not None:
            parts.append(_prop("x-page", str(unit.page)))
        for kind, value in (
            ("x-bead-type", unit.bead_type),
            ("x-paragraph", unit.paragraph),
            ("x-document", unit.symbol),
            ("x-speaker", unit.speaker),
            ("x-origin", unit.origin),
            ("x-signature", unit.signature),
            ("x-state", unit.state),
        ):
            if value and (value := self._clean(value)):
                parts.append(_prop(kind, value))
        attributes: set[str] = set()
        for kind, value in unit.props:
            if kind in _ATTRIBUTES and kind not in attributes and _may_be_attribute(kind, value):
                attributes.add(kind)  # written as an attribute of the tu
            else:
                kind = xml.attribute(self._clean(kind) or "x-prop")
                parts.append(f"      <prop type={kind}>{xml.escape(self._clean(value))}</prop>\n")
        return "".join(parts)


def _may_be_attribute(name: str, value: str) -> bool:
    if name == "usagecount":
        return value.isascii() and value.isdigit()
    if name == "lastusagedate":
        return date(value) == value
    return True


def _prop(kind: str, value: str) -> str:
    return f'      <prop type="{kind}">{xml.escape(value)}</prop>\n'
