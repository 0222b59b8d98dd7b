"""`align pairs`: which documents of an archive belong together, and why, before any is aligned."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from align.cli.memories import setting
from align.cli.output import many, progress_stream, written
from align.cli.outputs import OVERWRITE, check_ending, claim
from align.errors import InputError
from align.outside import json_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from align.batch.pairing import By, Pairing

BY = typer.Option(
    "name,symbol,content", "--by", help="Ways of finding partners, of name, symbol, content."
)
PATTERN = typer.Option(
    None, "--pattern", metavar="ZH=EN", help="Names of partners, such as 'zh/{}.pdf=en/{}.pdf'."
)
MODEL = typer.Option(
    None,
    "--model",
    callback=setting("model"),
    help="Encoder, by name or folder; else the embedded one.",
)
DEVICE = typer.Option(None, "--device", help="Where a transformer computes: cpu, cuda.")
WORKERS = typer.Option(None, "--workers", min=1, help="Processes; else one a core.")
TIMEOUT = typer.Option(
    600.0,
    "--timeout",
    callback=setting("limits.timeout"),
    help="Seconds for one document or pair; 0 for no limit.",
)
_MOST = 1_000_000  # megabytes or seconds: beyond any document and any wait


def check_limits(limits: dict[str, float]) -> None:
    """Raise InputError for a limit, by its option, that is below 0, endless or beyond sense."""
    for option, number in limits.items():
        if not 0 <= number <= _MOST:
            raise InputError(
                f"{option} {number:g}: give a number from 0, for no limit, to {_MOST:,}"
            )


def pairs(
    sources: list[str] = typer.Argument(metavar="SOURCE...", help="Folders (or manifests)."),
    output: str = typer.Option(
        "-", "-o", "--output", help="The manifest to write; - is stdout.", metavar="MANIFEST.csv"
    ),
    by: str = BY,
    pattern: str | None = PATTERN,
    verify: bool = typer.Option(
        True, "--verify/--no-verify", help="Read also what names pair, to say how far it agrees."
    ),
    model: str | None = MODEL,
    device: str | None = DEVICE,
    workers: int | None = WORKERS,
    timeout: float = TIMEOUT,
    overwrite: bool = OVERWRITE,
    as_json: bool = typer.Option(False, "--json", help="JSON lines on stdout instead of CSV."),
) -> None:
    """Pair the documents of folders by name, document symbol and content.

    The manifest lists each pair with the reason and the share of the text that agrees, then what
    stays unpaired and why. Give it to align batch, edited where you know better.
    """
    from dataclasses import asdict

    from align.atomic import scratch_folder
    from align.batch.manifest import write_manifest
    from align.batch.sources import PairingOptions, find_entries

    check_limits({"--timeout": timeout})
    check_ending(output, (".csv",), "the manifest")
    claim([output], overwrite=overwrite)
    options = PairingOptions(
        by=ways(by),
        pattern=pattern,
        verify=verify,
        model=model,
        device=device,
        workers=workers or cores(),
        timeout=timeout or None,
    )
    with scratch_folder() as cache, reading_bar() as watch:
        found = find_entries(sources, cache, options, watch=watch)
    if output != "-" or not as_json:
        folder = None if output == "-" else os.path.dirname(output) or "."
        with written(output) as file:
            write_manifest(file, found.entries, folder=folder)
    tell(found)
    if output != "-":
        sys.stderr.write(f"wrote {output}; align its pairs with: align batch {output} -o FOLDER\n")
    if as_json:
        for entry in found.entries:
            sys.stdout.write(json_out(asdict(entry)) + "\n")


def tell(found: Pairing) -> None:
    """Say on stderr what was paired and how, and which files were passed over."""
    reasons = Counter(entry.reason.split()[0].rstrip(",") for entry in found.pairs)
    told = ", ".join(f"{count} by {kind}" for kind, count in sorted(reasons.items()))
    by = f" ({told})" if told else ""
    sys.stderr.write(f"{many(len(found.pairs), 'pair')}{by}, {len(found.unpaired):,} unpaired\n")
    if found.others:
        kinds = ", ".join(f"{count} {ending or 'without one'}" for ending, count in found.others)
        sys.stderr.write(f"files of other types passed over, by ending: {kinds}\n")


def ways(by: str) -> tuple[By, ...]:
    """The ways of pairing that an option names."""
    from align.batch.pairing import EVERY
    from align.errors import AlignError

    wanted = {part.strip() for part in by.split(",") if part.strip()}
    if not wanted or wanted - set(EVERY):
        raise AlignError(f"--by {by}: give some of {','.join(EVERY)}")
    return tuple(way for way in EVERY if way in wanted)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on a terminal's stderr with rate and time left; elsewhere nothing.

    Called with the total, how many it advances, and a note.
    """
    if not sys.stderr.isatty():
        yield lambda total, step, note: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:.1f}/s" if speed else "")

    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(
        *columns, console=Console(file=progress_stream()), transient=True, speed_estimate_period=60
    ) as progress:
        task = progress.add_task(what, total=None, note="")

        def advance(total: int, step: int, note: str) -> None:
            progress.update(task, total=total, advance=step, note=note)

        yield advance


@contextmanager
def reading_bar() -> Iterator[Callable[[int, str], None]]:
    """The bar of the first stage, in which documents are read."""
    with bar("Reading") as advance:
        yield lambda total, path: advance(total, 1, "")
