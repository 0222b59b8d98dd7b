"""The socket that the page and the server listen on."""

from __future__ import annotations

import asyncio
import socket

import pytest

from align.cli.serve import listen


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_no_part_of_an_answer_waits_for_an_acknowledgement(host: str) -> None:
    if host == "::1" and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    listening = listen(host, 0)
    at_once: list[int] = []

    async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        at_once.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async def ask() -> None:
        server = await asyncio.start_server(asked, sock=listening)
        reader, writer = await asyncio.open_connection(*listening.getsockname()[:2])
        await reader.read()
        writer.close()
        server.close()

    asyncio.run(ask())
    assert at_once == [1]
