"""One file that holds both languages, taken apart: two columns, or text by turns.

The turns are paragraphs, or where these hold both languages, the sentences in them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from align.datatypes import Document, Removal
from align.document.blocks import Block, Cell, RawDocument
from align.document.segmentation import chinese_cuts, english_cuts
from align.errors import InputError
from align.language.scripts import HAN, detect_language, is_mixed, is_prose

_ADDRESS = re.compile(r"[a-z]+://[!-~]+")
_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]+")
_WORD = re.compile("[A-Za-z]*[a-z]{2}")  # no short form
_COLON = re.compile(rf":\s+(?=[{HAN}])|：\s*(?=[A-Z])")  # before the same in the other language
_SIGN = re.compile(r"\s+[|/•·–—-]+\s+|\s*[｜／]\s*")
_BRACKETED = re.compile(r"([^()（）]+?)\s*([(（])([^()（）]+)[)）]\s*[:：]?\s*")
_MOST_FOR_ONE = 4  # paragraphs of one side for one of the other: beads reach that far
# Of the changes of language that sentences of the rarer one could make, two each. By turns in both
# (eight sources of corpora/) they make 0.75 to 1.00; in documents of one language with foreign
# passages that are long enough to count (code, notes, names: 90 real ones) 0.35 at most.
_LEAST_TURNS = 0.5


def divide(raw: RawDocument, name: str) -> tuple[RawDocument, RawDocument]:
    """The Chinese and the English side of a document that holds both.

    In a table, the column that is mostly Chinese and the one that is mostly English are the sides,
    and other columns are removed with a record. Elsewhere each paragraph goes to the side of its
    language; one without letters follows the one before it. Where most paragraphs hold sentences of
    both, it is the sentences that are told apart. Raises InputError where one side is missing.
    """
    blocks, signs = _with_lines(_with_columns(raw.blocks))
    raw = replace(raw, removals=(*raw.removals, *signs))
    divided = _divided(raw, _with_sentences(blocks))
    if _lacks_a_side(divided):
        raise InputError(
            f"{name}: holds one language only; two files are needed: align pair ZH EN -o OUT.tmx, or "
            "one with both languages in two columns or by turns"
        )
    return divided


def _lacks_a_side(divided: tuple[RawDocument, RawDocument]) -> bool:
    filled = sorted(sum(bool(block.text.strip()) for block in side.blocks) for side in divided)
    return _MOST_FOR_ONE * filled[0] < filled[1] or not filled[0]


def holds_both(document: Document) -> bool:
    """Whether a document that was read as one is both sides: a pair in one file, by turns or one
    whole after the other.

    Its sentences are asked, those of prose where there are any, so that a table of names in both
    languages does not count. A passage in the other language is no turn either.
    """
    if not is_mixed(document.text):
        return False
    texts = [text for segment in document.segments for text in _turns(segment.text)]
    told = [(side, text) for text in texts if (side := _side(text)) is not None]
    told = [one for one in told if is_prose(one[1])] or told
    sides = [side for side, _ in told]
    rarer, other = sorted((sides.count(0), sides.count(1)))
    if rarer < 2 or _MOST_FOR_ONE * rarer < other:  # one sentence among a few shows no turns yet
        return False
    turns = sum(before != after for before, after in pairwise(sides))
    return (
        turns >= _LEAST_TURNS * 2 * rarer
        or _halves(sides, [len(text) for _, text in told])[0] is not None
    )


def _divided(raw: RawDocument, blocks: Sequence[Block]) -> tuple[RawDocument, RawDocument]:
    """The sides as their columns and paragraphs give them, whether or not both are there."""
    columns = _columns(blocks)
    removals = list(raw.removals)
    sides: tuple[list[Block], list[Block]] = ([], [])
    kept = _left_in_both(blocks)
    last = 0
    for at, block in enumerate(blocks):
        if not block.text.strip():
            sides[0].append(block)
            sides[1].append(block)
            continue
        if block.cell is not None and block.cell.table in columns:
            chinese, english = columns[block.cell.table]
            if block.cell.column not in (chinese, english):
                evidence = "in a column of neither language"
                removals.append(
                    Removal(block.line, block.text.strip(), "column", evidence, block.page)
                )
                continue
            side: int | None = int(block.cell.column == english)
        else:
            side = kept.get(at, _side(block.text))
        last = last if side is None else side
        sides[last].append(block)
    return (
        replace(raw, blocks=tuple(sides[0]), removals=tuple(removals)),
        replace(raw, blocks=tuple(sides[1]), removals=(), warnings=()),
    )


def _left_in_both(blocks: Sequence[Block]) -> dict[int, int]:
    """The sides of paragraphs that both halves of a text have word for word, by their index.

    A licence in Chinese and then in English has the notice to copy in English twice: the first
    belongs to the Chinese half, though its language is that of the other.
    """
    texts = ["" if block.cell else " ".join(block.text.split()) for block in blocks]
    sides = [_side(text) if text else None for text in texts]
    first, middle = _halves(sides, list(map(len, texts)))
    if first is None:
        return {}
    # Left at the end of the first half, it seems to begin the second.
    later = Counter(texts[middle:])
    end = middle
    while end < len(texts) and (sides[end] is None or later[texts[end]] > 1):
        end += 1
    halves = (first, texts[:end], 0), (1 - first, texts[end:], end)
    return {
        start + at: side
        for (side, half, start), other in zip(
            halves, (set(texts[end:]), set(texts[:end])), strict=True
        )
        for at, text in enumerate(half)
        if sides[start + at] == 1 - side and text in other
    }


def _halves(sides: Sequence[int | None], sizes: Sequence[int]) -> tuple[int | None, int]:
    """Which side stands first and where the other begins; (None, 0) where they stand by turns.

    A line between the halves leaves a part of each side on the wrong side of it. By turns the two
    parts are one whole together, wherever the line is; with halves they are nothing.
    """
    totals = [0, 0]
    for side, size in zip(sides, sizes, strict=True):
        if side is not None:
            totals[side] += size
    if not all(totals):
        return None, 0
    best: tuple[float, int, int] = (1.0, 0, 0)
    before = [0, 0]
    for at, (side, size) in enumerate(zip(sides, sizes, strict=True), 1):
        if side is not None:
            before[side] += size
        parts = [found / total for found, total in zip(before, totals, strict=True)]
        best = min(best, *((parts[1 - side] + 1 - parts[side], side, at) for side in (0, 1)))
    return best[1:] if best[0] < 1 / 2 else (None, 0)


def _side(text: str) -> int | None:
    """0 for Chinese, 1 for text in other letters, None for text without any.

    An address has no language: 2020年1月 https://… is Chinese.
    """
    text = _ADDRESS.sub(" ", text) if "://" in text and _HAN.search(text) else text
    if not any(char.isalpha() for char in text):
        return None
    return 0 if detect_language(text)[:2] == "zh" else 1


def _with_sentences(blocks: Sequence[Block]) -> Sequence[Block]:
    """Blocks cut where the language changes, where most of them hold sentences of both by turns, or
    most of those with words of both."""
    turns = [[block.text] if block.cell else _turns(block.text) for block in blocks]
    both = sum(len(texts) > 1 for texts in turns)
    filled = sum(bool(block.text.strip()) for block in blocks)
    if 2 * both <= min(filled, sum(map(_holds_both, blocks))):
        return blocks
    return [
        replace(block, text=text, starts=True) if text.strip() else block
        for block, texts in zip(blocks, turns, strict=True)
        for text in texts
    ]


def _holds_both(block: Block) -> bool:
    """Whether a block outside tables has words of both languages."""
    return (
        block.cell is None
        and _HAN.search(block.text) is not None
        and _WORD.search(_ADDRESS.sub(" ", block.text)) is not None
    )


def _with_lines(blocks: Sequence[Block]) -> tuple[Sequence[Block], list[Removal]]:
    """Blocks such as headings that say the same in both languages, cut in two; the signs between.

    Only where most paragraphs with words of both languages are so: elsewhere a name stands in
    brackets after its translation.
    """
    found = {
        at: parts
        for at, block in enumerate(blocks)
        if block.cell is None and (parts := _twice(block.text)) is not None
    }
    both = sum(_holds_both(block) for block in blocks)
    if 2 * len(found) <= both:
        return blocks, []
    cut: list[Block] = []
    signs: list[Removal] = []
    for at, block in enumerate(blocks):
        if at not in found:
            cut.append(block)
            continue
        first, sign, second = found[at]
        cut += [replace(block, text=text, starts=True) for text in (first, second)]
        evidence = "between the two languages of a line"
        signs.append(Removal(block.line, sign, "separator", evidence, block.page))
    return cut, signs


def _twice(text: str) -> tuple[str, str, str] | None:
    """A line that says the same in both languages: its halves, and the sign between them.

    >>> _twice("Our pledge | 我们的承诺"), _twice("还书 (Return books)"), _twice("用 Word / 记")
    (('Our pledge', '|', '我们的承诺'), ('还书', '(', 'Return books'), None)
    """
    bracketed = _BRACKETED.fullmatch(text)
    halves = [(text[: sign.start()], sign[0], text[sign.end() :]) for sign in _SIGN.finditer(text)]
    for first, sign, second in [*halves, *([bracketed.groups()] if bracketed else [])]:
        parts = sorted((first, second), key=lambda part: _HAN.search(part) is None)
        if (
            _HAN.search(parts[0])
            and not _LATIN.search(parts[0])
            and not _HAN.search(parts[1])
            and _WORD.search(parts[1])
        ):
            return first.strip(), sign.strip(), second.strip()
    return None


def _turns(text: str) -> list[str]:
    """`text` cut at the ends of sentences after which the other language begins.

    >>> _turns("他来了。他很高兴。He came. He was glad. 她走了。"), _turns("他在IBM公司工作。")
    (['他来了。他很高兴。', 'He came. He was glad.', ' 她走了。'], ['他在IBM公司工作。'])
    """
    found: list[str] = []
    last: int | None = None
    colons = (colon.end() for colon in _COLON.finditer(text))
    cuts = sorted({0, len(text), *chinese_cuts(text), *english_cuts(text), *colons})
    for start, end in pairwise(cuts):
        side = _side(text[start:end])
        if not found or (side is not None and last is not None and side != last):
            found.append("")
        found[-1] += text[start:end]
        last = last if side is None else side
    return found or [text]


def _with_columns(blocks: Sequence[Block]) -> Sequence[Block]:
    """Lines of cells with tabs between, as cells, where most lines hold both languages so."""
    rows = {
        at: block.text.split("\t")
        for at, block in enumerate(blocks)
        if "\t" in block.text and block.cell is None
    }
    both = sum({0, 1} <= {_side(cell) for cell in cells} for cells in rows.values())
    filled = sum(bool(block.text.strip()) for block in blocks)
    if 2 * both <= filled:
        return blocks
    found: list[Block] = []
    for at, block in enumerate(blocks):
        if at not in rows:
            found.append(block)
            continue
        found += [
            replace(block, text=text, starts=True, cell=Cell(0, at, column))
            for column, text in enumerate(rows[at])
            if text.strip()
        ]
    return [replace(block, starts=True) if block.text.strip() else block for block in found]


def _columns(blocks: Sequence[Block]) -> dict[int, tuple[int, int]]:
    """The Chinese and the English column of each table that has both."""
    votes: defaultdict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    for block in blocks:
        side = _side(block.text) if block.cell is not None else None
        if block.cell is not None and side is not None:
            votes[block.cell.table][block.cell.column, side] += 1
    found = {}
    for table, counts in votes.items():
        columns = sorted({column for column, _ in counts})
        most = {column: counts[column, 1] > counts[column, 0] for column in columns}
        weight = {column: counts[column, 0] + counts[column, 1] for column in columns}
        chinese = [column for column in columns if not most[column]]
        english = [column for column in columns if most[column]]
        if chinese and english:
            found[table] = (
                max(chinese, key=lambda column: (weight[column], -column)),
                max(english, key=lambda column: (weight[column], -column)),
            )
    return found
