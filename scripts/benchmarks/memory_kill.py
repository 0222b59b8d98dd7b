"""Translation memory: kill -9 in the middle of an import, at random moments, again and again."""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from align.datatypes import TranslationUnit
from align.formats.units import to_record
from align.memory import TranslationMemory, exchange

NOW = "20260101T000000Z"
BATCH = 1_000  # units a transaction here: many commits, so that a kill meets every part of one
IMPORT = f"""
import sys
from pathlib import Path
from align.memory import TranslationMemory, exchange, writing
writing.BATCH = {BATCH}
memory, units = Path(sys.argv[1]), Path(sys.argv[2])
print("begun", flush=True)
with TranslationMemory.open(memory, create=True) as opened:
    opened.add(
        exchange.read_file(units), origin=units.name, now={NOW!r}, stream=exchange.stream_id(units),
        saved=lambda report: print(report.read, flush=True),
    )
print("finished", flush=True)
"""


@dataclass
class Outcome:
    """What twenty kills did."""

    kills: int = 0
    inside: int = 0  # kills after the first commit and before the last
    imports: int = 0  # finished, each after some kills
    lost: int = 0  # units reported as saved that the memory does not have
    unlike: int = 0  # finished imports that differ from an undisturbed one


def content(memory: Path) -> list[list[tuple[object, ...]]]:
    """Everything that a memory keeps."""
    with closing(sqlite3.connect(memory)) as connection:
        tables = ("units", "provenance", "imports", "state", "lengths", "grams")
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def start(memory: Path, units: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(memory), str(units)], stdout=subprocess.PIPE, text=True
    )


def killed(memory: Path, units: Path, moment: float) -> tuple[int, bool]:
    """Import until `moment` seconds after the start; the units reported saved, and whether all."""
    process = start(memory, units)
    assert process.stdout is not None
    process.stdout.readline()  # it has begun
    timer = threading.Timer(moment, process.kill)
    timer.start()
    lines = process.stdout.read().split()
    process.wait()
    timer.cancel()
    process.stdout.close()
    numbers = [int(line) for line in lines if line.isdigit()]
    return max(numbers, default=0), lines[-1:] == ["finished"]


def missing(memory: Path, units: Path, saved: int) -> int:
    """How many of the first `saved` units of the file the memory does not have."""
    if not saved:
        return 0
    with TranslationMemory.open(memory, read_only=True) as opened:
        held = {(unit.source, unit.target) for unit in opened.units()}
        assert opened.stats().units == len(held)
    wanted = [(unit.source, unit.target) for unit in exchange.read_file(units)][:saved]
    return sum(1 for pair in wanted if pair not in held)


def trial(folder: Path, units: Path, kills: int, seed: int = 1) -> Outcome:
    """Kill imports at random moments until it was done `kills` times, and check each time."""
    outcome, rng = Outcome(), random.Random(seed)
    whole, memory = folder / "whole.tm", folder / "killed.tm"
    begun = time.perf_counter()
    killed(whole, units, 3600)
    seconds = time.perf_counter() - begun
    undisturbed = content(whole)
    total = sum(1 for _ in exchange.read_file(units))
    while outcome.kills < kills:
        saved, done = killed(memory, units, rng.uniform(0.05, seconds))
        if not done:
            outcome.kills += 1
            outcome.inside += 0 < saved < total
            outcome.lost += missing(memory, units, saved)
            if outcome.kills < kills:
                continue
            killed(memory, units, 3600)
        outcome.imports += 1
        outcome.unlike += content(memory) != undisturbed
        for path in folder.glob("killed.tm*"):
            path.unlink()
    return outcome


def write(path: Path, units: Iterable[TranslationUnit]) -> None:
    lines = (json.dumps(to_record(unit), ensure_ascii=False) + "\n" for unit in units)
    path.write_text("".join(lines), encoding="utf-8")


def main() -> None:
    from memory import units

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=30_000)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "units.jsonl"
        write(file, units(options.units))
        found = trial(Path(name), file, options.kills)
    print(f"{found.kills} kills, {found.inside} of them between two commits of an import")
    print(f"units reported as saved and lost: {found.lost} (target 0)")
    print(f"imports finished after kills: {found.imports}; unlike an undisturbed one:", end=" ")
    print(f"{found.unlike} (target 0)")
    sys.exit(1 if found.lost or found.unlike else 0)


if __name__ == "__main__":
    main()
