"""A folder's documents are of every kind that `align pair` reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_commands import align, needs_model

from align.document.read_markdown import SUFFIXES as MARKDOWN
from align.outside import DOCUMENTS

CUES = "1\n00:00:01,000 --> 00:00:04,000\n{}\n\n2\n00:00:05,000 --> 00:00:08,000\n{}\n"
TEXTS = {
    "zh": ("渡船每天早上六点开出。", "末班船晚上十点返航。"),
    "en": ("The ferry leaves at six every morning.", "The last boat returns at ten at night."),
}


def test_markdown_is_a_document_under_each_of_its_names() -> None:
    assert set(MARKDOWN) <= DOCUMENTS


@needs_model
@pytest.mark.parametrize("ending", [".md", ".srt", ".vtt"])
def test_a_folder_of_one_kind_is_paired(ending: str, tmp_path: Path) -> None:
    for lang, texts in TEXTS.items():
        content = f"# {texts[0]}\n\n{texts[1]}\n" if ending == ".md" else CUES.format(*texts)
        if ending == ".vtt":
            content = "WEBVTT\n\n" + content.replace(",000", ".000")
        (tmp_path / f"ferry-{lang}{ending}").write_text(content, "utf-8")
    run = align("pairs", ".", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert f"ferry-zh{ending}" in run.stdout
    assert "passed over" not in run.stderr
