"""Words with their offsets: jieba for Chinese, a pattern for English.

The only module that imports jieba, and only when Chinese is asked for.
"""

from __future__ import annotations

import importlib.util
import logging
import math
import re
import warnings
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from align.language.folding import simplify
from align.language.scripts import is_han
from align.language.tags import is_chinese

Span = tuple[int, int]

# A word may hold inner apostrophes, hyphens and full stops (Member States', U.S., UN-Women) and end
# in a plus that is part of a name (A4P+).
_ENGLISH_WORD = re.compile(r"[^\W_]+(?:['’.\-/&](?=[^\W_])[^\W_]+)*\+?")


def word_set(text: str) -> frozenset[str]:
    """The words of a list written as text with spaces.

    >>> sorted(word_set("of for"))
    ['for', 'of']
    """
    return frozenset(text.split())


def words(text: str, lang: str, *, dictionary: Sequence[str] = ()) -> list[Span]:
    """The (start, end) of every word of `text`, punctuation and spaces left out.

    `dictionary` holds Chinese words that jieba must keep whole.

    >>> words("A4P+ and UN-Women’s work", "en")
    [(0, 4), (5, 8), (9, 19), (20, 24)]
    """
    if not is_chinese(lang):
        return [match.span() for match in _ENGLISH_WORD.finditer(text)]
    spans, at = [], 0
    for word in _segmenter(tuple(dictionary)).cut(simplify(text)):
        if any(char.isalnum() for char in word):
            spans.append((at, at + len(word)))
        at += len(word)
    return spans


def tagged(text: str, *, dictionary: Sequence[str] = ()) -> list[tuple[int, int, str]]:
    """The words of a Chinese text with jieba's part of speech (``"term"`` for `dictionary`)."""
    found, at = [], 0
    for pair in _tagger(tuple(dictionary)).cut(simplify(text)):
        found.append((at, at + len(pair.word), str(pair.flag)))
        at += len(pair.word)
    return found


@lru_cache(maxsize=4)
def _segmenter(dictionary: tuple[str, ...]) -> Any:
    module = _jieba()
    if not dictionary:
        return module.dt
    segmenter = module.Tokenizer()
    segmenter.initialize()
    for word in dictionary:
        segmenter.add_word(simplify(word), freq=10_000_000, tag="term")
    return segmenter


@lru_cache(maxsize=4)
def _tagger(dictionary: tuple[str, ...]) -> Any:
    _jieba()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba.posseg

    # Each tagger reads the tags of the whole dictionary when it is made: the module's own was made
    # with it, and initialize() would read them once more.
    if not dictionary:
        return jieba.posseg.dt
    return jieba.posseg.POSTokenizer(_segmenter(dictionary))


class _Counts:
    """jieba's counts of words, read from its dictionary character by character.

    jieba itself builds a table of 500,000 prefixes when it is loaded (0.7 s); who asks whether a few
    words are words needs the lines of their first characters. A word that stands twice has the count
    of its last line, as in jieba.
    """

    def __init__(self, path: Path) -> None:
        self._bytes = path.read_bytes()
        codes = np.frombuffer(self._bytes, np.uint8)
        ends = np.flatnonzero(codes == ord("\n"))
        starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        spaces = np.flatnonzero(codes == ord(" "))
        first = spaces[np.searchsorted(spaces, starts)]  # between the word and its count
        last = spaces[np.searchsorted(spaces, starts) + 1]
        width = int((last - first).max(initial=0)) - 1
        total = 0
        for place in range(1, width + 1):
            some = last - first > place
            digits = codes[last[some] - place].astype(np.int64) - ord("0")
            total += int(digits.sum()) * 10 ** (place - 1)
        self.total = total
        padded = np.concatenate((codes, np.zeros(3, np.uint8)))
        heads = np.stack([padded[starts + i] for i in range(3)], axis=1).astype(np.int64)
        keys = heads @ np.array([1 << 16, 1 << 8, 1])
        edges = np.flatnonzero(np.diff(keys, prepend=-1))
        self._ranges: dict[bytes, list[Span]] = {}
        for a, b in zip(edges, [*edges[1:], len(keys)], strict=True):
            span = int(starts[a]), int(ends[b - 1]) + 1
            self._ranges.setdefault(int(keys[a]).to_bytes(3, "big"), []).append(span)
        self._known: dict[str, dict[str, int]] = {}

    def get(self, word: str) -> int | None:
        """How often a word was counted; None for one that is not in the dictionary."""
        if not word:
            return None
        known = self._known.get(word[0])
        if known is None:
            known = self._known[word[0]] = self._of(word[0])
        return known.get(word)

    def _of(self, char: str) -> dict[str, int]:
        head = char.encode()
        if len(head) < 3:  # a Latin letter is followed by anything
            spans = [s for key, some in self._ranges.items() if key.startswith(head) for s in some]
        else:
            spans = self._ranges.get(head[:3], [])
        lines = [
            line.split(" ", 2)
            for start, end in spans
            for line in self._bytes[start:end].decode("utf-8").splitlines()
        ]
        return {word: int(count) for word, count, _ in lines if word.startswith(char)}


@cache
def _counts() -> _Counts:
    package = importlib.util.find_spec("jieba")
    assert package is not None
    assert package.origin is not None
    return _Counts(Path(package.origin).with_name("dict.txt"))


@cache
def _jieba() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes and pkg_resources, not ours to mend
        import jieba
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    return jieba


# --- does a span cut a word in two ------------------------------------------------------------

_LONGEST_WORD = 6
_MARGIN = 4  # characters of context on each side
# How many nats more likely the reading that crosses the border must be. 部署 against 部|署 has 9,
# 费用 against 会费|用于 has 1.
_CLEARLY = 5.0


def cuts_word(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` begins or ends inside a Chinese word.

    Compares the most probable segmentation of the surroundings (unigram model, jieba's dictionary)
    with the most probable one that respects both borders. What is inside the span does not matter.

    >>> cuts_word("为和平行动部署部队", 1, 6), cuts_word("和平行动部的部队", 0, 5)
    (True, False)
    """
    return cuts_clearly(crossing(text, start, end))


def crossing(text: str, start: int, end: int) -> float:
    """How much more likely, in nats, a reading is in which a word lies across a border of a span.

    At most 0 where none does or the span's own reading is the likelier, infinite where the span is
    the beginning of a word for a person.

    >>> crossing("军人和平民均有", 2, 4) > 0, crossing("国际和平与安全", 2, 4)
    (True, 0.0)
    """
    if end < len(text) and text[end] == "者" and text[end - 1] != "者" and is_han(text[end - 1]):
        return math.inf  # 维持和平行动者: whoever does it, not the thing done
    if is_done_to(text, start, end):
        return math.inf  # 被请求方 is the requested party, 请求方 the requesting one
    if not (_crossed(text, start) or _crossed(text, end)):
        return 0.0
    low, high = max(0, start - _MARGIN), min(len(text), end + _MARGIN)
    free = _log_probability(text[low:high])
    bound = (
        _log_probability(text[low:start])
        + _log_probability(text[start:end])
        + _log_probability(text[end:high])
    )
    return round(free - bound, 9)  # sums in another order differ in their last digits


# Who or what is named by a verb and one of these: 被拘留者, 被提名人, 被请求方.
_PERSONS = frozenset("人者方国")
_OF_SUBJECTS = ("n", "d", "t")  # before 被 where it is a clause's: 决定已被申请人接受


def is_done_to(text: str, start: int, end: int) -> bool:
    """Whether a span is, with the 被 before it, the name of whom or what something is done to.

    The span is a verb with a noun, and 被 begins the phrase: no subject or adverb stands before it as
    before the passive of a clause, or no verb follows.

    >>> is_done_to("被请求方可以拒绝", 1, 4), is_done_to("决定已被申请人接受", 4, 7)
    (True, False)
    >>> is_done_to("他被警方逮捕", 2, 4), is_done_to("决议被通过", 3, 5)
    (False, False)
    """
    if start < 1 or text[start - 1] != "被" or end - start < 2:
        return False
    words = tagged(text[start:end])
    if words[0][2] in ("nt", "ns"):
        return False  # 被联合国批准
    persons = text[end - 1] in _PERSONS and end - start > 2
    head = tagged(text[start : end - 1]) if persons else words
    if not head[0][2].startswith("v") or not (persons or words[-1][2].startswith("n")):
        return False
    if len(words) < 2 and not persons:
        return False
    if end == len(text) or not is_han(text[end]) or text[end] in "的和与或及":
        return True
    before = tagged(text[max(0, start - 1 - _MARGIN) : start - 1])
    return not before or not before[-1][2].startswith(_OF_SUBJECTS)


def cuts_clearly(nats: float) -> bool:
    """Whether what `crossing` gives leaves no doubt."""
    return nats > _CLEARLY


def _crossed(text: str, border: int) -> bool:
    """Whether any dictionary word of two to four characters lies across `border`."""
    if not 0 < border < len(text) or not (is_han(text[border - 1]) and is_han(text[border])):
        return False
    counts = _counts()
    for left in range(1, 4):
        for right in range(1, 5 - left):
            if border >= left and counts.get(text[border - left : border + right]):
                return True
    return False


def _log_probability(text: str) -> float:
    """Log probability of the best segmentation of `text`; an unknown character counts as one."""
    counts = _counts()
    total = math.log(counts.total)
    best = [0.0] + [-math.inf] * len(text)
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + _LONGEST_WORD) + 1):
            count = counts.get(text[start:end]) or (1 if end == start + 1 else 0)
            if count:
                best[end] = max(best[end], best[start] + math.log(count) - total)
    return best[-1]


def commonness(text: str) -> float:
    """How everyday a Chinese word is, by jieba's counts: 0 for none it knows, about 1 for 国家.

    >>> commonness("以行动促维和") == 0.0, commonness("国家") > commonness("特遣队") > 0
    (True, True)
    """
    count = _counts().get(simplify(text)) or 0
    return math.log1p(count) / 10.0
