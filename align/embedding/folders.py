"""Where a model is on this machine: the embedded one, a folder, or the hub's cache; offline."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from pathlib import Path

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


def is_embedded(name: str | None) -> bool:
    """Whether a name means the embedded model: none, or its own where no such folder is here."""
    return name is None or (name == EMBEDDED and not Path(name).exists())


def is_static(folder: Path) -> bool:
    """Whether a folder holds a static model in sentence-transformers' format."""
    try:
        modules = json_in((folder / "modules.json").read_bytes(), str(folder))
        return str(modules[0]["type"]).endswith(".StaticEmbedding")
    except (OSError, FormatError, LookupError, TypeError):
        return False


def model_folder(name: str | None) -> Path:
    """The folder of a model by its name or path; None is the embedded one.

    Raises ModelError with the way to fetch it when it is not on this machine.
    """
    if name is None or is_embedded(name):
        folder = embedded_folder()
        if not (folder / "modules.json").is_file():
            raise ModelError(
                f"{folder}: the embedded model is not there; install the package again, "
                "run scripts/train_model, or name another model with --model"
            )
        return folder
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not any((folder / file).is_file() for file in ("modules.json", "config.json")):
            raise ModelError(
                f"{name}: no modules.json or config.json in it, so it is not a model folder; "
                "name the folder that holds them"
            )
        return folder
    if not _looks_like_hub_name(name):
        raise ModelError(f"{name}: there is no such model folder; check the path")
    return _in_hub_cache(name)


def _in_hub_cache(name: str) -> Path:
    """The folder of a model in the Hugging Face cache; nothing is fetched."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when the next line imports the library
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    candidates = [name] if "/" in name else [f"sentence-transformers/{name}", name]
    for candidate in candidates:
        with contextlib.suppress(
            LocalEntryNotFoundError, HFValidationError, HfHubHTTPError, OSError
        ):
            found = Path(snapshot_download(candidate, local_files_only=True))
            if (found / "modules.json").is_file() or (found / "config.json").is_file():
                return found
    raise ModelError(
        f"{name}: this model is not on this machine, and nothing is downloaded; where there is a "
        f"network run `hf download {candidates[0]} --local-dir FOLDER`, copy FOLDER here and give "
        f"its path with --model{_library_missing()}"
    )


def _library_missing() -> str:
    """What else a transformer needs in a light installation: said before one fetches gigabytes."""
    if _installed("sentence_transformers"):
        return ""
    return "; it needs the package too: pip install sentence-transformers"


def _installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _looks_like_hub_name(name: str) -> bool:
    parts = name.split("/")
    return 1 <= len(parts) <= 2 and all(parts) and not name.startswith((".", "~"))


def hub_cache() -> Path:
    """Where hub clients keep models, by their documented variables."""
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache)
    home = os.environ.get("HF_HOME") or os.path.join(
        os.environ.get("XDG_CACHE_HOME", "~/.cache"), "huggingface"
    )
    return Path(home).expanduser() / "hub"
