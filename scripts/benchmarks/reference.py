"""What of a revised document is found again: by kind of change, beside exact and fuzzy search alone.

    scripts/bench reference [--fill 20000] [--sentences 400] [--memory FILE]
    scripts/bench reference --revised OLD_ZH OLD_EN NEW_ZH     (two versions of a real document)

Sentences of corpora/ are changed by a seed: left as they are, other numbers, a word replaced, and
half of one quoted in the frame of another. A memory holds the old ones among `--fill` units of
private parallel text (none without it). Found means that the first answer (proposal or passage) is
the unit that the sentence was made from. `--memory` measures the speed in a memory of one's own.

`--revised` aligns the old version into a memory and asks for every sentence of the new one. Its true
counterpart is found by brute force: the old sentence with the longest common subsequence of
characters, where the two share at least half (2 x length / both lengths; difflib's ratio is less
exact and not used). What stands in no old sentence in this way is new, and should get no match.
"""

from __future__ import annotations

import argparse
import lzma
import os
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from align.datatypes import Document, Paragraph, Segment, TranslationUnit
from align.document import read_document
from align.embedding.load import load_encoder
from align.forked import cores
from align.memory import TranslationMemory
from align.memory.several import Shelf
from align.pipeline import align_files
from align.reference.search import ReferenceOptions, refer
from align.reference.values import SentenceReference

SHARED = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
KINDS = ("unchanged", "numbers", "a word", "quoted")


def filling(count: int) -> Iterator[TranslationUnit]:
    path = SHARED / "data" / "train" / "jiyu_formal.tsv.xz"
    if not path.is_file():
        return
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, count)):
            source, _, target = line.rstrip("\n").partition("\t")
            yield TranslationUnit(source, target, id=f"fill-{number}")


def changed(kind: str, text: str, other: str, rng: random.Random) -> str | None:
    """`text` changed in one way; None where it has nothing to change."""
    if kind == "unchanged":
        return text
    if kind == "numbers":
        found = list(re.finditer(r"(?<![\d./(-])[1-9]\d{1,2}(?![\d./)-])", text))
        if not found:
            return None
        one = rng.choice(found)
        return text[: one.start()] + str(int(one[0]) + rng.randint(1, 9)) + text[one.end() :]
    runs = list(re.finditer("[\u4e00-\u9fff]{8,}", text))
    if not runs:
        return None
    run = rng.choice(runs)
    if kind == "a word":
        at = rng.randint(run.start() + 2, run.end() - 4)
        return text[:at] + "其他" + text[at + 2 :]
    half = text[: len(text) // 2] if rng.random() < 0.5 else text[len(text) // 2 :]
    return f"{other[: len(other) // 3]}，{half.strip('。；，')}，{other[-len(other) // 3 :]}"


def first_of(found: SentenceReference) -> str:
    answers = [p.origin.unit.id for p in found.proposals if p.kind != "meaning"]
    quoted = sorted(found.quotations, key=lambda q: q.span[0] - q.span[1])
    return next(iter([*answers, *(q.origin.unit.id for q in quoted)]), "")


def document(texts: list[str]) -> Document:
    segments, at = [], 0
    for number, text in enumerate(texts):
        segments.append(Segment(text, "zh-CN", at, at + len(text), number))
        at += len(text) + 1
    paragraphs = tuple(Paragraph(s.start, s.end, 1) for s in segments)
    return Document("new", "zh-CN", "\n".join(texts), paragraphs, tuple(segments))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fill", type=int, default=20_000)
    parser.add_argument("--sentences", type=int, default=400)
    parser.add_argument("--memory", type=Path)
    parser.add_argument("--revised", nargs=3, type=Path, metavar=("OLD_ZH", "OLD_EN", "NEW_ZH"))
    options = parser.parse_args()
    encoder = load_encoder()
    rng = random.Random(3)
    if options.revised is not None:
        revised(*options.revised)
        return
    if options.memory is not None:
        speed(options.memory, options.sentences)
        return
    units: list[TranslationUnit] = []
    for folder in sorted((ROOT / "corpora").glob("*/zh.txt")):
        units += align_files(folder, folder.with_name("en.txt"), encoder=encoder).units
    units = [unit for unit in units if len(unit.source) >= 20 and unit.target]
    others = [unit.source for unit in filling(options.fill + 1000)][-1000:] or ["天气很好。"]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "memory.db"
        with TranslationMemory.open(path, create=True, encoder=encoder) as memory:
            memory.add(filling(options.fill), origin="fill", now="20260101T000000Z")
            memory.add(units, origin="corpora", now="20260101T000000Z")
            asked: list[tuple[str, str, str]] = []
            while len(asked) < options.sentences:
                kind = KINDS[len(asked) % len(KINDS)]
                unit = rng.choice(units)
                text = changed(kind, unit.source, rng.choice(others), rng)
                if text is not None:
                    asked.append((kind, text, unit.id))
            wanted = ReferenceOptions(meaning=False)
            found = list(
                refer(
                    document([text for _, text, _ in asked]), [Shelf("m", memory)], options=wanted
                )
            )
            right, floor, total = Counter[str](), Counter[str](), Counter[str]()
            for (kind, text, unit_id), reference in zip(asked, found, strict=True):
                total[kind] += 1
                right[kind] += first_of(reference) == unit_id
                plain = memory.search(text, lang="zh", limit=1, kinds=("exact", "fuzzy"))
                floor[kind] += bool(plain) and plain[0].unit.id == unit_id
            size = len(memory)
    print(f"{size:,} units; of the sentences changed in each way, first found where they came from")
    print(f"{'change':<12} {'sentences':>9} {'references':>11} {'search alone':>13}")
    for kind in KINDS:
        shares = (right[kind] / total[kind], floor[kind] / total[kind])
        print(f"{kind:<12} {total[kind]:>9} {shares[0]:>11.1%} {shares[1]:>13.1%}")


def speed(path: Path, sentences: int) -> None:
    source = SHARED / "record" / "zh.txt"
    source = source if source.is_file() else ROOT / "corpora" / "summary-record" / "zh.txt"
    texts = [segment.text for segment in read_document(source).segments]
    texts = [texts[at % len(texts)] + str(at // len(texts) or "") for at in range(sentences)]
    with TranslationMemory.open(path, read_only=True) as memory:
        start, used = time.perf_counter(), _processor()
        found = list(
            refer(document(texts), [Shelf("m", memory)], options=ReferenceOptions(meaning=False))
        )
        wall, processor = time.perf_counter() - start, _processor() - used
        plain = time.process_time()
        for text in texts[:50]:
            memory.search(text, lang="zh", limit=20, kinds=("exact", "fuzzy"))
        floor = (time.process_time() - plain) / 50 * len(texts)
        print(f"{len(memory):,} units, {len(found)} sentences: {wall:.1f} s,")
        print(f"{processor:.1f} s of processor time on {cores()} cores,")
        print(f"{processor / floor:.1f} times what exact and fuzzy search alone take")


BANDS = ((1.0, "the same"), (0.85, "85-99 %"), (0.7, "70-84 %"), (0.5, "50-69 %"), (0.0, "new"))


def revised(old_zh: Path, old_en: Path, new_zh: Path) -> None:
    """Of the sentences of a new version that have a counterpart in the old, how many come first."""
    units = [u for u in align_files(old_zh, old_en).units if u.source and u.target]
    old = [_letters(unit.source) for unit in units]
    texts = [s.text for s in read_document(new_zh).segments if len(_letters(s.text)) >= 8]
    right, floor, total = Counter[str](), Counter[str](), Counter[str]()
    with (
        tempfile.TemporaryDirectory() as name,
        TranslationMemory.open(Path(name) / "memory.db", create=True) as memory,
    ):
        memory.add(units, origin="old", now="20260101T000000Z")
        wanted = ReferenceOptions(meaning=False)
        found = list(refer(document(texts), [Shelf("m", memory)], options=wanted))
        for text, reference in zip(texts, found, strict=True):
            shares = [_share(_letters(text), other) for other in old]
            best = max(shares)
            band = next(name for least, name in BANDS if best >= least)
            total[band] += 1
            plain = memory.search(text, lang="zh", limit=1, kinds=("exact", "fuzzy"))
            # Any old sentence that shares as much is as right.
            good = {unit.id for unit, share in zip(units, shares, strict=True) if share == best}
            if band == "new":
                right[band] += not [p for p in reference.proposals if p.kind != "meaning"]
                floor[band] += not plain
            else:
                right[band] += first_of(reference) in good
                floor[band] += bool(plain) and plain[0].unit.id in good
    print(f"{len(units)} old units, {len(texts)} new sentences of eight letters or more, by what")
    print("they share with the nearest old sentence; first answer right (new: no match shown)")
    print(f"{'share':<12} {'sentences':>9} {'references':>11} {'search alone':>13}")
    for _, band in BANDS:
        if total[band]:
            ours, theirs = right[band] / total[band], floor[band] / total[band]
            print(f"{band:<12} {total[band]:>9} {ours:>11.1%} {theirs:>13.1%}")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _share(one: str, other: str) -> float:
    """Twice the longest common subsequence of characters, over both lengths."""
    if one == other:
        return 1.0
    if 2 * min(len(one), len(other)) < 0.5 * (len(one) + len(other)):
        return 0.0  # too unlike in length to share half
    row = [0] * (len(other) + 1)
    for char in one:
        left = 0
        for at, there in enumerate(other, 1):
            above = row[at]
            row[at] = left + 1 if char == there else max(above, row[at - 1])
            left = above
    return 2 * row[-1] / max(len(one) + len(other), 1)


def _processor() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main()
