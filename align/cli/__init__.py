"""The command line: parse, call one function, render, exit code.

Each module here holds one group of commands and imports what is heavy inside its functions, so that
``align --help`` answers at once.
"""

from __future__ import annotations

import gc
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import typer

from align.cli.parsing import Commands, OnceGroup

# Typer brings its own copy of click in some versions, and uses the package in others.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]

app = Commands(
    name="align",
    cls=OnceGroup,
    help="Align Chinese and English documents, search translation memories, check terminology.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def _root(
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
    config: Path | None = typer.Option(
        None, "--config", metavar="FILE", help="Use this configuration and no other."
    ),
    no_config: bool = typer.Option(False, "--no-config", help="Use no configuration."),
    traceback: bool = typer.Option(
        False, "--traceback", help="Show where in the program an error arose (ALIGN_TRACEBACK=1)."
    ),
) -> None:
    if traceback:
        os.environ[_TRACEBACK] = "1"
    if config is not None or no_config:
        os.environ["ALIGN_CONFIG"] = "none" if no_config else str(config)
    if version:
        from align import __version__

        typer.echo(f"align {__version__}")
        raise typer.Exit


_TRACEBACK = "ALIGN_TRACEBACK"


def main() -> None:
    """Run the command line; every error becomes one line on stderr and exit code 2."""
    from align.cli.output import discard, protect
    from align.cli.outputs import remember_written
    from align.cli.stopping import Stopped, stop_cleanly
    from align.errors import AlignError

    # What OpenBLAS raises now and then for finite numbers (numpy issue 24067) tells nobody anything.
    warnings.filterwarnings("ignore", "invalid value encountered in matmul", RuntimeWarning)
    # Texts and alignments are many objects with hardly a cycle among them: to look for cycles after
    # every 700 new ones, as Python does, takes 4 % of the time of `align pair`.
    gc.set_threshold(20_000)
    protect()
    stop_cleanly()
    try:
        try:
            # What a command line lacks is told as all else is.
            code = app(prog_name="align", standalone_mode=False)
        finally:
            remember_written()
            sys.stdout.flush()  # here, where a full disk can still be told
        sys.exit(code if isinstance(code, int) else 0)
    except AlignError as error:
        _fail(str(error), error)
    except _UsageError as error:
        _misused(error)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; say nothing, as other tools do.
        discard()
        sys.exit(0)
    except OSError as error:
        if error.filename is None:  # none of our files: they are named where they are written
            discard()
        _fail(f"{error.filename or 'standard output'}: {error.strerror or error}", error)
    except Stopped as error:
        sys.stderr.write(
            "\nalign: interrupted; nothing half-written was left; give the same command again\n"
        )
        sys.exit(error.exit_code)
    except MemoryError as error:
        _fail("not enough memory for this; divide the input", error)
    except Exception as error:  # a bug of ours, or of a library: the user still gets one line
        _fail(
            f"unexpected {type(error).__name__}: {str(error)[:300]} (a fault of align: please "
            "report it, with what `align --traceback …` adds)",
            error,
        )


_ENDLESS = re.compile(r"\S{4097,}")  # longer than any path that Linux takes: nothing to copy out
_NO_NUMBER = re.compile(r"is not a valid (int|float)\w*(?: range)?")
_RANGE = re.compile(r"(\S+) is not in the range (?:(\S+)<=)?x(?:>=(\S+?)|<=(\S+?))\.?\Z")
_EXTRA = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", re.DOTALL)


def _misused(error: Any) -> None:
    """An option or argument that a command does not know or lacks: what it is, and where to look."""
    message = error.format_message()
    if message.startswith("Usage: "):  # a command that has others, by itself: its help
        sys.stderr.write(f"{message}\n")
        sys.exit(2)
    # "lookup", however the program itself was called.
    where = ""
    if error.ctx is not None:
        where = error.ctx.command_path.removeprefix(error.ctx.find_root().command_path).strip()
    message = _NO_NUMBER.sub(
        lambda found: f"is no {'whole ' if found[1] == 'int' else ''}number", message
    )
    message = _RANGE.sub(_in_words, message)
    if extra := _EXTRA.match(message):
        message = f"not expected here: {extra[1]} (what has blanks goes between quotation marks)"
    told = f"{where}: {message}" if where else message
    end = " " if message.endswith("?") else "; "
    _fail(f"{told.rstrip('.')}{end}see {f'align {where}'.strip()} -h", error)


def _in_words(found: re.Match[str]) -> str:
    """What click says of a range, without its formula: "0: 1 or more is wanted"."""
    number, low, least, high = found.groups()
    return f"{number}: {f'{least} or more' if least else f'{low} to {high}'} is wanted"


def _fail(message: str, error: BaseException) -> None:
    if os.environ.get(_TRACEBACK, "") not in ("", "0"):
        import traceback

        traceback.print_exception(error)
    line = _ENDLESS.sub(lambda found: f"{found[0][:60]}…", " ".join(message.split()))
    sys.stderr.write(f"align: {line}\n")
    sys.exit(2)


# The commands, in alphabetical order; their modules import what is heavy inside their functions.
from align.cli import batch as _batch  # noqa: E402
from align.cli import check as _check  # noqa: E402
from align.cli import config as _config  # noqa: E402
from align.cli import evaluate as _evaluate  # noqa: E402
from align.cli import lookup as _lookup  # noqa: E402
from align.cli import mcp as _mcp  # noqa: E402
from align.cli import memory as _memory  # noqa: E402
from align.cli import model as _model  # noqa: E402
from align.cli import pair as _pair  # noqa: E402
from align.cli import pairs as _pairs  # noqa: E402
from align.cli import reference as _reference  # noqa: E402
from align.cli import serve as _serve  # noqa: E402
from align.cli import server as _server  # noqa: E402
from align.cli import show as _show  # noqa: E402
from align.cli import terms as _terms  # noqa: E402
from align.cli import validate as _validate  # noqa: E402

app.command("batch")(_batch.batch)
app.command("check")(_check.check)
app.add_typer(_config.app, name="config")
app.command("evaluate")(_evaluate.evaluate)
app.command("lookup")(_lookup.lookup)
app.command("mcp")(_mcp.mcp)
app.add_typer(_memory.app, name="memory")
app.add_typer(_model.app, name="model")
app.command("pair")(_pair.pair)
app.command("pairs")(_pairs.pairs)
app.command("reference")(_reference.reference)
app.command("revise")(_reference.revise)
app.command("serve")(_serve.serve)
app.command("server")(_server.server)
app.command("show")(_show.show)
app.add_typer(_terms.app, name="terms")
app.command("validate")(_validate.validate)
