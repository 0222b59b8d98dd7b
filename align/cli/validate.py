"""``align validate``: what is wrong with a TMX, a TBX or an XLIFF, beyond what a schema can say."""

from __future__ import annotations

import sys
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.outside import json_out

if TYPE_CHECKING:
    from align.datatypes import Finding


class Level(StrEnum):
    """From which severity on the exit code is 1."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


def validate(
    files: list[Path] = typer.Argument(
        ..., metavar="FILE...", help="A .tmx, .tbx or .xlf, also gzipped; - is standard input."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print a JSON line for each finding."),
    fail_on: Level = typer.Option(
        Level.error, "--fail-on", help="Exit with 1 where a finding is at least this severe."
    ),
) -> None:
    """Check TMX 1.4, TBX-Basic and XLIFF files against the rules of their standards.

    Findings go to standard output, one a line, a count to standard error. At most 100 findings of
    a rule are shown for a file.
    """
    worst = False
    for path in files:
        findings = _findings(path)
        for finding in findings:
            typer.echo(_json(finding) if as_json else _line(finding))
        _summarise(path, findings)
        worst = worst or any(_reaches(finding.severity, fail_on) for finding in findings)
    if worst:
        raise typer.Exit(1)


_LOOKED_AT = 64 << 20  # bytes: an archive says at its end what it holds
_BEFORE_TAGS = (
    b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # what may stand before the first tag, in UTF-16 too
)


def _findings(path: Path) -> list[Finding]:
    from align.errors import InputError
    from align.file_kinds import kind_of_file
    from align.formats import tbx_rules, tmx_rules, xliff, xliff_rules
    from align.outside import no_file

    by_root = {
        "tmx": tmx_rules.validate,
        "tbx": tbx_rules.validate,
        "martif": tbx_rules.validate,
        "xliff": xliff_rules.validate,
    }
    if str(path) == "-":
        import io

        data = sys.stdin.buffer.read()
        return by_root.get(_root(io.BytesIO(data)), tmx_rules.validate)(io.BytesIO(data))
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; name a .tmx, .tbx or .xlf file")
    if not path.exists():
        why = no_file(path).replace("no such file", "there is no such file")
        raise InputError(f"{path}: {why}")
    # What a name announces is examined as that, however broken it is.
    by_name = {
        ".tmx": tmx_rules.validate,
        ".tbx": tbx_rules.validate,
        **dict.fromkeys(xliff.SUFFIXES, xliff_rules.validate),
    }
    packed = path.suffix.lower() == ".gz"
    suffix = Path(path.stem).suffix if packed else path.suffix
    if (validate := by_name.get(suffix.lower())) is not None:
        return validate(path)
    with path.open("rb") as file:
        data = file.read(_LOOKED_AT)
    tagged = data.translate(None, _BEFORE_TAGS).startswith(b"<")
    other = kind_of_file(data) or (None if tagged or not data else "text without tags")
    if other is not None and not packed:
        raise InputError(f"{path}: neither TMX, TBX nor XLIFF but {other}")
    root = _root(path)
    if root not in by_root:
        raise InputError(f"{path}: neither TMX, TBX nor XLIFF; its root element is <{root}>")
    return by_root[root](path)


def _root(file: object) -> str:
    from align.formats import xml

    with xml.reading(file) as document:  # type: ignore[arg-type]
        return document.root.tag


def _reaches(severity: str, level: Level) -> bool:
    order = [Level.info.value, Level.warning.value, Level.error.value, Level.never.value]
    return order.index(severity) >= order.index(level.value)


def _line(finding: Finding) -> str:
    place = f"{finding.file}:{finding.line}" if finding.line else f"{finding.file}"
    unit = f" [{finding.tuid}]" if finding.tuid else ""
    message = " ".join(finding.message.split())
    return f"{place}: {finding.severity}: {message} ({finding.rule}){unit}"


def _json(finding: Finding) -> str:
    keys = ("file", "line", "severity", "rule", "message", "tuid")
    return json_out({key: getattr(finding, key) for key in keys})


def _summarise(path: Path, findings: list[Finding]) -> None:
    counts = Counter[str](finding.severity for finding in findings)
    parts = [
        f"{counts[severity]} {name}{'' if counts[severity] == 1 else plural}"
        for severity, name, plural in (
            ("error", "error", "s"),
            ("warning", "warning", "s"),
            ("info", "remark", "s"),
        )
        if counts[severity]
    ]
    typer.echo(f"{path}: {', '.join(parts) if parts else 'nothing to report'}", err=True)
