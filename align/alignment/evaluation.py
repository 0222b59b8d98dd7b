"""Strict and lax precision, recall and F1 of beads, by vecalign's definition.

Strict: a bead counts when the same bead is in the other set. Lax: it also counts when it shares a
source and a target sentence with one bead-mate of the other set. Precision looks at all found beads;
recall leaves out gold and found beads without a counterpart. Counts are summed over documents.
Source: Thompson and Koehn 2019, https://aclanthology.org/D19-1136, and vecalign's score.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from align.alignment.bead_files import BeadIndices


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 in [0, 1]; 0 where there is nothing to divide by."""

    precision_strict: float
    recall_strict: float
    f1_strict: float
    precision_lax: float
    recall_lax: float
    f1_lax: float
    gold_beads: int
    found_beads: int


def _hits(gold: Iterable[BeadIndices], test: Iterable[BeadIndices]) -> tuple[int, int, int]:
    """Strict hits, lax hits and the number of distinct `test` beads against `gold`."""
    golds = {bead for bead in gold if bead[0] or bead[1]}
    tests = {bead for bead in test if bead[0] or bead[1]}
    targets_of: dict[int, set[int]] = defaultdict(set)
    for source, target in golds:
        for index in source:
            targets_of[index].update(target)
    strict = len(tests & golds)
    lax = strict
    for source, target in tests - golds:
        reached = set().union(*(targets_of.get(index, set()) for index in source))
        lax += bool(reached.intersection(target))
    return strict, lax, len(tests)


def score(pairs: Sequence[tuple[Sequence[BeadIndices], Sequence[BeadIndices]]]) -> Score:
    """Score documents, each as (gold beads, found beads)."""
    p_strict = p_lax = p_all = r_strict = r_lax = r_all = 0
    for gold, found in pairs:
        strict, lax, total = _hits(gold, found)
        p_strict, p_lax, p_all = p_strict + strict, p_lax + lax, p_all + total
        strict, lax, total = _hits(
            [bead for bead in found if bead[0] and bead[1]],
            [bead for bead in gold if bead[0] and bead[1]],
        )
        r_strict, r_lax, r_all = r_strict + strict, r_lax + lax, r_all + total
    precision, recall = _ratio(p_strict, p_all), _ratio(r_strict, r_all)
    precision_lax, recall_lax = _ratio(p_lax, p_all), _ratio(r_lax, r_all)
    return Score(
        precision,
        recall,
        _f1(precision, recall),
        precision_lax,
        recall_lax,
        _f1(precision_lax, recall_lax),
        sum(len(gold) for gold, _ in pairs),
        sum(len(found) for _, found in pairs),
    )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
