"""Facts matched by what they have in common, against a twin that compares each with each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from align.language.facts import Fact, agree, facts, rivals
from align.language.facts.agreement import agreement_keys
from align.language.languages import CHINESE, ENGLISH
from align.terms.checking import matching
from align.terms.checking.matching import Difference, agreement_index, differences, match

CASES = Path(__file__).parent / "cases" / "facts"
FURTHER = [
    ("气温零下三度，湿度40%。", "It was 27 degrees Fahrenheit, minus 3 degrees Celsius."),
    ("0公里，1米，30天，一个月，52周。", "0 miles, 3.3 feet, 1 month, 30 days, a year, 365 days."),
    (
        "A/RES/70/1号和第70/1号决议，F-16，90年代。",
        "Resolution 70/1, A/RES/70/1, an F16, the 1990s, 90.",
    ),
    ("下午5时，17时，5点半。", "5 p.m., 17, 5:30, 1730 hours."),
    ("2021年5月3日、5月、3日。", "3 May 2021, May 2020, the 3rd, 2021, 3."),
]


def read() -> list[Fact]:
    """Facts of all kinds, of both languages, each by itself."""
    texts = [
        cell
        for path in sorted(CASES.glob("*.tsv"))
        for line in path.read_text("utf-8").splitlines()
        if line and line[0] != "#"
        for cell in line.split("\t")
    ] + [text for pair in FURTHER for text in pair]
    found = {
        (fact.readings, fact.strength): fact
        for text in texts
        for fact in facts(
            text, CHINESE if any("\u4e00" <= char <= "\u9fff" for char in text) else ENGLISH
        )
    }
    return list(found.values())


ALL = read()


def test_facts_that_agree_share_a_key() -> None:
    keys = [agreement_keys(fact) for fact in ALL]
    assert len(ALL) > 500
    agreeing = 0
    for at, one in enumerate(ALL[::2]):
        for other in range(len(ALL)):
            if agree(one, ALL[other]):
                agreeing += 1
                assert not keys[2 * at].isdisjoint(keys[other]), (one, ALL[other])
    assert agreeing > len(ALL)


def slow_match(source: Sequence[Fact], target: Sequence[Fact]) -> list[tuple[int, int]]:
    """The pairs of `match`, each fact compared with each."""
    agreeing = sorted(
        (matching._distance(a, b), i, j)
        for i, a in enumerate(source)
        for j, b in enumerate(target)
        if agree(a, b)
    )
    pairs: dict[int, int] = {}
    for _, i, j in agreeing:
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return sorted(pairs.items())


def slow_differences(found: matching.Matching) -> list[Difference]:
    """What `differences` tells, by going through all that is left each time."""

    def instead(one: Fact, others: Sequence[Fact]) -> Fact | None:
        may = [o for o in others if rivals(one, o) and matching._may_stand(one, o)]
        return min(may, key=lambda other: matching._unlike(one, other), default=None)

    left = [found.target[j] for j in (*found.added, *found.repeated)]
    told = []
    for i in sorted(found.lost, key=lambda i: (found.source[i].strength != "firm", i)):
        one = found.source[i]
        other = instead(one, left) if one.strength != "mute" else None
        if other is not None:
            left = [some for some in left if some is not other]
        if one.strength == "firm" or other is not None:
            told.append(Difference(one, other))
    added = [found.target[j] for j in found.added]
    silent = [found.source[i] for i in found.lost if found.source[i].strength == "mute"]
    silent += [found.source[i] for i in found.again]
    for other in left:
        if other.strength != "mute" and any(other is one for one in added):
            quiet = instead(other, silent)
            if quiet is not None or other.strength == "firm":
                told.append(Difference(quiet, other))
    return sorted(told, key=matching._place)


def drawn(seed: int, size: int) -> tuple[list[Fact], list[Fact]]:
    """Two sides of facts, many of them alike, each at a place of its own."""
    draw = random.Random(seed)
    pool = draw.sample(ALL, max(2, size // 2))
    sides = [
        [
            Fact(one.readings, at, at + 1, one.text, one.strength)
            for at, one in enumerate(draw.choices(pool if draw.random() < 0.8 else ALL, k=size))
        ]
        for _ in range(2)
    ]
    return sides[0], sides[1]


@pytest.mark.parametrize("size", [1, 3, 7, 12, 40])
def test_matches_and_differences_are_those_of_the_twin(size: int) -> None:
    for seed in range(40):
        source, target = drawn(seed, size)
        found = match(source, target)
        assert list(found.pairs) == slow_match(source, target)
        assert set(found.lost) == {
            i for i, a in enumerate(source) if not any(agree(a, b) for b in target)
        }
        assert set(found.added) == {
            j for j, b in enumerate(target) if not any(agree(a, b) for a in source)
        }
        assert set(found.again) == set(range(size)) - {i for i, _ in found.pairs} - set(found.lost)
        assert differences(found) == slow_differences(found)


def test_an_index_answers_as_each_by_itself() -> None:
    source, target = drawn(99, 60)
    index = agreement_index(target)
    for one in source:
        assert index.renders(one) == any(agree(one, other) for other in target)


def test_many_facts_are_matched_in_time_of_their_number() -> None:
    chinese = "，".join(f"{number}项" for number in range(20, 3020))
    english = ", ".join(f"{number} items" for number in range(3019, 19, -1))
    source, target = facts(chinese, CHINESE), facts(english, ENGLISH)
    found = match(source, target)
    assert len(found.pairs) == 3000
    assert differences(match(source, facts(english.replace("0", "1"), ENGLISH)))
