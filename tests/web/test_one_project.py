"""One project from pair to export: serve and check see what the TMX alone does not hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from align import project
from align.cli import app
from align.cli.serve import open_desk
from align.formats import tmx
from align.web.services import LocalTools
from align.web.session import Session

ZH = "会议开始。\n\n主席宣布议程通过，并感谢各位代表。\n\n鲸鱼在海里唱了一整夜的歌，谁也没有听见。\n\n秘书处分发了 12 份文件。\n\n散会。\n"
EN = (
    "The meeting began.\n\nThe Chair declared the agenda adopted and thanked delegates.\n\n"
    "The Secretariat distributed 12 documents.\n\nThe meeting rose.\n"
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(
        app, [str(each) for each in arguments], env={"SOURCE_DATE_EPOCH": "1700000000"}
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "zh.txt").write_text(ZH, encoding="utf-8")
    (tmp_path / "en.txt").write_text(EN, encoding="utf-8")
    result = run("pair", tmp_path / "zh.txt", tmp_path / "en.txt", "-o", tmp_path / "out.tmx")
    assert result.exit_code == 0, result.output
    return tmp_path


def opened(place: Path) -> Session:
    desk, key = open_desk(place, LocalTools())
    assert key is not None
    return desk.session(key)


def test_serve_opens_the_project_of_a_tmx_with_what_stands_alone(folder: Path) -> None:
    session = opened(folder / "out.tmx")
    texts = [(unit.source, unit.target) for unit in session.units()]
    assert any("鲸鱼" in source and not target for source, target in texts)
    assert session.head.source.name.endswith("zh.txt")
    assert len(session.rows) == len(list(tmx.read_units(folder / "out.tmx"))) + 1
    session.project.close()


def test_check_sees_omissions_and_decisions(folder: Path) -> None:
    lines = [json.loads(line) for line in run("check", folder / "out.tmx", "--json", "--fail-on", "never").stdout.splitlines()]  # fmt: skip
    assert any(line["rule"] == "omission" and "鲸鱼" in line["message"] for line in lines)
    session = opened(folder / "out.tmx")
    alone = next(row for row in session.rows if row.one_sided)
    session.act("rejected", alone.id, {})
    session.project.close()
    again = run("check", folder / "out.tmx", "--json", "--fail-on", "never").stdout
    assert "鲸鱼" not in again
    by_name = run("check", folder / "out.tmx.alignproject", "--json", "--fail-on", "never").stdout
    assert by_name == again.replace("out.tmx", "out.tmx.alignproject") or by_name == again


def test_only_a_tmx_alone_is_said_to_hide_omissions(tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text("会议开始。\n\n散会。\n", encoding="utf-8")
    (tmp_path / "en.txt").write_text("The meeting began.\n\nThe meeting rose.\n", encoding="utf-8")
    run("pair", tmp_path / "zh.txt", tmp_path / "en.txt", "-o", tmp_path / "out.tmx")
    assert "cannot be found here" not in run("check", tmp_path / "out.tmx").stderr
    (tmp_path / "out.tmx.alignproject").unlink()
    assert "cannot be found here" in run("check", tmp_path / "out.tmx").stderr


def test_decisions_are_kept_when_the_documents_are_paired_again(folder: Path) -> None:
    session = opened(folder / "out.tmx")
    session.act("reviewed", session.rows[0].id, {})
    session.project.close()
    result = run("pair", folder / "zh.txt", folder / "en.txt", "-o", folder / "out.tmx")
    assert "are kept in out.tmx.alignproject.old" in result.stderr
    assert project.read_project(folder / "out.tmx.alignproject.old").past
    assert not project.read_project(folder / "out.tmx.alignproject").past


def test_the_same_documents_give_the_same_project(folder: Path) -> None:
    first = (folder / "out.tmx.alignproject").read_bytes()
    run("pair", folder / "zh.txt", folder / "en.txt", "-o", folder / "out.tmx")
    assert (folder / "out.tmx.alignproject").read_bytes() == first
    run("pair", folder / "zh.txt", folder / "en.txt", "-o", folder / "b.tmx", "--no-project")
    assert not (folder / "b.tmx.alignproject").exists()


def test_a_tmx_that_was_changed_elsewhere_is_a_tmx_again(folder: Path) -> None:
    text = (folder / "out.tmx").read_text(encoding="utf-8").replace("12 documents", "13 documents")
    (folder / "out.tmx").write_text(text, encoding="utf-8")
    result = run("check", folder / "out.tmx", "--json", "--fail-on", "never")
    assert "鲸鱼" not in result.stdout
    assert "13" in result.stdout


def test_a_unit_of_a_foreign_tmx_splits_between_its_sentences(tmp_path: Path) -> None:
    (tmp_path / "a.tmx").write_text(
        '<tmx version="1.4"><header srclang="zh"/><body><tu tuid="7"><tuv xml:lang="zh"><seg>'
        "天亮了。  船走了。</seg></tuv><tuv xml:lang='en'><seg> Dawn came.  The ship left.</seg>"
        "</tuv></tu></body></tmx>",
        encoding="utf-8",
    )
    session = opened(tmp_path / "a.tmx")
    (unit,) = session.units()
    assert (unit.source, unit.target, unit.id) == (
        "天亮了。  船走了。",
        " Dawn came.  The ship left.",
        "7",
    )
    session.act("split", session.rows[0].id, {})
    assert [(unit.source, unit.target) for unit in session.units()] == [
        ("天亮了。", " Dawn came."), ("船走了。", "The ship left."),
    ]  # fmt: skip
    session.act("undo", "", {})
    assert session.units() == [unit]
    session.project.close()
