"""Find an encoder by name or path; without a name, the one that ships with the tool."""

from __future__ import annotations

import os
from pathlib import Path

from align.embedding.protocol import Encoder
from align.errors import FormatError, ModelError
from align.outside import json_in

EMBEDDED = "zh-en-static"


def embedded_folder() -> Path:
    """Where the embedded model is: $ALIGN_MODEL, else the package, else the checkout."""
    if named := os.environ.get("ALIGN_MODEL"):
        return Path(named)
    package = Path(__file__).resolve().parent.parent
    inside = package / "_models" / EMBEDDED
    return inside if inside.is_dir() else package.parent / "models" / EMBEDDED


def load_encoder(
    name_or_path: str | None = None, *, device: str | None = None, cache: Path | None = None
) -> Encoder:
    """The encoder of this name or folder; None is the embedded model.

    A folder with a static model gives a TokenEncoder and needs no torch. Anything else is loaded by
    sentence-transformers on `device`, its vectors kept in the file `cache` where one is named.
    Raises ModelError when there is no such model here or it is damaged.
    """
    if name_or_path is None:
        folder = embedded_folder()
        if not (folder / "modules.json").is_file():
            raise ModelError(
                f"{folder}: the embedded model is not there; install the package again, "
                "run scripts/train_model, or name another model with --model"
            )
        return _static(folder, None if "ALIGN_MODEL" in os.environ else EMBEDDED)
    folder = Path(name_or_path)
    if name_or_path == EMBEDDED and not folder.exists():
        return load_encoder(None)
    if is_static(folder):
        return _static(folder, name_or_path)
    from align.embedding.transformer import TransformerEncoder

    return TransformerEncoder(name_or_path, device=device, cache=cache)


def is_static(folder: Path) -> bool:
    """Whether a folder holds a static model in sentence-transformers' format."""
    try:
        modules = json_in((folder / "modules.json").read_bytes(), str(folder))
        return str(modules[0]["type"]).endswith(".StaticEmbedding")
    except (OSError, FormatError, LookupError, TypeError):
        return False


def _static(folder: Path, name: str | None) -> Encoder:
    from align.embedding.static import StaticEncoder

    return StaticEncoder(folder, name=name)
