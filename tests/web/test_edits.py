"""The edits: rows partition both sides whatever is done, and every change can be taken back."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from align.datatypes import Bead, check_partition
from align.project import edits
from align.project.edits import Change, EditError, Row, Side

SIZES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any), min_size=1, max_size=8
)
SIDES = st.sampled_from(["source", "target"])


def rows_from(sizes: list[tuple[int, int]], confidence: float | None = 0.9) -> list[Row]:
    """Rows of these sizes, one after the other."""
    rows, s, t = [], 0, 0
    for a, b in sizes:
        rows.append(Row(range(s, s + a), range(t, t + b), confidence))
        s, t = s + a, t + b
    return rows


def sizes_of(rows: list[Row]) -> list[tuple[int, int]]:
    return [(len(row.source), len(row.target)) for row in rows]


def shown(row: Row, side: Side) -> str:
    own = row.source if side == "source" else row.target
    return edits.override(row, side) or "+".join(f"{side[0]}{i}" for i in own)


def join(side: Side, first: str, second: str) -> str:
    return "+".join(part for part in (first, second) if part)


def done(rows: list[Row], change: Change) -> list[Row]:
    after = list(rows)
    edits.apply(after, change)
    return after


def test_merge_joins_two_rows_and_pins_them() -> None:
    rows = rows_from([(1, 1), (2, 1), (1, 0)])
    after = done(rows, edits.merge(rows, 0, join, shown))
    assert sizes_of(after) == [(3, 2), (1, 0)]
    assert (after[0].pinned, after[0].confidence, after[1]) == (True, None, rows[2])


def test_merge_keeps_edited_texts_and_comments() -> None:
    rows = rows_from([(1, 1), (1, 1)])
    rows = done(rows, edits.edit_text(rows, 0, "target", "Better", "t0"))
    rows = done(rows, edits.comment(rows, 1, "hm"))
    (row,) = done(rows, edits.merge(rows, 0, join, shown))
    assert (row.target_text, row.source_text, row.comment) == ("Better+t1", None, "hm")


def test_the_last_row_has_nothing_to_merge_with() -> None:
    with pytest.raises(EditError) as caught:
        edits.merge(rows_from([(1, 1)]), 0, join, shown)
    assert caught.value.code == "last"


@pytest.mark.parametrize(
    ("sizes", "lengths", "cut"),
    [
        ((2, 2), ([10, 30], [20, 60]), (1, 1)),
        ((3, 2), ([10, 10, 40], [20, 40]), (2, 1)),
        ((1, 2), ([10], [5, 30]), (0, 1)),  # the small sentence is left alone
        ((1, 2), ([10], [30, 5]), (1, 1)),
        ((1, 1), ([10], [30]), (1, 0)),  # taken apart, the source first
    ],
)
def test_a_row_is_cut_where_lengths_agree(
    sizes: tuple[int, int], lengths: tuple[list[float], list[float]], cut: tuple[int, int]
) -> None:
    (row,) = rows_from([sizes])
    assert edits.best_cut(row, lengths) == cut


def test_a_cut_can_be_asked_for_on_one_side() -> None:
    (row,) = rows_from([(3, 3)])
    assert edits.best_cut(row, ([10, 10, 10], [10, 10, 10]), ("target", 2)) == (2, 2)
    assert edits.best_cut(row, ([10, 10, 10], [10, 10, 10]), ("source", 1)) == (1, 1)


def test_split_cuts_and_a_single_sentence_cannot_be_cut() -> None:
    rows = rows_from([(1, 1), (2, 3), (1, 0)])
    assert sizes_of(done(rows, edits.split(rows, 1, (2, 3)))) == [(1, 1), (1, 2), (1, 1), (1, 0)]
    with pytest.raises(EditError):
        edits.split(rows, 2, (3, 4))
    with pytest.raises(EditError):
        edits.best_cut(rows[2], ([5], []))


@pytest.mark.parametrize(
    ("index", "side", "step", "after"),
    [
        (1, "target", -1, [(1, 2), (2, 1), (1, 1)]),
        (1, "target", 1, [(1, 1), (2, 1), (1, 2)]),
        (1, "source", -1, [(2, 1), (1, 2), (1, 1)]),
        (1, "source", 1, [(1, 1), (1, 2), (2, 1)]),
        (0, "target", -1, [(0, 1), (1, 0), (2, 2), (1, 1)]),
        (2, "source", 1, [(1, 1), (2, 2), (0, 1), (1, 0)]),
    ],
)
def test_shift_moves_one_sentence(
    index: int, side: Side, step: int, after: list[tuple[int, int]]
) -> None:
    rows = rows_from([(1, 1), (2, 2), (1, 1)])
    assert step in (-1, 1)
    moved = done(rows, edits.shift(rows, index, side, -1 if step < 0 else 1))
    assert sizes_of(moved) == after


def test_a_row_that_is_emptied_goes_and_leaves_its_comment() -> None:
    rows = rows_from([(1, 1), (0, 1), (1, 1)])
    rows = done(rows, edits.comment(rows, 1, "lost?"))
    after = done(rows, edits.shift(rows, 1, "target", -1))
    assert sizes_of(after) == [(1, 2), (1, 1)]
    assert after[0].comment == "lost?"


def test_shift_refuses_what_is_not_there_and_what_was_edited() -> None:
    rows = rows_from([(1, 0), (1, 1)])
    for index, side, step, code in (
        (0, "target", 1, "empty"),
        (0, "source", -1, "edge"),
    ):
        with pytest.raises(EditError) as caught:
            edits.shift(rows, index, side, step)  # type: ignore[arg-type]
        assert caught.value.code == code
    rows = done(rows, edits.edit_text(rows, 1, "target", "Mine", "t0"))
    with pytest.raises(EditError) as caught:
        edits.shift(rows, 1, "target", -1)
    assert caught.value.code == "edited"


def test_giving_the_original_text_again_takes_an_edit_back() -> None:
    rows = rows_from([(1, 1)])
    rows = done(rows, edits.edit_text(rows, 0, "source", "新", "旧"))
    assert (rows[0].source_text, rows[0].decided) == ("新", True)
    rows = done(rows, edits.edit_text(rows, 0, "source", "旧", "旧"))
    assert (rows[0].source_text, rows[0].decided) == (None, False)


def test_what_needs_review_is_unsure_and_undecided() -> None:
    sure, unsure, alone = rows_from([(1, 1), (1, 1), (1, 0)])
    unsure = Row(unsure.source, unsure.target, 0.4)
    assert [row.needs_review() for row in (sure, unsure, alone)] == [False, True, True]
    assert not edits.set_state([unsure], 0, "reviewed").new[0].needs_review()


def test_gaps_reach_to_the_nearest_decided_rows() -> None:
    rows = rows_from([(1, 1)] * 9)
    for index in (2, 5):
        rows = done(rows, edits.pin(rows, index, True))
    assert edits.gaps_around(rows, 3) == (3, 5)
    assert edits.gaps_around(rows, 0) == (0, 2)
    assert edits.gaps_around(rows, 8) == (6, 9)
    assert edits.gaps_around(rows, 5) == (3, 9)


def test_realigning_keeps_decided_rows_and_covers_the_same_sentences() -> None:
    rows = rows_from([(1, 1), (2, 1), (1, 1), (1, 2)])
    rows = done(rows, edits.set_state(rows, 2, "reviewed"))
    beads = [
        Bead(range(1, 2), range(1, 2), 0.7), Bead(range(2, 3), range(2, 2), 0.6),
        Bead(range(3, 4), range(2, 3), 0.99), Bead(range(4, 5), range(3, 5), 0.8),
    ]  # fmt: skip
    after = done(rows, edits.replaced(rows, 1, 4, beads))
    assert sizes_of(after) == [(1, 1), (1, 1), (1, 0), (1, 1), (1, 2)]
    assert after[3] == rows[2]
    with pytest.raises(ValueError, match="decided rows"):
        edits.replaced(rows, 1, 4, [Bead(range(1, 5), range(1, 5))])
    with pytest.raises(ValueError, match="beads end at"):
        edits.replaced(rows, 0, 1, [Bead(range(1), range(0))])


def test_a_change_made_for_other_rows_is_refused() -> None:
    rows = rows_from([(1, 1), (1, 1)])
    change = edits.merge(rows, 0, join, shown)
    edits.apply(rows, change)
    with pytest.raises(ValueError, match="does not fit"):
        edits.apply(rows, change)


@given(SIZES)
def test_rows_are_found_by_id_and_ids_are_unique(sizes: list[tuple[int, int]]) -> None:
    rows = rows_from(sizes)
    assert [edits.find(rows, row.id) for row in rows] == list(range(len(rows)))
    for wrong in ("x", "1", "99-99", "1-2-3", "-1-0"):
        if wrong not in {row.id for row in rows}:
            with pytest.raises(EditError):
                edits.find(rows, wrong)


@given(st.integers(0, 3), st.integers(0, 3))
def test_cuts_are_all_places_that_leave_no_part_empty(a: int, b: int) -> None:
    row = Row(range(5, 5 + a), range(7, 7 + b))
    places = itertools.product(range(5, 6 + a), range(7, 8 + b))
    expected = {
        (s, t) for s, t in places if (s - 5) + (t - 7) > 0 and (5 + a - s) + (7 + b - t) > 0
    }
    assert set(edits.cuts(row)) == expected


class Reviewer(RuleBasedStateMachine):
    """Someone who does anything in any order."""

    rows: list[Row]
    past: list[tuple[list[Row], Change]]

    @initialize(sizes=SIZES)
    def begin(self, sizes: list[tuple[int, int]]) -> None:
        self.rows = rows_from(sizes)
        self.past = []
        self.ends = (self.rows[-1].source.stop, self.rows[-1].target.stop)

    def do(self, change: Change) -> None:
        self.past.append((list(self.rows), change))
        edits.apply(self.rows, change)

    def pick(self, place: float) -> int:
        return min(int(place * len(self.rows)), len(self.rows) - 1)

    @rule(place=st.floats(0, 1))
    def merge(self, place: float) -> None:
        if self.pick(place) + 1 < len(self.rows):
            self.do(edits.merge(self.rows, self.pick(place), join, shown))

    @rule(place=st.floats(0, 1), which=st.integers(0, 99))
    def split(self, place: float, which: int) -> None:
        row = self.rows[self.pick(place)]
        options = list(edits.cuts(row))
        if options and not row.edited:
            self.do(edits.split(self.rows, self.pick(place), options[which % len(options)]))

    @rule(place=st.floats(0, 1), side=SIDES, up=st.booleans())
    def shift(self, place: float, side: Side, up: bool) -> None:
        try:
            change = edits.shift(self.rows, self.pick(place), side, -1 if up else 1)
        except EditError as error:
            assert error.code in ("empty", "edge", "edited")  # noqa: PT017
            return
        self.do(change)

    @rule(
        place=st.floats(0, 1), side=st.sampled_from(["source", "target"]), text=st.text(max_size=3)
    )
    def edit(self, place: float, side: Side, text: str) -> None:
        self.do(edits.edit_text(self.rows, self.pick(place), side, text, "original"))

    @rule(place=st.floats(0, 1), state=st.sampled_from(["", "reviewed", "rejected"]))
    def mark(self, place: float, state: edits.State) -> None:
        self.do(edits.set_state(self.rows, self.pick(place), state))

    @rule(place=st.floats(0, 1), pinned=st.booleans())
    def pin(self, place: float, pinned: bool) -> None:
        self.do(edits.pin(self.rows, self.pick(place), pinned))

    @rule(place=st.floats(0, 1))
    def realign(self, place: float) -> None:
        start, stop = edits.gaps_around(self.rows, self.pick(place))
        decided = [row for row in self.rows[start:stop] if row.decided]
        beads: list[Bead] = []
        s, t = self.rows[start].source.start, self.rows[start].target.start
        last = self.rows[stop - 1]
        for fixed in (*decided, Row(range(last.source.stop, last.source.stop),
                                    range(last.target.stop, last.target.stop))):  # fmt: skip
            between = Bead(range(s, fixed.source.start), range(t, fixed.target.start), 0.5)
            if len(between.source) or len(between.target):
                beads.append(between)
            if fixed.decided:
                beads.append(Bead(fixed.source, fixed.target, 1.0))
            s, t = fixed.source.stop, fixed.target.stop
        self.do(edits.replaced(self.rows, start, stop, beads))
        assert [row for row in self.rows if row.decided] == [
            row for row in self.past[-1][0] if row.decided
        ]

    @precondition(lambda self: self.past)
    @rule()
    def undo(self) -> None:
        before, change = self.past.pop()
        edits.apply(self.rows, change.inverse())
        assert self.rows == before

    @invariant()
    def both_sides_are_partitioned(self) -> None:
        if hasattr(self, "rows"):
            beads = [Bead(row.source, row.target) for row in self.rows]
            check_partition(beads, *self.ends)


TestReviewer = Reviewer.TestCase
TestReviewer.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
