"""The server's application: every request is known, allowed and bounded before anything answers it."""

from __future__ import annotations

import base64
import binascii
import contextlib
import logging
import threading
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder, gives_tokens
from align.errors import AlignError, MemoryFileError
from align.memory.postgres import schema
from align.memory.postgres.address import Address
from align.memory.postgres.changing import StaleError
from align.outside import json_in
from align.server import api, doors, openapi, store
from align.server.additions import Additions
from align.server.api import MissingError, answer
from align.server.jobs import Indexer, Jobs
from align.server.operations import Call, Operation, Parameter
from align.server.pools import BusyError, Pools
from align.server.roles import DeniedError, Role
from align.terms.termbase import Termbase
from align.terms.wordalign import WordAligner
from align.web.request_guard import HEADERS

if TYPE_CHECKING:
    import psycopg

SMALL = 4 << 20  # bytes of a request's body, but for files
TERMS = 64 << 20  # bytes of a file of terms
_HERE = Path(__file__).parent

log = logging.getLogger(__name__)


class Server:
    """A database with its memories, and the application that answers for it."""

    def __init__(self, address: Address, uploads: Path, *, encoder: Encoder | None = None) -> None:
        self.address = address
        self.encoder = encoder or load_encoder()
        self.pools = Pools(address, self.encoder)
        with self.pools.connection() as connection:
            store.prepare(connection)
            if connection.execute("SELECT to_regclass('align.memories')").fetchone() == (None,):
                connection.execute(schema.REGISTRY)
        self.additions = Additions(self.pools)
        self.jobs = Jobs(self.pools, uploads)
        self.indexer = Indexer(self.pools, self._names)
        self._terms: dict[str, tuple[int, Termbase]] = {}
        self._lock = threading.Lock()
        self._aligners = threading.local()
        self._counts: Counter[tuple[str, str, int]] = Counter()
        self._seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.operations = (*_OWN, *api.operations(), _IMPORT, *doors.operations())

    def application(self) -> Starlette:
        """The ASGI application; it starts the work on files, and ends it."""

        @contextlib.asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            self.jobs.start()
            self.indexer.start()
            yield
            await run_in_threadpool(self.close)

        routes = [Route(o.path, self._endpoint(o), methods=[o.method]) for o in self.operations]
        return Starlette(routes=routes, lifespan=lifespan)

    def close(self) -> None:
        """Stop the work and close the connections."""
        self.jobs.stop()
        self.indexer.stop()
        self.pools.close()

    # ------------------------------------------------------------------ what answers share

    def _names(self) -> list[str]:
        with self.pools.connection() as connection:
            return [name for name, _ in schema.memories(connection)]

    def termbase(self, connection: psycopg.Connection[Any], name: str) -> Termbase:
        """A termbase as it is now. Raises MissingError where there is none."""
        row = connection.execute(
            "SELECT version FROM align.termbases WHERE name = %s", (name,)
        ).fetchone()
        if row is None:
            raise MissingError("there is no such termbase")
        with self._lock:
            held = self._terms.get(name)
        if held is None or held[0] != row[0]:
            found = store.concepts(connection, name)
            assert found is not None
            held = found[0], Termbase(found[1])
            with self._lock:
                self._terms[name] = held
        return held[1]

    def aligner(self) -> WordAligner | None:
        """What finds renderings, where the encoder has vectors of tokens: one for each thread."""
        if not gives_tokens(self.encoder):
            return None
        found: WordAligner | None = getattr(self._aligners, "aligner", None)
        if found is None:  # it keeps what it was asked of: no two threads may share that
            found = self._aligners.aligner = WordAligner(self.encoder)
        return found

    def locate(
        self, unit: TranslationUnit, side: str, span: tuple[int, int]
    ) -> Iterable[tuple[int, int]]:
        """Where a span of one side of a unit went on the other."""
        aligner = self.aligner()
        if aligner is None:
            return ()
        ours, theirs, lang = unit.source, unit.target, unit.target_lang
        if side == "target":
            ours, theirs, lang = unit.target, unit.source, unit.source_lang
        found = aligner.rendering(ours, theirs, span, target_lang=lang)
        return [(found.start, found.end)] if found else ()

    # ------------------------------------------------------------------------ the requests

    def _endpoint(self, operation: Operation) -> Any:
        """An operation as Starlette calls it: timed, counted, with the headers of every answer."""

        async def endpoint(request: Request) -> Response:
            begun = time.monotonic()
            given = await self._answered(operation, request)
            for name, value in HEADERS.items():
                given.headers.setdefault(name, value)
            given.headers.setdefault("cache-control", "no-store")
            with self._lock:
                key = operation.method, operation.path
                self._counts[*key, given.status_code] += 1
                self._seconds[key] += time.monotonic() - begun
            return given

        return endpoint

    async def _answered(self, operation: Operation, request: Request) -> Response:
        """The answer, or what was wrong as JSON; nothing of the request gets into a log."""
        try:
            if operation is _IMPORT:
                return await self._import(request)
            raw = b""
            if operation.method not in ("GET", "DELETE"):
                # Who asks is known before the body is read.
                await run_in_threadpool(self._known, operation, request)
                raw = await _body(request, TERMS if operation.upload else SMALL)
            return await run_in_threadpool(self._run, operation, request, raw)
        except _UnknownError:
            refusal = answer({"error": "a token is needed, and this is none or nobody's"}, 401)
            refusal.headers["www-authenticate"] = 'Bearer realm="align", Basic realm="align"'
            return refusal
        except DeniedError as error:
            return answer({"error": str(error)}, 403)
        except MissingError as error:
            return answer({"error": str(error)}, 404)
        except StaleError as error:
            return answer({"error": str(error), "version": error.version}, 409)
        except _LargeError as error:
            return answer({"error": str(error)}, 413)
        except BusyError as error:
            return answer({"error": str(error)}, 503)
        except MemoryFileError as error:
            log.warning("%s %s: %s", operation.method, operation.path, error)
            return answer({"error": "the database does not answer as it should; try again"}, 503)
        except AlignError as error:
            return answer({"error": str(error)}, 400)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # a fault of ours: its kind is logged, not what was asked
            log.error("%s %s: %s", operation.method, operation.path, type(error).__name__)
            log.debug("in detail", exc_info=True)
            return answer({"error": "a fault of the server"}, 500)

    def _known(self, operation: Operation, request: Request) -> store.User:
        """Whoever asks, where they may. Raises before anything is done for others."""
        token = _token(request)
        if token is None:
            raise _UnknownError
        with self.pools.connection() as connection:
            user = store.user_of(connection, token)
        if user is None:
            raise _UnknownError
        if operation.least is Role.admin:
            user.demand_admin()
        elif operation.kind:
            user.demand(operation.kind, request.path_params[operation.kind], operation.least)
        return user

    def _run(self, operation: Operation, request: Request, raw: bytes) -> Response:
        """Answer one request in a thread: who asks, what they may, then the operation."""
        user = _NOBODY
        if operation.least is not Role.none:
            user = self._known(operation, request)
        body: dict[str, Any] = {}
        if raw and not operation.upload:
            value = json_in(raw, "body", most=SMALL)
            if not isinstance(value, dict):
                return answer({"error": "body: a JSON object is needed"}, 400)
            body = value
        with self.pools.connection() as connection:
            return operation.answer(Call(self, request, operation, user, connection, body, raw))

    async def _import(self, request: Request) -> Response:
        """Take an upload as a stream to a file; it is added by a job."""
        user = await run_in_threadpool(self._known, _IMPORT, request)
        memory = request.path_params["memory"]
        names = await run_in_threadpool(self._names)
        if memory not in names:
            raise MissingError("there is no such memory")
        name = request.query_params.get("name", "")
        job = await self.jobs.receive(request.stream(), user=user.name, memory=memory, name=name)
        return answer(job, 202)

    def metrics(self) -> str:
        """Counts in the form that Prometheus reads."""
        with self._lock:
            counts, seconds = dict(self._counts), dict(self._seconds)
        lines = ["# TYPE align_requests_total counter"]
        for (method, path, status), count in sorted(counts.items()):
            labels = f'method="{method}",path="{path}",status="{status}"'
            lines.append(f"align_requests_total{{{labels}}} {count}")
        lines.append("# TYPE align_request_seconds_total counter")
        for (method, path), total in sorted(seconds.items()):
            labels = f'method="{method}",path="{path}"'
            lines.append(f"align_request_seconds_total{{{labels}}} {total:.6f}")
        return "\n".join(lines) + "\n"


class _UnknownError(Exception):
    """No token, or nobody's."""


class _LargeError(AlignError):
    """More came than may come."""


_NOBODY = store.User("", admin=False, rights={})


def _token(request: Request) -> str | None:
    """The token of a request: of its header, as the password of its address, or where a door has it."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and given.strip():
        return given.strip()
    if kind.lower() == "basic":
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            return base64.b64decode(given, validate=True).decode().partition(":")[2] or None
        return None
    if "token" in request.path_params:
        return str(request.path_params["token"])
    if "/apertium/" in request.scope["path"]:
        return request.query_params.get("key") or None
    return None


async def _body(request: Request, most: int) -> bytes:
    """The body of a request, up to a number of bytes."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _LargeError(f"at most {most:,} bytes can be sent here")
        parts.append(part)
    return b"".join(parts)


def _health(call: Call) -> Response:
    """Whether the server and its database answer."""
    call.connection.execute("SELECT 1")
    return answer({"status": "ok"})


def _metrics(call: Call) -> Response:
    """Counts of requests, for Prometheus."""
    return Response(call.server.metrics(), media_type="text/plain; version=0.0.4")


def _openapi(call: Call) -> Response:
    """This description."""
    from align import __version__

    return answer(openapi.document(call.server.operations, __version__))


def _page(call: Call) -> Response:
    """A page to look things up in a browser; it asks for the token."""
    return FileResponse(_HERE / "page" / "index.html")


def _script(call: Call) -> Response:
    """The page's script."""
    return FileResponse(_HERE / "page" / "page.js", media_type="text/javascript")


def _style(call: Call) -> Response:
    """The page's style."""
    return FileResponse(_HERE / "page" / "page.css", media_type="text/css")


def _received(call: Call) -> Response:
    """A file of units (TMX, XLIFF, PO, tables …) added to a memory: a job, with progress."""
    raise AssertionError  # answered by Server._import, which reads the file as it comes


_IMPORT = Operation(
    "POST", "/api/v1/memories/{memory}/imports", _received, Role.contributor, "Add a file", "memory",
    (Parameter("name", "The file's name, whose ending says what it is.", required=True),), upload=True,
)  # fmt: skip
_OWN = (
    Operation("GET", "/", _page, Role.none, "A page for browsers"),
    Operation("GET", "/page.js", _script, Role.none, "The page's script"),
    Operation("GET", "/page.css", _style, Role.none, "The page's style"),
    Operation("GET", "/health", _health, Role.none, "Whether all is well"),
    Operation("GET", "/metrics", _metrics, Role.admin, "Counts for Prometheus"),
    Operation("GET", "/openapi.json", _openapi, Role.reader, "This description"),
)
