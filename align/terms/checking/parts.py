"""Items of lists, clauses, names and quoted titles that no word of the other side answers.

The encoder's word vectors say how well each word is answered (`Answered`); a part is as well answered
as its best word. How likely a mistake that is depends on how freely the unit is translated, on how many
items either side lists, and on what the other side has that nothing answers: a trained probability.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import TokenEncoder
from align.embedding.words import MIN_WEIGHT
from align.language.languages import Language
from align.terms.checking.sounds import sounds_like
from align.terms.following.soft import InWindows, Line, batches, read_lines

Span = tuple[int, int]
Floats = NDArray[np.float32]
Numbers = NDArray[np.float64]

SHAPE = (
    "unit:length",
    "unit:longer",
    "unit:shorter",
    "unit:doubtful",
)  # what a unit as a whole says

_ZH_AND = frozenset("、 和 及 以及 与 或 或者 并".split())
_EN_AND = frozenset(", and or &".split())
_ZH_STOP = frozenset("，。；：！？（）“”《》,.;:!?()")
_EN_STOP = frozenset('. ; : ! ? ( ) “ ” "'.split())
_EN_CLAUSE = _EN_STOP | {","}
_EDGE = 3  # words of the first and the last item that may be the list's own, not its sentence's
# Where the features bend, not decisions: a part whose best word is answered so well is not judged
# (words of right translations that the model knows have 0.6 and more), and below the second value an
# answer counts as none. The trained weights say what either means.
_WELL = 0.5
_ILL = 0.35
_ALIKE = 0.3  # and for a title as a whole: 13 % of 2,875 right ones are below it, 99.5 % of others
_NAME = re.compile(
    r"(?:[A-Z][\w’'-]+|[A-Z]\.)(?:\s(?:(?:of|de|al|el|bin|van|von)\s)?(?:[A-Z][\w’'-]+|[A-Z]\.))*"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """The words of a text and how well each is answered by the other side, 0 to 1.

    `values` counts an answer less that another word has a better claim to; words that say little by
    themselves (the, 的, commas) are light. `spans` and `scores` are lists, which single words are asked
    of: `scores` holds the values again.
    """

    text: str
    language: Language
    spans: list[Span]  # n
    words: list[str]  # n
    scores: list[float]  # n
    values: Floats  # (n,)
    weights: Floats  # (n,) of the mean weight
    heavy: list[int]  # places of the words that are not light
    best: list[int]  # n, the place of the other side's word that answers
    whole: Whole
    rows: NDArray[np.int32]  # (n,) where its words' vectors are in the table
    table: Floats  # unit vectors, of these words and of others

    def vectors(self, places: Sequence[int]) -> Floats:
        """The unit vectors of some words, (len(places), dim)."""
        found: Floats = self.table[self.rows[list(places)]]
        return found


@dataclass(frozen=True, slots=True)
class Whole:
    """How well the words of a text that are not light are answered, all together."""

    weight: float = 0.0  # the sum of their weights
    answered: float = 0.0  # and of those times their values
    most: float = 0.0  # what of the heaviest of them nothing answers
    more: float = 0.0  # of the two after it

    @property
    def mean(self) -> float:
        """How well they are answered on average; 0.5 for none."""
        return self.answered / self.weight if self.weight else 0.5


PartKind = Literal["item", "clause", "name", "title"]


@dataclass(frozen=True, slots=True)
class Part:
    """An item, a clause or a name: its words' places, where it stands, and what its list holds."""

    kind: PartKind
    places: tuple[int, ...]
    start: int
    end: int
    edge: bool = False  # the first or the last of its list, whose words may be others'
    many: int = 1  # items of its list


def answered(
    pairs: Sequence[tuple[str, str]],
    encoder: TokenEncoder,
    languages: Sequence[tuple[Language, Language]],
) -> list[tuple[Answered, Answered]]:
    """How the words of each pair of texts answer each other; `languages` are those of the pairs."""
    ours = read_lines([a for a, _ in pairs], encoder)
    theirs = read_lines([b for _, b in pairs], encoder)
    words = encoder.words
    ids, places = np.unique(
        np.concatenate([line.ids for line in (*ours, *theirs)]), return_inverse=True
    )
    # The last row stands for what lies behind a text's end: it answers nothing, and is light.
    units = np.concatenate([words.units(ids), np.zeros((1, words.matrix.shape[1]), np.float32)])
    scale = float(words.weights[words.weights > 0].mean())
    weights = np.concatenate([words.weights[ids] / scale, np.zeros(1, np.float32)])
    light = weights < MIN_WEIGHT
    bounds = np.cumsum([0, *(len(line.ids) for line in (*ours, *theirs))]).tolist()
    # From here on a token is known by its row.
    ours, theirs = (
        [
            line._replace(ids=places[low:high].astype(np.int32))
            for line, low, high in zip(some, own, own[1:], strict=False)
        ]
        for some, own in ((ours, bounds), (theirs, bounds[len(ours) :]))
    )
    cut = InWindows(ours, theirs)
    sizes = cut.sizes
    found = [(_NONE, _NONE)] * len(sizes)
    by = [(_NOWHERE, _NOWHERE)] * len(sizes)
    starts = cut.starts
    for some in batches(sizes):
        left, right = (
            _padded([side[at] for at in some], len(ids)) for side in (cut.ours, cut.theirs)
        )
        fits = np.maximum(units[left] @ units[right].transpose(0, 2, 1), 0.0)
        our_values, our_best = _best(fits, light[right])
        their_values, their_best = _best(fits.transpose(0, 2, 1), light[left])
        for row, at in enumerate(some):
            (n, m), (first, first_other) = sizes[at], starts[at]
            found[at] = our_values[row, :n], their_values[row, :m]
            by[at] = our_best[row, :n] + first_other, their_best[row, :m] + first
    values, best = cut.joined(found), cut.joined(by)
    made = [
        _answered(
            [pair[side] for pair in languages],
            lines,
            [own[side] for own in values],
            [own[side] for own in best],
            weights,
            light,
            units,
        )
        for side, lines in enumerate((ours, theirs))
    ]
    return list(zip(*made, strict=True))


_NONE = np.zeros(0, np.float32)
_NOWHERE = np.zeros(0, np.intp)


def _padded(lines: Sequence[Line], behind: int) -> NDArray[np.intp]:
    """The tokens of some lines, one line a row; behind its end `behind`."""
    found = np.full((len(lines), max(1, *(len(line.ids) for line in lines))), behind, np.intp)
    for at, line in enumerate(lines):
        found[at, : len(line.ids)] = line.ids
    return found


def _answered(
    languages: Sequence[Language],
    lines: Sequence[Line],
    values: Sequence[Floats],
    best: Sequence[NDArray[np.intp]],
    weights: Floats,
    light: NDArray[np.bool_],
    table: Floats,
) -> list[Answered]:
    """The words of some texts; `weights`, `light` and `table` are asked by their tokens."""
    if not lines:
        return []
    counts = [len(line.ids) for line in lines]
    ids = np.concatenate([line.ids for line in lines])
    own, said = weights[ids], light[ids]
    answers = np.concatenate(values)
    text = np.repeat(np.arange(len(lines)), counts)
    places = np.concatenate([np.arange(count) for count in counts])
    heavy = np.flatnonzero(~said)
    wholes = _wholes(text[heavy], own[heavy], answers[heavy], len(lines))
    cuts = np.searchsorted(text[heavy], np.arange(len(lines) + 1)).tolist()
    all_heavy, scores = places[heavy].tolist(), answers.tolist()
    all_best = np.concatenate(best).tolist()
    spans = np.concatenate([line.spans for line in lines]).tolist()
    found = []
    low = 0
    for at, (line, language, count) in enumerate(zip(lines, languages, counts, strict=True)):
        high = low + count
        mine = [(start, end) for start, end in spans[low:high]]
        found.append(
            Answered(
                line.text,
                language,
                mine,
                [line.text[start:end] for start, end in mine],
                scores[low:high],
                answers[low:high],
                own[low:high],
                all_heavy[cuts[at] : cuts[at + 1]],
                all_best[low:high],
                wholes[at],
                line.ids,
                table,
            )
        )
        low = high
    return found


def _wholes(text: NDArray[np.intp], weights: Floats, values: Floats, many: int) -> list[Whole]:
    """How `many` texts are answered, by their words that are not light.

    `text` says whose a word is; the words of a text stand together, in the order of the texts.
    """
    total = np.bincount(text, weights, many).tolist()
    answered_ = np.bincount(text, weights * values.astype(np.float64), many).tolist()
    left = weights * np.maximum(np.float32(_WELL) - values, np.float32(0))
    # The three of each text of which the most is left: heaviest first, behind their text's beginning.
    first = np.searchsorted(text, np.arange(many))
    ordered = np.append(left[np.lexsort((-left, text))], np.zeros(3, np.float32)).astype(np.float64)
    counts = np.bincount(text, minlength=many)
    three = np.where(
        np.arange(3) < counts[:, None], ordered[first[:, None] + np.arange(3)], 0.0
    ).tolist()
    return [
        Whole(weight, said, most, second + third)
        for weight, said, (most, second, third) in zip(total, answered_, three, strict=True)
    ]


def _best(fits: Floats, light: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.intp]]:
    """Of each row its best column, by how much another row has a better claim to that; its place.

    `fits` are (texts, rows, columns), `light` (texts, columns).
    """
    some = fits * ~light[:, None, :]
    claims = some / np.maximum(some.max(axis=1, keepdims=True), 1e-6)
    claimed = some * claims
    best: Floats = claimed.max(axis=2)
    return best, claimed.argmax(axis=2)


def parts(side: Answered) -> list[Part]:
    """The parts of a text that are judged."""
    found = list(_lists(side))
    found += _clauses(side)
    found += titles(side)
    if not side.language.is_chinese:
        found += _names(side)
    return found


def _runs(words: Sequence[str], stops: frozenset[str]) -> list[tuple[int, int]]:
    """The places of words between stops: from the first of each run to behind its last."""
    cuts = [-1, *(at for at, word in enumerate(words) if word in stops), len(words)]
    return [(low + 1, high) for low, high in pairwise(cuts) if high > low + 1]


def _between(places: Sequence[int], low: int, high: int) -> Sequence[int]:
    """Those of the places, which rise, from `low` to before `high`."""
    first = bisect_left(places, low)
    return places[first : bisect_left(places, high, first)]


def _lists(side: Answered) -> Iterator[Part]:
    """Items between commas of a list and its and; of the first and the last the nearest words."""
    joins, stops = (_ZH_AND, _ZH_STOP) if side.language.is_chinese else (_EN_AND, _EN_STOP)
    lower = side.words if side.language.is_chinese else [word.lower() for word in side.words]
    marks = [at for at, word in enumerate(lower) if word in joins]
    if not marks:
        return
    for low, high in _runs(side.words, stops):
        own = _between(marks, low, high)
        cuts = pairwise([low - 1, *own, high])
        items = [_between(side.heavy, first + 1, last) for first, last in cuts] if own else []
        items = [item for item in items if item]
        if len(items) < 2:
            continue
        for at, item in enumerate(items):
            first, last = at == 0, at == len(items) - 1
            some = item[-_EDGE:] if first else item[:_EDGE] if last else item
            yield _part("item", side, some, edge=first or last, many=len(items))


def _clauses(side: Answered) -> Iterator[Part]:
    runs = _runs(side.words, _ZH_STOP if side.language.is_chinese else _EN_CLAUSE)
    if len(runs) < 2:
        return
    for low, high in runs:
        some = _between(side.heavy, low, high)
        if len(some) >= _EDGE:
            yield _part("clause", side, some, many=len(runs))


def _names(side: Answered) -> Iterator[Part]:
    text = side.text
    begin = len(text) - len(text.lstrip(" “\"'("))
    starts = [start for start, _ in side.spans]
    for match in _NAME.finditer(text):
        start, end = match.span()
        head = start <= begin or _before(text, start) in ".?!:"
        if head and " " not in match.group():
            continue
        if some := _heavy(side, starts, start, end):
            yield _part("name", side, some, edge=head)


def _heavy(side: Answered, starts: Sequence[int], start: int, end: int) -> Sequence[int]:
    """The words of a stretch that say something; `starts` are those of all words."""
    first = last = bisect_left(starts, start)
    while last < len(starts) and side.spans[last][1] <= end:
        last += 1
    return _between(side.heavy, first, last)


def _before(text: str, at: int) -> str:
    """The last character before a place that is no white space, "" where there is none."""
    while at and text[at - 1].isspace():
        at -= 1
    return text[at - 1 : at]


_TITLE = re.compile(
    r"《([^《》]{2,60})》|“([^“”]{2,80})”|「([^「」]{2,60})」|『([^『』]{2,60})』|\"([^\"]{2,80})\""
)


def titles(side: Answered) -> Iterator[Part]:
    """What stands between quotation marks or the marks of titles."""
    starts: list[int] = []
    for match in _TITLE.finditer(side.text):
        starts = starts or [start for start, _ in side.spans]
        start, end = match.span(match.lastindex or 0)
        if some := _heavy(side, starts, start, end):
            yield _part("title", side, some)


def _part(
    kind: PartKind, side: Answered, places: Sequence[int], *, edge: bool = False, many: int = 1
) -> Part:
    start, end = side.spans[places[0]][0], side.spans[places[-1]][1]
    return Part(kind, tuple(places), start, end, edge, many)


class Judged(NamedTuple):
    """A part that may have no counterpart: of which pair of texts, of its first or of its second."""

    pair: int
    first: bool
    part: Part
    side: Answered


# What speaks for and against a part's having no counterpart; the last four are what the unit says.
_OF_ALL = (
    "bias", "best", "low", "mean", "weight", "low weight", "edge", "edge low", "many", "rest",
    "their rest", "unanswered", "unanswered more", "one more", "one more low", "more", "more low",
    "fewer", "fewer low", "same list low", "words",
)  # fmt: skip
_OF_KIND = (
    "beside", "theirs least", "beside low", "theirs least low",
    "ill", "theirs ill", "both ill", "ill many", "quoted", "alike", "unlike",
    "heard", "heard low", "unheard low",
)  # fmt: skip
_NAMES = (*_OF_ALL, *_OF_KIND, *SHAPE)
_COLUMN = {name: at for at, name in enumerate(_NAMES)}


@dataclass(frozen=True, slots=True)
class Table:
    """The parts of many texts that may have no counterpart, in order, with what speaks for it."""

    rows: list[Judged]
    values: Numbers  # (len(rows), len(_NAMES))
    odds: Numbers  # (len(rows),): the log odds of a mistake

    def features(self, row: int) -> dict[str, float]:
        """What speaks for and against a row's having no counterpart, by name."""
        one, values = self.rows[row], self.values[row]
        kind, code = one.part.kind, one.side.language.rules
        return {
            name: float(values[at])
            for at in np.flatnonzero(values)
            for name in _called(kind, code, _NAMES[at])
        }


def _called(kind: str, code: str, name: str) -> tuple[str, ...]:
    """The names of a part's feature among the weights, that of its language first."""
    if name in SHAPE:
        return (f"{kind}:{name}",)
    return f"{kind}:{code}:{name}", f"{kind}:{name}"


def judged(
    pairs: Sequence[tuple[Answered, Answered]],
    shapes: Sequence[tuple[float, ...]],
    weights: Mapping[str, float],
    least: float = -math.inf,
) -> Table:
    """Every part of each pair's texts, those of its first text first.

    `shapes` says of each pair what `SHAPE` names; `weights` are those of the features. A name is not
    listened for in the other text where it cannot raise the log odds to `least`.
    """
    rows: list[Judged] = []
    known: list[list[float]] = []
    of_kind: list[tuple[float, ...]] = []
    for at, (one, other) in enumerate(pairs):
        mine, others = parts(one), parts(other)
        for first, ours, theirs in (
            (True, (one, mine), (other, others)),
            (False, (other, others), (one, mine)),
        ):
            for part, own, more in _described(*ours, *theirs):
                rows.append(Judged(at, first, part, ours[0]))
                known.append(own)
                of_kind.append(more)
    table = Table(rows, np.zeros((len(rows), len(_NAMES))), np.zeros(len(rows)))
    if rows:
        values = table.values
        values[:, : len(_OF_ALL)] = _of_all(rows, known)
        values[:, len(_OF_ALL) : -len(SHAPE)] = of_kind
        values[:, -len(SHAPE) :] = [shapes[row.pair] for row in rows]
        for name in ("beside", "theirs least"):
            low = values[:, _COLUMN["low"]]
            values[:, _COLUMN[f"{name} low"]] = values[:, _COLUMN[name]] * low
        own_weights = _weights_of(rows, weights)
        _listen(table, pairs, own_weights, least)
        table.odds[:] = (values * own_weights).sum(axis=1)
    return table


def _weights_of(rows: Sequence[Judged], weights: Mapping[str, float]) -> Numbers:
    """The weights of each row's features, which are those of its kind and language."""
    kinds = [(row.part.kind, row.side.language.rules) for row in rows]
    places = {kind: at for at, kind in enumerate(dict.fromkeys(kinds))}
    found = np.array([_weights(*kind, weights) for kind in places])
    return np.asarray(found[[places[kind] for kind in kinds]])


def _weights(kind: str, code: str, weights: Mapping[str, float]) -> list[float]:
    """The weights of the features of parts of a kind and a language."""
    return [sum(weights.get(one, 0.0) for one in _called(kind, code, name)) for name in _NAMES]


def _listen(
    table: Table, pairs: Sequence[tuple[Answered, Answered]], weights: Numbers, least: float
) -> None:
    """Fill in whether names are heard in the other text, where that decides."""
    names = np.array([row.part.kind == "name" for row in table.rows])
    values, low = table.values, table.values[:, _COLUMN["low"]]
    heard = np.arange(_COLUMN["heard"], _COLUMN["heard"] + 3)
    # Odds are linear in what is heard: highest where all is heard, or nothing.
    ends = [
        np.stack([one * np.ones(len(low)), one * low, (1 - one) * low], axis=1) for one in (0, 1)
    ]
    most = np.maximum(*((some * weights[:, heard]).sum(axis=1) for some in ends))
    may = (values * weights).sum(axis=1) + most >= least
    for at in np.flatnonzero(names & may).tolist():
        row = table.rows[at]
        other = pairs[row.pair][row.first]
        one = sounds_like(row.side.text[row.part.start : row.part.end], other.text)
        values[at, heard] = one, one * low[at], (1 - one) * low[at]


def _described(
    ours: Answered, mine: Sequence[Part], theirs: Answered, others: Sequence[Part]
) -> Iterator[tuple[Part, list[float], tuple[float, ...]]]:
    """The parts of a text that are judged: what is known of each without its words, and `_OF_KIND`."""
    if not mine:
        return
    scores = [_best_of(ours, part) for part in mine]
    items = [part for part in others if part.kind == "item"]
    more = max((p.many for p in mine if p.kind == "item"), default=1) - max(
        (p.many for p in items), default=1
    )
    least = min((_best_of(theirs, p) for p in items), default=0.5)
    least_two = _least_two(mine, scores)
    quoted = [part for part in others if part.kind == "title"]
    words = math.log(max(len(ours.heavy), 1) / max(len(theirs.heavy), 1))
    whole = theirs.whole
    for part, score in zip(mine, scores, strict=True):
        if score > _WELL and part.kind not in ("clause", "title"):
            continue
        of_kind = _NOTHING
        if part.kind == "item":
            low, second = least_two[part.many]
            of_kind = second if score == low else low, least, *_NOTHING[2:]
        elif part.kind == "title":
            of_kind = *_NOTHING[:4], *_of_title(part, ours, quoted, theirs), *_NOTHING[11:]
        known = [
            float(part.edge), math.log(part.many), whole.mean, whole.most, whole.more,
            float(more == 1), float(more > 1), float(more < 0), float(more == 0), words,
        ]  # fmt: skip
        yield part, known, of_kind


_NOTHING = (0.0,) * len(_OF_KIND)


def _least_two(some: Sequence[Part], scores: Sequence[float]) -> dict[int, tuple[float, float]]:
    """Of the items of lists of each length the two worst answered; of one item alone 0.5 beside it."""
    found: dict[int, tuple[float, float]] = {}
    for part, score in zip(some, scores, strict=True):
        if part.kind == "item":
            held = found.get(part.many)
            if held is None:
                found[part.many] = score, math.inf
            else:
                found[part.many] = tuple(sorted((*held, score)))[:2]  # type: ignore[assignment]
    return {many: (a, 0.5 if b == math.inf else b) for many, (a, b) in found.items()}


def _ill(part: Part, side: Answered) -> float:
    """How much of a part nothing answers."""
    places = list(part.places)
    weights = side.weights[places]
    return float(weights @ (side.values[places] < _ILL)) / max(float(weights.sum()), 1e-6)


def _of_title(
    part: Part, ours: Answered, quoted: Sequence[Part], theirs: Answered
) -> tuple[float, ...]:
    """How much of a title nothing answers, and of those of the other side, where it has any.

    Then how alike the title as a whole is to the most alike of those, and how much that is too little.
    """
    ill, other = _ill(part, ours), max((_ill(one, theirs) for one in quoted), default=0.0)
    mean = _mean_of(ours, part)
    alike = max((float(mean @ _mean_of(theirs, one)) for one in quoted), default=_ALIKE)
    return (
        ill, other, min(ill, other), ill * math.log1p(len(part.places)), float(bool(quoted)),
        alike, max(0.0, _ALIKE - alike),
    )  # fmt: skip


def _mean_of(side: Answered, part: Part) -> Floats:
    """The direction of a part as a whole: of its words' vectors by their weights."""
    places = list(part.places)
    found: Floats = side.weights[places] @ side.vectors(places)
    return found / max(float(np.linalg.norm(found)), 1e-6)


def _best_of(side: Answered, part: Part) -> float:
    return max([side.scores[place] for place in part.places])


def _of_all(rows: Sequence[Judged], known: Sequence[Sequence[float]]) -> Numbers:
    """The columns of `_OF_ALL`, of rows of which `known` says what their words do not."""
    sides = {id(row.side): row.side for row in rows}
    first = dict(
        zip(sides, np.cumsum([0, *(len(side.values) for side in sides.values())]), strict=False)
    )
    values = np.concatenate([side.values for side in sides.values()]).astype(np.float64)
    weights = np.concatenate([side.weights for side in sides.values()]).astype(np.float64)
    counts = np.array([len(row.part.places) for row in rows])
    places = np.fromiter(
        (place for row in rows for place in row.part.places), np.intp, counts.sum()
    )
    places += np.repeat([first[id(row.side)] for row in rows], counts)
    starts = np.cumsum(counts) - counts
    best = np.maximum.reduceat(values[places], starts)
    weight = np.add.reduceat(weights[places], starts)
    answered_ = np.add.reduceat(weights[places] * values[places], starts)
    wholes = np.array([(row.side.whole.weight, row.side.whole.answered) for row in rows])
    alone = np.array([len(row.side.heavy) for row in rows]) <= counts
    others = np.where(alone, 1.0, wholes[:, 0] - weight)
    rest = np.where(alone, 0.5, (wholes[:, 1] - answered_) / others)
    low = np.maximum(0.0, _ILL - best)
    log_weight = np.log1p(weight)
    edge, many, mean, most, more_left, one_more, more, fewer, same, words = np.array(known).T
    columns = [
        np.ones(len(rows)), best, low, answered_ / weight, log_weight, log_weight * low, edge,
        edge * low, many, rest, mean, most, more_left, one_more, one_more * low, more, more * low,
        fewer, fewer * low, same * low, words,
    ]  # fmt: skip
    return np.stack(columns, axis=1)
