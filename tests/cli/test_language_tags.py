"""However a language is spelt, the same comes out; what is none is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from align.cli import app
from align.errors import InputError
from align.pipeline import PairOptions, align_files

CHINESE = (
    "zh-CN",
    "ZH-CN",
    "zh-cn",
    "cmn-Hans",
    "zh_CN",
    "zh-Hans-CN",
    "zho",
    "zh_CN.UTF-8",
    "CHS",
)
ENGLISH = ("en-US", "EN-US", "en_us", "eng", "EN", "en_GB.utf8", "eng-USA", "en-UK", "ENU")

ZH = """第1节

会议于3月4日开始。共有三百人到场，其中包括十名观察员。
他说：“粮食够吃两个月。”主席感谢各位代表，并请他们就座。
"""
EN = """Section 1

The meeting began on 4 March. Three hundred people came, ten observers among them.
He said: “The food will last two months.” The Chair thanked the representatives and asked them
to take their seats.
"""
UNITS = (  # a wrong number, a wrong term, a second half left out, a negation lost
    ("会议于3月4日开始。", "The meeting began on 4 May."),
    ("观察员十人到场。", "Ten onlookers came."),
    (
        "粮食够吃两个月，但水只够一个星期，因此必须在下星期一以前修好水井。",
        "The food will last two months.",
    ),
    ("代表们不得离开会场。", "The representatives may leave the hall."),
    ("主席感谢各位代表。", "The Chair thanked the representatives."),
)


def aligned(
    folder: Path, source: str | None, target: str | None
) -> list[tuple[str, str, str, float]]:
    (folder / "zh.txt").write_text(ZH, "utf-8")
    (folder / "en.txt").write_text(EN, "utf-8")
    options = PairOptions(source_lang=source, target_lang=target)
    result = align_files(folder / "zh.txt", folder / "en.txt", options=options)
    return [
        (unit.bead_type or "", unit.source, unit.target, unit.confidence or 0.0)
        for unit in result.units
    ]


@pytest.mark.parametrize(("source", "target"), list(zip(CHINESE, ENGLISH, strict=True)))
def test_the_same_beads_and_joins(tmp_path: Path, source: str, target: str) -> None:
    found = aligned(tmp_path, source, target)
    assert found == aligned(tmp_path, None, None)
    assert any("。" in text[:-1] for _, text, _, _ in found) or len(found) >= 5


def findings(folder: Path, source: str, target: str) -> list[str]:
    """What `align check` says of the units as JSON lines with these languages."""
    units, terms = folder / "units.jsonl", folder / "terms.csv"
    terms.write_text("zh,en\n观察员,observer\n", "utf-8")
    units.write_text(
        "".join(
            json.dumps(
                {"id": f"u{n}", "source": zh, "target": en}
                | {"source_lang": source, "target_lang": target}
            )
            + "\n"
            for n, (zh, en) in enumerate(UNITS)
        ),
        "utf-8",
    )
    result = CliRunner().invoke(app, ["check", str(units), "--terms", str(terms), "--json"])
    assert result.exit_code == 1, result.output
    return result.stdout.splitlines()


@pytest.mark.parametrize(("source", "target"), list(zip(CHINESE, ENGLISH, strict=True)))
def test_the_same_findings(tmp_path: Path, source: str, target: str) -> None:
    found = findings(tmp_path, source, target)
    assert found == findings(tmp_path, "zh-CN", "en-US")
    assert {json.loads(line)["tuid"] for line in found} >= {"u0", "u1", "u2", "u3"}


@pytest.mark.parametrize("tag", ["xx", "zh-Hanx", "Chinese (PRC)", "klingon", "-", "zh-"])
@pytest.mark.parametrize(
    "command",
    [
        ("pair", "zh.txt", "en.txt", "--src-lang"),
        ("pair", "zh.txt", "en.txt", "--tgt-lang"),
        ("batch", "in", "-o", "out", "--src-lang"),
        ("check", "u.jsonl", "--src-lang"),
        ("show", "zh.txt", "--lang"),
        ("lookup", "水", "--terms", "t.csv", "--lang"),
        ("memory", "add", "m.db", "u.jsonl", "--tgt-lang"),
        ("memory", "search", "m.db", "水", "--lang"),
        ("memory", "export", "m.db", "--src-lang"),
        ("model", "train", "u.tmx", "-o", "m", "--src-lang"),
    ],
    ids=lambda command: " ".join((*command[:2], command[-1])) if len(command) > 3 else command[0],
)
def test_an_unknown_language_is_refused_before_anything_is_read(
    command: tuple[str, ...], tag: str
) -> None:
    result = CliRunner().invoke(app, [*command[:-1], f"{command[-1]}={tag}"])
    assert isinstance(result.exception, InputError)  # one line and exit code 2: see cli.main
    assert tag in str(result.exception)
    assert "zh-CN" in str(result.exception)


def test_a_line_with_a_language_that_is_none_says_where(tmp_path: Path) -> None:
    units = tmp_path / "u.jsonl"
    units.write_text('{"source": "水", "target": "water"}\n' * 2, "utf-8")
    with units.open("a", encoding="utf-8") as file:
        file.write('{"source": "水", "target": "water", "source_lang": "Chinese!"}\n')
    result = CliRunner().invoke(app, ["check", str(units)])
    assert str(result.exception).startswith(f"{units}:3: 'Chinese!' is no language tag")


def test_a_tag_is_written_as_it_was_typed(tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text(ZH, "utf-8")
    (tmp_path / "en.txt").write_text(EN, "utf-8")
    pair = ["pair", str(tmp_path / "zh.txt"), str(tmp_path / "en.txt"), "-o", "-"]
    for typed, written in (("ZH-CN", "ZH-CN"), ("zh_CN", "zh-CN"), ("cmn-Hans", "cmn-Hans")):
        result = CliRunner().invoke(app, [*pair, "--src-lang", typed])
        assert result.exit_code == 0, result.output
        assert f'srclang="{written}"' in result.stdout
        assert f'<tuv xml:lang="{written}">' in result.stdout
