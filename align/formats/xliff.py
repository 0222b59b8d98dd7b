"""XLIFF 1.2 and 2.0-2.2, and the dialects of Trados (SDLXLIFF) and memoQ (MQXLIFF), as units.

A segment is what a translator sees as one row: an mrk of a seg-source (1.2), a segment (2.x), else
the whole trans-unit. Codes leave the text as `inline` says; states, ids, match rates and notes are
kept. OASIS: XLIFF 1.2 (2008), 2.0 (2014), 2.1 (2018), 2.2 (2025).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.formats import inline, xml
from align.language import tags

SUFFIXES = (".xlf", ".xliff", ".sdlxliff", ".mqxliff", ".mxliff")
_DONE = {
    # XLIFF 1.2, target/@state
    "final", "signed-off",
    # XLIFF 2, segment/@state
    "reviewed",
    # SDLXLIFF, seg/@conf
    "ApprovedTranslation", "ApprovedSignOff",
    # MQXLIFF, trans-unit/@status
    "Proofread", "ManuallyConfirmed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a segment stands in its file: enough to find it again for writing."""

    file: int  # 0-based, of the <file> elements
    unit: int  # 0-based, of the trans-unit or unit elements of the whole document
    segment: str | None  # mid of the mrk (1.2), ordinal of the segment (2.x), None for the whole
    line: int  # 1-based, where the target (else the unit) begins


@dataclass(slots=True)
class XliffReport:
    """What a reading met."""

    read: int = 0
    skipped: Counter[str] = field(default_factory=Counter)  # reason → segments
    languages: Counter[str] = field(default_factory=Counter)


def read_units(
    source: xml.Source, *, report: XliffReport | None = None
) -> Iterator[TranslationUnit]:
    """The units of an XLIFF file of any version, streamed; segments without a target are skipped.

    Raises FormatError with file and line where the file is no XLIFF or breaks off.
    """
    return (unit for _, unit in read_segments(source, report=report))


def read_segments(
    source: xml.Source, *, report: XliffReport | None = None
) -> Iterator[tuple[Place, TranslationUnit]]:
    """Each unit with its place; see `read_units`."""
    report = report if report is not None else XliffReport()
    with xml.reading(source, lenient=True) as document:
        root = document.root
        if root.tag != "xliff":
            raise FormatError(
                f"{document.name}:{root.line}: not an XLIFF: the root element is <{root.tag}>"
            )
        newer = root.attributes.get("version", "").startswith("2")
        read = _Version2(root, report) if newer else _Version1(report)
        for element in document.records("trans-unit", "unit"):
            yield from read.unit(element)


class _Version1:
    """XLIFF 1.2 (1.0 and 1.1 are read alike) with the additions of Trados and memoQ."""

    def __init__(self, report: XliffReport) -> None:
        self.report = report
        self.files = _Files()
        self.units = -1

    def unit(self, element: xml.Element) -> Iterator[tuple[Place, TranslationUnit]]:
        """The segments of a trans-unit that have both texts."""
        if xml.local(element) != "trans-unit":
            return
        self.units += 1
        parts = {xml.local(child): child for child in reversed(element)}
        file = next(iter(element.iterancestors("{*}file")), None)
        number = self.files.number(file)
        codes = (_get(file, "source-language"), _get(file, "target-language"))
        notes = [xml.text_of(child) for child in element if xml.local(child) == "note"]
        rate = max((_rate(child) for child in element if xml.local(child) == "alt-trans"),
                   default=None, key=lambda value: value or 0.0)  # fmt: skip
        whole, target = parts.get("source"), parts.get("target")
        cut = parts.get("seg-source")
        defined = _definitions(parts.get("seg-defs"))
        rows: list[tuple[str | None, xml.Element | None, xml.Element | None]]
        sources = _marks(cut) if cut is not None else {}
        if sources:
            targets = _marks(target) if target is not None else {}
            rows = [(mid, mark, targets.get(mid)) for mid, mark in sources.items()]
        else:
            rows = [(None, whole, target)]
        for mid, here, there in rows:
            self.report.read += 1
            own = defined.get(mid or "", {})
            state = own.get("conf") or _foreign(element, "status") or _get(target, "state")
            approved = element.get("approved") == "yes" or state in _DONE
            props = [(f"x-xliff-{key}", value) for key, value in (
                ("state", state), ("origin", own.get("origin") or _get(target, "state-qualifier")),
                ("match", own.get("percent") or (f"{rate:g}" if rate else "")),
                ("locked", own.get("locked", "")), ("translate", element.get("translate") or ""),
            ) if value]  # fmt: skip
            name = element.get("id") or ""
            yield from _unit(
                self.report,
                Place(
                    number, self.units, mid, xml.line_of(there if there is not None else element)
                ),
                (_text(here), _text(there)),
                codes,
                f"{name}/{mid}" if mid else name,
                origin=_get(file, "original"),
                done=approved,
                notes=notes,
                props=props,
            )


class _Version2:
    """XLIFF 2.0, 2.1 and 2.2."""

    def __init__(self, root: xml.Root, report: XliffReport) -> None:
        self.report = report
        self.codes = (root.attributes.get("srcLang", ""), root.attributes.get("trgLang", ""))
        self.files = _Files()
        self.units = -1

    def unit(self, element: xml.Element) -> Iterator[tuple[Place, TranslationUnit]]:
        """The segments of a unit that have both texts."""
        if xml.local(element) != "unit":
            return
        self.units += 1
        file = next(iter(element.iterancestors("{*}file")), None)
        number = self.files.number(file)
        natives = {
            data.get("id") or "": xml.text_of(data)
            for data in element.iterfind("{*}originalData/{*}data")
        }
        notes = [xml.text_of(note) for note in element.iterfind("{*}notes/{*}note")]
        matches = {
            (match.get("ref") or "").lstrip("#"): match.get("similarity") or ""
            for match in element.iterfind("{*}matches/{*}match")
        }
        name = element.get("id") or ""
        for ordinal, segment in enumerate(element.iterfind("{*}segment")):
            self.report.read += 1
            parts = {xml.local(child): child for child in segment}
            there = parts.get("target")
            state = segment.get("state") or ""
            own = segment.get("id") or ""
            props = [(f"x-xliff-{key}", value) for key, value in (
                ("state", state), ("substate", segment.get("subState") or ""),
                ("match", matches.get(own) or ""), ("translate", element.get("translate") or ""),
            ) if value]  # fmt: skip
            yield from _unit(
                self.report,
                Place(number, self.units, str(ordinal),
                      xml.line_of(there if there is not None else segment)),
                (_text(parts.get("source"), natives), _text(there, natives)),
                self.codes,
                f"{name}/{own}" if own else name,
                origin=_get(file, "original") or _get(file, "id"),
                done=state in _DONE or state == "final",
                notes=notes,
                props=props,
            )  # fmt: skip


def _unit(
    report: XliffReport,
    place: Place,
    texts: tuple[str, str],
    codes: tuple[str, str],
    name: str,
    *,
    origin: str,
    done: bool,
    notes: list[str],
    props: list[tuple[str, str]],
) -> Iterator[tuple[Place, TranslationUnit]]:
    source, target = texts
    source_lang, target_lang = (tags.normalise(code) for code in codes)
    if not source.strip() or not target.strip():
        report.skipped["no target" if source.strip() else "empty source"] += 1
        return
    for code in (source_lang, target_lang):
        if code and not tags.is_well_formed(code):
            report.skipped[f"{code!r} is no language tag"] += 1
            return
    report.languages.update(codes)
    yield (
        place,
        TranslationUnit(
            source=source,
            target=target,
            source_lang=source_lang or "zh-CN",
            target_lang=target_lang or "en-US",
            id=name,
            origin=origin or None,
            state="reviewed" if done else None,
            note="\n".join(notes) or None,
            props=tuple(props),
        ),
    )


class _Files:
    """Numbers the file elements as they come."""

    def __init__(self) -> None:
        self._number = -1
        self._last: xml.Element | None = None

    def number(self, file: xml.Element | None) -> int:
        if self._number < 0 or file is not self._last:
            self._number += 1
            self._last = file
        return self._number


def _get(element: xml.Element | None, name: str) -> str:
    return "" if element is None else element.get(name) or ""


def _foreign(element: xml.Element, name: str) -> str:
    """An attribute of another namespace (mq:status), by its local name."""
    return next(
        (str(value) for key, value in element.items() if str(key).endswith(f"}}{name}")), ""
    )


def _rate(element: xml.Element) -> float | None:
    """The match rate of an alt-trans in percent: "85", "85%", "85.0 %"."""
    try:
        return float((element.get("match-quality") or "").rstrip("% ") or "nan") or None
    except ValueError:
        return None


def _marks(element: xml.Element) -> dict[str, xml.Element]:
    """The segments of a seg-source or target by their mid, in order."""
    return {
        mark.get("mid") or "": mark for mark in element.iter("{*}mrk") if mark.get("mtype") == "seg"
    }


def _definitions(element: xml.Element | None) -> dict[str, dict[str, str]]:
    """What SDLXLIFF says of its segments: conf, origin, percent, locked, by their id."""
    if element is None:
        return {}
    return {
        seg.get("id") or "": {str(key): str(value) for key, value in seg.items()}
        for seg in element.iterfind("{*}seg")
    }


def _text(element: xml.Element | None, natives: dict[str, str] | None = None) -> str:
    return "" if element is None else inline.text_of(inline.pieces_of(element, natives))
