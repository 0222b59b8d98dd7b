"""Items of lists, clauses and names that no word of the other side answers.

The encoder's word vectors say how well each word is answered (`Answered`); a part is as well answered
as its best word. How likely a mistake that is depends on how freely the unit is translated, on how many
items either side lists, and on what the other side has that nothing answers: a trained probability.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import TokenEncoder
from align.embedding.words import MIN_WEIGHT
from align.terms.checking.sounds import sounds_like

Span = tuple[int, int]
Floats = NDArray[np.float32]

_ZH_AND = frozenset("、 和 及 以及 与 或 或者 并".split())
_EN_AND = frozenset(", and or &".split())
_ZH_STOP = frozenset("，。；：！？（）“”《》,.;:!?()")
_EN_STOP = frozenset('. ; : ! ? ( ) “ ” "'.split())
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
    little by themselves (the, 的, commas).
    """

    text: str
    chinese: bool
    spans: NDArray[np.int32]  # (n, 2)
    values: Floats  # (n,)
    weights: Floats  # (n,) of the mean weight
    light: NDArray[np.bool_]  # (n,)

    def word(self, place: int) -> str:
        """The word at `place`."""
        start, end = self.spans[place]
        return self.text[start:end]


PartKind = Literal["item", "clause", "name"]


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
    pairs: Sequence[tuple[str, str]], encoder: TokenEncoder, chinese: Sequence[bool]
) -> list[tuple[Answered, Answered]]:
    """How the words of each pair of texts answer each other; `chinese` of the first of each."""
    ours = encoder.tokenize([a for a, _ in pairs])
    theirs = encoder.tokenize([b for _, b in pairs])
    words = encoder.words
    scale = float(words.weights[words.weights > 0].mean())
    found = []
    for row, ((a, b), zh) in enumerate(zip(pairs, chinese, strict=True)):
        sides = []
        for tokens in (ours, theirs):
            low, high = tokens.bounds[row], tokens.bounds[row + 1]
            ids = tokens.ids[low:high]
            weights = words.weights[ids] / scale
            sides.append((tokens.spans[low:high], words.units(ids), weights, weights < MIN_WEIGHT))
        (sa, ua, wa, la), (sb, ub, wb, lb) = sides
        fits = np.maximum(ua @ ub.T, 0.0)
        values_a, values_b = _best(fits, lb), _best(fits.T, la)
        found.append(
            (Answered(a, zh, sa, values_a, wa, la), Answered(b, not zh, sb, values_b, wb, lb))
        )
    return found


def _best(fits: Floats, light: NDArray[np.bool_]) -> Floats:
    """Of each row its best column, by how much another row has a better claim to that."""
    if not fits.size:
        return np.zeros(len(fits), np.float32)
    some = fits * ~light
    claims = some / np.maximum(some.max(axis=0, keepdims=True), 1e-6)
    best: Floats = (some * claims).max(axis=1)
    return best


def parts(side: Answered) -> list[Part]:
    """The parts of a text that are judged."""
    found = list(_lists(side))
    found += _clauses(side)
    if not side.chinese:
        found += _names(side)
    return found


def _runs(side: Answered, stops: frozenset[str]) -> Iterator[list[int]]:
    run: list[int] = []
    for place in range(len(side.spans)):
        if side.word(place) in stops:
            if run:
                yield run
            run = []
        else:
            run.append(place)
    if run:
        yield run


def _lists(side: Answered) -> Iterator[Part]:
    """Items between commas of a list and its and; of the first and the last the nearest words."""
    joins, stops = (_ZH_AND, _ZH_STOP) if side.chinese else (_EN_AND, _EN_STOP)
    for run in _runs(side, stops):
        items: list[list[int]] = [[]]
        for place in run:
            if side.word(place).lower() in joins:
                if items[-1]:
                    items.append([])
            elif not side.light[place]:
                items[-1].append(place)
        items = [item for item in items if item]
        if len(items) < 2:
            continue
        for at, item in enumerate(items):
            first, last = at == 0, at == len(items) - 1
            some = item[-_EDGE:] if first else item[:_EDGE] if last else item
            yield _part("item", side, some, edge=first or last, many=len(items))


def _clauses(side: Answered) -> Iterator[Part]:
    stops = _ZH_STOP if side.chinese else _EN_STOP | {","}
    runs = list(_runs(side, stops))
    for run in runs:
        some = [place for place in run if not side.light[place]]
        if len(some) >= _EDGE and len(runs) > 1:
            yield _part("clause", side, some, many=len(runs))


def _names(side: Answered) -> Iterator[Part]:
    for match in _NAME.finditer(side.text):
        head = (
            not side.text[: match.start()].strip(" “\"'(")
            or side.text[: match.start()].rstrip()[-1:] in ".?!:"
        )
        if head and " " not in match.group():
            continue
        some = [
            place
            for place in range(len(side.spans))
            if match.start() <= side.spans[place][0]
            and side.spans[place][1] <= match.end()
            and not side.light[place]
        ]
        if some:
            yield _part("name", side, some, edge=head)


def _part(
    kind: PartKind, side: Answered, places: Sequence[int], *, edge: bool = False, many: int = 1
) -> Part:
    start, end = int(side.spans[places[0]][0]), int(side.spans[places[-1]][1])
    return Part(kind, tuple(places), start, end, edge, many)


def described(ours: Answered, theirs: Answered) -> Iterator[tuple[Part, dict[str, float]]]:
    """Every part of a text with what speaks for and against its having no counterpart."""
    mine = parts(ours)
    others = [part for part in parts(theirs) if part.kind == "item"]
    lists = (
        max((p.many for p in mine if p.kind == "item"), default=1),
        max((p.many for p in others), default=1),
    )
    least = min((_best_of(theirs, p) for p in others), default=0.5)
    side = "zh" if ours.chinese else "en"
    for part in mine:
        if _best_of(ours, part) > _WELL and part.kind != "clause":
            continue
        features = _features(part, ours, theirs, lists)
        if part.kind == "item":
            beside = [p for p in mine if p.kind == "item" and p is not part and p.many == part.many]
            features["beside"] = min((_best_of(ours, p) for p in beside), default=0.5)
            features["theirs least"] = least
            features["beside low"] = features["beside"] * features["low"]
            features["theirs least low"] = least * features["low"]
        if part.kind == "name":
            heard = sounds_like(ours.text[part.start : part.end], theirs.text)
            features["heard"] = heard
            features["heard low"] = heard * features["low"]
            features["unheard low"] = (1 - heard) * features["low"]
        yield (
            part,
            {f"{part.kind}:{side}:{k}": v for k, v in features.items()}
            | {f"{part.kind}:{k}": v for k, v in features.items()},
        )


def literal(ours: Answered, theirs: Answered, span: Span) -> dict[str, float]:
    """How literally two texts render each other around a negation of the first at `span`.

    A negation that was lost leaves all other words answered; one that is rendered by another word
    (absent, refrain) leaves that word without an answer of its own.
    """
    rest = [
        p
        for p in range(len(ours.spans))
        if not ours.light[p] and not (ours.spans[p][0] < span[1] and span[0] < ours.spans[p][1])
    ]
    after = [p for p in rest if ours.spans[p][0] >= span[1] - 1][:2]
    others = [p for p in range(len(theirs.spans)) if not theirs.light[p]]
    left = sorted((_unanswered(theirs, p) for p in others), reverse=True)
    return {
        "negation:literal": _mean(ours, rest) if rest else 0.5,
        "negation:literal theirs": _mean(theirs, others) if others else 0.5,
        "negation:verb": max((float(ours.values[p]) for p in after), default=0.3),
        "negation:unanswered": left[0] if left else 0.0,
        "negation:unanswered more": sum(left[1:3]),
        "negation:unanswered ours": max((_unanswered(ours, p) for p in rest), default=0.0),
    }


def _unanswered(side: Answered, place: int) -> float:
    """The weight of a word, by how little it is answered."""
    return float(side.weights[place]) * max(0.0, _WELL - float(side.values[place]))


def _best_of(side: Answered, part: Part) -> float:
    return float(side.values[list(part.places)].max())


def _mean(side: Answered, places: Sequence[int]) -> float:
    some = list(places)
    total = float(side.weights[some].sum())
    return float(side.weights[some] @ side.values[some]) / total if total else 1.0


def _features(
    part: Part, ours: Answered, theirs: Answered, lists: tuple[int, int]
) -> dict[str, float]:
    places = list(part.places)
    rest = [p for p in range(len(ours.spans)) if p not in part.places and not ours.light[p]]
    others = [p for p in range(len(theirs.spans)) if not theirs.light[p]]
    values = ours.values[places]
    weight = float(ours.weights[places].sum())
    unanswered = sorted(
        (float(theirs.weights[p] * max(0.0, _WELL - theirs.values[p])) for p in others),
        reverse=True,
    )
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
        "rest": _mean(ours, rest) if rest else 0.5,
        "their rest": _mean(theirs, others) if others else 0.5,
        "unanswered": unanswered[0] if unanswered else 0.0,
        "unanswered more": sum(unanswered[1:3]),
        "one more": float(more == 1),
        "one more low": float(more == 1) * low,
        "more": float(more > 1),
        "more low": float(more > 1) * low,
        "fewer": float(more < 0),
        "fewer low": float(more < 0) * low,
        "same list low": float(more == 0) * low,
        "words": math.log(max(len(rest) + len(places), 1) / max(len(others), 1)),
    }
