"""Archive: 2,000 documents paired by content, and sentences a second on each engine."""

from __future__ import annotations

import argparse
import hashlib
import lzma
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from align.batch.archive_run import Engine, PairTask, run_batch
from align.batch.journal import Record
from align.batch.local_engine import run_local
from align.batch.manifest import Entry
from align.batch.pair_task import AlignPairs
from align.batch.sources import PairingOptions, find_entries
from align.pipeline import PairOptions

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
DEV = SHARED / "data" / "dev" / "wmt21-24_tests.tsv.xz"
PLAIN = "a plain loop"
PASSAGE = 4  # consecutive sentences that stay together when the material is used again

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Truth:
    """What an archive holds: the pairs that belong together, and what has no partner."""

    pairs: frozenset[Pair]  # (zh, en) file names
    alone: frozenset[str]
    corrupt: frozenset[str]
    sentences: int  # Chinese ones of the pairs


def read_dev() -> list[Pair]:
    """The sentence pairs in the order of the test sets, each text once."""
    seen: set[str] = set()
    pairs = []
    with lzma.open(DEV, "rt", encoding="utf-8") as file:
        for line in file:
            zh, en = line.rstrip("\n").split("\t")
            if zh not in seen and en not in seen:
                pairs.append((zh, en))
            seen |= {zh, en}
    return pairs


def cut(pairs: list[Pair], count: int, chance: random.Random) -> list[list[Pair]]:
    """`count` documents of 8 to 40 sentence pairs.

    First consecutive ones; then the material again, its passages of four in another order, so that
    most sentences stand in several documents and no single one gives a document away.
    """
    documents: list[list[Pair]] = []
    order = pairs
    while len(documents) < count:
        at = 0
        while at + 8 <= len(order) and len(documents) < count:
            size = min(int(8 + chance.expovariate(1 / 8)), 40)
            documents.append(order[at : at + size])
            at += size
        passages = [pairs[start : start + PASSAGE] for start in range(0, len(pairs), PASSAGE)]
        chance.shuffle(passages)
        order = [pair for passage in passages for pair in passage]
    return [document for document in documents if len(document) >= 8]


def side_text(document: list[Pair], side: int, chance: random.Random) -> str:
    """One side in paragraphs of one to four sentences; three in a hundred are left out."""
    kept = [pair[side] for pair in document if chance.random() >= 0.03] or [document[0][side]]
    paragraphs = []
    while kept:
        size = chance.randint(1, 4)
        paragraphs.append(("" if side == 0 else " ").join(kept[:size]))
        kept = kept[size:]
    return "\n\n".join(paragraphs) + "\n"


def make_archive(folder: Path, count: int, *, alone: int, corrupt: int, seed: int = 8) -> Truth:
    """Write `count` pairs, `alone` documents without a partner, `corrupt` files, all renamed."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    own = [
        (path.parent / "zh.txt", path.parent / "en.txt")
        for path in sorted((ROOT / "corpora").glob("*/zh.txt"))
    ]
    documents = cut(read_dev(), count - len(own) + alone, chance)
    chance.shuffle(documents)
    numbers = iter(chance.sample(range(10**8), 2 * len(documents) + 2 * len(own) + corrupt))
    names = (f"{number:08d}" for number in numbers)
    pairs, lonely, broken = set(), set(), set()
    sentences = 0
    for zh_path, en_path in own:
        zh, en = f"{next(names)}.txt", f"{next(names)}.txt"
        (folder / zh).write_bytes(zh_path.read_bytes())
        (folder / en).write_bytes(en_path.read_bytes())
        pairs.add((zh, en))
    for place, document in enumerate(documents):
        zh, en = f"{next(names)}.txt", f"{next(names)}.txt"
        code = "gb18030" if chance.random() < 0.1 else "utf-8"
        texts = [side_text(document, side, chance) for side in (0, 1)]
        if place >= alone:
            (folder / zh).write_text(texts[0], code)
            (folder / en).write_text(texts[1], "utf-8")
            pairs.add((zh, en))
            sentences += len(document)
        elif place % 2:
            (folder / zh).write_text(texts[0], code)
            lonely.add(zh)
        else:
            (folder / en).write_text(texts[1], "utf-8")
            lonely.add(en)
    for place in range(corrupt):
        name = next(names) + (".pdf", ".docx", ".txt", ".html")[place % 4]
        noise = hashlib.shake_256(name.encode()).digest(20_000)
        head = (b"%PDF-1.7\n", b"PK\x03\x04", b"\0\1\2", b"")[place % 4]
        (folder / name).write_bytes(head + noise if head else b"")
        broken.add(name)
    return Truth(frozenset(pairs), frozenset(lonely), frozenset(broken), sentences)


def check_pairing(folder: Path, truth: Truth, cache: Path, workers: int) -> list[Entry]:
    """Pair by content alone, print how right it is, and give the pairs."""
    start = time.perf_counter()
    options = PairingOptions(by=("content",), workers=workers, timeout=60.0)
    found = find_entries([str(folder)], cache, options)
    seconds = time.perf_counter() - start
    chosen = {(Path(entry.zh).name, Path(entry.en).name) for entry in found.pairs}
    right = len(chosen & truth.pairs)
    wrong = chosen - truth.pairs
    lonely = sum(zh in truth.alone or en in truth.alone for zh, en in chosen)
    unreadable = {
        Path(entry.zh or entry.en).name
        for entry in found.unpaired
        if entry.reason.startswith("cannot be read")
    }
    documents = 2 * len(truth.pairs) + len(truth.alone) + len(truth.corrupt)
    print(f"pairing by content: {documents} files in {seconds:.1f} s, {documents / seconds:.0f}/s")
    print(f"  right                {right} of {len(truth.pairs)} ({right / len(truth.pairs):.2%})")
    print(f"  wrong                {len(wrong)}")
    print(f"  partnerless paired   {lonely} of {len(truth.alone)}")
    print(f"  corrupt, reported    {len(unreadable & truth.corrupt)} of {len(truth.corrupt)}")
    return [
        entry for entry in found.pairs if (Path(entry.zh).name, Path(entry.en).name) in truth.pairs
    ]


@dataclass(slots=True)
class Watch:
    """Counts sentences and samples memory while a run goes on."""

    every: int = 50  # pairs from one sample to the next
    before: float = 0.0
    pairs: int = 0
    sentences: int = 0
    processor: float = 0.0  # seconds, of this process and all below it,
    counted: int = 0  # for so many sentences
    memory: list[tuple[int, int]] = field(default_factory=list)  # driver, others: bytes
    moments: list[tuple[float, int]] = field(default_factory=list)  # seconds, sentences until then

    def __call__(self, entry: Entry, record: Record, fresh: bool) -> None:
        self.pairs += 1
        self.sentences += record.zh_sentences + record.en_sentences
        if self.pairs % self.every == 0:  # looking at all processes takes milliseconds
            self.memory.append(memory_of(os.getpid()))
            self.processor = processor_of(os.getpid()) - self.before
            self.counted = self.sentences
        self.moments.append((time.perf_counter(), self.sentences))


def memory_of(process: int) -> tuple[int, int]:
    """Proportional set size of a process, and of all processes below it."""
    return _pss(process), sum(_pss(pid) for pid, _ in _below(process))


def processor_of(process: int) -> float:
    """Seconds of processor time of a process, all below it, and those of them that have ended."""
    own = os.times()
    ticks = sum(ticks for _, ticks in _below(process))
    return own.user + own.system + ticks / os.sysconf("SC_CLK_TCK")


def _below(process: int) -> list[tuple[int, int]]:
    """The processes below one, with their clock ticks."""
    parents: dict[int, list[tuple[int, int]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            cells = stat.read_text("utf-8", "replace").rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        ticks = sum(map(int, cells[11:15]))
        parents.setdefault(int(cells[1]), []).append((int(stat.parent.name), ticks))
    below = list(parents.get(process, []))
    for pid, _ in below:
        below += parents.get(pid, [])
    return below


def _pss(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def measure(name: str, engine: Engine, entries: Sequence[Entry], recipe: AlignPairs) -> Watch:
    """Align `entries` into a folder that goes again; print the rate, with and without the start.

    The start is what a run over a single pair takes; the rate without it is that of the last three
    quarters, when every worker is at work.
    """
    first = Watch(1, processor_of(os.getpid()))
    start = _timed(engine, entries[:1], recipe, first)[0]
    watch = Watch(max(1, len(entries) // 40), processor_of(os.getpid()))
    seconds, failures = _timed(engine, entries, recipe, watch)
    quarter, last = watch.moments[len(watch.moments) // 4], watch.moments[-1]
    steady = (last[1] - quarter[1]) / max(last[0] - quarter[0], 1e-9)
    WHOLE[name] = watch.sentences / seconds
    RATES[name] = steady
    spent, counted = watch.processor - first.processor, watch.counted - first.counted
    COSTS[name] = 1000 * spent / counted
    if name.startswith("Ray"):  # its daemons come and go, and what they used with them
        COSTS[name] = float("nan")
    rates = f"{watch.sentences / seconds:>9.0f}{steady:>12.0f}{COSTS[name]:>12.2f}"
    print(f"  {name:<24}{rates}{start:>10.1f}{len(failures):>8}", flush=True)
    for reason in failures[:5]:
        print(f"    {reason[-150:]}")
    return watch


def _timed(
    engine: Engine, entries: Sequence[Entry], recipe: AlignPairs, watch: Watch
) -> tuple[float, list[str]]:
    with tempfile.TemporaryDirectory() as out:
        start = time.perf_counter()
        report = run_batch(entries, recipe, Path(out), engine=engine, watch=watch)
        return time.perf_counter() - start, [record.reason for _, record in report.failed]


RATES: dict[str, float] = {}  # sentences a second while all are at work
WHOLE: dict[str, float] = {}  # the same over the whole run, its start included
COSTS: dict[str, float] = {}  # milliseconds of processor time a sentence, whoever else is busy


def in_process(recipe: AlignPairs, entries: Sequence[Entry]) -> None:
    """The floor: a plain loop over the pairs in this process, nothing written."""
    work = recipe()
    work(PairTask(entries[0].id, entries[0].zh, entries[0].en))
    start, processor = time.perf_counter(), time.process_time()
    sentences = 0
    for entry in entries:
        outcome = work(PairTask(entry.id, entry.zh, entry.en))
        sentences += outcome.zh_sentences + outcome.en_sentences
    RATES[PLAIN] = WHOLE[PLAIN] = sentences / (time.perf_counter() - start)
    COSTS[PLAIN] = 1000 * (time.process_time() - processor) / sentences
    print(f"  {PLAIN:<24}{'':>9}{RATES[PLAIN]:>12.0f}{COSTS[PLAIN]:>12.2f}")


def main() -> int:
    """Make the archive, pair it, align it, compare the engines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--aligned", type=int, help="how many pairs are aligned; else all")
    parser.add_argument("--sample", type=int, default=200, help="pairs for comparing engines")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=8, help="of the archive; 8 was tuned on")
    parser.add_argument("--pairing-only", action="store_true")
    parser.add_argument("--keep", type=Path, help="make the archive here and keep it")
    parser.add_argument("--no-ray", action="store_true")
    arguments = parser.parse_args()
    if not DEV.is_file():
        print("needs shared/data/dev (set ALIGN_SHARED)", file=sys.stderr)
        return 2
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    scratch = Path(tempfile.mkdtemp(prefix="align-archive-"))
    try:
        folder = arguments.keep or scratch / "archive"
        count = arguments.pairs
        truth = make_archive(
            folder, count, alone=count // 10, corrupt=count // 50, seed=arguments.seed
        )
        print(f"archive: {count} pairs, {truth.sentences} sentence pairs")
        entries = check_pairing(folder, truth, scratch / "cache", arguments.workers)
        if arguments.pairing_only:
            return 0
        recipe = AlignPairs.of(PairOptions())
        heads = ("in all", "running", "CPU ms each", "start s", "failed")
        print("\n  {:<24}{:>9}{:>12}{:>12}{:>10}{:>8}".format("sentences a second", *heads))
        workers = arguments.workers
        local = partial(run_local, workers=workers, timeout=60.0)
        some = entries[: arguments.aligned]
        watch = measure(f"{len(some)} pairs, {workers} processes", local, some, recipe)
        sample = entries[:: max(1, len(entries) // arguments.sample)][: arguments.sample]
        in_process(recipe, sample)
        measure("1 process", partial(run_local, workers=1, timeout=60.0), sample, recipe)
        measure(f"{workers} processes", local, sample, recipe)
        if not arguments.no_ray:
            from align.batch.ray_engine import connect, run_ray

            began = time.perf_counter()
            connect()
            print(
                f"  a cluster of Ray on this machine starts in {time.perf_counter() - began:.1f} s"
            )
            for actors in (1, workers):
                ray = partial(run_ray, actors=actors, timeout=60.0)
                measure(f"Ray, {actors} actors", ray, sample, recipe)
        compare_rates(workers)
        flatness(watch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return 0


def compare_rates(workers: int) -> None:
    """Ratios, which other work on the machine disturbs less than the rates."""
    print()
    one, many = "1 process", f"{workers} processes"
    print(f"{'':<34}{'running':>8}{'in all':>8}{'CPU':>8}")
    compared = [(one, PLAIN), (many, one), ("Ray, 1 actors", one), (f"Ray, {workers} actors", many)]
    for name, peer in compared:
        if name in RATES:
            ratios = f"{RATES[name] / RATES[peer]:>8.2f}{WHOLE[name] / WHOLE[peer]:>8.2f}"
            ratios += f"{COSTS[name] / COSTS[peer]:>8.2f}"
            print(f"{name + ' / ' + peer:<34}{ratios}")


def flatness(watch: Watch) -> None:
    """Memory in the second and in the last quarter of the whole run."""
    quarter = max(1, len(watch.memory) // 4)
    for name, place in (("driver", 0), ("workers", 1)):
        values = [sample[place] / 2**20 for sample in watch.memory]
        early, late = max(values[quarter : 2 * quarter] or values), max(values[-quarter:])
        ratio = late / early
        print(
            f"memory, {name:<8} {early:.0f} MB in the second quarter, {late:.0f} in the last:",
            end="",
        )
        print(f" {ratio:.3f}")


if __name__ == "__main__":
    sys.exit(main())
