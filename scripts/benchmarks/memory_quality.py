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
from numpy.typing import NDArray

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder, Vectors
from align.memory import TranslationMemory
from align.memory.meaning import Closer
from align.memory.searching import CLOSER

SHORTEST = {"source": 8, "target": 32}  # characters of a sentence that is edited


def filled(path: Path, count: int) -> TranslationMemory:
    """A memory of `count` units, and of the first reference of every held-out sentence."""
    memory = TranslationMemory.open(path, create=True, encoder=load_encoder())
    if not len(memory):
        memory.add(units(count), origin="train", now=NOW)
    memory.add(held_out(), origin="dev", now=NOW)  # merged where they are already
    memory.refresh_index()
    return memory


def held_out() -> list[TranslationUnit]:
    """A unit for each sentence with two translations: with the first of them."""
    return [
        TranslationUnit(*sides, id=f"d{number}")
        for number, (text, first, _) in enumerate(second_references())
        for sides in [(first, text) if text.isascii() or first > text else (text, first)]
    ]


def fuzzy(memory: TranslationMemory, count: int, side: str) -> list[tuple[str, str, str]]:
    """Edited sentences: the first match must have the text that was edited.

    Returns what was missed: query, text, and the text that came first.
    """
    rng = random.Random(11)
    step = max(1, len(memory) // (8 * count))
    texts = [getattr(unit, side) for unit in islice(memory.units(), 0, None, step)]
    texts = [text for text in texts if len(text) >= SHORTEST[side]]
    rng.shuffle(texts)
    queries = [(edited(text, rng), text) for text in texts[:count]]
    queries = [(query, text) for query, text in queries if query and query != text]
    missed: list[tuple[str, str, str]] = []
    for query, text in queries:
        found = memory.search(query, kinds=("exact", "fuzzy"), minimum=0.5, limit=3)
        first = getattr(found[0].unit, side) if found else ""
        if first != text:
            missed.append((query, text, first))
    print(f"fuzzy, edited {side}: right first", end=" ")
    print(f"{1 - len(missed) / len(queries):.4f} of {len(queries):,} (target 0.99)", flush=True)
    return missed


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
    print(f"{name}: right first {first:.4f}, in ten {ten:.4f} of {len(places):,}", flush=True)


def crosslingual(memory: TranslationMemory, encoder: TokenEncoder, most: int) -> None:
    """One text of a held-out pair as the query, only the other language's texts searched.

    Harder than what a memory is asked, and without its index: every text is compared, then the
    nearest ones are looked at more closely, as a memory does.
    """
    pairs = [(unit.source, unit.target) for unit in held_out()]
    random.Random(13).shuffle(pairs)
    pairs = pairs[:most]
    nearest = [Nearest(encoder.encode([pair[side] for pair in pairs])) for side in (0, 1)]
    iterator, seen = memory.units(), 0
    while batch := list(islice(iterator, 20_000)):
        for side, texts in enumerate(([u.target for u in batch], [u.source for u in batch])):
            nearest[side].see(encoder.encode(texts), seen)
        seen += len(batch)
    wanted = {int(each) for near in nearest for each in near.places.flat}
    held = {
        number: (unit.target, unit.source)
        for number, unit in enumerate(memory.units())
        if number in wanted
    }
    closer = Closer(encoder)
    for side, lang in enumerate(("Chinese", "English")):
        plain, closely = [], []
        for number, pair in enumerate(pairs):
            texts = [held[int(each)][side] for each in nearest[side].places[number]]
            plain.append(place(nearest[side].cosines[number], texts, pair[1 - side]))
            scores = closer.scores(pair[side], [(text, "") for text in texts])
            closely.append(place(scores, texts, pair[1 - side]))
        report(f"across languages, {lang} query, cosine alone", plain)
        report(f"across languages, {lang} query", closely)


def place(scores: NDArray[np.float32], texts: Sequence[str], right: str) -> int:
    """How many texts come before the right one; 99 where it is not among them."""
    own = max(
        (score for score, text in zip(scores, texts, strict=True) if text == right), default=9
    )
    return 99 if own == 9 else int((scores > own + 1e-6).sum())


class Nearest:
    """The texts nearest to each query, of all that were seen, by their numbers."""

    def __init__(self, queries: Vectors) -> None:
        self.queries = queries
        self.cosines = np.full((len(queries), 0), -1, np.float32)
        self.places = np.zeros((len(queries), 0), np.int64)

    def see(self, rows: Vectors, first: int) -> None:
        """Look at the texts with the numbers `first` and on."""
        cosines = np.concatenate((self.cosines, self.queries @ rows.T), axis=1)
        numbers = np.broadcast_to(np.arange(first, first + len(rows)), (len(cosines), len(rows)))
        places = np.concatenate((self.places, numbers), axis=1)
        best = np.argpartition(-cosines, min(CLOSER, cosines.shape[1]) - 1, axis=1)[:, :CLOSER]
        self.cosines = np.take_along_axis(cosines, best, axis=1)
        self.places = np.take_along_axis(places, best, axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument(
        "--keep", type=Path, help="folder for the memory; used again if it is there"
    )
    parser.add_argument("--missed", action="store_true", help="show what fuzzy search missed")
    parser.add_argument("--across", action="store_true", help="compare across languages alone too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with filled(folder / "quality.tm", options.units) as memory:
            print(f"{len(memory):,} units", flush=True)
            missed = [row for side in SHORTEST for row in fuzzy(memory, options.queries, side)]
            semantic(memory, options.queries)
            if options.across:
                encoder = load_encoder()
                assert isinstance(encoder, TokenEncoder)
                crosslingual(memory, encoder, options.queries)
            if options.missed:
                for row in missed:
                    print("\n".join(row), end="\n\n")


if __name__ == "__main__":
    main()
