"""The units that the check is trained on: whole, right in their form, and labelled as by hand."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "scripts"))
from training.written import Row, Written, read_written, telling

KINDS = set(
    "negation modality contradiction scope condition tense name term list clause roles swap quote"
    " number date".split()
)


def test_each_source_has_two_right_translations_and_wrong_ones_that_differ() -> None:
    units = read_written()
    by_group = Counter(unit.group for unit in units)
    assert len(by_group) > 2_000
    assert set(by_group.values()) == {5}
    for unit in units:
        assert unit.kind in KINDS | {""}
        chinese, english, forward = unit.pair
        assert re.search("[\u4e00-\u9fff]", chinese), unit.group
        assert re.search("[A-Za-z]{2}", english), unit.group
        assert forward == (unit.source == chinese)
        if unit.kind:
            assert unit.target not in (unit.reference, unit.source)
            assert unit.changed, (unit.group, unit.target)
            assert all(0 <= low <= high <= len(unit.target) for low, high in unit.changed)
            assert all(0 <= low < high <= len(unit.reference) for low, high in unit.was)


def unit(reference: str, target: str, was: str, now: str) -> Written:
    """A wrong unit from Chinese whose mistake is `now` for `was`."""
    at, then = target.index(now), reference.index(was)
    return Written(
        "x1", "守门人不得入睡。", target, True, "negation",
        ((at, at + len(now)),), reference, ((then, then + len(was)),),
    )  # fmt: skip


def row(
    of_source: bool, span: tuple[int, int], place: tuple[int, int], axis: str, name: str
) -> Row:
    return Row(of_source, span, place, axis, name, {})


def test_what_the_mistake_brought_and_what_it_took_away_tells_it() -> None:
    made = unit("The keeper must not sleep.", "The keeper may sleep.", "must not", "may")
    rows = [
        row(True, (3, 5), (11, 20), "negation", "not"),  # its counterpart is gone
        row(True, (3, 4), (11, 20), "duty", "must"),  # and so is that of this one
        row(False, (11, 14), (3, 5), "duty", "may"),  # what stands there now
        row(False, (4, 10), (0, 3), "whole", "all"),  # not where the mistake is
    ]
    assert telling(made, rows) == [0, 1, 2]


def test_of_two_alike_the_one_whose_place_was_changed_tells_it() -> None:
    made = unit("The keeper must not sleep.", "The keeper must sleep.", "not ", "sleep")
    here = row(True, (3, 5), (16, 21), "negation", "not")
    there = row(True, (7, 8), (0, 3), "negation", "not")
    assert telling(made, [there, here]) == [1]
    assert telling(made, [here, row(True, (7, 8), (15, 21), "negation", "not")]) == []


def test_a_mistake_without_operators_is_told_by_none() -> None:
    made = unit("The keeper must not sleep.", "The cook must not sleep.", "keeper", "cook")
    assert telling(made, [row(True, (3, 5), (13, 16), "negation", "not")]) == []
