"""`align server`: a team's memories and termbases behind one address."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from align.cli.memories import setting

if TYPE_CHECKING:
    import socket

    from align.server.app import Server


def server(
    database: str | None = typer.Argument(
        None, metavar="[DATABASE]", help="Address of the database: postgresql://user@host/name."
    ),
    embedded: Path | None = typer.Option(
        None, "--embedded", help="A folder for a database of the server's own, to try it."
    ),
    host: str = typer.Option("127.0.0.1", "--host", help="Address to listen on."),
    port: int = typer.Option(8100, "--port", min=0, max=65535, help="Port; 0 takes a free one."),
    uploads: Path | None = typer.Option(
        None, "--uploads", help="Folder for files until they are added; else align-uploads."
    ),
    admin: str | None = typer.Option(
        None, "--admin", help="Make this user an administrator and print a new token, then go on."
    ),
    model: str | None = typer.Option(
        None, "--model", callback=setting("model"), help="Encoder; else the embedded one."
    ),
) -> None:
    """Serve memories and termbases to browsers, CAT tools and programs.

    With no users yet, an administrator is made and the token printed, once. A reverse proxy gives
    it TLS. Stop it with Ctrl+C.
    """
    import logging

    from align.cli.serve import address, listen
    from align.embedding.load import load_encoder
    from align.errors import InputError
    from align.memory.postgres.address import Address, is_address

    logging.basicConfig(level=logging.WARNING, format="align: %(levelname)s: %(message)s")
    if (database is None) == (embedded is None):
        raise InputError("give the address of a database, or --embedded FOLDER for one to try")
    if database is not None and not is_address(database):
        raise InputError(f"{database}: not an address; write postgresql://user@host/database")
    encoder = load_encoder(model)
    with ExitStack() as running:
        if embedded is not None:
            from align.memory.postgres.embedded import EmbeddedServer

            own = running.enter_context(EmbeddedServer(embedded / "database"))
            database = own.url
            uploads = uploads or embedded / "uploads"
        assert database is not None
        from align.server.app import Server

        made = Server(Address.parse(database), uploads or Path("align-uploads"), encoder=encoder)
        running.callback(made.close)
        listening = listen(host, port)
        running.callback(listening.close)
        sys.stdout.write(f"{address(listening, host)}/\n")
        _token(made, admin)
        sys.stdout.flush()
        if host not in ("127.0.0.1", "localhost", "::1"):
            sys.stderr.write(
                "align: others on your network can reach this server; without a reverse proxy"
                " for TLS their tokens can be read on the way\n"
            )
        _run(made, listening)


def _token(server: Server, admin: str | None) -> None:
    """Print a token for the first administrator, or for whoever `--admin` names."""
    from align.server import store

    with server.pools.connection() as connection:
        if admin is None and store.users(connection):
            return
        name = admin or "admin"
        token = store.give_token(connection, name, by="align server", admin=True)
    sys.stdout.write(f"token of {name}: {token}\n")


def _run(server: Server, listening: socket.socket) -> None:
    """Serve until the process is stopped. No address is logged: doors have tokens in theirs."""
    import uvicorn

    config = uvicorn.Config(
        server.application(),
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=64 * 1024,
    )
    uvicorn.Server(config).run(sockets=[listening])
