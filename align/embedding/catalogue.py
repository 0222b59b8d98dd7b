"""Which models are on this machine, and what each is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from align.embedding.load import EMBEDDED, embedded_folder, is_static, load_encoder
from align.embedding.protocol import TokenEncoder


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model folder: `name` is what ``--model`` takes; `kind` is "static" or "transformer"."""

    name: str
    kind: str
    folder: Path
    size: int  # bytes


def installed() -> Iterator[ModelEntry]:
    """The embedded model, then those in the hub's cache that sentence-transformers can read."""
    folder = embedded_folder()
    if is_static(folder):
        yield _entry(EMBEDDED, folder)
    hub = _hub_cache()
    for snapshots in sorted(hub.glob("models--*/snapshots")):
        for snapshot in sorted(snapshots.iterdir()):
            if (snapshot / "modules.json").is_file():
                name = snapshots.parent.name.removeprefix("models--").replace("--", "/")
                yield _entry(name, snapshot)


def describe(name: str | None) -> dict[str, object]:
    """Facts of a model, in the order to print them."""
    encoder = load_encoder(name)
    folder = _folder(name)
    facts: dict[str, object] = {"name": encoder.name, "revision": encoder.revision}
    if isinstance(encoder, TokenEncoder):
        facts |= {"kind": "static", "tokens": len(encoder.matrix)}
    else:
        facts |= {"kind": "transformer"}
    facts |= {"dimensions": encoder.dim, "folder": str(folder), "bytes": _size(folder)}
    for card in (folder / "README.md", folder.parent / "README.md"):
        if card.is_file():
            facts["card"] = str(card)
            break
    return facts


def _folder(name: str | None) -> Path:
    if name is None or (name == EMBEDDED and not Path(name).exists()):
        return embedded_folder()
    if Path(name).is_dir():
        return Path(name)
    from align.embedding.transformer import find

    return find(name)


def _hub_cache() -> Path:
    """Where hub clients keep models, by their documented variables."""
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache)
    home = os.environ.get("HF_HOME") or os.path.join(
        os.environ.get("XDG_CACHE_HOME", "~/.cache"), "huggingface"
    )
    return Path(home).expanduser() / "hub"


def _entry(name: str, folder: Path) -> ModelEntry:
    kind = "static" if is_static(folder) else "transformer"
    return ModelEntry(name, kind, folder, _size(folder))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
