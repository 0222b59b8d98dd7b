"""What a reviewer can do to an alignment, as pure functions: rows in, one change out.

Rows always partition both sequences of sentences. The sources are in order, and so are the targets
but for those of a few crossed rows (`crossed`), whose translation stands elsewhere in the other text.
Every edit is a `Change` that puts new rows in the place of old ones, so that undo is the same change
the other way round.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from align.datatypes import REVIEW_BELOW, Bead, Segment
from align.errors import AlignError

Side = Literal["source", "target"]
State = Literal["", "reviewed", "rejected"]
Texts = Callable[["Row", Side], str]  # the text that a row shows on a side
Join = Callable[[Side, str, str], str]  # two texts put together as the side's language does
LONGEST_TEXT = 30_000  # characters of one edited side; a spreadsheet cell holds 32,767


class EditError(AlignError):
    """An edit that cannot be done here; `code` names the reason for the page's words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Row:
    """A bead and what the reviewer decided about it."""

    source: range
    target: range
    confidence: float | None = None  # None: made by hand, or a TMX does not say
    state: State = ""
    pinned: bool = False
    source_text: str | None = None  # set where the reviewer changed the text
    target_text: str | None = None
    comment: str = ""

    @property
    def id(self) -> str:
        """Where it begins on both sides: no other row begins there."""
        return f"{self.source.start}-{self.target.start}"

    @property
    def mark(self) -> str:
        """What tells this state of the row from every other: an edit says which one it has seen."""
        parts = (self.source, self.target, self.state, self.pinned, self.comment)
        text = repr((*parts, self.source_text, self.target_text)).encode(
            "utf-8", "backslashreplace"
        )
        return hashlib.blake2b(text, digest_size=6).hexdigest()

    @property
    def by_hand(self) -> bool:
        """Whether the reviewer drew its borders; such rows are pinned until someone frees them."""
        return self.confidence is None and self.pinned

    @property
    def edited(self) -> bool:
        """Whether the reviewer changed a text."""
        return self.source_text is not None or self.target_text is not None

    @property
    def decided(self) -> bool:
        """Whether re-aligning must leave it alone."""
        return bool(self.pinned or self.state or self.edited or self.comment)

    @property
    def one_sided(self) -> bool:
        """Whether one side has no counterpart."""
        return not len(self.source) or not len(self.target)

    def needs_review(self) -> bool:
        """Whether the machine is unsure of it and the reviewer has said nothing."""
        if self.decided or self.confidence is None:
            return False
        return self.confidence < REVIEW_BELOW or self.one_sided


@dataclass(frozen=True, slots=True)
class Cut:
    """A place inside a sentence: it becomes two, and every later sentence of the side counts on."""

    side: Side
    index: int  # of the sentence
    offset: int  # characters of it that stay in the first part


@dataclass(frozen=True, slots=True)
class Change:
    """Rows ``at … at + len(old)`` give way to `new`; both cover the same sentences.

    With `cuts` (one a side at most) sentences inside `old` are cut in two, and `new` counts them
    as they are then; `joined` says that the same cuts are taken back.
    """

    what: str
    at: int
    old: tuple[Row, ...]
    new: tuple[Row, ...]
    cuts: tuple[Cut, ...] = ()
    joined: bool = False

    def inverse(self) -> Change:
        """The change that takes this one back."""
        return replace(self, old=self.new, new=self.old, joined=not self.joined)

    def follow(self, row: Row) -> Row:
        """A row that the change does not touch, as it counts the sentences after it."""
        for cut in self.cuts:
            own = row.source if cut.side == "source" else row.target
            if own.start > cut.index + self.joined:
                step = -1 if self.joined else 1
                row = moved(row, *((step, 0) if cut.side == "source" else (0, step)))
        return row


def rows_of(beads: Sequence[Bead], crossings: Sequence[tuple[int, int]] = ()) -> list[Row]:
    """Undecided rows of an alignment; both sentences of a crossing stand in one row."""
    rows = [Row(bead.source, bead.target, bead.confidence) for bead in beads]
    if not crossings:
        return rows
    sources = {row.source.start: row for row in rows if len(row.source)}
    targets = {row.target.start: row for row in rows if len(row.target)}
    pairs = [(sources[i], targets[j]) for i, j in crossings]
    gone = {row for pair in pairs for row in pair}
    joined = [
        Row(one.source, other.target, min(one.confidence or 0.0, other.confidence or 0.0))
        for one, other in pairs
    ]
    return arranged([*(row for row in rows if row not in gone), *joined])


# ------------------------------------------------------------------------------------- crossings


def crossed(rows: Sequence[Row]) -> frozenset[str]:
    """The ids of the rows whose target stands in another place of the text than their source.

    As few rows as can be: without them the targets of all others are in order. Where there is a
    choice, those that were made by hand.

    >>> rows = [Row(range(k, k + 1), range(t, t + 1)) for k, t in enumerate((2, 0, 1))]
    >>> sorted(crossed(rows))
    ['0-2']
    """
    whole = _out_of_order([row for row in rows if len(row.source) and len(row.target)])
    if not whole:
        return frozenset()
    # The best chain of ascending targets that ends at each row, by a tree of maxima over the targets
    # (Fenwick): its length, how many in it were not made by hand, and its last row.
    ranks = {target: at for at, target in enumerate(sorted(r.target.start for r in whole), 1)}
    tree = [(0, 0, -1)] * (len(whole) + 1)
    before: list[int] = []
    for index, row in enumerate(whole):
        at = ranks[row.target.start]
        best = max((tree[place] for place in _below(at - 1)), default=(0, 0, -1))
        before.append(best[2])
        chain = (best[0] + 1, best[1] + (not row.by_hand), index)
        while at < len(tree):
            tree[at] = max(tree[at], chain)
            at += at & -at
    end = max(tree[place] for place in _below(len(whole)))[2]
    kept = set()
    while end >= 0:
        kept.add(end)
        end = before[end]
    return frozenset(row.id for index, row in enumerate(whole) if index not in kept)


def _out_of_order(rows: Sequence[Row]) -> list[Row]:
    """The rows that some other one stands on the other side of; all others are in any best chain."""
    least = len(rows) and rows[-1].target.start + 1
    after = []  # the first target below each row
    for row in reversed(rows):
        after.append(least)
        least = min(least, row.target.start)
    found = []
    most = -1
    for row, limit in zip(rows, reversed(after), strict=True):
        if not most < row.target.start < limit:
            found.append(row)
        most = max(most, row.target.start)
    return found


def _below(at: int) -> Iterator[int]:
    """The places of a Fenwick tree that together hold all up to `at`."""
    while at > 0:
        yield at
        at -= at & -at


def in_order(rows: Sequence[Row]) -> list[Row]:
    """The rows in the order of both texts; of a crossed one, each side stands alone in its place."""
    apart = crossed(rows)
    held = sorted((row for row in rows if row.id in apart), key=_target_start)
    parts = [_half(row, "source") if row.id in apart else row for row in rows]
    return _placed([*parts, *(_half(row, "target") for row in held)])


def arranged(rows: Iterable[Row]) -> list[Row]:
    """Rows that hold every sentence once, in the order and with the empty places that rows have."""
    rows = sorted(rows, key=_place)
    apart = crossed(rows)
    held = [row for row in rows if row.id in apart]
    rest = _placed([_half(row, "source") if row.id in apart else row for row in rows])
    back = {row.source: row for row in held}
    return sorted((back.get(row.source, row) if row.source else row for row in rest), key=_place)


def _placed(parts: Sequence[Row]) -> list[Row]:
    """Parts of which none is crossed, one after the other; an empty side is where the text is then.

    A target without a source keeps its place among the sources as far as its neighbours allow.
    """
    sourced = sorted((row for row in parts if len(row.source)), key=_place)
    alone = sorted((row for row in parts if not len(row.source)), key=_target_start)
    found: list[Row] = []
    ahead = 0  # of `alone`
    at = [0, 0]

    def take(row: Row) -> None:
        source = row.source if len(row.source) else range(at[0], at[0])
        target = row.target if len(row.target) else range(at[1], at[1])
        at[:] = [source.stop, max(at[1], target.stop)]
        moved_to = replace(row, source=source, target=target)
        found.append(row if moved_to.id == row.id else moved_to)

    following = _next_targets(sourced)
    for row, limit in zip(sourced, following, strict=True):
        while ahead < len(alone):
            wanted = alone[ahead]
            must = limit is not None and len(row.target) and wanted.target.start < row.target.start
            early = wanted.source.start <= row.source.start and (
                limit is None or wanted.target.start < limit
            )
            if not must and not early:
                break
            take(wanted)
            ahead += 1
        take(row)
    for row in alone[ahead:]:
        take(row)
    return found


def _next_targets(rows: Sequence[Row]) -> list[int | None]:
    """Where the next target begins, seen from each row on; None after the last one."""
    found: list[int | None] = []
    limit: int | None = None
    for row in reversed(rows):
        limit = row.target.start if len(row.target) else limit
        found.append(limit)
    return found[::-1]


def _half(row: Row, side: Side) -> Row:
    """One side of a row, with nothing on the other."""
    if side == "source":
        return replace(row, target=range(0), target_text=None)
    return replace(row, source=range(row.source.start, row.source.start), source_text=None)


def _place(row: Row) -> tuple[int, int]:
    return row.source.start, row.target.start


def _target_start(row: Row) -> int:
    return row.target.start


def exchange(rows: Sequence[Row], index: int, other: int) -> Change:
    """Give a row the target of another one, however far off, and that one its own in return.

    What was asked for is pinned; what is left over by it is as doubtful as can be, so that the
    reviewer is asked about it.
    """
    one, two = rows[index], rows[other]
    if index == other or not (len(one.target) or len(two.target)):
        raise EditError("empty", "there is no sentence on this side to move")
    if not (len(one.source) or len(two.source)):
        raise EditError("unsourced", "a translation needs a unit with a source to go to")
    asked = _with_target_of(one, two, pinned=True, confidence=None)
    left = _with_target_of(two, one, pinned=False, confidence=UNDECIDED)
    made = [row for row in (asked, left) if len(row.source) or len(row.target)]
    lost = [row.comment for row in (asked, left) if row not in made and row.comment]
    if lost:
        made = [replace(made[0], comment="\n".join(c for c in (made[0].comment, *lost) if c))]
    rest = [row for row in rows if row is not one and row is not two]
    return changed("exchange", rows, arranged([*rest, *made]))


UNDECIDED = 0.5  # of what nobody has judged: as likely as not


def _with_target_of(row: Row, other: Row, *, pinned: bool, confidence: float | None) -> Row:
    return replace(
        row,
        target=other.target,
        target_text=other.target_text,
        confidence=confidence,
        pinned=pinned and bool(len(row.source) and len(other.target)),
        state="",
    )


def together(rows: Sequence[Row], wanted: Iterable[Row]) -> list[Row]:
    """Rows with these among them, each taken out of what held its sentences; what is left stays.

    What is left of a row is as doubtful as can be.
    """
    after = list(rows)
    for row in wanted:
        kept = [other for other in after if not _share(other, row)]
        for other in after:
            if _share(other, row):
                kept += _without(other, row)
        after = [*kept, row]
    return arranged(after)


def _share(one: Row, other: Row) -> bool:
    return _overlap(one.source, other.source) or _overlap(one.target, other.target)


def _overlap(one: range, other: range) -> bool:
    return max(one.start, other.start) < min(one.stop, other.stop)


def _without(row: Row, taken: Row) -> Iterator[Row]:
    """What is left of a row: what stood before the sentences taken from it, and after them."""
    if (row.source, row.target) == (taken.source, taken.target):
        return
    sides = []
    for own, other in ((row.source, taken.source), (row.target, taken.target)):
        there = _overlap(own, other)
        before = range(own.start, min(own.stop, other.start)) if there else own
        after = range(max(own.start, other.stop), own.stop) if there else range(own.stop, own.stop)
        sides.append((before, after))
    for source, target in zip(*sides, strict=True):
        if len(source) or len(target):
            yield Row(source, target, UNDECIDED)


def put_back(rows: Sequence[Row], index: int) -> Change:
    """Take a crossed row apart: its target stands alone where it is in the text."""
    row = rows[index]
    if row.id not in crossed(rows):
        raise EditError("in-order", "the translation of this unit stands where its source does")
    alone = replace(_half(row, "target"), comment="", source=range(0))
    halves = [
        replace(half, confidence=UNDECIDED, pinned=False, state="")
        for half in (_half(row, "source"), alone)
    ]
    return changed("put-back", rows, arranged([*rows[:index], *rows[index + 1 :], *halves]))


def settled(rows: Sequence[Row], change: Change) -> Change:
    """A change as it is made where rows are crossed: what it leaves empty is where the text is then."""
    if change.cuts or not (crossed(rows) or crossed(change.new)):
        return change
    after = list(rows)
    apply(after, change)
    return changed(change.what, rows, arranged(after))


def changed(what: str, rows: Sequence[Row], after: Sequence[Row]) -> Change:
    """The change from `rows` to `after`: what is alike at either end stays out of it."""

    def differ(place: int) -> bool:  # two empty ranges are equal wherever they stand
        one, two = rows[place], after[place]
        return one is not two and (one != two or one.id != two.id)

    most = min(len(rows), len(after))
    begin = next((n for n in range(most) if differ(n)), most)
    rest = most - begin
    end = next((n for n in range(rest) if differ(-1 - n)), rest)
    return Change(
        what, begin, tuple(rows[begin : len(rows) - end]), tuple(after[begin : len(after) - end])
    )


def apply(rows: list[Row], change: Change) -> None:
    """Put a change into effect; raises ValueError when `rows` are not those it was made for."""
    end = change.at + len(change.old)
    if tuple(rows[change.at : end]) != change.old:
        raise ValueError(f"change {change.what!r} at {change.at} does not fit the rows")
    if change.cuts:
        rows[:] = [change.follow(row) for row in rows]  # also above: what is crossed may reach down
    rows[change.at : end] = change.new


def moved(row: Row, source: int, target: int) -> Row:
    """The row some sentences further on."""
    return replace(
        row,
        source=range(row.source.start + source, row.source.stop + source),
        target=range(row.target.start + target, row.target.stop + target),
    )


def recut(segments: Sequence[Segment], cut: Cut) -> tuple[Segment, ...]:
    """The sentences of a side with one cut in two; raises ValueError where a part would be empty."""
    whole = segments[cut.index]
    first = whole.text[: cut.offset].rstrip()
    second = whole.text[cut.offset :].lstrip()
    if not 0 < cut.offset < len(whole.text) or not first or not second:
        raise ValueError(f"sentence {cut.index} cannot be cut at {cut.offset}")
    parts = (
        replace(whole, text=first, end=whole.start + len(first)),
        replace(whole, text=second, start=whole.end - len(second)),
    )
    return (*segments[: cut.index], *parts, *segments[cut.index + 1 :])


def rejoin(segments: Sequence[Segment], cut: Cut, text: str) -> tuple[Segment, ...]:
    """The sentences of a side with a cut taken back; `text` is the whole document's."""
    first, second = segments[cut.index : cut.index + 2]
    whole = replace(first, text=text[first.start : second.end], end=second.end)
    return (*segments[: cut.index], whole, *segments[cut.index + 2 :])


def find(rows: Sequence[Row], row_id: str) -> int:
    """The index of the row with this id; raises EditError when there is none (any more)."""
    try:
        first, second = (int(part) for part in row_id.split("-"))
    except ValueError:
        raise EditError("gone", f"there is no row {row_id!r}") from None
    index = first_at(rows, (first, second))
    if index == len(rows) or rows[index].id != row_id:
        raise EditError("gone", f"there is no row {row_id!r} any more")
    return index


def place_of(rows: Sequence[Row], row_id: str) -> int | None:
    """The index of the row with this id, which some row had once; None where none has it now."""
    first, _, second = row_id.partition("-")
    index = first_at(rows, (int(first), int(second)))
    return index if index < len(rows) and rows[index].id == row_id else None


def first_at(rows: Sequence[Row], place: tuple[int, int]) -> int:
    """The index of the first row that begins at or after `place` (source, target)."""
    return bisect_left(rows, place, key=lambda row: (row.source.start, row.target.start))


# ----------------------------------------------------------------------------------- structure


def merge(
    rows: Sequence[Row], index: int, join: Callable[[Side, str, str], str], texts: Texts
) -> Change:
    """Join a row with the next one; `join` puts edited texts together as the language does."""
    if index + 1 >= len(rows):
        raise EditError("last", "there is no row below to merge with")
    first, second = rows[index], rows[index + 1]
    merged = Row(
        _together(first.source, second.source),
        _together(first.target, second.target),
        pinned=True,
        source_text=_joined("source", first, second, join, texts),
        target_text=_joined("target", first, second, join, texts),
        comment="\n".join(c for c in (first.comment, second.comment) if c),
    )
    return Change("merge", index, (first, second), (merged,))


def _together(first: range, second: range) -> range:
    """Two runs of sentences as one; raises EditError where others stand between."""
    if not len(first) or not len(second):
        return first if len(first) else second
    if first.stop != second.start:
        raise EditError("crossed", "between these two translations others stand in the text")
    return range(first.start, second.stop)


def _joined(side: Side, first: Row, second: Row, join: Join, texts: Texts) -> str | None:
    if override(first, side) is None and override(second, side) is None:
        return None
    return join(side, texts(first, side), texts(second, side))


def override(row: Row, side: Side) -> str | None:
    """The reviewer's text of a side, if it was changed."""
    return row.source_text if side == "source" else row.target_text


def cuts(row: Row) -> Iterator[tuple[int, int]]:
    """Where a row can be cut in two, as (source, target) positions; both parts hold something."""
    for at_source in range(row.source.start, row.source.stop + 1):
        for at_target in range(row.target.start, row.target.stop + 1):
            place = (at_source, at_target)
            if place not in (
                (row.source.start, row.target.start),
                (row.source.stop, row.target.stop),
            ):
                yield place


def best_cut(
    row: Row, sizes: tuple[Sequence[float], Sequence[float]], fixed: tuple[Side, int] | None = None
) -> tuple[int, int]:
    """The cut whose parts are most alike in length; `fixed` is a side's place that it must take.

    `sizes` are the lengths of the row's sentences on both sides. A cut that leaves a part with one
    side only is taken when there is no other.
    """
    candidates = [
        cut for cut in cuts(row) if fixed is None or cut[fixed[0] == "target"] == fixed[1]
    ]
    if not candidates:
        raise EditError("single", "this row has one sentence: there is nothing to split")
    return min(candidates, key=lambda cut: _cost(row, sizes, cut))


def _cost(
    row: Row, sizes: tuple[Sequence[float], Sequence[float]], cut: tuple[int, int]
) -> tuple[int, float, int]:
    s, t = cut[0] - row.source.start, cut[1] - row.target.start
    one_sided = sum(
        (a == 0) != (b == 0) or a == b == 0
        for a, b in ((s, t), (len(row.source) - s, len(row.target) - t))
    )
    share_source = sum(sizes[0][:s]) / max(sum(sizes[0]), 1e-9)
    share_target = sum(sizes[1][:t]) / max(sum(sizes[1]), 1e-9)
    return one_sided, abs(share_source - share_target), -s


def split(rows: Sequence[Row], index: int, cut: tuple[int, int]) -> Change:
    """Cut a row in two at `cut`, a (source, target) position."""
    row = rows[index]
    if cut not in cuts(row):
        raise EditError("single", f"row {row.id} cannot be cut at {cut}")
    _refuse_edited(row, "source")
    _refuse_edited(row, "target")
    first = Row(
        range(row.source.start, cut[0]),
        range(row.target.start, cut[1]),
        pinned=True,
        comment=row.comment,
    )
    second = Row(range(cut[0], row.source.stop), range(cut[1], row.target.stop), pinned=True)
    if row.id in crossed(rows):  # what is alone then has its own place in the text
        return changed("split", rows, arranged([*rows[:index], first, second, *rows[index + 1 :]]))
    return Change("split", index, (row,), (first, second))


def shift(rows: Sequence[Row], index: int, side: Side, step: Literal[-1, 1]) -> Change:
    """Move a sentence of one side into the row above (step -1: the first) or below (1: the last).

    A row that is left with nothing goes. Beyond the first and last row a new row is made.
    """
    row = rows[index]
    own = row.source if side == "source" else row.target
    if not len(own):
        raise EditError("empty", "there is no sentence on this side to move")
    _refuse_edited(row, side)
    rest = _resized(row, side, *((1, 0) if step < 0 else (0, -1)))
    near = index + step
    if not 0 <= near < len(rows):
        if rest is None:
            raise EditError("edge", "there is no row beyond this one")
        _refuse_within(rows, own, side, step)
        return _shift_beyond(index, row, side, step, rest)
    neighbour = rows[near]
    _refuse_edited(neighbour, side)
    theirs = neighbour.source if side == "source" else neighbour.target
    if (theirs.stop != own.start) if step < 0 else (theirs.start != own.stop):
        raise EditError("crossed", "between these two translations others stand in the text")
    grown = _resized(neighbour, side, *((0, 1) if step < 0 else (-1, 0)))
    if grown is None:
        raise ValueError("a row that grows cannot be empty")
    if rest is None and row.comment:
        grown = replace(grown, comment="\n".join(c for c in (grown.comment, row.comment) if c))
    if step < 0:
        return Change("shift", near, (neighbour, row), (grown, *((rest,) if rest else ())))
    return Change("shift", index, (row, neighbour), (*((rest,) if rest else ()), grown))


def _refuse_within(rows: Sequence[Row], own: range, side: Side, step: int) -> None:
    """Raise EditError where a text goes on beyond the sentences of the first or last row."""
    end = max(row.source.stop if side == "source" else row.target.stop for row in rows)
    at_edge = own.start == 0 if step < 0 else own.stop == end
    if not at_edge:
        raise EditError("crossed", "between these two translations others stand in the text")


def _shift_beyond(index: int, row: Row, side: Side, step: int, rest: Row) -> Change:
    """The new row holds one sentence and stands where `rest` ends or begins."""
    place = rest.source.start if step < 0 else rest.source.stop
    other = rest.target.start if step < 0 else rest.target.stop
    if side == "source":
        moved = range(place - 1, place) if step < 0 else range(place, place + 1)
        new = Row(moved, range(other, other), pinned=True)
    else:
        moved = range(other - 1, other) if step < 0 else range(other, other + 1)
        new = Row(range(place, place), moved, pinned=True)
    return Change("shift", index, (row,), (new, rest) if step < 0 else (rest, new))


def _resized(row: Row, side: Side, start: int, stop: int) -> Row | None:
    """The row with a side's borders moved, now made by hand; None when nothing is left in it."""
    source, target = row.source, row.target
    if side == "source":
        source = range(source.start + start, source.stop + stop)
    else:
        target = range(target.start + start, target.stop + stop)
    if not len(source) and not len(target):
        return None
    return replace(row, source=source, target=target, confidence=None, state="", pinned=True)


def _refuse_edited(row: Row, side: Side) -> None:
    if override(row, side) is not None:
        raise EditError(
            "edited", "the text of this side was edited; restore it before moving its sentences"
        )


# ---------------------------------------------------------------------------------------- marks


def edit_text(rows: Sequence[Row], index: int, side: Side, text: str, original: str) -> Change:
    """Set the text of a side; giving it the `original` text again takes the edit back."""
    if len(text) > LONGEST_TEXT:
        raise EditError("long", f"a text may have {LONGEST_TEXT:,} characters")
    value = None if text == original else text
    if side == "source":
        return _marked("edit", rows, index, replace(rows[index], source_text=value))
    return _marked("edit", rows, index, replace(rows[index], target_text=value))


def set_state(rows: Sequence[Row], index: int, state: State) -> Change:
    """Mark a row reviewed, rejected, or neither."""
    return _marked(state or "unmark", rows, index, replace(rows[index], state=state))


def pin(rows: Sequence[Row], index: int, pinned: bool) -> Change:
    """Fix a row's borders for re-aligning, or free them."""
    return _marked("pin" if pinned else "unpin", rows, index, replace(rows[index], pinned=pinned))


def comment(rows: Sequence[Row], index: int, text: str) -> Change:
    """Set a row's comment."""
    if len(text) > LONGEST_TEXT:
        raise EditError("long", f"a comment may have {LONGEST_TEXT:,} characters")
    return _marked("comment", rows, index, replace(rows[index], comment=text))


def _marked(what: str, rows: Sequence[Row], index: int, row: Row) -> Change:
    return Change(what, index, (rows[index],), (row,))


# ------------------------------------------------------------------------------------ re-aligning


def gaps_around(rows: Sequence[Row], index: int) -> tuple[int, int]:
    """The run of rows (half-open) around `index` up to the nearest decided rows on both sides.

    Where the row itself is decided, the runs above and below it, itself included.
    """
    start, stop = index, index + 1
    while start > 0 and not rows[start - 1].decided:
        start -= 1
    while stop < len(rows) and not rows[stop].decided:
        stop += 1
    return start, stop


def replaced(rows: Sequence[Row], start: int, stop: int, new: Sequence[Row]) -> Change:
    """Rows ``start … stop`` re-aligned as `new`, the decided rows among them being kept.

    Raises ValueError when these do not hold the same sentences, or a decided row is not there.
    """
    old = rows[start:stop]
    if lost := [row.id for row in old if row.decided and row not in new]:
        raise ValueError(f"re-aligning would undo decided rows {lost}")
    for side in ("source", "target"):
        sentences = [sorted(i for row in some for i in getattr(row, side)) for some in (old, new)]
        if sentences[0] != sentences[1]:
            raise ValueError(f"re-aligning rows {start} to {stop} would change their sentences")
    if not crossed(rows):
        return Change("realign", start, tuple(old), tuple(new))
    return changed("realign", rows, arranged([*rows[:start], *new, *rows[stop:]]))
