"""Learn by which words around them two facts are known to have changed places."""

from __future__ import annotations

import lzma
import random
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from training.operators import network

from align.embedding.protocol import TokenEncoder
from align.language.facts import facts
from align.language.languages import CHINESE, ENGLISH
from align.terms.checking.exchanged import Exchanged, exchanged
from align.terms.checking.matching import match
from align.terms.checking.operators import Network
from align.terms.checking.parts import answered

Pair = tuple[str, str]

FILES = {
    "jiyu_formal": 22_000, "jiyu_general": 22_000, "tico19": 3_000, "xquad": 2_000, "ud_pud": 1_000,
    "python_docs": 10_000,
}  # fmt: skip
LONGEST = 400  # characters of an English side: sentences
FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|first|second|third"
    r"|half|January|February|March|April|June|July|August|September|October|November|December)\b",
    re.IGNORECASE,
)
HELD = 0.25  # of the examples, for the cuts
# Of right pairs with two such facts so many may be warned of, and so many called an error: 393 of 8,900
# right units of documents and news have two, so that one unit in two thousand is warned of.
MAY = {"warning": 0.01, "error": 0.003}
HIDDEN, DECAY = 6, 3.0  # of four sizes tried the one that found most of the held mistakes at 1 %


def pairs_with_figures(folder: Path, seed: int) -> list[Pair]:
    """Pairs whose English has two figures or more."""
    found: list[Pair] = []
    for name, most in FILES.items():
        with lzma.open(folder / "train" / f"{name}.tsv.xz", "rt", encoding="utf-8") as file:
            rows = [line.rstrip("\n").split("\t") for line in file]
        some = [
            (row[0], row[1])
            for row in rows
            if len(row) > 1 and len(row[1]) < LONGEST and len(FIGURE.findall(row[1])) > 1
        ]
        random.Random(seed).shuffle(some)
        found += some[:most]
    return found


def described(pairs: Sequence[Pair], encoder: TokenEncoder) -> list[list[Exchanged]]:
    """What `exchanged` finds in each pair."""
    found = []
    for first in range(0, len(pairs), 256):
        block = pairs[first : first + 256]
        words = answered(block, encoder, [(CHINESE, ENGLISH)] * len(block))
        for (zh, en), own in zip(block, words, strict=True):
            found.append(list(exchanged(match(facts(zh, CHINESE), facts(en, ENGLISH)), *own)))
    return found


def turned(en: str, one: Exchanged) -> str:
    """The English text with the two facts exchanged."""
    first, second = sorted(one.target, key=lambda fact: fact.start)
    return (
        en[: first.start] + en[second.start : second.end] + en[first.end : second.start]
        + en[first.start : first.end] + en[second.end :]
    )  # fmt: skip


def train_exchanged(
    folder: Path, encoder: TokenEncoder, seed: int
) -> tuple[Network, dict[str, float]]:
    """The network and the probabilities from which it warns, of right pairs and the same exchanged."""
    pairs = pairs_with_figures(folder, seed)
    some = [
        (pair, own[0]) for pair, own in zip(pairs, described(pairs, encoder), strict=True) if own
    ]
    changed = described([(zh, turned(en, one)) for (zh, en), one in some], encoder)
    both = []
    for (_, one), own in zip(some, changed, strict=True):
        starts = {fact.start for fact in one.source}
        same = [two for two in own if {fact.start for fact in two.source} == starts]
        if same:
            both.append((one.features, same[0].features, one.firm))
    random.Random(seed).shuffle(both)
    parted = int(len(both) * HELD)
    rows = [row for two in both[parted:] for row in two[:2]]
    held = [two[:2] for two in both[:parted] if two[2]]  # those that the check looks at
    wrong = [False, True] * (len(rows) // 2)
    made = network(rows, wrong, [1.0] * len(rows), hidden=HIDDEN, decay=DECAY)
    right = np.sort(made.of_rows([one for one, _ in held]))[::-1]
    found = made.of_rows([other for _, other in held])
    cuts = {}
    for level, may in MAY.items():
        cuts[level] = round(float(right[int(len(held) * may)]) + 0.001, 3)
        print(
            f"exchanged, {level}s from {cuts[level]}: {np.mean(found >= cuts[level]):.2f} of "
            f"{len(held)} mistakes, {np.mean(right >= cuts[level]):.4f} of right pairs"
        )
    return made, cuts
