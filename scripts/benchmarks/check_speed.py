"""Speed of the terminology check on many units, against a loop over the terms."""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator

from align.datatypes import Concept, Term, TranslationUnit
from align.terms.checking.facts import check_facts
from align.terms.checking.terms import check_terms
from align.terms.index import TermIndex

SYLLABLES = [chr(code) for code in range(0x4E00, 0x9F00, 23)]  # some 900 characters
CONSONANTS, VOWELS = "bdfgklmnprstv", ("a", "e", "i", "o", "u", "ai", "ou")
WORDS = [
    a + v + b + w for a in CONSONANTS for v in VOWELS for b in "lmnrst" for w in ("a", "e", "o")
]


def concepts(count: int, rng: random.Random) -> list[Concept]:
    """Invented concepts: terms of three to eight characters and two to four words, none alike."""
    made: dict[str, Concept] = {}
    while len(made) < count:
        zh = "".join(rng.choices(SYLLABLES, k=rng.choice((3, 4, 4, 5, 5, 6, 7, 8))))
        en = " ".join(rng.choices(WORDS, k=rng.choice((2, 3, 3, 4))))
        terms = (Term(zh, "zh"), Term(en, "en"), Term(en + " scheme", "en", "deprecated"))
        made.setdefault(zh, Concept(f"c{len(made)}", terms))
    return list(made.values())


def units(count: int, pool: list[Concept], rng: random.Random) -> Iterator[TranslationUnit]:
    """Units of about 40 characters with one or two terms each, one in fifty of them mistaken."""
    for number in range(count):
        chosen = rng.choices(pool, k=rng.choice((1, 1, 2)))
        zh = "，".join("".join(rng.choices(SYLLABLES, k=12)) + c.terms[0].text for c in chosen)
        right = [c.terms[1].text if rng.random() > 0.02 else "nothing" for c in chosen]
        en = ", ".join(" ".join(rng.choices(WORDS, k=8)) + f" {text}" for text in right)
        yield TranslationUnit(zh + f"，{number % 97}。", en + f", {number % 97}.", id=str(number))


def plain_loop(some: list[TranslationUnit], pool: list[Concept]) -> int:
    """What the check replaces: every term sought in every unit."""
    missing = 0
    pairs = [(c.terms[0].text, c.terms[1].text.lower()) for c in pool]
    for unit in some:
        target = unit.target.lower()
        for zh, en in pairs:
            if zh in unit.source and en not in target:
                missing += 1
    return missing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--concepts", type=int, default=200_000)
    parser.add_argument("--units", type=int, default=50_000)
    parser.add_argument("--loop", type=int, default=40, help="units that the plain loop gets")
    options = parser.parse_args()
    rng = random.Random(1)
    pool = concepts(options.concepts, rng)
    some = list(units(options.units, pool, rng))

    begin = time.process_time()
    index = TermIndex(pool, "zh", "en")
    build = time.process_time() - begin
    begin = time.process_time()
    found = sum(1 for _ in check_terms(some, index))
    terms = (time.process_time() - begin) / len(some)
    begin = time.process_time()
    sum(1 for _ in check_facts(some))
    numbers = (time.process_time() - begin) / len(some)
    begin = time.process_time()
    plain_loop(some[: options.loop], pool)
    loop = (time.process_time() - begin) / options.loop
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

    print(f"{options.concepts:,} concepts, {options.units:,} units, one process, processor time")
    print(f"automata built in      {build:10.1f} s")
    print(
        f"terms                  {terms * 1e6:10.0f} µs a unit, {terms * 1e6:8.0f} s a million units"
    )
    print(
        f"numbers                {numbers * 1e6:10.0f} µs a unit, {numbers * 1e6:8.0f} s a million units"
    )
    print(f"plain loop over terms  {loop * 1e6:10.0f} µs a unit ({options.loop} units)")
    print(f"ratio loop / automaton {loop / terms:10.0f}")
    print(f"findings {found:,}; peak memory {memory:.1f} GB")


if __name__ == "__main__":
    main()
