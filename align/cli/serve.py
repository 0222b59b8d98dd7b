"""`align serve`: the review page, on this computer only."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.languages import made
from align.cli.memories import (
    EXCLUDE,
    INCLUDE,
    MEMORIES,
    TERMS,
    memory_places,
    setting,
    terms_places,
)

if TYPE_CHECKING:
    import socket

    from align.web.opened_folder import OpenedFolder


def serve(
    place: Path = typer.Argument(
        Path(),
        metavar="PLACE",
        help="A folder, a TMX, XLIFF or PO file, or a project; without one, the current folder.",
    ),
    terms: list[Path] = TERMS,
    memory: list[str] = MEMORIES,
    include: list[str] = INCLUDE,
    exclude: list[str] = EXCLUDE,
    model: str | None = typer.Option(
        None, "--model", callback=setting("model"), help="Model; else the embedded one."
    ),
    src_lang: str | None = typer.Option(
        None,
        "--src-lang",
        callback=made("languages.source"),
        help="Language that documents are translated from; else the configuration's, or Chinese.",
    ),
    host: str = typer.Option("127.0.0.1", "--host", help="Address to listen on."),
    port: int = typer.Option(0, "--port", min=0, max=65535, help="Port; 0 takes a free one."),
    browser: bool = typer.Option(True, "--open/--no-open", help="Open the page in the browser."),
) -> None:
    """Review and mend an alignment in the browser.

    Every change is saved as it is made. Stop it with Ctrl+C. Nothing leaves this computer.
    """
    import logging
    import secrets

    from align.language.tags import is_chinese
    from align.web.services import LocalTools, NamedMemory

    logging.basicConfig(level=logging.WARNING, format="align: %(message)s")
    tools = LocalTools(
        model=model,
        named_terms=tuple(terms_places(terms)),
        named_memories=tuple(
            NamedMemory(*each) for each in memory_places(memory, include=include, exclude=exclude)
        ),
        own=own_terms(place),
    )
    _ = tools.termbase  # a bad termbase is told now, not on the first page
    desk, first = open_desk(place, tools, from_english=not is_chinese(src_lang or "zh"))
    key = secrets.token_urlsafe(24)
    listening = listen(host, port)
    try:
        url = address(listening, host)
        sys.stdout.write(f"{url}/?key={key}\n")
        sys.stdout.flush()
        if host not in LOCAL:
            sys.stderr.write("align: others on your network can reach this page; keep the key\n")
        if browser:
            _show(f"{url}/?key={key}")
        run(desk, listening, key=key, host=host, first=first)
    finally:
        listening.close()
        desk.close()


def own_terms(place: Path) -> Path:
    """Where the terms are that are added on the page, of a folder or of a file's folder."""
    from align.web.desk_terms import OWN

    return (place if place.is_dir() else Path(os.path.realpath(place)).parent) / OWN


LOCAL = ("127.0.0.1", "localhost", "::1")


def open_desk(
    place: Path, tools: object, *, from_english: bool = False
) -> tuple[OpenedFolder, str | None]:
    """The folder of the page, and the key of the file that it opens with."""
    from typing import cast

    from align.errors import InputError
    from align.outside import no_file
    from align.web.opened_folder import OpenedFolder
    from align.web.services import Tools

    known = cast(Tools, tools)
    if place.is_dir():
        return OpenedFolder(place, known, from_english=from_english), None
    if why := no_file(place):
        why = why.replace("no such file", "no such file or folder")
        raise InputError(f"{place}: {why}")
    place = Path(os.path.realpath(place))  # a loop of links is no error here
    desk = OpenedFolder(place.parent, known, only=[place], from_english=from_english)
    entries = [entry for entry in desk.entries() if entry.kind != "document"]
    if not entries:
        raise InputError(
            f"{place}: no file of units and no project; open its folder to align documents"
        )
    desk.session(entries[0].key)  # a file that cannot be opened is told now
    return desk, entries[0].key


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that the address is known before the server runs."""
    import socket

    from align.errors import InputError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio turns Nagle's algorithm off, which would hold the second part of
    # each answer back until the browser's delayed acknowledgement, 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise InputError(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another --port"
        ) from error
    return listening


def address(listening: socket.socket, host: str) -> str:
    """The page's address without a path."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}"


def run(
    desk: OpenedFolder, listening: socket.socket, *, key: str, host: str, first: str | None = None
) -> None:
    """Serve until the process is stopped."""
    import uvicorn

    from align.web.app import make_app
    from align.web.idle_connections import timely_protocol

    port = listening.getsockname()[1]
    names = {*LOCAL[:2], "[::1]"} if host in LOCAL else {host, f"[{host}]"}
    hosts = {f"{name}:{port}" for name in names} | (names if port == 80 else set())
    app = make_app(desk, key=key, hosts=hosts, port=port, first=first)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=timely_protocol(),
        ws="none",
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=64 * 1024,
    )
    # A thread that checks a text gives way to one that answers after 0.5 ms, not 5: an answer waits
    # for its turn each time that it has read or written something.
    sys.setswitchinterval(0.0005)
    uvicorn.Server(config).run(sockets=[listening])


def _show(url: str) -> None:
    import contextlib
    import webbrowser

    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(url)
