"""Letters that fonts made: radicals for ideographs, bullets and other glyphs of symbol fonts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from align.datatypes import Removal
from align.document.blocks import Block, RawDocument
from align.language.radicals import has_radicals, unify_radicals
from align.language.scripts import detect_language

BULLET = "•"
_OPEN = "\ufffd"
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
# What Wingdings, Symbol and Courier New draw as bullets, by the letter that stands in the file.
_BULLET = re.compile("([no§lquvwØüàè\ufffd])[ \t\u00a0\u3000]+(?=\\S)|([§Øü\ufffd])(?=\\w)")
_LEAST = 2  # items: one line may begin with a letter that is a name


def mend_letters(raw: RawDocument) -> RawDocument:
    """`raw` with ideographs for radicals, a bullet for each glyph that draws one, and no
    private-use character; what is taken out is a removal."""
    blocks = raw.blocks
    if any(has_radicals(block.text) for block in blocks):
        simplified = detect_language("\n".join(raw.lines)) != "zh-Hant"
        blocks = tuple(
            replace(block, text=unify_radicals(block.text, simplified=simplified))
            for block in blocks
        )
    bullets = _bullets(blocks)
    removals: list[Removal] = []
    if bullets or any(_PRIVATE.search(block.text) for block in blocks):
        blocks = tuple(_mended(block, bullets, removals) for block in blocks)
    warnings = raw.warnings + (_unreadable(blocks) if raw.torn else ())
    if blocks is raw.blocks and warnings == raw.warnings:
        return raw
    return replace(raw, blocks=blocks, removals=(*raw.removals, *removals), warnings=warnings)


def _unreadable(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """A warning for characters of a PDF that no library could map."""
    odd = [(block.page, block.text.count(_OPEN)) for block in blocks if _OPEN in block.text]
    if not odd:
        return ()
    pages = sorted({page for page, _ in odd if page is not None})
    named = ", ".join(map(str, pages[:8])) + (" …" if len(pages) > 8 else "")
    total = sum(times for _, times in odd)
    said = (
        f"{total} characters cannot be read, their font does not say what its glyphs are; they "
        f"stand as {_OPEN} (page {named}); read those pages with OCR or ask for the source file"
    )
    return (said,)


def _bullets(blocks: tuple[Block, ...]) -> frozenset[str]:
    """The letters that stand alone at the head of several lines."""
    heads: Counter[str] = Counter()
    for block in blocks:
        match = _BULLET.match(block.text.lstrip())
        if match:
            heads[match[1] or match[2]] += 1
    return frozenset(letter for letter, times in heads.items() if times >= _LEAST)


def _mended(block: Block, bullets: frozenset[str], removals: list[Removal]) -> Block:
    text = block.text
    lead = len(text) - len(text.lstrip())
    match = _BULLET.match(text, lead)
    letter = match and (match[1] or match[2])
    if match and letter in bullets:
        evidence = "alone at the head of several lines: a bullet of a symbol font"
        removals.append(Removal(block.line, str(letter), "bullet", evidence, block.page))
        text = f"{text[:lead]}{BULLET} {text[match.end() :]}"
    elif lead < len(text) and _PRIVATE.match(text, lead):
        text = f"{text[:lead]}{BULLET} {text[lead + 1 :].lstrip()}"
    found = _PRIVATE.findall(text)
    if found:
        names = " ".join(f"U+{ord(char):04X}" for char in found)
        evidence = "a glyph that its font alone knows"
        removals.append(Removal(block.line, names, "private-use glyph", evidence, block.page))
        text = _PRIVATE.sub("", text)
    return block if text == block.text else replace(block, text=text)
