"""The aligner's learned numbers: feature weights of both passes and the calibration of confidence."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.alignment.model.features import FEATURES
from align.errors import ModelError

_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights (N_FEATURES,) of the pass without and the pass with the document's word pairs.

    `calibration` maps posterior probability to the precision seen on held-out documents, as
    (slope, offset) of its log odds: Platt 1999. `decision` is the cost of a bead in decoding.
    """

    first: NDArray[np.float64]
    second: NDArray[np.float64]
    calibration: tuple[float, float]
    decision: float
    version: str  # "1@" and the start of the file's hash

    def calibrated(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Confidence for posterior probabilities, rising with them, in [0, 1]."""
        bounded = np.clip(probability, 1e-6, 1 - 1e-6)
        slope, offset = self.calibration
        odds = slope * np.log(bounded / (1 - bounded)) + offset
        result: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
        return result


@cache
def load_weights(path: Path = _FILE) -> Weights:
    """Read a weights file. Raises ModelError when it does not fit this version's features."""
    try:
        content = path.read_bytes()
        data = json.loads(content)
        if data["features"] != list(FEATURES):
            raise ModelError(f"{path}: made for other features; run scripts/train_aligner")
        return Weights(
            np.array(data["first"], dtype=np.float64),
            np.array(data["second"], dtype=np.float64),
            (float(data["calibration"][0]), float(data["calibration"][1])),
            float(data["decision"]),
            f"{data['version']}@{hashlib.sha256(content).hexdigest()[:8]}",
        )
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise ModelError(
            f"{path}: not a weights file ({error}); run scripts/train_aligner"
        ) from error


def dump_weights(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    calibration: tuple[float, float],
    decision: float,
    *,
    version: str,
    trained: dict[str, str],
) -> str:
    """The text of a weights file; `trained` says from what."""
    return (
        json.dumps(
            {
                "version": version,
                "trained": trained,
                "features": list(FEATURES),
                "first": [round(float(w), 4) for w in first],
                "second": [round(float(w), 4) for w in second],
                "calibration": [round(x, 4) for x in calibration],
                "decision": decision,
            },
            indent=1,
            ensure_ascii=False,
        )
        + "\n"
    )
