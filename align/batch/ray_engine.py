"""The same function over the same tasks, on a Ray cluster: Ray Data with stateful actors.

An actor holds one worker process of the local engine, so a document that hangs or kills its process
costs neither the actor nor the model that it loaded. A node that dies has its tasks done elsewhere.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import socket
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from align.batch.local_engine import Done, Pool
from align.errors import AlignError, InputError

if TYPE_CHECKING:
    import pyarrow

T = TypeVar("T")
R = TypeVar("R")

_BATCH = 8  # tasks that an actor takes at once, at most; what a dead node makes others do again
_TURNS = 8  # batches for each actor, at least: the last ones end together
# Seconds for a cluster's door to open; Ray gives a node as long to say that it lives.
_ANSWER_WITHIN = 10.0


class Actor(Generic[T, R]):
    """What Ray Data keeps on a node: a worker process with the model, and a limit on its time."""

    def __init__(
        self, make: Callable[[], Callable[[T], R]], timeout: float | None, share: bool
    ) -> None:
        self.pool: Pool[T, R] = Pool(make, share=share)
        self.timeout = timeout
        with contextlib.suppress(AlignError):  # said again with the first batch
            self.pool.warm()

    def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
        """Pickled tasks in, pickled outcomes out."""
        import pyarrow

        tasks = [pickle.loads(item.as_py()) for item in batch["task"]]
        try:
            ended: list[Any] = list(self.pool.run(tasks, workers=1, timeout=self.timeout))
        except AlignError as error:  # the model cannot be loaded: the driver shall say so
            ended = [error]
        done = [pickle.dumps(item) for item in ended]
        return pyarrow.table({"done": pyarrow.array(done, pyarrow.large_binary())})


def connect(address: str | None = None) -> None:
    """Join the cluster at `address`, or start one on this machine; nothing is reported anywhere.

    Raises InputError when Ray is not installed or the cluster does not answer.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    if address is None:
        # Despite its name it decides on Linux too: with 0, every part listens on loopback alone.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    try:
        import ray
    except ImportError as error:
        raise InputError("--engine ray needs Ray; pip install 'align-zh-en[ray]'") from error
    if ray.is_initialized():
        return
    _answers(address)
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    with _silent_stderr():
        _init(ray, address, quiet)


def _answers(address: str | None) -> None:
    """Raise InputError where nothing listens at `address`: Ray itself tries for over ten minutes."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if not (host and port.isascii() and port.isdigit()):
        return  # `auto` and names of its own: Ray knows what they mean
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER_WITHIN).close()
    except (OSError, OverflowError) as error:  # a port beyond 65535 overflows
        raise InputError(f"--engine ray: no cluster on {address}: {error}") from error


def _init(ray: Any, address: str | None, quiet: dict[str, Any]) -> None:
    try:
        if address is None:
            # "local": an address in the environment would be somebody's cluster.
            ray.init("local", include_dashboard=False, **quiet)
        else:
            ray.init(address, **quiet)
    except (ConnectionError, ValueError, RuntimeError) as error:
        where = address or "this machine"
        raise InputError(f"--engine ray: no cluster on {where}: {error}") from error


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Ray's core writes to the descriptor itself that it has read its log level."""
    sys.stderr.flush()
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def run_ray(
    make: Callable[[], Callable[[T], R]],
    tasks: Iterable[T],
    *,
    actors: int | None = None,
    gpus: float = 0.0,
    timeout: float | None = None,
    share: bool = True,
    address: str | None = None,
) -> Generator[Done[T, R]]:
    """Yield each task with its outcome, in the order in which they end; some may come twice.

    `actors` defaults to one a CPU of the cluster (one a GPU with `gpus`). `make` runs in each actor
    and must be importable on every node, as must the documents be readable there. `share` is that
    of `run_local`.
    """
    connect(address)
    import pyarrow
    import ray

    items = [pickle.dumps(task) for task in tasks]
    if not items:
        return
    _quiet()
    actors = actors or _room(gpus)
    size = min(max(len(items) // (actors * _TURNS), 1), _BATCH)
    blocks = [
        pyarrow.table({"task": pyarrow.array(items[first : first + size], pyarrow.large_binary())})
        for first in range(0, len(items), size)
    ]
    most = min(actors, len(blocks))
    outcomes = ray.data.from_arrow(blocks).map_batches(
        Actor,
        fn_constructor_args=(make, timeout, share),
        batch_size=size,  # a block; None will not do with GPUs
        batch_format="pyarrow",
        # All that there is room for at once; a pool of any size goes on where nodes come and go.
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most, initial_size=most),
        num_cpus=1,
        num_gpus=gpus or None,
    )
    try:
        for batch in outcomes.iter_batches(batch_size=None, batch_format="pyarrow"):
            for item in batch["done"]:
                outcome = pickle.loads(item.as_py())
                if isinstance(outcome, AlignError):
                    raise outcome
                yield outcome
    except ray.exceptions.RayError as error:
        reason = str(error).strip().splitlines()[-1:] or ["no reason given"]
        raise AlignError(
            f"the Ray cluster gave up ({type(error).__name__}): {reason[0]}"
        ) from error


def _room(gpus: float) -> int:
    """How many actors the cluster has room for. Raises InputError when it has no such GPU."""
    import ray

    ask: Any = ray.cluster_resources  # without types where Ray is there, unknown where it is not
    has: dict[str, float] = ask()
    room = int(has.get("GPU", 0) / gpus) if gpus else max(int(has.get("CPU", 1)), 1)
    if not room:
        raise InputError(
            f"--gpus {gpus:g}: the Ray cluster has {has.get('GPU', 0):g} GPUs; give --gpus 0, or"
            " --workers where the cluster adds machines by itself"
        )
    return room


def _quiet() -> None:
    """No progress bars and no log lines on the user's terminal: the driver has its own."""
    import ray

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
