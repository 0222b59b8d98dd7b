"""One side of an alignment as arrays: tokens, clauses, vectors, lengths, numbers, structure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from align.alignment.values import Values, values_of
from align.datatypes import Document, Segment
from align.embedding.protocol import Encoder, TokenEncoder
from align.embedding.spans import token_sums

# Where one clause ends and the next begins; a comma inside 5,000 is none.
_CLAUSE_END = re.compile(r"[，；：]|——|[,;:](?=\s)|[—–](?=\s)")
_MIN_CLAUSE = 4  # tokens; a shorter one joins its neighbour
_MIN_WEIGHT = 0.35  # of the mean token norm; lighter tokens (the, 的) say nothing about coverage


@dataclass(frozen=True, slots=True)
class TokenRuns:
    """Tokens of consecutive sentences, with their clauses.

    Sentence k holds tokens ``bounds[k]:bounds[k + 1]`` and clauses
    ``clause_bounds[k]:clause_bounds[k + 1]``; clause c holds tokens
    ``clause_tokens[c]:clause_tokens[c + 1]``. Every sentence has at least one token and one clause:
    a sentence without any holds the token -1 with almost no weight.
    """

    ids: NDArray[np.int32]  # (tokens,)
    weights: NDArray[np.float32]  # (tokens,)
    bounds: NDArray[np.int64]  # (sentences + 1,)
    clause_tokens: NDArray[np.int64]  # (clauses + 1,)
    clause_bounds: NDArray[np.int64]  # (sentences + 1,)


@dataclass(frozen=True, slots=True)
class Side:
    """All that the features need to know of one side."""

    tokens: TokenRuns
    values: TokenRuns  # numbers, dates, symbols, Latin words: equal or not
    vectors: NDArray[np.float32]  # (sentences, dim), not normalised: sums over spans make sense
    lengths: NDArray[np.float32]  # (sentences,) in characters without spaces
    starts: NDArray[np.bool_]  # (sentences + 1,): a paragraph begins here; the end counts as one
    labels: NDArray[
        np.int64
    ]  # (sentences + 1,): id of the paragraph's number where it begins, or 0
    speakers: NDArray[np.bool_]  # (sentences + 1,): a paragraph with a speaker begins here
    endings: NDArray[np.int8]  # (sentences,): class of the closing punctuation
    quoted: NDArray[np.bool_]  # (sentences + 1,): the boundary lies inside a quotation

    def __len__(self) -> int:
        return len(self.lengths)


def make_sides(
    source: Document, target: Document, encoder: Encoder, lexicon: TokenEncoder
) -> tuple[Side, Side]:
    """Both sides of a pair; values and labels are numbered over both, so that equal ones meet."""
    sides = sides_without_values(source, target, encoder, lexicon)
    return with_values(sides, (values_of(source), values_of(target)))


def sides_without_values(
    source: Document, target: Document, encoder: Encoder, lexicon: TokenEncoder
) -> tuple[Side, Side]:
    """Both sides as `make_sides` gives them, but for their values, of which there are none."""
    labels: dict[str, int] = {}
    return (
        _make_side(source, encoder, lexicon, labels),
        _make_side(target, encoder, lexicon, labels),
    )


def with_values(sides: tuple[Side, Side], values: tuple[Values, Values]) -> tuple[Side, Side]:
    """The sides with the values of their sentences."""
    vocabulary: dict[str, int] = {}
    source, target = (_value_runs(found, vocabulary) for found in values)
    return replace(sides[0], values=source), replace(sides[1], values=target)


def _make_side(
    document: Document, encoder: Encoder, lexicon: TokenEncoder, vocabulary: dict[str, int]
) -> Side:
    texts = [segment.text for segment in document.segments]
    tokens, vectors = token_runs(texts, lexicon)
    lengths = np.array([max(len(t) - t.count(" "), 1) for t in texts], dtype=np.float32)
    if encoder is not lexicon:  # unit vectors, made as long as their sentences
        vectors = encoder.encode(texts) * lengths[:, None]
    starts, labels, speakers = _structure(document, document.segments, vocabulary)
    return Side(
        tokens=tokens,
        values=_value_runs([[]] * len(texts), {}),
        vectors=vectors,
        lengths=lengths,
        starts=starts,
        labels=labels,
        speakers=speakers,
        endings=np.array([_ending(text) for text in texts], dtype=np.int8),
        quoted=quotation(texts),
    )


def token_runs(
    texts: Sequence[str], lexicon: TokenEncoder
) -> tuple[TokenRuns, NDArray[np.float32]]:
    """Weighty tokens in clauses, and for each text the sum of all its token vectors (n, dim)."""
    tokens = lexicon.tokenize(texts)
    n = len(texts)
    owner = np.repeat(np.arange(n), np.diff(tokens.bounds))
    sums = token_sums(lexicon.matrix, tokens.ids, tokens.bounds)
    norms = np.sqrt(np.einsum("td,td->t", lexicon.matrix, lexicon.matrix))
    weights = norms[tokens.ids]
    keep = weights >= _MIN_WEIGHT * float(norms.mean())
    clause = _clauses(texts, owner, tokens.spans[:, 0])
    ids, weights, owner, clause = tokens.ids[keep], weights[keep], owner[keep], clause[keep]
    # A text without a weighty token gets one that matches nothing.
    empty = np.setdiff1d(np.arange(n), owner)
    order = np.argsort(np.concatenate([owner, empty]), kind="stable")
    ids = np.concatenate([ids, np.full(len(empty), -1, dtype=np.int32)])[order]
    weights = np.concatenate([weights, np.full(len(empty), 1e-4, dtype=np.float32)])[order]
    clause = np.concatenate([clause, np.full(len(empty), -1)])[order]
    owner = np.concatenate([owner, empty])[order]
    return _runs(ids, weights, owner, _merge_short(owner, clause), n), sums


def _clauses(
    texts: Sequence[str], owner: NDArray[np.int64], starts: NDArray[np.int32]
) -> NDArray[np.int64]:
    """A number for each token's clause, rising along the text."""
    bases = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) + 1 for text in texts], out=bases[1:])
    ends = np.array([m.end() for m in _CLAUSE_END.finditer("\n".join(texts))], dtype=np.int64)
    return np.searchsorted(ends, bases[owner] + starts, side="right")


def _merge_short(owner: NDArray[np.int64], clause: NDArray[np.int64]) -> NDArray[np.bool_]:
    """True where a clause begins, with clauses under _MIN_CLAUSE tokens joined to the one before.

    The first of a sentence joins the one after it.
    """
    new_sentence = np.ones(len(owner), dtype=bool)
    new_sentence[1:] = owner[1:] != owner[:-1]
    begins = new_sentence.copy()
    begins[1:] |= clause[1:] != clause[:-1]
    places = np.flatnonzero(begins)
    sizes = np.diff(np.append(places, len(owner)))
    head = new_sentence[places].tolist()
    last = 0
    for place, size, first in zip(places.tolist(), sizes.tolist(), head, strict=True):
        if first:
            last = size
        elif size < _MIN_CLAUSE or last < _MIN_CLAUSE:
            begins[place] = False
            last += size
        else:
            last = size
    return begins


def _runs(
    ids: NDArray[np.int32],
    weights: NDArray[np.float32],
    owner: NDArray[np.int64],
    begins: NDArray[np.bool_],
    n: int,
) -> TokenRuns:
    places = np.flatnonzero(begins)
    return TokenRuns(
        ids=ids.astype(np.int32),
        weights=weights.astype(np.float32),
        bounds=np.searchsorted(owner, np.arange(n + 1)),
        clause_tokens=np.append(places, len(ids)),
        clause_bounds=np.searchsorted(owner[places], np.arange(n + 1)),
    )


def _value_runs(found: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> TokenRuns:
    """Each sentence's values as tokens, one number for one value."""
    ids = [
        vocabulary.setdefault(value, len(vocabulary) + 1) for values in found for value in values
    ]
    n = len(found)
    owners = np.repeat(np.arange(n), [len(values) for values in found])
    empty = np.setdiff1d(np.arange(n), owners)
    order = np.argsort(np.concatenate([owners, empty]), kind="stable")
    all_ids = np.concatenate([np.array(ids, dtype=np.int32), np.full(len(empty), -1, np.int32)])
    all_owners = np.concatenate([owners, empty])[order]
    all_ids = all_ids[order]
    begins = np.ones(len(all_ids), dtype=bool)
    begins[1:] = all_owners[1:] != all_owners[:-1]
    weights = (all_ids > 0).astype(np.float32)
    return _runs(all_ids, weights, all_owners, begins, n)


def _structure(
    document: Document, segments: Sequence[Segment], vocabulary: dict[str, int]
) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.bool_]]:
    n = len(segments)
    starts = np.zeros(n + 1, dtype=bool)
    labels = np.zeros(n + 1, dtype=np.int64)
    speakers = np.zeros(n + 1, dtype=bool)
    last = -1
    for index, segment in enumerate(segments):
        if segment.paragraph != last:
            last = segment.paragraph
            paragraph = document.paragraphs[last]
            starts[index] = True
            speakers[index] = paragraph.speaker is not None
            if paragraph.number is not None:
                key = f"label:{paragraph.number}"
                labels[index] = vocabulary.setdefault(key, len(vocabulary) + 1)
    starts[n] = True
    return starts, labels, speakers


_QUOTE = re.compile("[“「『”」』\"'‘’]")
# An apostrophe is a quotation mark only where a word cannot have it.
_QUOTES = re.compile(
    r"(?P<open>[“「『]|(?:(?<=^)|(?<=[\s(—–-]))[\"'‘](?=[\w—…]))"
    r"|(?P<close>[”」』]|(?<=[.,!?;:…—-])[\"'’](?=[\s)—–-]|$)|\"(?=\s|$))"
)


def quotation(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Whether each boundary lies inside a quotation, (len(texts) + 1,).

    The last mark before it says so; sentences without a mark hand on what they got.

    >>> quotation(["“Go.", "Now!” he said.", "It's late."]).tolist()
    [False, True, False, False]
    """
    state = np.zeros(len(texts) + 1, dtype=bool)
    for index, text in enumerate(texts):
        state[index + 1] = state[index]
        if _QUOTE.search(text):
            for mark in _QUOTES.finditer(text):
                state[index + 1] = mark.lastgroup == "open"
    return state


_ENDINGS = {"?": 1, "？": 1, "!": 2, "！": 2, "：": 3, ":": 3, "…": 4, "；": 5, ";": 5}
_CLOSERS = "”’\"'」』）)》】]"


def _ending(text: str) -> int:
    """Class of the closing punctuation: 0 plain, 1 question, 2 exclamation, 3 colon …; +8 if quoted."""
    bare = text.rstrip()
    stripped = bare.rstrip(_CLOSERS)
    quoted = 8 if any(char in '”」』"’' for char in bare[len(stripped) :]) else 0
    return _ENDINGS.get(stripped[-1:], 0) + quoted


def slice_side(side: Side, first: int, last: int) -> Side:
    """Sentences first..last (exclusive) of a side."""
    return Side(
        tokens=_slice_runs(side.tokens, first, last),
        values=_slice_runs(side.values, first, last),
        vectors=side.vectors[first:last],
        lengths=side.lengths[first:last],
        starts=side.starts[first : last + 1],
        labels=side.labels[first : last + 1],
        speakers=side.speakers[first : last + 1],
        endings=side.endings[first:last],
        quoted=side.quoted[first : last + 1],
    )


def _slice_runs(runs: TokenRuns, first: int, last: int) -> TokenRuns:
    begin, end = runs.bounds[first], runs.bounds[last]
    clause_begin, clause_end = runs.clause_bounds[first], runs.clause_bounds[last]
    return TokenRuns(
        ids=runs.ids[begin:end],
        weights=runs.weights[begin:end],
        bounds=runs.bounds[first : last + 1] - begin,
        clause_tokens=runs.clause_tokens[clause_begin : clause_end + 1] - begin,
        clause_bounds=runs.clause_bounds[first : last + 1] - clause_begin,
    )
