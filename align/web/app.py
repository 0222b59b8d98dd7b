"""The review page's application: addresses, and what each answers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from align.datatypes import REVIEW_BELOW, Finding, TermStatus, TranslationUnit
from align.errors import AlignError, FormatError
from align.formats.units import to_report
from align.language.scripts import has_han
from align.outside import json_in, json_out
from align.project import SUFFIX
from align.project.edits import EditError
from align.report.marking import Highlight, mark
from align.report.rendering import ASSETS
from align.report.strings import percent
from align.web import row_views
from align.web.opened_folder import UPLOAD_LIMIT, OpenedFolder
from align.web.request_guard import SMALL, Guard, TooLargeError, TooSlowError, refused, token_of
from align.web.services import Remembered, renderings
from align.web.session import Outcome, Session
from align.web.strings import negotiate, words

if TYPE_CHECKING:
    from jinja2 import Environment

_PATIENCE, _MOMENT = 1.5, 0.05  # seconds that an answer waits for the checks: for news, or more
# Rows that the page knows to come after the current one: of 20 keys a second, those that come while
# one is saved on a busy machine (0.4 s).
_AHEAD = 8
_NEAREST = 20  # units that a search by meaning shows of each source
_HERE = Path(__file__).parent
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EDITORS = re.compile(r"[^\w .()\[\]–-]")
# Strings that the script shows; everything else is in the HTML.
_SCRIPT_WORDS = (
    "too_many", "finding", "found_pairs", "found_none", "align_pairs", "anyway", "open", "batch_done",
    "alone", "to_review_count", "export_tmx", "export_html", "same_file", "status_waiting",
    "status_aligning", "status_done", "status_failed", "status_unrelated", "status_found", "reading",
    "saved", "nothing", "no_terms",
    "all_reviewed", "offline", "loading", "save", "cancel", "split_here", "pin",
    "unpin", "uploading", "too_large", "reading-source", "reading-target", "aligning", "carrying",
    "saving", "done", "lost", "comment", "source", "target", "edit", "accept", "reopen", "working",
    "ask_realign", "ask_realign-all", "ask_accept-rest", "go_on", "elsewhere", "your_text", "split",
    "split_how", "searching", "checking", "inserted", "insert_where", "seconds", "accepted_last",
    "accepted_unchecked", "all_unchecked", "reviewed", "moving", "move_here", "move_nothing",
)  # fmt: skip


def make_app(
    desk: OpenedFolder, *, key: str, hosts: Collection[str], port: int, first: str | None = None
) -> Guard:
    """The application for a folder; `first` is the key of a project that is opened at once."""
    site = Site(desk, key, first)
    app = Starlette(
        routes=site.routes(),
        exception_handlers={
            TooLargeError: site.too_large,
            TooSlowError: site.too_slow,
            AlignError: site.failed,
            404: site.missing,
        },
    )
    return Guard(
        app,
        hosts=hosts,
        key=key,
        port=port,
        limit=lambda path: UPLOAD_LIMIT if path == "/files" else SMALL,
        denied=f"{words('en')['denied']}\n{words('zh')['denied']}",
    )


class Site:
    """The handlers, and what they share: the folder, the templates, the token."""

    def __init__(self, desk: OpenedFolder, key: str, first: str | None) -> None:
        self.desk = desk
        self.token = token_of(key)
        self.first = first

    def routes(self) -> list[Route | Mount]:
        """Every address of the page."""
        return [
            Route("/", self.index),
            Route("/files", self.upload, methods=["POST"]),
            Route("/pairs", self.pair, methods=["POST"]),
            Route("/batches", self.find_pairs, methods=["POST"]),
            Route("/batches/{batch}", self.batch),
            Route("/batches/{batch}", self.align_pairs, methods=["POST"]),
            Route("/terms", self.add_term, methods=["POST"]),
            Route("/sources", self.sources),
            Route("/sources", self.use, methods=["POST"]),
            Route("/jobs/{job}", self.job),
            Route("/p/{key}", self.project),
            Route("/p/{key}/rows", self.rows),
            Route("/p/{key}/act", self.act, methods=["POST"]),
            Route("/p/{key}/checked", self.checked),
            Route("/p/{key}/reread", self.reread, methods=["POST"]),
            Route("/p/{key}/next", self.next),
            Route("/p/{key}/ahead", self.ahead),
            Route("/p/{key}/touched", self.touched),
            Route("/p/{key}/cuts", self.cuts),
            Route("/p/{key}/queue", self.queue),
            Route("/p/{key}/search", self.search),
            Route("/p/{key}/lookup", self.lookup),
            Route("/p/{key}/export/{form}", self.export),
            Route("/static/base.css", _base_css),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ]

    @cached_property
    def templates(self) -> Environment:
        """Templates with everything escaped; a missing variable is an error."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        return Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(
        self, request: Request, template: str, session: Session | None = None, **values: Any
    ) -> Response:
        """Render a template in the reader's language; `session` is the project that it shows."""
        chosen = request.query_params.get("ui")
        language = _language(request)
        langs = _langs(session) if session else ("zh", "en")
        w = words(language, langs[0])
        text = self.templates.get_template(template).render(
            ui=language,
            w=w,
            token=self.token,
            script_words={key: w[key] for key in _SCRIPT_WORDS},
            path=request.url.path,
            session=session,
            langs=langs,
            **values,
        )
        answer = Response(text, media_type="text/html")
        if chosen in ("en", "zh"):
            answer.set_cookie("align_ui", chosen, max_age=31_536_000, samesite="strict")
        return answer

    # ------------------------------------------------------------------------- the folder

    def index(self, request: Request) -> Response:
        """The folder; for the address that was printed the project that the command line named."""
        if self.first and request.query_params.get("open"):
            return Response(status_code=303, headers={"location": f"/p/{self.first}"})
        return self.page(
            request,
            "index.html",
            entries=self.desk.entries(),
            folder=self.desk.root.name or str(self.desk.root),
            limit=UPLOAD_LIMIT,
        )

    async def upload(self, request: Request) -> Response:
        """Take a document into the folder; its name is in a header, its bytes are the body."""
        name = unquote(request.headers.get("x-file-name", ""))
        entry = await self.desk.receive(name, request.stream())
        return JSONResponse({"key": entry.key, "name": entry.name, "kind": entry.kind})

    async def pair(self, request: Request) -> Response:
        """Begin to align two documents."""
        body = await _json(request)
        job = await run_in_threadpool(
            partial(self.desk.pair, force=body.get("force") is True),
            str(body.get("first")),
            str(body.get("second")),
        )
        return JSONResponse({"job": job.id}, 202)

    def job(self, request: Request) -> Response:
        """How far a job is."""
        job = self.desk.job(request.path_params["job"])
        told = {"stage": job.stage, "error": job.error, "project": job.project, "place": job.place}
        more = {"lost": job.lost, "file": job.kept_in, "unrelated": job.unrelated}
        return JSONResponse({**told, **more})

    async def find_pairs(self, request: Request) -> Response:
        """Begin to find the pairs among documents of the folder."""
        body = await _json(request)
        keys = body.get("keys")
        some = [str(key) for key in keys] if isinstance(keys, list) else []
        found = await run_in_threadpool(self.desk.find_pairs, some)
        return JSONResponse(asdict(found), 202)

    def batch(self, request: Request) -> Response:
        """The pairs that were found, and how far each of them is."""
        return JSONResponse(asdict(self.desk.pairings(request.path_params["batch"])))

    async def align_pairs(self, request: Request) -> Response:
        """Begin to align some of the pairs."""
        body = await _json(request)
        chosen = body.get("pairs")
        some = [n for n in chosen if isinstance(n, int)] if isinstance(chosen, list) else []
        batch = request.path_params["batch"]
        return JSONResponse(
            asdict(await run_in_threadpool(self.desk.align_pairs, batch, some)), 202
        )

    # ------------------------------------------------------------------------ the project

    def session(self, request: Request) -> Session:
        """The project that an address names."""
        return self.desk.session(request.path_params["key"])

    def project(self, request: Request) -> Response:
        """The page: the first rows at once, the others as they come into view."""
        session = self.session(request)
        session.checks.begin()
        version = session.checks.version
        parts = row_views.chunks(session)
        stop = parts[1].start if len(parts) > 1 else None
        return self.page(
            request,
            "project.html",
            session,
            title=_title(session),
            chunks=parts,
            first=row_views.between(session, "0-0", stop, _language(request)) if parts else [],
            version=version,
            stats=session.stats(),
            stale=self.desk.stale(session),
            warnings=[
                f"{side.name}: {text}"
                for side in (session.head.source, session.head.target)
                for text in side.warnings
            ],
            keys=_KEYS,
            limit=percent(REVIEW_BELOW),
        )

    def rows(self, request: Request) -> Response:
        """Rows as HTML: a run of them, or those of some ids as far as they are there."""
        session, ui = self.session(request), _language(request)
        query = request.query_params
        if "ids" in query:
            shown = row_views.of_ids(session, query["ids"].split(",")[: 4 * row_views.CHUNK], ui)
        else:
            shown = row_views.between(session, query.get("from", ""), query.get("to") or None, ui)
        return self.page(request, "rows.html", session, rows=shown)

    async def act(self, request: Request) -> Response:
        """Do something to a row; the change is on the disk when this answers."""
        body = await _json(request)
        return await run_in_threadpool(self._act, request, body)

    def _act(self, request: Request, body: dict[str, Any]) -> Response:
        session = self.session(request)
        row = str(body.get("row"))
        try:
            waited = session.waits(row)
            outcome = session.act(str(body.get("do")), row, body)
        except EditError as error:
            return JSONResponse({"error": error.code, "told": self._told(request, error)}, 409)
        answer = self._effect(request, session, outcome)
        if body.get("go"):
            order = str(body.get("order", ""))
            answer["ahead"] = session.ahead(outcome.focus, waited=waited, count=_AHEAD, order=order)
        return JSONResponse(answer)

    def _told(self, request: Request, error: EditError) -> str:
        w = words(_language(request))
        return w.get(f"error_{error.code}", w["cannot"])

    def _effect(self, request: Request, session: Session, outcome: Outcome) -> dict[str, Any]:
        with session.lock:
            ui = _language(request)
            shown = [row_views.row_view(session, row, ui) for row in outcome.added]
            stats, version = session.stats(), session.checks.version
        w = words(_language(request))
        rendered = bytes(self.page(request, "rows.html", session, rows=shown).body).decode()
        return {
            "removed": outcome.removed,
            "html": rendered,
            "focus": outcome.focus,
            "anew": outcome.anew,
            "version": version,
            "stats": stats,
            "told": w.get(f"did_{outcome.what}", w["nothing"]),
        }

    def checked(self, request: Request) -> Response:
        """The rows whose findings changed since a version, and how many are still to be checked.

        Answers when there is something to tell, at the latest after a while.
        """
        session = self.session(request)
        asked = request.query_params.get("since", "")
        since = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else 0
        session.checks.settle(_PATIENCE if session.checks.version <= since else _MOMENT)
        with session.lock:
            told = {
                "rows": session.checks.since(since)[: 4 * row_views.CHUNK * 10],
                "version": session.checks.version,
                "waiting": session.checks.waiting,
                "done": session.checks.done or bool(session.checks.error),
                "stats": session.stats(),
            }
        return JSONResponse(told)

    def touched(self, request: Request) -> Response:
        """How many rows an action would change, before it is done."""
        query = request.query_params
        try:
            told = self.session(request).touched(query.get("do", ""), query.get("row", ""))
        except EditError as error:
            return JSONResponse({"error": error.code, "told": self._told(request, error)}, 409)
        return JSONResponse(told)

    def cuts(self, request: Request) -> Response:
        """Both texts of a row, and where it would best be cut in two."""
        session = self.session(request)
        try:
            return JSONResponse(session.best_places(request.query_params.get("row", "")))
        except EditError as error:
            return JSONResponse({"error": error.code, "told": self._told(request, error)}, 409)

    async def reread(self, request: Request) -> Response:
        """Read the project's documents again."""
        body = await _json(request)
        session = await run_in_threadpool(self.session, request)
        job = await run_in_threadpool(self.desk.reread, session, str(body.get("row", "")))
        return JSONResponse({"job": job.id}, 202)

    def next(self, request: Request) -> Response:
        """The next row of the worklist."""
        query = request.query_params
        row = self.session(request).next_to_review(
            query.get("after", ""),
            back=query.get("back") == "1",
            group=query.get("group", ""),
            order=query.get("order", "gravity"),
        )
        return JSONResponse({"row": row})

    def ahead(self, request: Request) -> Response:
        """Where one goes on when a row and those that follow are accepted."""
        session, query = self.session(request), request.query_params
        row, order = query.get("row", ""), query.get("order", "gravity")
        try:
            told = session.ahead(row, waited=session.waits(row), count=_AHEAD, order=order)
        except EditError:  # asked while one reads: the row may have been merged or cut since
            told = []
        return JSONResponse({"ahead": told})

    # --------------------------------------------------------------------- the side panel

    def queue(self, request: Request) -> Response:
        """The worklist: what waits, or was decided, or is only noted; by rule where one is asked."""
        session, ui = self.session(request), _language(request)
        query = request.query_params
        state = query.get("state", "open")
        rule, order = query.get("rule", ""), query.get("order", "gravity")
        count, views = row_views.worklist(session, ui, state=state, rule=rule, order=order)
        return self.page(
            request,
            "queue.html",
            session,
            count=count,
            views=views,
            state=state,
            rule=rule,
            order=order,
            rules=row_views.rules_found(session, ui),
            stats=session.stats(),
            left=session.checks.waiting,
            failed=session.checks.error,
            limit=percent(REVIEW_BELOW),
        )

    def search(self, request: Request) -> Response:
        """In this text and in the memories: units that hold the words, or mean the like."""
        session = self.session(request)
        query = request.query_params.get("q", "").strip()[:200]
        meaning = request.query_params.get("by") == "meaning"
        here: list[tuple[str, Markup, Markup, str]] = []
        found: Sequence[Remembered] = ()
        total = count = 0
        if query and meaning:
            near = session.alike(query)
            here = [
                (row.id, Markup(escape(session.text(row, "source"))),
                 Markup(escape(session.text(row, "target"))), percent(score))
                for row, score in near
            ]  # fmt: skip
            found = self.desk.tools.alike(query, _NEAREST)
            total, count = len(here), len(found)
        elif query:
            total, hits = session.search(query)
            here = [
                (hit.row.id, _shown(session.text(hit.row, "source"), hit.source),
                 _shown(session.text(hit.row, "target"), hit.target), "")
                for hit in hits
            ]  # fmt: skip
            count, found = self.desk.tools.concordance(query, 30)
        memory = [
            (
                _shown(hit.unit.source, hit.source_spans),
                _shown(hit.unit.target, hit.target_spans),
                " · ".join(part for part in (hit.memory, hit.unit.origin or "") if part),
                "" if hit.score is None else percent(hit.score),
            )
            for hit in found
        ]
        return self.page(
            request, "hits.html", session, query=query, total=total, here=here, count=count,
            memory=memory, meaning=meaning,
            asked=any(source.kind == "memory" for source in self.desk.tools.sources()),
        )  # fmt: skip

    def lookup(self, request: Request) -> Response:
        """What a term is called, from the termbases, the memories and the text itself."""
        session = self.session(request)
        term = request.query_params.get("q", "").strip()[:200]
        with session.lock:
            rows = list(session.rows)
        entries = self.desk.tools.lookup(term, session.units_of(rows)) if term else ()
        total, hits = session.search(term, 5)
        seen = [
            (hit.row.id, session.text(hit.row, "source"), session.text(hit.row, "target"))
            for hit in hits
        ]
        chinese = has_han(term)
        lines = renderings(entries)
        return self.page(
            request,
            "lookup.html",
            session,
            term=term,
            lines=lines,
            seen=seen,
            total=total,
            chinese=chinese,
        )

    async def add_term(self, request: Request) -> Response:
        """Add a term to the user's own, or forbid a rendering."""
        body = await _json(request)
        w = words(_language(request))
        status: TermStatus = "deprecated" if body.get("status") == "deprecated" else "preferred"
        zh, en = str(body.get("zh", "")), str(body.get("en", ""))
        await run_in_threadpool(self.desk.add_term, zh, en, status)
        return JSONResponse({"told": w[f"term_{status}"].format(zh=zh.strip(), en=en.strip())})

    def sources(self, request: Request) -> Response:
        """The termbases and memories that are used, and those of the folder that may be."""
        return self.page(
            request, "sources.html", sources=self.desk.sources(), missing=self.desk.not_chosen
        )

    async def use(self, request: Request) -> Response:
        """Use these termbases and memories of the folder."""
        body = await _json(request)
        chosen = body.get("chosen")
        keys = [str(key) for key in chosen] if isinstance(chosen, list) else []
        await run_in_threadpool(self.desk.use, keys[:100])
        return JSONResponse({"told": words(_language(request))["sources_used"]})

    # ------------------------------------------------------------------------- the exports

    def export(self, request: Request) -> Response:
        """The units as a file."""
        form = request.path_params["form"]
        if form not in _EXPORTS:
            return PlainTextResponse("no such format\n", 404)
        media, write = _EXPORTS[form]
        session = self.session(request)
        file = io.BytesIO()
        with session.lock:
            write(file, session, _language(request))
        name = _EDITORS.sub("_", _title(session)) + "." + form
        disposition = f"attachment; filename*=UTF-8''{quote(name)}"
        return Response(
            file.getvalue(), media_type=media, headers={"content-disposition": disposition}
        )

    # -------------------------------------------------------------------------- failures

    def failed(self, request: Request, error: Exception) -> Response:
        """A foreseeable error: its one line."""
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"error": "input", "told": str(error)}, 400)
        return PlainTextResponse(f"{error}\n", 400)

    def too_large(self, request: Request, error: Exception) -> Response:
        """A body without a length that grew too long."""
        return refused(413, str(error))

    def too_slow(self, request: Request, error: Exception) -> Response:
        """A body that did not come in time."""
        return refused(408, str(error))

    def missing(self, request: Request, error: Exception) -> Response:
        """An address that is not there."""
        return PlainTextResponse("not found\n", 404)


def _shown(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    return Markup(mark(text, [Highlight(*span, "search") for span in spans]))


def _language(request: Request) -> Any:
    """The reader's language: that asked for now, or chosen before, or preferred by the browser."""
    chosen = request.query_params.get("ui") or request.cookies.get("align_ui")
    return negotiate(chosen, request.headers.get("accept-language", ""))


def _langs(session: Session) -> tuple[str, str]:
    return session.head.source.lang, session.head.target.lang


def _title(session: Session) -> str:
    head = session.head
    if head.units:
        return Path(head.source.name).stem
    return (
        head.source.symbol or head.target.symbol or session.project.path.name.removesuffix(SUFFIX)
    )


def _base_css(request: Request) -> Response:
    return FileResponse(ASSETS / "base.css", media_type="text/css")


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = json_in(await request.body(), "request")
    except FormatError:
        body = None
    if not isinstance(body, dict):
        raise EditError("unknown", "the request is not a JSON object")
    return body


# ------------------------------------------------------------------------------- export formats


def _write_tmx(file: io.BytesIO, session: Session, ui: Any) -> None:
    from align.formats.tmx import write_units

    kept = [unit for unit in session.units() if unit.state != "rejected"]
    head = session.head
    write_units(
        file,
        kept,
        source_lang=head.source.lang,
        target_lang=head.target.lang,
        created=session.tools.now(),
    )


def _write_xlsx(file: io.BytesIO, session: Session, ui: Any) -> None:
    from align.report.sheet import write_sheet

    signature = session.head.signature
    told = str(signature) if signature else None
    write_sheet(file, session.units(), signature=told, findings=_placed(session), ui=ui)


def _placed(session: Session) -> list[Finding]:
    """The findings, each with the place of its unit in the text."""
    places = {row.id: index for index, row in enumerate(session.rows)}
    found = row_views.all_findings(session)
    return [replace(finding, unit=places[row]) for row, finding in found]


def _write_jsonl(file: io.BytesIO, session: Session, ui: Any) -> None:
    for unit in session.units():
        file.write((json_out(_unit_record(unit)) + "\n").encode())


def _unit_record(unit: TranslationUnit) -> dict[str, Any]:
    """The keys of `align pair --jsonl`, and what the reviewer decided."""
    return {**to_report(unit), "state": unit.state, "note": unit.note}


def _write_html(file: io.BytesIO, session: Session, ui: Any) -> None:
    from align.report.html import write_report

    units = session.units()
    found = _placed(session)
    marker = session.tools.marker
    hits = marker.hits(units) if marker else None
    head = session.head
    write_report(file, head.source, head.target, session.alignment(), units, found, hits, ui=ui)


_EXPORTS: dict[str, tuple[str, Callable[[io.BytesIO, Session, Any], None]]] = {
    "tmx": ("application/xml", _write_tmx),
    "xlsx": (_WORKBOOK, _write_xlsx),
    "jsonl": ("application/x-ndjson", _write_jsonl),
    "html": ("text/html", _write_html),
}

# The keyboard map: keys, then the word that says what they do.
_KEYS = (
    (("j", "↓"), ("k", "↑"), "key_move"),
    (("h", "←"), ("l", "→"), "key_side"),
    (("n",), ("N",), "key_next"),
    (("r",), ("R",), "key_accept"),
    (("m",), (), "merge"),
    (("s",), ("S",), "key_split"),
    (("K", "⇧↑"), ("J", "⇧↓"), "key_shift"),
    (("v", "Alt ↑ ↓"), ("V",), "key_exchange"),
    (("e", "⏎"), (), "edit"),
    (("c",), (), "comment"),
    (("x",), (), "mark_rejected"),
    (("p",), (), "pin"),
    (("a",), ("A",), "key_realign"),
    (("y",), (), "accept_rest"),
    (("u", "Ctrl Z"), ("U",), "key_undo"),
    (("t",), (), "key_term"),
    (("/",), (), "key_search"),
    (("⌘⏎", "Ctrl ⏎"), ("Esc",), "key_save"),
    (("?",), (), "key_help"),
)
