"""Which models are on this machine, and what each is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from align.embedding.folders import EMBEDDED, embedded_folder, hub_cache, is_static, model_folder
from align.embedding.load import load_encoder
from align.embedding.protocol import gives_tokens


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
    hub = hub_cache()
    for snapshots in sorted(hub.glob("models--*/snapshots")):
        for snapshot in sorted(snapshots.iterdir()):
            if (snapshot / "modules.json").is_file():
                name = snapshots.parent.name.removeprefix("models--").replace("--", "/")
                yield _entry(name, snapshot)


def describe(name: str | None) -> dict[str, object]:
    """Facts of a model, in the order to print them."""
    encoder = load_encoder(name)
    folder = model_folder(name)
    facts: dict[str, object] = {"name": encoder.name, "revision": encoder.revision}
    if gives_tokens(encoder):
        facts |= {"kind": "static", "tokens": len(encoder.matrix)}
    else:
        facts |= {"kind": "transformer"}
    facts |= {"dimensions": encoder.dim, "folder": str(folder), "bytes": _size(folder)}
    for card in (folder / "README.md", folder.parent / "README.md"):
        if card.is_file():
            facts["card"] = str(card)
            break
    return facts


def _entry(name: str, folder: Path) -> ModelEntry:
    kind = "static" if is_static(folder) else "transformer"
    return ModelEntry(name, kind, folder, _size(folder))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
