"""The comparison form of text: case, width and script folded, one character for one character.

Used wherever two texts are compared; what the user wrote is never changed. Offsets into the
folded text are offsets into the original.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from align.language.radicals import RADICALS

_TABLE = Path(__file__).with_name("simplified.txt")


@cache
def _simplified() -> dict[int, str]:
    """Traditional to simplified, character by character, by OpenCC's tables; radicals too.

    They stand in a file (scripts/training/simplified.py), each pair as two characters: to ask
    OpenCC for every character takes longer than to align a page.
    """
    pairs = _TABLE.read_text(encoding="utf-8").replace("\n", "")
    table = dict(zip(map(ord, pairs[::2]), pairs[1::2], strict=True))
    return table | {code: table.get(ord(one), one) for code, one in RADICALS.items()}


@cache
def _traditional() -> re.Pattern[str]:
    """What may have a simplified form: most texts have none, and searching is faster by far.

    Beyond the BMP any character may: a set that is mixed with those is slow.
    """
    plane = "".join(chr(code) for code in sorted(_simplified()) if code < 0x10000)
    return re.compile(f"[{plane}]|[\U00020000-\U0003ffff]")


@cache
def _table() -> dict[int, str]:
    """Everything that folds one to one: script, full-width forms, quotes, dashes, spaces."""
    table = dict(_simplified())
    for code in range(0xFF01, 0xFF5F):  # full-width ASCII
        table[code] = chr(code - 0xFEE0)
    table.update(dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f"), " "))
    table.update(dict.fromkeys(map(ord, "‘’‛′"), "'"))
    table.update(dict.fromkeys(map(ord, "“”„″「」『』"), '"'))
    table.update(dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"))
    return table


def simplify(text: str) -> str:
    """`text` with each traditional character (and radical) in its simplified form; same length.

    >>> simplify("維持和平行動")
    '维持和平行动'
    """
    return text.translate(_simplified()) if _traditional().search(text) else text


def fold(text: str) -> str:
    """The comparison form of `text`, of the same length.

    >>> fold("維和人員（Ａ４Ｐ）– Peacekeepers"), fold("⽤⼾")
    ('维和人员(a4p)- peacekeepers', '用户')
    """
    if text.isascii():
        return text.lower()  # the table has nothing of it
    folded = text.translate(_table())
    lowered = folded.lower()
    if len(lowered) != len(folded):  # İ and a few others grow when lowered
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in folded)
    return lowered


def strip_accents(text: str) -> str:
    """`text` without combining marks; the length may change, so only for keys, never for offsets.

    >>> strip_accents("Côte d’Ivoire")
    'Cote d’Ivoire'
    """
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))
