"""Documents with gold beads: one sentence a line, and the raw ones of corpora/ with their structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from align.alignment.bead_files import BeadIndices, read_beads
from align.datatypes import Document
from align.document import read_document


@dataclass(frozen=True, slots=True)
class Gold:
    """A document pair with its gold beads."""

    name: str
    genre: str
    source: Document
    target: Document
    beads: list[BeadIndices]


def read_gold(folder: Path) -> Iterator[Gold]:
    """The pairs NAME.zh, NAME.en and NAME.gold of `folder`'s folders, each a genre; sorted."""
    for path in sorted(folder.glob("*/*.gold")):
        source, target = (
            read_document(path.with_suffix(suffix), pre_segmented=True, lang=lang)
            for suffix, lang in ((".zh", "zh-CN"), (".en", "en-US"))
        )
        yield Gold(path.stem, path.parent.name, source, target, read_beads(path))


def read_corpora(folder: Path) -> Iterator[Gold]:
    """The raw documents of corpora/; sorted.

    Raises ValueError where reading one gives other sentences than its gold speaks of.
    """
    for path in sorted(folder.glob("*/*.gold")):
        source, target = (read_document(path.with_name(f"{lang}.txt")) for lang in ("zh", "en"))
        beads = read_beads(path)
        spoken_of = tuple(sum(len(bead[side]) for bead in beads) for side in (0, 1))
        read = (len(source.segments), len(target.segments))
        if spoken_of != read:
            raise ValueError(f"{path}: {spoken_of} sentences in the gold, {read} in the documents")
        yield Gold(path.stem, "corpora", source, target, beads)
