"""Writing TMX 1.4 as a stream: conformant beyond the DTD, level 1 (plain text), stable bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import IO, Any

from align import __version__
from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.formats import inline, tmx_levels, xml
from align.formats.tmx_fields import ATTRIBUTES, date
from align.formats.units import PROPS
from align.language import tags

_BATCH = 512  # units in one write


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
    codes_lost: int = 0  # segs whose inline codes no longer fit their text, as it was edited


def write_units(
    file: IO[bytes],
    units: Iterable[TranslationUnit],
    *,
    source_lang: str | None = "zh-CN",
    target_lang: str | None = "en-US",
    created: str | None = None,
) -> WriteReport:
    """Write a TMX 1.4 as a stream; the same units give the same bytes.

    A unit's language is written as `source_lang` or `target_lang` where it says the same or less
    (zh for zh-CN); where it differs (zh-TW), the tu says so with a srclang of its own. With None
    each unit's own code is written, spelled as the file that it came from spelled it. Units
    without an id get one from their content. Memory: the ids, about 0.1 GB for a million units.
    Raises FormatError where a language or `created` has not the form that TMX demands.
    """
    for code in (source_lang, target_lang):
        if code is not None and not tags.is_well_formed(code):
            raise FormatError(f"{code!r} is not a language code (BCP 47), such as zh-CN or en-US")
    if created is not None and date(created) != created:
        raise FormatError(f"{created!r} is not a date of the form YYYYMMDDThhmmssZ")
    if source_lang is None:
        units, source_lang = _first_language(units)
        writer = _Writer(source_lang, target_lang, own=True)
    else:
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
        writer.units,
        writer.removed,
        tuple(writer.unaligned),
        writer.renamed,
        writer.dates,
        writer.codes_lost,
    )


def _first_language(units: Iterable[TranslationUnit]) -> tuple[Iterable[TranslationUnit], str]:
    """The units, and the source language of the first of them, which is that of the file."""
    rest = iter(units)
    first = next(rest, None)
    if first is None:
        return (), "zh-CN"
    return chain([first], rest), _own_language(first, "source")


def _own_language(unit: TranslationUnit, side: tmx_levels.Side) -> str:
    """A unit's language as its file spelled it, where this still says the same."""
    code: str = unit.source_lang if side == "source" else unit.target_lang
    written = tmx_levels.spelled(unit.props, side)
    if written and tags.is_well_formed(written) and tags.normalise(written) == code:
        return written
    return code


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
    return default if tags.covers(code, default) else code


def _probability(value: float) -> str:
    return repr(round(value, 6))


_PROPS: tuple[tuple[str, str, Callable[[Any], str]], ...] = tuple(
    (field.name, field.prop or "", _probability if field.kind == "probability" else str)
    for field in PROPS
)


class _Writer:
    """Turns units into tu elements and counts what it had to change."""

    def __init__(self, source_lang: str, target_lang: str | None, *, own: bool = False) -> None:
        self.source_lang = source_lang
        self.target_lang = target_lang
        self.own = own
        self.units = 0
        self.removed = 0
        self.renamed = 0
        self.dates = 0
        self.codes_lost = 0
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
        levels = tmx_levels.Levels(unit.props, unit.note) if unit.props else None
        source_lang, target_lang = self._languages(unit)
        return (
            f"    <tu{self._attributes(unit, source_lang, levels)}>\n"
            f"{self._extras(unit, levels)}"
            f"{self._tuv(unit, 'source', source_lang, source, levels)}"
            f"{self._tuv(unit, 'target', target_lang, target, levels)}"
            "    </tu>\n"
        )

    def _tuv(
        self,
        unit: TranslationUnit,
        side: tmx_levels.Side,
        lang: str,
        text: str,
        levels: tmx_levels.Levels | None,
    ) -> str:
        attributes = children = ""
        if levels is not None:
            attributes = self._pairs(levels.attributes[side])
            children = self._notes(levels.notes[side], 8) + self._props(levels.props[side], 8)
        seg = f"<seg>{self._seg(unit, side, text)}</seg>"
        if not children:
            return f'      <tuv xml:lang="{lang}"{attributes}>{seg}</tuv>\n'
        return f'      <tuv xml:lang="{lang}"{attributes}>\n{children}        {seg}\n      </tuv>\n'

    def _languages(self, unit: TranslationUnit) -> tuple[str, str]:
        if self.own:
            return _own_language(unit, "source"), _own_language(unit, "target")
        source = _written_language(unit.source_lang, self.source_lang)
        if self.target_lang is None:
            return source, _own_language(unit, "target")
        return source, _written_language(unit.target_lang, self.target_lang)

    def _seg(self, unit: TranslationUnit, side: str, text: str) -> str:
        """The inside of a seg: with the codes that the unit came with, where it still reads so."""
        for kind, value in unit.props:
            if inline.SEGS.get(kind) == side:
                if inline.still_reads(value, text):
                    return value
                self.codes_lost += 1
        return xml.escape(text)

    def _clean(self, text: str) -> str:
        if text.isprintable():  # the common case: isprintable is false for all that XML forbids
            return text
        text, removed = xml.remove_forbidden(text)
        self.removed += removed
        return text

    def _attributes(
        self, unit: TranslationUnit, source_lang: str, levels: tmx_levels.Levels | None
    ) -> str:
        parts = [f" tuid={xml.attribute(self._id(unit))}"]
        for name, value in (("creationdate", unit.created), ("changedate", unit.changed)):
            if value and not (levels and levels.stands_lower(name, value)):
                parts.append(self._date(name, value))
        if source_lang != self.source_lang:
            parts.append(f' srclang="{source_lang}"')
        if levels is not None:
            found = dict(reversed(levels.others))
            of_unit = [(name, found[name]) for name in ATTRIBUTES if name in found]
            parts.append(
                self._pairs(pair for pair in of_unit if tmx_levels.may_be_attribute(*pair))
            )
            dates = ("creationdate", "changedate")
            parts.append(self._pairs(at for at in levels.attributes[""] if at[0] not in dates))
        return "".join(parts)

    def _pairs(self, attributes: Iterable[tuple[str, str]]) -> str:
        return "".join(f" {name}={xml.attribute(self._clean(value))}" for name, value in attributes)

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

    def _extras(self, unit: TranslationUnit, levels: tmx_levels.Levels | None) -> str:
        notes = levels.notes[""] if levels and any(levels.notes.values()) else [unit.note or ""]
        parts: list[str] = [self._notes(notes)]
        for name, kind, form in _PROPS:
            value = getattr(unit, name)
            if value is not None and (text := self._clean(form(value))):
                parts.append(f'      <prop type="{kind}">{xml.escape(text)}</prop>\n')
        attributes: set[str] = set()
        others: list[tuple[str, str]] = []
        for kind, value in levels.others if levels else ():
            if kind in inline.SEGS:
                continue  # written as the seg itself
            if (
                kind in ATTRIBUTES
                and kind not in attributes
                and tmx_levels.may_be_attribute(kind, value)
            ):
                attributes.add(kind)  # written as an attribute of the tu
            else:
                others.append((kind, value))
        return "".join(parts) + self._props(others)

    def _notes(self, notes: Iterable[str], indent: int = 6) -> str:
        cleaned = (self._clean(note) for note in notes)
        return "".join(
            f"{'':{indent}}<note>{xml.escape(note)}</note>\n" for note in cleaned if note
        )

    def _props(self, props: Iterable[tuple[str, str]], indent: int = 6) -> str:
        parts = []
        for kind, value in props:
            named = xml.attribute(self._clean(kind) or "x-prop")
            parts.append(
                f"{'':{indent}}<prop type={named}>{xml.escape(self._clean(value))}</prop>\n"
            )
        return "".join(parts)
