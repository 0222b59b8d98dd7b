"""Processor time and memory of what people do most, this version beside an older one.

    scripts/bench speed [--old CHECKOUT] [--only NAME …] [--runs 3] [--record FOLDER] [--big]

Each row is a command line, run in a process of its own. With `--old`, another checkout with its own
environment (`.venv`), the two take turns in one run, so that what else the machine does meets both;
the least of the runs counts, and the ratio is new to old. Texts are those of corpora/, made longer by
the generators of `scripts/bench growth`; `--record` names a folder of one's own with zh.txt, en.txt and
terms.tsv; `--big` adds the rows that take minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

_RUN = """
import json, os, resource, subprocess, sys
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
code = subprocess.call(sys.argv[1:], **quiet)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([code, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
_ADD_ONE = """
import sys
from align.datatypes import TranslationUnit
from align.memory import TranslationMemory
with TranslationMemory.open(sys.argv[1], create=True) as memory:
    for k in range(int(sys.argv[2])):
        zh, en = f"港口工程第{k}号报告已提交委员会。", f"Report {k} was submitted."
        unit = TranslationUnit(zh, en, id=str(k))
        memory.add([unit], origin="one by one", now="20260101T000000Z")
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that people do: `make` writes its files and gives the arguments of `align`."""

    name: str
    make: Callable[[Path], list[str]]
    big: bool = False
    code: str = ""  # a program in place of the command line
    before: Callable[[Path], list[str]] | None = None  # a command that is not measured
    refused: bool = False  # the input is wrong: exit code 2 is the right answer


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    seconds: float
    megabytes: float


_ZH = "港务局昨天宣布，新码头的工程将于下个月开始，预计两年内完成。"
_EN = "The port authority announced yesterday that work on the new pier would begin next month. "


def _pair(folder: Path, zh: list[str], en: list[str], *more: str) -> list[str]:
    for name, lines in (("zh.txt", zh), ("en.txt", en)):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ["pair", str(folder / "zh.txt"), str(folder / "en.txt"), "-o",
            str(folder / "out.tmx"), *more]  # fmt: skip


def _translations(n: int) -> tuple[list[str], list[str]]:
    """Sentences that differ and answer each other, as `scripts/bench growth` makes them."""
    zh = "港口 学校 河流 预算 火车 医院 大学 市场 电影 农民 军队 银行".split()
    en = "port school river budget train hospital university market film farmer army bank".split()
    words = list(zip(zh, en, strict=True))
    draw = random.Random(5)
    threes = [draw.sample(words, 3) for _ in range(n)]
    return (
        ["、".join(zh for zh, _ in three) + f"第{k}号。" for k, three in enumerate(threes)],
        [", ".join(en for _, en in three) + f" number {k}." for k, three in enumerate(threes)],
    )


def _sides(n: int) -> Callable[[Path], list[str]]:
    return lambda folder: _pair(folder, *_translations(n), "--pre-segmented")


def _four(folder: Path) -> list[str]:
    zh = [
        "港务局于2021年5月3日开会。",
        "会议未经表决通过了该报告。",
        "成员们感谢市政府。",
        "会议于下午5时散会。",
    ]
    en = ["The port authority met on 3 May 2021.", "The report was adopted without a vote.",
          "The members thanked the city.", "The meeting rose at 5 p.m."]  # fmt: skip
    return _pair(folder, zh, en)


def _whole(texts: Path, terms: Path) -> Callable[[Path], list[str]]:
    return lambda folder: [
        *("pair", str(texts / "zh.txt"), str(texts / "en.txt"), "--terms", str(terms)),
        *("-o", str(folder / "out.tmx"), "--report", str(folder / "report.html")),
    ]


def _tmx(folder: Path, n: int) -> str:
    from align.datatypes import TranslationUnit
    from align.formats import tmx

    zh, en = _translations(n)
    units = [TranslationUnit(a, b, id=str(k)) for k, (a, b) in enumerate(zip(zh, en, strict=True))]
    with (folder / "units.tmx").open("wb") as file:
        tmx.write_units(file, units, created="20260101T000000Z")
    return str(folder / "units.tmx")


def _import(n: int) -> Callable[[Path], list[str]]:
    return lambda folder: [
        *("memory", "add", str(folder / "new.db"), _tmx(folder, n), "--no-index"),
    ]


def _held(folder: Path) -> list[str]:
    return ["memory", "add", str(folder / "held.db"), _tmx(folder, 2_000)]


def _one_by_one(folder: Path) -> list[str]:
    return [str(folder / "one.db"), "200"]


def _rows(record: Path | None) -> Iterator[Row]:
    texts = ROOT / "corpora" / "summary-record"
    terms = ROOT / "corpora" / "terms.tsv"
    yield Row("help", lambda folder: ["--help"])
    yield Row("lookup, termbase", lambda folder: ["lookup", "秘书长", "--terms", str(terms)])
    yield Row(
        "lookup, memory of 2,000",
        lambda folder: ["lookup", "港口", "--memory", str(folder / "held.db")],
        before=_held,
    )
    yield Row("pair, four sentences", _four)
    yield Row("pair, a record of corpora with terms and report", _whole(texts, terms))
    if record is not None:
        yield Row("pair, one's own record, the same", _whole(record, record / "terms.tsv"))
    yield Row("pair, 1,000 a side", _sides(1_000))
    yield Row("memory add, 20,000 units", _import(20_000))
    yield Row("memory, 200 units one by one", _one_by_one, code=_ADD_ONE)
    yield Row("check, 1,250 units with the aligner", lambda folder: ["check", _tmx(folder, 1_250)])
    yield Row("terms extract, 1,250 units", lambda folder: [
        *("terms", "extract", _tmx(folder, 1_250), "-o", str(folder / "terms.tsv")),
    ])  # fmt: skip
    unrelated = _translations(3_000)[0], [f"{_EN}{k}" for k in range(3_000)]
    yield Row(
        "pair, a wrong one, 3,000 a side",
        lambda folder: _pair(folder, *unrelated),
        big=True,
        refused=True,
    )
    yield Row("pair, 10,000 a side", _sides(10_000), big=True)
    yield Row("pair, 10,000 equal lines", lambda folder: _pair(
        folder, [_ZH] * 10_000, [_EN.strip()] * 10_000, "--pre-segmented"
    ), big=True)  # fmt: skip
    yield Row("pair, 20,000 sentences with 100", lambda folder: _pair(
        folder, _translations(20_000)[0], _translations(100)[1], "--pre-segmented", "--force"
    ), big=True)  # fmt: skip
    yield Row("pair, one sentence of 1 MB", lambda folder: _pair(
        folder, ["码头，" * 110_000], _translations(100)[1], "--force"
    ), big=True)  # fmt: skip


def _python(checkout: Path) -> str:
    own = checkout / ".venv" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def measure(checkout: Path, row: Row, compiled: str) -> Cost | None:
    """One run in a fresh folder; None where the command fails. `compiled` keeps bytecode."""
    with tempfile.TemporaryDirectory(prefix="align-speed-") as name:
        arguments = row.make(Path(name))
        start = ["-c", row.code] if row.code else ["-m", "align"]
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
            "PYTHONPATH": str(checkout),
            "PYTHONPYCACHEPREFIX": compiled,
        }
        if row.before:
            given = [_python(checkout), "-m", "align", *row.before(Path(name))]
            subprocess.run(given, check=True, capture_output=True, cwd=name, env=environment)
        printed = subprocess.run(
            [sys.executable, "-c", _RUN, _python(checkout), *start, *arguments],
            capture_output=True, text=True, check=True, cwd=name, env=environment,
        ).stdout  # fmt: skip
    code, seconds, megabytes = json.loads(printed)
    return Cost(seconds, megabytes) if code in ((2,) if row.refused else (0, 1)) else None


def least(checkouts: list[Path], row: Row, runs: int) -> list[Cost | None]:
    """The least of some runs of each checkout, which take turns."""
    found: list[list[Cost]] = [[] for _ in checkouts]
    with tempfile.TemporaryDirectory(prefix="align-compiled-") as compiled:
        for _ in range(runs):
            for costs, checkout in zip(found, checkouts, strict=True):
                cost = measure(checkout, row, compiled)
                costs.extend([cost] if cost else [])
    return [min(costs, key=lambda cost: cost.seconds, default=None) for costs in found]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--old", type=Path, help="a checkout of the version before")
    parser.add_argument("--only", action="append", default=[], help="rows whose names begin so")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--big", action="store_true")
    options = parser.parse_args()
    checkouts = [*([options.old.resolve()] if options.old else []), ROOT]
    print(f"{'':<50}{'old s':>8}{'new s':>8}{'ratio':>7}{'old MB':>8}{'new MB':>8}")
    for row in _rows(options.record):
        if (row.big and not options.big) or not (
            not options.only or any(row.name.startswith(name) for name in options.only)
        ):
            continue
        costs = least(checkouts, row, options.runs)
        old, new = costs if options.old else [None, *costs]
        ratio = f"{new.seconds / old.seconds:.2f}" if old and new else ""
        cells = [f"{cost.seconds:.2f}" if cost else "" for cost in (old, new)]
        sizes = [f"{cost.megabytes:.0f}" if cost else "" for cost in (old, new)]
        print(f"{row.name:<50}{cells[0]:>8}{cells[1]:>8}{ratio:>7}{sizes[0]:>8}{sizes[1]:>8}",
              flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
