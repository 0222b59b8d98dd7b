"""`align mcp`: tools for an assistant on this machine."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import typer


def mcp(
    memory: list[str] = typer.Option(
        [], "-m", "--memory", help="A memory, by its file or address; again for more."
    ),
    terms: Path | None = typer.Option(None, "--terms", help="Termbase: TBX, CSV, TSV or XLSX."),
    documents: Path | None = typer.Option(
        None, "--documents", help="A folder whose documents may be read by their names."
    ),
    model: str | None = typer.Option(None, "--model", help="Encoder; else the embedded one."),
) -> None:
    """Let an assistant look up, cite, check and pair, over standard input and output (MCP).

    It reads what is named here and nothing else, changes nothing, and sends nothing anywhere but to
    the program that started it.
    """
    import importlib.util

    from align.cli.units import load_tokens, read_terms
    from align.errors import InputError

    if importlib.util.find_spec("mcp") is None:
        raise InputError("the package mcp is not installed; `pip install 'align-zh-en[mcp]'`")
    if not memory and terms is None:
        raise InputError("nothing to look up in: give -m MEMORY, --terms FILE or both")
    from align.server.assistant import opened, serve

    with ExitStack() as stack:
        serve(opened(memory, read_terms(terms), load_tokens(model), documents, stack))
