"""Sentence boundaries: precision and recall on hand-segmented documents, sentences a second."""

from __future__ import annotations

import argparse
import os
import re
import time
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from align.document import read_document
from align.document.segmentation import split

ROOT = Path(__file__).resolve().parent.parent.parent
NAIVE = {
    "zh": re.compile(r"[。！？][”’」』）)]*"),
    "en": re.compile(r"[.!?][\"'”’)]*(?=\s|$)"),
}


def documents() -> Iterator[tuple[str, str, list[str]]]:
    """Name, language and sentences of each document that was segmented by hand."""
    shared = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
    for folder in sorted((shared / "gold").glob("*")):
        for path in sorted((*folder.glob("*.zh"), *folder.glob("*.en"))):
            yield f"{folder.name}/{path.name}", path.suffix[1:], sentences_in(path)


def sentences_in(path: Path) -> list[str]:
    """The lines of a file with one sentence a line."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line]


def raw_documents() -> None:
    """Whole sentences found in raw documents: reflow, structure and segmentation together."""
    for folder in sorted((ROOT / "corpora").glob("*/")):
        for lang in ("zh", "en"):
            gold = sentences_in(folder / f"{folder.name}.{lang}")
            document = read_document(folder / f"{lang}.txt")
            found = [segment.text for segment in document.segments]
            blocks = SequenceMatcher(None, found, gold, autojunk=False).get_matching_blocks()
            hits = sum(block.size for block in blocks)
            name = f"{folder.name}/{lang}.txt"
            print(f"{name:<34} {len(gold):>5} {hits / len(found):>9.3f} {hits / len(gold):>7.3f}")


def boundaries(sentences: list[str], joiner: str) -> tuple[str, set[int]]:
    """The sentences as one text, and where each but the last ends."""
    ends, at = set(), 0
    for sentence in sentences:
        at += len(sentence)
        ends.add(at)
        at += len(joiner)
    text = joiner.join(sentences)
    return text, ends - {len(text)}


def score(found: set[int], gold: set[int]) -> tuple[float, float]:
    """Precision and recall of boundaries."""
    hits = len(found & gold)
    return hits / max(1, len(found)), hits / max(1, len(gold))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="print each wrong boundary")
    options = parser.parse_args()
    print(
        f"{'document':<34} {'gold':>5} {'precision':>9} {'recall':>7} {'naive P':>8} {'naive R':>8}"
    )
    seconds, n_sentences, totals = 0.0, 0, {"zh": [0, 0, 0], "en": [0, 0, 0]}
    for name, lang, sentences in documents():
        text, gold = boundaries(sentences, "" if lang == "zh" else " ")
        started = time.perf_counter()
        found = {end for _, end in split(text, lang)} - {len(text)}
        seconds += time.perf_counter() - started
        n_sentences += len(sentences)
        naive = {match.end() for match in NAIVE[lang].finditer(text)} - {len(text)}
        ours, theirs = score(found, gold), score(naive, gold)
        figures = f"{ours[0]:>9.3f} {ours[1]:>7.3f} {theirs[0]:>8.3f} {theirs[1]:>8.3f}"
        print(f"{name:<34} {len(gold):>5} {figures}")
        for key, value in enumerate((len(found & gold), len(found), len(gold))):
            totals[lang][key] += value
        if options.errors:
            for end in sorted(found ^ gold):
                kind = "too many" if end in found else "missing"
                print(f"    {kind:<8} {text[max(0, end - 30) : end]!r} | {text[end : end + 20]!r}")
    for lang, (hits, found_n, gold_n) in totals.items():
        print(f"all {lang}: precision {hits / found_n:.4f}, recall {hits / gold_n:.4f}")
    print(f"{n_sentences / seconds:,.0f} sentences a second")
    print("\nwhole sentences of raw documents, after reflow:")
    raw_documents()


if __name__ == "__main__":
    main()
