"""The Ray engine on a cluster of two nodes on this machine, one of them killed in the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from batch_recipes import UNFORESEEN, LineRecipe, SquareOnGpus, no_model
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
    """Two nodes, of one and two places for actors; telemetry and dashboard off, loopback alone.

    One for the whole file, as a node takes ten seconds to start; the last test kills the second.
    """
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'align-zh-en[ray]'")
    settings = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_BACKEND_LOG_LEVEL": "fatal",
        "PYTHONPATH": str(Path(__file__).parent),
        "OMP_NUM_THREADS": "1",
        "RAY_gcs_server_request_timeout_seconds": "20",
        # Asked this often a dead node is missed sooner; a slow one still has ten seconds to answer.
        "RAY_health_check_period_ms": "1000",
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    import ray
    from ray.cluster_utils import Cluster

    memory = 100 * 2**20
    two_nodes: Any = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "include_dashboard": False, "object_store_memory": memory},
    )
    two_nodes.add_node(num_cpus=2, num_gpus=2, object_store_memory=memory)
    two_nodes.wait_for_nodes()
    yield two_nodes
    ray.shutdown()
    two_nodes.shutdown()
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def test_outcomes_are_those_of_the_local_engine_and_each_actor_has_a_gpu(
    cluster: Any, tmp_path: Path
) -> None:
    from align.batch.ray_engine import run_ray

    make = SquareOnGpus(tmp_path, different=2)
    tasks = [*range(1, 30), -1, -2, -3, -4]
    run = run_ray(make, tasks, timeout=3.0, gpus=1.0, address=cluster.address)
    done = {item.task: item for item in run}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["0", "1"]
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
    assert list(run_ray(make, [])) == []
    with pytest.raises(InputError, match="--gpus 3: the Ray cluster has 2 GPUs"):
        list(run_ray(make, [1], gpus=3))


def test_a_model_that_cannot_be_loaded_ends_the_run_and_no_gpu_is_seen_unasked(
    cluster: Any,
) -> None:
    from align.batch.ray_engine import run_ray

    with pytest.raises(ModelError, match=r"no such model; GPUs: (any)?$"):
        list(run_ray(no_model, [1], actors=1, address=cluster.address))


@needs_model
def test_the_command_gives_the_same_bytes_on_a_cluster_of_its_own(
    cluster: Any, tmp_path: Path, corpora: Path
) -> None:
    """Another runs on this machine, which is not to be taken for it."""
    pairs = [
        f"{corpora}/{name}/zh.txt,{corpora}/{name}/en.txt" for name in ("feature", "resolution")
    ]
    (tmp_path / "m.csv").write_text("\n".join(["zh,en", *pairs, f"{corpora}/none,{corpora}/none"]))
    local = align("batch", "m.csv", "-o", "local", cwd=tmp_path)
    ray = align("batch", "m.csv", "--engine", "ray", "--workers", "1", "-o", "own", cwd=tmp_path)
    for run in (local, ray):
        assert run.returncode == 1, run.stderr  # of the pair that is not there
        assert run.stdout.startswith("3 pairs (2 aligned now, 1 failed)")
    assert ray.stderr == local.stderr
    assert len(contents(tmp_path / "local")) == 2
    assert contents(tmp_path / "own") == contents(tmp_path / "local")


@needs_model
@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "127.0.0.1:65536"])
def test_an_address_where_no_cluster_is_is_named_at_once(
    tmp_path: Path, corpora: Path, address: str
) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'align-zh-en[ray]'")
    pair = f"{corpora}/feature/zh.txt,{corpora}/feature/en.txt\n"
    (tmp_path / "m.csv").write_text(f"zh,en\n{pair}")
    command = ["batch", "m.csv", "-o", "out", "--engine", "ray", "--ray-address", address]
    run = align(*command, cwd=tmp_path)
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1].startswith(
        f"align: --engine ray: no cluster on {address}: "
    ), run.stderr


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

    engine = partial(run_ray, timeout=20.0, address=cluster.address)
    recipe = LineRecipe(pause=0.15)
    report = run_batch(entries, recipe, out, engine=engine, workers_write=True, watch=watch)
    assert report.failed == ()
    assert done == 40
    assert contents(out) == contents(tmp_path / "calm")
