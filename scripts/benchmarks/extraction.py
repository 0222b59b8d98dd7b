"""How many terms of a record's termbase are among the first candidates, with the right rendering.

    scripts/bench extraction [--first 300]

The extraction knows nothing of the termbase. The floor in the same run: the most frequent runs of
two to six Chinese characters, each with the English words that keep company with it most (Dice).
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.pipeline import align_files
from align.terms.extract import ExtractOptions, extract_terms
from align.terms.renderings import key
from align.terms.termbase import Termbase, accepted, load_termbase
from align.terms.wordalign import WordAligner


def floor(units: list[TranslationUnit], first: int) -> list[tuple[str, str]]:
    """Frequent character runs with the English run of words that co-occurs best."""
    runs: dict[str, set[int]] = {}
    phrases: dict[str, set[int]] = {}
    for place, unit in enumerate(units):
        for clause in re.findall(r"[\u4e00-\u9fff+]+", unit.source):
            for size in range(2, 7):
                for at in range(len(clause) - size + 1):
                    runs.setdefault(clause[at : at + size], set()).add(place)
        words = re.findall(r"[\w+-]+", unit.target.lower())
        for size in range(1, 5):
            for at in range(len(words) - size + 1):
                phrases.setdefault(" ".join(words[at : at + size]), set()).add(place)
    best = sorted(runs, key=lambda run: (-len(runs[run]) * len(run), run))[:first]
    return [
        (run, max(phrases, key=lambda p: (_dice(phrases[p], runs[run]), len(p), p))) for run in best
    ]


def _dice(one: set[int], other: set[int]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def right(pairs: list[tuple[str, str]], termbase: Termbase) -> tuple[int, int]:
    """How many concepts are among the pairs, and how many of these with an accepted rendering."""
    chosen: dict[str, str] = {}
    for zh, en in pairs:
        chosen.setdefault(zh, en)
    found: Counter[str] = Counter()
    for concept in termbase:
        good = {key(term.text) for term in accepted(concept, "en")}
        for term in concept.in_language("zh"):
            found["proposed"] += term.text in chosen
            found["right"] += key(chosen.get(term.text, "")) in good
    return found["proposed"], found["right"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=300)
    options = parser.parse_args()
    record = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared")) / "record"
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    termbase = load_termbase(record / "terms.tsv")
    units = list(align_files(record / "zh.txt", record / "en.txt", encoder=encoder).units)
    begin = time.process_time()
    found = extract_terms(
        units, WordAligner(encoder, units), options=ExtractOptions(limit=options.first)
    )
    seconds = time.process_time() - begin
    print(f"{encoder.name}@{encoder.revision}, {len(units)} units, {len(termbase)} terms")
    for name, pairs in (
        ("align terms extract", [(one.source, one.target) for one in found]),
        ("frequency and Dice", floor(units, options.first)),
    ):
        proposed, good = right(pairs, termbase)
        share = good / len(termbase)
        print(
            f"{name:20} first {options.first}: {proposed:4} proposed, {good:4} right ({share:.1%})"
        )
    print(f"{seconds:.1f} s of processor time")


if __name__ == "__main__":
    main()
