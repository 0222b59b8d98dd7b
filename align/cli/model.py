"""`align model`: which models are here, what one is, and adapting the embedded one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from align.cli.languages import SOURCE, TARGET
from align.cli.output import many, progress_stream
from align.cli.parsing import Commands
from align.outside import json_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from align.embedding.adapting import AdaptReport

app = Commands(
    name="model", help="List, show and adapt the models that embed text.", no_args_is_help=True
)
_JSON = typer.Option(False, "--json", help="JSON lines instead of text.")


@app.command("list")
def list_models(as_json: bool = _JSON) -> None:
    """List the models on this machine: the embedded one and those that a hub client fetched."""
    from align.embedding.catalogue import installed

    for model in installed():
        if as_json:
            _print_json(
                {
                    "name": model.name,
                    "kind": model.kind,
                    "folder": str(model.folder),
                    "bytes": model.size,
                }
            )
        else:
            sys.stdout.write(
                f"{model.name}\t{model.kind}\t{model.size / 1e6:.1f} MB\t{model.folder}\n"
            )


@app.command()
def show(
    name: str | None = typer.Argument(None, help="Name or folder; else the embedded model."),
    as_json: bool = _JSON,
) -> None:
    """Show what a model is: kind, size, dimensions, the revision that signatures carry."""
    from align.embedding.catalogue import describe

    facts = describe(name)
    if as_json:
        _print_json(facts)
    else:
        width = max(map(len, facts))
        for key, value in facts.items():
            sys.stdout.write(f"{key.ljust(width)}  {value}\n")


@app.command()
def train(
    files: list[Path] = typer.Argument(metavar="TMX...", help="Your translations."),
    output: Path = typer.Option(
        ..., "-o", "--output", metavar="FOLDER", help="Model folder to write."
    ),
    model: str | None = typer.Option(
        None, "--model", help="Static model to begin with; else the embedded one."
    ),
    src_lang: str | None = SOURCE,
    tgt_lang: str | None = TARGET,
    epochs: float = typer.Option(4.0, "--epochs", min=0.1, help="Times each pair is seen."),
    device: str = typer.Option("cpu", "--device", help="cpu or cuda."),
    as_json: bool = _JSON,
) -> None:
    """Adapt the embedded model to your own TMX; a tenth is held out to measure what it brings."""
    from align.embedding.adapting import adapt
    from align.embedding.folders import EMBEDDED
    from align.errors import InputError
    from align.outside import no_file

    for path in files:
        if why := no_file(path):
            raise InputError(f"{path}: {why}")
    base = None if model in (None, EMBEDDED) else Path(str(model))
    with _Bar() as bar:
        report = adapt(
            _pairs(files, src_lang, tgt_lang),
            output,
            base=base,
            epochs=epochs,
            device=device,
            progress=bar.step,
        )
    if as_json:
        _print_json(
            {
                "folder": str(report.folder),
                "revision": report.revision,
                "trained": report.trained,
                "held_out": report.held_out,
                "before": report.before,
                "after": report.after,
            }
        )
        return
    sys.stdout.write(in_words(report))


def in_words(report: AdaptReport) -> str:
    """What `align model train` prints."""
    return (
        f"trained on {many(report.trained, 'pair')}; retrieval 1 of "
        f"{many(report.held_out, 'held-out pair')}, source to target / back:\n"
        f"before  {report.before[0]:.1%} / {report.before[1]:.1%}\n"
        f"after   {report.after[0]:.1%} / {report.after[1]:.1%}\n"
        f"{report.folder}  use it with --model {report.folder}\n"
    )


def _pairs(
    files: list[Path], src_lang: str | None, tgt_lang: str | None
) -> Iterator[tuple[str, str]]:
    """(Chinese, English) of every unit; a TMX written the other way round is turned."""
    from align.formats.tmx import read_units
    from align.language.tags import is_english

    for path in files:
        for unit in read_units(path, source_lang=src_lang, target_lang=tgt_lang):
            turned = is_english(unit.source_lang)
            yield (unit.target, unit.source) if turned else (unit.source, unit.target)


class _Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __enter__(self) -> _Bar:
        self._bar: Any = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(file=progress_stream()), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("Training", total=None)
        return self

    def step(self, done: int, total: int, _: float) -> None:
        if self._bar:
            self._bar.update(self._task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()


def _print_json(value: object) -> None:
    sys.stdout.write(json_out(value) + "\n")
