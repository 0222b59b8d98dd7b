"""What speaks for a run of pieces as the rendering of a span: small pure functions, one a feature.

Each takes a `View` of q spans with k runs each and gives float32 (q, k). They are weighed by
`weights.json`; none is a decision by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.terms.following import pieces as bits
from align.terms.following.batch import Batch, by_unit
from align.terms.following.candidates import (
    ANSWERED,
    ELSEWHERE,
    ORPHAN,
    WEIGHT,
    Questions,
    Runs,
)
from align.terms.following.company import CONTEXT

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bits = NDArray[np.uint8]

_MARKS = bits.EDGE | bits.COMMA | bits.STOP | bits.OPENS | bits.CLOSES
_FLOOR = 0.03  # of a share before its logarithm: below it a share is as good as none


@dataclass(frozen=True, slots=True)
class View:
    """What the features look at: of each run what its two edges are, and sums over it."""

    # Of the span, (q, 1).
    span_weight: Floats  # of its tokens
    span_length: Floats  # its characters
    span_kinds: Bits  # all bits of its pieces
    span_gaps: Bits  # all bits of the gaps inside it
    span_before: Bits  # the gap before it
    span_after: Bits
    rendered: Floats  # weight of the span that is aligned to anything
    # Of each run, (q, k).
    answered: Floats  # weight of the run that the span's tokens answer
    elsewhere: Floats  # weight that other tokens answer
    orphan: Floats  # weight that nothing answers
    aligned: Floats  # weight of the span that is aligned to the run
    weight: Floats
    cosine: Floats
    length: Floats  # characters
    count: Ints  # pieces
    first: Floats  # share of the first piece that the span answers
    last: Floats
    before: Floats  # of the piece before the run, 0 where there is none
    after: Floats
    before_orphan: Floats  # share of it that nothing answers; 0 for a weak word or across a mark
    after_orphan: Floats
    name_weight: Floats  # weight of the rest of a capitalised name that the run's borders cut
    name_answered: Floats  # of that, what the span answers
    name_elsewhere: Floats  # what other words answer
    first_kind: Bits
    last_kind: Bits
    kinds: Bits  # all bits of the run's pieces
    gaps: Bits  # all bits of the gaps inside the run
    gap_before: Bits
    gap_after: Bits
    opened: Floats  # brackets and quotation marks that open in it less those that close
    bond_before: Floats  # how tightly its first piece is bound to what stands before the run
    bond_after: Floats
    held_before: Floats  # how tightly its first pieces are, `CONTEXT` of them
    held_after: Floats
    span_bond: Floats  # (q, 1): how tightly the span is bound to what stands beside it, at most
    span_held: Floats  # (q, 1)
    cut_before: Floats  # whether a token of the encoder lies across its border
    cut_after: Floats
    copied: Floats  # share of the span's Latin words and numbers that stand in the run as they are


Feature = Callable[[View], Floats]


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.clip(part / np.maximum(whole, 1e-6), 0.0, 1.0), np.float32)


def _log(share: Floats) -> Floats:
    return np.asarray(np.log(_FLOOR + share) - np.log(1 + _FLOOR), np.float32)


def _flag(value: NDArray[np.bool_]) -> Floats:
    return value.astype(np.float32)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.asarray(
        np.clip(np.log(np.maximum(part, 1e-3) / np.maximum(whole, 1e-3)), -3, 3), np.float32
    )


# --- mass: what the soft alignment says ---------------------------------------------------------


def precision(view: View) -> Floats:
    """The share of the run's weight that the span answers."""
    return _share(view.answered, view.answered + view.elsewhere + view.orphan)


def log_precision(view: View) -> Floats:
    """The same, where little counts most."""
    return _log(precision(view))


def faithful(view: View) -> Floats:
    """Of what anything answers in the run, the share that the span answers, as a logarithm."""
    return _log(_share(view.answered, view.answered + view.elsewhere))


def recall(view: View) -> Floats:
    """The share of the span's weight that is aligned to the run."""
    return _share(view.aligned, view.span_weight)


def log_recall(view: View) -> Floats:
    """The same, where little counts most."""
    return _log(recall(view))


def kept(view: View) -> Floats:
    """Of the span's weight that is aligned anywhere, the share in the run, as a logarithm."""
    return _log(_share(view.aligned, view.rendered))


def orphaned(view: View) -> Floats:
    """The share of the run's weight that nothing answers."""
    return _share(view.orphan, view.answered + view.elsewhere + view.orphan)


def _paired(view: View) -> Floats:
    """Weight of the run that nothing answers and of the span that is aligned to nothing: what of
    both may be each other's rendering, as neither has another."""
    spare = np.maximum(view.span_weight - view.rendered, 0)
    return np.asarray(np.minimum(np.maximum(view.orphan, 0), spare), np.float32)


def paired(view: View) -> Floats:
    """The share of the span's weight that finds its partner only so."""
    return _share(_paired(view), view.span_weight)


def log_precision_paired(view: View) -> Floats:
    """The precision, were orphans of both sides each other's rendering."""
    return _log(_share(view.answered + _paired(view), view.answered + view.elsewhere + view.orphan))


def log_recall_paired(view: View) -> Floats:
    """The recall, were orphans of both sides each other's rendering."""
    return _log(_share(view.aligned + _paired(view), view.span_weight))


# --- vectors and length -------------------------------------------------------------------------


def cosine(view: View) -> Floats:
    """Cosine of the span's and the run's vectors."""
    return view.cosine


def cosine_squared(view: View) -> Floats:
    """The same, where high ones count most."""
    return np.asarray(np.maximum(view.cosine, 0) ** 2, np.float32)


def heavier(view: View) -> Floats:
    """Logarithm of the run's weight against the span's."""
    return _ratio(view.weight, view.span_weight)


def heavier_squared(view: View) -> Floats:
    """Its square: how unlike the weights are."""
    return np.square(heavier(view))


def longer(view: View) -> Floats:
    """Logarithm of the run's characters against the span's."""
    return _ratio(view.length, view.span_length)


def longer_squared(view: View) -> Floats:
    """Its square."""
    return np.square(longer(view))


def pieces(view: View) -> Floats:
    """Logarithm of the number of pieces."""
    return np.log(view.count).astype(np.float32)


def alone(view: View) -> Floats:
    """Whether the run is one piece."""
    return _flag(view.count == 1)


# --- edges: how well the first and last pieces, and those beside them, are answered -------------


def first_answered(view: View) -> Floats:
    """Share of the first piece that the span answers, as a logarithm."""
    return _log(view.first)


def last_answered(view: View) -> Floats:
    """Share of the last piece."""
    return _log(view.last)


def before_answered(view: View) -> Floats:
    """Share of the piece before the run: what is left out."""
    return view.before


def after_answered(view: View) -> Floats:
    """Share of the piece after the run."""
    return view.after


def before_orphaned(view: View) -> Floats:
    """Share of the piece before the run that nothing answers: World | Meteorological …."""
    return view.before_orphan


def after_orphaned(view: View) -> Floats:
    """Share of the piece after it: 利益攸关 | 方."""
    return view.after_orphan


# --- form ---------------------------------------------------------------------------------------


def weak_first(view: View) -> Floats:
    """Whether the run begins with a word that no term begins with."""
    return _flag((view.first_kind & bits.FUNCTION) > 0)


def weak_last(view: View) -> Floats:
    """Whether it ends with one."""
    return _flag((view.last_kind & bits.FUNCTION) > 0)


def comma_inside(view: View) -> Floats:
    """Whether a comma lies in the run and none in the span."""
    return _flag(((view.gaps & ~view.span_gaps) & bits.COMMA) > 0)


def comma_lost(view: View) -> Floats:
    """Whether a comma lies in the span and none in the run."""
    return _flag(((view.span_gaps & ~view.gaps) & bits.COMMA) > 0)


def stop_inside(view: View) -> Floats:
    """Whether a full stop or its like lies in the run and none in the span."""
    return _flag(((view.gaps & ~view.span_gaps) & bits.STOP) > 0)


def bracket_inside(view: View) -> Floats:
    """Whether a bracket or quotation mark lies in the run and none in the span."""
    inside = view.gaps & ~view.span_gaps
    return _flag((inside & (bits.OPENS | bits.CLOSES)) > 0)


def unbalanced(view: View) -> Floats:
    """Whether a bracket or quotation mark opens in the run and does not close, or the reverse."""
    return _flag(view.opened != 0)


def enclosed(view: View) -> Floats:
    """Whether brackets or quotation marks stand around the span and around the run."""
    return _flag(_enclosed_span(view) & _enclosed_run(view))


def enclosed_lost(view: View) -> Floats:
    """Whether they stand around the span only."""
    return _flag(_enclosed_span(view) & ~_enclosed_run(view))


def at_mark(view: View) -> Floats:
    """How many of the run's borders are at a mark or the end of the text."""
    return _flag((view.gap_before & _MARKS) > 0) + _flag((view.gap_after & _MARKS) > 0)


def cut_compound(view: View) -> Floats:
    """How many borders of the run cut a compound: police|-contributing."""
    return _flag((view.gap_before & bits.JOINED) > 0) + _flag((view.gap_after & bits.JOINED) > 0)


def cut_name(view: View) -> Floats:
    """How many borders of the run cut a capitalised name."""
    return _flag((view.gap_before & bits.NAME) > 0) + _flag((view.gap_after & bits.NAME) > 0)


def name_rest_answered(view: View) -> Floats:
    """The share of a cut name's rest that the span answers."""
    return _share(view.name_answered, view.name_weight)


def name_rest_elsewhere(view: View) -> Floats:
    """The share of a cut name's rest that other words answer: it is another name's."""
    return _share(view.name_elsewhere, view.name_weight)


def joined(view: View) -> Floats:
    """Whether the run joins two heads and the span none."""
    return _flag(_joins(view.kinds, view.gaps) & ~_joins(view.span_kinds, view.span_gaps))


def joint_lost(view: View) -> Floats:
    """Whether the span joins two heads and the run none."""
    return _flag(_joins(view.span_kinds, view.span_gaps) & ~_joins(view.kinds, view.gaps))


def plus_unlike(view: View) -> Floats:
    """Whether only one of the two has a plus: A4P is not A4P+."""
    return _flag(((view.kinds ^ view.span_kinds) & bits.PLUS) > 0)


def digits_unlike(view: View) -> Floats:
    """Whether only one of the two has digits."""
    return _flag(((view.kinds ^ view.span_kinds) & bits.DIGITS) > 0)


def acronym_unlike(view: View) -> Floats:
    """Whether the run holds an acronym and the span none."""
    return _flag(((view.kinds & ~view.span_kinds) & bits.ACRONYM) > 0)


def copied(view: View) -> Floats:
    """The share of the span's Latin words and numbers that stand in the run as they are."""
    return view.copied


# --- what always stands together ----------------------------------------------------------------


# A span that is itself cut out of something longer has a rendering that is: only what the run is
# bound more tightly than the span speaks against it.


def bond_before(view: View) -> Floats:
    """How sure, over the memory, what stands before the run is by its first piece alone."""
    return np.asarray(np.maximum(view.bond_before - view.span_bond, 0), np.float32)


def bond_after(view: View) -> Floats:
    """How sure what stands behind it is by its last piece alone."""
    return np.asarray(np.maximum(view.bond_after - view.span_bond, 0), np.float32)


def held_before(view: View) -> Floats:
    """How sure what stands before the run is by its first pieces: 以|行动促维和."""
    return np.asarray(np.maximum(view.held_before - view.span_held, 0), np.float32)


def held_after(view: View) -> Floats:
    """How sure what stands behind it is by its last pieces: 利益攸关|方."""
    return np.asarray(np.maximum(view.held_after - view.span_held, 0), np.float32)


def span_bound(view: View) -> Floats:
    """How tightly the span is bound to what stands beside it, where the run is as tightly."""
    run = np.maximum(view.held_before, view.held_after)
    return np.asarray(np.minimum(run, view.span_held), np.float32)


def token_before(view: View) -> Floats:
    """Whether the left border cuts a token of the encoder's vocabulary."""
    return view.cut_before


def token_after(view: View) -> Floats:
    """Whether the right border does."""
    return view.cut_after


GROUPS: dict[str, tuple[Feature, ...]] = {
    "mass": (
        precision, log_precision, faithful, recall, log_recall, kept, orphaned, paired,
        log_precision_paired, log_recall_paired,
    ),
    "vectors": (cosine, cosine_squared),
    "length": (heavier, heavier_squared, longer, longer_squared, pieces, alone),
    "edges": (
        first_answered, last_answered, before_answered, after_answered, before_orphaned,
        after_orphaned,
    ),
    "form": (
        weak_first, weak_last, at_mark, cut_compound, cut_name, name_rest_answered,
        name_rest_elsewhere, token_before, token_after,
    ),
    "marks": (
        comma_inside, comma_lost, stop_inside, bracket_inside, unbalanced, enclosed, enclosed_lost,
    ),
    "heads": (joined, joint_lost, plus_unlike, digits_unlike, acronym_unlike, copied),
    "bonds": (bond_before, bond_after, held_before, held_after, span_bound),
}  # fmt: skip
FEATURES: tuple[Feature, ...] = tuple(one for group in GROUPS.values() for one in group)
NAMES = tuple(one.__name__ for one in FEATURES)


def _enclosed_span(view: View) -> NDArray[np.bool_]:
    return ((view.span_before & bits.OPENS) > 0) & ((view.span_after & bits.CLOSES) > 0)


def _enclosed_run(view: View) -> NDArray[np.bool_]:
    return ((view.gap_before & bits.OPENS) > 0) & ((view.gap_after & bits.CLOSES) > 0)


def _joins(kinds: Bits, gaps: Bits) -> NDArray[np.bool_]:
    return ((kinds & bits.AND) > 0) | ((gaps & bits.COMMA) > 0)


# --- that nothing answers -----------------------------------------------------------------------

NOTHING = ("nothing", "nothing_unrendered", "nothing_unlike", "nothing_length")


def nothing(runs: Runs, questions: Questions, batch: Batch) -> Floats:
    """What speaks for no rendering at all, float32 (q, 4): a constant, the share of the span that
    is aligned to nothing, how unlike its tokens are to any other, and how short it is.
    """
    weight = questions.inside * batch.our_weights[questions.unit]
    best = batch.similar.max(axis=2)[questions.unit]
    unlike = 1 - (weight * np.maximum(best, 0)).sum(axis=1) / runs.total
    found = np.ones((len(runs.total), len(NOTHING)), np.float32)
    found[:, 1] = 1 - np.clip(runs.rendered / runs.total, 0, 1)
    found[:, 2] = unlike
    found[:, 3] = 1 / np.maximum(questions.spans[:, 1] - questions.spans[:, 0], 1)
    return found


# --- the view of a batch ------------------------------------------------------------------------


def look(batch: Batch, questions: Questions, runs: Runs) -> View:
    """Gather what the features look at."""
    unit = questions.unit
    starts, ends = runs.starts, runs.ends
    rows = np.arange(len(unit))[:, None]
    theirs = batch.pieces
    own = _own(batch, questions)
    tied = _own_bonds(batch, questions)
    sums = [runs.sums[:, k, :] for k in range(5)]
    answered, elsewhere, orphan, aligned, weight = (s[rows, ends] - s[rows, starts] for s in sums)
    whole = np.maximum(runs.mass[:, [ANSWERED, ELSEWHERE, ORPHAN]].sum(axis=1), 1e-6)
    share = _outer(runs.mass[:, ANSWERED] / whole)
    spare = _outer(runs.mass[:, ORPHAN] / whole * ((theirs.kinds[unit] & bits.FUNCTION) == 0))
    at = unit[:, None]
    context = np.minimum(ends - starts, CONTEXT) - 1
    gap_before, gap_after = theirs.gaps[at, starts], theirs.gaps[at, ends]
    rest = [
        (s[rows, starts] - s[rows, np.minimum(theirs.name_from[at, starts], starts)])
        + (s[rows, np.maximum(theirs.name_to[at, ends], ends)] - s[rows, ends])
        for s in sums
    ]
    return View(
        span_weight=runs.total[:, None],
        span_length=(questions.spans[:, 1] - questions.spans[:, 0]).astype(np.float32)[:, None],
        span_kinds=own[0],
        span_gaps=own[1],
        span_before=own[2],
        span_after=own[3],
        rendered=runs.rendered[:, None],
        answered=answered,
        elsewhere=elsewhere,
        orphan=orphan,
        aligned=aligned,
        weight=weight,
        cosine=_cosines(batch, questions, runs),
        length=(theirs.ends[at, ends - 1] - theirs.starts[at, starts]).astype(np.float32),
        count=ends - starts,
        first=share[rows, starts + 1],
        last=share[rows, ends],
        before=share[rows, starts],
        after=share[rows, ends + 1],
        before_orphan=np.where((gap_before & _MARKS) > 0, 0, spare[rows, starts]),
        after_orphan=np.where((gap_after & _MARKS) > 0, 0, spare[rows, ends + 1]),
        name_weight=rest[WEIGHT],
        name_answered=rest[ANSWERED],
        name_elsewhere=rest[ELSEWHERE],
        first_kind=theirs.kinds[at, starts],
        last_kind=theirs.kinds[at, ends - 1],
        kinds=_within(theirs.kinds, at, starts, ends),
        gaps=_within(theirs.gaps, at, starts + 1, ends),
        gap_before=gap_before,
        gap_after=gap_after,
        opened=np.asarray(theirs.opened[at, ends] - theirs.opened[at, starts + 1], np.float32),
        bond_before=theirs.bonds[at, 1, 0, starts],
        bond_after=theirs.bonds[at, 0, 0, ends],
        held_before=theirs.bonds[at, 1, context, starts],
        held_after=theirs.bonds[at, 0, context, ends],
        span_bond=tied[:, :1],
        span_held=tied[:, 1:],
        cut_before=theirs.cuts[at, starts].astype(np.float32),
        cut_after=theirs.cuts[at, ends].astype(np.float32),
        copied=_copied(batch, questions, runs),
    )


def _outer(values: Floats) -> Floats:
    """Values of pieces (q, p) with a zero before and after them."""
    return np.pad(np.clip(values, 0, 1), ((0, 0), (1, 1)))


def _own(batch: Batch, questions: Questions) -> NDArray[np.uint8]:
    """The bits of each span's pieces, of the gaps in it, and of the gaps before and after it."""
    found = np.zeros((4, len(questions.unit), 1), np.uint8)
    for row, at, low, high in _own_pieces(questions):
        own = batch.ours[at].pieces
        found[0, row] = np.bitwise_or.reduce(own.kinds[low:high], initial=0)
        found[1, row] = np.bitwise_or.reduce(own.gaps[low + 1 : high], initial=0)
        found[2, row], found[3, row] = own.gaps[low], own.gaps[high]
    return found


def _own_bonds(batch: Batch, questions: Questions) -> Floats:
    """How tightly each span is bound to what stands beside it: by one piece, and by several."""
    found = np.zeros((len(questions.unit), 2), np.float32)
    for row, at, low, high in _own_pieces(questions):
        if high > low:
            bonds, context = batch.ours[at].bonds, min(high - low, CONTEXT) - 1
            found[row, 0] = max(bonds[1, 0, low], bonds[0, 0, high])
            found[row, 1] = max(bonds[1, context, low], bonds[0, context, high])
    return found


def _within(values: Bits, at: Ints, starts: Ints, ends: Ints) -> Bits:
    """All bits of ``values[starts:ends]``, bit by bit from prefix counts."""
    found = np.zeros(starts.shape, np.uint8)
    for bit in range(8):
        flag = (values >> bit) & 1
        if not flag.any():
            continue
        sums = np.zeros((len(values), values.shape[1] + 1), np.int32)
        np.cumsum(flag, axis=1, out=sums[:, 1:])
        found |= (
            (sums[at, np.maximum(ends, starts)] > sums[at, starts]).astype(np.uint8) << bit
        ).astype(np.uint8)
    return found


def _cosines(batch: Batch, questions: Questions, runs: Runs) -> Floats:
    """Cosine of each span's and run's sums of weighted word vectors.

    The length of a run's sum comes from the products of all pieces with one another, added up in
    both directions: no vector of a run is ever made.
    """
    unit, products = questions.unit, batch.products
    weight = questions.inside * batch.our_weights[unit]
    dots = np.zeros((len(unit), products.shape[1]), np.float32)
    for one, mine in by_unit(unit):
        whole = weight[mine] @ batch.our_units[one]
        whole /= np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-9)
        dots[mine, 1:] = np.cumsum(whole @ batch.sums[one].T, axis=1)
    at, row, low, high = unit[:, None], np.arange(len(unit))[:, None], runs.starts, runs.ends
    squares = products[at, high, high] - 2 * products[at, low, high] + products[at, low, low]
    norms = np.sqrt(np.maximum(squares, 1e-6))
    return np.asarray(np.clip((dots[row, high] - dots[row, low]) / norms, -1, 1), np.float32)


def _copied(batch: Batch, questions: Questions, runs: Runs) -> Floats:
    """The share of each span's Latin words and numbers that stand in each run as they are."""
    found = np.zeros(runs.starts.shape, np.float32)
    for row, at, low, high in _own_pieces(questions):
        own, other = batch.ours[at].pieces.words[low:high], batch.theirs[at].pieces.words
        latin = {word for word in own if word[0] < _BEYOND_LATIN}
        for word in latin.intersection(other):
            hits = np.cumsum([0, *(one == word for one in other)])
            found[row] += hits[runs.ends[row]] > hits[runs.starts[row]]
        found[row] /= max(len(latin), 1)
    return found


_BEYOND_LATIN = "\u0250"


def _own_pieces(questions: Questions) -> Iterator[tuple[int, int, int, int]]:
    """Each question with its place in the batch and the range of its span's pieces."""
    asked = zip(questions.unit.tolist(), questions.pieces.tolist(), strict=True)
    for row, (at, (low, high)) in enumerate(asked):
        yield row, at, low, high


def edges(batch: Batch, questions: Questions, runs: Runs) -> Ints:
    """The words at each run's edges, int64 (q, k, 4): its first and last, and those beside it.

    They are the numbers that `Text.edges` has; 0 is any other word, 1 a mark or the text's end.
    """
    words = np.pad(batch.pieces.edges, ((0, 0), (1, 1)))
    marked = (batch.pieces.gaps & _MARKS) > 0
    at = questions.unit[:, None]
    before = np.where(marked[at, runs.starts], 1, words[at, runs.starts])
    after = np.where(marked[at, runs.ends], 1, words[at, runs.ends + 1])
    return np.stack([words[at, runs.starts + 1], words[at, runs.ends], before, after], axis=-1)
