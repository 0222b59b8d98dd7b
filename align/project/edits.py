"""What a reviewer can do to an alignment, as pure functions: rows in, one change out.

Rows always partition both sequences of sentences, in order. Every edit is a `Change` that puts new
rows in the place of old ones, so that undo is the same change the other way round.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from align.datatypes import REVIEW_BELOW, Bead, Segment, check_partition
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

    def steps(self) -> tuple[int, int]:
        """By how many sentences the rows below move, on either side."""
        step = -1 if self.joined else 1
        source = sum(cut.side == "source" for cut in self.cuts)
        return step * source, step * (len(self.cuts) - source)


def rows_of(beads: Sequence[Bead]) -> list[Row]:
    """Undecided rows of an alignment."""
    return [Row(bead.source, bead.target, bead.confidence) for bead in beads]


def apply(rows: list[Row], change: Change) -> None:
    """Put a change into effect; raises ValueError when `rows` are not those it was made for."""
    end = change.at + len(change.old)
    if tuple(rows[change.at : end]) != change.old:
        raise ValueError(f"change {change.what!r} at {change.at} does not fit the rows")
    rows[change.at : end] = change.new
    if change.cuts:
        place = change.at + len(change.new)
        rows[place:] = [moved(row, *change.steps()) for row in rows[place:]]


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
        range(first.source.start, second.source.stop),
        range(first.target.start, second.target.stop),
        pinned=True,
        source_text=_joined("source", first, second, join, texts),
        target_text=_joined("target", first, second, join, texts),
        comment="\n".join(c for c in (first.comment, second.comment) if c),
    )
    return Change("merge", index, (first, second), (merged,))


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
        return _shift_beyond(index, row, side, step, rest)
    neighbour = rows[near]
    _refuse_edited(neighbour, side)
    grown = _resized(neighbour, side, *((0, 1) if step < 0 else (-1, 0)))
    if grown is None:
        raise ValueError("a row that grows cannot be empty")
    if rest is None and row.comment:
        grown = replace(grown, comment="\n".join(c for c in (grown.comment, row.comment) if c))
    if step < 0:
        return Change("shift", near, (neighbour, row), (grown, *((rest,) if rest else ())))
    return Change("shift", index, (row, neighbour), (*((rest,) if rest else ()), grown))


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


def replaced(rows: Sequence[Row], start: int, stop: int, beads: Sequence[Bead]) -> Change:
    """Rows ``start … stop`` re-aligned as `beads`; decided rows among them keep their marks.

    Raises ValueError when the beads do not cover the same sentences, or break a decided row.
    """
    old = tuple(rows[start:stop])
    kept = {(row.source, row.target): row for row in old if row.decided}
    new = tuple(kept.get((b.source, b.target)) or rows_of([b])[0] for b in beads)
    if lost := [row.id for row in kept.values() if row not in new]:
        raise ValueError(f"re-aligning would undo decided rows {lost}")
    _check_cover(old, new)
    return Change("realign", start, old, new)


def _check_cover(old: Sequence[Row], new: Sequence[Row]) -> None:
    first, last = old[0], old[-1]
    at_source, at_target = first.source.start, first.target.start
    moved = [
        Bead(
            range(row.source.start - at_source, row.source.stop - at_source),
            range(row.target.start - at_target, row.target.stop - at_target),
        )
        for row in new
    ]
    check_partition(moved, last.source.stop - at_source, last.target.stop - at_target)
