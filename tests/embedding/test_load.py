"""Where an encoder comes from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from align.embedding.folders import EMBEDDED, is_static
from align.embedding.load import load_encoder
from align.embedding.static import StaticEncoder
from align.errors import ModelError


def test_without_a_name_the_embedded_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALIGN_MODEL", raising=False)
    encoder = load_encoder()
    assert isinstance(encoder, StaticEncoder)
    assert encoder.name == EMBEDDED
    assert load_encoder(EMBEDDED).revision == encoder.revision


def test_the_environment_names_another(monkeypatch: pytest.MonkeyPatch, tiny_folder: Path) -> None:
    monkeypatch.setenv("ALIGN_MODEL", str(tiny_folder))
    encoder = load_encoder()
    assert (encoder.name, encoder.dim) == ("tiny", 2)


def test_an_embedded_model_that_is_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALIGN_MODEL", str(tmp_path))
    with pytest.raises(ModelError, match="the embedded model is not there"):
        load_encoder()


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '[{"type": 3}]', '[{"type": "x.Transformer"}]']
)
def test_what_is_not_a_static_model(tmp_path: Path, content: str) -> None:
    (tmp_path / "modules.json").write_text(content, encoding="utf-8")
    assert not is_static(tmp_path)


def test_the_embedded_model_needs_no_torch() -> None:
    program = (
        "import sys; from align.embedding.load import load_encoder; "
        "load_encoder().encode(['维和行动']); "
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'scipy', 'faiss'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
