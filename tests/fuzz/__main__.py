"""Give mutated files to every door: scripts/fuzz --runs 100000 [--seed 0] [--only NAME]."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

from fuzz.doors import HangError, run
from fuzz.mutations import mutated
from fuzz.seeds import seeds, units

_MEMORY = 2 << 30  # bytes that a run may add to what the process has
_SHIFT = 2_000  # runs of one process, so that nothing gathers


def one(number: int, names: list[str], folder: Path) -> str | None:
    """Run number `number`; what went wrong, in a few lines, else None."""
    name = names[number % len(names)]
    file = folder / name
    file.write_bytes(mutated(number, seeds()[name]))
    try:
        run(name, file, folder, number)
    except (Exception, HangError) as error:
        trace = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in trace if f"{os.sep}align{os.sep}" in frame.filename]
        place = ours[-1] if ours else trace[-1]
        where = f"{place.filename.rpartition(os.sep + 'align' + os.sep)[2]}:{place.lineno}"
        return f"{type(error).__name__} at {where}: {str(error)[:200]}"
    finally:
        for left in folder.iterdir():
            if left.suffix == ".db" or left.name.startswith(("again", "out", name)):
                left.unlink()
    return None


def prepare(folder: Path) -> None:
    """What commands need beside the file in question."""
    from align.formats import tmx

    (folder / "plain.txt").write_bytes(seeds()["en.txt"])
    with (folder / "plain.tmx").open("wb") as file:
        tmx.write_units(file, units())


def _shift(numbers: list[int], names: list[str], pipe: Connection) -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, resource.RLIM_INFINITY))
    folder = Path(tempfile.mkdtemp(prefix="align-fuzz-"))
    try:
        prepare(folder)
        for number in numbers:
            pipe.send((number, "begun"))
            pipe.send((number, one(number, names, folder)))
        pipe.send((-1, None))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fuzz(numbers: list[int], names: list[str]) -> dict[int, str]:
    """What went wrong, by the number of the run; a process that dies is a fault too."""
    import align.cli  # noqa: F401 - once, before the processes are forked

    faults: dict[int, str] = {}
    context = multiprocessing.get_context("fork")
    waiting = numbers
    begun = time.monotonic()
    while waiting:
        reader, writer = context.Pipe(duplex=False)
        process = context.Process(target=_shift, args=(waiting[:_SHIFT], names, writer))
        process.start()
        writer.close()
        last = waiting[0]
        try:
            while True:
                number, said = reader.recv()
                if number < 0:
                    last = waiting[:_SHIFT][-1]
                    break
                last = number
                if said and said != "begun":
                    faults[number] = said
                    print(f"{number} {names[number % len(names)]}: {said}", flush=True)
        except EOFError:
            faults[last] = "the process died"
            print(f"{last} {names[last % len(names)]}: the process died", flush=True)
        process.join()
        waiting = waiting[waiting.index(last) + 1 :]
        done = len(numbers) - len(waiting)
        rate = done / (time.monotonic() - begun)
        print(f"{done:,} runs, {len(faults)} faults, {rate:.0f}/s", file=sys.stderr, flush=True)
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0, help="Number of the first run.")
    parser.add_argument("--only", action="append", help="Files to begin with, by name; else all.")
    options = parser.parse_args()
    names = options.only or list(seeds())
    faults = fuzz(list(range(options.seed, options.seed + options.runs)), names)
    kinds = Counter(said.partition(":")[0] for said in faults.values())
    for kind, count in kinds.most_common():
        print(f"{count:6,} {kind}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
