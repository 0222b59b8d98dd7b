"""A process a core: run one function over many tasks, none of which can stop the others.

The model is loaded once, in a template process that forks the workers: they share its memory, and
a worker that was killed is replaced at once. What cannot be forked (CUDA, systems without fork)
loads it once a worker instead. A task that takes too long has its worker killed; a worker that
dies takes only its own task along, which gets a second chance.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import reduction
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Generic, Literal, TypeVar

from align.errors import AlignError

T = TypeVar("T")
R = TypeVar("R")
FailureKind = Literal["input", "error", "timeout", "crash"]

_START_ATTEMPTS = 3  # workers in a row that die before they are ready, until we give up


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task has no result.

    ``input``: the function raised an AlignError, the task is at fault and will be again;
    ``error``: it raised something else; ``timeout``; ``crash``: its worker died.
    """

    kind: FailureKind
    reason: str


@dataclass(frozen=True, slots=True)
class Done(Generic[T, R]):
    """A task with either its result or its failure."""

    task: T
    result: R | None
    failure: Failure | None
    seconds: float


def run_local(
    make: Callable[[], Callable[[T], R]],
    tasks: Iterable[T],
    *,
    workers: int,
    timeout: float | None = None,
    retries: int = 1,
    share: bool = True,
) -> Generator[Done[T, R]]:
    """Yield each task with its outcome, in the order in which they end.

    `make` is picklable and gives the function that does one task; it runs once in all with `share`,
    else once a worker. At most one task a worker is taken from `tasks` ahead of the results. Raises
    what `make` raises. Closing the iterator kills the workers.
    """
    with Pool(make, share=share) as pool:
        yield from pool.run(tasks, workers=workers, timeout=timeout, retries=retries)


class _Worker(Generic[T]):
    """One process at the other end of a pipe, and the task that it has in hand."""

    def __init__(self, pid: int, pipe: Connection, process: SpawnProcess | None) -> None:
        self.pid = pid
        self.pipe = pipe
        self.process = process  # None: a child of the template
        self.ready = process is None
        self.task: T | None = None
        self.attempt = 0
        self.started = 0.0
        self.timeout: float | None = None
        self.deadline: float | None = None

    def start_clock(self) -> None:
        """Count the task's time from `started`; not yet, while the model is being loaded."""
        limit = self.timeout if self.ready else None
        self.deadline = None if limit is None else self.started + limit


class Pool(Generic[T, R]):
    """Worker processes that outlast one run; closing it kills them."""

    def __init__(self, make: Callable[[], Callable[[T], R]], *, share: bool = True) -> None:
        self.make = make
        self.share = share and hasattr(os, "fork")
        self.context: SpawnContext = multiprocessing.get_context("spawn")
        self.template: tuple[SpawnProcess, Connection] | None = None
        self.idle: list[_Worker[T]] = []
        self.busy: list[_Worker[T]] = []
        self.stillborn = 0

    def __enter__(self) -> Pool[T, R]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self) -> None:
        """Load the model that the workers share, before there is a task. Raises as `run` does."""
        if self.share and self.template is None:
            self._start_template()

    def run(
        self, tasks: Iterable[T], *, workers: int, timeout: float | None = None, retries: int = 1
    ) -> Generator[Done[T, R]]:
        """As `run_local` says."""
        source = ((task, 0) for task in tasks)
        again: list[tuple[T, int]] = []
        try:
            while True:
                self._fill(again, source, workers, timeout)
                if not self.busy:
                    return
                for worker, done in self._collect():
                    if done.failure and done.failure.kind == "crash" and worker.attempt < retries:
                        again.append((done.task, worker.attempt + 1))
                        continue
                    # The worker has its next task before the caller sees this one: no idle time.
                    self._fill(again, source, workers, timeout)
                    yield done
        finally:
            for worker in self.busy:
                self._bury(worker)
            self.busy = []

    def _fill(
        self,
        again: list[tuple[T, int]],
        source: Iterator[tuple[T, int]],
        workers: int,
        timeout: float | None,
    ) -> None:
        while len(self.busy) < workers:
            task = again.pop() if again else next(source, None)
            if task is None:
                return
            self._give(*task, timeout)

    def _give(self, task: T, attempt: int, timeout: float | None) -> None:
        """Hand a task to an idle worker, or to a new one."""
        while True:
            worker = self.idle.pop() if self.idle else self._start()
            worker.task, worker.attempt, worker.started = task, attempt, time.monotonic()
            worker.timeout = timeout
            worker.start_clock()
            try:
                worker.pipe.send(task)
            except OSError:  # it died while idle: the task never began
                self._bury(worker)
                continue
            self.busy.append(worker)
            return

    def _collect(self) -> list[tuple[_Worker[T], Done[T, R]]]:
        """Wait until some worker has ended its task, died, or used up its time."""
        now = time.monotonic()
        deadlines = [worker.deadline for worker in self.busy if worker.deadline is not None]
        pause = max(min(deadlines) - now, 0.0) if deadlines else None
        ready = set(map(id, wait([worker.pipe for worker in self.busy], pause)))
        now = time.monotonic()
        ended = []
        for worker in list(self.busy):
            done: Done[T, R] | None = None
            if id(worker.pipe) in ready:
                done = self._receive(worker, now)
            elif worker.deadline is not None and now >= worker.deadline:
                self.busy.remove(worker)
                self._bury(worker)
                spent = now - worker.started
                reason = f"took more than {worker.timeout:g} s and was stopped"
                done = self._done(worker, None, Failure("timeout", reason), spent)
            if done is not None:
                ended.append((worker, done))
        return ended

    def _receive(self, worker: _Worker[T], now: float) -> Done[T, R] | None:
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            self.busy.remove(worker)
            if not worker.ready:
                self.stillborn += 1
                if self.stillborn >= _START_ATTEMPTS:
                    raise AlignError(
                        f"{_START_ATTEMPTS} workers died while loading the model"
                        f" ({self._bury(worker)}); use fewer workers or a smaller model"
                    ) from None
            reason = f"its worker died ({self._bury(worker)})"
            return self._done(worker, None, Failure("crash", reason), now - worker.started)
        if not worker.ready:
            if message is not None:
                raise message
            worker.ready = True
            self.stillborn = 0
            worker.started = now
            worker.start_clock()
            return None
        self.busy.remove(worker)
        self.idle.append(worker)
        result, failure, seconds = message
        return self._done(worker, result, failure, seconds)

    def _done(
        self, worker: _Worker[T], result: R | None, failure: Failure | None, seconds: float
    ) -> Done[T, R]:
        task, worker.task = worker.task, None
        return Done(task, result, failure, seconds)  # type: ignore[arg-type]

    def _start(self) -> _Worker[T]:
        if self.share:
            return self._fork()
        ours, theirs = Pipe()
        with _quiet_children():
            process = self.context.Process(target=_spawned, args=(theirs, self.make), daemon=True)
            process.start()
        theirs.close()
        return _Worker(process.pid or 0, ours, process)

    def _fork(self) -> _Worker[T]:
        for _ in range(_START_ATTEMPTS):
            process, control = self.template or self._start_template()
            ours, theirs = Pipe()
            try:
                control.send("fork")
                reduction.send_handle(control, theirs.fileno(), process.pid)
                pid = control.recv()
            except (EOFError, OSError):  # someone killed the template
                ours.close()
                control.close()
                process.join()
                self.template = None
                continue
            finally:
                theirs.close()
            return _Worker(pid, ours, None)
        raise AlignError("workers cannot be started: the process that loads the model keeps dying")

    def _start_template(self) -> tuple[SpawnProcess, Connection]:
        for _ in range(_START_ATTEMPTS):
            ours, theirs = Pipe()
            with _quiet_children():
                process = self.context.Process(
                    target=_template, args=(theirs, self.make), daemon=True
                )
                process.start()
            theirs.close()
            try:
                message = ours.recv()
            except (EOFError, OSError):  # someone killed it before it was ready
                ours.close()
                process.join()
                continue
            if message is not None:
                process.join()
                raise message
            self.template = process, ours
            return self.template
        raise AlignError(
            f"the process that loads the model died {_START_ATTEMPTS} times"
            f" ({_status(process.exitcode)}); use a smaller model"
        )

    def _bury(self, worker: _Worker[T]) -> str:
        """Make sure that a worker is gone; say how it ended."""
        worker.pipe.close()
        if worker.process is not None:
            worker.process.kill()
            worker.process.join()
            return _status(worker.process.exitcode)
        if self.template is None:
            _kill(worker.pid)
            return "killed"
        try:
            self.template[1].send(worker.pid)
            return _status(self.template[1].recv())
        except (EOFError, OSError):
            _kill(worker.pid)
            return "killed"

    def close(self) -> None:
        """Kill every process."""
        for worker in self.busy + self.idle:
            with contextlib.suppress(OSError):
                self._bury(worker)
        self.busy, self.idle = [], []
        if self.template is not None:
            process, control = self.template
            control.close()
            process.kill()
            process.join()
            self.template = None


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)


def _status(code: int | None) -> str:
    if code is None:
        return "killed"
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        return f"{name}: out of memory or killed" if name == "SIGKILL" else name
    return f"exit status {code}"


@contextlib.contextmanager
def _quiet_children() -> Iterator[None]:
    """One thread a worker: the processes are the parallelism, and threads do not survive a fork."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
    wanted = dict.fromkeys(names, "1") | {"TOKENIZERS_PARALLELISM": "false"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# What follows runs in the other processes.


def _template(control: Connection, make: Callable[[], Callable[[Any], Any]]) -> None:
    """Load once; ``"fork"`` and a descriptor ask for a worker, a number for the end of one."""
    _settle()
    work = _made(control, make)
    while True:
        try:
            request = control.recv()
            if request == "fork":
                handle = reduction.recv_handle(control)
                pid = os.fork()
                if pid == 0:
                    control.close()
                    _serve(Connection(handle), work)
                    os._exit(0)
                os.close(handle)
                control.send(pid)
            else:
                _kill(request)
                control.send(os.waitstatus_to_exitcode(os.waitpid(request, 0)[1]))
        except (EOFError, OSError):
            os._exit(0)


def _spawned(pipe: Connection, make: Callable[[], Callable[[Any], Any]]) -> None:
    _settle()
    _serve(pipe, _made(pipe, make))


def _made(pipe: Connection, make: Callable[[], Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """Make the function and say that it is ready; or say why not, and end."""
    try:
        work = make()
        pipe.send(None)
    except BaseException as error:
        reason = error if isinstance(error, AlignError) else AlignError(_describe(error))
        with contextlib.suppress(OSError):
            pipe.send(reason)
        os._exit(1)
    return work


def _serve(pipe: Connection, work: Callable[[Any], Any]) -> None:
    """Do task after task until the other end closes."""
    _watch_parent()
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        started = time.monotonic()
        result, failure = None, None
        try:
            result = work(task)
        except AlignError as error:
            failure = Failure("input", str(error))
        except Exception as error:  # one document must never stop the rest
            failure = Failure("error", _describe(error))
        try:
            pipe.send((result, failure, time.monotonic() - started))
        except OSError:
            return


def _describe(error: BaseException) -> str:
    """The kind of an unexpected error, its message, and the line that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        where = f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})"
    return f"{type(error).__name__}: {error}{where}"


def _settle() -> None:
    """Leave Ctrl-C to the driver, and stdout to its results."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):  # the driver cleans up, and it ends us
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    if sys.stdout is not None:
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        os.dup2(2, 1)


def _watch_parent() -> None:
    """End with the driver, also when it is killed while a task hangs."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
