"""TBX-Basic: concepts read from every form of it, and written as ISO 30042:2019 in the DCA style.

Read are DCA and DCT of 2019, the older martif and TBX-Min. What a `Concept` can hold comes back as
it was written; the terms are grouped by language. What else a foreign file holds is counted in the
report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import IO, cast, get_args

from align.datatypes import Concept, Term, TermStatus, TermType
from align.errors import FormatError
from align.formats import xml
from align.formats.tbx_rules import NAMESPACE, validate
from align.formats.xml import Element
from align.language import tags

__all__ = ["ReadReport", "WriteReport", "read_termbase", "validate", "write_termbase"]

STATUSES: dict[str, TermStatus] = {
    "preferredTerm-admn-sts": "preferred",
    "admittedTerm-admn-sts": "admitted",
    "deprecatedTerm-admn-sts": "deprecated",
    "supersededTerm-admn-sts": "superseded",
}
_WRITTEN_STATUS = {status: value for value, status in STATUSES.items()}
# What older files and dialects say for the same.
_OTHER_STATUSES: dict[str, TermStatus] = {
    **{value.removesuffix("-admn-sts"): status for value, status in STATUSES.items()},
    **{status: status for status in get_args(TermStatus)},
    "standardizedTerm-admn-sts": "preferred",
    "standardizedTerm": "preferred",
    "legalTerm-admn-sts": "admitted",
    "regulatedTerm-admn-sts": "admitted",
    "notRecommended": "deprecated",
    "obsolete": "superseded",
}
PARTS_OF_SPEECH = frozenset({"noun", "verb", "adjective", "adverb", "other"})
_TYPES = frozenset(get_args(TermType))
_META = frozenset(
    {"descrip", "admin", "termNote", "ref", "xref", "transac", "transacNote", "adminNote"}
    | {"descripNote"}
)
_GROUPS = frozenset({"descripGrp", "adminGrp", "termNoteGrp", "termGrp"})
_LANGUAGE_SECTIONS = frozenset({"langSec", "langSet", "langGroup"})
_TERM_SECTIONS = frozenset({"termSec", "tig", "ntig", "termGroup"})
_STATUS_CATEGORIES = frozenset({"administrativeStatus", "normativeAuthorization", "termStatus"})
_OWN = "Written by align"
# The picklist knows five parts of speech; another one goes into a note of this form.
_OTHER_POS = "part of speech: "
_BATCH = 500


@dataclass(slots=True)
class ReadReport:
    """What was in a TBX, and what of it a `Concept` does not hold."""

    read: int = 0
    yielded: int = 0
    skipped: Counter[str] = field(default_factory=Counter)  # reason → concepts
    left_out: Counter[str] = field(default_factory=Counter)  # data category → times
    removed_characters: int = 0  # control characters that XML forbids, passed over
    root: str = ""
    style: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What was written. `unwritten` are the concepts without any term: an entry needs one."""

    concepts: int
    removed_characters: int = 0
    unwritten: tuple[Concept, ...] = ()
    renamed: int = 0  # concepts without an id, or whose id another one already had


# Reading


def read_termbase(source: xml.Source, *, report: ReadReport | None = None) -> Iterator[Concept]:
    """The concepts of a TBX, one after the other.

    A term without an administrative status is preferred where its language has no preferred one
    yet, else admitted. Raises FormatError where the file is no TBX, or with file and line where it
    breaks off, after the concepts that were good.
    """
    report = report if report is not None else ReadReport()
    with xml.reading(source, lenient=True) as document:
        report.root = document.root.tag
        report.style = document.root.attributes.get("style", "")
        if report.root not in {"tbx", "martif", "TBX"}:
            raise FormatError(
                f"{document.name}:{document.root.line}: not a TBX: "
                f"the root element is <{report.root}>"
            )
        entry = "entry" if report.root == "TBX" else "conceptEntry"  # TBX-Min has its own names
        for element in document.records("sourceDesc", entry, "termEntry"):
            if xml.local(element) == "sourceDesc":
                report.description = " ".join(xml.text_of(element).split())
                continue
            report.read += 1
            concept = _concept(element, report)
            if concept.terms:
                report.yielded += 1
                yield concept
            else:
                report.skipped["no term"] += 1
            report.removed_characters = document.removed_characters


def _concept(entry: Element, report: ReadReport) -> Concept:
    """The concept of an entry, with what is said of it at every level."""
    terms: list[Term] = []
    notes: list[str] = []
    found: dict[str, str] = {}
    for child in entry:
        name = xml.local(child)
        if name in _LANGUAGE_SECTIONS:
            terms.extend(_language(child, found, notes, report))
        else:
            _describe(child, found, notes, report)
    return Concept(
        read_id(entry.get("id") or f"c{report.read}"),
        tuple(terms),
        note="\n".join(notes) or None,
        subject=found.get("subjectField"),
        definition=found.get("definition"),
        source=found.get("source"),
    )


def _describe(
    element: Element, found: dict[str, str], notes: list[str], report: ReadReport
) -> None:
    """Take up what is said of a concept, at its own level or at a language's."""
    for category, text in _categories(element, report):
        if category == "note":
            notes.append(text)
        elif category in {"subjectField", "definition", "source"} and category not in found:
            found[category] = text
        else:
            report.left_out[category] += 1


def _language(
    section: Element, found: dict[str, str], notes: list[str], report: ReadReport
) -> list[Term]:
    """The terms of one language section; what is said of the section goes to the concept."""
    lang = tags.normalise(section.get(xml.XML_LANG) or section.get("lang") or "und")
    if not tags.is_well_formed(lang):
        report.left_out[f"terms in {lang!r}, which is no language tag"] += 1
        return []
    terms: list[Term] = []
    unstated: list[int] = []
    for child in section:
        if xml.local(child) not in _TERM_SECTIONS:
            _describe(child, found, notes, report)
            continue
        term, stated = _term(child, lang, report)
        if term is None:
            report.left_out["empty term"] += 1
            continue
        if not stated:
            unstated.append(len(terms))
        terms.append(term)
    taken = any(
        term.status == "preferred" for index, term in enumerate(terms) if index not in unstated
    )
    for index in unstated:
        status: TermStatus = "admitted" if taken else "preferred"
        terms[index] = replace(terms[index], status=status, stated=False)
        taken = True
    return terms


def _term(section: Element, lang: str, report: ReadReport) -> tuple[Term | None, bool]:
    """The term of a section, and whether its status was stated."""
    text = ""
    status: TermStatus | None = None
    kind: TermType | None = None
    pos: str | None = None
    notes: list[str] = []
    for child in section:
        for category, value in _categories(child, report):
            if category == "term":
                text = value
            elif category in _STATUS_CATEGORIES:
                status = STATUSES.get(value) or _OTHER_STATUSES.get(value)
                if status is None:
                    report.left_out[f"{category} {value}"] += 1
            elif category == "termType" and value in _TYPES:
                kind = cast(TermType, value)
            elif category == "partOfSpeech":
                pos = value.lower() if value.lower() in PARTS_OF_SPEECH else value
            elif category == "note":
                notes.append(value)
            else:
                report.left_out[f"termType {value}" if category == "termType" else category] += 1
    if not text or text.isspace():
        return None, False
    if pos == "other" and notes and notes[0].startswith(_OTHER_POS):
        pos = notes.pop(0).removeprefix(_OTHER_POS)
    note = "\n".join(notes) or None
    return Term(text, lang, status or "preferred", kind, pos, note), status is not None


def _categories(element: Element, report: ReadReport) -> Iterator[tuple[str, str]]:
    """The data categories in an element, of either style, with their values."""
    name = xml.local(element)
    if name in _GROUPS:
        for child in element:
            yield from _categories(child, report)
        return
    if name == "transacGrp":
        report.left_out["transaction"] += 1
        return
    category = element.get("type") or name if name in _META else name
    text = xml.text_of(element)
    if not report.description.startswith(_OWN):
        # Other tools break lines and indent inside texts; ours mean the line breaks they write.
        text = " ".join(text.split()) if category == "term" else _unindented(text)
    yield category, text


def _unindented(text: str) -> str:
    return re.sub(r"[ \t]*\r?\n[ \t]+", " ", text).strip()


# Writing


def write_termbase(
    file: IO[bytes], concepts: Iterable[Concept], *, title: str | None = None
) -> WriteReport:
    """Write TBX-Basic in the DCA style; the same concepts give the same bytes.

    An id that is no XML id is written as one and read back as it was. Raises FormatError where a
    term's language is no language code.
    """
    writer = _Writer()
    file.write(_header(writer.text(title or "")).encode("utf-8"))
    batch: list[str] = []
    for concept in concepts:
        batch.append(writer.entry(concept))
        if len(batch) == _BATCH:
            file.write("".join(batch).encode("utf-8"))
            batch.clear()
    batch.append("    </body>\n  </text>\n</tbx>\n")
    file.write("".join(batch).encode("utf-8"))
    return WriteReport(writer.concepts, writer.removed, tuple(writer.unwritten), writer.renamed)


def _header(title: str) -> str:
    """The beginning of a TBX-Basic file, as far as its body."""
    statement = f"<titleStmt><title>{title}</title></titleStmt>" if title else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="{NAMESPACE}">\n'
        f"  <tbxHeader><fileDesc>{statement}<sourceDesc><p>{_OWN}</p></sourceDesc></fileDesc>"
        "</tbxHeader>\n"
        "  <text>\n"
        "    <body>\n"
    )


def written_id(identifier: str) -> str:
    """`identifier` as an XML id; what is one already stays as it is.

    >>> written_id("peace-1"), written_id("12"), written_id("A/C.4")
    ('peace-1', 'id.12', 'id.A_2f_C.4')
    """
    if xml.is_id(identifier) and read_id(identifier) == identifier:
        return identifier
    return "id." + re.sub(
        r"[^\w.-]|_|[^\x00-\x7f]", lambda found: f"_{ord(found[0]):x}_", identifier
    )


def read_id(identifier: str) -> str:
    """What `written_id` was given; other tools' ids stay as they are.

    >>> read_id("id.A_2f_C.4"), read_id("id.peace")
    ('A/C.4', 'id.peace')
    """
    if not identifier.startswith("id."):
        return identifier
    try:
        original = re.sub(
            r"_([0-9a-f]+)_", lambda found: chr(int(found[1], 16)), identifier.removeprefix("id.")
        )
    except (ValueError, OverflowError):
        return identifier
    return original if original and written_id(original) == identifier else identifier


class _Writer:
    """Turns concepts into entries and counts what it had to change."""

    def __init__(self) -> None:
        self.concepts = 0
        self.removed = 0
        self.renamed = 0
        self.unwritten: list[Concept] = []
        self._ids: set[str] = set()

    def text(self, text: str) -> str:
        """`text` as character data, without what XML forbids."""
        clean, removed = xml.remove_forbidden(text)
        self.removed += removed
        return xml.escape(clean)

    def entry(self, concept: Concept) -> str:
        """The entry of a concept, or "" where it has no term."""
        sections: dict[str, list[str]] = {}
        for term in concept.terms:
            text = self.text(term.text)
            if text and not text.isspace():
                sections.setdefault(term.lang, []).append(self._section(term, text))
        if not sections:
            self.unwritten.append(concept)
            return ""
        self.concepts += 1
        parts = [f"      <conceptEntry id={xml.attribute(self._id(concept))}>\n"]
        for kind, value in (("subjectField", concept.subject), ("definition", concept.definition)):
            if value:
                parts.append(f'        <descrip type="{kind}">{self.text(value)}</descrip>\n')
        if concept.source:
            parts.append(f'        <admin type="source">{self.text(concept.source)}</admin>\n')
        if concept.note:
            parts.append(f"        <note>{self.text(concept.note)}</note>\n")
        for lang, terms in sections.items():
            parts.append(f'        <langSec xml:lang="{lang}">\n')
            parts.extend(terms)
            parts.append("        </langSec>\n")
        parts.append("      </conceptEntry>\n")
        return "".join(parts)

    def _id(self, concept: Concept) -> str:
        """An XML id for a concept: its own where it is one and free."""
        wanted = written_id(concept.id) if concept.id else f"c{self.concepts}"
        chosen, ordinal = wanted, 1
        while chosen in self._ids:
            ordinal += 1
            chosen = f"{wanted}-{ordinal}"
        self._ids.add(chosen)
        self.renamed += chosen != wanted or not concept.id
        return chosen

    def _section(self, term: Term, text: str) -> str:
        """The termSec of a term: designation, term notes, note."""
        notes = [term.note] if term.note else []
        pos = term.part_of_speech
        if pos and (
            pos not in PARTS_OF_SPEECH
            or (pos == "other" and notes and notes[0].startswith(_OTHER_POS))
        ):
            notes.insert(0, _OTHER_POS + pos)
            pos = "other"
        parts = [f"          <termSec>\n            <term>{text}</term>\n"]
        values = (
            ("partOfSpeech", pos),
            ("termType", term.type),
            ("administrativeStatus", _WRITTEN_STATUS[term.status] if term.stated else None),
        )
        for kind, value in values:
            if value:
                parts.append(f'            <termNote type="{kind}">{value}</termNote>\n')
        for note in notes:
            parts.append(f"            <note>{self.text(note)}</note>\n")
        parts.append("          </termSec>\n")
        return "".join(parts)
