"""Items of lists, clauses, names and quoted titles that no word of the other side answers.

The encoder's word vectors say how well each word is answered (`Answered`); a part is as well answered
as its best word. How likely a mistake that is depends on how freely the unit is translated, on how many
items either side lists, and on what the other side has that nothing answers: a trained probability.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import TokenEncoder
from align.embedding.words import MIN_WEIGHT
from align.language.languages import Language
from align.terms.checking.sounds import sounds_like
from align.terms.following.soft import InWindows, Line, batches, read_lines

Span = tuple[int, int]
Floats = NDArray[np.float32]

_ZH_AND = frozenset("、 和 及 以及 与 或 或者 并".split())
_EN_AND = frozenset(", and or &".split())
_ZH_STOP = frozenset("，。；：！？（）“”《》,.;:!?()")
_EN_STOP = frozenset('. ; : ! ? ( ) “ ” "'.split())
_LONG = 512  # words of a text whose parts are not compared with all the rest one by one
_EDGE = 3  # words of the first and the last item that may be the list's own, not its sentence's
# Where the features bend, not decisions: a part whose best word is answered so well is not judged
# (words of right translations that the model knows have 0.6 and more), and below the second value an
# answer counts as none. The trained weights say what either means.
_WELL = 0.5
_ILL = 0.35
_NAME = re.compile(
    r"(?:[A-Z][\w’'-]+|[A-Z]\.)(?:\s(?:(?:of|de|al|el|bin|van|von)\s)?(?:[A-Z][\w’'-]+|[A-Z]\.))*"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """The words of a text and how well each is answered by the other side, 0 to 1.

    `values` counts an answer less that another word has a better claim to; `light` are words that say
    little by themselves (the, 的, commas). `spans` and `scores` are lists, which single words are
    asked of: `scores` holds the values again.
    """

    text: str
    language: Language
    spans: list[Span]  # n
    words: list[str]  # n
    scores: list[float]  # n
    values: Floats  # (n,)
    weights: Floats  # (n,) of the mean weight
    light: NDArray[np.bool_]  # (n,)
    heavy: list[int]  # places of the words that are not light
    sums: tuple[float, float]  # of their weights, and of those times their values
    best: list[int]  # n, the place of the other side's word that answers

    @classmethod
    def of(
        cls,
        line: Line,
        language: Language,
        values: Floats,
        best: NDArray[np.intp],
        weights: Floats,
        light: NDArray[np.bool_],
    ) -> Answered:
        """The words of a text, those of its tokens."""
        spans = [(start, end) for start, end in line.spans.tolist()]
        words = [line.text[start:end] for start, end in spans]
        heavy = np.flatnonzero(~light)
        some = weights[heavy].astype(np.float64)
        sums = float(some.sum()), float(some @ values[heavy])
        return cls(
            line.text,
            language,
            spans,
            words,
            values.tolist(),
            values,
            weights,
            light,
            heavy.tolist(),
            sums,
            best.tolist(),
        )


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
    known = np.unique(np.concatenate([line.ids for line in (*ours, *theirs)]))
    # The last row stands for what lies behind a text's end: it answers nothing, and is light.
    units = np.concatenate([words.units(known), np.zeros((1, words.matrix.shape[1]), np.float32)])
    scale = float(words.weights[words.weights > 0].mean())
    weights = np.concatenate([words.weights[known] / scale, np.zeros(1, np.float32)])
    light = weights < MIN_WEIGHT
    cut = InWindows(ours, theirs)
    sizes = cut.sizes
    found = [(_NONE, _NONE)] * len(sizes)
    by = [(_NOWHERE, _NOWHERE)] * len(sizes)
    starts = cut.starts
    for some in batches(sizes):
        left, right = (_places([side[at] for at in some], known) for side in (cut.ours, cut.theirs))
        fits = np.maximum(units[left] @ units[right].transpose(0, 2, 1), 0.0)
        our_values, our_best = _best(fits, light[right])
        their_values, their_best = _best(fits.transpose(0, 2, 1), light[left])
        for row, at in enumerate(some):
            (n, m), (first, first_other) = sizes[at], starts[at]
            found[at] = our_values[row, :n], their_values[row, :m]
            by[at] = our_best[row, :n] + first_other, their_best[row, :m] + first
    answers = []
    joined = zip(cut.joined(found), cut.joined(by), strict=True)
    for one, other, both, (values, best) in zip(ours, theirs, languages, joined, strict=True):
        places = [np.searchsorted(known, line.ids) for line in (one, other)]
        a, b = (
            Answered.of(line, language, own, words_of, weights[at], light[at])
            for line, language, own, words_of, at in zip(
                (one, other), both, values, best, places, strict=True
            )
        )
        answers.append((a, b))
    return answers


_NONE = np.zeros(0, np.float32)
_NOWHERE = np.zeros(0, np.intp)


def _places(lines: Sequence[Line], known: NDArray[np.int32]) -> NDArray[np.intp]:
    """The places of tokens among the known ones, one line a row; behind its end one more."""
    found = np.full((len(lines), max(1, *(len(line.ids) for line in lines))), len(known), np.intp)
    for at, line in enumerate(lines):
        found[at, : len(line.ids)] = np.searchsorted(known, line.ids)
    return found


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


def _runs(side: Answered, stops: frozenset[str]) -> Iterator[list[int]]:
    run: list[int] = []
    for place, word in enumerate(side.words):
        if word in stops:
            if run:
                yield run
            run = []
        else:
            run.append(place)
    if run:
        yield run


def _lists(side: Answered) -> Iterator[Part]:
    """Items between commas of a list and its and; of the first and the last the nearest words."""
    joins, stops = (_ZH_AND, _ZH_STOP) if side.language.is_chinese else (_EN_AND, _EN_STOP)
    lower = side.words if side.language.is_chinese else [word.lower() for word in side.words]
    if joins.isdisjoint(lower):
        return
    light = side.light.tolist()
    for run in _runs(side, stops):
        items: list[list[int]] = [[]]
        for place in run:
            if lower[place] in joins:
                if items[-1]:
                    items.append([])
            elif not light[place]:
                items[-1].append(place)
        items = [item for item in items if item]
        if len(items) < 2:
            continue
        for at, item in enumerate(items):
            first, last = at == 0, at == len(items) - 1
            some = item[-_EDGE:] if first else item[:_EDGE] if last else item
            yield _part("item", side, some, edge=first or last, many=len(items))


def _clauses(side: Answered) -> Iterator[Part]:
    stops = _ZH_STOP if side.language.is_chinese else _EN_STOP | {","}
    runs = list(_runs(side, stops))
    if len(runs) < 2:
        return
    heavy = frozenset(side.heavy)
    for run in runs:
        some = [place for place in run if place in heavy]
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


def _heavy(side: Answered, starts: Sequence[int], start: int, end: int) -> list[int]:
    """The words of a stretch that say something; `starts` are those of all words."""
    some = []
    for place in range(bisect_left(starts, start), len(starts)):
        if side.spans[place][1] > end:
            break
        if not side.light[place]:
            some.append(place)
    return some


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


def described(ours: Answered, theirs: Answered) -> Iterator[tuple[Part, dict[str, float]]]:
    """Every part of a text with what speaks for and against its having no counterpart."""
    mine = parts(ours)
    if not mine:
        return
    others = [part for part in parts(theirs) if part.kind == "item"]
    lists = (
        max((p.many for p in mine if p.kind == "item"), default=1),
        max((p.many for p in others), default=1),
    )
    least = min((_best_of(theirs, p) for p in others), default=0.5)
    side = ours.language.rules
    rest: _Rest | None = None
    scores = [_best_of(ours, part) for part in mine]
    least_two = _least_two(mine, scores)
    quoted = list(titles(theirs)) if any(part.kind == "title" for part in mine) else []
    theirs_ill = max((_ill(other, theirs) for other in quoted), default=None)
    for part, score in zip(mine, scores, strict=True):
        if score > _WELL and part.kind not in ("clause", "title"):
            continue
        rest = rest or _Rest.of(theirs)
        features = _features(part, ours, rest, lists)
        if part.kind == "item":
            low, second = least_two[part.many]
            features["beside"] = second if score == low else low
            features["theirs least"] = least
            features["beside low"] = features["beside"] * features["low"]
            features["theirs least low"] = least * features["low"]
        if part.kind == "title":
            features |= _of_title(part, ours, theirs_ill)
        if part.kind == "name":
            heard = sounds_like(ours.text[part.start : part.end], theirs.text)
            features["heard"] = heard
            features["heard low"] = heard * features["low"]
            features["unheard low"] = (1 - heard) * features["low"]
        named = _named(part.kind, side, tuple(features))
        yield part, dict(zip(named, (*features.values(), *features.values()), strict=True))


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


@lru_cache(maxsize=64)
def _named(kind: str, side: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a part's features, those of its language first."""
    return (*(f"{kind}:{side}:{name}" for name in names), *(f"{kind}:{name}" for name in names))


def _ill(part: Part, side: Answered) -> float:
    """How much of a part nothing answers."""
    places = list(part.places)
    weights = side.weights[places]
    return float(weights @ (side.values[places] < _ILL)) / max(float(weights.sum()), 1e-6)


def _of_title(part: Part, ours: Answered, theirs: float | None) -> dict[str, float]:
    """How much of a title nothing answers, and of the other side's, None where that has none."""
    ill, other = _ill(part, ours), theirs or 0.0
    return {
        "ill": ill,
        "theirs ill": other,
        "both ill": min(ill, other),
        "ill many": ill * math.log1p(len(part.places)),
        "quoted": float(theirs is not None),
    }


def _best_of(side: Answered, part: Part) -> float:
    return max(side.scores[place] for place in part.places)


def _mean(side: Answered, places: Sequence[int] | NDArray[np.intp]) -> float:
    weights = side.weights[places]
    total = float(weights.sum())
    return float(weights @ side.values[places]) / total if total else 1.0


def _mean_without(side: Answered, places: Sequence[int]) -> float:
    """How well the words that are not light are answered, but for some of them; 0.5 for none."""
    if len(side.heavy) <= len(places):
        return 0.5
    if len(side.words) > _LONG:  # summed once for all parts
        weight, answered = side.sums
        own = side.weights[list(places)].astype(np.float64)
        rest = weight - float(own.sum())
        return (answered - float(own @ side.values[list(places)])) / rest if rest > 0 else 1.0
    other = ~side.light
    other[list(places)] = False
    return _mean(side, np.flatnonzero(other))


@dataclass(frozen=True, slots=True)
class _Rest:
    """What all parts of a text are compared with: the other text as a whole."""

    words: int  # those that are not light
    mean: float  # how well they are answered
    most: float  # what of the heaviest of them nothing answers
    more: float  # of the two after it

    @classmethod
    def of(cls, side: Answered) -> _Rest:
        """The whole of a text."""
        some = np.array(side.heavy, np.intp)
        left = side.weights[some] * np.maximum(np.float32(_WELL) - side.values[some], np.float32(0))
        most = np.sort(left)[::-1][:3].tolist()
        return cls(
            len(some),
            _mean(side, some) if len(some) else 0.5,
            most[0] if most else 0.0,
            sum(most[1:3]),
        )


def _features(
    part: Part, ours: Answered, theirs: _Rest, lists: tuple[int, int]
) -> dict[str, float]:
    places = list(part.places)
    values = ours.values[places]
    weight = float(ours.weights[places].sum())
    rest = _mean_without(ours, places)
    low = max(0.0, _ILL - float(values.max()))
    more = lists[0] - lists[1]
    return {
        "bias": 1.0,
        "best": float(values.max()),
        "low": low,
        "mean": _mean(ours, places),
        "weight": math.log1p(weight),
        "low weight": math.log1p(weight) * low,
        "edge": float(part.edge),
        "edge low": float(part.edge) * low,
        "many": math.log(part.many),
        "rest": rest,
        "their rest": theirs.mean,
        "unanswered": theirs.most,
        "unanswered more": theirs.more,
        "one more": float(more == 1),
        "one more low": float(more == 1) * low,
        "more": float(more > 1),
        "more low": float(more > 1) * low,
        "fewer": float(more < 0),
        "fewer low": float(more < 0) * low,
        "same list low": float(more == 0) * low,
        "words": math.log(max(len(ours.heavy), 1) / max(theirs.words, 1)),
    }
