"""Units from and to files: TMX, XLIFF and its kin, PO, Word tables, XLSX, CSV, TSV, JSON lines."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import IO, cast

from align.atomic import replacing
from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.file_kinds import kind_of_file
from align.formats import columns, tables, tmx, xliff
from align.formats.tmx import ReadReport
from align.formats.units import ALIASES, COLUMNS, from_record, to_record
from align.language import tags
from align.language.scripts import has_han
from align.outside import DOCUMENTS, few_of, json_in, json_out

_LONGEST_LINE = 64 << 20  # bytes; as between two records of a TMX
WRITTEN = (".tmx", ".xlsx", ".xlsm", ".csv", ".tsv", ".tab", ".txt", ".jsonl")
KINDS = (*WRITTEN, *xliff.SUFFIXES, ".po", ".pot", ".docx")  # each may be gzipped: NAME.tmx.gz

_LANGUAGES = {"source_lang", "target_lang"}  # columns
_LOOKED_AT = 200  # rows whose scripts tell the languages of source and target
# Headers under which people keep the two sides of a table; a language code will do as well.
_CHINESE = {"chinese", "中文", "汉语", "漢語", "中"}
_ENGLISH = {"english", "英文", "英语", "英語", "英"}


def read_file(
    path: str | Path,
    *,
    source_lang: str | None = None,
    target_lang: str | None = None,
    report: ReadReport | None = None,
    opened: Callable[[IO[bytes]], None] | None = None,
    as_file: bool = False,
) -> Iterator[TranslationUnit]:
    """The units of a file, by the ending of its name; a stream, but for an XLSX's shared texts.

    The source is Chinese where `source_lang` does not say otherwise; with `as_file` it is what the
    file says: the srclang of a TMX, the first of a table's columns.

    `opened` is given the open file, whose position tells how far the reading is. Raises FormatError
    with file and line where the file is not what its name says. What a reviewer has rejected is
    left out and counted in `report`.
    """
    report = report if report is not None else ReadReport()
    read = _read_file(Path(path), source_lang, target_lang, report, opened, as_file)
    for place, unit in enumerate(read):
        if unit.state != "rejected":
            yield unit
        else:
            report.skipped["rejected by a reviewer"] += 1
            if place < len(report.lines):
                report.lines[place] = 0
    report.lines = [line for line in report.lines if line]


def kind_of(path: Path) -> str:
    """The ending that says what a file of units is: ".tmx" for a.tmx and for a.tmx.gz."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix == ".gz" else suffix


_MOST_BYTES = 64 << 20  # an archive says at its end what it holds; of a larger one we ask none


def _no_units(path: Path) -> str:
    """What a file is whose name is not that of a file of units, and what to do."""
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES)
    other = kind_of_file(data)
    if other is not None:
        return f"no file of units but {other}"
    if path.suffix.lower() in DOCUMENTS or b"%PDF-" in data[:1024]:
        return "no file of units but a document; align pair makes units of it and its translation"
    return f"not a file of units; its name must end in {', '.join(KINDS)}"


def _read_file(
    path: Path,
    source_lang: str | None,
    target_lang: str | None,
    report: ReadReport,
    opened: Callable[[IO[bytes]], None] | None,
    as_file: bool,
) -> Iterator[TranslationUnit]:
    """The units of a file, unpacked where it is gzipped, rejected ones included."""
    suffix = kind_of(path)
    if suffix not in KINDS:
        raise FormatError(f"{path}: {_no_units(path)}")
    with path.open("rb") as file:
        if opened:
            opened(file)
        if path.suffix.lower() != ".gz":
            yield from _read_kind(suffix, file, path, source_lang, target_lang, report, as_file)
            return
        try:
            with gzip.open(file) as unpacked:
                content = cast(IO[bytes], unpacked)
                yield from _read_kind(
                    suffix, content, path, source_lang, target_lang, report, as_file
                )
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise FormatError(f"{path}: damaged gzip file ({error}); pack it anew") from error


def _read_kind(
    suffix: str,
    file: IO[bytes],
    path: Path,
    source_lang: str | None,
    target_lang: str | None,
    report: ReadReport,
    as_file: bool,
) -> Iterator[TranslationUnit]:
    """The units of an open file, by its kind."""
    if suffix == ".tmx":
        yield from tmx.read_units(
            file,
            source_lang=source_lang,
            target_lang=target_lang,
            report=report,
            as_file=as_file,
        )
    elif suffix == ".jsonl":
        yield from _read_lines(file, path, report)
    elif suffix in WRITTEN:
        languages = None if as_file and not source_lang else (source_lang or "zh", target_lang)
        yield from _read_table(file, path, languages, report)
    else:
        units, skipped = _bilingual(suffix, file, path, target_lang)
        for unit in units:
            if _asked_for(unit, source_lang, target_lang):
                yield unit
            else:
                report.skipped["of other languages than those asked for"] += 1
        report.skipped.update(skipped)


def _bilingual(
    suffix: str, file: IO[bytes], path: Path, target_lang: str | None
) -> tuple[Iterator[TranslationUnit], Counter[str]]:
    """The units of a bilingual file, whose source is the side that it says, and what is skipped."""
    if suffix in xliff.SUFFIXES:
        of_xliff = xliff.XliffReport()
        return xliff.read_units(file, report=of_xliff), of_xliff.skipped
    if suffix == ".docx":
        from align.formats import docx_table  # brings the readers of documents with it

        of_docx = docx_table.DocxReport()
        return docx_table.read_units(file, name=str(path), report=of_docx), of_docx.skipped
    from align.formats import po

    of_po = po.PoReport()
    units = po.read_units(file, name=str(path), target_lang=target_lang, report=of_po)
    return units, of_po.skipped


def _asked_for(unit: TranslationUnit, source_lang: str | None, target_lang: str | None) -> bool:
    asked = [code for code in (source_lang, target_lang) if code]
    there = (unit.source_lang, unit.target_lang)
    return all(any(tags.fitness(code, side) for side in there) for code in asked)


def stream_id(path: Path, *options: str | None) -> str:
    """What tells one import from another: a hash of the file's bytes, and how it is read."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return "|".join([digest, *(option or "" for option in options)])


def _read_table(
    file: IO[bytes], path: Path, asked: tuple[str, str | None] | None, report: ReadReport
) -> Iterator[TranslationUnit]:
    """The units of a table, from and to the languages asked for; None: as its columns stand.

    Of a workbook every sheet with a column for each language counts, each by its own header; the
    others are told in the report.
    """
    kind = tables.kind_of(Path(f"x{kind_of(path)}"))
    if kind != "xlsx":
        with closing(tables.rows(file, kind=kind)) as rows:
            yield from _read_rows(rows, str(path), asked, report)
        return
    start = file.tell()
    sheets = tables.sheets(file, kind=kind)
    left_out: list[tuple[str | None, FormatError]] = []
    for sheet in sheets:
        file.seek(start)
        shown = str(path) if len(sheets) < 2 else f"{path}({sheet})"
        with closing(tables.rows(file, kind=kind, sheet=sheet)) as rows:
            first = list(islice(rows, _LOOKED_AT))
            if not first and len(sheets) > 1:
                continue  # the empty sheets that a workbook begins with
            before = len(report.lines)
            try:
                yield from _read_rows(chain(first, rows), shown, asked, report)
            except FormatError as error:
                # Notes and statistics are no tables; in a sheet of both languages a fault is one.
                given = len(report.lines) > before
                if given or len(sheets) < 2 or any(_names_both(cells) for _, cells in first):
                    raise
                left_out.append((sheet, error))
            else:
                if len(report.lines) == before and len(sheets) > 1:
                    report.skipped[_LEFT_OUT.format(sheet)] += 1
        report.sheets += [str(sheet) if len(sheets) > 1 else ""] * (len(report.lines) - before)
    if len(left_out) == len(sheets):
        raise left_out[0][1]
    for sheet, _ in left_out:
        report.skipped[_LEFT_OUT.format(sheet)] += 1


_LEFT_OUT = "the sheet “{}”, without units of both languages"


def _names_both(cells: Iterable[str]) -> bool:
    """Whether a row of a table names a column for each language."""
    said = {_known_column(cell) for cell in cells}
    return {"zh", "en"} <= said or {"source", "target"} <= said


def _read_rows(
    rows: Iterator[tuple[int, list[str]]],
    shown: str,
    asked: tuple[str, str | None] | None,
    report: ReadReport,
) -> Iterator[TranslationUnit]:
    """The units of numbered rows; `shown` is the file's name, with its sheet."""
    names: dict[str, str] = {}
    spoken: dict[str, str] = {}
    named = columns.named_rows(rows, shown, _known_column, _SIDES)
    head = list(islice(named, _LOOKED_AT))
    written = _written_in([row for _, row in head])
    for line, row in chain(head, named):
        if not names:
            source, target = asked or (_first_language(row, written), None)
            target = target or ("zh" if tags.is_english(source) else "en")
            names = _columns(row, shown, source, target, written)
            spoken = {"source_lang": source, "target_lang": target} | {
                f"{side}_lang": tags.normalise(name)
                for name, side in names.items()
                if side in ("source", "target") and _is_code(name)
            }
        record = {names[name]: value for name, value in row.items() if name in names and value}
        report.lines.append(line)
        yield from_record({**spoken, **record}, f"{shown}:{line}")


_SIDES = columns.EITHER - {"source", "target"}  # which are columns of a unit


def _written_in(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The languages that columns named source and target are written in, where no column says it."""
    if not rows or any(name.strip().lower() in _LANGUAGES for name in rows[0]):
        return {}
    named = {name.strip().lower(): name for name in rows[0]}
    if not {"source", "target"} <= named.keys():
        return {}
    source, target = named["source"], named["target"]
    first = _first_written((row.get(source) or "", row.get(target) or "") for row in rows)
    return {source: first, target: "en" if first == "zh" else "zh"} if first else {}


def _first_written(pairs: Iterable[tuple[str, str]]) -> str:
    """Which language stands first in most pairs of which one side alone is Chinese; "" of none.

    >>> _first_written([("2024", "2024"), ("The port opened.", "港口开放。"), ("A/附件.1", "A/附件.1")])
    'en'
    """
    votes = Counter(
        "zh" if chinese else "en"
        for chinese, other in ((has_han(a), has_han(b)) for a, b in pairs)
        if chinese != other
    )
    return max(sorted(votes), key=votes.__getitem__, default="")


def _first_language(row: Mapping[str, str], written: Mapping[str, str]) -> str:
    """The language of the first column that has one, Chinese where none says so."""
    said = next((lang for name, lang in written.items() if name.strip().lower() == "source"), "")
    if said:
        return said
    found = (_language(name) for name in row)
    return next((lang for lang in found if lang in ("zh", "en")), "zh")


def _language(name: str) -> str:
    """The language that a header names, "" where it names none."""
    lower = name.strip().lower()
    if lower in _CHINESE or lower in _ENGLISH:
        return "zh" if lower in _CHINESE else "en"
    return columns.language_in(name) or (tags.primary(lower) if _is_code(lower) else "")


def _known_column(name: str) -> str | None:
    lower = name.strip().lower()
    lower = ALIASES.get(lower, lower)
    return _language(name) or (lower if lower in COLUMNS else None)


def _is_code(name: str) -> bool:
    return re.fullmatch("[A-Za-z]{2}([-_][A-Za-z]+)*", name.strip()) is not None


def _columns(
    row: Mapping[str, str], shown: str, source: str, target: str, written: Mapping[str, str]
) -> dict[str, str]:
    """Which field of a unit each column of a table holds."""
    names: dict[str, str] = {}
    for name in row:
        field = _field(name, source, target, written)
        if field and field not in names.values():
            names[name] = field
    if not {"source", "target"} <= set(names.values()):
        raise FormatError(
            f"{shown}: needs a column for each language, named zh and en or source and target;"
            f" it has {few_of(row)}"
        )
    return names


def _field(name: str, source: str, target: str, written: Mapping[str, str]) -> str | None:
    """The field of a unit that a column holds, by its name or its language."""
    lower = name.strip().lower()
    spoken = _language(name) or written.get(name, "")
    if spoken and spoken == tags.primary(source):
        return "source"
    if spoken and spoken == tags.primary(target):
        return "target"
    lower = ALIASES.get(lower, lower)
    return lower if lower in COLUMNS else None


def _read_lines(file: IO[bytes], path: Path, report: ReadReport) -> Iterator[TranslationUnit]:
    """The units of JSON lines."""
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE + 1), b""), 1):
        if not line.strip():
            continue
        record = json_in(line, f"{path}:{number}", most=_LONGEST_LINE)
        if not isinstance(record, dict) or not {"source", "target"} <= record.keys():
            raise FormatError(f"{path}:{number}: a line needs the keys source and target")
        report.lines.append(number)
        yield from_record(_spoken(record), f"{path}:{number}")


def _spoken(record: dict[str, object]) -> dict[str, object]:
    """A record with its languages, where it names none and its texts show that English came first."""
    if "source_lang" in record or "target_lang" in record:
        return record
    if _first_written([(str(record["source"]), str(record["target"]))]) != "en":
        return record
    return {"source_lang": "en", "target_lang": "zh"} | record


def write_file(
    path: str | Path,
    units: Iterable[TranslationUnit],
    *,
    created: str | None = None,
    source_lang: str | None = "zh-CN",
    target_lang: str | None = "en-US",
) -> int:
    """Write units as the file's name says, whole or not at all; returns how many.

    Nothing that a spreadsheet would compute, and no character that XML forbids, is written.
    `created`, YYYYMMDDThhmmssZ, is the date of a TMX. A language that is None is that of each unit;
    units whose target is in `source_lang`, and whose source is not, are turned round.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in WRITTEN:
        raise FormatError(f"{path}: cannot write this; the name must end in {', '.join(WRITTEN)}")
    with replacing(path) as file:
        return write_stream(
            file,
            units,
            suffix,
            created=created,
            source_lang=source_lang,
            target_lang=target_lang,
        )


def _from(unit: TranslationUnit, lang: str) -> TranslationUnit:
    """A unit with the text in this language as its source, where it has one."""
    other_way = tags.same_language(unit.target_lang, lang)
    return unit.turned() if other_way and not tags.same_language(unit.source_lang, lang) else unit


def write_stream(
    file: IO[bytes],
    units: Iterable[TranslationUnit],
    suffix: str,
    *,
    created: str | None,
    source_lang: str | None = "zh-CN",
    target_lang: str | None = "en-US",
) -> int:
    """Write units to an open file as the suffix says; returns how many."""
    if source_lang is not None:
        units = (_from(unit, source_lang) for unit in units)
    if suffix == ".tmx":
        return tmx.write_units(
            file, units, source_lang=source_lang, target_lang=target_lang, created=created
        ).units
    if suffix == ".jsonl":
        count = 0
        for unit in units:
            file.write((json_out(to_record(unit)) + "\n").encode())
            count += 1
        return count
    rows = ({name: getattr(unit, name) for name in COLUMNS} for unit in units)
    kind = tables.kind_of(Path(f"units{suffix}"))
    return tables.write_table(file, rows, COLUMNS, kind=kind, title="Units").rows
