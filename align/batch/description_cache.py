"""Descriptions kept on disk: pairing a large archive needs little memory and can be killed.

Vectors lie in one file of raw numbers that is mapped, not read; an index of JSON lines says where.
The index line is written last, so a torn end is never used.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from align.batch import description as descriptions
from align.batch import storage
from align.batch.description import Description
from align.batch.journal import digest
from align.batch.local_engine import Done

Engine = Callable[[Iterator[str]], Iterator[Done[str, Description]]]
Bytes = NDArray[np.uint8]
Watch = Callable[[str, bool], None]


def describe_all(
    paths: Sequence[str],
    folder: Path,
    *,
    recipe: str,
    engine: Engine,
    watch: Watch = lambda path, fresh: None,
) -> tuple[dict[str, Description], dict[str, str]]:
    """The descriptions of all documents, and for the others the reason why they have none.

    What `folder` holds already of the same content and `recipe` is taken from there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index_path, data_path = folder / "index.jsonl", folder / "vectors.bin"
    prints: dict[str, str] = {}
    failures: dict[str, str] = {}
    with index_path.open("ab") as index, data_path.open("ab") as data:
        _wait_for(index)
        known = _read_index(index_path)
        index.truncate(_whole_lines(index_path))

        def todo() -> Iterator[str]:
            for path in paths:
                prints[path] = digest([descriptions.version(), recipe, storage.fingerprint(path)])
                if prints[path] in known:
                    watch(path, False)
                else:
                    yield path

        for done in engine(todo()):
            if done.result is None:
                failures[done.task] = done.failure.reason if done.failure else "no result"
            else:
                known[prints[done.task]] = _append(index, data, prints[done.task], done.result)
            watch(done.task, True)
    numbers = _mapped(data_path)
    found = {
        path: _read(known[prints[path]], path, numbers) for path in paths if prints[path] in known
    }
    return found, failures


def _wait_for(index: IO[bytes]) -> None:
    """Let another shard that describes the same archive finish: it does our work."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        return
    fcntl.flock(index, fcntl.LOCK_EX)


def _read_index(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    lines = path.read_bytes()[: _whole_lines(path)].splitlines()
    return {line["print"]: line for line in map(json.loads, lines)}


def _whole_lines(path: Path) -> int:
    """How many bytes the lines fill that end as they should."""
    return path.read_bytes().rfind(b"\n") + 1


def _append(
    index: IO[bytes], data: IO[bytes], mark: str, description: Description
) -> dict[str, Any]:
    start = data.seek(0, os.SEEK_END)
    start += -start % 8
    data.truncate(start)
    arrays = (description.keys, description.weights, description.vectors)
    data.write(b"".join(array.tobytes() for array in arrays))
    data.flush()
    line = {
        "print": mark,
        "lang": description.lang,
        "symbol": description.symbol,
        "sentences": description.sentences,
        "start": start,
        "shape": list(description.vectors.shape),
    }
    index.write(json.dumps(line).encode() + b"\n")
    index.flush()
    return line


def _mapped(path: Path) -> Bytes:
    # An empty file cannot be mapped.
    return np.memmap(path, np.uint8, mode="r") if path.stat().st_size else np.zeros(0, np.uint8)


def _read(line: dict[str, Any], path: str, numbers: Bytes) -> Description:
    rows, dim = line["shape"]
    keys_end = line["start"] + 8 * rows
    weights_end = keys_end + 4 * rows
    return Description(
        path,
        line["lang"],
        line["symbol"],
        line["sentences"],
        numbers[weights_end : weights_end + 2 * rows * dim].view(np.float16).reshape(rows, dim),
        numbers[keys_end:weights_end].view(np.float32),
        numbers[line["start"] : keys_end].view(np.int64),
    )
