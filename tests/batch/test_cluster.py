"""The Ray engine on a cluster of two nodes on this machine, one of them killed in the middle."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from batch_recipes import UNFORESEEN, LineRecipe, Square, no_model
from test_run import contents, make_archive

from align.batch.journal import Record
from align.batch.local import Failure, run_local
from align.batch.manifest import Entry
from align.batch.run import run_batch
from align.errors import ModelError

pytestmark = [
    pytest.mark.slow,
    # Ray leaves sockets and files for its own atexit to close.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes of two places for actors each; telemetry and dashboard off, loopback alone."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install align[ray]")
    settings = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_BACKEND_LOG_LEVEL": "fatal",
        "PYTHONPATH": str(Path(__file__).parent),
        "OMP_NUM_THREADS": "1",
        "RAY_gcs_server_request_timeout_seconds": "20",
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    import ray
    from ray.cluster_utils import Cluster

    two_nodes: Any = Cluster(
        initialize_head=True,
        head_node_args={
            "num_cpus": 1,
            "include_dashboard": False,
            "object_store_memory": 100 * 2**20,
        },
    )
    two_nodes.add_node(num_cpus=1, object_store_memory=100 * 2**20)
    two_nodes.wait_for_nodes()
    ray.init(two_nodes.address, log_to_driver=False)
    yield two_nodes
    ray.shutdown()
    two_nodes.shutdown()
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def test_outcomes_are_those_of_the_local_engine(cluster: Any) -> None:
    from align.batch.cluster import run_ray

    tasks = [*range(1, 30), -1, -2, -3, -4]
    done = {item.task: item for item in run_ray(Square(), tasks, timeout=1.0)}
    assert sorted(done) == sorted(tasks)
    squares = {task: item.result[0] for task, item in done.items() if item.result}
    assert squares == {number: number * number for number in range(1, 30)}
    failures = {task: item.failure for task, item in done.items() if item.failure}
    assert failures == {
        -1: Failure("input", "the PDF is corrupt"),
        -2: Failure("error", UNFORESEEN),
        -3: Failure("timeout", "took more than 1 s and was stopped"),
        -4: Failure("crash", "its worker died (SIGKILL: out of memory or killed)"),
    }
    with pytest.raises(ModelError, match="no such model"):
        list(run_ray(no_model, [1], actors=1))
    assert list(run_ray(Square(), [])) == []


def test_a_node_that_dies_changes_no_byte(cluster: Any, tmp_path: Path) -> None:
    from align.batch.cluster import run_ray

    entries = make_archive(tmp_path / "in", 80)
    run_batch(entries, LineRecipe(), tmp_path / "calm", engine=partial(run_local, workers=2))
    out = tmp_path / "out"
    done = 0

    def watch(entry: Entry, record: Record, fresh: bool) -> None:
        nonlocal done
        done += 1
        if done == 16:
            victim = cluster.worker_nodes.pop()
            victim.kill_raylet()  # SIGKILL

    engine = partial(run_ray, timeout=20.0)
    report = run_batch(entries, LineRecipe(pause=0.15), out, engine=engine, watch=watch)
    assert report.failed == ()
    assert done == 80
    assert contents(out) == contents(tmp_path / "calm")
