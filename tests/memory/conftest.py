"""A small memory and an encoder that needs no model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from align.datatypes import TranslationUnit
from align.embedding.protocol import Encoder, Vectors
from align.language.folding import fold
from align.memory import TranslationMemory

NOW = "20260102T030405Z"
PAIRS = (
    ("维和行动", "peacekeeping operations"),
    (
        "《以行动促维和》倡议得到支持。",
        "The Action for Peacekeeping (A4P) initiative was supported.",
    ),
    ("以行动促维和+是下一步。", "A4P+ is the next step."),
    ("会议下午6时散会。", "The meeting rose at 6 p.m."),
    ("會議下午5時散會。", "The meeting rose at 5 p.m."),
    (
        "安全理事会通过了第2538(2020)号决议。",
        "The Security Council adopted resolution 2538 (2020).",
    ),
    ("任务规定必须明确。", "Mandates must be clear."),
    ("任务规定明确。", "The mandate is clear."),
    ("警察派遣国", "police-contributing countries"),
)
_WORDS = {
    "维": "peace",
    "和": "peace",
    "会": "meeting",
    "议": "meeting",
    "明": "clear",
    "任": "mandate",
}


class ToyEncoder:
    """One direction a word or character; a few characters share a word's."""

    name = "toy"
    dim = 48

    def __init__(self, revision: str = "1") -> None:
        self.revision = revision
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += len(texts)
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            folded = fold(text)
            for token in folded.split() if folded.isascii() else folded:
                rows[row] += self._vector(_WORDS.get(token, token))
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        np.divide(rows, norms, out=rows, where=norms > 0)
        return rows

    def _vector(self, token: str) -> Vectors:
        seed = int.from_bytes(
            hashlib.sha256(f"{self.revision}{token}".encode()).digest()[:4], "big"
        )
        return np.random.default_rng(seed).standard_normal(self.dim).astype(np.float32)


def units(pairs: Sequence[tuple[str, str]] = PAIRS) -> list[TranslationUnit]:
    return [TranslationUnit(zh, en, id=f"t{number}") for number, (zh, en) in enumerate(pairs)]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., TranslationMemory]:
    """Makes a memory of some pairs; those of this module by default."""

    def made(
        pairs: Sequence[tuple[str, str]] = PAIRS,
        name: str = "m.tm",
        encoder: Encoder | None = None,
    ) -> TranslationMemory:
        memory = TranslationMemory.open(
            tmp_path / name, create=True, encoder=encoder or ToyEncoder()
        )
        memory.add(units(pairs), origin="first.tmx", now=NOW)
        return memory

    return made
