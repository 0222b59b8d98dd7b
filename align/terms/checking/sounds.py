"""Does a Chinese text hold a name by its sound: 古特雷斯 and Guterres, 王毅 and Wang Yi?

A name in Latin letters and the readings of characters are reduced to the consonants that survive a
transcription into Chinese; how much of the name is found in order in a run of characters says
whether it is there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from align.language.scripts import is_han

# Consonants that a transcription does not tell apart share a letter: r and l, b and p, z and j.
_EN = [
    ("sch", "S"), ("sh", "S"), ("ch", "S"), ("zh", "S"), ("th", "T"), ("ph", "F"), ("gh", ""),
    ("ck", "K"), ("qu", "K"), ("x", "S"), ("j", "S"), ("z", "S"), ("s", "S"), ("c(?=[eiy])", "S"),
    ("c", "K"), ("ng(?![aeiou])", "N"), ("g(?=[ei])", "S"), ("g", "K"), ("k", "K"), ("q", "K"),
    ("b", "P"), ("p", "P"), ("d", "T"), ("t", "T"), ("f", "F"), ("v", "W"), ("w", "W"), ("m", "M"),
    ("n", "N"), ("l", "L"), ("r", "L"), ("h", "H"), ("y", "Y"),
]  # fmt: skip
_TABLE = Path(__file__).with_name("readings.tsv")
_LATIN = re.compile("|".join(f"({pattern})" for pattern, _ in _EN))
# Letters that may stand for one another in part: v is 维 or 弗, h is often silent, k or 赫.
_NEAR = {
    "FW": 0.8, "WF": 0.8, "SK": 0.5, "KS": 0.5, "HK": 0.6, "KH": 0.6, "PW": 0.5, "PF": 0.4,
    "WP": 0.5, "YS": 0.5, "SY": 0.5, "ST": 0.4, "TS": 0.4, "MN": 0.6, "NM": 0.6,
}  # fmt: skip
_OVER = 0.15  # of a consonant, for a character: a name's run is not longer than its name
_TELLING = 3  # consonants by which a word alone is heard: two are in any text
_SIGNS = "FHKLMNPSTWY"
_SILENT = ("",)  # what is no reading
_LIGHT = frozenset("HYW")  # that transcriptions drop or add


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """The consonants of each character's readings: 古 K, 林 LN.

    They stand in a file (scripts/training/readings.py), a line for each set of readings: to load a
    dictionary of pinyin takes longer than to check a page.
    """
    found: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        heard, chars = line.split("\t")
        found.update(dict.fromkeys(chars, tuple(heard.split(","))))
    return found


@lru_cache(maxsize=1 << 14)
def consonants(name: str) -> str:
    """The consonants of a name in Latin letters, by class; each run of one letter once.

    >>> consonants("Guterres"), consonants("Wang Yi")
    ('KTLS', 'WNY')
    """
    plain = "".join(
        c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c)
    )
    plain = re.sub(r"([a-z])\1", r"\1", plain)
    return "".join(_EN[(m.lastindex or 1) - 1][1] for m in _LATIN.finditer(plain))


def sounds_like(name: str, text: str) -> float:
    """How much of a name a run of characters of a Chinese text sounds like, 0 to 1.

    The best word of the name counts: 古特雷斯 is António Guterres.
    """
    words = [consonants(word) for word in re.split(r"[\s·.-]+", name)]
    wanted = [word for word in words if len(word) >= _TELLING]
    joined = "".join(words)
    chars = [char for char in text if is_han(char)]
    return max((_heard(word, chars) for word in {*wanted, joined}), default=0.0)


def _heard(wanted: str, chars: Sequence[str]) -> float:
    if not wanted:
        return 0.0
    weights, fits = _fits(wanted)
    readings = _readings()
    ways = [readings.get(char, _SILENT) for char in chars]
    telling = [any(sign in fits for reading in some for sign in reading) for some in ways]
    best = 0.0
    size = max(2, len(wanted))
    last = max(1, len(chars) - 1) - 1
    for start in range(last + 1):
        # Where the first character says nothing, beginning at the next one hears as much for less.
        if start == last or telling[start]:
            best = max(best, _aligned(len(wanted), fits, ways[start : start + size]))
    return best / sum(weights)


@lru_cache(maxsize=1 << 10)
def _fits(wanted: str) -> tuple[list[float], dict[str, list[float]]]:
    """The weights of the consonants, and how much each gets of those that are like it."""
    weights = [0.4 if sign in _LIGHT else 1.0 for sign in wanted]
    fits = {}
    for sign in _SIGNS:
        some = [
            weight * (1.0 if want == sign else _NEAR.get(want + sign, 0.0))
            for want, weight in zip(wanted, weights, strict=True)
        ]
        if any(some):
            fits[sign] = some
    return weights, fits


def _aligned(
    length: int, fits: Mapping[str, Sequence[float]], ways: Sequence[tuple[str, ...]]
) -> float:
    """The most weight that the characters' consonants give in order, less what is over.

    `length` is that of what is wanted; `ways` are the readings of each character.
    """
    row = [0.0] * (length + 1)
    best = 0.0
    for some in ways:
        rows = [_heard_in(reading, fits, row) for reading in some]
        row = rows[0] if len(rows) == 1 else [max(values) for values in zip(*rows, strict=True)]
        best = max(best, row[-1])
    return best


def _heard_in(
    reading: str, fits: Mapping[str, Sequence[float]], before: Sequence[float]
) -> list[float]:
    """What is heard of each beginning of what is wanted when a character's reading follows."""
    state = [value - _OVER for value in before]
    for sign in reading:
        found = fits.get(sign)
        if found is None:
            continue  # rows never fall: nothing new is heard
        held = high = state[0]
        for at, fit in enumerate(found, 1):
            held, given = state[at], held + fit
            state[at] = high = max(held, high, given)
    return state
