"""Opening a memory by its place: a file, or the address of a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from align.errors import InputError
from align.memory.memory import TranslationMemory
from align.memory.postgres.address import is_address

if TYPE_CHECKING:
    from align.embedding.protocol import Encoder
    from align.memory.protocol import Memory


def open_memory(
    place: str | Path,
    *,
    create: bool = False,
    read_only: bool = False,
    encoder: Encoder | None = None,
) -> Memory:
    """The memory of a file, or of ``postgresql://user@host/database?memory=NAME``.

    Raises MemoryFileError when there is none, or it cannot be opened.
    """
    if is_address(str(place)):
        from align.memory.postgres.memory import PostgresMemory

        return PostgresMemory.open(str(place), create=create, read_only=read_only, encoder=encoder)
    if "://" in str(place):
        raise InputError(f"{place}: not a memory; give a file or an address postgresql://…")
    return TranslationMemory.open(place, create=create, read_only=read_only, encoder=encoder)
