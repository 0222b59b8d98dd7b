"""Vectors on disk, by model revision and text: a large model need not encode a sentence twice."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import Vectors
from align.errors import ModelError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    revision TEXT NOT NULL, text BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (revision, text)
) WITHOUT ROWID
"""


class VectorCache:
    """Vectors of one model in an SQLite file, which several models and processes may share.

    What was put is there after a kill, or not at all; a text is stored as its SHA-256 only.
    """

    def __init__(self, path: Path, revision: str, dim: int) -> None:
        self._path, self._revision, self._dim = path, revision, dim
        try:
            self._connection = sqlite3.connect(path, timeout=30)
            with self._connection:
                self._connection.execute(_SCHEMA)
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def get(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are there, by text."""
        found: dict[str, NDArray[np.float32]] = {}
        question = "SELECT vector FROM vectors WHERE revision = ? AND text = ?"
        try:
            for text in texts:
                row = self._connection.execute(question, (self._revision, _key(text))).fetchone()
                if row and len(row[0]) == 4 * self._dim:
                    found[text] = np.frombuffer(row[0], "<f4").astype(np.float32)
        except sqlite3.Error as error:
            raise self._broken(error) from error
        return found

    def put(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors of `texts`, all or none."""
        values = [
            (self._revision, _key(text), vector.astype("<f4").tobytes())
            for text, vector in zip(texts, vectors, strict=True)
        ]
        try:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", values
                )
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _broken(self, error: sqlite3.Error) -> ModelError:
        return ModelError(
            f"{self._path}: cannot be used as a cache of vectors ({error}); "
            "delete it or name another file"
        )


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
