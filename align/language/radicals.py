"""Radicals that fonts give for ideographs: ⽤ for 用, ⻚ for 页.

Programs that write PDFs look a glyph up in a font's table and take the first character found for
it; many Chinese fonts list the radical there. Kangxi radicals have a compatibility mapping; for the
supplement the ideographs are those of Unicode's EquivalentUnifiedIdeograph.txt.
"""

from __future__ import annotations

import re
import unicodedata

_SUPPLEMENT = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民"
    "⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫目⺬示⺭礻⺯糹⺰纟⺱罓⺲罒⺳㓁⺶羊⺹耂⺺肀⺻聿⺼肉⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西"
    "⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼"
    "⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
RADICALS: dict[int, str] = {
    ord(radical): ideograph
    for radical, ideograph in zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True)
} | {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_ANY = re.compile("[\u2e80-\u2fdf]")


def has_radicals(text: str) -> bool:
    """Whether a radical stands in `text`."""
    return _ANY.search(text) is not None


def unify_radicals(text: str, *, simplified: bool) -> str:
    """`text` with the ideographs that its radicals stand for, of the same length.

    A Kangxi radical has the traditional form; `simplified` says that the text is written in the
    other: ⼾ is 户 there.

    >>> unify_radicals("⽤⼾的⻚⾯", simplified=True), unify_radicals("⾨⼾", simplified=False)
    ('用户的页面', '門戶')
    """
    if not has_radicals(text):
        return text
    from align.language.folding import simplify

    unified = _ANY.sub(lambda match: RADICALS.get(ord(match[0]), match[0]), text)
    if not simplified:
        return unified
    mended = simplify(unified)
    return "".join(
        new if _ANY.match(old) else kept
        for old, kept, new in zip(text, unified, mended, strict=True)
    )
