"""The front door: what `import align` offers, and that it costs nothing until it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import align

# The public surface of this major version. A name that goes, or changes its meaning, is a new one.
SURFACE = {
    "AlignError", "Alignment", "Bead", "Concept", "Document", "Finding", "FormatError",
    "InputError", "Match", "MemoryFileError", "ModelError", "NotTranslationsError", "PairOptions",
    "PairResult", "Segment", "Term", "TranslationMemory", "TranslationUnit", "align_files",
    "check_units", "load_encoder", "load_termbase", "lookup", "read_document", "read_units",
    "refer", "write_units",
}  # fmt: skip


def test_the_public_surface_is_as_stated() -> None:
    assert set(align.__all__) == SURFACE
    assert set(align.__dir__()) >= SURFACE


@pytest.mark.parametrize("name", sorted(SURFACE))
def test_every_name_is_there_and_documented(name: str) -> None:
    found = getattr(align, name)
    assert found.__doc__
    assert len(found.__doc__.split()) >= 4


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        align.nonsense  # noqa: B018


def test_the_names_are_loaded_when_they_are_used() -> None:
    program = (
        "import sys, align; before = set(sys.modules); align.align_files; "
        "assert 'align.pipeline' not in before; assert 'align.pipeline' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_day_s_work_with_paths_as_text(tmp_path: Path, corpora: Path) -> None:
    folder = corpora / "press-release"
    result = align.align_files(str(folder / "zh.txt"), str(folder / "en.txt"))
    assert len(result.units) > 50
    memory_file = str(tmp_path / "memory.db")
    with align.TranslationMemory.open(memory_file, create=True) as memory:
        memory.add(result.units, origin="press", now="20260101T000000Z")
        assert len(memory) > 50
        found = align.lookup("秘书长", termbase=align.load_termbase(str(corpora / "terms.tsv")))
        assert found.entries
    out = str(tmp_path / "out.tmx")
    align.write_units(out, result.units, created=None)
    assert [unit.source for unit in align.read_units(out)] == [
        unit.source for unit in result.units if unit.source and unit.target
    ]
    findings = align.check_units(result.units, align.load_termbase(str(corpora / "terms.tsv")))
    assert all(isinstance(finding, align.Finding) for finding in findings)
    document = align.read_document(str(folder / "zh.txt"))
    assert document.segments == result.source.segments
    with pytest.raises(align.InputError, match="no such file"):
        align.read_document(str(tmp_path / "nothing.txt"))
