"""The local engine: every task ends once, whatever its worker suffers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_recipes import UNFORESEEN, Square, dies_while_loading, loads_with_a_bug, no_model

from align.batch.local_engine import Failure, run_local
from align.errors import AlignError, ModelError

both_ways = pytest.mark.parametrize("share", [True, False], ids=["forked", "spawned"])


@both_ways
def test_every_task_has_its_result(share: bool) -> None:
    done = list(run_local(Square(), range(50), workers=2, share=share))
    assert sorted((item.task, item.result[0]) for item in done if item.result) == [
        (number, number * number) for number in range(50)
    ]
    assert 1 <= len({item.result[1] for item in done if item.result}) <= 2


def test_no_tasks_no_processes(tmp_path: Path) -> None:
    assert list(run_local(Square(tmp_path), [], workers=2)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("share", "loads"), [(True, 1), (False, 2)])
def test_the_model_is_loaded_once_when_shared(tmp_path: Path, share: bool, loads: int) -> None:
    tasks = [3, 4, -4, 5, 6] if share else [3, 4, 5, 6]
    list(run_local(Square(tmp_path), tasks, workers=2, share=share))
    assert len(list(tmp_path.iterdir())) == loads


@both_ways
def test_failures_say_why_and_stop_nothing(share: bool) -> None:
    tasks = [1, -1, -2, -3, -4, 2]
    done = {
        item.task: item for item in run_local(Square(), tasks, workers=2, timeout=3.0, share=share)
    }
    assert {task: item.failure for task, item in done.items()} == {
        1: None,
        2: None,
        -1: Failure("input", "the PDF is corrupt"),
        -2: Failure("error", UNFORESEEN),
        -3: Failure("timeout", "took more than 3 s and was stopped"),
        -4: Failure("crash", "its worker died (SIGKILL: out of memory or killed)"),
    }
    assert done[2].result is not None
    assert done[2].result[0] == 4


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = run_local(Square(), tasks(), workers=2)
    for _ in range(10):
        next(results)
    assert len(taken) <= 10 + 2 + 2
    results.close()


def test_closing_kills_the_workers() -> None:
    results = run_local(Square(), [1, 2, -3, -3], workers=2)
    pids = {next(results).result[1] for _ in range(2)}  # type: ignore[index]
    results.close()
    deadline = time.monotonic() + 60
    while any(map(_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(_alive, pids))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@both_ways
def test_a_model_that_cannot_be_loaded_ends_the_run(share: bool) -> None:
    with pytest.raises(ModelError, match="no such model"):
        list(run_local(no_model, [1, 2], workers=2, share=share))
    with pytest.raises(AlignError, match="ZeroDivisionError: in the loader"):
        list(run_local(loads_with_a_bug, [1, 2], workers=2, share=share))
    with pytest.raises(AlignError, match="died"):
        list(run_local(dies_while_loading, [1, 2], workers=2, share=share))
