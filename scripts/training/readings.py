"""Write align/terms/checking/readings.tsv from pypinyin's readings, where another release differs."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from pypinyin.constants import PINYIN_DICT

PLACE = Path(__file__).resolve().parents[2] / "align" / "terms" / "checking" / "readings.tsv"
_FIRST, _LAST = 0x3400, 0x9FFF
# Consonants that a transcription does not tell apart share a letter: r and l, b and p, z and j.
_INITIALS = [
    ("zh", "S"), ("ch", "S"), ("sh", "S"), ("b", "P"), ("p", "P"), ("m", "M"), ("f", "F"),
    ("d", "T"), ("t", "T"), ("n", "N"), ("l", "L"), ("g", "K"), ("k", "K"), ("h", "H"), ("j", "S"),
    ("q", "S"), ("x", "S"), ("r", "L"), ("z", "S"), ("c", "S"), ("s", "S"), ("w", "W"), ("y", "Y"),
]  # fmt: skip


def consonants(reading: str) -> str:
    """The consonants that a transcription hears in a syllable: gǔ K, lín LN, ér L."""
    plain = "".join(
        c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c)
    )
    start = next((sign for sound, sign in _INITIALS if plain.startswith(sound)), "")
    nasal = plain.endswith(("n", "ng")) and len(plain) > 1
    return start + ("N" if nasal else "L" if plain == "er" else "")


def rows() -> dict[str, str]:
    """The characters of each set of readings, the sets as they stand in the file."""
    found: dict[str, str] = {}
    for code in range(_FIRST, _LAST + 1):
        if code in PINYIN_DICT:
            heard = dict.fromkeys(map(consonants, PINYIN_DICT[code].split(",")))
            key = ",".join(heard)
            found[key] = found.get(key, "") + chr(code)
    return found


def main() -> None:
    lines = [f"{key}\t{chars}\n" for key, chars in sorted(rows().items())]
    PLACE.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
