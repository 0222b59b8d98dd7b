"""The nearest of some vectors, exactly: a flat FAISS index, searched on one thread."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def nearest(queries: Floats, vectors: Floats, k: int) -> tuple[Floats, Ints]:
    """Inner products and rows of the `k` nearest of `vectors` (n, dim) for each query, best first.

    Both are (queries, k) and float32; `k` is at most n.
    """
    with one_thread() as faiss:
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        scores, rows = index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
    return scores, rows


@contextlib.contextmanager
def one_thread() -> Iterator[Any]:
    """FAISS on one thread: the same vectors give the same bytes, and a process that has no threads
    of OpenMP may be copied."""
    faiss = library()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield faiss
    finally:
        faiss.omp_set_num_threads(before)


def library() -> Any:
    """FAISS: heavy, and without full type hints."""
    return importlib.import_module("faiss")
