"""Where spans went: probabilities over runs of pieces, and over nothing, for many spans at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from align.datatypes import TranslationUnit
from align.embedding.protocol import TokenEncoder
from align.forked import one_blas_thread
from align.language.tags import is_chinese
from align.language.words import is_done_to
from align.terms.following.batch import Batch, Reader, Text, make_batch
from align.terms.following.candidates import Questions, Runs, ask, find_runs
from align.terms.following.company import FEW, MOST_UNITS, Company
from align.terms.following.features import FEATURES, NAMES, edges, look, nothing
from align.terms.following.soft import batches
from align.terms.following.support import log_support, run_keys, support
from align.terms.following.weights import Model, Weights, load_model

Span = tuple[int, int]
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Question:
    """Where ``source[span[0]:span[1]]`` went in `target`; those of one `group` are of one term."""

    source: str
    target: str
    span: Span
    group: int = 0


@dataclass(frozen=True, slots=True)
class Described:
    """Questions with their runs and features, one row a question.

    `places` (q, k, 2) are characters of the targets; a key of 0 is padding.
    """

    places: Ints
    keys: NDArray[np.uint64]
    features: Floats  # (q, k, features)
    edges: NDArray[np.int16]  # (q, k, 4)
    nothing: Floats  # (q, features of nothing)


@dataclass(frozen=True, slots=True)
class Followed:
    """Runs of each question with their probabilities, one row a question, not sorted.

    `probability` (q, k) sums to at most 1 a row; what is left is that nothing answers.
    """

    places: Ints  # (q, k, 2)
    keys: NDArray[np.uint64]  # (q, k): equal for runs of the same words
    probability: Floats

    def best(self) -> Ints:
        """The likeliest run of each question, (q,)."""
        best: Ints = np.argmax(self.probability, axis=1)
        return best


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a target with the probability that a span went there."""

    start: int
    end: int
    probability: float
    key: int  # equal for runs of the same words


@dataclass(frozen=True, slots=True)
class Answer:
    """Where one span went: runs, the likeliest first, and the probability of nothing."""

    runs: tuple[Run, ...]
    nothing: float

    def within(self, span: Span) -> float:
        """The probability that the span went to this place, nearly: its best run's that overlaps."""
        return max(
            (r.probability for r in self.runs if r.start < span[1] and span[0] < r.end), default=0.0
        )


# Who did it, where 被 is a clause's: accepted by the applicant, 被申请人接受.
_BY = re.compile(
    r"\bby\s(?:(?:the|an?|its|his|her|their|this|that|such|any|each|all)\s)?$", re.IGNORECASE
)


def _whole_names(answer: Answer, question: Question) -> Answer:
    """An answer whose runs hold the 被 of the names of those to whom something is done."""
    if _BY.search(question.source, 0, question.span[0]):
        return answer
    found: dict[tuple[int, int], Run] = {}
    for run in answer.runs:
        start = run.start - is_done_to(question.target, run.start, run.end)
        if (same := found.get((start, run.end))) is not None:
            likely = min(same.probability + run.probability, 1.0)
            found[start, run.end] = replace(same, probability=likely)
        else:
            found[start, run.end] = replace(run, start=start)
    runs = sorted(found.values(), key=lambda run: -run.probability)
    return replace(answer, runs=tuple(runs))


class Follower:
    """Follows spans from one language into the other, either way.

    `units` are those at hand (a document, a memory's hits): which words keep company in them, and
    which are bound to their neighbours, sharpens the answer.
    """

    def __init__(
        self,
        encoder: TokenEncoder,
        units: Sequence[TranslationUnit] = (),
        *,
        model: Model | None = None,
    ) -> None:
        self.encoder = encoder
        self.model = model or load_model()
        self.reader = Reader(encoder, self.model.words)
        self.company: Company | None = None
        sides = sides_of(units)
        if len(sides["zh"]) >= FEW:
            step = -(-len(sides["zh"]) // MOST_UNITS)  # of many units some, evenly
            some = {lang: texts[::step] for lang, texts in sides.items()}
            self.company = Company.of(
                {lang: encoder.tokenize(texts, spans=False) for lang, texts in some.items()}
            )
            self.reader.learn_from(some)

    def follow(self, questions: Sequence[Question], into: str) -> Followed:
        """The runs of each question's target, in the language `into`, with their probabilities."""
        described = self.describe(questions, into)
        groups = np.array([question.group for question in questions], np.int64)
        return self.decide(described, groups, into)

    def answers(self, questions: Sequence[Question], into: str) -> list[Answer]:
        """The likeliest runs of each question, those of the same words at one place as one."""
        found = followed_answers(self.follow(questions, into))
        if into != "zh":
            return found
        return [
            _whole_names(answer, question) if "被" in question.target else answer
            for answer, question in zip(found, questions, strict=True)
        ]

    def decide(self, described: Described, groups: Ints, into: str) -> Followed:
        """Probabilities for described questions: each alone, then with what its group supports."""
        weights = self.model.into[into]
        scores, none = scored(described, weights)
        probability = softmax(scores, none, described.keys)
        alone = calibrated(probability, weights.calibration[0])
        several = (np.bincount(groups)[groups] > 1)[:, None] if len(groups) else np.zeros((0, 1))
        if not several.any():
            return Followed(described.places, described.keys, whole(described, alone))
        for _ in range(ROUNDS):
            found, of_none = support(groups, described.keys, probability)
            together = softmax(*supported(scores, none, found, of_none, weights), described.keys)
            probability = np.where(several, together, probability)
        together = calibrated(probability, weights.calibration[1])
        return Followed(
            described.places, described.keys, whole(described, np.where(several, together, alone))
        )

    def describe(self, questions: Sequence[Question], into: str) -> Described:
        """The features of every run of every question; of very long texts runs near the diagonal."""
        near = [_near(question) for question in questions]
        found = self._described([question for question, _ in near], into)
        found.places[:] += np.array([start for _, start in near], np.int64).reshape(-1, 1, 1)
        return found

    def _described(self, questions: Sequence[Question], into: str) -> Described:
        units = list(dict.fromkeys((q.source, q.target) for q in questions))
        place = {unit: at for at, unit in enumerate(units)}
        owner = np.array([place[q.source, q.target] for q in questions], np.int64)
        spans = np.array([q.span for q in questions], np.int64).reshape(-1, 2)
        ours = self.reader.read([source for source, _ in units], other(into))
        theirs = self.reader.read([target for _, target in units], into)
        parts: list[tuple[Ints, Described]] = []
        sizes = [(len(a.ids), len(b.ids)) for a, b in zip(ours, theirs, strict=True)]
        with one_blas_thread():
            for some in batches(sizes):
                for rows, batch, asked in self._asked(some, ours, theirs, owner, spans):
                    parts.append((rows, _describe(batch, asked)))
        return joined(parts, len(questions))

    def _asked(
        self,
        some: Sequence[int],
        ours: Sequence[Text],
        theirs: Sequence[Text],
        owner: Ints,
        spans: Ints,
    ) -> list[tuple[Ints, Batch, Questions]]:
        batch = make_batch(
            [ours[at] for at in some],
            [theirs[at] for at in some],
            self.encoder,
            self.company,
            self.model.soft,
        )
        local = np.full(len(ours), -1)
        local[list(some)] = np.arange(len(some))
        rows = np.flatnonzero(local[owner] >= 0)
        cells = max(batch.to_source.shape[1] * batch.to_source.shape[2], 1)
        step = max(_CELLS // cells, 1)
        return [
            (part, batch, ask(batch, local[owner[part]], spans[part]))
            for part in (rows[first : first + step] for first in range(0, len(rows), step))
        ]


_LONG = 5_000  # characters, two pages: of longer texts so much around a span is looked at


def _near(question: Question) -> tuple[Question, int]:
    """The question in what stands around its span on either side, and where that target begins.

    All of two texts of a megabyte each, word against word, would not fit into memory.
    """
    source, target, (start, end) = question.source, question.target, question.span
    if len(source) <= _LONG and len(target) <= _LONG:
        return question, 0
    middle = (start + end) // 2
    low, high = _window(source, middle)
    low, high = min(low, start), max(high, end)
    first, last = _window(target, middle * len(target) // max(len(source), 1))
    span = start - low, end - low
    return Question(source[low:high], target[first:last], span, question.group), first


def _window(text: str, middle: int) -> Span:
    """`_LONG` characters of a text around a place, no Latin word cut at their edges."""
    low = max(0, min(middle - _LONG // 2, len(text) - _LONG))
    high = min(len(text), low + _LONG)
    step = _LONG // 10  # a longer word is none
    if low:
        low = text.find(" ", low, low + step) + 1 or low
    if high < len(text):
        high = text.rfind(" ", high - step, high) + 1 or high
    return low, high


def followed_answers(followed: Followed) -> list[Answer]:
    """The answers that rows of runs give.

    "the report" and "report" are one run: the likelier is given, with the probability of both.
    """
    order = np.argsort(-followed.probability, axis=1, kind="stable")[:, :_SHOWN]
    rows = (
        np.take_along_axis(followed.keys, order, axis=1),
        np.take_along_axis(followed.places, order[:, :, None], axis=1),
        np.take_along_axis(followed.probability, order, axis=1),
        np.maximum(0.0, 1.0 - followed.probability.sum(axis=1, dtype=np.float32)),
    )
    return [_answer(*row) for row in zip(*(some.tolist() for some in rows), strict=True)]


def _answer(
    keys: list[int], places: list[tuple[int, int]], probability: list[float], nothing: float
) -> Answer:
    """The answer of one row, its runs from the likeliest on."""
    found: dict[tuple[int, int], Run] = {}
    for one, (start, end), share in zip(keys, places, probability, strict=True):
        if share <= _LEAST:
            break
        key = (one, end)
        if key in found:
            first = found[key]
            both = min(first.probability + share, 1.0)
            found[key] = Run(first.start, first.end, both, one)
        else:
            found[key] = Run(start, end, share, one)
    runs = sorted(found.values(), key=lambda run: (-run.probability, run.start, run.end))
    return Answer(tuple(runs), nothing)


_SHOWN = 16  # runs of an answer
_LEAST = 1e-4  # of a run's probability

ROUNDS = 2  # of support: the second changes one answer in a thousand, further ones none
_CELLS = 300_000  # of the questions' share of the soft alignment at a time


def other(lang: str) -> str:
    """The other of the two languages."""
    return "en" if lang == "zh" else "zh"


def sides_of(units: Sequence[TranslationUnit]) -> dict[str, list[str]]:
    """The Chinese and the other texts of the units that have both."""
    found: dict[str, list[str]] = {"zh": [], "en": []}
    for unit in units:
        if unit.source and unit.target:
            straight = is_chinese(unit.source_lang) or not is_chinese(unit.target_lang)
            found["zh"].append(unit.source if straight else unit.target)
            found["en"].append(unit.target if straight else unit.source)
    return found


def softmax(scores: Floats, none: Floats, keys: NDArray[np.uint64]) -> Floats:
    """Probabilities of runs (q, k) whose scores are given, beside that of nothing, `none` (q,)."""
    scores = np.where(keys > 0, scores, -np.inf)
    high = np.maximum(scores.max(axis=1, initial=-np.inf), none)
    raised = np.exp(scores - high[:, None])
    return np.asarray(
        raised / (raised.sum(axis=1) + np.exp(none - high))[:, None], np.float32
    )  # fmt: skip


def calibrated(probability: Floats, calibration: tuple[float, float]) -> Floats:
    """Probabilities whose log odds are stretched to what held-out spans bear out."""
    bounded = np.clip(probability.astype(np.float64), 1e-9, 1 - 1e-9)
    slope, offset = calibration
    odds = slope * np.log(bounded / (1 - bounded)) + offset
    return np.where(probability > 0, 1 / (1 + np.exp(-odds)), 0.0).astype(np.float32)


_HELD = tuple(NAMES.index(name) for name in ("held_before", "held_after"))
_WEAK = tuple(NAMES.index(name) for name in ("weak_first", "weak_last"))
# Bonds are damped by (n - 1) / (n + 1): this is what three of three occurrences have.
_ALWAYS = 0.5


def whole(described: Described, probability: Floats) -> Floats:
    """Probabilities (q, k) in which no run is cut out of what always stands together.

    Where a run has the same word beside it wherever it stands in the units at hand, three times at
    least, and the span has no such companion, the run that takes that word in is meant: 行动促维和 is
    always 以行动促维和. A small word beside it (在, the) is no part of it.
    """
    found = probability
    for side, held in enumerate(_HELD):
        bound = (described.features[:, :, held] >= _ALWAYS) & (found > _LEAST)
        for row in np.flatnonzero(bound.any(axis=1)).tolist():
            if found is probability:
                found = probability.copy()
            places = described.places[row]
            # From short to long, so that what was taken in may be taken in again.
            order = np.argsort(places[:, 1] - places[:, 0], kind="stable")
            for at in order[bound[row][order]].tolist():
                longer = _longer(places, described.keys[row], at, side)
                if longer is None or described.features[row, longer, _WEAK[side]] > 0:
                    continue
                found[row, longer] += found[row, at]
                found[row, at] = 0.0
                bound[row, longer] |= described.features[row, longer, held] >= _ALWAYS
    return np.minimum(found, 1.0)


def _longer(places: Ints, keys: NDArray[np.uint64], at: int, side: int) -> int | None:
    """The run that has one piece more before (side 0) or behind (side 1) than the run `at`."""
    start, end = places[at]
    if side == 0:
        some = np.flatnonzero((keys > 0) & (places[:, 1] == end) & (places[:, 0] < start))
        return int(some[np.argmax(places[some, 0])]) if len(some) else None
    some = np.flatnonzero((keys > 0) & (places[:, 0] == start) & (places[:, 1] > end))
    return int(some[np.argmin(places[some, 1])]) if len(some) else None


def scored(described: Described, weights: Weights) -> tuple[Floats, Floats]:
    """The scores of runs (q, k), and of nothing (q,), each by itself."""
    scores = described.features @ weights.features
    for role in range(4):
        scores += weights.edges[role][described.edges[:, :, role]]
    return scores, described.nothing @ weights.nothing


def supported(
    scores: Floats, none: Floats, found: Floats, of_none: Floats, weights: Weights
) -> tuple[Floats, Floats]:
    """The scores with what the term's other occurrences say of runs and of nothing."""
    alone, share, log_share, nothing = weights.support.tolist()
    return (
        alone * scores + share * found + log_share * log_support(found),
        alone * none + nothing * of_none,
    )


def _describe(batch: Batch, questions: Questions) -> Described:
    runs = find_runs(batch, questions)
    view = look(batch, questions, runs)
    features = np.stack([np.broadcast_to(f(view), runs.starts.shape) for f in FEATURES], axis=-1)
    return Described(
        _characters(batch, questions, runs),
        run_keys(batch, questions, runs),
        features.astype(np.float32),
        edges(batch, questions, runs).astype(np.int16),
        nothing(runs, questions, batch),
    )


def _characters(batch: Batch, questions: Questions, runs: Runs) -> Ints:
    """The characters of each run, (q, k, 2), with the bracket that closes right behind it."""
    pieces, at = batch.pieces, questions.unit[:, None]
    places = np.stack([pieces.starts[at, runs.starts], pieces.ends[at, runs.ends - 1]], axis=-1)
    opened = pieces.opened[at, runs.ends] - pieces.opened[at, runs.starts + 1]
    for row, k in zip(*np.nonzero((opened != 0) & runs.real), strict=True):
        text = batch.theirs[questions.unit[row]].text
        start, end = places[row, k]
        if opened[row, k] > 0:
            places[row, k, 1] = _next_mark(text, end, '”’」』》〉）)]】"', 1)
        else:
            places[row, k, 0] = _next_mark(text, start - 1, '“‘「『《〈（([【"', -1)
    return places


def _next_mark(text: str, at: int, marks: str, step: int) -> int:
    """The border behind the next of `marks`, from `at` in the direction of `step`."""
    here = at
    while 0 <= here < len(text) and not text[here].isalnum():
        if text[here] in marks:
            return here + 1 if step > 0 else here
        here += step
    return at if step > 0 else at + 1


def joined(parts: Sequence[tuple[Ints, Described]], n: int) -> Described:
    """Parts of n questions, each with the rows that are its own, as one."""
    width = max((part.keys.shape[1] for _, part in parts), default=1)
    found = Described(
        np.zeros((n, width, 2), np.int64),
        np.zeros((n, width), np.uint64),
        np.zeros((n, width, len(FEATURES)), np.float32),
        np.zeros((n, width, 4), np.int16),
        np.zeros((n, parts[0][1].nothing.shape[1] if parts else 1), np.float32),
    )
    for rows, part in parts:
        k = part.keys.shape[1]
        found.places[rows, :k] = part.places
        found.keys[rows, :k] = part.keys
        found.features[rows, :k] = part.features
        found.edges[rows, :k] = part.edges
        found.nothing[rows] = part.nothing
    return found
