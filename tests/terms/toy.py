"""A toy encoder whose tokens are the words of a small bilingual lexicon."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import Tokens, Vectors
from align.embedding.words import Words

# Words on a line mean the same thing.
LEXICON = """
以 with by
行动 action operation operations
促 promoting
维和 peacekeeping
人员 personnel
和平 peace
部 department
部署 deployed deploy
支持 supported support supports
继续 continued continue
委员会 committee commission
报告 report
欢迎 welcomed welcome
会员国 member
国家 states
安全 security
理事会 council
主席 chair
代表 representative
妇女 women
培训 training
伤员 casualty
后送 evacuation
能力 capacity
加强 strengthened strengthen
秘书长 secretary-general
会议 meeting
天气 weather
很 very
好 good
苹果 apples
他 he
说 said
的 of the
和 and
在 in at
学校 school
老师 teacher
学生 students student
图书馆 library
""".strip()
_WORDS = sorted((line.split()[0] for line in LEXICON.splitlines()), key=len, reverse=True)
_ZH = re.compile("|".join(_WORDS) + r"|[\u4e00-\u9fff]|[A-Za-z0-9]+\+?|[，。]")
_EN = re.compile(r"[A-Za-z][A-Za-z-]*|\d+|[.,]")
_SUMS = {"peacekeepers": ("维和", "人员"), "peacekeeper": ("维和", "人员")}
_LIGHT = frozenset("的 of the and in at to a ， 。 , . 和 在".split())


class ToyEncoder:
    """A TokenEncoder: words of one meaning share a vector, all others are nearly orthogonal."""

    name = "toy"
    revision = "1"
    dim = 64

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        rows: list[NDArray[np.float64]] = []
        for number, line in enumerate(LEXICON.splitlines()):
            vector = np.random.default_rng(number).standard_normal(self.dim)
            vector /= np.linalg.norm(vector)
            for word in line.split():
                self._ids[word] = len(rows)
                rows.append(vector * (0.3 if word in _LIGHT else 3.0))
        for number in range(997):  # all other words, by a stable hash
            vector = np.random.default_rng(10_000 + number).standard_normal(self.dim)
            rows.append(vector / np.linalg.norm(vector) * 3.0)
        self._known = len(rows) - 997
        for word, parts in _SUMS.items():
            self._ids[word] = len(rows)
            rows.append(sum((rows[self._ids[part]] for part in parts), np.zeros(self.dim)))
        self.matrix = np.array(rows, np.float32)
        self.words = Words.of(self.matrix)

    def _id(self, word: str) -> int:
        known = self._ids.get(word.lower())
        if known is not None:
            return known
        number = 0
        for char in reversed(word.lower()):
            number = number * 31 + ord(char)
        return self._known + number % 997

    def tokenize(self, texts: Sequence[str], *, spans: bool = True) -> Tokens:
        """Tokens of each text with their spans."""
        ids, places, bounds = [], [], [0]
        for text in texts:
            pattern = _ZH if re.search(r"[\u4e00-\u9fff]", text) else _EN
            for match in pattern.finditer(text):
                ids.append(self._id(match.group()))
                places.append(match.span())
            bounds.append(len(ids))
        return Tokens(
            np.array(ids, np.int32),
            np.array(bounds, np.int64),
            np.array(places, np.int32).reshape(-1, 2),
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, float32 (len(texts), 64)."""
        tokens = self.tokenize(texts)
        rows = np.zeros((len(texts), self.dim), np.float32)
        for k in range(len(texts)):
            rows[k] = self.matrix[tokens.ids[tokens.bounds[k] : tokens.bounds[k + 1]]].sum(axis=0)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        np.divide(rows, norms, out=rows, where=norms > 0)
        return rows
