"""A short run of the fuzzer; `scripts/fuzz` runs it as long as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.__main__ import one, prepare
from fuzz.doors import HangError, command, limited
from fuzz.mutations import mutated
from fuzz.seeds import seeds

RUNS = 4  # of each file


@pytest.mark.parametrize("name", seeds())
def test_no_mutation_brings_a_traceback_a_hang_or_lost_text(name: str, tmp_path: Path) -> None:
    prepare(tmp_path)
    faults = {n: said for n in range(RUNS) if (said := one(n, [name], tmp_path)) is not None}
    assert faults == {}


@pytest.mark.parametrize("name", seeds())
def test_a_seed_makes_the_same_mutation_each_time(name: str) -> None:
    assert mutated(7, seeds()[name]) == mutated(7, seeds()[name])
    assert any(mutated(seed, seeds()[name]) != seeds()[name] for seed in range(3))


def test_the_oracles_see_what_they_look_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import align.document

    prepare(tmp_path)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nothing")

    def endless(*_: object, **__: object) -> None:
        while True:
            pass

    monkeypatch.setattr(align.document, "read_document", broken)
    said = one(1, ["en.txt"], tmp_path)
    assert said is not None
    assert said.startswith("ZeroDivisionError at ")
    monkeypatch.setattr(align.document, "read_document", endless)
    with pytest.raises(HangError), limited(0.2):
        align.document.read_document(Path("x"))
    monkeypatch.undo()
    command(["show", str(tmp_path / "plain.txt")])
