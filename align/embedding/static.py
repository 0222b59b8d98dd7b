"""A static encoder: one learned vector a token, averaged; needs tokenizers, safetensors and numpy.

It reads the folder that sentence-transformers writes for a ``StaticEmbedding`` model, and embeds as
that library does, without torch.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from tokenizers import Tokenizer

from align.embedding.protocol import Tokens, Vectors
from align.embedding.stored import StoredRows, are_set, is_finite, open_tensors
from align.embedding.token_sums import token_sums
from align.embedding.word_file import FILE, load_correction
from align.embedding.words import Words, unit_rows
from align.embedding.wordwise import PLAIN, Counted, WordTokens, serves
from align.errors import ModelError

_TEXTS_AT_ONCE = 4096  # bounds the memory that tokens of many texts take


class StaticEncoder:
    """An encoder whose sentence vector is the normalised mean of token vectors.

    A token whose vector is zero (the unknown one, the mark of a word's beginning) says nothing and
    is left out of `tokenize`.
    """

    def __init__(self, folder: Path, *, name: str | None = None) -> None:
        self._folder = folder
        self.name = name or folder.name
        self.tokenizer = _tokenizer(folder / "tokenizer.json")
        stored = _matrix(folder / "model.safetensors")
        self._rows = StoredRows(stored)
        if self.tokenizer.get_vocab_size() > len(stored):
            raise ModelError(
                f"{folder}: {self.tokenizer.get_vocab_size()} tokens but {len(stored)} "
                "vectors; the folder mixes two models, copy it again"
            )
        self._words = WordTokens(self.tokenizer) if serves(self.tokenizer) else None
        self._speaks = are_set(stored)

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return self._rows.shape[1]

    @property
    def matrix(self) -> NDArray[np.float32]:
        """All token vectors, float32 (vocabulary, dim); `words.matrix` gives a few for less."""
        return self._rows.whole

    @cached_property
    def words(self) -> Words:
        """What compares single tokens. Raises ModelError when its file is damaged."""
        return Words.of(self._rows, load_correction(self._folder, self._rows.shape))

    @cached_property
    def revision(self) -> str:
        """Hash of vectors and tokenizer, 12 hexadecimal digits."""
        digest = hashlib.sha256()
        names = ["tokenizer.json", "model.safetensors"]
        if (self._folder / FILE).is_file():
            names.append(FILE)
        for name in names:
            with (self._folder / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()[:12]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` as unit rows, float32 (len(texts), dim); no token, no length: zeros."""
        rows = np.zeros((len(texts), self.dim), np.float32)
        for first, (ids, lengths, _) in self._tokens(texts, spans=False):
            bounds = np.concatenate([[0], np.cumsum(lengths)])
            rows[first : first + len(lengths)] = token_sums(self._rows, ids, bounds)
        return unit_rows(rows)

    def tokenize(self, texts: Sequence[str], *, spans: bool = True) -> Tokens:
        """Tokens of each text; unknown and silent ones left out. Without `spans` none are given."""
        ids, places, lengths = [], [np.zeros((0, 2), np.int32)], [np.zeros(1, np.int64)]
        for _, (all_ids, counts, offsets) in self._tokens(texts, spans=spans):
            speaks = self._speaks[all_ids]
            owner = np.repeat(np.arange(len(counts)), counts)[speaks]
            ids.append(all_ids[speaks])
            lengths.append(np.bincount(owner, minlength=len(counts)).astype(np.int64))
            if spans:
                places.append(offsets[speaks])
        return Tokens(
            ids=np.concatenate(ids) if ids else np.zeros(0, np.int32),
            bounds=np.cumsum(np.concatenate(lengths)),
            spans=np.concatenate(places),
        )

    def token(self, id: int) -> str:
        """The token of an id, the word mark included: for people and tests."""
        return str(self.tokenizer.id_to_token(id))

    def _tokens(self, texts: Sequence[str], *, spans: bool) -> Iterator[tuple[int, Counted]]:
        """All tokens of some texts at a time, with the place of the first text."""
        for first in range(0, len(texts), _TEXTS_AT_ONCE):
            some = texts[first : first + _TEXTS_AT_ONCE]
            if self._words is None:
                yield first, self._of_whole(some, spans=spans)
                continue
            plain = np.array([PLAIN.fullmatch(text) is not None for text in some])
            if plain.all():
                yield first, self._words.tokenize(some)
                continue
            others = self._of_whole([some[k] for k in np.flatnonzero(~plain).tolist()], spans=spans)
            if plain.any():
                words = self._words.tokenize([some[k] for k in np.flatnonzero(plain).tolist()])
                others = _merged(plain, words, others)
            yield first, others

    def _of_whole(self, texts: Sequence[str], *, spans: bool) -> Counted:
        """Tokens of texts as the tokenizer cuts them; without `spans` their places are not told."""
        run = self.tokenizer.encode_batch if spans else self.tokenizer.encode_batch_fast
        try:
            encodings = run(list(texts), add_special_tokens=False)
        except (UnicodeEncodeError, TypeError):
            # A lone surrogate is not text; one replacement character keeps the places true.
            encodings = run([_whole(text) for text in texts], add_special_tokens=False)
        lists = [encoding.ids for encoding in encodings]
        counts = np.fromiter(map(len, lists), np.int64, len(lists))
        given = np.fromiter(itertools.chain.from_iterable(lists), np.int64, int(counts.sum()))
        if given.max(initial=0) >= self._rows.shape[0]:
            raise ModelError(
                f"{self._folder}: the tokenizer gives token {given.max()}, but there are "
                f"{self._rows.shape[0]} vectors; the folder mixes two models, copy it again"
            )
        ids = given.astype(np.int32)
        if not spans:
            return ids, counts, np.zeros((len(ids), 2), np.int32)
        offsets = itertools.chain.from_iterable(encoding.offsets for encoding in encodings)
        flat = np.fromiter(itertools.chain.from_iterable(offsets), np.int32, 2 * len(ids))
        return ids, counts, flat.reshape(-1, 2)


def _merged(plain: NDArray[np.bool_], words: Counted, others: Counted) -> Counted:
    """The tokens of plain texts and of others, each text in its place."""
    counts = np.empty(len(plain), np.int64)
    counts[plain], counts[~plain] = words[1], others[1]
    kind = np.repeat(plain, counts)
    ids = np.empty(len(kind), np.int32)
    places = np.empty((len(kind), 2), np.int32)
    for mask, (some_ids, _, some_places) in ((kind, words), (~kind, others)):
        ids[mask], places[mask] = some_ids, some_places
    return ids, counts, places


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a file, without padding or truncation."""
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(
            f"{path}: not a tokenizer ({error}); copy the model folder again"
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _matrix(path: Path) -> NDArray[np.floating]:
    """The token vectors (vocabulary, dim) as the file holds them."""
    try:
        tensors = open_tensors(path)
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(
            f"{path}: cannot be read ({error}); copy the model folder again"
        ) from error
    if "embedding.weight" not in tensors:
        raise ModelError(
            f"{path}: has no embedding.weight, so it is not a StaticEmbedding model; "
            "name a folder that sentence-transformers wrote"
        )
    matrix: NDArray[np.floating] = tensors["embedding.weight"]
    if matrix.ndim != 2 or matrix.dtype.kind != "f" or not is_finite(matrix):
        raise ModelError(f"{path}: embedding.weight is damaged; copy the model folder again")
    return matrix
