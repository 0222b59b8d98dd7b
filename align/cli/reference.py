"""`align reference` and `align revise`: what of a new document has been translated before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import typer

from align.cli.languages import of_messages, of_texts
from align.cli.memories import (
    EXCLUDE,
    INCLUDE,
    MEMORIES,
    PENALTY,
    TERMS,
    asked,
    asked_terms,
    setting,
    typed,
)
from align.cli.output import tell
from align.cli.outputs import OVERWRITE, claim, differing
from align.cli.progress import progress, stages
from align.language.tags import is_chinese, primary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from align.datatypes import Document
    from align.memory.several import Shelf
    from align.reference.values import SentenceReference
    from align.terms.termbase import Termbase

_ENDINGS = (".html", ".htm", ".docx", ".xlsx", ".xlf", ".xliff", ".tmx", ".jsonl")


_MINIMUM = 30  # per cent; what ReferenceOptions takes at least


def _least(context: typer.Context, param: typer.CallbackParam, given: int) -> int:
    """The lowest match rate in per cent: as typed, else that of the configuration, in bounds."""
    if typed(context, "minimum"):
        return given
    percent = setting("limits.minimum")(context, param, None)
    return given if percent is None else max(_MINIMUM, int(percent))


def reference(
    file: Path = typer.Argument(metavar="NEW", help="The document to be translated."),
    memory: list[str] = MEMORIES,
    terms: list[Path] = TERMS,
    output: list[Path] = typer.Option(
        [],
        "-o",
        "--output",
        help="What to write, by its ending: .html, .docx, .xlsx, .xlf (XLIFF 2.1), .tmx (the units "
        "used), .jsonl; again for more.",
    ),
    xliff: str = typer.Option("2.1", "--xliff", help="Version of an .xlf: 2.1 or 1.2."),
    minimum: int = typer.Option(
        70,
        "--min",
        min=_MINIMUM,
        max=100,
        callback=_least,
        help="Lowest match rate in per cent.",
    ),
    limit: int = typer.Option(
        5,
        "-n",
        "--limit",
        min=1,
        callback=setting("limits.matches"),
        help="Proposals of a sentence.",
    ),
    penalty: list[float] = PENALTY,
    include: list[str] = INCLUDE,
    exclude: list[str] = EXCLUDE,
    meaning: bool = typer.Option(True, help="Also look for sentences of similar meaning."),
    lang: str | None = of_texts("Language of the document NEW (zh-CN, en-US); else detected."),
    model: str | None = typer.Option(
        None, "--model", callback=setting("model"), help="Encoder; else the embedded one."
    ),
    ui: str | None = of_messages(
        "Language in which the reports speak: en (where nothing says more) or zh.", "--ui"
    ),
    overwrite: bool = OVERWRITE,
    as_json: bool = typer.Option(False, "--json", help="A JSON line a sentence on stdout."),
) -> None:
    """Say for every sentence of a new document what was translated before, where, and how.

    The best comes first: the same sentence in the same context, the same sentence, the same but
    for numbers and dates (these are put in), similar wording, similar meaning. A translation whose
    numbers or dates are out of date says so and is below 95 per cent. Where no whole sentence
    answers, passages that the memories hold are shown with their renderings. An analysis of the
    document by match bands goes to standard output.
    """
    from align.cli.units import load_tokens
    from align.document import read_document
    from align.errors import InputError
    from align.memory.several import shelves_of
    from align.reference import analysis
    from align.report.references.records import record_of

    for path in output:
        if path.suffix.lower() not in _ENDINGS:
            raise InputError(
                f"{path}: cannot write this; its name must end in {', '.join(_ENDINGS)}"
            )
    claim(output, overwrite=overwrite)
    if xliff not in ("1.2", "2.1"):
        raise InputError(f"--xliff {xliff}: the versions written are 1.2 and 2.1")
    document = read_document(file, lang=lang)
    termbase = asked_terms(terms)
    opened = asked(
        memory, penalties=penalty, include=include, exclude=exclude, encoder=load_tokens(model)
    )
    with opened as held:
        assert held is not None
        shelves = shelves_of(held)
        found = _refer(document, shelves, termbase, model, minimum / 100, limit, meaning=meaning)
        target_lang = "en-US" if is_chinese(document.lang) else "zh-CN"
        for path in output:
            _write(path, document, found, target_lang, xliff, ui)
            tell(f"wrote {path}")
    if as_json:
        for each in found:
            typer.echo(json.dumps(record_of(each), ensure_ascii=False))
    else:
        typer.echo(analysis.table(analysis.analysis(found)))


def _refer(
    document: Document,
    shelves: Sequence[Shelf],
    termbase: Termbase | None,
    model: str | None,
    minimum: float,
    limit: int,
    *,
    meaning: bool,
) -> list[SentenceReference]:
    from align.cli.units import load_tokens
    from align.reference.search import ReferenceOptions, refer
    from align.terms.index import TermIndex
    from align.terms.wordalign import WordAligner

    source = "zh" if is_chinese(document.lang) else "en"
    index = None
    if termbase is not None:
        index = TermIndex(termbase.concepts, source, "en" if source == "zh" else "zh")
    options = ReferenceOptions(minimum=minimum, limit=limit, meaning=meaning)
    aligner = WordAligner(load_tokens(model))
    total = len(document.segments)
    found: list[SentenceReference] = []
    with progress(f"looking up {total:,} sentences") as advance:
        for each in refer(document, shelves, terms=index, aligner=aligner, options=options):
            found.append(each)
            advance(len(found), total)
    return found


def _write(
    path: Path,
    document: Document,
    found: Sequence[SentenceReference],
    target_lang: str,
    xliff: str,
    ui: str | None,
) -> None:
    from align.atomic import replacing

    with replacing(path) as file:
        _form(file, path.suffix.lower(), document, found, target_lang, xliff, ui)


def _form(
    file: IO[bytes],
    suffix: str,
    document: Document,
    found: Sequence[SentenceReference],
    target_lang: str,
    xliff: str,
    ui: str | None,
) -> None:
    language: Any = ui or "en"
    if suffix in (".html", ".htm"):
        from align.report.references.html import write_html

        write_html(file, document, found, ui=language)
    elif suffix == ".docx":
        from align.report.references.docx import write_docx

        write_docx(file, document, found, ui=language)
    elif suffix == ".xlsx":
        from align.report.references.xlsx import write_xlsx

        write_xlsx(file, found, ui=language)
    elif suffix == ".tmx":
        from align import clock
        from align.memory import exchange
        from align.report.references.rows import answers

        units = {a.origin.unit: None for each in found for a in answers(each)}
        langs = {"source_lang": document.lang, "target_lang": target_lang}
        exchange.write_stream(file, units, ".tmx", created=clock.stamp(), **langs)
    elif suffix == ".jsonl":
        from align.report.references.records import record_of

        for each in found:
            file.write((json.dumps(record_of(each), ensure_ascii=False) + "\n").encode())
    else:
        from align.report.references.xliff import write_xliff

        version: Any = xliff
        write_xliff(file, document, found, target_lang=target_lang, version=version)


def revise(
    old_source: Path = typer.Argument(metavar="OLD", help="Last year's source document."),
    old_target: Path = typer.Argument(metavar="OLD_TRANSLATION", help="Its translation."),
    new: Path = typer.Argument(metavar="NEW", help="This year's source document."),
    output: Path = typer.Option(
        ..., "-o", "--output", help="What to write, by its ending: .xlsx, .docx, .xlf or .jsonl."
    ),
    model: str | None = typer.Option(
        None, "--model", callback=setting("model"), help="Encoder; else the embedded one."
    ),
    ui: str | None = of_messages(
        "Language in which the report speaks: en (where nothing says more) or zh.", "--ui"
    ),
    overwrite: bool = OVERWRITE,
) -> None:
    """Compare this year's source with last year's bilingual document.

    Each sentence is unchanged, moved, changed in its numbers only, changed, or new; those that are
    gone are listed. The translation is filled in where it may be; what changed is marked.
    """
    from collections import Counter

    from align.atomic import replacing
    from align.document import read_document
    from align.errors import InputError
    from align.pipeline import PairOptions, align_files
    from align.reference.revise import revise as compare
    from align.report.references.revision import FORMS

    write = FORMS.get(output.suffix.lower())
    if write is None:
        raise InputError(f"{output}: cannot write this; its name must end in {', '.join(FORMS)}")
    differing(
        [old_source, old_target, new],
        "last year's document, its translation and this year's document are three files",
    )
    claim([output], overwrite=overwrite)
    with stages() as say:
        result = align_files(old_source, old_target, options=PairOptions(model=model), stage=say)
        say(f"reading {new}")
        document = read_document(new)
    units = [unit for unit in result.units if unit.source]
    langs = (units[0].source_lang, units[0].target_lang) if units else ("zh-CN", "en-US")
    if primary(document.lang) != primary(langs[0]):
        raise InputError(
            f"{new}: is in {document.lang}, but {old_source} in {langs[0]}; give the new version of"
            " the same side"
        )
    found = compare(units, document.segments, langs)
    language: Any = ui or "en"
    with replacing(output) as file:
        write(file, document, found, langs[1], language)
    counts = Counter[str](each.status for each in found)
    order = ("unchanged", "moved", "numbers", "changed", "new", "dropped")
    words = {"numbers": "with new numbers"}
    typer.echo(", ".join(f"{counts[name]:,} {words.get(name, name)}" for name in order))
    tell(f"wrote {output}")
