"""Archive: 2,000 documents paired by content, and sentences a second on each engine."""

from __future__ import annotations

import hashlib
import lzma
import os
import random
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
DEV = SHARED / "data" / "dev" / "wmt21-24_tests.tsv.xz"
PASSAGE = 4  # consecutive sentences that stay together when the material is used again

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Truth:
    """What an archive holds: the pairs that belong together, and what has no partner."""

    pairs: frozenset[Pair]  # (zh, en) file names
    alone: frozenset[str]
    corrupt: frozenset[str]
    sentences: int  # Chinese ones of the pairs


def read_dev() -> list[Pair]:
    """The sentence pairs in the order of the test sets, each text once."""
    seen: set[str] = set()
    pairs = []
    with lzma.open(DEV, "rt", encoding="utf-8") as file:
        for line in file:
            zh, en = line.rstrip("\n").split("\t")
            if zh not in seen and en not in seen:
                pairs.append((zh, en))
            seen |= {zh, en}
    return pairs


def cut(pairs: list[Pair], count: int, chance: random.Random) -> list[list[Pair]]:
    """`count` documents of 8 to 40 sentence pairs.

    First consecutive ones; then the material again, its passages of four in another order, so that
    most sentences stand in several documents and no single one gives a document away.
    """
    documents: list[list[Pair]] = []
    order = pairs
    while len(documents) < count:
        at = 0
        while at + 8 <= len(order) and len(documents) < count:
            size = min(int(8 + chance.expovariate(1 / 8)), 40)
            documents.append(order[at : at + size])
            at += size
        passages = [pairs[start : start + PASSAGE] for start in range(0, len(pairs), PASSAGE)]
        chance.shuffle(passages)
        order = [pair for passage in passages for pair in passage]
    return [document for document in documents if len(document) >= 8]


def side_text(document: list[Pair], side: int, chance: random.Random) -> str:
    """One side in paragraphs of one to four sentences; three in a hundred are left out."""
    kept = [pair[side] for pair in document if chance.random() >= 0.03] or [document[0][side]]
    paragraphs = []
    while kept:
        size = chance.randint(1, 4)
        paragraphs.append(("" if side == 0 else " ").join(kept[:size]))
        kept = kept[size:]
    return "\n\n".join(paragraphs) + "\n"


def make_archive(folder: Path, count: int, *, alone: int, corrupt: int, seed: int = 8) -> Truth:
    """Write `count` pairs, `alone` documents without a partner, `corrupt` files, all renamed."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    own = [
        (path.parent / "zh.txt", path.parent / "en.txt")
        for path in sorted((ROOT / "corpora").glob("*/zh.txt"))
    ]
    documents = cut(read_dev(), count - len(own) + alone, chance)
    chance.shuffle(documents)
    numbers = iter(chance.sample(range(10**8), 2 * len(documents) + 2 * len(own) + corrupt))
    names = (f"{number:08d}" for number in numbers)
    pairs, lonely, broken = set(), set(), set()
    sentences = 0
    for zh_path, en_path in own:
        zh, en = f"{next(names)}.txt", f"{next(names)}.txt"
        (folder / zh).write_bytes(zh_path.read_bytes())
        (folder / en).write_bytes(en_path.read_bytes())
        pairs.add((zh, en))
    for place, document in enumerate(documents):
        zh, en = f"{next(names)}.txt", f"{next(names)}.txt"
        code = "gb18030" if chance.random() < 0.1 else "utf-8"
        texts = [side_text(document, side, chance) for side in (0, 1)]
        if place >= alone:
            (folder / zh).write_text(texts[0], code)
            (folder / en).write_text(texts[1], "utf-8")
            pairs.add((zh, en))
            sentences += len(document)
        elif place % 2:
            (folder / zh).write_text(texts[0], code)
            lonely.add(zh)
        else:
            (folder / en).write_text(texts[1], "utf-8")
            lonely.add(en)
    for place in range(corrupt):
        name = next(names) + (".pdf", ".docx", ".txt", ".html")[place % 4]
        noise = hashlib.shake_256(name.encode()).digest(20_000)
        head = (b"%PDF-1.7\n", b"PK\x03\x04", b"\0\1\2", b"")[place % 4]
        (folder / name).write_bytes(head + noise if head else b"")
        broken.add(name)
    return Truth(frozenset(pairs), frozenset(lonely), frozenset(broken), sentences)
