"""Every bilingual file gives units to the commands, gzipped or not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from align.errors import FormatError
from align.formats.tmx import ReadReport
from align.memory import exchange

XLIFF = (
    '<xliff version="1.2"><file original="a" source-language="{}" target-language="{}"><body>'
    '<trans-unit id="1"><source>{}</source><target>{}</target></trans-unit></body></file></xliff>'
)


@pytest.mark.parametrize("suffix", [".xlf", ".xliff", ".sdlxliff", ".mqxliff", ".xlf.gz"])
def test_xliff_files_keep_their_direction(tmp_path: Path, suffix: str) -> None:
    data = XLIFF.format("en", "zh-CN", "The vote was postponed.", "表决推迟。").encode()
    path = tmp_path / f"in{suffix}"
    path.write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
    (unit,) = exchange.read_file(path)
    assert (unit.source, unit.target, unit.source_lang) == ("The vote was postponed.", "表决推迟。", "en")  # fmt: skip
    assert next(exchange.read_file(path, source_lang="zh")) == unit
    report = ReadReport()
    assert list(exchange.read_file(path, source_lang="fr", report=report)) == []
    assert dict(report.skipped) == {"of other languages than those asked for": 1}


def test_a_gzipped_tmx_is_read_and_a_damaged_one_refused(tmp_path: Path) -> None:
    tmx = (
        '<tmx version="1.4"><header srclang="zh"/><body><tu><tuv xml:lang="zh"><seg>港口</seg></tuv>'
        '<tuv xml:lang="en"><seg>port</seg></tuv></tu></body></tmx>'
    )
    path = tmp_path / "memory.tmx.gz"
    packed = gzip.compress(tmx.encode())
    path.write_bytes(packed)
    assert [(unit.source, unit.target) for unit in exchange.read_file(path)] == [("港口", "port")]
    path.write_bytes(packed[:-12])
    with pytest.raises(FormatError, match="damaged gzip"):
        list(exchange.read_file(path))
    path.write_bytes(b"not packed")
    with pytest.raises(FormatError, match="damaged gzip"):
        list(exchange.read_file(path))
