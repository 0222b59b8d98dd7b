"""Names by their sound: the same person in characters and in letters, and another one."""

from __future__ import annotations

import pytest

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
