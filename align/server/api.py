"""The server's own API: memories, units, terms, checks, users; what each address answers."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from align.atomic import scratch_folder
from align.clock import stamp
from align.datatypes import TranslationUnit
from align.errors import InputError
from align.formats.units import from_record
from align.memory.postgres import changing, schema
from align.memory.postgres.changing import Versioned
from align.memory.postgres.memory import PostgresMemory
from align.memory.searching import KINDS
from align.outside import json_out
from align.server import records, store
from align.server.operations import Call, Operation, Parameter
from align.server.roles import STATES, DeniedError, Role, checked_name

MOST_HITS = 200
MOST_UNITS = 2_000  # of one check
MOST_SENTENCES = 99  # of one request for references: more are a file's, for `align reference`


class MissingError(InputError):
    """There is no such thing."""


def answer(value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(json_out(value), status, media_type="application/json")


# --- memories -------------------------------------------------------------------------------------


def me(call: Call) -> Response:
    """Who the token's user is, and what they may do."""
    rights = [
        {"kind": kind, "name": name, "role": role.name}
        for (kind, name), role in sorted(call.user.rights.items())
    ]
    return answer({"name": call.user.name, "admin": call.user.admin, "rights": rights})


def memories(call: Call) -> Response:
    """The memories that the user may read."""
    found = schema.memories(call.connection)
    return answer(
        [
            {"name": name, "approved_only": only, "role": call.user.role("memory", name).name}
            for name, only in found
            if call.user.role("memory", name) >= Role.reader
        ]
    )


def make_memory(call: Call) -> Response:
    """A new memory."""
    name = checked_name(call.text("name"))
    from align.memory.postgres.address import Address

    address = Address(call.server.address.url, name)
    PostgresMemory.open(address, create=True).close()
    _set_policy(call, name, call.flag("approved_only"), "memory made")
    return answer({"name": name}, 201)


def set_policy(call: Call) -> Response:
    """Whether only approved units of a memory answer."""
    name = call.path("memory")
    _there(call, name)
    _set_policy(call, name, call.flag("approved_only"), "policy changed")
    return answer({"name": name, "approved_only": call.flag("approved_only")})


def _set_policy(call: Call, name: str, only: bool, action: str) -> None:
    """Let only approved units of a memory answer, or all; written into the audit trail."""
    with call.connection.transaction():
        call.connection.execute(
            "UPDATE align.memories SET approved_only = %s WHERE name = %s", (only, name)
        )
        what = ("memory", name, "")
        store.note(call.connection, call.user.name, action, what, None, {"approved_only": only})


def _there(call: Call, name: str) -> bool:
    """Whether only approved units answer. Raises MissingError where there is no such memory."""
    policy = dict(schema.memories(call.connection))
    if name not in policy:
        raise MissingError("there is no such memory")
    return policy[name]


class _Opened:
    """The memory of an address, as this user may see it: `with opened(call) as memory`."""

    def __init__(self, call: Call, *, all_states: bool = False) -> None:
        name = call.path("memory")
        only = _there(call, name) and not all_states
        self._memory = call.server.pools.memory(name, approved_only=only)
        self._turns = call.server.pools.turns
        self._held = contextlib.ExitStack()

    def __enter__(self) -> PostgresMemory:
        with contextlib.ExitStack() as held:
            held.enter_context(self._turns())
            memory = held.enter_context(self._memory)
            self._held = held.pop_all()
        return memory

    def __exit__(self, *error: Any) -> None:
        self._held.__exit__(*error)


def opened(call: Call) -> _Opened:
    """The memory to look things up in; `all` shows contributors what nobody has approved yet."""
    wanted = call.flag("all")
    if wanted:
        call.user.demand("memory", call.path("memory"), Role.contributor)
    return _Opened(call, all_states=wanted)


def stats(call: Call) -> Response:
    """What a memory holds."""
    from dataclasses import asdict

    with opened(call) as memory:
        return answer(asdict(memory.stats()))


def search(call: Call) -> Response:
    """Units like a text: the same, similarly worded, of like meaning."""
    text = call.text("q")
    asked = call.text("kinds", ",".join(KINDS)).split(",")
    if not set(asked) <= set(KINDS):
        raise InputError(f"kinds: of {', '.join(KINDS)}, with commas")
    kinds = [kind for kind in KINDS if kind in asked]
    limit = call.number("limit", 10, least=1, most=MOST_HITS)
    minimum = call.number("min", 70, most=100) / 100
    with opened(call) as memory:
        found = memory.search(text, lang=call.lang(), limit=limit, minimum=minimum, kinds=kinds)
    return answer([records.match_record(text, match) for match in found])


def concordance(call: Call) -> Response:
    """The units that hold some words, with the words and their rendering marked."""
    words = call.text("q", most=500)
    limit = call.number("limit", 20, least=1, most=MOST_HITS)
    with opened(call) as memory:
        page = memory.concordance_page(
            words, lang=call.lang(), limit=limit, locate=call.server.locate
        )
    return answer(
        {
            "total": page.total,
            "exact": page.exact,
            "hits": [records.hit_record(hit) for hit in page.hits],
        }
    )


def references(call: Call) -> Response:
    """What of a text was translated before: sentences, passages, terms."""
    from align.document import read_document
    from align.memory.several import Shelf
    from align.reference.search import ReferenceOptions, refer
    from align.report.references.records import record_of

    text = call.text("text", most=50_000)
    document = read_document(io.BytesIO(text.encode()), lang=call.lang(), name="text")
    if len(document.segments) > MOST_SENTENCES:
        raise InputError(f"text: at most {MOST_SENTENCES} sentences in one request")
    options = ReferenceOptions(
        minimum=call.number("min", 70, least=30, most=100) / 100,
        limit=call.number("limit", 5, least=1, most=20),
    )
    with opened(call) as memory:
        found = refer(
            document, [Shelf(memory.name, memory)], aligner=call.server.aligner(), options=options
        )
        return answer([record_of(each) for each in found])


def export(call: Call) -> Response:
    """The units of a memory as a TMX."""
    from align.formats import tmx

    with ExitStack() as kept:
        with opened(call) as memory:
            file: IO[bytes] = kept.enter_context(tempfile.SpooledTemporaryFile(8 << 20))
            tmx.write_units(file, memory.units(), created=stamp())
        file.seek(0)
        closing = kept.pop_all()

    def parts() -> Iterator[bytes]:
        with closing:
            yield from iter(lambda: file.read(1 << 20), b"")

    return StreamingResponse(
        parts(), media_type="application/x-tmx+xml", background=BackgroundTask(closing.close)
    )


# --- units ----------------------------------------------------------------------------------------


def _unit_number(call: Call) -> int:
    """The number of the unit in the path; raises MissingError for none."""
    from align.outside import whole_number

    found = whole_number(call.path("unit"))
    if found is None:
        raise MissingError("there is no such unit")
    return found


def _note(call: Call) -> changing.Note:
    """What writes a change into the audit trail, in the transaction that makes it."""

    def note(action: str, unit: int, before: Any, after: Any) -> None:
        connection = call.connection if call.held is None else call.held
        what = ("memory", call.path("memory"), str(unit))
        store.note(connection, call.user.name, action, what, before, after)

    return note


def _state(call: Call, default: str) -> str:
    """The state that a caller asks for, where their role allows it."""
    state = call.text("state", default)
    if state not in STATES:
        raise InputError(f"state: one of {', '.join(STATES)}")
    if state != "draft":
        call.user.demand("memory", call.path("memory"), Role.approver)
    return state


def unit(call: Call) -> Response:
    """A unit with its version and state."""
    with opened(call) as memory:
        found = changing.get(memory, _unit_number(call))
    if found is None:
        raise MissingError("there is no such unit")
    return answer(records.unit_record(found))


def add_unit(call: Call) -> Response:
    """A new unit, a draft unless an approver says more."""
    state = _state(call, "draft")
    fields = {
        k: v for k, v in call.body.items() if k not in ("state", "origin", "created", "changed")
    }
    given = from_record(fields, "unit")
    _bounded(given)
    now = stamp()
    given = replace(given, state=state, created=now, changed=now, origin=call.user.name)

    def prepared(memory: PostgresMemory) -> changing.Addition:
        call.held = memory.connection
        return changing.Addition(given, call.user.name, now, _note(call))

    _there(call, call.path("memory"))
    found = call.server.additions.add(call.path("memory"), prepared)
    return answer(records.unit_record(found), 201)


def _bounded(unit: TranslationUnit) -> None:
    if max(len(unit.source), len(unit.target), len(unit.note or "")) > 100_000:
        raise InputError("a unit's texts have at most 100,000 characters")


def correct_unit(call: Call) -> Response:
    """Another text for a unit, which becomes a draft unless an approver says more.

    The version is the one that was seen: 409 where the unit has changed since.
    """
    state = _state(call, "draft")
    number, version = _unit_number(call), call.number("version", -1, least=1, most=1 << 30)
    with _Opened(call, all_states=True) as memory:
        found = _seen(call, memory, number)
        texts = (
            call.text("source", found.stored.unit.source, most=100_000),
            call.text("target", found.stored.unit.target, most=100_000),
        )
        new = changing.correct(
            memory, number, version, texts, state=state, now=stamp(), note=_note(call)
        )
    return answer(records.unit_record(new))


def set_unit_state(call: Call) -> Response:
    """A unit reviewed, approved, or a draft again."""
    state = _state(call, "")
    number, version = _unit_number(call), call.number("version", -1, least=1, most=1 << 30)
    with _Opened(call, all_states=True) as memory:
        _seen(call, memory, number)
        new = changing.set_state(memory, number, version, state, now=stamp(), note=_note(call))
    return answer(records.unit_record(new))


def remove_unit(call: Call) -> Response:
    """A unit taken out of its memory, with all its places."""
    number, version = _unit_number(call), call.number("version", -1, least=1, most=1 << 30)
    with _Opened(call, all_states=True) as memory:
        _seen(call, memory, number)
        changing.delete(memory, number, version, note=_note(call))
    return answer({"removed": number})


def _seen(call: Call, memory: PostgresMemory, number: int) -> Versioned:
    """The unit as it is now; what somebody has approved, only an approver may change."""
    call.held = memory.connection
    found = changing.get(memory, number)
    if found is None:
        raise changing.StaleError(number, None)
    if found.stored.unit.state in schema_approved():
        call.user.demand("memory", call.path("memory"), Role.approver)
    return found


def schema_approved() -> frozenset[str]:
    """The states that only an approver gives or takes."""
    from align.memory.store import APPROVED

    return APPROVED


def trail(call: Call) -> Response:
    """Who changed what in a memory, the latest first."""
    before = call.number("before", 0, most=1 << 60)
    item = call.text("item", "") or None
    limit = call.number("limit", 100, least=1, most=1000)
    return answer(
        store.trail(call.connection, "memory", call.path("memory"), item, before or None, limit)
    )


def job(call: Call) -> Response:
    """How far an import is; for whoever sent the file, and administrators."""
    found = call.server.jobs.of(call.path("job"))
    if found is None or not (call.user.admin or found["user"] == call.user.name):
        raise MissingError("there is no such job")
    return answer(found)


# --- terms and checks -----------------------------------------------------------------------------


def termbases(call: Call) -> Response:
    """The termbases that the user may read."""
    rows = call.connection.execute("SELECT name FROM align.termbases ORDER BY name").fetchall()
    named = [(name, call.user.role("termbase", name)) for (name,) in rows]
    return answer([{"name": n, "role": r.name} for n, r in named if r >= Role.reader])


def terms(call: Call) -> Response:
    """What a term is called: the termbase's entries, exact ones first."""
    from align.language.scripts import language_of_words
    from align.terms.lookup import LookupOptions, find_entries

    text = " ".join(call.text("q", most=500).split())
    lang = language_of_words(text)
    options = LookupOptions(entries=call.number("limit", 10, least=1, most=100))
    base = call.server.termbase(call.connection, call.path("termbase"))
    found = find_entries(text, lang, base, call.server.encoder, options)
    return answer(
        [
            {
                "match": entry.kind,
                "score": entry.score,
                "term": entry.term.text,
                "status": entry.term.status,
                "concept": store.concept_record(entry.concept),
                "cited": f"{call.path('termbase')}, {entry.concept.id}",
            }
            for entry in found
        ]
    )


def import_terms(call: Call) -> Response:
    """The terms of a file (TBX, CSV, TSV, XLSX) put into a termbase; the same ids are replaced."""
    from align.terms.termbase import load_termbase

    suffix = Path(call.text("name", most=200)).suffix.lower()
    with scratch_folder() as folder:
        file = folder / f"terms{suffix}"
        file.write_bytes(call.raw)
        try:
            found = load_termbase(file)
        except InputError as error:
            raise InputError(str(error).replace(str(file), "the file")) from error
    count = store.put_concepts(
        call.connection, call.path("termbase"), found.concepts, by=call.user.name
    )
    return answer({"concepts": count}, 201)


def export_terms(call: Call) -> Response:
    """A termbase as TBX."""
    from align.formats.tbx import write_termbase

    base = call.server.termbase(call.connection, call.path("termbase"))
    file = io.BytesIO()
    write_termbase(file, base.concepts, title=call.path("termbase"))
    return Response(file.getvalue(), media_type="application/x-tbx+xml")


def propose(call: Call) -> Response:
    """A term proposed: an approver decides on it."""
    call.server.termbase(call.connection, call.path("termbase"))
    concept = store.concept_of(call.body)
    number = store.propose(call.connection, call.path("termbase"), concept, by=call.user.name)
    return answer({"proposal": number, "state": "proposed"}, 201)


def proposals(call: Call) -> Response:
    """The proposals of a termbase."""
    state = call.text("state", "") or None
    return answer(store.proposals(call.connection, call.path("termbase"), state))


def decide(call: Call) -> Response:
    """A proposal accepted into the termbase, or refused with a reason; once."""
    from align.outside import whole_number

    number = whole_number(call.path("proposal")) or 0
    accept = call.flag("accept")
    reason = call.text("reason", "", most=2_000)
    done = store.decide(
        call.connection,
        call.path("termbase"),
        number,
        accept=accept,
        reason=reason,
        by=call.user.name,
    )
    if not done:
        return answer({"error": "there is no such proposal, or it is decided already"}, 409)
    return answer({"proposal": number, "state": "accepted" if accept else "refused"})


def term_trail(call: Call) -> Response:
    """Who changed what in a termbase, the latest first."""
    limit = call.number("limit", 100, least=1, most=1000)
    name = call.path("termbase")
    return answer(store.trail(call.connection, "termbase", name, None, None, limit))


def check(call: Call) -> Response:
    """Terms, numbers, names and omissions of units; with a termbase that the user may read."""
    from align.report.findings import record_of
    from align.terms.checking import check_units

    given = call.body.get("units")
    if not isinstance(given, list) or not given or len(given) > MOST_UNITS:
        raise InputError(f"units: a list of 1 to {MOST_UNITS:,} objects with source and target")
    units = [from_record(each, f"unit {at}") for at, each in enumerate(given, 1)]
    base = None
    name = call.text("termbase", "")
    if name:
        call.user.demand("termbase", name, Role.reader)
        base = call.server.termbase(call.connection, name)
    found = check_units(units, base, encoder=call.server.encoder)
    return answer([record_of(finding) for finding in found])


# --- users ----------------------------------------------------------------------------------------


def users(call: Call) -> Response:
    """All users with their rights."""
    return answer(store.users(call.connection))


def make_user(call: Call) -> Response:
    """A user with a new token, which is shown this once; one that is there loses the old token."""
    name = checked_name(call.text("name"))
    admin = call.flag("admin") if "admin" in call.body else None
    token = store.give_token(call.connection, name, by=call.user.name, admin=admin)
    if "rights" in call.body:
        values = {"rights": call.body["rights"]}
        store.set_user(call.connection, name, values, by=call.user.name)
    return answer({"name": name, "token": token}, 201)


def change_user(call: Call) -> Response:
    """What a user may do: `active`, `admin`, and `rights`."""
    name = call.path("user")
    if name == call.user.name and (
        call.body.get("active") is False or call.body.get("admin") is False
    ):
        raise DeniedError("an administrator cannot shut themselves out; let another one do it")
    store.set_user(call.connection, name, call.body, by=call.user.name)
    return answer({"name": name})


_Q = Parameter("q", "What is looked up.", required=True)
_LANG = Parameter("lang", "Its language (zh, en); else either.")
_LIMIT = Parameter("limit", "How many at most.", "integer")
_MIN = Parameter("min", "Lowest match rate, per cent.", "integer")
_ALL = Parameter("all", "Also what nobody has approved, for contributors.", "boolean")
_VERSION = {"version": "The version that was seen; 409 where the unit has changed since."}
_MEMORY = "/api/v1/memories/{memory}"
_TERMBASE = "/api/v1/termbases/{termbase}"


def operations() -> tuple[Operation, ...]:
    """The addresses of the API."""
    reader, contributor, approver, admin = list(Role)[1:]
    return (
        Operation("GET", "/api/v1/me", me, reader, "Who I am"),
        Operation("GET", "/api/v1/memories", memories, reader, "Memories"),
        Operation("POST", "/api/v1/memories", make_memory, admin, "Make a memory",
                  body={"name": "Its name.", "approved_only": "Whether only approved units answer."}),
        Operation("PATCH", _MEMORY, set_policy, admin, "Change a memory's policy", "memory",
                  body={"approved_only": "Whether only approved units answer."}),
        Operation("GET", _MEMORY, stats, reader, "What a memory holds", "memory", (_ALL,)),
        Operation("GET", f"{_MEMORY}/search", search, reader, "Search by words and meaning", "memory",
                  (_Q, _LANG, _LIMIT, _MIN, _ALL, Parameter("kinds", "exact,fuzzy,semantic"))),
        Operation("GET", f"{_MEMORY}/concordance", concordance, reader, "Concordance", "memory",
                  (_Q, _LANG, _LIMIT, _ALL)),
        Operation("POST", f"{_MEMORY}/references", references, reader, "References of a text",
                  "memory", body={"text": "The text.", "lang": "Its language; else detected."}),
        Operation("GET", f"{_MEMORY}/export.tmx", export, reader, "All units as TMX", "memory", (_ALL,)),
        Operation("GET", f"{_MEMORY}/units/{{unit}}", unit, reader, "A unit", "memory", (_ALL,)),
        Operation("POST", f"{_MEMORY}/units", add_unit, contributor, "Add a unit", "memory",
                  body={"source": "Text.", "target": "Text.", "source_lang": "Its language.",
                        "target_lang": "Its language.", "state": "draft, reviewed, approved"}),
        Operation("PUT", f"{_MEMORY}/units/{{unit}}", correct_unit, contributor, "Correct a unit",
                  "memory", body={"source": "Text.", "target": "Text.", "state": "…", **_VERSION}),
        Operation("POST", f"{_MEMORY}/units/{{unit}}/state", set_unit_state, contributor,
                  "Give a unit a state", "memory", body={"state": "…", **_VERSION}),
        Operation("DELETE", f"{_MEMORY}/units/{{unit}}", remove_unit, approver, "Take a unit out",
                  "memory", (Parameter("version", "The version that was seen.", "integer", True),)),
        Operation("GET", f"{_MEMORY}/audit", trail, approver, "Who changed what", "memory",
                  (Parameter("item", "A unit."), _LIMIT, Parameter("before", "A line.", "integer"))),
        Operation("GET", "/api/v1/jobs/{job}", job, reader, "How far an import is"),
        Operation("GET", "/api/v1/termbases", termbases, reader, "Termbases"),
        Operation("GET", f"{_TERMBASE}/terms", terms, reader, "Look a term up", "termbase",
                  (_Q, _LIMIT)),
        Operation("GET", f"{_TERMBASE}/export.tbx", export_terms, reader, "All terms as TBX",
                  "termbase"),
        Operation("POST", f"{_TERMBASE}/imports", import_terms, admin, "Put a file's terms in",
                  "termbase", (Parameter("name", "The file's name.", required=True),), upload=True),
        Operation("POST", f"{_TERMBASE}/proposals", propose, contributor, "Propose a term", "termbase",
                  body={"terms": "A list of {text, lang, status …}.", "note": "…", "id": "…"}),
        Operation("GET", f"{_TERMBASE}/proposals", proposals, reader, "Proposals", "termbase",
                  (Parameter("state", "proposed, accepted, refused"),)),
        Operation("POST", f"{_TERMBASE}/proposals/{{proposal}}", decide, approver,
                  "Accept or refuse a proposal", "termbase",
                  body={"accept": "true or false", "reason": "Why."}),
        Operation("GET", f"{_TERMBASE}/audit", term_trail, approver, "Who changed what", "termbase",
                  (_LIMIT,)),
        Operation("POST", "/api/v1/check", check, reader, "Check units",
                  body={"units": "A list of {source, target …}.", "termbase": "Its name."}),
        Operation("GET", "/api/v1/users", users, admin, "Users"),
        Operation("POST", "/api/v1/users", make_user, admin, "Make a user, or give a new token",
                  body={"name": "…", "admin": "true or false", "rights": "[{kind, name, role}]"}),
        Operation("PATCH", "/api/v1/users/{user}", change_user, admin, "Change a user's rights",
                  body={"active": "…", "admin": "…", "rights": "[{kind, name, role}]"}),
    )  # fmt: skip
