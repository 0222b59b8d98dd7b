"""The file in a model's folder that holds what compares single words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save

from align.atomic import replacing
from align.embedding.stored import open_tensors
from align.embedding.words import Correction
from align.errors import ModelError

FILE = "words.safetensors"


def load_correction(folder: Path, shape: tuple[int, ...]) -> Correction | None:
    """The correction in a model's folder; None where it holds none.

    `shape` is that of the model's token vectors. Raises ModelError when the file is damaged or of
    another model.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        tensors = open_tensors(path)
        found = Correction(tensors["packed"], tensors["scale"], tensors["weights"])
    except (OSError, ValueError, SafetensorError, KeyError) as error:
        raise ModelError(
            f"{path}: cannot be read ({error}); copy the model folder again"
        ) from error
    types = [part.dtype.name for part in (found.packed, found.scale, found.weights)]
    shapes = (found.packed.shape, found.scale.shape, found.weights.shape)
    if shapes != ((shape[0], -(-shape[1] // 2)), shape[:1], shape[:1]):
        raise ModelError(f"{path}: is of another model; copy the model folder again")
    if types != ["uint8", "float16", "float16"] or not (
        np.isfinite(found.scale).all() and np.isfinite(found.weights).all()
    ):
        raise ModelError(f"{path}: is damaged; copy the model folder again")
    return found


def save_correction(folder: Path, correction: Correction) -> None:
    """Write a correction into a model's folder, whole or not at all."""
    tensors: dict[str, NDArray[Any]] = {
        "packed": correction.packed,
        "scale": correction.scale,
        "weights": correction.weights,
    }
    with replacing(folder / FILE) as file:
        file.write(save(tensors))
