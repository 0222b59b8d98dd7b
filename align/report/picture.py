"""A picture of an alignment: its path over the similarity of the sentences, as one small SVG."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.datatypes import Bead
from align.embedding.protocol import Vectors

CELLS = 150  # the heat map has at most this many rows and columns
SIZE = 400  # side of the picture in its own units
_SHADES = 48
_BLUE = bytes((0x2F, 0x78, 0xA8))


@dataclass(frozen=True, slots=True)
class Picture:
    """What the template draws; coordinates are in a SIZE × SIZE square, source downwards."""

    heat: str  # data: URL of a PNG, or ""
    path: str  # SVG path data of the alignment
    skips: str  # SVG path data of the sentences without a counterpart
    spots: tuple[tuple[float, float, int], ...]  # x, y and the bead's index
    size: int = SIZE


def draw(
    beads: Sequence[Bead],
    vectors: tuple[Vectors, Vectors] | None = None,
    *,
    spots: Sequence[int] = (),
) -> Picture:
    """The picture of `beads`, over the heat map if the sentence vectors of both sides come."""
    rows = max(beads[-1].source.stop if beads else 0, 1)
    columns = max(beads[-1].target.stop if beads else 0, 1)
    across, down = SIZE / columns, SIZE / rows
    marked = tuple(
        (
            round((beads[i].target.start + beads[i].target.stop) / 2 * across, 1),
            round((beads[i].source.start + beads[i].source.stop) / 2 * down, 1),
            i,
        )
        for i in spots
    )
    heat = ""
    if vectors is not None and len(vectors[0]) and len(vectors[1]):
        heat = _data_url(heat_map(*vectors))
    return Picture(heat, _path(beads, across, down), _skips(beads, across, down), marked)


def _path(beads: Sequence[Bead], across: float, down: float) -> str:
    """The line of the alignment through the picture, corners only."""
    points = [
        (0, 0),
        *((round(b.target.stop * across), round(b.source.stop * down)) for b in beads),
    ]
    kept = [points[0]]
    for here, following in zip(points[1:], [*points[2:], None], strict=False):
        if here == kept[-1] or (following is not None and _straight(kept[-1], here, following)):
            continue
        kept.append(here)
    return "M" + "L".join(f"{x} {y}" for x, y in kept)


def _straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) == (c[0] - a[0]) * (b[1] - a[1])


def _skips(beads: Sequence[Bead], across: float, down: float) -> str:
    """The strokes of sentences without a counterpart."""
    parts = []
    for bead in beads:
        if len(bead.source) and len(bead.target):
            continue
        x, y = bead.target.start * across, bead.source.start * down
        move = f"h{len(bead.target) * across:.1f}" if len(bead.target) else ""
        move = move or f"v{len(bead.source) * down:.1f}"
        parts.append(f"M{x:.1f} {y:.1f}{move}")
    return "".join(parts)


def heat_map(source: Vectors, target: Vectors) -> NDArray[np.float32]:
    """Similarity of runs of sentences, in [0, 1], float32 (at most CELLS, at most CELLS).

    Each cell compares the mean vectors of two runs, less what their row and column have in common,
    so that the diagonal stands out also where everything resembles everything.
    """
    cells = _pooled(source) @ _pooled(target).T
    cells = (
        cells - 0.5 * cells.mean(axis=0, keepdims=True) - 0.5 * cells.mean(axis=1, keepdims=True)
    )
    low, high = np.percentile(cells, (55, 99.7))
    scaled: NDArray[np.float32] = np.clip((cells - low) / max(float(high - low), 1e-6), 0, 1)
    return scaled.astype(np.float32)


def _pooled(vectors: Vectors) -> Vectors:
    """At most CELLS vectors: neighbours added up and made unit vectors again."""
    count = min(len(vectors), CELLS)
    edges = np.linspace(0, len(vectors), count + 1).astype(int)
    sums = np.add.reduceat(np.asarray(vectors, np.float32), edges[:-1], axis=0)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    pooled: Vectors = sums / np.maximum(norms, 1e-9)
    return pooled


def _data_url(cells: NDArray[np.float32]) -> str:
    return "data:image/png;base64," + base64.b64encode(_png(cells)).decode()


def _png(cells: NDArray[np.float32]) -> bytes:
    """One colour at `_SHADES` opacities, so that it suits light and dark paper (PNG, palette)."""
    height, width = cells.shape
    shades = np.rint(cells * (_SHADES - 1)).astype(np.uint8)
    lines = np.concatenate([np.zeros((height, 1), np.uint8), shades], axis=1).tobytes()
    alpha = bytes(round(230 * (shade / (_SHADES - 1)) ** 1.3) for shade in range(_SHADES))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", _BLUE * _SHADES),
        (b"tRNS", alpha),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
