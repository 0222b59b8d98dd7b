"""Is each operator of a text answered where its words are answered: not, must, and, only, before?

Three things are asked of an operator. How surely does its wording turn up on the other side at all
(不断 does not, 无法 does)? Does the other side, around the words that answer the operator's
neighbours, say the same? Or rather a rival of its axis: may for must? The first two are odds by the
features of a text's words, learned from pairs of texts for each class of the other language; how likely
a mistake all of it makes is a small trained network (``scripts/train_check``).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from align.language.facts.operators import Operator, classes, operators
from align.language.languages import Language
from align.terms.checking.parts import Answered

Floats = NDArray[np.float64]
Signs = Mapping[str, Mapping[str, float]]  # feature → class → weight; the bias under ""

_EN_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_PREFIXES = ("un", "in", "im", "il", "ir", "non", "dis", "mis", "de", "re")
_LONGEST = 4  # characters of a Chinese feature
_CLAUSE = re.compile(r"[，。；：！？,.;:!?]")
# Words of an operator's clause that are its own, before and after it; and how many words around
# their counterparts are looked at. What lies in there is for the network to weigh.
_BEFORE, _AFTER = 2, 3
_AROUND = 4
_NEAR = 10  # words between counterparts that belong together
_COUNTS = 0.3  # an answer below it is none: words of foreign sentences have it (`parts`)
_AFTER_FIRST = 0.1  # of two words answered alike the one after the operator is its own


class Feature(NamedTuple):
    """A feature of a text and where it stands."""

    name: str
    start: int
    end: int


def zh_features(text: str, known: Container[str] | None = None) -> Iterator[Feature]:
    """The runs of one to four Chinese characters of a text; the mark of lists counts as one.

    With `known` only those: most runs are no word, and a text has four for each character.
    """
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + _LONGEST) + 1):
            char = text[end - 1]
            if not "\u4e00" <= char <= "\u9fff" and char != "、":
                break
            name = text[start:end]
            if known is None or name in known:
                yield Feature(name, start, end)


def en_features(text: str) -> Iterator[Feature]:
    """The words of a text, each two that stand together, and their negative prefix or ending."""
    before: tuple[str, int] | None = None
    for match in _EN_WORD.finditer(text):
        word = match.group().lower().replace("’", "'")
        start, end = match.span()
        if word.endswith("n't"):
            yield Feature("n't", start, end)
        yield Feature(word, start, end)
        if before and start - before[1] < 3:
            yield Feature(f"{before[0]} {word}", start, end)
        if len(word) > 5:
            for prefix in _PREFIXES:
                if word.startswith(prefix):
                    yield Feature(f"{prefix}-", start, end)
            if word.endswith(("less", "lessly", "lessness")):
                yield Feature("-less", start, end)
        before = word, end


def _start(one: Feature | Operator) -> int:
    return one.start


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is read for its operators: them, and what its words say of the other side's."""

    text: str
    language: Language
    marks: tuple[Operator, ...]
    found: tuple[Feature, ...]  # the features that have weights
    signs: Signs
    forms: Mapping[str, float]  # the log odds that a form (`forms`) is answered

    def odds(self, low: int, high: int) -> dict[str, float]:
        """The log odds that the other side has each class, by the words in ``text[low:high]``."""
        total = dict(self.signs.get("", {}))
        seen: set[str] = set()
        first = bisect_left(self.found, low, key=_start)
        last = bisect_left(self.found, high, key=_start)
        for one in self.found[first:last]:
            if one.end > high or one.name in seen:
                continue
            seen.add(one.name)
            for key, weight in self.signs[one.name].items():
                total[key] = total.get(key, 0.0) + weight
        return total


def read_operators(
    text: str, language: Language, *, signs: Signs, forms: Mapping[str, float]
) -> Text:
    """Read a text, in simplified characters; `signs` and `forms` are those of its language."""
    some = zh_features(text, signs) if language.is_chinese else en_features(text)
    return Text(
        text,
        language,
        tuple(operators(text, language)),
        tuple(one for one in some if one.name in signs),
        signs,
        forms,
    )


def forms(text: str, mark: Operator) -> tuple[str, str, str]:
    """How an operator is written: by itself, with the word before it, and with the one after it.

    >>> forms("We shall not go", Operator("negation", "not", 9, 12))
    ('not|negation', 'shall not|negation', 'not go|negation')
    """
    own = text[mark.start : mark.end].lower().replace("’", "'")
    before = _WORD_BEFORE.search(text, max(0, mark.start - 20), mark.start)
    after = _WORD_AFTER.match(text, mark.end, mark.end + 20)
    return (
        f"{own}|{mark.axis}",
        f"{before.group().lower() if before else '^'}{own}|{mark.axis}",
        f"{own}{after.group().lower() if after else '$'}|{mark.axis}",
    )


_WORD_BEFORE = re.compile(r"(?:[\u4e00-\u9fff]|[A-Za-z'’-]+ |[^\w\s] ?)$")
_WORD_AFTER = re.compile(r"[\u4e00-\u9fff]| [A-Za-z'’-]+| ?[^\w\s]")


def _answered_rates(ours: Text, mark: Operator) -> dict[str, float]:
    """How often the forms of an operator are answered at all, as log odds."""
    known = ours.forms
    alone, before, after = forms(ours.text, mark)
    base = known.get(alone, known.get(f"|{mark.axis}", 0.0))
    return {
        "form": base / 4,
        "form:before": known.get(before, base) / 4,
        "form:after": known.get(after, base) / 4,
    }


def _is_of_a_name(text: str, mark: Operator, other: str) -> bool:
    """Whether an English operator stands in the Chinese text too, with a word beside it: Never Alone,
    Denial of Service. By itself it may be another (No. 5)."""
    before = _LATIN_BEFORE.search(text, max(0, mark.start - 20), mark.start)
    after = _LATIN_AFTER.match(text, mark.end, mark.end + 20)
    own = text[mark.start : mark.end]
    return (before is not None and before.group() + own in other) or (
        after is not None and own + after.group() in other
    )


_LATIN_BEFORE = re.compile(r"(?<![A-Za-z])[A-Za-z'’-]{2,} $")
_LATIN_AFTER = re.compile(r" [A-Za-z'’-]{2,}(?![A-Za-z])")


class Judged(NamedTuple):
    """An operator, the rival that may stand in its place, where that is, and what speaks for it."""

    mark: Operator
    rival: Operator | None
    place: tuple[int, int]  # of the other text: around the counterparts of the operator's words
    features: dict[str, float]


def judged(ours: Text, theirs: Text, words: tuple[Answered, Answered] | None) -> Iterator[Judged]:
    """Each operator of `ours` with what speaks for its being lost, or turned, in `theirs`.

    `words` says how the words of `ours`, then of `theirs`, are answered.
    """
    if not ours.marks:
        return
    known = classes(ours.language)
    whole = theirs.odds(0, len(theirs.text))
    mine_whole = ours.odds(0, len(ours.text))
    facing = _by_axis(theirs.marks)
    mine = Counter(mark.axis for mark in ours.marks)
    fitting = Fitting.of(*words) if words is not None else None
    answers = classes(theirs.language)
    clauses = [_clause(ours.text, mark.start, mark.end) for mark in ours.marks]
    placed = [
        _place(mark, clause, fitting) or ((0, len(theirs.text)), {"blind": 1.0})
        for mark, clause in zip(ours.marks, clauses, strict=True)
    ]
    pairs = _paired(ours.marks, [place for place, _ in placed], facing)
    for at, mark in enumerate(ours.marks):
        if not ours.language.is_chinese and _is_of_a_name(ours.text, mark, theirs.text):
            continue
        (low, high), (place, fits) = clauses[at], placed[at]
        near = theirs.odds(*place)
        own = ours.odds(mark.start, mark.end)
        about = ours.odds(low, high)
        others = facing.get(mark.axis, [])
        beside = others[
            bisect_left(others, place[0], key=_start) : bisect_left(others, place[1], key=_start)
        ]
        rivals = [f"{mark.axis}:{name}" for name in known[mark.axis] if name != mark.name]
        keys = [f"{mark.axis}:{name}" for name in answers.get(mark.axis, ())]
        e, whole_e = near.get(mark.key, -9.0), whole.get(mark.key, -9.0)
        r = max((near.get(key, -9.0) for key in rivals), default=-9.0)
        whole_r = max((whole.get(key, -9.0) for key in rivals), default=-9.0)
        t = max((own.get(key, -9.0) for key in keys), default=-9.0)
        t_about = max((about.get(key, -9.0) for key in keys), default=-9.0)
        t_whole = max((mine_whole.get(key, -9.0) for key in keys), default=-9.0)
        features = {
            "trust": t / 4,
            "trust:clause": t_about / 4,
            "trust:whole": t_whole / 4,
            "near": e / 4,
            "whole": whole_e / 4,
            "rival": max(r, -6.0) / 4,
            "whole rival": max(whole_r, -6.0) / 4,
            "rivals": float(bool(rivals)),
            "beside": float(min(len(beside), 3)),
            "alone": float(at not in pairs),
            "none": float(not others),
            "theirs": math.log1p(len(others)),
            "ours": math.log1p(mine[mark.axis]),
            "more": float(max(-3, min(3, mine[mark.axis] - len(others)))),
            "length": (math.log(len(ours.text) + 1) - 4) / 2,
            f"axis:{mark.axis}": 1.0,
            f"class:{ours.language.rules}:{mark.key}": 1.0,
        }
        features |= fits | _answered_rates(ours, mark)
        rival = _rival(mark, beside, ours) if rivals else None
        yield Judged(mark, rival, place, features)


_MANY = 8  # operators of an axis in one place that are told apart


def _paired(
    marks: Sequence[Operator], places: Sequence[tuple[int, int]], facing: dict[str, list[Operator]]
) -> dict[int, Operator]:
    """Which operator of the other side, of the same axis and in its place, goes with which: the nearest.

    The keys are places in `marks`; each of the other side goes with one.
    """
    near = []
    for at, (mark, (low, high)) in enumerate(zip(marks, places, strict=True)):
        others = facing.get(mark.axis, [])
        first = bisect_left(others, low, key=_start)
        last = min(bisect_left(others, high, key=_start), first + _MANY)
        near += [
            (abs(2 * one.start - low - high), at, place, one)
            for place, one in enumerate(others[first:last], first)
        ]
    found: dict[int, Operator] = {}
    taken: set[tuple[str, int]] = set()
    for _, at, place, one in sorted(near, key=lambda some: some[:3]):
        if at not in found and (one.axis, place) not in taken:
            found[at] = one
            taken.add((one.axis, place))
    return found


def _rival(mark: Operator, beside: Sequence[Operator], ours: Text) -> Operator | None:
    """The operator of the other side that stands where this one should."""
    span = ours.odds(mark.start, mark.end)
    return min(beside, key=lambda o: span.get(o.key, -9.0), default=None)


def _by_axis(marks: Sequence[Operator]) -> dict[str, list[Operator]]:
    found: dict[str, list[Operator]] = {}
    for one in marks:
        found.setdefault(one.axis, []).append(one)
    return found


_FAR = 300  # characters that a clause may go on to either side


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a span."""
    edge = max(0, start - _FAR)
    low = max((m.end() for m in _CLAUSE.finditer(text, edge, start)), default=edge)
    after = _CLAUSE.search(text, end, end + _FAR)
    return low, after.start() if after else min(len(text), end + _FAR)


@dataclass(frozen=True, slots=True)
class Fitting:
    """How the words of a text are answered by another's, with what is the same for all of them."""

    own: Answered
    other: Answered
    starts: NDArray[np.intp]  # where the words that say something begin
    ends: NDArray[np.intp]
    features: dict[str, float]

    @classmethod
    def of(cls, own: Answered, other: Answered) -> Self | None:
        """None where a side has no words."""
        if not len(own.spans) or not len(other.spans):
            return None
        spans = np.array([own.spans[place] for place in own.heavy], np.intp).reshape(-1, 2)
        left = np.sort(other.weights * np.maximum(0.0, 0.5 - other.values) * ~other.light)[::-1]
        mine = own.weights * np.maximum(0.0, 0.5 - own.values) * ~own.light
        return cls(
            own,
            other,
            spans[:, 0],
            spans[:, 1],
            {
                "literal": _mean(own, own.heavy),
                "literal theirs": _mean(other, other.heavy),
                "unanswered": float(left[0]),
                "unanswered more": float(left[1:3].sum()),
                "unanswered ours": float(mine.max()),
            },
        )


def _place(
    mark: Operator, clause: tuple[int, int], fitting: Fitting | None
) -> tuple[tuple[int, int], dict[str, float]] | None:
    """Where the operator's counterpart should stand, and how well the words around answer."""
    if fitting is None:
        return None
    own, other, heavy = fitting.own, fitting.other, fitting.own.heavy
    starts, ends = fitting.starts, fitting.ends
    first, last = np.searchsorted(starts, clause[0]), np.searchsorted(ends, clause[1], "right")
    at, after_at = np.searchsorted(ends, mark.start, "right"), np.searchsorted(starts, mark.end)
    before = heavy[max(first, at - _BEFORE) : at]
    after = heavy[after_at : min(last, after_at + _AFTER)]
    fits = fitting.features | {
        "before": max((own.scores[p] for p in before), default=0.0),
        "after": max((own.scores[p] for p in after), default=0.0),
        "first": own.scores[after[0]] if after else 0.0,
    }
    end = other.spans[-1][1]
    some = [p for p in (*before, *after) if own.scores[p] > _COUNTS]
    if not some:
        return (0, end), fits
    anchor = max(some, key=lambda p: (own.scores[p] + _AFTER_FIRST * (p in after), -p))
    places = [own.best[p] for p in some if abs(own.best[p] - own.best[anchor]) < _NEAR]
    low = int(other.spans[max(min(places) - _AROUND, 0)][0])
    high = int(other.spans[min(max(places) + _AROUND, len(other.spans) - 1)][1])
    return (low, high), fits | {"narrow": (high - low) / max(end, 1)}


def _mean(side: Answered, some: Sequence[int] | NDArray[np.intp]) -> float:
    total = float(side.weights[some].sum()) if len(some) else 0.0
    return float(side.weights[some] @ side.values[some]) / total if total else 0.5


@dataclass(frozen=True, slots=True)
class Network:
    """One hidden layer: features (n,) → tanh (h,) → the log odds of a mistake."""

    names: tuple[str, ...]
    inner: Floats  # (n + 1, h), the last row the bias
    outer: Floats  # (h + 1,)

    @classmethod
    def of(cls, data: Mapping[str, Sequence[Any]]) -> Self:
        """The network that `data` holds: "names", "inner" and "outer"."""
        inner, outer = np.array(data["inner"], float), np.array(data["outer"], float)
        names = tuple(data["names"])
        if inner.shape != (len(names) + 1, len(outer) - 1):
            raise ValueError(f"inner is {inner.shape}")
        return cls(names, inner, outer)

    def data(self) -> dict[str, list[Any]]:
        """What `of` reads, as plain lists."""
        return {
            "names": list(self.names),
            "inner": self.inner.tolist(),
            "outer": self.outer.tolist(),
        }

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability of a mistake, in (0, 1)."""
        values = np.array([features.get(name, 0.0) for name in self.names])
        hidden = np.tanh(values @ self.inner[:-1] + self.inner[-1])
        odds = float(hidden @ self.outer[:-1] + self.outer[-1])
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
