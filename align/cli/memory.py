"""`align memory`: keep units, search them by words and by meaning, give them back."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from align.cli.indexing import refresh
from align.cli.languages import UNITS_SOURCE, UNITS_TARGET, made, of_texts
from align.cli.memories import EXCLUDE, INCLUDE, MEMORIES, PENALTY, asked, setting
from align.cli.output import announce, many, styled, tell, written
from align.cli.outputs import OVERWRITE, check_ending, claim
from align.cli.parsing import Commands
from align.cli.progress import progress
from align.clock import stamp
from align.outside import json_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from align.datatypes import Match, TranslationUnit
    from align.embedding.protocol import Encoder
    from align.errors import InputError
    from align.formats.tmx import ReadReport
    from align.memory import AddReport, ConcordanceHit, Memory

app = Commands(
    name="memory",
    help="Keep translation units in one file or a database; search them by words and by meaning.",
    no_args_is_help=True,
)
_MEMORY = typer.Argument(metavar="MEMORY", help="The memory: a file, or an address postgresql://…")
_JSON = typer.Option(False, "--json", help="JSON lines instead of text.")
_LANG = of_texts("Language of the words that are sought, zh or en; else either.")
_MODEL = typer.Option(
    None,
    "--model",
    callback=setting("model"),
    help="Encoder, by name or folder; else the embedded one.",
)


@app.command()
def add(
    memory: str = _MEMORY,
    files: list[Path] = typer.Argument(
        metavar="FILE...", help="TMX, XLSX, CSV, TSV or JSON lines."
    ),
    origin: str | None = typer.Option(
        None, "--origin", help="Where units come from that do not say it; else the file's name."
    ),
    src_lang: str | None = UNITS_SOURCE,
    tgt_lang: str | None = UNITS_TARGET,
    index: bool = typer.Option(
        True, "--index/--no-index", help="Bring the index of meanings up to date at the end."
    ),
    model: str | None = _MODEL,
    as_json: bool = _JSON,
) -> None:
    """Add the units of files to a memory, which is made at the first time.

    Cut short, also by a kill, it goes on where it was when the same command is given again.
    """
    from align.errors import InputError
    from align.outside import no_file

    for path in files:
        if why := no_file(path):
            again = ", which could be read again" if why == "not a plain file" else ""
            raise InputError(f"{path}: {why}{again}")
    if not _is_there(memory):  # none is made for a file that gives it nothing
        _first_unit(files[0], src_lang, tgt_lang)
    with _open(memory, create=True, encoder=_encoder(model) if model else None) as opened:
        for path in files:
            _add_file(opened, path, origin or path.name, src_lang, tgt_lang, as_json)
        if index and len(opened):
            refresh(opened)


def _is_there(memory: str) -> bool:
    from align.memory.postgres.address import is_address

    return is_address(memory) or Path(memory).exists()


def _first_unit(path: Path, source_lang: str | None, target_lang: str | None) -> None:
    """Raise an AlignError where the file cannot be read up to its first unit, or has none."""
    from align.cli.units import first_of
    from align.formats.tmx import ReadReport
    from align.memory import exchange

    read = ReadReport()
    if (
        first_of(
            exchange.read_file(path, source_lang=source_lang, target_lang=target_lang, report=read)
        )
        is None
    ):
        raise _no_units(path, read)


def _no_units(path: Path, read: ReadReport) -> InputError:
    """That a file gave nothing, and why, as far as it is known: in one line."""
    from align.errors import InputError

    why = "; ".join(f"{count:,} skipped: {what}" for what, count in sorted(read.skipped.items()))
    what = f" ({why})" if why else ""
    return InputError(
        f"{path}: no units were read{what}; a file of units has both languages in each row or unit, "
        "and documents become one with `align pair`"
    )


def _add_file(
    memory: Memory,
    path: Path,
    origin: str,
    source_lang: str | None,
    target_lang: str | None,
    as_json: bool,
) -> None:
    from align.errors import FormatError
    from align.formats.tmx import ReadReport
    from align.memory import exchange

    read = ReadReport()
    done = 0
    with progress(f"reading {path.name}") as advance:
        size = path.stat().st_size
        handles: list[Any] = []

        def saved(report: AddReport) -> None:
            nonlocal done
            done = report.read
            if as_json:
                _announce({"file": str(path), "saved": report.read, "finished": False})
            advance(handles[-1].tell() if handles and not handles[-1].closed else size, size)

        units = exchange.read_file(
            path,
            source_lang=source_lang,
            target_lang=target_lang,
            report=read,
            opened=handles.append,
        )
        stream = exchange.stream_id(path, source_lang, target_lang, origin)
        try:
            report = memory.add(units, origin=origin, now=stamp(), stream=stream, saved=saved)
        except FormatError as error:
            if not done:
                raise
            raise FormatError(f"{error}; saved before that: {many(done, 'unit')}") from error
    if not report.read:
        raise _no_units(path, read)
    _say_added(path, report, read, as_json)


def _say_added(path: Path, report: AddReport, read: ReadReport, as_json: bool) -> None:
    if as_json:
        counts = {"saved": report.read, "new": report.added, "merged": report.merged}
        counts |= {"unaligned": report.unaligned, "resumed": report.resumed}
        reasons = {"skipped": dict(sorted(read.skipped.items()))}
        reasons["lost"] = dict(sorted(read.lost.items()))
        _announce({"file": str(path), **counts, **reasons, "finished": True})
        return
    parts = [f"{report.added:,} new", f"{report.merged:,} already there"]
    if report.unaligned:
        parts.append(f"{report.unaligned:,} with an empty side left out")
    if report.resumed:
        parts.append(f"{report.resumed:,} saved by an earlier run")
    tell(f"{path}: {many(report.read, 'unit')} read: {', '.join(parts)}")
    for reason, count in sorted(read.skipped.items()):
        tell(f"{path}: {count:,} skipped: {reason}")
    for example in read.examples[:3]:
        tell(f"{path}: {example}")
    if read.lost:
        lost = ", ".join(f"{what} ({count:,})" for what, count in sorted(read.lost.items()))
        tell(f"{path}: not kept, as a memory has no place for it: {lost}")


@app.command()
def search(
    words: list[str] = typer.Argument(
        metavar="[MEMORY] TEXT", help="A sentence in either language; - reads one a line."
    ),
    memory: list[str] = MEMORIES,
    lang: str | None = _LANG,
    limit: int = typer.Option(
        10, "-n", "--limit", min=1, callback=setting("limits.matches"), help="Matches at most."
    ),
    minimum: int | None = typer.Option(
        None,
        "--min",
        min=0,
        max=100,
        callback=setting("limits.minimum"),
        help="Lowest match rate shown, per cent; else 70 for wording, and whatever is near in "
        "meaning.",
    ),
    penalty: list[float] = PENALTY,
    include: list[str] = INCLUDE,
    exclude: list[str] = EXCLUDE,
    kind: str = typer.Option("exact,fuzzy,semantic", "--kind", help="Kinds of match to look for."),
    model: str | None = _MODEL,
    as_json: bool = _JSON,
) -> None:
    """Find units like TEXT: the same, similarly worded, or of like meaning.

    The match rate is what CAT tools show: edits of characters for Chinese and of words for English,
    numbers and dates being placeables; with another number or date a match is below 95 per cent, as
    its translation says the old one. The score of a semantic match is a similarity of meaning.
    """
    from align.errors import InputError
    from align.memory.searching import KINDS

    kinds = [each for each in KINDS if each in kind.split(",")]
    if len(kinds) != len(set(kind.split(","))):
        raise InputError(f"--kind {kind}: give exact, fuzzy, semantic, or several with commas")
    places, text = _asked_words(words, memory)
    least = 0.7 if minimum is None else minimum / 100
    encoder = _encoder(model) if model or "semantic" in kinds else None
    with asked(
        places, penalties=penalty, include=include, exclude=exclude, encoder=encoder
    ) as opened:
        assert opened is not None
        if "semantic" in kinds:
            refresh(opened)
        for query in [text] if text != "-" else (line.rstrip("\n") for line in sys.stdin):
            found = opened.search(query, lang=lang, limit=limit, minimum=least, kinds=kinds)
            shown = [match for match in found if minimum is None or match.score >= least]
            for match in shown:
                if as_json:
                    _put({"query": query, **_match_record(query, match)})
                else:
                    _show_match(query, match)
            if not shown and not as_json:
                tell(_nothing_like(query, found, least, kinds))


def _asked_words(words: Sequence[str], memories: Sequence[str]) -> tuple[list[str], str]:
    """The memories and the text of a search: MEMORY TEXT, or TEXT alone with -m or the configuration.

    Raises InputError where the text is missing, or was not put between quotation marks.
    """
    from align.errors import InputError
    from align.memory.opening import is_memory

    *first, text = words
    if len(first) > 1 or (first and memories and not _is_place(first[0])):
        raise InputError(
            f"{' '.join(words)[:60]}: several words go between quotation marks: "
            f"'{' '.join(words[1:] if is_memory(words[0]) else words)[:60]}'"
        )
    if not first and is_memory(text):
        raise InputError(f"{text}: is a memory; what is to be found in it is missing: {text} TEXT")
    return [*first, *memories], text


def _is_place(text: str) -> bool:
    return "://" in text or Path(text).is_file()


def _nothing_like(query: str, found: Sequence[Match], least: float, kinds: Sequence[str]) -> str:
    below = f"; {len(found):,} below {least:.0%} not shown" if found else ""
    return f"{query[:60]}: no {' or '.join(kinds)} match{below}"


def _match_record(query: str, match: Match) -> dict[str, Any]:
    from align.formats.units import to_record
    from align.memory import differences

    text, lang = _matched(match)
    steps = [] if match.kind == "semantic" else differences(query, text, lang)
    return {
        "kind": match.kind,
        "score": round(match.score, 4),
        "side": match.side,
        "unit_id": match.unit_id,
        "count": match.count,
        **({"memory": match.memory} if match.memory else {}),
        **({"also": [_place(m.memory, m.unit) for m in match.also]} if match.also else {}),
        **to_record(match.unit),
        "differences": [
            {"kind": step.kind, "query": list(step.query), "match": list(step.match)}
            for step in steps
            if step.kind != "equal"
        ],
    }


def _place(memory: str | None, unit: TranslationUnit) -> str:
    """Where a unit is from; with the memory's name where several were asked."""
    origin = unit.origin or ""
    return f"{memory}: {origin}" if memory else origin


def _matched(match: Match) -> tuple[str, str]:
    """The text that matched, and its language."""
    unit = match.unit
    if match.side == "source":
        return unit.source, unit.source_lang
    return unit.target, unit.target_lang


def _show_match(query: str, match: Match) -> None:
    unit = match.unit
    text, lang = _matched(match)
    shown = text if match.kind == "semantic" else _with_differences(query, text, lang)
    other = unit.target if match.side == "source" else unit.source
    share = int(match.score * 100)  # 99.9 is not 100
    more = f" and {match.count - 1} more" if match.count > 1 else ""
    where = "; ".join(_place(m.memory, m.unit) for m in (match, *match.also))
    parts = [f"{share:3d}%  {match.kind}", f"{where}{more}", unit.state, unit.paragraph]
    typer.echo(styled("  ".join(part for part in parts if part), bold=True))
    typer.echo(f"      {shown}\n      {other}")


def _with_differences(query: str, text: str, lang: str) -> str:
    """The match with what it has other than the query marked: [-query-] {+match+}, or in colour."""
    from align.memory import differences

    parts: list[str] = []
    colour = sys.stdout.isatty()
    for step in differences(query, text, lang):
        ours, theirs = query[slice(*step.query)], text[slice(*step.match)]
        if step.kind == "equal":
            parts.append(theirs)
            continue
        for piece, mark, hue in ((ours, "[-{}-]", "red"), (theirs, "{{+{}+}}", "green")):
            if not piece:
                continue
            core = piece.rstrip()
            changed = styled(core, fg=hue, strikethrough=hue == "red")
            parts.append((changed if colour else mark.format(core)) + piece[len(core) :])
    return "".join(parts)


@app.command()
def concordance(
    asked_for: list[str] = typer.Argument(
        metavar="[MEMORY] WORDS", help="A word, a phrase or a single Chinese character."
    ),
    memory: list[str] = MEMORIES,
    lang: str | None = _LANG,
    limit: int = typer.Option(20, "-n", "--limit", min=0, help="Units at most; 0 for all."),
    output: Path | None = typer.Option(
        None, "-o", "--output", help="Write the units to a TMX, XLSX, CSV, TSV or JSON lines file."
    ),
    include: list[str] = INCLUDE,
    exclude: list[str] = EXCLUDE,
    overwrite: bool = OVERWRITE,
    model: str | None = _MODEL,
    as_json: bool = _JSON,
) -> None:
    """Show the units that contain WORDS, with the words and their rendering marked.

    Near variants count: traditional and simplified, case, width, plural, hyphen.
    """
    from align.memory import exchange

    claim([output], overwrite=overwrite)
    places, words = _asked_words(asked_for, memory)
    with asked(places, include=include, exclude=exclude) as opened:
        assert opened is not None
        page = opened.concordance_page(
            words, lang=lang, limit=limit or None, locate=None if output else _locate(model)
        )
    if output:
        units = (hit.unit for hit in page.hits)
        count = exchange.write_file(output, units, created=stamp())
        tell(f"{output}: {many(count, 'unit')}")
    for hit in () if output else page.hits:
        if as_json:
            _put(_hit_record(hit))
        else:
            _show_hit(hit)
    about = "" if page.exact else "about "
    if not page.hits:
        tell(f"{words[:60]}: in no unit here; `align memory search` finds what is like it")
        return
    tell(f"{len(page.hits):,} of {about}{many(page.total, 'unit')}")


def _locate(model: str | None) -> Callable[..., list[tuple[int, int]]] | None:
    """Finds renderings with the vectors of tokens, where the encoder has them."""
    from align.embedding.protocol import gives_tokens
    from align.errors import ModelError
    from align.terms.wordalign import WordAligner

    try:
        encoder = _encoder(model)
    except ModelError:
        if model is not None:
            raise
        return None
    if not gives_tokens(encoder):
        return None
    aligner = WordAligner(encoder)

    def locate(unit: TranslationUnit, side: str, span: tuple[int, int]) -> list[tuple[int, int]]:
        ours, theirs, lang = unit.source, unit.target, unit.target_lang
        if side == "target":
            ours, theirs, lang = unit.target, unit.source, unit.source_lang
        found = aligner.rendering(ours, theirs, span, target_lang=lang)
        return [(found.start, found.end)] if found else []

    return locate


def _hit_record(hit: ConcordanceHit) -> dict[str, Any]:
    from align.formats.units import to_record

    spans = {
        "source_spans": [list(span) for span in hit.source_spans],
        "target_spans": [list(span) for span in hit.target_spans],
    }
    head: dict[str, Any] = {"unit_id": hit.unit_id, "side": hit.side, "count": hit.count}
    if hit.memory:
        head["memory"] = hit.memory
    if hit.also:
        head["also"] = [_place(other.memory, other.unit) for other in hit.also]
    return {**head, **spans, **to_record(hit.unit)}


def _show_hit(hit: ConcordanceHit) -> None:
    more = f" and {hit.count - 1} more" if hit.count > 1 else ""
    where = "; ".join(_place(one.memory, one.unit) for one in (hit, *hit.also))
    typer.echo(styled(f"{where}{more}", bold=True))
    typer.echo("      " + _marked(hit.unit.source, hit.source_spans))
    typer.echo("      " + _marked(hit.unit.target, hit.target_spans))


def _marked(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        piece = text[start:end]
        colour = sys.stdout.isatty()
        parts += [text[at:start], styled(piece, fg="yellow") if colour else f"[{piece}]"]
        at = end
    return "".join([*parts, text[at:]])


@app.command()
def export(
    memory: str = _MEMORY,
    output: str = typer.Option(
        ..., "-o", "--output", help="TMX, XLSX, CSV, TSV or JSON lines file; - for TMX to stdout."
    ),
    origin: str | None = typer.Option(None, "--origin", help="Only units from this origin."),
    since: str | None = typer.Option(None, "--since", help="Changed on this day or later."),
    until: str | None = typer.Option(None, "--until", help="Changed on this day or earlier."),
    confidence: float | None = typer.Option(
        None, "--confidence", min=0, max=1, help="Of at least this confidence."
    ),
    src_lang: str | None = typer.Option(
        None,
        "--src-lang",
        callback=made("languages.source"),
        help="Source language of a TMX, for units that say no more; else as their files spelled it.",
    ),
    tgt_lang: str | None = typer.Option(
        None,
        "--tgt-lang",
        callback=made("languages.target"),
        help="Target language of a TMX, likewise.",
    ),
    terms: Path | None = typer.Option(None, "--terms", help="Termbase for --glossary."),
    glossary: Path | None = typer.Option(
        None, "--glossary", help="Also write the termbase as OmegaT's glossary (a .txt)."
    ),
    watch: bool = typer.Option(
        False, "--watch", help="Go on: write again whenever the memory or the termbase changes."
    ),
    every: float = typer.Option(
        5.0, "--every", min=0.1, max=86_400, help="Seconds between two looks."
    ),
    overwrite: bool = OVERWRITE,
) -> None:
    """Write the units, all or by origin, date and confidence. Days are YYYYMMDD or YYYY-MM-DD.

    With --watch the files, such as those in the folders tm and glossary of an OmegaT project, are
    kept in step until Ctrl+C. A file is replaced only where its content changes.
    """
    from align.errors import InputError
    from align.memory import exchange

    if (glossary is None) != (terms is None):
        raise InputError("--glossary and --terms go together: what is written, and from what")
    if watch and output == "-":
        raise InputError("--watch writes files; name one with -o")
    if output != "-" and Path(output).suffix.lower() not in exchange.WRITTEN:
        raise InputError(
            f"{output}: cannot write this; the name must end in {', '.join(exchange.WRITTEN)}"
        )
    check_ending(glossary, (".txt", ".tsv"), "OmegaT's glossary")
    claim([output, glossary], overwrite=overwrite or watch)
    langs = {"source_lang": src_lang, "target_lang": tgt_lang}
    if watch or glossary:
        from align.cli.watching import Kept, keep

        selection = {"since": _day(since), "until": _day(until), "confidence": confidence}
        with _open(memory) as opened:
            keep(
                Kept(opened, Path(output), origin, selection, langs, terms, glossary),
                every=every if watch else None,
                told=tell,
            )
        return
    with _open(memory) as opened:
        units = opened.units(origin, since=_day(since), until=_day(until), confidence=confidence)
        if output == "-":
            with written(output) as file:
                exchange.write_stream(file, units, ".tmx", created=stamp(), **langs)
            return
        count = exchange.write_file(Path(output), units, created=stamp(), **langs)
    none = origin is not None and not count
    why = f"; nothing comes from {origin!r}: `align memory stats` lists origins" if none else ""
    tell(f"{output}: {many(count, 'unit')}{why}")


@app.command()
def sync(
    local: Path = typer.Argument(metavar="LOCAL", help="The memory of this desk: a file."),
    shared: str = typer.Argument(metavar="SHARED", help="The team's: postgresql://…"),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would be done, do nothing."),
    as_json: bool = _JSON,
) -> None:
    """Bring a memory together with the team's, both ways: what is new, changed or removed.

    Where both have changed the same, both texts are kept and shown, the local one as a draft. What
    is replaced or removed on either side is written down beside LOCAL first.
    """
    from align.memory import sync as together
    from align.memory.postgres.address import Address

    shown = str(Address.parse(shared))
    kept = together.kept_path(local)
    with _open(str(local), create=not dry_run) as here, _open(shared, create=not dry_run) as there:
        report = together.sync(
            here,
            there,
            state=together.state_path(local, shown),
            kept=kept,
            now=stamp(),
            dry_run=dry_run,
        )
    if as_json:
        from align.formats.units import to_record

        _put(
            {
                "to_shared": report.to_remote,
                "to_local": report.to_local,
                "removed_shared": report.removed_remote,
                "removed_local": report.removed_local,
                "dry_run": dry_run,
                "conflicts": [
                    {
                        "kind": each.kind,
                        "local": to_record(each.local) if each.local else None,
                        "shared": to_record(each.remote) if each.remote else None,
                    }
                    for each in report.conflicts
                ],
            }
        )
        return
    for each in report.conflicts:
        typer.echo(styled(f"conflict ({each.kind})", bold=True))
        for name, unit in (("here", each.local), ("there", each.remote)):
            if unit is not None:
                typer.echo(f"  {name:<5} {unit.source}\n        {unit.target}")
    would = "would go " if dry_run else ""
    tell(
        f"{many(report.to_remote, 'place')} {would}to {shown}, {report.to_local:,} to {local};"
        f" {report.removed_remote:,} removed there, {report.removed_local:,} here;"
        f" {many(len(report.conflicts), 'conflict')}"
    )
    if kept.is_file() and not dry_run:
        tell(f"what was replaced is kept in {kept}")


@app.command()
def stats(memory: str = _MEMORY, as_json: bool = _JSON) -> None:
    """Say what a memory holds."""
    from dataclasses import asdict

    with _open(memory) as opened:
        found = opened.stats()
    if as_json:
        _put(asdict(found))
        return
    typer.echo(
        f"{many(found.units, 'unit')} from {many(found.provenances, 'place')}, {found.bytes:,} bytes"
    )
    for source, target, count in found.languages:
        typer.echo(f"{count:>12,}  {source} {target}")
    for name, count in found.origins:
        typer.echo(f"{count:>12,}  from {name}")
    for state, count in found.states:
        typer.echo(f"{count:>12,}  {state or 'without a reviewer’s state'}")
    for name, count in found.unfinished:
        typer.echo(f"import of {name} was cut short after {many(count, 'unit')}; add it again")
    typer.echo(f"index of meanings: {found.index}")


@app.command()
def index(
    memory: str = _MEMORY,
    model: str | None = _MODEL,
    anew: bool = typer.Option(
        False, "--anew", help="Make a team's index anew, with another --model than before."
    ),
) -> None:
    """Bring the index of meanings up to date, which the first search by meaning would do else."""
    from align.errors import InputError, MemoryFileError
    from align.memory.postgres.memory import PostgresMemory

    with _open(memory, write=anew, encoder=_encoder(model) if model else None) as opened:
        if anew:
            if not isinstance(opened, PostgresMemory):
                raise InputError(f"{memory}: the index of a file is made anew by itself")
            done = opened.refresh_index(anew=True)
        else:
            done = refresh(opened)
        if opened.index_status() != "up to date":
            raise MemoryFileError(f"{memory}: the index of meanings cannot be kept beside it")
        state = "made" if done else "up to date"
        tell(f"{memory}: {many(len(opened), 'unit')}, index of meanings {state}")


@app.command()
def repair(
    memory: Path = _MEMORY,
    new: Path = typer.Argument(metavar="NEW", help="The file to save into; it must not exist."),
    as_json: bool = _JSON,
) -> None:
    """Save what can still be read of a damaged memory into a new one."""
    from align.memory.repairing import repair as save

    done = save(memory, new)
    if as_json:
        _put(asdict(done))
        return
    lost = f", {done.lost:,} could not be read" if done.lost else ""
    tell(f"{new}: {many(done.units, 'unit')} from {many(done.places, 'place')} saved{lost}")


@app.command()
def dedupe(memory: str = _MEMORY, as_json: bool = _JSON) -> None:
    """Merge units that differ in case, width or spaces only; where they come from is kept."""
    with _open(memory, write=True) as opened:
        gone = opened.dedupe()
        left = len(opened)
    _put({"merged": gone, "units": left}) if as_json else typer.echo(
        f"{many(gone, 'unit')} merged into others, {left:,} left"
    )


@app.command()
def remove(
    memory: str = _MEMORY,
    origin: str = typer.Option(..., "--origin", help="Name of an origin, or of an added file."),
    as_json: bool = _JSON,
) -> None:
    """Remove the units of an origin, but for those that come from another one too."""
    from align.errors import InputError

    with _open(memory, write=True) as opened:
        places, units = opened.remove(origin)
    if not places:
        raise InputError(
            f"{memory}: nothing comes from {origin!r}; `align memory stats` lists origins"
        )
    _put({"places": places, "units": units}) if as_json else typer.echo(
        f"{many(units, 'unit')} removed, {places - units:,} kept that have another origin"
    )


@contextmanager
def _open(
    place: str, *, create: bool = False, write: bool = False, encoder: Encoder | None = None
) -> Iterator[Memory]:
    from align.memory.opening import open_memory

    with open_memory(
        place, create=create, read_only=not (create or write), encoder=encoder
    ) as memory:
        yield memory


def _encoder(model: str | None) -> Encoder:
    from align.embedding.load import load_encoder

    return load_encoder(model)


def _day(text: str | None) -> str | None:
    from align.errors import InputError

    if text is None:
        return None
    digits = text.replace("-", "")
    if len(digits) not in (4, 6, 8) or not digits.isdigit():
        raise InputError(f"{text!r} is not a day; write YYYY-MM-DD")
    return digits


def _announce(record: dict[str, Any]) -> None:
    """A record of how far a task is, which goes on where nobody reads that."""
    announce(json_out(record))


def _put(record: dict[str, Any]) -> None:
    sys.stdout.write(json_out(record) + "\n")
    sys.stdout.flush()
