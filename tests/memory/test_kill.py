"""An import that is killed loses nothing that it reported, and goes on (twenty times: bench)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from align.datatypes import TranslationUnit

BENCHMARK = Path(__file__).parents[2] / "scripts" / "benchmarks" / "memory_kill.py"


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("memory_kill", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_three_kills_lose_nothing(tmp_path: Path) -> None:
    kill = _benchmark()
    file = tmp_path / "units.jsonl"
    kill.write(
        file, (TranslationUnit(f"第{n}号决议{n % 7}", f"resolution {n}") for n in range(6000))
    )
    outcome = kill.trial(tmp_path, file, 3, seed=8)
    assert outcome.kills == 3
    assert (outcome.lost, outcome.unlike) == (0, 0)
    assert outcome.imports >= 1
