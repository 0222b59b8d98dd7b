"""`align batch`: a whole archive, on every core or a Ray cluster, resumed when cut short."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.languages import MADE_SOURCE, MADE_TARGET, of_messages
from align.cli.memories import setting
from align.cli.output import many
from align.cli.outputs import OVERWRITE, check_ending, claim
from align.cli.pairs import (
    BY,
    DEVICE,
    MODEL,
    PATTERN,
    TIMEOUT,
    WORKERS,
    bar,
    check_limits,
    cores,
    tell,
    ways,
)
from align.cli.pairs import reading_bar as _reading_bar
from align.cli.stopping import Stopped
from align.outside import json_out

if TYPE_CHECKING:
    from align.batch.archive_run import BatchReport, Engine, Shard
    from align.batch.journal import Record
    from align.batch.manifest import Entry
    from align.batch.pairing import Pairing
    from align.batch.summary import Rows
    from align.pipeline import PairOptions


def batch(
    sources: list[str] = typer.Argument(
        metavar="SOURCE...",
        help="A manifest (CSV, TSV, XLSX, JSON lines; columns zh, en) or folders.",
    ),
    output: Path = typer.Option(
        ..., "-o", "--output", metavar="FOLDER", help="Folder for the results."
    ),
    merge: Path | None = typer.Option(
        None, "--merge", metavar="FILE.tmx", help="Write all units into one TMX, each once."
    ),
    memory: str | None = typer.Option(
        None, "--memory", metavar="MEMORY", help="Add all units to this memory."
    ),
    engine: str = typer.Option("local", "--engine", help="local (processes) or ray."),
    ray_address: str | None = typer.Option(
        None, "--ray-address", help="A running cluster (host:port, auto); else one on this machine."
    ),
    gpus: float | None = typer.Option(
        None, "--gpus", min=0.0, help="GPUs for each Ray actor; else one with --device cuda."
    ),
    workers: int | None = WORKERS,
    shard: str = typer.Option("1/1", "--shard", metavar="I/N", help="Only part I of N."),
    timeout: float = TIMEOUT,
    max_size: float = typer.Option(
        100.0,
        "--max-size",
        callback=setting("limits.megabytes"),
        help="Megabytes; a larger document is passed over. 0 for no limit.",
    ),
    by: str = BY,
    pattern: str | None = PATTERN,
    model: str | None = MODEL,
    device: str | None = DEVICE,
    src_lang: str | None = MADE_SOURCE,
    tgt_lang: str | None = MADE_TARGET,
    pre_segmented: bool = typer.Option(False, "--pre-segmented", help="Each line is a sentence."),
    srx: Path | None = typer.Option(None, "--srx", help="Segmentation rules of your own."),
    force: bool = typer.Option(False, "--force", help="Align also what looks unrelated."),
    report: bool = typer.Option(False, "--report", help="An HTML report of each pair as well."),
    projects: bool = typer.Option(
        False, "--project", help="Keep each pair's texts and rows, for align serve and check."
    ),
    ui: str | None = of_messages(
        "Language of the summary page: en (where nothing says more) or zh.", "--ui"
    ),
    overwrite: bool = OVERWRITE,
    as_json: bool = typer.Option(False, "--json", help="One JSON line a pair on stdout."),
) -> None:
    """Align every pair of an archive: one TMX a pair in OUTPUT/tmx, and a summary as CSV and HTML.

    Given again after an interruption or a change, the same command does what is left to do. Exit
    code 1 when a pair failed; the reasons are in the summary and on stderr.
    """
    from align.batch.archive_run import PROJECT, REPORT, run_batch
    from align.batch.pair_task import AlignPairs
    from align.batch.sources import PairingOptions, find_entries
    from align.errors import AlignError, InputError
    from align.pipeline import PairOptions

    part = _shard(shard)
    check_ending(merge, (".tmx",), "a TMX")
    claim([merge], overwrite=overwrite)
    if engine not in ("local", "ray"):
        raise AlignError(f"--engine {engine}: give local or ray")
    check_limits({"--max-size": max_size, "--timeout": timeout})
    if engine == "local" and (ray_address is not None or gpus is not None):
        option = "--gpus" if ray_address is None else "--ray-address"
        raise AlignError(f"{option} is for Ray; give --engine ray as well, or leave it out")
    options = PairOptions(
        source_lang=src_lang,
        target_lang=tgt_lang,
        pre_segmented=pre_segmented,
        srx=srx,
        model=model,
        device=device,
        force=force,
    )
    beside = (*([PROJECT] if projects else []), *([REPORT] if report else []))
    recipe = AlignPairs.of(options, beside, output / "tmx")
    if output.exists() and not output.is_dir():
        raise InputError(f"{output}: a folder is wanted, this is a file")
    is_new = not output.exists()
    output.mkdir(parents=True, exist_ok=True)
    pairing = PairingOptions(
        by=ways(by),
        pattern=pattern,
        model=model,
        device=device,
        workers=workers or cores(),
        timeout=timeout or None,
        without=str(output),
    )
    try:
        with _reading_bar() as read:
            found = find_entries(sources, output / "pairing", pairing, watch=read)
    except AlignError:
        if is_new:
            with contextlib.suppress(OSError):  # what was made of sources that are there stays
                output.rmdir()
        raise
    _write_manifest(output, found.entries)
    if not found.pairs:
        raise InputError(_nothing(sources, output, found))
    tell(found)
    mine = sum(part.holds(entry.id) for entry in found.pairs)
    failures = 0
    with bar("Aligning") as advance:

        def watch(entry: Entry, record: Record, fresh: bool) -> None:
            nonlocal failures
            failures += record.status == "failed"
            advance(mine, 1, f"{failures} failed" if failures else "")

        run = _engine(engine, options, workers, timeout or None, ray_address, gpus)
        limit = int(max_size * 1e6) or None
        try:
            done = run_batch(
                found.pairs,
                recipe,
                output,
                engine=run,
                shard=part,
                max_bytes=limit,
                workers_write=engine == "ray",
                watch=watch,
            )
        except Stopped as stopped:
            sys.stderr.write("\nalign: interrupted; the same command goes on where it was\n")
            raise typer.Exit(stopped.exit_code) from None
    rows = list(zip(done.entries, done.records, strict=True))
    _write_summary(output, part, rows, found.unpaired, beside, ui)
    if merge is not None:
        _merge(merge, output, done, options)
    if memory is not None:
        _fill(memory, output, done, part, _origins(done, options))
    _tell(output, part, rows, done, len(found.unpaired), as_json)
    if done.failed:
        raise typer.Exit(1)


def _shard(text: str) -> Shard:
    from align.batch.archive_run import Shard
    from align.errors import AlignError

    number, slash, count = text.partition("/")
    if not (slash and number.isdigit() and count.isdigit()):
        raise AlignError(f"--shard {text}: give it as 1/4, the first of four")
    return Shard(int(number), int(count))


def _engine(
    engine: str,
    options: PairOptions,
    workers: int | None,
    timeout: float | None,
    address: str | None,
    gpus: float | None,
) -> Engine:
    from functools import partial

    from align.batch.pair_task import shareable

    share = shareable(options.model)
    if engine == "ray":
        from align.batch.ray_engine import connect, run_ray

        connect(address)
        if gpus is None:  # Ray shows an actor only the GPUs that it asked for
            gpus = float((options.device or "").startswith("cuda"))
        return partial(
            run_ray, actors=workers, gpus=gpus, timeout=timeout, share=share, address=address
        )
    from align.batch.local_engine import run_local

    return partial(run_local, workers=workers or cores(), timeout=timeout, share=share)


def _write_manifest(output: Path, entries: tuple[Entry, ...]) -> None:
    from align.atomic import replacing
    from align.batch.manifest import write_manifest

    with replacing(output / "manifest.csv") as file:
        write_manifest(file, entries, folder=str(output))


def _write_summary(
    output: Path,
    part: Shard,
    rows: Rows,
    unpaired: tuple[Entry, ...],
    beside: tuple[str, ...],
    ui: str | None,
) -> None:
    from align.atomic import replacing
    from align.batch.summary import write_csv, write_html

    with replacing(output / f"summary{part.suffix}.csv") as file:
        write_csv(file, rows)
    with replacing(output / f"summary{part.suffix}.html") as file:
        write_html(file, rows, unpaired, beside, "zh" if ui == "zh" else "en")


def _origins(report: BatchReport, options: PairOptions) -> dict[str, str]:
    """What the units of each pair are from, by its id."""
    from align.batch.manifest import origin_of

    from_english = bool(options.from_english)
    return {
        entry.id: origin_of(entry.en if from_english else entry.zh, entry.id)
        for entry in report.entries
    }


def _merge(target: Path, output: Path, report: BatchReport, options: PairOptions) -> None:
    from align.batch.archive_run import tmx_path
    from align.batch.tmx_merge import merge
    from align.clock import fixed, stamp

    origins = _origins(report, options)
    done = [
        (origins[record.id], tmx_path(output, record.id))
        for record in report.records
        if record.status == "done"
    ]
    # A date of its own only where the user has fixed it: the same archive gives the same bytes.
    created = stamp() if fixed() else None
    langs = options.usual_tags
    kept, merged = merge(done, target, source_lang=langs[0], target_lang=langs[1], created=created)
    sys.stderr.write(f"{target}: {many(kept, 'unit')}, {many(merged, 'duplicate')} merged\n")


def _fill(
    memory: str, output: Path, report: BatchReport, part: Shard, origins: Mapping[str, str]
) -> None:
    from align.batch.memory_filling import fill_memory
    from align.cli.indexing import refresh_after_adding
    from align.clock import stamp
    from align.memory.opening import open_memory

    with bar("Adding to memory") as advance:
        added, merged = fill_memory(
            memory,
            report.records,
            output,
            now=stamp(),
            suffix=part.suffix,
            origins=origins,
            watch=lambda record: advance(len(report.records), 1, ""),
        )
    with open_memory(memory) as opened:
        refresh_after_adding(opened)
    sys.stderr.write(f"{memory}: {many(added, 'unit')} added, {merged:,} there already\n")


def _nothing(sources: list[str], output: Path, found: Pairing) -> str:
    """Why there is nothing to align, in one line."""
    if not found.unpaired:
        return f"{', '.join(sources)}: no pair is listed"
    reason = found.unpaired[0].reason
    return (
        f"{', '.join(sources)}: no two documents belong together; {output / 'manifest.csv'} says"
        f" why of each, of the first: {reason}"
    )


def _tell(
    output: Path, part: Shard, rows: Rows, report: BatchReport, unpaired: int, as_json: bool
) -> None:
    from dataclasses import asdict

    from align.batch.summary import totals

    write: Callable[[str], int] = sys.stdout.write
    for entry, record in report.failed:
        sys.stderr.write(f"failed: {entry.zh} | {entry.en}: {record.reason}\n")
    if report.left_over:
        sys.stderr.write(
            f"{output / 'tmx'}: {many(report.left_over, 'file')} of pairs that are not in the archive"
            " any more left there; not in the summary, nor merged\n"
        )
    if as_json:
        for entry, record in rows:
            values = {"zh": entry.zh, "en": entry.en, "pairing": entry.reason}
            rest = {key: value for key, value in asdict(record).items() if key != "fingerprint"}
            write(json_out(values | rest) + "\n")
        return
    sums = totals(rows)
    confidence = "" if sums.confidence is None else f", mean confidence {sums.confidence:.3f}"
    write(
        f"{many(sums.pairs, 'pair')} ({report.aligned:,} aligned now, {sums.failed:,} failed),"
        f" {many(unpaired, 'document')} unpaired\n"
        f"{many(sums.units, 'unit')}{confidence}, {sums.low:,} to review,"
        f" {many(sums.omissions, 'omission')}, {many(sums.additions, 'addition')}\n"
        f"summary: {output / f'summary{part.suffix}.html'}\n"
    )
