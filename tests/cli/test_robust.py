"""Whatever comes in: one line, no traceback, nothing that a terminal or a spreadsheet obeys."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from align.formats import tables

CLI = [sys.executable, "-W", "error", "-m", "align"]
EVIL = "\x1b]0;owned\x07\x1b[31m\x9b31m\u202e"


def run(*args: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    return subprocess.run(
        [*CLI, *map(str, args)], capture_output=True, env=env, check=False, cwd=cwd
    )


def is_inert(output: bytes) -> bool:
    text = output.decode()
    return not any(char in text for char in "\x1b\x07\x9b\u202e")


def on_a_terminal(*args: str, cwd: Path, stream: str) -> str:
    """What a command writes to a stream that is a terminal; the other goes nowhere."""
    ours, theirs = pty.openpty()
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: theirs}
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    process = subprocess.Popen([*CLI, *args], cwd=cwd, env=env, **streams)  # type: ignore[call-overload]
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 4096):
            seen += piece
    except OSError:  # the other end is closed
        pass
    assert process.wait() == 0
    os.close(ours)
    return seen.decode()


def test_a_bug_becomes_one_line_and_the_switch_shows_where() -> None:
    fault = (
        "import sys, align.document as d\n"
        "def broken(*a, **k): raise ZeroDivisionError('no' + chr(10) + 'thing' + chr(27))\n"
        "d.read_document = broken\n"
        "from align.cli import main\n"
        "sys.argv = ['align', *sys.argv[1:]]; main()"
    )

    def faulty(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", fault, *args, "show", "a.txt"],
            capture_output=True, text=True, env={**os.environ, **env}, check=False,
        )  # fmt: skip

    plain = faulty()
    assert (plain.returncode, plain.stdout) == (2, "")
    assert plain.stderr.startswith("align: unexpected ZeroDivisionError: no thing\\u001b (")
    assert plain.stderr.count("\n") == 1
    for told in (faulty("--traceback"), faulty(ALIGN_TRACEBACK="1")):
        assert told.returncode == 2
        assert "Traceback (most recent call last)" in told.stderr
        assert told.stderr.splitlines()[-1].startswith("align: unexpected ZeroDivisionError")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["serve", "--no-browser"], "align: serve: No such option: --no-browser"),
        (["pairr", "a", "b"], "align: No such command 'pairr'. Did you mean"),
        (["lookup"], "align: lookup: Missing argument 'TEXT'; see align lookup -h"),
        (["memory", "add", "--every"], "align: memory add: "),
        (["pair", "--review", "many"], "align: pair: Invalid value for '--review': 'many'"),
    ],
    ids=["option", "command", "argument", "of a group", "value"],
)
def test_a_command_that_is_not_understood_is_one_line(arguments: list[str], line: str) -> None:
    result = run(*arguments)
    told = result.stderr.decode()
    assert (result.returncode, result.stdout, told.count("\n")) == (2, b"", 1)
    assert told.startswith(line)
    assert told.rstrip().endswith(" -h")


def test_a_group_by_itself_explains_itself() -> None:
    result = run("memory")
    assert result.returncode == 2
    assert b"Commands:" in result.stderr


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evil")
    unit = {
        "source": f"港口{EVIL}关闭", "target": f"The port {EVIL} closed", "source_lang": "zh-CN",
        "target_lang": "en-US", "id": EVIL, "note": EVIL, "origin": EVIL, "paragraph": EVIL,
    }  # fmt: skip
    (folder / "u.jsonl").write_text(json.dumps(unit) + "\n", encoding="utf-8")
    plain = "The port was closed for a week, and nobody knew why.\n\n" * 200
    (folder / "d.txt").write_text(f"{plain}The port {EVIL} opened.\n", encoding="utf-8")
    assert run("memory", "add", folder / "m.db", folder / "u.jsonl").returncode == 0
    return folder


COMMANDS = {
    "search": ["memory", "search", "m.db", f"港口{EVIL}打开"],
    "search-json": ["memory", "search", "m.db", f"港口{EVIL}打开", "--json"],
    "concordance": ["memory", "concordance", "m.db", "港口"],
    "concordance-json": ["memory", "concordance", "m.db", "港口", "--json"],
    "stats": ["memory", "stats", "m.db"],
    "export-json": ["memory", "export", "m.db", "-o", "x.jsonl"],
    "check": ["check", "u.jsonl"],
    "check-json": ["check", "u.jsonl", "--format", "jsonl"],
    "check-sarif": ["check", "u.jsonl", "--format", "sarif"],
    "show": ["show", "d.txt"],
    "show-json": ["show", "d.txt", "--json"],
    "missing": ["show", f"{EVIL}.txt"],
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS.keys())
def test_no_text_gives_orders_to_a_terminal(evil: Path, arguments: list[str]) -> None:
    result = run(*arguments, cwd=evil)
    assert b"Traceback" not in result.stderr
    assert result.stdout + result.stderr
    assert is_inert(result.stdout)
    assert is_inert(result.stderr)
    if "-o" in arguments:
        assert is_inert((evil / "x.jsonl").read_bytes())
        assert json.loads((evil / "x.jsonl").read_text("utf-8"))["note"] == EVIL


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_only_our_own_colours_are_sent(evil: Path) -> None:
    text = on_a_terminal("memory", "concordance", "m.db", "港口", cwd=evil, stream="stdout")
    assert "\x1b[33m港口\x1b[0m" in text  # found words are yellow
    assert "\\u001b]0;owned\\u0007\\u001b[31m" in text
    assert "\x1b]" not in text
    assert "\x1b[31m" not in text


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_standard_output_is_told(evil: Path) -> None:
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [*CLI, "show", "d.txt"], cwd=evil, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert result.returncode == 2
    assert (
        result.stderr.decode().splitlines()[-1] == "align: standard output: No space left on device"
    )


def test_a_reader_that_goes_away_is_no_error(evil: Path) -> None:
    process = subprocess.Popen(
        [*CLI, "show", "d.txt"], cwd=evil, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["term", "int"]
)
def test_signals_clean_up_and_say_so(tmp_path: Path, number: signal.Signals, code: int) -> None:
    slow = (
        "import sys, time; from pathlib import Path; import align.document as d\n"
        "from align.atomic import replacing\n"
        "def slowly(*a, **k):\n"
        "    with replacing(Path('out.tmx')) as file:\n"
        "        file.write(b'half'); print('ready', flush=True); time.sleep(60)\n"
        "d.read_document = slowly\n"
        "from align.cli import main\n"
        "sys.argv = ['align', 'show', 'x']; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", slow], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.1)
    process.send_signal(number)
    _, message = process.communicate()
    assert process.returncode == code
    assert (
        message.decode().splitlines()[-1]
        == "align: interrupted; nothing half-written was left; give the same command again"
    )
    assert list(tmp_path.iterdir()) == []


def test_no_cell_of_a_tsv_computes(tmp_path: Path) -> None:
    starts = ["=1+1", "+1", "-1", "@x", "＝1", "'=1", "\t=1", " =1"]
    zh = [f"{start} 号码头今天上午关闭。" for start in starts]
    en = [f"{start} The pier was closed this morning." for start in starts]
    (tmp_path / "zh.txt").write_text("\n".join(zh), encoding="utf-8")
    (tmp_path / "en.txt").write_text("\n".join(en), encoding="utf-8")
    result = run(
        "pair", "zh.txt", "en.txt", "--pre-segmented", "--force", "--tsv", "o.tsv", cwd=tmp_path
    )
    assert result.returncode == 0, result.stderr.decode()
    cells = [line.split("\t")[:2] for line in (tmp_path / "o.tsv").read_text("utf-8").splitlines()]
    assert len(cells) == len(starts)
    for row, *texts in zip(cells, zh, en, strict=True):
        for cell, text in zip(row, texts, strict=True):
            assert cell == tables.guard(cell.removeprefix("'")) or cell[0] == "'"
            assert tables.unguard(cell) == " ".join(text.split())


def test_a_terminal_is_told_what_is_being_done_and_keeps_nothing_of_it(tmp_path: Path) -> None:
    name = "港\x1b[31m.txt"
    long = f"{'en' * 60}.txt"
    (tmp_path / name).write_text("港口今年开放。\n\n灯塔明年重修。\n", encoding="utf-8")
    (tmp_path / long).write_text(
        "The port opens this year.\n\nThe lighthouse will be rebuilt next year.\n"
    )
    text = on_a_terminal("pair", name, long, "-o", "o.tmx", cwd=tmp_path, stream="stderr")
    told, _, kept = text.rpartition("\r\x1b[K")
    shown = [part.rpartition("\x1b[K")[2] for part in told.split("\r")]
    assert max(len(part) for part in shown) < 80  # a longer line could not be taken back
    assert "reading 港\\u001b[31m.txt …" in told
    assert "aligning 2 with 2 sentences …" in told
    assert "…" not in kept
    assert "\x1b[31m" not in text
    quiet = run("pair", name, long, "-o", "o2.tmx", cwd=tmp_path)
    assert b"aligning" not in quiet.stderr
