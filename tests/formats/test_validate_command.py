"""``align validate``: what it prints, and its exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"


def align(*arguments: str | Path, stdin: bytes | None = None) -> tuple[int, str, str]:
    result = subprocess.run(
        [sys.executable, "-m", "align", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=CASES,
        check=False,
    )
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def test_sound_files() -> None:
    code, out, err = align("validate", "valid.tmx", "dca.tbx")
    assert (code, out) == (0, "")
    assert err == "valid.tmx: nothing to report\ndca.tbx: nothing to report\n"


def test_findings_have_a_place_a_rule_and_a_unit(tmp_path: Path) -> None:
    file = tmp_path / "a.tmx"
    text = (CASES / "valid.tmx").read_text(encoding="utf-8")
    file.write_text(text.replace('tuid="b"', 'tuid="b" creationdate="2024"'), encoding="utf-8")
    code, out, err = align("validate", file)
    assert code == 1
    assert out == (
        f'{file}:15: error: the creationdate "2024" of the tu is not a date YYYYMMDDThhmmssZ '
        "(tmx-date) [b]\n"
    )
    assert err == f"{file}: 1 error\n"


def test_json_lines() -> None:
    code, out, _ = align("validate", "--json", "toolkit.tmx")
    assert code == 1
    assert [json.loads(line) for line in out.splitlines()] == [
        {
            "file": "toolkit.tmx",
            "line": 10,
            "severity": "error",
            "rule": "tmx-lang-form",
            "message": 'the xml:lang "zh_CN" is not a language code of BCP 47, such as zh-CN',
            "tuid": None,
        }
    ]


@pytest.mark.parametrize(
    ("level", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)]
)
def test_fail_on(tmp_path: Path, level: str, code: int) -> None:
    file = tmp_path / "a.tmx"
    text = (CASES / "valid.tmx").read_text(encoding="utf-8")
    file.write_text(text.replace('tuid="b"', 'tuid="a"'), encoding="utf-8")
    assert align("validate", file, "--fail-on", level)[0] == code


def test_standard_input_and_other_names(tmp_path: Path) -> None:
    assert align("validate", "-", stdin=(CASES / "valid.tmx").read_bytes())[0] == 0
    assert align("validate", "-", stdin=(CASES / "dct.tbx").read_bytes())[0] == 0
    copy = tmp_path / "terms.xml"
    copy.write_bytes((CASES / "dca.tbx").read_bytes())
    assert align("validate", copy)[0] == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.tmx", None, "there is no such file"),
        ("empty.tmx", b"", "the file is empty"),
        ("page.xml", b"<html/>", "neither TMX, TBX nor XLIFF; its root element is <html>"),
        ("notes.txt", "沼泽\n".encode(), "neither TMX, TBX nor XLIFF but text without tags"),
        ("notes.md", "# 沼泽\n".encode("utf-16"), "but text without tags"),
        ("page.txt", "\ufeff\n<html/>".encode("utf-16-le"), "its root element is <html>"),
        (".", None, "this is a folder"),
    ],
)
def test_what_cannot_be_checked_is_one_line(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    code, out, err = align("validate", file)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert message in err


def test_a_broken_tmx_is_a_finding_not_a_failure() -> None:
    code, out, _ = align("validate", "-", stdin=b"<tmx version='1.4'>")
    assert code == 1
    assert "<input>:1: error: not well-formed XML" in out


def test_the_validator_reads_a_file_like_object() -> None:
    from align.formats import tmx

    assert tmx.validate(io.BytesIO((CASES / "valid.tmx").read_bytes())) == []
