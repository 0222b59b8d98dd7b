"""Does a Chinese text hold a name by its sound: 古特雷斯 and Guterres, 王毅 and Wang Yi?

A name in Latin letters and the readings of characters are reduced to the consonants that survive a
transcription into Chinese; how much of the name is found in order in a run of characters says
whether it is there.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Consonants that a transcription does not tell apart share a letter: r and l, b and p, z and j.
_ZH = [
    ("zh", "S"), ("ch", "S"), ("sh", "S"), ("b", "P"), ("p", "P"), ("m", "M"), ("f", "F"),
    ("d", "T"), ("t", "T"), ("n", "N"), ("l", "L"), ("g", "K"), ("k", "K"), ("h", "H"), ("j", "S"),
    ("q", "S"), ("x", "S"), ("r", "L"), ("z", "S"), ("c", "S"), ("s", "S"), ("w", "W"), ("y", "Y"),
]  # fmt: skip
_EN = [
    ("sch", "S"), ("sh", "S"), ("ch", "S"), ("zh", "S"), ("th", "T"), ("ph", "F"), ("gh", ""),
    ("ck", "K"), ("qu", "K"), ("x", "S"), ("j", "S"), ("z", "S"), ("s", "S"), ("c(?=[eiy])", "S"),
    ("c", "K"), ("ng(?![aeiou])", "N"), ("g(?=[ei])", "S"), ("g", "K"), ("k", "K"), ("q", "K"),
    ("b", "P"), ("p", "P"), ("d", "T"), ("t", "T"), ("f", "F"), ("v", "W"), ("w", "W"), ("m", "M"),
    ("n", "N"), ("l", "L"), ("r", "L"), ("h", "H"), ("y", "Y"),
]  # fmt: skip
_LATIN = re.compile("|".join(f"({pattern})" for pattern, _ in _EN))
# Letters that may stand for one another in part: v is 维 or 弗, h is often silent, k or 赫.
_NEAR = {
    "FW": 0.8, "WF": 0.8, "SK": 0.5, "KS": 0.5, "HK": 0.6, "KH": 0.6, "PW": 0.5, "PF": 0.4,
    "WP": 0.5, "YS": 0.5, "SY": 0.5, "ST": 0.4, "TS": 0.4, "MN": 0.6, "NM": 0.6,
}  # fmt: skip
_OVER = 0.15  # of a consonant, for a character: a name's run is not longer than its name
_TELLING = 3  # consonants by which a word alone is heard: two are in any text
_LIGHT = frozenset("HYW")  # that transcriptions drop or add


@lru_cache(maxsize=1)
def _readings() -> dict[int, str]:
    from pypinyin.constants import PINYIN_DICT  # 0.3 s: only for names that are in doubt

    return PINYIN_DICT


@lru_cache(maxsize=20_000)
def _of_character(char: str) -> tuple[str, ...]:
    """The consonants of a character's readings: 古 K, 林 LN."""
    found = []
    for reading in _readings().get(ord(char), "").split(","):
        plain = "".join(
            c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c)
        )
        start = next((sign for sound, sign in _ZH if plain.startswith(sound)), "")
        end = (
            "N" if plain.endswith(("n", "ng")) and len(plain) > 1 else "L" if plain == "er" else ""
        )
        found.append(start + end)
    return tuple(dict.fromkeys(found))


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
    return max((_heard(word, text) for word in {*wanted, joined}), default=0.0)


def _heard(wanted: str, text: str) -> float:
    if not wanted:
        return 0.0
    weights = [0.4 if sign in _LIGHT else 1.0 for sign in wanted]
    chars = [char for char in text if "\u3400" <= char <= "\u9fff"]
    best = 0.0
    size = max(2, len(wanted))
    for start in range(max(1, len(chars) - 1)):
        best = max(best, _aligned(wanted, weights, chars[start : start + size]))
    return best / sum(weights)


def _aligned(wanted: str, weights: list[float], chars: list[str]) -> float:
    """The most weight of `wanted` that the characters' consonants give in order, less what is over."""
    row = [0.0] * (len(wanted) + 1)
    best = 0.0
    for char in chars:
        ways = [
            _heard_in(reading, wanted, weights, row) for reading in _of_character(char) or ("",)
        ]
        row = [max(values) for values in zip(*ways, strict=True)]
        best = max(best, row[-1])
    return best


def _heard_in(reading: str, wanted: str, weights: list[float], before: list[float]) -> list[float]:
    """What is heard of each beginning of `wanted` when a character's reading follows."""
    state = [value - _OVER for value in before]
    for sign in reading:
        previous = state[:]
        for at, (want, weight) in enumerate(zip(wanted, weights, strict=True), 1):
            fit = 1.0 if want == sign else _NEAR.get(want + sign, 0.0)
            state[at] = max(state[at], state[at - 1], previous[at - 1] + weight * fit)
    return state
