"""Documents in random layouts whose paragraphs are known, for learning where paragraphs begin."""

from __future__ import annotations

import lzma
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from align.document.blocks import Block
from align.document.flow import Features, Floats
from align.language.languages import CHINESE, ENGLISH

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

from typesetting import Item, Layout

# Running prose and lists of clauses; strings of programs would teach what no document holds.
SOURCES = ("prc_constitution_laws", "jiyu_formal", "jiyu_general", "python_docs", "tico19", "udhr",
           "sdg_un", "php_manual")  # fmt: skip


def sentences(shared: Path) -> dict[str, list[tuple[str, str]]]:
    """Sentence pairs of each source, in order."""
    found = {}
    for name in SOURCES:
        path = shared / "data" / "train" / f"{name}.tsv.xz"
        with lzma.open(path, "rt", encoding="utf-8") as file:
            pairs = [tuple(line.rstrip("\n").split("\t")[:2]) for line in file]
        found[name] = [(pair[0], pair[1]) for pair in pairs if len(pair) == 2 and all(pair)]
    return found


def document(
    rng: random.Random, pool: dict[str, list[tuple[str, str]]], chinese: bool
) -> list[Item]:
    """Some pages of headings, paragraphs, numbered and lettered items and rows of tables."""
    pairs = pool[rng.choice(SOURCES)]
    at = rng.randrange(max(1, len(pairs) - 300))
    texts = [pair[0 if chinese else 1] for pair in pairs[at : at + 300]]
    texts = [text for text in texts if 4 < len(text) < 600]
    items: list[Item] = []
    numbered = rng.random() < 0.4
    clauses = rng.random() < 0.25  # a resolution: paragraphs that no full stop ends
    number = 0
    lists = rng.choice(["(a)", "•", "1.", "（一）", "–", "a.", "i."])
    place = 0
    while place < len(texts) and len(items) < 70:
        kind = rng.choices(["body", "heading", "list", "table"], [10, 2, 2, 0.5])[0]
        if kind == "heading":
            short = [
                text for text in texts[place : place + 20] if len(text) < (20 if chinese else 60)
            ]
            text = (short or [texts[place][: 12 if chinese else 30]])[0].rstrip("。.，,；;")
            items.append(Item((text,), "heading"))
            if rng.random() < 0.3:  # a subtitle
                items.append(Item((short[-1].rstrip("。.，,；;") if short else text,), "heading"))
        elif kind == "list":
            for step in range(rng.randint(2, 6)):
                if place >= len(texts):
                    break
                items.append(Item((f"{_label(lists, step)} {texts[place]}",)))
                place += 1
        elif kind == "table":
            for _ in range(rng.randint(2, 6)):
                cells = tuple(
                    t[: 8 if chinese else 24].strip() or "x" for t in texts[place : place + 3]
                )
                place += 3
                if len(cells) == 3:
                    items.append(Item((" ".join(cells),), "row", cells))
        else:
            n = rng.choices([1, 2, 3, 4, 6], [4, 3, 3, 2, 1])[0]
            chosen = texts[place : place + n]
            place += n
            if not chosen:
                break
            if clauses and chosen[-1][-1] in "。.":
                chosen[-1] = chosen[-1][:-1] + rng.choice("，；" if chinese else ",;")
            if numbered:
                number += 1
                chosen[0] = f"{number}. {chosen[0]}"
            items.append(Item(tuple(chosen)))
    return items


def _label(form: str, step: int) -> str:
    letters = "abcdefgh"
    romans = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
    han = "一二三四五六七八"
    return {
        "(a)": f"({letters[step]})", "•": "•", "1.": f"{step + 1}.", "（一）": f"（{han[step]}）",
        "–": "–", "a.": f"{letters[step]}.", "i.": f"({romans[step]})",
    }[form]  # fmt: skip


def layout(rng: random.Random) -> Layout:
    """A layout that some office, publisher or web site might use."""
    spaced = rng.random() < 0.55
    leading = rng.choice([0.5, 0.65, 0.8, 1.0])
    columns = rng.choices([1, 2], [3, 1])[0]
    return Layout(
        paper=rng.choice([(595.0, 842.0), (612.0, 792.0), (420.0, 595.0), (720.0, 405.0)]),
        margin=rng.choice([42.0, 56.0, 72.0, 90.0]),
        columns=columns,
        gutter=rng.choice([12.0, 18.0, 30.0]),
        size=rng.choice([8.0, 9.5, 10.5, 11.0, 12.0, 14.0]),
        leading_em=leading,
        spacing_em=leading * rng.choice([1.5, 1.8, 2.2, 3.0]) if spaced else leading,
        indent_em=rng.choice([0.0, 0.0, 1.5, 2.0]) if spaced else rng.choice([1.0, 1.5, 2.0, 2.0]),
        justify=rng.random() < 0.6,
        hyphenate=rng.random() < 0.4,
        heading_size_em=rng.choice([1.0, 1.0, 1.15, 1.3, 1.6]),
        heading_bold=rng.random() < 0.75,
        heading_centred=rng.random() < 0.3,
        hanging=rng.random() < 0.4,
        table=rng.choice(["ruled", "bare", "booktabs"]),
        tracking_em=rng.choice([0.0, 0.0, 0.0, 0.05]),
    )


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def examples(
    blocks: Sequence[Block], items: Sequence[Item], chinese: bool
) -> Iterator[tuple[Floats, bool]]:
    """The features of each break between lines and whether a paragraph begins there.

    Lines are found again in the truth by their letters; where one is not found nothing is said.
    """
    blocks = [
        block
        for block in blocks
        if block.text.strip() and block.cell is None and block.note is None
    ]
    truth = [letters(item.text(chinese)) for item in items if item.kind != "row"]
    starts = set(np.cumsum([0, *map(len, truth)]).tolist())
    whole = "".join(truth)
    at = 0
    places: list[int | None] = []
    for block in blocks:
        own = letters(block.text)
        found = whole.find(own, at, at + len(own) + 400) if len(own) > 1 else -1
        places.append(found if found >= 0 else None)
        if found >= 0:
            at = found + len(own)
    features = Features(blocks, language=CHINESE if chinese else ENGLISH)
    first = 0
    for number in range(len(blocks) - 1):
        here, after = places[number], places[number + 1]
        begins = after is None or here is None or after in starts
        if here is not None and after is not None:
            row = np.concatenate((features.static[number], features.sequential(first, number)))
            yield row, begins
        if begins:
            first = number + 1


def with_layout(base: Layout, **changes: object) -> Layout:
    return replace(base, **changes)  # type: ignore[arg-type]
