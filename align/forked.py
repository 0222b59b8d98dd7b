"""Parts of one piece of work, each in a forked copy of this process.

A copy has all that was built so far, and only its result is sent. Where there is no fork, or none
can be made, or a copy dies, its part is done here, so that the result is always the same.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

T = TypeVar("T")

# macOS has fork, but its own libraries (Accelerate among them) do not survive it.
_FORKS = hasattr(os, "fork") and sys.platform != "darwin"
_MOST = 4  # copies share one memory bus, and each has its own working memory
_QUIET = "TOKENIZERS_PARALLELISM"


def cores() -> int:
    """How many processes pay on this machine; 1 where a process cannot be forked."""
    if not _FORKS:
        return 1
    affinity = getattr(os, "sched_getaffinity", None)
    found = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(found, _MOST)


_LEAST = 512  # things worth a process: half a second of a check, twenty times what a fork takes
# Units that are looked at together: their arrays stay in the cache, and since their sums depend on what
# is beside them in the last bit, any number of processes has the same blocks.
BLOCK = 128


def shares(n: int, processes: int) -> list[range]:
    """The places of n things dealt out to processes, of which none gets few; blocks stay whole.

    >>> shares(2000, 2), shares(600, 2)
    ([range(0, 1024), range(1024, 2000)], [range(0, 600)])
    """
    parts = max(1, min(processes, n // _LEAST))
    blocks = -(-n // BLOCK)
    cuts = [min(n, -(-blocks * part // parts) * BLOCK) for part in range(parts + 1)]
    return [range(low, high) for low, high in itertools.pairwise(cuts)]


def one_blas_thread() -> contextlib.AbstractContextManager[Any]:
    """A block in which products of matrices use one thread: of thousands of small ones the others
    only wait, spinning.
    """
    limiter: contextlib.AbstractContextManager[Any] = _pools().limit(limits=1, user_api="blas")
    return limiter


@functools.cache
def _pools() -> ThreadpoolController:
    """The thread pools of the libraries that are loaded: looking them up takes half a millisecond."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def together(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each of `works` returns: the first is done here, every other one beside it.

    A work that runs beside must not use what does not survive a fork: OpenMP, CUDA. Tokenizers
    work with one thread there.
    Raises what a work raises.
    """
    with contextlib.ExitStack() as stack:
        others = [stack.enter_context(beside(work)) for work in works[1:]]
        return [works[0](), *(other() for other in others)]


@contextlib.contextmanager
def beside(work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Do `work` in a forked copy while the block runs; what is yielded waits for its result.

    Raises, in this process, what `work` raises.
    """
    started = _start(work)
    if started is None:
        yield work
        return
    pid, pipe = started
    try:
        with pipe:
            yield lambda: _result(pipe, work)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # it has answered, or nobody waits for it any more
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _start(work: Callable[[], T]) -> tuple[int, BinaryIO] | None:
    """The process that does `work` and the pipe that its result comes through."""
    if not _FORKS:
        return None
    sys.stderr.flush()
    reader, writer = os.pipe()
    try:
        pid = _fork()
    except OSError:  # no memory, or no more processes allowed
        os.close(reader)
        os.close(writer)
        return None
    if pid == 0:
        _answer(work, writer)
    os.close(writer)
    return pid, os.fdopen(reader, "rb")


def _fork() -> int:
    """Fork without the warnings that libraries with threads print: the copy does not use them."""
    told = os.environ.get(_QUIET)
    os.environ[_QUIET] = told or "true"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return os.fork()
    finally:
        if told is None:
            del os.environ[_QUIET]


def _answer(work: Callable[[], object], writer: int) -> None:
    """The copy's whole life: no exit handler of this process may run in it, no buffer be flushed."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the first process cleans up, and it ends us
    os.environ[_QUIET] = "false"  # a tokenizer's threads are not here: it must not wait for them
    try:
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(work(), pipe, protocol=pickle.HIGHEST_PROTOCOL)
    except BaseException:  # the first process finds the answer cut off and does the work itself
        os._exit(1)
    os._exit(0)


def _result(pipe: BinaryIO, work: Callable[[], T]) -> T:
    try:
        found: T = pickle.load(pipe)  # from our own copy
    except (EOFError, pickle.UnpicklingError):
        return work()
    return found
