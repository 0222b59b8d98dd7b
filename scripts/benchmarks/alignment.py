"""Strict and lax F1 of the shipped weights on corpora/, with the beads that are not in the gold."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]


def main() -> None:
    from align.alignment.bead_files import format_bead, read_beads
    from align.alignment.evaluation import score
    from align.embedding.load import load_encoder
    from align.pipeline import align_files

    encoder = load_encoder(None)
    pairs = []
    for gold_file in sorted((ROOT / "corpora").glob("*/*.gold")):
        folder, gold = gold_file.parent, read_beads(gold_file)
        result = align_files(folder / "zh.txt", folder / "en.txt", encoder=encoder)
        found = [(tuple(b.source), tuple(b.target)) for b in result.alignment.beads]
        pairs.append((gold, found))
        total = score([(gold, found)])
        print(f"{folder.name:15s} strict F1 {total.f1_strict:.4f}  lax {total.f1_lax:.4f}")
        for bead in result.alignment.beads:
            if (tuple(bead.source), tuple(bead.target)) not in gold:
                line = format_bead(bead.source, bead.target)
                print(f"    not in the gold: {line}  confidence {bead.confidence:.2f}")
    total = score(pairs)
    print(f"{'all':15s} strict F1 {total.f1_strict:.4f}  lax {total.f1_lax:.4f}")
    print("Held-out figures on gold alignments: scripts/train_aligner --no-final")


if __name__ == "__main__":
    main()
