"""What a hundred million pairs would take: bytes and rates of every store, measured on a part."""

from __future__ import annotations

import argparse
import lzma
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from align.atomic import replacing
from align.batch.archive_run import tmx_path
from align.batch.journal import Record, hash_file
from align.batch.memory_filling import fill_memory
from align.batch.tmx_merge import merge
from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.formats import tmx
from align.memory import indexes
from align.memory.meaning import Closer
from align.memory.searching import CLOSER

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
TEXTS = SHARED / "data" / "train" / "jiyu_general.tsv.xz"
ALL = 100_000_000
SIGNATURE = "align:0.1.0|model:zh-en-static@0123456789ab|segmenter:1|weights:1@01234567"


def read_texts(count: int) -> list[tuple[str, str]]:
    """`count` different sentence pairs."""
    with lzma.open(TEXTS, "rt", encoding="utf-8") as file:
        rows = dict.fromkeys(
            tuple(line.rstrip("\n").split("\t")) for line in islice(file, 2 * count)
        )
        return [(row[0], row[1]) for row in islice(rows, count)]


def write_archive(texts: list[tuple[str, str]], out: Path, each: int = 100) -> list[Record]:
    """TMX files as `align batch` leaves them, `each` units in one."""
    (out / "tmx").mkdir(parents=True)
    records = []
    for start in range(0, len(texts), each):
        name = f"document-{start:08d}"
        units = [
            TranslationUnit(
                *(zh, en),
                confidence=0.987654,
                bead_type="1-1",
                paragraph=f"¶{place}",
                origin=name,
                signature=SIGNATURE,
            )
            for place, (zh, en) in enumerate(texts[start : start + each])
        ]
        with replacing(tmx_path(out, name)) as file:
            tmx.write_units(file, units)
        path = tmx_path(out, name)
        records.append(Record(name, "", "done", output=hash_file(path), units=len(units)))
    return records


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time that `work` takes: others may be at work on the machine."""
    start = time.process_time()
    work()
    return time.process_time() - start


def row(name: str, count: int, size: float | None, seconds: float | None) -> None:
    """A line of the table: measured, and multiplied."""
    cells = [f"{name:<34}"]
    cells.append(f"{size / count:>9.0f}{size / count * ALL / 1e9:>10.0f}" if size else f"{'':>19}")
    if seconds:
        cells.append(f"{count / seconds:>12,.0f}{ALL * seconds / count / 3600:>10.1f}")
    print("".join(cells), flush=True)


def main() -> int:
    """Write, merge, remember and index some units."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=200_000)
    arguments = parser.parse_args()
    if not TEXTS.is_file():
        print("needs shared/data/train (set ALIGN_SHARED)", file=sys.stderr)
        return 2
    texts = read_texts(arguments.units)
    count = len(texts)
    print(f"{count} units measured; GB and hours are for {ALL:,}, on one core")
    print(f"{'':<34}{'bytes':>9}{'GB':>10}{'units/s':>12}{'hours':>10}")
    with tempfile.TemporaryDirectory(prefix="align-scale-") as name:
        out = Path(name)
        records: list[Record] = []
        seconds = timed(lambda: records.extend(write_archive(texts, out)))
        size = sum(path.stat().st_size for path in (out / "tmx").iterdir())
        row("TMX, one a document", count, size, seconds)
        paths = [(record.id, tmx_path(out, record.id)) for record in records]
        seconds = timed(lambda: merge(paths, out / "all.tmx"))
        row("merged TMX (--merge)", count, (out / "all.tmx").stat().st_size, seconds)
        memory = out / "memory.db"
        seconds = timed(lambda: fill_memory(memory, records, out, now="20260101T000000Z"))
        row(
            "memory (--memory)",
            count,
            sum(p.stat().st_size for p in out.glob("memory.db*")),
            seconds,
        )
        (out / "x").write_bytes((out / "all.tmx").read_bytes())
        with lzma.open(out / "x.xz", "wb", preset=1) as file:
            file.write((out / "x").read_bytes())
        row("merged TMX, xz -1", count, (out / "x.xz").stat().st_size, None)
    vectors(texts)
    return 0


def vectors(texts: list[tuple[str, str]]) -> None:
    """Encode, then index in each way; is the text that a query translates found first?"""
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    zh = np.zeros((0, encoder.dim), np.float32)
    start = time.process_time()
    zh = encoder.encode([pair[0] for pair in texts])
    row("vectors, float16", len(texts), 2.0 * zh.size, time.process_time() - start)
    bench = Search(texts, zh, encoder.encode([pair[1] for pair in texts[:2000]]), Closer(encoder))
    bench.show("Flat", 4 * encoder.dim)
    lists = indexes.lists_for(len(zh))
    kinds = (",SQ8", ",PQ128x4fs", ",PQ64np", "_HNSW32,PQ64np", ",PQ32np")
    for name, each in zip(kinds, (encoder.dim, 64, 64, 64, 32), strict=True):
        bench.show(f"IVF{lists}{name}", each)


@dataclass(frozen=True, slots=True)
class Search:
    """Queries, the first of which translates the first text, and so on."""

    texts: list[tuple[str, str]]
    base: NDArray[np.float32]
    queries: NDArray[np.float32]
    closer: Closer

    def show(self, name: str, size: int) -> None:
        """Build FAISS's index of this name; bytes, rate, and how well and fast it finds."""
        base = self.base
        start = time.process_time()
        index = faiss.index_factory(base.shape[1], name, faiss.METRIC_INNER_PRODUCT)
        if not index.is_trained:
            count = indexes.lists_of(index).nlist * indexes.SAMPLE
            index.train(base[:: max(1, len(base) // count)])
            indexes.set_reading(index)
        trained = time.process_time()
        with indexes.filling(index):
            index.add(base)
        row(
            f"index {name}", len(base), float((size + 8) * len(base)), time.process_time() - trained
        )
        places, each = self._asked(index)
        truth = np.arange(len(places))
        found = [
            float((places[:, :most] == truth[:, None]).any(axis=1).mean()) for most in (1, CLOSER)
        ]
        closely = np.mean([self._closely(row, place) for row, place in enumerate(places)])
        print(
            f"{'':<34}trained in {trained - start:.0f} s; {each * 1000:.2f} ms a query; right first"
            f" {found[0]:.3f}, in {CLOSER} {found[1]:.3f}, first after the closer look {closely:.3f}",
            flush=True,
        )

    def _asked(self, index: faiss.Index) -> tuple[NDArray[np.int64], float]:
        start = time.process_time()
        places = np.concatenate([index.search(query[None], CLOSER)[1] for query in self.queries])
        return places, (time.process_time() - start) / len(places)

    def _closely(self, row: int, places: NDArray[np.int64]) -> bool:
        held = places[places >= 0]
        scores = self.closer.scores(self.texts[row][1], [(self.texts[n][0], "") for n in held])
        return bool(len(held) and held[scores.argmax()] == row)


if __name__ == "__main__":
    sys.exit(main())
