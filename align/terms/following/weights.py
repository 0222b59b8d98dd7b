"""The learned numbers of the span model, for either direction: `scripts/train_terms` makes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.errors import ModelError
from align.terms.following.features import NAMES, NOTHING
from align.terms.following.soft import Softness

FILE = Path(__file__).with_name("weights.json")
SUPPORT = ("alone", "support", "log_support", "support_of_nothing")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights for renderings in one language, and the words that edges are judged by.

    `support` weighs, where a span is one of several of the same term, its score alone and what the
    others say. `calibration` is (slope, offset) of the log odds, alone and together: Platt 1999.
    """

    features: Floats  # (NAMES,)
    nothing: Floats  # (NOTHING,)
    edges: Floats  # (4, words): first, last, before, after
    support: Floats  # (SUPPORT,)
    calibration: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that was learned: `into["zh"]` weighs Chinese renderings of English spans."""

    into: Mapping[str, Weights]
    words: Mapping[str, Mapping[str, int]]  # language → word → its number at an edge
    soft: Softness
    version: str  # "1@" and the start of the file's hash


@cache
def load_model(path: Path = FILE) -> Model:
    """Read a weights file. Raises ModelError when it does not fit this version's features."""
    try:
        content = path.read_bytes()
        data = json.loads(content)
        if data["features"] != list(NAMES) or data["nothing"] != list(NOTHING):
            raise ModelError(f"{path}: made for other features; run scripts/train_terms")
        words = {
            lang: {word: at for at, word in enumerate(data["into"][lang]["words"], start=2)}
            for lang in ("zh", "en")
        }
        return Model(
            {lang: _weights(data["into"][lang]) for lang in ("zh", "en")},
            words,
            Softness(**{name: float(value) for name, value in data["softness"].items()}),
            f"{data['version']}@{hashlib.sha256(content).hexdigest()[:8]}",
        )
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise ModelError(
            f"{path}: not a weights file ({error}); run scripts/train_terms"
        ) from error


def _weights(data: Mapping[str, Any]) -> Weights:
    def array(name: str, size: Sequence[int]) -> Floats:
        found = np.array(data[name], np.float32)
        if found.shape != tuple(size):
            raise ValueError(f"{name} has the shape {found.shape}")
        return found

    words = len(data["words"]) + 2
    (a, b), (c, d) = data["calibration"]
    return Weights(
        array("features", [len(NAMES)]),
        array("nothing", [len(NOTHING)]),
        array("edges", [4, words]),
        array("support", [len(SUPPORT)]),
        ((float(a), float(b)), (float(c), float(d))),
    )
