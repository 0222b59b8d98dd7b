"""The FAISS index that fits a number of vectors: exact, inverted lists of codes, or of bytes.

Codes are for encoders whose tokens let a memory look at what it found more closely, and for memories
too large for bytes: their similarity is rough. Up to four million vectors they are codes of four bits
that FAISS compares in the processor's registers, in a fifth of the time of codes of eight bits; they
are read whole (76 bytes a vector). Larger indexes are mapped. `scripts/bench archive_scale` measures
them all on 100,000 vectors.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from align.embedding.nearest import library, one_thread
from align.embedding.protocol import Vectors

FLAT_MOST = 65_536  # vectors of an exact index
BYTES_MOST = 16_000_000  # vectors kept as a byte a dimension: 4 GB of them with 256 dimensions
SAMPLE = 40  # training vectors an inverted list
READ_SHARE = 8  # a search reads one list in so many, of those in bytes,
LEAST_LISTS = 32  # but at least so many
FAST_MOST = 4_000_000  # vectors kept as codes of four bits: 330 MB of them with 256 dimensions
FAST_LISTS = 512  # lists of those that a search reads
CODE_LISTS = 256  # lists of codes of eight bits that a search reads
# Lists that a graph is needed to find: among 2,048 it is slower than comparing all of them, three times
# for the one list that a vector goes into, four times for those that a search reads.
GRAPH_LISTS = 8_192
_FILLING = 64  # places of the graph looked at for the one list that a vector goes into
_PART = 4  # dimensions that one byte of a code stands for
# What the 256 values of a byte are learnt from. FAISS's own four times as many vectors and 25 rounds
# took 63 s for 100,000 units in a trial where this took 18 s, and found no more: a second translation
# had its unit among the first fifty as often as by comparing all vectors exactly.
_CODE_SAMPLE = 64  # vectors for each value
_CODE_ROUNDS = 10


def kind(dim: int, count: int, *, rough: bool) -> str:
    """FAISS's name for the index of `count` vectors; `rough` where similarities may be.

    >>> kind(256, 1000, rough=True), kind(256, 1_000_000, rough=True)
    ('Flat', 'IVF2048,PQ128x4fs')
    >>> kind(768, 1_000_000, rough=False), kind(768, 100_000_000, rough=False)
    ('IVF2048,SQ8', 'IVF16384_HNSW32,PQ192np')
    """
    if count <= FLAT_MOST:
        return "Flat"
    lists = lists_for(count)
    if dim % _PART or not (rough or count > BYTES_MOST):
        return f"IVF{lists},SQ8"
    if count <= FAST_MOST:
        return f"IVF{lists},PQ{dim // 2}x4fs"
    graph = "_HNSW32" if lists >= GRAPH_LISTS else ""
    # "np": polysemous codes, which nothing here uses, would take longer to train than all the rest.
    return f"IVF{lists}{graph},PQ{dim // _PART}np"


def lists_for(count: int) -> int:
    """How many inverted lists `count` vectors are put into: a power of two near 2 sqrt(count)."""
    return 1 << round(math.log2(2 * math.sqrt(count)))


def empty(dim: int, count: int, sample: Callable[[int], Vectors], *, rough: bool) -> Any:
    """An index ready for about `count` vectors; `sample` gives some so many to train it with."""
    faiss = library()
    name = kind(dim, count, rough=rough)
    if name == "Flat":
        return faiss.IndexIDMap(faiss.IndexFlatIP(dim))
    index = faiss.index_factory(dim, name, faiss.METRIC_INNER_PRODUCT)
    inverted = faiss.downcast_index(lists_of(index))
    if isinstance(inverted, faiss.IndexIVFPQ):
        inverted.pq.cp.max_points_per_centroid = _CODE_SAMPLE
        inverted.pq.cp.niter = _CODE_ROUNDS
    with one_thread():
        index.train(sample(inverted.nlist * SAMPLE))
    set_reading(index)
    return index


def load(path: Path, *, mapped: bool) -> Any:
    """The index at the beginning of a file, `mapped` for searching only; None if it is damaged."""
    faiss = library()
    flags = faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY if mapped else 0
    try:
        index = faiss.read_index(str(path), flags)
    except Exception:  # whatever FAISS makes of it: RuntimeError, MemoryError, AssertionError
        return None
    set_reading(index)
    return index


def lists_of(index: Any) -> Any:
    """The part of an index that holds its inverted lists; None of an exact one."""
    return library().try_extract_index_ivf(index)


def set_reading(index: Any) -> None:
    """Fix how many lists a search reads; FAISS keeps that in no file."""
    inverted = lists_of(index)
    if inverted is None:
        return
    made = library().downcast_index(inverted)
    if isinstance(made, library().IndexIVFPQFastScan):
        inverted.nprobe = min(FAST_LISTS, inverted.nlist)
    elif isinstance(made, library().IndexIVFPQ):
        inverted.nprobe = min(CODE_LISTS, inverted.nlist)
        _look(inverted, 2 * inverted.nprobe)
    else:
        inverted.nprobe = max(LEAST_LISTS, inverted.nlist // READ_SHARE)


def _look(inverted: Any, places: int) -> None:
    """Fix how many places are looked at where a graph finds the lists."""
    faiss = library()
    graph = faiss.downcast_index(inverted.quantizer)
    if isinstance(graph, faiss.IndexHNSW):
        graph.hnsw.efSearch = places


@contextlib.contextmanager
def filling(index: Any) -> Iterator[None]:
    """Add vectors to an index, on one thread: the same vectors, the same bytes."""
    inverted = lists_of(index)
    if inverted is not None:
        _look(inverted, _FILLING)
    try:
        with one_thread():
            yield
    finally:
        set_reading(index)
