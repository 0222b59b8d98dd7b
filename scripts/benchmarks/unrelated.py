"""How translations differ from pairs that are none, for every pair of corpora/."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]


def main() -> None:
    from align.alignment.aligner import align_with_evidence
    from align.alignment.diagnosis import diagnose
    from align.document import read_document
    from align.embedding.load import load_encoder

    encoder = load_encoder(None)
    folders = sorted(path.parent for path in (ROOT / "corpora").glob("*/zh.txt"))
    documents = {
        folder.name: [read_document(folder / f"{lang}.txt") for lang in ("zh", "en")]
        for folder in folders
    }
    print("Chinese           English           similarity  anchors in order  judged")
    for zh, (source, _) in documents.items():
        for en, (_, target) in documents.items():
            alignment, evidence = align_with_evidence(source, target, encoder)
            assert evidence is not None
            anchors = evidence.anchors
            judged = "unrelated" if diagnose(alignment, evidence).unrelated else "translation"
            share = f"{len(anchors.chain)} of {len(anchors.source)}"
            print(f"{zh:17s} {en:17s} {evidence.similarity:10.3f}  {share:>16s}  {judged}")


if __name__ == "__main__":
    main()
