"""What the server keeps beside the memories: users, rights, termbases, proposals, jobs, audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from align.datatypes import Concept, Term, TermStatus, TermType, Usage
from align.errors import InputError
from align.server.roles import DeniedError, Role, checked_name, hashed, new_token, role_named

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_LOCK = 0x414C5356  # "ALSV"
_FIRST = """
CREATE SCHEMA IF NOT EXISTS align;
CREATE TABLE align.users(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    admin boolean NOT NULL DEFAULT false, active boolean NOT NULL DEFAULT true,
    token bytea UNIQUE, created timestamptz NOT NULL DEFAULT now());
-- `kind` is memory or termbase; `name` need not exist yet.
CREATE TABLE align.rights(
    "user" int NOT NULL REFERENCES align.users ON DELETE CASCADE, kind text NOT NULL,
    name text NOT NULL, role text NOT NULL, PRIMARY KEY("user", kind, name));
CREATE TABLE align.audit(
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(),
    "user" text NOT NULL, action text NOT NULL, kind text NOT NULL, name text NOT NULL,
    item text NOT NULL, before jsonb, after jsonb);
CREATE INDEX audit_by_item ON align.audit(kind, name, item);
CREATE TABLE align.termbases(name text PRIMARY KEY, version bigint NOT NULL DEFAULT 1);
CREATE TABLE align.concepts(
    termbase text NOT NULL REFERENCES align.termbases ON DELETE CASCADE, id text NOT NULL,
    place bigint GENERATED ALWAYS AS IDENTITY, concept jsonb NOT NULL, PRIMARY KEY(termbase, id));
CREATE TABLE align.proposals(
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    termbase text NOT NULL REFERENCES align.termbases ON DELETE CASCADE, concept jsonb NOT NULL,
    "user" text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'proposed', decided_by text, reason text);
CREATE TABLE align.jobs(
    id text PRIMARY KEY, "user" text NOT NULL, memory text NOT NULL, file text NOT NULL,
    place text NOT NULL, state text NOT NULL DEFAULT 'waiting', done bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0, size bigint NOT NULL, added bigint, merged bigint,
    skipped jsonb, error text, at timestamptz NOT NULL DEFAULT now());
"""
STEPS = (_FIRST,)


def prepare(connection: Connection) -> None:
    """Make or upgrade the server's tables."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        connection.execute("CREATE SCHEMA IF NOT EXISTS align")
        connection.execute("CREATE TABLE IF NOT EXISTS align.server(version int NOT NULL)")
        row = connection.execute("SELECT version FROM align.server").fetchone()
        version = int(row[0]) if row else 0
        if version > len(STEPS):
            raise InputError("the database is of a newer version of align; update align")
        for step in STEPS[version:]:
            connection.execute(step)
        if row is None:
            connection.execute("INSERT INTO align.server VALUES (%s)", (len(STEPS),))
        else:
            connection.execute("UPDATE align.server SET version = %s", (len(STEPS),))


@dataclass(frozen=True, slots=True)
class User:
    """Who asks, and what they may do."""

    name: str
    admin: bool
    rights: Mapping[tuple[str, str], Role]

    def role(self, kind: str, name: str) -> Role:
        """The user's role in a memory or termbase."""
        return Role.admin if self.admin else self.rights.get((kind, name), Role.none)

    def demand(self, kind: str, name: str, least: Role) -> None:
        """Raise DeniedError unless the user's role is at least this.

        Who may not read it is told the same whether it exists or not.
        """
        role = self.role(kind, name)
        if role < least:
            what = f"this {kind}" if role is Role.none else f"this (you are {role.name})"
            raise DeniedError(f"you may not use {what}; it takes a role of {least.name}")

    def demand_admin(self) -> None:
        """Raise DeniedError unless the user administers the server."""
        if not self.admin:
            raise DeniedError("only an administrator may do this")


def user_of(connection: Connection, token: str) -> User | None:
    """Whose token it is; None where it is nobody's."""
    row = connection.execute(
        "SELECT id, name, admin FROM align.users WHERE token = %s AND active", (hashed(token),)
    ).fetchone()
    if row is None:
        return None
    rights = connection.execute(
        'SELECT kind, name, role FROM align.rights WHERE "user" = %s', (row[0],)
    )
    return User(row[1], row[2], {(kind, name): Role[role] for kind, name, role in rights})


def note(
    connection: Connection,
    user: str,
    action: str,
    what: tuple[str, str, str],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write a line of the audit trail; `what` is a kind, a name and an item. Never a token."""
    from psycopg.types.json import Jsonb

    connection.execute(
        'INSERT INTO align.audit("user", action, kind, name, item, before, after)'
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (
            *(user, action, *what),
            Jsonb(dict(before)) if before is not None else None,
            Jsonb(dict(after)) if after is not None else None,
        ),
    )


def trail(
    connection: Connection, kind: str, name: str, item: str | None, before: int | None, limit: int
) -> list[dict[str, Any]]:
    """The audit trail of a memory or termbase, the latest first; before a line where one is given."""
    rows = connection.execute(
        'SELECT id, at, "user", action, item, before, after FROM align.audit WHERE kind = %s'
        " AND name = %s AND (%s::text IS NULL OR item = %s) AND (%s::bigint IS NULL OR id < %s)"
        " ORDER BY id DESC LIMIT %s",
        (kind, name, item, item, before, before, limit),
    )
    keys = ("id", "at", "user", "action", "item", "before", "after")
    return [dict(zip(keys, (r[0], r[1].isoformat(), *r[2:]), strict=True)) for r in rows]


# --- users ----------------------------------------------------------------------------------------


def users(connection: Connection) -> list[dict[str, Any]]:
    """All users with their rights; nothing of their tokens."""
    rows = connection.execute(
        "SELECT u.name, u.admin, u.active, coalesce(json_agg(json_build_object('kind', r.kind,"
        " 'name', r.name, 'role', r.role) ORDER BY r.kind, r.name) FILTER (WHERE r.kind IS NOT NULL),"
        " '[]') FROM align.users u LEFT JOIN align.rights r ON r.\"user\" = u.id"
        " GROUP BY u.id ORDER BY u.name"
    )
    return [{"name": n, "admin": a, "active": v, "rights": r} for n, a, v, r in rows]


def give_token(connection: Connection, name: str, *, by: str, admin: bool | None = None) -> str:
    """A new token for a user, who is made where there is none; the old one is no longer good."""
    name = checked_name(name)
    token = new_token()
    with connection.transaction():
        connection.execute(
            "INSERT INTO align.users(name, admin, token) VALUES (%s, coalesce(%s, false), %s)"
            " ON CONFLICT (name) DO UPDATE SET token = excluded.token, active = true,"
            " admin = coalesce(%s, align.users.admin)",
            (name, admin, hashed(token), admin),
        )
        note(connection, by, "given a token", ("user", name, ""))
    return token


def set_user(connection: Connection, name: str, values: Mapping[str, Any], *, by: str) -> None:
    """Change what a user may do: `active`, `admin`, and `rights` as a list. Raises InputError."""
    with connection.transaction():
        row = connection.execute("SELECT id FROM align.users WHERE name = %s", (name,)).fetchone()
        if row is None:
            raise InputError(f"{name!r}: no such user")
        for key in ("active", "admin"):
            if key in values:
                if not isinstance(values[key], bool):
                    raise InputError(f"{key}: true or false")
                connection.execute(
                    f"UPDATE align.users SET {key} = %s WHERE id = %s", (values[key], row[0])
                )
        if "rights" in values:
            rights = _rights(values["rights"])
            connection.execute('DELETE FROM align.rights WHERE "user" = %s', (row[0],))
            for kind, item, role in rights:
                connection.execute(
                    "INSERT INTO align.rights VALUES (%s, %s, %s, %s)", (row[0], kind, item, role)
                )
        kept = {key: values[key] for key in ("active", "admin", "rights") if key in values}
        note(connection, by, "rights changed", ("user", name, ""), None, kept)


def _rights(given: object) -> list[tuple[str, str, str]]:
    """Rights from JSON: kind, name and role, each thing once; raises InputError."""
    if not isinstance(given, list):
        raise InputError("rights: a list of {kind, name, role}")
    found: dict[tuple[str, str], str] = {}
    for each in given:
        if not isinstance(each, dict) or each.get("kind") not in ("memory", "termbase"):
            raise InputError("rights: each needs a kind (memory or termbase), a name and a role")
        role = role_named(each.get("role"))
        if role is Role.admin:
            raise InputError("admin is a role of the whole server: set the user's admin")
        if role is not Role.none:
            found[each["kind"], checked_name(each.get("name"))] = role.name
    return [(kind, name, role) for (kind, name), role in found.items()]


# --- termbases ------------------------------------------------------------------------------------


def concept_record(concept: Concept) -> dict[str, Any]:
    """A concept as JSON."""
    return {
        "id": concept.id,
        "terms": [
            {
                key: value
                for key in ("text", "lang", "status", "type", "part_of_speech", "note")
                if (value := getattr(term, key)) is not None
            }
            for term in concept.terms
        ],
        **{
            key: value
            for key in ("note", "subject", "definition", "source", "usage")
            if (value := getattr(concept, key)) is not None
        },
    }


def concept_of(record: Mapping[str, Any]) -> Concept:
    """The concept of a JSON object. Raises InputError where it is none."""
    from align.outside import text_in

    try:
        terms = tuple(
            Term(
                text_in(_text(each["text"]), "term").strip(),
                _text(each["lang"]),
                _one_of(each.get("status", "preferred"), _STATUSES),
                _one_of(each["type"], _TYPES) if each.get("type") else None,
                _optional(each.get("part_of_speech")),
                _optional(each.get("note")),
            )
            for each in record["terms"]
        )
        concept = Concept(
            _text(record.get("id", "")),
            terms,
            note=_optional(record.get("note")),
            subject=_optional(record.get("subject")),
            definition=_optional(record.get("definition")),
            source=_optional(record.get("source")),
            usage=_one_of(record["usage"], _USAGES) if record.get("usage") else None,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError("a concept needs terms, each with a text and a lang") from error
    if not concept.terms or not all(term.text for term in concept.terms):
        raise InputError("a concept needs terms, each with a text and a lang")
    return concept


_STATUSES, _TYPES, _USAGES = get_args(TermStatus), get_args(TermType), get_args(Usage)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 2_000:
        raise TypeError
    return value


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


def _one_of(value: object, known: Sequence[str]) -> Any:
    if value not in known:
        raise InputError(f"{str(value)[:40]!r}: must be one of {', '.join(known)}")
    return value


def concepts(connection: Connection, termbase: str) -> tuple[int, list[Concept]] | None:
    """The version of a termbase and its concepts in their order; None where there is none."""
    row = connection.execute(
        "SELECT version FROM align.termbases WHERE name = %s", (termbase,)
    ).fetchone()
    if row is None:
        return None
    rows = connection.execute(
        "SELECT concept FROM align.concepts WHERE termbase = %s ORDER BY place", (termbase,)
    )
    return int(row[0]), [concept_of(each[0]) for each in rows]


def put_concepts(connection: Connection, termbase: str, new: Sequence[Concept], *, by: str) -> int:
    """Store concepts; those whose id is there already are replaced. Returns how many."""
    from psycopg.types.json import Jsonb

    with connection.transaction():
        connection.execute(
            "INSERT INTO align.termbases(name) VALUES (%s) ON CONFLICT (name)"
            " DO UPDATE SET version = align.termbases.version + 1",
            (checked_name(termbase),),
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO align.concepts(termbase, id, concept) VALUES (%s, %s, %s)"
                " ON CONFLICT (termbase, id) DO UPDATE SET concept = excluded.concept",
                [(termbase, c.id, Jsonb(concept_record(c))) for c in new],
            )
        note(connection, by, "terms stored", ("termbase", termbase, ""), None, {"count": len(new)})
    return len(new)


def propose(connection: Connection, termbase: str, concept: Concept, *, by: str) -> int:
    """Keep a proposal until an approver decides; returns its number."""
    from psycopg.types.json import Jsonb

    with connection.transaction():
        row = connection.execute(
            'INSERT INTO align.proposals(termbase, concept, "user") VALUES (%s, %s, %s) RETURNING id',
            (termbase, Jsonb(concept_record(concept)), by),
        ).fetchone()
        assert row is not None
        what = ("termbase", termbase, f"proposal {row[0]}")
        note(connection, by, "proposed", what, None, concept_record(concept))
    return int(row[0])


def proposals(connection: Connection, termbase: str, state: str | None) -> list[dict[str, Any]]:
    """The proposals of a termbase, the oldest first."""
    rows = connection.execute(
        'SELECT id, concept, "user", at, state, decided_by, reason FROM align.proposals'
        " WHERE termbase = %s AND (%s::text IS NULL OR state = %s) ORDER BY id LIMIT 1000",
        (termbase, state, state),
    )
    keys = ("id", "concept", "user", "at", "state", "decided_by", "reason")
    return [dict(zip(keys, (*r[:3], r[3].isoformat(), *r[4:]), strict=True)) for r in rows]


def decide(
    connection: Connection, termbase: str, number: int, *, accept: bool, reason: str, by: str
) -> bool:
    """Take a proposal into the termbase, or refuse it; False where it is decided already, or none."""
    with connection.transaction():
        row = connection.execute(
            "UPDATE align.proposals SET state = %s, decided_by = %s, reason = %s"
            " WHERE id = %s AND termbase = %s AND state = 'proposed' RETURNING concept",
            ("accepted" if accept else "refused", by, reason, number, termbase),
        ).fetchone()
        if row is None:
            return False
        what = ("termbase", termbase, f"proposal {number}")
        note(connection, by, "accepted" if accept else "refused", what, row[0], {"reason": reason})
        if accept:
            concept = concept_of({**row[0], "id": row[0].get("id") or f"p{number}"})
            put_concepts(connection, termbase, [concept], by=by)
    return True
