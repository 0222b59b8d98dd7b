"""Names by their sound: the same person in characters and in letters, and another one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from align.terms.checking import sounds
from align.terms.checking.sounds import consonants, sounds_like

SAME = {
    "family-name": ("Lindgren", "林德格伦女士介绍了报告。"),
    "pinyin": ("Zhou Wenbin", "周文斌主持了会议。"),
    "korean": ("Park Chan-ho", "朴灿浩先生发言。"),
    "full-name": ("Alejandro Castillo", "亚历杭德罗·卡斯蒂略先生当选。"),
    "second-name-only": ("Fatima Mansour", "曼苏尔女士感谢与会者。"),
}
OTHER = {
    "family-name": ("Kowalczyk", "林德格伦女士介绍了报告。"),
    "pinyin": ("Gao Mingtao", "周文斌主持了会议。"),
    "full-name": ("Bogdan Popescu", "亚历杭德罗·卡斯蒂略先生当选。"),
}


@pytest.mark.parametrize(("name", "text"), SAME.values(), ids=SAME)
def test_the_same_name(name: str, text: str) -> None:
    assert sounds_like(name, text) >= 0.6


@pytest.mark.parametrize(("name", "text"), OTHER.values(), ids=OTHER)
def test_another_name(name: str, text: str) -> None:
    same = max(sounds_like(one, text) for one, other in SAME.values() if other == text)
    assert sounds_like(name, text) < same - 0.1


def test_consonants() -> None:
    assert consonants("Guterres") == "KTLS"
    assert consonants("Schmidt") == "SMTT"
    assert sounds_like("", "无名氏") == 0.0
    assert sounds_like("Moreno", "") == 0.0


def test_readings_are_those_of_pypinyin() -> None:
    constants = pytest.importorskip("pypinyin.constants")
    readings = Path(sounds.__file__).with_name("readings.tsv").read_text("utf-8").splitlines()
    found = {
        char: heard for heard, chars in (line.split("\t") for line in readings) for char in chars
    }
    assert found.keys() == {chr(c) for c in constants.PINYIN_DICT if 0x3400 <= c <= 0x9FFF}
    for char, heard in {"古": "K", "林": "LN", "儿": "L", "长": "SN", "特": "T", "安": "N"}.items():
        assert heard in found[char].split(","), "renew it: python scripts/training/readings.py"
    assert constants.PINYIN_DICT[ord("林")] == "lín"
    for char in list(found)[::97]:
        first = constants.PINYIN_DICT[ord(char)][0]
        initials = {"l": "L", "r": "L", "w": "W", "y": "Y", "m": "M", "f": "F", "k": "K"}
        if first in initials:
            assert initials[first] in {heard[:1] for heard in found[char].split(",")}


def slow(name: str, text: str) -> float:
    """What `sounds_like` gives, by its definition: every run, every consonant, nothing left out."""
    chars = [char for char in text if "\u3400" <= char <= "\u9fff"]
    words = [consonants(word) for word in re.split(r"[\s-]", name)]
    best = 0.0
    for wanted in {*(word for word in words if len(word) >= 3), "".join(words)} - {""}:
        weights, fits = sounds._fits(wanted)
        for start in range(max(1, len(chars) - 1)):
            row = [0.0] * (len(wanted) + 1)
            for char in chars[start : start + max(2, len(wanted))]:
                rows = []
                for reading in sounds._readings().get(char, ("",)):
                    state = [value - 0.15 for value in row]
                    for sign in reading:
                        before = state[:]
                        for at in range(1, len(state)):
                            fit = fits.get(sign, [0.0] * len(wanted))[at - 1]
                            state[at] = max(state[at], state[at - 1], before[at - 1] + fit)
                    rows.append(state)
                row = [max(values) for values in zip(*rows, strict=True)]
                best = max(best, row[-1] / sum(weights))
    return best


@pytest.mark.parametrize(("name", "text"), [*SAME.values(), *OTHER.values(), ("Yeh", "一二三")])
def test_nothing_is_heard_that_a_slow_twin_does_not_hear(name: str, text: str) -> None:
    assert sounds_like(name, text) == pytest.approx(slow(name, text))
