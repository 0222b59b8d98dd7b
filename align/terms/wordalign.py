"""Where a span of one side of a unit went on the other side.

Every token's vector is compared with every token of the other side; which words keep company over
all units at hand is added to that, and a soft alignment in both directions follows. The rendering
of a span is the run of words of the other side whose tokens align to the span (precision) and that
the span's tokens align to (recall), as SimAlign (Jalili Sabet et al. 2020) shows for single words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.datatypes import TranslationUnit
from align.embedding.protocol import TokenEncoder
from align.language.folding import fold
from align.language.tags import is_chinese
from align.language.words import word_set, words

Span = tuple[int, int]
Floats = NDArray[np.floating[Any]]

_SHARPNESS = 20.0  # inverse temperature of the soft alignment
_NOTHING = 0.25  # similarity of a token to no token at all
_COMPANY = 0.9  # weight of co-occurrence beside the cosine
_DISTANCE = 0.25  # what a token loses from one end of the text to the other
_LONGEST = 14  # words of a rendering
_LOWEST = 0.12  # score below which nothing was found
_PAIRED = 1.0  # how far words that align to nothing count as each other's rendering
_WHOLE = 0.1  # share of the phrases' own similarity in the score


@dataclass(frozen=True, slots=True)
class Rendering:
    """Where a span went: ``target[start:end]``; `score` in [0, 1] says how surely."""

    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class _Side:
    text: str
    ids: NDArray[np.int32]
    spans: NDArray[np.int32]
    weights: Floats  # of each token
    units: Floats  # unit rows


class WordAligner:
    """Aligns the words of units with an encoder whose tokens have vectors.

    `units` are those at hand (a document, a memory's hits): their co-occurrence counts sharpen the
    alignment; without them the vectors alone decide.
    """

    def __init__(self, encoder: TokenEncoder, units: Sequence[TranslationUnit] = ()) -> None:
        self._encoder = encoder
        norms = np.linalg.norm(encoder.matrix, axis=1)
        self._norms = norms.astype(np.float32)
        self._company = _Company(encoder, units) if len(units) >= _FEW else None
        self._side = lru_cache(maxsize=4096)(self._read)
        self._soft = lru_cache(maxsize=512)(self._align)

    def rendering(
        self, source: str, target: str, span: Span, *, target_lang: str = "en"
    ) -> Rendering | None:
        """The best rendering in `target` of ``source[span]``, None where nothing answers to it."""
        found = self.renderings(source, target, span, target_lang=target_lang)
        return found[0] if found else None

    def renderings(
        self,
        source: str,
        target: str,
        span: Span,
        *,
        limit: int = 1,
        blocked: Sequence[Span] = (),
        target_lang: str = "en",
    ) -> list[Rendering]:
        """The `limit` best renderings, best first, none of them in a `blocked` span."""
        ours, theirs = self._side(source), self._side(target)
        inside = _share(ours.spans, span)
        candidates = _candidates(target, target_lang)
        if not inside.any() or not len(theirs.ids) or not len(candidates.starts):
            return []
        scores = self._scores(source, target, inside, candidates)
        for low, high in blocked:
            scores[(candidates.starts < high) & (candidates.ends > low)] = 0.0
        order = np.lexsort((candidates.ends, candidates.starts, -scores.round(6)))[:limit]
        return [
            Rendering(start, end, target[start:end], float(scores[place]))
            for place in order
            if scores[place] > _LOWEST
            for start, end in [(int(candidates.starts[place]), int(candidates.ends[place]))]
        ]

    def _scores(self, source: str, target: str, inside: Floats, candidates: _Candidates) -> Floats:
        """The score of each candidate as the rendering of the span, float32 (candidates,)."""
        ours, theirs = self._side(source), self._side(target)
        to_target, to_source = self._soft(source, target)
        weight = ours.weights * inside
        total = float(weight.sum())

        def over(values: Floats) -> Floats:
            sums = _prefix(values, theirs.spans, len(target))
            return sums[candidates.ends] - sums[candidates.starts]

        answered = over(theirs.weights * (inside @ to_source))
        elsewhere = over(theirs.weights * ((1.0 - inside) @ to_source))
        orphans = over(theirs.weights) - answered - elsewhere
        rendered = over(weight @ to_target)
        unrendered = total - float((weight @ to_target).sum())
        # What aligns to nothing on both sides may well be each other's rendering.
        paired = _PAIRED * np.minimum(np.maximum(orphans, 0), unrendered)
        size = np.maximum(answered + elsewhere + candidates.orphans * orphans, 1e-6)
        precision = (answered + paired) / size
        recall = (rendered + paired) / total
        alike = self._alike(ours, theirs, weight, candidates)
        even = np.sqrt(np.clip(precision, 0, 1) * np.clip(recall, 0, 1))
        scores = (1 - _WHOLE) * even + _WHOLE * np.maximum(alike, 0)
        scores *= candidates.form
        if not _AND.search(_inside(source, inside, ours.spans)):
            scores *= np.where(candidates.joined, _COORDINATES, 1.0)
        scores[(answered / size < 0.04) & (rendered / total < 0.04)] = 0.0
        return scores.astype(np.float32)

    def _alike(self, ours: _Side, theirs: _Side, weight: Floats, candidates: _Candidates) -> Floats:
        """Cosine of the span's vector and each candidate's, as a whole."""
        whole = weight @ ours.units
        whole /= max(float(np.linalg.norm(whole)), 1e-9)
        sums = np.zeros((len(theirs.ids) + 1, theirs.units.shape[1]), np.float32)
        np.cumsum(theirs.units * theirs.weights[:, None], axis=0, out=sums[1:])
        low = np.searchsorted(theirs.spans[:, 0], candidates.starts)
        high = np.maximum(np.searchsorted(theirs.spans[:, 1], candidates.ends, "right"), low)
        vectors = sums[high] - sums[low]
        norms = np.maximum(np.linalg.norm(vectors, axis=1), 1e-9)
        return np.asarray(vectors @ whole / norms, np.float32)

    def coverage(self, source: str, target: str, span: Span) -> float:
        """How well the words of a source span are answered in the target, about 0 to 0.7.

        A target word answers for the source word that it fits best; for others it counts less.
        """
        ours, theirs = self._side(source), self._side(target)
        weight = _share(ours.spans, span) * ours.weights
        if not weight.any():
            return 1.0
        if not len(theirs.ids):
            return 0.0
        _, to_source = self._soft(source, target)
        best = np.maximum(to_source.max(axis=0, keepdims=True), 1e-9)
        fits = np.maximum(ours.units @ theirs.units.T, 0) * (to_source / best)
        return float(weight @ fits.max(axis=1) / weight.sum())

    def _read(self, text: str) -> _Side:
        tokens = self._encoder.tokenize([text])
        vectors = self._encoder.matrix[tokens.ids]
        weights = self._norms[tokens.ids]
        units = vectors / np.maximum(weights, 1e-9)[:, None]
        return _Side(text, tokens.ids, tokens.spans, weights, units.astype(np.float32))

    def _align(self, source: str, target: str) -> tuple[Floats, Floats]:
        """p(target token | source token) and p(source token | target token), both (n, m)."""
        ours, theirs = self._side(source), self._side(target)
        if not len(ours.ids) or not len(theirs.ids):
            empty = np.zeros((len(ours.ids), len(theirs.ids)), np.float32)
            return empty, empty
        scores = ours.units @ theirs.units.T
        if self._company is not None:
            scores = scores + _COMPANY * self._company.between(ours.ids, theirs.ids)
        place = ours.spans.mean(axis=1) / max(len(source), 1)
        other = theirs.spans.mean(axis=1) / max(len(target), 1)
        scores = scores - _DISTANCE * np.abs(place[:, None] - other[None, :])
        raised = np.exp(_SHARPNESS * (scores - _NOTHING)).astype(np.float32)
        to_target = raised / (1.0 + raised.sum(axis=1, keepdims=True))
        to_source = raised / (1.0 + raised.sum(axis=0, keepdims=True))
        return to_target, to_source


def _inside(text: str, inside: Floats, spans: NDArray[np.int32]) -> str:
    chosen = spans[inside > 0]
    return text[int(chosen[:, 0].min()) : int(chosen[:, 1].max())] if len(chosen) else ""


def _share(spans: NDArray[np.int32], span: Span) -> Floats:
    """The share of each token's characters that lies in `span`, float32 (tokens,)."""
    low = np.maximum(spans[:, 0], span[0])
    high = np.minimum(spans[:, 1], span[1])
    length = np.maximum(spans[:, 1] - spans[:, 0], 1)
    return np.asarray(np.maximum(high - low, 0) / length, np.float32)


def _prefix(values: Floats, spans: NDArray[np.int32], size: int) -> Floats:
    """Prefix sums over characters of values spread evenly over their token, float32 (size + 1,)."""
    steps = np.zeros(size + 2, np.float64)
    rate = values / np.maximum(spans[:, 1] - spans[:, 0], 1)
    np.add.at(steps, spans[:, 0] + 1, rate)
    np.add.at(steps, spans[:, 1] + 1, -rate)
    return np.cumsum(np.cumsum(steps))[: size + 1].astype(np.float32)


# --- which runs of words can be a rendering ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Runs of words of a text; `form` in (0, 1] is lower for runs that are no phrase."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    form: Floats
    joined: NDArray[np.bool_]  # holds "and" or its like
    orphans: float  # how much words that align to nothing count against a run


# What no term begins or ends with.
_EDGE = word_set(
    "a an the of for in on at to by with from and or nor but that which who its their his her this"
    " these those as is was were be been being had has have would will should could may might must"
    " also than then such it they he she not into upon under between among through during within"
    " said there all any each every both more most other some"
)
_SMALL = word_set("of for and the on in to la de du des against from with at")
_ZH_EDGE = frozenset("的了和与及或在为对将并也都而其该是有被于从向等这那各所把让使就说")
_JOINERS = word_set("and or 和 与 及 或 以及")
_AND = re.compile(r"(?<![维缓温调共])和(?![平解谐约])|[与及或、,，]|\band\b|\bor\b")
_COORDINATES = 0.9
_SPLITS_NAME = 0.80
_CROSSES = 0.55
_ORPHANS_ZH = 0.25
_ORPHANS_EN = 0.75
_WEAK_EDGE_ZH = 0.85
_WEAK_EDGE = 0.72


@lru_cache(maxsize=1024)
def _candidates(text: str, lang: str) -> _Candidates:
    spans = _trimmed(text, words(text, lang))
    chinese = is_chinese(lang)
    starts, ends, form, joined = [], [], [], []
    breaks = [_breaks(text[a[1] : b[0]], chinese) for a, b in itertools.pairwise(spans)]
    names = [False] * len(spans) if chinese else _name_joints(text, spans)
    edges = _ZH_EDGE if chinese else _EDGE
    weak = [text[start:end].lower() in edges for start, end in spans]
    for first in range(len(spans)):
        quality = 1.0
        for last in range(first, min(len(spans), first + _LONGEST)):
            if last > first and breaks[last - 1]:
                quality *= _CROSSES
                if quality < 0.3 or "(" in text[spans[last - 1][1] : spans[last][0]]:
                    break  # (A4P) is another name for the same, not a part of it
            value = quality
            if weak[first] or weak[last]:
                value *= _WEAK_EDGE_ZH if chinese else _WEAK_EDGE
            if (first and names[first - 1]) or (last < len(spans) - 1 and names[last]):
                value *= _SPLITS_NAME
            starts.append(spans[first][0])
            ends.append(spans[last][1])
            form.append(value)
            joined.append(any(text[a:b].lower() in _JOINERS for a, b in spans[first : last + 1]))
    return _Candidates(
        np.array(starts, np.int64),
        np.array(ends, np.int64),
        np.array(form, np.float32),
        np.array(joined, np.bool_),
        _ORPHANS_ZH if chinese else _ORPHANS_EN,
    )


def _trimmed(text: str, spans: list[Span]) -> list[Span]:
    """The words without a possessive ending."""
    return [
        (start, end - 2)
        if end - start > 2 and text[end - 2 : end] in ("'s", "’s")
        else (start, end)
        for start, end in spans
    ]


def _breaks(between: str, chinese: bool) -> bool:
    """Whether what stands between two words keeps them from being one phrase."""
    if any(char in '，。；：！？（）()“”《》";:!?—' for char in between):
        return True
    return not chinese and ("," in between or ". " in between)


_MONTHS = frozenset(
    "January February March April May June July August September October November December".split()
)


def _name_joints(text: str, spans: list[Span]) -> list[bool]:
    """For each gap between words, whether a capitalised name runs across it."""
    capital = [
        (text[start].isupper() and at > 0 and not _breaks(text[spans[at - 1][1] : start], False))
        or (text[start:end].isupper() and end - start > 1)
        for at, (start, end) in enumerate(spans)
    ]  # fmt: skip
    joints = [False] * len(spans)
    previous: int | None = None
    for at, (start, end) in enumerate(spans):
        word = text[start:end]
        if word in _MONTHS:
            previous = None  # the Water Convention in March
            continue
        if at and _breaks(text[spans[at - 1][1] : start], False):
            previous = None
        if word[0].isupper():
            if previous is not None and capital[at]:
                for gap in range(previous, at):
                    joints[gap] = True
            previous = at
        elif word not in _SMALL:
            previous = None
    return joints


# --- which words keep company -------------------------------------------------------------------

_FEW = 8  # fewer units than this say nothing about company


class _Company:
    """Co-occurrence of token ids over units: the Dice coefficient, damped for small counts."""

    def __init__(self, encoder: TokenEncoder, units: Sequence[TranslationUnit]) -> None:
        kept = [unit for unit in units if unit.source and unit.target]
        self._source = _incidence(encoder, [unit.source for unit in kept])
        self._target = _incidence(encoder, [unit.target for unit in kept])
        self._source_counts = np.asarray(self._source.sum(axis=0)).ravel()
        self._target_counts = np.asarray(self._target.sum(axis=0)).ravel()

    def between(self, ours: NDArray[np.int32], theirs: NDArray[np.int32]) -> Floats:
        """Damped Dice of each pair, float32 (len(ours), len(theirs)), in [0, 1)."""
        together = (self._source[:, ours].T @ self._target[:, theirs]).toarray()
        alone = self._source_counts[ours][:, None] + self._target_counts[theirs][None, :]
        dice = 2.0 * together / np.maximum(alone, 1)
        trust = np.maximum(together - 1, 0) / (together + 1)
        return np.asarray(dice * trust, np.float32)


def _incidence(encoder: TokenEncoder, texts: Sequence[str]) -> Any:
    from scipy.sparse import csc_matrix

    tokens = encoder.tokenize(texts)
    rows = np.repeat(np.arange(len(texts)), np.diff(tokens.bounds))
    ones = np.ones(len(rows), np.float32)
    counts = csc_matrix((ones, (rows, tokens.ids)), shape=(len(texts), len(encoder.matrix)))
    counts.data[:] = 1.0
    return counts


def normalised(text: str) -> str:
    """A rendering's comparison form: folded, without articles at its edges or plural endings."""
    from align.terms.matcher import _singular

    parts = fold(text).split()
    while parts and parts[0] in _EDGE:
        parts.pop(0)
    return _singular(" ".join(parts))
