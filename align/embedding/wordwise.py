"""Tokens of Western text word by word, each word tokenized once: several times as quick as whole.

Only for tokenizers that cut text into words before all else and take each for itself, as those do
that `scripts/train_model` makes: there the tokens of a text are those of its words.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import Precompiled

# Of several texts: token ids, how many each text has, and each token's (start, end) in its text.
Counted = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]

# The space is the only white space among these.
_CHARACTERS = "".join(map(chr, (*range(0x20, 0x7F), *range(0xC0, 0x100)))) + "“”‘’–—…"
_LETTER = "[A-Za-zÀ-ÖØ-öø-ÿ]"
PLAIN = re.compile(rf"[{re.escape(_CHARACTERS)}]*")
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|[0-9])*|[0-9]+|[^ ]")
_SPLIT = r"\p{Han}+|[0-9]+|[\p{L}\p{M}&&[^\p{Han}]][\p{L}\p{M}0-9&&[^\p{Han}]]*|[^\s\p{C}]"
_MOST_WORDS = 200_000  # kept, some 50 MB; beyond, one begins anew


class WordTokens:
    """Tokens of plain text by its words."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._lock = Lock()  # both sides of a pair are tokenized at once
        self._forget()

    def tokenize(self, texts: Sequence[str]) -> Counted:
        """The tokens of `texts`, which must match `PLAIN`."""
        joined = " ".join(texts)
        words = _WORD.findall(joined)
        with self._lock:
            if len(self._numbers) > _MOST_WORDS:
                self._forget()
            known = len(self._numbers)
            numbers = np.fromiter(map(self._numbers.__getitem__, words), np.int64, len(words))
            self._learn(list(itertools.islice(self._numbers, known, None)))
            ids, places, bounds = self._ids, self._places, self._bounds
        # Words hold all that is no space.
        sizes = np.fromiter(map(len, words), np.int64, len(words))
        solid = np.flatnonzero(np.frombuffer(joined.encode("utf-32-le"), np.uint32) != ord(" "))
        starts = solid[np.cumsum(sizes) - sizes]
        bases = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([len(text) + 1 for text in texts], out=bases[1:])
        owners = np.searchsorted(bases, starts, side="right") - 1
        counts = bounds[numbers + 1] - bounds[numbers]
        firsts = np.cumsum(counts) - counts
        at = np.arange(int(counts.sum())) + np.repeat(bounds[numbers] - firsts, counts)
        moved = np.repeat(starts - bases[owners], counts)
        lengths = np.bincount(np.repeat(owners, counts), minlength=len(texts)).astype(np.int64)
        return ids[at], lengths, (places[at] + moved[:, None]).astype(np.int32)

    def _forget(self) -> None:
        self._numbers = _Numbers()
        self._ids = np.zeros(0, np.int32)
        self._places = np.zeros((0, 2), np.int32)
        self._bounds = np.zeros(1, np.int64)

    def _learn(self, words: list[str]) -> None:
        """Tokenize words that come for the first time."""
        if not words:
            return
        encodings = self._tokenizer.encode_batch(words, add_special_tokens=False)
        lists = [encoding.ids for encoding in encodings]
        places = itertools.chain.from_iterable(encoding.offsets for encoding in encodings)
        bounds = self._bounds[-1] + np.cumsum([len(ids) for ids in lists])
        ids = np.array(list(itertools.chain.from_iterable(lists)), np.int32)
        self._ids = np.concatenate([self._ids, ids])
        self._places = np.concatenate(
            [self._places, np.array(list(places), np.int32).reshape(-1, 2)]
        )
        self._bounds = np.concatenate([self._bounds, bounds])


class _Numbers(dict[str, int]):
    """Numbers words as they come."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


def serves(tokenizer: Tokenizer) -> bool:
    """Whether a tokenizer takes the words of plain text one by one, as `WordTokens` cuts them."""
    if not isinstance(tokenizer.model, Unigram) or not isinstance(
        tokenizer.normalizer, Precompiled
    ):
        return False
    if tokenizer.post_processor is not None or tokenizer.pre_tokenizer is None:
        return False
    steps = json.loads(tokenizer.pre_tokenizer.__getstate__()).get("pretokenizers", [])
    if [step["type"] for step in steps] != ["Split", "Metaspace"]:
        return False
    split, mark = steps
    return bool(
        split["pattern"] == {"Regex": _SPLIT}
        and (split["behavior"], split["invert"]) == ("Removed", True)
        and (mark["prepend_scheme"], mark["split"]) == ("always", False)
        and all(_keeps(tokenizer.normalizer, char) for char in _CHARACTERS)
    )


def _keeps(normalizer: Precompiled, char: str) -> bool:
    """Whether a character of plain text stays of its class: letters, digits or a mark."""
    folded = normalizer.normalize_str(char)
    if char == " ":
        return folded == char
    for kind in (_LETTER, "[0-9]"):
        if re.fullmatch(kind, char):
            return bool(re.fullmatch(f"{kind}+", folded))
    return bool(PLAIN.fullmatch(folded)) and not re.search(f"{_LETTER}|[0-9 ]|^$", folded)
