"""Kills: SIGKILL of driver, worker and Ray node at random moments; the same bytes after."""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from archive import make_archive

from align.batch.archive_run import run_batch
from align.batch.journal import Record
from align.batch.manifest import Entry, pair_id, read_manifest, write_manifest
from align.batch.pair_task import AlignPairs
from align.pipeline import PairOptions

Bytes = dict[str, str]


def fingerprint(out: Path) -> Bytes:
    """Hashes of everything that a user takes from an output folder."""
    wanted = [*(out / "tmx").iterdir(), out / "all.tmx", out / "summary.csv"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in wanted}


def command(manifest: Path, out: Path) -> list[str]:
    """The command line that is killed and given again."""
    return [
        *(sys.executable, "-m", "align", "batch", str(manifest), "-o", str(out)),
        *("--workers", "2", "--merge", str(out / "all.tmx")),
    ]


def run(manifest: Path, out: Path) -> Bytes:
    """An undisturbed run, or the end of a disturbed one."""
    subprocess.run(command(manifest, out), check=True, capture_output=True)
    return fingerprint(out)


def kill_processes(
    victim: str,
    kills: int,
    manifest: Path,
    folder: Path,
    calm: Bytes,
    span: float,
    chance: random.Random,
) -> tuple[int, int]:
    """Kill `kills` times; give how many hit, and after how many the bytes were the same."""
    hits = same = rounds = 0
    while hits < kills:
        out = folder / f"{victim}-{rounds}"
        before = hits
        rounds += 1
        for _ in range(3):  # several kills on one output folder, then let it end
            if hits == kills:
                break
            process = subprocess.Popen(
                command(manifest, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            hits += _strike(process, victim, span, chance)
            process.wait()
        if run(manifest, out) == calm:
            same += hits - before
        shutil.rmtree(out)
    return hits, same


def _strike(
    process: subprocess.Popen[bytes], victim: str, span: float, chance: random.Random
) -> int:
    """Wait a random while, then kill; 0 when the run was over before."""
    time.sleep(chance.uniform(0.1, span))
    for _ in range(40):
        if process.poll() is not None:
            return 0
        if victims := list(_victims(process.pid, victim)):
            os.kill(chance.choice(victims), signal.SIGKILL)
            return 1
        time.sleep(0.05)
    return 0


def _victims(driver: int, victim: str) -> Iterator[int]:
    if victim == "driver":
        yield driver
        return
    for template in _children(driver):
        if victim == "template":
            yield template
        else:
            yield from _children(template)


def _children(parent: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rsplit(")", 1)[1].split()
            line = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z" and b"resource_tracker" not in line:
            yield int(stat.parent.name)


def kill_nodes(kills: int, manifest: Path, folder: Path, chance: random.Random) -> tuple[int, int]:
    """On a Ray cluster of two nodes, kill one after a random number of documents."""
    os.environ.update(
        RAY_USAGE_STATS_ENABLED="0",
        RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER="0",
        RAY_BACKEND_LOG_LEVEL="fatal",
        OMP_NUM_THREADS="1",
    )
    import ray
    from ray.cluster_utils import Cluster

    from align.batch.ray_engine import run_ray

    small: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 100 * 2**20}
    cluster = Cluster(initialize_head=True, head_node_args={**small, "include_dashboard": False})
    cluster.add_node(**small)
    cluster.wait_for_nodes()
    ray.init(cluster.address, log_to_driver=False, logging_level=logging.ERROR)
    entries = read_manifest(manifest)
    recipe = AlignPairs.of(PairOptions())
    calm: dict[str, str] | None = None
    same = 0
    for turn in range(kills + 1):  # the first one is not disturbed
        moment = chance.randrange(1, len(entries) * 3 // 4)
        seen = 0

        def watch(entry: Entry, record: Record, fresh: bool) -> None:
            nonlocal seen
            seen += 1
            if turn and seen == moment:  # noqa: B023 - called within this turn
                cluster.worker_nodes.pop().kill_raylet()

        out = folder / f"node-{turn}"
        run_batch(entries, recipe, out, engine=partial(run_ray, timeout=60.0), watch=watch)
        found = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (out / "tmx").iterdir()
        }
        calm = calm or found
        same += bool(turn) and found == calm
        if turn:
            cluster.add_node(**small)
            cluster.wait_for_nodes()
    ray.shutdown()
    cluster.shutdown()
    return kills, same


def main() -> int:
    """Make a small archive, run it in peace, then with kills."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--victims", default="driver,worker,template,node")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    failed = False
    with tempfile.TemporaryDirectory(prefix="align-kill-") as name:
        folder = Path(name)
        truth = make_archive(folder / "in", arguments.pairs, alone=0, corrupt=0)
        entries = [
            Entry(str(folder / "in" / zh), str(folder / "in" / en), id=pair_id(zh, en))
            for zh, en in sorted(truth.pairs)
        ]
        manifest = folder / "pairs.csv"
        with manifest.open("wb") as file:
            write_manifest(file, entries)
        start = time.perf_counter()
        calm = run(manifest, folder / "calm")
        span = time.perf_counter() - start
        print(f"{len(entries)} pairs, undisturbed in {span:.1f} s")
        print(f"{'victim':<12}{'kills':>8}{'same bytes':>14}")
        for victim in arguments.victims.split(","):
            strike: Callable[[], tuple[int, int]]
            if victim == "node":
                strike = partial(kill_nodes, arguments.kills, manifest, folder, chance)
            else:
                strike = partial(
                    kill_processes, victim, arguments.kills, manifest, folder, calm, span, chance
                )
            hits, same = strike()
            print(f"{victim:<12}{hits:>8}{same:>14}", flush=True)
            failed |= same != hits
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
