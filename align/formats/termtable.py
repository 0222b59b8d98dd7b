r"""A termbase as a table: a concept a row, made for a terminologist's spreadsheet, without loss.

The columns that every such table has are ``zh, en, en_variants, forbidden, note``; ``|`` separates
several terms in a cell (``\|`` is a bar in a term, ``\\`` a backslash). All others are optional and
are written only where a concept needs them:

=============================  ====================================================================
``id``                         the concept's id; without it a row is ``c1``, ``c2`` … by its order
``zh``, ``en``                 preferred terms
``zh_variants`` …              admitted terms
``zh_forbidden``               deprecated terms; ``forbidden`` (or ``en_forbidden``) are the English
``zh_superseded`` …            superseded terms
``term_fr`` …                  the same for any other language: ``term_fr_variants``, …
``…_types``                    for any of these, ``|``-separated in parallel: TBX's term types
``…_pos``                      parts of speech
``…_notes``                    notes on the single terms
``…_langs``                    language codes that say more than the column's (``zh-TW``)
``subject``                    subject field
``definition``, ``source``     of the concept
``usage``                      ``prescriptive`` or ``descriptive``
=============================  ====================================================================

A header may as well say Chinese and English, or 中文, 英文 and 备注. Without a ``…_types`` column a
term in capitals and digits (A4P, MINUSMA) is taken for an acronym.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, cast, get_args

from align.datatypes import Concept, Term, TermStatus, TermType, Usage
from align.errors import FormatError
from align.formats import tables, xml
from align.formats.columns import language_in, named_rows
from align.formats.tables import Kind, TableReport
from align.language import tags
from align.outside import few_of

BASE = ("zh", "en", "en_variants", "forbidden", "note")

_SUFFIXES: dict[TermStatus, str] = {
    "preferred": "",
    "admitted": "_variants",
    "deprecated": "_forbidden",
    "superseded": "_superseded",
}
_STATUSES = {suffix: status for status, suffix in _SUFFIXES.items()}
_DETAILS = ("_types", "_pos", "_notes", "_langs")
_CONCEPT_COLUMNS = ("note", "id", "subject", "definition", "source", "usage")
# What people call the usual columns.
_ALIASES = {
    **dict.fromkeys(("chinese", "中文", "汉语", "漢語", "中文术语", "中文術語"), "zh"),
    **dict.fromkeys(("english", "英文", "英语", "英語", "英文术语", "英文術語"), "en"),
    **dict.fromkeys(("variants", "英文变体", "英文變體"), "en_variants"),
    **dict.fromkeys(("禁用", "禁用译法", "禁用譯法"), "forbidden"),
    **dict.fromkeys(("性质", "性質", "效力"), "usage"),
    **dict.fromkeys(("comment", "comments", "remarks", "注释", "註釋", "注"), "note"),
    **dict.fromkeys(("定义", "定義"), "definition"),
    **dict.fromkeys(("notes", "备注", "備註", "备考", "说明", "說明"), "note"),
}
_TYPES = frozenset(get_args(TermType))
_USAGES: dict[str, Usage] = {
    **dict.fromkeys(("prescriptive", "required", "规定", "強制", "强制"), "prescriptive"),
    **dict.fromkeys(("descriptive", "for reference", "描述", "参考", "參考"), "descriptive"),
}
_COLUMN = re.compile(
    r"(?:term_(?P<other>[a-z]{1,8})|(?P<lang>zh|en))(?P<status>_variants|_forbidden|_superseded|)"
    r"(?P<detail>_types|_pos|_notes|_langs|)"
)
_ACRONYM = re.compile(r"(?=(?:.*[A-Z]){2})[A-Z0-9][A-Z0-9+&./-]*", re.ASCII)


@dataclass(slots=True)
class ReadReport:
    """What a termbase table held."""

    rows: int = 0
    skipped: Counter[str] = field(default_factory=Counter)  # reason → rows
    unknown_columns: tuple[str, ...] = ()
    sheets: dict[str, str] = field(default_factory=dict)  # left out, and why

    def notes(self) -> list[str]:
        """What of the table was not taken over, a line each."""
        notes = [f"the sheet {name!r} is left out: {why}" for name, why in self.sheets.items()]
        if self.unknown_columns:
            notes.append(f"columns that were not read: {few_of(self.unknown_columns)}")
        return notes


# Reading


def read_concepts(
    source: Path | IO[bytes],
    *,
    kind: Kind | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    report: ReadReport | None = None,
) -> Iterator[Concept]:
    """The concepts of a CSV, TSV or XLSX, a row each.

    Columns that mean nothing to a termbase are named in `report`. Raises FormatError with the line
    where a row contradicts itself, and where there is neither a zh nor an en column.
    """
    name = xml.name_of(source)
    report = report if report is not None else ReadReport()
    names = [sheet] if sheet is not None else tables.sheets(source, kind=kind)
    failed: FormatError | None = None
    given = False
    for one in names:
        rows = tables.rows(source, kind=kind, encoding=encoding, sheet=one, merged=True)
        shown = name if len(names) < 2 else f"{name}({one})"
        try:
            with closing(rows):
                for concept in concepts_of(
                    named_rows(rows, shown, _canonical), name=shown, report=report
                ):
                    given = True
                    yield concept
        except NoTermColumnsError as error:
            if len(names) < 2:
                raise
            failed = error
            report.sheets[str(one)] = "no Chinese and English columns"
    if failed is not None and not given:
        raise failed


class NoTermColumnsError(FormatError):
    """A table without a Chinese and an English column."""


def concepts_of(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    *,
    name: str = "<table>",
    report: ReadReport | None = None,
) -> Iterator[Concept]:
    """The concepts of numbered rows, as `tables.numbered` gives them."""
    report = report if report is not None else ReadReport()
    names: dict[str, str] | None = None
    plan: list[_Group] = []
    seen: set[str] = set()
    for line, row in rows:
        report.rows += 1
        if names is None:
            names = _columns(row, f"{name}:{line}", report)
            plan = _plan(names)
        cells = {names[key]: value for key, value in row.items() if key in names}
        concept = _concept(cells, plan, f"{name}:{line}", report.rows)
        if not concept.terms:
            report.skipped["no term"] += 1
            continue
        if concept.id in seen:
            raise FormatError(f"{name}:{line}: another row has the id {concept.id!r} already")
        seen.add(concept.id)
        yield concept


def _columns(row: Mapping[str, str], where: str, report: ReadReport) -> dict[str, str]:
    """The header as written → the column's name here, for all that are known."""
    names: dict[str, str] = {}
    for column in row:
        name = _canonical(column)
        if name in ("zh", "en") and name in names.values():
            name += "_variants"  # 简体中文 and 繁體中文, English (UK) and English (US)
        if name in names.values():
            raise FormatError(f"{where}: two columns mean {name!r}")
        if name is not None:
            names[column] = name
    lacking = [lang for lang in ("zh", "en") if lang not in names.values()]
    unknown = [column for column in row if column not in names]
    if len(lacking) == 2 or (lacking and unknown):
        raise NoTermColumnsError(
            f"{where}: a termbase needs the columns zh and en; no column is known to be "
            f"{' or '.join(lacking)} among: {few_of(row)}"
        )
    report.unknown_columns = tuple(dict.fromkeys((*report.unknown_columns, *unknown)))
    return names


def _canonical(column: str) -> str | None:
    """The column that a header means ("English (forbidden)" is en_forbidden); None for none."""
    name = column.strip().lower().replace(" ", "_")
    name = _ALIASES.get(name) or language_in(column) or name
    if name == "forbidden" or name.startswith("forbidden_"):
        name = f"en_{name}"
    if name in _CONCEPT_COLUMNS or _COLUMN.fullmatch(name):
        return name
    if re.fullmatch(r"[a-z]{2,3}[-_][a-z]{2,4}", name) and tags.primary(name) in {"zh", "en"}:
        return tags.primary(name)  # zh-CN, en_US
    return None


@dataclass(frozen=True, slots=True)
class _Group:
    """A column of terms, and the columns that say more of them.

    `stated` where the header gives its terms their status.
    """

    column: str
    lang: str
    status: TermStatus
    details: tuple[str, ...]
    stated: bool


def _plan(names: Mapping[str, str]) -> list[_Group]:
    """The columns of terms in the order that their terms take in a concept; `names` by header."""
    headers = {name: header for header, name in names.items()}
    present = set(headers)
    stated = any(_SUFFIXES[status] and _canonical(header) == name
                 for header, name in names.items() for status in _SUFFIXES
                 if name.endswith(_SUFFIXES[status]))  # fmt: skip
    groups: list[_Group] = []
    for column in sorted(present, key=_place):
        found = _COLUMN.fullmatch(column)
        if found and not found["detail"]:
            details = tuple(detail for detail in _DETAILS if column + detail in present)
            status = _STATUSES[found["status"]]
            lang = found["lang"] or found["other"]
            own = _canonical(headers[column]) == column
            if not own:
                lang = _second_tag(headers[column], lang)
            groups.append(_Group(column, lang, status, details, stated and own))
    return groups


def _second_tag(header: str, lang: str) -> str:
    """The tag of a second column of a language: 繁體中文 beside 简体中文, zh-TW beside zh-CN."""
    if tags.is_well_formed(tags.normalise(header)):
        return tags.normalise(header)
    if lang == "zh":
        return "zh-Hant" if re.search("[繁臺台港]|trad|taiwan|hong", header, re.I) else "zh-Hans"
    return lang


def _concept(cells: Mapping[str, str], plan: Sequence[_Group], where: str, ordinal: int) -> Concept:
    """The concept of one row."""
    terms = [term for group in plan for term in _terms(group, cells, where)]
    return Concept(
        cells.get("id", "").strip() or f"c{ordinal}",
        tuple(terms),
        note=cells.get("note") or None,
        subject=cells.get("subject") or None,
        definition=cells.get("definition") or None,
        source=cells.get("source") or None,
        usage=_usage(cells.get("usage", ""), where),
    )


def _usage(cell: str, where: str) -> Usage | None:
    value = _USAGES.get(cell.strip().lower())
    if value is None and cell.strip():
        raise FormatError(f"{where}: the usage {cell!r} is neither prescriptive nor descriptive")
    return value or None


def _place(column: str) -> tuple[int, str, int]:
    """The order of terms in a concept: Chinese, English, others; the preferred ones first."""
    found = _COLUMN.fullmatch(column)
    if not found:
        return (9, column, 0)
    lang = found["lang"] or found["other"]
    order = {"zh": 0, "en": 1}.get(found["lang"] or "", 2)
    return (order, lang, list(_STATUSES).index(found["status"]))


def _terms(group: _Group, cells: Mapping[str, str], where: str) -> Iterator[Term]:
    """The terms of one cell, with their details from the parallel cells."""
    texts = split(cells[group.column])
    details = {
        detail: _parallel(group.column, detail, texts, cells, where) for detail in group.details
    }
    for index, text in enumerate(texts):
        text = text.strip()
        values = {detail: items[index] for detail, items in details.items()}
        if not text:
            if any(value.strip() for value in values.values()):
                raise FormatError(f"{where}: a detail in {group.column}… belongs to no term")
            continue
        kind = values.get("_types", "").strip()
        if kind and kind not in _TYPES:
            allowed = ", ".join(sorted(_TYPES))
            raise FormatError(f"{where}: the term type {kind!r} is none of: {allowed}")
        code = values.get("_langs", "").strip() or group.lang
        if not tags.is_well_formed(tags.normalise(code)):
            raise FormatError(f"{where}: {code!r} in {group.column}_langs is no language tag")
        yield Term(
            text,
            code,
            group.status,
            cast(TermType, kind) if kind else None if "_types" in values else _type_of(text),
            values.get("_pos", "").strip() or None,
            values.get("_notes") or None,
            group.stated,
        )


def _parallel(
    column: str, detail: str, texts: list[str], cells: Mapping[str, str], where: str
) -> list[str]:
    """The details of a column's terms, one each; an empty cell says nothing of any."""
    cell = cells[column + detail]
    if not cell:
        return [""] * len(texts)
    items = split(cell)
    if len(items) != len(texts):
        raise FormatError(
            f"{where}: {len(texts)} terms in {column}, but {len(items)} values in {column}{detail}"
        )
    return items


def _type_of(text: str) -> TermType | None:
    return "acronym" if _ACRONYM.fullmatch(text) else None


def split(cell: str) -> list[str]:
    r"""The values of a cell.

    >>> split(r"A4P | a\|b")
    ['A4P ', ' a|b']
    """
    if "\\" not in cell:
        return cell.split("|")
    values = [""]
    for token in re.findall(r"\\[\\|]|[^\\|]+|\||\\", cell):
        if token == "|":
            values.append("")
        else:
            values[-1] += token[1] if token in {"\\\\", "\\|"} else token
    return values


def join(values: Iterable[str]) -> str:
    r"""A cell of several values; the inverse of `split`.

    >>> join(["A4P", "a|b"])
    'A4P|a\\|b'
    """
    return "|".join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


# Writing


def write_concepts(
    target: Path | IO[bytes],
    concepts: Sequence[Concept],
    *,
    kind: Kind | None = None,
    now: datetime | None = None,
) -> TableReport:
    """Write concepts as CSV, TSV or XLSX; what they hold comes back by `read_concepts`.

    Terms are ordered by language and status; spaces around a term go.
    """
    columns, rows = rows_of(concepts)
    return tables.write_table(target, rows, columns, kind=kind, title="terms", now=now)


def rows_of(concepts: Sequence[Concept]) -> tuple[tuple[str, ...], Iterator[dict[str, str]]]:
    """The columns that these concepts need, the usual ones first, and a row for each concept."""
    needed: set[str] = set(BASE)
    for concept in concepts:
        needed |= _row(concept, needed=True).keys()
    others = sorted(needed - set(BASE), key=_order)
    columns = (*BASE, *others)
    rows = (
        {key: value for key, value in _row(concept).items() if key in needed}
        for concept in concepts
    )
    return columns, rows


def _order(column: str) -> tuple[int, tuple[int, str, int], str]:
    if column in _CONCEPT_COLUMNS:
        return (_CONCEPT_COLUMNS.index(column), (0, "", 0), column)
    return (9, _place(f"en_{column}" if column.startswith("forbidden") else column), column)


def _row(concept: Concept, *, needed: bool = False) -> dict[str, str]:
    """The cells of a concept; with `needed` only those that say something."""
    row = {
        "id": concept.id,
        "note": concept.note or "",
        "subject": concept.subject or "",
        "definition": concept.definition or "",
        "source": concept.source or "",
        "usage": concept.usage or "",
    }
    groups: dict[str, list[Term]] = {}
    for term in concept.terms:
        groups.setdefault(_column_of(term), []).append(term)
    for column, terms in groups.items():
        row[column] = join(term.text.strip() for term in terms)
        # Types are needed where reading would guess another than the term has.
        if not needed or any(term.type != _type_of(term.text.strip()) for term in terms):
            row[column + "_types"] = _parallel_cell(terms, lambda term: term.type)
        row[column + "_pos"] = _parallel_cell(terms, lambda term: term.part_of_speech)
        row[column + "_notes"] = _parallel_cell(terms, lambda term: term.note)
        row[column + "_langs"] = _parallel_cell(terms, _further_language)
    if needed:
        kept = {column + "_types" for column in groups if column + "_types" in row}
        return {key: value for key, value in row.items() if value or key in kept}
    return row


def _parallel_cell(terms: Sequence[Term], value: Callable[[Term], str | None]) -> str:
    values = [value(term) or "" for term in terms]
    return join(values) if any(values) else ""


def _further_language(term: Term) -> str:
    """The term's language code where it says more than the column's name."""
    return "" if term.lang == tags.primary(term.lang) else term.lang


def _column_of(term: Term) -> str:
    lang = tags.primary(term.lang)
    name = lang if lang in {"zh", "en"} else f"term_{lang}"
    column = name + _SUFFIXES[term.status]
    return "forbidden" if column == "en_forbidden" else column
