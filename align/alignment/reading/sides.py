"""One side of an alignment as arrays: tokens, clauses, vectors, lengths, numbers, structure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from align.alignment.reading.surface import Surface, surface_of
from align.datatypes import Document
from align.embedding.protocol import Encoder, TokenEncoder, Tokens
from align.embedding.token_sums import token_sums
from align.embedding.words import MIN_WEIGHT

_MIN_CLAUSE = 4  # tokens; a shorter one joins its neighbour


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
    source: Document,
    target: Document,
    encoder: Encoder,
    lexicon: TokenEncoder,
    surfaces: Callable[[], tuple[Surface, Surface]] | None = None,
) -> tuple[Side, Side]:
    """Both sides of a pair; values and labels are numbered over both, so that equal ones meet.

    `surfaces` gives what `surface_of` finds in the two documents, where somebody reads it already.
    """
    documents = (source, target)
    texts = [[segment.text for segment in document.segments] for document in documents]
    tokens = [lexicon.tokenize(some) for some in texts]
    vectors = [
        token_sums(lexicon.words.matrix, some.ids, some.bounds)
        if encoder is lexicon
        else encoder.encode(sentences)
        for some, sentences in zip(tokens, texts, strict=True)
    ]
    found = surfaces() if surfaces is not None else (surface_of(source), surface_of(target))
    labels: dict[str, int] = {}
    values: dict[str, int] = {}
    first, second = (
        Side(
            tokens=token_runs(some, lexicon.words.weights, surface),
            values=_value_runs(surface.values, values),
            # Another encoder's unit vectors are made as long as their sentences.
            vectors=sums if encoder is lexicon else sums * surface.lengths[:, None],
            lengths=surface.lengths,
            endings=surface.endings,
            quoted=surface.quoted,
            **_structure(document, labels),
        )
        for document, some, sums, surface in zip(documents, tokens, vectors, found, strict=True)
    )
    return first, second


def token_runs(tokens: Tokens, known: NDArray[np.float32], surface: Surface) -> TokenRuns:
    """Weighty tokens in clauses; `known` are the weights of all tokens (vocabulary,)."""
    n = len(tokens.bounds) - 1
    owner = np.repeat(np.arange(n), np.diff(tokens.bounds))
    weights = known[tokens.ids]
    keep = weights >= MIN_WEIGHT * float(known.mean())
    places = surface.places[owner] + tokens.spans[:, 0]
    clause = np.searchsorted(surface.clause_ends, places, side="right")
    ids, weights, owner, clause = tokens.ids[keep], weights[keep], owner[keep], clause[keep]
    # A text without a weighty token gets one that matches nothing.
    empty = np.flatnonzero(np.bincount(owner, minlength=n) == 0)
    order = np.argsort(np.concatenate([owner, empty]), kind="stable")
    ids = np.concatenate([ids, np.full(len(empty), -1, dtype=np.int32)])[order]
    weights = np.concatenate([weights, np.full(len(empty), 1e-4, dtype=np.float32)])[order]
    clause = np.concatenate([clause, np.full(len(empty), -1)])[order]
    owner = np.concatenate([owner, empty])[order]
    return _runs(ids, weights, owner, _merge_short(owner, clause), n)


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
    """Token ids and weights by sentence and clause, as runs with bounds."""
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
    empty = np.flatnonzero(np.bincount(owners, minlength=n) == 0)
    order = np.argsort(np.concatenate([owners, empty]), kind="stable")
    all_ids = np.concatenate([np.array(ids, dtype=np.int32), np.full(len(empty), -1, np.int32)])
    all_owners = np.concatenate([owners, empty])[order]
    all_ids = all_ids[order]
    begins = np.ones(len(all_ids), dtype=bool)
    begins[1:] = all_owners[1:] != all_owners[:-1]
    weights = (all_ids > 0).astype(np.float32)
    return _runs(all_ids, weights, all_owners, begins, n)


class _Structure(TypedDict):
    starts: NDArray[np.bool_]
    labels: NDArray[np.int64]
    speakers: NDArray[np.bool_]


def _structure(document: Document, vocabulary: dict[str, int]) -> _Structure:
    """What layout says of each sentence: paragraph starts, labels, speakers."""
    n = len(document.segments)
    starts = np.zeros(n + 1, dtype=bool)
    labels = np.zeros(n + 1, dtype=np.int64)
    speakers = np.zeros(n + 1, dtype=bool)
    last = -1
    for index, segment in enumerate(document.segments):
        if segment.paragraph != last:
            last = segment.paragraph
            paragraph = document.paragraphs[last]
            starts[index] = True
            speakers[index] = paragraph.speaker is not None
            if paragraph.number is not None:
                key = f"label:{paragraph.number}"
                labels[index] = vocabulary.setdefault(key, len(vocabulary) + 1)
    starts[n] = True
    return {"starts": starts, "labels": labels, "speakers": speakers}


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
    """The runs of the sentences `first` to `last`."""
    begin, end = runs.bounds[first], runs.bounds[last]
    clause_begin, clause_end = runs.clause_bounds[first], runs.clause_bounds[last]
    return TokenRuns(
        ids=runs.ids[begin:end],
        weights=runs.weights[begin:end],
        bounds=runs.bounds[first : last + 1] - begin,
        clause_tokens=runs.clause_tokens[clause_begin : clause_end + 1] - begin,
        clause_bounds=runs.clause_bounds[first : last + 1] - clause_begin,
    )
