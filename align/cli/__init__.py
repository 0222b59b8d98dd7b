"""The command line: parse, call one function, render, exit code.

Each module here holds one group of commands and imports what is heavy inside its functions, so that
``align --help`` answers at once.
"""

from __future__ import annotations

import os
import sys

import typer

app = typer.Typer(
    name="align",
    help="Align Chinese and English documents, search translation memories, check terminology.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def _root(
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    if version:
        from align import __version__

        typer.echo(f"align {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; every foreseeable error becomes one line on stderr and exit code 2."""
    from align.errors import AlignError

    try:
        app()
    except AlignError as error:
        _fail(str(error))
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; say nothing, as other tools do.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        _fail(f"{error.filename or 'input/output'}: {error.strerror or error}")
    except KeyboardInterrupt:
        sys.stderr.write("\nalign: interrupted; nothing half-written was left\n")
        sys.exit(130)


def _fail(message: str) -> None:
    line = " ".join(message.split())
    sys.stderr.write(f"align: {line}\n")
    sys.exit(2)


# The commands, in alphabetical order; their modules import what is heavy inside their functions.
from align.cli import batch as _batch  # noqa: E402
from align.cli import check as _check  # noqa: E402
from align.cli import evaluate as _evaluate  # noqa: E402
from align.cli import lookup as _lookup  # noqa: E402
from align.cli import memory as _memory  # noqa: E402
from align.cli import model as _model  # noqa: E402
from align.cli import pair as _pair  # noqa: E402
from align.cli import pairs as _pairs  # noqa: E402
from align.cli import serve as _serve  # noqa: E402
from align.cli import show as _show  # noqa: E402
from align.cli import terms as _terms  # noqa: E402
from align.cli import validate as _validate  # noqa: E402

app.command("batch")(_batch.batch)
app.command("check")(_check.check)
app.command("evaluate")(_evaluate.evaluate)
app.command("lookup")(_lookup.lookup)
app.add_typer(_memory.app, name="memory")
app.add_typer(_model.app, name="model")
app.command("pair")(_pair.pair)
app.command("pairs")(_pairs.pairs)
app.command("serve")(_serve.serve)
app.command("show")(_show.show)
app.add_typer(_terms.app, name="terms")
app.command("validate")(_validate.validate)
