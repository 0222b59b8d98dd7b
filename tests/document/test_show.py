"""`align show`: what was read, and what was taken out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from align.cli import app
from align.errors import InputError

RAW = """\
1. Mr. Wang (Director) said that the library stood on a hill above
the town, and that on clear days one could see the lake from
3/9
its reading room. Nobody remembered who had built it, nor
when.
General debate
2. The Chair thanked the Director and closed the meeting at noon.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "record.txt"
    path.write_text(RAW, encoding="utf-8")
    return path


def test_text(file: Path) -> None:
    result = CliRunner().invoke(app, ["show", str(file)])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        (
            "     1  [¶1, Mr. Wang] 1. Mr. Wang (Director) said that the library stood on a hill "
            "above the town, and that on clear days one could see the lake from its reading room. "
            "Nobody remembered who had built it, nor when."
        ),
        "     6  [heading] General debate",
        "     7  [¶2, The Chair] 2. The Chair thanked the Director and closed the meeting at noon.",
        (
            "     3  removed (page number): 3/9  [a page number alone on its line, at the edge of a "
            "page or counting on]"
        ),
    ]
    assert result.stderr.endswith("en-US, utf-8, 3 paragraphs, 4 segments, 1 removal\n")


def test_json(file: Path) -> None:
    result = CliRunner().invoke(app, ["show", "--json", str(file)])
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert records[1] == {
        "type": "paragraph",
        "line": 6,
        "page": None,
        "number": None,
        "kind": "heading",
        "speaker": None,
        "text": "General debate",
    }
    assert records[3] == {
        "type": "removed",
        "line": 3,
        "page": None,
        "reason": "page number",
        "evidence": "a page number alone on its line, at the edge of a page or counting on",
        "text": "3/9",
    }
    assert result.stderr == ""


def test_segments_from_standard_input() -> None:
    result = CliRunner().invoke(
        app, ["show", "--segments", "--json", "-"], input="会议开始。主席发言。\n"
    )
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(record["text"], record["start"], record["paragraph"]) for record in records] == [
        ("会议开始。", 0, 0),
        ("主席发言。", 5, 0),
    ]


def test_pre_segmented_and_language(file: Path) -> None:
    result = CliRunner().invoke(
        app, ["show", "--segments", "--pre-segmented", "--lang", "en-GB", str(file)]
    )
    assert len(result.stdout.splitlines()) == 7
    assert "en-GB" in result.stderr


def test_an_error_is_an_align_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["show", str(tmp_path / "none.txt")])
    assert isinstance(result.exception, InputError)
