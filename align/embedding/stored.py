"""Tensors as a model's files hold them: mapped into memory, widened where they are asked for.

What a few texts need of a model is a few rows of it. To copy and widen all of them takes longer than
to align a page, so a file is mapped as it is and rows are widened as they come, until as many were
asked for as there are: then all are, once.
"""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

_TYPES = {"F32": "<f4", "F16": "<f2", "U8": "|u1", "F64": "<f8"}
_BLOCK = 1024  # rows looked at together: they stay in a core's cache


class Rows(Protocol):
    """Token vectors, float32, of which some are asked for at a time: an array is one."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(vocabulary, dim)."""

    def __getitem__(self, ids: NDArray[np.integer], /) -> NDArray[np.float32]:
        """The vectors of these tokens, float32 (*ids.shape, dim)."""


class StoredRows:
    """The rows of a matrix (n, dim) that a file holds, of whatever float type, as float32."""

    def __init__(self, stored: NDArray[np.floating]) -> None:
        self._stored = stored
        self._whole: NDArray[np.float32] | None = None
        self._asked = 0
        if stored.dtype == np.float32:
            self._whole = np.ascontiguousarray(stored)

    @property
    def shape(self) -> tuple[int, ...]:
        """(n, dim)."""
        return self._stored.shape

    @property
    def whole(self) -> NDArray[np.float32]:
        """All rows, float32 (n, dim)."""
        if self._whole is None:
            self._whole = np.ascontiguousarray(self._stored, np.float32)
        return self._whole

    def __getitem__(self, ids: NDArray[np.integer], /) -> NDArray[np.float32]:
        if self._whole is None:
            self._asked += ids.size
            if self._asked <= len(self._stored):
                few: NDArray[np.float32] = self._stored[ids].astype(np.float32)
                return few
        found: NDArray[np.float32] = self.whole[ids]
        return found


def open_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file, mapped and read-only.

    Raises SafetensorError or OSError for what is no such file, ValueError for a type without an
    array's (bfloat16).
    """
    with safe_open(path, "np") as checked:  # the format's own reader checks sizes and offsets
        names = list(checked.keys())
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    begin = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:begin])
    found = {}
    for name in names:
        entry = header[name]
        if entry["dtype"] not in _TYPES:
            raise ValueError(f"{name} is {entry['dtype']}")
        shape = entry["shape"]
        values = np.frombuffer(
            content,
            _TYPES[entry["dtype"]],
            count=int(np.prod(shape, dtype=np.int64)),
            offset=begin + entry["data_offsets"][0],
        )
        found[name] = values.reshape(shape)
    return found


def is_finite(rows: NDArray[np.floating]) -> bool:
    """Whether a matrix holds numbers only: no infinity, no NaN."""
    if rows.dtype != np.float16:
        return bool(np.isfinite(rows).all())
    bits = rows.view(np.uint16)  # four times as quick as by their value
    return all(
        int((bits[first : first + _BLOCK] & 0x7FFF).max(initial=0)) < 0x7C00
        for first in range(0, len(bits), _BLOCK)
    )


def are_set(rows: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which rows of a matrix (n, dim) hold anything but zeros, (n,)."""
    if rows.dtype == np.float16 and rows.shape[1] % 4 == 0 and rows.flags.c_contiguous:
        bits = rows.view(np.uint64) & np.uint64(0x7FFF7FFF7FFF7FFF)  # -0.0 is zero too
        return np.asarray(bits.any(axis=1))
    return np.asarray(rows.any(axis=1))
