"""The Ray engine on a cluster of two nodes on this machine, one of them killed in the middle."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from batch_recipes import UNFORESEEN, LineRecipe, Square, no_model, visible_gpus
from test_archive_run import contents, make_archive
from test_commands import align, needs_model

from align.batch.archive_run import run_batch
from align.batch.journal import Record
from align.batch.local_engine import Failure, run_local
from align.batch.manifest import Entry
from align.errors import InputError, ModelError

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
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'align-zh-en[ray]'")
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
    from align.batch.ray_engine import run_ray

    tasks = [*range(1, 30), -1, -2, -3, -4]
    done = {item.task: item for item in run_ray(Square(), tasks, timeout=3.0)}
    assert sorted(done) == sorted(tasks)
    squares = {task: item.result[0] for task, item in done.items() if item.result}
    assert squares == {number: number * number for number in range(1, 30)}
    failures = {task: item.failure for task, item in done.items() if item.failure}
    assert failures == {
        -1: Failure("input", "the PDF is corrupt"),
        -2: Failure("error", UNFORESEEN),
        -3: Failure("timeout", "took more than 3 s and was stopped"),
        -4: Failure("crash", "its worker died (SIGKILL: out of memory or killed)"),
    }
    with pytest.raises(ModelError, match="no such model"):
        list(run_ray(no_model, [1], actors=1))
    assert list(run_ray(Square(), [])) == []


def test_actors_get_the_gpus_that_they_ask_for(cluster: Any) -> None:
    from align.batch.ray_engine import run_ray

    with pytest.raises(InputError, match="--gpus 1: the Ray cluster has 0 GPUs"):
        list(run_ray(visible_gpus, [1], gpus=1))
    node = cluster.add_node(num_cpus=2, num_gpus=2, object_store_memory=100 * 2**20)
    cluster.wait_for_nodes()
    try:
        whole = {item.result for item in run_ray(visible_gpus, range(40), gpus=1.0)}
        none = {item.result for item in run_ray(visible_gpus, range(4), actors=1)}
    finally:
        cluster.remove_node(node)
    assert whole == {"0", "1"}  # an actor a GPU, each with its own
    assert none <= {"any", ""}


@needs_model
def test_the_command_gives_the_same_bytes_on_a_running_cluster_and_on_its_own(
    cluster: Any, tmp_path: Path, corpora: Path
) -> None:
    pairs = [
        f"{corpora}/{name}/zh.txt,{corpora}/{name}/en.txt" for name in ("feature", "resolution")
    ]
    (tmp_path / "m.csv").write_text("\n".join(["zh,en", *pairs, f"{corpora}/none,{corpora}/none"]))
    command = ["batch", "m.csv", "--engine", "ray", "--workers", "1", "-o"]
    runs = {
        "local": align("batch", "m.csv", "-o", "local", cwd=tmp_path),
        "joined": align(*command, "joined", "--ray-address", cluster.address, cwd=tmp_path),
        "own": align(*command, "own", cwd=tmp_path),
    }
    for name, run in runs.items():
        assert run.returncode == 1, run.stderr  # of the pair that is not there
        assert run.stdout.startswith("3 pairs (2 aligned now, 1 failed)"), name
        assert run.stderr == runs["local"].stderr
        assert contents(tmp_path / name) == contents(tmp_path / "local")
    assert len(contents(tmp_path / "local")) == 2


def test_a_node_that_dies_changes_no_byte(cluster: Any, tmp_path: Path) -> None:
    from align.batch.ray_engine import run_ray

    entries = make_archive(tmp_path / "in", 40)
    run_batch(entries, LineRecipe(), tmp_path / "calm", engine=partial(run_local, workers=2))
    out = tmp_path / "out"
    done = 0

    def watch(entry: Entry, record: Record, fresh: bool) -> None:
        nonlocal done
        done += 1
        if done == 8:
            victim = cluster.worker_nodes.pop()
            victim.kill_raylet()  # SIGKILL

    engine = partial(run_ray, timeout=20.0)
    recipe = LineRecipe(pause=0.15)
    report = run_batch(entries, recipe, out, engine=engine, workers_write=True, watch=watch)
    assert report.failed == ()
    assert done == 40
    assert contents(out) == contents(tmp_path / "calm")
