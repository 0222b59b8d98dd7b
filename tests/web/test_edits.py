"""The edits: rows partition both sides whatever is done, and every change can be taken back."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from report.sample import SIGNATURE, document

from align.datatypes import Alignment, Bead, Document, check_partition
from align.project import edits
from align.project.edits import Change, EditError, Row, Side
from align.web.realigning import Pins, realign

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
    new = [rows[2] if k == 2 else row for k, row in enumerate(edits.rows_of(beads))]
    after = done(rows, edits.replaced(rows, 1, 4, new))
    assert sizes_of(after) == [(1, 1), (1, 1), (1, 0), (1, 1), (1, 2)]
    assert after[3] == rows[2]
    with pytest.raises(ValueError, match="decided rows"):
        edits.replaced(rows, 1, 4, [Row(range(1, 5), range(1, 5))])
    with pytest.raises(ValueError, match="change their sentences"):
        edits.replaced(rows, 0, 1, [Row(range(1), range(0))])


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


def pairs(rows: list[Row]) -> list[tuple[list[int], list[int]]]:
    return [(list(row.source), list(row.target)) for row in rows]


def places(rows: list[Row]) -> list[str]:
    return [row.id for row in rows]


def test_a_target_that_goes_to_an_empty_row_leaves_nothing_of_its_own_row() -> None:
    rows = rows_from([(1, 0), (1, 1), (1, 1), (0, 1)])
    after = done(rows, edits.exchange(rows, 0, 3))
    assert pairs(after) == [([0], [2]), ([1], [0]), ([2], [1])]
    assert (after[0].pinned, after[0].confidence) == (True, None)
    assert edits.crossed(after) == {"0-2"}
    assert after[1:] == rows[1:3]


def test_two_full_rows_exchange_their_targets_and_the_one_left_over_waits() -> None:
    rows = rows_from([(1, 1), (1, 1), (1, 1)])
    rows = done(rows, edits.edit_text(rows, 2, "target", "Mine", "t2"))
    rows = done(rows, edits.set_state(rows, 2, "reviewed"))
    after = done(rows, edits.exchange(rows, 0, 2))
    assert pairs(after) == [([0], [2]), ([1], [1]), ([2], [0])]
    assert (after[0].target_text, after[2].target_text) == ("Mine", None)
    assert (after[2].confidence, after[2].state, after[2].needs_review()) == (0.5, "", True)
    assert pairs(done(after, edits.exchange(after, 0, 2))) == pairs(rows)


def test_an_exchange_leaves_a_target_alone_where_it_is_in_the_text() -> None:
    rows = rows_from([(1, 1), (1, 1), (0, 1), (1, 1)])
    rows = done(rows, edits.comment(rows, 2, "whose?"))
    after = done(rows, edits.exchange(rows, 3, 2))
    assert pairs(after) == [([0], [0]), ([1], [1]), ([2], [2]), ([], [3])]
    assert places(after) == ["0-0", "1-1", "2-2", "3-3"]
    assert after[3].comment == "whose?"
    assert not edits.crossed(after)


def test_a_crossed_row_is_taken_apart_and_each_side_is_in_its_place() -> None:
    rows = rows_from([(1, 0), (1, 1), (1, 1), (0, 1)])
    joined = done(rows, edits.exchange(rows, 0, 3))
    apart = done(joined, edits.put_back(joined, 0))
    assert pairs(apart) == pairs(rows)
    assert [row.confidence for row in apart] == [0.5, 0.9, 0.9, 0.5]
    assert apart[0].needs_review()
    with pytest.raises(EditError) as caught:
        edits.put_back(apart, 1)
    assert caught.value.code == "in-order"


def test_what_has_no_target_or_no_source_cannot_be_exchanged() -> None:
    rows = rows_from([(1, 0), (1, 0), (0, 1), (0, 1)])
    for one, other, code in ((0, 1, "empty"), (2, 3, "unsourced"), (1, 1, "empty")):
        with pytest.raises(EditError) as caught:
            edits.exchange(rows, one, other)
        assert caught.value.code == code


def test_rows_between_which_others_stand_in_the_translation_are_not_merged() -> None:
    rows = rows_from([(1, 1)] * 4)
    rows = done(rows, edits.exchange(rows, 0, 3))
    attempts: list[Callable[[], Change]] = [
        lambda: edits.merge(rows, 0, join, shown),
        lambda: edits.shift(rows, 1, "target", -1),
        lambda: edits.shift(rows, 0, "target", -1),
        lambda: edits.shift(rows, 3, "target", 1),
    ]
    for attempt in attempts:
        with pytest.raises(EditError) as caught:
            attempt()
        assert caught.value.code == "crossed"


def test_a_sentence_that_is_cut_moves_those_after_it_also_in_rows_above() -> None:
    rows = rows_from([(1, 0), (1, 1), (1, 1), (0, 1)])
    rows = done(rows, edits.exchange(rows, 0, 3))
    halves = (
        Row(range(1, 2), range(1), pinned=True),
        Row(range(2, 2), range(1, 2), pinned=True),
    )
    cut = Change("split", 1, (rows[1],), halves, (edits.Cut("target", 0, 3),))
    after = done(rows, cut)
    assert pairs(after) == [([0], [3]), ([1], [0]), ([], [1]), ([2], [2])]
    assert done(after, cut.inverse()) == rows


def test_both_sentences_of_a_machine_made_crossing_stand_in_one_row() -> None:
    beads = [
        Bead(range(1), range(0), 0.5), Bead(range(1, 2), range(1), 0.9),
        Bead(range(2, 2), range(1, 2), 0.4),
    ]  # fmt: skip
    (one, two) = edits.rows_of(beads, [(0, 1)])
    assert (one, two) == (Row(range(1), range(1, 2), 0.4), Row(range(1, 2), range(1), 0.9))


def test_of_two_rows_the_one_that_was_moved_by_hand_is_crossed() -> None:
    rows = rows_from([(1, 1)] * 5)
    assert edits.crossed(done(rows, edits.exchange(rows, 1, 2))) == {"1-2"}
    assert edits.crossed(done(rows, edits.exchange(rows, 2, 1))) == {"2-1"}


@given(st.permutations(range(6)))
def test_as_few_rows_as_can_be_are_crossed(order: list[int]) -> None:
    rows = [Row(range(k, k + 1), range(t, t + 1)) for k, t in enumerate(order)]
    longest = max(
        size
        for size in range(1, 7)
        if any(list(some) == sorted(some) for some in itertools.combinations(order, size))
    )
    found = edits.crossed(rows)
    assert len(found) == 6 - longest
    rest = [row.target.start for row in rows if row.id not in found]
    assert rest == sorted(rest)


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
        change = edits.settled(self.rows, change)
        self.past.append((list(self.rows), change))
        edits.apply(self.rows, change)

    def pick(self, place: float) -> int:
        return min(int(place * len(self.rows)), len(self.rows) - 1)

    @rule(place=st.floats(0, 1))
    def merge(self, place: float) -> None:
        if self.pick(place) + 1 < len(self.rows):
            try:
                self.do(edits.merge(self.rows, self.pick(place), join, shown))
            except EditError as error:
                assert error.code == "crossed" and self.is_crossed()  # noqa: PT017, PT018

    def is_crossed(self) -> bool:
        return bool(edits.crossed(self.rows))

    @rule(place=st.floats(0, 1), other=st.floats(0, 1))
    def exchange(self, place: float, other: float) -> None:
        one, two = self.rows[self.pick(place)], self.rows[self.pick(other)]
        try:
            change = edits.exchange(self.rows, self.pick(place), self.pick(other))
        except EditError as error:
            assert error.code in ("empty", "unsourced")  # noqa: PT017
            return
        self.do(change)
        if len(one.source) and len(two.target):
            asked = next(row for row in self.rows if row.source == one.source)
            assert (asked.target, asked.target_text) == (two.target, two.target_text)

    @rule(place=st.floats(0, 1))
    def put_back(self, place: float) -> None:
        crossed = edits.crossed(self.rows)
        if self.rows[self.pick(place)].id in crossed:
            self.do(edits.put_back(self.rows, self.pick(place)))
            assert len(edits.crossed(self.rows)) == len(crossed) - 1

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
            known = ("empty", "edge", "edited", *(["crossed"] if self.is_crossed() else []))
            assert error.code in known  # noqa: PT017
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

    @precondition(lambda self: not self.is_crossed())
    @rule(place=st.floats(0, 1))
    def realign(self, place: float) -> None:
        start, stop = edits.gaps_around(self.rows, self.pick(place))
        decided = [row for row in self.rows[start:stop] if row.decided]
        new: list[Row] = []
        s, t = self.rows[start].source.start, self.rows[start].target.start
        last = self.rows[stop - 1]
        for fixed in (*decided, Row(range(last.source.stop, last.source.stop),
                                    range(last.target.stop, last.target.stop))):  # fmt: skip
            between = Row(range(s, fixed.source.start), range(t, fixed.target.start), 0.5)
            if len(between.source) or len(between.target):
                new.append(between)
            if fixed.decided:
                new.append(fixed)
            s, t = fixed.source.stop, fixed.target.stop
        self.do(edits.replaced(self.rows, start, stop, new))
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
            beads = [Bead(row.source, row.target) for row in edits.in_order(self.rows)]
            check_partition(beads, *self.ends)
            keys = [(row.source.start, row.target.start) for row in self.rows]
            assert keys == sorted(set(keys))
            assert edits.arranged(self.rows) == self.rows
            if not self.is_crossed():
                check_partition([Bead(row.source, row.target) for row in self.rows], *self.ends)


TestReviewer = Reviewer.TestCase
TestReviewer.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@given(st.permutations(range(6)), st.integers(0, 5), st.integers(1, 6), st.sets(st.integers(0, 5)))
def test_realigning_leaves_crossed_and_decided_rows_alone(
    order: list[int], start: int, size: int, pinned: set[int]
) -> None:
    rows = edits.arranged(
        Row(range(k, k + 1), range(t, t + 1), 0.9, pinned=k in pinned) for k, t in enumerate(order)
    )
    stop = min(start + size, 6)
    sides = document("zh.txt", "zh-CN", ["字"] * 6), document("en.txt", "en-US", ["word"] * 6)

    after = done(rows, realign(rows, start, stop, sides, as_few_beads_as_can_be))
    crossed = edits.crossed(rows)
    fixed = [
        row
        for k, row in enumerate(rows)
        if row.decided or row.id in crossed or not start <= k < stop
    ]
    assert [row for row in fixed if row not in after] == []
    beads = [Bead(row.source, row.target) for row in edits.in_order(after)]
    check_partition(beads, 6, 6)
    assert edits.arranged(after) == after


def as_few_beads_as_can_be(source: Document, target: Document, pins: Pins) -> Alignment:
    """A toy aligner: the pins, and between two of them one bead."""
    ends = (len(source.segments), len(target.segments))
    beads = []
    s = t = 0
    for one, two in (*pins, (range(ends[0], ends[0]), range(ends[1], ends[1]))):
        if one.start > s or two.start > t:
            beads.append(Bead(range(s, one.start), range(t, two.start), 0.8))
        if len(one) or len(two):
            beads.append(Bead(one, two, 1.0))
        s, t = one.stop, two.stop
    return Alignment(source.segments, target.segments, tuple(beads), SIGNATURE)
