"""Language detection, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.language.scripts import detect_language, is_han

CASES = Path(__file__).parent / "cases" / "languages.tsv"
ROWS = [line.split("\t") for line in CASES.read_text(encoding="utf-8").splitlines()[1:]]


@pytest.mark.parametrize(("text", "language"), ROWS)
def test_detect_language(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_a_long_text_is_judged_by_all_its_parts() -> None:
    assert detect_language("x" * 100_000 + "维和行动。" * 100_000) == "zh-Hans"


@pytest.mark.parametrize(
    ("char", "han"),
    [("维", True), ("〇", True), ("\U00020000", True), ("。", False), ("か", False), ("A", False)],
)
def test_is_han(char: str, han: bool) -> None:
    assert is_han(char) is han


def test_corpora(corpora: Path) -> None:
    """Each demonstration document is in the language that its name says."""
    for path in corpora.glob("*/*.txt"):
        if path.stem in ("zh", "en"):
            assert detect_language(path.read_text(encoding="utf-8"))[:2] == path.stem
