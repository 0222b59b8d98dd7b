"""Translation memory: is the right unit first, for edited sentences and for translations?"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from memory import NOW, edited, second_references, units

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder
from align.memory import TranslationMemory


def filled(path: Path, count: int) -> TranslationMemory:
    """A memory of `count` units, and of the first reference of every held-out sentence."""
    memory = TranslationMemory.open(path, create=True, encoder=load_encoder())
    if not len(memory):
        memory.add(units(count), origin="train", now=NOW)
        memory.add(held_out(), origin="dev", now=NOW)
    memory.refresh_index()
    return memory


def held_out() -> list[TranslationUnit]:
    """A unit for each sentence with two translations: with the first of them."""
    return [
        TranslationUnit(*sides, id=f"d{number}")
        for number, (text, first, _) in enumerate(second_references())
        for sides in [(first, text) if text.isascii() or first > text else (text, first)]
    ]


def fuzzy(memory: TranslationMemory, count: int, shortest: int) -> None:
    """Edited sentences: the first match must have the text that was edited."""
    rng = random.Random(11)
    step = max(1, len(memory) // (8 * count))
    sample = islice(memory.units(), 0, None, step)
    for side in ("source", "target"):
        texts = (
            [getattr(unit, side) for unit in sample] if side == "source" else texts_of(memory, step)
        )
        texts = [text for text in texts if len(text) >= shortest * (1 if side == "source" else 4)]
        rng.shuffle(texts)
        good = asked = 0
        missed: list[tuple[str, str, str]] = []
        for text in texts[:count]:
            query = edited(text, rng)
            if query == text or not query:
                continue
            found = memory.search(query, kinds=("exact", "fuzzy"), minimum=0.5, limit=3)
            first = getattr(found[0].unit, side) if found else ""
            asked += 1
            good += first == text
            if first != text:
                missed.append((query, text, first))
        print(f"fuzzy, {side}: right first {good / asked:.4f} of {asked:,}", flush=True)
        fuzzy.missed = missed  # type: ignore[attr-defined]


def texts_of(memory: TranslationMemory, step: int) -> list[str]:
    return [unit.target for unit in islice(memory.units(), 0, None, step)]


def semantic(memory: TranslationMemory, most: int) -> None:
    """Second translations of sentences whose first one is in the memory."""
    rng = random.Random(12)
    references = second_references()
    rng.shuffle(references)
    ranks: dict[str, list[int]] = {"Chinese": [], "English": []}
    for text, first, second in references:
        lang = "Chinese" if any("\u4e00" <= char <= "\u9fff" for char in second) else "English"
        if len(ranks[lang]) >= most or second == first:
            continue
        found = memory.search(second, kinds=("semantic",), limit=10)
        sides = [{match.unit.source, match.unit.target} for match in found]
        ranks[lang].append(next((n for n, both in enumerate(sides) if text in both), 99))
    for lang, places in ranks.items():
        report(f"semantic, {lang} second translation", places)


def report(name: str, places: Sequence[int]) -> None:
    first = np.mean([place == 0 for place in places])
    ten = np.mean([place < 10 for place in places])
    print(f"{name}: first {first:.4f}, in ten {ten:.4f} of {len(places):,}", flush=True)


def crosslingual(memory: TranslationMemory, encoder: Encoder, most: int) -> None:
    """The hardest reading: one text of a pair as query, only the other language's texts searched.

    Every text of the memory is compared, without an index: the model's own limit.
    """
    pairs = [(unit.source, unit.target) for unit in held_out()]
    random.Random(13).shuffle(pairs)
    pairs = pairs[:most]
    vectors = [encoder.encode([pair[side] for pair in pairs]) for side in (0, 1)]
    own = np.einsum("nd,nd->n", *vectors)
    above = np.zeros((2, len(pairs)), np.int64)
    iterator = memory.units()
    while batch := list(islice(iterator, 20_000)):
        for side, texts in enumerate(([u.target for u in batch], [u.source for u in batch])):
            similar = vectors[side] @ encoder.encode(texts).T
            above[side] += (similar > own[:, None] + 1e-6).sum(axis=1)
    report("across languages, Chinese query", above[0].tolist())
    report("across languages, English query", above[1].tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument(
        "--keep", type=Path, help="folder for the memory; used again if it is there"
    )
    parser.add_argument("--missed", action="store_true", help="show what fuzzy search missed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with filled(folder / "quality.tm", options.units) as memory:
            print(f"{len(memory):,} units", flush=True)
            fuzzy(memory, options.queries, 8)
            semantic(memory, options.queries)
            crosslingual(memory, load_encoder(), options.queries)
            if options.missed:
                for row in fuzzy.missed:  # type: ignore[attr-defined]
                    print("\n".join(row), end="\n\n")


if __name__ == "__main__":
    main()
