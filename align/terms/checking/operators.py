"""Is each operator of a text answered where its words are answered: not, must, and, only, before?

Three things are asked of an operator. How surely does its wording turn up on the other side at all
(不断 does not, 无法 does)? Does the other side, around the words that answer the operator's
neighbours, say the same? Or rather a rival of its axis: may for must? The first two are odds by the
features of a text's words, learned from pairs of texts for each class of the other language; how likely
a mistake all of it makes is a small trained network (``scripts/train_check``). The operators of many
units are judged together, as rows of one table.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from align.language.facts.operators import Operator, classes, operators
from align.language.languages import CHINESE, ENGLISH, Code, Language
from align.language.scripts import HAN, is_han
from align.terms.checking.answers import NO_ANSWER, Answers, form, ratios_of
from align.terms.checking.parts import SHAPE, Answered

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

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


Feature = tuple[str, int, int]  # its name, and where it begins and ends


def zh_features(text: str) -> Iterator[Feature]:
    """The runs of one to four Chinese characters of a text; the mark of lists counts as one."""
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + _LONGEST) + 1):
            char = text[end - 1]
            if not is_han(char) and char != "、":
                break
            yield text[start:end], start, end


def en_features(text: str) -> Iterator[Feature]:
    """The words of a text, each two that stand together, and their negative prefix or ending."""
    before, ended = "", -_APART
    for match in _EN_WORD.finditer(text):
        start, end = match.span()
        word, *parts = _of_word(match.group())
        yield word, start, end
        if start - ended < _APART:
            yield f"{before} {word}", start, end
        for part in parts:
            yield part, start, end
        before, ended = word, end


_APART = 3  # characters between words that do not stand together


@lru_cache(maxsize=1 << 16)
def _of_word(written: str) -> tuple[str, ...]:
    """A word as it is compared, and what it is made of."""
    word = written.lower().replace("’", "'")
    parts = ["n't"] if word.endswith("n't") else []
    if len(word) > 5:
        parts += [f"{prefix}-" for prefix in _PREFIXES if word.startswith(prefix)]
        parts += ["-less"] if word.endswith(("less", "lessly", "lessness")) else []
    return word, *parts


def _start(one: Operator) -> int:
    return one.start


@dataclass(frozen=True, slots=True)
class Signs:
    """What the features of a text of either language say of the operators of the other side.

    `rows` holds by language ("zh", "en") the row of each feature in `table` (n, k), the weights of the
    classes in `columns` (k of them); that of the biases under "". A class that a language knows nothing
    of has a bias of -9, as hardly any text has it.
    """

    rows: Mapping[str, Mapping[str, int]]
    columns: Mapping[str, int]
    table: Floats
    sizes: Mapping[str, Sequence[int]]  # of the Chinese features that begin with two characters

    @classmethod
    def of(cls, data: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Self:
        """What `data` holds by language, feature and class; the biases under ""."""
        keys = sorted({key for signs in data.values() for key in signs.get("", ())})
        columns = {key: at for at, key in enumerate(keys)}
        rows: dict[str, dict[str, int]] = {}
        table = np.zeros((sum(map(len, data.values())), len(keys)))
        last = 0
        for lang, signs in data.items():
            rows[lang] = {name: at for at, name in enumerate(signs, last)}
            last += len(signs)
            table[rows[lang][""]] = _NEVER
            for name, some in signs.items():
                for key, weight in some.items():
                    table[rows[lang][name], columns[key]] = weight
        sizes: dict[str, set[int]] = {}
        for name in rows.get("zh", ()):
            if len(name) > 1:
                sizes.setdefault(name[:2], set()).add(len(name))
        return cls(rows, columns, table, {head: sorted(some) for head, some in sizes.items()})

    def found(self, text: str, language: Language) -> Iterator[tuple[int, int, int]]:
        """The features of a text that have weights: the row of each, where it begins and ends.

        They are those of `zh_features` or `en_features`, most of which have none.
        """
        known = self.rows[language.rules]
        if not language.is_chinese:
            for name, start, end in en_features(text):
                if (row := known.get(name)) is not None:
                    yield row, start, end
            return
        for start, char in enumerate(text):
            if (row := known.get(char)) is not None:
                yield row, start, start + 1
            for size in self.sizes.get(text[start : start + 2], ()):
                end = start + size
                if (row := known.get(text[start:end])) is not None and end <= len(text):
                    yield row, start, end


_NEVER = -9.0  # log odds


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is read for its operators: them, and what its words say of the other side's.

    Of each feature that has weights `found` has its row in the table of signs, and where it begins and
    ends, by where they begin.
    """

    text: str
    language: Language
    marks: tuple[Operator, ...]
    found: list[tuple[int, int, int]]

    @classmethod
    def blank(cls, text: str, language: Language) -> Self:
        """A text of which no operators are judged."""
        return cls(text, language, (), [])


def read_operators(text: str, language: Language, signs: Signs) -> Text:
    """Read a text, in simplified characters."""
    marks = tuple(operators(text, language))
    return Text(text, language, marks, list(signs.found(text, language)))


class Window(NamedTuple):
    """A stretch of one of several texts."""

    text: int
    low: int
    high: int


def odds(texts: Sequence[Text], windows: Sequence[Window], signs: Signs) -> Floats:
    """The log odds (len(windows), k) that the other side has each class, by the words in a window.

    A feature counts once in a window, however often it is there.
    """
    chosen = np.array([signs.rows[text.language.rules][""] for text in texts], np.intp)
    counts = np.array([len(text.found) for text in texts], np.intp)
    all_found = chain.from_iterable(chain.from_iterable(text.found for text in texts))
    rows, starts, ends = np.fromiter(all_found, np.intp, 3 * int(counts.sum())).reshape(-1, 3).T
    again = _again(np.repeat(np.arange(len(texts)), counts), rows, starts)
    at, low, high = np.array(windows, np.intp).reshape(-1, 3).T
    # The places of all texts in one order, so that one search finds them.
    lengths = np.array([len(text.text) + 1 for text in texts], np.intp)
    base = np.cumsum(lengths) - lengths
    begin = starts + np.repeat(base, counts)
    first = np.searchsorted(begin, base[at] + low)
    last = np.maximum(np.searchsorted(begin, base[at] + np.minimum(high, lengths[at])), first)
    # Each window's features behind the biases of its language, window after window.
    sizes = last - first + 1
    bounds = np.cumsum(sizes) - sizes
    window = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(window)) - bounds[window] + first[window] - 1
    is_bias = np.zeros(len(window), np.bool_)
    is_bias[bounds] = True
    place[is_bias] = 0
    counts_here = is_bias.copy()
    if len(rows):
        counts_here |= (ends[place] <= high[window]) & (again[place] < low[window])
        taken = rows[place]
    else:
        taken = np.zeros(len(window), np.intp)
    taken[is_bias] = chosen[at]
    kept = np.flatnonzero(counts_here)
    found: Floats = np.add.reduceat(signs.table[taken[kept]], np.searchsorted(kept, bounds))
    return found


def _again(text: Numbers, rows: Numbers, starts: Numbers) -> Numbers:
    """Where each feature began before in its text, -1 where it did not."""
    order = np.lexsort((rows, text))  # stable: what begins earlier comes first
    same = (np.diff(text[order]) == 0) & (np.diff(rows[order]) == 0)
    found = np.full(len(rows), -1, np.intp)
    found[order[1:][same]] = starts[order[:-1][same]]
    return found


def forms(text: str, mark: Operator) -> tuple[str, str, str]:
    """How an operator is written: by itself, with the word before it, and with the one after it.

    >>> forms("We shall not go", Operator("negation", "not", 9, 12))
    ('not|negation', 'shall not|negation', 'not go|negation')
    """
    alone = form(text, mark)
    own = alone.removesuffix(f"|{mark.axis}")
    before = _WORD_BEFORE.search(text, max(0, mark.start - 20), mark.start)
    after = _WORD_AFTER.match(text, mark.end, mark.end + 20)
    return (
        alone,
        f"{before.group().lower() if before else '^'}{alone}",
        f"{own}{after.group().lower() if after else '$'}|{mark.axis}",
    )


_WORD_BEFORE = re.compile(rf"(?:[{HAN}]|[A-Za-z'’-]+ |[^\w\s] ?)$")
_WORD_AFTER = re.compile(rf"[{HAN}]| [A-Za-z'’-]+| ?[^\w\s]")


def _answered_rates(
    text: str, mark: Operator, known: Mapping[str, float]
) -> tuple[float, float, float]:
    """How often the forms of an operator are answered at all, as log odds."""
    alone, before, after = forms(text, mark)
    base = known.get(alone, known.get(f"|{mark.axis}", 0.0))
    return base / 4, known.get(before, base) / 4, known.get(after, base) / 4


def _is_of_a_name(text: str, mark: Operator, other: str) -> bool:
    """Whether an English operator stands in the Chinese text too, with a word beside it: Never Alone,
    Denial of Service. By itself it may be another (No. 5)."""
    own = text[mark.start : mark.end]
    if own not in other:
        return False
    before = _LATIN_BEFORE.search(text, max(0, mark.start - 20), mark.start)
    after = _LATIN_AFTER.match(text, mark.end, mark.end + 20)
    return (before is not None and before.group() + own in other) or (
        after is not None and own + after.group() in other
    )


_LATIN_BEFORE = re.compile(r"(?<![A-Za-z])[A-Za-z'’-]{2,} $")
_LATIN_AFTER = re.compile(r" [A-Za-z'’-]{2,}(?![A-Za-z])")


class Facing(NamedTuple):
    """A text whose operators are judged, and the one they are judged by.

    `words` says how the words of `ours`, then of `theirs`, are answered; `shape` is what the unit as a
    whole says, named as `SHAPE` is.
    """

    ours: Text
    theirs: Text
    of_source: bool
    words: tuple[Answered, Answered] | None
    shape: tuple[float, ...]


_OF_PLACE = (
    "literal", "literal theirs", "unanswered", "unanswered more", "unanswered ours", "before", "after",
    "first", "narrow",
)  # fmt: skip
_PLAIN = (
    *SHAPE, "of source", "blind", *_OF_PLACE, "form", "form:before", "form:after",
    "rivals", "beside", "alone", "none", "theirs", "ours", "more", "length",
    "answer", "answer:near", "answer:best", "answer:contended", "answer:same",
)  # fmt: skip
_ODDS = ("trust", "trust:clause", "trust:whole", "near", "whole", "rival", "whole rival")


class Judged(NamedTuple):
    """An operator, those of the other side that may stand in its place, and where that is."""

    facing: int  # which of the texts that are judged together
    mark: Operator
    rivals: Sequence[Operator]
    place: tuple[int, int]  # of the other text: around the counterparts of the operator's words


class Table(NamedTuple):
    """Operators of many texts and what speaks for each's being lost, or turned, on the other side."""

    rows: list[Judged]
    values: Floats  # (len(rows), len(feature_names()))
    own: Floats  # (len(rows), k): the log odds of each class by the operator's own words

    def features(self, row: int) -> dict[str, float]:
        """What speaks for and against a row's being a mistake, by name."""
        values = self.values[row]
        names = feature_names()
        return {names[at]: float(values[at]) for at in np.flatnonzero(values)}


@cache
def feature_names() -> tuple[str, ...]:
    """The names of the columns of a table of judged operators."""
    both = [(language, classes(language)) for language in (CHINESE, ENGLISH)]
    axes = dict.fromkeys(axis for _, known in both for axis in known)
    beside = dict.fromkeys(
        _beside(axis, one, other)
        for ours, theirs in (both, both[::-1])
        for axis in axes
        for one in ours[1].get(axis, ())
        for other in theirs[1].get(axis, ())
    )
    return (
        *_PLAIN,
        *_ODDS,
        *(f"axis:{axis}" for axis in axes),
        *(
            f"class:{language.rules}:{axis}:{name}"
            for language, known in both
            for axis, some in known.items()
            for name in some
        ),
        *beside,
    )


def _beside(axis: str, ours: str, theirs: str) -> str:
    """The name of the feature that an operator of a class stands where one of another should."""
    return f"beside:{axis}:{ours}>{theirs}"


def judged(
    some: Sequence[Facing],
    signs: Signs,
    known: Mapping[str, Mapping[str, float]],
    answers: Answers,
) -> Table:
    """Each operator of the texts `ours`, judged by `theirs`, in order.

    `known` holds by language the log odds that a form (`forms`) is answered.
    """
    rows: list[Judged] = []
    plain: list[tuple[float, ...]] = []
    clauses: list[tuple[int, int]] = []
    beside: list[tuple[int, str]] = []
    for at, facing in enumerate(some):
        if facing.ours.marks:
            of_text = _of_text(at, facing, known[facing.ours.language.rules], answers)
            for row, clause, some_values, names in of_text:
                beside += [(len(rows), name) for name in names]
                rows.append(row)
                clauses.append(clause)
                plain.append(some_values)
    values = np.zeros((len(rows), len(feature_names())))
    if not rows:
        return Table(rows, values, np.zeros((0, len(signs.columns))))
    values[:, : len(_PLAIN)] = plain
    own = _fill_odds(values, some, rows, clauses, signs)
    column = {name: at for at, name in enumerate(feature_names())}
    here = np.arange(len(rows))
    values[here, [column[f"axis:{one.mark.axis}"] for one in rows]] = 1.0
    spoken = [some[one.facing].ours.language.rules for one in rows]
    values[
        here,
        [column[f"class:{code}:{one.mark.key}"] for code, one in zip(spoken, rows, strict=True)],
    ] = 1.0
    values[[at for at, _ in beside], [column[name] for _, name in beside]] = 1.0
    return Table(rows, values, own)


def _fill_odds(
    values: Floats,
    some: Sequence[Facing],
    rows: Sequence[Judged],
    clauses: Sequence[tuple[int, int]],
    signs: Signs,
) -> Floats:
    """Fill the columns of `_ODDS`; what is given are the odds by each operator's own words."""
    texts = [text for facing in some for text in (facing.ours, facing.theirs)]
    asked = sorted({row.facing for row in rows})
    windows = [Window(at, 0, len(texts[at].text)) for one in asked for at in (2 * one, 2 * one + 1)]
    for row, clause in zip(rows, clauses, strict=True):
        ours = 2 * row.facing
        windows.append(Window(ours, row.mark.start, row.mark.end))
        windows.append(Window(ours, *clause))
        windows.append(Window(ours + 1, *row.place))
    found = odds(texts, windows, signs)
    whole = dict(zip(asked, range(len(asked)), strict=True))
    of_row = np.array([whole[row.facing] for row in rows], np.intp)
    my_whole, their_whole = (
        found[: 2 * len(asked)].reshape(len(asked), 2, -1)[of_row].swapaxes(0, 1)
    )
    own, about, near = found[2 * len(asked) :].reshape(len(rows), 3, -1).swapaxes(0, 1)
    keys = np.array([signs.columns[row.mark.key] for row in rows], np.intp)
    languages = [(some[row.facing].ours.language, some[row.facing].theirs.language) for row in rows]
    others, answers = _may_answer(rows, languages, signs)
    here = np.arange(len(rows))
    first = len(_PLAIN)
    values[:, first : first + len(_ODDS)] = (
        np.stack(
            [
                _most(own, answers),
                _most(about, answers),
                _most(my_whole, answers),
                near[here, keys],
                their_whole[here, keys],
                np.maximum(_most(near, others), _LEAST),
                np.maximum(_most(their_whole, others), _LEAST),
            ],
            axis=1,
        )
        / 4
    )
    return own


_LEAST = -6.0  # log odds of a rival that nothing speaks for


def _most(some: Floats, may: NDArray[np.bool_]) -> Floats:
    """The highest of the odds that `may` names in each row."""
    best: Floats = np.where(may, some, -np.inf).max(axis=1)
    return np.where(np.isneginf(best), _NEVER, best)


def _may_answer(
    rows: Sequence[Judged], languages: Sequence[tuple[Language, Language]], signs: Signs
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each operator which columns are its rivals, and which are its axis on the other side."""
    masks: dict[tuple[str, Code, Code], tuple[NDArray[np.bool_], NDArray[np.bool_]]] = {}
    found = []
    for row, (ours, theirs) in zip(rows, languages, strict=True):
        key = row.mark.key, ours.rules, theirs.rules
        if key not in masks:
            others = _classes_of(ours, row.mark.axis, signs)
            others[signs.columns[row.mark.key]] = False
            masks[key] = others, _classes_of(theirs, row.mark.axis, signs)
        found.append(masks[key])
    return np.array([some for some, _ in found]), np.array([some for _, some in found])


def _classes_of(language: Language, axis: str, signs: Signs) -> NDArray[np.bool_]:
    """Which columns are the classes of an axis in a language."""
    found = np.zeros(len(signs.columns), np.bool_)
    for name in classes(language).get(axis, ()):
        found[signs.columns[f"{axis}:{name}"]] = True
    return found


def _of_text(
    at: int, facing: Facing, known: Mapping[str, float], answers: Answers
) -> Iterator[tuple[Judged, tuple[int, int], tuple[float, ...], list[str]]]:
    """Each operator of a text with its clause, its features of `_PLAIN` and names of `_beside`."""
    ours, theirs = facing.ours, facing.theirs
    their_marks = _by_axis(theirs.marks)
    mine = Counter(mark.axis for mark in ours.marks)
    fitting = Fitting.of(*facing.words) if facing.words is not None else None
    stops = [match.start() for match in _CLAUSE.finditer(ours.text)]
    clauses = [_clause(ours.text, mark.start, mark.end, stops) for mark in ours.marks]
    blind = (0, len(theirs.text)), _BLIND
    placed = [
        _place(mark, clause, fitting) if fitting is not None else blind
        for mark, clause in zip(ours.marks, clauses, strict=True)
    ]
    pairs = _paired(ours.marks, [place for place, _ in placed], their_marks)
    length = (math.log(len(ours.text) + 1) - 4) / 2
    tables = {
        axis: AxisTable.of(some, their_marks.get(axis, []), ours, theirs, answers)
        for axis, some in _by_axis(ours.marks).items()
    }
    for number, mark in enumerate(ours.marks):
        if not ours.language.is_chinese and _is_of_a_name(ours.text, mark, theirs.text):
            continue
        place, fits = placed[number]
        others = their_marks.get(mark.axis, [])
        low = bisect_left(others, place[0], key=_start)
        beside = others[low : bisect_left(others, place[1], key=_start)]
        rivals = len(classes(ours.language)[mark.axis]) > 1
        many = mine[mark.axis]
        yield (
            Judged(at, mark, beside if rivals else (), place),
            clauses[number],
            (
                *facing.shape,
                float(facing.of_source),
                *fits,
                *_answered_rates(ours.text, mark, known),
                float(rivals),
                float(min(len(beside), 3)),
                float(number not in pairs),
                float(not others),
                math.log1p(len(others)),
                math.log1p(many),
                float(max(-3, min(3, many - len(others)))),
                length,
                *tables[mark.axis].features(mark, low, low + len(beside)),
            ),
            sorted({_beside(mark.axis, mark.name, one.name) for one in beside}),
        )


@dataclass(frozen=True, slots=True)
class AxisTable:
    """The operators of an axis of both texts, and how well each answers each.

    `ratios` (len(ours), len(theirs)) are log ratios (`Answers`), `best` the highest that each of ours
    has with anything.
    """

    ours: Sequence[Operator]
    theirs: Sequence[Operator]
    ratios: list[list[float]]
    best: list[float]

    @classmethod
    def of(
        cls,
        marks: Sequence[Operator],
        others: Sequence[Operator],
        ours: Text,
        theirs: Text,
        answers: Answers,
    ) -> Self:
        """The table of the operators of an axis of two texts."""
        chinese = ours.language.is_chinese
        mine = [form(ours.text, one) for one in marks]
        ratios = ratios_of(mine, [form(theirs.text, one) for one in others], answers, chinese)
        return cls(marks, others, ratios, [answers.best(ours.language.rules, one) for one in mine])

    def features(self, mark: Operator, low: int, high: int) -> tuple[float, ...]:
        """How well a mark is answered at all, by those of `theirs` from `low` to `high`, and at best.

        Then how much better the likeliest goes with another of ours, and whether it is of its class.
        """
        row = self.ours.index(mark)
        ratios = self.ratios[row]
        if not ratios:
            return NO_ANSWER / 2, NO_ANSWER / 2, self.best[row] / 2, NO_ANSWER / 2, 0.0
        likeliest = max(range(len(ratios)), key=ratios.__getitem__)
        contended = [
            other[likeliest] - ratios[likeliest]
            for at, other in enumerate(self.ratios)
            if at != row
        ]
        return (
            ratios[likeliest] / 2,
            max(ratios[low:high], default=NO_ANSWER) / 2,
            self.best[row] / 2,
            max([NO_ANSWER, *contended]) / 2,
            float(self.theirs[likeliest].name == mark.name),
        )


def rival(table: Table, row: int, signs: Signs) -> Operator | None:
    """The operator of the other side that stands where this one should."""
    own = table.own[row]
    return min(
        table.rows[row].rivals, key=lambda one: float(own[signs.columns[one.key]]), default=None
    )


_MANY = 8  # operators of an axis in one place that are told apart


def _paired(
    marks: Sequence[Operator], places: Sequence[tuple[int, int]], facing: dict[str, list[Operator]]
) -> dict[int, Operator]:
    """Which operator of the other side, of the same axis and in its place, goes with which: the nearest.

    The keys are places in `marks`; each of the other side goes with one.
    """
    near = []
    for at, (mark, (low, high)) in enumerate(zip(marks, places, strict=True)):
        others = facing.get(mark.axis)
        if others is None:
            continue
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


def _by_axis(marks: Sequence[Operator]) -> dict[str, list[Operator]]:
    found: dict[str, list[Operator]] = {}
    for one in marks:
        found.setdefault(one.axis, []).append(one)
    return found


_FAR = 300  # characters that a clause may go on to either side


def _clause(text: str, start: int, end: int, stops: Sequence[int]) -> tuple[int, int]:
    """The clause around a span; `stops` are where the text's clauses end."""
    before, after = bisect_left(stops, start) - 1, bisect_left(stops, end)
    low, high = max(0, start - _FAR), min(len(text), end + _FAR)
    return (
        max(low, stops[before] + 1) if before >= 0 else low,
        min(high, stops[after]) if after < len(stops) else high,
    )


@dataclass(frozen=True, slots=True)
class Fitting:
    """How the words of a text are answered by another's, with what is the same for all of them."""

    own: Answered
    other: Answered
    starts: list[int]  # where the words that say something begin
    ends: list[int]
    features: tuple[float, ...]

    @classmethod
    def of(cls, own: Answered, other: Answered) -> Self | None:
        """None where a side has no words."""
        if not own.spans or not other.spans:
            return None
        spans = [own.spans[place] for place in own.heavy]
        return cls(
            own,
            other,
            [start for start, _ in spans],
            [end for _, end in spans],
            (
                0.0,
                own.whole.mean,
                other.whole.mean,
                other.whole.most,
                other.whole.more,
                own.whole.most,
            ),
        )


_BLIND = (1.0, *(0.0 for _ in _OF_PLACE))


def _place(
    mark: Operator, clause: tuple[int, int], fitting: Fitting
) -> tuple[tuple[int, int], tuple[float, ...]]:
    """Where the operator's counterpart should stand, and how well the words around answer."""
    own, other, heavy = fitting.own, fitting.other, fitting.own.heavy
    scores = own.scores
    starts, ends = fitting.starts, fitting.ends
    first, last = bisect_left(starts, clause[0]), bisect_right(ends, clause[1])
    at, after_at = bisect_right(ends, mark.start), bisect_left(starts, mark.end)
    before = heavy[max(first, at - _BEFORE) : at]
    after = heavy[after_at : min(last, after_at + _AFTER)]
    fits = (
        *fitting.features,
        max((scores[p] for p in before), default=0.0),
        max((scores[p] for p in after), default=0.0),
        scores[after[0]] if after else 0.0,
    )
    end = other.spans[-1][1]
    some = [p for p in (*before, *after) if scores[p] > _COUNTS]
    if not some:
        return (0, end), (*fits, 0.0)
    anchor = max(some, key=lambda p: (scores[p] + _AFTER_FIRST * (p in after), -p))
    places = [own.best[p] for p in some if abs(own.best[p] - own.best[anchor]) < _NEAR]
    low = other.spans[max(min(places) - _AROUND, 0)][0]
    high = other.spans[min(max(places) + _AROUND, len(other.spans) - 1)][1]
    return (low, high), (*fits, (high - low) / max(end, 1))


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

    def probabilities(self, names: Sequence[str], values: Floats) -> Floats:
        """The probabilities of a mistake, in (0, 1), of rows of features (n, len(names))."""
        place = {name: at for at, name in enumerate(self.names)}
        inner = np.array(
            [
                self.inner[place[name]] if name in place else np.zeros(len(self.outer) - 1)
                for name in names
            ]
        )
        hidden = np.tanh(values @ inner + self.inner[-1])
        some = np.clip(hidden @ self.outer[:-1] + self.outer[-1], -30.0, 30.0)
        found: Floats = 1 / (1 + np.exp(-some))
        return found

    def of_rows(self, rows: Sequence[Mapping[str, float]]) -> Floats:
        """The probabilities of a mistake of rows of features by name."""
        place = {name: at for at, name in enumerate(self.names)}
        values = np.zeros((len(rows), len(self.names)))
        for at, row in enumerate(rows):
            for name, value in row.items():
                if name in place:
                    values[at, place[name]] = value
        return self.probabilities(self.names, values)
