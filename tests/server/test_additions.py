"""Units that are added at the same time: each once, each answered, a faulty one alone."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from align.datatypes import TranslationUnit
from align.errors import InputError
from align.forked import cores
from align.memory.postgres.changing import Addition, Versioned, add_all
from align.memory.postgres.memory import PostgresMemory
from align.server.additions import Additions, Prepared
from align.server.pools import AT_ONCE, BusyError, Pools
from server.conftest import Team

NOW = "20260101T000000Z"


@contextlib.contextmanager
def impatient(team: Team, patience: float) -> Iterator[Pools]:
    """Connections to the team's database for which nobody waits long."""
    pools = Pools(team.server.address, team.server.encoder, patience=patience)
    try:
        yield pools
    finally:
        pools.close()


def unheard(*_: object) -> None:
    """A note that nobody keeps."""


def addition(source: str, origin: str = "o") -> Prepared:
    unit = TranslationUnit(source, "A lamp.")
    return lambda _: Addition(unit, origin, NOW, unheard)


def test_each_of_many_at_once_is_there_once(team: Team, memory_name: str) -> None:
    texts = [f"第{number % 25}盏灯。" for number in range(75)]
    front = f"/api/v1/memories/{memory_name}"

    def post(source: str) -> tuple[int, str, int]:
        answer = team.post("contributor", f"{front}/units", {"source": source, "target": "A lamp."})
        return answer.status_code, source, answer.json()["unit"]

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(post, texts))
    assert {status for status, _, _ in answers} == {201}
    numbers = {(source, number) for _, source, number in answers}
    assert len(numbers) == len({number for _, number in numbers}) == 25
    assert team.get("contributor", front).json()["units"] == 25
    trail = team.get("approver", f"{front}/audit", limit=200).json()
    told = Counter(one["action"] for one in trail if one["action"] != "memory made")
    assert (told["added"], told["gained a place"]) == (25, 50)
    versions = Counter(
        team.get("contributor", f"{front}/units/{number}", all=True).json()["version"]
        for _, number in numbers
    )
    assert versions == {3: 25}  # 1, and one more for each place that it gained


def test_the_same_unit_twice_in_one_transaction_is_one_with_two_places(
    team: Team, memory_name: str
) -> None:
    told: list[str] = []

    def note(action: str, *_: object) -> None:
        told.append(action)

    units = [TranslationUnit("同一盏灯。", "A lamp.", id=key) for key in ("a", "b", "b")]
    with team.server.pools.memory(memory_name, approved_only=False) as memory:
        found = add_all(memory, [Addition(unit, "o", NOW, note) for unit in units])
    assert told == ["added", "gained a place", "gained a place"]
    assert len({one.id for one in found}) == 1
    assert [one.version for one in found] == [3, 3, 3]


def test_who_waits_is_written_by_who_has_the_turn(team: Team, memory_name: str) -> None:
    additions = Additions(team.server.pools)
    begun, go_on = threading.Event(), threading.Event()
    over: list[PostgresMemory] = []

    def slow(memory: PostgresMemory) -> Addition:
        begun.set()
        assert go_on.wait(20)
        return addition("第一盏灯。")(memory)

    def watched(source: str) -> Prepared:
        def prepared(memory: PostgresMemory) -> Addition:
            over.append(memory)
            return addition(source)(memory)

        return prepared

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(additions.add, memory_name, slow)
        assert begun.wait(20)
        rest = [
            threads.submit(additions.add, memory_name, watched(f"又{number}盏灯。"))
            for number in range(6)
        ]
        while sum(map(len, additions.waiting.values())) < 6:
            threading.Event().wait(0.01)
        go_on.set()
        found = [first.result(20), *(one.result(20) for one in rest)]
    assert len({one.id for one in found}) == 7
    assert len(over) == 6
    assert len(set(map(id, over))) == 1, "one memory, and so one transaction, for all that waited"


def test_a_faulty_one_fails_alone(team: Team, memory_name: str) -> None:
    additions = Additions(team.server.pools)
    begun, go_on = threading.Event(), threading.Event()

    def slow(memory: PostgresMemory) -> Addition:
        begun.set()
        assert go_on.wait(20)
        return addition("第一盏灯。")(memory)

    def faulty(_: PostgresMemory) -> Addition:
        raise InputError("no such lamp")

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(additions.add, memory_name, slow)
        assert begun.wait(20)
        some = [addition("第二盏灯。"), faulty, addition("第三盏灯。")]
        rest = [threads.submit(additions.add, memory_name, one) for one in some]
        while sum(map(len, additions.waiting.values())) < 3:
            threading.Event().wait(0.01)
        go_on.set()
        assert isinstance(first.result(20), Versioned)
        with pytest.raises(InputError, match="no such lamp"):
            rest[1].result(20)
        assert rest[0].result(20).id != rest[2].result(20).id
    front = f"/api/v1/memories/{memory_name}"
    assert team.get("contributor", front).json()["units"] == 3


def test_who_finds_the_memory_taken_is_told_and_stores_nothing(
    team: Team, memory_name: str
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(memory: PostgresMemory) -> Addition:
        begun.set()
        assert go_on.wait(20)
        return addition("第一盏灯。")(memory)

    with impatient(team, 0.1) as pools, ThreadPoolExecutor(2) as threads:
        additions = Additions(pools)
        first = threads.submit(additions.add, memory_name, slow)
        assert begun.wait(20)
        second = threads.submit(additions.add, memory_name, addition("第二盏灯。"))
        try:
            with pytest.raises(BusyError, match="send the unit again"):
                second.result(20)
        finally:
            go_on.set()
        assert isinstance(first.result(20), Versioned)
    assert additions.waiting[memory_name] == []
    front = f"/api/v1/memories/{memory_name}"
    assert team.get("contributor", front).json()["units"] == 1


def test_one_that_is_being_written_is_not_told_that_it_was_not(
    team: Team, memory_name: str
) -> None:
    patience = 1.0
    begun, go_on, writing = threading.Event(), threading.Event(), threading.Event()

    def slow(memory: PostgresMemory) -> Addition:
        begun.set()
        assert go_on.wait(20)
        return addition("第一盏灯。")(memory)

    def slower(memory: PostgresMemory) -> Addition:
        writing.set()
        threading.Event().wait(1.5 * patience)
        return addition("第二盏灯。")(memory)

    with impatient(team, patience) as pools, ThreadPoolExecutor(3) as threads:
        additions = Additions(pools)
        first = threads.submit(additions.add, memory_name, slow)
        assert begun.wait(20)
        rest = [
            threads.submit(additions.add, memory_name, one)
            for one in (slower, addition("第三盏灯。"))
        ]
        while sum(map(len, additions.waiting.values())) < 2:
            threading.Event().wait(0.01)
        go_on.set()
        assert writing.wait(20)
        found = [first.result(20), *(one.result(20) for one in rest)]
    assert len({one.id for one in found}) == 3


def test_without_a_connection_all_that_wait_are_told_at_once() -> None:
    """Each by itself would wait as long again, with the turn in hand."""
    asked: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    class NoConnection(Pools):
        def __init__(self) -> None:
            self.patience = 20.0

        @contextlib.contextmanager
        def memory(self, name: str, *, approved_only: bool) -> Iterator[PostgresMemory]:
            asked.append(name)
            begun.set()
            assert go_on.wait(20)
            raise BusyError("all connections are in use")
            yield

    additions = Additions(NoConnection())
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(additions.add, "m", addition("第一盏灯。"))
        assert begun.wait(20)
        rest = [threads.submit(additions.add, "m", addition(f"第{n}盏灯。")) for n in range(3)]
        while len(additions.waiting["m"]) < 3:
            threading.Event().wait(0.01)
        go_on.set()
        for one in (first, *rest):
            with pytest.raises(BusyError):
                one.result(20)
    assert asked == ["m", "m"]


def test_so_many_requests_ask_at_once_and_no_more(team: Team) -> None:
    with impatient(team, 0.05) as pools, contextlib.ExitStack() as held:
        for _ in range(AT_ONCE * cores()):
            held.enter_context(pools.turns())
        with pytest.raises(BusyError), pools.turns():
            pytest.fail("one more than there are turns")
        held.close()
        with pools.turns():
            pass
