"""Tensors mapped from a model's file, widened as they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from align.embedding.stored import StoredRows, are_set, is_finite, open_tensors

STORED = np.random.default_rng(7).normal(size=(50, 8)).astype(np.float16)


def test_tensors_come_back_as_the_format_s_own_library_writes_them(tmp_path: Path) -> None:
    tensors: dict[str, NDArray[Any]] = {
        "half": STORED,
        "whole": STORED.astype(np.float32),
        "bytes": np.arange(6, dtype=np.uint8).reshape(2, 3),
    }
    save_file(tensors, tmp_path / "some.safetensors")
    found = open_tensors(tmp_path / "some.safetensors")
    assert sorted(found) == sorted(tensors)
    for name, wanted in tensors.items():
        assert found[name].dtype == wanted.dtype
        np.testing.assert_array_equal(found[name], wanted)


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    save_file({"half": STORED}, tmp_path / "some.safetensors")
    data = (tmp_path / "some.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(data[:-9])
    with pytest.raises(SafetensorError):
        open_tensors(tmp_path / "cut.safetensors")


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_a_few_rows_are_those_of_the_whole_matrix(kind: type[np.floating]) -> None:
    stored = STORED.astype(kind)
    rows = StoredRows(stored)
    wanted = stored.astype(np.float32)
    ids = np.array([[3, 3], [49, 0]])
    for _ in range(30):  # more in all than there are: in between all are widened
        assert rows[ids].dtype == np.float32
        np.testing.assert_array_equal(rows[ids], wanted[ids])
    np.testing.assert_array_equal(rows.whole, wanted)
    assert rows.shape == (50, 8)


@pytest.mark.parametrize("kind", [np.float16, np.float32])
@pytest.mark.parametrize("width", [6, 8], ids=["six", "eight"])
def test_numbers_and_zero_rows_are_told_from_others(kind: type[np.floating], width: int) -> None:
    matrix = STORED[:, :width].astype(kind)
    matrix[3], matrix[4], matrix[5] = 0.0, -0.0, 0.0
    matrix[5, width - 1] = np.finfo(kind).smallest_subnormal
    assert np.flatnonzero(~are_set(matrix)).tolist() == [3, 4]
    assert is_finite(matrix)
    for bad in (np.inf, -np.inf, np.nan):
        matrix[49, width - 1] = bad
        assert not is_finite(matrix)
