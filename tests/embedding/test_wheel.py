"""The wheel carries the model, and what is unpacked from it works by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import align
from align.embedding.folders import embedded_folder
from align.embedding.load import load_encoder
left, right = load_encoder().encode(["维持和平行动", "peacekeeping operations"])
print(embedded_folder())
print(float(left @ right) > 0.5)
"""


@pytest.mark.slow
def test_the_wheel_carries_the_model(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    built = subprocess.run(
        [*command, "--quiet", "--wheel-dir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("align_zh_en-*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(site)
    model = "align/_models/zh-en-static"
    assert {f"{model}/{name}" for name in ("model.safetensors", "tokenizer.json")} <= set(names)
    assert "align/_models/README.md" in names
    environment = {key: value for key, value in os.environ.items() if key != "ALIGN_MODEL"}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(site)},
    )
    assert run.stdout.splitlines() == [str(site / model), "True"], run.stderr
