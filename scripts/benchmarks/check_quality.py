"""Recall and precision of the check on mistakes planted in documents, and its false alarms.

    scripts/bench check_quality [--seeds 6] [--documents record|own|all] [--show]
    scripts/bench check_quality --kinds [--each 25] [--show]

`own` are the documents of corpora/ and those of data/check, which were written for this measurement:
no threshold was set on them. The record is private; without it only the others are measured.
The floor in the same run: a check by substrings alone, which takes a term for missing where no
accepted rendering occurs and a number for wrong where its digits do not occur.

With --kinds mistakes of some seventy kinds (training/mistakes.py, after MQM's accuracy and terminology)
are planted in units of corpora/, of the private real documents and of the private development pairs,
none of which the probabilities were trained on: recall by kind, and false alarms in 1,000 right units.
"""

from __future__ import annotations

import argparse
import lzma
import os
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(__file__).resolve().parent / "data" / "check"
sys.path[:0] = [
    str(ROOT),
    str(ROOT / "scripts"),
    str(ROOT / "tests" / "terms" / "checking"),
]

import opencc
from planting import measured, plant
from training.mistakes import KINDS, planted

from align.datatypes import Finding, TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder
from align.errors import AlignError
from align.pipeline import align_files
from align.terms.checking import CheckOptions, check_units
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


# --- many kinds, on units that nothing was trained on -----------------------------------------------


def unseen(encoder: Encoder) -> Iterator[tuple[str, list[TranslationUnit]]]:
    """Right units by where they come from."""
    shared = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
    folders = [path for path in sorted((ROOT / "corpora").iterdir()) if (path / "zh.txt").exists()]
    own = [unit for folder in folders for unit in _pair(folder, encoder)]
    yield "corpora", own
    real = [
        unit
        for folder in sorted((shared / "real" / "pairs").glob("*"))
        for unit in _pair(folder, encoder)
    ]
    if real:
        yield "real documents", real
    for file in sorted((shared / "data" / "dev").glob("*.tsv.xz")):
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            rows = [line.rstrip("\n").split("\t") for line in lines]
        random.Random(1).shuffle(rows)
        yield (
            "development pairs",
            [
                TranslationUnit(row[0], row[1])
                for row in rows[:2000]
                if len(row) > 1 and all(row[:2])
            ],
        )


def _pair(folder: Path, encoder: Encoder) -> list[TranslationUnit]:
    sides = [sorted(folder.glob(f"{lang}.*")) for lang in ("zh", "en")]
    if not all(sides):
        return []
    try:
        units = align_files(sides[0][0], sides[1][0], encoder=encoder).units
    except AlignError as error:
        print(f"{folder.name}: {error}", file=sys.stderr)
        return []
    sure = [u for u in units if u.source and u.target and (u.confidence or 0) > 0.9]
    return [TranslationUnit(unit.source, unit.target) for unit in sure]


def by_kind(each: int, show: bool) -> None:
    """Print recall by kind and false alarms, for each origin of right units."""
    encoder = load_encoder()
    options = CheckOptions(consistency=False)
    found: dict[str, Counter[str]] = {}
    for name, units in unseen(encoder):
        right = _flags(units, encoder, options)
        flagged = sum(bool(some) for some in right)
        errors = sum("error" in {one.severity for one in some} for some in right)
        print(
            f"{name}: of {len(units):,} right units in 1,000 {1000 * flagged / len(units):.1f} flagged,"
            f" {1000 * errors / len(units):.1f} with an error;",
            dict(Counter(one.rule for some in right for one in some).most_common(8)),
            flush=True,
        )
        back = _flags([_back(unit) for unit in units], encoder, options)
        pairs = [(unit.source, unit.target) for unit in units]
        plants = list(planted(pairs, 7, each))
        changed = [
            TranslationUnit(made.zh, made.en)
            if made.side == "en"
            else _back(TranslationUnit(made.zh, made.en))
            for _, _, made in plants
        ]
        tally = found.setdefault(name, Counter())
        for (kind, place, made), some in zip(
            plants, _flags(changed, encoder, options), strict=True
        ):
            before = {_mark(one) for one in (right if made.side == "en" else back)[place]}
            tally[f"{kind}\t"] += 1
            hit = any(_mark(one) not in before for one in some)
            tally[kind] += hit
            if show and not hit:
                print(f"   missed: {kind}: {made.was} -> {made.now} | {made.zh} | {made.en}")
    print(f"{'kind':26}" + "".join(f"{name:>20}" for name in found))
    for kind in KINDS:
        cells = [
            f"{tally[kind]}/{tally[kind + chr(9)]}" if tally[kind + chr(9)] else "-"
            for tally in found.values()
        ]
        print(f"{kind:26}" + "".join(f"{cell:>20}" for cell in cells))


def _back(unit: TranslationUnit) -> TranslationUnit:
    """The unit as a translation into Chinese."""
    return TranslationUnit(unit.target, unit.source, source_lang="en-US", target_lang="zh-CN")


def _flags(
    units: list[TranslationUnit], encoder: Encoder, options: CheckOptions
) -> list[list[Finding]]:
    """The errors and warnings of each unit."""
    found: list[list[Finding]] = [[] for _ in units]
    for one in check_units(units, None, encoder=encoder, options=options):
        if one.severity != "info" and one.unit is not None:
            found[one.unit].append(one)
    return found


def _mark(one: Finding) -> tuple[str, str | None, str | None]:
    return one.rule, one.source, one.found


def told(one: Finding, units: Sequence[TranslationUnit]) -> str:
    unit = units[one.unit or 0]
    return f"{one.severity} {one.rule} {one.message} | {unit.source} | {unit.target}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--documents", choices=("record", "own", "all"), default="all")
    parser.add_argument("--show", action="store_true", help="print what was missed and what false")
    parser.add_argument("--no-floor", action="store_true")
    parser.add_argument("--kinds", action="store_true", help="many kinds on unseen units")
    parser.add_argument("--each", type=int, default=25, help="mistakes planted of a kind")
    options = parser.parse_args()
    if options.kinds:
        by_kind(options.each, options.show)
        return
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
