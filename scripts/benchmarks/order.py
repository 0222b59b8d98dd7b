"""Sentences in another order: runs of corpora/ moved about, before and after crossings are sought.

For each document three runs of sentences that are paired one to one (4, 7 and 12 long) are put in
another order on the English side, with fifteen beads of context on either side. Counted are the
units of these sentences that are right, those that hold another sentence, and those left alone; the
floor is the same alignment without looking for crossings. Below, what is found where all is in order.
"""

from __future__ import annotations

import contextlib
import random
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]

from align.datatypes import Alignment, TranslationUnit

SIZES = (4, 7, 12)
AROUND = 15
SEEK = "align.pipeline.in_another_order"


def main() -> None:
    """Print the table."""
    from align.embedding.load import load_encoder
    from align.pipeline import PairOptions, align_files

    encoder = load_encoder(None)
    options = PairOptions(pre_segmented=True, force=True)
    rng = random.Random(5)
    counts = {"with crossings": [0, 0, 0], "without (floor)": [0, 0, 0]}
    false = total = 0
    with tempfile.TemporaryDirectory() as folder:
        for gold in sorted((ROOT / "corpora").glob("*/*.gold")):
            found = align_files(gold.parent / "zh.txt", gold.parent / "en.txt", encoder=encoder)
            false += len(found.alignment.crossings)
            for size in SIZES:
                place = Path(folder) / f"{gold.parent.name}-{size}"
                true = _moved(found.alignment, size, rng, place)
                if not true:
                    continue
                total += len(true)
                for name, seek in (("with crossings", True), ("without (floor)", False)):
                    with contextlib.nullcontext() if seek else mock.patch(SEEK, _in_order):
                        result = align_files(
                            f"{place}.zh", f"{place}.en", options=options, encoder=encoder
                        )
                    _count(result.pairs, true, counts[name])
    print(f"{'of ' + str(total):20s} {'right':>6s} {'other':>6s} {'alone':>6s}")
    for name, (right, other, alone) in counts.items():
        print(f"{name:20s} {right:6d} {other:6d} {alone:6d}")
    print(f"crossings found in corpora/ as it is, which is in order: {false}")


def _in_order(alignment: Alignment, *vectors: object) -> tuple[Alignment, tuple[str, ...]]:
    """As if every text were in order."""
    return alignment, ()


def _count(units: Iterable[TranslationUnit], true: dict[str, str], counts: list[int]) -> None:
    """Add the sentences that are right, that stand with another one, and that stand alone."""
    paired = [(unit.source, unit.target) for unit in units if unit.source and unit.target]
    for mine, theirs in true.items():
        if (mine, theirs) in paired:
            counts[0] += 1
        elif any(mine in source for source, _ in paired):
            counts[1] += 1
        else:
            counts[2] += 1


def _moved(alignment: Alignment, size: int, rng: random.Random, place: Path) -> dict[str, str]:
    """Write a stretch with a run in another order; which sentence belongs to which."""
    beads = alignment.beads
    starts = [
        start
        for start in range(len(beads) - size)
        if all(bead.type == "1-1" for bead in beads[start : start + size])
    ]
    if not starts:
        return {}
    start = rng.choice(starts)
    run = beads[start : start + size]
    mixed = [bead.target for bead in run]
    rng.shuffle(mixed)
    stretch = beads[max(0, start - AROUND) : start + size + AROUND]
    zh = [alignment.source[i].text for bead in stretch for i in bead.source]
    before = [bead.target for bead in stretch if bead.target.start < run[0].target.start]
    after = [bead.target for bead in stretch if bead.target.start > run[-1].target.start]
    en = [alignment.target[j].text for columns in (*before, *mixed, *after) for j in columns]
    Path(f"{place}.zh").write_text("\n".join(zh), encoding="utf-8")
    Path(f"{place}.en").write_text("\n".join(en), encoding="utf-8")
    return {
        alignment.source[bead.source.start].text: alignment.target[bead.target.start].text
        for bead in run
    }


if __name__ == "__main__":
    main()
