"""How often the right rendering of a term is found first from a memory alone, in both directions.

    scripts/bench lookup_quality [--before CHECKOUT] [--only JUDGE] [--wrong]

Judges, none of which the model was trained on: the record's termbase, corpora/terms.tsv and a list
of terms of three public documents of real/pairs (data/real_terms.tsv). A term is asked where an
accepted rendering stands in at least half of the units that hold it; short forms that only context
explains ("the Department") are left out. Each is asked as it is and in quotation marks. The floor in
the same run: the run of words that keeps company with the term most (Dice) over the units.
--before names a checkout of another version, which is asked the same.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
if __name__ == "__main__":
    sys.path.insert(0, os.environ.get("LOOKUP_QUALITY_OF", str(ROOT)))

from align.datatypes import Concept, Term, TranslationUnit
from align.embedding.load import load_encoder
from align.memory import TranslationMemory
from align.pipeline import align_files
from align.terms.lookup import lookup
from align.terms.renderings import find_terms, key, side
from align.terms.termbase import Termbase, accepted, load_termbase

OTHER = {"zh": "en", "en": "zh"}
_CONTEXT = re.compile(r"(?:the|such) ", re.IGNORECASE)
PAIRS = {
    "openchain-1.1-zh-Hant": ("zh.pdf", "en.pdf"),
    "cc-by-sa-4.0": ("zh.html", "en.html"),
    "top10-2010": ("zh.pdf", "en.pdf"),
}


def questions(
    termbase: Termbase, units: Sequence[TranslationUnit]
) -> dict[tuple[str, str], set[str]]:
    """(language, term) → the renderings that are right, of the terms that are asked."""
    good: dict[tuple[str, str], set[str]] = defaultdict(set)
    for concept in termbase:
        for lang, other in OTHER.items():
            for term in accepted(concept, lang):
                good[lang, term.text] |= {one.text for one in accepted(concept, other)}
    found = {}
    for (lang, text), right in good.items():
        having = [unit for unit, _ in find_terms([text], units, lang=lang)[text]]
        if not having or _CONTEXT.match(text):
            continue
        some = [units[at] for at in having]
        there = find_terms(sorted(right), some, lang=OTHER[lang])
        if 2 * len({at for places in there.values() for at, _ in places}) >= len(set(having)):
            found[lang, text] = right
    return found


class Floor:
    """Runs of words, or of characters, that keep company with a term most, over some units."""

    def __init__(self, lang: str, units: Sequence[TranslationUnit]) -> None:
        sides = [side(unit, lang) for unit in units]
        self._ours = [ours.lower() for ours, _ in sides]
        self._runs = [self._in(theirs, lang) for _, theirs in sides]
        self._counts = Counter(run for runs in self._runs for run in runs)

    @staticmethod
    def _in(text: str, lang: str) -> set[str]:
        parts = re.findall(r"[\w+-]+", text.lower()) if lang == "zh" else list(text)
        return {
            (" " if lang == "zh" else "").join(parts[at : at + size])
            for size in range(1, 6 if lang == "zh" else 13)
            for at in range(len(parts) - size + 1)
        }

    def of(self, term: str) -> str:
        """The run that keeps company with `term` most (Dice), "" where the term is nowhere."""
        own = [at for at, ours in enumerate(self._ours) if term.lower() in ours]
        together = Counter(run for at in own for run in self._runs[at])
        return max(
            together,
            key=lambda run: (2 * together[run] / (self._counts[run] + len(own)), len(run), run),
            default="",
        )


def memories(shared: Path) -> Iterator[tuple[str, Termbase, list[TranslationUnit]]]:
    """Each judge with its units."""
    encoder = load_encoder()

    def units(zh: Path, en: Path) -> list[TranslationUnit]:
        return list(align_files(zh, en, encoder=encoder).units)

    record = shared / "record"
    yield "record", load_termbase(record / "terms.tsv"), units(record / "zh.txt", record / "en.txt")
    some = []
    for folder in sorted((ROOT / "corpora").iterdir()):
        if folder.is_dir():
            some += units(folder / "zh.txt", folder / "en.txt")
    yield "corpora", load_termbase(ROOT / "corpora" / "terms.tsv"), some
    rows = [
        line.split("\t")
        for line in (Path(__file__).parent / "data" / "real_terms.tsv")
        .read_text(encoding="utf-8")
        .splitlines()[1:]
    ]
    for name, (zh, en) in PAIRS.items():
        concepts = [
            Concept(
                f"c{number}",
                (
                    Term(row[1], "zh"),
                    *(Term(text, "en") for text in (row[2], *row[3].split("|")) if text),
                ),
            )
            for number, row in enumerate(rows)
            if row[0] == name
        ]
        folder = shared / "real" / "pairs" / name
        yield name, Termbase(concepts), units(folder / zh, folder / en)


def ask(shared: Path, only: str | None = None) -> dict[str, list[object]]:
    """The answers of this process's version: judge, language, right, sure, asked, seconds."""
    encoder = load_encoder()
    rows: dict[str, list[object]] = {}
    for name, termbase, units in memories(shared):
        if only not in (None, name):
            continue
        asked = questions(termbase, units)
        floors = {lang: Floor(lang, units) for lang in OTHER}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "memory.sqlite"
            with TranslationMemory.open(path, create=True, encoder=encoder) as memory:
                memory.add(units, origin=name, now="20240101T000000Z")
                for (lang, text), right in asked.items():
                    keys = {key(one) for one in right}
                    begin = time.process_time()
                    plain = lookup(text, memory=memory, encoder=encoder)
                    seconds = time.process_time() - begin
                    marks = "“{}”" if lang == "en" else "《{}》"
                    quoted = lookup(marks.format(text), memory=memory, encoder=encoder)
                    first, again = (
                        found.renderings[0].text if found.renderings else ""
                        for found in (plain, quoted)
                    )
                    rows[f"{name}|{lang}|{text}"] = [
                        key(first) in keys,
                        key(again) in keys,
                        getattr(plain, "sure", True) and bool(first),
                        first,
                        seconds,
                        key(floors[lang].of(text)) in keys,
                    ]
    return rows


def report(title: str, rows: dict[str, list[object]]) -> None:
    """One line a judge and direction."""
    print(title)
    groups: dict[tuple[str, str], list[list[object]]] = defaultdict(list)
    for place, row in rows.items():
        name, lang, _ = place.split("|", 2)
        groups[name, lang].append(row)
        groups["all", lang].append(row)
    for (name, lang), some in sorted(groups.items(), key=lambda item: item[0][1]):
        n = len(some)
        counts: Counter[str] = Counter()
        for right, quoted, sure, _, _, dice in some:
            counts["right"] += bool(right)
            counts["quoted"] += bool(quoted)
            counts["dice"] += bool(dice)
            counts["wrong shown as sure"] += bool(sure) and not right
        seconds = sum(float(str(row[4])) for row in some)
        print(
            f"  {lang}→{OTHER[lang]} {name:22} right first {counts['right']:3}/{n:3} "
            f"({counts['right'] / n:.3f}), in quotes {counts['quoted'] / n:.3f}, "
            f"wrong but sure {counts['wrong shown as sure']:2}, Dice {counts['dice'] / n:.3f}, "
            f"{seconds / n * 1000:.0f} ms"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--before", type=Path, help="a checkout of the version before")
    parser.add_argument("--only", help="one of the judges: record, corpora, or a document's name")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong")
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    shared = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
    rows = ask(shared, options.only)
    if options.json:
        json.dump(rows, sys.stdout)
        return
    report("this version", rows)
    for place, row in rows.items() if options.wrong else ():
        if not row[0]:
            print(f"    {place} → {row[3]}")
    if options.before:
        old = subprocess.run(
            [
                sys.executable,
                __file__,
                "--json",
                *(["--only", options.only] if options.only else []),
            ],
            env={
                **os.environ,
                "LOOKUP_QUALITY_OF": str(options.before),
                "PYTHONPATH": str(options.before),
                "ALIGN_SHARED": str(shared),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        report("the version before", json.loads(old[old.index("{") :]))


if __name__ == "__main__":
    main()
