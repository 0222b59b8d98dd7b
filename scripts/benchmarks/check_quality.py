"""Recall and precision of the check on mistakes planted in documents, and its false alarms.

    scripts/bench check_quality [--seeds 6] [--documents record|own|all] [--show]

`own` are the documents of corpora/ and those of data/check, which were written for this measurement:
no threshold was set on them. The record is private; without it only the others are measured.
The floor in the same run: a check by substrings alone, which takes a term for missing where no
accepted rendering occurs and a number for wrong where its digits do not occur.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(__file__).resolve().parent / "data" / "check"
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "terms" / "checking")]

import opencc
from planting import measured, plant

from align.datatypes import Finding, TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder
from align.pipeline import align_files
from align.terms.checking import check_units
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


Checked = tuple[str, list[TranslationUnit], Termbase]


def documents(which: str, encoder: Encoder) -> Iterator[Checked]:
    """The documents to measure on: their names, units and termbases."""
    record = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared")) / "record"
    if which != "own" and record.is_dir():
        yield aligned("record", record / "zh.txt", record / "en.txt", record / "terms.tsv", encoder)
    if which == "record":
        return
    corpora = ROOT / "corpora"
    for folder in sorted(path for path in corpora.iterdir() if path.is_dir()):
        pair = folder / "zh.txt", folder / "en.txt"
        yield aligned(folder.name, *pair, corpora / "terms.tsv", encoder)
    with tempfile.TemporaryDirectory() as place:
        for file in sorted(DATA.glob("*.txt")):
            blocks = [block.split("\n") for block in file.read_text("utf-8").strip().split("\n\n")]
            zh, en = ("\n\n".join(side) for side in zip(*blocks, strict=True))
            for suffix, convert in (("", str), ("-traditional", opencc.OpenCC("s2t").convert)):
                pair = Path(place) / "zh.txt", Path(place) / "en.txt"
                pair[0].write_text(convert(zh) + "\n", encoding="utf-8")
                pair[1].write_text(en + "\n", encoding="utf-8")
                yield aligned(file.stem + suffix, *pair, DATA / "terms.tsv", encoder)


def aligned(name: str, zh: Path, en: Path, terms: Path, encoder: Encoder) -> Checked:
    return name, list(align_files(zh, en, encoder=encoder).units), load_termbase(terms)


class Tally:
    """Sums over documents, of planted mistakes and of findings."""

    def __init__(self) -> None:
        self.planted: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.fresh = 0  # new findings
        self.stray = 0  # of them those that are no planted mistake
        self.alarms: Counter[str] = Counter()  # severity or rule, on the untouched units

    def add(self, other: Tally) -> None:
        self.planted += other.planted
        self.missed += other.missed
        self.fresh += other.fresh
        self.stray += other.stray
        self.alarms += other.alarms

    def line(self) -> str:
        planted, missed = self.planted.total(), self.missed.total()
        return (
            f"{planted:8} {1 - missed / max(planted, 1):8.3f}"
            f" {1 - self.stray / max(self.fresh, 1):10.3f}"
            f" {self.alarms['error']:8} {self.alarms['warning']:9}"
        )


def measure(
    units: Sequence[TranslationUnit],
    termbase: Termbase,
    check: Callable[[Sequence[TranslationUnit], Termbase], list[Finding]],
    seeds: int,
    show: bool,
) -> Tally:
    """What a check finds of the mistakes that each seed plants in the units."""
    tally = Tally()
    before = check(units, termbase)
    tally.alarms.update(one.severity for one in before)
    for one in before if show else ():
        if one.severity != "info":
            print("   untouched:", told(one, units))
    for seed in range(1, seeds + 1):
        changed, plants = plant(units, termbase, seed=seed)
        after = check(changed, termbase)
        _, precision, missed, odd = measured(plants, before, after)
        tally.planted.update(one.kind for one in plants)
        tally.missed.update(one.kind for one in missed)
        tally.stray += len(odd)
        tally.fresh += round(len(odd) / (1 - precision)) if precision < 1 else len(plants)
        for plant_ in missed if show else ():
            print(f"   missed: {plant_.kind}: {plant_.change} | {changed[plant_.unit].source}")
        for one in odd if show else ():
            print("   stray:", told(one, changed))
    return tally


def told(one: Finding, units: Sequence[TranslationUnit]) -> str:
    unit = units[one.unit or 0]
    return f"{one.severity} {one.rule} {one.message} | {unit.source} | {unit.target}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--documents", choices=("record", "own", "all"), default="all")
    parser.add_argument("--show", action="store_true", help="print what was missed and what false")
    parser.add_argument("--no-floor", action="store_true")
    options = parser.parse_args()
    encoder = load_encoder()
    checks: dict[str, Callable[[Sequence[TranslationUnit], Termbase], list[Finding]]] = {
        "align check": lambda some, terms: check_units(some, terms, encoder=encoder)
    }
    if not options.no_floor:
        checks["substring floor"] = floor
    print(f"{encoder.name}@{encoder.revision}, seeds 1 to {options.seeds}")
    print(
        f"{'':22} {'':16} {'planted':>8} {'recall':>8} {'precision':>10} untouched: errors, warnings"
    )
    sums = {name: Tally() for name in checks}
    others = {name: Tally() for name in checks}
    for document, units, termbase in documents(options.documents, encoder):
        for name, check in checks.items():
            show = options.show and name == "align check"
            tally = measure(units, termbase, check, options.seeds, show)
            sums[name].add(tally)
            if document != "record":
                others[name].add(tally)
            print(f"{document:22} {name:16} {tally.line()}", flush=True)
    for label, group in (("all", sums), ("all but the record", others)):
        for name, tally in group.items():
            print(f"{label:22} {name:16} {tally.line()}")
        tally = group["align check"]
        detail = (f"{k} {n - tally.missed[k]}/{n}" for k, n in tally.planted.items())
        print(f"{label}: {', '.join(detail)}")


if __name__ == "__main__":
    main()
