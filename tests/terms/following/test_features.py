"""Each feature of the span model on a row that is worked out by hand."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from align.terms.following import features, pieces
from align.terms.following.features import FEATURES, GROUPS, NAMES, View

# Of the span's weight 10, 8 are aligned, 6 of them to the run; of the run's weight 8 the span
# answers 4, others 2, nothing 2.
NUMBERS = {
    "span_weight": 10, "span_length": 4, "rendered": 8, "answered": 4, "elsewhere": 2, "orphan": 2,
    "aligned": 6, "weight": 8, "cosine": 0.5, "length": 12, "count": 2, "first": 1, "last": 0.5,
    "before": 0.25, "after": 0.75, "before_orphan": 0.4, "after_orphan": 0.6, "name_weight": 4,
    "name_answered": 1, "name_elsewhere": 3, "opened": 0, "bond_before": 0.1, "bond_after": 0.2,
    "held_before": 0.3, "held_after": 0.4, "span_bond": 0.15, "span_held": 0.05, "cut_before": 1, "cut_after": 0, "copied": 0.5,
}  # fmt: skip
BITS = frozenset(
    "span_kinds span_gaps span_before span_after first_kind last_kind kinds gaps gap_before"
    " gap_after".split()
)


def view(**changes: float) -> View:
    values = {**dict.fromkeys(BITS, 0), **NUMBERS}
    assert set(values) == {field.name for field in fields(View)}
    arrays: dict[str, Any] = {
        name: np.array([[value]], np.uint8 if name in BITS else np.float32)
        for name, value in (values | changes).items()
    }
    return View(**arrays)


def log(share: float) -> float:
    return math.log(0.03 + share) - math.log(1.03)


ROWS: list[tuple[str, dict[str, float], float]] = [
    ("precision", {}, 0.5),
    ("log_precision", {}, log(0.5)),
    ("faithful", {}, log(4 / 6)),
    ("recall", {}, 0.6),
    ("log_recall", {}, log(0.6)),
    ("kept", {}, log(0.75)),
    ("orphaned", {}, 0.25),
    ("paired", {}, 0.2),
    ("log_precision_paired", {}, log(0.75)),
    ("log_recall_paired", {}, log(0.8)),
    ("cosine", {}, 0.5),
    ("cosine_squared", {}, 0.25),
    ("heavier", {}, math.log(0.8)),
    ("heavier_squared", {}, math.log(0.8) ** 2),
    ("longer", {}, math.log(3)),
    ("longer_squared", {}, math.log(3) ** 2),
    ("pieces", {}, math.log(2)),
    ("alone", {"count": 1}, 1),
    ("first_answered", {}, 0),
    ("last_answered", {}, log(0.5)),
    ("before_answered", {}, 0.25),
    ("after_answered", {}, 0.75),
    ("before_orphaned", {}, 0.4),
    ("after_orphaned", {}, 0.6),
    ("weak_first", {"first_kind": pieces.FUNCTION}, 1),
    ("weak_last", {"last_kind": pieces.FUNCTION | pieces.AND}, 1),
    ("at_mark", {"gap_before": pieces.EDGE, "gap_after": pieces.COMMA}, 2),
    ("cut_compound", {"gap_before": pieces.JOINED}, 1),
    ("cut_name", {"gap_before": pieces.NAME, "gap_after": pieces.NAME}, 2),
    ("name_rest_answered", {}, 0.25),
    ("name_rest_elsewhere", {}, 0.75),
    ("token_before", {}, 1),
    ("token_after", {}, 0),
    ("comma_inside", {"gaps": pieces.COMMA}, 1),
    ("comma_lost", {"span_gaps": pieces.COMMA}, 1),
    ("stop_inside", {"gaps": pieces.STOP}, 1),
    ("bracket_inside", {"gaps": pieces.OPENS}, 1),
    ("unbalanced", {"opened": -1}, 1),
    (
        "enclosed",
        {
            "span_before": pieces.OPENS,
            "span_after": pieces.CLOSES,
            "gap_before": pieces.OPENS,
            "gap_after": pieces.CLOSES,
        },
        1,
    ),
    ("enclosed_lost", {"span_before": pieces.OPENS, "span_after": pieces.CLOSES}, 1),
    ("joined", {"kinds": pieces.AND}, 1),
    ("joint_lost", {"span_gaps": pieces.COMMA}, 1),
    ("plus_unlike", {"kinds": pieces.PLUS}, 1),
    ("digits_unlike", {"span_kinds": pieces.DIGITS}, 1),
    ("acronym_unlike", {"kinds": pieces.ACRONYM}, 1),
    ("copied", {}, 0.5),
    ("bond_before", {}, 0),
    ("bond_after", {}, 0.05),
    ("held_before", {}, 0.25),
    ("held_after", {}, 0.35),
    ("span_bound", {}, 0.05),
]


@pytest.mark.parametrize(("name", "changes", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_row(name: str, changes: dict[str, float], expected: float) -> None:
    (value,) = getattr(features, name)(view(**changes)).ravel().tolist()
    assert value == pytest.approx(expected, abs=1e-5)


# What is 0 on the plain row, so that a feature that is always on fails.
@pytest.mark.parametrize(
    "name",
    [row[0] for row in ROWS if row[1] and row[2] and row[0] not in ("alone",)],
)
def test_flags_are_off_on_the_plain_row(name: str) -> None:
    assert getattr(features, name)(view()).item() == 0


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("comma_inside", {"gaps": pieces.COMMA, "span_gaps": pieces.COMMA}),
        ("joined", {"kinds": pieces.AND, "span_kinds": pieces.AND}),
        ("plus_unlike", {"kinds": pieces.PLUS, "span_kinds": pieces.PLUS}),
        ("acronym_unlike", {"span_kinds": pieces.ACRONYM}),
    ],
)
def test_what_both_sides_have_is_no_difference(name: str, changes: dict[str, float]) -> None:
    assert getattr(features, name)(view(**changes)).item() == 0


def test_every_feature_has_a_row_and_a_group() -> None:
    assert {row[0] for row in ROWS} == set(NAMES)
    assert len(FEATURES) == len(set(NAMES)) == sum(map(len, GROUPS.values()))
