"""TMX writing, reading, validating: units a second and memory, beside translate-toolkit's parser.

    scripts/bench tmx_speed [UNITS] [--peer PYTHON]

`--peer` (or the variable ALIGN_TOOLKIT_PYTHON) names a Python that has translate-toolkit installed;
it is GPL and no dependency of this project. The peer parses a part of the file only (--peer-units),
as it keeps every unit in memory; its rate is per unit all the same. Seconds are CPU seconds.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from align.datatypes import TranslationUnit
from align.formats import tmx

T = TypeVar("T")
WORDS = ("the", "committee", "took", "note", "of", "report", "on", "well", "water", "bridge")
HAN = "委员会注意到关于井水桥梁港口市场学校的报告并决定继续审议该问题"

# Run by the peer's Python: parse, then visit every unit, as an importer must.
PEER = """
import resource, sys, time
from translate.storage import tmx
start = time.process_time()
with open(sys.argv[1], "rb") as file:
    store = tmx.tmxfile.parsefile(file)
count = sum(1 for unit in store.units if unit.source is not None and unit.target is not None)
print(count, time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def units(count: int, *, props: bool) -> Iterator[TranslationUnit]:
    """Units of about the length of sentences, all different."""
    for number in range(count):
        words = (WORDS[(number * 7 + place * place) % len(WORDS)] for place in range(18))
        han = "".join(HAN[(number * 5 + place * 3) % len(HAN)] for place in range(28))
        extra = {"confidence": 0.9876, "bead_type": "1-1", "paragraph": str(number % 90)}
        yield TranslationUnit(
            f"{han}{number}。",
            f"{' '.join(words)} {number}.",
            id=str(number),
            created="20240229T000000Z",
            **(extra if props else {}),  # type: ignore[arg-type]
        )


def write(path: Path, count: int, *, props: bool) -> int:
    with path.open("wb") as file:
        return tmx.write_units(file, units(count, props=props)).units


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    return work(), time.process_time() - start


def show(name: str, count: int, seconds: float, peak: int, base: float | None = None) -> float:
    rate = count / seconds
    ratio = f"{rate / base:8.1f}" if base else " " * 8
    print(f"{name:34} {count:>10,} {seconds:>8.2f} {rate:>10,.0f} {ratio} {peak / 1024:>8.0f}")
    return rate


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("units", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--peer", default=os.environ.get("ALIGN_TOOLKIT_PYTHON"))
    parser.add_argument("--peer-units", type=int, default=100_000)
    parser.add_argument("--plain", action="store_true", help="units without confidence and place")
    options = parser.parse_args()
    props = not options.plain
    with tempfile.TemporaryDirectory() as folder:
        path, part = Path(folder, "all.tmx"), Path(folder, "part.tmx")
        print(f"{'':34} {'units':>10} {'CPU s':>8} {'units/s':>10} {'x peer':>8} {'peak MB':>8}")
        base = None
        if options.peer:
            write(part, min(options.peer_units, options.units), props=props)
            command = [options.peer, "-c", PEER, str(part)]
            answer = subprocess.run(command, capture_output=True, text=True, check=True)
            read, took, memory = answer.stdout.split()
            base = show("translate-toolkit: parse, visit", int(read), float(took), int(memory))
        _, making = timed(lambda: sum(1 for _ in units(options.units, props=props)))
        count, seconds = timed(lambda: write(path, options.units, props=props))
        show("align: write", count, seconds - making, peak())
        print(f"{'':34} ({path.stat().st_size / 1e6:,.0f} MB)")
        count, seconds = timed(lambda: sum(1 for _ in tmx.read_units(path)))
        show("align: read", count, seconds, peak(), base)
        findings_of, seconds = timed(lambda: list(tmx.validate(path)))
        show("align: validate", options.units, seconds, peak(), base)
        if findings_of:
            sys.exit(f"the file that was written has findings: {findings_of[0]}")


if __name__ == "__main__":
    main()
