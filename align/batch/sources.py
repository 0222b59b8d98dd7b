"""From what the user names to pairs: manifests are read, folders are searched for partners."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from align.batch.description import Describe, Description
from align.batch.description_cache import describe_all
from align.batch.local_engine import Done, run_local
from align.batch.manifest import Entry, check_unique, is_url, read_manifest
from align.batch.pair_task import model_hash, shareable
from align.batch.pairing import EVERY, By, Pairing, pair_documents
from align.batch.storage import list_files
from align.errors import InputError
from align.outside import DOCUMENTS

MANIFESTS = (".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class PairingOptions:
    """How partners are looked for."""

    by: tuple[By, ...] = EVERY
    pattern: str | None = None
    verify: bool = False
    model: str | None = None
    device: str | None = None
    workers: int = 1
    timeout: float | None = 600.0
    without: str = ""  # a folder whose files are none of the archive: that of the results


def find_entries(
    sources: Sequence[str],
    cache: Path,
    options: PairingOptions,
    *,
    watch: Callable[[int, str], None] = lambda total, path: None,
) -> Pairing:
    """The pairs and the partnerless documents of manifests and folders, in the order given.

    Descriptions of documents are kept in `cache`. `watch` hears of each document that was read, and
    how many there are. Raises AlignError for a source that cannot be used.
    """
    pairs: list[Entry] = []
    unpaired: list[Entry] = []
    folders = []
    others: tuple[tuple[str, int], ...] = ()
    for source in sources:
        if source == "-" or source.lower().endswith(MANIFESTS):
            for entry in read_manifest(source):
                (pairs if entry.paired else unpaired).append(entry)
        else:
            folders.append(source)
    if folders:
        found = _search(folders, cache, options, watch)
        pairs += found.pairs
        unpaired += found.unpaired
        others = found.others
    check_unique(pairs, ", ".join(sources))
    return Pairing(tuple(pairs), tuple(unpaired), others)


def _search(
    folders: Sequence[str],
    cache: Path,
    options: PairingOptions,
    watch: Callable[[int, str], None],
) -> Pairing:
    files = dict.fromkeys(
        path for folder in folders for path in list_files(folder, without=options.without)
    )
    suffixes = {path: os.path.splitext(path)[1].lower() for path in files}
    paths = [path for path, suffix in suffixes.items() if suffix in DOCUMENTS]
    if not paths:
        raise InputError(
            f"{', '.join(folders)}: no documents here; looked for are TXT, PDF, DOCX, HTML, Markdown "
            "and subtitles"
        )
    root = os.path.commonpath(folders) if not any(map(is_url, folders)) else ""
    found = pair_documents(
        paths,
        partial(_describe, cache=cache, options=options, watch=watch),
        root="" if root in ("", os.sep) else root,
        by=options.by,
        pattern=options.pattern,
        verify=options.verify,
    )
    others = Counter(suffix for suffix in suffixes.values() if suffix not in DOCUMENTS)
    return replace(found, others=tuple(sorted(others.items())))


def _describe(
    paths: Sequence[str],
    *,
    cache: Path,
    options: PairingOptions,
    watch: Callable[[int, str], None],
) -> tuple[dict[str, Description], dict[str, str]]:
    vectors = "content" in options.by or options.verify
    if not vectors and "symbol" not in options.by:
        return {}, {}
    recipe = Describe(options.model, options.device, vectors)

    def engine(todo: Iterator[str]) -> Iterator[Done[str, Description]]:
        share = not vectors or shareable(options.model)
        return run_local(
            recipe, todo, workers=options.workers, timeout=options.timeout, share=share
        )

    return describe_all(
        paths,
        cache,
        recipe=model_hash(options.model) if vectors else "no vectors",
        engine=engine,
        watch=lambda path, fresh: watch(len(paths), path),
    )
