"""How often the right rendering of a term is found first from a memory alone, without a termbase.

    scripts/bench lookup_quality [--terms 50]

The terms are the first of the record's termbase that occur in it, in an order that a fixed seed
shuffles; the termbase only judges. The floor in the same run: the run of English words that keeps
company with the term most (Dice), among the units that hold it.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.memory import TranslationMemory
from align.pipeline import align_files
from align.terms.lookup import lookup
from align.terms.renderings import key
from align.terms.termbase import accepted, load_termbase, preferred


def floor(term: str, units: list[TranslationUnit]) -> str:
    """The words that keep company with a term."""
    phrases: dict[str, set[int]] = {}
    for place, unit in enumerate(units):
        words = re.findall(r"[\w+-]+", unit.target.lower())
        for size in range(1, 6):
            for at in range(len(words) - size + 1):
                phrases.setdefault(" ".join(words[at : at + size]), set()).add(place)
    own = {place for place, unit in enumerate(units) if term in unit.source}
    return max(phrases, key=lambda p: (2 * len(phrases[p] & own) / (len(phrases[p]) + len(own)), p))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terms", type=int, default=50)
    options = parser.parse_args()
    record = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared")) / "record"
    encoder = load_encoder()
    units = list(align_files(record / "zh.txt", record / "en.txt", encoder=encoder).units)
    concepts = list(load_termbase(record / "terms.tsv"))
    random.Random(1).shuffle(concepts)
    right: Counter[str] = Counter()
    asked = 0
    seconds = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.sqlite"
        with TranslationMemory.open(path, create=True, encoder=encoder) as memory:
            memory.add(units, origin="record", now="20240101T000000Z")
            for concept in concepts:
                term = preferred(concept, "zh") or ""
                if asked == options.terms or not any(term in unit.source for unit in units):
                    continue
                asked += 1
                good = {key(one.text) for one in accepted(concept, "en")}
                begin = time.process_time()
                found = lookup(term, memory=memory, encoder=encoder).renderings
                seconds += time.process_time() - begin
                right["align lookup"] += bool(found) and key(found[0].text) in good
                right["Dice"] += key(floor(term, units)) in good
    print(f"{encoder.name}@{encoder.revision}, {len(units)} units, {asked} terms")
    for name in ("align lookup", "Dice"):
        print(f"{name:14} right rendering first: {right[name]:3} ({right[name] / asked:.1%})")
    print(f"{seconds / asked * 1000:.0f} ms of processor time a lookup")


if __name__ == "__main__":
    main()
