"""Documents wherever they are: a path, or any fsspec URL (``s3://``, ``file://`` …)."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from align.atomic import scratch_folder
from align.batch.journal import hash_file
from align.batch.manifest import is_url
from align.errors import AlignError, InputError
from align.outside import no_file


def _filesystem(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise InputError(f"{url}: a URL needs fsspec; pip install 'align-zh-en[ray]'") from error
    try:
        filesystem, path = fsspec.core.url_to_fs(url)
    except (ValueError, ImportError) as error:
        raise InputError(f"{url}: {error}") from error
    return filesystem, path


def fingerprint(location: str) -> str:
    """What tells one content of a document from another; ``missing`` where there is none.

    SHA-256 of a local file; for a URL what its store knows without a download (fsspec's checksum of
    etag, size, time).
    """
    try:
        if not is_url(location):
            return hash_file(location)
        if location.startswith("file://"):
            return hash_file(_filesystem(location)[1])
        filesystem, path = _filesystem(location)
        return f"{filesystem.checksum(path)}"
    except OSError as error:
        return f"missing: {error.strerror or 'cannot be read'}"


def size(location: str) -> int:
    """Bytes of a document. Raises InputError when it is not there."""
    try:
        if not is_url(location):
            return os.stat(location).st_size
        filesystem, path = _filesystem(location)
        return int(filesystem.size(path) or 0)
    except OSError as error:
        raise _unreadable(location, error) from error


@contextlib.contextmanager
def local_copy(location: str) -> Iterator[Path]:
    """A path to the document's bytes: its own, or a temporary copy of what a URL holds."""
    if not is_url(location):
        if why := no_file(Path(location)):
            raise InputError(f"{location}: {why}")
        yield Path(location)
        return
    filesystem, path = _filesystem(location)
    with scratch_folder() as folder:
        copy = folder / (path.rsplit("/", 1)[-1] or "document")
        try:
            with filesystem.open(path, "rb") as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target)
        except OSError as error:
            raise _unreadable(location, error) from error
        yield copy


def list_files(folder: str, *, without: str = "") -> list[str]:
    """Every file below a folder or URL, in a fixed order; hidden ones are left out.

    So are the lock files that word processors leave (``~$a.docx``), and the folder `without`.
    Folders that links point to are entered, each once. Raises InputError where there is no folder.
    """
    found = _walk_url(folder) if is_url(folder) else _walk(folder, without)
    return sorted(path for path in found if not os.path.basename(path).startswith((".", "~$")))


def _walk(folder: str, without: str) -> list[str]:
    if os.path.isfile(folder):
        raise InputError(
            f"{folder}: a folder or a manifest is wanted, this is a file;"
            " align pair takes two documents"
        )
    if not os.path.isdir(folder):
        raise InputError(f"{folder}: no such folder")
    seen = {os.path.realpath(without)} if without else set()
    found = []
    for root, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [os.path.join(root, name) for name in files]
    return found


def _walk_url(folder: str) -> list[str]:
    filesystem, path = _filesystem(folder)
    protocol = folder.split("://", 1)[0]
    found = [
        f"{protocol}://{name.lstrip('/') if protocol != 'file' else name}"
        for name in filesystem.find(path)
    ]
    if not found and not filesystem.exists(path):
        raise InputError(f"{folder}: no such folder")
    return found


def _unreadable(location: str, error: OSError) -> AlignError:
    reason = error.strerror or (
        "no such file" if isinstance(error, FileNotFoundError) else str(error)
    )
    return InputError(f"{location}: cannot be read ({reason})")
