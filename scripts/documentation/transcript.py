"""A transcript of every command: its help, one success, and the slips that everybody makes.

Documents are made on the spot, in a folder that is gone afterwards. To be read through by someone
who did not write it: scripts/documentation/transcript.py [COMMAND ...] > transcript.txt
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from align.cli import app

ZH = "港务局第三届会议\n\n委员会有十八个成员。\n\n灯塔看守人每年领取五百美元。\n\n会议没有通过决议。\n"
EN = (
    "Harbour Office, third session\n\nThe Committee has eighteen members.\n\n"
    "The lighthouse keepers receive $500 a year.\n\nThe meeting adopted no resolution.\n"
)
NEW = "委员会有二十四个成员。\n\n灯塔看守人每年领取六百美元。\n"
SECONDS = 60  # for one command; a server that goes on is ended by then

TRIALS = Path(__file__).with_name("trials.tsv")


def trials() -> dict[str, list[str]]:
    """The words after each command, in the order of the file."""
    found: dict[str, list[str]] = {}
    for line in TRIALS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, words = line.split("\t")
            found.setdefault(name, []).append(words)
    return found


def made(folder: Path) -> None:
    """The documents of the trials."""
    texts = {
        "zh.txt": ZH, "en.txt": EN, "港口 规则.txt": ZH, "new.txt": NEW, "empty.txt": "",
        "bad.txt": EN.replace("eighteen", "eighty").replace("keepers", "guards"),
        "stranger.txt": "The whale sings at night.\n\nNobody hears it.\n" * 20,
        "empty.tmx": "", "own.tmx": "not ours\n", "t.csv": "zh,en\n看守人,keeper\n灯塔,lighthouse\n",
        "a.beads": "[0]:[0]\n[1]:[1,2]\n",
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "noise.pdf").write_bytes(bytes((7 * i * i + 13 * i) % 251 for i in range(3000)))
    (folder / "hollow").mkdir()
    for lang, text in (("zh", ZH), ("en", EN)):
        (folder / "in" / lang).mkdir(parents=True)
        (folder / "in" / lang / "harbour.txt").write_text(text, encoding="utf-8")
    from openpyxl import Workbook

    Workbook().save(folder / "g.xlsx")
    run("pair zh.txt en.txt -o a.tmx --memory m.db", folder)


def commands(name: str = "", command: Any = None) -> Iterator[str]:
    """Every command that does something, by its words."""
    found = command or typer.main.get_command(app)
    children = getattr(found, "commands", {})
    for child in sorted(children):
        yield from commands(f"{name} {child}".strip(), children[child])
    if not children:
        yield name


def run(words: str, folder: Path) -> str:
    """What a command says, on both streams, and its exit code."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder / "home"), "LANG": "C.UTF-8", "COLUMNS": "80",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    try:
        done = subprocess.run(
            [sys.executable, "-m", "align", *shlex.split(words)], cwd=folder, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"(ended after {SECONDS} s)\n"
    return f"{done.stdout.decode()}({done.returncode})\n"


def main() -> None:
    """Print the transcript of all commands, or of those named."""
    wanted = sys.argv[1:]
    after = trials()
    folder = Path(tempfile.mkdtemp())
    try:
        made(folder)
        for name in commands():
            if wanted and name not in wanted:
                continue
            for words in ("-h", *after.get(name, ())):
                line = f"{name} {words}".strip()
                print(f"$ align {line}\n{run(line, folder)}", flush=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
