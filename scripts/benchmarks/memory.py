"""Translation memory: import rate against a TMX parser, latencies of each search, sizes, memory."""

from __future__ import annotations

import argparse
import json
import lzma
import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from align.datatypes import TranslationUnit
from align.language.folding import fold
from align.memory import TranslationMemory

NOW = "20260101T000000Z"
HERE = Path(__file__).resolve()
TARGETS = {"exact": 1, "fuzzy": 20, "semantic": 10, "concordance": 50}
COLD = 15  # queries of each kind that are asked with nothing of the files in the page cache
# The peer builds the tree of the file in C; an importer must read the texts of each unit as well.
PEER = """
import resource, sys, time
from translate.storage.tmx import tmxfile
start, begun = time.perf_counter(), time.process_time()
def tell(count):
    clock, processor = time.perf_counter() - start, time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(count / clock, count / processor, peak)
with open(sys.argv[1], "rb") as file:
    units = tmxfile.parsefile(file).units
tell(len(units))
tell(sum(1 for unit in units if unit.source is not None and unit.target is not None))
"""


def shared() -> Path:
    """The folder of the private material."""
    folder = Path(os.environ.get("ALIGN_SHARED", HERE.parents[3] / "shared"))
    if not (folder / "data" / "train").is_dir():
        sys.exit("bench: the parallel data is not here; set ALIGN_SHARED to its folder")
    return folder


def pairs(folder: Path) -> Iterator[tuple[str, str]]:
    """The pairs of one folder of the data, file by file, each pair once."""
    seen: set[int] = set()
    files = sorted(folder.glob("*.tsv.xz"), key=lambda file: (file.stat().st_size, file.name))
    for file in files:
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                cells = line.rstrip("\n").split("\t")
                if len(cells) == 2 and all(cell.strip() for cell in cells):
                    number = hash(tuple(cells))
                    if number not in seen:
                        seen.add(number)
                        yield cells[0].strip(), cells[1].strip()


def units(count: int) -> Iterator[TranslationUnit]:
    """As many units as asked for, from the training pairs, then the dictionaries."""
    data = shared() / "data"
    both = (pair for name in ("train", "dict") for pair in pairs(data / name))
    for number, (source, target) in enumerate(islice(both, count)):
        yield TranslationUnit(source, target, id=f"u{number}", confidence=0.9)


def edited(text: str, rng: random.Random) -> str:
    """`text` with about a tenth of its characters or words replaced, left out or put in.

    Numbers take another value, and every third text loses its last mark.
    """
    chinese = re.search("[\u4e00-\u9fff]", text) is not None
    tokens = re.findall(r"\d+|[A-Za-z]+|\s+|.", text) if chinese else re.findall(r"\S+|\s+", text)
    places = [n for n, token in enumerate(tokens) if token.strip() and token[0].isalnum()]
    words = ["和", "其", "新", "全", "将"] if chinese else ["also", "new", "such", "various", "now"]
    for place in rng.sample(places, max(1, len(places) // 10)):
        kind = rng.random()
        if tokens[place].isdigit():
            tokens[place] = str(int(tokens[place]) % 100_000 + 1)
        elif kind < 0.4:
            tokens[place] = rng.choice(words)
        elif kind < 0.7:
            tokens[place] = ""
        else:
            tokens[place] += ("" if chinese else " ") + rng.choice(words)
    if rng.random() < 0.33 and not tokens[-1].isalnum():
        tokens[-1] = tokens[-1].rstrip("。.！!？?")
    return "".join(tokens).strip()


def phrase(text: str, rng: random.Random) -> str:
    """One to six characters or one to three words of a text."""
    runs = re.findall("[\u4e00-\u9fff]+", text)
    if runs:
        run = str(rng.choice(runs))
        start = rng.randrange(len(run))
        return run[start : start + rng.randint(1, 6)]
    words = re.findall("[A-Za-z]+", text) or ["the"]
    start = rng.randrange(len(words))
    return " ".join(words[start : start + rng.randint(1, 3)])


def second_references() -> list[tuple[str, str, str]]:
    """Held-out sentences with two translations: the sentence, the first, the second."""
    by_text: dict[str, list[str]] = {}
    for source, target in pairs(shared() / "data" / "dev"):
        by_text.setdefault(source, []).append(target)
        by_text.setdefault(target, []).append(source)
    return [(text, found[0], found[1]) for text, found in by_text.items() if len(found) > 1]


def peak_mib() -> float:
    """The most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget(*paths: Path) -> None:
    """Drop files from the page cache, so that the next reading comes from the disk."""
    for path in paths:
        if path.exists():
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def rates(count: int, start: float, begun: float) -> dict[str, float]:
    """Units a second of the clock, and of processor time, which other programs disturb less."""
    return {
        "rate": count / (time.perf_counter() - start),
        "cpu": count / (time.process_time() - begun),
    }


def percentiles(times: Iterable[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    ordered = sorted(times)
    return ordered[len(ordered) // 2] * 1e3, ordered[int(len(ordered) * 0.99)] * 1e3


def timed(
    ask: Callable[[str], Any],
    queries: Iterable[str],
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Seconds that each query took."""
    times: list[float] = []
    for query in queries:
        start = clock()
        ask(query)
        times.append(clock() - start)
    return times


def warm(ask: Callable[[str], Any], queries: list[str]) -> dict[str, tuple[float, float]]:
    """Percentiles of the clock and of this thread's processor time, of a second round."""
    timed(ask, queries)
    return {
        "warm": percentiles(timed(ask, queries)),
        "cpu": percentiles(timed(ask, queries, time.thread_time)),
    }


def stage_import(memory: Path, tmx: Path) -> dict[str, float]:
    from align.memory import exchange

    start, begun = time.perf_counter(), time.process_time()
    with TranslationMemory.open(memory, create=True) as opened:
        report = opened.add(exchange.read_file(tmx), origin=tmx.name, now=NOW)
    return rates(report.read, start, begun) | {"peak": peak_mib()}


def stage_parse(memory: Path, tmx: Path) -> dict[str, float]:
    from align.memory import exchange

    start, begun = time.perf_counter(), time.process_time()
    count = sum(1 for _ in exchange.read_file(tmx))
    return rates(count, start, begun) | {"peak": peak_mib()}


def stage_index(memory: Path, tmx: Path) -> dict[str, float]:
    start, begun = time.perf_counter(), time.process_time()
    with TranslationMemory.open(memory) as opened:
        opened.refresh_index()
        count = len(opened)
    return rates(count, start, begun) | {"peak": peak_mib()}


def _questions(memory: TranslationMemory, count: int) -> dict[str, list[str]]:
    rng = random.Random(5)
    step = max(1, len(memory) // (2 * count))
    sample = list(islice(memory.units(), 0, None, step))
    texts = [rng.choice((unit.source, unit.target)) for unit in sample]
    texts = [text for text in texts if len(text) >= 8][:count]
    return {
        "exact": texts,
        "fuzzy": [edited(text, rng) for text in texts],
        "semantic": [second for _, _, second in second_references()][:count],
        "concordance": [phrase(text, rng) for text in texts],
    }


def _askers(memory: TranslationMemory) -> dict[str, Callable[[str], Any]]:
    return {
        "exact": lambda text: memory.search(text, kinds=("exact",)),
        "fuzzy": lambda text: memory.search(text, kinds=("exact", "fuzzy")),
        "semantic": lambda text: memory.search(text, kinds=("semantic",)),
        "concordance": lambda text: memory.concordance_page(text, limit=20),
    }


def stage_query(path: Path, tmx: Path, count: int = 200) -> dict[str, Any]:
    from align.embedding.load import load_encoder

    encoder = load_encoder()
    index = path.with_name(path.name + ".faiss")
    with TranslationMemory.open(path, read_only=True, encoder=encoder) as memory:
        questions = _questions(memory, count)
        memory.search("warm", kinds=("semantic",))
    figures: dict[str, Any] = {}
    for kind, queries in questions.items():
        cold: list[float] = []
        for query in queries[:COLD]:
            forget(path, index)
            with TranslationMemory.open(path, read_only=True, encoder=encoder) as memory:
                cold += timed(_askers(memory)[kind], [query])
        with TranslationMemory.open(path, read_only=True, encoder=encoder) as memory:
            ask = _askers(memory)[kind]
            figures[kind] = {"cold": percentiles(cold), **warm(ask, queries)}
    with TranslationMemory.open(path, read_only=True, encoder=encoder) as memory:
        ask = _askers(memory)["concordance"]
        for word in ("的", "the"):
            figures[f"concordance {word}"] = warm(ask, [word] * 20)
    figures["peak"] = peak_mib()
    return figures


def stage_fts(path: Path, tmx: Path) -> dict[str, Any]:
    """SQLite's own full-text search over the Chinese texts: by trigrams, and by characters.

    Asked for the same two things: all units with a phrase, and the sixty that share the rarest
    grams with an edited sentence.
    """
    from align.memory import concordance, textindex
    from align.memory.candidates import candidates

    with TranslationMemory.open(path, read_only=True) as memory:
        texts = [fold(unit.source) for unit in memory.units()]
        questions = _questions(memory, 200)
    words = [word for word in questions["concordance"] if not word.isascii()]
    edits = [text for text in questions["fuzzy"] if re.search("[\u4e00-\u9fff]", text)]
    connection = sqlite3.connect(path)
    index = textindex.TextIndex(connection)
    size = "SELECT sum(pgsize) FROM dbstat WHERE name = 'grams'"
    figures: dict[str, Any] = {
        "postings (both sides)": _asked(
            lambda word: concordance.matching(index, concordance.parse(word), [0])[0].tolist(),
            lambda text: candidates(index, text, 0, minimum=0.7, most=60).tolist(),
            words,
            edits,
        )
        | {"MB": connection.execute(size).fetchone()[0] / 1e6}
    }
    plans: dict[str, tuple[str, Callable[[str], str], int]] = {
        "fts5 trigram": ("trigram", str, 3),
        "fts5 characters": ("unicode61", " ".join, 2),
    }
    for name, (tokenizer, spaced, width) in plans.items():
        with tempfile.TemporaryDirectory() as folder:
            base = sqlite3.connect(Path(folder) / "fts.db")
            base.execute(
                f"CREATE VIRTUAL TABLE t USING fts5(x, tokenize='{tokenizer}', content='')"
            )
            start = time.perf_counter()
            rows = ((number, spaced(text)) for number, text in enumerate(texts, 1))
            base.executemany("INSERT INTO t(rowid, x) VALUES (?, ?)", rows)
            base.commit()
            seconds = time.perf_counter() - start
            asked = _asked_fts(base, spaced, width, words, edits)
            size_mb = (Path(folder) / "fts.db").stat().st_size / 1e6
            figures[name] = asked | {"MB": size_mb, "s to build": seconds}
            base.close()
    return figures


def _asked_fts(
    base: sqlite3.Connection,
    spaced: Callable[[str], str],
    width: int,
    words: list[str],
    edits: list[str],
) -> dict[str, float]:
    def quoted(text: str) -> str:
        return '"' + spaced(text).replace('"', '""') + '"'

    def with_phrase(word: str) -> list[int]:
        found = base.execute("SELECT rowid FROM t WHERE t MATCH ?", (quoted(fold(word)),))
        return [row[0] for row in found]

    def similar(text: str) -> list[int]:
        text = "".join(re.findall("[\u4e00-\u9fff]", fold(text)))
        grams = {text[i : i + width] for i in range(len(text) - width + 1)}
        query = " OR ".join(quoted(gram) for gram in sorted(grams))
        found = base.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 60", (query,))
        return [row[0] for row in found]

    return _asked(with_phrase, similar, words, edits)


def _asked(
    with_phrase: Callable[[str], list[int]],
    similar: Callable[[str], list[int]],
    words: list[str],
    edits: list[str],
) -> dict[str, float]:
    found = [len(with_phrase(word)) for word in words]
    phrases, likes = timed(with_phrase, words), timed(similar, edits)
    return {
        "phrase p50 ms": percentiles(phrases)[0],
        "phrase p99 ms": percentiles(phrases)[1],
        "phrases not found": found.count(0),
        "similar p50 ms": percentiles(likes)[0],
        "similar p99 ms": percentiles(likes)[1],
    }


STAGES: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    "import": stage_import,
    "parse": stage_parse,
    "index": stage_index,
    "query": stage_query,
    "fts": stage_fts,
}


def stage(name: str, memory: Path, tmx: Path) -> dict[str, Any]:
    """Run a stage in a process of its own, so that its peak of memory is its own."""
    done = subprocess.run(
        [sys.executable, str(HERE), "--stage", name, "--memory", str(memory), "--tmx", str(tmx)],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument(
        "--peer-python",
        default=os.environ.get("ALIGN_TOOLKIT_PYTHON"),
        help="Python with translate-toolkit (GPL), kept apart",
    )
    parser.add_argument("--keep", type=Path, help="folder for the memory; else a temporary one")
    parser.add_argument("--fts", action="store_true", help="compare with SQLite's full-text search")
    parser.add_argument("--queries-only", action="store_true", help="of the memory that was kept")
    parser.add_argument("--stage", choices=sorted(STAGES), help=argparse.SUPPRESS)
    parser.add_argument("--memory", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--tmx", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        print(json.dumps(STAGES[options.stage](options.memory, options.tmx)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if options.queries_only:
            show(stage("query", folder / "bench.tm", folder / "bench.tmx"))
            return
        run(folder, options.units, options.peer_python, options.fts)


def run(folder: Path, count: int, peer: str | None, fts: bool) -> None:
    from align.formats.tmx import write_units

    memory, tmx = folder / "bench.tm", folder / "bench.tmx"
    for path in (memory, memory.with_name("bench.tm-wal"), memory.with_name("bench.tm.faiss")):
        path.unlink(missing_ok=True)
    with tmx.open("wb") as file:
        written = write_units(file, units(count), created=NOW)
    print(f"{written.units:,} units, TMX of {tmx.stat().st_size / 1e6:,.0f} MB", flush=True)
    print(f"{'units a second':32}{'clock':>10}{'processor':>10}{'peak MiB':>10}")
    added = stage("import", memory, tmx)
    tell("import of the TMX", added)
    parsed = stage("parse", memory, tmx)
    tell("reading the TMX alone", parsed)
    if peer:
        found = subprocess.run(
            [peer, "-c", PEER, str(tmx)], capture_output=True, text=True, check=True
        )
        names = ("translate-toolkit, parsing alone", "translate-toolkit, each text too")
        for what, line in zip(names, found.stdout.splitlines(), strict=True):
            clock, cpu, peak = map(float, line.split())
            tell(what, {"rate": clock, "cpu": cpu, "peak": peak})
            shares = f"import {added['cpu'] / cpu:.2f}, reading {parsed['cpu'] / cpu:.2f}"
            print(f"  of this rate, in processor time: {shares}", flush=True)
    tell("index of meanings", stage("index", memory, tmx))
    index = memory.with_name("bench.tm.faiss")
    for path in (memory, index):
        print(f"{path.name}: {path.stat().st_size / 1e6:,.0f} MB", flush=True)
    show(stage("query", memory, tmx))
    if fts:
        for name, row in stage("fts", memory, tmx).items():
            print(f"{name:22}", ", ".join(f"{what} {value:.2f}" for what, value in row.items()))


def tell(name: str, row: dict[str, Any]) -> None:
    print(f"{name:32}{row['rate']:10,.0f}{row['cpu']:10,.0f}{row['peak']:10,.0f}", flush=True)


def show(figures: dict[str, Any]) -> None:
    heads = ("cold p50", "p99", "warm p50", "p99", "processor", "p99", "target", "ratio")
    print(f"{'ms':16}" + "".join(f"{head:>10}" for head in heads))
    for kind, row in figures.items():
        if kind == "peak":
            continue
        target = TARGETS[kind.split()[0]]
        cold = row.get("cold", (float("nan"),) * 2)
        values = (*cold, *row["warm"], *row["cpu"], target, row["cpu"][0] / target)
        print(f"{kind:16}" + "".join(f"{value:10.2f}" for value in values))
    print("ratio: processor time, warm p50, to the target")
    print(f"peak while searching: {figures['peak']:,.0f} MiB")


if __name__ == "__main__":
    main()
