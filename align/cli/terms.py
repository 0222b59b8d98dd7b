"""`align terms`: extract candidates, convert termbases, count renderings."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from align.cli.memories import TERMS, asked_terms, setting
from align.cli.output import many
from align.cli.outputs import OVERWRITE, claim
from align.cli.parsing import Commands
from align.outside import json_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from align.datatypes import Concept, TranslationUnit
    from align.terms.extracting.entries import Candidate
    from align.terms.renderings import RenderingCount, TermRenderings

app = Commands(
    name="terms",
    help="Extract term candidates, convert termbases, count what each term became.",
    no_args_is_help=True,
)
_JSON = typer.Option(False, "--json", help="JSON lines instead of text.")
_MODEL = typer.Option(
    None, "--model", callback=setting("model"), help="Encoder; else the embedded one."
)
_TERMS = typer.Option(
    [], "--terms", metavar="TERMBASE", help="Termbase: TBX, CSV, TSV or XLSX; again for more."
)
_COLUMNS = (
    "zh", "en", "en_variants", "forbidden", "note", "count", "score", "example_zh", "example_en",
)  # fmt: skip


@app.command()
def extract(
    file: str = typer.Argument(
        metavar="FILE", help="TMX, table, JSON lines or memory; - is a TMX."
    ),
    terms: list[Path] = TERMS,
    output: str = typer.Option(
        "-", "-o", "--output", help="CSV, TSV, XLSX or TBX to write; - for stdout."
    ),
    limit: int = typer.Option(300, "--limit", min=1, help="Candidates to propose."),
    least: int = typer.Option(1, "--least", min=1, help="Occurrences that a candidate must have."),
    known: bool = typer.Option(False, "--known", help="Propose also what the termbase has."),
    overwrite: bool = OVERWRITE,
    model: str | None = _MODEL,
    as_json: bool = _JSON,
) -> None:
    """Propose bilingual terms of a translation, best first, for a terminologist to prune.

    A table has the columns of a glossary (so it can be pruned and given to --terms) and count,
    score and an example.
    """
    from align.cli.units import load_tokens, read_units
    from align.errors import InputError
    from align.terms.extract import ExtractOptions, extract_terms
    from align.terms.wordalign import WordAligner

    suffix = Path(output).suffix.lower()
    if output != "-" and suffix not in (".csv", ".tsv", ".xlsx", ".tbx"):
        raise InputError(f"{output}: cannot tell the format; end it in .csv, .tsv, .xlsx or .tbx")
    claim([output], overwrite=overwrite)
    termbase = asked_terms(terms)
    units = read_units(file)
    aligner = WordAligner(load_tokens(model), units)
    options = ExtractOptions(limit=limit, least=least, known=known)
    found = extract_terms(units, aligner, termbase=termbase, options=options)
    if suffix == ".tbx":
        _write_termbase(Path(output), _concepts(found))
    elif output != "-" or not as_json:
        _write_candidates(found, output)
    sys.stderr.write(f"{many(len(found), 'candidate')} from {many(len(units), 'unit')}\n")
    if as_json:
        for one in found:
            typer.echo(json_out(_candidate(one)))


def _concepts(found: Sequence[Candidate]) -> list[Concept]:
    from align.terms.extract import as_concepts

    return as_concepts(found)


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "source": one.source,
        "target": one.target,
        "count": one.count,
        "score": one.score,
        "variants": [{"text": v.text, "count": v.count} for v in one.variants],
        "example": {
            "source": one.example.source,
            "target": one.example.target,
            "source_spans": [list(one.place.source_span)],
            "target_spans": [list(one.place.target_span)],
            "paragraph": one.example.paragraph,
        },
    }


def _write_candidates(found: Sequence[Candidate], output: str) -> None:
    import io

    from align.cli.output import written
    from align.clock import now
    from align.formats.tables import write_table
    from align.formats.termtable import join

    rows = [
        {
            "zh": one.source,
            "en": one.target,
            "en_variants": join(v.text for v in one.variants[1:]),
            "forbidden": "",
            "note": "",
            "count": str(one.count),
            "score": f"{one.score:.2f}",
            "example_zh": one.example.source,
            "example_en": one.example.target,
        }
        for one in found
    ]
    if output == "-" and sys.stdout.isatty():
        _show_candidates(rows)
    elif output == "-":
        buffer = io.BytesIO()
        write_table(buffer, rows, _COLUMNS, kind="tsv")
        with written(output) as file:
            file.write(buffer.getvalue())
    else:
        write_table(Path(output), rows, _COLUMNS, title="candidates", now=now())


def _show_candidates(rows: Sequence[dict[str, str]]) -> None:
    """The candidates on a terminal, a line each; the table for a file has more columns."""
    import shutil

    from align.report.screen import table_lines

    names = ("zh", "en", "en_variants", "count", "score")
    shown = [[row[name] for name in names] for row in rows]
    for line in table_lines(names, shown, shutil.get_terminal_size().columns):
        typer.echo(line)


@app.command()
def convert(
    source: Path = typer.Argument(metavar="FROM", help="Termbase: TBX, CSV, TSV or XLSX."),
    target: Path = typer.Argument(metavar="TO", help="Termbase to write, by its ending."),
    overwrite: bool = OVERWRITE,
) -> None:
    """Convert a termbase between TBX-Basic, CSV, TSV and XLSX without loss."""
    from align.cli.units import read_terms
    from align.clock import now
    from align.errors import InputError
    from align.formats.termtable import write_concepts

    if os.path.realpath(source) == os.path.realpath(target):
        raise InputError(f"{target}: is the file itself; give another place for the output")
    if target.suffix.lower() not in (".csv", ".tsv", ".xlsx", ".tbx"):
        raise InputError(f"{target}: cannot tell the format; end it in .csv, .tsv, .xlsx or .tbx")
    claim([target], overwrite=overwrite)
    termbase = read_terms(source)
    assert termbase is not None
    if target.suffix.lower() == ".tbx":
        _write_termbase(target, termbase.concepts)
    else:
        report = write_concepts(target, termbase.concepts, now=now())
        _tell_removed(target, report.removed_characters)
    sys.stderr.write(f"{target}: {many(len(termbase), 'concept')}\n")


def _write_termbase(path: Path, concepts: Sequence[Concept]) -> None:
    from align.atomic import replacing
    from align.formats.tbx import write_termbase

    with replacing(path) as file:
        report = write_termbase(file, concepts)
    _tell_removed(path, report.removed_characters)
    for what in report.unwritten:
        sys.stderr.write(f"{path}: not written: {what}\n")


def _tell_removed(path: Path, count: int) -> None:
    if count:
        sys.stderr.write(f"{path}: {many(count, 'character')} that the format forbids removed\n")


@app.command()
def renderings(
    file: str = typer.Argument(
        metavar="FILE", help="TMX, table, JSON lines or memory; - is a TMX."
    ),
    term: list[str] | None = typer.Option(None, "--term", help="Only this term; may be repeated."),
    terms: list[Path] = _TERMS,
    limit: int = typer.Option(100, "--limit", min=1, help="Terms to show."),
    least: int = typer.Option(2, "--least", min=1, help="Occurrences that a found term must have."),
    model: str | None = _MODEL,
    as_json: bool = _JSON,
) -> None:
    """Count what each term became, the inconsistent ones first.

    Without --term and --terms the terms are found in the file itself.
    """
    from align.cli.units import load_tokens, read_units
    from align.terms.renderings import find_terms, term_renderings
    from align.terms.wordalign import WordAligner

    termbase = asked_terms(terms) if terms else None
    units = read_units(file)
    aligner = WordAligner(load_tokens(model), units)
    lang = _language(term)
    asked = term or (
        [t.text for c in termbase for t in c.in_language("zh")]
        if termbase
        else _found_terms(units, aligner, least, limit)
    )
    places = find_terms(list(dict.fromkeys(asked)), units, lang=lang)
    found = term_renderings(places, units, aligner, lang=lang, termbase=termbase)[:limit]
    for one in found:
        if as_json:
            typer.echo(json_out(_record(one, units)))
        else:
            _print(one, units)
    if term and not found:
        sys.stderr.write(f"{file}: no occurrence of {', '.join(term)}\n")
        raise typer.Exit(1)


def _language(term: list[str] | None) -> str:
    from align.language.scripts import language_of_words

    return language_of_words(" ".join(term)) if term else "zh"


def _found_terms(
    units: Sequence[TranslationUnit], aligner: Any, least: int, limit: int
) -> list[str]:
    from align.terms.extract import ExtractOptions, extract_terms

    options = ExtractOptions(limit=limit, least=least)
    return [one.source for one in extract_terms(units, aligner, options=options)]


def _record(one: TermRenderings, units: Sequence[TranslationUnit]) -> dict[str, Any]:
    return {
        "term": one.term,
        "lang": one.lang,
        "count": one.count,
        "consistency": round(one.consistency, 4),
        "renderings": [_rendering(r, units) for r in one.renderings],
    }


def _rendering(one: RenderingCount, units: Sequence[TranslationUnit]) -> dict[str, Any]:
    where = [units[place.unit] for place in one.places]
    return {
        "text": one.text or None,
        "count": one.count,
        "score": one.score,
        "status": one.status,
        "paragraphs": list(dict.fromkeys(unit.paragraph for unit in where if unit.paragraph)),
        "speakers": list(dict.fromkeys(unit.speaker for unit in where if unit.speaker)),
        "places": [
            {
                "tuid": units[place.unit].id or None,
                "unit": place.unit,
                "source_span": list(place.source_span),
                "target_span": list(place.target_span),
            }
            for place in one.places
        ],
    }


def _print(one: TermRenderings, units: Sequence[TranslationUnit]) -> None:
    typer.echo(f"{one.term}  ×{one.count}")
    for rendering in one.renderings:
        record = _rendering(rendering, units)
        status = {"deprecated": " (forbidden)", "superseded": " (superseded)"}
        where = ", ".join(record["paragraphs"][:12])
        who = ", ".join(record["speakers"][:6])
        text = rendering.text or "(not found)"
        line = f"    {rendering.count:>4}  {text}{status.get(rendering.status or '', '')}"
        typer.echo(line + (f"  ¶ {where}" if where else "") + (f"  [{who}]" if who else ""))
