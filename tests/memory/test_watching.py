"""Files kept in step with a memory: for OmegaT's folders."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from align.datatypes import Concept, Term, TranslationUnit
from align.formats.glossary import write_glossary
from align.memory.opening import open_memory

from .conftest import NOW

CONCEPTS = (
    Concept(
        "c1",
        (
            Term("维和行动", "zh"),
            Term("peace operation", "en", "admitted"),
            Term("peacekeeping\toperation\n", "en"),
            Term("PKO", "en", "deprecated"),
        ),
        note="see A/78/1",
    ),
    Concept("c2", (Term("只有中文", "zh"),)),
    Concept("c3", (Term("旧", "zh", "superseded"), Term("old", "en"))),
)


def test_a_glossary_as_omegat_reads_it() -> None:
    file = io.BytesIO()
    assert write_glossary(file, CONCEPTS, source_lang="zh-CN", target_lang="en-US") == 1
    assert file.getvalue().decode() == (
        "维和行动\tpeacekeeping operation, peace operation\tsee A/78/1; not: PKO\n"
    )
    file = io.BytesIO()
    assert write_glossary(file, CONCEPTS, source_lang="en", target_lang="zh") == 2
    assert file.getvalue().decode().splitlines() == [
        "peacekeeping operation\t维和行动\tsee A/78/1",
        "peace operation\t维和行动\tsee A/78/1",
    ]


def within(seconds: float, done: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if done():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_folders_follow_the_memory_and_the_termbase(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    place = str(tmp_path / "m.tm")
    if engine == "postgresql":
        give: Callable[[], str] = request.getfixturevalue("postgres")
        place = give()
    terms = tmp_path / "t.csv"
    terms.write_text("zh,en\n维和,peacekeeping\n", encoding="utf-8")
    tm, glossary = tmp_path / "team.tmx", tmp_path / "team.txt"
    command = [sys.executable, "-m", "align", "memory", "export", place, "-o", str(tm)]
    command += ["--terms", str(terms), "--glossary", str(glossary), "--watch", "--every", "0.2"]
    unit = TranslationUnit("水", "water", id="w")
    with open_memory(place, create=True) as memory:
        memory.add([unit], origin="o", now=NOW)
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            assert within(60, lambda: tm.is_file() and glossary.is_file())
            first = tm.stat().st_ino
            assert glossary.read_text(encoding="utf-8") == "维和\tpeacekeeping\t\n"
            memory.add([TranslationUnit("山", "hill", id="h")], origin="o", now=NOW)
            assert within(60, lambda: "hill" in tm.read_text(encoding="utf-8"))
            assert tm.stat().st_ino != first
            second = tm.stat().st_ino
            terms.write_text("zh,en\n维和,peace-keeping\n", encoding="utf-8")
            assert within(60, lambda: "peace-keeping" in glossary.read_text(encoding="utf-8"))
            memory.add([replace(unit)], origin="o", now=NOW)  # nothing new in it
            time.sleep(1.0)
            assert tm.stat().st_ino == second
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    assert not [path for path in tmp_path.iterdir() if path.name.endswith("align-tmp")]
