"""Nothing grows faster than its input times a logarithm: processor time at n and at 4n."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

_PLACE = Path(__file__).resolve().parent.parent / "scripts" / "benchmarks" / "growth.py"
_SPEC = importlib.util.spec_from_file_location("growth", _PLACE)
assert _SPEC is not None
assert _SPEC.loader is not None
growth: Any = importlib.util.module_from_spec(_SPEC)
sys.modules["growth"] = growth
_SPEC.loader.exec_module(growth)

MOST = 1.4  # a power: n log n has 1.1 at these sizes, a square 2; the rest is for a busy machine
TRIES = 3
FAST = [case for case in growth.CASES if not case.slow]


@pytest.mark.parametrize("case", FAST, ids=[case.name for case in FAST])
def test_time_grows_with_the_input(case: Any) -> None:
    found = []
    for _ in range(TRIES):
        before, after, power = growth.exponent(case, case.small)
        if power < MOST or after < 0.02:
            return
        found.append((round(before, 4), round(after, 4), round(power, 2)))
    pytest.fail(f"{case.name}: seconds at n and 4n, and the power, each time: {found}")


def test_a_square_is_seen() -> None:
    square = growth.Case("square", 400, lambda n: lambda: [0 for _ in range(n) for _ in range(n)])
    assert growth.exponent(square, 400)[2] > MOST
