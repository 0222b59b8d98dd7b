"""Files that are kept in step with a memory and a termbase, for tools that read folders."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from align.memory import Memory


@dataclass(frozen=True)
class Kept:
    """What is written where."""

    memory: Memory
    output: Path
    origin: str | None
    selection: Mapping[str, Any]
    langs: Mapping[str, str | None]
    terms: Path | None
    glossary: Path | None


def keep(kept: Kept, *, every: float | None, told: Callable[[str], None]) -> None:
    """Write the files; with `every`, again whenever what they are made from has changed."""
    seen: tuple[object, object] | None = None
    while True:
        now = kept.memory.revision(), _changed(kept.terms)
        files: list[tuple[Path, Callable[[IO[bytes]], None]]] = []
        if seen is None or now[0] != seen[0]:
            files.append((kept.output, lambda file: _units(kept, file)))
        if kept.glossary is not None and (seen is None or now[1] != seen[1]):
            files.append((kept.glossary, lambda file: _terms(kept, file)))
        for path, write in files:
            if _replaced(path, write):
                told(f"{path}: written")
        seen = now
        if every is None:
            return
        time.sleep(every)


def _units(kept: Kept, file: IO[bytes]) -> None:
    from align.memory import exchange

    units = kept.memory.units(kept.origin, **kept.selection)
    # Without a date: the same units are the same bytes, and nobody reads them again.
    exchange.write_stream(file, units, kept.output.suffix.lower(), created=None, **kept.langs)


def _terms(kept: Kept, file: IO[bytes]) -> None:
    from align.formats.glossary import write_glossary
    from align.terms.termbase import load_termbase

    assert kept.terms is not None
    source, target = (kept.langs.get(name) for name in ("source_lang", "target_lang"))
    concepts = load_termbase(kept.terms)
    write_glossary(file, concepts, source_lang=source or "zh", target_lang=target or "en")


def _replaced(path: Path, write: Callable[[IO[bytes]], None]) -> bool:
    """Write a file anew where its content changes; whether it did."""
    import tempfile

    from align.atomic import replacing

    with tempfile.TemporaryFile() as made:
        write(made)
        if path.is_file() and path.stat().st_size == made.tell():
            made.seek(0)
            with path.open("rb") as old:
                if _alike(made, old):
                    return False
        made.seek(0)
        with replacing(path) as file:
            for part in iter(lambda: made.read(1 << 20), b""):
                file.write(part)
    return True


def _alike(one: IO[bytes], other: IO[bytes]) -> bool:
    while part := one.read(io.DEFAULT_BUFFER_SIZE):
        if other.read(len(part)) != part:
            return False
    return not other.read(1)


def _changed(path: Path | None) -> object:
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:  # being replaced
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
