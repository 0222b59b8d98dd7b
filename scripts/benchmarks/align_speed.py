"""Time and memory of `align pair` from raw files to TMX, from 1,000 to 100,000 sentences a side.

    scripts/bench align_speed [--sizes 1000,10000,100000]

Documents are made from the sentence pairs of the private dev set (ALIGN_SHARED) by merging,
splitting, dropping and moving. The floor in the same run: one product of the two sides' sentence
vectors, n x m, which an aligner that compares all sentences cannot do without.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]


def make_files(folder: Path, size: int) -> int:
    """Write zh.txt, en.txt and gold.align; return the number of gold beads."""
    from training.synthetic import make_document

    from align.alignment.bead_files import format_bead

    shared = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
    with lzma.open(shared / "data/dev/wmt21-24_tests.tsv.xz", "rt", encoding="utf-8") as file:
        pairs = [tuple(line.rstrip("\n").split("\t")[:2]) for line in file]
    # The set is smaller than the largest document: blocks of it are repeated in another order.
    blocks = [pairs[at : at + 37] for at in range(0, len(pairs), 37)]
    chosen: list[tuple[str, str]] = []
    step = 1
    while len(chosen) < size:
        for k in range(len(blocks)):
            chosen += [(zh, en) for zh, en in blocks[k * step % len(blocks)]]
            if len(chosen) >= size:
                break
        step += 2
    source, target, gold = make_document(chosen[:size], seed=7, structured=False)
    for name, document in (("zh.txt", source), ("en.txt", target)):
        text = "\n".join(segment.text.replace("\n", " ") for segment in document.segments)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    (folder / "gold.align").write_text(
        "\n".join(format_bead(s, t) for s, t in gold) + "\n", encoding="utf-8"
    )
    return len(gold)


_RUN = """
import json, resource, subprocess, sys, time
begun = time.monotonic()
code = subprocess.call(sys.argv[1:], stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"code": code, "wall": time.monotonic() - begun,
                  "cpu": used.ru_utime + used.ru_stime, "mb": used.ru_maxrss / 1024}))
"""


def run(folder: Path) -> dict[str, float]:
    """Wall and CPU seconds and peak memory of one `align pair`."""
    command = [
        sys.executable, "-m", "align", "pair", str(folder / "zh.txt"), str(folder / "en.txt"),
        "-o", str(folder / "out.tmx"), "--beads", str(folder / "out.align"), "--pre-segmented",
    ]  # fmt: skip
    printed = subprocess.run(
        [sys.executable, "-c", _RUN, *command], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    result: dict[str, float] = json.loads(printed)
    return result


def product_floor(folder: Path) -> float:
    """Seconds of the n x m product of sentence vectors alone, in blocks."""
    from align.embedding.load import load_encoder

    encoder = load_encoder(None)
    vectors = [
        encoder.encode((folder / name).read_text(encoding="utf-8").split("\n")[:-1])
        for name in ("zh.txt", "en.txt")
    ]
    begun = time.monotonic()
    for at in range(0, len(vectors[0]), 512):
        (vectors[0][at : at + 512] @ vectors[1].T).max(axis=1)
    return time.monotonic() - begun


def main() -> None:
    from align.alignment.bead_files import read_beads
    from align.alignment.evaluation import score

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,3000,10000,30000,100000")
    args = parser.parse_args()
    print("sentences   wall s   cpu s   peak MB   n x m product s   wall / product   strict F1")
    for size in map(int, args.sizes.split(",")):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_files(folder, size)
            result = run(folder)
            if result["code"]:
                print(f"{size:9d}   failed with exit code {result['code']:.0f}")
                continue
            floor = product_floor(folder)
            found = score([(read_beads(folder / "gold.align"), read_beads(folder / "out.align"))])
            print(
                f"{size:9d} {result['wall']:8.1f} {result['cpu']:7.1f} {result['mb']:9.0f} "
                f"{floor:17.2f} {result['wall'] / floor:16.1f} {found.f1_strict:11.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
