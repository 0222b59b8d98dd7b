"""Write align/language/simplified.txt from OpenCC's tables, where another release of it differs."""

from __future__ import annotations

from pathlib import Path

import opencc

PLACE = Path(__file__).resolve().parents[2] / "align" / "language" / "simplified.txt"
_HAN_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000))
_A_LINE = 32  # pairs


def pairs() -> list[str]:
    """Each character that has a simplified form of one character, followed by that form."""
    han = [chr(code) for first, end in _HAN_BLOCKS for code in range(first, end)]
    converted = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    found = zip(han, converted, strict=True)
    return [old + new for old, new in found if old != new and len(new) == 1]


def main() -> None:
    found = pairs()
    lines = ["".join(found[at : at + _A_LINE]) for at in range(0, len(found), _A_LINE)]
    PLACE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
