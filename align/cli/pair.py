"""`align pair`: two documents become a translation memory."""

from __future__ import annotations

import logging
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import typer

from align.cli.languages import SOURCE, TARGET, configured
from align.cli.memories import TERMS, asked_terms, setting
from align.cli.output import is_stdout, many, written
from align.cli.outputs import OVERWRITE, check_ending, claim, differing
from align.cli.progress import stages
from align.clock import stamp
from align.outside import json_out

if TYPE_CHECKING:
    from align.datatypes import Finding, TranslationUnit
    from align.pipeline import PairOptions, PairResult
    from align.terms.termbase import Termbase

_LISTED = 20  # unaligned sentences shown on stderr


def pair(
    source: str | None = typer.Argument(
        None,
        metavar="ZH",
        help="Chinese file, or the English one where that is the source; - for stdin.",
    ),
    target: str | None = typer.Argument(
        None,
        metavar="EN",
        help="Its translation; - for stdin. Without it, ZH holds both languages.",
    ),
    output: str | None = typer.Option(
        None,
        "-o",
        "--output",
        help="What to write, by its ending: .tmx, .xlsx (review sheet), .html (report), .jsonl, "
        ".tsv, .beads; - for a TMX to stdout.",
    ),
    terms: list[Path] = TERMS,
    author: str | None = typer.Option(
        None,
        "--author",
        callback=setting("author"),
        help="Who made the units: the creationid of a TMX.",
    ),
    report: Path | None = typer.Option(None, "--report", help="HTML report to write."),
    xlsx: Path | None = typer.Option(None, "--xlsx", help="Review sheet to write."),
    jsonl: str | None = typer.Option(None, "--jsonl", help="JSON lines, one a bead."),
    tsv: str | None = typer.Option(None, "--tsv", help="Tab-separated source, target, confidence."),
    beads: str | None = typer.Option(None, "--beads", help="Bead file, [0,1]:[2] a line."),
    memory: str | None = typer.Option(None, "--memory", help="Memory to add the units to."),
    from_xlsx: Path | None = typer.Option(
        None, "--from-xlsx", help="A review sheet that came back, in place of ZH and EN."
    ),
    review: int = typer.Option(0, "--review", min=0, help="List the N units most worth a look."),
    pre_segmented: bool = typer.Option(
        False, "--pre-segmented", help="The files have one sentence a line; edit nothing."
    ),
    model: str | None = typer.Option(
        None,
        "--model",
        callback=setting("model"),
        help="A sentence-transformers model, by name or folder.",
    ),
    device: str | None = typer.Option(None, "--device", help="cpu, cuda … for such a model."),
    cache: Path | None = typer.Option(None, "--cache", help="File to keep its vectors in."),
    src_lang: str | None = SOURCE,
    tgt_lang: str | None = TARGET,
    encoding: str | None = typer.Option(None, "--encoding", help="Encoding of both text files."),
    srx: Path | None = typer.Option(None, "--srx", help="SRX file with segmentation rules."),
    keep_project: bool = typer.Option(
        True,
        "--project/--no-project",
        help="Keep both texts beside the TMX, for align serve and align check.",
    ),
    force: bool = typer.Option(
        False, "--force", help="Align also what does not look like a translation."
    ),
    overwrite: bool = OVERWRITE,
    verbose: bool = typer.Option(False, "-v", "--verbose", help="Say on stderr what is done."),
) -> None:
    """Align a document with its translation, Chinese and English, and write a translation memory.

    The first is the source of every unit, whichever language it is in.

    Reads TXT, PDF, DOCX, HTML, Markdown and subtitles, and what LibreOffice opens where it is
    installed. One file with both languages, in two columns or by turns, is taken apart. Every
    sentence of both ends up in exactly one unit; those without a counterpart are listed. Confidence
    is the probability that a unit is right.
    """
    from align.errors import InputError

    begun = time.monotonic()
    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    named = {"xlsx": xlsx, "html": report, "jsonl": jsonl, "tsv": tsv, "beads": beads}
    if (form := _form_of(output)) is not None:
        if named[form] is not None:
            raise InputError(f"{output} and {named[form]}: two outputs of one kind; name one")
        named[form], output = output, None
    xlsx, report = (Path(str(p)) if (p := named[k]) else None for k in ("xlsx", "html"))
    jsonl, tsv, beads = (str(p) if (p := named[k]) else None for k in ("jsonl", "tsv", "beads"))
    _check_endings(output, named)
    wanted = [output, report, xlsx, jsonl, tsv, beads, memory]
    if not any(wanted) and not review:
        raise InputError("nothing to write: name an output, such as -o OUT.tmx")
    if [output, jsonl, tsv, beads].count("-") > 1:
        raise InputError("only one output can go to standard output (-)")
    _check_places([source, target, from_xlsx, *terms, srx], wanted)
    claim(wanted[:-1], overwrite=overwrite)
    if from_xlsx is not None:
        if source or target or beads or report:
            raise InputError(
                "--from-xlsx takes the place of ZH and EN, and gives no --beads and no --report"
            )
        _from_sheet(from_xlsx, output, xlsx, jsonl, tsv, memory)
        for each in (str(place) for place in wanted[:-1] if place not in (None, "-")):
            sys.stderr.write(f"wrote {each}\n")
        return
    if source is None:
        raise InputError("two files are needed: align pair ZH EN -o OUT.tmx")
    if source == target == "-":
        raise InputError("-: given twice; one file only can come from standard input")
    differing([source, target], "the second file must be its translation")
    from align.alignment.aligner import AlignOptions
    from align.forked import cores
    from align.pipeline import PairOptions

    options = PairOptions(
        source_lang=src_lang,
        target_lang=tgt_lang,
        usual=configured(),
        encoding=encoding,
        pre_segmented=pre_segmented,
        srx=srx,
        model=model,
        device=device,
        cache=cache,
        force=force,
        align=AlignOptions(processes=cores()),
    )
    # What the configuration names is looked at for the report only: nothing else shows it.
    termbase = asked_terms(terms) if terms or report is not None else None
    result, findings = _run(source, target, options, termbase)
    result = replace(result, units=tuple(_signed(unit, author, stamp()) for unit in result.units))
    outputs: list[_Output] = [
        (jsonl, lambda file: _write_lines(file, map(_json_line, result.pairs))),
        (tsv, lambda file: _write_lines(file, map(_tsv_line, result.pairs))),
        (beads, lambda file: _write_beads(file, result)),
        (xlsx, lambda file: _write_sheet(file, result.pairs, _in_pairs(result, findings) or None)),
        (report, lambda file: _write_report(file, result, findings, termbase)),
        (output, lambda file: _write_tmx(file, result.pairs, options)),
    ]
    _write_files(outputs)
    in_file = output not in (None, "-") and Path(str(output)).is_file()  # no pipe, no /dev/null
    if in_file and keep_project and source != "-" and target not in (None, "-"):
        _write_project(Path(str(output)), result, (source, target))
    if memory is not None:
        _add_to_memory(memory, result.pairs, result.source.name)
    _write_stream(outputs)
    if review:
        _list_review(result, review, to_stdout="-" not in (output, jsonl, tsv, beads))
    written_to = [str(place) for place in wanted[:-1] if place not in (None, "-")]
    seconds = time.monotonic() - begun
    _summary(result, findings, seconds, written_to, stated=options.from_english is not None)


_FORMS = {".xlsx": "xlsx", ".html": "html", ".htm": "html", ".jsonl": "jsonl", ".tsv": "tsv"}
_FORMS |= {".beads": "beads"}


def _form_of(output: str | None) -> str | None:
    """Which of the other outputs -o names by its ending; None for a TMX and for what is no form."""
    return None if output in (None, "-") else _FORMS.get(Path(str(output)).suffix.lower())


def _check_endings(output: str | None, named: Mapping[str, str | Path | None]) -> None:
    check_ending(output, (".tmx", *_FORMS), "a TMX or another form")
    check_ending(named["html"], (".html", ".htm"), "the report")
    check_ending(named["xlsx"], (".xlsx",), "the review sheet")
    check_ending(named["jsonl"], (".jsonl", ".json", ".ndjson"), "JSON lines")
    check_ending(named["tsv"], (".tsv", ".tab", ".txt"), "tab-separated text")
    check_ending(named["beads"], (".beads", ".txt", ".gold"), "a bead file")


def _check_places(
    inputs: Sequence[str | Path | None], outputs: Sequence[str | Path | None]
) -> None:
    """No output may overwrite an input or another output."""
    from align.errors import InputError

    taken = {Path(os.path.realpath(place)) for place in inputs if place not in (None, "-")}
    for place in outputs:
        if place in (None, "-") or "://" in str(place):
            continue
        path = Path(os.path.realpath(place))
        if path in taken:
            raise InputError(f"{place}: also used as another input or output; choose another name")
        if path.is_dir():
            raise InputError(f"{place}: is a folder; name a file")
        if not path.parent.is_dir():
            raise InputError(f"{place}: there is no folder {path.parent}; make it first")
        taken.add(path)


def _signed(unit: TranslationUnit, author: str | None, now: str) -> TranslationUnit:
    """A unit that says when it was made and, where that was given, by whom."""
    by = (("creationid", author),) if author is not None else ()
    return replace(unit, created=unit.created or now, props=(*by, *unit.props))


def _open(name: str) -> Path | IO[bytes]:
    return sys.stdin.buffer if name == "-" else Path(name)


def _run(
    source: str, target: str | None, options: PairOptions, termbase: Termbase | None
) -> tuple[PairResult, list[Finding]]:
    from align.pipeline import align_bilingual, align_files

    with stages() as say:
        result = (
            align_bilingual(_open(source), options=options, stage=say)
            if target is None
            else align_files(_open(source), _open(target), options=options, stage=say)
        )
        if termbase is None:
            return result, _crossed(result)
        from align.forked import cores
        from align.terms.checking import CheckOptions, check_units

        say(f"checking {many(len(result.units), 'unit')}")
        checks = CheckOptions(processes=cores())
        found = check_units(result.units, termbase, encoder=result.encoder, options=checks)
        return result, found


def _crossed(result: PairResult) -> list[Finding]:
    """What the report says of sentences that stand elsewhere; without terms nothing is checked."""
    if not result.crossed:
        return []
    from align.terms.checking.omissions import told_elsewhere

    return list(told_elsewhere(result.units, result.crossed))


# Where something goes (None: it was not asked for; "-": standard output), and what writes it.
_Output = tuple[str | Path | None, Callable[[IO[bytes]], object]]


def _write_files(outputs: Sequence[_Output]) -> None:
    for place, write in outputs:
        if place not in (None, "-"):
            with written(str(place)) as file:
                write(file)


def _write_stream(outputs: Sequence[_Output]) -> None:
    """What goes to standard output: after all else, as its reader may stop or stay away."""
    for place, write in outputs:
        if place == "-":
            with written("-") as file:
                write(file)


def _write_tmx(file: IO[bytes], units: Sequence[TranslationUnit], options: PairOptions) -> None:
    """Write, open again and validate, before the file takes its place."""
    from align.errors import FormatError
    from align.formats import tmx

    langs = (units[0].source_lang, units[0].target_lang) if units else options.usual_tags
    report = tmx.write_units(
        file,
        units,
        source_lang=options.source_lang or langs[0],  # as it was typed, where it was
        target_lang=options.target_lang or langs[1],
        created=stamp(),
    )
    if report.removed_characters:
        sys.stderr.write(
            f"{many(report.removed_characters, 'character')} that XML forbids removed\n"
        )
    if is_stdout(file):
        return
    file.flush()
    written = Path(file.name)
    found, units_written = tmx.examine(written)
    problems = [finding for finding in found if finding.severity == "error"]
    if problems:
        raise FormatError(f"the TMX came out wrong, nothing was written: {problems[0].message}")
    if units_written != report.units:
        raise FormatError("the TMX does not hold every unit that was written; nothing was kept")


def _write_project(tmx: Path, result: PairResult, files: tuple[str, str]) -> None:
    """Keep both texts and every row beside the TMX, for `align serve` and `align check`.

    A project that someone has worked on is kept under another name, never written over.
    """
    import hashlib

    from align import project
    from align.atomic import replacing

    place = project.beside(tmx)
    kept = project.set_aside(place)
    if kept is not None:
        sys.stderr.write(f"decisions made in {place.name} before are kept in {kept.name}\n")
    with tmx.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    data = project.of_pair(
        result.source, result.target, result.alignment,
        files=files, folder=tmx.parent, tmx=digest, created=stamp(),
    )  # fmt: skip
    with replacing(place) as out:
        out.write(data)


def _write_lines(file: IO[bytes], lines: Iterable[str]) -> None:
    for line in lines:
        file.write(line.encode("utf-8", "surrogatepass") + b"\n")


def _json_line(unit: TranslationUnit) -> str:
    from align.formats.units import to_report

    return json_out(to_report(unit))


def _tsv_line(unit: TranslationUnit) -> str:
    from align.formats.tables import guard

    texts = (unit.source, unit.target, f"{unit.confidence or 0:.4f}", unit.paragraph or "")
    return "\t".join(guard(" ".join(text.split())) for text in texts)


def _write_beads(file: IO[bytes], result: PairResult) -> None:
    from align.alignment.bead_files import format_bead

    _write_lines(file, (format_bead(b.source, b.target) for b in result.alignment.beads))


def _write_sheet(
    file: IO[bytes], units: Sequence[TranslationUnit], findings: Sequence[Finding] | None = None
) -> None:
    from align.report.sheet import write_sheet

    signature = units[0].signature if units else None
    write_sheet(file, units, signature=signature, findings=findings)


def _in_pairs(result: PairResult, findings: Sequence[Finding]) -> list[Finding]:
    """Findings by the places of the pairs; that a unit stands elsewhere, its pair says itself."""
    places, crossed = result.places_in_pairs, result.crossed
    return [
        replace(finding, unit=places[finding.unit])
        for finding in findings
        if finding.unit is not None and finding.unit not in crossed
    ]


def _write_report(
    file: IO[bytes],
    result: PairResult,
    findings: Sequence[Finding],
    termbase: Termbase | None,
) -> None:
    from align.report.html import write_report

    hits = None
    if termbase is not None:
        from align.report.termmarks import TermMarker

        hits = TermMarker(termbase).hits(result.units)
    vectors = [
        result.encoder.encode([segment.text for segment in side])
        for side in (result.alignment.source, result.alignment.target)
    ]
    write_report(
        file,
        result.source,
        result.target,
        result.alignment,
        result.units,
        findings if findings or termbase is not None else None,
        hits,
        (vectors[0], vectors[1]),
        notes=result.remarks,
    )


def _add_to_memory(place: str, units: Iterable[TranslationUnit], origin: str) -> None:
    from align.cli.indexing import refresh_after_adding
    from align.memory.opening import open_memory

    whole = [unit for unit in units if unit.source and unit.target]
    with open_memory(place, create=True) as memory:
        memory.add(whole, origin=origin, now=stamp())
        refresh_after_adding(memory)
    sys.stderr.write(
        f"{many(len(whole), 'unit')} added to {memory.name if '://' in place else place}\n"
    )


def _from_sheet(
    sheet: Path,
    output: str | None,
    xlsx: Path | None,
    jsonl: str | None,
    tsv: str | None,
    memory: str | None,
) -> None:
    from align.pipeline import PairOptions
    from align.report.sheet import read_sheet

    with sheet.open("rb") as file:
        review = read_sheet(file, name=str(sheet))
    for change in review.changes:
        sys.stderr.write(f"{change}\n")
    sys.stderr.write(f"{review.summary()}\n")
    units = review.kept
    outputs: list[_Output] = [
        (jsonl, lambda file: _write_lines(file, map(_json_line, units))),
        (tsv, lambda file: _write_lines(file, map(_tsv_line, units))),
        (xlsx, lambda file: _write_sheet(file, units)),
        (output, lambda file: _write_tmx(file, units, PairOptions())),
    ]
    _write_files(outputs)
    if memory is not None:
        _add_to_memory(memory, units, str(sheet))
    _write_stream(outputs)


def _weakest(units: Sequence[TranslationUnit]) -> list[int]:
    """Positions of all units, the one most worth a look first."""
    return sorted(range(len(units)), key=lambda k: (units[k].confidence or 0.0, k))


def _list_review(result: PairResult, count: int, *, to_stdout: bool) -> None:
    stream = sys.stdout if to_stdout else sys.stderr
    units = result.units
    for k in _weakest(units)[:count]:
        unit = units[k]
        where = " | ".join(_where(result, k))
        stream.write(
            f"{unit.confidence or 0:.2f}  {unit.bead_type}  [{unit.paragraph}]  {where}\n"
            f"    {unit.source or '(nothing)'}\n    {unit.target or '(nothing)'}\n"
        )


def _where(result: PairResult, at: int) -> list[str]:
    """File and line of a unit's two texts, as far as it has them: "zh.txt:12"."""
    bead = result.alignment.beads[at]
    sides = (
        (result.source, result.alignment.source, bead.source),
        (result.target, result.alignment.target, bead.target),
    )
    return [
        f"{document.name}:{document.raw_line(segments[span.start].start)}"
        for document, segments, span in sides
        if span
    ]


def _summary(
    result: PairResult,
    findings: Sequence[Finding],
    seconds: float,
    places: Sequence[str],
    *,
    stated: bool,
) -> None:
    """What was read, what stands alone and what was written, on stderr; `stated`: the languages."""
    alone = [unit for unit in result.pairs if not unit.source or not unit.target]
    from align.document.removals import reading_warnings, share_removed, texts_removed
    from align.language.tags import is_chinese

    for document in (result.source, result.target):
        pieces = len(texts_removed(document))
        share = f"{share_removed(document):.1%} of its letters"
        removed = f", {many(pieces, 'piece')} removed ({share})" if pieces else ""
        sys.stderr.write(
            f"{document.name}: {many(len(document.segments), 'sentence')}, {document.lang}"
            f"{f', {document.encoding}' if document.encoding else ''}{removed}\n"
        )
        for warning in reading_warnings(document):
            sys.stderr.write(f"{document.name}: warning: {warning}\n")
    for note in result.notes:
        sys.stderr.write(f"note: {note}\n")
    from_english = not is_chinese(result.source.lang)
    if from_english and not stated:
        sys.stderr.write(
            "note: the English document came first and is the source; if it is the translation, give "
            "it second\n"
        )
    for unit in alone[:_LISTED]:
        side, text = ("source", unit.source) if unit.source else ("target", unit.target)
        sys.stderr.write(f"unaligned {side} [{unit.paragraph}]: {_short(text)}\n")
    if len(alone) > _LISTED:
        sys.stderr.write(f"… and {len(alone) - _LISTED} more unaligned sentences (see --jsonl)\n")
    if findings:
        errors = sum(finding.severity == "error" for finding in findings)
        said = many(len(findings), "terminology and number finding")
        sys.stderr.write(f"{said}, {many(errors, 'error')}\n")
    from align.datatypes import REVIEW_BELOW

    doubtful = sum((unit.confidence or 0.0) < REVIEW_BELOW for unit in result.pairs)
    lost = sum(not unit.target for unit in alone)
    sys.stderr.write(
        f"{many(len(result.pairs), 'unit')}{' from English' * from_english}, {lost} source and "
        f"{len(alone) - lost} target sentences unaligned, {doubtful} to review, {seconds:.1f} s\n"
    )
    for each in places:
        step = f"; review it with: align serve {shlex.quote(each)}" if _is_tmx(each) else ""
        step = step or (
            f"; when it comes back: align pair --from-xlsx {shlex.quote(each)} -o OUT.tmx"
            if each.lower().endswith(".xlsx")
            else ""
        )
        sys.stderr.write(f"wrote {each}{step}\n")


def _is_tmx(place: str) -> bool:
    return place.lower().endswith(".tmx")


def _short(text: str, most: int = 100) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
