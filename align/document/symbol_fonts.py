"""What the glyphs of symbol fonts show: Word keeps them by font and code, not by character."""

from __future__ import annotations

_GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_SYMBOL = {
    **{0x41 + at: char for at, char in enumerate(_GREEK)},
    **{0x61 + at: char for at, char in enumerate("αβχδεφγηιϕκλμνοπθρστυϖωξψζ")},
    **dict(enumerate("0123456789", start=0x30)),
    0x20: " ", 0x22: "∀", 0x24: "∃", 0x25: "%", 0x27: "∍", 0x28: "(", 0x29: ")", 0x2A: "∗",
    0x2B: "+", 0x2C: ",", 0x2D: "−", 0x2E: ".", 0x2F: "/", 0x3A: ":", 0x3B: ";", 0x3C: "<",
    0x3D: "=", 0x3E: ">", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x7E: "∼", 0xA3: "≤", 0xA5: "∞",
    0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥",
    0xB4: "×", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…",
    0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCE: "∈", 0xCF: "∉", 0xD1: "∇", 0xD2: "®",
    0xD3: "©", 0xD4: "™", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD9: "∧", 0xDA: "∨", 0xDE: "⇒",
    0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_WINGDINGS = {
    0x20: " ", 0x21: "✏", 0x28: "☎", 0x2A: "✉", 0x3F: "✍", 0x46: "☞", 0x4A: "☺", 0x6C: "●",
    0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x9F: "•",
    0xA1: "○", 0xA7: "▪", 0xA8: "□", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE8: "➔", 0xEF: "⇦",
    0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x52: "☼", 0xAB: "★",
}  # fmt: skip
_WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x2A: "□", 0x97: "●", 0xA3: "□"}
_WEBDINGS = {0x61: "✓", 0x72: "✗", 0x63: "□", 0x67: "■", 0x6E: "●", 0x3D: "■"}
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
}
_PRIVATE = 0xF000  # where Word keeps the 256 glyphs of a symbol font


def symbol(font: str, code: int) -> str:
    """The character that `font` draws for `code`; the private one itself where none is known.

    >>> symbol("Wingdings", 0xF0FC), symbol("Symbol", 0xB4), symbol("Wingdings", 0xF0C4)
    ('✓', '×', '\\uf0c4')
    """
    low = code & 0xFF if code >= _PRIVATE else code
    return _FONTS.get(font.strip().lower(), {}).get(low) or chr(code)


def symbols(text: str, font: str) -> str:
    """`text` of a run in a symbol font, its glyphs as the characters that they show."""
    table = _FONTS.get(font.strip().lower())
    if table is None:
        return text
    return "".join(
        symbol(font, ord(char)) if ord(char) & 0xFF00 == _PRIVATE else char for char in text
    )
