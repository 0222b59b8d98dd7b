"""What stands before every request: who may ask, how much they may send, what a page may load."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from align.errors import AlignError

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
MOST_FIELDS = 20  # in an address; the page uses four
_SLOWEST = 10_000  # bytes a second that must come: a fifth of the slowest modem
SMALL = 1 << 20  # bytes of a request's body, but for uploads


def token_of(key: str) -> str:
    """What a page sends with a request that changes something; from the key, but not the key."""
    return hmac.new(key.encode(), b"change", hashlib.sha256).hexdigest()


class Guard:
    """ASGI middleware: Host, key, Origin, token and size are checked before anything else runs.

    The key is in the address that the user opens, then in a cookie that scripts cannot read; a
    page that changes something sends its token, which other sites cannot know, from its own origin.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Collection[str],
        key: str,
        port: int,
        limit: Callable[[str], int],
        denied: str,
        patience: float = 30.0,
    ) -> None:
        self.app = app
        self.hosts = {host.lower() for host in hosts}
        self.key = key
        self.cookie = f"align_{port}"
        self.limit = limit
        self.denied = denied
        self.patience = patience  # seconds for a request's body, and more for a large one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
            return
        await self._bounded(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> Any:
        """The answer to a request that must not go on, else None."""
        host = headers.get("host", "").lower()
        if host not in self.hosts:
            return refused(403, "this server answers to its own address only")
        if scope["query_string"].count(b"&") >= MOST_FIELDS:
            return refused(400, f"at most {MOST_FIELDS} fields can be asked with")
        if scope["path"].startswith("/static/") and scope["method"] in ("GET", "HEAD"):
            return None
        if scope["path"] == "/" and scope["method"] == "GET" and self._key_in(scope):
            return self._welcome()
        if not self._known(headers):
            return refused(403, self.denied)
        if scope["method"] not in ("GET", "HEAD"):
            if headers.get("origin", "").lower() != f"http://{host}":
                return refused(403, "this request comes from another site")
            if not _same(headers.get("x-align-token", ""), token_of(self.key)):
                return refused(403, "the page's token is missing or old; load the page again")
        if _length(headers) > self.limit(scope["path"]):
            return refused(413, f"at most {self.limit(scope['path']):,} bytes can be sent here")
        return None

    def _key_in(self, scope: Scope) -> bool:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        return _same(query.get("key", [""])[0], self.key)

    def _welcome(self) -> RedirectResponse:
        answer = RedirectResponse("/?open=1", 303)  # without the key, as often as it is opened
        answer.set_cookie(self.cookie, self.key, httponly=True, samesite="strict", path="/")
        return answer

    def _known(self, headers: dict[str, str]) -> bool:
        # Read by hand: `http.cookies` gives up at the first cookie that it does not understand, and
        # all applications on this computer share one jar.
        pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        given = [value.strip('"') for name, _, value in pairs if name == self.cookie]
        return any(_same(value, self.key) for value in given)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application, but stop reading a body that has no length and does not end."""
        limit, got = self.limit(scope["path"]), 0
        begun, done = asyncio.get_running_loop().time(), False

        async def counting() -> Message:
            nonlocal got, done
            if done:  # what comes now is that the browser has gone: that may take its time
                return await receive()
            left = begun + self.patience + got / _SLOWEST - asyncio.get_running_loop().time()
            try:
                message = await asyncio.wait_for(receive(), max(left, 0.01))
            except TimeoutError as error:
                raise TooSlowError("the request did not come in time") from error
            done = not message.get("more_body", False)
            got += len(message.get("body", b""))
            if got > limit:
                raise TooLargeError(f"at most {limit:,} bytes can be sent here")
            return message

        await self.app(scope, counting, send)


class TooLargeError(AlignError):
    """More came than may come."""


class TooSlowError(AlignError):
    """A request came more slowly than any connection is."""


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _length(headers: dict[str, str]) -> int:
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() else 1 << 62


def refused(status: int, reason: str) -> PlainTextResponse:
    """An answer after which the connection ends, so that nothing more of the request is read."""
    return PlainTextResponse(reason + "\n", status, headers={"connection": "close"})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            extra = [
                (k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in present
            ]
            if b"cache-control" not in present:
                extra.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*message["headers"], *extra]}
        await send(message)

    return sending
