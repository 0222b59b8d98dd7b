"""SIGKILL in the middle of every command that writes, again and again: what is lost, what is left.

    scripts/bench kill [--kills 20] [--only NAME …]

A command is killed at a random moment of its time (that of its shortest run so far), what it left is
looked at, then it is given again and runs to its end. Nothing that was acknowledged may be lost, no
output be half there, the end be that of an undisturbed run, and no temporary file be left.
`memory_kill` looks at the commits of an import, `archive_kill` at workers and Ray nodes.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.cookiejar
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from speed import _tmx, _translations

_LEFT = re.compile(r"\.align-tmp|align-scratch-|\.tmp$|-(wal|shm|journal)$")


@dataclass(frozen=True, slots=True)
class Case:
    """A command: what it finds in its folder, its arguments there, what counts of what it made."""

    name: str
    prepare: Callable[[Path], None]
    arguments: list[str]
    result: Callable[[Path], object]
    sound: Callable[[Path], str] = lambda folder: ""  # right after the kill: what is wrong, if any


@dataclass
class Tally:
    """What the kills of a command did."""

    kills: int = 0
    late: int = 0  # the command had ended before
    faults: list[str] = field(default_factory=list)


def _align(folder: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "align", *arguments], cwd=folder, check=True, capture_output=True
    )


def _units(folder: Path, n: int = 3_000) -> None:
    shutil.copy(_tmx(folder, n), folder / "given.tmx")


def _memory(folder: Path) -> None:
    _units(folder)
    _align(folder, "memory", "add", "m.db", "given.tmx", "--no-index")


def _doubled(folder: Path) -> None:
    _memory(folder)
    text = (folder / "given.tmx").read_text(encoding="utf-8")
    (folder / "upper.tmx").write_text(re.sub("<seg>.*?</seg>", _upper, text), encoding="utf-8")
    _align(folder, "memory", "add", "m.db", "upper.tmx", "--no-index")


def _upper(match: re.Match[str]) -> str:
    return f"<seg>{match.group()[5:-6].upper()}</seg>"


def _archive(folder: Path) -> None:
    for k in range(12):
        zh, en = _translations(120 + k)
        (folder / f"doc{k}_zh.txt").write_text("\n".join(zh), encoding="utf-8")
        (folder / f"doc{k}_en.txt").write_text("\n".join(en), encoding="utf-8")
    _align(folder, "pairs", ".", "-o", "manifest.csv")


def _held(folder: Path) -> object:
    """All that a memory keeps, but for moments and numbers of rows."""
    with contextlib.closing(sqlite3.connect(folder / "m.db")) as connection:
        tables = [
            connection.execute("SELECT id, source, target, source_key FROM units ORDER BY id"),
            connection.execute("SELECT unit, tuid, confidence FROM provenance ORDER BY 1, 2"),
            connection.execute("SELECT units, content FROM state"),
        ]
        return hashlib.sha256(repr([table.fetchall() for table in tables]).encode()).hexdigest()


def _memory_is_sound(folder: Path) -> str:
    if not (folder / "m.db").exists():
        return ""
    with contextlib.closing(sqlite3.connect(folder / "m.db")) as connection:
        said = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if said != "ok":
            return str(said)
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return ""  # killed before the memory was made: nothing was acknowledged
        counted = connection.execute("SELECT count(*) FROM units").fetchone()[0]
        state = connection.execute("SELECT units FROM state").fetchone()[0]
    return "" if counted == state else f"{counted} units, but {state} are counted"


def _index(folder: Path) -> object:
    return [_held(folder), hashlib.sha256((folder / "m.db.faiss").read_bytes()).hexdigest()]


def _file(name: str) -> Callable[[Path], object]:
    return lambda folder: hashlib.sha256((folder / name).read_bytes()).hexdigest()


def _whole_or_absent(name: str, ending: bytes) -> Callable[[Path], str]:
    def look(folder: Path) -> str:
        path = folder / name
        if path.exists() and not path.read_bytes().rstrip().endswith(ending):
            return f"{name} is there in part"
        return ""

    return look


def _outputs(folder: Path) -> object:
    made = [*(folder / "out" / "tmx").glob("*.tmx"), folder / "all.tmx"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made}


CASES = [
    Case("memory add", _units, ["memory", "add", "m.db", "given.tmx", "--no-index"], _held,
         _memory_is_sound),
    Case("memory index", _memory, ["memory", "index", "m.db"], _index, _memory_is_sound),
    Case("memory dedupe", _doubled, ["memory", "dedupe", "m.db"], _held, _memory_is_sound),
    Case("memory remove", _doubled, ["memory", "remove", "m.db", "--origin", "upper.tmx"], _held,
         _memory_is_sound),
    Case("memory export", _memory, ["memory", "export", "m.db", "-o", "out.tmx"], _file("out.tmx"),
         _whole_or_absent("out.tmx", b"</tmx>")),
    Case("batch", _archive, ["batch", "manifest.csv", "-o", "out", "--merge", "all.tmx"], _outputs,
         _whole_or_absent("all.tmx", b"</tmx>")),
]  # fmt: skip


def left_over(folder: Path) -> list[str]:
    """Temporary files in a folder and below it."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if _LEFT.search(p.name))


def trial(case: Case, kills: int, chance: random.Random, place: Path) -> Tally:
    """Kill a command until that was done `kills` times; each time it is then given again."""
    tally = Tally()
    start, calm = place / "start", place / "calm"
    start.mkdir(parents=True)
    case.prepare(start)
    shutil.copytree(start, calm)
    command = [sys.executable, "-m", "align", *case.arguments]
    begun = time.monotonic()
    subprocess.run(command, cwd=calm, check=True, capture_output=True)
    span = time.monotonic() - begun
    wanted = case.result(calm)
    while tally.kills < kills and tally.late < 5 * kills:
        folder = place / "killed"
        shutil.copytree(start, folder)
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        begun = time.monotonic()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.1, 1.0) * span)
        ended = process.poll() is not None
        if ended:  # the machine was busier when the time was taken, or its caches were cold
            span = min(span, time.monotonic() - begun)
        process.kill()
        process.wait()
        tally.late += ended
        tally.kills += not ended
        tally.faults += [wrong] if (wrong := case.sound(folder)) else []
        again = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
        # What was done before the kill may leave nothing to do: `remove` says so, and exits with 2.
        done = again.returncode == 2 and case.result(folder) == wanted
        if again.returncode not in (0, 1) and not done:
            tally.faults.append(f"given again: {again.stderr.strip()[-200:]}")
        elif case.result(folder) != wanted:
            tally.faults.append("the end is not that of an undisturbed run")
        tally.faults += [f"left over: {name}" for name in left_over(folder)]
        shutil.rmtree(folder)
    return tally


# --- the page ---------------------------------------------------------------------------------


@contextlib.contextmanager
def serving(tmx: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`align serve` on a file, and the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "align", "serve", str(tmx), "--no-open"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Reader:
    """A browser without a window: cookies, the page's token, its rows."""

    def __init__(self, url: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        with self._opener.open(url, timeout=60) as answer:
            page = answer.read().decode()
            self._place = answer.geturl()
        token = re.search('name="token" content="([0-9a-f]+)"', page)
        assert token is not None
        self._token = token.group(1)
        self.rows = re.findall('data-id="([^"]+)"', page)

    def comment(self, row: str, text: str) -> bool:
        """Put a comment to a row; whether the page answered that it is saved."""
        origin = "/".join(self._place.split("/")[:3])
        request = urllib.request.Request(
            f"{self._place}/act",
            json.dumps({"do": "comment", "row": row, "text": text}).encode(),
            {"x-align-token": self._token, "origin": origin, "content-type": "application/json"},
        )
        try:
            with self._opener.open(request, timeout=60) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def trial_of_page(kills: int, chance: random.Random, place: Path) -> Tally:
    """Kill `align serve` while comments are saved; every one that was answered must be there."""
    from align.project import beside, open_project

    tally = Tally()
    place.mkdir()
    given = Path(_tmx(place, 200))
    wanted: dict[str, str] = {}
    while tally.kills < kills:
        with serving(given) as (process, url):
            reader = Reader(url)
            deadline = time.monotonic() + chance.uniform(0.05, 1.0)
            for number, row in enumerate(reader.rows):
                if time.monotonic() > deadline:
                    break
                text = f"kill {tally.kills}, comment {number}"
                if reader.comment(row, text):
                    wanted[row] = text
            process.kill()
        tally.kills += 1
        project = open_project(beside(given))
        try:
            held = {row.id: row.comment for row in project.rows}
        finally:
            project.close()
        lost = [row for row, text in wanted.items() if held.get(row) != text]
        tally.faults += [f"comment lost: {row}" for row in lost]
        tally.faults += [f"left over: {name}" for name in left_over(place)]
    if not wanted:
        tally.faults.append("no comment was ever saved")
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = "1700000000"  # two exports are of one moment
    chance, failed = random.Random(options.seed), False
    print(f"{'':<16}{'kills':>6}{'too late':>10}{'faults':>8}")
    with tempfile.TemporaryDirectory(prefix="align-kill-") as name:
        trials: list[tuple[str, Callable[[Path], Tally]]] = [
            (case.name, partial(trial, case, options.kills, chance)) for case in CASES
        ]
        trials.append(("serve", partial(trial_of_page, options.kills, chance)))
        for title, run in trials:
            if options.only and title not in options.only:
                continue
            tally = run(Path(name) / title.replace(" ", "-"))
            print(f"{title:<16}{tally.kills:>6}{tally.late:>10}{len(tally.faults):>8}", flush=True)
            for fault in sorted(set(tally.faults))[:5]:
                print(f"    {fault}")
            failed = failed or bool(tally.faults)
    sys.exit(failed)


if __name__ == "__main__":
    main()
