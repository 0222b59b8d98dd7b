"""Work beside this process: the same results, the same errors, whatever happens to the copy."""

from __future__ import annotations

import os
import time
from functools import partial

import numpy as np
import pytest

from align import forked
from align.forked import beside, together

HERE = os.getpid()
forks = pytest.mark.skipif(not forked._FORKS, reason="this system does not fork")


@forks
def test_each_work_after_the_first_has_a_process_of_its_own() -> None:
    pids = together([os.getpid, os.getpid, os.getpid])
    assert pids[0] == HERE
    assert len(set(pids)) == 3


@forks
def test_a_copy_works_while_this_process_does() -> None:
    """Each waits for a byte from the other: neither would get it if one ran after the other."""
    to_copy, to_here = os.pipe(), os.pipe()

    def work() -> bytes:
        heard = os.read(to_copy[0], 1)
        os.write(to_here[1], b"2")
        return heard

    with beside(work) as result:
        os.write(to_copy[1], b"1")
        assert os.read(to_here[0], 1) == b"2"
        assert result() == b"1"
    for end in (*to_copy, *to_here):
        os.close(end)


def test_results_come_back_whole_and_in_order() -> None:
    found = together([partial(np.full, 300_000, k) for k in range(3)])
    assert [(len(part), float(part.min()), float(part.max())) for part in found] == [
        (300_000, k, k) for k in range(3)
    ]


def test_what_a_work_raises_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        together([lambda: 1, lambda: 1 // 0])


def test_the_work_of_a_copy_that_dies_is_done_here() -> None:
    def work() -> str:
        if os.getpid() != HERE:
            os._exit(9)
        return "done"

    assert together([lambda: "first", work]) == ["first", "done"]


@forks
def test_no_copy_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    pids: list[int] = []
    fork = forked._fork

    def noted() -> int:
        pid = fork()
        pids.append(pid)
        return pid

    monkeypatch.setattr(forked, "_fork", noted)
    with pytest.raises(KeyError), beside(lambda: time.sleep(60)):
        raise KeyError
    assert len(pids) == 1
    with pytest.raises(ChildProcessError):
        os.waitpid(pids[0], os.WNOHANG)


def test_without_fork_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "_FORKS", False)
    assert forked.cores() == 1
    assert together([os.getpid, os.getpid]) == [HERE, HERE]
