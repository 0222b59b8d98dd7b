"""`align check`: terminology, numbers, names and omissions of a translation."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.languages import SOURCE, TARGET, of_messages
from align.cli.memories import TERMS, asked_terms, setting
from align.cli.output import many, styled, tell, written
from align.cli.outputs import OVERWRITE, check_ending, claim, differing
from align.cli.progress import stages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from align.cli.places import Locate
    from align.datatypes import Finding, Severity, TranslationUnit
    from align.embedding.protocol import Encoder
    from align.formats.tmx import ReadReport
    from align.project import Project
    from align.report.strings import Language
    from align.terms.termbase import Termbase


class Level(StrEnum):
    """From which severity on the exit code is 1."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


class Format(StrEnum):
    """How findings are written."""

    text = "text"
    jsonl = "jsonl"
    sarif = "sarif"
    html = "html"
    xlsx = "xlsx"
    xliff = "xliff"
    docx = "docx"


def check(
    file: str = typer.Argument(
        metavar="FILE", help="TMX, table, JSON lines or memory; - is a TMX. Or a document."
    ),
    others: list[Path] | None = typer.Argument(
        None,
        metavar="TRANSLATION",
        help="With FILE a document: its translation; both are aligned. "
        "With FILE a TMX, XLIFF, PO or JSON lines: more of them, each checked by itself.",
    ),
    terms: list[Path] = TERMS,
    as_json: bool = typer.Option(False, "--json", help="The same as --format jsonl."),
    style: Format | None = typer.Option(
        None, "--format", help="Format of the findings; else by the ending of --output."
    ),
    output: str = typer.Option("-", "-o", "--output", help="File for the findings; - for stdout."),
    fail_on: Level = typer.Option(
        Level.error, "--fail-on", help="Exit with 1 where a finding is at least this severe."
    ),
    least: Level = typer.Option(
        Level.info, "--show", help="Leave out findings less severe than this (never: all)."
    ),
    waivers: Path | None = typer.Option(
        None, "--waivers", help="Table of accepted findings: rule, source, found …, reason."
    ),
    baseline: Path | None = typer.Option(
        None, "--baseline", help="Findings of an earlier check: only new ones are shown and count."
    ),
    write_baseline: Path | None = typer.Option(
        None, "--write-baseline", help="Keep the findings of this check for a later --baseline."
    ),
    numbers: bool = typer.Option(True, help="Check numbers, dates, percentages and symbols."),
    names: bool = typer.Option(True, help="Check countries, organs and titles."),
    omissions: bool = typer.Option(True, help="Look for sentences left out or added."),
    negations: bool = typer.Option(True, help="Look for a not that was lost or gained."),
    consistency: bool = typer.Option(True, help="Compare translations of equal sentences."),
    lang: str | None = of_messages(
        "Language of the messages, en or zh; else the system's. That of the texts is said by "
        "--src-lang and --tgt-lang.",
        "--ui",
        "--lang",
    ),
    surface: bool = typer.Option(
        True, help="Look for doubled words and spaces, unpaired marks, untranslated text."
    ),
    off: list[str] = typer.Option(
        [], "--off", metavar="RULE", help="Turn a rule off, by its id; may be repeated."
    ),
    checklist: Path | None = typer.Option(
        None, "--checklist", help="Table of your own patterns: source, target, message, severity."
    ),
    overwrite: bool = OVERWRITE,
    model: str | None = typer.Option(
        None, "--model", callback=setting("model"), help="Encoder; else the embedded one."
    ),
    src_lang: str | None = SOURCE,
    tgt_lang: str | None = TARGET,
) -> None:
    """Check a translation: terms, facts, names, omissions, form.

    Names and forbidden renderings are errors, ordinary terms warnings; what a neighbouring unit, a
    pronoun or a doubtful alignment explains is a note.
    """
    from align.errors import InputError
    from align.forked import cores
    from align.terms.checking import CheckOptions, at_least, check_units
    from align.terms.checking import waivers as accepted
    from align.terms.checking.checklist import read_checklist
    from align.terms.rules import in_language

    shape = _format(style, as_json, output)
    ui: Language = "zh" if (lang or _system_language()) == "zh" else "en"
    several, english = _asked(file, others or [])
    claim([output, write_baseline], overwrite=overwrite)
    termbase = asked_terms(terms)
    known = accepted.read_baseline(_there(baseline)) if baseline else frozenset()
    reasons = accepted.read_waivers(_there(waivers)) if waivers else ()
    options = CheckOptions(
        names=names,
        numbers=numbers,
        omissions=omissions,
        negations=negations,
        consistency=consistency,
        surface=surface,
        off=_rules(off),
        checklist=read_checklist(_there(checklist)) if checklist else (),
        processes=cores(),
    )
    units: list[TranslationUnit] = []
    found: list[Finding] = []
    signatures = set()
    for one_file in several:
        with stages() as say:
            these, encoder, signature, locate = _units(
                one_file, english, model, src_lang, tgt_lang, omissions=omissions, say=say, ui=ui
            )
        base = termbase
        if base is not None and not _covers(base, these):
            _not_covering(these, terms, ui)
            base = None
        with stages() as say:
            say(f"checking {many(len(these), 'unit')}")
            findings = check_units(these, base, encoder=encoder, options=options)
        found += [_further(locate(one), len(units)) for one in findings]
        units += these
        signatures.add(signature)
    signature = signatures.pop() if len(signatures) == 1 else None
    found = accepted.waive(found, reasons)
    if write_baseline:
        accepted.write_baseline(write_baseline, found, units)
    marks = accepted.fingerprints(found, units)
    fresh = [one for one, mark in zip(found, marks, strict=True) if mark not in known]
    if len(fresh) < len(found):
        count = len(found) - len(fresh)
        _remark(ui, "one_before" if count == 1 else "before", count=count)
    shown = [one for one in fresh if least == Level.never or _reaches(one, least)]
    shown = in_language(shown, ui)
    if shape in (Format.xliff, Format.docx):
        if len(several) > 1:
            raise InputError(f"{output}: a copy holds the findings of one file; check each alone")
        _annotate(shown, units, shape, Path(english or file), output, ui)
    else:
        _write(shown, units, shape, output, signature, ui)
    if fail_on != Level.never and at_least(fresh, _severity(fail_on)):
        raise typer.Exit(1)


def _asked(file: str, others: Sequence[Path]) -> tuple[list[str], Path | None]:
    """The files to check, each by itself, and the translation where the first is a document.

    Only what holds both languages by its ending is checked by itself: two tables may be two documents.
    """
    from align.errors import InputError
    from align.formats import xliff

    bilingual = (".tmx", *xliff.SUFFIXES, ".po", ".jsonl")

    def lone(name: str) -> bool:
        return name.lower().removesuffix(".gz").endswith(bilingual)

    names = [file, *map(str, others)]
    if len(names) > 1 and all(map(lone, names)):
        differing(names, "name each file once")
        return names, None
    if len(names) > 2:
        odd = next(name for name in names if not lone(name))
        raise InputError(
            f"{odd}: among several files only TMX, XLIFF, PO and JSON lines are checked, each by "
            "itself; two documents are checked as a pair: align check FILE TRANSLATION"
        )
    differing(names, "the second file must be its translation")
    return [file], others[0] if others else None


def _further(finding: Finding, units: int) -> Finding:
    """A finding of a file before which others had so many units."""
    return finding if finding.unit is None else replace(finding, unit=finding.unit + units)


# What is said on standard error, in the language of the findings.
_REMARKS = {
    "one_before": (
        "1 finding was there before and is left out",
        "基线中已有的 1 项检查结果未再列出",
    ),
    "before": (
        "{count:,} findings were there before and are left out",
        "基线中已有的 {count:,} 项检查结果未再列出",
    ),
    "not_covered": (
        "the termbases of the configuration have no terms in both {source} and {target}: none checked",
        "配置中的术语库：没有兼具 {source} 与 {target} 术语的条目，因此未能检查术语",
    ),
    "project": (
        "{place}: its texts and decisions are checked, with what stands alone",
        "{place}：按项目中的文本和审校决定检查，包括无对应的句子",
    ),
    "whole": (
        (
            "{place}: every unit has both sides, so that a sentence left out whole cannot be found "
            "here; check the two documents for that"
        ),
        "{place}：所有单元双语俱全，整句漏译在此查不出来；如需检查，请直接检查原文和译文两个文件",
    ),
    "copy": ("{place}: {said}", "{place}：{said}"),
    "notes": (
        "notes on {segments:,} segments, {marked:,} marked for review",
        "已为 {segments:,} 个句段加注，其中 {marked:,} 个标为待审",
    ),
    "comments": ("comments at their words: {placed:,}", "已在相应文字处加批注 {placed:,} 条"),
    "unplaced": (
        "; findings about no place in it, at its beginning: {unplaced:,}",
        "；另有 {unplaced:,} 项检查结果没有具体位置，列于文首",
    ),
}


def _said(ui: Language, key: str, **values: object) -> str:
    return _REMARKS[key][ui == "zh"].format(**values)


def _remark(ui: Language, key: str, **values: object) -> None:
    tell(_said(ui, key, **values))


def _rules(ids: Sequence[str]) -> frozenset[str]:
    """The ids of rules to turn off. Raises InputError for what is no rule."""
    from align.errors import InputError
    from align.terms.rules import catalogue

    unknown = sorted(set(ids) - set(catalogue()))
    if unknown:
        from align.cli.configuration import meant

        raise InputError(
            f"--off {unknown[0]}: no such rule{meant(unknown[0], sorted(catalogue()))}"
        )
    return frozenset(ids)


def _covers(termbase: Termbase, units: Sequence[TranslationUnit]) -> bool:
    """Whether the termbase can say anything of the units' languages."""
    from align.terms.termbase import covers

    pairs = dict.fromkeys((unit.source_lang, unit.target_lang) for unit in units)
    return any(covers(termbase, *pair) for pair in pairs)


def _not_covering(units: Sequence[TranslationUnit], terms: Sequence[Path], ui: Language) -> None:
    """Raise InputError where --terms named the termbase; that of the configuration is passed over."""
    from align.errors import InputError

    source, target = units[0].source_lang, units[0].target_lang
    if not terms:
        _remark(ui, "not_covered", source=source, target=target)
        return
    raise InputError(
        f"{', '.join(map(str, terms))}: no concept has terms in both {source} and {target}, so that"
        " no term could be checked; give another termbase, or leave --terms out"
    )


def _there(path: Path) -> Path:
    from align.errors import InputError
    from align.outside import no_file

    if why := no_file(path):
        raise InputError(f"{path}: {why}")
    return path


def _units(
    file: str,
    english: Path | None,
    model: str | None,
    src_lang: str | None,
    tgt_lang: str | None,
    *,
    omissions: bool,
    say: Callable[[str], None],
    ui: Language,
) -> tuple[Sequence[TranslationUnit], Encoder, str | None, Locate]:
    """The units to check, the encoder that follows words, what aligned them, and their places."""
    from align.cli.places import in_documents, in_file
    from align.cli.units import load_tokens
    from align.formats.tmx import ReadReport

    if english is None and (project := _project_of(Path(file))) is not None:
        from align.web.services import LocalTools
        from align.web.session import Session

        opened = Session("", project, LocalTools(model=model))
        _remark(ui, "project", place=project.path)
        units = [unit for unit in opened.units() if unit.state != "rejected"]
        signature = str(project.head.signature) if project.head.signature else None
        return units, load_tokens(model), signature, in_file(file, ReadReport())
    if english is None:
        report = ReadReport()
        units = _units_of(file, src_lang, tgt_lang, report)
        if omissions and all(unit.source and unit.target for unit in units):
            _remark(ui, "whole", place=file)
        signatures = {unit.signature for unit in units}
        signed = signatures.pop() if len(signatures) == 1 else None
        return units, load_tokens(model), signed, in_file(file, report)
    from align.errors import InputError
    from align.pipeline import PairOptions, align_files

    if file == "-":
        raise InputError("-: two documents cannot come from standard input; name both files")
    encoder = load_tokens(model)
    options = PairOptions(source_lang=src_lang, target_lang=tgt_lang, model=model)
    files = _there(Path(file)), _there(english)
    result = align_files(*files, options=options, encoder=encoder, stage=say)
    for note in result.notes:
        tell(note)
    locate = in_documents(result, str(english))
    return result.units, encoder, str(result.alignment.signature), locate


def _units_of(
    file: str, src_lang: str | None, tgt_lang: str | None, report: ReadReport
) -> list[TranslationUnit]:
    """The units of one file; a document by itself is said to lack its translation."""
    from align.cli.units import read_units
    from align.errors import AlignError, InputError
    from align.outside import DOCUMENTS

    try:
        return read_units(file, src_lang=src_lang, tgt_lang=tgt_lang, as_file=True, report=report)
    except AlignError as error:
        if Path(file).suffix.lower() not in DOCUMENTS or not Path(file).is_file():
            raise
        raise InputError(
            f"{file}: holds no units; if it is a document, its translation is missing: "
            f"align check {file} TRANSLATION; if it holds both languages, align pair {file} first"
        ) from error


def _project_of(path: Path) -> Project | None:
    """The project that a file is, or that `align pair` kept beside this very TMX."""
    import hashlib

    from align import project

    if path.suffix.lower() == project.SUFFIX:
        return project.read_project(path)
    if path.suffix.lower() != ".tmx" or not path.is_file():
        return None
    beside = project.beside(path)
    if not beside.is_file():
        return None
    found = project.read_project(beside)
    with path.open("rb") as file:
        same = found.head.tmx == hashlib.file_digest(file, "sha256").hexdigest()
    return found if same else None


def _system_language() -> str:
    """The language of messages that the system asks for: zh or en."""
    from align.language.tags import is_chinese

    settings = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if is_chinese(next(filter(None, settings), "en")) else "en"


def _coloured() -> bool:
    """Whether standard output is a terminal that shows colours (https://no-color.org)."""
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def _severity(level: Level) -> Severity:
    from align.terms.checking import SEVERITIES

    return next(severity for severity in SEVERITIES if severity == level.value)


def _reaches(finding: Finding, floor: Level) -> bool:
    from align.terms.checking import at_least

    return bool(finding.waived) or at_least([finding], _severity(floor))


def _format(style: Format | None, as_json: bool, output: str) -> Format:
    """The form of the findings: that of the option, else of the ending. Raises InputError where
    the file's name says something else.
    """
    from align.errors import InputError
    from align.formats.xliff import SUFFIXES

    endings = {
        Format.text: (".txt", ".log"),
        Format.jsonl: (".jsonl", ".ndjson", ".json"),
        Format.sarif: (".sarif", ".json"),
        Format.html: (".html", ".htm"),
        Format.xlsx: (".xlsx",),
        Format.xliff: SUFFIXES,
        Format.docx: (".docx",),
    }
    asked = Format.jsonl if as_json else style
    if asked is not None:
        check_ending(output, endings[asked], f"the format {asked.value}")
        return asked
    suffix = "" if output == "-" else Path(output).suffix.lower()
    found = next((form for form, those in endings.items() if suffix in those), None)
    if found is None and suffix:
        known = ", ".join(dict.fromkeys(one for those in endings.values() for one in those))
        raise InputError(f"{output}: cannot write this; the name must end in {known}")
    return found or Format.text


def _write(
    findings: Sequence[Finding],
    units: Sequence[TranslationUnit],
    style: Format,
    output: str,
    signature: str | None,
    ui: Language,
) -> None:
    from align.report import findings as render

    write = {
        Format.text: render.write_text,
        Format.jsonl: render.write_jsonl,
        Format.sarif: render.write_sarif,
        Format.html: render.write_html,
        Format.xlsx: render.write_xlsx,
    }[style]

    if style == Format.text and output == "-" and sys.stdout.isatty():
        _show(findings, ui)
        return
    with written(output) as file:
        write(file, findings, units=units, signature=signature, ui=ui)
    if style != Format.text or output != "-":
        tell(render.summary(findings, ui))


def _show(findings: Sequence[Finding], ui: Language) -> None:
    """The findings on a terminal, in its width; in a pipe each is one line."""
    import shutil

    from align.report.findings import summary
    from align.report.screen import finding_lines

    width = shutil.get_terminal_size().columns
    colours = {"error": "red", "warning": "yellow", "info": "cyan"}

    def paint(text: str, kind: str) -> str:
        return styled(text, fg=colours[kind], bold=kind == "error") if _coloured() else text

    for finding in findings:
        for line in finding_lines(finding, width, paint, ui):
            typer.echo(line)
    typer.echo(summary(findings, ui))


def _annotate(
    findings: Sequence[Finding],
    units: Sequence[TranslationUnit],
    shape: Format,
    translation: Path,
    output: str,
    ui: Language,
) -> None:
    """Write a copy of the file that holds the translation, with the findings in it."""
    from align import clock
    from align.errors import InputError
    from align.formats.xliff import SUFFIXES
    from align.report.findings import summary

    endings = SUFFIXES if shape == Format.xliff else (".docx",)
    if translation.suffix.lower() not in endings:
        raise InputError(
            f"{output}: findings go into a copy of the file that was checked, and {translation} is "
            f"no {' or '.join(endings)}; write them to an .xlsx or .html instead"
        )
    if output == "-":
        raise InputError("name a file for the copy: -o CHECKED" + endings[0])
    if shape == Format.xliff:
        from align.report.xliff_findings import write_xliff

        noted = write_xliff(translation, Path(output), findings, units, now=clock.stamp(), ui=ui)
        said = _said(ui, "notes", segments=noted.segments, marked=noted.marked)
    else:
        from align.report.word_comments import write_comments

        done = write_comments(translation, Path(output), findings, units, now=clock.now(), ui=ui)
        said = _said(ui, "comments", placed=done.placed)
        if done.unplaced:
            said += _said(ui, "unplaced", unplaced=done.unplaced)
    _remark(ui, "copy", place=output, said=said)
    tell(summary(findings, ui))
