"""Large files take bounded memory and leave no trace of their size; measured in a process apart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Writes N units to a file, reads them, validates them; prints the peak after each step in KiB.
_SCRIPT = """
import resource, sys
from pathlib import Path
from align.datatypes import TranslationUnit
from align.formats import tmx

path, count, padding = Path(sys.argv[1]), int(sys.argv[2]), "x" * 400
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def units():
    for n in range(count):
        yield TranslationUnit(f"水 {n} {padding}", f"water {n} {padding}", id=str(n), page=n % 9)

with path.open("wb") as file:
    print(tmx.write_units(file, units()).units)
wrote = peak()
print(sum(1 for _ in tmx.read_units(path)))
print(len(tmx.validate(path)))
print(path.stat().st_size, wrote, peak())
"""


def measure(path: Path, count: int) -> tuple[int, int, int]:
    """File size in bytes, peak after writing and peak at the end in KiB."""
    command = [sys.executable, "-W", "error", "-c", _SCRIPT, str(path), str(count)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    written, read, findings, sizes = result.stdout.splitlines()
    assert (int(written), int(read), int(findings)) == (count, count, 0)
    size, wrote, peak = map(int, sizes.split())
    return size, wrote, peak


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    small, _, at_small = measure(tmp_path / "small.tmx", 1_000)
    large, _, at_large = measure(tmp_path / "large.tmx", 60_000)
    assert large > 55_000_000
    assert large > 50 * small
    # What may grow are the ids that are kept to tell doubles: about 100 bytes a unit, twice.
    assert at_large - at_small < 24 * 1024
