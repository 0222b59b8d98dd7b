"""How many sentences that a translation leaves out are found to be without a counterpart.

    scripts/bench omissions [--seeds 5] [--share 0.04] [--weights weights.json]

Of the gold documents of corpora/, and of the private gold set where ALIGN_SHARED names it, one side
of some 1-1 beads is taken out; all else stays. Found is a sentence that stands alone then; false is
one that stands alone and has a counterpart. The floor in the same run: sentences whose highest cosine
to any sentence of the other side is below the threshold that serves these documents best.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from training.gold import read_corpora, read_gold
from training.synthetic import Sentence, alone_in, leave_out

from align.alignment.aligner import AlignOptions, align
from align.alignment.model.weights import Weights, load_weights
from align.datatypes import Document
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder


@dataclass
class Tally:
    """What was left out, and what of it was found."""

    out: int = 0
    found: int = 0
    false: int = 0

    def line(self) -> str:
        """Recall and precision."""
        recall = self.found / max(self.out, 1)
        precision = self.found / max(self.found + self.false, 1)
        return f"{self.out:8d} {recall:8.3f} {precision:10.3f}"


def highest_cosines(sides: tuple[Document, Document], encoder: Encoder) -> dict[Sentence, float]:
    """The highest cosine of each sentence to one of the other side."""
    first, second = (encoder.encode([s.text for s in side.segments]) for side in sides)
    table = first @ second.T
    found = {(0, k): float(value) for k, value in enumerate(table.max(axis=1))}
    return found | {(1, k): float(value) for k, value in enumerate(table.max(axis=0))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--share", type=float, default=0.04, help="of the 1-1 beads")
    parser.add_argument("--weights", type=Path, help="of the aligner, in place of the shipped ones")
    args = parser.parse_args()
    encoder = load_encoder(None)
    weights: Weights = load_weights(args.weights) if args.weights else load_weights()
    tallies: dict[str, Tally] = {}
    cosines: list[tuple[float, bool]] = []
    shared = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
    documents = [*read_corpora(ROOT / "corpora"), *read_gold(shared / "gold")]
    for number, gold in enumerate(documents):
        for seed in range(args.seeds):
            rng = random.Random(1000 * number + seed)
            source, target, beads, alone = leave_out(
                gold.source, gold.target, gold.beads, args.share, rng
            )
            result = align(source, target, encoder, options=AlignOptions(weights=weights))
            said = alone_in([(tuple(b.source), tuple(b.target)) for b in result.beads])
            truly = alone_in(beads)
            for genre in (gold.genre, "all"):
                tally = tallies.setdefault(genre, Tally())
                tally.out += len(alone)
                tally.found += len(said & alone)
                tally.false += len(said - truly)
            cosines += [
                (value, place in alone)
                for place, value in highest_cosines((source, target), encoder).items()
                if place in alone or place not in truly
            ]
    print(f"{encoder.name}@{encoder.revision}, aligner {weights.version}, {args.seeds} seeds")
    print("               left out   recall  precision")
    for genre, tally in tallies.items():
        print(f"{genre:14s} {tally.line()}")
    values = np.array(sorted(cosines))
    hits = np.cumsum(values[:, 1])
    total = int(hits[-1])
    best = int(np.argmax(2 * hits / (np.arange(1, len(hits) + 1) + total)))
    floor = Tally(total, int(hits[best]), best + 1 - int(hits[best]))
    print(f"{'cosine floor':14s} {floor.line()}")


if __name__ == "__main__":
    main()
