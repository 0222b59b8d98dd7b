"""Findings as text, JSON lines, SARIF, HTML and XLSX."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import IO, Any

from align.datatypes import Finding, TranslationUnit
from align.outside import json_out, shown
from align.report import strings
from align.report.marking import Highlight, mark
from align.report.screen import place_of
from align.report.strings import Language
from align.report.wording import rule_name
from align.terms.rules import catalogue

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_COLUMNS = (
    ("severity", "严重程度", 9.0),
    ("rule", "规则", 20.0),
    ("id", "单元编号", 14.0),
    ("paragraph", "段落", 10.0),
    ("term or number", "术语或数字", 22.0),
    ("expected", "应为", 26.0),
    ("found", "实为", 22.0),
    ("verdict", "判定代码", 16.0),
    ("message", "说明", 50.0),
    ("Source", "原文", 50.0),
    ("Translation", "译文", 60.0),
    ("waived because", "豁免理由", 24.0),
    ("status", "处理状态", 12.0),
    ("assignee", "处理人", 16.0),
    ("comment", "备注", 36.0),
)
# That a reviser may give a finding in a sheet.
_STATUSES: dict[Language, tuple[str, ...]] = {
    "en": ("open", "mended", "no mistake", "ask"),
    "zh": ("待处理", "已改正", "并非错误", "待询问"),
}


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity, and how many are waived (these count once, as waived)."""
    tally = Counter("waived" if f.waived else f.severity for f in findings)
    return {key: tally[key] for key in ("error", "warning", "info", "waived")}


def summary(findings: Sequence[Finding], ui: Language = "en") -> str:
    """One line for people.

    >>> summary([Finding("omission", "error", "left out"), Finding("x", "info", "y", waived="ok")])
    '1 error, 0 warnings, 0 notes (1 waived)'
    >>> summary([Finding("omission", "error", "left out")], "zh")
    '错误 1 项，警告 0 项，提示 0 项'
    """
    tally = counts(findings)
    if ui == "zh":
        w = strings.words(ui)
        line = "，".join(f"{w[key]} {tally[key]} 项" for key in ("error", "warning", "info"))
        return line + (f"（已豁免 {tally['waived']} 项）" if tally["waived"] else "")
    words = [("error", "error"), ("warning", "warning"), ("info", "note")]
    line = ", ".join(f"{tally[k]} {word}{'' if tally[k] == 1 else 's'}" for k, word in words)
    return line + (f" ({tally['waived']} waived)" if tally["waived"] else "")


def line_of(finding: Finding, ui: Language = "en") -> str:
    """A finding as one line: place, severity, rule, message, what was expected and found.

    The message is given as the finding has it; in Chinese it says itself what the verdict is.

    >>> line_of(Finding("term-missing", "error", "A4P is missing", tuid="u7", paragraph="32"))
    '32 u7: error: term-missing: A4P is missing'
    """
    where = (place_of(finding, ui), finding.paragraph, finding.tuid)
    place = " ".join(part for part in where if part)
    if ui == "zh":
        return _chinese_line(finding, place)
    line = f"{place or '-'}: {finding.severity}: {finding.rule}: {finding.message}"
    if finding.expected:
        line += f" [expected: {' | '.join(finding.expected)}]"
    if finding.found:
        line += f" [found: {finding.found}]"
    if finding.verdict:
        line += f" ({finding.verdict})"
    if finding.waived:
        line += f" (waived: {finding.waived})"
    return " ".join(line.split())


def _chinese_line(finding: Finding, place: str) -> str:
    w = strings.words("zh")
    line = f"{place or '-'}：{w[finding.severity]}：{finding.rule}：{finding.message}"
    if finding.expected:
        line += f"〔{w['expected']}：{' | '.join(finding.expected)}〕"
    if finding.found:
        line += f"〔{w['found']}：{finding.found}〕"
    if finding.waived:
        line += f"（{w['waived']}：{finding.waived}）"
    return " ".join(line.split())


def record_of(finding: Finding) -> dict[str, Any]:
    """A finding with stable keys, as ``align check --json`` prints it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "tuid": finding.tuid,
        "unit": finding.unit,
        "paragraph": finding.paragraph,
        "source": finding.source,
        "expected": list(finding.expected),
        "found": finding.found,
        "verdict": finding.verdict,
        "message": finding.message,
        "source_spans": [list(span) for span in finding.source_spans],
        "target_spans": [list(span) for span in finding.target_spans],
        "file": finding.file,
        "line": finding.line,
        "waived": finding.waived,
        "message_zh": finding.message_zh,
        "probability": finding.probability,
        "row": finding.row,
        "page": finding.page,
    }


def write_text(
    file: IO[bytes],
    findings: Sequence[Finding],
    *,
    units: Sequence[TranslationUnit] | None = None,
    signature: str | None = None,
    ui: Language = "en",
) -> None:
    """A line a finding, then the count of each severity; for a terminal see `screen`."""
    for finding in findings:
        file.write(_utf8(shown(line_of(finding, ui))))
    file.write(_utf8(summary(findings, ui)))


def write_jsonl(
    file: IO[bytes],
    findings: Sequence[Finding],
    *,
    units: Sequence[TranslationUnit] | None = None,
    signature: str | None = None,
    ui: Language = "en",
) -> None:
    """A JSON object a finding, one a line."""
    for finding in findings:
        file.write(_utf8(json_out(record_of(finding))))


def _utf8(line: str) -> bytes:
    return (line + "\n").encode("utf-8", "replace")


def write_sarif(
    file: IO[bytes],
    findings: Sequence[Finding],
    *,
    units: Sequence[TranslationUnit] | None = None,
    signature: str | None = None,
    ui: Language = "en",
) -> None:
    """SARIF 2.1.0 (OASIS), as code hosts and editors read it; a waiver becomes a suppression."""
    from align import __version__

    rules = sorted({finding.rule for finding in findings})
    driver: dict[str, Any] = {
        "name": "align",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules.index(finding.rule)) for finding in findings],
    }
    if signature:
        run["properties"] = {"signature": signature}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    file.write(_utf8(json_out(log, indent=2)))


def _rule(id: str) -> dict[str, Any]:
    """A rule as SARIF describes it, from the catalogue; by its id alone where that has none."""
    known = catalogue().get(id)
    if known is None:  # of the validators of TMX and TBX
        return {"id": id, "shortDescription": {"text": id.replace("-", " ")}}
    example = known.example
    help_text = f"{example.source}\nwrong: {example.wrong}\nright: {example.right}"
    return {
        "id": id,
        "name": "".join(part.title() for part in id.split("-")),
        "shortDescription": {"text": known.name.en},
        "fullDescription": {"text": known.description.en},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
        "properties": {"name_zh": known.name.zh, "description_zh": known.description.zh},
    }


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    """A finding as a result of SARIF."""
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "partialFingerprints": {"align/v1": fingerprint(finding)},
        "properties": {
            key: value
            for key, value in record_of(finding).items()
            if key not in ("rule", "severity", "message", "file", "line", "waived")
            and value not in (None, "", [])
        },
    }
    if location := _location(finding):
        result["locations"] = [location]
    if finding.waived:
        result["suppressions"] = [{"kind": "external", "justification": finding.waived}]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    """Where a finding is, as SARIF has it: file and line, else the paragraph's name."""
    location: dict[str, Any] = {}
    if finding.file:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.file)}}
        if finding.line or finding.row:
            physical["region"] = {"startLine": finding.line or finding.row}
            if finding.found:
                physical["region"]["snippet"] = {"text": finding.found}
        location["physicalLocation"] = physical
    names = [("paragraph", finding.paragraph), ("unit", finding.tuid)]
    logical = [{"name": name, "kind": kind} for kind, name in names if name]
    if logical:
        location["logicalLocations"] = logical
    return location


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path.replace("\\", "/"))


def fingerprint(finding: Finding) -> str:
    """The same for the same finding in a later run, whatever moved around it.

    Made of rule, place by paragraph and unit id, term and what was found; not of the position.
    """
    parts = (finding.rule, finding.tuid, finding.paragraph, finding.source, finding.found)
    return hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()[:32]


def write_html(
    file: IO[bytes],
    findings: Sequence[Finding],
    *,
    units: Sequence[TranslationUnit] | None = None,
    signature: str | None = None,
    ui: Language = "en",
) -> None:
    """One self-contained page: the findings, worst first, each beside its unit if there is one."""
    from align.report.rendering import write_page

    w = strings.words(ui)
    order = {"error": 0, "warning": 1, "info": 2}
    ranked = sorted(findings, key=lambda f: (bool(f.waived), order[f.severity]))
    rows = [(finding, _unit(finding, units), *_texts(finding, units)) for finding in ranked]
    values = {
        "ui": ui,
        "w": w,
        "rows": rows,
        "rule_name": rule_name,
        "place_of": place_of,
        "summary": summary(findings, ui),
        "signature": signature,
    }
    write_page(file, "findings.html", values)


def _texts(finding: Finding, units: Sequence[TranslationUnit] | None) -> tuple[Any, Any]:
    """Both sides of the finding's unit, its spans marked; empty where there is no unit."""
    from markupsafe import Markup

    unit = _unit(finding, units)
    if unit is None:
        return "", ""
    source = [Highlight(*span, finding.severity) for span in finding.source_spans]
    target = [Highlight(*span, finding.severity) for span in finding.target_spans]
    return Markup(mark(unit.source, source)), Markup(mark(unit.target, target))


def _unit(finding: Finding, units: Sequence[TranslationUnit] | None) -> TranslationUnit | None:
    if units is None or finding.unit is None or not 0 <= finding.unit < len(units):
        return None
    return units[finding.unit]


def write_xlsx(
    file: IO[bytes],
    findings: Sequence[Finding],
    *,
    units: Sequence[TranslationUnit] | None = None,
    signature: str | None = None,
    ui: Language = "en",
) -> None:
    """A row a finding, with filter and frozen head; every cell is text, never a formula.

    Empty columns for the status, who looks at it, and a comment; rows as high as their texts.
    """
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

    from align.report.workbook import (
        add_styles,
        begin_sheet,
        check_lengths,
        save,
        set_height,
        text_cell,
    )

    rows = [_cells(finding, _unit(finding, units), ui) for finding in findings]
    check_lengths(text for row in rows for text in row)
    book = Workbook(write_only=True)
    add_styles(book)
    columns = [(zh if ui == "zh" else en, width) for en, zh, width in _COLUMNS]
    sheet = begin_sheet(book, strings.words(ui)["findings"], columns)
    widths = [width for _, width in columns]
    for number, row in enumerate(rows, 2):
        set_height(sheet, number, row, widths)
        sheet.append([text_cell(sheet, text, style="text") for text in row])
    sheet.auto_filter.ref = f"A1:O{len(findings) + 1}"
    choice = DataValidation(type="list", formula1=f'"{",".join(_STATUSES[ui])}"', allow_blank=True)
    choice.errorStyle = "warning"
    choice.add(f"M2:M{len(findings) + 2}")
    sheet.data_validations.append(choice)
    title, what, value, count, signed = _ABOUT[ui]
    about = begin_sheet(book, title, ((what, 16.0), (value, 90.0)))
    for name, value in ((count, summary(findings, ui)), (signed, signature or "")):
        about.append([text_cell(about, name, style="text"), text_cell(about, value, style="text")])
    save(book, file)


_ABOUT: dict[Language, tuple[str, str, str, str, str]] = {
    "en": ("About", "what", "value", "count", "signature"),
    "zh": ("说明", "项目", "内容", "数量", "生成信息"),
}


def _cells(finding: Finding, unit: TranslationUnit | None, ui: Language) -> tuple[str, ...]:
    """The cells of one finding in a table."""
    statuses = _STATUSES[ui]
    return (
        finding.severity if ui == "en" else strings.words(ui)[finding.severity],
        finding.rule,
        finding.tuid or "",
        finding.paragraph or "",
        finding.source or "",
        " | ".join(finding.expected),
        finding.found or "",
        finding.verdict or "",
        finding.message,
        unit.source if unit else "",
        unit.target if unit else "",
        finding.waived or "",
        statuses[0] if not finding.waived else statuses[2],
        "",
        "",
    )
