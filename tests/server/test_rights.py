"""Who may do what: every address, with no token, a wrong one, a lower role, another's memory."""

from __future__ import annotations

import logging
import re
from typing import Any
from urllib.parse import quote

import pytest

from align.server import api, doors
from align.server.app import _IMPORT, _OWN
from align.server.operations import Operation
from align.server.roles import Role

from .conftest import Team

OPERATIONS = (*_OWN, *api.operations(), _IMPORT, *doors.operations())
GUARDED = [o for o in OPERATIONS if o.least is not Role.none]
LOWER = {
    Role.reader: "nobody",
    Role.contributor: "reader",
    Role.approver: "contributor",
    Role.admin: "approver",
}


def path_of(operation: Operation, token: str, *, memory: str = "main") -> str:
    values = {
        "memory": memory,
        "termbase": "terms" if memory == "main" else "secret",
        "token": token,
        "unit": "1",
        "job": "00000000-0000-0000-0000-000000000000",
        "proposal": "1",
        "user": "reader",
        "source": "zh",
        "target": "en",
        "text:any": "维和",
        "minimum": "80",
    }
    return re.sub(r"{([\w:]+)}", lambda found: values[found[1]], operation.path)


def ask(team: Team, operation: Operation, token: str | None, **where: Any) -> Any:
    path = path_of(operation, token or "none", **where)
    headers = {}
    if token is not None and "{token}" not in operation.path:
        headers["authorization"] = f"Bearer {token}"
    content = b"{}" if operation.method not in ("GET", "DELETE") else b""
    return team.client.request(operation.method, path, headers=headers, content=content)


ids = [f"{o.method} {o.path}" for o in GUARDED]


@pytest.mark.parametrize("operation", GUARDED, ids=ids)
def test_no_token_and_a_wrong_one_are_refused(team: Team, operation: Operation) -> None:
    for token in (None, "wrong", "", "' OR true --", "\u00e9"):
        try:
            answer = ask(team, operation, token)
        except UnicodeEncodeError:  # no header holds it
            continue
        assert answer.status_code in (401, 404), token
        if answer.status_code == 404:  # an empty token leaves no such address
            assert "{token}" in operation.path
        else:
            assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("operation", GUARDED, ids=ids)
def test_a_lower_role_is_refused(team: Team, operation: Operation) -> None:
    if operation.kind is None and operation.least is Role.reader:
        pytest.skip("every user may ask this, and is told only of what is theirs")
    answer = ask(team, operation, team.tokens[LOWER[operation.least]])
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize(
    "operation",
    [o for o in GUARDED if o.kind],
    ids=[f"{o.method} {o.path}" for o in GUARDED if o.kind],
)
def test_another_memory_is_refused_whether_it_is_there_or_not(
    team: Team, operation: Operation
) -> None:
    told = set()
    for memory in ("other", "no such"):
        answer = ask(team, operation, team.tokens["approver"], memory=memory)
        assert answer.status_code == 403
        told.add(answer.text)
    assert len(told) == 1


def test_what_needs_no_token_says_nothing_of_the_memories(team: Team) -> None:
    free = [o.path for o in OPERATIONS if o.least is Role.none]
    assert free == ["/", "/page.js", "/page.css", "/health"]
    assert team.get(None, "/health").json() == {"status": "ok"}


def test_lists_hold_only_what_is_the_users(team: Team) -> None:
    assert team.get("nobody", "/api/v1/memories").json() == []
    assert team.get("nobody", "/api/v1/termbases").json() == []
    named = [m["name"] for m in team.get("reader", "/api/v1/memories").json()]
    assert "main" in named
    assert "other" not in named
    assert {m["name"] for m in team.get("admin", "/api/v1/memories").json()} >= {"main", "other"}


def test_a_check_with_a_termbase_of_others_is_refused(team: Team) -> None:
    body = {"units": [{"source": "水", "target": "water"}], "termbase": "terms"}
    assert team.post("nobody", "/api/v1/check", body).status_code == 403
    assert team.post("reader", "/api/v1/check", body).status_code == 200


def test_a_contributor_cannot_approve_nor_touch_what_is_approved(team: Team) -> None:
    front = "/api/v1/memories/main"
    body = {"source": "新的", "target": "new", "state": "approved"}
    assert team.post("contributor", f"{front}/units", body).status_code == 403
    unit = team.get("reader", f"{front}/search", q="会议下午6时散会。", limit=1).json()[0]["unit"]
    seen = team.get("reader", f"{front}/units/{unit}").json()
    change = {"version": seen["version"], "target": "changed"}
    answer = team.ask("contributor", "PUT", f"{front}/units/{unit}", json=change)
    assert answer.status_code == 403
    assert team.get("reader", f"{front}/units/{unit}").json() == seen


def test_a_token_that_was_replaced_or_a_user_who_left_is_refused(team: Team) -> None:
    first = team.post("admin", "/api/v1/users", {"name": "leaver"}).json()["token"]
    assert team.get(first, "/api/v1/me").json()["name"] == "leaver"
    second = team.post("admin", "/api/v1/users", {"name": "leaver"}).json()["token"]
    assert team.get(first, "/api/v1/me").status_code == 401
    assert team.get(second, "/api/v1/me").status_code == 200
    team.ask("admin", "PATCH", "/api/v1/users/leaver", json={"active": False})
    assert team.get(second, "/api/v1/me").status_code == 401


def test_an_administrator_cannot_shut_themselves_out(team: Team) -> None:
    answer = team.ask("admin", "PATCH", "/api/v1/users/admin", json={"active": False})
    assert answer.status_code == 403


def test_tokens_are_kept_as_hashes_and_never_logged(
    team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for who, token in team.tokens.items():
        for operation in GUARDED:
            if operation.method == "GET":
                ask(team, operation, token)
        team.get(None, "/apertium/main/translate", q="x", langpair="zh|en", key=token)
        assert who
    logged = "\n".join(
        record.getMessage() + str(record.exc_text or "")
        for record in caplog.records
        if not record.name.startswith("httpx")  # the test's own client
    )
    with team.server.pools.connection() as connection:
        rows = []
        for table in ("users", "audit", "rights", "jobs", "proposals"):
            rows += connection.execute(f"SELECT t::text FROM align.{table} t").fetchall()
    kept = "\n".join(row[0] for row in rows)
    told = team.get("admin", "/metrics").text + team.get("admin", "/api/v1/users").text
    for token in team.tokens.values():
        assert token not in logged
        assert token not in kept
        assert token not in told


HOSTILE = [
    "'; DROP TABLE align.users; --", "%s%s\\$1{0}", "a\x1b[31m\uffff", "../../etc/passwd", "9" * 30,
    "-1", "null", "%00", "1e9",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_in_any_parameter_is_obeyed(team: Team, text: str) -> None:
    with team.server.pools.connection() as connection:
        before = connection.execute("SELECT count(*) FROM align.users").fetchone()
    values = {"memory": "main", "termbase": "terms", "token": team.tokens["admin"]}
    values["user"] = "no such user"
    for operation in OPERATIONS:
        for name in re.findall(r"{([\w:]+)}", operation.path):
            path = operation.path
            for part in re.findall(r"{([\w:]+)}", path):
                value = text if part == name else values.get(part, "1")
                path = path.replace(f"{{{part}}}", quote(value, safe=""))
            answer = team.ask("admin", operation.method, path, content=b"{}")
            assert answer.status_code < 500, (operation.method, path, answer.text)
        for parameter in operation.parameters:
            path = path_of(operation, team.tokens["admin"]).replace("/users/reader", "/users/x")
            answer = team.ask(
                "admin", operation.method, path, params={parameter.name: text}, content=b"{}"
            )
            assert answer.status_code < 500, (operation.method, parameter.name, answer.text)
        for key in operation.body:
            path = path_of(operation, team.tokens["admin"]).replace("/users/reader", "/users/x")
            for given in (text, [text], {text: text}, 5, None):
                answer = team.ask("admin", operation.method, path, json={key: given})
                assert answer.status_code < 500, (operation.method, path, key, answer.text)
    with team.server.pools.connection() as connection:
        after = connection.execute("SELECT count(*) FROM align.users").fetchone()
    assert before is not None
    assert after is not None
    assert after[0] <= before[0] + 2  # a name such as null or NaN is a name
    assert (
        len(team.get("reader", "/api/v1/memories/main/search", q="会议下午6时散会。").json()) == 1
    )


@pytest.mark.parametrize(
    "body",
    [b"[]", b"x", b'{"a":' * 200, b'"\\ud800"', b'{"source": "\\u0000", "target": "b"}', b"\xff"],
    ids=range(6),
)
def test_a_body_that_is_no_object_is_refused(team: Team, body: bytes) -> None:
    answer = team.ask("approver", "POST", "/api/v1/memories/main/units", content=body)
    assert answer.status_code == 400
    assert "error" in answer.json()


def test_a_body_that_is_too_large_is_refused(team: Team) -> None:
    answer = team.ask("approver", "POST", "/api/v1/memories/main/units", content=b" " * (5 << 20))
    assert answer.status_code == 413
