"""Opening a memory by its place: a file, the address of a database, or a file of units."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Self

from align.atomic import scratch_folder
from align.errors import InputError
from align.memory.exchange import KINDS, kind_of, read_file
from align.memory.memory import TranslationMemory
from align.memory.postgres.address import is_address

if TYPE_CHECKING:
    from align.embedding.protocol import Encoder
    from align.memory.protocol import Memory
    from align.memory.store import Admits


def open_memory(
    place: str | Path,
    *,
    create: bool = False,
    read_only: bool = False,
    encoder: Encoder | None = None,
    admits: Admits | None = None,
) -> Memory:
    """The memory of a file, or of ``postgresql://user@host/database?memory=NAME``.

    With `admits` only those places of units answer of which it is true (see `several.Only`). To
    read from, a file of units (TMX, XLIFF, XLSX …) will do as well: a memory is made of it for as
    long as it is open. Raises MemoryFileError when there is none, or it cannot be opened.
    """
    if is_address(str(place)):
        from align.memory.postgres.memory import PostgresMemory

        shared = PostgresMemory.open(
            str(place), create=create, read_only=read_only, encoder=encoder
        )
        shared.admits = admits
        return shared
    if "://" in str(place):
        raise InputError(f"{place}: not a memory; give a file or an address postgresql://…")
    path = Path(place)
    kept: TranslationMemory
    if read_only and kind_of(path) in KINDS and path.is_file() and not is_memory(path):
        kept = _FileAsMemory.of(path, encoder)
    else:
        kept = TranslationMemory.open(place, create=create, read_only=read_only, encoder=encoder)
    kept.admits = admits
    return kept


_SQLITE = (
    b"SQLite format 3\0"  # how the file of a memory begins (https://sqlite.org/fileformat.html)
)


def is_memory(place: str | Path) -> bool:
    """Whether a place is a memory: the address of one, or a file by its first bytes."""
    path = Path(place)
    if is_address(str(place)):
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


class _FileAsMemory(TranslationMemory):
    """A memory made of a file of units, which goes when it is closed."""

    # None where it is opened again, over one that is there.
    _folder: contextlib.ExitStack | None = None

    @classmethod
    def of(cls, path: Path, encoder: Encoder | None) -> Self:
        """Read the file; about 10,000 units a second (scripts/bench memory)."""
        folder = contextlib.ExitStack()
        try:
            place = folder.enter_context(scratch_folder()) / f"{path.stem}.db"
            made = cls.open(place, create=True, encoder=encoder)
            made._folder = folder
            # The date is that of no act of anybody's; a unit's own dates stand beside it.
            report = made.add(read_file(path), origin=path.name, now="19700101T000000Z")
            if not report.read:
                raise InputError(f"{path}: holds no units of Chinese and English")
            made.refresh_index()
        except BaseException:
            folder.close()
            raise
        return made

    def close(self) -> None:
        """Release and remove the file."""
        super().close()
        if self._folder is not None:
            self._folder.close()
