"""What is written where: endings decide, and nothing of somebody else's is overwritten in silence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from align.cli import app, outputs
from align.errors import AlignError

ZH = "灯塔看守人每晚点灯。\n海港在冬天关闭。\n"
EN = "The keeper lights the lamp every evening.\nThe harbour is closed in winter.\n"
TERMS = "zh,en\n灯塔,lighthouse\n"


def run(place: Path, *words: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "align", *words],
        cwd=place, capture_output=True, check=False, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **env},
    )  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "zh.txt").write_text(ZH, encoding="utf-8")
    (tmp_path / "en.txt").write_text(EN, encoding="utf-8")
    (tmp_path / "later.txt").write_text(ZH, encoding="utf-8")
    (tmp_path / "t.csv").write_text(TERMS, encoding="utf-8")
    return tmp_path


def refusal(place: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> str:
    """What a command says that refuses; in this process, which is quicker."""
    monkeypatch.chdir(place)
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, AlignError), (result.output, result.exception)
    return str(result.exception)


PAIR = ("pair", "zh.txt", "en.txt", "--pre-segmented", "--force", "--no-project", "-o")


def test_a_file_of_ours_is_replaced_and_one_that_somebody_touched_is_not(place: Path) -> None:
    assert run(place, *PAIR, "o.tmx").returncode == 0
    assert run(place, *PAIR, "o.tmx").returncode == 0
    text = (place / "o.tmx").read_text(encoding="utf-8")
    (place / "o.tmx").write_text(text.replace("lamp", "light"), encoding="utf-8")
    refused = run(place, *PAIR, "o.tmx")
    assert refused.returncode == 2
    assert refused.stderr.decode().startswith("align: o.tmx: is there already")
    assert "light every" in (place / "o.tmx").read_text(encoding="utf-8")
    assert run(place, *PAIR, "o.tmx", "--overwrite").returncode == 0
    assert (place / "o.tmx").read_text(encoding="utf-8") == text
    assert run(place, *PAIR, "o.tmx").returncode == 0


FOREIGN = {
    "check": ("check", "t.csv", "-o", "x.html"),
    "check-baseline": ("check", "t.csv", "--write-baseline", "x.html"),
    "reference": ("reference", "zh.txt", "-m", "m.csv", "-o", "x.html"),
    "convert": ("terms", "convert", "t.csv", "x.xlsx"),
    "extract": ("terms", "extract", "t.csv", "-o", "x.xlsx"),
    "pairs": ("pairs", ".", "-o", "x.csv"),
    "export": ("memory", "export", "t.csv", "-o", "x.jsonl"),
    "concordance": ("memory", "concordance", "t.csv", "灯", "-o", "x.jsonl"),
    "revise": ("revise", "zh.txt", "en.txt", "later.txt", "-o", "x.xlsx"),
    "merge": ("batch", ".", "-o", "out", "--merge", "x.tmx"),
}


@pytest.mark.parametrize("words", FOREIGN.values(), ids=FOREIGN.keys())
def test_no_command_overwrites_a_foreign_file(
    place: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = place / next(word for word in words if word.startswith("x."))
    foreign.write_text("precious", encoding="utf-8")
    assert refusal(place, words, monkeypatch) == (
        f"{foreign.name}: is there already, and not as align wrote it last; name another file, or "
        "replace it with --overwrite"
    )
    assert foreign.read_text(encoding="utf-8") == "precious"


ENDINGS = {
    "pair": (*PAIR, "x.pdf"),
    "pair-docx": (*PAIR, "x.docx"),
    "report": (*PAIR, "o.tmx", "--report", "x.pdf"),
    "sheet": (*PAIR, "o.tmx", "--xlsx", "x.csv"),
    "jsonl": (*PAIR, "o.tmx", "--jsonl", "x.xlsx"),
    "tsv": (*PAIR, "o.tmx", "--tsv", "x.xlsx"),
    "beads": (*PAIR, "o.tmx", "--beads", "x.tmx"),
    "check": ("check", "t.csv", "-o", "x.pdf"),
    "check-format": ("check", "t.csv", "--format", "html", "-o", "x.xlsx"),
    "reference": ("reference", "zh.txt", "-m", "m.csv", "-o", "x.pdf"),
    "revise": ("revise", "zh.txt", "en.txt", "later.txt", "-o", "x.pdf"),
    "extract": ("terms", "extract", "t.csv", "-o", "x.docx"),
    "convert": ("terms", "convert", "t.csv", "x.docx"),
    "export": ("memory", "export", "t.csv", "-o", "x.docx"),
    "glossary": ("memory", "export", "t.csv", "-o", "o.tmx", "--terms", "t.csv", "--glossary", "x.xlsx"),
    "pairs": ("pairs", ".", "-o", "x.xlsx"),
    "merge": ("batch", ".", "-o", "out", "--merge", "x.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("words", ENDINGS.values(), ids=ENDINGS.keys())
def test_an_ending_that_says_something_else_is_refused(
    place: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = refusal(place, words, monkeypatch)
    assert said.startswith("x.")
    assert "\n" not in said
    assert "must end in" in said or "end it in" in said
    assert not list(place.glob("x.*"))
    assert not (place / "o.tmx").exists()


@pytest.mark.parametrize(
    ("name", "begin"),
    [("o.tmx", b"<?xml"), ("o.xlsx", b"PK"), ("o.html", b"<!"), ("o.jsonl", b"{"), ("o.beads", b"[0")],
)  # fmt: skip
def test_the_ending_of_an_output_decides_its_form(place: Path, name: str, begin: bytes) -> None:
    result = run(place, *PAIR, name)
    assert result.returncode == 0, result.stderr.decode()
    assert (place / name).read_bytes().startswith(begin)
    assert f"wrote {name}" in result.stderr.decode()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_any_output_encoding_works(place: Path, encoding: str) -> None:
    for words in (
        ("show", "zh.txt"),
        ("lookup", "灯塔", "--terms", "t.csv"),
        ("check", "t.csv", "--fail-on", "never"),
        ("pair", "-h"),
        ("pair", "缺.txt", "en.txt", "-o", "o.tmx"),
    ):
        result = run(place, *words, PYTHONIOENCODING=encoding)
        assert b"Traceback" not in result.stderr
        assert b"unexpected" not in result.stderr
        assert result.returncode in (0, 1, 2)
        assert result.stdout or result.stderr


KILLED = """
import os, sys
from pathlib import Path
from align.atomic import before_replacing, replacing
from align.cli import outputs
place = Path(sys.argv[1])
outputs.claim([place], overwrite=len(sys.argv) > 3)
if sys.argv[2] == "before":
    def noted_then_killed(path, new):
        outputs._remember_ahead(path, new)
        os._exit(9)
    before_replacing(noted_then_killed)
with replacing(place) as file:
    file.write(b"new " * 1000)
os._exit(9)
"""


@pytest.mark.parametrize("killed", ["before", "after"])
def test_what_a_killed_command_wrote_or_was_about_to_is_its_own(
    tmp_path: Path, killed: str
) -> None:
    ours, theirs = tmp_path / "ours.tmx", tmp_path / "theirs.tmx"
    ours.write_text("old", encoding="utf-8")
    outputs.remember(ours)
    theirs.write_text("somebody's", encoding="utf-8")
    for place, more in ((ours, ()), (ours, ()), (theirs, ("overwrite",))):
        words = [sys.executable, "-c", KILLED, str(place), killed, *more]
        ended = subprocess.run(words, check=False, capture_output=True, text=True)
        assert ended.returncode == 9, ended.stderr
        assert place.read_text(encoding="utf-8").startswith("new") == (killed == "after")
    outputs.claim([ours], overwrite=False)
    if killed == "after":
        outputs.claim([theirs], overwrite=False)
    else:  # it is theirs still
        with pytest.raises(AlignError, match="is there already"):
            outputs.claim([theirs], overwrite=False)
    ours.write_text("new and touched", encoding="utf-8")
    with pytest.raises(AlignError, match="is there already"):
        outputs.claim([ours], overwrite=False)
