"""How quiet the check stays with a large descriptive thesaurus, whatever the case of its headwords.

    scripts/bench thesaurus_quiet [--headwords 7000] [--show]

A thesaurus describes a field; it prescribes no rendering. One of the UN's kind is made of the private
dictionaries (ALIGN_SHARED): the headwords that formal sentences use most, a Chinese and an English
designation each, nouns that are mostly plural there in the plural. The four right documents of corpora/
are checked with it in lower case, with a capital at the head, with capitals at every word, and in
capitals; there is no mistake to find, so that every error and warning is a false one.
"""

from __future__ import annotations

import argparse
import csv
import lzma
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import ahocorasick

from align.datatypes import Concept, Finding, Term, TranslationUnit
from align.embedding.load import load_encoder
from align.pipeline import align_files
from align.terms.checking import check_units
from align.terms.termbase import Termbase

SHARED = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
DOCUMENTS = ("feature", "press-release", "resolution", "summary-record")
_ENGLISH = re.compile(r"[a-z][a-z-]+(?: [a-z][a-z-]+){0,3}", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,8}")
_NO_HEADWORD = re.compile(r"(?:to|a|an|the|of|in|by|with|on|at|for|from|be|one's|as|not|and|or) ")


def pairs(name: str) -> Iterator[tuple[str, str]]:
    """The pairs of a private file, Chinese and English."""
    with lzma.open(SHARED / "data" / f"{name}.tsv.xz", "rt", encoding="utf-8") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row[0].strip(), row[1].strip()


def headwords(count: int) -> list[tuple[str, str]]:
    """The `count` entries whose Chinese is most frequent in formal sentences, by that frequency."""
    entries: dict[str, str] = {}
    for name in ("dict/un_orgs", "dict/sdg_un", "dict/countries_mledoze", "dict/cc_cedict"):
        for zh, en in pairs(name):
            if _CHINESE.fullmatch(zh) and _ENGLISH.fullmatch(en) and not _NO_HEADWORD.match(en):
                entries.setdefault(zh, en)
    automaton = ahocorasick.Automaton()
    for zh in entries:
        automaton.add_word(zh, zh)
    automaton.make_automaton()
    seen: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for zh, en in pairs("train/jiyu_formal"):
        seen.update(found for _, found in automaton.iter_long(zh))
        words.update(re.findall(r"[a-z-]+", en.lower()))
    ranked = sorted((zh for zh in entries if seen[zh]), key=lambda zh: (-seen[zh], zh))
    return [(zh, _usual_number(entries[zh], words)) for zh in ranked[:count]]


def _usual_number(english: str, words: Counter[str]) -> str:
    """The plural of a head noun that is mostly plural in formal sentences."""
    plural = english + "s"
    last = english.lower().split()[-1]
    return plural if words[last + "s"] > words[last] else english


CASES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "lower case": str.lower,
    "capital at the head": lambda text: text[:1].upper() + text[1:].lower(),
    "capital at every word": str.title,
    "capitals": str.upper,
}


def thesaurus(entries: list[tuple[str, str]], case: Callable[[str], str]) -> Termbase:
    """The entries as concepts without any status of their own, in one case."""
    return Termbase(
        Concept(f"c{n}", (Term(zh, "zh"), Term(case(en), "en")))
        for n, (zh, en) in enumerate(entries)
    )


def main() -> None:
    """Print errors and warnings for each case, and each of them with --show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--headwords", type=int, default=7000)
    parser.add_argument("--show", choices=[*CASES, "none"], default="none")
    options = parser.parse_args()
    entries = headwords(options.headwords)
    encoder = load_encoder()
    documents: dict[str, list[TranslationUnit]] = {}
    for name in DOCUMENTS:
        folder = ROOT / "corpora" / name
        documents[name] = list(
            align_files(folder / "zh.txt", folder / "en.txt", encoder=encoder).units
        )
    units = sum(map(len, documents.values()))
    print(
        f"{len(entries):,} headwords, {len(documents)} documents, {units} units, no mistake in them"
    )
    for label, case in CASES.items():
        begin = time.process_time()
        tally: Counter[str] = Counter()
        for name, some in documents.items():
            for one in check_units(some, thesaurus(entries, case), encoder=encoder):
                tally[one.severity] += 1
                if label == options.show and one.severity != "info":
                    print("  ", name, _line(one))
        seconds = time.process_time() - begin
        counts = ", ".join(f"{tally[s]:4} {s}" for s in ("error", "warning", "info"))
        print(f"{label:22} {counts}   {seconds:.1f} s")


def _line(one: Finding) -> str:
    return f"{one.severity} {one.rule} {one.verdict}: {one.source} > {one.expected} > {one.found}"


if __name__ == "__main__":
    main()
