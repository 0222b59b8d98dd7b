"""`align mcp`: tools for an assistant on this machine."""

from __future__ import annotations

from pathlib import Path

import typer

from align.cli.memories import EXCLUDE, INCLUDE, MEMORIES, TERMS, asked, asked_terms, setting


def mcp(
    memory: list[str] = MEMORIES,
    include: list[str] = INCLUDE,
    exclude: list[str] = EXCLUDE,
    terms: list[Path] = TERMS,
    documents: Path | None = typer.Option(
        None, "--documents", help="A folder whose documents may be read by their names."
    ),
    model: str | None = typer.Option(
        None, "--model", callback=setting("model"), help="Encoder; else the embedded one."
    ),
) -> None:
    """Let an assistant look up, cite, check and pair, over standard input and output (MCP).

    It reads what is named here and nothing else, changes nothing, and sends nothing anywhere but to
    the program that started it.
    """
    import importlib.util

    from align.cli.units import load_tokens
    from align.errors import InputError

    if importlib.util.find_spec("mcp") is None:
        raise InputError("the package mcp is not installed; `pip install 'align-zh-en[mcp]'`")
    from align.server.assistant import opened, serve

    encoder = load_tokens(model)
    termbase = asked_terms(terms)
    with asked(memory, include=include, exclude=exclude, encoder=encoder, needed=False) as found:
        if found is None and termbase is None:
            raise InputError("nothing to look up in: give -m MEMORY, --terms FILE or both")
        serve(opened(found, termbase, encoder, documents))
