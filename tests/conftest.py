"""Fixtures that every floor's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The private material (gold alignments, a real record, parallel text), where there is any."""
    folder = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
    if not (folder / "record" / "zh.txt").is_file():
        pytest.skip("the private material is not here; set ALIGN_SHARED to its folder")
    return folder


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The bilingual documents written for this project."""
    return ROOT / "corpora"
