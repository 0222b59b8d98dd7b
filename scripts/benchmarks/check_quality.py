"""Recall and precision of the check on mistakes planted in a real record, and its false alarms.

    scripts/bench check_quality [--seeds 6]

The floor in the same run: a check by substrings alone, which takes a term for missing where no
accepted rendering occurs and a number for wrong where its digits do not occur.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "terms")]

from planting import measured, plant

from align.datatypes import Finding, TranslationUnit
from align.embedding.load import load_encoder
from align.pipeline import align_files
from align.terms.check import check_units
from align.terms.termbase import Termbase, accepted, load_termbase


def floor(units: Sequence[TranslationUnit], termbase: Termbase) -> list[Finding]:
    """What substring search finds."""
    pairs = [
        (term.text, [t.text.lower() for t in accepted(concept, "en")])
        for concept in termbase
        for term in concept.in_language("zh")
    ]
    found = []
    for place, unit in enumerate(units):
        target = unit.target.lower()
        for zh, en in pairs:
            if zh in unit.source and not any(text in target for text in en):
                found.append(Finding("term-missing", "error", "", unit=place, source=zh))
        for digits in re.findall(r"\d+", unit.source):
            if digits not in unit.target:
                found.append(Finding("number-mismatch", "error", "", unit=place, source=digits))
        if not unit.target or not unit.source:
            found.append(Finding("omission", "error", "", unit=place))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6)
    options = parser.parse_args()
    record = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared")) / "record"
    encoder = load_encoder()
    termbase = load_termbase(record / "terms.tsv")
    units = list(align_files(record / "zh.txt", record / "en.txt", encoder=encoder).units)
    checks = {
        "align check": lambda some: check_units(some, termbase, encoder=encoder),
        "substring floor": lambda some: floor(some, termbase),
    }
    print(f"{encoder.name}@{encoder.revision}, {len(units)} units, seeds 1 to {options.seeds}")
    print(
        f"{'':16} {'planted':>8} {'recall':>8} {'precision':>10} {'errors and warnings, untouched':>32}"
    )
    for name, check in checks.items():
        before = check(units)
        planted = lost = fresh = stray = 0
        kinds: Counter[str] = Counter()
        missed_kinds: Counter[str] = Counter()
        for seed in range(1, options.seeds + 1):
            changed, plants = plant(units, termbase, seed=seed)
            after = check(changed)
            _, precision, missed, odd = measured(plants, before, after)
            planted += len(plants)
            lost += len(missed)
            stray += len(odd)
            fresh += round(len(odd) / (1 - precision)) if precision < 1 else len(plants)
            kinds.update(one.kind for one in plants)
            missed_kinds.update(one.kind for one in missed)
        alarms = Counter(one.severity for one in before)
        print(
            f"{name:16} {planted:8} {1 - lost / planted:8.3f} {1 - stray / max(fresh, 1):10.3f}"
            f" {alarms['error']:20} {alarms['warning']:11}"
        )
        if name == "align check":
            detail = ", ".join(f"{k} {n - missed_kinds[k]}/{n}" for k, n in kinds.items())
    print(detail)


if __name__ == "__main__":
    main()
