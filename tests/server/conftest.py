"""A server over a database of its own, with a user of every role."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from memory.conftest import ToyEncoder
from starlette.testclient import TestClient

from align.memory.postgres.address import Address
from align.server import store
from align.server.app import Server

NUMBERS = itertools.count(1)
UNITS = (
    ("维和行动需要明确的任务规定。", "Peacekeeping operations need clear mandates."),
    ("会议下午6时散会。", "The meeting rose at 6 p.m."),
    ("以行动促维和+是下一步。", "A4P+ is the next step."),
)


@dataclass(frozen=True)
class Team:
    """A running application, the tokens of its users, and a client."""

    server: Server
    client: TestClient
    tokens: dict[str, str]

    def ask(self, who: str | None, method: str, path: str, **given: Any) -> Any:
        headers = given.pop("headers", {})
        if who is not None:
            headers = {"authorization": f"Bearer {self.tokens.get(who, who)}", **headers}
        return self.client.request(method, path, headers=headers, **given)

    def get(self, who: str | None, path: str, **query: Any) -> Any:
        return self.ask(who, "GET", path, params=query)

    def post(self, who: str | None, path: str, body: Any) -> Any:
        return self.ask(who, "POST", path, json=body)


@pytest.fixture(scope="module")
def team(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    name = f"team{next(NUMBERS)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = postgres_server.replace("/postgres?", f"/{name}?")
    server = Server(Address.parse(url), tmp_path_factory.mktemp("uploads"), encoder=ToyEncoder())
    with server.pools.connection() as connection:
        tokens = {"admin": store.give_token(connection, "admin", by="test", admin=True)}
    with TestClient(server.application(), raise_server_exceptions=False) as client:
        made = Team(server, client, tokens)
        for memory in ("main", "other"):
            assert made.post("admin", "/api/v1/memories", {"name": memory}).status_code == 201
        for role in ("reader", "contributor", "approver"):
            rights = [
                {"kind": "memory", "name": "main", "role": role},
                {"kind": "termbase", "name": "terms", "role": role},
            ]
            answer = made.post("admin", "/api/v1/users", {"name": role, "rights": rights})
            tokens[role] = answer.json()["token"]
        answer = made.post("admin", "/api/v1/users", {"name": "nobody"})
        tokens["nobody"] = answer.json()["token"]
        for source, target in UNITS:
            body = {"source": source, "target": target, "symbol": "A/78/1", "paragraph": "3"}
            body["state"] = "approved"
            assert made.post("approver", "/api/v1/memories/main/units", body).status_code == 201
        terms = "zh,en,status\n维和行动,peacekeeping operation,preferred\n促维和,A4P,deprecated\n"
        answer = made.ask(
            "admin", "POST", "/api/v1/termbases/terms/imports?name=t.csv", content=terms.encode()
        )
        assert answer.json() == {"concepts": 2}, answer.text
        yield made


@pytest.fixture
def memory_name(team: Team) -> str:
    """A memory that no other test has, with the same users."""
    name = f"m{next(NUMBERS)}"
    team.post("admin", "/api/v1/memories", {"name": name})
    for role in ("reader", "contributor", "approver"):
        rights = [
            {"kind": "memory", "name": "main", "role": role},
            {"kind": "memory", "name": name, "role": role},
            {"kind": "termbase", "name": "terms", "role": role},
        ]
        assert team.ask(
            "admin", "PATCH", f"/api/v1/users/{role}", json={"rights": rights}
        ).is_success
    return name


Ask = Callable[..., Any]
_ = Path
